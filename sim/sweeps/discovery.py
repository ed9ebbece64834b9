"""Scenario discovery: under which levels a condition comes true, by the EMA workbench.

PRIM peels away levels under which it does not (Friedman and Fisher, Statistics and Computing 9,
1999; Bryant and Lempert, Technological Forecasting and Social Change 77, 2010). CART splits them
(Breiman and others, 1984). The workbench (Kwakkel, Environmental Modelling & Software 96, 2017) is
the extra `discovery`.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.wording import did_you_mean, shown
from sim.display import quantity
from sim.sweeps.plan import BASE
from sim.sweeps.study import Study, study_of
from sim.sweeps.thresholds import condition_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Flags = npt.NDArray[np.bool_]

METHODS = ("prim", "cart")
MISSING = (
    "scenario discovery needs the EMA workbench, which is not installed; install loansim with its "
    "extra: pip install 'loansim-VERSION.whl[discovery]', or in a copy of its source: make setup"
)

LEAST_POINTS = 20
LEAST_MASS = 0.05
"""Share of the points that a box holds at least."""


def discover(
    study: Study | str | Path, condition: str, *, method: str = "prim", horizon: str | None = None
) -> "pandas.DataFrame":
    """One row a box and factor that it restricts; a box without restriction has one row.

    condition : such as `default_rate_12m>7%`, about the mean over seeds
    method : prim or cart

    Columns: box, factor (empty: none), low and high (numbers), levels (names), coverage (share of
    the cases that are in the box), density (share of the box that is cases), mass (share of all
    points), chosen: for PRIM the box with the highest harmonic mean of coverage and density, for
    CART every box whose density is above that of all points; condition, horizon.

    Raises InputError without the workbench, or where all points or none are cases.
    """
    import numpy as np
    import pandas

    if method not in METHODS:
        raise InputError(
            f"no method {shown(method)}; there are prim and cart.{did_you_mean(method, METHODS)}"
        )
    study = study_of(study)
    wanted, span = condition_of(study, condition), study.horizon(horizon)
    measure = study.measure(wanted.measure)
    means = study.point_means([measure], span)
    means = means[means[measure.name].notna()].reset_index(drop=True)
    if means.empty:
        raise study.no_whole_point(span)
    cases = wanted.holds(means[measure.name].to_numpy())
    if len(means) < LEAST_POINTS:
        raise InputError(
            f"{len(means)} design points are too few for boxes; {LEAST_POINTS} at least"
        )
    if cases.all() or not cases.any():
        what = "all points" if cases.all() else "no point"
        values = means[measure.name]
        low, high = (quantity(measure.column, end) for end in (values.min(), values.max()))
        raise InputError(
            f"{wanted} holds at {what} in {span.words} ({low} to {high}); choose another limit"
        )
    varied = [name for name in study.factors if means[name].nunique() > 1]
    levels = means[varied].copy()
    for name in varied:
        if name == BASE or not study.sweep.plan.factors[name].is_number:
            levels[name] = levels[name].astype(str).astype("category")
    find = _prim if method == "prim" else _cart
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the workbench warns of its own optional parts
        boxes = list(find(levels, cases))
    rows = [row for number, box in enumerate(boxes) for row in _rows(number, box, levels, cases)]
    table = pandas.DataFrame(rows)
    best = _chosen(table, method, float(np.mean(cases)))
    return table.assign(chosen=table["box"].isin(best), condition=str(wanted), horizon=span.name)


def _prim(levels: "pandas.DataFrame", cases: "Flags") -> Iterator[Any]:
    """Limits of every box of the peeling, a column a factor, rows for low and high."""
    try:
        from ema_workbench.analysis import prim
    except ImportError:
        raise InputError(MISSING) from None
    box = prim.Prim(levels, cases, mass_min=LEAST_MASS).find_box()
    yield from box.box_lims


def _cart(levels: "pandas.DataFrame", cases: "Flags") -> Iterator[Any]:
    """The same of every leaf of a tree."""
    try:
        from ema_workbench.analysis import cart
    except ImportError:
        raise InputError(MISSING) from None
    tree = cart.CART(levels, cases, mass_min=LEAST_MASS)
    tree.build_tree()
    yield from tree.boxes


def _rows(
    number: int, limits: Any, levels: "pandas.DataFrame", cases: "Flags"
) -> Iterator[dict[str, Any]]:
    """The rows of one box, its figures counted anew from its limits."""
    import numpy as np

    inside = np.ones(len(levels), dtype=bool)
    restrictions: list[tuple[str, float | None, float | None, str]] = []
    for name in map(str, levels.columns):
        values = levels[name]
        if values.dtype == "category":
            allowed = set(limits[name].iloc[0])
            if allowed != set(values.unique()):
                inside &= values.isin(allowed).to_numpy()
                inside_it = [level for level in values.unique() if level in allowed]
                restrictions.append((name, None, None, ", ".join(inside_it)))
        else:
            low, high = (float(end) for end in limits[name])
            if low > values.min() or high < values.max():
                inside &= ((values >= low) & (values <= high)).to_numpy()
                restrictions.append((name, low, high, ""))
    hits = int((inside & cases).sum())
    figures = {
        "coverage": hits / int(cases.sum()),
        "density": hits / max(1, int(inside.sum())),
        "mass": float(inside.mean()),
    }
    for factor, least, most, names in restrictions or [("", None, None, "")]:
        restriction = {"factor": factor, "low": least, "high": most, "levels": names}
        yield {"box": number, **restriction, **figures}


def _chosen(table: "pandas.DataFrame", method: str, share: float) -> list[int]:
    boxes = table.drop_duplicates("box")
    numbers: list[int] = boxes["box"].tolist()
    if method == "cart":
        dense = (boxes["density"] > share).tolist()
        return [box for box, is_dense in zip(numbers, dense, strict=True) if is_dense]
    product, total = boxes["coverage"] * boxes["density"], boxes["coverage"] + boxes["density"]
    return [numbers[int((2 * product / total.where(total > 0, 1.0)).to_numpy().argmax())]]
