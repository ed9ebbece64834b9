"""Entry of lenders with a name: the scenario says when, the licence quota whether at once."""

import math

import numpy as np

from agents.lender import Lender
from agents.limits import Limits
from sim.core.months import Month
from sim.funding import judge
from sim.market import Event, Market
from sim.rivalry import take_down
from sim.structure import licences_free


def admit_entrants(market: Market, limits: Limits, month: Month) -> int:
    """Lets those in whose month has come; returns real firms that entered.

    Scarce licences go by permanent id, and nobody is a peer of who enters in the same month, so
    that the order of lenders in a file makes no difference.
    """
    entered, there = 0, [x for x in market.lenders if x.is_brand and x.state.status == "open"]
    for lender in sorted(market.lenders, key=lambda lender: lender.setup.id):
        due = lender.setup.enters
        if lender.state.status != "outside" or due is None or due > month:
            continue
        if licences_free(market, lender, limits) >= lender.setup.firms:
            enter(market, lender, there, limits)
            entered += lender.state.firms
        elif due == month:
            text = f"waits for a licence: the quota of {lender.licence.replace('_', ' ')} is full"
            market.events.append(Event("entry", lender.name, text, 0.0, 0.0))
    return entered


def enter(market: Market, lender: Lender, there: list[Lender], limits: Limits) -> None:
    """Opens a lender: capital from its owners, prices of its kind, a bought score, some reach.

    there : brands open before this month
    """
    state, setup = lender.state, lender.setup
    state.status, state.firms, state.profit_year = "open", setup.firms, []
    least = setup.firms * lender.least_capital(limits)
    capital = max(setup.equity, least)
    state.paid_in = market.sample_fen(capital)
    market.ledger.pay_capital(lender.number, state.paid_in)
    learn_from_peers(lender, there)
    take_down(market, [*there, lender], [lender], limits)
    judge(market)
    text = (
        f"enters the market as {lender.licence.replace('_', ' ')} with "
        f"{capital / 1e9:,.2f} billion yuan of capital"
    )
    if least > setup.equity:
        text += ", the minimum that the licence requires"
    market.events.append(Event("entry", lender.name, text, 0.0, setup.firms))


def learn_from_peers(lender: Lender, there: list[Lender]) -> None:
    """Prices, conduct and usual reach of an entrant are the means of its kind, or of all brands.

    Its reach starts at a part of that (`entry_reach`); customers and marketing carry it on.
    """
    state, setup = lender.state, lender.setup
    alike = [x for x in there if x.setup.kind == setup.kind] or there
    if not alike:
        state.reach_start, state.users_norm, state.marketing_norm = 1.0, 1.0, 1.0
        state.reach = setup.entry_reach
        return
    peers = [x.state for x in alike]
    many = len(peers)
    state.technology = [
        math.fsum(x) / many for x in zip(*(p.technology for p in peers), strict=True)
    ]
    # Rounded once, or in order of size: the order of lenders makes no difference.
    state.markup = np.sort([x.markup for x in peers], axis=0).sum(axis=0) / many
    state.conduct = np.sort([x.conduct for x in peers], axis=0).sum(axis=0) / many
    state.reach_start = math.fsum(x.reach_start for x in peers) / many
    state.users_norm = math.fsum(x.users_norm for x in peers) / many
    state.marketing_norm = math.fsum(x.marketing_norm for x in peers) / many
    state.reach = setup.entry_reach * state.reach_start
    price = math.fsum(x.price_recent for x in peers) / many
    state.price_recent = setup.apr if setup.apr > 0.0 else price
    state.markup = state.markup + (state.price_recent - price)
