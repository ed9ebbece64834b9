"""The page What-if in a real browser, over workers that are quick and do as they are told."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.app import make_app
from dashboard.jobs import Jobs
from dashboard.library import Library
from dashboard.runs import Runs
from sim.scenario import Scenario
from tests.chromium import chromium
from tests.dashboard import doubles

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONG = 120_000
"""Milliseconds after which something is taken to be broken, however busy the machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as one:
        yield one


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(doubles.levered, workers=2)
    yield made
    made.close()


@pytest.fixture
def site(jobs: Jobs) -> Iterator[str]:
    """The address of a dashboard in this process."""
    import waitress

    app = make_app(Library(Runs(None), jobs))
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/what-if"
    server.close()
    thread.join(10)


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page; in the end nothing may have gone wrong in the console."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    one = context.new_page()
    one.set_default_timeout(LONG)
    one.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    one.on("pageerror", lambda error: wrong.append(str(error)))
    yield one
    context.close()
    assert [text for text in wrong if "ERR_ABORTED" not in text] == []


def newest(page: "Page", value: str) -> Any:
    return page.locator('[data-card="concentration"] .newest .value', has_text=value)


def test_a_slider_is_moved_and_a_link_followed(site: str, page: "Page") -> None:
    page.goto(site)
    page.get_by_text("Complete", exact=True).wait_for()
    page.get_by_role("switch", name="Price cap, all-in").click()
    newest(page, "+212").wait_for()  # at 15%: 210, and 2.5 of the seeds
    page.get_by_role("slider", name="Price cap, all-in: level").press("ArrowRight")
    newest(page, "+208").wait_for()
    page.wait_for_url("**/what-if?*cap=15.5,2026-01,0,0*")
    page.get_by_text("Who gained or lost share").wait_for()
    page.get_by_text("Price cap, all-in: from 2026-01 on").wait_for()
    page.goto(page.url.replace("lang=en", "lang=zh"))
    newest(page, "+208").wait_for()
    page.get_by_text("谁的份额上升或下降").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    with page.expect_download() as got:
        page.get_by_role("link", name="情景文件").click()
    text = got.value.path().read_text(encoding="utf-8")
    assert "standing_caps" in text
    assert Scenario.from_outside(text, "what_if").policy.standing_caps["what_if"]


SEEN_EMPTY = """() => {
  const chart = document.querySelector('[data-card="concentration"] .js-plotly-plot');
  window.drawn = [];
  chart.on('plotly_afterplot', () => window.drawn.push(chart.data.length));
}"""
"""Notes how many lines the first chart has whenever it is drawn."""


def test_a_chart_stays_until_the_next_is_there(site: str, page: "Page", jobs: Jobs) -> None:
    page.goto(f"{site}?cap=15,2026-01,0,0&lang=en")
    newest(page, "+212").wait_for()
    button = page.get_by_role("button", name="Concentration as a table")
    button.click()
    rows = page.locator('[data-card="concentration"] tbody tr')
    rows.last.get_by_text("+212").wait_for()
    page.evaluate(SEEN_EMPTY)
    page.wait_for_timeout(500)
    jobs._work = doubles.levered_later
    page.get_by_role("slider", name="Price cap, all-in: level").press("ArrowRight")
    page.locator(".cards.awaited").wait_for()
    assert newest(page, "+212").is_visible()
    Path(jobs._pasts.name, "go").touch()
    newest(page, "+208").wait_for()
    rows.last.get_by_text("+208").wait_for()  # an open table goes on with its chart
    assert 0 not in page.evaluate("window.drawn")
    assert page.locator(".cards.awaited").count() == 0


def test_a_bad_file_is_refused_and_a_good_one_becomes_the_base(site: str, page: "Page") -> None:
    page.goto(f"{site}?lang=en")
    page.get_by_text("Complete", exact=True).wait_for()
    chooser = page.locator('input[type="file"]')
    bad = {"name": "bad.yaml", "mimeType": "text/yaml", "buffer": b"extends: /etc/passwd"}
    chooser.set_input_files(bad)  # type: ignore[arg-type]
    page.get_by_role("alert").get_by_text("bad.yaml was refused").wait_for()
    good = b"extends: observed\ntitle: Fewer people\npopulation: 400_000_000\n"
    chooser.set_input_files({"name": "good.yaml", "mimeType": "text/yaml", "buffer": good})  # type: ignore[arg-type]
    page.wait_for_url("**/what-if?scenario=upload:*")
    page.get_by_text("Complete", exact=True).wait_for()
    base = page.get_by_role("textbox", name="Base scenario").input_value()
    assert base == "Fewer people"


def test_a_tampered_link_is_told(site: str, page: "Page", jobs: Jobs) -> None:
    page.goto(f"{site}?cap=900,2026-01,0,0&lang=en")
    page.get_by_role("alert").get_by_text("900 is out of bounds; allowed: 8 to 36").wait_for()
    assert jobs._jobs == {}
    page.get_by_role("switch", name="Price cap, all-in").click()
    newest(page, "+212").wait_for()
    assert page.get_by_text("out of bounds").count() == 0


def test_a_dead_worker_is_told_and_can_be_tried_again(site: str, page: "Page", jobs: Jobs) -> None:
    jobs._work = doubles.dying
    page.goto(f"{site}?lang=en")
    page.get_by_role("alert").get_by_text("ended without an answer").wait_for()
    jobs._work = doubles.levered
    page.get_by_role("button", name="Run again").click()
    page.get_by_text("Complete", exact=True).wait_for()


def test_a_phone_needs_no_sideways_scrolling(site: str, browser: "Browser") -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.goto(f"{site}?cap=12,2026-01,6,12&lang=zh")
    page.get_by_text("已完成", exact=True).wait_for()
    width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(width) <= 390
    context.close()
