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
    fits = [_line(offsets, distances[:, :, place]) for place in range(len(targets))]
    weights = [t.weight / (1.0 + noise) for t, (_, _, noise) in zip(targets, fits, strict=True)]
    return Slopes(
        centre,
        np.array([line[0] for line, _, _ in fits]),
        np.array([line[1:] for line, _, _ in fits]),
        np.array(weights),
        np.array([errors for _, errors, _ in fits]),
    )


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


def _line(offsets: "Floats", rows: "Floats") -> "tuple[Floats, Floats, float]":
    """Height and slopes at the point, covariance of the slopes, and variance of the height.

    offsets : [trials, parameters] from the point ; rows : [trials, seeds] distances
    Without a figure somewhere nothing is known: a line of zeros that counts for nothing.
    """
    import numpy as np

    trials, parameters = offsets.shape
    design = np.column_stack([np.ones(trials), offsets])
    shape = np.linalg.pinv(design.T @ design)
    means = rows.mean(axis=1)
    if not np.isfinite(means).all():
        return np.zeros(1 + parameters), np.zeros((parameters, parameters)), np.inf
    line = shape @ design.T @ means
    left = means - design @ line
    variance = float(left @ left) / max(1, trials - parameters - 1)
    # What a seed adds everywhere is in no residual of means: it is seen between seeds.
    luck = (rows - (design @ line)[:, None]).mean(axis=0)
    shared = float(luck.var(ddof=1)) / len(luck) if len(luck) > 1 else 0.0
    return line, variance * shape[1:, 1:], shared + variance * float(shape[0, 0])
