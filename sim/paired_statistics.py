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
