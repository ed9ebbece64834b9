"""One borrower's life in words: what changed from one month-end to the next, and why.

A `Snapshot` is taken at every month-end through the view `model.borrowers[i]`; `changes` compares
two of them and says what must have happened. What month-ends do not show (who was asked for a loan,
and what was answered) comes from `sim/watched.py`. So the story can be told of any borrower, with
any executor, and costs nothing when nobody asks.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from agents.loan import NINETY_DAYS, ONLINE, WALKED
from agents.record import EVER_90, HUNDRED_YUAN, NO_ROUTE
from agents.routes import NOBODY
from sim.core.errors import InputError
from sim.core.months import Month
from sim.core.wording import in_percent, shown
from sim.line_watched import LineWatched
from sim.line_words import idle_words, review_words
from sim.names import firm_name, person_of, product_name, spaced
from sim.search_words import counted_words, search_lines, unasked
from sim.watched import MonthWatched, Watched

if TYPE_CHECKING:
    from agents.record import BorrowerState
    from sim.model import LoanMarket

FEN_IN_YUAN = 100
DAYS_LATE = {1: "1 to 30 days", 2: "31 to 60 days", 3: "61 to 90 days"}
WANTS = ("for planned spending", "to live on", "to pay what falls due")
LARGEST_PRINCIPAL_STEP = 1
"""Changes of principal up to this many yuan are not worth a line."""

INDENT = 9
"""Columns of a month's name and what follows it."""


class Told(NamedTuple):
    """One line of a life; `routine`: a payment as agreed, which may be told with others."""

    text: str
    routine: bool = False


class Names:
    """What the numbers in a borrower's record are called in a model."""

    def __init__(self, model: "LoanMarket") -> None:
        self._model = model
        self._segments = list(model.settings.segments)
        self._regions = list(model.settings.regions)
        self._products = list(model.settings.products)

    def segment(self, number: int) -> str:
        """Name of a segment."""
        return person_of(self._segments[number])

    def region(self, number: int) -> str:
        """Name of a region."""
        return spaced(self._regions[number])

    def product(self, number: int) -> str:
        """Name of a product."""
        return product_name(self._products[number])

    def brand(self, route: int) -> str:
        """Name of the lender under whose brand a route lends."""
        return self.lender(self._model.market.book.rows[route].brand)

    def funding(self, route: int) -> str:
        """Who else funds a route or bears its risk, as a clause; empty for the brand alone."""
        row = self._model.market.book.rows[route]
        if row.partner == NOBODY:
            return ""
        partner = self.lender(row.partner)
        if row.kind == "joint":
            return f"lent together with {partner}"
        return f"funded by {partner}" + (", guaranteed by the brand" if row.guaranteed else "")

    def lender(self, number: int) -> str:
        """Name of a lender, or of one firm of many."""
        return firm_name(self._model.market.lenders[number].name)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One slot of a borrower at a month-end. Money in yuan, rates as fractions."""

    route: int
    product: int
    first_month: int
    line: float
    principal: float
    all_in: float
    months_left: int
    missed: int
    online: bool
    walked: bool
    ever_90: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One borrower at a month-end; `slots` has None where no relationship is."""

    segment: int
    region: int
    rural: bool
    generation: int
    income: float
    buffer: float
    in_spell: bool
    wanted: float
    urgent: int
    episode: int
    slots: tuple[Relationship | None, ...]

    @property
    def owed(self) -> float:
        """All principal, yuan."""
        return sum(slot.principal for slot in self.slots if slot is not None)


def snapshot(borrower: "BorrowerState") -> Snapshot:
    """Copy what the story needs; the view itself changes as the model goes on."""
    return Snapshot(
        segment=borrower.segment,
        region=borrower.region,
        rural=bool(borrower.rural),
        generation=borrower.generation,
        income=math.exp(borrower.log_income_e3 / 1000.0) / FEN_IN_YUAN,
        buffer=borrower.buffer_fen / FEN_IN_YUAN,
        in_spell=bool(borrower.in_spell),
        wanted=borrower.wanted_fen / FEN_IN_YUAN,
        urgent=borrower.urgent,
        episode=borrower.episode,
        slots=tuple(_relationship(borrower, slot) for slot in range(len(borrower.route))),
    )


class Span(NamedTuple):
    """The months of a life that are told in full."""

    first: Month
    last: Month


