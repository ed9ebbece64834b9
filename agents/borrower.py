"""A borrower's month, as plain scalar rules.

`live` is the first half: income, debt service, walking away, need, redraw and search, up to the
requests. In between the lenders see the whole demand and ration it. `sign` is the second half, for
those who have asked: requests that the lender admits are paid out. At the end of his month, in
`sign` or without a request in `live`, the borrower is counted.

The same functions run on one `Borrower` object at a time (reference) and, compiled, over an array
of records (sim/compiled.py). They read `World` and `Terms` and write only the borrower and the
tally. Money in fen, months as integers, rates in basis points.
"""

import math
from typing import Any

import numpy as np
from mesa import Agent, Model

from agents.fraud import (
    FRAUD_MONTHS,
    has_had_enough,
    is_fraudster,
    show_colours,
)
from agents.loan import (
    IN_ARREARS,
    NINETY_DAYS,
    ONLINE,
    WALKED,
    be_called,
    borrowers_price,
    borrowers_rate,
    close_slot,
    draw,
    monthly_interest,
    move_line,
    note_excess,
    payment_due,
    renewal_months,
    repay,
    route_of_draw,
    serve_loan,
)
from agents.messages import (
    CELL_ACTIVE,
    CELL_BALANCE,
    CELL_BORROWERS,
    CELL_DEFAULTED_1,
    CELL_DEFAULTED_12,
    CELL_DRAWN,
    CELL_DRAWN_APR,
    CELL_IN_SPELL,
    CELL_INCOME,
    CELL_MULTI3,
    CELL_OVER_INDEBTED,
    CELL_PERFORMING,
    CELL_REFINANCED,
    CELL_ROLLED_OVER,
    CELL_SURPLUS,
    CELL_WAS_PERFORMING_1,
    CELL_WAS_PERFORMING_12,
    DRAWN,
    DRAWN_APR,
    DRAWN_CONTRACT,
    FINE_BITS,
    FINE_MASK,
    FUNDING,
    LUCK_SHIFT,
    NEW_LINES,
    OVER_LINES,
    QUALITY_BITS,
    QUALITY_ORIGIN,
    REFINANCED,
    REQUESTED,
    RESERVED,
    SEGMENT_D0,
    SERVED,
    STOCK_APR,
    STOCK_CONTRACT,
    STOCK_D0,
    STOCK_D4,
    STOCK_ONLINE,
    STOCK_RENEWED,
    STOCK_USERS,
    SUBSIDY_LOANS,
    SUBSIDY_PRINCIPAL,
    Floats,
    Ints,
    Offers,
    Tally,
    Terms,
    World,
)
from agents.purposes import ADMIT, BIRTH, LIFE, SHOCK, WALK
from agents.record import (
    EVER_90,
    GENERATION_STEP,
    HUNDRED_YUAN,
    NO_ROUTE,
    RECORD,
    SLOTS,
    BorrowerState,
)
from agents.search import Desk, look_for_loan
from agents.underwriting import (
    F_SEGMENT,
    bad_ppm,
    feature_bin,
    grade,
    granted_line,
    income_gap,
    observe,
    score,
    score_bin,
    slots_seen,
    todays_grade,
    todays_price,
    visible_debt,
)
from sim.core.random import block, lower_half, normal, normal_quantile, unit, upper_half
from sim.core.rule import inlined_rule, rule

MOST_FEN = 2_000_000_000
"""Ceiling of a borrower's buffer and wants: 20 million yuan, so that they fit their fields."""

REVIEW_MONTHS = 6
"""A lender looks again at a line every half year, and learns how the half year went."""

IDLE_REVIEWS = 2
"""A line found without balance at so many reviews in a row is closed (assumption)."""

EPISODE_MONTHS = 3
"""Months of searching after which an episode is closed unserved."""

PLANNED, FOR_ESSENTIALS, FOR_DEBT = range(3)


# --- a life begins ------------------------------------------------------------------------------


@rule
def pick(cumulative: Floats, u: float) -> int:
    """Index of the first cumulative share above u."""
    i = 0
    while i < len(cumulative) - 1 and u >= cumulative[i]:
        i += 1
    return i


@rule
def move_in(b: BorrowerState, place: int, world: World) -> None:
    """Gives a place its segment and region, and its first occupant."""
    be_placed(b, place, world)
    be_born(b, place, world)


@rule
def be_placed(b: BorrowerState, identity: int, world: World) -> None:
    """Gives place `identity` its segment, region and town or country, kept by all who follow."""
    luck = block(world.seed, identity, 0, BIRTH, 0)
    b.segment = pick(world.segment_share, unit(luck[0]))
    b.region = pick(world.place_share[b.segment], unit(luck[1]))
    b.rural = 1 if unit(luck[2]) < world.rural_share[b.segment, b.region] else 0
    b.generation = 0


