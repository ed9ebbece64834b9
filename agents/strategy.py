"""Named strategies: what a lender decides otherwise than by the rule that all have.

A strategy acts only through what a lender decides: the markup that it aims at and how fast it goes
there, the part of its revenue spent on marketing, its cut-offs and the segments that it turns to.
What comes of it is up to borrowers, rivals, funders and the regulator. Each is one function from
what the lender sees to a `Stance`. S segments.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from agents.messages import Floats
from agents.strategy_names import NONE, leader_of, niche_of

WAR_MARKUP = -0.01
"""Markup over break-even that a price war aims at, fraction per year (assumption)."""

WAR_MARGIN = 0.02
"""How far below its usual least margin a price war goes, fraction per year (assumption)."""

WAR_MARKETING = 2.0
"""Marketing in a price war, times the usual share of revenue (assumption)."""

TRUCE = 0.9
"""Equity over what loans need at their target leverage, below which a campaign cannot be paid for
any longer. Above 1 / STRETCH = 0.83, where rationing would begin (assumption)."""

LEAST_TRUST = 0.75
"""Part of the money that may leave which funders and partners leave with it, below which a campaign
is over, whatever the books say (assumption)."""

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

EXPAND_MARKETING = 2.0
EXPAND_MARGIN = 0.03
EXPAND_MARKUP = 0.5
EXPAND_BELIEF = 0.4
EXPAND_CARE = 0.3
EXPAND_LINES = 1.8
"""Over-expansion: marketing and target markup times the usual, points off the least margin, the
part of the risk it sees that it believes, the part of the usual checks it makes, and lines times
the usual, whatever losses say (assumptions)."""

EXPAND_TRUCE = 0.6
"""As TRUCE, for who expands: capital short of what loans need does not stop it (assumption)."""

RETREAT_CUT_OFF = 0.8
RETREAT_MARKETING = 0.5
RETREAT_LINES = 0.8
"""After an over-expansion: cut-offs, marketing and lines times the usual (assumptions)."""


@dataclass(frozen=True)
class Stance:
    """What a strategy makes of a lender's decisions; this one leaves all as they are.

    strategy : its name ; fighting : whether a campaign that eats capital is on
    over : such a campaign has ended for good, for want of means
    target : [S] markup aimed at, in place of the usual one ; speed : part of the way a month
    marketing : share of revenue, times the usual
    cut_off : [S] worst risk taken, times the usual ; margin : added to the least margin
    focus : [S] attention to each segment, times the usual; None: as usual
    lines : longest lines, times the usual ; belief : part of the risk that it sees which counts
        in its prices, cut-offs and lines
    poor : months in a row in which it has earned too little ; since : return on equity when it
        was taken up, None if nobody knew
    care : part of the usual checks that it makes of who applies: less lets in more noise, more
        overstated income, more debts unseen and more fraud
    """

    strategy: str = NONE
    fighting: bool = False
    over: bool = False
    target: Floats | None = None
    speed: float | None = None
    marketing: float = 1.0
    cut_off: Floats | float = 1.0
    margin: float = 0.0
    focus: Floats | None = None
    lines: float = 1.0
    belief: float = 1.0
    care: float = 1.0
    poor: int = 0
    since: float | None = None


NEUTRAL = Stance()


class View(NamedTuple):
    """What a strategist looks at.

    before : its stance of last month ; capital : equity over what its loans need
    trust : part of its money that funders and partners would leave with it
    usual : [S] markup that the common rule would aim at ; markup : [S] its markup now
    own, rivals : [S] posted prices, fraction per year: its own, and those of whom it meets
    leader : [S] what the lender posts that its strategy names; None: it names none that is there
    earned : return on equity over a year, None before there is one ; normal : a normal one
    patience : months after which too low a return ends a strategy that is no campaign; 0: never
    fit : [S] how well its kind fits each segment ; segments : [S] their names
    """

    before: Stance
    capital: float
    trust: float
    usual: Floats
    markup: Floats
    own: Floats
    rivals: Floats
    leader: Floats | None
    earned: float | None
    normal: float
    patience: int
    fit: Floats
    segments: tuple[str, ...]


def spent(strategy: str, view: View, least: float) -> bool:
    """Whether a campaign is over: it was before, or means or trust end now.

    least : equity over what loans need, below which means have ended

    It does not begin again when capital is back: owners, funders and rivals have seen how it ends.
    """
    was = view.before.strategy == strategy and view.before.over
    return was or view.capital < least or view.trust < LEAST_TRUST


def price_war(strategy: str, view: View) -> Stance:
    """Loss-leading for growth, until it cannot be paid for; then no more."""
    if spent(strategy, view, TRUCE):
        return Stance(strategy, over=True, speed=WAR_SPEED)
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
    """Asks what those ask whom it meets, as often as it meets them, or the lender that it names.

    While a lender that is named is not in the market it keeps to the common rule.
    """
    asked = view.leader if leader_of(strategy) else view.rivals
    if asked is None:
        return Stance(strategy)
    return Stance(strategy, target=view.markup + asked - view.own, speed=FOLLOW_SPEED)


def expand(strategy: str, view: View) -> Stance:
    """Growth at any price: the failure that industry reports tell, with no eye on losses.

    Whom others refuse it takes, for less than their risk costs; it checks little and lends them
    much. Losses come half a year or more later. When means or trust end it retreats.
    """
    if spent(strategy, view, EXPAND_TRUCE):
        return Stance(
            strategy,
            over=True,
            speed=WAR_SPEED,
            marketing=RETREAT_MARKETING,
            cut_off=RETREAT_CUT_OFF,
            lines=RETREAT_LINES,
        )
    return Stance(
        strategy,
        fighting=True,
        target=np.minimum(view.usual, EXPAND_MARKUP * view.usual),
        speed=WAR_SPEED,
        marketing=EXPAND_MARKETING,
        margin=-EXPAND_MARGIN,
        lines=EXPAND_LINES,
        belief=EXPAND_BELIEF,
        care=EXPAND_CARE,
    )


POLICIES: dict[str, Callable[[str, View], Stance]] = {
    "price_war": price_war,
    "premium": premium,
    "niche": niche,
    "follow": follow,
    "expand": expand,
}
"""Strategies by name; who has none keeps to the common rule."""


CAMPAIGNS = ("price_war", "expand")
"""Strategies that mean to lose money for a while; want of means ends them, not a low return."""


def stance(strategy: str, view: View) -> Stance:
    """What a strategy asks for this month; `strategy` as files write it."""
    name = strategy.partition(":")[0]
    policy = POLICIES.get(name)
    if policy is None:
        return NEUTRAL
    if name in CAMPAIGNS:
        return policy(strategy, view)
    return while_it_earns(policy, strategy, view)


def while_it_earns(policy: Callable[[str, View], Stance], strategy: str, view: View) -> Stance:
    """A strategy until it has earned too little for too long; then the common rule, for good."""
    before = view.before
    taken_up = before.strategy != strategy
    if before.over and not taken_up:
        return before
    since = view.earned if taken_up else before.since
    short = view.earned is not None and view.earned < least_return(view.normal, since)
    poor = (0 if taken_up else before.poor) + 1 if short else 0
    if 0 < view.patience <= poor:
        return Stance(strategy, over=True, poor=poor, since=since)
    return replace(policy(strategy, view), poor=poor, since=since)


def least_return(normal: float, since: float | None) -> float:
    """Return on equity below which a strategy disappoints: a normal one, or less if it began there.

    since : return when it was taken up, None if nobody knew
    """
    return normal if since is None else min(normal, since)
