"""One credit relationship: a line that is drawn, paid down month by month, and drawn again.

The slot of a borrower holds it: route (who funds and bears risk), line, principal, instalment,
months left, missed count. Rules here take a borrower `b` (an object or a record) and a slot `k`.
Money in fen, rates in basis points a year.
"""

import math

from agents.fraud import is_fraudster
from agents.messages import (
    BOUGHT_IN,
    BOUGHT_OUT,
    CELL_DRAWN_APR,
    CELL_REFINANCED,
    CHARGED_OFF,
    DRAWN_APR,
    DRAWN_CONTRACT,
    FEES,
    FRAUD_LOST,
    INTEREST,
    OVER_CAP,
    OVER_CONTRACT,
    RECOVERED,
    REFINANCED,
    REPAID,
    SEGMENT_LOST,
    SEGMENT_RECOVERED,
    SUBSIDY_PAID,
    Tally,
    Terms,
    World,
)
from agents.purposes import CALL, MOVE, WALK
from agents.record import (
    EVER_90,
    HUNDRED_YUAN,
    NO_ROUTE,
    WRITTEN_OFF,
    BorrowerState,
)
from agents.underwriting import todays_contract, todays_grade, todays_price
from sim.core.random import block, unit
from sim.core.rule import rule

NINETY_DAYS = 4
"""Missed count from which a loan counts as 90+ days past due: 1 is 1-30, 2 is 31-60, 3 is 61-90."""

ONLINE = 1  # the relationship was opened online
IN_ARREARS = 4  # it was late when its present half year began
WALKED = 8  # the borrower has walked away from it
RENEWED_UNIT = 16  # times the months for which a renewal still shows, at most 6
RENEWED_MONTHS = 6


@rule
def monthly_interest(principal: int, rate_bp: int) -> int:
    """A month's interest in fen, half a fen rounded up."""
    return (principal * rate_bp + 60_000) // 120_000


@rule
def level_instalment(principal: int, rate_bp: int, months: int) -> int:
    """Monthly payment in fen that repays `principal` in `months` at `rate_bp`, rounded up."""
    if rate_bp == 0:
        return (principal + months - 1) // months
    rate = rate_bp / 120_000.0
    return math.ceil(principal * rate / (1.0 - 1.0 / compounded(1.0 + rate, months)))


@rule
def compounded(factor: float, months: int) -> float:
    """`factor` to the power of 0 to 127 months, by squaring: a third of the time of `pow`."""
    power = 1.0
    for bit in range(7):
        power *= factor if (months >> bit) & 1 else 1.0
        factor *= factor
    return power


@rule
def interest_due(b: BorrowerState, k: int) -> int:
    """This month's contract interest and fees on slot k."""
    principal = b.principal_fen[k]
    return monthly_interest(principal, b.contract_bp[k]) + monthly_interest(principal, b.fee_bp[k])


@rule
def borrowers_price(price_bp: int, subsidy_bp: int) -> int:
    """What a borrower pays of a price of which the state pays a part; at least one basis point."""
    return price_bp if subsidy_bp == 0 else max(1, price_bp - subsidy_bp)


@rule
def borrowers_rate(b: BorrowerState, k: int, terms: Terms) -> int:
    """All-in rate in bp that the borrower himself pays on slot k this month.

    The state pays its part while the loan is in good standing.
    """
    price = b.contract_bp[k] + b.fee_bp[k]
    if b.missed[k] > 0:
        return price
    return borrowers_price(price, terms.subsidy_bp[b.route[k], b.segment])


@rule
def states_part(b: BorrowerState, k: int, terms: Terms) -> int:
    """What the state pays of this month's interest and fees on slot k, fen."""
    if terms.subsidy_bp[b.route[k], b.segment] == 0:
        return 0
    points = b.contract_bp[k] + b.fee_bp[k] - borrowers_rate(b, k, terms)
    return min(monthly_interest(b.principal_fen[k], points), interest_due(b, k))


@rule
def pay_interest(b: BorrowerState, k: int, terms: Terms, tally: Tally) -> int:
    """Books a month's interest and fees on slot k; returns what the borrower pays of them, fen."""
    route = b.route[k]
    flows = tally.route[route]
    interest = monthly_interest(b.principal_fen[k], b.contract_bp[k])
    fees = monthly_interest(b.principal_fen[k], b.fee_bp[k])
    flows[INTEREST] += interest
    flows[FEES] += fees
    by_state = states_part(b, k, terms)
    if by_state > 0:
        tally.subsidy[terms.subsidy_rule[route, b.segment], SUBSIDY_PAID] += by_state
    return interest + fees - by_state


