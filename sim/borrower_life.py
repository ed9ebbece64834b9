"""One borrower's life worked out: figures for a chart, events, and the story in both languages.

Built on the same month by month story as `loansim inspect` (sim/inspection.py), so that what a page
tells is what the command tells.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from sim.inspection import (
    MonthLived,
    Names,
    Passage,
    Snapshot,
    at_end,
    changes,
    lived,
    passages,
    portrait,
    snapshot,
    span_text,
)
from sim.life_told import TONGUES, Life, LifeEvent
from sim.life_words import LifeText
from sim.names import firm_name

if TYPE_CHECKING:
    from agents.record import BorrowerState
    from sim.model import LoanMarket
    from sim.scenario import Scenario


def life_of(
    scenario: "Scenario",
    borrowers: int,
    seed: int,
    months: int,
    place: int,
    tell: Callable[[float], None],
) -> Life:
    """Lives through a market and tells the life of the borrower on a place.

    tell : told the share of the months that are lived
    """
    model = opened_market(scenario, borrowers, seed, months, tell)
    names = {tongue: Names(model, tongue) for tongue in TONGUES}
    start, opening = model.now, snapshot(cast("BorrowerState", model.borrowers[place]))
    before = model.burn_in_months
    all_months: list[MonthLived] = []
    debts: list[dict[str, float]] = []
    for one in lived(model, place, months):
        all_months.append(one)
        debts.append(_owed(one, model))
        tell((before + len(all_months)) / (before + months))
    last, watched = all_months[-1], [one.watched for one in all_months]
    owed = {
        name: [then.get(name, 0.0) for then in debts]
        for name in dict.fromkeys(name for then in debts for name in then)
    }
    return Life(
        place=place,
        seed=seed,
        borrowers=borrowers,
        months=[str(one.month) for one in all_months],
        owed=owed,
        lenders={name: {tongue: firm_name(name, tongue) for tongue in TONGUES} for name in owed},
        missed=[_worst(one.after) for one in all_months],
        income=[0.0 if one is None else one.income for one in watched],
        lasting=[0.0 if one is None else one.lasting for one in watched],
        due=[0.0 if one is None else one.due for one in watched],
        buffer=[one.after.buffer for one in all_months],
        new=[str(one.month) for one in all_months if one.after.generation > one.before.generation],
        events=_events(all_months, names),
        portrait={tongue: _who(place, opening, name) for tongue, name in names.items()},
        opening={tongue: at_end(start, opening, name) for tongue, name in names.items()},
        ending={tongue: at_end(last.month, last.after, name) for tongue, name in names.items()},
        story={
            tongue: [_told(passage, name) for passage in passages(all_months, name)]
            for tongue, name in names.items()
        },
    )


def opened_market(
    scenario: "Scenario",
    borrowers: int,
    seed: int,
    months: int,
    tell: Callable[[float], None],
) -> "LoanMarket":
    """A market with its burn-in behind it, on one thread; tells its share of all months."""
    from sim.model import LoanMarket

    model = LoanMarket(scenario, borrowers=borrowers, seed=seed, threads=1)
    total = model.burn_in_months + months
    model.burn_in(lambda done, _: tell(done / total))
    return model


def compiled(scenario: "Scenario", tell: Callable[[], None]) -> None:
    """Compiles the borrower's month, where that is not done yet; tells when it begins."""
    from sim.model import LoanMarket

    model = LoanMarket(scenario, borrowers=100, seed=1, threads=1)
    if model.needs_compiling:
        tell()
        model.compile()


def _who(place: int, opening: Snapshot, names: Names) -> str:
    """Whose life it is."""
    return names.say(LifeText.WHO, place=f"{place:,}", portrait=portrait(opening, names))


def _told(passage: Passage, names: Names) -> tuple[str, list[str]]:
    """A passage as text."""
    return span_text(passage, names), passage.lines


def _owed(one: MonthLived, model: "LoanMarket") -> dict[str, float]:
    """Principal by lender under whose brand it is owed at the end of the month just lived.

    Asked month by month, because a brand can pass to who buys a failed lender's book.
    """
    owed: dict[str, float] = {}
    lenders, routes = model.market.lenders, model.market.book.rows
    for slot in one.after.slots:
        if slot is not None and slot.principal > 0:
            name = lenders[routes[slot.route].brand].name
            owed[name] = owed.get(name, 0.0) + slot.principal
    return owed


def _worst(now: Snapshot) -> int:
    """The highest missed count of all loans."""
    return max((slot.missed for slot in now.slots if slot is not None), default=0)


def _events(months: Sequence[MonthLived], names: dict[str, Names]) -> list[LifeEvent]:
    """Everything that is told, but for payments as agreed."""
    events = []
    for one in months:
        told = {
            tongue: changes(one.before, one.after, int(one.month), name, one.watched)
            for tongue, name in names.items()
        }
        lines = zip(*(told[tongue] for tongue in TONGUES), strict=True)
        for line in lines:
            if not line[0].routine:
                texts = {tongue: said.text for tongue, said in zip(TONGUES, line, strict=True)}
                events.append(LifeEvent(str(one.month), line[0].sort, texts))
    return events
