"""States of runs on the way, kept so that other worlds with the same past need not live it again.

Two scenarios that part in 2026 share all months before (sim/branching.py). Whoever runs many such
scenarios, as somebody does who moves a lever to and fro, lives these months once: the states at
some month-ends are written into a folder that belongs to one program alone, and a later run starts
from the last of them that both worlds share. What comes out is what a run from the start brings.
"""

import os
import pickle
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.checkpoints import Reached

if TYPE_CHECKING:
    import pandas

    from sim.model import LoanMarket, State

EVERY = 6
"""Months between two states that are kept."""

MOST_BYTES = 1_500_000_000
"""Size of all states in a folder; those unused for longest go first."""


@dataclass(frozen=True)
class KeptPasts:
    """What a run finds of its past, and leaves for others; given to `run` as its checkpoints.

    folder : readable by this program only, since states are pickled
    past : names the world whose past it is, with the number of borrowers and the seed
    shared : months, burn-in included, that the run has in common with that world
    """

    folder: Path
    past: str
    shared: int
    most_bytes: int = MOST_BYTES

    def reached(self) -> Reached:
        """The last shared state there is."""
        for months in range(self.shared, 0, -1):
            state = self._read(self._path(months))
            if state is not None:
                return Reached([], state)
        return Reached([], None)

    def after_month(self, model: "LoanMarket", place: int, months: int) -> None:
        """Keep the state where it is shared: every few months after the burn-in, and at the end."""
        wanted = months % EVERY == 0 and months >= model.burn_in_months
        if months > self.shared or not (wanted or months == self.shared):
            return
        path = self._path(months)
        if path.exists():
            return
        growing = path.with_suffix(f".{os.getpid()}.growing")
        with suppress(OSError):  # a full disk costs speed, not the run
            growing.write_bytes(pickle.dumps(model.snapshot(), pickle.HIGHEST_PROTOCOL))
            growing.rename(path)
            self._make_room()
        growing.unlink(missing_ok=True)

    def after_seed(self, place: int, tables: "dict[str, pandas.DataFrame]") -> None:
        """Nothing is kept of a seed that is done."""

    def _path(self, months: int) -> Path:
        return self.folder / f"{self.past}-{months:03}.state"

    @staticmethod
    def _read(path: Path) -> "State | None":
        try:
            state: State = pickle.loads(path.read_bytes())
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return state

    def _make_room(self) -> None:
        found = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._states()]
        size = sum(bytes_ for _, bytes_, _ in found)
        for _, bytes_, path in sorted(found):
            if size <= self.most_bytes:
                return
            path.unlink(missing_ok=True)
            size -= bytes_

    def _states(self) -> list[Path]:
        return list(self.folder.glob("*.state"))
