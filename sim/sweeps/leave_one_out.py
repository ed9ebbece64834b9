"""What other seeds would have brought: a figure worked out again without each seed in turn.

The jackknife (Miller, Biometrika 61, 1974): the spread of the figures without one seed, times what
the mean of so many would need, is the standard error of the figure. Of a mean it is exactly the
usual one. It sees whatever luck a seed brings to all points together, which resampling of points
cannot see.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.paired_statistics import LEVEL, Interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]


def error_over_seeds(figure: "Callable[[Floats], Floats]", values: "Floats") -> "Floats":
    """Standard errors of figures of the mean over seeds; NaN with one seed.

    figure : of values with a seed left out, [..., seeds - 1], to an array of any shape
    values : [..., seeds]
    """
    import numpy as np

    seeds = values.shape[-1]
    if seeds < 2:
        return np.full_like(figure(values), np.nan)
    without = np.stack([figure(np.delete(values, seed, axis=-1)) for seed in range(seeds)])
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    errors: Floats = np.sqrt((seeds - 1) / seeds * spread)
    return errors


def half_width(points: float, blocks: int, seeds_error: float, seeds: int) -> float:
    """Half the interval, at `LEVEL`, of a figure with a standard error over points and over seeds.

    points, blocks : error over the sample of points, and how many of them were drawn
    seeds_error, seeds : error over seeds, and how many; NaN with one: then over points alone

    Degrees of freedom as of Welch and Satterthwaite (Biometrics Bulletin 2, 1946). The luck that
    each run has for itself is in both errors: the interval is rather too wide than too short.
    """
    parts = [(points, blocks - 1), (0.0 if math.isnan(seeds_error) else seeds_error, seeds - 1)]
    variance = sum(error**2 for error, _ in parts)
    if not variance > 0:
        return 0.0 if variance == 0 else math.nan
    freedom = variance**2 / sum(error**4 / free for error, free in parts if error > 0)
    return _t(freedom) * math.sqrt(variance)


def interval_over_seeds(centre: float, error: float, seeds: int) -> Interval:
    """The t interval of a figure over seeds; both ends NaN with one seed."""
    if seeds < 2:
        return Interval(math.nan, math.nan)
    half = _t(seeds - 1) * error
    return Interval(centre - half, centre + half)


def _t(freedom: float) -> float:
    """Student's t that LEVEL of the distribution lies within."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + LEVEL / 2))
