"""A sweep plan: a question, base scenarios, what is varied and how, and what is kept.

Plans are YAML files, read and checked like scenarios. Those that come with the program lie in
scenarios/sweeps/.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from sim.core.errors import InputError
from sim.core.parameters import FieldError, Parameters, as_plain, parameter
from sim.core.quantities import Count, Name
from sim.core.wording import did_you_mean, shown
from sim.experiment import BOUNDS
from sim.measures import OF_MARKET
from sim.scenario import Scenario, load_scenario
from sim.scenario_files import NAME, SCENARIOS
from sim.sweeps.factors import Factor
from sim.validation import validated
from sim.yaml_reader import Document, read_yaml_file, read_yaml_text
from sim.yaml_writer import yaml_text

PLANS = SCENARIOS / "sweeps"
"""The plans that come with the program."""

BASE = "base"
"""The column that says which base scenario a run has; no factor may take its name."""

RESERVED = frozenset(
    {BASE, "run", "point", "scenario_hash", "seed", "status", "seconds", "error", "month"}
    | {"factor", "level", "against", "measure", "horizon", "unit", "statistic", "seeds", "effect"}
    | {"before", "after"}
)
"""Columns of results and of tables of effects, which no factor may be called."""

NAMED_IN_PATH = re.compile(r"\{([^{}]*)\}")

DEFAULT_OUTPUTS = tuple(measure.name for measure in OF_MARKET)


class Design(Parameters):
    """Which combinations of levels are run.

    full: all of them. lhs: Latin hypercube (McKay, Beckman, Conover, Technometrics 21, 1979).
    sobol: Saltelli's sample for Sobol indices (Computer Physics Communications 145, 2002).
    morris: trajectories for elementary effects (Morris, Technometrics 33, 1991).
    posterior: draws of the parameters of a calibration, each with all combinations of the factors.
    """

    kind: Literal["full", "lhs", "sobol", "morris", "posterior"] = parameter(
        "full", unit="", description="full grid, Latin hypercube, Sobol, Morris, posterior"
    )
    points: Count | None = parameter(
        None,
        unit="",
        low=2,
        high=1_000_000,
        description="lhs: points; sobol: points of the base sample, a power of two, each of which "
        "costs factors + 2 runs; morris: trajectories, each of which costs factors + 1 runs; "
        "posterior: draws",
    )
    calibration: str = parameter(
        "",
        unit="",
        description="posterior: folder that 'loansim calibrate' wrote, or its posterior.json, "
        "beside the plan",
    )
    drawn: tuple[Name, ...] = parameter(
        (),
        unit="",
        description="posterior: factors whose lists are draws, the same place of each belonging "
        "together; what a plan that was read has instead of `calibration`",
    )
    seed: Count = parameter(1, unit="", description="of the sample")
    levels: Count = parameter(
        4, unit="", low=2, high=100, description="morris: levels of each factor, an even number"
    )
    second_order: bool = parameter(
        False, unit="", description="sobol: indices of pairs too, at twice the runs"
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "full") != (self.points is None):
            does = "says nothing for a full grid; leave it out" if self.points else "is missing"
            raise FieldError("points", does)
        if self.kind == "sobol" and (self.points or 0) & ((self.points or 0) - 1):
            raise FieldError("points", f"is {self.points}; a power of two is needed (64, 128, ...)")
        if self.kind == "morris" and self.levels % 2:
            raise FieldError("levels", f"is {self.levels}; an even number is needed")
        given = [name for name in ("calibration", "drawn") if getattr(self, name)]
        if self.kind != "posterior" and given:
            raise FieldError(given[0], f"says nothing for a design {self.kind}; leave it out")
        if self.kind == "posterior" and len(given) != 1:
            raise FieldError(
                "calibration", "is missing; name the folder that 'loansim calibrate' wrote"
            )
        return self


class SweepPlan(Parameters):
    """Everything that a plan file can set."""

    words: ClassVar[frozenset[str]] = Parameters.words | {"title", "question"}

    title: str = parameter(unit="", description="what the sweep is, in one line")
    question: str = parameter(unit="", description="the question that it answers")
    bases: tuple[str, ...] = parameter(
        ("observed",), unit="", description="scenarios that are varied: names, or paths of files"
    )
    factors: dict[Name, Factor] = parameter({}, unit="", description="what is varied")
    design: Design = parameter(Design(), unit="", description="which combinations are run")
    seeds: Count = parameter(
        10,
        unit="",
        low=1,
        high=BOUNDS["seeds"][1],
        description="replications of each point, with seeds 1, 2, ...; all points share them",
    )
    borrowers: Count = parameter(
        20_000,
        unit="simulated borrowers",
        low=BOUNDS["borrowers"][0],
        high=BOUNDS["borrowers"][1],
        description="of each run",
    )
    months: Count = parameter(
        84, unit="months", low=1, high=BOUNDS["months"][1], description="reported months of a run"
    )
    outputs: tuple[Name, ...] = parameter(
        DEFAULT_OUTPUTS, unit="", description="measures kept of each run, month by month"
    )

    @model_validator(mode="after")
    def _bases_differ(self) -> Self:
        if not self.bases:
            raise FieldError("bases", "is empty; name at least one scenario")
        names = [Path(base).stem for base in self.bases]
        for place, name in enumerate(names):
            if name in names[:place]:
                raise FieldError(f"bases.{place}", f"is {shown(name)}, which is there already")
        return self

    @model_validator(mode="after")
    def _factors_fit(self) -> Self:
        if not self.factors and not self.design.calibration:
            raise FieldError("factors", "is empty; name at least one")
        self._draws_fit()
        lent: set[str] = set()
        for name, factor in self.factors.items():
            if name in RESERVED:
                raise FieldError(f"factors.{name}", "is the name of a column; choose another")
            if self.design.kind in ("full", "posterior") and factor.levels() is None:
                raise FieldError(
                    f"factors.{name}",
                    "is any number between two, which a full grid cannot exhaust; give it a list "
                    "or a grid, or choose the design lhs, sobol or morris",
                )
            for other in NAMED_IN_PATH.findall(factor.path):
                if other not in self.factors or other == name:
                    guess = did_you_mean(other, (n for n in self.factors if n != name))
                    raise FieldError(
                        f"factors.{name}.path", f"names {shown(other)}, which is no factor.{guess}"
                    )
                lent.add(other)
        for name, factor in self.factors.items():
            if not factor.path and name not in lent:
                raise FieldError(
                    f"factors.{name}", "has no path, and no other factor's path names it in braces"
                )
        return self

    def _draws_fit(self) -> None:
        """Raises FieldError unless each drawn factor has a level for each draw."""
        for place, name in enumerate(self.design.drawn):
            if name not in self.factors:
                raise FieldError(f"design.drawn.{place}", f"is {shown(name)}, which is no factor")
            found = len(self.factors[name].levels() or ())
            if found != self.design.points:
                raise FieldError(
                    f"factors.{name}",
                    f"has {found} levels for {self.design.points} draws; write one a draw",
                )

    @model_validator(mode="after")
    def _outputs_differ(self) -> Self:
        if not self.outputs:
            raise FieldError("outputs", "is empty; name at least one measure")
        for place, name in enumerate(self.outputs):
            if name in self.outputs[:place]:
                raise FieldError(f"outputs.{place}", f"is {shown(name)}, which is there already")
        return self


@dataclass(frozen=True)
class Sweep:
    """A plan with the scenarios that it starts from.

    name : of the plan's file, without its ending
    bases : name -> scenario, in the order of the plan
    """

    name: str
    plan: SweepPlan
    bases: Mapping[str, Scenario]

    @property
    def text(self) -> str:
        """The plan as YAML, what it leaves to defaults left out."""
        return yaml_text(as_plain(self.plan, only_set=True))

    @property
    def hash(self) -> str:
        """SHA-256 of all that decides which runs there are: plan and bases without their words."""
        plan = as_plain(self.plan, words=False) | {
            "bases": {name: base.hash for name, base in self.bases.items()}
        }
        values = json.dumps(plan, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(values.encode()).hexdigest()


def load_plan(name_or_path: str | Path) -> Sweep:
    """Read and check a plan: the name of one that comes with the program, or a YAML file.

    Raises InputError with one line. Bases given as paths lie beside the plan.
    """
    path, origin = _file(os.fspath(name_or_path))
    document = read_yaml_file(path, origin)
    plan = _with_draws(validated(SweepPlan, document), path.parent)
    bases = {}
    for place, written in enumerate(plan.bases):
        inside = path.parent / written if written.endswith((".yaml", ".yml")) else Path(written)
        try:
            scenario = load_scenario(inside)
        except InputError as error:
            where = document.places.get(("bases", place), document.places[()])
            raise InputError(f"{where}: bases.{place}: {error}") from None
        bases[scenario.name] = scenario
    sweep = Sweep(path.stem, plan, bases)
    _check(sweep, document)
    return sweep


def _with_draws(plan: SweepPlan, beside: Path) -> SweepPlan:
    """A plan with the draws of its calibration as factors: it says all by itself from then on.

    Raises InputError if there is no calibration, or a factor has the name of a parameter of it.
    """
    if not plan.design.calibration:
        return plan
    from sim.calibration.posterior import read_posterior

    posterior = read_posterior(beside / plan.design.calibration)
    draws = posterior.draws(int(plan.design.points or 0), plan.design.seed)
    twice = next((name for name in posterior.free if name in plan.factors), None)
    if twice is not None:
        raise InputError(f"factors.{twice} is a parameter that the calibration draws; leave it out")
    plain = as_plain(plan, only_set=True)
    del plain["design"]["calibration"]
    plain["design"]["drawn"] = list(posterior.free)
    plain["factors"] = {
        **{
            name: {
                "path": free.path,
                "label": free.label or name,
                "role": "uncertainty",
                "list": [draw[name] for draw in draws],
            }
            for name, free in posterior.free.items()
        },
        **plain.get("factors", {}),
    }
    return validated(SweepPlan, read_yaml_text(yaml_text(plain), "the plan with its draws"))


def sweep_from_texts(name: str, plan: str, bases: Mapping[str, str]) -> Sweep:
    """A sweep from the texts of its plan and of its bases, as a folder's manifest keeps them."""
    document = read_yaml_text(plan, f"plan of {name}")
    scenarios = {base: Scenario.from_text(text, base) for base, text in bases.items()}
    return Sweep(name, validated(SweepPlan, document), scenarios)