@rule
def be_born(b: BorrowerState, identity: int, world: World) -> None:
    """A newcomer's lasting traits; he starts without debt, record or spell."""
    luck = block(world.seed, identity, 0, BIRTH, 1)
    s = b.segment
    log_income = world.log_income[s] + world.place_income[b.region]
    log_income += world.rural_income * b.rural
    log_income += world.income_sigma[s] * normal(world.seed, identity, 0, BIRTH, 2)
    b.log_income_e3 = min(30_000, max(0, math.floor(1000.0 * log_income)))
    b.quality_e3 = trait(world.character[s] + normal_quantile(unit(luck[0])))
    b.willingness_e3 = trait(world.character[s] + normal_quantile(unit(luck[1])))
    b.appetite_pct = appetite(s, unit(luck[2]), unit(luck[3]), world)
    more = block(world.seed, identity, 0, BIRTH, 3)
    accepts = world.reservation[s] + world.reservation_sd * normal_quantile(unit(more[0]))
    b.reservation_bp = min(9_999, max(200, math.floor(10_000.0 * accepts)))
    b.online_rank = math.floor(32_767.0 * unit(more[1]))
    b.buffer_fen = 0
    b.wanted_fen = 0
    b.performing_mask = 0
    b.default_month = 0
    b.in_spell = 0
    b.episode = 0
    b.urgent = PLANNED
    b.overdue_thousand = 0
    for k in range(SLOTS):
        close_slot(b, k)


@rule
def trait(z: float) -> int:
    """A standard-normal trait in thousandths, within its field."""
    return min(9_999, max(-9_999, math.floor(1000.0 * z)))


@rule
def appetite(segment: int, u_takes_part: float, u_size: float, world: World) -> int:
    """Debt a person wants to carry, hundredths of a month's income; 0 for who never borrows."""
    if u_takes_part >= world.participation[segment]:
        return 0
    size = world.appetite[segment] * math.exp(world.appetite_sigma * normal_quantile(u_size))
    return min(3_000, math.floor(100.0 * size))


# --- the first half of the month ----------------------------------------------------------------


@inlined_rule
def live(
    b: BorrowerState, place: int, world: World, terms: Terms, tally: Tally, desk: Desk
) -> bool:
    """One borrower's month up to the requests: earn, pay or miss, need, redraw, search.

    Without a request the month ends here. Returns whether he has asked and awaits an answer.
    """
    identity = place + b.generation * GENERATION_STEP
    cell = cell_of(b, world)
    luck = block(world.seed, identity, world.month, LIFE, 0)
    goes = unit(luck[1]) < world.leave or has_had_enough(b)
    if goes and not owes(b):  # who owes may walk away on the same draw
        identity = make_room(b, identity, cell, world, tally)
        luck = block(world.seed, identity, world.month, LIFE, 0)
    change_work(b, unit(luck[0]), world)
    if (world.month - place) % 12 == 0:
        drift_income(b, identity, world)
        change_plans(b, identity, world)
    permanent = permanent_income(b, world)
    cash = b.buffer_fen + earn(b, identity, permanent, luck[2], world)
    cash = max(0, cash - math.floor(world.essentials[b.segment] * permanent))
    if owes(b):
        walk_or_return(b, identity, cash, permanent, unit(luck[1]), world, terms)
        cash = serve_debts(b, identity, cash, cell, world, terms, tally)
        if lower_half(luck[3]) < world.prepay:
            cash = prepay(b, cash, permanent, terms, tally)
        for k in range(SLOTS):
            be_called(b, identity, k, world, terms)
    keep_buffer(b, permanent, cash, world)
    review_lines(b, identity, permanent, world, terms, tally)
    if is_fraudster(b):
        defraud(b, identity, cell, permanent, world, terms, tally, desk)
    else:
        want_credit(b, permanent, upper_half(luck[3]), world, terms)
        if b.wanted_fen > 0:
            looks = lower_half(luck[2]) < world.look
            request(b, identity, looks, cell, permanent, world, terms, tally, desk)
        elif b.episode > 0:
            b.episode = 0
    waits = awaits_answer(b)
    if not waits:
        be_counted(b, cell, world, terms, tally)
    return waits


@rule
def awaits_answer(b: BorrowerState) -> bool:
    """Whether he has asked for money this month: then his month goes on in `sign`."""
    asked = 0
    for k in range(SLOTS):
        asked += b.pending_fen[k]
    return asked > 0


@rule
def keep_buffer(b: BorrowerState, permanent: float, cash: int, world: World) -> None:
    """Keeps part of what is left beyond the old buffer, up to a limit; a shortfall eats it."""
    kept = cash
    if cash > b.buffer_fen:
        kept = b.buffer_fen + math.floor(world.saving * (cash - b.buffer_fen))
    b.buffer_fen = min(kept, MOST_FEN, math.floor(world.buffer_months * permanent))


