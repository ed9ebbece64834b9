"""Bootstrap intervals of many paired differences at once.

Bias-corrected and accelerated for means (Efron, Journal of the American Statistical Association
82, 1987); percentile for medians, whose jackknife is not smooth. All columns share the same
resamples, so that the same results give the same intervals.
"""

from functools import cache
from typing import TYPE_CHECKING

from sim.paired_statistics import LEVEL

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]
    type Ints = npt.NDArray[np.int64]

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
    weights = np.zeros((RESAMPLES, count))
    np.add.at(weights, (np.arange(RESAMPLES)[:, None], _draws(count)), 1.0 / count)
    means = np.sort(weights @ block, axis=0)
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

    draws = _draws(len(block))
    shares = [(1.0 - LEVEL) / 2, (1.0 + LEVEL) / 2]
    ends = [np.quantile(np.median(column[draws], axis=1), shares) for column in block.T]
    low, high = np.array(ends).T
    return low, high


@cache
def _draws(count: int) -> "Ints":
    """[resamples, count] which of `count` seeds are drawn."""
    from scipy.stats import randint

    drawn: Ints = randint.rvs(0, count, size=(RESAMPLES, count), random_state=RESAMPLING_SEED)
    return drawn
