"""Named strategies in the market: what each strategist sees, and the events of its campaigns."""

from agents.lender import Lender
from agents.lenders import usual_markups
from agents.strategy import LEAST_TRUST, NEUTRAL, View, stance
from agents.strategy_names import NONE, strategy_in
from sim.core.months import Month
from sim.market import Event, Market
from sim.partner_trust import trust_of_all
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
    capital, trusted = capital_to_need(market), trust_of_all(market)
    for row, lender in enumerate(brands):
        view = View(
            before=lender.state.stance,
            capital=float(capital[lender.number]),
            trust=float(trusted[lender.number]),
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
    """The events of a campaign: it begins, is given up for want of means, ends."""
    before, now = view.before, lender.state.stance
    ratio = f"equity at {view.capital:.0%} of what its loans need"
    trust = f"funders and partners leave {view.trust:.0%} of their money with it"
    if before.strategy != now.strategy:
        verb = f"takes up {now.strategy}" if now.strategy != NONE else f"ends {before.strategy}"
        return [Event("strategy", lender.name, f"{verb} as its strategy; {ratio}")]
    if now.over and not before.over:
        why = f"capital: {ratio}" if view.trust >= LEAST_TRUST else f"trust: {trust}"
        text = f"gives up {now.strategy} for good for want of {why}"
        return [Event("strategy", lender.name, text)]
    return []
