"""The opening: a burn-in that steers the market onto its opening balance sheet, then one entry.

Nobody could guess the state of millions of relationships; it is grown. During the burn-in each
brand's reach, lines and room are steered so that its balance comes to rest at the opening one, and
its markup so that its price does. Then the opening capital is booked as one visible entry, and
from there on nothing is steered: conduct and marketing are those that make the opening point one
where each lender wants to stay, other things equal.
"""

import math

import numpy as np

from agents.lender import Lender, LenderState
from agents.messages import DRAWN, REFINANCED, REQUESTED, Floats, Ints, Offers, Tally, World
from sim.funding import CASH_SHARE, open_funding
from sim.ledger import Account, Item
from sim.market import Market

GROWTH_PART = 0.18
"""Part of the burn-in in which brands are let grow to their opening balances."""

RATIONED_PART = 0.3
"""Part of it in which they lend no more than is missing to those balances; then to all comers."""

LENDERS_SEEN = 6
"""Lenders that a borrower considers and tries in a month while brands grow."""

REACH_STEP = 2.5
"""Power of (wanted balance / the balance ahead) by which reach is corrected in the first month."""

FADE = 0.5
"""Part of that power lost by the end, so that the opening reach is not the last correction's."""

MOST_STEP = 1.2
"""Greatest correction of reach in a month, a factor."""

HORIZON = 13.0
"""Months ahead for which a balance is reckoned from its recent growth: a steersman who looked at
today's balance alone would overshoot, since customers come and go over years."""

GROWTH_MEMORY = 0.25
"""Weight of the newest month in the recent growth of a balance."""

GROWTH_BOUND = 0.1
"""Of a balance in a month, as it is reckoned ahead."""

HELD_BACK = 0.3
"""Power by which requests held back count as a balance above the wanted one."""

REACH_BOUNDS = (0.001, 100.0)
"""Of reach relative to the opening share; beyond, a lender cannot be brought to its balance."""

LINE_STEP = 0.15
LINE_BOUNDS = (0.5, 1.6)
"""Lines are corrected more slowly than reach, and less."""

PRICE_STEP = 0.3
"""Part of the distance to the opening price closed in a month by moving the markup."""

MEMORY = 1.0 / 6.0
"""Weight of the newest month in the opening levels of customers and marketing."""


def target_balances(market: Market) -> Ints:
    """[L] opening balances by brand, fen of the sample."""
    return np.array([market.sample_fen(lender.setup.balance) for lender in market.lenders])


def wanted_balances(market: Market, done: float) -> Ints:
    """[L] balances wanted when part `done` of the burn-in has passed, fen of the sample."""
    grown: Ints = (min(1.0, done / GROWTH_PART) * target_balances(market)).astype(np.int64)
    return grown


def eager(world: World, done: float) -> World:
    """The world while brands grow: who wants credit looks every month, far, and never gives up.

    Relationships last for years. At everyday pace those who find a lender last, mostly the ones
    whom others refuse, would still be arriving long after the opening. No second choices are
    made before that day: steered lenders have no room to spare for them.
    """
    world = world._replace(next_line=0)
    if done > GROWTH_PART:
        return world
    return world._replace(look=1.0, discouraged_months=0, breadth=LENDERS_SEEN, tries=LENDERS_SEEN)


def steered_offers(market: Market, requests: Ints, done: float) -> Offers:
    """Admission in the burn-in: room is what is missing to the opening balance, later all.

    All brands are let grow at one pace, so that dear ones find their customers too before the
    cheap ones have them all. Once they have grown nobody is held back, so that no demand waits
    behind the door on the opening day.

    requests : [R, ROUTE_FLOWS] of the first half of the month ; done : part of the burn-in passed
    """
    nowhere = np.zeros(len(market.book))
    if done > RATIONED_PART:
        return Offers(admit=np.ones(len(market.book)), spare=nowhere)
    balances, targets = market.balances(), wanted_balances(market, done)
    asked = market.by_brand(requests[:, REQUESTED])
    missing = np.maximum(0, targets - balances)
    chance = np.minimum(1.0, missing / np.maximum(1, asked))
    brands = market.book.column("brand")
    return Offers(admit=chance[brands].astype(np.float64), spare=nowhere)


