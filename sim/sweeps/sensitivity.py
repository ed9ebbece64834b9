"""Which factors matter: Morris and Sobol indices with their intervals, by SALib.

A design point's figure is the mean over its seeds. What luck is left in it lowers every S1 and
raises every ST, that of an idle factor to `luck`, which says how much of the variance it is. An
interval says what another sample of points and other seeds, as many of each, would have brought.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.core.errors import InputError
from sim.paired_statistics import LEVEL
from sim.sweeps.design import problem_of, rows_of, unit_sample
from sim.sweeps.factors import Level
from sim.sweeps.leave_one_out import error_over_seeds, half_width
from sim.sweeps.resampling import RESAMPLING_SEED
from sim.sweeps.store import POINTS
from sim.sweeps.study import Study, study_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

RESAMPLES, FEWEST_RESAMPLES = 500, 2
"""Of the sample of points; where only the indices themselves are asked for."""

COLUMNS = (
    *("measure", "horizon", "factor", "index", "value", "low", "high", "unit"),
    *("error_points", "error_seeds", "blocks", "left_out", "luck", "note"),
)

FEWEST_BLOCKS = {"morris": 4, "sobol": 32}
"""Trajectories, or points of the base sample, below which resampling itself says nothing."""

WIDEST = 0.5
"""Width of an interval beyond which an index says neither `hardly` nor `mostly`."""


@dataclass(frozen=True)
class Sample:
    """What indices are worked out from, beside the figures.

    problem : as of `problem_of` ; places : [points, factors] in [0, 1]
    levels : of Morris ; pairs : whether Sobol indices of pairs are asked for
    """

    kind: Literal["morris", "sobol"]
    problem: Mapping[str, Any]
    places: "Floats"
    levels: int = 4
    pairs: bool = False

    @classmethod
    def of(cls, study: Study) -> "Sample":
        """The sample of a study of either design, drawn anew."""
        sweep, design = study.sweep, study.sweep.plan.design
        kind: Literal["morris", "sobol"] = "morris" if design.kind == "morris" else "sobol"
        places = unit_sample(sweep)
        return cls(kind, problem_of(sweep), places, design.levels, design.second_order)

    @property
    def block(self) -> int:
        """Points of a trajectory, or of a point of the base sample."""
        factors = int(self.problem["num_vars"])
        if self.kind == "morris":
            return factors + 1
        return factors * (2 if self.pairs else 1) + 2


def sensitivity(
    study: Study | str | Path,
    *,
    measures: Sequence[str] | None = None,
    horizon: str | None = None,
) -> "pandas.DataFrame":
    """One row a measure, factor and index, largest first within each measure and index.

    Columns: measure, horizon, factor, index, value, low, high (95%, over points and seeds), unit,
    error_points, error_seeds (standard errors that make up the interval; the second NaN with one
    seed, where the interval is over points alone), blocks (trajectories or points of the base
    sample used), left_out (blocks with a run that is not there), luck (share of the variance of the
    points' figures that is due to seeds), note (why an index is unusable at this size of sample, by
    the rules of `_note`; empty if it is not).

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
    span, sample = study.horizon(horizon), Sample.of(study)
    chosen = study.measures_named(measures)
    figures = study.figures(chosen, [span])[:, :, 0, :]
    parts = []
    for place, measure in enumerate(chosen):
        values = figures[:, :, place]
        found, blocks, left_out = indices(sample, values, measure.name)
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
    table = pandas.concat(parts, ignore_index=True)[list(COLUMNS)]
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
        more = "seeds" if row["error_seeds"] > row["error_points"] else "design.points"
        return f"unusable: interval wider than {WIDEST:g}{of}; raise {more}"
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