def tell_life(
    model: "LoanMarket", borrower: int | None, months: int, full: Span | None = None
) -> Iterator[str]:
    """The life of whoever has place `borrower` over the reported months, line by line.

    Runs the model: burn-in first, then `months` months. Months without anything to tell, and
    months of mere payments, are told together. With `full` only its months are told, each with
    the money of the month and everybody who came to mind; the model stops after them.

    borrower : None for the first who owes two lenders at the opening
    """
    names = Names(model)
    model.burn_in()
    place = with_two_lenders(model) if borrower is None else borrower
    watched = Watched(model, [place])
    model.borrowers = cast(Any, watched)  # what the model asks of borrowers, it does
    view = cast("BorrowerState", model.borrowers[place])  # the same fields, in either executor
    before = snapshot(view)
    yield f"Borrower {place:,}: {portrait(before, names)}"
    yield f"At the end of {model.now}: {'; '.join(debts(before, names)) or 'no loans'}."
    quiet = Quiet()
    for _ in range(months):
        model.step()
        month, after = model.now, snapshot(view)
        lived = watched.months.get(place)
        told = changes(before, after, int(month), names, lived)
        if full is not None:
            if full.first <= month <= full.last:
                yield from _in_full(month, told, lived, after, names)
            if month >= full.last:
                return
        elif all(line.routine for line in told):
            yield from quiet.add(month, bool(told), before)
        else:
            yield from quiet.end(before)
            yield from _dated(month, [line.text for line in told])
        before = after
    if full is None:
        yield from quiet.end(before)
        yield f"At the end of {model.now}: {'; '.join(debts(before, names)) or 'no loans'}."


def span_of(text: str, start: Month, months: int) -> Span:
    """The months that `2026-03` or `2026-03:2026-09` means; raises InputError outside the run."""
    first, _, last = text.partition(":")
    try:
        span = Span(Month.parse(first), Month.parse(last or first))
    except InputError as error:
        raise InputError(
            f"--month is {shown(text)}; write 2026-03, or 2026-03:2026-09 for several"
        ) from error
    end = start + (months - 1)
    if not start <= span.first <= span.last <= end:
        raise InputError(
            f"--month is {shown(text)}; it lies in {start} to {end}, earlier month first"
        )
    return span


def with_two_lenders(model: "LoanMarket") -> int:
    """The first borrower who owes two lenders and pays both; else the first who owes; else 0."""
    owing = 0
    for place in range(len(model.borrowers)):
        now = snapshot(cast("BorrowerState", model.borrowers[place]))
        owed = [slot for slot in now.slots if slot is not None and slot.principal > 0]
        if len(owed) >= 2 and not any(slot.missed for slot in owed):
            return place
        owing = owing or (place if owed else 0)
    return owing


class Quiet:
    """Months in a row without anything worth a line of its own."""

    def __init__(self) -> None:
        self._months: list[Month] = []
        self._paying = False

    def add(self, month: Month, paying: bool, before: Snapshot) -> Iterator[str]:
        """One more such month; months of payments are told apart from months of nothing."""
        if self._months and paying != self._paying:
            yield from self.end(before)
        self._months.append(month)
        self._paying = paying

    def end(self, now: Snapshot) -> Iterator[str]:
        """The months so far in one line; `now` is the month-end that they lead to."""
        if self._months:
            first, last = self._months[0], self._months[-1]
            span = str(first) if first == last else f"{first} to {last}"
            what = "pays what falls due" if self._paying else "nothing to tell"
            yield f"{span}  {what}; owes {_yuan(now.owed)}."
        self._months = []


def _dated(month: Month, lines: Sequence[str]) -> Iterator[str]:
    """Lines of a month, of which the first begins with its name."""
    yield f"{month}  {lines[0]}"
    yield from (f"{'':{INDENT}}{line}" for line in lines[1:])


def _in_full(
    month: Month,
    told: Sequence[Told],
    watched: MonthWatched | None,
    after: Snapshot,
    names: Names,
) -> Iterator[str]:
    """A month with its money, everything that happened, and who came to mind."""
    lines = [line.text for line in told]
    if watched is not None:
        lines.insert(
            0,
            f"earns {_yuan(watched.income)} (lasting income {_yuan(watched.lasting)}), needs "
            f"{_yuan(watched.essentials)} to live on; {_yuan(watched.due)} fall due.",
        )
        lines += [line for line in [unasked(watched, names.lender)] if line]
        if not watched.searched:
            idle = (idle_words(line, names.lender(line.lender)) for line in watched.lines)
            lines += [line for line in idle if line]
    lines.append(
        f"at the end of the month: {_yuan(after.buffer)} at hand; "
        f"{'; '.join(debts(after, names)) or 'no loans'}."
    )
    yield from _dated(month, lines)


