"""What workers are given to do in tests: functions that travel to other processes."""

import os
import signal
import time

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
