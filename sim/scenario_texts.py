"""Scenarios as text: as written, as resolved, as a difference of two, and as a file to start from.

All functions return lines or text; the command line prints them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.branching import first_difference, first_month_lived
from sim.core.errors import InputError
from sim.core.parameters import as_plain
from sim.core.wording import KeyPath, dotted, shown
from sim.scenario import Scenario, load_scenario
from sim.scenario_files import NAME, comes_with_the_program, file_chain, named_file

ABSENT = "–"
"""Where one of two scenarios has nothing."""

STARTING_FILE = """\
# A scenario: what differs from the one it extends. What is not written here stays as it is.
#   loansim scenarios validate {file}
#   loansim compare observed {file}
extends: observed
title: A cap of 18% from 2026
question: What does a lower ceiling on prices do to access, default and concentration?

policy:
  apr_cap:                  # the scenario's own price cap; the tightest of all caps binds
    licences: all           # or a list, such as [small_loan, facilitation, consumer_finance]
    base: all_in            # all_in: with guarantee and service fees; contract: the rate alone
    steps:                  # by month of start
      2026-01: {{level: 18%, announced: 2025-10, phase_in_months: 6}}
      # 2027-01: {{multiple_of_lpr: 4}}    # a ceiling that moves with the loan prime rate
    source: an assumption

# More that can differ; take the marks away. Other names: loansim scenarios show observed --resolved
#
#   leverage:               # below policy: most loans held, times equity
#     small_loan: {{steps: {{2026-07: {{level: 4}}}}}}
#   openness:               # below policy: part of would-be entrants that get a licence
#     facilitation: {{steps: {{2026-07: {{level: 50%}}}}}}
#
# macro:
#   unemployment: {{2026-12: 6.5%}}   # a straight line from the month before in the list
#   shocks:
#     slump: {{start: 2026-03, months: 6, share: 10%, depth: 30%}}
#
# search: {{breadth: 4}}      # lenders that come to mind; undated, so it holds from the beginning
"""
"""What `loansim scenarios new` writes."""


def written_text(name: str) -> str:
    """A scenario's file as it is. Raises InputError if there is none or it cannot be read."""
    file = named_file(name)
    try:
        return file.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.origin}: cannot be read ({error})") from error


def resolved_text(name: str) -> str:
    """What a scenario's files say together, as one file that extends none, sources included."""
    scenario = load_scenario(name)
    files = " over ".join(file.origin for file in file_chain(named_file(name)))
    return f"# {scenario.name}: {files}\n{scenario.text}"


def new_file(name: str, folder: Path) -> Path:
    """Write a commented scenario file that extends `observed`; returns its path.

    name : a scenario's name, or the name of a file ending in .yaml

    Raises InputError if there is such a file already, if a scenario of the program has the name, or
    if it cannot be one.
    """
    stem = name.removesuffix(".yaml")
    if not NAME.fullmatch(stem):
        raise InputError(
            f"{shown(name)} cannot name a scenario; use small letters, digits and underscores"
        )
    if comes_with_the_program(stem):
        raise InputError(f"{shown(stem)} comes with the program; choose another name")
    path = folder / f"{stem}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTING_FILE.format(file=path.name))
    except FileExistsError as error:
        raise InputError(f"{path.name} exists already; choose another name or remove it") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be written: {error.strerror}") from error
    return path


def difference_lines(base: Scenario, other: Scenario) -> Iterator[str]:
    """Every dotted path whose value differs, with both values, and from when they matter.

    Titles, questions, sources and notes are left out, since they change no result.
    """
    one, two = dict(_leaves(_values(base))), dict(_leaves(_values(other)))
    changed = [path for path in {**one, **two} if one.get(path, ...) != two.get(path, ...)]
    if not changed:
        yield f"{base.name} and {other.name} do not differ, words apart"
        return
    rows = [
        (dotted(path), _value(one.get(path, ...)), _value(two.get(path, ...))) for path in changed
    ]
    heads = ("", base.name, other.name)
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(3)]
    for row in (heads, *rows):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    differ = "1 value differs" if len(changed) == 1 else f"{len(changed)} values differ"
    yield ""
    yield f"{differ}; {_when(base, other)}"


def _when(base: Scenario, other: Scenario) -> str:
    """From when a difference matters."""
    first = first_difference(base, other)
    if first is None:
        return "no month is lived differently"
    if first <= min(first_month_lived(base), first_month_lived(other)):
        return f"months differ from the very beginning, the burn-in from {first} on included"
    burn_in = ", in the burn-in" if first < base.start else ""
    return f"the first month that differs is {first}{burn_in}"


def _values(scenario: Scenario) -> Any:
    return as_plain(scenario, words=False)


def _leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Everything in plain data that has no parts, by its path; what is empty counts as a part."""
    parts = enumerate(value) if isinstance(value, list) else value.items() if _is_map(value) else ()
    inside = [leaf for key, item in parts for leaf in _leaves(item, (*path, key))]
    if inside:
        yield from inside
    elif value != {}:
        yield path, value


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _value(value: Any) -> str:
    return ABSENT if value is ... else shown(value, quote="")
