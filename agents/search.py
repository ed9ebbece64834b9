"""A borrower looks for a new lender: who comes to mind, who is tried, which offer is taken.

Lenders come to mind as an exponential race on their pull: the draw belongs to (borrower,
lender, month), so a world with one lender more leaves the others' arrivals as they were.
"""

import math
from typing import NamedTuple

from agents.fraud import is_fraudster, is_refused_for_fraud
from agents.loan import ONLINE, borrowers_price, close_slot
from agents.messages import (
    APPLICANTS_OWE,
    APPLICATIONS,
    APPROVALS,
    CAP,
    CELL_APPLICATIONS,
    CELL_APPROVALS,
    CONTESTED,
    GRADES,
    LOST,
    LOST_RISE,
    MET,
    MET_PRICE,
    PRICE,
    REQUESTED,
    RISK,
    SERVED,
    SUSPECTED,
    UNREACHABLE,
    WINS,
    Floats,
    Ints,
    Tally,
    Terms,
    World,
)
from agents.purposes import APPLY, DISCLOSE, SEARCH
from agents.record import HUNDRED_YUAN, NO_ROUTE, SLOTS, BorrowerState
from agents.underwriting import (
    grade,
    granted_line,
    income_gap,
    observe,
    score,
    slots_seen,
    visible_debt,
)
from sim.core.random import block, lower_half, uniform, unit, upper_half
from sim.core.rule import rule

WHATEVER_IT_COSTS = 10_000
"""All-in rate in bp up to which somebody borrows who will not pay: above any that is asked."""


class Desk(NamedTuple):
    """A borrower's notes while searching, used again for the next: no result lives here."""

    product: Ints  # [1] what he looks for
    blind: Ints  # [1] 1: he takes the contract rate for the price
    arrival: Floats  # [MOST_CONSIDERED]
    lender: Ints  # [MOST_CONSIDERED]
    word: Ints  # [MOST_CONSIDERED] luck: upper half the arrival, lower half the liking
    appeal: Floats  # [MOST_CONSIDERED] price and taste, bp; lower is better
    offer: Ints  # [MOST_CONSIDERED] all-in bp that the borrower would pay; 0 no offer
    seen: Ints  # [MOST_CONSIDERED] what he takes for that price, bp
    risk: Ints  # [MOST_CONSIDERED]
    line: Ints  # [MOST_CONSIDERED]
    features: Ints  # [MOST_CONSIDERED]
    answer: Ints  # [MOST_CONSIDERED] SERVED or the cause, of those who were asked


@rule
def free_slot(b: BorrowerState) -> int:
    """A slot for a new relationship: an empty one, else the smallest unused line; -1 if none."""
    best = -1
    for k in range(SLOTS):
        if b.route[k] == NO_ROUTE:
            return k
        if b.principal_fen[k] == 0 and b.pending_fen[k] == 0:
            if best < 0 or b.line_hundred[k] < b.line_hundred[best]:
                best = k
    return best


@rule
def has_line_with(b: BorrowerState, lender: int, terms: Terms) -> bool:
    """Whether the borrower already has a relationship with this brand."""
    for k in range(SLOTS):
        if b.route[k] != NO_ROUTE and terms.route_brand[b.route[k]] == lender:
            return True
    return False


@rule
def has_a_lender(b: BorrowerState) -> bool:
    """Whether the borrower has a relationship at all."""
    lenders = 0
    for k in range(SLOTS):
        lenders += 1 if b.route[k] != NO_ROUTE else 0
    return lenders > 0


@rule
def is_online(b: BorrowerState, world: World) -> bool:
    """Whether the borrower has gone online by this month."""
    return b.online_rank < 32_767.0 * world.adoption[b.segment, b.rural]


@rule
def consider(b: BorrowerState, identity: int, world: World, terms: Terms, desk: Desk) -> int:
    """Fills the desk with the first lenders to come to mind this month; returns how many.

    A lender's pull is the rate at which it comes to mind, times a month.
    """
    online = 1 if is_online(b, world) else 0
    pulls = terms.pull[b.segment, b.region, b.rural, online]
    found = 0
    page = -1
    luck = (0, 0, 0, 0)
    for lender in range(len(terms.open_new)):
        pull = pulls[lender]
        if pull <= 0.0 or not terms.open_new[lender]:
            continue
        known_as = terms.lender_id[lender]
        if known_as >> 2 != page:
            page = known_as >> 2
            luck = block(world.seed, identity, world.month, SEARCH, page)
        word = luck[known_as & 3]
        u = upper_half(word)
        latest = desk.arrival[found - 1] if found == world.breadth else 1.0
        if 1.0 - u >= latest * pull:
            continue  # too late in any case, as -log(u) is above 1 - u
        arrival = -math.log(u) / pull
        if arrival < 1.0 and not has_line_with(b, lender, terms):
            found = note_arrival(desk, found, world.breadth, lender, word, arrival)
    return found


