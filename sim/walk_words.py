"""A walk in words: the page of a month, of one borrower and of one lender."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agents.loan import NINETY_DAYS
from sim.core.errors import InputError
from sim.core.wording import counted, did_you_mean, in_percent, listed
from sim.inspection import Snapshot, Told, changes, debts, portrait
from sim.names import firm_name, kind_name, person_of, segment_name
from sim.price_parts import PriceParts
from sim.walking import Books, Walk, WalkedMonth

MOST_TOLD = 5
"""Borrowers of a section that a month's page tells of; `a` tells of all."""

LEAST_MOVE = 0.0005
"""Change of a part of a price, fraction per year, below which it is not told."""

PARTS = {
    "money": "cost of money",
    "running": "running costs",
    "winning": "winning a customer",
    "loss": "expected loss",
    "markup": "markup",
}
"""Part of a price -> what it is called."""


class Section(NamedTuple):
    """A heading of a month's page and the borrowers under it."""

    heading: str
    places: list[int]


def opening_lines(walk: Walk, width: int) -> Iterator[str]:
    """Who is there on the opening day."""
    model = walk.model
    people = len(walk.opening)
    each = f"{model.weight:,.0f}"
    yield from wrapped(
        f"{model.settings.title}: {people} borrowers, each for {each} people like them, on the eve "
        f"of {model.first_month}. All yuan are those of the {people}: their debts add up to the "
        "lenders' loans. Only lines with a * speak of the sums of all whom they stand for.",
        width,
    )
    yield ""
    by_segment: dict[int, int] = {}
    for one in walk.opening:
        by_segment[one.segment] = by_segment.get(one.segment, 0) + 1
    segments = list(model.settings.segments)
    names = [f"{count} {segment_name(segments[s])}" for s, count in sorted(by_segment.items())]
    owing = [one for one in walk.opening if one.owed > 0]
    several = sum(
        1 for one in owing if sum(s is not None and s.principal > 0 for s in one.slots) > 1
    )
    owed = money(sum(one.owed for one in owing))
    yield from wrapped(
        f"There are {', '.join(names)}. {len(owing)} of them owe {owed} yuan, {several} to more "
        "than one lender.",
        width,
    )
    yield ""
    yield from books_table(walk.opening_books, {}, {}, width)


def month_lines(walk: Walk, walked: WalkedMonth, width: int, everybody: bool) -> Iterator[str]:
    """The page of a month.

    everybody : tell of all borrowers to whom something happened, not of the first few
    """
    yield f"--- {walked.month} " + "-" * max(0, width - len(str(walked.month)) - 5)
    for event in walked.events:
        yield from wrapped(f"{_actor(event.actor)}: {event.text}", width, "* ")
    owing = sum(1 for one in walked.before if one.owed > 0)
    found = sections(walk, walked)
    debts_now = money(sum(one.owed for one in walked.after))
    yield from wrapped(
        f"{owing} of {len(walked.before)} borrowers owe something; together they pay "
        f"{money(walked.paid)} yuan this month, and all owe {debts_now} yuan at its end. "
        f"{quiet_words(walked, found)}",
        width,
    )
    for section in found:
        if not section.places:
            continue
        yield ""
        yield f"{section.heading}: {counted(len(section.places), 'borrower')}"
        told = section.places if everybody else section.places[:MOST_TOLD]
        for place in told:
            yield from wrapped(month_of(walk, walked, place), width, "  ")
        if rest := section.places[len(told) :]:
            yield from wrapped(
                f"and {listed(map(str, rest))} (a: all; b N: one of them)", width, "  "
            )
    yield ""
    yield "What lenders ask of their usual customer, and why it moved"
    earlier = walk.months[-2].prices if len(walk.months) > 1 else {}
    for number, parts in walked.prices.items():
        words = price_words(parts, earlier.get(number))
        yield from wrapped(f"{firm_name(walked.books[number].name)} {words}", width, "  ")
    yield ""
    yield from books_table(walked.books, *requests(walked), width)


def sections(walk: Walk, walked: WalkedMonth) -> list[Section]:
    """The borrowers to whom something happened, each under what weighs most."""
    headings = {
        "default": "Default or are written off",
        "behind": "Fall behind",
        "asks": "Look for a new lender",
        "draws": "Draw on a line they have",
        "new": "Leave, and somebody new comes",
        "other": "Other news",
    }
    found = {name: Section(heading, []) for name, heading in headings.items()}
    for place, (before, after) in enumerate(zip(walked.before, walked.after, strict=True)):
        told = told_of(walk, walked, place)
        if all(line.routine for line in told):
            continue
        lived = walked.lived[place]
        asked = bool(lived.answers) or lived.searched or bool(lived.held_back)
        found[weightiest(before, after, asked)].places.append(place)
    order = ("asks", "draws", "behind", "default", "new", "other")
    return [found[name] for name in order]


