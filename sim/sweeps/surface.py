"""Response surfaces: a figure as a quadratic of the factors, fitted by least squares.

After Box and Wilson, Journal of the Royal Statistical Society B 13, 1951. Numbers are scaled to
[-1, 1] over their range, so that coefficients compare. What is no number (names, the base) shifts
the whole surface and, where there are points enough, has slopes of its own.

Seeds are shared by all points, so that what a seed does to all alike is no noise around the surface
but moves it: intervals come from surfaces fitted to each seed alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.horizons import Horizon
from sim.measures import Measure
from sim.paired_statistics import LEVEL
from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE
from sim.sweeps.study import Study, study_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

CONSTANT, OWN = "constant", " x "


@dataclass(frozen=True)
class Surface:
    """A fitted surface.

    coefficients : one row a term: term, value, low, high (95%, t over seeds; empty with one seed),
        in the measure's unit
    ranges : numeric factor -> lowest and highest level
    r2 : share of variance that it fits ; q2 : that it predicts of points left out one by one
    points, seeds : that it was fitted to ; tried : a row a point, its levels and mean over seeds
    """

    measure: Measure
    horizon: str
    coefficients: "pandas.DataFrame"
    ranges: Mapping[str, tuple[float, float]]
    names: Mapping[str, tuple[Level, ...]]
    r2: float
    q2: float
    points: int
    seeds: int
    tried: "pandas.DataFrame"

    def at(self, levels: "pandas.DataFrame") -> "Floats":
        """The surface at some levels, one row each; a column per factor."""
        columns = _columns(levels, self.ranges, self.names)
        terms = self.coefficients["term"].tolist()
        return (
            _matrix({term: columns[term] for term in terms}) @ self.coefficients["value"].to_numpy()
        )


def surface(study: Study | str | Path, measure: str, *, horizon: str | None = None) -> Surface:
    """Fit a figure as a quadratic of all factors; a factor of two levels has no square.

    Points of which a seed is missing are left out. Names have slopes of their own in each number
    where the points are more than the terms with them. Raises InputError with too few points for
    the terms.
    """
    return surfaces(study, [measure], horizon=horizon)[0]


def surfaces(
    study: Study | str | Path, measures: Sequence[str], *, horizon: str | None = None
) -> list[Surface]:
    """As `surface`, of several measures; the runs are read once."""
    study = study_of(study)
    chosen, span = study.measures_named(measures), study.horizon(horizon)
    figures = study.figures(chosen, [span])[:, :, 0, :]
    return [
        _fitted(study, measure, span, figures[:, :, place]) for place, measure in enumerate(chosen)
    ]


def _fitted(study: Study, chosen: Measure, span: Horizon, figures: "Floats") -> Surface:
    """The surface of one measure from its figures [points, seeds]."""
    import numpy as np

    means = study.means_of([chosen], figures[:, :, np.newaxis])
    there = means[chosen.name].notna().to_numpy()
    if not there.any():
        raise study.no_whole_point(span)
    means, of_seeds = means[there], figures[there]
    ranges, names = _domains(study, means)
    columns = _terms(means, ranges, names)
    matrix, values = _matrix(columns), means[chosen.name].to_numpy()
    count, terms = matrix.shape
    if count <= terms or np.linalg.matrix_rank(matrix) < terms:
        raise InputError(
            f"{count} design points do not tell {terms} terms of the surface apart; run more points"
        )
    inverse = np.linalg.inv(matrix.T @ matrix)
    rest = values - matrix @ (inverse @ matrix.T @ values)
    leverage = np.einsum("ij,jk,ik->i", matrix, inverse, matrix)
    total = float(((values - values.mean()) ** 2).sum())
    predicted = rest / np.maximum(1e-12, 1.0 - leverage)
    nan = float("nan")
    return Surface(
        chosen,
        span.name,
        _coefficients(list(columns), inverse @ matrix.T @ of_seeds),
        ranges,
        names,
        r2=1.0 - float(rest @ rest) / total if total > 0 else nan,
        q2=1.0 - float(predicted @ predicted) / total if total > 0 else nan,
        points=count,
        seeds=of_seeds.shape[1],
        tried=means,
    )


def _coefficients(terms: list[str], fitted: "Floats") -> "pandas.DataFrame":
    """The table of coefficients from those of each seed, [terms, seeds]."""
    import numpy as np
    import pandas
    from scipy.special import stdtrit

    seeds = fitted.shape[1]
    value, half = fitted.mean(axis=1), np.full(len(terms), np.nan)
    if seeds > 1:
        half = fitted.std(axis=1, ddof=1) / seeds**0.5
        half = half * float(stdtrit(seeds - 1, 0.5 + LEVEL / 2))
    return pandas.DataFrame(
        {"term": terms, "value": value, "low": value - half, "high": value + half}
    )


def _terms(
    means: "pandas.DataFrame",
    ranges: Mapping[str, tuple[float, float]],
    names: Mapping[str, tuple[Level, ...]],
) -> dict[str, "Floats"]:
    """Term -> its value at every point: all terms, or without slopes of names if too many.

    The square of a factor of two levels is one everywhere, as the constant is, and no term.
    """
    import numpy as np

    columns = _columns(means, ranges, names)
    flat = [n for n, v in columns.items() if n != CONSTANT and float(np.ptp(v)) < 1e-9]
    columns = {name: values for name, values in columns.items() if name not in flat}
    if len(means) > len(columns) == np.linalg.matrix_rank(_matrix(columns)):
        return columns
    return {name: values for name, values in columns.items() if "=" not in name or OWN not in name}


def _domains(
    study: Study, means: "pandas.DataFrame"
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[Level, ...]]]:
    """Ranges of the factors that are numbers, levels of the others; those that vary."""
    ranges: dict[str, tuple[float, float]] = {}
    names: dict[str, tuple[Level, ...]] = {}
    for name in study.factors:
        if means[name].nunique() < 2:
            continue
        if name != BASE and study.sweep.plan.factors[name].is_number:
            ranges[name] = (float(means[name].min()), float(means[name].max()))
        else:
            names[name] = tuple(means[name].unique())
    if not ranges and not names:
        raise InputError("no factor varies among the points that are done")
    return ranges, names


def _columns(
    levels: "pandas.DataFrame",
    ranges: Mapping[str, tuple[float, float]],
    names: Mapping[str, tuple[Level, ...]],
) -> dict[str, "Floats"]:
    """Term -> its value at every row."""
    import numpy as np

    scaled = {
        name: 2.0 * (levels[name].to_numpy(dtype=np.float64) - low) / (high - low) - 1.0
        for name, (low, high) in ranges.items()
    }
    found: dict[str, Floats] = {CONSTANT: np.ones(len(levels))}
    for name, known in names.items():
        for level in known[1:]:
            found[f"{name}={level}"] = np.asarray(levels[name] == level, dtype=np.float64)
    found |= scaled
    for one, two in combinations(scaled, 2):
        found[f"{one}{OWN}{two}"] = scaled[one] * scaled[two]
    for name, known in names.items():
        for level, number in product(known[1:], scaled):
            found[f"{name}={level}{OWN}{number}"] = found[f"{name}={level}"] * scaled[number]
    return found | {f"{name}^2": values**2 for name, values in scaled.items()}


def _matrix(columns: Mapping[str, "Floats"]) -> "Floats":
    import numpy as np

    return np.column_stack(list(columns.values()))
