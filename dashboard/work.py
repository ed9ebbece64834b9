"""What a worker process does: simulate one seed of one scenario, and say how far it is.

Workers report through shared numbers without locks: a worker may be killed at any moment, and a
lock it held would stop everybody else.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from ctypes import c_double
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

    from sim.experiment import Phase

WAITING, COMPILING, RUNNING = 0.0, 1.0, 2.0
"""Phases of a task, as the board holds them."""

type Board = Any
"""A shared array of doubles, two for each place: phase, and share done [0, 1]."""


@dataclass(frozen=True, slots=True)
class Part:
    """One seed of a scenario: the unit of work.

    scenario : name of one that comes with the program
    hash : of its values, so that an edited file is not mistaken for the old one
    """

    scenario: str
    hash: str
    borrowers: int
    seed: int
    months: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one part brought: five tables and the manifest of the run."""

    tables: "dict[str, pandas.DataFrame]"
    manifest: dict[str, Any] = field(default_factory=dict)


type Work = Callable[[Part, Callable[[float, float], None]], Outcome]
"""Does a part; is handed a function to tell phase and share done."""

_board: Board = None


def new_board(context: Any, places: int) -> Board:
    """A board with room for so many tasks, to be handed to workers when they start."""
    return context.RawArray(c_double, 2 * places)


def take_board(board: Board) -> None:
    """Remember the board in this worker process, which ends when the web process does."""
    global _board
    _board = board
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the web process, however it ends, and then end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # in the middle of its work: nobody waits for it any more


def carry_out(work: Work, part: Part, place: int) -> Outcome:
    """Do a part in this worker process and note on the board how far it is."""

    def tell(phase: float, share: float) -> None:
        _board[2 * place] = phase
        _board[2 * place + 1] = share

    return work(part, tell)


def simulate(part: Part, tell: Callable[[float, float], None]) -> Outcome:
    """Run one seed of a scenario on one thread."""
    from sim.experiment import run
    from sim.scenario import load_scenario

    def progress(phase: "Phase", done: int, total: int, /) -> None:
        if phase in ("burn_in", "months"):
            tell(RUNNING, done / total)
        else:
            tell(COMPILING if phase == "compile" and done < total else RUNNING, 0.0)

    result = run(
        load_scenario(part.scenario),
        borrowers=part.borrowers,
        seed=part.seed,
        months=part.months,
        threads=1,
        progress=progress,
    )
    return Outcome(dict(result.tables), result.manifest)
