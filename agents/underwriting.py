"""What a lender sees of a borrower, and how it scores, grades and limits him.

A lender never sees the latent state. It sees five binned features, each blurred by what its
data and technology allow, and adds up the points it has learnt for them (agents/scorecard.py).
"""

import math

from agents.fraud import is_fraudster
from agents.messages import (
    GRADES,
    SCORE_BIN_ORIGIN,
    SCORE_BIN_WIDTH,
    SCORE_BINS,
    Terms,
    World,
)
from agents.purposes import BUREAU, INCOME, NOISE
from agents.record import EVER_90, HUNDRED_YUAN, NO_ROUTE, SLOTS, BorrowerState
from sim.core.random import normal, uniform
from sim.core.rule import rule

RECORD_THIN, RECORD_CLEAN, RECORD_LATE, RECORD_DEFAULT, RECORD_OWN = range(5)

OWN_MONTHS = 6
"""Months of paying on time after which a lender knows a customer better than any file does."""

F_RECORD, F_DEBT, F_INCOME, F_BEHAVIOUR, F_SEGMENT = range(5)


@rule
def sees(b: BorrowerState, identity: int, lender: int, k: int, terms: Terms, world: World) -> bool:
    """Whether the lender's file holds the relationship in slot k; always its own.

    What the bureau does not show, a ledger does that both lenders keep.
    Another's relationship is in no bureau file before the bureau's lag has passed.
    """
    brand = terms.route_brand[b.route[k]]
    if brand == lender:
        return True
    lagging = world.month - b.first_month[k] < terms.bureau_lag
    filed = 0.0 if lagging else terms.bureau[lender]
    key = terms.lender_id[lender] * 4096 + terms.lender_id[brand]
    shared = terms.member[lender] * terms.member[brand]
    seen = filed + (1.0 - filed) * shared
    return uniform(world.seed, identity, 0, BUREAU, key) < seen


@rule
def slots_seen(b: BorrowerState, identity: int, lender: int, world: World, terms: Terms) -> int:
    """The slots whose relationship the lender's file holds, as bits: bit k for slot k.

    Looked up once for all that a lender makes of it: what a bureau shows of each slot is a draw.
    """
    seen = 0
    for k in range(SLOTS):
        if b.route[k] != NO_ROUTE and b.first_month[k] > 0:
            if sees(b, identity, lender, k, terms, world):
                seen |= 1 << k
    return seen


@rule
def visible_debt(b: BorrowerState, lender: int, seen: int, terms: Terms) -> int:
    """Principal in fen at other lenders that this lender's file shows.

    seen : see `slots_seen`
    """
    debt = 0
    for k in range(SLOTS):
        if (seen >> k) & 1 and terms.route_brand[b.route[k]] != lender:
            debt += b.principal_fen[k]
    return debt


@rule
def bureau_record(b: BorrowerState, lender: int, seen: int, world: World, terms: Terms) -> int:
    """Bin of the credit record: thin, clean, late now, in default within the record's life, or own.

    A customer of half a year in good standing is scored on that: a lender does not drop him for
    what a stranger's file would say.

    seen : see `slots_seen`
    """
    if b.default_month > 0 and default_shows(b, lender, world, terms):
        return RECORD_DEFAULT
    record = RECORD_THIN
    for k in range(SLOTS):
        if (seen >> k) & 1:
            own = terms.route_brand[b.route[k]] == lender
            if b.missed[k] > (0 if own else terms.bureau_lag):
                return RECORD_LATE
            if own and world.month - b.first_month[k] >= OWN_MONTHS:
                record = RECORD_OWN
            elif record == RECORD_THIN:
                record = RECORD_CLEAN
    return record


@rule
def default_shows(b: BorrowerState, lender: int, world: World, terms: Terms) -> bool:
    """Whether the last default is on record: after the bureau's lag, for the record's life.

    A credit repair takes off it what was small and has been paid back.
    """
    since = world.month - b.default_month
    if since >= world.record_months:
        return False
    if since < terms.bureau_lag and not was_its_own(b, lender, terms):
        return False
    for i in range(len(terms.repair_thousand)):
        if since > 0 and terms.repair_first[i] <= b.default_month <= terms.repair_last[i]:
            if b.overdue_thousand <= terms.repair_thousand[i]:
                return False
    return True


@rule
def was_its_own(b: BorrowerState, lender: int, terms: Terms) -> bool:
    """Whether a loan of this lender was ever 90 days late, as far as the slot is still there."""
    for k in range(SLOTS):
        if b.route[k] != NO_ROUTE and b.flags[k] & EVER_90:
            if terms.route_brand[b.route[k]] == lender:
                return True
    return False


@rule
def debt_bin(months_of_income: float) -> int:
    """Bin of visible debt in months of stated income."""
    if months_of_income < 1.5:
        return 0 if months_of_income <= 0.0 else (1 if months_of_income < 0.5 else 2)
    if months_of_income < 5.0:
        return 3 if months_of_income < 3.0 else 4
    return 5 if months_of_income < 8.0 else (6 if months_of_income < 12.0 else 7)