def indices(
    sample: Sample, values: "Floats", measure: str
) -> tuple[list[dict[str, Any]], int, int]:
    """Rows of indices with their errors and intervals; blocks used; blocks left out.

    values : [points, seeds], NaN where there is no figure ; measure : whose, for messages
    """
    import numpy as np

    kept, left_out = _complete_blocks(values, sample.block, measure)
    whole = values[kept]
    if sample.kind == "sobol" and float(np.ptp(whole.mean(axis=1))) == 0.0:
        raise InputError(f"{measure} is the same at all points; no factor explains anything of it")
    rows_of_indices = _morris if sample.kind == "morris" else _sobol
    rows = rows_of_indices(sample, kept, whole.mean(axis=1), RESAMPLES)

    def again(some: "Floats") -> "Floats":
        found = rows_of_indices(sample, kept, some.mean(axis=-1), FEWEST_RESAMPLES)
        return np.array([row["value"] for row in found])

    seeds, blocks = values.shape[1], len(whole) // sample.block
    for row, error in zip(rows, error_over_seeds(again, whole).tolist(), strict=True):
        half = half_width(row["error_points"], blocks, error, seeds)
        low = row["value"] - half
        row["low"] = max(0.0, low) if row["index"] == "mu_star" else low
        row["high"] = row["value"] + half
        row["error_seeds"] = error
    return rows, blocks, left_out


def _complete_blocks(values: "Floats", size: int, measure: str) -> "tuple[Floats, int]":
    """[points] whether a point belongs to a block that is all there, all seeds; blocks missing."""
    import numpy as np

    whole = ~np.isnan(values.reshape(-1, size * values.shape[1])).any(axis=1)
    if whole.sum() < 2:
        raise InputError(
            f"{measure}: fewer than two complete trajectories or points of the base sample; run "
            "the rest with: loansim sweep resume"
        )
    return np.repeat(whole, size), int((~whole).sum())


def _morris(
    sample: Sample, kept: "Floats", means: "Floats", resamples: int
) -> list[dict[str, Any]]:
    """Rows of mu_star, mu and sigma by factor, with their errors over the sample of points."""
    from SALib.analyze import morris
    from scipy.special import ndtri

    problem = dict(sample.problem)
    found = morris.analyze(
        problem,
        sample.places[kept],
        means,
        num_resamples=resamples,
        conf_level=LEVEL,
        num_levels=sample.levels,
        seed=RESAMPLING_SEED,
    )
    deviations, blocks = float(ndtri(0.5 + LEVEL / 2)), len(means) // sample.block
    rows = []
    for place, factor in enumerate(problem["names"]):
        errors = {
            "mu_star": float(found["mu_star_conf"][place]) / deviations,
            "mu": float(found["sigma"][place]) / math.sqrt(blocks),
            "sigma": math.nan,
        }
        for index, error in errors.items():
            value = float(found[index][place])
            rows.append({"factor": factor, "index": index, "value": value, "error_points": error})
    return rows


def _sobol(sample: Sample, kept: "Floats", means: "Floats", resamples: int) -> list[dict[str, Any]]:
    """Rows of S1, ST and S2, with their errors over the sample of points."""
    from SALib.analyze import sobol
    from scipy.special import ndtri

    names = sample.problem["names"]
    found = sobol.analyze(
        dict(sample.problem),
        means,
        calc_second_order=sample.pairs,
        num_resamples=resamples,
        conf_level=LEVEL,
        seed=RESAMPLING_SEED,
    )
    deviations = float(ndtri(0.5 + LEVEL / 2))

    def row(factor: str, index: str, place: Any) -> dict[str, Any]:
        value, error = float(found[index][place]), float(found[f"{index}_conf"][place]) / deviations
        return {"factor": factor, "index": index, "value": value, "error_points": error}

    rows = [row(name, index, place) for index in ("S1", "ST") for place, name in enumerate(names)]
    if sample.pairs:
        rows += [
            row(f"{names[one]} x {names[two]}", "S2", (one, two))
            for one in range(len(names))
            for two in range(one + 1, len(names))
        ]
    return rows
