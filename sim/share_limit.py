"""The limit on market shares: a brand above it takes no new customers.

Those it has keep their lines, so its share falls by attrition and by others' growth.
"""

import numpy as np

from agents.limits import Limits
from sim.columns import floats
from sim.market import Event, Market

READMITTED = 0.98
"""Part of the limit at which new customers are taken again (assumption)."""


def hold_shares(market: Market, limits: Limits) -> None:
    """Marks the brands that are above the limit, by last month-end's balances of each firm."""
    held = np.array([lender.state.share_held for lender in market.lenders], dtype=bool)
    if limits.share_limit >= 1.0 and not held.any():
        return
    balances = market.balances()
    firms = np.maximum(1.0, floats([lender.state.firms for lender in market.lenders]))
    share = balances / firms / max(1, int(balances.sum()))
    over = share > np.where(held, READMITTED, 1.0) * limits.share_limit
    for number in np.flatnonzero(over != held).tolist():
        lender = market.lenders[number]
        lender.state.share_held = bool(over[number])
        if lender.state.status != "open":
            continue
        text = (
            f"takes no new customers: {share[number]:.1%} of the market is above the limit"
            if over[number]
            else f"takes new customers again: {share[number]:.1%} of the market"
        )
        market.events.append(Event("policy", lender.name, text, limits.share_limit, share[number]))
