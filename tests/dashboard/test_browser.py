"""The page Market in a real browser.

Time limits are those of a quiet machine. A busy one gets more time for the first plot, and is not
timed for the rest.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.experiment import Result
from sim.scenario import load_scenario
from sim.store import write_run
from tests.chromium import chromium
from tests.dashboard.serving import Served, served
from tests.synthetic import manifest, run_tables, seed_tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.browser

FIRST_PLOT, LAYOUT, FIRST_CHARTS, NEXT_CHARTS = 30.0, 1.5, 4.0, 1.0
"""Seconds: first plot without results, layout, charts of a run at first and later."""

NOTE_TIMES = """
window.times = {};
const note = () => {
  const charts = document.querySelectorAll('.scatterlayer .lines path.js-line').length;
  if (!window.times.layout && document.querySelector('.choice input'))
    window.times.layout = performance.now();
  if (!window.times.charts && charts > 20) window.times.charts = performance.now();
};
new MutationObserver(note).observe(document, {childList: true, subtree: true});
"""
"""Notes in the page when the layout is there and when all charts are drawn, in milliseconds."""

USUAL, HIGHER = "usual · 100,000 × 3", "higher · 100,000 × 1"
"""The two runs, as lists name them."""

LONG = 240_000
"""Milliseconds after which something is taken to be broken, however busy the machine."""


def patience() -> float:
    """How much slower than a quiet machine this one may be: processes that wait for a core."""
    return max(1.0, 1.5 * os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One for all tests of the page."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual run with three seeds; one whose HHI is 112 points higher; one that pairs with the
    usual one, and whose HHI is 100 to 120 points higher."""
    root = tmp_path_factory.mktemp("results")
    early, late = ({"finished": f"2026-01-0{day}"} for day in (1, 2))
    write_run(Result(run_tables(shift=112.0), manifest() | early), root / "higher")
    write_run(Result(seed_tables(3), manifest(3) | late), root / "usual")
    tables = seed_tables(3)
    market = tables["market"]
    tables["market"] = market.assign(hhi=market["hhi"] + 90.0 + 10.0 * market["seed"])
    write_run(Result(tables, manifest(3)), root / "tight")
    (root / "broken").mkdir()
    (root / "broken" / "manifest.json").write_bytes((root / "usual" / "manifest.json").read_bytes())
    return root


@pytest.fixture(scope="module")
def site(results: Path, browser: "Browser") -> Iterator[Served]:
    """A dashboard that shows the two runs."""
    with served(results.parent, "--results", str(results)) as one:
        yield one


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens pages; in the end nothing may have gone wrong in the console."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(address: str, **settings: Any) -> "Page":
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LONG)
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda asked: wrong.append(f"{asked.failure} {asked.url}"))
        page.add_init_script(NOTE_TIMES)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in wrong if "ERR_ABORTED" not in text] == []


def card(page: "Page", name: str) -> "Locator":
    return page.locator(f'[data-card="{name}"]')


def lines(page: "Page", name: str) -> "Locator":
    """The drawn lines of a card."""
    return card(page, name).locator(".js-plotly-plot .scatterlayer .trace .lines path.js-line")


def drawn(page: "Page") -> None:
    """Wait until the cards show lines of a run."""
    for name in ("concentration", "defaults", "prices", "balances"):
        lines(page, name).first.wait_for(state="attached")
        card(page, name).locator(".newest .value").wait_for()


def newest(page: "Page", name: str) -> str:
    text: str = card(page, name).locator(".newest").inner_text()
    return " ".join(text.split())


