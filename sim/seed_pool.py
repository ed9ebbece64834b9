"""Seeds over worker processes: each worker runs whole seeds, one after another.

Nothing that a worker does depends on the others, so results are the same for any number of
workers. Whatever ends the calling function, an interrupt included, ends the workers; and they end
by themselves when the process that started them is gone.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextlib import contextmanager
from ctypes import Array, c_int64
from functools import cache
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

LOOK_EVERY = 0.2
"""Seconds between two looks at how far the workers are."""

type Tell = Callable[[int], None]
"""Told, by the work on one seed, how much of it is done."""

type Listen = Callable[[Sequence[int]], None]
"""Told what each seed's work has told last."""


def over_seeds[T](
    work: Callable[[int, Tell], T],
    seeds: Sequence[int],
    workers: int,
    listen: Listen = lambda _: None,
    prepare: Callable[[Tell], None] | None = None,
) -> list[T]:
    """work(seed, tell) for every seed, in `workers` processes; results in the order of seeds.

    work : a function of a module, or `functools.partial` of one: it travels to the workers
    listen : told now and then what each seed's `work` has told last, 0 before it began
    prepare : done once before the first seed, by a worker; what it tells counts for that seed

    With one worker everything happens in this process. Raises what `work` raises, and
    RuntimeError if a worker dies.
    """
    if workers == 1:
        return list(_one_after_another(work, seeds, listen, prepare))
    from pebble import ProcessExpired, ProcessPool

    # What travels at the start is told once to each worker; what travels later has to be small: a
    # message that fills a pipe while the pool is stopped takes Python down with it.
    packed = zlib.compress(pickle.dumps((work, prepare)))
    context = _Context()
    done: Array[c_int64] = context.RawArray(c_int64, len(seeds))
    pool = ProcessPool(
        workers,
        initializer=_settle_in,
        initargs=(done, packed),
        context=context,
    )
    try:
        with _interrupts_later():
            if not pool.active:  # asking starts the workers
                raise RuntimeError("no worker processes could be started")
        if prepare is not None:
            _finish([pool.schedule(_prepare_in_worker)], done, listen)
        futures = [pool.schedule(_in_worker, (seed, place)) for place, seed in enumerate(seeds)]
        return _finish(futures, done, listen)
    except ProcessExpired as error:
        raise RuntimeError(
            f"a worker process died (exit code {error.exitcode}); with little memory, use fewer "
            "workers or borrowers"
        ) from error
    finally:
        pool.stop()
        pool.join()


def _finish[T](futures: Sequence[Future[T]], done: Array[c_int64], listen: Listen) -> list[T]:
    """Results of all that was scheduled, as soon as there are all; raises the first failure."""
    running = set(futures)
    while running:
        finished, running = wait(running, LOOK_EVERY, FIRST_EXCEPTION)
        for future in finished:
            future.result()
        listen([done[place] for place in range(len(done))])
    return [future.result() for future in futures]


def _one_after_another[T](
    work: Callable[[int, Tell], T],
    seeds: Sequence[int],
    listen: Listen,
    prepare: Callable[[Tell], None] | None,
) -> Iterator[T]:
    """The same without processes."""
    done = [0] * len(seeds)

    def note_first(now: int) -> None:
        done[0] = now
        listen(done)

    if prepare is not None:
        prepare(note_first)
    for place, seed in enumerate(seeds):

        def note(now: int, place: int = place) -> None:
            done[place] = now
            listen(done)

        yield work(seed, note)


_done: Any = None
"""In a worker: how much is done of each seed, shared with the process that looks at it."""


_packed = b""
"""In a worker: the work on a seed and the preparation, as they travelled."""


def _settle_in(done: Any, packed: bytes) -> None:
    """What a worker does first."""
    global _done, _packed
    _done, _packed = done, packed
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when the one that started it has gone, however it went."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    os._exit(1)


@cache
def _unpacked() -> Any:
    """In a worker: the work on a seed, and the preparation."""
    return pickle.loads(zlib.decompress(_packed))


def _prepare_in_worker() -> None:
    """What comes before the first seed, in a worker."""

    def note(now: int) -> None:
        _done[0] = now

    _unpacked()[1](note)


def _in_worker(seed: int, place: int) -> Any:
    """One seed, in a worker."""

    def note(now: int) -> None:
        _done[place] = now

    return _unpacked()[0](seed, note)


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


class _Process(SpawnProcess):
    """A fresh process that knows nothing of the program's file."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 (the name that multiprocessing calls)
        with _blank_main():
            return SpawnProcess._Popen(process_obj)


class _Context(SpawnContext):
    """How workers are started: as fresh processes, since threads and locks survive no fork."""

    Process = _Process
