"""Writes docs/parameters.md from the code: every parameter, and every constant that is a choice.

    .venv/bin/python docs/parameters.py

Parameters are what a scenario file can set, as their sections declare them. Constants stand in
the modules of `agents` and `sim`; those whose text says that they are assumptions are listed, and
those in `OTHER_CONSTANTS`. A test compares the page with what this script would write.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.origins import origin_lines
from sim.core.parameters import ParameterRow, parameter_table
from sim.core.quantities import UNBOUNDED
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "parameters.md"

OTHER_CONSTANTS = {
    "agents/borrower.py": {"REVIEW_MONTHS": "defined", "EPISODE_MONTHS": "defined"},
    "agents/lender.py": {"MEMORY": "assumed", "REACH_FROM_USERS": "assumed"},
    "agents/loan.py": {"NINETY_DAYS": "defined"},
    "agents/pricing.py": {"LOAN_LIFE": "defined", "SCORE_HORIZON": "defined"},
    "agents/record.py": {"SLOTS": "assumed"},
    "agents/scorecard.py": {"MEMORY_MONTHS": "assumed"},
    "agents/underwriting.py": {"OWN_MONTHS": "assumed"},
    "sim/bookkeeping.py": {"TAX": "sourced"},
    "sim/opening.py": {"*": "assumed"},
    "sim/dated_rules.py": {"PHASE_IN_FROM": "sourced"},
}
"""Provenance of constants, by file and first name (* for all), not called assumptions there."""

INTRODUCTION = """\
# Parameters

Written by `docs/parameters.py` from the declarations in the code; a test holds the page to them.

*Provenance* says where a value comes from: *sourced* (a published figure, or derived from some),
*calibrated* (set by hand so that the model comes near published figures, which are named; nothing
was estimated), *assumed* (nobody has measured it, or not publicly, or it is only remembered);
constants can also be *defined* (a definition or arithmetic). The first table is about defaults; a
dash where there is none: then the value and its provenance are the scenario's. What `observed` sets
follows below, as far as it is more than an assumption or rests on a figure that is one.

## What a scenario file can set

`<name>` stands for a name that the file chooses, `<month>` for a month such as `2026-01`. A dash
under *default*: none; the file sets it, or leaves out what is optional. Ranges are checked when a
file is read. Every section also takes `source` and `note`, which change no result.
"""

OBSERVED = """\
## What `observed` sets, and from where

`*` stands for every name. Values that rest on a figure in
[scenarios/data](../scenarios/data/origins.csv) are compared with it by a test, and none is called
sourced whose figure is unconfirmed there. What
`observed` sets and this table does not name is assumed; its dated rules name their documents in the
[file](../scenarios/observed.yaml) itself. *Calibrated* is what has been changed by hand since the
first, uncalibrated version of the file.
"""

CONSTANTS = """\
## Constants in the code

Choices that no scenario changes. Several names in a row belong together.
"""


@dataclass(frozen=True)
class Constant:
    """Documented constants of one module that belong together.

    values : name -> value as the code writes it
    """

    path: str
    values: dict[str, str]
    text: str
    provenance: str


def documented(path: str) -> Iterator[tuple[dict[str, str], str]]:
    """Constants of a module, name -> value, with the text that stands below them."""
    values: dict[str, str] = {}
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                values[name] = ast.unparse(value)
            case ast.Expr(value=ast.Constant(value=str(text))) if values:
                yield values, " ".join(text.split())
                values = {}
            case _:
                values = {}


def constants() -> Iterator[Constant]:
    """Assumptions and other choices that stand in the code, in order of files."""
    files = [path for folder in ("agents", "sim") for path in sorted((ROOT / folder).rglob("*.py"))]
    for file in files:
        path = file.relative_to(ROOT).as_posix()
        others = OTHER_CONSTANTS.get(path, {})
        for values, text in documented(path):
            known = others.get(next(iter(values)), others.get("*", ""))
            provenance = "assumed" if "assum" in text else known
            if provenance:
                yield Constant(path, values, text, provenance)


def range_of(row: ParameterRow) -> str:
    """The bounds of a parameter in words; empty where there are none."""
    low = f"{row.low:,.6g}" if row.low > -UNBOUNDED else ""
    high = f"{row.high:,.10g}" if row.high < UNBOUNDED else ""
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else high and f"{high} or less"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines
    )


def parameter_lines() -> Iterator[tuple[str, ...]]:
    """Rows of the table of parameters."""
    for row in parameter_table(Scenario):
        default = f"`{row.default}`" if row.default else "–"
        provenance = "–" if not row.default else row.provenance
        provenance += f": {row.source}" if row.source else ""
        yield f"`{row.path}`", row.unit, default, range_of(row), provenance, row.description


def constant_lines() -> Iterator[tuple[str, ...]]:
    """Rows of the table of constants."""
    for one in constants():
        values = "<br>".join(f"`{name}` = `{value}`" for name, value in one.values.items())
        yield values, f"[{one.path}](../{one.path})", one.provenance, one.text


def page() -> str:
    """The whole page."""
    parameters = table(
        ("parameter", "unit", "default", "range", "provenance", "meaning"), parameter_lines()
    )
    observed = table(("value", "set to", "provenance", "from"), origin_lines())
    fixed = table(("constant", "file", "provenance", "meaning"), constant_lines())
    return "\n".join((INTRODUCTION, parameters, OBSERVED, observed, CONSTANTS, fixed))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