@rule
def note_arrival(
    desk: Desk, found: int, breadth: int, lender: int, word: int, arrival: float
) -> int:
    """Keeps the `breadth` earliest arrivals in order; returns how many are noted."""
    if found == breadth and arrival >= desk.arrival[found - 1]:
        return found
    if found < breadth:
        found += 1
    place = found - 1
    while place > 0 and desk.arrival[place - 1] > arrival:
        desk.arrival[place] = desk.arrival[place - 1]
        desk.lender[place] = desk.lender[place - 1]
        desk.word[place] = desk.word[place - 1]
        place -= 1
    desk.arrival[place] = arrival
    desk.lender[place] = lender
    desk.word[place] = word
    return found


@rule
def rank_by_appeal(b: BorrowerState, found: int, world: World, terms: Terms, desk: Desk) -> None:
    """Orders the lenders on the desk by expected price, as he sees it, hassle and taste."""
    for i in range(found):
        lender = desk.lender[i]
        liking = -math.log(lower_half(desk.word[i])) * world.taste_bp
        desk.appeal[i] = terms.posted_bp[lender, b.segment] + terms.hassle_bp[lender] - liking
        if desk.blind[0]:
            desk.appeal[i] -= terms.hidden_bp[lender, b.segment]
    for i in range(1, found):
        j = i
        while j > 0 and desk.appeal[j - 1] > desk.appeal[j]:
            appeal, lender = desk.appeal[j], desk.lender[j]
            desk.appeal[j] = desk.appeal[j - 1]
            desk.lender[j] = desk.lender[j - 1]
            desk.appeal[j - 1] = appeal
            desk.lender[j - 1] = lender
            j -= 1


@rule
def worst_served(lender: int, segment: int, terms: Terms) -> int:
    """The riskiest grade that the lender serves in a segment; -1 if none."""
    for g in range(GRADES - 1, -1, -1):
        if terms.apr_bp[lender, segment, g] > 0:
            return g
    return -1


@rule
def months_owed_pct(b: BorrowerState, permanent: float) -> int:
    """What the borrower owes, hundredths of a month's lasting income; nothing of it is hidden."""
    owed = 0
    for k in range(SLOTS):
        owed += b.principal_fen[k]
    return math.floor(100.0 * owed / permanent)


