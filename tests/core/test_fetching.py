"""Asking for a record ahead changes nothing, and is what compiled code does."""

import numpy as np
import numpy.typing as npt

from sim.compiled import list_waiting
from sim.core.fetching import CACHE_LINE, fetch
from sim.core.rule import kernel

RECORD = np.dtype([("first", np.int64), ("rest", np.int8, (136,))])


def add_up(records: npt.NDArray[np.void]) -> int:
    """A sum over records that asks for each of them before its turn, and beyond the end."""
    total = 0
    for place in range(len(records)):
        fetch(records, place + 3)
        total += records[place].first
    return total


compiled = kernel(add_up)


def test_python_and_compiled_read_what_stands_there() -> None:
    records = np.zeros(100, dtype=RECORD)
    records["first"] = np.arange(100)
    before = records.copy()
    views = records.view(np.recarray)
    assert compiled(records) == add_up(views) == 4950
    assert (records == before).all()


def test_every_line_of_a_record_is_asked_for() -> None:
    compiled(np.zeros(1, dtype=RECORD))
    (code,) = compiled.inspect_asm().values()  # type: ignore[attr-defined]
    asked = [line for line in code.splitlines() if "prefetch" in line or "prfm" in line]
    lines = -(-RECORD.itemsize // CACHE_LINE)
    assert len(asked) >= lines + 1  # one more, since a record need not begin where a line does


def test_who_waits_is_listed_in_order() -> None:
    waiting = np.array([True, False, False, True, True, False, True])
    places = np.full(4, -1, dtype=np.int64)
    assert list_waiting(waiting, 0, 7, np.full(7, -1, dtype=np.int64)) == 4
    assert list_waiting(waiting, 1, 5, places) == 2
    assert places[:2].tolist() == [3, 4]
    assert list_waiting(waiting, 1, 3, places) == 0
