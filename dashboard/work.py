"""What a worker process does for the dashboard: one seed of one scenario."""

import json
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.so_far import SoFar
from sim.workers import COMPILING, Tell, luggage

if TYPE_CHECKING:
    import pandas

    from sim.experiment import Keeper, Phase
    from sim.kept_pasts import KeptPasts
    from sim.scenario import Scenario

WORLDS_KEPT = 8
"""Scenarios that a worker remembers, of those it has simulated last."""

FIRST_SEED = 1
"""The seed that is lived first, and that hands over what it has brought so far."""

MODESTY = 5
"""By how much a worker steps back for the process that answers pages, and for the browser."""

LARGEST_KEPT = 50_000
"""Borrowers up to which pasts are kept: a state has some 150 bytes for each."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a scenario comes from, in a form that is small and travels to workers.

    scenario : name of one that comes with the program, or of the text
    text : of a scenario that does not come with the program, compressed
    changes : values by dotted path in JSON that make it another scenario; "" for none
    name : of the changed scenario
    """

    scenario: str
    text: bytes = b""
    changes: str = ""
    name: str = ""

    def base(self) -> "Scenario":
        """The scenario before the changes; raises InputError."""
        from sim.scenario import Scenario, load_scenario

        if not self.text:
            return load_scenario(self.scenario)
        return Scenario.from_text(zlib.decompress(self.text).decode(), self.scenario)

    def whole(self, base: "Scenario") -> "Scenario":
        """The scenario; raises InputError for changes that cannot be made."""
        if not self.changes:
            return base
        return base.with_changes(json.loads(self.changes), name=self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """One seed of a scenario: the unit of work.

    origin : where the scenario comes from; parts whose scenarios have one hash are the same part
    hash : of the scenario's values, so that an edited file is not mistaken for the old one
    """

    origin: Origin = field(compare=False)
    hash: str
    borrowers: int
    seed: int
    months: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one part brought: five tables and the manifest of the run."""

    tables: "dict[str, pandas.DataFrame]"
    manifest: dict[str, Any] = field(default_factory=dict)


type Work = Callable[[Part, Tell], Outcome]
"""Does a part; is handed a function to tell the share done [0, 1], or that it compiles."""


def simulate(part: Part, tell: Tell) -> Outcome:
    """Run one seed of a scenario on one thread, from the last month-end that is known of it."""
    from sim.experiment import run

    _step_back()

    def progress(phase: "Phase", done: int, total: int, /) -> None:
        if phase in ("burn_in", "months"):
            tell(done / total)
        elif phase == "compile":
            tell(COMPILING if done < total else 0.0)

    worlds = _worlds(part.origin, part.months, _stamps(part.origin))
    result = run(
        worlds.scenario,
        borrowers=part.borrowers,
        seed=part.seed,
        months=part.months,
        threads=1,
        progress=progress,
        checkpoints=_keeper(part, worlds),
    )
    return Outcome(dict(result.tables), result.manifest)


@cache
def _step_back() -> None:
    """Let whoever reads pages have the processors first, as far as the system knows of that."""
    if hasattr(os, "nice"):
        os.nice(MODESTY)


@dataclass(frozen=True, slots=True)
class _Worlds:
    """A scenario, and how much past it shares with what it was made of.

    base : hash of the scenario before the changes ; shared : months, burn-in included
    """

    scenario: "Scenario"
    base: str
    shared: int


@lru_cache(maxsize=WORLDS_KEPT)
def _worlds(origin: Origin, months: int, stamps: tuple[int, ...]) -> _Worlds:
    """Read once for all seeds: reading and comparing took a fifth of a part.

    stamps : of the files that the origin may be read from
    """
    from sim.branching import course

    base = _base(replace(origin, changes="", name=""), stamps)
    scenario = origin.whole(base)
    return _Worlds(scenario, base.hash, course(base, scenario, months).shared)


@lru_cache(maxsize=WORLDS_KEPT)
def _base(origin: Origin, stamps: tuple[int, ...]) -> "Scenario":
    """A scenario before any changes, the same for every place of a lever."""
    return origin.base()


def _stamps(origin: Origin) -> tuple[int, ...]:
    """When the program's scenario files were written last; nothing for a text."""
    from sim.scenario_files import scenario_paths

    return () if origin.text else tuple(path.stat().st_mtime_ns for path in scenario_paths())


def so_far_path(folder: str, part: Part) -> Path:
    """The file in which a part hands over what it has brought so far (sim/so_far.py)."""
    return Path(folder) / f"{part.hash}-{part.borrowers}-{part.seed}.sofar"


def _keeper(part: Part, worlds: _Worlds) -> "Keeper | None":
    """What is told of every month: pasts are kept, and the first seed hands over what it has."""
    from sim.experiment import described

    folder = luggage()
    if folder is None or part.seed != FIRST_SEED:
        return _pasts(folder, part, worlds)
    told = {"scenario": described(worlds.scenario), "borrowers": part.borrowers}
    told |= {"seed": part.seed, "seeds": 1}
    shared = max(0, worlds.shared - worlds.scenario.burn_in_months)
    kept = _pasts(folder, part, worlds)
    return SoFar(so_far_path(folder, part), told, kept, shared, part.months)


def _pasts(folder: str | None, part: Part, worlds: _Worlds) -> "KeptPasts | None":
    """Where pasts are kept, the folder being what workers bring along; None for large parts."""
    from sim.kept_pasts import KeptPasts

    if folder is None or part.borrowers > LARGEST_KEPT:
        return None
    past = f"{worlds.base}-{part.borrowers}-{part.seed}"
    return KeptPasts(Path(folder), past, worlds.shared)
