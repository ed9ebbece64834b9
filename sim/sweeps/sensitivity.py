"""Which factors matter: Morris and Sobol indices with their intervals, by SALib.

A design point's figure is the mean over its seeds. What luck is left in it lowers every S1 and
raises every ST, that of an idle factor to `luck`, which says how much of the variance it is.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.paired_statistics import LEVEL
from sim.sweeps.design import problem_of, rows_of, unit_sample
from sim.sweeps.factors import Level
from sim.sweeps.resampling import RESAMPLING_SEED
from sim.sweeps.store import POINTS
from sim.sweeps.study import Study, study_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

RESAMPLES = 500

FEWEST_BLOCKS = {"morris": 4, "sobol": 32}
"""Trajectories, or points of the base sample, below which resampling itself says nothing."""

WIDEST = 0.5
"""Width of an interval beyond which an index says neither `hardly` nor `mostly`."""


def sensitivity(
    study: Study | str | Path,
    *,
    measures: Sequence[str] | None = None,
    horizon: str | None = None,
) -> "pandas.DataFrame":
    """One row a measure, factor and index, largest first within each measure and index.

    Columns: measure, horizon, factor, index, value, low, high (95%), unit, blocks (trajectories or
    points of the base sample used), left_out (blocks with a run that is not there), luck (share of
    the variance of the points' figures that is due to seeds), note (why an index is unusable at
    this size of sample, by the rules of `_note`; empty if it is not).

    Indices of a Morris design: mu_star (mean size of the effect of moving a factor over its range),
    mu (mean effect), sigma (its spread: interaction or curvature; without interval). Of a Sobol
    design: S1 (share of variance that a factor explains alone), ST (with all its interactions), and
    S2 of pairs where the plan asks for them.

    Raises InputError for another design, where no block is complete, or if this version draws
    another sample from the plan than the one that was run.
    """
    import pandas

    study = study_of(study)
    kind = study.sweep.plan.design.kind
    if kind not in ("morris", "sobol"):
        raise InputError(
            f"indices of sensitivity need a design morris or sobol; this one is {kind}: use "
            f"{'effects' if kind == 'full' else 'surface'}"
        )
    _refuse_other_sample(study)
    span = study.horizon(horizon)
    chosen = [study.measure(name) for name in measures] if measures else study.measures
    figures = study.figures(chosen, [span])[:, :, 0, :]
    analyse = _morris if kind == "morris" else _sobol
    parts = []
    for place, measure in enumerate(chosen):
        values = figures[:, :, place]
        found, blocks, left_out = analyse(study, _means(values), measure.name)
        unit = measure.column.unit if kind == "morris" else "share of variance"
        parts.append(
            pandas.DataFrame(found).assign(
                note=_notes(found, kind, blocks),
                measure=measure.name,
                horizon=span.name,
                unit=unit,
                blocks=blocks,
                left_out=left_out,
                luck=luck_in(values),
            )
        )
    first, last = ["measure", "horizon", "factor", "index"], ["note"]
    table = pandas.concat(parts, ignore_index=True)
    between = [name for name in table.columns if name not in first + last]
    table = table[first + between + last]
    order = table.assign(_size=-table["value"].abs(), _place=range(len(table)))
    order["_measure"] = order["measure"].map({m.name: n for n, m in enumerate(chosen)})
    order = order.sort_values(["_measure", "index", "_size", "_place"])
    return order[table.columns].reset_index(drop=True)


def _refuse_other_sample(study: Study) -> None:
    """Raises InputError unless the plan's sample, drawn anew, is the one that was run.

    Indices pair figures with the rows of the sample: those of another would be nonsense.
    """
    drawn, run = rows_of(study.sweep), study.folder.points
    if len(drawn) != len(run) or not all(map(_alike, drawn, (point.levels for point in run))):
        raise InputError(
            f"{study.path / POINTS} holds another sample than this version of loansim and its "
            "libraries draw from the plan; analyse it with those that ran it, or run the plan "
            "into a new folder"
        )


def _alike(drawn: Mapping[str, Level], run: Mapping[str, Level]) -> bool:
    """Whether levels are the same, but for the last digits of numbers."""
    return all(_same(level, run[name]) for name, level in drawn.items())


def _same(drawn: Level, run: Level) -> bool:
    if isinstance(drawn, float) and isinstance(run, int | float):
        return math.isclose(drawn, run, rel_tol=1e-9)
    return drawn == run


def _notes(found: Sequence[Mapping[str, Any]], kind: str, blocks: int) -> list[str]:
    """The note of each row; the rows of a factor in Morris share that of its mu_star."""
    if kind == "morris":
        largest = max(row["value"] for row in found if row["index"] == "mu_star")
        stars = {row["factor"]: row for row in found if row["index"] == "mu_star"}
        return [_note(stars[row["factor"]], kind, blocks, largest) for row in found]
    return [_note(row, kind, blocks, 1.0) for row in found]


def _note(row: Mapping[str, Any], kind: str, blocks: int, whole: float) -> str:
    """Why an index is unusable at this size, in a sentence; empty if it is not.

    Rules of thumb: fewer blocks than FEWEST_BLOCKS; an interval wider than WIDEST, of the whole
    variance or of the largest mu_star of the measure; a share of variance above 1.
    """
    if blocks < FEWEST_BLOCKS[kind]:
        return f"unusable: {blocks} blocks, fewer than {FEWEST_BLOCKS[kind]}; raise design.points"
    if kind == "sobol" and row["value"] > 1.0:
        return "unusable: a share above 1; raise design.points or seeds"
    if row["high"] - row["low"] > WIDEST * whole:
        of = "" if kind == "sobol" else " of the largest mu_star"
        return f"unusable: interval wider than {WIDEST:g}{of}; raise design.points or seeds"
    return ""


def luck_in(values: "Floats") -> float:
    """Share of the variance of points' means [points, seeds] that is due to seeds; NaN with one.

    Seeds are shared by all points, so what they do to all alike cancels and does not count.
    """
    import numpy as np

    complete = values[~np.isnan(values).any(axis=1)]
    points, seeds = complete.shape
    if seeds < 2 or points < 2:
        return float("nan")
    means = complete.mean(axis=1, keepdims=True)
    rest = complete - means - complete.mean(axis=0, keepdims=True) + complete.mean()
    within = float((rest**2).sum() / ((points - 1) * (seeds - 1))) / seeds
    between = float(means.var(ddof=1))
    return min(1.0, within / between) if between > 0 else float("nan")


def _means(values: "Floats") -> "Floats":
    """Each point's mean over seeds; NaN unless all seeds are there, so that points stay alike."""
    return values.mean(axis=1)