@rule
def cell_of(b: BorrowerState, world: World) -> int:
    """Row of the cell (segment, region, town or country) in the tallies."""
    return (b.segment * world.place_share.shape[1] + b.region) * 2 + b.rural


@rule
def owes(b: BorrowerState) -> bool:
    """Whether any principal is outstanding."""
    owed = 0
    for k in range(SLOTS):
        owed += b.principal_fen[k]
    return owed > 0


@rule
def make_room(b: BorrowerState, identity: int, cell: int, world: World, tally: Tally) -> int:
    """A debt-free borrower leaves and is replaced; his past year stays in the default rate."""
    for months_ahead in range(12):
        back = 12 - months_ahead  # how long ago the month of the comparison will then lie
        if (b.performing_mask >> (back - 1)) & 1:  # the mask still ends with last month
            tally.leavers[cell, months_ahead, 0] += 1
            if b.default_month > world.month - back:
                tally.leavers[cell, months_ahead, 1] += 1
    b.generation += 1
    newcomer = identity + GENERATION_STEP
    be_born(b, newcomer, world)
    show_colours(b, newcomer, world)
    return newcomer


@rule
def change_work(b: BorrowerState, u: float, world: World) -> None:
    """Enters or leaves a spell of unemployment or business failure.

    Few come near the hazard; the ceiling, by quality in whole steps, spares the others the exp.
    """
    if b.in_spell:
        if u < world.spell_exit:
            b.in_spell = 0
        return
    hazard = world.spell_hazard[b.segment] * world.unemployment
    if u < hazard * world.spell_ceiling[(b.quality_e3 + QUALITY_ORIGIN) >> QUALITY_BITS]:
        if u < hazard * math.exp(-world.quality_effect * b.quality_e3 / 1000.0):
            b.in_spell = 1


@rule
def drift_income(b: BorrowerState, identity: int, world: World) -> None:
    """Once a year lasting income moves, and part of its distance from the segment is forgotten."""
    centre = world.log_income[b.segment] + world.place_income[b.region]
    centre += world.rural_income * b.rural
    distance = b.log_income_e3 / 1000.0 - centre
    z = normal(world.seed, identity, world.month, LIFE, 2)
    moved = centre + (1.0 - world.reversion) * distance + world.persistent * z
    b.log_income_e3 = min(30_000, max(0, math.floor(1000.0 * moved)))


@rule
def change_plans(b: BorrowerState, identity: int, world: World) -> None:
    """Once a year some people start to want debt, stop, or want more or less than before."""
    luck = block(world.seed, identity, world.month, LIFE, 3)
    if unit(luck[0]) < world.new_plans:
        b.appetite_pct = appetite(b.segment, unit(luck[1]), unit(luck[2]), world)


@rule
def permanent_income(b: BorrowerState, world: World) -> float:
    """Lasting monthly income in fen, with the growth of nominal incomes.

    The exp of thousandths as a product of two entries of tables: a third of the time.
    """
    coarse = world.exp_coarse[b.log_income_e3 >> FINE_BITS]
    return coarse * world.exp_fine[b.log_income_e3 & FINE_MASK] * world.income_index


@inlined_rule
def earn(b: BorrowerState, identity: int, permanent: float, word: int, world: World) -> int:
    """This month's income in fen: season, luck by the top bits of `word`, spell, dated shocks."""
    income = permanent * world.income_season * world.income_luck[b.segment, word >> LUCK_SHIFT]
    if b.in_spell:
        income *= world.spell_income
    if len(world.shock_key) > 0:
        income *= left_by_shocks(identity, world)
    return math.floor(min(income, 1.0 * MOST_FEN))


@rule
def left_by_shocks(identity: int, world: World) -> float:
    """Part of his income that the dated shocks in force leave a person."""
    left = 1.0
    for i in range(len(world.shock_key)):
        hit = unit(block(world.seed, identity, world.shock_key[i], SHOCK, 0)[0])
        if hit < world.shock_share[i]:
            left *= 1.0 - world.shock_depth[i]
    return left


@inlined_rule
def serve_debts(
    b: BorrowerState,
    identity: int,
    cash: int,
    cell: int,
    world: World,
    terms: Terms,
    tally: Tally,
) -> int:
    """Pays what falls due, the most useful line first; returns the cash left."""
    unpaid = slots_in_debt(b)
    while unpaid > 0:
        k = next_to_serve(b, unpaid)
        unpaid -= 1 << k
        cash = serve_loan(b, identity, k, cash, cell, world, terms, tally)
    return cash