def held_back(market: Market, first_half: Tally, second_half: Tally) -> Floats:
    """[L] part of a month's requests, by brand, that was not admitted."""
    asked = first_half.route[:, REQUESTED]
    paid_out = second_half.route[:, [DRAWN, REFINANCED]].sum(axis=1)
    part: Floats = 1.0 - market.by_brand(paid_out) / np.maximum(1, market.by_brand(asked))
    return part


def steer(market: Market, refused: Floats, done: float) -> None:
    """Corrects reach, lines and markup of each brand after a month of burn-in.

    Reach answers to where the balance is heading. While a grown brand holds customers back, the
    part held back counts as a balance above the wanted one.

    refused : [L] part of this month's requests that was not admitted
    done : part of the burn-in passed
    """
    balances, targets = market.balances(), wanted_balances(market, done)
    shares = targets / max(1, int(targets.sum()))
    prices, drawn, users = market.price_of_draws(), market.drawn(), market.users()
    marketing, profit = -market.ledger.items[:, Item.MARKETING], market.ledger.profit()
    for lender in market.lenders:
        if not lender.is_brand or lender.state.status != "open":
            continue
        number, state = lender.number, lender.state
        ratio = float(targets[number]) / balance_ahead(state, float(balances[number]), done)
        if GROWTH_PART < done < RATIONED_PART:
            ratio *= (1.0 - float(refused[number])) ** HELD_BACK
        ratio = min(4.0, max(0.25, ratio))
        factor = ratio ** (REACH_STEP * (1.0 - FADE * done))
        reach = state.reach * min(MOST_STEP, max(1.0 / MOST_STEP, factor))
        bounds = [bound * float(shares[number]) for bound in REACH_BOUNDS]
        state.reach = min(bounds[1], max(bounds[0], reach))
        state.line_scale = min(
            LINE_BOUNDS[1], max(LINE_BOUNDS[0], state.line_scale * ratio**LINE_STEP)
        )
        if drawn[number] > 0 and lender.setup.apr > 0:
            state.markup += PRICE_STEP * (lender.setup.apr - float(prices[number]))
            np.clip(state.markup, -0.10, 0.30, out=state.markup)
        state.users_norm += MEMORY * (float(users[number]) - state.users_norm)
        state.marketing_norm += MEMORY * (float(marketing[number]) - state.marketing_norm)
        state.norms.profit += MEMORY * (float(profit[number]) - state.norms.profit)


def balance_ahead(state: LenderState, balance: float, done: float) -> float:
    """Where a balance is heading at its recent growth, fen; while brands grow, where it is."""
    balance = max(1.0, balance)
    growth = math.log(balance / max(1.0, state.balance_before))
    growth = min(GROWTH_BOUND, max(-GROWTH_BOUND, growth))
    state.balance_before = balance
    if done > GROWTH_PART:
        state.growth += GROWTH_MEMORY * (growth - state.growth)
    return balance * math.exp(HORIZON * state.growth)


def begin_reach(market: Market) -> None:
    """Starts the burn-in with reach in proportion to opening balances, two lenders a month."""
    targets = target_balances(market)
    for lender in market.lenders:
        lender.state.reach = 2.0 * float(targets[lender.number]) / max(1, int(targets.sum()))


def book_opening(market: Market) -> list[tuple[Lender, int]]:
    """Brings every lender's equity to the opening one; returns each lender and the amount.

    Also fixes what later motion is measured from: reach, conduct, opening levels.
    """
    entries = []
    for lender in market.lenders:
        if lender.state.status != "open":
            continue
        wanted = market.sample_fen(lender.setup.equity)
        amount = wanted - market.ledger.equity(lender.number)
        market.ledger.pay_capital(lender.number, amount)
        accounts = market.ledger.accounts[lender.number]
        cash = round(CASH_SHARE * int(accounts[Account.LOANS]))
        funding = int(accounts[Account.FUNDING])
        market.ledger.borrow(lender.number, max(-funding, cash - int(accounts[Account.CASH])))
        entries.append((lender, amount))
        lender.state.reach_start = lender.state.reach
        lender.infer_conduct()
    open_funding(market)
    return entries
