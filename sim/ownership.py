"""Owners who give up: exit after years of poor returns, sale of going concerns."""

from agents.lender import Lender
from agents.limits import Limits
from agents.ownership_parameters import Ownership
from agents.purposes import MERGER
from sim.core.random import uniform
from sim.market import Event, Market
from sim.names import lender_name
from sim.structure import NORMAL_RETURN, fail, find_buyer, return_on_equity, sell_book


def reconsider(market: Market, ownership: Ownership, limits: Limits, seed: int, month: int) -> int:
    """Owners of named brands decide whether to stay; returns real firms that left.

    All decide on the month that was, then books change hands by permanent id; who has bought one
    stays for the month.
    """
    left, leaving = 0, []
    for lender in sorted(market.lenders, key=lambda lender: lender.setup.id):
        state = lender.state
        known = len(state.profit_year) == 12
        if not lender.is_brand or state.status != "open" or lender.setup.firms > 1 or not known:
            continue
        earned = return_on_equity(market, lender)
        state.poor_months = state.poor_months + 1 if earned < ownership.exit_return else 0
        if 0 < ownership.exit_patience <= state.poor_months:
            state.status = "run_off"
            leaving.append((lender, earned))
        elif earned < NORMAL_RETURN and offered(lender, ownership, seed, month):
            leaving.append((lender, earned))
    bought: set[int] = set()
    years = ownership.exit_patience / 12.0
    for lender, earned in leaving:
        if lender.number in bought:
            continue
        sold = len(market.events)
        if lender.state.status == "run_off":
            reason = f"given up by its owners after {years:.3g} years of returns on equity below "
            left += fail(market, lender, limits, f"{reason}{ownership.exit_return:.0%}")
        else:
            left += merge(market, lender, limits, earned)
        buyers = {event.actor for event in market.events[sold:] if event.kind == "purchase"}
        bought |= {x.number for x in market.lenders if x.name in buyers}
    return left


def offered(lender: Lender, ownership: Ownership, seed: int, month: int) -> bool:
    """Whether a lender is for sale this month; the draw is its own."""
    if ownership.merger_rate == 0.0:
        return False
    luck = uniform(seed, lender.setup.id, month, MERGER, 0)
    return luck < 1.0 - (1.0 - min(1.0, ownership.merger_rate)) ** (1.0 / 12.0)


def merge(market: Market, seller: Lender, limits: Limits, earned: float) -> int:
    """Sells a going concern at the value of its equity, if a rival earns more and has room."""
    buyer = find_buyer(market, seller, limits)
    if buyer is None or return_on_equity(market, buyer) <= max(earned, NORMAL_RETURN):
        return 0
    if too_large(market, seller, buyer, limits):
        return 0
    firms = seller.state.firms
    text = (
        f"merges into {lender_name(buyer.name)} after a year's return on equity of {earned:.0%}; "
        "its owners are paid the value of its equity"
    )
    market.events.append(Event("exit", seller.name, text, firms, 0))
    sell_book(market, seller, buyer)
    return firms


def too_large(market: Market, seller: Lender, buyer: Lender, limits: Limits) -> bool:
    """Whether together they would be above the limit on market shares."""
    balances = market.balances()
    together = int(balances[seller.number] + balances[buyer.number])
    return together > limits.share_limit * int(balances.sum()) * buyer.state.firms
