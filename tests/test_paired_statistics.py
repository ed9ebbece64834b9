"""Intervals of paired differences, against SciPy's own and against made-up truths."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.paired_statistics import (
    LEAST_SEEDS_FOR_MEDIAN,
    LEVEL,
    Effect,
    effect_of,
    effects_over,
    order_coverage,
    order_interval,
)

LUCK = np.array([0.3, -1.2, 0.8, 2.1, -0.4, 0.1, -0.9, 1.4, 0.6, -0.2])
NOISE = np.array([0.02, -0.01, 0.03, 0.0, -0.04, 0.01, 0.05, -0.02, 0.01, -0.03])
BASE, OTHER = LUCK, LUCK + 1.0 + NOISE


def test_a_mean_has_the_t_interval_of_the_differences() -> None:
    effect = effect_of(BASE.tolist(), OTHER.tolist(), median=False)
    expected = stats.ttest_1samp(OTHER - BASE, 0.0).confidence_interval(LEVEL)
    assert (effect.paired.low, effect.paired.high) == pytest.approx(tuple(expected))
    assert effect.effect == pytest.approx(float((OTHER - BASE).mean()))
    assert (effect.seeds, effect.coverage) == (10, 0.95)


def test_without_pairing_a_mean_has_welchs_interval() -> None:
    effect = effect_of(BASE.tolist(), OTHER.tolist(), median=False)
    expected = stats.ttest_ind(OTHER, BASE, equal_var=False).confidence_interval(LEVEL)
    assert (effect.unpaired.low, effect.unpaired.high) == pytest.approx(tuple(expected))


def test_a_median_has_an_order_statistic_interval() -> None:
    effect = effect_of(BASE.tolist(), OTHER.tolist(), median=True)
    expected = stats.quantile_test(OTHER - BASE, p=0.5).confidence_interval(LEVEL)
    assert (effect.paired.low, effect.paired.high) == pytest.approx((expected.low, expected.high))
    assert effect.effect == pytest.approx(float(np.median(OTHER - BASE)))
    assert effect.unpaired.low < effect.effect < effect.unpaired.high
    assert effect.unpaired.high - effect.unpaired.low > 10 * (
        effect.paired.high - effect.paired.low
    )


def test_pairing_is_worth_the_ratio_of_variances() -> None:
    effect = effect_of(BASE.tolist(), OTHER.tolist(), median=False)
    expected = (BASE.var(ddof=1) + OTHER.var(ddof=1)) / (OTHER - BASE).var(ddof=1)
    assert effect.variance_ratio == pytest.approx(expected)
    assert effect.variance_ratio > 100
    shuffled = effect_of(BASE.tolist(), OTHER[::-1].tolist(), median=False)
    assert shuffled.variance_ratio < 3


@pytest.mark.parametrize("count", [2, 3, 5, 6, 10, 17, 40])
def test_order_intervals_cover_what_they_say(count: int) -> None:
    """Counted over all sides of the median on which `count` values can lie."""
    values = np.arange(1.0, count + 1.0)
    interval = order_interval(values)
    low, high = int(interval.low), int(interval.high)
    # The median lies within if at least `low` values are below it and at most `high` - 1.
    covered = sum(math.comb(count, below) for below in range(low, high)) / 2.0**count
    assert order_coverage(count) == pytest.approx(covered)
    assert (covered >= LEVEL) == (count >= LEAST_SEEDS_FOR_MEDIAN)
    if covered >= LEVEL and high - low > 1:
        narrower = sum(math.comb(count, b) for b in range(low + 1, high - 1)) / 2.0**count
        assert narrower < LEVEL


def test_one_seed_has_no_interval() -> None:
    for median in (False, True):
        effect = effect_of([1.0], [3.0], median=median)
        assert effect.effect == 2.0
        assert math.isnan(effect.paired.low)
        assert math.isnan(effect.unpaired.high)
        assert math.isnan(effect.variance_ratio)
        assert math.isnan(effect.coverage)


def test_equal_worlds_differ_by_exactly_nothing() -> None:
    for median in (False, True):
        effect = effect_of(BASE.tolist(), BASE.tolist(), median=median)
        assert (effect.effect, effect.paired.low, effect.paired.high) == (0.0, 0.0, 0.0)
        assert math.isnan(effect.variance_ratio)
        assert effect.unpaired.low < 0 < effect.unpaired.high


def test_seeds_without_a_figure_are_left_out() -> None:
    effect = effect_of([1.0, math.nan, 3.0], [2.0, 2.0, 5.0], median=False)
    assert (effect.seeds, effect.effect) == (2, 1.5)
    none = effect_of([1.0, 2.0], [math.nan, math.nan], median=False)
    assert (none.seeds, none.base) == (0, 1.5)
    assert math.isnan(none.effect)
    assert math.isnan(none.other)


def test_constant_worlds_have_intervals_of_no_width() -> None:
    effect = effect_of([1.0, 1.0, 1.0], [2.0, 2.0, 2.0], median=False)
    assert (effect.unpaired.low, effect.unpaired.high) == (1.0, 1.0)


@pytest.mark.parametrize("seeds", [1, 2, 4, 7])
def test_many_figures_at_once_say_what_each_says_alone(seeds: int) -> None:
    draws = np.random.default_rng(seeds)
    base = draws.normal(size=(40, seeds))
    other = base + draws.normal(size=(40, seeds))
    other[3] = base[3]  # nothing changes
    base[4], other[4] = 1.0, 2.0  # nothing varies
    base[5, 0], other[6, -1], base[7], other[8] = math.nan, math.nan, math.nan, math.nan
    medians = np.arange(40) % 2 == 0
    found = effects_over(base, other, medians)
    for place, effect in enumerate(found):
        alone = effect_of(base[place].tolist(), other[place].tolist(), median=bool(medians[place]))
        for one, two in zip(figures(effect), figures(alone), strict=True):
            assert one == pytest.approx(two, rel=1e-12, abs=1e-12, nan_ok=True)


def figures(effect: Effect) -> list[float]:
    return [
        effect.seeds,
        effect.base,
        effect.other,
        effect.effect,
        effect.coverage,
        effect.paired.low,
        effect.paired.high,
        effect.unpaired.low,
        effect.unpaired.high,
        effect.variance_ratio,
    ]
