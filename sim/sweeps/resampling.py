"""Bootstrap intervals of many paired differences at once.

Bias-corrected and accelerated for means (Efron, Journal of the American Statistical Association
82, 1987), all columns with the same resamples, so that the same results give the same intervals.
Percentile for medians, whose jackknife is not smooth; what infinitely many resamples would bring is
known exactly (Efron, Annals of Statistics 7, 1979): the median of one is at most the k-th of n
values if at least half of its n draws, each with chance k / n, fall there.
"""

from functools import cache
from typing import TYPE_CHECKING

from sim.paired_statistics import LEVEL

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]

RESAMPLES = 2_000

RESAMPLING_SEED = 20_240_101

LEAST = 3
"""Below this many differences there is nothing to resample."""


def bootstrap(differences: "Floats", *, median: bool) -> "tuple[Floats, Floats]":
    """Ends of the intervals of each column's mean or median, at `LEVEL`.

    differences : [seeds, columns] ; NaN: that seed has none

    NaN where fewer than `LEAST` seeds have the figure.
    """
    import numpy as np

    low, high = (np.full(differences.shape[1], np.nan) for _ in range(2))
    known = ~np.isnan(differences)
    patterns: dict[bytes, list[int]] = {}
    for column in range(differences.shape[1]):
        patterns.setdefault(known[:, column].tobytes(), []).append(column)
    for columns in patterns.values():
        rows = known[:, columns[0]]
        if rows.sum() >= LEAST:
            block = differences[np.ix_(rows, columns)]
            low[columns], high[columns] = _of_medians(block) if median else _of_means(block)
    return low, high


def _of_means(block: "Floats") -> "tuple[Floats, Floats]":
    import numpy as np
    from scipy.special import ndtr, ndtri

    count = len(block)
    means = np.sort(_weights(count) @ block, axis=0)
    centre = block.mean(axis=0)
    deviation = block - centre
    # A column without variance has an interval of no width, whatever the corrections say.
    flat = np.ptp(block, axis=0) == 0
    below = (means < centre).mean(axis=0) + 0.5 * (means == centre).mean(axis=0)
    bias = ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    squares = np.where(flat, 1.0, (deviation**2).sum(axis=0))
    acceleration = (deviation**3).sum(axis=0) / (6.0 * squares**1.5)

    def end(share: float) -> "Floats":
        reach = bias + ndtri(share)
        place = ndtr(bias + reach / (1.0 - acceleration * reach)) * (RESAMPLES - 1)
        rows = np.clip(np.rint(place), 0, RESAMPLES - 1).astype(np.int64)
        return np.where(flat, centre, means[rows, np.arange(block.shape[1])])

    return end((1.0 - LEVEL) / 2), end((1.0 + LEVEL) / 2)


def _of_medians(block: "Floats") -> "tuple[Floats, Floats]":
    import numpy as np

    low, high = _places(len(block))
    ordered = np.sort(block, axis=0)
    return ordered[low], ordered[high]


@cache
def _places(count: int) -> tuple[int, int]:
    """Places among sorted values of the ends of a median's interval, from 0.

    Of an even number of draws two are in the middle: the lower counts for the low end, the upper
    for the high one, which makes the interval no shorter than that of their mean.
    """
    from scipy.special import bdtr

    def chance(place: int, rank: int) -> float:
        """That the `rank`-th smallest draw is at most the value at a place."""
        return 1.0 - float(bdtr(rank - 1, count, (place + 1) / count))

    lower, upper = (count + 1) // 2, count // 2 + 1
    low = next(k for k in range(count) if chance(k, lower) >= (1.0 - LEVEL) / 2)
    high = next(k for k in range(count) if chance(k, upper) >= (1.0 + LEVEL) / 2)
    return low, high


@cache
def _weights(count: int) -> "Floats":
    """[resamples, count] how often each of `count` seeds is drawn, as shares."""
    import numpy as np
    from scipy.stats import randint

    drawn = randint.rvs(0, count, size=(RESAMPLES, count), random_state=RESAMPLING_SEED)
    weights = np.zeros((RESAMPLES, count))
    np.add.at(weights, (np.arange(RESAMPLES)[:, None], drawn), 1.0 / count)
    return weights
