"""Dated values that a run comes to are kept, history and ends of lines too; others are refused."""

from collections.abc import Mapping

import pytest

from sim.core.keyed_values import DatedPath, DatedSeries
from sim.core.months import Month
from sim.core.parameters import FieldError
from sim.dates_reached import refuse_unreached
from sim.scenario import LONGEST_BURN_IN, load_scenario

FIRST, LAST = Month.of(2020, 1), Month.of(2030, 12)


def dated(months: Mapping[str, float]) -> dict[Month, float]:
    return {Month.parse(month): value for month, value in months.items()}


@pytest.mark.parametrize(
    "months",
    [
        ["2024-01"], ["2020-01", "2030-12"],
        ["2010-01", "2020-02"],  # history: it says where the run begins
        ["2010-01"],
    ],
)  # fmt: skip
def test_what_says_where_the_run_begins_or_goes_is_kept(months: list[str]) -> None:
    values = dated(dict.fromkeys(months, 0.03))
    for form in (DatedSeries, DatedPath):
        refuse_unreached("macro.lpr", form(values), FIRST, LAST)


def test_the_end_of_a_line_may_lie_beyond_the_run_that_of_a_level_not() -> None:
    values = dated({"2030-06": 0.5, "2031-06": 0.7})
    line = DatedPath(values)
    refuse_unreached("macro.online_town", line, FIRST, LAST)
    assert line.at(LAST) == pytest.approx(0.6)  # it does reach the run
    with pytest.raises(FieldError, match="2031-06 is outside the run"):
        refuse_unreached("macro.lpr", DatedSeries(values), FIRST, LAST)
    beyond = DatedPath(dated({"2030-06": 0.5, "2031-06": 0.7, "2032-06": 0.8}))
    with pytest.raises(FieldError):
        refuse_unreached("macro.online_town", beyond, FIRST, LAST)


def test_history_that_other_history_replaces_does_nothing() -> None:
    values = DatedSeries(dated({"2018-01": 0.04, "2019-01": 0.03, "2024-01": 0.02}))
    with pytest.raises(FieldError, match="2019-01 takes its place"):
        refuse_unreached("macro.lpr", values, FIRST, LAST)
    refuse_unreached("macro.lpr", values, Month.of(2018, 6), LAST)  # an earlier run comes to it


def test_history_does_not_depend_on_the_burn_in_that_a_file_asks_for() -> None:
    """A shorter burn-in is no reason to take the past of a rate out of the file."""
    lpr = {"macro.lpr": {"2009-01": 0.05, "2015-01": 0.04, "2024-01": 0.03}}
    for months in (1, 40, LONGEST_BURN_IN):
        scenario = load_scenario("observed").with_changes({"burn_in_months": months} | lpr)
        assert scenario.macro.lpr.at(Month.of(2020, 1)) == 0.04
