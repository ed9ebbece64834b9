"""The report on a phone, in a real browser: nothing of the year table is cut off."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.report import report_html
from tests.chromium import chromium
from tests.synthetic import manifest, run_tables

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Page"]:
    """A report on a screen as narrow as a phone's."""
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report_html(run_tables(), manifest()), encoding="utf-8")
    with chromium() as browser:
        page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
        page.goto(file.as_uri())
        yield page


def test_the_page_is_no_wider_than_the_screen(phone: "Page") -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_every_figure_of_the_year_table_can_be_seen(phone: "Page") -> None:
    cells = phone.locator("table.years td").all()
    assert len(cells) == 6 * 7
    for cell in cells:
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert cell.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), cell.inner_text()


def test_figures_stand_under_their_years(phone: "Page") -> None:
    heads = phone.locator("table.years thead th:visible").all()
    first = phone.locator("table.years tbody tr").first.locator("td").all()
    assert [head.inner_text() for head in heads] == [str(year) for year in range(2024, 2031)]
    for head, cell in zip(heads, first, strict=True):
        above, below = head.bounding_box(), cell.bounding_box()
        assert above is not None
        assert below is not None
        assert abs(above["x"] - below["x"]) < 2
