"""Subjects: what questions the scenarios of the library belong to, and a list grouped by them."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from sim.core.errors import InputError
from sim.core.wording import did_you_mean, shown
from sim.scenario_files import ScenarioFile

Subject = Literal[
    "baseline",
    "price_caps",
    "capital_and_funding",
    "supervision",
    "data_and_technology",
    "competition",
    "strategies",
    "market_structure",
    "support",
    "shocks",
    "other",
]
"""What a file may say of itself, in the order of the list."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)

LEAST_FOR_TITLES = 30
"""Columns that titles get at least, however narrow the screen is."""


def matching(files: Sequence[ScenarioFile], words: Sequence[str]) -> list[ScenarioFile]:
    """Those in whose name, subject, titles or question all words occur, in either language.

    Raises InputError where no scenario is left, with the nearest name or subject.
    """
    found = [file for file in files if all(word.lower() in _text(file) for word in words)]
    if found or not words:
        return found
    asked = " ".join(words)
    near = did_you_mean(asked, [*(file.name for file in files), *SUBJECTS])
    raise InputError(f"no scenario speaks of {shown(asked)}.{near}   (loansim scenarios list)")


def list_lines(files: Sequence[ScenarioFile], width: int) -> Iterator[str]:
    """Names and titles under their subjects, no line wider than `width` columns.

    A title that is too long goes on below its beginning.
    """
    names = max((len(file.name) for file in files), default=0)
    room = max(LEAST_FOR_TITLES, width - names - 4)
    groups = [(subject, [file for file in files if _of(file) == subject]) for subject in SUBJECTS]
    for place, (subject, group) in enumerate((s, g) for s, g in groups if g):
        if place:
            yield ""
        yield subject.replace("_", " ")
        for file in group:
            first, *rest = textwrap.wrap(file.title, room) or [""]
            yield f"  {file.name:<{names}}  {first}".rstrip()
            yield from (f"{'':{names + 4}}{line}" for line in rest)


def _of(file: ScenarioFile) -> str:
    return file.subject if file.subject in SUBJECTS else "other"


def _text(file: ScenarioFile) -> str:
    parts = (file.name, file.subject, file.title, file.title_zh, file.question, file.question_zh)
    return " ".join((*parts, *(part.replace("_", " ") for part in parts[:2]))).lower()
