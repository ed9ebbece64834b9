"""Fraud: people who come to borrow and never pay, and the lenders' chance of telling them.

A fraudster is a newcomer like others, but for one trait: his willingness to repay lies below every
honest one's, which marks him without a field of its own. He asks for as much as he is given, at any
price, a lender a month for half a year, with papers that look good; pays nothing, and is gone when
the last loan has been charged off. A lender looks into each application: it tells a forged one
with a chance that its technology raises, and takes a few honest ones for forged.
"""

from agents.messages import (
    FALSE_ALARMS,
    FRAUD_APPLICATIONS,
    FRAUD_REFUSED,
    Tally,
    Terms,
    World,
)
from agents.purposes import FRAUD
from agents.record import BorrowerState
from sim.core.random import block, unit
from sim.core.rule import rule

FRAUDSTERS_WILLINGNESS_E3 = -10_000
"""Marks a fraudster: one below the least that `agents.borrower.trait` gives to anybody else."""

FRAUD_MONTHS = 6
"""Months in which a fraudster tries lenders before he lies low (assumption)."""


@rule
def is_fraudster(b: BorrowerState) -> bool:
    """Whether he came to borrow without ever paying."""
    return b.willingness_e3 <= FRAUDSTERS_WILLINGNESS_E3


@rule
def show_colours(b: BorrowerState, identity: int, world: World) -> None:
    """Makes a newcomer a fraudster with the chance `behaviour.fraud`; his other traits stay."""
    if world.fraud > 0.0:
        if unit(block(world.seed, identity, 0, FRAUD, 0)[0]) < world.fraud:
            b.willingness_e3 = FRAUDSTERS_WILLINGNESS_E3


@rule
def has_had_enough(b: BorrowerState) -> bool:
    """Whether a fraudster goes once his loans are charged off: his months of trying are over."""
    return is_fraudster(b) and b.episode >= FRAUD_MONTHS


@rule
def is_refused_for_fraud(
    b: BorrowerState, lender: int, u: float, terms: Terms, tally: Tally
) -> bool:
    """Whether the lender takes an application for forged; counts forged ones and false alarms.

    u : the luck of this borrower with this lender this month
    """
    if is_fraudster(b):
        tally.lender[lender, b.segment, FRAUD_APPLICATIONS] += 1
        if u < terms.fraud_caught[lender]:
            tally.lender[lender, b.segment, FRAUD_REFUSED] += 1
            return True
        return False
    if u < terms.false_alarm[lender]:
        tally.lender[lender, b.segment, FALSE_ALARMS] += 1
        return True
    return False
