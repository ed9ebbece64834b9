"""Long runs that survive: the whole state on the disk every few months, and going on from there.

While a run to DIR with checkpoints lasts, a folder DIR.unfinished lies beside it: its settings, the
scenario, the tables of seeds that are done, and the state at the last checkpoint. Each is written
whole or not at all, and a new checkpoint is on the disk before the old one goes. With the run's own
folder written, DIR.unfinished goes.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.tables import TABLES
from sim.experiment import made_with
from sim.store import read_table, whole_or_nothing, write_table

if TYPE_CHECKING:
    import pandas

    from sim.model import LoanMarket, State
    from sim.scenario import Scenario

SETTINGS = "settings.json"
DONE_SEED = "seed-{}"
CHECKPOINT = "checkpoint-{}-{}"


def unfinished_beside(out: Path) -> Path:
    """Where the checkpoints of a run to `out` lie."""
    return out.with_name(f"{out.name}.unfinished")


@dataclass(frozen=True)
class Reached:
    """How far an unfinished run had come.

    parts : tables of the seeds that were done, in order
    state : of the market under the next seed; None if it had just begun
    """

    parts: "list[dict[str, pandas.DataFrame]]"
    state: "State | None"


@dataclass(frozen=True)
class Checkpoints:
    """The unfinished run in a folder.

    folder : DIR.unfinished ; every : months between checkpoints
    settings : arguments of `run`, without threads
    """

    folder: Path
    every: int
    settings: dict[str, Any]

    @classmethod
    def begin(
        cls, out: Path, scenario: "Scenario", every: int, settings: dict[str, Any]
    ) -> "Checkpoints":
        """A new unfinished run; InputError if there is one already or `every` is below 1."""
        folder = unfinished_beside(out)
        if every < 1:
            raise InputError(f"checkpoint is {every}; write the state every 1 month or more")
        if folder.exists():
            raise InputError(
                f"{folder} holds an unfinished run; go on with --resume {out}, or remove it"
            )
        document = {"every": every, "run": settings, "scenario": scenario.name, **_program()}
        with whole_or_nothing(folder) as growing:
            (growing / SETTINGS).write_text(json.dumps(document, indent=2), encoding="utf-8")
            (growing / f"{scenario.name}.yaml").write_text(scenario.text, encoding="utf-8")
        return cls(folder, every, settings)

    @classmethod
    def resume(cls, out: Path) -> "tuple[Checkpoints, Scenario]":
        """The unfinished run to `out` and its scenario; InputError if there is none to go on."""
        from sim.scenario import load_scenario

        folder = unfinished_beside(out)
        if not folder.is_dir():
            raise InputError(
                f"{out} has no unfinished run: {folder} is not there (a run writes it with "
                "--checkpoint)"
            )
        try:
            document = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            name, every, settings = document["scenario"], document["every"], document["run"]
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{folder} is not an unfinished run: {error}") from error
        for what, now in _program().items():
            if document.get(what) != now:
                raise InputError(
                    f"{folder} was written by another version of loansim or its libraries, which "
                    f"might go on to other figures; remove it and start anew"
                )
        return cls(folder, every, settings), load_scenario(folder / f"{name}.yaml")

    def reached(self) -> Reached:
        """How far the run had come."""
        from sim.state_files import read_state

        parts: list[dict[str, pandas.DataFrame]] = []
        while (done := self.folder / DONE_SEED.format(len(parts))).is_dir():
            tables = {name: read_table(done / f"{name}.parquet", TABLES[name]) for name in TABLES}
            parts.append(tables)
        months = max(self._months_kept(len(parts)), default=0)
        if not months:
            return Reached(parts, None)
        return Reached(parts, read_state(self._checkpoint(len(parts), months)))

    def after_month(self, model: "LoanMarket", place: int, months: int) -> None:
        """Write the state if it is time to.

        place : of the seed, from 0 ; months : lived, burn-in included
        """
        from sim.state_files import write_state

        if months % self.every:
            return
        with whole_or_nothing(self._checkpoint(place, months)) as growing:
            write_state(model.snapshot(), growing)
        self._forget(place, but=months)

    def after_seed(self, place: int, tables: "dict[str, pandas.DataFrame]") -> None:
        """Write the tables of a seed that is done."""
        with whole_or_nothing(self.folder / DONE_SEED.format(place)) as growing:
            for name, table in tables.items():
                write_table(table, TABLES[name], growing / f"{name}.parquet")
        self._forget(place, but=None)

    def end(self) -> None:
        """The run is written; nothing is left to go on with.

        The folder changes its name first, so that half a folder never passes for a run.
        """
        gone = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.gone")
        self.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _checkpoint(self, place: int, months: int) -> Path:
        return self.folder / CHECKPOINT.format(place, months)

    def _months_kept(self, place: int) -> list[int]:
        """Months of the checkpoints of a seed."""
        found = self.folder.glob(CHECKPOINT.format(place, "*"))
        return [int(path.name.rsplit("-", 1)[1]) for path in found]

    def _forget(self, place: int, but: int | None) -> None:
        """Remove a seed's checkpoints, but for one."""
        for months in self._months_kept(place):
            if months != but:
                shutil.rmtree(self._checkpoint(place, months), ignore_errors=True)


def _program() -> dict[str, Any]:
    """What figures can depend on beside scenario and seed."""
    from sim.core.rule import source_hash

    return {"versions": made_with()["versions"], "sources": source_hash()}
