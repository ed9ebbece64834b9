"""One borrower's life in words: what changed from one month-end to the next, and why.

A `Snapshot` is taken at every month-end through the view `model.borrowers[i]`; `changes` compares
two of them and says what must have happened. What month-ends do not show (who was asked for a loan,
and what was answered) comes from `sim/watched.py`. So the story can be told of any borrower, with
any executor, and costs nothing when nobody asks.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from agents.loan import NINETY_DAYS, ONLINE, WALKED
from agents.record import EVER_90, HUNDRED_YUAN, NO_ROUTE
from agents.routes import NOBODY
from sim.core.errors import InputError
from sim.core.months import Month
from sim.core.wording import in_percent, shown
from sim.life_words import LifeText, days_late, months_in_words, yuan
from sim.line_watched import LineWatched
from sim.line_words import idle_words, review_words
from sim.names import firm_name, person_of, product_name, region_name
from sim.search_words import counted_words, search_lines, unasked
from sim.watched import MonthWatched, Watched

if TYPE_CHECKING:
    from agents.record import BorrowerState
    from sim.model import LoanMarket

FEN_IN_YUAN = 100
WANTS = (LifeText.WANTS_PLANNED, LifeText.WANTS_TO_LIVE, LifeText.WANTS_TO_PAY)
LARGEST_PRINCIPAL_STEP = 1
"""Changes of principal up to this many yuan are not worth a line."""

INDENT = 9
"""Columns of a month's name and what follows it."""


type Sort = Literal["payment", "loan", "paid", "line", "late", "default", "search", "work", "new"]
"""What a line is about: a payment as agreed, a new loan or draw, a loan paid off, a line given or
taken, arrears, a default or what follows it, a search, work, or a newcomer."""


class Told(NamedTuple):
    """One line of a life."""

    text: str
    sort: Sort

    @property
    def routine(self) -> bool:
        """Whether it is a payment as agreed, which may be told with others."""
        return self.sort == "payment"


class Names:
    """What the numbers in a borrower's record are called in a model, and in which language."""

    def __init__(self, model: "LoanMarket", language: str = "en") -> None:
        self._model = model
        self.language = language
        self._segments = list(model.settings.segments)
        self._regions = list(model.settings.regions)
        self._products = list(model.settings.products)

    def say(self, text: LifeText, **values: object) -> str:
        """A sentence in this language."""
        return text.say(self.language, **values)

    def yuan(self, amount: float) -> str:
        """An amount in this language."""
        return yuan(amount, self.language)

    def segment(self, number: int) -> str:
        """Name of a segment."""
        return person_of(self._segments[number], self.language)

    def region(self, number: int) -> str:
        """Name of a region."""
        return region_name(self._regions[number], self.language)

    def product(self, number: int) -> str:
        """Name of a product."""
        return product_name(self._products[number], self.language)

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
            return self.say(LifeText.LENT_TOGETHER, partner=partner)
        words = LifeText.FUNDED_GUARANTEED if row.guaranteed else LifeText.FUNDED
        return self.say(words, partner=partner)

    def lender(self, number: int) -> str:
        """Name of a lender, or of one firm of many."""
        return firm_name(self._model.market.lenders[number].name, self.language)


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


class MonthLived(NamedTuple):
    """One month of a life: the borrower at its two ends, and what is known of it besides."""

    month: Month
    before: Snapshot
    after: Snapshot
    watched: MonthWatched | None


class Passage(NamedTuple):
    """Months in a row that are told together, and the lines that tell them."""

    first: Month
    last: Month
    lines: list[str]


def lived(model: "LoanMarket", place: int, months: int) -> Iterator[MonthLived]:
    """Runs a model that has its burn-in behind it for so many months, watching one borrower."""
    watched = Watched(model, [place])
    model.borrowers = cast(Any, watched)  # what the model asks of borrowers, it does
    view = cast("BorrowerState", model.borrowers[place])  # the same fields, in either executor
    before = snapshot(view)
    for _ in range(months):
        model.step()
        after = snapshot(view)
        yield MonthLived(model.now, before, after, watched.months.get(place))
        before = after


