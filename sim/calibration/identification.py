"""How well the data pin parameters down: slopes of the targets around the best point.

Around the point the mean of each target is taken as linear in the parameters (central differences,
same seeds). A target counts with one over its tolerance squared plus the sampling variance of its
mean, so the squared distance is that of a normal likelihood, and its curvature gives the
parameters' joint uncertainty (Gauss-Newton; Seber and Wild, Nonlinear Regression, 1989, chapter 5).
Before the data a parameter is as uncertain as a number drawn anywhere between its bounds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import TYPE_CHECKING

from sim.calibration.evaluation import Evaluate, Figures, means
from sim.calibration.search import trial_at
from sim.calibration.targets import Target, distance

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from sim.calibration.plan import Calibration

    type Floats = npt.NDArray[np.float64]

STEP = 0.05
"""Distance of a difference, as a share of the way between a parameter's bounds."""

PRIOR_VARIANCE = 1.0 / 12.0
"""Of a number anywhere in [0, 1]."""

LEFT_OPEN = 0.8
"""A parameter whose standard deviation after the data is more than this share of what it was before
is not identified (judgement)."""

PROFILE_POINTS = 21

LEVEL = 0.95

FLAT = 20.0
"""Standard deviation, in the unit cube, from which a normal likelihood is as good as flat."""


@dataclass(frozen=True)
class Slopes:
    """The targets around a point of the unit cube.

    centre : [parameters] ; residuals : [targets] distances there, in tolerances
    slopes : [targets, parameters] change of the distance over the whole way between the bounds
    weights : [targets] by which squared distances count
    """

    centre: "Floats"
    residuals: "Floats"
    slopes: "Floats"
    weights: "Floats"

    def loss_at(self, places: "Floats") -> float:
        """Weighted sum of squared distances that the slopes lead to expect."""
        expected = self.residuals + self.slopes @ (places - self.centre)
        return float(self.weights @ (expected * expected))

    def lowest(self, fixed: dict[int, float] | None = None) -> "Floats":
        """The point of the cube with the least expected loss, some places given."""
        import numpy as np
        from scipy.optimize import lsq_linear

        fixed = fixed or {}
        free = [k for k in range(len(self.centre)) if k not in fixed]
        places = self.centre.copy()
        for k, place in fixed.items():
            places[k] = place
        if not free:
            return places
        root = np.sqrt(self.weights)
        there = self.residuals + self.slopes @ (places - self.centre)
        # A faint pull to the centre settles what the data leave open.
        pull = 1e-3 * np.eye(len(free))
        left = np.vstack([root[:, None] * self.slopes[:, free], pull])
        right = np.concatenate([-root * there, np.zeros(len(free))])
        low, high = -places[free], 1.0 - places[free]
        solved = lsq_linear(left, right, bounds=(low - 1e-12, high + 1e-12))
        places[free] = np.clip(places[free] + solved.x, 0.0, 1.0)
        return places

    def covariance(self) -> "Floats":
        """Joint uncertainty of the parameters after the data, in the unit cube."""
        import numpy as np

        information = self.slopes.T @ (self.weights[:, None] * self.slopes)
        return np.linalg.inv(information + np.eye(len(self.centre)) / PRIOR_VARIANCE)


@dataclass(frozen=True, slots=True)
class Pinned:
    """One parameter after the data.

    value, low, high : the best value, and the 95% interval of what lies between the bounds
    left : standard deviation after the data over that before; 1: the data say nothing
    profile : value and rise of the expected loss, from bound to bound, all others at their best
    """

    name: str
    path: str
    before: float
    value: float
    low: float
    high: float
    left: float
    profile: Sequence[tuple[float, float]]

    @property
    def is_identified(self) -> bool:
        """Whether the data say much about it."""
        return self.left <= LEFT_OPEN


def slopes_at(
    calibration: "Calibration",
    targets: Sequence[Target],
    places: tuple[float, ...],
    evaluate: Evaluate,
) -> tuple[Slopes, Figures]:
    """The targets' slopes around a point, by central differences, and their figures there."""
    import numpy as np

    ends = [(max(0.0, u - STEP), min(1.0, u + STEP)) for u in places]
    around = [(*places[:k], end, *places[k + 1 :]) for k, both in enumerate(ends) for end in both]
    trials = [trial_at(calibration, point) for point in (places, *around)]
    here, *there = evaluate(trials)
    rows = np.array([_distances(targets, figures) for figures in there])
    widths = np.array([high - low for low, high in ends])
    slopes = ((rows[1::2] - rows[0::2]) / widths[:, None]).T
    residuals = np.array(_distances(targets, here))
    known = np.isfinite(residuals) & np.isfinite(slopes).all(axis=1)
    weights = np.where(known, _weights(targets, here), 0.0)
    return (
        Slopes(
            np.array(places),
            np.where(known, residuals, 0.0),
            np.where(known[:, None], slopes, 0.0),
            weights,
        ),
        here,
    )


def pinned(calibration: "Calibration", slopes: Slopes) -> list[Pinned]:
    """Every parameter after the data, and the profile of the expected loss along it."""
    import numpy as np

    spread = np.sqrt(np.diag(slopes.covariance()))
    start, lowest = calibration.start(), slopes.loss_at(slopes.lowest())
    found = []
    for k, (name, free) in enumerate(calibration.plan.parameters.items()):
        low, high = interval(float(slopes.centre[k]), float(spread[k]))
        profile = [
            (free.value_at(u), max(0.0, slopes.loss_at(slopes.lowest({k: u})) - lowest))
            for u in (place / (PROFILE_POINTS - 1) for place in range(PROFILE_POINTS))
        ]
        found.append(
            Pinned(
                name,
                free.path,
                free.value_at(start[k]),
                free.value_at(float(slopes.centre[k])),
                free.value_at(low),
                free.value_at(high),
                float(spread[k]) / math.sqrt(PRIOR_VARIANCE),
                profile,
            )
        )
    return found


def interval(centre: float, spread: float) -> tuple[float, float]:
    """The middle 95% of a place in [0, 1], given its best value and standard deviation.

    The part of the standard deviation that the bounds bring is taken out, and what is left, a
    normal distribution around the best value, is cut at the bounds.
    """
    from scipy.special import ndtr, ndtri

    tails = (1.0 - LEVEL) / 2, (1.0 + LEVEL) / 2
    precision = 1.0 / spread**2 - 1.0 / PRIOR_VARIANCE
    if precision * FLAT**2 <= 1.0:
        return tails
    own = 1.0 / math.sqrt(precision)
    below, above = float(ndtr(-centre / own)), float(ndtr((1.0 - centre) / own))
    low, high = (centre + own * float(ndtri(below + t * (above - below))) for t in tails)
    return max(0.0, low), min(1.0, high)


def _distances(targets: Sequence[Target], figures: Figures) -> list[float]:
    return [distance(t, mean) for t, mean in zip(targets, means(figures), strict=True)]


def _weights(targets: Sequence[Target], figures: Figures) -> "Floats":
    """By which squared distances count: less where the mean itself is uncertain."""
    import numpy as np

    weights = []
    for target, column in zip(targets, zip(*figures, strict=True), strict=True):
        noise = stdev(column) ** 2 / len(column) if len(column) > 1 else 0.0
        # Differences share their seeds; the point's own mean does not share the data's luck.
        weights.append(target.weight / (1.0 + noise / target.tolerance**2))
    return np.nan_to_num(np.array(weights))
