"""What a run has brought so far, handed over while it goes on: the first answer a reader gets.

A worker tells how far it is through one shared number, so tables go by way of a file in the folder
that all workers share. The web process takes it when a page asks how things stand.
"""

import os
import pickle
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

    from sim.checkpoints import Reached
    from sim.experiment import Keeper
    from sim.model import LoanMarket

REPORTED = 24
"""Reported months after which tables are handed over at the earliest."""

APART = 13
"""Months that a world lives apart from the one with which it shares its past until then: the month
before the change, and a year with it."""

LEFT = 12
"""Months that have to be left then: of a run that is nearly done nothing is handed over."""


@dataclass(frozen=True)
class SoFar:
    """Hands tables over as a run goes; given to `run` as its checkpoints.

    path : of the file ; told : what its manifest says besides the months
    kept : where the run's past is kept; None for nowhere
    shared, months : reported months that the run shares with another world, and has in the end
    """

    path: Path
    told: Mapping[str, Any]
    kept: "Keeper | None"
    shared: int
    months: int

    def reached(self) -> "Reached":
        """How far an earlier run had come that this one goes on with."""
        from sim.checkpoints import Reached

        return Reached([], None) if self.kept is None else self.kept.reached()

    def after_month(self, model: "LoanMarket", place: int, months: int) -> None:
        """Hand over what there is, once; then let the past be kept."""
        reported = months - model.burn_in_months
        apart = self.shared + APART if self.shared < self.months else 0
        if reported == max(REPORTED, apart) and reported + LEFT <= self.months:
            self._hand_over(model, reported)
        if self.kept is not None:
            self.kept.after_month(model, place, months)

    def after_seed(self, place: int, tables: "dict[str, pandas.DataFrame]") -> None:
        """The whole answer travels by itself."""

    def _hand_over(self, model: "LoanMarket", reported: int) -> None:
        manifest: dict[str, Any] = {
            **self.told,
            "months": reported,
            "first_month": str(model.first_month),
            "last_month": str(model.first_month + (reported - 1)),
        }
        content = pickle.dumps((model.recorder.tables(), manifest), pickle.HIGHEST_PROTOCOL)
        growing = self.path.with_suffix(f".{os.getpid()}.growing")
        with suppress(OSError):  # a full disk costs the first answer, not the run
            growing.write_bytes(content)
            growing.rename(self.path)


def taken(path: Path) -> "tuple[dict[str, pandas.DataFrame], dict[str, Any]] | None":
    """Tables and manifest that a worker has handed over; None where it has not yet."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    tables, manifest = pickle.loads(content)
    return tables, manifest
