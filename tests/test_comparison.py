"""Two scenarios compared: exact zeros, what a cap of nothing does, tables, words, files."""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pandas
import pytest

from sim import Comparison, compare
from sim.comparison_files import COMPARISON_FILE, DIFFERENCES_FILE, write_comparison
from sim.comparison_tables import DIFFERENCES, EFFECTS
from sim.comparison_words import SHOWN, shown_rows, what_it_says
from sim.core.errors import InputError
from sim.core.months import Month
from sim.core.tables import Column
from sim.store import arrow_schema, read_table
from tests.small_market import small_scenario

SETTINGS: dict[str, Any] = {"borrowers": 400, "months": 20, "seed": 3, "workers": 1}
BASE = small_scenario(burn_in=4)
TIGHT: dict[str, Any] = {"policy.apr_cap": {"steps": {"2024-06": {"level": 0.14}}}}


@cache
def tightened(seeds: int = 3) -> Comparison:
    """A cap of 14% from June 2024 against none."""
    return compare(BASE, BASE.with_changes(TIGHT, name="tight"), seeds=seeds, **SETTINGS)


# --- the contract --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "other words", "macro.source": "elsewhere"},
        {"policy.apr_cap": {"steps": {"2024-03": {"level": 9.0}}}},
        {"policy.leverage.loose": {"steps": {"2024-03": {"level": 1e9}}}},
        {"macro.shocks.none": {"start": "2024-05", "months": 5, "share": 1e-12, "depth": 0.5}},
        {"policy.apr_cap": {"steps": {"2025-10": {"level": 0.05}}}},
    ],
)
def test_what_changes_nothing_makes_exactly_no_difference(changes: dict[str, Any]) -> None:
    comparison = compare(BASE, BASE.with_changes(changes, name="same"), seeds=2, **SETTINGS)
    differences = comparison.differences
    pandas.testing.assert_series_equal(
        differences["base"], differences["other"], check_exact=True, check_names=False
    )
    assert (differences["difference"].dropna() == 0.0).all()
    assert comparison.changes_nothing
    assert (comparison.effects["effect"].dropna() == 0.0).all()
    (sentence,) = comparison.sentences()
    assert "exactly zero" in sentence


def test_entry_and_exit_are_the_same_too_where_nothing_changes() -> None:
    """Lenders are compared by name in tests/test_branching.py; here their number."""
    comparison = compare(BASE, BASE.with_changes({}, name="same"), seeds=2, **SETTINGS)
    lenders = comparison.differences.query("measure == 'lenders'")
    assert len(lenders) == 2 * 20
    assert (lenders["difference"] == 0).all()


def test_a_cap_of_nothing_ends_lending_and_changes_nothing_before() -> None:
    start = Month.parse("2024-09")
    cap = {"licences": "all", "steps": {str(start): {"level": 0.0}}}
    other = BASE.with_changes({"policy.apr_cap": cap}, name="none")
    comparison = compare(BASE, other, seeds=2, **SETTINGS)
    assert comparison.parting == start
    table = comparison.differences
    before = table["month"] < pandas.Timestamp(start.first_day())
    assert (table[before]["difference"].dropna() == 0.0).all()
    lent = table[~before & (table["measure"] == "originations")]
    assert (lent["other"] == 0.0).all()
    assert (lent["base"] > 0.0).all()
    prices = table[~before & (table["measure"] == "apr_new")]
    assert prices["other"].isna().all(), "what is not lent has no price"


def test_a_shock_changes_nothing_before_its_announcement() -> None:
    step = {"level": 0.12, "announced": "2024-05"}
    changes = {
        "policy.apr_cap": {"steps": {"2024-10": step}},
        "macro.shocks.slump": {"start": "2024-07", "months": 3, "share": 0.5, "depth": 0.5},
    }
    comparison = compare(BASE, BASE.with_changes(changes), seeds=2, **SETTINGS)
    assert comparison.parting == Month.parse("2024-05")
    table = comparison.differences
    before = table["month"] < pandas.Timestamp("2024-05-01")
    assert before.any()
    assert (table[before]["difference"].dropna() == 0.0).all()
    assert comparison.first_effect is not None
    assert comparison.first_effect >= Month.parse("2024-05")
    assert comparison.first_effect <= Month.parse("2024-07")