@inlined_rule
def total_due(b: BorrowerState, world: World, terms: Terms) -> int:
    """One month's payments on all loans that the borrower means to pay, fen."""
    due = 0
    for k in range(SLOTS):
        if b.principal_fen[k] > 0 and not b.flags[k] & WALKED:
            due += payment_due(b, k, world, terms)
    return due


@rule
def slots_in_debt(b: BorrowerState) -> int:
    """The slots with principal outstanding, as bits: bit k for slot k."""
    slots = 0
    for k in range(SLOTS):
        if b.principal_fen[k] > 0:
            slots |= 1 << k
    return slots


@rule
def next_to_serve(b: BorrowerState, unpaid: int) -> int:
    """The loan to pay next: the largest line first, because losing it would hurt most."""
    best, largest = -1, -1
    for k in range(SLOTS):
        if (unpaid >> k) & 1 and b.line_hundred[k] > largest:
            best, largest = k, b.line_hundred[k]
    return best


@rule
def walk_or_return(
    b: BorrowerState,
    identity: int,
    cash: int,
    permanent: float,
    u_walk: float,
    world: World,
    terms: Terms,
) -> None:
    """Those who walked away may be brought back; others, very few, may walk away.

    A fraudster has walked away from every loan on the day he got it, and nobody brings him back.
    """
    if is_fraudster(b):
        walk_away(b)
        return
    if (b.flags[0] | b.flags[1] | b.flags[2] | b.flags[3]) & WALKED:
        u_return = unit(block(world.seed, identity, world.month, WALK, 0)[1])
        be_brought_back(b, u_return, terms)
    if u_walk < world.walk_rate:
        think_of_walking(b, cash, permanent, u_walk, world, terms)


@rule
def be_brought_back(b: BorrowerState, u: float, terms: Terms) -> None:
    """Collection: he means to pay again what he had walked away from."""
    for k in range(SLOTS):
        if b.principal_fen[k] > 0 and b.flags[k] & WALKED:
            if u < terms.collection[terms.route_brand[b.route[k]]]:
                b.flags[k] -= WALKED


@rule
def think_of_walking(
    b: BorrowerState, cash: int, permanent: float, u: float, world: World, terms: Terms
) -> None:
    """Walks away though able to pay, with a chance of at most `walk_rate`.

    Logistic in debt service to income above one half, willingness, unused lines that a default
    would lose, and the part of his debts of which other lenders would hear. Who cannot pay does
    not walk away: he misses what he cannot pay.
    """
    due = total_due(b, world, terms)
    if cash < world.walk_able * due:
        return
    burden = due / permanent - 0.5
    headroom = 0.0
    for k in range(SLOTS):
        headroom += max(0, b.line_hundred[k] * HUNDRED_YUAN - b.principal_fen[k])
    x = world.walk_slope * burden - world.walk_willingness * b.willingness_e3 / 1000.0
    x -= world.walk_headroom * min(2.0, headroom / permanent)
    x -= world.walk_reported * reported_share(b, terms)
    if u < world.walk_rate / (1.0 + math.exp(min(700.0, -x))):  # beyond, exp would overflow
        walk_away(b)


@rule
def walk_away(b: BorrowerState) -> None:
    """Stops paying all his loans."""
    for k in range(SLOTS):
        if b.principal_fen[k] > 0 and not b.flags[k] & WALKED:
            b.flags[k] += WALKED


@rule
def reported_share(b: BorrowerState, terms: Terms) -> float:
    """Part of his debts that reach the bureau: a lender reports as much as it gets to see."""
    owed, reported = 0.0, 0.0
    for k in range(SLOTS):
        if b.principal_fen[k] > 0:
            owed += b.principal_fen[k]
            reported += b.principal_fen[k] * terms.bureau[terms.route_brand[b.route[k]]]
    return reported / owed


@rule
def prepay(b: BorrowerState, cash: int, permanent: float, terms: Terms, tally: Tally) -> int:
    """Pays down the dearest loan in good standing from cash beyond a quarter month's income."""
    dearest = -1
    for k in range(SLOTS):
        if b.principal_fen[k] > 0 and b.missed[k] == 0:
            rate = borrowers_rate(b, k, terms)
            if dearest < 0 or rate > borrowers_rate(b, dearest, terms):
                dearest = k
    spare = cash - math.floor(0.25 * permanent)
    if dearest < 0 or spare <= 0:
        return cash
    amount = min(spare, b.principal_fen[dearest])
    repay(b, dearest, amount, tally)
    return cash - amount


@rule
def under_review(b: BorrowerState, k: int, world: World) -> bool:
    """Whether a half year of the relationship in slot k ends this month."""
    if b.route[k] == NO_ROUTE or b.first_month[k] == 0:
        return False
    age = world.month - b.first_month[k]
    return age > 0 and age % REVIEW_MONTHS == 0


