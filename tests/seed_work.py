"""What workers are given to do in tests: functions that travel to other processes."""

import importlib
import os
import signal
import sys
import time
from pathlib import Path

from sim.workers import Tell


def squared(seed: int, tell: Tell) -> tuple[int, int]:
    """A seed's square and the process in which it was worked out."""
    tell(seed)
    return seed * seed, os.getpid()


def refuse(seed: int, tell: Tell) -> int:
    if seed == 2:
        raise ValueError("seed 2 is bad luck")
    return seed


def die(seed: int, tell: Tell) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return seed


def ready(tell: Tell) -> None:
    tell(-1)


def wait_long(seed: int, tell: Tell) -> None:
    """Says which process it is, and stays.

    In one write: what several processes print to one pipe comes in pieces otherwise.
    """
    os.write(1, f"{os.getpid()}\n".encode())
    time.sleep(120)


def wait_for_mark(mark: str, tell: Tell) -> str:
    """Works until there is a file."""
    tell(1)
    while not Path(mark).exists():
        time.sleep(0.02)
    return "seen"


def die_with_the_locks(tell: Tell) -> None:
    """Dies as a worker does that is ended in the middle of taking a task: no other can speak."""
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        assert frame.f_back is not None
        frame = frame.f_back
    frame.f_locals["channel"].mutex.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


class Unreadable:
    """What travels, and cannot be read where it arrives."""

    def __reduce__(self) -> tuple[object, ...]:
        return importlib.import_module, ("a_module_that_is_not_there",)


def unreadable(tell: Tell) -> Unreadable:
    return Unreadable()
