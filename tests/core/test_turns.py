"""Turns are each taken once, in Python and compiled, by one thread or several."""

import threading

import numpy as np
import numpy.typing as npt

from sim.core.rule import kernel
from sim.core.turns import take_turn

Numbers = npt.NDArray[np.int64]


def taken(counter: Numbers, size: int, marks: Numbers) -> int:
    """Marks every place that one thread gets; returns in how many turns."""
    turns = 0
    start = take_turn(counter, size)
    while start < len(marks):
        turns += 1
        for place in range(start, min(start + size, len(marks))):
            marks[place] += 1
        start = take_turn(counter, size)
    return turns


compiled = kernel(taken)


def test_python_and_compiled_take_the_same_turns() -> None:
    for function in (taken, compiled):
        counter, marks = np.zeros(1, dtype=np.int64), np.zeros(103, dtype=np.int64)
        assert function(counter, 10, marks) == 11
        assert (marks == 1).all()
        assert counter[0] == 120


def test_threads_share_without_gaps_or_doubles() -> None:
    counter, marks = np.zeros(1, dtype=np.int64), np.zeros(1_000_003, dtype=np.int64)
    threads = [threading.Thread(target=compiled, args=(counter, 3, marks)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert (marks == 1).all()