# --- tables --------------------------------------------------------------------------------------


def test_tables_are_as_declared() -> None:
    comparison = tightened()
    EFFECTS.check(comparison.effects)
    DIFFERENCES.check(comparison.differences)
    assert len(comparison.differences) == 3 * 20 * len(comparison.measures)
    assert len(comparison.effects) == len(comparison.horizons) * len(comparison.measures)
    assert not comparison.effects.duplicated(["measure", "horizon"]).any()


def test_effects_are_those_of_the_differences() -> None:
    comparison = tightened()
    month = comparison.effects.query("measure == 'balance' and horizon == 'month_12'").iloc[0]
    table = comparison.differences.query("measure == 'balance'")
    table = table[table["month"] == month["last_month"]]
    assert month["effect"] == pytest.approx(table["difference"].mean())
    assert month["low"] <= month["effect"] <= month["high"]
    assert month["seeds"] == 3
    hhi = comparison.effects.query("measure == 'hhi' and horizon == 'month_12'").iloc[0]
    table = comparison.differences.query("measure == 'hhi'")
    table = table[table["month"] == hhi["last_month"]]
    assert hhi["effect"] == pytest.approx(table["difference"].median())
    assert (hhi["statistic"], month["statistic"]) == ("median", "mean")


def test_a_tight_cap_lowers_prices_and_shuts_people_out() -> None:
    table = tightened().at("since")
    assert table.loc["apr_new", "effect"] < 0
    assert table.loc["approval_rate", "effect"] < 0
    assert table.loc["unmet_cap", "effect"] > 0


def test_pairing_narrows_the_interval() -> None:
    table = tightened().at("month_12")
    assert table.loc["balance", "variance_ratio"] > 1
    width = table["high"] - table["low"]
    unpaired = table["unpaired_high"] - table["unpaired_low"]
    assert width["balance"] < unpaired["balance"]


def test_workers_change_no_byte() -> None:
    alone = compare(BASE, BASE.with_changes(TIGHT), seeds=2, **SETTINGS)
    shared = compare(BASE, BASE.with_changes(TIGHT), seeds=2, **SETTINGS | {"workers": 2})
    pandas.testing.assert_frame_equal(alone.effects, shared.effects, check_exact=True)
    pandas.testing.assert_frame_equal(alone.differences, shared.differences, check_exact=True)


def test_progress_counts_the_months_that_are_lived() -> None:
    told: list[tuple[str, int, int]] = []
    comparison = compare(
        BASE,
        BASE.with_changes(TIGHT),
        seeds=2,
        progress=lambda phase, done, total: told.append((phase, done, total)),
        **SETTINGS,
    )
    months = [(done, total) for phase, done, total in told if phase == "months"]
    total = 2 * (24 + 24 - (4 + 4))
    assert comparison.manifest["months_simulated"] == total
    assert months[-1] == (total, total)
    assert [done for done, _ in months] == sorted(done for done, _ in months)


# --- words, figures, files -----------------------------------------------------------------------


def test_sentences_name_what_is_clear_and_how_sure_it_is() -> None:
    comparison = tightened()
    words = " ".join(what_it_says(comparison))
    assert "Before 2024-06, tight and small are the same, to the last bit" in words
    assert "all-in rate (new loans) falls by" in words
    assert "Only 3 seeds: intervals are wide" in words
    assert "cover 75%, not 95%" in words
    clear = [row for row in shown_rows(comparison, comparison.headline) if row.clear]
    for row in clear:
        assert row.low > 0 or row.high < 0
    assert "no clear difference, since the interval holds zero" in words


