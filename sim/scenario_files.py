"""Scenario files: where a name or a path leads, and what a file says once what it extends is known.

A name means a file that comes with the program; a path, relative to whoever wrote it, means any
other. `extends:` names one parent, and the file is laid over it.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import InputError
from sim.core.wording import did_you_mean, printable, shown
from sim.overlay import merged
from sim.yaml_reader import Document, read_yaml_file

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
"""The scenarios that come with the program; they are installed beside this package."""

OWN_WORDS = ("title", "title_zh", "question", "question_zh", "subject", "source", "note")
"""What a file says about itself only: files that extend it do not inherit it."""

NAME = re.compile(r"[a-z0-9_]+")

LIST_COMMAND = "   (loansim scenarios list)"


@dataclass(frozen=True)
class ScenarioPath:
    """A file, and what messages call it."""

    path: Path
    origin: str


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario that comes with the program, as a list of them shows it."""

    name: str
    title: str
    title_zh: str
    question: str
    question_zh: str
    subject: str
    extends: str
    path: Path


def find_scenarios() -> list[ScenarioFile]:
    """The scenarios that come with the program, by name. Raises InputError if one is unreadable."""
    return [_listed(path) for path in scenario_paths()]


def scenario_paths() -> list[Path]:
    """The files of the scenarios that come with the program, by name."""
    return sorted(SCENARIOS.glob("*.yaml"))


def comes_with_the_program(name: str) -> bool:
    """Whether a scenario of this name comes with the program."""
    return (SCENARIOS / f"{name}.yaml").exists()


def named_file(written: str) -> ScenarioPath:
    """The file that a user's name or path of a scenario means; InputError if there is none."""
    file = _file_written(written, ScenarioPath(Path(), ""))
    if file is None or not os.path.exists(file.path):
        raise InputError(_missing_file(written, Path()))
    return file


def resolved(file: ScenarioPath) -> Document:
    """The content of a file laid over that of the file it extends, and so on up.

    Raises InputError if a file is missing, unreadable, or extends itself in the end.
    """
    base: Document | None = None
    for _, document in reversed(_chain(file)):
        own = {key: value for key, value in document.content.items() if key != "extends"}
        inherited = _without_own_words(base) if base else None
        base = merged(inherited, Document(document.origin, own, document.places))
    assert base is not None
    return base


def resolved_text(document: Document) -> Document:
    """The content of a text from outside, laid over that of the scenario it extends, if any.

    Raises InputError where it extends anything but a scenario that comes with the program.
    """
    if "extends" not in document.content:
        return document
    written, place = document.content["extends"], document.places[("extends",)]
    if not isinstance(written, str) or not NAME.fullmatch(written):
        raise InputError(
            f"{place}: extends is {shown(written)}; here it can only name a scenario that comes "
            f"with the program{LIST_COMMAND}"
        )
    base = resolved(named_file(written))
    own = {key: value for key, value in document.content.items() if key != "extends"}
    return merged(_without_own_words(base), Document(document.origin, own, document.places))


def file_chain(file: ScenarioPath) -> list[ScenarioPath]:
    """A file, the one it extends, and so on up. Raises InputError as `resolved` does."""
    return [link for link, _ in _chain(file)]


def _chain(file: ScenarioPath) -> list[tuple[ScenarioPath, Document]]:
    """The files that make up a scenario, the given one first, with what each says itself."""
    chain = [file]
    documents = [read_yaml_file(file.path, file.origin)]
    while (parent := _parent(documents[-1], chain)) is not None:
        chain.append(parent)
        documents.append(read_yaml_file(parent.path, parent.origin))
    return list(zip(chain, documents, strict=True))


def _parent(document: Document, chain: Sequence[ScenarioPath]) -> ScenarioPath | None:
    """The file that a document extends; None if it extends none."""
    if "extends" not in document.content:
        return None
    place = document.places[("extends",)]
    written = document.content["extends"]
    if not isinstance(written, str):
        raise InputError(
            f"{place}: extends is {shown(written)}; "
            f"name one parent: a scenario, or a path ending in .yaml"
        )
    parent = _file_written(written, chain[-1])
    if parent is None or not os.path.isfile(parent.path):
        missing = _missing_file(written, chain[-1].path.parent)
        raise InputError(f"{place}: extends {shown(written)}, but {missing}")
    same = [link for link in chain if link.path.resolve() == parent.path.resolve()]
    if same:
        links = [*chain[chain.index(same[0]) :], same[0]]
        circle = " -> ".join(link.origin for link in links)
        raise InputError(
            f"{place}: extends leads in a circle: {circle}; one of them must extend none"
        )
    return parent


def _file_written(written: str, child: ScenarioPath) -> ScenarioPath | None:
    """The file that a name or a path means, paths as seen from another file; None if neither."""
    if _is_path(written):
        origin = os.path.normpath(os.path.join(os.path.dirname(child.origin), written))
        return ScenarioPath(child.path.parent / written, printable(origin))
    if NAME.fullmatch(written):
        return ScenarioPath(SCENARIOS / f"{written}.yaml", f"scenarios/{written}.yaml")
    return None


def _is_path(written: str) -> bool:
    return written.endswith((".yaml", ".yml"))


def _missing_file(written: str, folder: Path) -> str:
    """What to say about a name or path that means no file, with the nearest that does."""
    if _is_path(written):
        place = folder / os.path.dirname(written)
        near = did_you_mean(os.path.basename(written), _yaml_files_in(place))
        return f"there is no file {shown(written)}.{near}"
    if written and os.path.isdir(folder / written):
        return f"{shown(written)} is a folder; name a scenario, or a YAML file{LIST_COMMAND}"
    near = did_you_mean(written, (path.stem for path in SCENARIOS.glob("*.yaml")))
    if NAME.fullmatch(written) or near:
        return f"no scenario {shown(written)}.{near}{LIST_COMMAND}"
    return (
        f"no scenario {shown(written)}; write the name of one, or a path ending in .yaml"
        f"{LIST_COMMAND}"
    )


def _yaml_files_in(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if _is_path(name))
    except (OSError, ValueError):
        return []


def _without_own_words(document: Document) -> Document:
    """A document without what its file says about itself only."""
    content = {key: value for key, value in document.content.items() if key not in OWN_WORDS}
    return Document(document.origin, content, document.places, document.added)


def _listed(path: Path) -> ScenarioFile:
    content = read_yaml_file(path, f"scenarios/{path.name}").content

    def text(key: str) -> str:
        value = content.get(key)
        return value if isinstance(value, str) else ""

    keys = ("title", "title_zh", "question", "question_zh", "subject", "extends")
    words = {key: text(key) for key in keys}
    return ScenarioFile(path.stem, path=path, **words)
