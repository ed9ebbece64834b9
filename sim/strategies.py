"""Named strategies in the market: what each strategist sees, and the events of its campaigns."""

import numpy as np

from agents.lender import Lender
from agents.lenders import rivals_prices, usual_markups
from agents.messages import Floats
from agents.strategy import NEUTRAL, View, stance
from agents.strategy_names import NONE, strategy_in
from sim.bookkeeping import wanted_capital
from sim.columns import float_table
from sim.core.months import Month
from sim.ledger import Account
from sim.market import Event, Market
from sim.terms import posted_prices


def take_stances(market: Market, month: Month) -> None:
    """Every strategist decides for the month; who has no strategy keeps to the common rule."""
    named = {x.number: strategy_in(x.setup.strategy, month) for x in market.lenders if x.is_brand}
    if all(strategy == NONE for strategy in named.values()):
        stand_down(market)
        return
    brands = [x for x in market.lenders if x.is_brand and x.state.status == "open"]
    if not brands:
        return
    usual, (own, rivals) = usual_markups(brands), prices_met(brands)
    capital = capital_to_need(market)
    for row, lender in enumerate(brands):
        view = View(
            before=lender.state.stance,
            capital=float(capital[lender.number]),
            usual=usual[row],
            markup=lender.state.markup,
            own=own[row],
            rivals=rivals[row],
            fit=lender.serves,
            segments=lender.segments,
        )
        lender.state.stance = stance(named[lender.number], view)
        market.events += tell(lender, view)


def stand_down(market: Market) -> None:
    """Nobody has a strategy: whoever had one goes back to the common rule."""
    for lender in market.lenders:
        if lender.state.stance.strategy != NONE:
            before, lender.state.stance = lender.state.stance.strategy, NEUTRAL
            market.events.append(Event("strategy", lender.name, f"ends its strategy {before}"))


def prices_met(brands: list[Lender]) -> tuple[Floats, Floats]:
    """[L, S] prices that brands post, and the mean of those of the rivals that each meets."""
    segments = len(brands[0].segments)
    markup = float_table((lender.state.markup for lender in brands), segments)
    met = float_table(
        (lender.state.contested * (lender.serves > 0.0) for lender in brands), segments
    )
    posted = posted_prices(brands, markup) / 10_000.0
    return posted, rivals_prices(posted, met)


def capital_to_need(market: Market) -> Floats:
    """[L] equity over what the loans held or at risk need at the target leverage; 9 without any."""
    equity = market.ledger.accounts[:, Account.EQUITY].astype(np.float64)
    needed = wanted_capital(market)
    return np.divide(equity, needed, out=np.full(len(equity), 9.0), where=needed > 0.0)


def tell(lender: Lender, view: View) -> list[Event]:
    """The events of a campaign: it begins, stops for want of capital, goes on, ends."""
    before, now = view.before, lender.state.stance
    ratio = f"equity at {view.capital:.0%} of what its loans need"
    if before.strategy != now.strategy:
        verb = f"takes up {now.strategy}" if now.strategy != NONE else f"ends {before.strategy}"
        return [Event("strategy", lender.name, f"{verb} as its strategy; {ratio}")]
    if before.fighting and not now.fighting:
        return [
            Event("strategy", lender.name, f"breaks off its price war for want of capital: {ratio}")
        ]
    if now.fighting and not before.fighting:
        return [Event("strategy", lender.name, f"goes on with its price war: {ratio}")]
    return []
