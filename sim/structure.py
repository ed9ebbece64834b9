"""Who is in the market: fringe firms open and close, lenders fail, books are bought or run off."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from agents.lender import Lender
from agents.limits import Limits
from agents.purposes import LENDER_ENTRY, LENDER_EXIT
from sim.bookkeeping import settle_tax
from sim.columns import ints
from sim.core.many_draws import uniforms
from sim.core.random import binomial_quantile, poisson_quantile
from sim.core.wording import counted
from sim.fire_sales import discount_on_book
from sim.funding import remember_failure
from sim.ledger import Account, Item
from sim.market import Event, Market
from sim.names import lender_name
from sim.rationing import leverage_limits

NORMAL_RETURN = 0.08
"""Return on equity at which a fringe opens and closes firms at its normal rates (assumption)."""

RETURN_EFFECT = 8.0
"""Log change of these rates per unit of return on equity (assumption)."""

PATIENCE_MONTHS = 12
"""Months below minimum capital after which a firm loses its licence, and months without a loan
after which its owners give up (assumption)."""

UNLIMITED_FIRMS = 10**9
"""Where no quota limits the number of firms."""

BUYER_SHARE = 0.5
"""Part of its spare lending capacity that a buyer puts into a failed rival's book (assumption)."""


def enter_and_exit(market: Market, limits: Limits, seed: int, month: int) -> tuple[int, int]:
    """Moves a month ahead; returns real firms entered and left."""
    entered = left = 0
    profit = market.ledger.profit().tolist()
    for lender in market.lenders:
        remember_profit(lender, profit[lender.number])
        if lender.state.status == "open":
            opened, closed = move_fringe(market, lender, limits, seed, month)
            entered += opened
            left += closed
            left += meet_minimum_capital(market, lender, limits)
        elif lender.state.status == "run_off":
            market.ledger.stay_creditors(lender.number)
            finish_run_off(market, lender)
    return entered, left + leave(market, limits)


def leave(market: Market, limits: Limits) -> int:
    """Whoever cannot go on leaves; returns real firms that left.

    All are judged before any book is sold, so that nobody fails in the month in which he buys.
    """
    open_ones = [lender for lender in market.lenders if lender.state.status == "open"]
    drawn = market.drawn().tolist()
    reasons = {x.number: failure(market, x, drawn[x.number]) for x in open_ones}
    failing = [lender for lender in open_ones if reasons[lender.number]]
    failing.sort(key=lambda lender: lender.setup.id)
    for lender in failing:
        lender.state.status = "run_off"
    return sum(fail(market, lender, limits, reasons[lender.number]) for lender in failing)


def remember_profit(lender: Lender, profit: int) -> None:
    """Keeps the last twelve months' profits, fen."""
    lender.state.profit_year = [*lender.state.profit_year[-11:], profit]


def return_on_equity(market: Market, lender: Lender) -> float:
    """Last twelve months' profit over equity, within -100% to 100%; 0 without a year's record."""
    equity = market.ledger.equity(lender.number)
    year = lender.state.profit_year
    if equity <= 0 or len(year) < 12:
        return 0.0
    return min(1.0, max(-1.0, sum(year) / equity))


