"""Design points: levels of factors, the changes that they make, and the scenario that results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.core.errors import InputError
from sim.measures import Measure, measure_named, measures_of
from sim.scenario import Scenario
from sim.sweeps.design import rows_of
from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE, NAMED_IN_PATH, Sweep
from sim.yaml_reader import Document


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
        raise InputError(f"{levels_text(levels)}: {error}") from None


def changes_at(sweep: Sweep, levels: Mapping[str, Level]) -> dict[str, object]:
    """Value by dotted path that the levels of a point stand for, in the order of the factors."""
    return {
        NAMED_IN_PATH.sub(lambda match: str(levels[match[1]]), factor.path): factor.value_of(
            levels[name]
        )
        for name, factor in sweep.plan.factors.items()
        if factor.path
    }


def levels_text(levels: Mapping[str, Level]) -> str:
    """Levels in one line: `base observed, cap 0.24`."""
    return ", ".join(f"{name} {level}" for name, level in levels.items())


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


def _corners(sweep: Sweep, base: str) -> Iterator[dict[str, Level]]:
    ends = {
        name: factor.levels() or (factor.level_at(0.0), factor.level_at(1.0))
        for name, factor in sweep.plan.factors.items()
    }
    middle: dict[str, Level] = {BASE: base}
    middle |= {name: found[0] for name, found in ends.items()}
    yield middle
    for name, found in ends.items():
        for level in found[1:]:
            yield middle | {name: level}