@inlined_rule
def review_lines(
    b: BorrowerState,
    identity: int,
    permanent: float,
    world: World,
    terms: Terms,
    tally: Tally,
) -> None:
    """Every half year the lender learns how it went and looks again at the line."""
    for k in range(SLOTS):
        if not under_review(b, k, world):
            continue
        learn_outcome(b, k, world, terms, tally)
        review_line(b, identity, k, permanent, world, terms)


@rule
def learn_outcome(b: BorrowerState, k: int, world: World, terms: Terms, tally: Tally) -> None:
    """Each half year of a relationship that owes is counted once, good or bad.

    It is counted by the features that the lender saw when the half year began, beside what
    today's score expected of them. A half year that began in arrears teaches nothing.
    """
    if b.flags[k] & IN_ARREARS or b.principal_fen[k] == 0:
        return
    lately = world.month - b.default_month < REVIEW_MONTHS
    bad = 1 if b.missed[k] >= 2 or (lately and b.flags[k] & EVER_90) else 0
    lender = terms.route_brand[b.route[k]]
    points = score(b.features[k], b.segment, lender, terms)
    expected = bad_ppm(points)
    for feature in range(F_SEGMENT + 1):
        bin_ = feature_bin(b.features[k], feature, b.segment)
        tally.score[lender, feature, bin_, bad] += 1
        tally.expected_ppm[lender, feature, bin_] += expected
    tally.ranks[lender, score_bin(points), bad] += 1


@rule
def review_line(
    b: BorrowerState, identity: int, k: int, permanent: float, world: World, terms: Terms
) -> None:
    """The lender of slot k raises, cuts or closes the line by what it sees today."""
    if b.flags[k] & IN_ARREARS:
        b.flags[k] -= IN_ARREARS
    if b.missed[k] > 0:
        b.flags[k] += IN_ARREARS
    lender = terms.route_brand[b.route[k]]
    seen = slots_seen(b, identity, lender, world, terms)
    debt = visible_debt(b, lender, seen, terms)
    gap = income_gap(b, identity, lender, world, terms)
    stated = permanent * math.exp(gap)
    b.features[k] = observe(b, identity, lender, seen, debt, stated, gap, world, terms)
    risk = grade(score(b.features[k], b.segment, lender, terms), terms)
    line = 0
    if terms.apr_bp[lender, b.segment, risk] > 0 and b.missed[k] == 0:
        line = granted_line(b, lender, risk, stated, debt, terms)
    b.line_hundred[k] = line
    if b.principal_fen[k] == 0:
        b.months_left[k] -= 1
        if line == 0 or b.months_left[k] <= -IDLE_REVIEWS:
            close_slot(b, k)


# --- wanting and asking -------------------------------------------------------------------------


@inlined_rule
def want_credit(b: BorrowerState, permanent: float, u: float, world: World, terms: Terms) -> None:
    """Sets what is wanted: next month's shortfall of cash, else a gap in planned debt."""
    b.urgent = PLANNED
    b.wanted_fen = 0
    if b.appetite_pct == 0:
        return
    due = total_due(b, world, terms)
    expected = permanent * (world.spell_income if b.in_spell else 1.0)
    need = due + world.essentials[b.segment] * permanent - expected - b.buffer_fen
    debt = 0
    for k in range(SLOTS):
        debt += b.principal_fen[k]
    gap = b.appetite_pct * permanent * world.spending_season / 100.0 - debt
    if need > 0.0:
        b.urgent = FOR_DEBT if due > 0 else FOR_ESSENTIALS
        b.wanted_fen = min(MOST_FEN, math.ceil(need))
    elif gap > 0.0 and u < world.adjust:
        b.wanted_fen = min(MOST_FEN, math.floor(gap))