def choose(page: "Page", label: str, option: str) -> None:
    """Choose from a list by keyboard and pointer, as a person does."""
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_run_is_shown(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(site.address)
    drawn(page)
    assert newest(page, "concentration") == "1,010 points 2030-12"
    assert "usual: 100,000 borrowers, 3 seeds" in page.locator(".status").inner_text()
    assert page.locator(".js-plotly-plot").count() == 7
    assert page.evaluate("location.search").startswith("?scenario=run:usual")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.slow
def test_speed(site: Served, visit: Callable[..., "Page"]) -> None:
    """Among the long tests, for a quiet machine: what a change has to pass depends on no clock."""
    visit(site.address).close()  # the server has read the run
    page = visit(site.address)
    drawn(page)
    layout, charts = page.evaluate("[window.times.layout / 1000, window.times.charts / 1000]")
    start = time.perf_counter()
    choose(page, "Scenario", HIGHER)
    page.locator(".newest", has_text="1,122").wait_for()
    later = time.perf_counter() - start
    told = f"layout {layout:.1f} s, charts {charts:.1f} s, then {later:.1f} s"
    assert layout <= LAYOUT, told
    assert charts <= FIRST_CHARTS, told
    assert later <= NEXT_CHARTS, told


def test_two_runs_are_compared_and_the_address_says_so(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(site.address)
    drawn(page)
    choose(page, "Scenario", HIGHER)
    choose(page, "Against", USUAL)
    card(page, "concentration").locator(".change").wait_for()
    assert newest(page, "concentration") == "1,122 points 2030-12 +112 points against usual"
    choose(page, "Measure: Concentration", "Top five share")
    page.locator('[data-card="concentration"] .newest', has_text="%").wait_for()
    page.wait_for_url(re.compile("concentration=cr5"))
    address = page.url
    assert "scenario=run:higher" in address
    assert "against=run:usual" in address
    shown = newest(page, "concentration")
    again = visit(address)
    drawn(again)
    assert newest(again, "concentration") == shown
    assert (
        again.get_by_role("textbox", name="Against", exact=True).input_value().startswith("usual")
    )


def test_the_difference_of_two_runs_has_an_interval(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(f"{site.address}?scenario=run:tight")
    drawn(page)
    assert not page.get_by_text("Charts show").is_visible()
    choose(page, "Against", USUAL)
    page.get_by_role("heading", name="What tight changes against usual").wait_for()
    row = page.locator(".effects tr", has_text="HHI by brand")
    assert "+110 points" in row.inner_text()
    assert "seeds: +100 to +120 (covers 75%)" in row.inner_text()
    page.get_by_text("the difference", exact=True).click()
    card(page, "concentration").locator(".newest", has_text="75% interval +100 to +120").wait_for()
    assert newest(page, "concentration").startswith("+110 points 2030-12")
    page.wait_for_url(re.compile("view=difference"))
    page.get_by_role("button", name="Concentration as a table").click()
    cells = card(page, "concentration").locator("tbody tr").last
    assert cells.inner_text().split() == ["2030-12", "+110", "points", "+100", "to", "+120"]
    again = visit(page.url)
    again.get_by_text("75% interval +100 to +120").first.wait_for()


def test_a_server_that_is_gone_is_told_and_awaited(
    browser: "Browser", results: Path, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.set_default_timeout(LONG)
    with served(tmp_path, "--results", str(results)) as one:
        page.goto(one.address)
        drawn(page)
        assert not page.locator("#offline").is_visible()
        address = page.url
    page.get_by_role("alert").get_by_text("The server does not answer.").wait_for()
    assert lines(page, "concentration").first.is_visible()  # what was seen stays
    port = one.address.rstrip("/").rpartition(":")[2]
    with served(tmp_path, "--results", str(results), "--port", port):
        page.locator("#offline").wait_for(state="hidden")
        drawn(page)
        assert page.url == address
        page.close()


def test_policy_is_told_at_its_line(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(site.address)
    drawn(page)
    mark = card(page, "concentration").locator(".xy2 .points path").first
    box = mark.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hover = card(page, "concentration").locator(".hoverlayer")
    hover.get_by_text("All-in cap of 24%").first.wait_for()


def test_chinese(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(f"{site.address}?scenario=run:higher")
    drawn(page)
    page.get_by_role("button", name="切换到中文").click()
    page.get_by_role("heading", name="违约路径").wait_for()
    drawn(page)
    assert "lang=zh" in page.url
    assert "scenario=run:higher" in page.url
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert newest(page, "balances").startswith("5.83 万亿元")
    assert "贷款余额（万亿元）" in card(page, "balances").inner_text()
    page.locator(".about", has_text="历史与已公布的政策").wait_for()
    page.get_by_role("textbox", name="情景", exact=True).click()
    page.get_by_role(
        "option", name=f"{load_scenario('cap_12_early').title_zh} · cap_12_early"
    ).wait_for()


def test_the_head_leads_from_page_to_page_with_what_is_shown(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(f"{site.address}?scenario=run:usual")
    drawn(page)
    choose(page, "Scenario", HIGHER)
    page.wait_for_url(re.compile("scenario=run:higher"))
    page.get_by_role("link", name="Lenders", exact=True).click()
    page.wait_for_url(re.compile(r"/lenders\?.*scenario=run:higher"))
    page.locator("main").get_by_role("heading", name="Lenders").first.wait_for()
    assert page.title().startswith("Lenders · ")
    page.get_by_role("link", name="Market", exact=True).click()
    drawn(page)
    assert newest(page, "concentration").startswith("1,122")
    page.goto(f"{site.address}nowhere?lang=zh")
    page.get_by_text("没有这个页面。").wait_for()
    page.get_by_role("link", name="前往市场页面").click()
    drawn(page)


SEEN_WHITE = """
window.white = 0;
new MutationObserver(() => {
  window.white += document.querySelectorAll('.main-svg[style*="rgb(255, 255, 255)"]').length;
}).observe(document, {childList: true, subtree: true});
"""
"""Counts charts on white ground, however short they are there."""


def test_a_first_visit_on_a_dark_device_shows_nothing_white(
    site: Served, browser: "Browser"
) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.add_init_script(SEEN_WHITE)
    page.goto(site.address)
    drawn(page)
    assert page.locator('.js-plotly-plot .main-svg[style*="rgb(29, 33, 38)"]').count() > 0
    assert page.evaluate("window.white") == 0
    context.close()


def test_dark(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(site.address)
    drawn(page)
    ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch between light and dark").click()
    page.locator('[data-mantine-color-scheme="dark"]').wait_for()
    assert page.evaluate(ground) != light
    page.locator('.js-plotly-plot .main-svg[style*="rgb(29, 33, 38)"]').first.wait_for()
    page.reload()
    drawn(page)
    page.locator('.js-plotly-plot .main-svg[style*="rgb(29, 33, 38)"]').first.wait_for()


@pytest.mark.parametrize("search", ["", "?lang=zh&against=run:higher"])
def test_a_phone_needs_no_sideways_scrolling(
    site: Served, visit: Callable[..., "Page"], search: str
) -> None:
    page = visit(site.address + search, viewport={"width": 390, "height": 844}, has_touch=True)
    drawn(page)
    width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(width) <= 390
    for place in page.locator(".card").all():
        box = place.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_the_keyboard_reaches_everything_and_is_seen(
    site: Served, visit: Callable[..., "Page"]
) -> None:
    page = visit(site.address)
    drawn(page)
    names, unseen = [], []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "(() => { const e = document.activeElement; const label = e.getAttribute('aria-label')"
            " || (e.labels && e.labels[0] && e.labels[0].innerText) || e.innerText || e.id;"
            " const s = getComputedStyle(e);"
            " return [label.trim(), s.outlineStyle + ' ' + s.outlineWidth]; })()"
        )
        names.append(name)
        if outline.startswith("none") or outline.endswith(" 0px"):
            unseen.append(name)
    assert names[0] == "Skip to the charts"
    wanted = {
        "Market",
        "What-if",
        "Learn",
        "Scenario",
        "Against",
        "Measure: Concentration",
        "Measure: Default path",
    }
    assert wanted <= set(names)
    assert "Concentration as a table" in names
    assert "" not in names
    assert unseen == []


def test_the_table_behind_a_chart(site: Served, visit: Callable[..., "Page"]) -> None:
    page = visit(site.address)
    drawn(page)
    button = page.get_by_role("button", name="Concentration as a table")
    button.click()
    rows = card(page, "concentration").locator("tbody tr")
    rows.last.wait_for()
    assert rows.count() == 84
    assert rows.last.inner_text().split() == ["2030-12", "1,010", "990", "to", "1,030"]
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?scenario=run:nothing", "There is no run “nothing” in the folder."),
        ("?scenario=run:broken", "cannot be read"),
        ("?scenario=obsrved", "There is no scenario “obsrved”."),
    ],
)
def test_what_cannot_be_shown_is_said_in_the_page(
    site: Served, visit: Callable[..., "Page"], search: str, said: str
) -> None:
    page = visit(site.address + search)
    page.get_by_role("alert").get_by_text(said).wait_for()
    assert not page.locator(".card").first.is_visible()
    page.get_by_role("link", name="Show usual instead").wait_for()
    choose(page, "Scenario", USUAL)
    drawn(page)


def test_a_cold_start_without_results(
    browser: "Browser", visit: Callable[..., "Page"], tmp_path: Path
) -> None:
    start = time.perf_counter()
    with served(tmp_path) as one:
        page = visit(f"{one.address}?seeds=1&borrowers=50000")
        page.locator(".js-plotly-plot").first.wait_for()
        plotted = time.perf_counter() - start
        assert plotted <= FIRST_PLOT * patience(), f"{plotted:.1f} s"
        page.get_by_text("Rough answer").wait_for()
        drawn(page)
        rough = newest(page, "balances")
        assert "tn yuan" in rough
        page.get_by_text("Complete", exact=True).wait_for()
        assert "observed: 50,000 borrowers, 1 seed" in page.locator(".status").inner_text()
        assert page.get_by_role("button", name="Stop").count() == 0
        maps = one.maps()  # it has drawn what workers simulated, and simulated nothing itself
        assert "pyarrow" in maps
        assert "llvmlite" not in maps
        choose(page, "Seeds", "16")
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Stopped", exact=True).wait_for()
        page.get_by_role("button", name="Run again").wait_for()
        page.close()
