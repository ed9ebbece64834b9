"""Statistics of the stylised facts, from frames of sim/loan_panel.py, tried on planted data.

Scores are a lender's own, so deciles of them are taken lender by lender: a cell is a lender and a
decile, and what differs between cells says nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

if TYPE_CHECKING:
    import pandas

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]

NOT_YET = 1_000_000
"""In place of the age at something that has not happened."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error; normal, as all here rest on hundreds of events."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the two-sided 95% interval."""
        return self.value - 1.96 * self.error

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.value + 1.96 * self.error

    def power(self, effect: float) -> float:
        """Chance that the lower end is above zero where the true figure is `effect`."""
        return float(ndtr(effect / self.error - 1.96))


def paired(differences: Sequence[float]) -> Estimate:
    """The mean over seeds of paired differences; the error such that 1.96 of it is Student's t."""
    values = np.asarray(differences, dtype=np.float64)
    error = float(values.std(ddof=1)) / np.sqrt(len(values))
    return Estimate(float(values.mean()), float(error * stdtrit(len(values) - 1, 0.975) / 1.96))


# --- seasoning -----------------------------------------------------------------------------------


def exposure(loans: "pandas.DataFrame", last_month: int, ages: int) -> tuple[Ints, Ints]:
    """[loans] age at the first 90+ and last age at which it could be seen, of loans as first drawn.

    A loan is watched until it is paid off, redrawn (then it is another loan) or its tenor is over,
    the month of that included.
    """

    def age(column: str) -> Ints:
        months = loans[column].to_numpy()
        return np.where(months > 0, months - loans["first_month"].to_numpy(), NOT_YET)

    seen = last_month - loans["first_month"].to_numpy()
    until = np.minimum.reduce(
        [
            age("first_clear"),
            age("first_redraw"),
            age("last_month") + 1,
            seen,
            np.full_like(seen, ages),
        ]
    )
    return age("first_90"), until


def hazard(bad_at: Ints, until: Ints, ages: int, weight: Floats | None = None) -> Floats:
    """[ages] share of loans at risk in the month of age 1, 2, ... that first reach 90+ in it."""
    events = np.bincount(
        bad_at[bad_at <= until],
        weights=None if weight is None else weight[bad_at <= until],
        minlength=ages + 1,
    )[1 : ages + 1]
    leaves = np.bincount(
        np.clip(np.minimum(bad_at, until), 0, ages), weights=weight, minlength=ages + 1
    )
    at_risk = leaves[::-1].cumsum()[::-1][1:]
    return np.asarray(events / np.maximum(1e-9, at_risk), dtype=np.float64)


# --- price ---------------------------------------------------------------------------------------


def score_cells(loans: "pandas.DataFrame") -> Ints:
    """[loans] number of the cell: seed, lender, decile of that lender's score."""
    keys = [loans[name] for name in ("seed", "lender") if name in loans]
    decile = (
        loans["score"]
        .groupby(keys, observed=True)
        .transform(lambda scores: np.ceil(10.0 * scores.rank(pct=True, method="average")))
    )
    return np.asarray(loans.groupby([*keys, decile], observed=True).ngroup(), dtype=np.int64)


def logit_slope(bad: Floats, x: Floats, cell: Ints, cluster: Ints) -> Estimate:
    """Slope of a logit of `bad` on x with an effect for every cell, errors clustered.

    Newton's first step from slope zero, where cell effects are cell means: the efficient score,
    with the same limit and power as the whole maximum-likelihood estimate near zero, and without
    thousands of dummies. Cells without a bad or a good loan say nothing and drop out.
    """
    many = np.maximum(1, np.bincount(cell))
    mean_bad = (np.bincount(cell, bad) / many)[cell]
    mean_x = (np.bincount(cell, x) / many)[cell]
    pull = (bad - mean_bad) * (x - mean_x)
    information = float((mean_bad * (1.0 - mean_bad) * (x - mean_x) ** 2).sum())
    _, place = np.unique(cluster, return_inverse=True)
    of_cluster = np.bincount(place, pull)
    error = float(np.sqrt((of_cluster**2).sum()))
    return Estimate(float(pull.sum()) / information, error / information)


# --- matched arms --------------------------------------------------------------------------------


def log_ratio(bad: Floats, arm: npt.NDArray[np.bool_], cell: Ints) -> Estimate:
    """Log of the ratio of the share bad in an arm to that outside, both within cells.

    Mantel and Haenszel's ratio with the variance of Greenland and Robins (Biometrics 41, 1985).
    """
    size = int(cell.max()) + 1

    def count(where: npt.NDArray[np.bool_], weight: Floats | None = None) -> Floats:
        return np.bincount(cell[where], None if weight is None else weight[where], size).astype(
            np.float64
        )

    n1, n0, a1, a0 = count(arm), count(~arm), count(arm, bad), count(~arm, bad)
    both = np.maximum(1.0, n1 + n0)
    above, below = float((a1 * n0 / both).sum()), float((a0 * n1 / both).sum())
    spread = float(((n1 * n0 * (a1 + a0) - a1 * a0 * both) / both**2).sum())
    return Estimate(float(np.log(above / below)), float(np.sqrt(spread / (above * below))))


def income_cells(people: "pandas.DataFrame", bins: int = 5) -> Ints:
    """[people] number of the cell: segment and fifth of its income."""
    fifth = (
        people["income"]
        .groupby(people["segment"], observed=True)
        .transform(lambda income: np.ceil(bins * income.rank(pct=True)))
    )
    return np.asarray(
        people.groupby([people["segment"], fifth], observed=True).ngroup(), dtype=np.int64
    )


# --- approvals -----------------------------------------------------------------------------------


def approved_at(loss: float, points: Ints, bad: Floats, weight: Floats) -> float:
    """Largest share of people, safest first, of whom at most a fraction `loss` goes bad.

    points : [people] score, higher is safer ; bad : [people] 1 if bad ; weight : [people] of each
    """
    order = np.argsort(-points, kind="stable")
    people = np.cumsum(weight[order])
    fits = np.flatnonzero(np.cumsum((weight * bad)[order]) <= loss * people)
    return float(people[fits[-1]] / people[-1]) if len(fits) else 0.0
