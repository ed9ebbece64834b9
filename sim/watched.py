"""One borrower watched through a month: how the borrower's own rules come to what they do.

Nothing is recorded while a market runs. `Watched` stands in place of the borrowers of a model;
before each half of a month it copies the watched one, and afterwards lives the same half again on
the copy, with the same rules in plain Python and the same luck. What the rules note for themselves
on the way (whom they asked, what was answered) can then be read; that the copy ends where the
borrower did is checked every month.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np

from agents.borrower import earn, live, permanent_income, sign
from agents.lenders import calibrations, grade_risks
from agents.loan import payment_due
from agents.messages import CAUSES, SERVED, Offers, Tally, Terms, World
from agents.purposes import LIFE
from agents.record import GENERATION_STEP, HUNDRED_YUAN, NO_ROUTE, RECORD, SLOTS, BorrowerState
from agents.search import Desk, most_acceptable
from agents.underwriting import grade, score
from sim.compiled import CompiledBorrowers, new_desk
from sim.core.random import block
from sim.market import FEN_PER_YUAN
from sim.terms import (
    break_even,
    ceilings,
    cost_of_money,
    guarantees_to_give,
    loosest_licence,
    route_choices,
    within_guarantees,
)

if TYPE_CHECKING:
    from sim.model import LoanMarket

NOBODY_THERE = -1
"""A place on the desk that no lender has taken; an answer that nobody was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one lender said to the watched borrower, and why. Rates and chances are fractions.

    lender : number ; asked : whether the borrower got as far as applying
    posted : price that the borrower expected of it
    cause : SERVED, or why it refused (agents/messages.py)
    risk, worst : chance of going bad in six months that it expects, and most that it takes
    cost, ceiling : rate at which that risk pays, least margin included, and highest lawful one
    line : that it would grant, yuan ; smallest : draw that the borrower needs, yuan
    priced : whether it makes such loans at all to this risk
    offer : all-in rate asked; 0 if refused
    """

    lender: int
    asked: bool
    posted: float
    cause: int
    risk: float
    worst: float
    cost: float
    ceiling: float
    line: float
    smallest: float
    priced: bool
    offer: float


@dataclass(frozen=True, slots=True)
class MonthWatched:
    """What the watched borrower did in a month, as far as month-ends do not show it.

    income, lasting, essentials, due : yuan of the month
    answers : lenders that came to mind, in the order in which they were liked
    searched : whether he looked for a new lender
    full : whether he could not take another lender, having as many as he can hold
    most : highest all-in rate that he would take, fraction per year
    held_back : brand numbers whose money did not suffice for a request, with the chance it had
    closed_for : cause for which his want is counted as unmet this month; 0 if it is not
    """

    income: float
    lasting: float
    essentials: float
    due: float
    answers: tuple[Answer, ...]
    searched: bool
    full: bool
    most: float
    held_back: tuple[tuple[int, float], ...]
    closed_for: int


class Watched:
    """The borrowers of a model, one of whom is watched; to the model they are as before."""

    def __init__(self, model: "LoanMarket", place: int) -> None:
        self._model = model
        self._inner = model.borrowers
        self._place = place
        self._halfway = blank()
        self._first: MonthWatched | None = None
        self.month: MonthWatched | None = None

    def __len__(self) -> int:
        return len(self._inner)

    def __getitem__(self, place: int) -> object:
        return self._inner[place]

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        self._inner.populate(world)

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month, for all; and once more for the watched one."""
        before = self._copy()
        tally = self._inner.live(world, terms, shape)
        again, mine, desk = copy_of(before), shape(), fresh_desk()
        live(again, self._place, world, terms, mine, desk)
        self._check(again)
        self._halfway = again
        self._first = self._told(before, again, world, terms, mine, desk)
        return tally

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month, likewise."""
        tally = self._inner.sign(world, terms, offers, shape)
        before, again, mine = copy_of(self._halfway), self._halfway, shape()
        sign(again, self._place, world, terms, offers, mine)
        self._check(again)
        if self._first is not None:
            self.month = with_admission(self._first, before, again, terms, offers, mine)
        return tally

    def _told(
        self,
        before: BorrowerState,
        after: BorrowerState,
        world: World,
        terms: Terms,
        tally: Tally,
        desk: Desk,
    ) -> MonthWatched:
        """The first half in figures."""
        identity = self._place + after.generation * GENERATION_STEP
        lasting = permanent_income(after, world)
        word = block(world.seed, identity, world.month, LIFE, 0)[2]
        found = [i for i in range(len(desk.lender)) if desk.lender[i] != NOBODY_THERE]
        asked = [i for i in found if desk.answer[i] != NOBODY_THERE]
        newcomer = after.generation != before.generation
        prospects = Prospects(self._model) if found else None
        return MonthWatched(
            income=earn(after, identity, lasting, word, world) / FEN_PER_YUAN,
            lasting=lasting / FEN_PER_YUAN,
            essentials=world.essentials[after.segment] * lasting / FEN_PER_YUAN,
            due=0.0 if newcomer else all_due(before, world, terms) / FEN_PER_YUAN,
            answers=tuple(prospects.answer(after, i, world, terms, desk) for i in found)
            if prospects
            else (),
            searched=bool(found) or (after.episode != before.episode and after.episode != 0),
            full=bool(found) and not asked,
            most=most_acceptable(without_requests(after), world) / 10_000,
            held_back=(),
            closed_for=counted_cause(tally),
        )

    def _copy(self) -> BorrowerState:
        """The watched borrower's state now, which does not change with him."""
        return copy_of(cast(BorrowerState, self._inner[self._place]))

    def _check(self, again: BorrowerState) -> None:
        """The same rules on the same state have to end where he ended."""
        if vars(again) != vars(self._copy()):
            raise RuntimeError(f"borrower {self._place} lived another month than the one told")


