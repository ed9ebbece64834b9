"""Pareto fronts: design points that no other beats in one aim without losing in another."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.sweeps.aims import aims_of
from sim.sweeps.resampling import RESAMPLING_SEED
from sim.sweeps.study import Study, study_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]
    type Flags = npt.NDArray[np.bool_]

RESAMPLES = 200


def pareto(
    study: Study | str | Path,
    *,
    aims: Sequence[str] | None = None,
    horizon: str | None = None,
    by: Sequence[str] = (),
) -> "pandas.DataFrame":
    """One row a design point: its levels, its mean of each aim, and whether it is on the front.

    aims : two or more of `MEASURE:min`, `MEASURE:max`; if None access (borrowers with a
        balance), default and concentration, those of them that the plan keeps
    by : factors whose levels are kept apart: a point has to stand against those of its own levels
        alone. For what nobody decides: who cannot choose competition is not helped by a front on
        which all points have much of it

    Columns: point, the factors, horizon, one per aim, `front`, and `certainty`: in what share of
    resamples of the seeds (the same for all points) the point is on the front. Points without a
    figure are left out. Raises InputError for fewer than two aims.
    """
    import numpy as np
    from scipy.stats import randint

    study = study_of(study)
    chosen = aims_of(study, aims)
    if len(chosen) < 2:
        raise InputError("a front lies between two aims or more; name two with --aim")
    span = study.horizon(horizon)
    measures = [aim.measure for aim in chosen]
    figures = study.figures(measures, [span])[:, :, 0, :]
    means = study.means_of(measures, figures)
    there = ~np.isnan(figures).any(axis=(1, 2))
    if not there.any():
        raise study.no_whole_point(span)
    figures = figures[there]
    costs = np.stack([aim.cost(figures[:, :, n]) for n, aim in enumerate(chosen)], axis=2)
    rows = means[["point", *study.factors]][there]
    table = rows.reset_index(drop=True).assign(horizon=span.name)
    apart = [study.factor(name) for name in dict.fromkeys(by)]
    groups = np.zeros(len(table))
    if apart:
        groups += table.groupby(apart, sort=False).ngroup().to_numpy()
    seeds = figures.shape[1]
    front = _fronts(costs.mean(axis=1), groups)
    counts = np.zeros(len(front))
    tries = RESAMPLES if seeds > 1 else 0
    if tries:
        draws = randint.rvs(0, seeds, size=(tries, seeds), random_state=RESAMPLING_SEED)
        for drawn in draws:
            counts += _fronts(costs[:, drawn].mean(axis=1), groups)
    for place, aim in enumerate(chosen):
        table[aim.name] = figures[:, :, place].mean(axis=1)
    table["front"] = front
    table["certainty"] = counts / tries if tries else float("nan")
    return table


def _fronts(costs: "Floats", groups: "Floats") -> "Flags":
    """Which rows [points, aims] no other row of their group [points] beats."""
    import numpy as np

    front = np.zeros(len(costs), dtype=bool)
    for group in np.unique(groups):
        front[groups == group] = not_beaten(costs[groups == group])
    return front


def not_beaten(costs: "Floats") -> "Flags":
    """Which rows [points, aims] no other row equals or betters in all aims and betters in one."""
    import numpy as np

    order = np.lexsort(costs.T[::-1])  # a row can only be beaten by one before it
    front = np.zeros(len(costs), dtype=bool)
    kept = np.empty((0, costs.shape[1]))
    for place in order.tolist():
        row = costs[place]
        better = (kept <= row).all(axis=1) & (kept < row).any(axis=1)
        if not better.any():
            front[place] = True
            kept = np.vstack([kept, row])
    return front
