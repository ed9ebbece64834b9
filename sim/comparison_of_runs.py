"""Two finished runs compared, where they have seeds in common: nothing is simulated.

    from sim import compare_runs, read_run
    comparison = compare_runs(read_run("runs/observed-1"), read_run("runs/cap_12_early-1"))

A run of a scenario alone has the same luck as one that is simulated for a comparison, so two runs
of equal size pair seed by seed, whenever and wherever they were made.
"""

from typing import TYPE_CHECKING, Any

from sim.comparison import Comparison
from sim.comparison_tables import Pair, differences_of, effects_of, first_effect_in
from sim.core.errors import InputError
from sim.core.months import Month
from sim.experiment import Result, made_with
from sim.horizons import horizons_of
from sim.measures import SEGMENT, Measure, Measured, measured, measures_of
from sim.paired_statistics import LEVEL

if TYPE_CHECKING:
    import pandas

MUST_BE_EQUAL = {
    "borrowers": "another number of simulated borrowers",
    "first_month": "another first month",
    "months": "another number of months",
}
"""Settings without which two runs do not have the same luck -> what is said where they differ."""


def compare_runs(base: Result, other: Result) -> Comparison:
    """What one run changes against another, over the seeds that both have.

    The month in which they part is the first in which a figure differs; from tables alone nobody
    can tell when a rule was announced. Raises InputError for runs that do not pair.
    """
    for name, words in MUST_BE_EQUAL.items():
        if base.manifest[name] != other.manifest[name]:
            raise InputError(
                f"{_name(other)} has {words} than {_name(base)} ({other.manifest[name]}, not "
                f"{base.manifest[name]}); run both alike"
            )
    seeds = sorted(_seeds(base) & _seeds(other))
    if not seeds:
        raise InputError(f"{_name(other)} and {_name(base)} have no seed in common; run both alike")
    mine = _segments(other)
    measures = measures_of([name for name in _segments(base) if name in mine])
    one, two = _by_seed(base, measures), _by_seed(other, measures)
    pairs = [Pair(one[seed], two[seed]) for seed in seeds]
    start, months = Month.parse(base.manifest["first_month"]), int(base.manifest["months"])
    differences = differences_of(pairs, measures, start, seeds)
    first_effect = first_effect_in(differences)
    horizons = horizons_of(start, months, first_effect)
    parting = None if first_effect is None else str(first_effect)
    manifest: dict[str, Any] = {
        "base": base.manifest["scenario"],
        "other": other.manifest["scenario"],
        "seed": seeds[0],
        "seeds": len(seeds),
        "borrowers": base.manifest["borrowers"],
        "months": months,
        "first_month": base.manifest["first_month"],
        "last_month": base.manifest["last_month"],
        "first_difference": parting,
        "first_effect": parting,
        "level": LEVEL,
        **made_with(),
    }
    effects = effects_of(pairs, measures, horizons, start)
    return Comparison(measures, horizons, first_effect, effects, differences, manifest)


def _name(run: Result) -> str:
    return str(run.manifest["scenario"]["name"])


def _seeds(run: Result) -> set[int]:
    if "seed" in run.market.columns:
        return {int(seed) for seed in run.market["seed"].unique()}
    return {int(run.manifest["seed"])}


def _segments(run: Result) -> list[str]:
    return [str(name) for name in run.segments["segment"].drop_duplicates()]


def _by_seed(run: Result, measures: list[Measure]) -> dict[int, Measured]:
    """The measures of every seed of a run."""
    market, segments = (table[_needed(table, measures)] for table in (run.market, run.segments))
    return {
        seed: measured(_of_seed(market, seed), _of_seed(segments, seed), measures)
        for seed in _seeds(run)
    }


def _needed(table: "pandas.DataFrame", measures: list[Measure]) -> list[str]:
    """The columns of a table that say which row it is, or of which measures are made."""
    names = {name for measure in measures for name in (*measure.parts, measure.weight)}
    return [name for name in table.columns if name in names or name in ("seed", "month", SEGMENT)]


def _of_seed(table: "pandas.DataFrame", seed: int) -> "pandas.DataFrame":
    """The rows of a seed; a table of one seed has no column for it."""
    if "seed" not in table.columns:
        return table
    return table[table["seed"] == seed]
