"""One process in a folder at a time: a lock that ends with its process, however that ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.core.errors import InputError

LOCK = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds a folder's lock; InputError if another process does, or the folder is read-only."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise InputError(f"{folder} may not be written to ({error.strerror})") from error
    try:
        if not _taken(handle):
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


def _taken(handle: int) -> bool:
    """Take the lock of an open file; False if another process has it."""
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Whether a process holds a folder's lock; False where that cannot be told."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _taken(handle)
    finally:
        os.close(handle)
