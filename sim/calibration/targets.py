"""Targets: checks of sim/evidence that a calibration may look at, and the distance from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.wording import did_you_mean
from sim.evidence.check import Check
from sim.evidence.validating import checks_of

if TYPE_CHECKING:
    from sim.calibration.plan import Calibration

FITTED = ("opening", "year_2024", "outlook")
"""Groups of checks that may be fitted. Facts and published effects judge a model that did not know
them."""

HOPELESS = 1e6
"""Loss of a target that a run has no figure for, be it that the market died."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure to be met: distances are counted in tolerances, their squares weighted."""

    check: Check
    data: float
    tolerance: float
    weight: float


def targets_of(calibration: "Calibration") -> list[Target]:
    """The targets of a plan; InputError for names that are no checks, or may not be fitted."""
    known = {check.name: check for check in checks_of(calibration.scenario)}
    found = []
    for name, section in calibration.plan.targets.items():
        if name not in known:
            raise InputError(
                f"targets.{name}: 'loansim validate' has no such check for "
                f"{calibration.scenario.name}.{did_you_mean(name, known)}"
            )
        check = known[name]
        if check.group not in FITTED:
            raise InputError(f"targets.{name} is a check that nothing may be fitted to; leave it")
        data = check.data if section.value is None else section.value
        tolerance = section.tolerance or (check.high - check.low) / 2
        if not (math.isfinite(data) and math.isfinite(tolerance) and tolerance > 0):
            raise InputError(f"targets.{name} needs a value and a tolerance of its own")
        found.append(Target(check, data, tolerance, section.weight))
    if not sum(target.weight for target in found) > 0:
        raise InputError("targets: all weights are 0; give one of them more")
    return found


def distance(target: Target, mean: float) -> float:
    """How far a mean lies from a target, in tolerances; NaN for no figure."""
    return (mean - target.data) / target.tolerance


def strain(calibration: "Calibration", places: Sequence[float]) -> float:
    """What a point's distance from the scenario's own values adds to the loss; 0 without judgement.

    In the units of `loss`: the squared distances, in standard deviations of the judgement, over the
    weights of the targets.
    """
    spread = calibration.plan.search.judgement
    if not spread:
        return 0.0
    away = sum((u - own) ** 2 for u, own in zip(places, calibration.start(), strict=True))
    return away / spread**2 / sum(section.weight for section in calibration.plan.targets.values())


def loss(targets: Sequence[Target], means: Sequence[float]) -> float:
    """Weighted mean of squared distances, in tolerances: at 1 the targets are missed by one."""
    total = sum(target.weight for target in targets)
    terms = (
        target.weight * (HOPELESS if math.isnan(mean) else distance(target, mean) ** 2)
        for target, mean in zip(targets, means, strict=True)
    )
    return sum(terms) / total
