"""Borrowers watched through a month: how their own rules come to what they do.

Nothing is recorded while a market runs. `Watched` stands in place of the borrowers of a model;
before each half of a month it copies those watched, and afterwards lives the same half again on
the copies, with the same rules in plain Python and the same luck. What the rules note for
themselves on the way (whom they asked, what was answered) can then be read; that a copy ends where
the borrower did is checked every month.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np

from agents.borrower import earn, live, permanent_income, sign
from agents.lenders import calibrations, grade_risks
from agents.limits import Limits
from agents.loan import payment_due
from agents.messages import CAUSES, SERVED, Floats, Offers, Tally, Terms, World
from agents.purposes import LIFE
from agents.record import GENERATION_STEP, HUNDRED_YUAN, NO_ROUTE, RECORD, SLOTS, BorrowerState
from agents.search import Desk, most_acceptable
from agents.underwriting import grade, score
from sim.columns import floats
from sim.compiled import new_desk
from sim.core.random import block
from sim.line_watched import LineWatched, lines_watched
from sim.macro import Macro
from sim.market import FEN_PER_YUAN
from sim.terms import (
    Choices,
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
    lines : those that he held when the month began
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
    lines: tuple[LineWatched, ...] = ()


class Watched:
    """The borrowers of a model, some of whom are watched; to the model they are as before.

    places : of those who are watched ; months : what each of them did in the latest month
    terms : what lenders offered in it
    """

    def __init__(self, model: "LoanMarket", places: Sequence[int]) -> None:
        self._model = model
        self._inner = model.borrowers
        self._places = tuple(places)
        self._halfway: dict[int, BorrowerState] = {}
        self._first: dict[int, MonthWatched] = {}
        self.months: dict[int, MonthWatched] = {}
        self.terms: Terms | None = None

    def __len__(self) -> int:
        return len(self._inner)

    def __getitem__(self, place: int) -> object:
        return self._inner[place]

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        self._inner.populate(world)

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month, for all; and once more for those watched."""
        before = {place: self._copy(place) for place in self._places}
        tally = self._inner.live(world, terms, shape)
        self.terms = terms
        prospects = Prospects(self._model)
        for place in self._places:
            again, mine, desk = copy_of(before[place]), shape(), fresh_desk()
            live(again, place, world, terms, mine, desk)
            self._check(place, again)
            self._halfway[place] = again
            self._first[place] = told(
                place, before[place], again, world, terms, mine, desk, prospects
            )
        self._before_settlement(prospects)
        return tally

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month, likewise."""
        tally = self._inner.sign(world, terms, offers, shape)
        for place in self._places:
            before, again, mine = copy_of(self._halfway[place]), self._halfway[place], shape()
            sign(again, place, world, terms, offers, mine)
            self._check(place, again)
            self.months[place] = with_admission(
                self._first[place], before, again, terms, offers, mine
            )
        return tally

    def _before_settlement(self, prospects: "Prospects") -> None:
        """For who wants to know more of lenders while their books are those that prices rest on."""

    def _copy(self, place: int) -> BorrowerState:
        """A watched borrower's state now, which does not change with him."""
        return copy_of(cast(BorrowerState, self._inner[place]))

    def _check(self, place: int, again: BorrowerState) -> None:
        """The same rules on the same state have to end where he ended."""
        if vars(again) != vars(self._copy(place)):
            raise RuntimeError(f"borrower {place} lived another month than the one told")