@rule
def apply_to(
    b: BorrowerState,
    identity: int,
    i: int,
    cell: int,
    permanent: float,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> int:
    """One application to the i-th lender on the desk; notes the offer; returns cause or SERVED."""
    lender = desk.lender[i]
    tally.lender[lender, b.segment, APPLICATIONS] += 1
    tally.cell[cell, CELL_APPLICATIONS] += 1
    tally.lender[lender, b.segment, APPLICANTS_OWE] += months_owed_pct(b, permanent)
    seen = slots_seen(b, identity, lender, world, terms)
    debt = visible_debt(b, lender, seen, terms)
    gap = income_gap(b, identity, lender, world, terms)
    stated = permanent * math.exp(gap)
    features = observe(b, identity, lender, seen, debt, stated, gap, world, terms)
    risk = grade(score(features, b.segment, lender, terms), terms)
    desk.features[i] = features
    desk.offer[i] = 0
    desk.line[i] = 0
    luck = block(world.seed, identity, world.month, APPLY, terms.lender_id[lender])
    if is_refused_for_fraud(b, lender, unit(luck[3]), terms, tally):
        return SUSPECTED
    if terms.apr_bp[lender, b.segment, risk] == 0:
        cause = terms.refusal[lender, b.segment, risk]
        risk = worst_served(lender, b.segment, terms)
        if cause == CAP or risk < 0 or unit(luck[2]) >= terms.explore[lender]:
            return cause
    line = granted_line(b, lender, risk, stated, debt, terms)
    desk.line[i] = line
    if line * HUNDRED_YUAN < world.ticket_fen[desk.product[0]]:
        return RISK
    tally.lender[lender, b.segment, APPROVALS] += 1
    tally.cell[cell, CELL_APPROVALS] += 1
    paid = terms.offer_subsidy_bp[lender, b.segment]
    if paid < 0:  # only then does the price depend on the route, which costs a draw
        route = route_of_offer(b, identity, lender, risk, world, terms)
        paid = terms.subsidy_bp[route, b.segment]
    desk.offer[i] = borrowers_price(terms.apr_bp[lender, b.segment, risk], paid)
    desk.risk[i] = risk
    desk.seen[i] = desk.offer[i]
    if desk.blind[0]:
        fees = terms.apr_bp[lender, b.segment, risk] - terms.contract_bp[lender, b.segment, risk]
        desk.seen[i] = max(1, desk.offer[i] - fees)
    return SERVED


@rule
def route_of_offer(
    b: BorrowerState, identity: int, lender: int, risk: int, world: World, terms: Terms
) -> int:
    """The route on which the lender would make this loan; the draw is the borrower's own."""
    luck = block(world.seed, identity, world.month, APPLY, terms.lender_id[lender])
    m = 0
    while m < terms.mix.shape[3] - 1 and unit(luck[0]) >= terms.mix[lender, b.segment, risk, m]:
        m += 1
    return terms.mix_route[lender, m]


@rule
def sees_all_in_price(identity: int, world: World, terms: Terms) -> bool:
    """Whether offers tell him fees beside the contract rate; some read them where few need to."""
    if terms.disclosure >= 1.0:
        return True
    return uniform(world.seed, identity, 0, DISCLOSE, 0) < terms.disclosure


@rule
def most_acceptable(b: BorrowerState, world: World) -> int:
    """The highest all-in rate that the borrower would take from a new lender today, bp."""
    if is_fraudster(b):
        return WHATEVER_IT_COSTS
    most = b.reservation_bp + (world.urgent_premium_bp if b.urgent else 0)
    if has_a_lender(b):
        most -= world.switching_bp
    return most


@rule
def look_for_loan(
    b: BorrowerState,
    identity: int,
    wanted: int,
    shops: bool,
    cell: int,
    permanent: float,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> int:
    """Searches for a new relationship and places one request; returns SERVED or the cause.

    Tries lenders in order of appeal, stops at the first acceptable offer unless he shops
    around, and takes the cheapest acceptable one.
    """
    k = free_slot(b)
    found = consider(b, identity, world, terms, desk)
    if found == 0 or k < 0:
        return UNREACHABLE
    desk.blind[0] = 0 if sees_all_in_price(identity, world, terms) else 1
    rank_by_appeal(b, found, world, terms, desk)
    most = most_acceptable(b, world)
    tried = min(found, world.tries)
    offers = 0
    best = -1
    cause = UNREACHABLE
    for i in range(tried):
        outcome = apply_to(b, identity, i, cell, permanent, world, terms, tally, desk)
        desk.answer[i] = outcome
        if outcome != SERVED:
            cause = RISK if outcome == SUSPECTED else outcome
            continue
        offers += 1
        if desk.seen[i] > most:
            cause = PRICE
        elif best < 0 or desk.seen[i] < desk.seen[best]:
            best = i
        if best >= 0 and not shops:
            tried = i + 1
            break
    count_contest(b, tried, offers, best, terms, tally, desk)
    if best < 0:
        return cause
    place_request(b, identity, k, best, wanted, world, terms, tally, desk)
    return SERVED


@rule
def count_contest(
    b: BorrowerState,
    tried: int,
    offers: int,
    best: int,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> None:
    """Counts, for each lender whose offer met others, whom it met, and to whom it lost."""
    if offers < 2:
        return
    asked = 0
    for i in range(tried):
        if desk.offer[i] > 0:
            asked += terms.asked_bp[desk.lender[i], b.segment]
    for i in range(tried):
        if desk.offer[i] > 0:
            lender = desk.lender[i]
            tally.lender[lender, b.segment, CONTESTED] += 1
            tally.lender[lender, b.segment, MET] += offers - 1
            tally.lender[lender, b.segment, MET_PRICE] += asked - terms.asked_bp[lender, b.segment]
            if i == best:
                tally.lender[lender, b.segment, WINS] += 1
            elif best >= 0:
                risen = terms.risen_bp[desk.lender[best], b.segment]
                tally.lender[lender, b.segment, LOST] += 1
                tally.lender[lender, b.segment, LOST_RISE] += risen


@rule
def place_request(
    b: BorrowerState,
    identity: int,
    k: int,
    i: int,
    wanted: int,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> None:
    """Writes the accepted offer into slot k as a request that waits for the lender's money."""
    lender, risk = desk.lender[i], desk.risk[i]
    luck = block(world.seed, identity, world.month, APPLY, terms.lender_id[lender])
    close_slot(b, k)
    b.route[k] = route_of_offer(b, identity, lender, risk, world, terms)
    b.product[k] = desk.product[0]
    b.line_hundred[k] = desk.line[i]
    b.contract_bp[k] = terms.contract_bp[lender, b.segment, risk]
    b.fee_bp[k] = terms.apr_bp[lender, b.segment, risk] - b.contract_bp[k]
    b.features[k] = desk.features[i]
    if is_online(b, world) and unit(luck[1]) < terms.online[lender]:
        b.flags[k] = ONLINE
    b.pending_fen[k] = min(wanted, desk.line[i] * HUNDRED_YUAN)
    tally.route[b.route[k], REQUESTED] += b.pending_fen[k]
