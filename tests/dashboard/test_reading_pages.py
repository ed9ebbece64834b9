"""The pages Sweeps, Policy, Evidence and Learn in a real browser, in both languages."""

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sim.evidence.files import CONTENT, SHIPPED
from sim.experiment import Result
from sim.store import write_run
from tests.chromium import chromium
from tests.dashboard.serving import Served, served
from tests.dashboard.sweep_folders import filled
from tests.synthetic import manifest, seed_tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONG = 240_000
"""Milliseconds after which something is taken to be broken, however busy the machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One for all tests of the pages."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard with a run, sweeps of known effects, and two validations, one damaged."""
    results = tmp_path_factory.mktemp("reading") / "results"
    results.mkdir()
    filled(results)
    write_run(Result(seed_tables(3), manifest(3)), results / "usual")
    for name in ("good", "bad"):
        (results / name).mkdir()
    shutil.copy(SHIPPED / "observed.json", results / "good" / CONTENT)
    (results / "bad" / CONTENT).write_text("{}")
    with served(results.parent, "--results", str(results)) as one:
        yield one


@pytest.fixture
def visit(site: Served, browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens a path; in the end nothing may have gone wrong in the console."""
    contexts, wrong = [], []

    def open_page(path: str, **settings: Any) -> "Page":
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LONG)
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(site.address.rstrip("/") + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def drawn(page: "Page") -> None:
    """Wait until there is a chart."""
    page.locator(".js-plotly-plot .main-svg").first.wait_for()


def test_a_sweep_is_chosen_and_analysed(visit: Callable[..., "Page"]) -> None:
    page = visit("/sweeps?sweep=grid&view=effects&measure=hhi")
    page.get_by_text("48 of 48 runs done, 0 failed, 0 waiting").wait_for()
    drawn(page)
    page.get_by_text("Table", exact=True).click()
    row = page.locator("tr", has_text="30% against 20%").last
    assert "+10" in row.inner_text()
    page.get_by_role("textbox", name="Show", exact=True).click()
    page.get_by_role("option", name="Response surface").click()
    page.get_by_text("A quadratic in all factors").wait_for()
    page.wait_for_url(lambda address: "view=effects" not in address)
    assert "measure=hhi" in page.url
    page.get_by_role("textbox", name="Show", exact=True).click()
    page.get_by_role("option", name="Sensitivity").click()
    page.get_by_role("alert").get_by_text("indices of sensitivity need a design").wait_for()


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?sweep=broken", "cannot be read"),
        ("?sweep=nothing", "There is no sweep “nothing” in the folder."),
        ("?sweep=half", "47 of 48 runs done, 1 failed"),
    ],
)
def test_what_is_wrong_with_a_sweep_is_said(
    visit: Callable[..., "Page"], search: str, said: str
) -> None:
    page = visit(f"/sweeps{search}")
    page.get_by_text(said).first.wait_for()
    assert "/tmp" not in page.locator("main").inner_text()


def test_a_sweep_in_chinese(visit: Callable[..., "Page"]) -> None:
    page = visit("/sweeps?sweep=sobol&view=parallel&measure=hhi&lang=zh")
    page.get_by_text("128 次运行中已完成 128 次").wait_for()
    drawn(page)
    page.get_by_text("每条线为 64 个设计点之一").wait_for()


def test_a_check_shows_data_against_the_model(visit: Callable[..., "Page"]) -> None:
    page = visit("/evidence?validation=shipped:observed")
    drawn(page)
    assert page.locator(".verdict.fail").count() > 5  # failed checks stay
    assert page.locator(".check-name").count() == 57
    page.get_by_role("button", name="Turnover of a large facilitator").click()
    detail = page.locator("#validation-detail")
    detail.get_by_role("heading", name="Turnover of a large facilitator").wait_for()
    assert "market_facts_to_2024.csv" in detail.inner_text()
    page.wait_for_url(lambda address: "check=y2024_turnover" in address)


def test_values_are_searched(visit: Callable[..., "Page"]) -> None:
    page = visit("/evidence")
    page.get_by_text("120 of").wait_for()
    page.get_by_role("textbox", name="Search values").fill("products cash_line tenor")
    page.locator("code", has_text="products.cash_line.tenor").wait_for()
    page.get_by_text("sourced", exact=True).first.wait_for()


def test_a_damaged_validation_is_said(visit: Callable[..., "Page"]) -> None:
    page = visit("/evidence?validation=results:bad&lang=zh")
    page.get_by_role("alert").get_by_text("无法读取验证结果“bad”").wait_for()
    page.get_by_role("link", name="显示随程序附带的验证结果").click()
    page.get_by_role("heading", name="已发表的效应").wait_for()


def test_what_binds_in_a_month(visit: Callable[..., "Page"]) -> None:
    page = visit("/policy?scenario=observed&month=2027-12")
    row = page.locator("tr", has_text="all-in price cap").first
    row.wait_for()
    assert row.inner_text().split()[-5:] == ["24%", "12%", "20%", "24%", "24%"]
    drawn(page)
    page.get_by_role("textbox", name="What binds in", exact=True).click()
    page.get_by_role("option", name="2024-01", exact=True).click()
    page.get_by_role("heading", name="What binds in 2024-01").wait_for()
    assert "month=2024-01" in page.url


def test_policy_in_chinese(visit: Callable[..., "Page"]) -> None:
    page = visit("/policy?lang=zh&month=2027-12")
    page.get_by_role("heading", name="2027-12 各牌照受到的约束").wait_for()
    page.locator("tr", has_text="综合融资成本上限").first.wait_for()
    page.get_by_role("heading", name="2015至2027年的政策事件").wait_for()


@pytest.mark.parametrize(
    ("search", "words"), [("", "HHI: how concentrated"), ("?lang=zh", "集中程度")]
)
def test_concepts_have_charts_and_the_tour_ends_in_a_what_if(
    visit: Callable[..., "Page"], search: str, words: str
) -> None:
    page = visit(f"/learn{search}")
    page.get_by_role("heading", name=words).wait_for()
    drawn(page)
    assert page.locator("[data-concept] .js-plotly-plot").count() == 7
    last = page.locator(".tour a").last
    assert str(last.get_attribute("href")).startswith("/what-if?")
    last.click()
    page.wait_for_url(lambda address: "/what-if?" in address)