def test_one_seed_says_that_it_has_no_interval() -> None:
    comparison = compare(BASE, BASE.with_changes(TIGHT), seeds=1, **SETTINGS)
    assert comparison.effects["low"].isna().all()
    assert "One seed gives no interval" in " ".join(comparison.sentences())


def test_screens_show_measures_that_there_are() -> None:
    comparison = tightened()
    rows = shown_rows(comparison, comparison.headline)
    assert set(SHOWN) <= {row.measure.name for row in rows}
    assert "access_low_income" in {row.measure.name for row in rows}


def test_a_plot_shows_the_difference_by_month() -> None:
    comparison = tightened()
    figure = comparison.plot("hhi")
    line = next(trace for trace in figure.data if trace.name == "median of 3 seeds")
    table = comparison.differences.query("measure == 'hhi'")
    expected = table.groupby("month")["difference"].median()
    assert list(line.y) == pytest.approx(expected.tolist())
    assert figure.layout.yaxis.title.text == "HHI by brand, points"
    with pytest.raises(InputError, match="Did you mean 'hhi'"):
        comparison.plot("hi")


def test_an_unknown_horizon_is_told() -> None:
    with pytest.raises(InputError, match="no horizon 'month_13'; there are month_12"):
        tightened().at("month_13")


def test_files_hold_what_was_compared(tmp_path: Path) -> None:
    comparison = tightened()
    folder = write_comparison(comparison, tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {
        COMPARISON_FILE,
        DIFFERENCES_FILE,
        "manifest.json",
        "report.html",
    }
    effects = read_table(folder / COMPARISON_FILE, EFFECTS)
    pandas.testing.assert_frame_equal(effects, comparison.effects)
    differences = read_table(folder / DIFFERENCES_FILE, DIFFERENCES)
    pandas.testing.assert_frame_equal(differences, comparison.differences)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["other"]["name"] == "tight"
    assert manifest["files"][COMPARISON_FILE]["rows"] == len(effects)
    report = (folder / "report.html").read_text()
    assert "tight against small" in report
    assert report.count("Plotly.newPlot(") == len(shown_rows(comparison, comparison.headline))
    assert "http://" not in report.partition("<main>")[2].partition("</main>")[0]


def test_files_are_the_same_bytes_for_the_same_comparison(tmp_path: Path) -> None:
    one = write_comparison(tightened(), tmp_path / "one")
    again = compare(BASE, BASE.with_changes(TIGHT, name="tight"), seeds=3, **SETTINGS)
    two = write_comparison(again, tmp_path / "two")
    for name in (COMPARISON_FILE, DIFFERENCES_FILE):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        write_comparison(tightened(), tmp_path)


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.comparison_report.comparison_html", fail)
    with pytest.raises(OSError, match="No space left"):
        write_comparison(tightened(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_every_column_is_documented() -> None:
    for table in (EFFECTS, DIFFERENCES):
        assert arrow_schema(table) is not None
        for column in table.columns:
            assert isinstance(column, Column)
            assert column.description
            assert column.label_zh


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seeds": 0}, "seeds is 0"),
        ({"borrowers": 1}, "borrowers is 1"),
        ({"months": 85}, "months is 85"),
        ({"workers": 0}, "workers is 0; allowed: 1 to"),
    ],
)
def test_settings_out_of_bounds_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compare(BASE, BASE, **SETTINGS | settings)


def test_scenarios_that_begin_in_other_months_are_refused() -> None:
    other = BASE.with_changes({"start": "2024-02"}, name="later")
    with pytest.raises(InputError, match="begins in 2024-01 and later in 2024-02"):
        compare(BASE, other, **SETTINGS)


def test_the_numbers_are_finite_or_empty() -> None:
    values = tightened().effects.select_dtypes("float64").to_numpy().ravel().tolist()
    assert not any(math.isinf(value) for value in values)