def _complete_blocks(means: "Floats", size: int, measure: str) -> "tuple[Floats, int]":
    """[rows] whether a row belongs to a block of `size` rows that are all there; blocks missing."""
    import numpy as np

    whole = ~np.isnan(means.reshape(-1, size)).any(axis=1)
    if whole.sum() < 2:
        raise InputError(
            f"{measure}: fewer than two complete trajectories or points of the base sample; run "
            "the rest with: loansim sweep resume"
        )
    return np.repeat(whole, size), int((~whole).sum())


def _morris(study: Study, means: "Floats", measure: str) -> tuple[list[dict[str, Any]], int, int]:
    from SALib.analyze import morris

    problem, sample = problem_of(study.sweep), unit_sample(study.sweep)
    size = problem["num_vars"] + 1
    kept, left_out = _complete_blocks(means, size, measure)
    found = morris.analyze(
        problem,
        sample[kept],
        means[kept],
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        num_levels=study.sweep.plan.design.levels,
        seed=RESAMPLING_SEED,
    )
    nan = float("nan")
    rows = []
    for place, factor in enumerate(problem["names"]):
        star, half = float(found["mu_star"][place]), float(found["mu_star_conf"][place])
        ends = {"mu_star": (max(0.0, star - half), star + half)}
        for index in ("mu_star", "mu", "sigma"):
            low, high = ends.get(index, (nan, nan))
            value = float(found[index][place])
            rows.append(
                {"factor": factor, "index": index, "value": value, "low": low, "high": high}
            )
    return rows, int(kept.sum()) // size, left_out


def _sobol(study: Study, means: "Floats", measure: str) -> tuple[list[dict[str, Any]], int, int]:
    import numpy as np
    from SALib.analyze import sobol

    problem, design = problem_of(study.sweep), study.sweep.plan.design
    names, pairs = problem["names"], design.second_order
    size = len(names) * (2 if pairs else 1) + 2
    kept, left_out = _complete_blocks(means, size, measure)
    if float(np.ptp(means[kept])) == 0.0:
        raise InputError(f"{measure} is the same at all points; no factor explains anything of it")
    found = sobol.analyze(
        problem,
        means[kept],
        calc_second_order=pairs,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        seed=RESAMPLING_SEED,
    )

    def row(factor: str, index: str, value: float, half: float) -> dict[str, Any]:
        ends = {"low": value - half, "high": value + half}
        return {"factor": factor, "index": index, "value": value, **ends}

    rows = [
        row(name, index, float(found[index][place]), float(found[f"{index}_conf"][place]))
        for index in ("S1", "ST")
        for place, name in enumerate(names)
    ]
    if pairs:
        rows += [
            row(
                f"{names[one]} x {names[two]}",
                "S2",
                float(found["S2"][one, two]),
                float(found["S2_conf"][one, two]),
            )
            for one in range(len(names))
            for two in range(one + 1, len(names))
        ]
    return rows, int(kept.sum()) // size, left_out
