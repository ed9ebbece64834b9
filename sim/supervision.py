"""Inspections and sanctions: what can be found at a lender, and what a finding costs.

Inspectors see the books of last month-end and the contracts of last month. Whoever follows the
rules on the day has nothing to be found in the contracts; who is slow to comply may go on for long
if nobody comes.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from agents.lender import Lender
from agents.limits import LICENCES, Limits, guarantee_limit, leverage_limit
from agents.messages import DRAWN, DRAWN_APR, REFINANCED, Floats, Ints
from agents.regulator import Inspected, Regulator
from sim.ledger import Account, Item, Sector
from sim.level_words import percent
from sim.market import Event, Market
from sim.policy import PolicySection

ROUNDING = 1.0
"""Basis points by which the mean price of a month's contracts may exceed a cap unnoticed."""

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
    for part in (over_multiples(market, limits), short_of_capital(market)):
        join(found, part)
    for part in (over_caps(market, before), under_floors(market, before)):
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
    most = market.least({x: leverage_limit(limits, x) for x in LICENCES})
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
    """Lenders whose contracts of last month cost more, on average of a route, than was allowed."""
    drawn = drawn_by_route(market)
    many = len(drawn)
    licence = market.book.column("licence_number")[:many]
    caps = np.array([before.cap[x].all_in for x in LICENCES])[licence]
    asked = market.flow[:, DRAWN_APR] / np.maximum(1, drawn)
    excess = np.where(drawn > 0, asked - 10_000.0 * caps, 0.0)
    brand, found = market.book.column("brand"), dict[int, tuple[float, str]]()
    for route in np.flatnonzero(excess > ROUNDING).tolist():
        name = LICENCES[licence[route]].replace("_", " ")
        text = f"{percent(asked[route] / 1e4)} on {name} contracts, {percent(caps[route])} allowed"
        worst = found.get(int(brand[route]), (0.0, ""))
        found[int(brand[route])] = max(worst, (float(excess[route]), text))
    return {number: [text] for number, (_, text) in found.items()}


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


def punish(
    market: Market, regulator: Regulator, policy: PolicySection, found: list[Inspected], month: int
) -> None:
    """Fines and suspends each lender at whom something was found; who repeats it loses more.

    With the last of `revocation_after` findings within `repeat_months` a single firm loses its
    licence (sim/structure.py runs it off); of a fringe one firm does, whose customers the others
    take over.
    """
    for one in found:
        lender = market.lenders[one.number]
        firms = max(1, lender.state.firms)  # one firm of a fringe was visited, not all
        fine = round(policy.fine * max(0, market.ledger.equity(lender.number)) / firms)
        market.ledger.receive(lender.number, -fine, Sector.STATE, Item.FINE)
        if firms == 1:
            lender.state.suspended_months = policy.suspension_months
        real = market.real_yuan(fine)
        text = f"inspected and fined {real / 1e6:,.0f} million yuan for {'; '.join(one.breaches)}"
        if policy.suspension_months and firms == 1:
            text += f"; no new customers for {policy.suspension_months} months"
        market.events.append(Event("fine", lender.name, text, 0.0, real))
        count = regulator.findings(lender.number, month, policy.repeat_months)
        if 0 < policy.revocation_after <= count:
            revoke(market, lender, count, policy.repeat_months)
            regulator.state.found[lender.number] = []


def revoke(market: Market, lender: Lender, count: int, within: int) -> None:
    """A licence is taken away for repeated breaches."""
    why = f"after {count} findings within {within} months"
    before = lender.state.firms
    if lender.setup.firms == 1 or before <= 1:
        lender.state.revoked = True
        text = f"licence revoked {why}"
        market.events.append(Event("revocation", lender.name, text, before, 0))
        return
    lender.state.firms = before - 1
    text = f"one of {before:,} firms loses its licence {why}; the others take over its customers"
    market.events.append(Event("revocation", lender.name, text, before, before - 1))