def tell_life(
    model: "LoanMarket",
    borrower: int | None,
    months: int,
    full: Span | None = None,
    language: str = "en",
) -> Iterator[str]:
    """The life of whoever has place `borrower` over the reported months, line by line.

    Runs the model: burn-in first, then `months` months. Months without anything to tell, and
    months of mere payments, are told together. With `full` only its months are told, each with
    the money of the month and everybody who came to mind; the model stops after them.

    borrower : None for the first who owes two lenders at the opening
    """
    names = Names(model, language)
    model.burn_in()
    place = with_two_lenders(model) if borrower is None else borrower
    opening = snapshot(cast("BorrowerState", model.borrowers[place]))
    yield names.say(LifeText.WHO, place=f"{place:,}", portrait=portrait(opening, names))
    yield at_end(model.now, opening, names)
    months_lived = lived(model, place, months)
    if full is None:
        ends = [opening]
        for passage in passages(months_lived, names, ends):
            yield from _dated(passage, names)
        yield at_end(model.now, ends[-1], names)
        return
    for one in months_lived:
        if full.first <= one.month <= full.last:
            yield from _dated(Passage(one.month, one.month, _in_full(one, names)), names)
        if one.month >= full.last:
            return


def passages(
    months: Iterable[MonthLived], names: Names, ends: list[Snapshot] | None = None
) -> Iterator[Passage]:
    """What months are told together, and how.

    ends : takes up the last month-end that was lived
    """
    quiet: list[MonthLived] = []
    paying = False
    for one in months:
        if ends is not None:
            ends[:] = [one.after]
        told = changes(one.before, one.after, int(one.month), names, one.watched)
        if all(line.routine for line in told):
            if quiet and paying != bool(told):
                yield _quiet(quiet, paying, names)
                quiet = []
            quiet, paying = [*quiet, one], bool(told)
            continue
        if quiet:
            yield _quiet(quiet, paying, names)
            quiet = []
        yield Passage(one.month, one.month, [line.text for line in told])
    if quiet:
        yield _quiet(quiet, paying, names)


def _quiet(months: Sequence[MonthLived], paying: bool, names: Names) -> Passage:
    """Months in a row without anything worth a line of its own."""
    words = LifeText.PAYS_WHAT_IS_DUE if paying else LifeText.NOTHING_TO_TELL
    line = names.say(words, owed=names.yuan(months[-1].after.owed))
    return Passage(months[0].month, months[-1].month, [line])


def span_text(passage: Passage, names: Names) -> str:
    """The months of a passage."""
    if passage.first == passage.last:
        return str(passage.first)
    return names.say(LifeText.SPAN, first=passage.first, last=passage.last)


def at_end(month: Month, now: Snapshot, names: Names) -> str:
    """What is owed at the end of a month."""
    return names.say(LifeText.AT_END, month=month, debts=_all_debts(now, names))


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


def _dated(passage: Passage, names: Names) -> Iterator[str]:
    """Lines of a passage, of which the first begins with its months."""
    yield f"{span_text(passage, names)}  {passage.lines[0]}"
    yield from (f"{'':{INDENT}}{line}" for line in passage.lines[1:])


def _in_full(one: MonthLived, names: Names) -> list[str]:
    """A month with its money, everything that happened, and who came to mind."""
    told = changes(one.before, one.after, int(one.month), names, one.watched)
    lines = [line.text for line in told]
    watched = one.watched
    if watched is not None:
        money = names.say(
            LifeText.MONEY,
            income=names.yuan(watched.income),
            lasting=names.yuan(watched.lasting),
            essentials=names.yuan(watched.essentials),
            due=names.yuan(watched.due),
        )
        besides = unasked(watched, names.lender, names.language)
        idle = [] if watched.searched else list(_idle(watched, names))
        lines = [money, *lines, *([besides] if besides else []), *idle]
    end = names.say(
        LifeText.MONTH_END,
        buffer=names.yuan(one.after.buffer),
        debts=_all_debts(one.after, names),
    )
    return [*lines, end]


def portrait(now: Snapshot, names: Names) -> str:
    """Who the borrower is."""
    return names.say(
        LifeText.PORTRAIT,
        person=names.segment(now.segment),
        region=names.region(now.region),
        place=names.say(LifeText.COUNTRY if now.rural else LifeText.TOWN),
        income=names.yuan(now.income),
        buffer=names.yuan(now.buffer),
        work=names.say(LifeText.OUT_OF_WORK) if now.in_spell else "",
    )


