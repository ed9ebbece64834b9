"""Lenders' money: what falls due or is called back, what they take up, and what funders think.

Rules of funders stand in agents/funders.py; here they meet the books. Everything is done for all
lenders and sources at once; L lenders, S sources (`SOURCES`).
"""

import numpy as np

from agents.funders import MOST_STRESS, distrust, supply, trust
from agents.funding_parameters import ABS, INVESTORS, SOURCES, WHOLESALE, FundingSection
from agents.lender import Lender
from agents.limits import Limits
from agents.messages import Floats, Ints
from sim.columns import ints, whole
from sim.core.months import Month
from sim.ledger import Account, Item, shared_out
from sim.market import Event, Market

CASH_SHARE = 0.02
"""Cash that a lender keeps, fraction of its loans (assumption)."""

COMMITTED_LINES = 0.15
"""Bank lines a lender can draw in a month when cash runs short, fraction of its loans; a market
freeze shuts them too, and banks that would not renew do not let them be drawn (assumption, wide
enough that sampling luck alone does not end a lender)."""

UNPLEDGED = 0.5
"""Part of the loans that no debt stands against, which it can borrow on besides (assumption)."""

RUN = 0.5
"""Part of a source that may leave and does, from which the event table calls it a run
(definition)."""

LOSSES = [Item.CHARGE_OFF, Item.RECOVERY, Item.SALE, Item.PROVISION, Item.COVER_PAID]
"""Lines of a month's profit that are the cost of credit."""


def staying(market: Market, limits: Limits) -> Floats:
    """[L, S] part of what may leave that stays: trust, as far as the market is open."""
    table = market.funding
    reach = 1.0 - limits.funding_freeze * table.frozen
    reach[INVESTORS] *= limits.p2p
    stays: Floats = trust(table, market.mood.distrust) * reach
    return stays


def supply_by_source(market: Market, limits: Limits) -> Floats:
    """[L, S] most by which each source can grow this month, fen; negative where it must shrink.

    Securities beyond the legal limit are not replaced when they fall due.
    """
    ledger = market.ledger
    equity = ledger.accounts[:, Account.EQUITY]
    net = supply(market.funding, ledger.sources, equity, staying(market, limits))
    rule = market.least(limits.plan.abs_limit)
    due = ledger.sources[:, ABS] // market.funding.months[:, ABS]
    allowed = np.maximum(rule * np.maximum(0, equity) - ledger.sources[:, ABS], -due)
    net[:, ABS] = np.minimum(net[:, ABS], allowed)
    return net


def fund(market: Market, limits: Limits, *, steered: bool) -> None:
    """All repay what is due or called back and borrow towards the wanted cash, if funders let them.

    What is still missing is drawn on committed lines; a lender whose cash is negative even then
    is illiquid (sim/structure.py sees to it).

    steered : in the burn-in any amount can be borrowed, so that the opening books are funded
    """
    ledger = market.ledger
    funding, loans = ledger.accounts[:, Account.FUNDING], ledger.accounts[:, Account.LOANS]
    wanted = whole(CASH_SHARE * loans) - ledger.accounts[:, Account.CASH]
    if steered:
        after = shared_out(funding + np.maximum(-funding, wanted), market.funding.mix)
        ledger.borrow_all(after - ledger.sources)
        return
    net = whole(supply_by_source(market, limits))
    change = np.maximum(-funding, np.minimum(wanted, net.sum(axis=1)))
    ledger.borrow_all(taken_up(ledger.sources, net, change))
    draw_lines(market, limits)


def taken_up(sources: Ints, net: Ints, change: Ints) -> Ints:
    """[L, S] how a change of funding falls on sources, fen.

    What must be repaid is; new money comes from sources in proportion to what they offer, and
    what a lender repays beyond that goes to all in proportion to what it owes.

    net : [L, S] see `supply_by_source` ; change : [L] at most its sum
    """
    forced, offered = np.minimum(net, 0), np.maximum(net, 0)
    rest = change - forced.sum(axis=1)
    more = shared_out(np.maximum(rest, 0), offered)
    less = shared_out(np.minimum(rest, 0), sources + forced)
    taken: Ints = forced + more + less
    return taken


def draw_lines(market: Market, limits: Limits) -> None:
    """Lenders short of cash draw on banks' committed lines, and borrow on unpledged loans.

    The part of a lender's money that P2P investors put up has no bank behind it.
    """
    ledger = market.ledger
    loans, funding = ledger.accounts[:, Account.LOANS], ledger.accounts[:, Account.FUNDING]
    short = whole(CASH_SHARE * loans) - ledger.accounts[:, Account.CASH]
    free = np.maximum(0, loans - funding)
    has_banks = 1.0 - market.funding.mix[:, INVESTORS]  # marketplaces have investors only
    most = has_banks * (COMMITTED_LINES * loans + UNPLEDGED * free)
    lines = whole(staying(market, limits)[:, WHOLESALE] * most)
    drawn = np.zeros_like(ledger.sources)
    drawn[:, WHOLESALE] = np.maximum(0, np.minimum(short, lines))
    ledger.borrow_all(drawn)


