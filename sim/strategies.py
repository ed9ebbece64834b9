"""Named strategies in the market: what each strategist sees, and the events of its campaigns."""

from agents.lender import Lender
from agents.lenders import usual_markups
from agents.strategy import NEUTRAL, View, stance
from agents.strategy_names import NONE, strategy_in
from sim.core.months import Month
from sim.market import Event, Market
from sim.rivalry import capital_to_need, prices_met


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
