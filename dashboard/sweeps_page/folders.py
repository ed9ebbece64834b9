"""Sweeps in the results folder: which there are. Names come from the listing alone."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sim.store import MANIFEST
from sim.sweeps.journal import JOURNAL

LARGEST_MANIFEST = 20_000_000
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class SweepRow:
    """A folder that says that it holds a sweep; `stamp` changes as results come in."""

    name: str
    folder: Path
    title: str
    stamp: str


def listed_sweeps(results: Path | None) -> list[SweepRow]:
    """The sweeps of a results folder, or the one that it is itself, newest first."""
    if results is None:
        return []
    try:
        inside = [results, *(path for path in results.iterdir() if path.is_dir())]
    except OSError:
        return []
    found = [(_changed(path), row) for path in inside if (row := _row(path)) is not None]
    ordered = sorted(found, key=lambda pair: (pair[0], pair[1].name), reverse=True)
    return [row for _, row in ordered[:MOST_LISTED]]


def _row(folder: Path) -> SweepRow | None:
    path = folder / MANIFEST
    try:
        if folder.name.startswith(".") or path.stat().st_size > LARGEST_MANIFEST:
            return None
        title = _title(path, path.stat().st_mtime_ns)
    except OSError:
        return None
    if title is None:
        return None
    return SweepRow(folder.resolve().name, folder, title, _stamp(folder))


@lru_cache(maxsize=1_000)
def _title(path: Path, changed: int) -> str | None:
    """The title of a sweep, "" where it is damaged; None where a manifest is not that of one."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "" if (path.parent / JOURNAL).exists() else None
    if not isinstance(manifest, dict) or manifest.get("kind") != "sweep":
        return None
    return str(manifest.get("title", ""))


def _changed(folder: Path) -> int:
    try:
        return (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        return 0


def _stamp(folder: Path) -> str:
    """Differs wherever the manifest or the results do."""
    try:
        size = (folder / JOURNAL).stat().st_size
    except OSError:
        size = 0
    return f"{_changed(folder)}-{size}"
