"""Paired effects: what one level of a factor changes against another, seed by seed.

Runs of one seed share their luck, whatever the levels, so that effects are taken seed by seed; the
variance ratio says how many times as many seeds one would need without (sim/paired_statistics.py).
Other factors are averaged over, or kept apart with `by`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.wording import listed, shown
from sim.measures import Measure
from sim.paired_statistics import effect_of
from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE
from sim.sweeps.resampling import bootstrap
from sim.sweeps.study import Study, study_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]


def effects(
    study: Study | str | Path,
    *,
    measures: Sequence[str] | None = None,
    horizons: Sequence[str] | None = None,
    factors: Sequence[str] | None = None,
    by: Sequence[str] = (),
    against: Mapping[str, Level] | None = None,
) -> "pandas.DataFrame":
    """One row a factor, level, measure and horizon: what the level changes against another.

    measures, horizons, factors : by name; None for all
    by : factors whose levels are kept apart instead of averaged over; a column each
    against : factor -> the level that others are set against; the first where it is not named

    Columns: factor, level, against, those of `by`, measure, horizon, unit, statistic (mean, or
    median for concentration), seeds, effect, t_low and t_high (a median's: order statistics),
    bootstrap_low and bootstrap_high, before (what the measure is at
    the level `against`), after (at `level`), variance_ratio. Intervals are at 95% and empty
    with too few seeds; with 0 seeds all figures are, as nothing can be compared. Raises InputError
    for a design that is no full grid or a name that is none.
    """
    import pandas

    study = study_of(study)
    if study.sweep.plan.design.kind != "full":
        raise InputError(
            "paired effects need a full grid, in which points differ in one factor alone; this "
            f"design is {study.sweep.plan.design.kind}: use sensitivity, surface or discover"
        )
    chosen, spans = study.measures_named(measures), study.horizons_named(horizons)
    apart = [study.factor(name) for name in dict.fromkeys(by)]
    asked = [study.factor(name) for name in dict.fromkeys(factors or study.factors)]
    varied = [name for name in asked if name not in apart]
    if not varied:
        raise InputError(
            f"{listed(asked)}: nothing is left to compare, since by (--by) keeps the levels of "
            "every factor asked for apart; leave one out of it"
        )
    references = _references(study, against or {})
    cube = _by_factor(study, study.figures(chosen, spans))
    rows = [
        row
        for name in varied
        for row in _of_factor(study, cube, name, apart, references, chosen, [h.name for h in spans])
    ]
    return pandas.DataFrame(rows)


def _by_factor(study: Study, figures: "Floats") -> "Floats":
    """[base, levels of each factor ..., seeds, horizons, measures]."""
    names = [BASE, *study.sweep.plan.factors]
    sizes = [len(study.levels_of(name)) for name in names]
    return figures.reshape(*sizes, *figures.shape[1:])


def _references(study: Study, against: Mapping[str, Level]) -> dict[str, int]:
    """Place of the level of each factor that others are set against."""
    places = dict.fromkeys([BASE, *study.sweep.plan.factors], 0)
    for name, level in against.items():
        levels = study.levels_of(study.factor(name))
        told = [study.words.level(name, known) for known in levels]
        found = [n for n, known in enumerate(levels) if str(level) in (str(known), told[n])]
        if not found:
            raise InputError(f"{name} has no level {shown(level)}; there are {listed(told)}")
        places[name] = found[0]
    return places


def _of_factor(
    study: Study,
    cube: "Floats",
    name: str,
    apart: Sequence[str],
    references: Mapping[str, int],
    measures: Sequence[Measure],
    horizons: Sequence[str],
) -> Iterator[dict[str, object]]:
    """The rows of one factor."""
    import numpy as np

    axes = [BASE, *study.sweep.plan.factors]
    kept = [name, *apart]
    others = tuple(place for place, axis in enumerate(axes) if axis not in kept)
    # The plain mean: a seed whose run failed at one of the averaged points says nothing.
    averaged = cube.mean(axis=others) if others else cube
    left = [axis for axis in axes if axis in kept]
    averaged = np.moveaxis(averaged, [left.index(axis) for axis in kept], range(len(kept)))
    levels, reference = study.levels_of(name), references[name]
    for cell in product(*(range(len(study.levels_of(axis))) for axis in apart)):
        base = averaged[(reference, *cell)]
        where = {a: study.levels_of(a)[place] for a, place in zip(apart, cell, strict=True)}
        for place, level in enumerate(levels):
            if place == reference:
                continue
            head = {"factor": name, "level": level, "against": levels[reference], **where}
            yield from _rows(head, base, averaged[(place, *cell)], measures, horizons)


def _rows(
    head: Mapping[str, object],
    base: "Floats",
    other: "Floats",
    measures: Sequence[Measure],
    horizons: Sequence[str],
) -> Iterator[dict[str, object]]:
    """One row a measure and horizon of two worlds [seeds, horizons, measures]."""
    for place, measure in enumerate(measures):
        median = measure.centre == "median"
        one, two = base[:, :, place], other[:, :, place]
        lows, highs = bootstrap(two - one, median=median)
        for column, horizon in enumerate(horizons):
            found = effect_of(one[:, column].tolist(), two[:, column].tolist(), median=median)
            yield {
                **head,
                "measure": measure.name,
                "horizon": horizon,
                "unit": measure.column.unit,
                "statistic": measure.centre,
                "seeds": found.seeds,
                "effect": found.effect,
                "t_low": found.paired.low,
                "t_high": found.paired.high,
                "bootstrap_low": float(lows[column]),
                "bootstrap_high": float(highs[column]),
                "before": found.base if found.seeds else float("nan"),
                "after": found.other if found.seeds else float("nan"),
                "variance_ratio": found.variance_ratio,
            }