@rule
def payment_due(b: BorrowerState, k: int, world: World, terms: Terms) -> int:
    """What one month of slot k costs: a level instalment, or a bullet's interest.

    A bullet falls due whole at the end of its tenor, unless its line still covers it. What the
    state pays of the interest is taken off.
    """
    principal, by_state = b.principal_fen[k], states_part(b, k, terms)
    if world.bullet[b.product[k]]:
        if b.months_left[k] > 1 or rolls_over(b, k, terms):
            return interest_due(b, k) - by_state
        return principal + interest_due(b, k) - by_state
    if b.months_left[k] <= 1:
        return principal + interest_due(b, k) - by_state
    if b.instalment_fen[k] <= principal:  # nearly always, and then interest need not be known
        return b.instalment_fen[k] - by_state
    return min(b.instalment_fen[k], principal + interest_due(b, k)) - by_state


@rule
def rolls_over(b: BorrowerState, k: int, terms: Terms) -> bool:
    """Whether a bullet in good standing is lent again when it falls due: the line covers it.

    One that has been called, of which no month is left, is not.
    """
    if b.months_left[k] == 0:
        return False
    covered = b.line_hundred[k] * HUNDRED_YUAN >= b.principal_fen[k]
    return covered and b.missed[k] == 0 and todays_price(b, k, terms) > 0


@rule
def be_called(b: BorrowerState, identity: int, k: int, world: World, terms: Terms) -> None:
    """A month before a bullet falls due: a lender short of room will not lend it again."""
    if b.principal_fen[k] == 0 or b.months_left[k] != 1 or not world.bullet[b.product[k]]:
        return
    chance = terms.calls[terms.route_brand[b.route[k]]]
    if chance > 0.0 and rolls_over(b, k, terms):
        if unit(block(world.seed, identity, world.month, CALL, 0)[k]) < chance:
            b.months_left[k] = 0


@rule
def pay_once(
    b: BorrowerState, k: int, due: int, cell: int, world: World, terms: Terms, tally: Tally
) -> None:
    """Books one payment of `due` fen on slot k: contract interest, fees, then principal."""
    interest = pay_interest(b, k, terms, tally)
    if world.bullet[b.product[k]] and b.months_left[k] <= 1 and rolls_over(b, k, terms):
        roll_over(b, k, cell, world, terms, tally)
        return
    b.months_left[k] = max(1, b.months_left[k] - 1)
    repay(b, k, min(b.principal_fen[k], due - interest), tally)


@rule
def roll_over(
    b: BorrowerState, k: int, cell: int, world: World, terms: Terms, tally: Tally
) -> None:
    """Lends a bullet that falls due again for its tenor, at today's price: refinancing."""
    risk = todays_grade(b, k, terms)
    if terms.moves[b.route[k], b.segment, risk] >= 1.0:
        move_line(b, k, terms.line_route[b.route[k], risk], tally)
    principal = b.principal_fen[k]
    flows, counts = tally.route[b.route[k]], tally.cell[cell]
    b.contract_bp[k] = todays_contract(b, k, terms)
    b.fee_bp[k] = todays_price(b, k, terms) - b.contract_bp[k]
    b.months_left[k] = world.tenor[b.product[k]]
    flows[REPAID] += principal
    flows[REFINANCED] += principal
    flows[DRAWN_APR] += principal * (b.contract_bp[k] + b.fee_bp[k])
    flows[DRAWN_CONTRACT] += principal * b.contract_bp[k]
    note_excess(b.route[k], principal, b.contract_bp[k], b.fee_bp[k], terms, tally)
    counts[CELL_REFINANCED] += principal
    counts[CELL_DRAWN_APR] += principal * (b.contract_bp[k] + b.fee_bp[k])


@rule
def note_excess(
    route: int, amount: int, contract_bp: int, fee_bp: int, terms: Terms, tally: Tally
) -> None:
    """Adds what a draw costs beyond the law, which inspectors can see in the contract."""
    over = contract_bp + fee_bp - terms.lawful_bp[route]
    if over > 0:
        tally.route[route, OVER_CAP] += amount * over
    over = contract_bp - terms.lawful_contract_bp[route]
    if over > 0:
        tally.route[route, OVER_CONTRACT] += amount * over