def told(
    place: int,
    before: BorrowerState,
    after: BorrowerState,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
    prospects: "Prospects",
) -> MonthWatched:
    """The first half of one borrower's month in figures."""
    identity = place + after.generation * GENERATION_STEP
    lasting = permanent_income(after, world)
    word = block(world.seed, identity, world.month, LIFE, 0)[2]
    found = [i for i in range(len(desk.lender)) if desk.lender[i] != NOBODY_THERE]
    asked = [i for i in found if desk.answer[i] != NOBODY_THERE]
    newcomer = after.generation != before.generation
    return MonthWatched(
        income=earn(after, identity, lasting, word, world) / FEN_PER_YUAN,
        lasting=lasting / FEN_PER_YUAN,
        essentials=world.essentials[after.segment] * lasting / FEN_PER_YUAN,
        due=0.0 if newcomer else all_due(before, world, terms) / FEN_PER_YUAN,
        answers=tuple(prospects.answer(after, i, world, terms, desk) for i in found),
        searched=bool(found) or (after.episode != before.episode and after.episode != 0),
        full=bool(found) and not asked,
        most=most_acceptable(without_requests(after), world) / 10_000,
        held_back=(),
        closed_for=counted_cause(tally),
        lines=lines_watched(place, before, after, world, terms, prospects),
    )


class Prospects:
    """What lenders go by this month when somebody asks, by lender; they have published it."""

    def __init__(self, model: "LoanMarket") -> None:
        self._model = model
        self.lenders = model.market.lenders

    @cached_property
    def _limits(self) -> Limits:
        macro = self._macro
        return self._model.settings.policy.at(self._model.now, macro.lpr)

    @cached_property
    def _macro(self) -> Macro:
        return self._model.settings.macro.at(self._model.now, self._model.first_month)

    @cached_property
    def choices(self) -> Choices:
        """The ways in which lenders can fund a loan."""
        market, limits = self._model.market, self._limits
        guarantees = guarantees_to_give(market, limits) if self._model.opened else None
        return within_guarantees(market, route_choices(market, limits.plan), guarantees)

    @cached_property
    def ceiling(self) -> Floats:
        """[L] highest lawful all-in rate, fraction per year."""
        market, plan = self._model.market, self._limits.plan
        each, licence = np.arange(len(self.lenders)), loosest_licence(market, self.choices, plan)
        return ceilings(market, plan)[0][each, licence]

    @cached_property
    def calibration(self) -> Floats:
        """[L] see `calibrations`; a strategy may believe something else."""
        return calibrations(self.lenders) * floats([x.state.stance.belief for x in self.lenders])

    @cached_property
    def cost(self) -> Floats:
        """[L, G] all-in rate at which each grade covers its costs."""
        money = cost_of_money(self._model.market, self._macro)
        return break_even(self._model.market, self.choices, self.calibration, money)

    @cached_property
    def risk(self) -> Floats:
        """[L, G] chance of going bad in six months that lenders expect of each grade."""
        return grade_risks(self.calibration)

    def answer(self, b: BorrowerState, i: int, world: World, terms: Terms, desk: Desk) -> Answer:
        """What the lender on place i of the desk said, and what it went by."""
        number = int(desk.lender[i])
        asked = int(desk.answer[i]) != NOBODY_THERE
        lender = self.lenders[number]
        seen = grade(score(int(desk.features[i]), b.segment, number, terms), terms) if asked else 0
        return Answer(
            lender=number,
            asked=asked,
            posted=float(terms.posted_bp[number, b.segment]) / 10_000,
            cause=int(desk.answer[i]) if asked else SERVED,
            risk=float(self.risk[number, seen]),
            worst=float(lender.worst_risks()[b.segment]),
            cost=float(self.cost[number, seen]) + lender.least_margin(),
            ceiling=float(self.ceiling[number]),
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
    # A second choice is drawn on after all, where the first has no money.
    lines = tuple(
        replace(line, idle="")
        if after.principal_fen[line.slot] > before.principal_fen[line.slot]
        else line
        for line in first.lines
    )
    values |= {"held_back": held_back, "closed_for": first.closed_for or counted_cause(tally)}
    values |= {"lines": lines}
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


def fresh_desk() -> Desk:
    """A desk on which nothing stands, so that what a search notes can be told from it."""
    desk = new_desk()
    desk.lender.fill(NOBODY_THERE)
    desk.answer.fill(NOBODY_THERE)
    return desk