@inlined_rule
def request(
    b: BorrowerState,
    identity: int,
    looks: bool,
    cell: int,
    permanent: float,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> None:
    """Asks for the wanted amount: first on lines at hand, cheapest first, then by searching."""
    left = redraw(b, identity, b.wanted_fen, world, terms, tally)
    if left == 0:
        return
    if b.episode < 0:
        b.episode += 1
        return
    if b.urgent == PLANNED and b.episode == 0 and not looks:
        return
    luck = block(world.seed, identity, world.month, LIFE, 1)
    desk.product[0] = pick(world.product_share[b.segment], unit(luck[0]))
    if left < world.ticket_fen[desk.product[0]]:
        return
    shops = unit(luck[3]) < world.shop_around
    cause = look_for_loan(b, identity, left, shops, cell, permanent, world, terms, tally, desk)
    if cause != SERVED and left == b.wanted_fen:  # with a redraw pending, `receive` will tell
        fail_to_find(b, left, cause, cell, world, tally)


@rule
def defraud(
    b: BorrowerState,
    identity: int,
    cell: int,
    permanent: float,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> None:
    """A fraudster's month: he asks whoever comes to mind for all that there is to have.

    What he does not get is nobody's unmet demand.
    """
    b.urgent = PLANNED
    b.wanted_fen = 0
    if b.episode >= FRAUD_MONTHS:
        return
    b.episode += 1
    b.wanted_fen = MOST_FEN
    luck = block(world.seed, identity, world.month, LIFE, 1)
    desk.product[0] = pick(world.product_share[b.segment], unit(luck[0]))
    look_for_loan(b, identity, MOST_FEN, True, cell, permanent, world, terms, tally, desk)


@rule
def fail_to_find(
    b: BorrowerState, wanted: int, cause: int, cell: int, world: World, tally: Tally
) -> None:
    """One more month without; after three the episode closes and he gives up for a while."""
    b.episode += 1
    if b.episode >= EPISODE_MONTHS:
        tally.unmet[cell, cause] += wanted
        b.episode = -world.discouraged_months


@inlined_rule
def redraw(
    b: BorrowerState, identity: int, wanted: int, world: World, terms: Terms, tally: Tally
) -> int:
    """Requests draws on lines in good standing, cheapest first; returns what is still wanted.

    Where a line moves, who funds it then needs room for what is owed, who funds it now has it.
    """
    tried = 0
    asked = wanted
    while wanted > 0:
        best = cheapest_line(b, tried, terms)
        if best < 0:
            return wanted
        tried |= 1 << best
        b.pending_fen[best] = min(wanted, headroom_of(b, best))
        route = route_of_draw(b, identity, best, world, terms)
        tally.route[b.route[best], REQUESTED] -= b.principal_fen[best]
        tally.route[route, REQUESTED] += b.principal_fen[best] + b.pending_fen[best]
        wanted -= b.pending_fen[best]
    if world.next_line:
        second = line_in_reserve(b, identity, tried, world, terms)
        if second >= 0:
            tally.route[b.route[second], RESERVED] += min(asked, headroom_of(b, second))
    return wanted


@rule
def cheapest_line(b: BorrowerState, tried: int, terms: Terms) -> int:
    """The line that is cheapest to draw today, but for those in the bits `tried`; -1 if none."""
    best, lowest = -1, 0
    for k in range(SLOTS):
        if not (tried >> k) & 1:
            rate = redraw_rate(b, k, terms)
            if rate > 0 and (best < 0 or rate < lowest):
                best, lowest = k, rate
    return best


@rule
def line_in_reserve(b: BorrowerState, identity: int, tried: int, world: World, terms: Terms) -> int:
    """The line to draw where those in the bits `tried` are refused; -1 if there is none.

    The next cheapest, as long as it stays on its route: what is owed does not move in the second
    half of the month. Both halves find the same one, as nothing has happened to it in between.
    """
    k = cheapest_line(b, tried, terms)
    if k >= 0 and route_of_draw(b, identity, k, world, terms) != b.route[k]:
        return -1
    return k


@rule
def headroom_of(b: BorrowerState, k: int) -> int:
    """What can still be drawn on the line of slot k, fen; nothing beside a loan that is called."""
    if b.months_left[k] == 0 and b.principal_fen[k] > 0:
        return 0
    return b.line_hundred[k] * HUNDRED_YUAN - b.principal_fen[k]


@rule
def redraw_rate(b: BorrowerState, k: int, terms: Terms) -> int:
    """What a draw on slot k costs the borrower today, all-in, bp; 0 where nothing can be drawn.

    The lender prices by the features it holds; a grade that it no longer serves is cut off.
    """
    if b.route[k] == NO_ROUTE or b.first_month[k] == 0 or b.missed[k] > 0 or b.flags[k] & WALKED:
        return 0
    if headroom_of(b, k) < HUNDRED_YUAN:
        return 0
    price = todays_price(b, k, terms)
    return 0 if price == 0 else borrowers_price(price, terms.subsidy_bp[b.route[k], b.segment])


# --- the second half of the month ---------------------------------------------------------------


@inlined_rule
def sign(
    b: BorrowerState, place: int, world: World, terms: Terms, offers: Offers, tally: Tally
) -> None:
    """The second half, for who has asked: what is admitted is paid out; then he is counted."""
    if not awaits_answer(b):
        return
    cell = cell_of(b, world)
    receive(b, place + b.generation * GENERATION_STEP, cell, world, terms, offers, tally)
    be_counted(b, cell, world, terms, tally)


@inlined_rule
def receive(
    b: BorrowerState,
    identity: int,
    cell: int,
    world: World,
    terms: Terms,
    offers: Offers,
    tally: Tally,
) -> None:
    """Draws what the lenders admit; money for a shortfall is kept for next month's payments."""
    drawn = 0
    refused = 0
    tried = 0
    need = b.wanted_fen if b.urgent else 0
    for k in range(SLOTS):
        amount = b.pending_fen[k]
        if amount == 0:
            continue
        b.pending_fen[k] = 0
        tried |= 1 << k
        route = route_of_draw(b, identity, k, world, terms)
        if is_admitted(identity, k, offers.admit[route], world):
            if route != b.route[k]:
                move_line(b, k, route, tally)
            be_paid(b, k, amount, for_debt(b, amount, drawn), cell, world, terms, tally)
            drawn += amount
        else:
            refused += amount
            if b.first_month[k] == 0:
                close_slot(b, k)
    if refused > 0 and world.next_line and not is_fraudster(b):
        k = line_in_reserve(b, identity, tried, world, terms)
        if k >= 0 and is_admitted(identity, k, offers.spare[b.route[k]], world):
            amount = min(refused, headroom_of(b, k))
            be_paid(b, k, amount, for_debt(b, amount, drawn), cell, world, terms, tally)
            drawn += amount
    if need > 0:
        b.buffer_fen = min(MOST_FEN, b.buffer_fen + min(drawn, need))
        if drawn > 0 and b.urgent == FOR_DEBT:
            tally.cell[cell, CELL_ROLLED_OVER] += 1
    if is_fraudster(b):
        return
    if refused > 0 and drawn == 0 and b.episode >= 0:
        fail_to_find(b, refused, FUNDING, cell, world, tally)
    elif drawn > 0 and b.episode > 0:
        b.episode = 0


@rule
def for_debt(b: BorrowerState, amount: int, drawn: int) -> int:
    """What of a draw goes into payments that fall due, fen, when `drawn` has come before it."""
    return min(amount, max(0, b.wanted_fen - drawn)) if b.urgent == FOR_DEBT else 0


@rule
def is_admitted(identity: int, k: int, chance: float, world: World) -> bool:
    """Whether there is money for the request on slot k, by his luck of the month."""
    if chance >= 1.0:  # no luck is needed, so none is drawn
        return True
    return unit(block(world.seed, identity, world.month, ADMIT, 0)[k]) < chance


@inlined_rule
def be_paid(
    b: BorrowerState,
    k: int,
    amount: int,
    used_for_debt: int,
    cell: int,
    world: World,
    terms: Terms,
    tally: Tally,
) -> None:
    """Books one draw on slot k at today's price."""
    route = b.route[k]
    flows, counts = tally.route[route], tally.cell[cell]
    contract, fee = b.contract_bp[k], b.fee_bp[k]
    if b.first_month[k] == 0:
        flows[NEW_LINES] += 1
        if b.line_hundred[k] > terms.lawful_line_hundred[route]:
            flows[OVER_LINES] += 1
        tally.cohort[world.month - world.first_month] += 1
    else:
        risk = todays_grade(b, k, terms)
        contract = terms.line_contract_bp[route, b.segment, risk]
        fee = terms.line_apr_bp[route, b.segment, risk] - contract
    draw(b, k, amount, contract, fee, world)
    flows[DRAWN] += amount - used_for_debt
    flows[REFINANCED] += used_for_debt
    flows[DRAWN_APR] += amount * (contract + fee)
    flows[DRAWN_CONTRACT] += amount * contract
    note_excess(route, amount, contract, fee, terms, tally)
    counts[CELL_DRAWN] += amount - used_for_debt
    counts[CELL_REFINANCED] += used_for_debt
    counts[CELL_DRAWN_APR] += amount * (contract + fee)


@inlined_rule
def be_counted(b: BorrowerState, cell: int, world: World, terms: Terms, tally: Tally) -> None:
    """Adds the borrower's state at month-end to the tallies."""
    counts = tally.cell[cell]
    counts[CELL_BORROWERS] += 1
    b.performing_mask = (b.performing_mask << 1) & 0x1FFF
    if b.in_spell:
        counts[CELL_IN_SPELL] += 1
    if owes(b):
        count_debts(b, counts, world, terms, tally)
    if b.performing_mask > 1:
        count_defaults(b, counts, world)


@inlined_rule
def count_debts(b: BorrowerState, counts: Ints, world: World, terms: Terms, tally: Tally) -> None:
    """Balances by route and arrears, burden, lenders and surplus of one indebted borrower.

    His burden is what falls due in a month, on loans that he has walked away from too.
    """
    performing = True
    brands = 0
    balance = 0
    due = 0
    surplus = 0
    for k in range(SLOTS):
        principal = b.principal_fen[k]
        if principal == 0:
            continue
        performing = performing and b.missed[k] < NINETY_DAYS
        count_loan(b, k, principal, tally)
        balance += principal
        due += payment_due(b, k, world, terms)
        count_for_subsidy(b, k, principal, terms, tally)
        fresh = 1
        for j in range(k):
            if b.principal_fen[j] > 0:
                if terms.route_brand[b.route[j]] == terms.route_brand[b.route[k]]:
                    fresh = 0
        brands += fresh
        if b.missed[k] < NINETY_DAYS:
            rent = max(0, b.reservation_bp - borrowers_rate(b, k, terms))
            surplus += monthly_interest(principal, rent)
    counts[CELL_BALANCE] += balance
    counts[CELL_SURPLUS] += surplus
    counts[CELL_ACTIVE] += 1
    permanent = permanent_income(b, world)
    counts[CELL_INCOME] += math.floor(permanent)
    if due > 0.5 * permanent:
        counts[CELL_OVER_INDEBTED] += 1
    if brands >= 3:
        counts[CELL_MULTI3] += 1
    if performing:
        b.performing_mask |= 1
        counts[CELL_PERFORMING] += 1


@inlined_rule
def count_loan(b: BorrowerState, k: int, principal: int, tally: Tally) -> None:
    """Adds slot k to its route's stocks."""
    stock = tally.stock[b.route[k]]
    bucket = min(b.missed[k], STOCK_D4 - STOCK_D0)
    stock[STOCK_D0 + bucket] += principal
    if len(tally.segment) > 0:
        tally.segment[b.route[k], b.segment, SEGMENT_D0 + bucket] += principal
    if renewal_months(b, k) > 0 and b.missed[k] < NINETY_DAYS:
        stock[STOCK_RENEWED] += principal
    if b.flags[k] & ONLINE:
        stock[STOCK_ONLINE] += principal
    stock[STOCK_APR] += principal * (b.contract_bp[k] + b.fee_bp[k])
    stock[STOCK_CONTRACT] += principal * b.contract_bp[k]
    stock[STOCK_USERS] += 1


@rule
def count_for_subsidy(b: BorrowerState, k: int, principal: int, terms: Terms, tally: Tally) -> None:
    """Adds a loan in good standing to those whose interest the state may help to pay next month."""
    subsidy = terms.subsidy_rule[b.route[k], b.segment]
    if subsidy >= 0 and b.missed[k] == 0:
        tally.subsidy[subsidy, SUBSIDY_PRINCIPAL] += principal
        tally.subsidy[subsidy, SUBSIDY_LOANS] += 1


@rule
def count_defaults(b: BorrowerState, counts: Ints, world: World) -> None:
    """Obligors that performed a month and a year ago, and those in default since."""
    if b.performing_mask & 2:
        counts[CELL_WAS_PERFORMING_1] += 1
        if b.default_month == world.month:
            counts[CELL_DEFAULTED_1] += 1
    if b.performing_mask & 0x1000:
        counts[CELL_WAS_PERFORMING_12] += 1
        if b.default_month > world.month - 12:
            counts[CELL_DEFAULTED_12] += 1


# --- the Mesa agent ------------------------------------------------------------------------------


class Borrower(Agent[Any]):
    """One borrower as a Mesa agent with plain attributes: the reference, slow and easy to inspect.

    Attributes are those of `agents.record.RECORD`; per-slot fields are lists. Creating one
    registers it with the model; read-only looks at compiled borrowers are `BorrowerView`s.
    """

    def __init__(self, model: Model[Any, Any], record: np.void) -> None:
        super().__init__(model)
        for field, value in plain_fields(record).items():
            setattr(self, field, value)

    def record(self) -> tuple[object, ...]:
        """The fields in the order of RECORD, for a row of an array; refuses what does not fit."""
        fields = []
        for name in FIELDS:
            value = getattr(self, name)
            check_fits(name, value)
            fields.append(tuple(value) if isinstance(value, list) else value)
        return tuple(fields)


def plain_fields(record: np.void) -> dict[str, int | list[int]]:
    """A record as plain Python integers and lists of them, by field name."""
    return {name: record[name].tolist() for name in FIELDS}


FIELDS = tuple(RECORD.names or ())
LIMITS = {name: np.iinfo(RECORD[name].base) for name in FIELDS}


def check_fits(name: str, value: int | list[int]) -> None:
    """Raises OverflowError where a field would wrap in a record: Python integers do not."""
    limits = LIMITS[name]
    for item in value if isinstance(value, list) else [value]:
        if not limits.min <= item <= limits.max:
            raise OverflowError(f"{name} is {item}; it holds {limits.min} to {limits.max}")


class BorrowerView:
    """A look at one borrower of a compiled executor: the same attributes, read when asked for."""

    def __init__(self, record: np.void) -> None:
        self._record = record

    def __getattr__(self, name: str) -> int | list[int]:
        if name not in FIELDS:
            raise AttributeError(f"a borrower has no {name!r}; it has {', '.join(FIELDS)}")
        value: int | list[int] = self._record[name].tolist()
        return value