@rule
def repay(b: BorrowerState, k: int, amount: int, tally: Tally) -> None:
    """Takes `amount` fen off the principal of slot k."""
    b.principal_fen[k] -= amount
    tally.route[b.route[k], REPAID] += amount
    if b.principal_fen[k] == 0:
        b.months_left[k] = 0
        b.missed[k] = 0
        b.instalment_fen[k] = 0
        b.flags[k] %= RENEWED_UNIT


@rule
def renewal_months(b: BorrowerState, k: int) -> int:
    """Months for which a renewal in distress still shows in the statistics."""
    return b.flags[k] // RENEWED_UNIT


@rule
def serve_loan(
    b: BorrowerState,
    identity: int,
    k: int,
    cash: int,
    cell: int,
    world: World,
    terms: Terms,
    tally: Tally,
) -> int:
    """Pays slot k from `cash`: up to one month more than was missed. Returns the cash left.

    The missed count becomes d + 1 - (payments made): it rolls, stands, or cures in part.
    """
    missed = b.missed[k]
    most = missed if missed == 0 or is_pressed(b, identity, k, world, terms) else 0
    if b.flags[k] >= RENEWED_UNIT:
        b.flags[k] -= RENEWED_UNIT
    paid = 0
    while not b.flags[k] & WALKED and paid <= most and b.principal_fen[k] > 0:
        due = payment_due(b, k, world, terms)
        if cash >= due:
            pay_once(b, k, due, cell, world, terms, tally)
        elif may_renew(b, identity, k, cash, world, terms):
            due = renew(b, k, world, terms, tally)
            paid = missed
        else:
            break
        cash -= due
        paid += 1
    if b.principal_fen[k] > 0:
        b.missed[k] = missed + 1 - paid
        age_arrears(b, k, missed, world, terms, tally)
    return cash


@rule
def is_pressed(b: BorrowerState, identity: int, k: int, world: World, terms: Terms) -> bool:
    """Whether collectors see to it that he clears his arrears on slot k as soon as he can.

    Where rules hold them back, he may pay the month alone and let the arrears stand.
    """
    chance = terms.pressed[terms.route_brand[b.route[k]]]
    if chance >= 1.0:
        return True
    return unit(block(world.seed, identity, world.month, WALK, 2)[k]) < chance


@rule
def may_renew(
    b: BorrowerState, identity: int, k: int, cash: int, world: World, terms: Terms
) -> bool:
    """Whether a bullet that cannot be repaid is renewed: interest is paid, the lender agrees."""
    if b.months_left[k] > 1 or not world.bullet[b.product[k]]:
        return False
    if cash < interest_due(b, k) - states_part(b, k, terms):
        return False
    luck = block(world.seed, identity, world.month, WALK, 1)
    return unit(luck[k]) < terms.renew[terms.route_brand[b.route[k]]]


@rule
def renew(b: BorrowerState, k: int, world: World, terms: Terms, tally: Tally) -> int:
    """Renews a bullet in distress for its whole tenor against one month's interest.

    No new money, no new price; it shows as renewed for half a year. Returns the payment.
    """
    interest = pay_interest(b, k, terms, tally)
    b.months_left[k] = world.tenor[b.product[k]]
    b.flags[k] = b.flags[k] % RENEWED_UNIT + RENEWED_MONTHS * RENEWED_UNIT
    return interest


@rule
def age_arrears(
    b: BorrowerState, k: int, before: int, world: World, terms: Terms, tally: Tally
) -> None:
    """What follows from the missed count of slot k: default, buy-out, charge-off."""
    if b.missed[k] < NINETY_DAYS:
        return
    note_overdue(b, k, world, terms)
    b.default_month = world.month
    if before < NINETY_DAYS:
        reach_ninety_days(b, k, world, terms, tally)
    if b.missed[k] >= terms.charge_off_at[terms.route_brand[b.route[k]]]:
        charge_off(b, k, world, tally)


