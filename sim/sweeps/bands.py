"""Two bands: what luck leaves open once the parameters are known, and what they leave open.

All points share their seeds, so that a figure is one of point p and seed s:

    y[p, s] = mean + parameters[p] + luck[s] + rest[p, s]

Variances are those of the two-way random model with one figure a cell (Searle, Casella, McCulloch,
Variance Components, 1992, chapter 4). Seeds: luck and rest together, what a single run at known
parameters may differ by. Parameters: what the mean over endless seeds differs by from draw to draw;
the luck that is left in means over few seeds is taken out, so that it is not counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.horizons import Horizon
from sim.measures import Measure
from sim.sweeps.design import drawn_names
from sim.sweeps.study import Study, study_of
from sim.sweeps.tasks import first_reported

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

WIDE = 1.96
"""Standard deviations either side that hold 95% of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Split:
    """A figure over parameters and seeds. seeds, parameters : standard deviations."""

    mean: float
    seeds: float
    parameters: float

    @property
    def share(self) -> float:
        """Part of the variance of a single run that parameters account for; NaN of none."""
        whole = self.seeds**2 + self.parameters**2
        return self.parameters**2 / whole if whole > 0 else float("nan")

    @property
    def all(self) -> float:
        """Standard deviation of a single run at parameters that are not known."""
        return float((self.seeds**2 + self.parameters**2) ** 0.5)


def split(figures: "Floats") -> Split:
    """The variance of figures [points, seeds] told apart; points without all seeds are left out."""
    import numpy as np

    whole = figures[~np.isnan(figures).any(axis=1)]
    points, seeds = whole.shape
    if points < 2 or seeds < 2:
        mean = float(whole.mean()) if whole.size else float("nan")
        return Split(mean, float("nan"), float("nan"))
    mean = whole.mean()
    rows, columns = whole.mean(axis=1), whole.mean(axis=0)
    rest = whole - rows[:, None] - columns[None, :] + mean
    of_rest = float((rest**2).sum()) / ((points - 1) * (seeds - 1))
    of_points = seeds * float(((rows - mean) ** 2).sum()) / (points - 1)
    of_seeds = points * float(((columns - mean) ** 2).sum()) / (seeds - 1)
    parameters = max(0.0, (of_points - of_rest) / seeds)
    luck = max(0.0, (of_seeds - of_rest) / points) + of_rest
    return Split(float(mean), luck**0.5, parameters**0.5)


def bands(
    study: Study | str | Path,
    *,
    measures: Sequence[str] | None = None,
    horizons: Sequence[str] | None = None,
) -> "pandas.DataFrame":
    """One row a measure and horizon: mean, and both bands (95% if normal).

    measures, horizons : by name; None for all

    Columns: those of factors that are not drawn, measure, horizon, unit, points, seeds, mean,
    sd_seeds, seeds_low, seeds_high, sd_parameters, parameters_low, parameters_high, all_low,
    all_high, share_parameters (of the variance of a single run). Raises InputError for a design
    without draws or a name that is none.
    """
    import pandas

    study = study_of(study)
    chosen, spans = study.measures_named(measures), study.horizons_named(horizons)
    rows = []
    for apart, figures in by_levels(study, chosen, spans):
        for place, measure in enumerate(chosen):
            for number, span in enumerate(spans):
                found = split(figures[:, :, number, place])
                row: dict[str, object] = {
                    **apart,
                    "measure": measure.name,
                    "horizon": span.name,
                    "unit": measure.column.unit,
                    "points": figures.shape[0],
                    "seeds": figures.shape[1],
                    "mean": found.mean,
                }
                for name, deviation in (
                    ("seeds", found.seeds),
                    ("parameters", found.parameters),
                    ("all", found.all),
                ):
                    if name != "all":
                        row[f"sd_{name}"] = deviation
                    row[f"{name}_low"] = found.mean - WIDE * deviation
                    row[f"{name}_high"] = found.mean + WIDE * deviation
                rows.append(row | {"share_parameters": found.share})
    return pandas.DataFrame(rows)


def monthly(study: Study, measure: Measure) -> "list[tuple[dict[str, object], list[Split]]]":
    """By combination of factors that are not drawn, the split of every reported month."""
    first = first_reported(study.sweep)
    spans = [
        Horizon(f"month_{number + 1}", "month", first + number, first + number)
        for number in range(study.sweep.plan.months)
    ]
    return [
        (apart, [split(figures[:, :, number, 0]) for number in range(len(spans))])
        for apart, figures in by_levels(study, [measure], spans)
    ]


def by_levels(
    study: Study, measures: Sequence[Measure], horizons: Sequence[Horizon]
) -> "list[tuple[dict[str, object], Floats]]":
    """Levels that are not drawn, and figures [draws, seeds, horizons, measures] under them."""
    drawn = drawn_names(study.sweep)
    if not drawn:
        raise InputError(
            "bands need a design that draws parameters (kind: posterior); this one is "
            f"{study.sweep.plan.design.kind}"
        )
    figures = study.figures(measures, horizons)
    groups: dict[tuple[object, ...], list[int]] = {}
    names = [name for name in study.factors if name not in drawn]
    for place, point in enumerate(study.folder.points):
        levels = tuple(point.levels[name] for name in names)
        groups.setdefault(levels, []).append(place)
    return [
        (dict(zip(names, levels, strict=True)), figures[places])
        for levels, places in groups.items()
    ]
