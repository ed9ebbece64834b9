"""Inspections: every rule that a lender can break, and what can be found of it.

Inspectors see the books of last month-end and the contracts of last month. Whoever follows the
rules on the day has nothing to be found in the contracts; who is slow to comply may go on for long
if nobody comes. What a finding costs stands in sim/sanctions.py.

Other rules no lender can break: who has no licence, no room under a quota, a market share above the
limit, a full partner or no securities left to sell is stopped before it acts.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from agents.limits import LICENCES, Limits, guarantee_limit
from agents.messages import DRAWN, OVER_CAP, OVER_CONTRACT, OVER_LINES, REFINANCED, Floats, Ints
from agents.pricing import LOAN_LIFE
from agents.regulator import Inspected
from sim.columns import whole
from sim.core.wording import counted, percent
from sim.ledger import Account
from sim.level_words import yuan
from sim.market import Market
from sim.rationing import leverage_limits

CAPITAL_GRACE_MONTHS = 6
"""Months below the minimum capital that inspectors let pass (assumption)."""

type Breaches = dict[int, list[str]]
"""What is against a rule, in words, by number of the lender."""


def to_inspect(market: Market, limits: Limits, before: Limits) -> list[Inspected]:
    """Every open lender with what would be found there.

    limits : of this month, which the books of last month-end have to fit
    before : of last month, which its contracts had to fit
    """
    found: Breaches = {}
    for part in (
        over_multiples(market, limits),
        short_of_capital(market),
        over_caps(market, before),
        over_lines(market, before),
        under_floors(market, before),
        pressing(market, before),
    ):
        join(found, part)
    chances = chances_of_visit(market, limits).tolist()
    return [
        Inspected(x.number, x.setup.id, chances[x.number], tuple(found.get(x.number, ())))
        for x in market.lenders
        if x.state.status == "open"
    ]


def join(known: Breaches, more: Breaches) -> None:
    """Adds breaches to those known."""
    for number, words in more.items():
        known.setdefault(number, []).extend(words)


def chances_of_visit(market: Market, limits: Limits) -> Floats:
    """[L] of an inspection this month: the highest of the licences that a lender uses."""
    return market.greatest({x: limits.inspections.get(x, 0.0) for x in LICENCES})


def over_multiples(market: Market, limits: Limits) -> Breaches:
    """Lenders that hold or guarantee more loans than their equity allows."""
    equity = np.maximum(1, market.ledger.accounts[:, Account.EQUITY])
    leverage = market.leverages()
    guaranteed = market.ledger.guaranteed(market.book) / equity
    most = leverage_limits(market, limits)
    promises = market.at_home({x: guarantee_limit(limits, x) for x in LICENCES})
    found: Breaches = {}
    for number in np.flatnonzero(leverage > most).tolist():
        text = f"loans of {leverage[number]:.1f} times equity, {most[number]:g} allowed"
        found.setdefault(number, []).append(text)
    for number in np.flatnonzero(guaranteed > promises).tolist():
        text = f"guarantees of {guaranteed[number]:.1f} times equity, {promises[number]:g} allowed"
        found.setdefault(number, []).append(text)
    return found


def short_of_capital(market: Market) -> Breaches:
    """Lenders that have been below the minimum capital for longer than is let pass."""
    short = {lender.number: lender.state.short_of_capital for lender in market.lenders}
    return {
        number: [f"{months} months below the minimum capital"]
        for number, months in short.items()
        if months > CAPITAL_GRACE_MONTHS
    }


def over_caps(market: Market, before: Limits) -> Breaches:
    """Lenders that made contracts last month that cost more than was allowed; the worst route."""
    book, flow = market.book, market.flow
    licence = book.column("licence_number")[: len(flow)]
    brand, found = book.column("brand"), dict[int, tuple[int, str]]()
    for column, base, what in ((OVER_CAP, "all_in", ""), (OVER_CONTRACT, "contract", " in rates")):
        broken = np.flatnonzero(flow[:, column] > 0).tolist()
        if not broken:
            continue
        allowed = np.array([getattr(before.cap[x], base) for x in LICENCES])[licence]
        for route in broken:
            excess, name = int(flow[route, column]), LICENCES[licence[route]].replace("_", " ")
            text = (
                f"{name} contracts that cost {yuan(market.real_yuan(excess / 10_000))} a year more"
                f"{what} than the {percent(allowed[route])} allowed"
            )
            worst = found.get(int(brand[route]), (0, ""))
            found[int(brand[route])] = max(worst, (excess, text))
    return {number: [text] for number, (_, text) in found.items()}


def over_lines(market: Market, before: Limits) -> Breaches:
    """Lenders that granted new customers last month more than one borrower may get."""
    book, over = market.book, market.flow[:, OVER_LINES]
    broken = np.flatnonzero(over > 0).tolist()
    if not broken:
        return {}
    licence = book.column("licence_number")[: len(over)]
    allowed = np.array([before.borrower_limit[x] for x in LICENCES])[licence]
    brand, found = book.column("brand"), dict[int, tuple[int, str]]()
    for route in broken:
        lines = int(over[route])
        text = (
            f"{counted(round(market.weight * lines), 'line')} above the limit of "
            f"{yuan(allowed[route])} on one borrower"
        )
        most = found.get(int(brand[route]), (0, ""))
        found[int(brand[route])] = max(most, (lines, text))
    return {number: [text] for number, (_, text) in found.items()}


def pressing(market: Market, before: Limits) -> Breaches:
    """Lenders whose collectors went on last month as rules allowed that were in force earlier."""
    if not before.late:
        return {}
    lawful = market.least(before.collection)
    found: Breaches = {}
    for lender in market.lenders:
        heeded = lender.heeds(before).collection
        pressed, allowed = min(heeded[x] for x in lender.licences), float(lawful[lender.number])
        if lender.is_brand and pressed > allowed + 1e-9:
            text = f"collection at {percent(pressed)} of the usual, {percent(allowed)} allowed"
            found[lender.number] = [text]
    return found


def under_floors(market: Market, before: Limits) -> Breaches:
    """Lenders that kept less of last month's joint loans than they had to."""
    drawn = drawn_by_route(market)
    book, many = market.book, len(drawn)
    licence = book.column("licence_number")[:many]
    floors = np.array([before.joint_floor[x] for x in LICENCES])[licence]
    own = book.column("own_ppm")[:many] / 1e6
    joint = book.derived("joint", lambda: whether(row.kind == "joint" for row in book.rows))
    brand, found = book.column("brand"), dict[int, tuple[float, float]]()
    for route in np.flatnonzero(joint[:many] & (drawn > 0) & (own < floors - 1e-6)).tolist():
        least = found.get(int(brand[route]), (1.0, 0.0))
        found[int(brand[route])] = min(least, (float(own[route]), float(floors[route])))
    return {
        number: [f"{percent(kept)} of joint loans kept, {percent(floor)} required"]
        for number, (kept, floor) in found.items()
    }


def whether(answers: Iterable[bool]) -> npt.NDArray[np.bool_]:
    """[R] answers, also where there is no route yet."""
    return np.array(list(answers), dtype=bool)


def drawn_by_route(market: Market) -> Ints:
    """[R] last month's contracts, fen."""
    drawn: Ints = market.flow[:, DRAWN] + market.flow[:, REFINANCED]
    return drawn


def unlawful_gains(market: Market) -> Ints:
    """[L] what last month's contracts will earn each brand beyond the caps, fen.

    A draw costs too much for as long as it is owed: LOAN_LIFE years on average.
    """
    excess = np.maximum(market.flow[:, OVER_CAP], market.flow[:, OVER_CONTRACT])
    return whole(LOAN_LIFE * market.by_brand(excess) / 10_000)
