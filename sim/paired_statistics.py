"""What several seeds say about a difference: its centre, its interval, and what pairing is worth.

Two centres, each with the interval that suits it, at 95%:

mean : Student's t of the paired differences; without pairing, Welch's t of two samples (Welch,
    Biometrika 34, 1947).
median : order statistics of the paired differences, which assume no shape; so its true coverage
    is the next higher that the number of seeds allows, and below six seeds 95% cannot be had: then
    it runs from the lowest to the highest difference. Without pairing, each sample's own such
    interval, joined by square-and-add (Newcombe, Statistics in Medicine 17, 1998).

One seed gives a difference and no interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Coverage of the intervals."""

LEAST_SEEDS_FOR_MEDIAN = 6
"""From this many seeds on, lowest to highest covers a median in 95% of cases: 1 - 2 / 2**6."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; both NaN where there are too few seeds."""

    low: float
    high: float


NONE = Interval(math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Effect:
    """What seeds say about one figure of two worlds.

    seeds : how many have the figure in both
    base, other : centre of each world
    effect : centre of the paired differences, other less base
    coverage : of `paired` if its centre is the true one
    paired, unpaired : intervals of the effect, with common random numbers and as if without
    variance_ratio : (variance of base + variance of other) / variance of the differences: how many
        times as many seeds one would need without pairing; NaN where it cannot be told (one seed,
        or no variance left)
    """

    seeds: int
    base: float
    other: float
    effect: float
    coverage: float
    paired: Interval
    unpaired: Interval
    variance_ratio: float


def effect_of(base: Sequence[float], other: Sequence[float], *, median: bool) -> Effect:
    """The effect from one figure a seed in each world, in the same order; NaN: no figure."""
    import numpy as np

    one, two = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    known = ~(np.isnan(one) | np.isnan(two))
    one, two = one[known], two[known]
    count = len(one)
    if count == 0:
        return Effect(
            0,
            base=_centre(_known(base), median),
            other=_centre(_known(other), median),
            effect=math.nan,
            coverage=math.nan,
            paired=NONE,
            unpaired=NONE,
            variance_ratio=math.nan,
        )
    differences = two - one
    effect = _centre(differences, median)
    if median:
        paired, unpaired = order_interval(differences), _square_and_add(one, two)
    else:
        paired, unpaired = mean_interval(differences), _welch(one, two)
    coverage = math.nan if count == 1 else order_coverage(count) if median else LEVEL
    return Effect(
        count,
        _centre(one, median),
        _centre(two, median),
        effect,
        coverage,
        paired,
        unpaired,
        _variance_ratio(one, two, differences),
    )


def effects_over(base: "Floats", other: "Floats", medians: "npt.NDArray[np.bool_]") -> list[Effect]:
    """`effect_of` for many figures at once, some hundred times as quick as one by one.

    base, other : [figures, seeds] ; medians : [figures] whether the centre is the median
    """
    import numpy as np

    whole = ~(np.isnan(base) | np.isnan(other)).any(axis=1)
    found: dict[int, Effect] = {
        int(place): effect_of(
            base[place].tolist(), other[place].tolist(), median=bool(medians[place])
        )
        for place in np.flatnonzero(~whole)
    }
    for median in (False, True):
        places = np.flatnonzero(whole & (medians == median))
        if len(places) and base.shape[1]:
            effects = _whole(base[places], other[places], median)
            found.update(zip(places.tolist(), effects, strict=True))
    return [found[place] for place in range(len(base))]


def _whole(one: "Floats", two: "Floats", median: bool) -> list[Effect]:
    """Effects of figures [figures, seeds] that are there in every seed of both worlds."""
    import numpy as np

    figures, count = one.shape
    gaps = two - one
    centres = [np.median(x, axis=1) if median else x.mean(axis=1) for x in (one, two, gaps)]
    if count == 1:
        ends = np.full((5, figures), math.nan)
        coverage = math.nan
    else:
        variances = [x.var(axis=1, ddof=1) for x in (one, two, gaps)]
        left = variances[2]
        ratio = np.divide(
            variances[0] + variances[1], left, out=np.full(figures, math.nan), where=left > 0
        )
        between = centres[1] - centres[0]
        if median:
            coverage = order_coverage(count)
            place = _place(count)
            ordered = [np.sort(x, axis=1) for x in (one, two, gaps)]
            low, high = ([x[:, end] for x in ordered] for end in (place - 1, -place))
            down = np.hypot(centres[1] - low[1], high[0] - centres[0])
            up = np.hypot(high[1] - centres[1], centres[0] - low[0])
            ends = np.array([low[2], high[2], between - down, between + up, ratio])
        else:
            coverage = LEVEL
            half = _t(count - 1) * np.sqrt(left / count)
            wide = _welch_halves(variances[0] / count, variances[1] / count, count)
            ends = np.array(
                [centres[2] - half, centres[2] + half, between - wide, between + wide, ratio]
            )
    columns = [*(x.tolist() for x in centres), *ends.tolist()]
    return [
        Effect(count, a, b, gap, coverage, Interval(low, high), Interval(down, up), times)
        for a, b, gap, low, high, down, up, times in zip(*columns, strict=True)
    ]


def _welch_halves(one: "Floats", two: "Floats", count: int) -> "Floats":
    """Half the width of Welch's interval from the variances of two means of `count` values each."""
    import numpy as np
    from scipy.special import stdtrit

    total = one + two
    below = (one**2 + two**2) / (count - 1)
    some = total > 0
    freedom = np.divide(total**2, below, out=np.ones_like(total), where=some)
    half: Floats = np.where(some, stdtrit(freedom, 0.5 + LEVEL / 2) * np.sqrt(total), 0.0)
    return half


def _known(values: Sequence[float]) -> "Floats":
    import numpy as np

    return np.array([value for value in values if not math.isnan(value)], dtype=np.float64)


def _centre(values: "Floats", median: bool) -> float:
    import numpy as np

    if len(values) == 0:
        return math.nan
    return float(np.median(values) if median else values.mean())


def _variance_ratio(one: "Floats", two: "Floats", differences: "Floats") -> float:
    if len(differences) < 2 or not (left := float(differences.var(ddof=1))) > 0:
        return math.nan
    return float(one.var(ddof=1) + two.var(ddof=1)) / left


# --- means ---------------------------------------------------------------------------------------


def mean_interval(sample: "Floats | Sequence[float]") -> Interval:
    """The t interval of a mean; both ends NaN with fewer than two values."""
    import numpy as np

    values = np.asarray(sample, dtype=np.float64)
    count = len(values)
    if count < 2:
        return NONE
    half = _t(count - 1) * math.sqrt(float(values.var(ddof=1)) / count)
    return _around(float(values.mean()), half)


def _welch(one: "Floats", two: "Floats") -> Interval:
    """The interval of a difference of two means, variances not assumed equal."""
    if len(one) < 2:
        return NONE
    parts = [float(sample.var(ddof=1)) / len(sample) for sample in (one, two)]
    total = sum(parts)
    centre = float(two.mean() - one.mean())
    if total == 0:
        return Interval(centre, centre)
    # Degrees of freedom as of Welch and Satterthwaite.
    freedom = total**2 / sum(part**2 / (len(one) - 1) for part in parts)
    return _around(centre, _t(freedom) * math.sqrt(total))


def _around(centre: float, half: float) -> Interval:
    return Interval(centre - half, centre + half)


@cache
def _t(freedom: float) -> float:
    """Student's t that LEVEL of the distribution lies within."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + LEVEL / 2))


# --- medians -------------------------------------------------------------------------------------


def order_interval(values: "Floats") -> Interval:
    """The order-statistic interval of a median; lowest to highest below six values."""
    import numpy as np

    if len(values) < 2:
        return NONE
    place = _place(len(values))
    ordered = np.sort(values)
    return Interval(float(ordered[place - 1]), float(ordered[-place]))


def order_coverage(count: int) -> float:
    """How often the order-statistic interval of `count` values covers the median."""
    from scipy.special import bdtr

    return 1.0 - 2.0 * float(bdtr(_place(count) - 1, count, 0.5))


@cache
def _place(count: int) -> int:
    """Which value from either end bounds the median with LEVEL at least; the first if none does."""
    from scipy.special import bdtr

    place = 1
    while 2.0 * float(bdtr(place, count, 0.5)) <= 1.0 - LEVEL:
        place += 1
    return place


def _square_and_add(one: "Floats", two: "Floats") -> Interval:
    """The interval of a difference of two medians from those of both samples."""
    import numpy as np

    if len(one) < 2:
        return NONE
    base, other = order_interval(one), order_interval(two)
    middle_base, middle_other = float(np.median(one)), float(np.median(two))
    centre = middle_other - middle_base
    down = math.hypot(middle_other - other.low, base.high - middle_base)
    up = math.hypot(other.high - middle_other, middle_base - base.low)
    return Interval(centre - down, centre + up)
