"""Named strategies in the market: what each strategist sees, and the events of its campaigns."""

from agents.lender import Lender
from agents.lenders import usual_markups
from agents.ownership_parameters import Ownership
from agents.strategy import CAMPAIGNS, LEAST_TRUST, NEUTRAL, View, least_return, stance
from agents.strategy_names import NONE, leader_of, strategy_in
from sim.core.months import Month
from sim.market import Event, Market
from sim.partner_trust import trust_of_all
from sim.rivalry import capital_to_need, prices_met
from sim.structure import NORMAL_RETURN, return_on_equity


def take_stances(market: Market, ownership: Ownership, month: Month) -> None:
    """Every strategist decides for the month; who has no strategy keeps to the common rule."""
    named = {x.number: strategy_in(x.setup.strategy, month) for x in market.lenders if x.is_brand}
    if all(strategy == NONE for strategy in named.values()):
        stand_down(market)
        return
    brands = [x for x in market.lenders if x.is_brand and x.state.status == "open"]
    if not brands:
        return
    usual, (own, rivals) = usual_markups(brands), prices_met(market, brands)
    capital, trusted = capital_to_need(market), trust_of_all(market)
    posted = {lender.name: own[row] for row, lender in enumerate(brands)}
    for row, lender in enumerate(brands):
        strategy = named[lender.number]
        view = View(
            before=lender.state.stance,
            capital=float(capital[lender.number]),
            trust=float(trusted[lender.number]),
            usual=usual[row],
            markup=lender.state.markup,
            own=own[row],
            rivals=rivals[row],
            leader=posted.get(leader_of(strategy)),
            earned=return_on_equity(market, lender) if knows_a_year(lender) else None,
            normal=NORMAL_RETURN,
            patience=ownership.strategy_patience,
            fit=lender.serves,
            segments=lender.segments,
        )
        lender.state.stance = stance(strategy, view)
        market.events += tell(lender, view)


def knows_a_year(lender: Lender) -> bool:
    """Whether it has a year's profits to look back on."""
    return len(lender.state.profit_year) == 12


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
    if now.over and not before.over and now.strategy.partition(":")[0] not in CAMPAIGNS:
        least, years = least_return(view.normal, now.since), view.patience / 12.0
        text = (
            f"gives up {now.strategy} for good after {years:.3g} years of returns on equity below "
            f"{least:.0%}"
        )
        return [Event("strategy", lender.name, text)]
    if now.over and not before.over:
        why = f"capital: {ratio}" if view.trust >= LEAST_TRUST else f"trust: {trust}"
        text = f"gives up {now.strategy} for good for want of {why}"
        return [Event("strategy", lender.name, text)]
    return []
