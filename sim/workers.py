"""Worker processes: whoever has to simulate much hands parts of it to them.

`Workers` is the one way in which this program uses processes, for comparisons and for the
dashboard alike. A worker is a fresh process that has imported the model once, does one task after
another, tells how far each is through shared numbers without locks (it may be killed at any moment,
and a lock that it held would stop everybody), and ends by itself when the process that started it
is gone.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import wait as wait_for
from types import ModuleType
from typing import Any

if sys.platform == "win32":
    from multiprocessing.context import SpawnContext as FreshContext
    from multiprocessing.context import SpawnProcess as FreshProcess
else:
    from multiprocessing.context import ForkServerContext as FreshContext
    from multiprocessing.context import ForkServerProcess as FreshProcess

PRELOADED = ("sim.model", "sim.experiment")
"""What the server process from which workers are forked imports once for all of them."""

ENDS_WITHIN = 3.0
"""Seconds that a worker which is asked to end may take; then the pool ends it for good."""

COMPILING = -1.0
"""What a task tells while it compiles the borrower's month."""

type Tell = Callable[[float], None]
"""Told, by a task, how much of it is done, in whatever it counts; or COMPILING."""


class WorkerDiedError(RuntimeError):
    """A worker process ended in the middle of a task."""

    def __init__(self, code: int | None = None) -> None:
        known = "" if code is None else f" (code {code})"
        super().__init__(
            f"a worker process ended without an answer{known}; with little memory, "
            "use fewer workers or borrowers"
        )


class NoWorkersError(RuntimeError):
    """No worker process could be started."""

    def __init__(self) -> None:
        super().__init__("no worker processes could be started")


class TookTooLongError(RuntimeError):
    """A task was ended as it took longer than it may."""


@dataclass(frozen=True, slots=True)
class Started[T]:
    """A task that workers were given: its outcome to be, and where it tells how far it is."""

    future: "Future[T]"
    place: int


class Workers:
    """A number of worker processes and the tasks on their way through them.

    places : tasks that may be on their way at a time
    luggage : what tasks find as `luggage()`; it travels once to each worker, at its start. What
        travels with a task has to be small: a message that fills a pipe while workers are ended
        takes Python down with it

    Not to be called by several threads at a time.
    """

    def __init__(self, count: int, places: int, luggage: object = None) -> None:
        self._count = count
        self._luggage = zlib.compress(pickle.dumps(luggage))
        self._context = _Context()
        if sys.platform != "win32":
            self._context.set_forkserver_preload(list(PRELOADED))
        self._board: Any = self._context.RawArray("d", places)
        self._free = deque(range(places))  # first in, first out: a stopped worker may still write
        self._pool: Any = self._new_pool()

    def warm_up(self) -> None:
        """Start what workers start from, so that the model is imported before it is asked for."""
        if sys.platform != "win32":
            from multiprocessing import forkserver

            forkserver.ensure_running()

    @property
    def has_room(self) -> bool:
        """Whether another task may be started."""
        return bool(self._free)

    def start[T](
        self, task: Callable[..., T], *arguments: object, seconds: float | None = None
    ) -> Started[T]:
        """Have task(*arguments, tell) done; in new processes if the old ones broke.

        task : a function of a module, or `functools.partial` of one; so are its arguments plain
            data
        seconds : after which its process is ended; None for no limit

        Raises NoWorkersError.
        """
        if not self._is_active():
            self._pool.stop()
            self._pool = self._new_pool()
            if not self._is_active():
                raise NoWorkersError
        place = self._free.popleft()
        self._board[place] = 0.0
        try:
            work = self._pool.schedule(_carry_out, (task, arguments, place), timeout=seconds)
        except RuntimeError as error:  # it broke since it was asked
            self._free.append(place)
            raise NoWorkersError from error
        return Started(work, place)

    def told(self, started: Started[Any]) -> float:
        """What a task has told last; 0 before it tells anything."""
        return float(self._board[started.place])

    def outcome[T](self, started: Started[T]) -> T:
        """What a task that is over brought, and the end of it.

        Raises what the task raised, WorkerDiedError, TookTooLongError, or CancelledError if it was
        stopped.
        """
        from pebble import ProcessExpired

        self._free.append(started.place)
        try:
            return started.future.result(timeout=0)
        except ProcessExpired as error:
            raise WorkerDiedError(error.exitcode) from error
        except BrokenProcessPool as error:  # one that died before it took any task takes all along
            raise WorkerDiedError from error
        except FutureTimeoutError as error:
            raise TookTooLongError("it took longer than it may and was ended") from error

    def ids(self) -> list[int]:
        """Process ids of the workers, be they busy or waiting."""
        return [
            process.pid
            for process in self._context.started
            if process.pid is not None and process.is_alive()
        ]

    def close(self) -> None:
        """End all workers, whatever they are doing.

        They are ended before the pool takes the locks away that they share: one that is still
        being started would look for its locks in vain and say so on the screen.
        """
        self._pool.stop()
        living = [process for process in self._context.started if process.pid is not None]
        for process in living:
            process.terminate()
        for process in living:
            process.join(ENDS_WITHIN)
        self._pool.join()

    def _is_active(self) -> bool:
        """Whether the pool takes tasks; asking a new one starts its processes."""
        try:
            with _interrupts_later():
                return bool(self._pool.active)
        except BrokenProcessPool:  # what starts the processes died
            return False

    def _new_pool(self) -> Any:
        from sim.process_pool import SurePool

        return SurePool(self._count, _settle_in, (self._board, self._luggage), self._context)


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# --- in a worker ---------------------------------------------------------------------------------

_board: Any = None
"""How much is done of each task, shared with the process that looks at it."""

_luggage = b""
"""What tasks need, as it travelled."""


def _settle_in(board: Any, packed: bytes) -> None:
    """What a worker does first."""
    global _board, _luggage
    _board, _luggage = board, packed
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when the one that started it has gone, however it went."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    os._exit(1)  # in the middle of its work: nobody waits for it any more


@cache
def luggage() -> Any:
    """In a worker: what it was given at its start."""
    return pickle.loads(zlib.decompress(_luggage))


def _carry_out[T](task: Callable[..., T], arguments: tuple[object, ...], place: int) -> T:
    """Do a task and note on the board how far it is."""

    def tell(done: float) -> None:
        _board[place] = done

    return task(*arguments, tell)


# --- how workers are started ---------------------------------------------------------------------


@contextmanager
def _blank_main() -> Iterator[None]:
    """For a moment, a program without a file.

    A new process imports the file of the program that starts it. Workers need none of it, and a
    script that compares at its top level, as a notebook would, would start itself all over again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Holds requests to end back until all workers are known and can be ended too.

    They come before any error: who ends everybody ends those that are being started.

    Python itself crashes if it is interrupted while it hands a new process its start.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # requests go to the main thread
        return
    held: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: held.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for asked in held:
            signal.raise_signal(asked)


class _Process(FreshProcess):
    """A fresh process that knows nothing of the program's file."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 (the name that multiprocessing calls)
        with _blank_main():
            return FreshProcess._Popen(process_obj)


class _Context(FreshContext):
    """How workers are started: as fresh processes, since threads and locks survive no fork.

    started : those that were, and that may still be there
    """

    def __init__(self) -> None:
        super().__init__()
        self.started: list[_Process] = []

    def Process(self, *arguments: Any, **options: Any) -> _Process:  # type: ignore[override]  # noqa: N802 (the name that multiprocessing calls)
        process = _Process(*arguments, **options)
        self.started = [one for one in self.started if one.exitcode is None] + [process]
        return process