def portrait(now: Snapshot, names: Names) -> str:
    """Who the borrower is."""
    where = "countryside" if now.rural else "town"
    work = ", out of work at the moment" if now.in_spell else ""
    return (
        f"{names.segment(now.segment)}, {names.region(now.region)}, {where}; "
        f"lasting income about {_yuan(now.income)} a month at the incomes of the opening, "
        f"{_yuan(now.buffer)} at hand{work}."
    )


def debts(now: Snapshot, names: Names) -> list[str]:
    """What is owed, one clause a loan."""
    return [
        f"owes {names.brand(slot.route)} {_yuan(slot.principal)} at {in_percent(slot.all_in)}"
        f"{_late(slot.missed)}"
        for slot in now.slots
        if slot is not None and slot.principal > 0
    ]


def changes(
    before: Snapshot,
    after: Snapshot,
    month: int,
    names: Names,
    watched: MonthWatched | None = None,
) -> list[Told]:
    """What happened in a month, in the order in which it happens; empty if nothing did.

    month : number of the month (sim.core.months), to know loans that began in it
    watched : what the borrower did in it, where that is known
    """
    if after.generation != before.generation:
        newcomer = portrait(after, names)
        return [Told(f"leaves the market; somebody new takes the place: {newcomer}")]
    told = list(_work(before, after))
    openings: list[Told] = []
    lines = {} if watched is None else {line.slot: line for line in watched.lines}
    for slot, (old, new) in enumerate(zip(before.slots, after.slots, strict=True)):
        told += _slot_changes(old, new, names, lines.get(slot))
        if new is not None and (old is None or new.first_month != old.first_month):
            openings.append(Told(_opening(new, month, names)))
    return told + _search(before, after, names, watched) + openings


def _work(before: Snapshot, after: Snapshot) -> Iterator[Told]:
    """Losing and finding work."""
    if after.in_spell and not before.in_spell:
        yield Told("loses work or business; income falls.")
    if before.in_spell and not after.in_spell:
        yield Told("is earning again.")


def _slot_changes(
    old: Relationship | None, new: Relationship | None, names: Names, line: LineWatched | None
) -> Iterator[Told]:
    """What happened to a relationship that there was; its slot may have been filled again.

    line : what its lender went by, where that is known
    """
    if old is None:
        return
    why = "" if line is None else review_words(line)
    if new is not None and new.first_month == old.first_month:
        yield from _servicing(old, new, names)
        yield from (Told(told) for told in _line(old, new, names, why))
    else:
        yield Told(_ending(old, names, why))


def _ending(old: Relationship, names: Names, why: str) -> str:
    """A relationship that is gone; why, as a clause."""
    brand = names.brand(old.route)
    if old.missed >= NINETY_DAYS:
        return f"{brand} charges off {_yuan(old.principal)} after {old.missed + 1} missed months."
    if old.principal > 0:
        return f"repays the last {_yuan(old.principal)} to {brand}, which closes the line."
    if old.line == 0:
        return f"the relationship with {brand} ends{why}."
    return f"{brand} closes an unused line of {_yuan(old.line)}{why}."


def _opening(new: Relationship, month: int, names: Names) -> str:
    """A relationship that is new."""
    brand = names.brand(new.route)
    funding = names.funding(new.route)
    channel = "online" if new.online else "at a branch"
    if new.principal == 0 and new.first_month != month:
        return f"is granted a line of {_yuan(new.line)} by {brand}."
    return (
        f"borrows {_yuan(new.principal)} from {brand}, {channel}"
        f"{f', {funding}' if funding else ''}: {names.product(new.product)}, "
        f"{in_percent(new.all_in)} all-in, {new.months_left} months, line {_yuan(new.line)}."
    )


def _servicing(old: Relationship, new: Relationship, names: Names) -> Iterator[Told]:
    """Paying, drawing, falling behind and catching up."""
    brand = names.brand(new.route)
    if new.route != old.route:
        yield Told(f"{brand} takes the loan onto its own books, as it had guaranteed.")
    if new.walked and not old.walked:
        yield Told(f"stops paying {brand} for good: little is left to lose there.")
    elif old.walked and not new.walked:
        yield Told(f"is brought back to paying {brand}.")
    moved = new.principal - old.principal
    if new.principal == 0 < old.principal:
        rest = f"; the line of {_yuan(new.line)} stays open" if new.line > 0 else ""
        yield Told(f"has paid {brand} off{rest}.")
    elif moved > LARGEST_PRINCIPAL_STEP:
        yield Told(
            f"draws on the line with {brand}: owes {_yuan(new.principal)}, {moved:,.0f} more, "
            f"at {in_percent(new.all_in)}."
        )
    elif moved < -LARGEST_PRINCIPAL_STEP and new.missed == old.missed == 0:
        left = f"pays {brand}; {_yuan(new.principal)} left ({_yuan(-moved)} less)."
        yield Told(left, routine=True)
    yield from (Told(line) for line in _arrears(old, new, brand))