@rule
def note_overdue(b: BorrowerState, k: int, world: World, terms: Terms) -> None:
    """Keeps the most that was overdue in the default on record, thousand yuan, rounded up."""
    if b.default_month == 0 or world.month - b.default_month >= world.record_months:
        b.overdue_thousand = 0  # what an older default was no longer matters
    overdue = b.missed[k] * payment_due(b, k, world, terms)
    overdue = min(overdue, b.principal_fen[k] + interest_due(b, k))
    thousands = min(WRITTEN_OFF - 1, (overdue + 99_999) // 100_000)
    b.overdue_thousand = max(b.overdue_thousand, thousands)


@rule
def reach_ninety_days(b: BorrowerState, k: int, world: World, terms: Terms, tally: Tally) -> None:
    """First day of default: counted by cohort, and a guarantor takes the loan over."""
    if not b.flags[k] & EVER_90:
        b.flags[k] += EVER_90
        cohort = b.first_month[k] - world.first_month
        tally.cohort_default[cohort, world.month - b.first_month[k]] += 1
    route = b.route[k]
    guarantor = terms.route_buyout[route]
    if guarantor != route:
        tally.route[route, BOUGHT_OUT] += b.principal_fen[k]
        tally.route[guarantor, BOUGHT_IN] += b.principal_fen[k]
        b.route[k] = guarantor


@rule
def charge_off(b: BorrowerState, k: int, world: World, tally: Tally) -> None:
    """Writes the principal of slot k off, books what is recovered and ends the relationship."""
    flows = tally.route[b.route[k]]
    principal = b.principal_fen[k]
    flows[CHARGED_OFF] += principal
    if is_fraudster(b):
        flows[FRAUD_LOST] += principal
    recovered = principal * world.recovery_bp[b.product[k]] // 10_000
    flows[RECOVERED] += recovered
    if len(tally.segment) > 0:
        tally.segment[b.route[k], b.segment, SEGMENT_LOST] += principal
        tally.segment[b.route[k], b.segment, SEGMENT_RECOVERED] += recovered
    b.overdue_thousand = WRITTEN_OFF
    close_slot(b, k)


@rule
def route_of_draw(b: BorrowerState, identity: int, k: int, world: World, terms: Terms) -> int:
    """The route by which a further draw on slot k goes; see sim/line_routes.py.

    Asked again in the same month it gives the same answer.
    """
    route = b.route[k]
    if b.first_month[k] == 0:  # a request for a new line already has the route of today
        return route
    if not terms.may_move[route]:  # nearly always, and then no grade need be known
        return route
    risk = todays_grade(b, k, terms)
    chance = terms.moves[route, b.segment, risk]
    if chance <= 0.0:
        return route
    if chance < 1.0 and unit(block(world.seed, identity, world.month, MOVE, 0)[k]) >= chance:
        return route
    return terms.line_route[route, risk]


@rule
def move_line(b: BorrowerState, k: int, route: int, tally: Tally) -> None:
    """Takes the line of slot k to another route of its brand; what is owed goes along, at face."""
    tally.route[b.route[k], BOUGHT_OUT] += b.principal_fen[k]
    tally.route[route, BOUGHT_IN] += b.principal_fen[k]
    b.route[k] = route


@rule
def close_slot(b: BorrowerState, k: int) -> None:
    """Ends the relationship in slot k."""
    b.route[k] = NO_ROUTE
    b.principal_fen[k] = 0
    b.instalment_fen[k] = 0
    b.pending_fen[k] = 0
    b.line_hundred[k] = 0
    b.contract_bp[k] = 0
    b.fee_bp[k] = 0
    b.first_month[k] = 0
    b.features[k] = 0
    b.product[k] = 0
    b.missed[k] = 0
    b.months_left[k] = 0
    b.flags[k] = 0


@rule
def draw(
    b: BorrowerState, k: int, amount: int, contract_bp: int, fee_bp: int, world: World
) -> None:
    """Adds a draw to slot k; rate and months left become averages weighted by principal.

    So one slot behaves like the pool of the loans that were drawn on it.
    """
    old = b.principal_fen[k]
    total = old + amount
    tenor = world.tenor[b.product[k]]
    added = amount / total
    b.contract_bp[k] = shifted(b.contract_bp[k], contract_bp, added)
    b.fee_bp[k] = shifted(b.fee_bp[k], fee_bp, added)
    b.months_left[k] = max(1, shifted(b.months_left[k], tenor, added))
    b.principal_fen[k] = total
    b.instalment_fen[k] = level_instalment(total, b.contract_bp[k] + b.fee_bp[k], b.months_left[k])
    if b.first_month[k] == 0:
        b.first_month[k] = world.month


@rule
def shifted(old: int, new: int, weight: float) -> int:
    """The mean of an old and a new whole number with `weight` on the new, to the nearest."""
    return math.floor(old + weight * (new - old) + 0.5)
