"""A calibration plan: which parameters may move how far, and which figures they have to meet.

Plans are YAML files, read and checked like scenarios. Those that come with the program lie in
scenarios/calibration/.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from sim.core.errors import InputError
from sim.core.parameters import FieldError, Parameters, as_plain, parameter
from sim.core.quantities import Count, Name, Share
from sim.core.wording import did_you_mean, listed, shown
from sim.experiment import BOUNDS
from sim.scenario import Scenario, load_scenario
from sim.scenario_files import NAME, SCENARIOS
from sim.sweeps.factors import Amount
from sim.validation import validated
from sim.yaml_reader import read_yaml_file
from sim.yaml_writer import yaml_text

PLANS = SCENARIOS / "calibration"
"""The plans that come with the program."""

DIGITS = 6
"""Significant digits of a parameter that is tried: what a scenario file then says is what ran."""


class FreeParameter(Parameters):
    """A number of the scenario that the calibration may choose, between two bounds."""

    words: ClassVar[frozenset[str]] = Parameters.words | {"label"}

    path: str = parameter(unit="", description="dotted path into the scenario")
    low: Amount = parameter(unit="as the path", description="smallest value")
    high: Amount = parameter(unit="as the path", description="largest value")
    scale: Literal["linear", "log"] = parameter(
        "linear", unit="", description="whether equal steps are differences or ratios"
    )
    whole: bool = parameter(False, unit="", description="round to whole numbers, such as months")
    label: str = parameter("", unit="", description="what it is, in a few words")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise FieldError("low", f"is {shown(self.low)}, not below high ({shown(self.high)})")
        if self.scale == "log" and self.low <= 0:
            raise FieldError("low", f"is {shown(self.low)}; on a log scale it lies above 0")
        return self

    def value_at(self, place: float) -> float:
        """The value at a share of the way from low to high, to `DIGITS` digits, or whole."""
        if self.scale == "log":
            value = self.low * math.pow(self.high / self.low, place)
        else:
            value = self.low + place * (self.high - self.low)
        if self.whole:
            return round(value)
        return min(self.high, max(self.low, float(f"{value:.{DIGITS}g}")))

    def place_of(self, value: float) -> float:
        """How far a value is from low to high; beyond [0, 1] outside them."""
        if self.scale == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


class TargetSection(Parameters):
    """A figure to be met: a check of `loansim validate`, under its name."""

    weight: Amount = parameter(1.0, unit="", low=0.0, description="importance beside the others")
    tolerance: Amount | None = parameter(
        None,
        unit="as the check",
        low=0.0,
        description="distance from the data that counts as one; half of what the check accepts "
        "if left out",
    )
    value: Amount | None = parameter(
        None, unit="as the check", description="another figure than the check's own"
    )


class SearchSection(Parameters):
    """How values are sought.

    cmaes: covariance matrix adaptation (Hansen, Ostermeier, Evolutionary Computation 9, 2001).
    tpe: tree-structured Parzen estimator (Bergstra and others, NeurIPS 24, 2011). sobol, random:
    a scrambled Sobol sequence and chance; both learn nothing on the way.
    """

    sampler: Literal["cmaes", "tpe", "sobol", "random"] = parameter(
        "cmaes", unit="", description="how the next values are chosen"
    )
    trials: Count = parameter(200, unit="", low=1, high=100_000, description="of all starts")
    starts: Count = parameter(
        2, unit="", low=1, high=100, description="searches that know nothing of each other"
    )
    batch: Count = parameter(
        8,
        unit="",
        low=2,
        high=1_000,
        description="trials chosen at a time, however many workers there are, so that the outcome "
        "does not depend on them; the generation of cmaes",
    )
    seed: Count = parameter(1, unit="", description="of the choices")
    refinements: Count = parameter(
        3,
        unit="",
        low=0,
        high=50,
        description="steps from the best trial along the targets' slopes (Gauss-Newton)",
    )
    judgement: Share | None = parameter(
        None,
        unit="",
        description="how far the scenario's own values may well be off: a standard deviation, as a "
        "share of the way between the bounds. A parameter that far away counts as a target missed "
        "by one tolerance, so that what the data do not tell stays where it is. None: the bounds "
        "alone",
    )


class ConfirmSection(Parameters):
    """How the values that were found are looked at again, with seeds not used before."""

    borrowers: Count = parameter(
        100_000,
        unit="simulated borrowers",
        low=BOUNDS["borrowers"][0],
        high=BOUNDS["borrowers"][1],
        description="of each run",
    )
    seeds: Count = parameter(20, unit="", low=2, high=BOUNDS["seeds"][1], description="of them")


class CalibrationPlan(Parameters):
    """Everything that a plan file can set."""

    words: ClassVar[frozenset[str]] = Parameters.words | {"title"}

    title: str = parameter(unit="", description="what is calibrated to what, in one line")
    scenario: str = parameter("observed", unit="", description="where it starts from")
    parameters: dict[Name, FreeParameter] = parameter(unit="", description="what may move")
    targets: dict[Name, TargetSection] = parameter(unit="", description="what has to be met")
    search: SearchSection = parameter(SearchSection(), unit="", description="how it is sought")
    borrowers: Count = parameter(
        20_000,
        unit="simulated borrowers",
        low=BOUNDS["borrowers"][0],
        high=BOUNDS["borrowers"][1],
        description="of each run of the search",
    )
    seeds: Count = parameter(
        4, unit="", low=1, high=BOUNDS["seeds"][1], description="of each trial: the same for all"
    )
    months: Count = parameter(
        12, unit="months", low=1, high=BOUNDS["months"][1], description="reported months of a run"
    )
    confirm: ConfirmSection = parameter(
        ConfirmSection(), unit="", description="the look at what was found"
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        for name in ("parameters", "targets"):
            if not getattr(self, name):
                raise FieldError(name, "is empty; name at least one")
        paths = [free.path for free in self.parameters.values()]
        for name, free in self.parameters.items():
            if paths.count(free.path) > 1:
                raise FieldError(f"parameters.{name}.path", "is there twice")
        return self


@dataclass(frozen=True)
class Calibration:
    """A plan with the scenario that it starts from.

    name : of the plan's file, without its ending
    """

    name: str
    plan: CalibrationPlan
    scenario: Scenario

    @property
    def text(self) -> str:
        """The plan as YAML, what it leaves to defaults left out."""
        return yaml_text(as_plain(self.plan, only_set=True))

    @property
    def hash(self) -> str:
        """SHA-256 of all that decides what is run: plan and scenario without their words."""
        plan = as_plain(self.plan, words=False) | {"scenario": self.scenario.hash}
        values = json.dumps(plan, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(values.encode()).hexdigest()

    def values_at(self, places: tuple[float, ...]) -> dict[str, float]:
        """Value of each parameter at a point of the unit cube, by name."""
        free = self.plan.parameters
        return {name: free[name].value_at(u) for name, u in zip(free, places, strict=True)}

    def changes(self, values: Mapping[str, float]) -> dict[str, object]:
        """Value by dotted path."""
        return {self.plan.parameters[name].path: value for name, value in values.items()}

    def start(self) -> tuple[float, ...]:
        """The point of the unit cube at which the scenario stands; the nearest where outside."""
        from sim.overlay import value_at

        complete = as_plain(self.scenario)
        places = []
        for free in self.plan.parameters.values():
            value = value_at(complete, free.path, "the plan")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InputError(f"{free.path} is {shown(value)}, which is no number to calibrate")
            places.append(min(1.0, max(0.0, free.place_of(value) if value > 0 else 0.0)))
        return tuple(places)


def load_calibration(name_or_path: str | Path, scenario: str = "") -> Calibration:
    """Read and check a plan: the name of one that comes with the program, or a YAML file.

    scenario : name or path of another scenario to start from

    Raises InputError with one line.
    """
    path, origin = _file(os.fspath(name_or_path))
    document = read_yaml_file(path, origin)
    plan = validated(CalibrationPlan, document)
    written = scenario or plan.scenario
    beside = not scenario and written.endswith((".yaml", ".yml"))
    found = load_scenario(path.parent / written if beside else written)
    calibration = Calibration(path.stem, plan, found)
    try:
        _check(calibration)
    except InputError as error:
        raise InputError(f"{origin}: {error}") from None
    return calibration


def find_calibrations() -> list[tuple[str, CalibrationPlan]]:
    """Names and contents of the plans that come with the program."""
    return [
        (p.stem, validated(CalibrationPlan, read_yaml_file(p, f"scenarios/calibration/{p.name}")))
        for p in sorted(PLANS.glob("*.yaml"))
    ]


def _file(written: str) -> tuple[Path, str]:
    """The file that a name or path means, and what messages call it."""
    if written.endswith((".yaml", ".yml")):
        if not os.path.isfile(written):
            raise InputError(f"there is no file {shown(written)}")
        return Path(written), written
    path = PLANS / f"{written}.yaml"
    if not NAME.fullmatch(written) or not path.is_file():
        known = sorted(path.stem for path in PLANS.glob("*.yaml"))
        near = did_you_mean(written, known) or f" There is: {listed(known)}."
        raise InputError(f"no calibration plan {shown(written)}.{near}")
    return path, f"scenarios/calibration/{path.name}"


def _check(calibration: Calibration) -> None:
    """Raises InputError for targets that there are not, and for ends that are no scenarios."""
    from sim.calibration.targets import targets_of

    targets_of(calibration)
    calibration.start()
    for name, free in calibration.plan.parameters.items():
        for value in (free.low, free.high):
            try:
                calibration.scenario.with_changes({free.path: value})
            except InputError as error:
                raise InputError(f"parameters.{name}: {error}") from None