def weightiest(before: Snapshot, after: Snapshot, asked: bool) -> str:
    """Which section a borrower's month belongs to."""
    if after.generation != before.generation:
        return "new"
    pairs = list(zip(before.slots, after.slots, strict=True))
    same = [(o, n) for o, n in pairs if o and n and o.first_month == n.first_month]
    gone = [o for o, n in pairs if o and (n is None or n.first_month != o.first_month)]
    if any(n.ever_90 and not o.ever_90 for o, n in same) or any(
        o.missed >= NINETY_DAYS for o in gone
    ):
        return "default"
    if any(n.missed > o.missed for o, n in same):
        return "behind"
    if asked:
        return "asks"
    return "draws" if any(n.principal > o.principal + 1 for o, n in same) else "other"


def told_of(walk: Walk, walked: WalkedMonth, place: int) -> list[Told]:
    """What happened to one borrower in a month."""
    lived = walked.lived.get(place)
    return changes(walked.before[place], walked.after[place], int(walked.month), walk.names, lived)


def month_of(walk: Walk, walked: WalkedMonth, place: int) -> str:
    """One borrower's month as a paragraph, payments as agreed left out."""
    who = person_of(list(walk.model.settings.segments)[walked.before[place].segment])
    return f"{place}, {who}: {paragraph(x for x in told_of(walk, walked, place) if not x.routine)}"


def paragraph(told: Iterable[Told]) -> str:
    """What is told, as sentences."""
    return " ".join(line.text[0].upper() + line.text[1:] for line in told)


def quiet_words(walked: WalkedMonth, found: Sequence[Section]) -> str:
    """How many borrowers had a month as agreed, or none at all."""
    busy = sum(len(section.places) for section in found)
    return (
        f"To {len(walked.before) - busy} nothing happens but payments as agreed, or nothing at all."
    )


def requests(walked: WalkedMonth) -> tuple[dict[int, int], dict[int, int]]:
    """Number of a lender -> how many asked it this month, and to how many it made an offer."""
    asked: dict[int, int] = {}
    offered: dict[int, int] = {}
    for lived in walked.lived.values():
        for answer in lived.answers:
            if answer.asked:
                asked[answer.lender] = asked.get(answer.lender, 0) + 1
                offered[answer.lender] = offered.get(answer.lender, 0) + (answer.offer > 0)
    return asked, offered


