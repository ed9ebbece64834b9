"""Designs: which combinations of levels a plan runs, as one row of levels a design point.

The same plan gives the same rows on every machine of one set of library versions; the rows are
kept with the results all the same (runs.parquet).
"""

from collections.abc import Collection
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE, Sweep

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]


def sampled_names(sweep: Sweep) -> list[str]:
    """What a sample draws: every factor, and the base where there are several."""
    return [*([BASE] if len(sweep.bases) > 1 else []), *sweep.plan.factors]


def rows_of(sweep: Sweep) -> list[dict[str, Level]]:
    """Levels by name, base first, one mapping a design point."""
    if sweep.plan.design.kind == "full":
        return _full(sweep, [])
    if sweep.plan.design.kind == "posterior":
        return [
            {**row, **draw} for row in _full(sweep, drawn_names(sweep)) for draw in _drawn(sweep)
        ]
    names, sample = sampled_names(sweep), unit_sample(sweep)
    return [_row(sweep, dict(zip(names, chances, strict=True))) for chances in sample.tolist()]


def problem_of(sweep: Sweep) -> dict[str, Any]:
    """The sample's dimensions as SALib wants them: every factor by its chance in [0, 1].

    Levels follow from chances through each factor's own distribution, so that indices of
    sensitivity are about factors distributed as the plan says.
    """
    names = sampled_names(sweep)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def unit_sample(sweep: Sweep) -> "Floats":
    """[points, sampled names] the design in [0, 1]."""
    design, problem = sweep.plan.design, problem_of(sweep)
    points = int(design.points or 0)
    if design.kind == "lhs":
        from scipy.stats import qmc

        cube = qmc.LatinHypercube(problem["num_vars"], rng=design.seed)
        sample: Floats = cube.random(points)
        return sample
    if design.kind == "sobol":
        from SALib.sample import sobol

        order = design.second_order
        return sobol.sample(problem, points, calc_second_order=order, seed=design.seed)
    from SALib.sample import morris

    return morris.sample(problem, points, num_levels=design.levels, seed=design.seed)


def drawn_names(sweep: Sweep) -> list[str]:
    """Factors that are drawn together from what a calibration leaves open."""
    return list(sweep.plan.design.drawn)


def _full(sweep: Sweep, left_out: Collection[str]) -> list[dict[str, Level]]:
    """All combinations, the last factor moving fastest; some factors left out."""
    factors = {name: f for name, f in sweep.plan.factors.items() if name not in left_out}
    levels = [factor.levels() or () for factor in factors.values()]
    return [
        {BASE: base, **dict(zip(factors, chosen, strict=True))}
        for base in sweep.bases
        for chosen in product(*levels)
    ]


def _drawn(sweep: Sweep) -> list[dict[str, Level]]:
    """The draws: the levels of drawn factors that stand at the same place."""
    names = drawn_names(sweep)
    levels = [sweep.plan.factors[name].levels() or () for name in names]
    return [dict(zip(names, one, strict=True)) for one in zip(*levels, strict=True)]


def _row(sweep: Sweep, chances: dict[str, float]) -> dict[str, Level]:
    bases = list(sweep.bases)
    place = min(len(bases) - 1, int(chances.get(BASE, 0.0) * len(bases)))
    levels = {name: factor.level_at(chances[name]) for name, factor in sweep.plan.factors.items()}
    return {BASE: bases[place], **levels}