def find_plans() -> list[tuple[str, SweepPlan]]:
    """Names and contents of the plans that come with the program."""
    return [
        (path.stem, validated(SweepPlan, read_yaml_file(path, f"scenarios/sweeps/{path.name}")))
        for path in sorted(PLANS.glob("*.yaml"))
    ]


def _file(written: str) -> tuple[Path, str]:
    """The file that a name or path means, and what messages call it."""
    if written.endswith((".yaml", ".yml")):
        if not os.path.isfile(written):
            raise InputError(f"there is no file {shown(written)}")
        return Path(written), written
    path = PLANS / f"{written}.yaml"
    if not NAME.fullmatch(written) or not path.is_file():
        near = did_you_mean(written, (known.stem for known in PLANS.glob("*.yaml")))
        raise InputError(f"no plan {shown(written)}.{near}   (loansim sweep plans)")
    return path, f"scenarios/sweeps/{path.name}"


def _check(sweep: Sweep, document: Document) -> None:
    """Raises InputError for outputs that there are not, and for points that are no scenarios."""
    from sim.measures import measure_named
    from sim.sweeps.points import check_corners, measures_in

    starts = {base.start for base in sweep.bases.values()}
    if len(starts) > 1:
        raise InputError(f"{document.origin}: bases begin in different months; give them one start")
    for place, name in enumerate(sweep.plan.outputs):
        try:
            measure_named(name, measures_in(sweep))
        except InputError as error:
            where = document.places.get(("outputs", place), document.places[()])
            raise InputError(f"{where}: outputs.{place}: {error}") from None
    check_corners(sweep, document)
