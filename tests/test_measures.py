"""What a comparison compares, taken from made-up tables."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.measures import measure_named, measured, measures_of
from tests.synthetic import market_table, segments_table

SEGMENTS = ["consumer", "low_income"]


def test_measures_are_declared_once_and_in_full() -> None:
    measures = measures_of(SEGMENTS)
    names = [measure.name for measure in measures]
    assert len(set(names)) == len(names)
    assert {"hhi", "cr5", "apr_new", "approval_rate", "access_low_income"} <= set(names)
    for measure in measures:
        column = measure.column
        assert all((column.label_en, column.label_zh, column.unit, column.description)), column
        is_concentration = measure.name.startswith("hhi")
        assert (measure.centre == "median") == is_concentration


def test_an_unknown_measure_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'hhi'"):
        measure_named("hhhi", measures_of(SEGMENTS))


def test_values_are_those_of_the_tables() -> None:
    market, segments = market_table(12), segments_table(market_table(12))
    names = sorted(set(segments["segment"]))
    measures = measures_of(names)
    found = measured(market, segments, measures)
    place = {measure.name: number for number, measure in enumerate(measures)}
    assert found.values.shape == (len(measures), 12)
    assert found.values[place["hhi"]].tolist() == market["hhi"].tolist()
    rate = market["approvals"] / market["applications"]
    assert found.values[place["approval_rate"]] == pytest.approx(rate.to_numpy())
    first = segments[segments["segment"] == names[0]].groupby("month")[["active", "borrowers"]]
    sums = first.sum()
    access = sums["active"] / sums["borrowers"]
    assert found.values[place[f"access_{names[0]}"]] == pytest.approx(access.to_numpy())


def test_prices_of_several_months_are_weighted_by_new_lending() -> None:
    market, segments = market_table(12), segments_table(market_table(12))
    market["originations"] = np.arange(1.0, 13.0)
    measures = measures_of([])
    found = measured(market, segments, measures)
    place = [measure.name for measure in measures].index("apr_new")
    expected = np.average(market["apr_new"][2:5], weights=market["originations"][2:5])
    assert found.over(2, 4)[place] == pytest.approx(expected)
    plain = [measure.name for measure in measures].index("hhi")
    assert found.over(2, 4)[plain] == pytest.approx(market["hhi"][2:5].mean())


def test_a_price_without_a_loan_is_no_figure() -> None:
    market, segments = market_table(12), segments_table(market_table(12))
    market.loc[3:5, ["originations", "apr_new"]] = 0.0
    measures = measures_of([])
    found = measured(market, segments, measures)
    place = [measure.name for measure in measures].index("apr_new")
    assert np.isnan(found.values[place, 3:6]).all()
    assert np.isnan(found.over(3, 5)[place])
    assert found.over(2, 5)[place] == pytest.approx(market["apr_new"][2])
