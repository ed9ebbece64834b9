"""A scenario: everything that may differ between two worlds, checked and complete.

`load_scenario` reads one by name or path. The same dotted paths reach its values in files, in
`with_changes`, in sweeps and in links.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import PrivateAttr, model_validator

from agents.borrower_parameters import Behaviour, Product, Region, Search, Segment
from agents.lender_parameters import LenderKind, LenderSetup
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, as_plain, parameter
from sim.core.quantities import Count, Name
from sim.core.wording import did_you_mean, shown
from sim.macro import MacroSection
from sim.overlay import changed, value_at
from sim.policy import PolicySection
from sim.scenario_files import ScenarioFile, find_scenarios, named_file, resolved
from sim.validation import validated
from sim.yaml_reader import Document
from sim.yaml_writer import yaml_text

__all__ = [
    "Scenario",
    "ScenarioFile",
    "ScenarioRoot",
    "find_scenarios",
    "load_scenario",
    "scenario_schema",
]

LATEST_START = Month.of(2100, 12)


class ScenarioRoot(Parameters):
    """The top level of a file that can extend another and be changed by dotted paths.

    It cannot be changed itself; `with_changes` makes another.
    """

    words: ClassVar[frozenset[str]] = Parameters.words | {"title", "question"}

    title: str = parameter("", unit="", description="what the scenario is, in one line")
    question: str = parameter("", unit="", description="the question that it answers")

    _name: str = PrivateAttr(default="unnamed")
    _document: Document | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """Read and check a file; raises InputError."""
        file = named_file(os.fspath(name_or_path))
        return cls._made(resolved(file), file.path.stem)

    @property
    def name(self) -> str:
        """Short name: that of the file, without its ending."""
        return self._name

    @property
    def text(self) -> str:
        """The scenario as one YAML file that extends no other and sets what its files set.

        Equal for files that say the same with other words for it or in another order of sections.
        """
        return yaml_text(as_plain(self, only_set=True))

    @property
    def hash(self) -> str:
        """SHA-256 of all values, defaults included, in hexadecimal.

        Titles, questions, sources and notes do not count, nor does the way in which a value was
        written (24% or 0.24). Scenarios with equal hashes give equal results.
        """
        # In the order of declaration and of the file: the order of lenders could make a difference.
        values = json.dumps(as_plain(self, words=False), separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(values.encode()).hexdigest()

    def value_at(self, path: str) -> Any:
        """The value, plain, that a dotted path reaches; InputError if it reaches none."""
        return value_at(as_plain(self), path, self.name)

    def with_changes(self, changes: Mapping[str, object], *, name: str | None = None) -> Self:
        """This scenario with other values.

        changes : value by dotted path, as a file would have it: `{"population": 1_000_000}`. A
            mapping is merged, None removes, anything else replaces
        name : of the new scenario

        Raises InputError as a file with these values would.
        """
        plain = {path: as_plain(value) for path, value in changes.items()}
        written = self._document or Document(self.name, as_plain(self, only_set=True), {})
        document = changed(written, plain, as_plain(self), "changes")
        changed_name = self.name if self.name.endswith("_changed") else f"{self.name}_changed"
        return self._made(document, name or changed_name)

    @classmethod
    def _made(cls, document: Document, name: str) -> Self:
        scenario = validated(cls, document)
        scenario._name = name
        scenario._document = document
        return scenario


class Scenario(ScenarioRoot):
    """Everything that a scenario file can set."""

    scope: Literal["core", "wide"] = parameter(
        "core",
        unit="",
        description="core: facilitation, consumer finance, small-loan companies, internet banks; "
        "wide: also banks' own small loans",
    )
    population: Count = parameter(
        500_000_000,
        unit="persons",
        low=1,
        description="potential borrowers for whom the simulated ones stand",
    )
    start: Month = parameter(
        Month.of(2024, 1), unit="month", description="first month that is reported"
    )
    burn_in_months: Count = parameter(
        24, unit="months", high=240, description="months simulated before the first reported one"
    )

    policy: PolicySection = parameter(PolicySection(), unit="", description="the rules, dated")
    macro: MacroSection = parameter(unit="", description="the economy around the market")
    regions: dict[Name, Region] = parameter(unit="", description="parts of the country")
    products: dict[Name, Product] = parameter(unit="", description="kinds of loans")
    segments: dict[Name, Segment] = parameter(unit="", description="kinds of borrowers")
    behaviour: Behaviour = parameter(unit="", description="how borrowers decide")
    search: Search = parameter(Search(), unit="", description="how hard borrowers search")
    kinds: dict[Name, LenderKind] = parameter(unit="", description="kinds of lenders")
    lenders: dict[Name, LenderSetup] = parameter({}, unit="", description="lenders at the start")

    @model_validator(mode="after")
    def _within_the_calendar(self) -> Self:
        # Month 0 stands for "never" in a borrower's record: no month that is lived may be it.
        if not self.burn_in_months < int(self.start) <= int(LATEST_START):
            earliest = Month(self.burn_in_months + 1)
            raise FieldError(
                "start", f"is {self.start}; a run starts between {earliest} and {LATEST_START}"
            )
        return self

    @model_validator(mode="after")
    def _names_that_exist(self) -> Self:
        for part in ("regions", "products", "segments"):
            if not getattr(self, part):
                raise FieldError(part, "is empty; at least one is needed")
        if len(self.segments) > MOST_SEGMENTS:
            raise FieldError("segments", f"has more than {MOST_SEGMENTS} entries")
        for name, segment in self.segments.items():
            _known(segment.places, self.regions, f"segments.{name}.places", "region")
            _known(segment.products, self.products, f"segments.{name}.products", "product")
        for name, kind in self.kinds.items():
            _known(kind.segments, self.segments, f"kinds.{name}.segments", "segment")
        seen: dict[int, str] = {}
        for name, setup in self.lenders.items():
            if setup.kind not in self.kinds:
                guess = did_you_mean(setup.kind, self.kinds)
                raise FieldError(
                    f"lenders.{name}.kind", f"is {shown(setup.kind)}; no such kind.{guess}"
                )
            if setup.id in seen:
                raise FieldError(
                    f"lenders.{name}.id", f"is {setup.id}, which is that of {seen[setup.id]}"
                )
            seen[setup.id] = name
        return self


MOST_SEGMENTS = 8
"""Bins of a scorecard's feature that holds the segment."""


def _known(used: Iterable[str], names: Iterable[str], path: str, noun: str) -> None:
    """Raises FieldError for the first name that is used without being declared."""
    for name in used:
        if name not in names:
            guess = did_you_mean(name, names)
            raise FieldError(f"{path}.{name}", f"names no {noun}.{guess}")


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read and check a scenario.

    name_or_path : the name of a scenario that comes with the program, or the path of a YAML file

    Raises InputError with one line: file, line, key, what was found, what is allowed, nearest
    valid name.
    """
    return Scenario.load(name_or_path)


def scenario_schema(root: type[ScenarioRoot] = Scenario) -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    schema = root.model_json_schema()
    extends = {
        "type": "string",
        "description": "the scenario that this one changes: a name, or a path ending in .yaml",
    }
    schema["title"] = "loansim scenario"
    schema["properties"] = {"extends": extends} | schema["properties"]
    return schema
