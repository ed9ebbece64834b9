"""The report: one file, self-contained, the same bytes for the same run, readable by all."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from sim import report_page
from sim.figures import charts
from sim.report import facts, report_html
from tests.synthetic import manifest, run_tables, seed_tables


@pytest.fixture(scope="module")
def report() -> str:
    return report_html(run_tables(), manifest())


def without_scripts(page: str) -> str:
    """What a page says, without plotly.js and the figures' data."""
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


class Links(HTMLParser):
    """Collects ids, fragment links, and everything a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        if tag == "a" and given.get("href", "").startswith("#"):
            self.targets.add(given["href"][1:])
        elif "src" in given or "href" in given:
            self.fetched.append(f"{tag} {given}")


def test_the_report_fetches_nothing_and_all_its_links_lead_somewhere(report: str) -> None:
    links = Links()
    links.feed(report)
    assert links.fetched == []
    assert links.targets
    assert links.targets <= links.ids


def test_plotly_lies_inside_once(report: str) -> None:
    assert report.count("plotly.js v") == 1


def test_figures_are_drawn_when_the_page_has_its_final_widths(report: str) -> None:
    drawn = [report.index(f'Plotly.newPlot("{chart.identity}-') for chart in charts(run_tables())]
    assert min(drawn) > report.rindex("</main>")


def test_the_same_run_gives_the_same_bytes(report: str) -> None:
    later = manifest() | {"timings": {"total": 99.0}, "finished": "2031-01-01T00:00:00+00:00"}
    assert report_html(run_tables(), later) == report


def test_the_head_says_what_was_run(report: str) -> None:
    said = without_scripts(report)
    assert "<h1>observed: History to 2026, announced policy to 2027</h1>" in said
    assert "What do the announced caps do" in said
    assert facts(manifest())["Borrowers"] == "100,000, each for 5,000 people"
    assert facts(manifest())["Seed"] == "1"
    assert facts(manifest(seeds=3))["Seeds"] == "1 to 3"
    for value in facts(manifest()).values():
        assert value in said


def test_every_chart_has_a_table_behind_it_and_a_unit(report: str) -> None:
    said = without_scripts(report)
    known = charts(run_tables())
    assert len(known) >= 10
    for chart in known:
        assert f'id="{chart.identity}-figure"' in said
        assert f"<summary>{chart.title} as a table</summary>" in said
    assert "HHI by brand, points" in said
    assert "12-month default rate, %" in said


def test_what_happened_and_the_years_are_told(report: str) -> None:
    said = without_scripts(report)
    assert "4.6% in 2026-12" in said
    assert '<th scope="col">2030</th>' in said
    assert "25 firms left" in said


def test_seeds_are_medians_with_bands() -> None:
    said = without_scripts(report_html(seed_tables(3), manifest(seeds=3)))
    assert "Lines are medians of 3 seeds; bands run from lowest to highest" in said
    assert "Median of 3 seeds." in said
    assert "HHI by brand, band" in said
    assert "Events of seed 1." in said


def test_text_of_a_scenario_is_never_markup() -> None:
    evil: dict[str, Any] = manifest()
    evil["scenario"] |= {"title": "<script>alert(1)</script>", "text": "</pre><b>x", "name": "$a"}
    tables = run_tables()
    tables["events"] = tables["events"].assign(text="</script><img src=x>")
    page = report_html(tables, evil)
    assert "<script>alert" not in page
    assert "</script><img" not in page
    assert "</pre><b>" not in page


@pytest.mark.parametrize("months", [1, 3])
def test_a_run_of_a_month_has_a_report(months: int) -> None:
    assert "What happened" in report_html(run_tables(months), manifest(months=months))


def test_a_market_without_lenders_has_a_report() -> None:
    tables = {name: table.head(0) for name, table in run_tables().items()}
    tables["market"] = run_tables()["market"]
    page = report_html(tables, manifest())
    assert "No events." in page


@pytest.mark.parametrize("text", ["one<br>two", "</script>", "a\u2028b", "caf\u00e9, \u7ade\u4e89"])
def test_what_a_script_holds_is_what_it_was_given(text: str) -> None:
    """Labels with a line break were drawn as an escape once: it had been escaped again."""
    written = report_page.script_value({"label": text})
    assert "<" not in written
    assert "\u2028" not in written
    assert json.loads(written) == {"label": text}
