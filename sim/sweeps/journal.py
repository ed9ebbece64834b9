"""What became of every run, line by line: the part of a folder that only ever grows.

A line is written and forced to the disk after the file that it speaks of. A line that a crash cut
short says nothing, and its run is done again.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.core.errors import InputError
from sim.line_journal import LineJournal, read_lines

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one run.

    sha256 : of its file; empty if it failed
    error : what went wrong; empty if nothing did
    """

    scenario_hash: str
    seed: int
    sha256: str
    error: str
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether there is a file."""
        return not self.error


def read_entries(folder: Path) -> dict[tuple[str, int], Entry]:
    """The last entry of every run, by scenario hash and seed."""
    found: dict[tuple[str, int], Entry] = {}
    for entry in _entries(folder / JOURNAL):
        found[entry.scenario_hash, entry.seed] = entry
    return found


def _entries(path: Path) -> Iterator[Entry]:
    for number, line in enumerate(read_lines(path), start=1):
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{path}, line {number} is not what loansim wrote; restore the file, or delete it "
                "to run everything again"
            ) from error


class Journal:
    """The journal of a folder, open at its end. Holds no entries."""

    def __init__(self, folder: Path) -> None:
        self._lines = LineJournal(folder / JOURNAL)

    def add(self, entry: Entry) -> None:
        """Write an entry and wait until it is on the disk; OSError if it cannot be written."""
        self._lines.add(json.dumps(asdict(entry), ensure_ascii=False))

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()
