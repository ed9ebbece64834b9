"""Which segments a lender turns to when it has less room than demand.

A yuan lent ties up the same capital in every segment, since routes are the lender's and not the
segment's. So margin per unit of capital goes by margin alone: what a lender can ask over its costs
from the grades that it serves, which a cap cuts down where risks are high.
"""

from collections.abc import Sequence

import numpy as np

from agents.lender import Lender
from agents.messages import Floats, Ints
from sim.columns import floats, ints

SHORTAGE_MEMORY = 0.25
"""Weight of the newest month in the part of requests that found no room (assumption)."""

LEAST_MARGIN = 0.001
"""Margin, fraction per year, below which a segment earns nothing worth the difference."""

MOST_RATIO = 4.0
"""Bound on a segment's margin relative to the lender's mean, both ways (assumption)."""


def remember_shortage(brands: Sequence[Lender], refused: Floats) -> None:
    """Takes in the part of this month's requests that found no room.

    refused : [lenders] by brand
    """
    newest = np.clip(refused[ints([lender.number for lender in brands])], 0.0, 1.0).tolist()
    for lender, part in zip(brands, newest, strict=True):
        lender.state.short += SHORTAGE_MEMORY * (part - lender.state.short)


def expected_margins(apr_bp: Ints, costs: Floats) -> Floats:
    """[L, S] mean margin over break-even of the grades served, fraction per year; 0 if none is.

    apr_bp : [L, S, G] what new customers are asked, 0 where refused ; costs : [L, 1 or S, G]
    """
    served = apr_bp > 0
    earned = np.where(served, apr_bp / 10_000.0 - costs, 0.0).sum(axis=2)
    found: Floats = earned / np.maximum(1, served.sum(axis=2))
    return found


def allocated(lenders: Sequence[Lender], fit: Floats, margins: Floats) -> Floats:
    """[L, S] attention to segments: the whole as before, shifted to where capital earns more.

    Nothing moves while there is room for all (`short` is 0) or with the kind's `allocation` at 0.

    fit : [L, S] attention without it ; margins : [L, S] see `expected_margins`
    """
    power = floats([lender.kind.allocation * lender.state.short for lender in lenders])
    if not power.any():
        return fit
    total = fit.sum(axis=1, keepdims=True)
    mean = (fit * margins).sum(axis=1, keepdims=True) / np.where(total > 0.0, total, 1.0)
    ratio = np.maximum(LEAST_MARGIN, margins) / np.maximum(LEAST_MARGIN, mean)
    shifted = fit * np.clip(ratio, 1.0 / MOST_RATIO, MOST_RATIO) ** power[:, None]
    after = shifted.sum(axis=1, keepdims=True)
    found: Floats = shifted * total / np.where(after > 0.0, after, 1.0)
    return np.where(power[:, None] > 0.0, found, fit)
