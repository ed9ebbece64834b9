"""Response surfaces: a figure as a quadratic of the factors, fitted by least squares.

After Box and Wilson, Journal of the Royal Statistical Society B 13, 1951. Numbers are scaled to
[-1, 1] over their range, so that coefficients compare; what is no number (names, the base) shifts
the whole surface.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
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

CONSTANT = "constant"


@dataclass(frozen=True)
class Surface:
    """A fitted surface.

    coefficients : one row a term: term, value, low, high (95%, t), in the measure's unit
    ranges : numeric factor -> lowest and highest level
    r2 : share of variance that it fits ; q2 : that it predicts of points left out one by one
    points : that it was fitted to
    """

    measure: Measure
    horizon: str
    coefficients: "pandas.DataFrame"
    ranges: Mapping[str, tuple[float, float]]
    names: Mapping[str, tuple[Level, ...]]
    r2: float
    q2: float
    points: int

    def at(self, levels: "pandas.DataFrame") -> "Floats":
        """The surface at some levels, one row each; a column per factor."""
        columns = _columns(levels, self.ranges, self.names)
        terms = self.coefficients["term"].tolist()
        return (
            _matrix({term: columns[term] for term in terms}) @ self.coefficients["value"].to_numpy()
        )


def surface(study: Study | str | Path, measure: str, *, horizon: str | None = None) -> Surface:
    """Fit a figure as a quadratic of all factors; a factor of two levels has no square.

    Raises InputError with too few points for the terms.
    """
    import numpy as np
    import pandas
    from scipy.special import stdtrit

    study = study_of(study)
    chosen, span = study.measure(measure), study.horizon(horizon)
    means = study.point_means([chosen], span)
    means = means[means[measure].notna()]
    ranges, names = _domains(study, means)
    columns = _columns(means, ranges, names)
    # The square of a factor of two levels is one everywhere, as the constant is.
    flat = [n for n, v in columns.items() if n != CONSTANT and float(np.ptp(v)) < 1e-9]
    columns = {name: values for name, values in columns.items() if name not in flat}
    matrix, values = _matrix(columns), means[measure].to_numpy()
    count, terms = matrix.shape
    if count <= terms or np.linalg.matrix_rank(matrix) < terms:
        raise InputError(
            f"{count} design points do not tell {terms} terms of the surface apart; run more points"
        )
    inverse = np.linalg.inv(matrix.T @ matrix)
    fitted = inverse @ matrix.T @ values
    rest = values - matrix @ fitted
    leverage = np.einsum("ij,jk,ik->i", matrix, inverse, matrix)
    freedom = count - terms
    error = np.sqrt(np.diag(inverse) * float(rest @ rest) / freedom)
    half = float(stdtrit(freedom, 0.5 + LEVEL / 2)) * error
    total = float(((values - values.mean()) ** 2).sum())
    predicted = rest / np.maximum(1e-12, 1.0 - leverage)
    nan = float("nan")
    table = pandas.DataFrame(
        {"term": list(columns), "value": fitted, "low": fitted - half, "high": fitted + half}
    )
    return Surface(
        chosen,
        span.name,
        table,
        ranges,
        names,
        r2=1.0 - float(rest @ rest) / total if total > 0 else nan,
        q2=1.0 - float(predicted @ predicted) / total if total > 0 else nan,
        points=count,
    )


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
        found[f"{one} x {two}"] = scaled[one] * scaled[two]
    return found | {f"{name}^2": values**2 for name, values in scaled.items()}


def _matrix(columns: Mapping[str, "Floats"]) -> "Floats":
    import numpy as np

    return np.column_stack(list(columns.values()))
