"""Runs in a results folder: which there are, and their tables.

A run is a folder with a manifest. The results folder holds runs, or is one itself. Names come
from the listing only, so that no address reaches a file outside it.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.experiment import Result
from sim.store import MANIFEST, read_run

MOST_RUNS_LISTED = 200
RUNS_KEPT = 12
LARGEST_MANIFEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """A run that can be shown, as its manifest describes it.

    name : of its folder ; stamp : changes when the run is written again
    """

    name: str
    folder: Path
    stamp: int
    scenario: str
    title: str
    borrowers: int
    seeds: int
    months: int
    finished: str


class Runs:
    """The runs of one results folder; without a folder there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: OrderedDict[tuple[str, int], Result] = OrderedDict()

    @property
    def folder(self) -> Path | None:
        """The results folder."""
        return self._folder

    def listed(self) -> list[Run]:
        """The runs there are, newest first; folders that are no readable run are passed over."""
        if self._folder is None:
            return []
        try:
            inside = sorted(path for path in self._folder.iterdir() if path.is_dir())
        except OSError:
            return []
        found = [run for folder in [self._folder, *inside] if (run := _described(folder))]
        return sorted(found, key=lambda run: (run.finished, run.name), reverse=True)[
            :MOST_RUNS_LISTED
        ]

    def find(self, name: str) -> Run | None:
        """The run of a name; None if there is none."""
        return next((run for run in self.listed() if run.name == name), None)

    def read(self, run: Run) -> Result:
        """The tables of a run; InputError if they cannot be read."""
        key = (run.name, run.stamp)
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        result = read_run(run.folder)
        if result.market.empty:
            raise InputError(f"{run.name} has no months")
        with self._lock:
            self._read[key] = result
            while len(self._read) > RUNS_KEPT:
                self._read.popitem(last=False)
        return result


def _described(folder: Path) -> Run | None:
    """What a folder's manifest says; None where it is no run."""
    if folder.name.startswith("."):
        return None
    try:
        known = (folder / MANIFEST).stat()
    except OSError:
        return None
    return _read_manifest(folder, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=2 * MOST_RUNS_LISTED)
def _read_manifest(folder: Path, stamp: int, size: int) -> Run | None:
    """The same, once for each time it is written: pages list runs at every question."""
    if size > LARGEST_MANIFEST:
        return None
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        scenario = manifest["scenario"]
        return Run(
            name=folder.resolve().name,
            folder=folder,
            stamp=stamp,
            scenario=str(scenario["name"]),
            title=str(scenario["title"]),
            borrowers=int(manifest["borrowers"]),
            seeds=int(manifest["seeds"]),
            months=int(manifest["months"]),
            finished=str(manifest.get("finished", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
