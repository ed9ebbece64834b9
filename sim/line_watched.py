"""A watched borrower's credit lines in one month: why one is not drawn on, and what a review saw.

Nothing of this is recorded while a market runs: it follows from the borrower at the two ends of the
first half of the month, and from what lenders go by in it (sim/watched.py).
"""

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.borrower import headroom_of, permanent_income, redraw_rate, under_review
from agents.loan import WALKED
from agents.messages import Terms, World
from agents.record import GENERATION_STEP, HUNDRED_YUAN, NO_ROUTE, SLOTS, BorrowerState
from agents.underwriting import grade, income_gap, observe, score, slots_seen, visible_debt
from sim.market import FEN_PER_YUAN

if TYPE_CHECKING:
    from sim.watched import Prospects

Idle = Literal["", "walked", "late", "called", "closed", "used_up", "cut_off", "spare"]
"""Why a line is not drawn on; "": it is, or nothing is wanted."""

End = Literal["", "idle", "gives_way"]
"""How an unused line ended in the first half of a month; "": it did not."""


@dataclass(frozen=True, slots=True)
class LineWatched:
    """What its lender and its owner made of one line. Rates and chances are fractions.

    slot : place among the borrower's four ; lender : number
    line : yuan, at the beginning of the month ; idle, end : see `Idle` and `End`
    late : whether a payment on it is missed ; reviewed : whether its lender looked again this month
    debts : yuan owed to others that its lender sees ; income : that it is told, yuan a month
    risk, worst : chance of going bad in six months that it expects, and most that it takes
    cost, ceiling : rate at which that risk pays, least margin included, and highest lawful one
    served : whether it lends to this risk today
    """

    slot: int
    lender: int
    line: float
    idle: Idle
    end: End
    late: bool
    reviewed: bool
    debts: float
    income: float
    risk: float
    worst: float
    cost: float
    ceiling: float
    served: bool


def lines_watched(
    place: int,
    before: BorrowerState,
    after: BorrowerState,
    world: World,
    terms: Terms,
    prospects: "Prospects",
) -> tuple[LineWatched, ...]:
    """The lines that somebody held when the month began.

    before, after : the borrower at the two ends of the first half of the month
    """
    if after.generation != before.generation:
        return ()
    held = [k for k in range(SLOTS) if before.route[k] != NO_ROUTE and before.first_month[k] > 0]
    return tuple(watched(place, k, before, after, world, terms, prospects) for k in held)


def watched(
    place: int,
    k: int,
    before: BorrowerState,
    after: BorrowerState,
    world: World,
    terms: Terms,
    prospects: "Prospects",
) -> LineWatched:
    """The line of slot k."""
    identity = place + after.generation * GENERATION_STEP
    lender = int(terms.route_brand[before.route[k]])
    gone = after.first_month[k] != before.first_month[k]
    then = copy.deepcopy(after)
    if gone:
        for field in SLOT_FIELDS:
            getattr(then, field)[k] = getattr(before, field)[k]
    reviewed = under_review(then, k, world)
    seen = slots_seen(then, identity, lender, world, terms)
    debt = visible_debt(then, lender, seen, terms)
    gap = income_gap(then, identity, lender, world, terms)
    stated = permanent_income(then, world) * math.exp(gap)
    features = int(then.features[k])
    if reviewed:
        features = observe(then, identity, lender, seen, debt, stated, gap, world, terms)
    risk = grade(score(features, then.segment, lender, terms), terms)
    name = prospects.lenders[lender]
    return LineWatched(
        slot=k,
        lender=lender,
        line=before.line_hundred[k] * HUNDRED_YUAN / FEN_PER_YUAN,
        idle="" if gone else why_idle(after, k, terms),
        end=how_ended(after, k) if gone and before.principal_fen[k] == 0 else "",
        late=then.missed[k] > 0,
        reviewed=reviewed,
        debts=debt / FEN_PER_YUAN,
        income=stated / FEN_PER_YUAN,
        risk=float(prospects.risk[lender, risk]),
        worst=float(name.worst_risks()[then.segment]),
        cost=float(prospects.cost[lender, risk]) + name.least_margin(),
        ceiling=float(prospects.ceiling[lender]),
        served=bool(terms.apr_bp[lender, then.segment, risk] > 0),
    )


SLOT_FIELDS = (
    "route",
    "principal_fen",
    "line_hundred",
    "first_month",
    "features",
    "missed",
    "flags",
)
"""What is needed of a line that is gone, to see it as its lender last did."""


def how_ended(after: BorrowerState, k: int) -> End:
    """What became of the place of an unused line that is gone."""
    return "idle" if after.route[k] == NO_ROUTE else "gives_way"


def why_idle(b: BorrowerState, k: int, terms: Terms) -> Idle:
    """Why nothing was asked for on a line, in the order in which borrowers' rules look."""
    if b.wanted_fen == 0 or b.pending_fen[k] > 0:
        return ""
    if b.flags[k] & WALKED:
        return "walked"
    if b.missed[k] > 0:
        return "late"
    if headroom_of(b, k) < HUNDRED_YUAN:
        if b.months_left[k] == 0 and b.principal_fen[k] > 0:
            return "called"
        return "closed" if b.line_hundred[k] == 0 else "used_up"
    return "spare" if redraw_rate(b, k, terms) > 0 else "cut_off"
