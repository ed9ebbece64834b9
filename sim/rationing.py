"""Rationing: demand meets room, and every lender admits requests with one probability.

Room is met in expectation: each request is admitted by its own draw, so the sum paid out strays
from the room by sampling luck, less the more requests there are. The rest is next month's room.
"""

from typing import NamedTuple

import numpy as np

from agents.limits import LICENCES, Limits, guarantee_limit, leverage_limit
from agents.messages import REQUESTED, RESERVED, Floats, Ints, Offers
from agents.routes import NOBODY
from sim.columns import floats, whole
from sim.funding import CASH_SHARE, supply_by_source
from sim.ledger import Account
from sim.market import Market

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
    plan, accounts = limits.plan, market.ledger.accounts
    guaranteed = market.ledger.guaranteed(market.book)
    held, equity = accounts[:, Account.LOANS], np.maximum(0, accounts[:, Account.EQUITY])
    by_capital = room_of_capital(market, guaranteed)
    by_rule = HEADROOM * leverage_limits(market, plan) * equity - held
    lend = np.minimum(np.minimum(by_rule, by_capital), fundable(market, limits))
    guarantee = room_to_guarantee(market, plan, guaranteed, by_capital)
    return Room(np.where(market.open_ones(), fen_of(lend), 0), guarantee)


def guarantee_room(market: Market, limits: Limits) -> Ints:
    """[L] the room to guarantee alone, which hangs on nobody's money: see `Room`."""
    guaranteed = market.ledger.guaranteed(market.book)
    by_capital = room_of_capital(market, guaranteed)
    return room_to_guarantee(market, limits.plan, guaranteed, by_capital)


def room_of_capital(market: Market, guaranteed: Ints) -> Floats:
    """[L] what loans held and guaranteed can still grow by at the leverage that lenders stretch to.

    guaranteed : [L] partners' loans that each guarantees, fen
    """
    accounts = market.ledger.accounts
    stretched = STRETCH * market.of_kinds("target_leverage")
    equity = np.maximum(0, accounts[:, Account.EQUITY])
    found: Floats = stretched * equity - (accounts[:, Account.LOANS] + guaranteed)
    return found


def room_to_guarantee(market: Market, plan: Limits, guaranteed: Ints, by_capital: Floats) -> Ints:
    """[L] what each can still guarantee, fen: within the law and its capital.

    by_capital : [L] see `room_of_capital`
    """
    promises = market.at_home({x: guarantee_limit(plan, x) for x in LICENCES})
    equity = np.maximum(0, market.ledger.accounts[:, Account.EQUITY])
    return fen_of(np.minimum(HEADROOM * promises * equity - guaranteed, by_capital))


def leverage_limits(market: Market, limits: Limits) -> Floats:
    """[L] most loans held, times equity: the tightest of the licences that each lender uses."""
    return market.least({x: leverage_limit(limits, x) for x in LICENCES})


def fen_of(room: Floats) -> Ints:
    """[L] room as whole fen, never negative, where there is no limit as much as can be counted."""
    return np.clip(room, 0.0, 1e18).astype(np.int64)


def fundable(market: Market, limits: Limits) -> Ints:
    """[L] cash at hand and to be had this month, beyond what falls due and is kept, fen."""
    accounts = market.ledger.accounts
    keep = whole(CASH_SHARE * accounts[:, Account.LOANS])
    to_be_had = supply_by_source(market, limits).sum(axis=1)
    return accounts[:, Account.CASH] + whole(to_be_had) - keep


def ration(market: Market, requests: Ints, available: Room) -> Offers:
    """One admission probability per lender and, by route, the least of those it needs.

    requests : [R, ROUTE_FLOWS] of the first half of the month
    """
    asked = requests[:, REQUESTED]
    admit = admission(market, asked, available)
    return Offers(admit=admit, spare=second_choice(market, requests, admit, available))


def admission(market: Market, asked: Ints, available: Room) -> Floats:
    """[R] chance of a request when so much is asked on each route, fen."""
    demand = market.ledger.held(market.book, asked)
    promised = market.by_brand(guaranteed_part(market, asked))
    lends = np.minimum(1.0, available.lend / np.maximum(1, demand))
    promises = np.minimum(1.0, available.guarantee / np.maximum(1, promised))
    return by_route(market, lends, promises)


def second_choice(market: Market, requests: Ints, admit: Floats, available: Room) -> Floats:
    """[R] chance of a redraw that was refused elsewhere, from the room that is left.

    How much of the reserves is called on is known only to be at most what the scarcest route
    refuses; so room is never exceeded in expectation, and some of it may stay unused.
    """
    asked = requests[:, REQUESTED]
    refused = 1.0 - float(np.min(admit, where=asked > 0, initial=1.0))
    if refused == 0.0:
        return np.zeros(len(admit))
    paid = whole(np.ceil(admit * asked))
    left = Room(
        np.maximum(0, available.lend - market.ledger.held(market.book, paid)),
        np.maximum(0, available.guarantee - market.by_brand(guaranteed_part(market, paid))),
    )
    return admission(market, whole(np.ceil(refused * requests[:, RESERVED])), left)


def turned_away(market: Market, requests: Ints, admit: Floats) -> Floats:
    """[L] part of what was asked of each brand, in yuan, for which there was no room.

    requests : [R, ROUTE_FLOWS] of the first half of the month ; admit : [R] see `ration`
    """
    asked = np.maximum(0, requests[:, REQUESTED])
    missed = market.by_brand(whole((1.0 - admit) * asked))
    part: Floats = missed / np.maximum(1, market.by_brand(asked))
    return part


def guaranteed_part(market: Market, amounts: Ints) -> Ints:
    """[R] amounts on guaranteed routes, 0 on the others."""
    return np.where(market.book.column("guaranteed") == 1, amounts, 0)


def by_route(market: Market, lends: Floats, promises: Floats) -> Floats:
    """[R] chance of a request: the least of the brand's, the partner's, the guarantor's."""
    book = market.book
    brand, partner = book.column("brand"), book.column("partner")
    by_brand = np.where(book.column("own_ppm") > 0, lends[brand], 1.0)
    trusted = floats([lender.state.partners_trust for lender in market.lenders])
    by_partner = np.where(partner != NOBODY, lends[partner] * trusted[brand], 1.0)
    by_guarantor = np.where(book.column("guaranteed") == 1, promises[brand], 1.0)
    return np.minimum(by_brand, np.minimum(by_partner, by_guarantor))
