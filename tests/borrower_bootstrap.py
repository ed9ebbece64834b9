"""Resampling of loans by borrower, for tests of stylised facts."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]


def bootstrap_by_borrower(
    borrower: Ints, figure: Callable[[Floats], float], *, draws: int, seed: int
) -> Floats:
    """[draws] a figure of weighted loans, borrowers drawn with replacement.

    borrower : [loans] whose ; figure : from the weight of each loan
    """
    chance = np.random.default_rng(seed)
    _, place = np.unique(borrower, return_inverse=True)
    count = int(place.max()) + 1
    return np.array(
        [figure(chance.poisson(1.0, count)[place].astype(np.float64)) for _ in range(draws)]
    )
