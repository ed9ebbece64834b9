"""The page Evidence without a browser: what is listed, what is said, what a search finds."""

import json
from pathlib import Path

import pytest

from dashboard.evidence.content import detail, scorecard, values
from dashboard.evidence.layout import asked_text, first_failed, scenario_of
from dashboard.evidence.validations import chosen, is_stale, listed, read
from dashboard.evidence.values import counts, searched, values_of
from dashboard.evidence.written import UNITS, grouped, unit_in
from dashboard.questions import Reply
from sim.evidence.files import CONTENT, SHIPPED
from sim.evidence.provenance import ValueRow


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results folder with a good validation and a damaged one."""
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
    content = (SHIPPED / "observed.json").read_text(encoding="utf-8")
    (tmp_path / "good" / CONTENT).write_text(content, encoding="utf-8")
    (tmp_path / "bad" / CONTENT).write_text(content[:2000], encoding="utf-8")
    return tmp_path


def test_what_can_be_shown_is_listed(results: Path) -> None:
    names = [row.name for row in listed(results)]
    assert set(names[:2]) == {"results:good", "results:bad"}
    assert names[2] == "shipped:observed"
    assert next(row.name for row in listed(None)) == "shipped:observed"
    assert chosen(results, "results:../good") is None


def test_a_damaged_validation_is_said_and_no_more(results: Path) -> None:
    row = chosen(results, "results:bad")
    assert row is not None
    assert read(row) is None
    assert "?" in row.label("en")


def test_all_checks_are_on_the_page_with_words(results: Path) -> None:
    row = chosen(results, "results:good")
    assert row is not None
    kept = read(row)
    assert kept is not None
    for language in ("en", "zh"):
        text = json.dumps(
            [part.to_plotly_json() for part in scorecard(kept, language)],
            default=str,
            ensure_ascii=False,
        )
        for check in kept.checks:
            assert f"'name': '{check.name}'" in text or check.name in text
        word = "fail" if language == "en" else "未通过"
        assert text.count(word) > kept.count("fail")
    assert first_failed(kept) in {c.name for c in kept.checks if c.judged.verdict == "fail"}


def test_a_check_in_detail_has_a_figure_and_its_source(results: Path) -> None:
    row = chosen(results, "results:good")
    assert row is not None
    kept = read(row)
    text = str(detail(kept, "y2024_turnover", "dark", "en"))
    assert "Graph" in text
    assert "market_facts_to_2024.csv" in text
    assert "Choose a check" in str(detail(kept, "no_such_check", None, "en"))


def test_another_version_of_the_scenario_is_told(results: Path) -> None:
    row = chosen(results, "results:good")
    assert row is not None
    kept = read(row)
    assert kept is not None
    content = json.loads((results / "good" / CONTENT).read_text(encoding="utf-8"))
    content["validated"]["hash"] = "0" * 64
    (results / "good" / CONTENT).write_text(json.dumps(content), encoding="utf-8")
    changed = read(row)
    assert changed is not None
    assert is_stale(changed)
    assert "has changed since" in str(scorecard(changed, "en"))
    assert scenario_of(changed) == "observed"


ROWS = values_of("observed")


def test_every_value_has_a_provenance() -> None:
    numbers = counts(ROWS)
    assert len(ROWS) > 900
    assert numbers["sourced"] >= 30
    assert numbers["calibrated"] >= 70
    by_path = {row.path: row for row in ROWS}
    assert by_path["products.cash_line.tenor"].provenance == "sourced"
    assert "market_facts_to_2024.csv" in by_path["products.cash_line.tenor"].source
    assert by_path["kinds.fintech.bad_rate"].provenance == "calibrated"
    assert by_path["kinds.bigtech.bad_rate"].provenance == "assumed"
    assert by_path["policy.standing_caps.cost_guideline.steps.2025-12.level"].source
    assert all(row.meaning for row in ROWS)


def test_what_another_scenario_changes_is_its_own() -> None:
    changed = {row.path: row for row in values_of("report_outlook")}
    assert changed["population"].provenance == "assumed"
    assert changed["products.cash_line.tenor"].provenance == "sourced"


@pytest.mark.parametrize(
    ("words", "provenance", "found"),
    [
        ("macro lpr", "sourced", {"macro.lpr.2020-04", "macro.lpr.2024-10", "macro.lpr.2025-05"}),
        ("products cash_line ticket", "", {"products.cash_line.ticket"}),
        ("no such thing", "", set()),
    ],
)
def test_a_search_finds_all_words(words: str, provenance: str, found: set[str]) -> None:
    rows = searched(ROWS, words, provenance)
    assert {row.path for row in rows if row.path.startswith(("macro.lpr", "products"))} == found


def test_values_say_how_far_they_are() -> None:
    assert "Reading" in str(values(Reply("pending"), "observed", "", "", "en"))
    assert "cannot be read" in str(values(Reply("failed"), "observed", "", "", "en"))
    row = ValueRow("a.b", "<b>", "", "assumed", "", "")
    text = str(values(Reply("done", (row,)), "observed", "", "", "en"))
    assert "1 of 1 rows" in text


def test_values_and_units_are_written_for_people() -> None:
    assert grouped("500000000") == "500,000,000"
    assert [grouped(text) for text in ("2024-01", "0.36", "1200", "core")] == [
        "2024-01", "0.36", "1200", "core"
    ]  # fmt: skip
    units = [row.unit for row in ROWS if row.unit]
    assert unit_in("months", "zh") == "个月"
    assert sum(unit in UNITS for unit in units) >= 0.8 * len(units)


def test_odd_text_of_an_address_is_none() -> None:
    assert asked_text({"search": ["a"]}, "search") == ""
    assert asked_text({"search": "a\nb"}, "search") == ""
    assert asked_text({"search": "x" * 500}, "search") == ""
