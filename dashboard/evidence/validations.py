"""Validations that can be shown: those of the results folder, and those that come with the program.

An address names them `results:FOLDER` and `shipped:SCENARIO`; names come from listings alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.catalogue import Language
from dashboard.evidence.texts import EvidenceText
from dashboard.library import scenario_stamps
from sim.core.errors import InputError
from sim.evidence.files import CONTENT, SHIPPED, Kept, find_validations, read_validation
from sim.scenario import load_scenario

FIRST = "observed"


@dataclass(frozen=True, slots=True)
class Listed:
    """A validation of the list; `name` as addresses have it."""

    name: str
    path: Path

    def label(self, language: Language) -> str:
        """As the list shows it."""
        kind, _, name = self.name.partition(":")
        if kind == "shipped":
            return EvidenceText.SHIPPED.say(language, name=name)
        kept = read(self)
        scenario = kept.scenario if kept is not None else "?"
        return EvidenceText.IN_FOLDER.say(language, folder=name, name=scenario)


def listed(results: Path | None) -> list[Listed]:
    """All that can be shown: the newest of the folder first, then those of the program."""
    found = [Listed(f"results:{path.resolve().name}", path) for path in find_validations(results)]
    shipped = sorted(SHIPPED.glob("*.json"), key=lambda path: (path.stem != FIRST, path.stem))
    return [*found, *(Listed(f"shipped:{path.stem}", path) for path in shipped)]


def chosen(results: Path | None, name: str) -> Listed | None:
    """The one that an address names, or the first; None if there is none of the name."""
    rows = listed(results)
    if not name:
        return rows[0] if rows else None
    return next((row for row in rows if row.name == name), None)


def read(row: Listed) -> Kept | None:
    """Its checks; None where it cannot be read."""
    try:
        file = row.path / CONTENT if row.path.is_dir() else row.path
        return _read(row.path, file.stat().st_mtime_ns)
    except (InputError, OSError):
        return None


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> Kept:
    return read_validation(path)


def is_stale(kept: Kept) -> bool:
    """Whether the scenario has other values today than those that were validated."""
    try:
        today = _hash_today(kept.scenario, scenario_stamps())
    except InputError:
        return True
    return today != str(kept.manifest["validated"].get("hash"))


@lru_cache(maxsize=32)
def _hash_today(scenario: str, stamps: tuple[int, ...]) -> str:
    """What a scenario's values are now; read again when any file has changed."""
    return load_scenario(scenario).hash
