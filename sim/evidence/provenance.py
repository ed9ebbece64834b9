"""What every value of a scenario rests on: sourced, calibrated by hand, or assumed.

scenarios/data/origins.csv says so of `observed`, value by value; what it does not name is assumed,
as is whatever another scenario sets otherwise than `observed`, unless `loansim calibrate` found it
(`fitted.values`). Where a section names a source of
its own in the scenario, that is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from sim.core.parameters import ParameterRow, as_plain, parameter_table
from sim.evidence.known_figures import rows
from sim.scenario import Scenario, load_scenario

Provenance = Literal["sourced", "calibrated", "assumed"]

ORIGINS = "origins.csv"
FIRST = "observed"
"""The scenario of which origins.csv speaks."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value of a scenario.

    path : as a file has it ; value : as text ; unit, meaning : of its declaration
    source : in words; empty where nothing is said
    """

    path: str
    value: str
    unit: str
    provenance: Provenance
    source: str
    meaning: str


@dataclass(frozen=True, slots=True)
class _Origin:
    paths: tuple[tuple[str, ...], ...]
    provenance: Provenance
    source: str


def value_rows(scenario: Scenario) -> list[ValueRow]:
    """Every single value of a scenario, defaults too, in the order of a file."""
    first = scenario if scenario.name == FIRST else load_scenario(FIRST)
    usual = {path: value for path, value, _ in _leaves(as_plain(first), "", "")}
    origins = list(_origins())
    declared = _by_shape()
    found = []
    fitted = scenario.fitted.by_path
    by_calibration = _Origin((), "calibrated", f"loansim calibrate: {scenario.fitted.plan}")
    for path, value, source in _leaves(as_plain(scenario), "", ""):
        parts = tuple(path.split("."))
        if path in fitted and fitted[path] == value:
            origin: _Origin | None = by_calibration
        else:
            origin = _origin_of(parts, origins) if usual.get(path) == value else None
        declaration = _declaration(parts, declared)
        words = [text for text in ((origin.source if origin else ""), source) if text]
        found.append(
            ValueRow(
                path,
                _written(value),
                declaration.unit if declaration else "",
                origin.provenance if origin else "assumed",
                "; ".join(words),
                declaration.description if declaration else "",
            )
        )
    return found


def _origins() -> Iterator[_Origin]:
    for row in rows(ORIGINS):
        places = [row["file"], row["date"], row["row"], row["from"]]
        provenance: Provenance = (
            "sourced"
            if row["provenance"] == "sourced"
            else "calibrated"
            if row["provenance"] == "calibrated"
            else "assumed"
        )
        paths = tuple(tuple(path.strip().split(".")) for path in row["values"].split("+"))
        yield _Origin(paths, provenance, ", ".join(place for place in places if place))


def _origin_of(parts: tuple[str, ...], origins: list[_Origin]) -> _Origin | None:
    """What origins.csv says of a value; the row that names it most exactly."""
    fitting = [
        (sum("*" in part for part in path), origin)
        for origin in origins
        for path in origin.paths
        if len(path) == len(parts) and all(map(fnmatchcase, parts, path))
    ]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


type _Declared = dict[tuple[int, str], list[tuple[ParameterRow, tuple[str, ...]]]]


def _by_shape() -> _Declared:
    """Declarations by number of parts and last part, so that few have to be tried."""
    found: _Declared = {}
    for row in parameter_table(Scenario):
        parts = tuple(row.path.split("."))
        last = "" if parts[-1].startswith("<") else parts[-1]
        found.setdefault((len(parts), last), []).append((row, parts))
    return found


def _declaration(parts: tuple[str, ...], declared: _Declared) -> ParameterRow | None:
    """The declaration of a value; of a series or a mapping where its keys have none."""
    for length in (len(parts), len(parts) - 1):
        for last in (parts[length - 1], ""):
            for row, segments in declared.get((length, last), []):
                if all(
                    segment.startswith("<") or part == segment
                    for part, segment in zip(parts, segments, strict=False)
                ):
                    return row
    return None


WORDS = ("source", "note", "title", "title_zh", "question", "question_zh", "subject", "fitted")


def _leaves(content: object, path: str, source: str) -> Iterator[tuple[str, object, str]]:
    """Path, value and the nearest source above, of every single value."""
    if not isinstance(content, dict):
        yield path, content, source
        return
    own = content.get("source") if path else None  # that of the whole file speaks of origins.csv
    nearest = " ".join(own.split()) if isinstance(own, str) and own.strip() else source
    for key, below in content.items():
        if key not in WORDS:
            yield from _leaves(below, f"{path}.{key}" if path else str(key), nearest)


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    return "" if value is None else str(value)
