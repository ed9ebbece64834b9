"""One process in a folder at a time: a lock that ends with its process, however that ends."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.core.errors import InputError

LOCK = "lock"

PATIENCE = 0.5
"""Seconds in which a lock is tried: whoever only looks (`is_locked`) has let go long before."""

TRY_EVERY = 0.05


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds a folder's lock; InputError if another process does, or the folder is read-only."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise InputError(f"{folder} may not be written to ({error.strerror})") from error
    try:
        end = time.monotonic() + PATIENCE
        while not (taken := _taken(handle)) and time.monotonic() < end:
            time.sleep(TRY_EVERY)
        if not taken:
            holder = os.read(handle, 100).decode(errors="replace").strip()
            who = f" (process {holder})" if holder else ""
            raise InputError(
                f"{folder} is in use by another process{who}; wait for it, or give another folder"
            )
        with suppress(OSError):  # who holds it is said for people only; the disk may be full
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _taken(handle: int, *, shared: bool = False) -> bool:
    """Take the lock of an open file; False if another process has it.

    shared : others may take it so at the same time (not on Windows)
    """
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Whether a process holds a folder's lock; False where that cannot be told.

    No system tells without taking it for a moment: others that look may do so at the same time, and
    who wants to hold it waits that long.
    """
    try:
        handle = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _taken(handle, shared=True)
    finally:
        os.close(handle)
