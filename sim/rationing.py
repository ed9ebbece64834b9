"""Rationing: demand meets room, and every lender admits requests with one probability.

Room is met in expectation: each request is admitted by its own draw, so the sum paid out strays
from the room by sampling luck, less the more requests there are. The rest is next month's room.
"""

from typing import NamedTuple

import numpy as np

from agents.limits import Limits
from agents.messages import REQUESTED, Floats, Ints, Offers
from agents.routes import NOBODY
from sim.ledger import Account
from sim.market import Market

CASH_SHARE = 0.02
"""Cash that a lender keeps, fraction of its loans (assumption)."""

HEADROOM = 0.95
"""Part of a legal limit that a lender plans with: room is met only in expectation (assumption)."""

STRETCH = 1.2
"""How far beyond its target leverage a lender goes when demand is there (assumption)."""


class Room(NamedTuple):
    """What lenders can still lend and guarantee this month, fen, never negative.

    lend : [L] ; guarantee : [L]
    """

    lend: Ints
    guarantee: Ints


def room(market: Market, limits: Limits) -> Room:
    """Room of every lender: capital, funding and guarantees, after this month's repayments."""
    ledger = market.ledger
    guaranteed = ledger.guaranteed(market.book)
    lend, guarantee = [], []
    for lender in market.lenders:
        number, kind = lender.number, lender.kind
        equity = max(0, ledger.equity(number))
        held = int(ledger.accounts[number, Account.LOANS])
        at_own_risk = held + int(guaranteed[number])
        own_limit = STRETCH * kind.target_leverage * equity
        by_rule = HEADROOM * limits.leverage[kind.licence] * equity - held
        by_funding = fundable(market, number, limits.funding_freeze)
        most = min(by_rule, own_limit - at_own_risk, by_funding)
        lend.append(max(0, int(min(most, 1e18))) if lender.state.status == "open" else 0)
        promise = min(
            HEADROOM * limits.guarantee[kind.licence] * equity - int(guaranteed[number]),
            own_limit - at_own_risk,
        )
        guarantee.append(max(0, int(min(promise, 1e18))))
    return Room(np.array(lend, dtype=np.int64), np.array(guarantee, dtype=np.int64))


def fundable(market: Market, number: int, freeze: float) -> int:
    """Cash at hand and to be had this month, beyond what falls due and is kept, fen."""
    lender, accounts = market.lenders[number], market.ledger.accounts[number]
    funding = int(accounts[Account.FUNDING])
    matured = funding // lender.kind.funding_months
    capital = max(0, int(accounts[Account.EQUITY]))
    new = lender.new_funding(max(funding, capital), matured, freeze)
    keep = round(CASH_SHARE * int(accounts[Account.LOANS]))
    return int(accounts[Account.CASH]) + new - matured - keep


def ration(market: Market, requests: Ints, available: Room) -> Offers:
    """One admission probability per lender and, by route, the least of those it needs.

    requests : [R, ROUTE_FLOWS] of the first half of the month
    """
    asked = requests[:, REQUESTED]
    book = market.book
    demand = market.ledger.held(book, asked)
    promised = market.by_brand(np.where(book.column("guaranteed") == 1, asked, 0))
    lends = np.minimum(1.0, available.lend / np.maximum(1, demand))
    promises = np.minimum(1.0, available.guarantee / np.maximum(1, promised))
    return Offers(admit=by_route(market, lends, promises))


def by_route(market: Market, lends: Floats, promises: Floats) -> Floats:
    """[R] chance of a request: the least of the brand's, the partner's, the guarantor's."""
    book = market.book
    brand, partner = book.column("brand"), book.column("partner")
    by_brand = np.where(book.column("own_ppm") > 0, lends[brand], 1.0)
    by_partner = np.where(partner != NOBODY, lends[partner], 1.0)
    by_guarantor = np.where(book.column("guaranteed") == 1, promises[brand], 1.0)
    return np.minimum(by_brand, np.minimum(by_partner, by_guarantor))
