"""Where the values of `observed` come from, read from scenarios/data/origins.csv.

A row names one value, the sum of several (`a + b`) or many (`kinds.*.noise`), what it rests on, and
where that is a figure of a table in scenarios/data, which one. Tests compare the two.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sim.core.errors import InputError
from sim.core.parameters import as_plain
from sim.scenario import Scenario, load_scenario

DATA = Path(__file__).resolve().parents[1] / "scenarios" / "data"
ORIGINS = DATA / "origins.csv"

CONFIRMED = ("seen in source", "company reports", "derived")
"""How the remark on a row of data begins if the figure is more than an assumption."""


@dataclass(frozen=True)
class Origin:
    """What one value, or a sum of values, of `observed` rests on.

    paths : dotted; a `*` stands for one name
    file, date, row, column : the figure in scenarios/data; empty where there is none to compare
    factor : what turns the figure into the value's unit ; within : relative difference allowed
    words : what the file does not say
    """

    paths: tuple[str, ...]
    provenance: str
    file: str
    date: str
    row: str
    column: str
    factor: float
    within: float
    words: str

    @property
    def text(self) -> str:
        """Where it comes from, in words."""
        place = ", ".join(part for part in (self.file, self.date, self.row) if part)
        return "; ".join(part for part in (place, self.words) if part)

    def figure(self) -> tuple[float, str]:
        """The figure in the value's unit, and the remark of its row on how sure it is."""
        rows = [line for line in table(self.file) if self._is_meant(line)]
        if len(rows) != 1:
            raise InputError(f"{self.file} has {len(rows)} rows '{self.row}' of '{self.date}'")
        remark = rows[0].get("provenance") or rows[0].get("confidence") or ""
        return float(rows[0][self.column]) * self.factor, remark

    def value(self, scenario: Scenario) -> float:
        """The value, or the sum of the values, in a scenario."""
        return math.fsum(float(str(as_plain(scenario.value_at(path)))) for path in self.paths)

    def _is_meant(self, line: dict[str, str]) -> bool:
        if "kind" in line:
            return line["kind"] == self.row
        named = line["indicator"].startswith(self.row)
        exact = line["indicator"] == self.row
        longer = named and not any(
            other["indicator"] == self.row and other["date"] == self.date
            for other in table(self.file)
        )
        return line["date"] == self.date and (exact or longer)


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table in scenarios/data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def origins() -> list[Origin]:
    """All rows of origins.csv."""
    return [
        Origin(
            tuple(row["values"].split(" + ")),
            row["provenance"],
            row["file"],
            row["date"],
            row["row"],
            row["column"],
            float(row["factor"] or 1),
            float(row["within"] or 0),
            row["from"],
        )
        for row in table(ORIGINS.name)
    ]


def values_of(scenario: Scenario) -> dict[str, object]:
    """Every single value of a scenario by its dotted path, defaults too, words left out."""
    return dict(_leaves(as_plain(scenario, words=False), ""))


def matching(path: str, known: dict[str, object]) -> list[str]:
    """The paths of a scenario that a path of origins.csv means."""
    parts = path.split(".")
    return [
        name
        for name in known
        if len(name.split(".")) == len(parts) and all(map(fnmatchcase, name.split("."), parts))
    ]


def origin_lines() -> Iterator[tuple[str, ...]]:
    """Rows of the documentation's table: values, what `observed` sets, provenance, from where."""
    known = values_of(load_scenario("observed"))
    for origin in origins():
        found = [name for path in origin.paths for name in matching(path, known)]
        shown = sorted(
            {_written(known[name]) for name in found}, key=lambda text: (len(text), text)
        )
        values = "<br>".join(f"`{path}`" for path in origin.paths)
        yield values, ", ".join(shown), origin.provenance, origin.text


def _leaves(content: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(content, dict):
        for key, below in content.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    else:
        yield path, content


def _written(value: object) -> str:
    """A value for the table."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