def books_table(
    books: dict[int, Books], asked: dict[int, int], offered: dict[int, int], width: int
) -> Iterator[str]:
    """The lenders at a month-end, a row each; money in yuan.

    Columns are as wide as what is in them; where that is too wide, figures stand below the name.
    """
    rows = [("lender", "asked", "offers", "price", "loans", ">90d", "equity", "profit")]
    for number, row in books.items():
        status = "" if row.status == "open" else f" ({row.status.replace('_', ' ')})"
        rows.append(
            (
                firm_name(row.name) + status,
                str(asked.get(number, 0)),
                str(offered.get(number, 0)),
                in_percent(row.price) if row.price > 0 else "-",
                money(row.loans),
                in_percent(row.late),
                money(row.equity),
                f"{row.profit:+,.0f}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    below = sum(widths) + len(widths) - 1 > width
    for name, *cells in rows:
        figures = " ".join(f"{cell:>{room}}" for cell, room in zip(cells, widths[1:], strict=True))
        if below:
            yield from (name, f"  {figures}")
        else:
            yield f"{name:<{widths[0]}} {figures}"


def price_words(now: PriceParts, before: PriceParts | None) -> str:
    """What a lender asks, against last month, and which parts moved."""
    if now.refused == "cap":
        return (
            f"refuses them: such a loan costs {in_percent(now.break_even)}; with the least that it "
            f"has to earn, that does not fit under the ceiling of {in_percent(now.ceiling)}."
        )
    if now.refused:
        return "refuses them: too risky for it, or for who funds its loans."
    asks = f"asks {in_percent(now.asked)}"
    if now.capped:
        wanted = in_percent(now.break_even + now.markup)
        asks += f", the lawful ceiling; cost and markup come to {wanted}"
    if before is None or before.asked == 0:
        return f"{asks}."
    moves = {
        words: getattr(now, part) - getattr(before, part)
        for part, words in PARTS.items()
        if abs(getattr(now, part) - getattr(before, part)) >= LEAST_MOVE
    }
    if now.ceiling != before.ceiling and (now.capped or before.capped):
        moves["the ceiling"] = now.ceiling - before.ceiling
    why = ", ".join(f"{words} {points(move)}" for words, move in moves.items())
    return f"{asks} ({in_percent(before.asked)} last month{f'; {why}' if why else ''})."


def borrower_lines(walk: Walk, place: int, width: int) -> Iterator[str]:
    """One borrower: who it is, all months so far, and what is owed now."""
    yield from wrapped(f"Borrower {place}: {portrait(walk.opening[place], walk.names)}", width)
    for walked in walk.months:
        told = told_of(walk, walked, place)
        if told:
            yield from wrapped(paragraph(told), width, f"{walked.month}  ")
    now = walk.now[place]
    yield from wrapped(
        f"At the end of {walk.model.now}: {money(now.buffer)} yuan at hand; "
        f"{'; '.join(debts(now, walk.names)) or 'no loans'}.",
        width,
    )


def lender_number(walk: Walk, text: str) -> int:
    """The lender that a text names, in the scenario's words or in prose; raises InputError."""
    lenders = [lender for lender in walk.model.market.lenders if lender.is_brand]
    wanted = text.strip().lower()
    for lender in lenders:
        if wanted in (lender.name, firm_name(lender.name)):
            return lender.number
    near = [x for x in lenders if wanted and (wanted in x.name or wanted in firm_name(x.name))]
    if len(near) == 1:
        return near[0].number
    names = [lender.name for lender in lenders]
    raise InputError(f"no lender {text!r}; there are {listed(names)}.{did_you_mean(text, names)}")


def lender_lines(walk: Walk, number: int, width: int) -> Iterator[str]:
    """One lender: its price part by part, where its markup is heading, its books, its events."""
    lender = walk.model.market.lenders[number]
    books = walk.months[-1].books[number] if walk.months else walk.opening_books[number]
    yield from wrapped(
        f"{firm_name(lender.name)} ({lender.name}), one of the {kind_name(lender.setup.kind)}; "
        f"{counted(books.customers, 'customer')}.",
        width,
    )
    if walk.months:
        yield from price_table(walk, number, width)
    else:
        yield "What its price is made of shows after the first month (Enter)."
    yield ""
    for (left, one), (right, other) in (
        (("loans on its own book", books.held), ("funding", books.funding)),
        (("set aside for losses", -books.allowance), ("equity", books.equity)),
        (("cash", books.cash), ("profit of the month", books.profit)),
    ):
        pair = f"{left:<22}{money(one):>12}", f"{right:<20}{money(other):>12}"
        yield from ("   ".join(pair),) if sum(map(len, pair)) + 3 <= width else pair
    for walked in walk.months:
        for event in walked.events:
            if event.actor == lender.name:
                yield from wrapped(event.text, width, f"{walked.month}  ")


def price_table(walk: Walk, number: int, width: int) -> Iterator[str]:
    """A lender's price part by part, this month and last, and where its markup is heading."""
    walked = walk.months[-1]
    parts = walked.prices.get(number)
    if parts is None:
        yield "It makes no offers any more."
        return
    before = walk.months[-2].prices.get(number) if len(walk.months) > 1 else None
    usual = (
        f"{walk.names.segment(parts.segment)} of whom {in_percent(parts.risk)} go bad in six months"
    )
    yield from wrapped(f"Its price for its usual customer ({usual}), per cent a year:", width)
    for part, words in PARTS.items():
        value = getattr(parts, part)
        moved = "" if before is None else f"  {points(value - getattr(before, part))}"
        yield f"  {words:<20}{in_percent(value):>7}{moved}"
    yield f"  {'lawful ceiling':<20}{in_percent(parts.ceiling):>7}"
    yield from wrapped(f"it {price_words(parts, before)}", width, "  ")
    aim = walked.aims.get(number)
    if aim is None:
        return
    adds = {
        "would-be entrants": aim.entry,
        "its rivals' prices": aim.rivals,
        "its lost share": aim.defence,
    }
    why = "".join(f"; {words} {points(x)}" for words, x in adds.items() if abs(x) >= LEAST_MOVE)
    yield from wrapped(
        f"It won {100 * aim.won:.0f}% of the offers that met another one, so that it would want a "
        f"markup of {in_percent(aim.usual)}{why}. It moves towards {in_percent(aim.target)}, "
        f"{100 * walked.markup_speed:.0f}% of the way a month.",
        width,
    )


def wrapped(text: str, width: int, start: str = "") -> Iterator[str]:
    """A text in lines no wider than `width`, later ones indented like the first."""
    yield from textwrap.wrap(text, width, initial_indent=start, subsequent_indent=" " * len(start))


def money(amount: float) -> str:
    """Whole yuan."""
    return f"{amount:,.0f}"


def points(change: float) -> str:
    """A change of a rate in percentage points."""
    return f"{100 * change:+.1f}"


def _actor(actor: str) -> str:
    return {"economy": "The economy", "regulator": "The regulator"}.get(actor, firm_name(actor))