def debts(now: Snapshot, names: Names) -> list[str]:
    """What is owed, one clause a loan."""
    return [
        names.say(
            LifeText.DEBT,
            brand=names.brand(slot.route),
            amount=names.yuan(slot.principal),
            rate=in_percent(slot.all_in),
            late=_late(slot.missed, names),
        )
        for slot in now.slots
        if slot is not None and slot.principal > 0
    ]


def _all_debts(now: Snapshot, names: Names) -> str:
    """What is owed, or that nothing is."""
    between = names.say(LifeText.BETWEEN_DEBTS)
    return between.join(debts(now, names)) or names.say(LifeText.NO_LOANS)


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
        newcomer = names.say(LifeText.NEWCOMER, portrait=portrait(after, names))
        return [Told(newcomer, "new")]
    told = list(_work(before, after, names))
    openings: list[Told] = []
    lines = {} if watched is None else {line.slot: line for line in watched.lines}
    for slot, (old, new) in enumerate(zip(before.slots, after.slots, strict=True)):
        told += _slot_changes(old, new, names, lines.get(slot))
        if new is not None and (old is None or new.first_month != old.first_month):
            openings.append(_opening(new, month, names))
    return told + _search(before, after, names, watched) + openings


def _work(before: Snapshot, after: Snapshot, names: Names) -> Iterator[Told]:
    """Losing and finding work."""
    if after.in_spell and not before.in_spell:
        yield Told(names.say(LifeText.LOSES_WORK), "work")
    if before.in_spell and not after.in_spell:
        yield Told(names.say(LifeText.EARNS_AGAIN), "work")


def _slot_changes(
    old: Relationship | None, new: Relationship | None, names: Names, line: LineWatched | None
) -> Iterator[Told]:
    """What happened to a relationship that there was; its slot may have been filled again.

    line : what its lender went by, where that is known
    """
    if old is None:
        return
    why = "" if line is None else review_words(line, names.language)
    if new is not None and new.first_month == old.first_month:
        yield from _servicing(old, new, names)
        yield from _line(old, new, names, why)
    else:
        yield _ending(old, names, why)


def _ending(old: Relationship, names: Names, why: str) -> Told:
    """A relationship that is gone; why, as a clause."""
    brand, amount = names.brand(old.route), names.yuan(old.principal)
    if old.missed >= NINETY_DAYS:
        count = old.missed + 1
        off = names.say(LifeText.CHARGED_OFF, brand=brand, amount=amount, count=count)
        return Told(off, "default")
    if old.principal > 0:
        return Told(names.say(LifeText.REPAYS_LAST, brand=brand, amount=amount), "paid")
    if old.line == 0:
        return Told(names.say(LifeText.RELATIONSHIP_ENDS, brand=brand, why=why), "line")
    line = names.yuan(old.line)
    return Told(names.say(LifeText.CLOSES_UNUSED, brand=brand, line=line, why=why), "line")


def _opening(new: Relationship, month: int, names: Names) -> Told:
    """A relationship that is new."""
    brand, line = names.brand(new.route), names.yuan(new.line)
    if new.principal == 0 and new.first_month != month:
        return Told(names.say(LifeText.GRANTED, brand=brand, line=line), "line")
    borrows = names.say(
        LifeText.BORROWS,
        amount=names.yuan(new.principal),
        brand=brand,
        channel=names.say(LifeText.ONLINE if new.online else LifeText.AT_BRANCH),
        funding=names.funding(new.route),
        product=names.product(new.product),
        rate=in_percent(new.all_in),
        months=names.say(LifeText.MONTHS, count=new.months_left),
        line=line,
    )
    return Told(borrows, "loan")


def _servicing(old: Relationship, new: Relationship, names: Names) -> Iterator[Told]:
    """Paying, drawing, falling behind and catching up."""
    brand = names.brand(new.route)
    if new.route != old.route:
        yield Told(names.say(LifeText.TAKES_ONTO_BOOKS, brand=brand), "default")
    if new.walked and not old.walked:
        yield Told(names.say(LifeText.WALKS_AWAY, brand=brand), "late")
    elif old.walked and not new.walked:
        yield Told(names.say(LifeText.BROUGHT_BACK, brand=brand), "late")
    moved = new.principal - old.principal
    if new.principal == 0 < old.principal:
        words = LifeText.PAID_OFF_LINE_STAYS if new.line > 0 else LifeText.PAID_OFF
        yield Told(names.say(words, brand=brand, line=names.yuan(new.line)), "paid")
    elif moved > LARGEST_PRINCIPAL_STEP:
        draws = names.say(
            LifeText.DRAWS,
            brand=brand,
            amount=names.yuan(new.principal),
            more=f"{moved:,.0f}",
            rate=in_percent(new.all_in),
        )
        yield Told(draws, "loan")
    elif moved < -LARGEST_PRINCIPAL_STEP and new.missed == old.missed == 0:
        left, less = names.yuan(new.principal), names.yuan(-moved)
        yield Told(names.say(LifeText.PAYS, brand=brand, amount=left, less=less), "payment")
    yield from _arrears(old, new, names)


