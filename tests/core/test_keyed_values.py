"""Values by month and by name: steps, lines, order, and what cannot be changed."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.keyed_values import ByName, DatedPath, DatedSeries
from sim.core.months import Month

months = st.integers(0, 1000).map(Month)


def month(text: str) -> Month:
    return Month.parse(text)


def test_a_series_holds_its_level_until_the_next_month_named() -> None:
    series = DatedSeries({month("2024-07"): 0.0335, month("2024-01"): 0.0345})
    assert [series.at(month(text)) for text in ("2020-01", "2024-01", "2024-06")] == 3 * [0.0345]
    assert [series.at(month(text)) for text in ("2024-07", "2030-12")] == 2 * [0.0335]


def test_a_series_tells_whether_it_has_begun() -> None:
    series = DatedSeries({month("2026-01"): "cap"})
    assert series.entry_at(month("2025-12")) is None
    assert series.entry_at(month("2027-05")) == (month("2026-01"), "cap")


def test_a_path_moves_in_a_straight_line() -> None:
    path = DatedPath({month("2024-01"): 0.8, month("2024-05"): 0.9})
    assert path.at(month("2023-01")) == 0.8
    assert path.at(month("2024-01")) == 0.8
    assert path.at(month("2024-02")) == pytest.approx(0.825)
    assert path.at(month("2024-05")) == 0.9
    assert path.at(month("2030-01")) == 0.9


@given(st.dictionaries(months, st.floats(-1e6, 1e6), min_size=1), months)
def test_a_path_stays_between_its_neighbours_and_meets_the_values_named(
    values: dict[Month, float], at: Month
) -> None:
    path, series = DatedPath(values), DatedSeries(values)
    assert all(path.at(known) == series.at(known) == value for known, value in values.items())
    low, high = min(values.values()), max(values.values())
    assert low - 1e-9 <= path.at(at) <= high + 1e-9
    assert series.at(at) in values.values()


def test_months_come_in_the_order_of_time_and_names_in_that_of_the_file() -> None:
    assert list(DatedSeries({month("2025-01"): 1, month("2024-01"): 2})) == [288, 300]
    assert list(ByName({"b": 1, "a": 2})) == ["b", "a"]


def test_equality_is_that_of_the_values() -> None:
    one = DatedSeries({month("2024-01"): 1.0}, source="here")
    same = DatedSeries({month("2024-01"): 1.0}, source="there")
    assert one == same
    assert hash(one) == hash(same)
    assert one != DatedSeries({month("2024-01"): 2.0})
    assert one != DatedPath({month("2024-01"): 1.0})


def test_they_travel_between_processes() -> None:
    series = DatedSeries({month("2024-01"): 1.0}, source="here", note="so")
    for twin in (pickle.loads(pickle.dumps(series)), copy.deepcopy(series)):
        assert twin == series
        assert (twin.source, twin.note) == ("here", "so")


def test_the_values_cannot_be_changed() -> None:
    original = {"a": 1}
    by_name = ByName(original)
    original["a"] = 2
    assert by_name["a"] == 1
    with pytest.raises(TypeError):
        by_name["a"] = 2  # type: ignore[index]


def test_there_is_at_least_one_value() -> None:
    with pytest.raises(ValueError, match="needs at least one month"):
        DatedSeries({})
