"""Technology in the books: lenders adopt it, run it and pay for it, the state pays its part."""

import numpy as np

from agents.limits import LICENCES, Limits
from agents.messages import Floats
from agents.technology import Situation, steps
from agents.technology_parameters import TECHNOLOGIES, Technologies
from sim.abilities import adopted, debts_seen, still_left
from sim.columns import floats, whole
from sim.core.months import Month
from sim.ledger import Item, Sector
from sim.market import FEN_PER_YUAN, Event, Market

MOST_RUNNING = 0.024
"""Most that running technology costs, fraction of balance per year: a firm that is too small to run
its own rents it (assumption)."""


def switch_off(market: Market, technologies: Technologies, month: Month, *, told: bool) -> None:
    """Takes away what nobody may use any more; an event in the month in which that begins."""
    for place, (name, technology) in enumerate(zip(TECHNOLOGIES, technologies.each(), strict=True)):
        if not technology.is_off(month):
            continue
        for lender in market.lenders:
            lender.state.technology[place] = 0.0
        refit_cards(market)
        if told and month == technology.off_from:
            text = f"{name.replace('_', ' ')}: nobody may use it any more"
            market.events.append(Event("policy", "regulator", text))


def refit_cards(market: Market) -> None:
    """Lenders fit their scorecards anew to the signal that their technology gives them now."""
    noise = (market.of_kinds("noise") * still_left(market, "noise")).tolist()
    for lender in market.lenders:
        if lender.is_brand:
            lender.state.scorecard.see(noise[lender.number])


def supported(market: Market, limits: Limits) -> Floats:
    """[L, T] part of the costs of technology that the state pays."""
    nothing = (0.0,) * len(TECHNOLOGIES)
    by_licence = limits.technology_support
    if not by_licence:
        return np.zeros((len(market.lenders), len(TECHNOLOGIES)))
    parts = [
        market.greatest({x: by_licence.get(x, nothing)[place] for x in LICENCES})
        for place in range(len(TECHNOLOGIES))
    ]
    return np.stack(parts, axis=-1)


def situation(market: Market, limits: Limits, support: Floats, adoption: Floats) -> Situation:
    """What lenders go by when they decide; `adoption` [L, T] as in `adopted`."""
    lenders = market.lenders
    total = market.real_yuan(market.balances().astype(np.float64))
    return Situation(
        balance=total / np.maximum(1.0, floats([x.state.firms for x in lenders])),
        total=total,
        operating=market.of_kinds("operating_cost"),
        realised=floats([x.state.realised for x in lenders]),
        unseen=1.0 - debts_seen(market, limits, adoption),
        support=support,
    )


def book_technology(
    market: Market, technologies: Technologies, limits: Limits, month: Month, *, adopting: bool
) -> None:
    """Lenders pay for the technology they run, take further steps and pay for these.

    adopting : whether they take steps at all; in the burn-in they stay where they open
    """
    support, before = supported(market, limits), adopted(market)
    now = np.array([t.cost_in(month) for t in technologies.each()])
    in_business = market.firms_in_business()
    fen = FEN_PER_YUAN / market.weight * in_business[:, None]
    running = before * fen * now * floats([t.running for t in technologies.each()]) / 12.0
    most = MOST_RUNNING / 12.0 * market.balances()
    running *= np.minimum(1.0, most / np.maximum(1e-9, running.sum(axis=1)))[:, None]
    taken = np.zeros_like(before)
    if adopting:
        at = situation(market, limits, support, before)
        taken = steps(before, at, technologies, month)
        taken[in_business == 0.0] = 0.0
        for lender, row in zip(market.lenders, before + taken, strict=True):
            lender.state.technology = row.tolist()
        refit_cards(market)
    cost = running + taken * fen * now * floats([t.adopting for t in technologies.each()])
    market.technology_cost = whole(cost.sum(axis=1))
    market.technology_support = whole((support * cost).sum(axis=1))
    market.ledger.receive_all(-market.technology_cost, Sector.SUPPLIERS, Item.OPERATING)
    market.ledger.receive_all(market.technology_support, Sector.STATE, Item.OPERATING)
