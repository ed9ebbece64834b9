"""Lorenz curves and Gini coefficients against cases that are known."""

import math

import numpy as np
import pytest

from sim.lorenz import gini, lorenz


def curve(*lenders: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Of lenders: balance, firms, size_cv."""
    return lorenz(*(np.array(values, dtype=float) for values in zip(*lenders, strict=True)))


def test_equal_firms_lie_on_the_line() -> None:
    share, cumulated = curve((3.0, 3, 0.0), (1.0, 1, 0.0))
    assert cumulated == pytest.approx(share)
    assert gini(share, cumulated) == pytest.approx(0.0)


def test_one_large_firm_among_small_ones() -> None:
    # Nine firms hold 10% together, one holds 90%: Gini = 0.9 - 0.1 by hand.
    share, cumulated = curve((90.0, 1, 0.0), (10.0, 9, 0.0))
    assert share.tolist() == pytest.approx([0.0, 0.9, 1.0])
    assert cumulated.tolist() == pytest.approx([0.0, 0.1, 1.0])
    assert gini(share, cumulated) == pytest.approx(0.8)


@pytest.mark.parametrize("cv", [0.5, 1.5, 3.0])
def test_firms_within_a_group_are_lognormal(cv: float) -> None:
    # Gini of a lognormal: erf(sigma / 2); pieces lose a little of the largest firms.
    share, cumulated = curve((7.0, 3_000, cv))
    assert gini(share, cumulated) == pytest.approx(
        math.erf(math.sqrt(math.log(1 + cv * cv)) / 2), abs=0.01
    )
    assert cumulated[-1] == pytest.approx(1.0)


def test_firms_without_a_balance_do_not_count() -> None:
    assert curve((0.0, 5, 1.0), (2.0, 1, 0.0), (2.0, 1, 0.0))[0].tolist() == [0.0, 0.5, 1.0]
    share, cumulated = curve((0.0, 5, 1.0))
    assert gini(share, cumulated) == 0.0
