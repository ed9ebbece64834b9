"""One borrower's life in words: what changed from one month-end to the next.

Nothing is recorded while the model runs. A `Snapshot` is taken at every month-end through the
view `model.borrowers[i]`; `changes` compares two of them and says what must have happened. So
the story can be told of any borrower, with any executor, and costs nothing when nobody asks.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from agents.loan import EVER_90, NINETY_DAYS, ONLINE, WALKED
from agents.record import HUNDRED_YUAN, NO_ROUTE
from agents.routes import NOBODY
from sim.core.months import Month
from sim.display import kind_text

if TYPE_CHECKING:
    from agents.record import BorrowerState
    from sim.model import LoanMarket

FEN_IN_YUAN = 100
DAYS_LATE = {1: "1 to 30 days", 2: "31 to 60 days", 3: "61 to 90 days"}
WANTS = ("for planned spending", "to live on", "to pay what falls due")
LARGEST_PRINCIPAL_STEP = 1
"""Changes of principal up to this many yuan are not worth a line."""


class Names:
    """What the numbers in a borrower's record are called in a model."""

    def __init__(self, model: "LoanMarket") -> None:
        self._model = model
        self._segments = list(model.settings.segments)
        self._regions = list(model.settings.regions)
        self._products = list(model.settings.products)

    def segment(self, number: int) -> str:
        """Name of a segment."""
        return kind_text(self._segments[number])

    def region(self, number: int) -> str:
        """Name of a region."""
        return kind_text(self._regions[number])

    def product(self, number: int) -> str:
        """Name of a product."""
        return kind_text(self._products[number])

    def brand(self, route: int) -> str:
        """Name of the lender under whose brand a route lends."""
        return self._lender(self._model.market.book.rows[route].brand)

    def funding(self, route: int) -> str:
        """Who else funds a route or bears its risk, as a clause; empty for the brand alone."""
        row = self._model.market.book.rows[route]
        if row.partner == NOBODY:
            return ""
        partner = self._lender(row.partner)
        if row.kind == "joint":
            return f"lent together with {partner}"
        return f"funded by {partner}" + (", guaranteed by the brand" if row.guaranteed else "")

    def _lender(self, number: int) -> str:
        return self._model.market.lenders[number].name


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


def tell_life(model: "LoanMarket", borrower: int, months: int) -> Iterator[str]:
    """The life of whoever has place `borrower` over the reported months, line by line.

    Runs the model: burn-in first, then `months` months. Quiet months are told together.
    """
    names = Names(model)
    view = cast("BorrowerState", model.borrowers[borrower])  # the same fields, in either executor
    model.burn_in()
    before = snapshot(view)
    yield f"Borrower {borrower:,}: {portrait(before, names)}"
    yield f"At the end of {model.now}: {'; '.join(debts(before, names)) or 'no loans'}."
    quiet: list[Month] = []
    for _ in range(months):
        model.step()
        month = model.now
        after = snapshot(view)
        told = changes(before, after, int(month), names)
        if told:
            yield from _quiet_months(quiet, before)
            quiet = []
            yield f"{month}  {told[0]}"
            yield from (f"{'':9}{line}" for line in told[1:])
        else:
            quiet.append(month)
        before = after
    yield from _quiet_months(quiet, before)
    yield f"At the end of {model.now}: {'; '.join(debts(before, names)) or 'no loans'}."


def portrait(now: Snapshot, names: Names) -> str:
    """Who the borrower is."""
    where = "countryside" if now.rural else "town"
    work = ", out of work at the moment" if now.in_spell else ""
    return (
        f"{names.segment(now.segment)}, {names.region(now.region)}, {where}; "
        f"lasting income about {_yuan(now.income)} a month in incomes of the first month, "
        f"{_yuan(now.buffer)} at hand{work}."
    )


def debts(now: Snapshot, names: Names) -> list[str]:
    """What is owed, one clause a loan."""
    return [
        f"owes {names.brand(slot.route)} {_yuan(slot.principal)} at {_rate(slot.all_in)}"
        f"{_late(slot.missed)}"
        for slot in now.slots
        if slot is not None and slot.principal > 0
    ]


