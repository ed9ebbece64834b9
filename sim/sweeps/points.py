"""Design points: levels of factors, the changes that they make, and the scenario that results."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.core.errors import InputError
from sim.core.months import Month
from sim.measures import Measure, measure_named, measures_of
from sim.scenario import Scenario
from sim.sweeps.design import rows_of
from sim.sweeps.factor_words import words_of
from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE, NAMED_IN_PATH, Sweep
from sim.yaml_reader import Document

MONTH_KEY = re.compile(r"[0-9]{4}-[0-9]{2}")

DATED_FIELDS = ("start", "starts", "enters", "off_from")
"""Fields that hold the month from which something acts."""


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of levels.

    number : place in the design, from 0
    levels : factor -> level; the base scenario's name under `base`
    scenario_hash : of the scenario that it comes to
    """

    number: int
    levels: Mapping[str, Level]
    scenario_hash: str

    @property
    def base(self) -> str:
        """Name of the base scenario."""
        return str(self.levels[BASE])


def points_of(sweep: Sweep) -> list[Point]:
    """All design points; InputError for the first that is no scenario.

    Scenarios are made to take their hash and let go: thousands of them would fill the memory.
    """
    return [
        Point(number, levels, scenario_at(sweep, levels).hash)
        for number, levels in enumerate(rows_of(sweep))
    ]


def scenario_at(sweep: Sweep, levels: Mapping[str, Level]) -> Scenario:
    """The scenario of a design point; InputError, with the levels, if it is none."""
    base = sweep.bases[str(levels[BASE])]
    try:
        return base.with_changes(changes_at(sweep, levels), name=base.name)
    except InputError as error:
        raise InputError(f"{words_of(sweep).at(levels)}: {error}") from None


def changes_at(sweep: Sweep, levels: Mapping[str, Level]) -> dict[str, object]:
    """Value by dotted path that the levels of a point stand for, in the order of the factors."""
    return {
        NAMED_IN_PATH.sub(lambda match: str(levels[match[1]]), factor.path): factor.value_of(
            levels[name]
        )
        for name, factor in sweep.plan.factors.items()
        if factor.path
    }


def measures_in(sweep: Sweep) -> list[Measure]:
    """All measures that every base has."""
    first, *others = sweep.bases.values()
    shared = [name for name in first.segments if all(name in b.segments for b in others)]
    return measures_of(shared)


def kept_measures(sweep: Sweep) -> list[Measure]:
    """The measures that the plan keeps."""
    known = measures_in(sweep)
    return [measure_named(name, known) for name in sweep.plan.outputs]


def check_corners(sweep: Sweep, document: Document) -> None:
    """Raises InputError for a base or a factor's level that no scenario can have.

    Every base is tried with the first level of every factor, then each factor by itself with its
    other levels, or the ends of what it may be: a plan with a misspelt path is refused before
    anything runs, a thousand points need not be made for it.
    """
    for base in sweep.bases:
        for levels in _corners(sweep, base):
            try:
                scenario_at(sweep, levels)
            except InputError as error:
                raise InputError(f"{document.origin}: {error}") from None
            _refuse_dates_after(sweep, levels, document)


def _refuse_dates_after(sweep: Sweep, levels: Mapping[str, Level], document: Document) -> None:
    """Raises InputError for a change dated after the last month that the sweep lives.

    What was announced before may still matter, and a path of the economy needs an end to move to.
    """
    start = sweep.bases[str(levels[BASE])].start
    last = start + (sweep.plan.months - 1)
    for path, value in changes_at(sweep, levels).items():
        *above, name = path.split(".")
        dates = [part for part in (*above, name) if MONTH_KEY.fullmatch(part)]
        if name in DATED_FIELDS:
            dates.append(str(value))
        known = isinstance(value, Mapping) and "announced" in value
        if (path.startswith("macro.") and "shocks" not in above) or known or name == "announced":
            continue
        for date in dates:
            if MONTH_KEY.fullmatch(date) and Month.parse(date) > last:
                where = f"{document.origin}: {words_of(sweep).at(levels)}"
                raise InputError(
                    f"{where}: {path} is of {date}, after the "
                    f"last month of the sweep ({last}), so that it changes nothing; date it "
                    "earlier, or raise months"
                )


def _corners(sweep: Sweep, base: str) -> Iterator[dict[str, Level]]:
    ends = {
        name: factor.levels() or (factor.level_at(0.0), factor.level_at(1.0))
        for name, factor in sweep.plan.factors.items()
    }
    for name in sweep.plan.design.drawn:  # every draw is made a scenario of anyway
        ends[name] = ends[name][:1]
    middle: dict[str, Level] = {BASE: base}
    middle |= {name: found[0] for name, found in ends.items()}
    yield middle
    for name, found in ends.items():
        for level in found[1:]:
            yield middle | {name: level}
