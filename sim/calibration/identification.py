"""How well the data pin parameters down: slopes of the targets around the best point.

Around the point the mean of each target is taken as linear in the parameters (neighbourhood.py). A
target counts with one over its tolerance squared plus the sampling variance of its mean, so the
squared distance is that of a normal likelihood, and its curvature gives the parameters' joint
uncertainty (Gauss-Newton; Seber and Wild, Nonlinear Regression, 1989, chapter 5). The tolerance
stands for the luck and the error of the data, the sampling variance for the luck of the runs: the
data do not share the seeds of the search, so that neither takes the other away.

Slopes are measured, and squared errors of slopes look like information. What they add on average is
taken out again (Fuller, Measurement Error Models, 1987, section 2.2): of a parameter that moves
nothing the data then know nothing, however noisy the runs. Before the data a parameter is as
uncertain as a number drawn anywhere between its bounds, or, where the plan states a judgement, as a
normal around the scenario's own value besides.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from sim.calibration.plan import Calibration

    type Floats = npt.NDArray[np.float64]

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
    weights : [targets, targets] by which products of distances count
    rest, shape : [targets, targets] and [parameters, parameters]; their products are the
        covariances of the slopes as they were measured
    own : [parameters] where the scenario stands ; held : what judgement knows of each parameter,
        one over the square of its standard deviation in the unit cube; 0 for nothing
    """

    centre: "Floats"
    residuals: "Floats"
    slopes: "Floats"
    weights: "Floats"
    rest: "Floats"
    shape: "Floats"
    own: "Floats"
    held: float

    @property
    def loss(self) -> float:
        """Weighted squared distance at the centre from all targets and from judgement."""
        away = self.centre - self.own
        return float(self.residuals @ self.weights @ self.residuals + self.held * away @ away)

    def moved(self, places: "Floats") -> "Slopes":
        """The same straight lines seen from another point."""
        residuals = self.residuals + self.slopes @ (places - self.centre)
        return replace(self, centre=places, residuals=residuals)

    def lowest(self, reach: float) -> "Floats":
        """The point of the cube, not farther than `reach` in any parameter, to be expected best.

        Expected over what is not known of the slopes: where they are noise, going far promises
        nothing, and the parameter stays where it is.
        """
        import numpy as np
        from scipy.optimize import lsq_linear

        root = root_of(self.weights)
        held = math.sqrt(self.held) * np.eye(len(self.centre))
        left = np.vstack([root @ self.slopes, root_of(self._noise()), self._pull(), held])
        nothing = np.zeros(2 * len(self.centre))
        right = np.concatenate([-root @ self.residuals, nothing, held @ (self.own - self.centre)])
        low = np.maximum(-self.centre, -reach) - 1e-12
        high = np.minimum(1.0 - self.centre, reach) + 1e-12
        solved = lsq_linear(left, right, bounds=(low, high))
        found: Floats = np.clip(self.centre + solved.x, 0.0, 1.0)
        return found

    def information(self) -> "Floats":
        """What data and judgement say of the parameters, bounds apart: half the loss curves so."""
        import numpy as np

        seen = self.slopes.T @ self.weights @ self.slopes
        values, vectors = np.linalg.eigh(seen - self._noise())
        found: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
        return found + self.held * np.eye(len(self.centre))

    @property
    def spread_before(self) -> float:
        """Standard deviation of a parameter before the data, in the unit cube."""
        return 1.0 / math.sqrt(1.0 / PRIOR_VARIANCE + self.held)

    def covariance(self) -> "Floats":
        """Joint uncertainty of the parameters after the data, in the unit cube."""
        import numpy as np

        return np.linalg.inv(self.information() + np.eye(len(self.centre)) / PRIOR_VARIANCE)

    def rise(self, parameter: int, place: float) -> float:
        """By how much the squared distance rises where one parameter is elsewhere.

        All others at their best between the bounds; 0 at the centre.
        """
        import numpy as np
        from scipy.optimize import lsq_linear

        root = root_of(self.information())
        there = root[:, parameter] * (place - self.centre[parameter])
        free = [k for k in range(len(self.centre)) if k != parameter]
        if not free:
            return float(there @ there)
        left = np.vstack([root[:, free], self._pull()[:-1, :-1]])
        right = np.concatenate([-there, np.zeros(len(free))])
        low, high = -self.centre[free] - 1e-12, 1.0 - self.centre[free] + 1e-12
        solved = lsq_linear(left, right, bounds=(low, high))
        rest = there + root[:, free] @ solved.x
        return float(rest @ rest)

    def _noise(self) -> "Floats":
        """Information that errors of the slopes feign, on average."""
        import numpy as np

        found: Floats = float(np.sum(self.weights * self.rest)) * self.shape
        return found

    def _pull(self) -> "Floats":
        """A faint pull to the centre, which settles what is left open."""
        import numpy as np

        return 1e-3 * np.eye(len(self.centre))


def root_of(matrix: "Floats") -> "Floats":
    """A matrix whose square is a given symmetric one without negative eigenvalues."""
    import numpy as np

    values, vectors = np.linalg.eigh(matrix)
    found: Floats = np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
    return found


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


def pinned(calibration: "Calibration", slopes: Slopes) -> list[Pinned]:
    """Every parameter after the data, and the profile of the expected loss along it."""
    import numpy as np

    spread, start = np.sqrt(np.diag(slopes.covariance())), calibration.start()
    found = []
    for k, (name, free) in enumerate(calibration.plan.parameters.items()):
        low, high = interval(float(slopes.centre[k]), float(spread[k]))
        profile = [
            (free.value_at(u), slopes.rise(k, u))
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
                float(spread[k]) / slopes.spread_before,
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