def move_fringe(
    market: Market, lender: Lender, limits: Limits, seed: int, month: int
) -> tuple[int, int]:
    """Firms of a fringe close when returns are low and open when they are high."""
    kind, state = lender.kind, lender.state
    if lender.setup.firms == 1 or len(state.profit_year) < 12:
        return 0, 0
    surplus = RETURN_EFFECT * (return_on_equity(market, lender) - NORMAL_RETURN)
    pull = math.exp(min(2.0, max(-2.0, surplus)))
    luck = luck_of_a_year(seed, market.identities, month // 12)
    leaver, arrival = luck[lender.number][month % 12]
    leaving = 1.0 - math.exp(-kind.closing / pull / 12.0)
    closed = binomial_quantile(state.firms, leaving, leaver)
    arriving = kind.opening * pull * limits.openness[lender.licence] * state.firms / 12.0
    opened = poisson_quantile(arriving, arrival)
    if closed:
        close_firms(market, lender, closed)
    if opened:  # seldom, so that quotas are seldom counted
        opened = min(opened, licences_free(market, lender, limits))
    if opened:
        open_firms(market, lender, opened, limits)
    return opened, closed


def licences_free(market: Market, lender: Lender, limits: Limits) -> int:
    """How many firms more the quota of a lender's licence leaves room for."""
    quota = limits.quota.get(lender.licence)
    if quota is None:
        return UNLIMITED_FIRMS
    there = sum(
        other.state.firms
        for other in market.lenders
        if other.is_brand and other.state.status == "open" and other.licence == lender.licence
    )
    return max(0, int(quota) - there)


@lru_cache(maxsize=16)
def luck_of_a_year(seed: int, identities: tuple[int, ...], year: int) -> list[list[list[float]]]:
    """[L, 12, 2] luck with leaving and with arriving firms in the months of a year, fractions.

    identities : [L] permanent ids ; year : since 2000
    """
    months, each = 12 * year + np.arange(12), ints(identities)[:, None]
    both = [uniforms(seed, each, months, purpose, 0) for purpose in (LENDER_EXIT, LENDER_ENTRY)]
    found: list[list[list[float]]] = np.stack(both, axis=-1).tolist()
    return found


def close_firms(market: Market, lender: Lender, closed: int) -> None:
    """Owners of closing firms take their equity, as far as there is cash for it.

    The rest of the fringe takes over their customers and what was not paid out.
    """
    before, earned = lender.state.firms, return_on_equity(market, lender)
    equity = max(0, market.ledger.equity(lender.number))
    cash = max(0, int(market.ledger.accounts[lender.number, Account.CASH]))
    market.ledger.pay_capital(lender.number, -min(equity * closed // before, cash))
    lender.state.firms = before - closed
    text = (
        f"{closed:,} of {before:,} {'firm closes' if before == 1 else 'firms close'} after a "
        f"year's return on equity of {earned:.0%}; "
        "the others take over their customers"
    )
    market.events.append(Event("exit", lender.name, text, before, before - closed))


def open_firms(market: Market, lender: Lender, opened: int, limits: Limits) -> None:
    """New firms bring the minimum capital, or half of what firms of their kind have if more."""
    before, earned = lender.state.firms, return_on_equity(market, lender)
    capital = market.sample_fen(opened * lender.least_capital(limits))
    equity = max(0, market.ledger.equity(lender.number))
    market.ledger.pay_capital(lender.number, max(capital, equity * opened // max(1, before) // 2))
    lender.state.firms = before + opened
    text = (
        f"{counted(opened, 'firm')} {'opens' if opened == 1 else 'open'} beside {before:,} after a "
        f"year's return on equity of {earned:.0%}"
    )
    market.events.append(Event("entry", lender.name, text, before, before + opened))


def meet_minimum_capital(market: Market, lender: Lender, limits: Limits) -> int:
    """Owners of a lender short of capital put it in if it pays; if not, firms of a fringe merge.

    It pays if last year's profit is a normal return on the whole capital required. Firms merge
    when the regulator's patience ends, into as many as their equity suffices for; a single firm
    then loses its licence (`failure`). Returns firms that left by merging.
    """
    state, firms = lender.state, lender.state.firms
    equity = market.ledger.equity(lender.number)
    per_firm = lender.least_capital(limits)
    planned = per_firm if limits.ahead is None else lender.least_capital(limits.ahead)
    required = market.sample_fen(planned * firms)
    if firms > 0 and 0 <= equity < required and len(state.profit_year) == 12:
        if sum(state.profit_year) >= NORMAL_RETURN * required:
            market.ledger.pay_capital(lender.number, required - equity)
            missing = market.real_yuan(required - equity)
            text = f"owners put in {missing / 1e9:,.2f} billion yuan to reach the minimum capital"
            before, after = market.real_yuan(equity), market.real_yuan(required)
            market.events.append(Event("capital", lender.name, text, before, after))
            equity = market.ledger.equity(lender.number)
    real = market.real_yuan(equity)
    short = firms > 0 and equity < market.sample_fen(per_firm * firms)
    state.short_of_capital = state.short_of_capital + 1 if short else 0
    if state.short_of_capital <= PATIENCE_MONTHS or lender.setup.firms == 1 or real < per_firm:
        return 0
    state.firms, state.short_of_capital = int(real // per_firm), 0
    merged = firms - state.firms
    text = f"{merged:,} of {firms:,} firms merge into others to reach the minimum capital"
    market.events.append(Event("exit", lender.name, text, firms, state.firms))
    return merged


def failure(market: Market, lender: Lender, drawn: int) -> str:
    """Why a lender cannot go on, or nothing: insolvent, illiquid, short of capital, idle.

    drawn : under its brand this month, fen
    """
    state, equity = lender.state, market.ledger.equity(lender.number)
    if state.revoked:
        return "its licence is revoked"
    if state.firms <= 0:
        return "the last firm has closed"
    if equity < 0 and int(market.ledger.items[lender.number, Item.FIRE_SALE]) < 0:
        return "insolvent: selling loans in a hurry has used up its equity"
    if equity < 0:
        return "insolvent: losses have used up its equity"
    if int(market.ledger.accounts[lender.number, Account.CASH]) < 0:
        return "illiquid: funding that fell due could not be replaced, nor loans be sold for enough"
    lends = not lender.is_brand or drawn > 0
    state.idle_months = 0 if lends else state.idle_months + 1
    if state.short_of_capital > PATIENCE_MONTHS:
        return "below the minimum capital for more than a year"
    if state.idle_months > PATIENCE_MONTHS:
        return "no loan in more than a year: nothing that it may charge covers its costs"
    return ""


def fail(market: Market, lender: Lender, limits: Limits, reason: str) -> int:
    """A rival buys the book of a lender that leaves, or it is run off. Returns firms that left."""
    firms = lender.state.firms
    remember_failure(market, lender)
    market.events.append(Event("exit", lender.name, f"leaves the market, {reason}", firms, 0))
    buyer = find_buyer(market, lender, limits)
    if buyer is not None:
        discount = discount_on_book(market, limits, lender)
        sell_book(market, lender, buyer, discount)
        if discount:  # what the buyer gains is taxed; the loss of who leaves is deducted nowhere
            settle_tax(market, np.arange(len(market.lenders)) == buyer.number)
            market.ledger.borrow_missing(buyer.number, 0, market.funding.mix[buyer.number])
    else:
        market.ledger.stay_creditors(lender.number)
    return firms


def find_buyer(market: Market, seller: Lender, limits: Limits) -> Lender | None:
    """The open lender of the seller's role with most spare capacity, if it has enough.

    Of a fringe a single firm buys, not all together; the buyer has the cash for the sellers.
    """
    accounts = market.ledger.accounts
    sold = accounts[seller.number]
    equity = np.maximum(0, accounts[:, Account.EQUITY])
    most_lent = np.minimum(
        leverage_limits(market, limits), 2.0 * market.of_kinds("target_leverage")
    )
    firms = np.maximum(1, ints([lender.state.firms for lender in market.lenders]))
    spare = (most_lent * equity - accounts[:, Account.LOANS]) / firms
    able = market.open_ones() & alike(market, seller)
    able &= accounts[:, Account.CASH] + sold[Account.CASH] >= sold[Account.EQUITY]
    able &= BUYER_SHARE * spare >= sold[Account.LOANS]
    if not able.any():
        return None
    return market.lenders[int(np.where(able, spare, -1.0).argmax())]


def alike(market: Market, lender: Lender) -> npt.NDArray[np.bool_]:
    """[L] whether each is another lender of the same role, a brand as it is or not."""
    a_bank = market.fixed("bank", lambda x: float(x.kind.role == "bank"))
    a_brand = market.fixed("brand", lambda x: float(x.is_brand))
    place = lender.number
    same: npt.NDArray[np.bool_] = (a_bank == a_bank[place]) & (a_brand == a_brand[place])
    same[place] = False
    return same


def sell_book(market: Market, seller: Lender, buyer: Lender, discount: int = 0) -> None:
    """Hands the seller's books, routes and customers to the buyer.

    discount : by how much the buyer pays less than the books say, fen
    """
    size = market.real_yuan(int(market.balances()[seller.number]))
    lost = market.ledger.hand_over(seller.number, buyer.number, discount)
    market.book.hand_over(seller.number, buyer.number)
    seller.state.status = "closed"
    seller.state.firms = 0
    text = (
        f"buys the book of {lender_name(seller.name)}: {size / 1e9:,.2f} billion yuan of its brand"
    )
    if discount:
        text += f", {market.real_yuan(discount) / 1e9:,.2f} billion below what the books say"
    if lost:
        text += f"; its funders lose {market.real_yuan(lost) / 1e9:,.2f} billion"
    market.events.append(Event("purchase", buyer.name, text, 0.0, size))


def finish_run_off(market: Market, lender: Lender) -> None:
    """Closes a lender whose last loan is gone; funders bear what its cash does not cover."""
    owed = market.ledger.principal[market.book.column("brand") == lender.number].sum()
    held = int(market.ledger.accounts[lender.number, Account.LOANS])
    if owed == 0 and held == 0:
        market.ledger.wind_up(lender.number)
        lender.state.status = "closed"
        lender.state.firms = 0
