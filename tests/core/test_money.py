"""Money is exact: conversion, splitting, and the figures that people read."""

from decimal import Decimal
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.core.money import fen, format_yuan, share_out, yuan

weights = st.lists(
    st.one_of(st.integers(0, 10**12), st.floats(0, 1e12, allow_subnormal=False)), min_size=1
).filter(any)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (12, 1_200),
        ("12.34", 1_234),
        ("-0.01", -1),
        ("1e3", 100_000),
        (Decimal("0.005"), 0),  # halves to the even neighbour
        (Decimal("0.015"), 2),
        (Decimal("-0.025"), -2),
        (0.125, 12),
        (1.005, 100),  # this float lies below 1.005
        ("9000000000000000000.01", 900_000_000_000_000_000_001),
    ],
)
def test_yuan_become_the_nearest_fen(amount: str | float | Decimal, expected: int) -> None:
    assert fen(amount) == expected


@given(st.integers(-(10**15), 10**15))
def test_fen_survive_the_trip_through_yuan(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(Decimal(amount) / 100) == amount


@pytest.mark.parametrize(
    "amount", ["", "abc", "1/3", "1,000", "nan", float("nan"), float("inf"), True, None, [1]]
)
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(InputError, match="is not an amount of money in yuan"):
        fen(amount)  # type: ignore[arg-type]


@given(st.integers(-(10**18), 10**18), weights)
def test_shares_are_whole_exact_and_nearly_proportional(
    total: int, weights: list[int | float]
) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    whole = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * Fraction(weight) / whole) < 1
        assert weight > 0 or part == 0
    assert share_out(-total, weights) == [-part for part in parts]


@given(st.integers(0, 10**12), weights, st.integers(1, 1000))
def test_only_proportions_matter(total: int, weights: list[int | float], scale: int) -> None:
    exact = [Fraction(weight) for weight in weights]
    common = max(weight.denominator for weight in exact)
    whole_numbers = [int(weight * common) * scale for weight in exact]
    assert share_out(total, whole_numbers) == share_out(total, weights)


def test_fen_left_over_go_to_the_largest_remainders_then_in_order() -> None:
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert share_out(101, [1, 1, 1]) == [34, 34, 33]
    assert share_out(10, [1, 2, 4]) == [1, 3, 6]
    assert share_out(-100, [1, 1, 1]) == [-34, -33, -33]
    assert share_out(5, [0, 0.5, 0]) == [0, 5, 0]


def test_numpy_weights_do_not_overflow() -> None:
    large = numpy.array([2**62, 2**62], numpy.int64)
    assert share_out(10**15 + 1, large.tolist()) == share_out(10**15 + 1, list(large))
    assert all(type(part) is int for part in share_out(7, list(numpy.array([0.5, 0.25]))))


def test_nothing_can_be_shared_by_nobody() -> None:
    assert share_out(0, []) == []
    assert share_out(0, [0, 0]) == [0, 0]
    for nobody in ([], [0, 0.0]):
        with pytest.raises(ValueError, match="cannot share out 5 fen: all weights are 0"):
            share_out(5, nobody)


@pytest.mark.parametrize("weight", [-1, -0.5, float("nan"), float("inf")])
def test_impossible_weights_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="a weight must be a finite number of at least 0"):
        share_out(5, [1, weight])


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (0, "0 yuan", "0元"),
        (35, "0.35 yuan", "0.35元"),
        (-1_234, "-12.34 yuan", "-12.34元"),
        (999_900, "9,999 yuan", "1.0万元"),
        (490_000_00, "490,000 yuan", "49.0万元"),
        (1_234_500_000_00, "1.2 bn yuan", "12.3亿元"),
        (999_960_000_00, "1.0 bn yuan", "10.0亿元"),
        (500_000_000_000_000, "5.0 tn yuan", "5.0万亿元"),
        (-500_000_000_000_000, "-5.0 tn yuan", "-5.0万亿元"),
        (123_456_700_000_000_000, "1,234.6 tn yuan", "1,234.6万亿元"),
    ],
)
def test_amounts_read_naturally(amount: int, english: str, chinese: str) -> None:
    assert format_yuan(amount) == english
    assert format_yuan(amount, language="zh") == chinese


def test_the_unit_and_the_digits_can_be_chosen() -> None:
    assert format_yuan(123_456_789_000_000_000, 10**9) == "1,234,567.9 bn yuan"
    assert format_yuan(500_000_000_000_000, 10**8, language="zh", decimals=0) == "50,000亿元"
    assert format_yuan(-4, 10**12) == "0.0 tn yuan"
    assert format_yuan(1_500_000_000_00, decimals=3) == "1.500 bn yuan"
    with pytest.raises(ValueError, match="no unit of 1000 yuan in 'en'"):
        format_yuan(1, 1000)


@given(st.integers(-(10**20), 10**20), st.sampled_from([10**6, 10**9, 10**12]), st.integers(0, 4))
def test_the_figure_shown_is_the_nearest(amount: int, scale: int, decimals: int) -> None:
    shown = Fraction(format_yuan(amount, scale, decimals=decimals).split()[0].replace(",", ""))
    assert abs(shown - Fraction(amount, 100 * scale)) <= Fraction(1, 2 * 10**decimals)