# --- what funders see and remember ---------------------------------------------------------------


def open_funding(market: Market) -> None:
    """The opening: funding is split by the kinds' mixes, and today's credit costs are the usual."""
    market.ledger.mix_funding(market.funding.mix)
    market.mood.usual = market.mood.credit_cost
    judge(market)


def watch_lenders(
    market: Market, limits: Limits, section: FundingSection, month: Month, *, opened: bool
) -> None:
    """Funders take in a month-end: what lenders lose, who failed, whether the market is shut."""
    ledger, mood = market.ledger, market.mood
    loans = max(1, int(ledger.accounts[:, Account.LOANS].sum()))
    cost = -12.0 * float(ledger.items[:, LOSSES].sum()) / loans
    mood.credit_cost += (cost - mood.credit_cost) / section.memory_months
    mood.failed *= 1.0 - 1.0 / section.memory_months
    if opened:
        rise = mood.credit_cost / max(1e-9, mood.usual) - 1.0
        beyond = max(0.0, rise - section.tolerance)
        mood.stress = min(MOST_STRESS, beyond + mood.failed + shut(market, limits))
    judge(market)
    for alarm in section.alarms.values():
        if opened and alarm.lasts(month):
            about = ints([int(lender.name in alarm.lenders) for lender in market.lenders])
            mood.distrust[:, SOURCES.index(alarm.source)] += alarm.distrust * about
    if opened:
        tell_runs(market)


def shut(market: Market, limits: Limits) -> float:
    """Part of all lenders' funding whose market a freeze has shut."""
    owed = market.ledger.sources.sum(axis=0)
    frozen = float((owed * market.funding.frozen).sum())
    return limits.funding_freeze * frozen / max(1, int(owed.sum()))


def judge(market: Market) -> None:
    """What funders have against each lender as of now."""
    year = ints([sum(lender.state.profit_year) for lender in market.lenders])
    equity = market.ledger.accounts[:, Account.EQUITY]
    found = distrust(market.funding, market.leverages(), equity, year, market.mood.stress)
    outside = np.array([x.state.status == "outside" for x in market.lenders], dtype=bool)
    market.mood.distrust = np.where(outside[:, None], 0.0, found)


def remember_failure(market: Market, lender: Lender) -> None:
    """A lender that fails makes the market wary, in proportion to its loans."""
    loans = market.ledger.accounts[:, Account.LOANS]
    market.mood.failed += float(loans[lender.number]) / max(1, int(loans.sum()))


def tell_runs(market: Market) -> None:
    """A source of which half or more of what may leave does, becomes an event when that begins.

    What a freeze shuts is no run: nobody has lost faith.
    """
    sources = market.ledger.sources
    leaving = (1.0 - trust(market.funding, market.mood.distrust) >= RUN) & (sources > 0)
    runs = (leaving & market.open_ones()[:, None]).astype(np.int64)
    for number, source in np.argwhere((runs == 1) & (market.mood.running == 0)).tolist():
        owed = market.real_yuan(int(sources[number, source]))
        text = f"{WORDS[source]} run: {why(market, number, source)}"
        name = market.lenders[number].name
        market.events.append(Event("run", name, text, owed, None))
    market.mood.running = runs


WORDS = ("depositors", "wholesale funders", "buyers of its securities", "P2P investors")
"""Funders by source, in words."""


def why(market: Market, number: int, source: int) -> str:
    """The chief reason for which funders of a source distrust a lender, in words."""
    table, mood = market.funding, market.mood
    lender, equity = market.lenders[number], market.ledger.equity(number)
    year = sum(lender.state.profit_year)
    lost = max(0, -year) / max(1, max(0, equity) + max(0, -year))
    leverage = float(market.leverages()[number])
    parts = {
        f"it holds {leverage:.1f} times its equity": table.leverage[source]
        * max(0.0, leverage / table.target[number] - 1.0),
        f"a year's loss of {lost:.0%} of its equity": table.losses[source] * lost,
        "stress in the market": table.stress[source] * mood.stress,
    }
    parts["a rumour"] = float(mood.distrust[number, source]) - sum(parts.values())
    if equity <= 0:
        return "it has no equity left"
    return max(parts, key=lambda reason: parts[reason])
