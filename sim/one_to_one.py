"""One simulated borrower for each real one, and whether so many find room in memory."""

from contextlib import suppress
from pathlib import Path

from agents.record import RECORD
from sim.core.errors import InputError
from sim.core.wording import shown

ONE_TO_ONE = "1:1"

BASE_BYTES = 600_000_000
"""What a run takes beside its borrowers: libraries, compiled code, books, tables (measured: 0.4 to
0.6 GB)."""

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def borrowers_wanted(written: str, population: int) -> int:
    """The number of simulated borrowers that an option means; InputError if it means none.

    written : a number, or 1:1 for one simulated borrower for each real one
    population : real people
    """
    if written == ONE_TO_ONE:
        return population
    try:
        return int(written.replace("_", ""))
    except ValueError:
        raise InputError(
            f"--borrowers is {shown(written)}; write a number, or 1:1 for one each of the real "
            f"{population:,}"
        ) from None


def check_memory(borrowers: int) -> None:
    """Raise InputError if so many borrowers do not fit into the memory that is free."""
    needed, free = bytes_needed(borrowers), bytes_free()
    if free is not None and needed > free:
        raise InputError(
            f"{borrowers:,} borrowers need {needed / 1e9:,.1f} GB of memory and "
            f"{free / 1e9:,.1f} GB are free; simulate fewer"
        )


def bytes_needed(borrowers: int) -> int:
    """Memory that a run takes, bytes: the records of its borrowers, and the rest."""
    return BASE_BYTES + borrowers * RECORD.itemsize


def bytes_free() -> int | None:
    """Memory that can be had without swapping, bytes; None where the system does not tell."""
    found = None
    with suppress(OSError, ValueError, IndexError):
        lines = MEMINFO.read_text(encoding="ascii").splitlines()
        (line,) = (line for line in lines if line.startswith("MemAvailable:"))
        found = 1024 * int(line.split()[1])
    with suppress(OSError, ValueError):  # a container may have less than its machine
        most = int((CGROUP / "memory.max").read_text(encoding="ascii"))
        left = most - int((CGROUP / "memory.current").read_text(encoding="ascii"))
        found = left if found is None else min(found, left)
    return found