@rule
def even_bin(z: float, width: float) -> int:
    """Bin 0..7 of a centred value, in steps of `width`."""
    return min(7, max(0, 4 + math.floor(z / width)))


@rule
def character(b: BorrowerState) -> float:
    """Latent creditworthiness: stability and willingness in equal parts, about N(0, 1)."""
    return (b.quality_e3 + b.willingness_e3) / 1414.0


@rule
def income_gap(b: BorrowerState, identity: int, lender: int, world: World, terms: Terms) -> float:
    """Log of the income that the lender is told over the true one.

    Lasting for a borrower with a lender: who overstates does so again. Better data leave less of
    both the bias and the error; what is forged passes whole.
    """
    if is_fraudster(b):
        return world.forged_income
    gap = terms.income_bias[lender]
    if terms.income_error[lender] > 0.0:
        z = normal(world.seed, identity, 0, INCOME, terms.lender_id[lender])
        gap += terms.income_error[lender] * z
    return gap


@rule
def observe(
    b: BorrowerState,
    identity: int,
    lender: int,
    seen: int,
    debt: int,
    stated: float,
    gap: float,
    world: World,
    terms: Terms,
) -> int:
    """The features that this lender sees, packed three bits each (record lowest).

    seen : whose relationships its file holds, see `slots_seen`
    debt : what its file shows of other lenders' principal, fen
    stated, gap : income as stated, fen a month, and the log of it over the true one
    """
    noise = terms.noise[lender]
    error = normal(world.seed, identity, 0, NOISE, terms.lender_id[lender])
    shown = world.forged_character if is_fraudster(b) else character(b)
    signal = (shown + noise * error) / math.sqrt(1.0 + noise * noise)
    relative_income = b.log_income_e3 / 1000.0 + gap - world.log_income[b.segment]
    packed = bureau_record(b, lender, seen, world, terms)
    packed += debt_bin(debt / stated) << 3
    packed += even_bin(relative_income, 0.3) << 6
    packed += even_bin(signal, 0.4) << 9
    return packed


@rule
def feature_bin(features: int, feature: int, segment: int) -> int:
    """Bin of one feature in a packed set; the segment itself is the last feature."""
    if feature == F_SEGMENT:
        return segment
    return (features >> (3 * feature)) & 7


@rule
def score(features: int, segment: int, lender: int, terms: Terms) -> int:
    """Sum of points in milli-logits of paying; higher is safer."""
    total = terms.base_score[lender]
    for feature in range(F_SEGMENT + 1):
        total += terms.points[lender, feature, feature_bin(features, feature, segment)]
    return total


@rule
def grade(points: int, terms: Terms) -> int:
    """Risk grade of a score, 0 the best."""
    worse = 0
    for g in range(GRADES - 1):
        if points < terms.grade_floor[g]:  # all are compared: no jump to be guessed wrong
            worse += 1
    return worse


@rule
def bad_ppm(points: int) -> int:
    """Chance of going bad within half a year that a score means, millionths."""
    return math.floor(1e6 / (1.0 + math.exp(points / 1000.0)))


@rule
def todays_grade(b: BorrowerState, k: int, terms: Terms) -> int:
    """Grade that the lender of slot k gives the features it holds, by today's scorecard."""
    lender = terms.route_brand[b.route[k]]
    return grade(score(b.features[k], b.segment, lender, terms), terms)


@rule
def todays_price(b: BorrowerState, k: int, terms: Terms) -> int:
    """All-in price in bp of a new draw on slot k; 0 where the lender no longer serves the risk."""
    return terms.line_apr_bp[b.route[k], b.segment, todays_grade(b, k, terms)]


@rule
def todays_contract(b: BorrowerState, k: int, terms: Terms) -> int:
    """Contract rate in bp of a new draw on slot k."""
    return terms.line_contract_bp[b.route[k], b.segment, todays_grade(b, k, terms)]


@rule
def score_bin(points: int) -> int:
    """Bin of a score in the counts from which the AUC is computed."""
    return min(SCORE_BINS - 1, max(0, (points - SCORE_BIN_ORIGIN) // SCORE_BIN_WIDTH))


@rule
def granted_line(
    b: BorrowerState, lender: int, risk: int, stated: float, other_debt: int, terms: Terms
) -> int:
    """Credit line in hundred yuan: min(kind and legal cap, affordability) x (1 - PD / PDmax)."""
    room = terms.income_multiple[lender] * stated - other_debt
    affordable = math.floor(max(0.0, room) / HUNDRED_YUAN)
    cap = terms.line_cap_hundred[lender, b.segment]
    return min(cap, math.floor(min(cap, affordable) * terms.line_share[lender, risk]))
