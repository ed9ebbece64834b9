"""The pages Lenders and Borrowers in a real browser, in both languages."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sim.experiment import Result
from sim.store import write_run
from tests.chromium import chromium
from tests.dashboard.serving import Served, served
from tests.synthetic import manifest, run_tables, seed_tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.browser

LONG = 240_000
"""Milliseconds after which something is taken to be broken, however busy the machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard with the usual run, and one in which approvals are a tenth fewer."""
    root = tmp_path_factory.mktemp("results")
    early, late = ({"finished": f"2026-01-0{day}"} for day in (1, 2))
    tables = run_tables()
    for name in ("lenders", "segments"):
        tables[name] = tables[name].assign(approvals=tables[name]["approvals"] * 0.9)
    write_run(Result(tables, manifest() | early), root / "stricter")
    write_run(Result(seed_tables(2), manifest(2) | late), root / "usual")
    with served(root.parent, "--results", str(root)) as one:
        yield one


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens pages; in the end nothing may have gone wrong in the console."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(address: str, **settings: Any) -> "Page":
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LONG)
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def card(page: "Page", name: str) -> "Locator":
    return page.locator(f'[data-card="{name}"]')


def drawn(page: "Page", name: str) -> None:
    """Wait until a card shows lines."""
    card(page, name).locator(".js-plotly-plot .lines path.js-line").first.wait_for(state="attached")


def choose(page: "Page", label: str, option: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_lender_is_chosen_and_the_address_says_so(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(f"{site.address}lenders")
    drawn(page, "share")
    page.get_by_role("heading", name="Big-tech platform 1").wait_for()
    assert card(page, "share").locator(".value").inner_text() == "26.0%"
    choose(page, "Lender", "Fintech platform 1")
    page.get_by_role("heading", name="Fintech platform 1").wait_for()
    card(page, "share").locator(".value", has_text="18.0%").wait_for()
    page.wait_for_url(re.compile("firm=fintech_1"))
    again = visit(page.url)
    again.get_by_role("heading", name="Fintech platform 1").wait_for()


def test_a_lender_of_the_table_leads_to_its_screen(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(f"{site.address}lenders")
    place = page.locator("#lenders-table").get_by_text("internet bank 1", exact=True).first
    place.wait_for()
    place.click()
    page.get_by_role("heading", name="Internet bank 1").wait_for()


def test_a_lender_is_laid_against_itself_and_beside_others(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(
        f"{site.address}lenders?scenario=run:usual&against=run:stricter&firm=bigtech_2"
        "&beside=bigtech_1"
    )
    drawn(page, "share")
    names = page.locator(".legend li").all_inner_texts()
    assert [name.strip() for name in names] == [
        "Big-tech platform 2",
        "Big-tech platform 1",
        "stricter",
    ]
    assert "stricter: 45.0%" in card(page, "approvals").inner_text()


@pytest.mark.parametrize("path", ["lenders", "borrowers"])
def test_chinese_on_a_phone(site: Served, visit: Callable[..., "Page"], path: str) -> None:
    page = visit(
        f"{site.address}{path}?lang=zh&against=run:stricter",
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    drawn(page, "share" if path == "lenders" else "access")
    title = "市场份额" if path == "lenders" else "信贷可得性"
    page.get_by_role("heading", name=title).wait_for()
    width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(width) <= 390
    notes = " ".join(page.locator(".card h2, .card .note").all_inner_texts())
    assert not re.search(r"[A-Za-z]{4,}", notes.replace("stricter", ""))


def test_borrowers_are_drawn_by_what_is_asked_for(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(f"{site.address}borrowers")
    drawn(page, "access")
    assert card(page, "access").locator(".value").inner_text() == "45.0%"
    choose(page, "Segment", "low-income people")
    card(page, "access").locator(".value", has_text="30.0%").wait_for()
    page.get_by_text("town and country", exact=True).click()
    page.locator(".legend li", has_text="country").wait_for()
    page.wait_for_url(re.compile("by=place&segment=low_income"))
    choose(page, "Against", "stricter · 100,000 × 1")
    card(page, "access").locator(".caption", has_text="+3.0 pp").wait_for()


def test_values_stand_in_a_table_below(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(f"{site.address}borrowers")
    drawn(page, "access")
    card(page, "access").locator("summary").click()
    rows = card(page, "access").locator("tbody tr")
    rows.last.wait_for()
    assert rows.last.inner_text().split() == ["2030-12", "60.0", "30.0"]


@pytest.mark.parametrize("path", ["lenders", "borrowers"])
def test_what_cannot_be_shown_is_said(
    site: Served, visit: Callable[..., "Page"], path: str
) -> None:
    page = visit(f"{site.address}{path}?scenario=run:nothing&firm=%3Cscript%3E")
    page.get_by_role("alert").get_by_text("There is no run “nothing” in the folder.").wait_for()
    link = page.get_by_role("link", name="Show usual instead")
    assert (link.get_attribute("href") or "").startswith(f"/{path}")


def test_what_happened_is_listed(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(f"{site.address}?scenario=run:usual")
    page.get_by_role("heading", name="What happened").wait_for()
    assert "All-in cap of 24%" in page.locator("#happened").inner_text()
