"""The Lorenz curve of firms' balances, and its Gini coefficient.

Counts real firms. The firms of an agent that stands for many are spread around their mean as a
lognormal distribution of its `size_cv`: the first two moments are those that the HHI counts with
(sim/metrics.py); the shape is an assumption of this curve alone.
"""

import math
from statistics import NormalDist

import numpy as np

from agents.messages import Floats

PIECES = 40
"""Groups of equal number into which the firms of one agent are divided, smallest first."""


def lorenz(balances: Floats, firms: Floats, size_cv: Floats) -> tuple[Floats, Floats]:
    """Cumulative shares of firms and of the balance, smallest firms first, from (0, 0) to (1, 1).

    Firms without a balance are left out. Without any, the curve is the line of equality.

    balances, firms, size_cv : [L]
    """
    numbers, sizes = [], []
    for balance, count, cv in zip(balances, firms, size_cv, strict=True):
        if balance > 0 and count > 0:
            parts = _spread(float(cv)) if count > 1 and cv > 0 else np.ones(1)
            numbers.append(np.full(len(parts), count / len(parts)))
            sizes.append(balance / count * parts)
    if not numbers:
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    number, size = np.concatenate(numbers), np.concatenate(sizes)
    order = np.argsort(size, kind="stable")
    held = (number * size)[order]
    share = np.concatenate(([0.0], np.cumsum(number[order]) / number.sum()))
    cumulated = np.concatenate(([0.0], np.cumsum(held) / held.sum()))
    return share, cumulated


def gini(share: Floats, cumulated: Floats) -> float:
    """Twice the area between the line of equality and a Lorenz curve: 0 equal, 1 one has all."""
    return float(1.0 - np.sum(np.diff(share) * (cumulated[1:] + cumulated[:-1])))


def _spread(cv: float) -> Floats:
    """[PIECES] mean size in each piece of a lognormal of mean one, smallest first."""
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    normal = NormalDist()
    inner = [normal.inv_cdf(place / PIECES) for place in range(1, PIECES)]
    below = [0.0, *(normal.cdf(z - sigma) for z in inner), 1.0]  # of the whole, held by the smaller
    return np.diff(np.array(below)) * PIECES
