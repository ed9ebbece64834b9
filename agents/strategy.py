"""Named strategies: what a lender decides otherwise than by the rule that all have.

A strategy acts only through what a lender decides: the markup that it aims at and how fast it goes
there, the part of its revenue spent on marketing, its cut-offs and the segments that it turns to.
What comes of it is up to borrowers, rivals, funders and the regulator. Each is one function from
what the lender sees to a `Stance`. S segments.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agents.messages import Floats
from agents.strategy_names import NONE, niche_of

WAR_MARKUP = -0.01
"""Markup over break-even that a price war aims at, fraction per year (assumption)."""

WAR_MARGIN = 0.02
"""How far below its usual least margin a price war goes, fraction per year (assumption)."""

WAR_MARKETING = 2.0
"""Marketing in a price war, times the usual share of revenue (assumption)."""

TRUCE = 0.9
REARMED = 1.0
"""Equity over what loans need at their target leverage: below the first a price war stops, from the
second on it begins again. Above 1 / STRETCH = 0.83, where rationing would begin (assumption)."""

PREMIUM_MARKUP = 0.02
PREMIUM_CUT_OFF = 0.6
PREMIUM_MARKETING = 0.5
"""Premium: points of markup above the usual target, cut-off and marketing times the usual
(assumption)."""

NICHE_LEFT = 0.2
NICHE_MOST = 3.0
NICHE_CUT_OFF = 0.5
"""Niche: attention left to the other segments, the most that the niche gets, both times the usual,
and the cut-off elsewhere, times the usual (assumption)."""

FOLLOW_SPEED = 0.1
"""Part of the distance to rivals' mean price that a follower closes in a month (assumption);
faster, it would overshoot, since its price is known from the loans of the last half year."""

WAR_SPEED = 0.2
"""Part of the distance to the markup closed in a month by who wages or ends a war, or leads by
price (assumption)."""

EXPAND_CUT_OFF = 1.6
EXPAND_MARKETING = 2.5
EXPAND_MARGIN = 0.03
EXPAND_MARKUP = -0.02
"""Over-expansion: cut-offs and marketing times the usual, points off the least margin and off the
target markup, whatever losses say (assumption)."""


@dataclass(frozen=True)
class Stance:
    """What a strategy makes of a lender's decisions; this one leaves all as they are.

    strategy : its name ; fighting : whether a price war is on
    target : [S] markup aimed at, in place of the usual one ; speed : part of the way a month
    marketing : share of revenue, times the usual
    cut_off : [S] worst risk taken, times the usual ; margin : added to the least margin
    focus : [S] attention to each segment, times the usual; None: as usual
    """

    strategy: str = NONE
    fighting: bool = False
    target: Floats | None = None
    speed: float | None = None
    marketing: float = 1.0
    cut_off: Floats | float = 1.0
    margin: float = 0.0
    focus: Floats | None = None


NEUTRAL = Stance()


class View(NamedTuple):
    """What a strategist looks at.

    before : its stance of last month ; capital : equity over what its loans need
    usual : [S] markup that the common rule would aim at ; markup : [S] its markup now
    own, rivals : [S] posted prices, fraction per year: its own, and those of whom it meets
    fit : [S] how well its kind fits each segment ; segments : [S] their names
    """

    before: Stance
    capital: float
    usual: Floats
    markup: Floats
    own: Floats
    rivals: Floats
    fit: Floats
    segments: tuple[str, ...]


def price_war(strategy: str, view: View) -> Stance:
    """Loss-leading for growth, until capital is short; again once it is there."""
    enough = TRUCE if view.before.fighting or view.before.strategy != strategy else REARMED
    if view.capital < enough:
        return Stance(strategy, speed=WAR_SPEED)
    return Stance(
        strategy,
        fighting=True,
        target=np.minimum(view.usual, WAR_MARKUP),
        speed=WAR_SPEED,
        marketing=WAR_MARKETING,
        margin=-WAR_MARGIN,
    )


def premium(strategy: str, view: View) -> Stance:
    """Dear, for better risks only, and with less noise."""
    return Stance(
        strategy,
        target=view.usual + PREMIUM_MARKUP,
        speed=WAR_SPEED,
        marketing=PREMIUM_MARKETING,
        cut_off=PREMIUM_CUT_OFF,
    )


def niche(strategy: str, view: View) -> Stance:
    """Attention and capital go to one segment; elsewhere only the best risks are kept."""
    chosen = np.array([name == niche_of(strategy) for name in view.segments])
    others = float(view.fit[~chosen].sum())
    gained = 1.0 + (1.0 - NICHE_LEFT) * others / float(view.fit[chosen].sum())
    return Stance(
        strategy,
        cut_off=np.where(chosen, 1.0, NICHE_CUT_OFF),
        focus=np.where(chosen, min(NICHE_MOST, gained), NICHE_LEFT),
    )


def follow(strategy: str, view: View) -> Stance:
    """Asks what those ask whom it meets, segment by segment."""
    return Stance(strategy, target=view.markup + view.rivals - view.own, speed=FOLLOW_SPEED)


def expand(strategy: str, view: View) -> Stance:
    """Growth at any price: the failure that industry reports tell, with no eye on losses."""
    return Stance(
        strategy,
        target=view.usual + EXPAND_MARKUP,
        speed=WAR_SPEED,
        marketing=EXPAND_MARKETING,
        cut_off=EXPAND_CUT_OFF,
        margin=-EXPAND_MARGIN,
    )


POLICIES: dict[str, Callable[[str, View], Stance]] = {
    "price_war": price_war,
    "premium": premium,
    "niche": niche,
    "follow": follow,
    "expand": expand,
}
"""Strategies by name; who has none keeps to the common rule."""


def stance(strategy: str, view: View) -> Stance:
    """What a strategy asks for this month; `strategy` as files write it."""
    policy = POLICIES.get(strategy.partition(":")[0])
    return NEUTRAL if policy is None else policy(strategy, view)
