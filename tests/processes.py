"""Processes as Linux lists them: who started whom, and who is gone."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

LISTED = Path("/proc/self/stat").exists()
needs_list = pytest.mark.skipif(not LISTED, reason="needs Linux's list of processes")


def _stat(process: int) -> list[str]:
    """State, parent and so on; empty for a process that has ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()


def lives(process: int) -> bool:
    """Whether a process is there and is not just waiting to be collected."""
    stat = _stat(process)
    return bool(stat) and stat[0] != "Z"


def family(process: int) -> list[int]:
    """A process and all that it started, directly or not, and that live."""
    everybody = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    parents = {one: int(stat[1]) for one in everybody if (stat := _stat(one)) and stat[0] != "Z"}
    found = [process]
    for parent in found:
        found += [child for child, its in parents.items() if its == parent and child not in found]
    return found


def gone_within(seconds: float, processes: Iterable[int]) -> bool:
    """Whether all processes end within some time."""
    waited_for = list(processes)
    end = time.monotonic() + seconds
    while any(map(lives, waited_for)):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