class Prospects:
    """What lenders go by this month when somebody asks, by lender; they have published it."""

    def __init__(self, model: "LoanMarket") -> None:
        market = model.market
        macro = model.settings.macro.at(model.now, model.first_month)
        limits = model.settings.policy.at(model.now, macro.lpr)
        guarantees = guarantees_to_give(market, limits) if model.opened else None
        choices = within_guarantees(market, route_choices(market, limits.plan), guarantees)
        each, licence = (
            np.arange(len(market.lenders)),
            loosest_licence(market, choices, limits.plan),
        )
        self._lenders = market.lenders
        self._ceiling = ceilings(market.lenders, limits.plan)[each, licence]
        calibration = calibrations(market.lenders)
        self._cost = break_even(market, choices, calibration, cost_of_money(market, macro))
        self._risk = grade_risks(calibration)

    def answer(self, b: BorrowerState, i: int, world: World, terms: Terms, desk: Desk) -> Answer:
        """What the lender on place i of the desk said, and what it went by."""
        number = int(desk.lender[i])
        asked = int(desk.answer[i]) != NOBODY_THERE
        lender = self._lenders[number]
        seen = grade(score(int(desk.features[i]), b.segment, number, terms), terms) if asked else 0
        return Answer(
            lender=number,
            asked=asked,
            posted=float(terms.posted_bp[number, b.segment]) / 10_000,
            cause=int(desk.answer[i]) if asked else SERVED,
            risk=float(self._risk[number, seen]),
            worst=float(lender.worst_risks()[b.segment]),
            cost=float(self._cost[number, seen]) + lender.least_margin(),
            ceiling=float(self._ceiling[number]),
            line=float(desk.line[i]) * HUNDRED_YUAN / FEN_PER_YUAN,
            smallest=float(world.ticket_fen[desk.product[0]]) / FEN_PER_YUAN,
            priced=bool(terms.apr_bp[number, b.segment, seen] > 0),
            offer=float(desk.offer[i]) / 10_000,
        )


def with_admission(
    first: MonthWatched,
    before: BorrowerState,
    after: BorrowerState,
    terms: Terms,
    offers: Offers,
    tally: Tally,
) -> MonthWatched:
    """The whole month: the first half, and which requests found no money.

    before, after : the borrower at the two ends of the second half
    """
    held_back = tuple(
        (int(terms.route_brand[before.route[k]]), float(offers.admit[before.route[k]]))
        for k in range(SLOTS)
        if before.pending_fen[k] > 0 and after.principal_fen[k] <= before.principal_fen[k]
    )
    values = {name: getattr(first, name) for name in MonthWatched.__slots__}
    values |= {"held_back": held_back, "closed_for": first.closed_for or counted_cause(tally)}
    return MonthWatched(**values)


def all_due(b: BorrowerState, world: World, terms: Terms) -> int:
    """One month's payments on all loans, those that he has walked away from too, fen."""
    owed = [k for k in range(SLOTS) if b.principal_fen[k] > 0]
    return sum(payment_due(b, k, world, terms) for k in owed)


def counted_cause(tally: Tally) -> int:
    """For which cause one borrower's want is counted as unmet; 0 if it is not."""
    by_cause = tally.unmet.sum(axis=0)
    return next((cause for cause in range(CAUSES) if by_cause[cause] > 0), SERVED)


def without_requests(b: BorrowerState) -> BorrowerState:
    """A borrower as he was before a request took one of his empty places."""
    earlier = copy_of(b)
    for k in range(SLOTS):
        if earlier.pending_fen[k] > 0 and earlier.first_month[k] == 0:
            earlier.route[k] = NO_ROUTE
    return earlier


def copy_of(b: BorrowerState) -> BorrowerState:
    """A borrower with the same fields, apart from the original."""
    values = {name: getattr(b, name) for name in RECORD.names or ()}
    plain = {name: list(v) if isinstance(v, list) else v for name, v in values.items()}
    return cast(BorrowerState, SimpleNamespace(**plain))


def blank() -> BorrowerState:
    """Nobody."""
    return copy_of(CompiledBorrowers(1, threads=1)[0])  # type: ignore[arg-type]


def fresh_desk() -> Desk:
    """A desk on which nothing stands, so that what a search notes can be told from it."""
    desk = new_desk()
    desk.lender.fill(NOBODY_THERE)
    desk.answer.fill(NOBODY_THERE)
    return desk
