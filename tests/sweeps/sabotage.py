"""What goes wrong in workers, for tests: put in the place of what they are given to do."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from sim.scenario import Scenario
from sim.sweeps import points, tasks
from sim.sweeps.tasks import Outcome, Task
from sim.workers import Tell, luggage

ROOM = 64 << 20
"""Bytes that a starved process may grow by before it has no more."""

BAD = 0.18
"""The level of `cap` at which it goes wrong."""


def raise_at_bad(task: Task, tell: Tell) -> list[Outcome]:
    """A scenario whose run raises."""

    def scenario_at(sweep: object, levels: dict[str, object]) -> Scenario:
        if levels["cap"] == BAD:
            raise ArithmeticError("a cap of 18% is bad luck")
        return points.scenario_at(sweep, levels)  # type: ignore[arg-type]

    with patch.object(tasks, "scenario_at", scenario_at):
        return tasks.do_task(luggage(), task, tell)


def die_at_bad(task: Task, tell: Tell) -> list[Outcome]:
    """A run for which the kernel ends the process, as it does where memory is short."""
    if any(levels["cap"] == BAD for levels in task.levels.values()):
        os.kill(os.getpid(), signal.SIGKILL)
    return tasks.do_task(luggage(), task, tell)


def starve_at_bad(task: Task, tell: Tell) -> list[Outcome]:
    """A run that the system gives no more memory: the process may not grow, and is full."""
    import resource

    if all(levels["cap"] != BAD for levels in task.levels.values()):
        return tasks.do_task(luggage(), task, tell)
    tasks.do_task(luggage(), task, tell)  # so that all is loaded that a run needs besides memory
    usual = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM, usual[1]))
    held = []
    try:
        for size in (1 << 20, 1 << 16, 1 << 12):
            with suppress(MemoryError):
                while True:
                    held.append(bytearray(size))
        del held[-8:]  # what an interpreter needs to say that it has no more
        return tasks.do_task(luggage(), task, tell)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)


def die_while_starting(tell: Tell) -> None:
    """A worker that is ended before it has taken any run."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_first_start(mark: str, tell: Tell) -> None:
    """The first worker that starts leaves a mark and dies."""
    with suppress(FileExistsError):
        Path(mark).touch(exist_ok=False)
        die_while_starting(tell)


def die_once(mark: str, task: Task, tell: Tell) -> list[Outcome]:
    """The first task that finds no mark leaves one and dies."""
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return tasks.do_task(luggage(), task, tell)
    os.kill(os.getpid(), signal.SIGKILL)
    return []