def changes(before: Snapshot, after: Snapshot, month: int, names: Names) -> list[str]:
    """What happened in a month, in the order in which it happens; empty if nothing did.

    month : number of the month (sim.core.months), to know loans that began in it
    """
    if after.generation != before.generation:
        return [f"leaves; a newcomer takes the place: {portrait(after, names)}"]
    told = [*_work(before, after)]
    for old, new in zip(before.slots, after.slots, strict=True):
        told += _slot_changes(old, new, month, names)
    return told + _search(before, after)


def _work(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Losing and finding work."""
    if after.in_spell and not before.in_spell:
        yield "loses work or business; income falls."
    if before.in_spell and not after.in_spell:
        yield "is earning again."


def _slot_changes(
    old: Relationship | None, new: Relationship | None, month: int, names: Names
) -> list[str]:
    """What happened to one relationship; a slot can be emptied and filled in one month."""
    if old is not None and new is not None and new.first_month == old.first_month:
        return [*_servicing(old, new, names), *_line(old, new, names)]
    told = [] if old is None else [_ending(old, names)]
    if new is not None:
        told.append(_opening(new, month, names))
    return told


def _ending(old: Relationship, names: Names) -> str:
    """A relationship that is gone."""
    brand = names.brand(old.route)
    if old.missed >= NINETY_DAYS:
        return f"{brand} charges off {_yuan(old.principal)} after {old.missed + 1} missed months."
    if old.principal > 0:
        return f"repays the last {_yuan(old.principal)} to {brand}, which closes the line."
    if old.line == 0:
        return f"the relationship with {brand} ends."
    return f"{brand} closes an unused line of {_yuan(old.line)}."


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
        f"{_rate(new.all_in)} all-in, {new.months_left} months, line {_yuan(new.line)}."
    )


def _servicing(old: Relationship, new: Relationship, names: Names) -> Iterator[str]:
    """Paying, drawing, falling behind and catching up."""
    brand = names.brand(new.route)
    if new.route != old.route:
        yield f"{brand} takes the loan onto its own books, as it had guaranteed."
    if new.walked and not old.walked:
        yield f"stops paying {brand}, though able to."
    elif old.walked and not new.walked:
        yield f"is brought back to paying {brand}."
    moved = new.principal - old.principal
    if new.principal == 0 < old.principal:
        rest = f"; the line of {_yuan(new.line)} stays open" if new.line > 0 else ""
        yield f"has paid {brand} off{rest}."
    elif moved > LARGEST_PRINCIPAL_STEP:
        yield (
            f"draws on the line with {brand}: owes {_yuan(new.principal)}, {moved:,.0f} more, "
            f"at {_rate(new.all_in)}."
        )
    elif moved < -LARGEST_PRINCIPAL_STEP and new.missed == old.missed == 0:
        yield f"pays {brand}; {_yuan(new.principal)} left ({_yuan(-moved)} less)."
    yield from _arrears(old, new, brand)


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


def _line(old: Relationship, new: Relationship, names: Names) -> Iterator[str]:
    """A line raised, cut or closed by the lender."""
    brand = names.brand(new.route)
    if new.line == 0 < old.line:
        yield f"{brand} closes the line of {_yuan(old.line)}."
    elif old.line == 0 < new.line:
        yield f"{brand} opens the line again, up to {_yuan(new.line)}."
    elif new.line > old.line:
        yield f"{brand} raises the line from {_yuan(old.line)} to {_yuan(new.line)}."
    elif new.line < old.line:
        yield f"{brand} cuts the line from {_yuan(old.line)} to {_yuan(new.line)}."


def _search(before: Snapshot, after: Snapshot) -> list[str]:
    """Looking for credit without finding it."""
    if after.episode > before.episode and after.episode > 0:
        return [
            f"wants {_yuan(after.wanted)} {WANTS[after.urgent]} and finds no lender "
            f"(month {after.episode} of searching)."
        ]
    if after.episode < 0 <= before.episode:
        return [
            f"wants {_yuan(after.wanted)} {WANTS[after.urgent]}, finds no lender and gives up "
            f"for {-after.episode} months."
        ]
    return []


def _quiet_months(months: Sequence[Month], now: Snapshot) -> Iterator[str]:
    """Months in which nothing happened, in one line."""
    if not months:
        return
    span = str(months[0]) if len(months) == 1 else f"{months[0]} to {months[-1]}"
    yield f"{span}  nothing to tell; owes {_yuan(now.owed)}."


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


def _rate(fraction: float) -> str:
    """An annual rate."""
    return f"{100 * fraction:.1f}%"