def _arrears(old: Relationship, new: Relationship, names: Names) -> Iterator[Told]:
    """The missed count and what it means."""
    brand, amount = names.brand(new.route), names.yuan(new.principal)
    days = days_late(new.missed, names.language)
    if new.ever_90 and not old.ever_90:
        yield Told(names.say(LifeText.IN_DEFAULT, brand=brand, amount=amount), "default")
    elif new.missed > old.missed:
        yield Told(names.say(LifeText.MISSES, brand=brand, days=days, amount=amount), "late")
    elif new.missed < old.missed:
        words = LifeText.UP_TO_DATE if new.missed == 0 else LifeText.CATCHES_UP
        yield Told(names.say(words, brand=brand), "late")
    elif new.missed > 0:
        yield Told(names.say(LifeText.STAYS_LATE, brand=brand, days=days), "late")


def _line(old: Relationship, new: Relationship, names: Names, why: str) -> Iterator[Told]:
    """A line raised, cut or closed by the lender; why, as a clause."""
    brand = names.brand(new.route)
    before, now = names.yuan(old.line), names.yuan(new.line)
    if new.line == 0 < old.line:
        yield Told(names.say(LifeText.CLOSES_LINE, brand=brand, line=before, why=why), "line")
    elif old.line == 0 < new.line:
        yield Told(names.say(LifeText.OPENS_LINE_AGAIN, brand=brand, line=now, why=why), "line")
    elif new.line != old.line:
        words = LifeText.RAISES_LINE if new.line > old.line else LifeText.CUTS_LINE
        yield Told(names.say(words, brand=brand, old=before, new=now, why=why), "line")


def _search(
    before: Snapshot, after: Snapshot, names: Names, watched: MonthWatched | None
) -> list[Told]:
    """Looking for credit: what was wanted, who was asked and what came of it."""
    language = names.language
    lines = [] if watched is None else list(search_lines(watched, names.lender, language))
    if watched is not None and lines:
        lines = [*_idle(watched, names), *lines]
    failed = _failed_search(before, after, names)
    if not lines and not failed:
        return []
    wants = names.say(WANTS[after.urgent], amount=names.yuan(after.wanted))
    counted = "" if watched is None else counted_words(watched.closed_for, language)
    outcome = failed
    if failed and counted:
        outcome = names.say(LifeText.WITH_COUNTED, outcome=failed, counted=counted)
    if not lines:
        vain = names.say(LifeText.WANTED_IN_VAIN, wants=wants, outcome=outcome)
        return [Told(vain, "search")]
    texts = [names.say(LifeText.SENTENCE, words=wants), *lines]
    if failed:
        texts.append(names.say(LifeText.SENTENCE, words=outcome))
    return [Told(text, "search") for text in texts]


def _idle(watched: MonthWatched, names: Names) -> Iterator[str]:
    """Lines that were left alone though money was wanted, and why."""
    for line in watched.lines:
        words = idle_words(line, names.lender(line.lender), names.language)
        if words:
            yield words


def _failed_search(before: Snapshot, after: Snapshot, names: Names) -> str:
    """What a search without success means for the next months; empty if it found a lender."""
    if after.episode > before.episode and after.episode > 0:
        months = months_in_words(after.episode, names.language)
        return names.say(LifeText.STILL_WITHOUT, months=months)
    if after.episode < 0 <= before.episode:
        months = months_in_words(-after.episode, names.language)
        return names.say(LifeText.GIVES_UP, months=months)
    return ""


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


def _late(missed: int, names: Names) -> str:
    """How late a loan is, as a clause; empty if it is not."""
    if missed == 0:
        return ""
    return names.say(LifeText.LATE, days=days_late(missed, names.language))
