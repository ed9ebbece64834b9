"""Sanctions: what a finding of inspectors costs a lender, and how it is brought back to the rules.

A fine is a part of equity, and a multiple of what the breach has earned, so that it does not pay to
wait for inspectors. An order to correct gives a single firm some months in which nobody comes; then
it follows the rules of the day, and is visited for certain. Who repeats a breach loses more.
"""

from agents.lender import Lender
from agents.regulator import Inspected, Regulator
from sim.ledger import Item, Sector
from sim.level_words import yuan
from sim.market import Event, Market
from sim.policy import PolicySection
from sim.supervision import unlawful_gains


def call_to_order(market: Market, regulator: Regulator, month: int) -> None:
    """Counts what breaches have earned by now; lenders whose term to correct is over correct."""
    gains = unlawful_gains(market)
    for number in gains.nonzero()[0].tolist():
        known = regulator.state.gains.get(number, 0)
        regulator.state.gains[number] = known + int(gains[number])
    for number, due in regulator.state.orders.items():
        if month >= due:
            market.lenders[number].state.corrected = True


def punish(
    market: Market, regulator: Regulator, policy: PolicySection, found: list[Inspected], month: int
) -> None:
    """Fines, suspends and orders each lender at whom something was found.

    With the last of `revocation_after` findings within `repeat_months` a single firm loses its
    licence (sim/structure.py runs it off); of a fringe one firm does, whose customers the others
    take over.
    """
    for one in found:
        lender = market.lenders[one.number]
        firms = max(1, lender.state.firms)  # one firm of a fringe was visited, not all
        gains = regulator.state.gains.get(one.number, 0) // firms
        regulator.state.gains[one.number] = regulator.state.gains.get(one.number, 0) - gains
        due = policy.fine * max(0, market.ledger.equity(lender.number)) / firms
        fine = round(due + policy.gains_multiple * gains)
        market.ledger.receive(lender.number, -fine, Sector.STATE, Item.FINE)
        real = market.real_yuan(fine)
        text = f"inspected and fined {yuan(real)} for {'; '.join(one.breaches)}"
        if firms == 1:
            text += restrain(lender, regulator, policy, month)
        market.events.append(Event("fine", lender.name, text, 0.0, real))
        count = regulator.findings(lender.number, month, policy.repeat_months)
        if 0 < policy.revocation_after <= count:
            revoke(market, lender, count, policy.repeat_months)
            regulator.state.found[lender.number] = []


def restrain(lender: Lender, regulator: Regulator, policy: PolicySection, month: int) -> str:
    """Suspends a single firm and orders it to correct; what the event says of it."""
    text = ""
    lender.state.suspended_months = policy.suspension_months
    if policy.suspension_months:
        text += f"; no new customers for {policy.suspension_months} months"
    if policy.correction_months:
        regulator.state.orders[lender.number] = month + policy.correction_months
        text += f"; it has {policy.correction_months} months to correct it"
    return text


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
