"""Measures of the market: concentration over real firms, ratios with a value for every case."""

import math

import numpy as np

from agents.messages import Floats, Ints


def ratio(numerator: float, denominator: float) -> float:
    """Numerator / denominator, 0 where there is nothing to divide by."""
    return float(numerator) / float(denominator) if denominator else 0.0


def ratios(numerators: Floats | Ints, denominators: Floats | Ints) -> Floats:
    """The same of two arrays, place by place."""
    nothing = np.zeros(len(numerators))
    found: Floats = np.divide(numerators, denominators, out=nothing, where=denominators != 0)
    return found


def hhi(balances: Floats, firms: Floats, size_cv: Floats) -> float:
    """Herfindahl-Hirschman index in points over real firms; 0 at zero balance.

    An agent of share s that stands for m firms with size dispersion cv adds
    10^4 s^2 (1 + cv^2) / m (definition of the model, section 9).

    balances, firms, size_cv : [L]
    """
    total = balances.sum()
    if total <= 0:
        return 0.0
    share = balances / total
    spread = np.where(firms > 1, 1.0 + size_cv * size_cv, 1.0)
    # Summed exactly: lenders that hold nothing must not change the last bit.
    return math.fsum(1e4 * share * share * spread / np.maximum(1.0, firms))


def largest(balances: Floats, firms: Floats, count: int) -> float:
    """Balance of the `count` largest real firms, the firms of a fringe taken as equal.

    balances, firms : [L]
    """
    sizes = balances / np.maximum(1.0, firms)
    order = np.argsort(-sizes, kind="stable")[:count]  # each stands for a firm at the least
    left, total = float(count), 0.0
    for many, size in zip(firms[order].tolist(), sizes[order].tolist(), strict=True):
        taken = min(left, max(1.0, many))
        total += taken * size
        left -= taken
        if left <= 0:
            break
    return total
