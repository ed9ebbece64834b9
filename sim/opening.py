"""The opening: a burn-in that steers the market onto its opening balance sheet, then one entry.

Nobody could guess the state of millions of relationships; it is grown. During the burn-in each
brand's reach, lines and room are steered so that its balance meets the opening one, and its markup
so that its price does. Then the opening capital is booked as one visible entry, and from there on
nothing is steered: conduct and marketing are those that make the opening point one where each
lender wants to stay, other things equal.
"""

import numpy as np

from agents.lender import Lender
from agents.messages import REQUESTED, Floats, Ints, Offers
from sim.ledger import Account, Item
from sim.market import Market
from sim.rationing import CASH_SHARE

REACH_STEP_UP = 2.5
REACH_STEP_DOWN = 0.6
"""Powers of (wanted / actual balance) by which reach is corrected each month."""

HELD_BACK = 0.2
"""Power by which requests held back count as a balance above the wanted one."""

REACH_BOUNDS = (0.001, 100.0)
"""Of reach relative to the opening share; beyond, a lender cannot be brought to its balance."""

LINE_STEP = 0.5
LINE_BOUNDS = (0.5, 1.6)
"""Lines are corrected more slowly than reach, and less."""

GROWTH_PART = 0.55
"""Part of the burn-in in which brands are let grow to their opening balances."""

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


def steered_offers(market: Market, requests: Ints, done: float) -> Offers:
    """Admission in the burn-in: room is what is missing to the opening balance.

    All brands are let grow at one pace, so that dear ones find their customers too before the
    cheap ones have them all.

    requests : [R, ROUTE_FLOWS] of the first half of the month ; done : part of the burn-in passed
    """
    balances, targets = market.balances(), wanted_balances(market, done)
    asked = market.by_brand(requests[:, REQUESTED])
    missing = np.maximum(0, targets - balances)
    chance = np.minimum(1.0, missing / np.maximum(1, asked))
    brands = market.book.column("brand")
    return Offers(admit=chance[brands].astype(np.float64))


def steer(market: Market, held_back: Floats, done: float) -> None:
    """Corrects reach, lines and markup of each brand after a month of burn-in.

    A brand that has grown and still holds customers back is steered down by the part held back, so
    that no demand waits behind the door on the opening day.

    held_back : [L] part of this month's requests that was not admitted
    done : part of the burn-in passed
    """
    balances, targets = market.balances(), wanted_balances(market, done)
    shares = targets / max(1, int(targets.sum()))
    prices, drawn, users = market.price_of_draws(), market.drawn(), market.users()
    marketing = -market.ledger.items[:, Item.MARKETING]
    for lender in market.lenders:
        if not lender.is_brand:
            continue
        number, state = lender.number, lender.state
        ratio = float(targets[number]) / max(1.0, float(balances[number]))
        if done > GROWTH_PART:
            ratio *= (1.0 - float(held_back[number])) ** HELD_BACK
        ratio = min(4.0, max(0.25, ratio))
        reach = state.reach * ratio ** (REACH_STEP_UP if ratio > 1.0 else REACH_STEP_DOWN)
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
    return entries
