"""Straight lines through trials around a point: what each parameter does to each target there.

Runs of neighbouring points differ by luck nearly as much as runs with other seeds, after the years
that a burn-in takes, so that a difference of two of them says next to nothing. So parameters move
together, a fair distance, in a two-level design in which every run speaks of every parameter
(Plackett, Burman, Biometrika 33, 1946; with its mirror image, so that pairs of parameters acting
together do not look like one), and lines are fitted by least squares; errors come from what the
lines leave over.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.calibration.evaluation import Evaluate, Figures, Trial
from sim.calibration.identification import Slopes
from sim.calibration.search import trial_at
from sim.calibration.targets import Target, distance

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from sim.calibration.plan import Calibration

    type Floats = npt.NDArray[np.float64]

REACH = 0.2
"""How far trials lie from the point, as a share of the way between a parameter's bounds."""


def slopes_at(
    calibration: "Calibration",
    targets: Sequence[Target],
    places: tuple[float, ...],
    evaluate: Evaluate,
    lived: Sequence[tuple[Trial, Figures]] = (),
) -> Slopes:
    """The targets around a point.

    lived : trials that are known already; those near the point are used too. The point's own is
        not: it was chosen for its luck
    """
    import numpy as np

    around = [trial_at(calibration, corner) for corner in corners(places)]
    known = dict(zip(around, evaluate(around), strict=True))
    for trial, figures in lived:
        if trial.places != places and _is_near(trial.places, places):
            known[trial] = figures
    centre = np.array(places)
    offsets = np.array([trial.places for trial in known]) - centre
    # [trials, seeds, targets] in tolerances
    distances = np.array(
        [
            [[distance(t, x) for t, x in zip(targets, row, strict=True)] for row in figures]
            for figures in known.values()
        ]
    )
    known_ones = np.isfinite(distances).all(axis=(0, 1))
    lines, rest, shape, noise = _lines(offsets, np.where(known_ones, distances, 0.0))
    own = np.array(
        [t.weight if known else 0.0 for t, known in zip(targets, known_ones, strict=True)]
    )
    spread = calibration.plan.search.judgement
    return Slopes(
        centre,
        lines[0],
        lines[1:].T,
        weights(own, noise),
        rest,
        shape[1:, 1:],
        np.array(calibration.start()),
        1.0 / spread**2 if spread else 0.0,
    )


def weights(own: "Floats", noise: "Floats") -> "Floats":
    """[targets, targets] by which products of distances count: what is known of all together.

    own : [targets] weight, one over the variance that a tolerance stands for ; noise : covariance
        of the heights, in tolerances
    """
    import numpy as np

    found = np.zeros_like(noise)
    counted = np.flatnonzero(own > 0.0)
    inside = np.ix_(counted, counted)
    found[inside] = np.linalg.inv(np.diag(1.0 / own[counted]) + noise[inside])
    return found


def corners(places: tuple[float, ...], reach: float = REACH) -> list[tuple[float, ...]]:
    """Points around a point, `reach` away in every parameter unless a bound is nearer."""
    import numpy as np
    from scipy.linalg import hadamard

    parameters = len(places)
    size = 1 << parameters.bit_length()  # a power of two above the number of parameters
    signs = hadamard(size)[:, 1 : parameters + 1]
    found = np.clip(np.array(places) + reach * np.vstack([signs, -signs]), 0.0, 1.0)
    return [tuple(float(u) for u in row) for row in found]


def _is_near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) <= REACH + 1e-9 for a, b in zip(one, other, strict=True))


def _lines(offsets: "Floats", distances: "Floats") -> "tuple[Floats, Floats, Floats, Floats]":
    """Heights and slopes, what trials leave over, its part in the lines, noise of the heights.

    offsets : [trials, parameters] from the point ; distances : [trials, seeds, targets]

    Returns [1 + parameters, targets], the covariance of trials' means [targets, targets], that of
    the lines for one of a variance of 1 [1 + parameters, 1 + parameters], and the covariance of
    heights. Luck is shared between targets: who falls late with one lender does with others.
    """
    import numpy as np

    trials, seeds, _ = distances.shape
    design = np.column_stack([np.ones(trials), offsets])
    shape = np.linalg.pinv(design.T @ design)
    means = distances.mean(axis=1)
    lines = shape @ design.T @ means
    over = means - design @ lines
    rest = over.T @ over / max(1, trials - design.shape[1])
    # What a seed adds everywhere is in no residual of means: it is seen between seeds. Its size is
    # taken over all targets, its pattern from all runs: few seeds say little of either.
    luck = distances - (design @ lines)[:, None, :]
    runs = luck.reshape(trials * seeds, -1)
    pattern = runs.T @ runs / max(1, trials * seeds - design.shape[1])
    between = luck.mean(axis=0).var(axis=0, ddof=1) if seeds > 1 else np.zeros(len(pattern))
    whole = float(np.trace(pattern))
    shared = min(1.0, float(between.sum()) / whole) if whole > 0.0 else 0.0
    return lines, rest, shape, shared * pattern / seeds + rest * float(shape[0, 0])