def _arrears(old: Relationship, new: Relationship, brand: str) -> Iterator[str]:
    """The missed count and what it means."""
    if new.ever_90 and not old.ever_90:
        yield f"is now more than 90 days late with {brand}, on {_yuan(new.principal)}."
    elif new.missed > old.missed:
        how_late = DAYS_LATE.get(new.missed, "more than 90 days")
        yield f"misses a payment to {brand}: {how_late} late on {_yuan(new.principal)}."
    elif new.missed < old.missed:
        state = "is up to date again" if new.missed == 0 else "catches up in part"
        yield f"{state} with {brand}."
    elif new.missed > 0:
        yield f"pays {brand} one month, but stays {DAYS_LATE.get(new.missed, '90+ days')} late."


def _line(old: Relationship, new: Relationship, names: Names, why: str) -> Iterator[str]:
    """A line raised, cut or closed by the lender; why, as a clause."""
    brand = names.brand(new.route)
    if new.line == 0 < old.line:
        yield f"{brand} closes the line of {_yuan(old.line)}{why}."
    elif old.line == 0 < new.line:
        yield f"{brand} opens the line again, up to {_yuan(new.line)}{why}."
    elif new.line > old.line:
        yield f"{brand} raises the line from {_yuan(old.line)} to {_yuan(new.line)}{why}."
    elif new.line < old.line:
        yield f"{brand} cuts the line from {_yuan(old.line)} to {_yuan(new.line)}{why}."


def _search(
    before: Snapshot, after: Snapshot, names: Names, watched: MonthWatched | None
) -> list[Told]:
    """Looking for credit: what was wanted, who was asked and what came of it."""
    lines = [] if watched is None else list(search_lines(watched, names.lender))
    if watched is not None and lines:
        idle = (idle_words(line, names.lender(line.lender)) for line in watched.lines)
        lines = [told for told in idle if told] + lines
    failed = _failed_search(before, after)
    if not lines and not failed:
        return []
    why = f"wants {_yuan(after.wanted)} {WANTS[after.urgent]}"
    counted = "" if watched is None else counted_words(watched.closed_for)
    last = f"{failed}; {counted}." if failed and counted else f"{failed}." if failed else ""
    if not lines:
        return [Told(f"{why} and {last}")]
    return [Told(f"{why}."), *map(Told, lines), *([Told(last)] if last else [])]


def _failed_search(before: Snapshot, after: Snapshot) -> str:
    """What a search without success means for the next months; empty if it found a lender."""
    if after.episode > before.episode and after.episode > 0:
        return f"has no loan after {_months(after.episode)} of searching"
    if after.episode < 0 <= before.episode:
        return f"has no loan and gives up for {_months(-after.episode)}"
    return ""


def _months(count: int) -> str:
    """A number of months."""
    return "1 month" if count == 1 else f"{count} months"


def _relationship(b: "BorrowerState", slot: int) -> Relationship | None:
    """One slot of a borrower; None if it is empty."""
    if b.route[slot] == NO_ROUTE:
        return None
    flags = b.flags[slot]
    return Relationship(
        route=b.route[slot],
        product=b.product[slot],
        first_month=b.first_month[slot],
        line=b.line_hundred[slot] * HUNDRED_YUAN / FEN_IN_YUAN,
        principal=b.principal_fen[slot] / FEN_IN_YUAN,
        all_in=(b.contract_bp[slot] + b.fee_bp[slot]) / 10_000,
        months_left=b.months_left[slot],
        missed=b.missed[slot],
        online=bool(flags & ONLINE),
        walked=bool(flags & WALKED),
        ever_90=bool(flags & EVER_90),
    )


def _late(missed: int) -> str:
    """How late a loan is, as a clause; empty if it is not."""
    if missed == 0:
        return ""
    return f", {DAYS_LATE.get(missed, 'more than 90 days')} late"


def _yuan(amount: float) -> str:
    """An amount in whole yuan."""
    return f"{amount:,.0f} yuan"
