"""Pebble's pool of processes, made so that no death of a process leaves a task without an end.

Pebble reads what workers say in one thread and looks for the dead in another. A worker that takes a
task and dies at once can be found dead before its word that it had taken the task was read. While
others work, Pebble takes such a one for idle, nobody ends its task any more, and who waits for the
task waits for ever. A task that was still on its way when all broke is forgotten likewise. Here a
death counts as soon as all that was said before it has been read, and what breaks the pool ends
every task.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any

from pebble import ProcessFuture, ProcessPool
from pebble.pool.base_pool import PoolStatus, Task
from pebble.pool.process import PoolManager, dictionary_values

LAST_WORDS_WITHIN = 30.0
"""Seconds after a death by which all that was said before it can be read. Where it cannot, the
worker died in the middle of a word, or with the locks that all share, and the pool is broken."""


class SurePool(ProcessPool):
    """A pool in which every task comes to an end: with its outcome, or as its process died."""

    def __init__(
        self,
        workers: int,
        initializer: Callable[..., None],
        initargs: Iterable[Any],
        context: Any,
    ) -> None:
        super().__init__(workers, initializer=initializer, initargs=initargs, context=context)
        self._pool_manager = _SureManager(self._context, context)

    def schedule(
        self,
        function: Callable[..., Any],
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> "ProcessFuture[Any]":
        """Have a function called by a worker; RuntimeError where the pool is not active."""
        future = super().schedule(function, args, kwargs or {}, timeout)
        if self._context.status == PoolStatus.ERROR:  # it broke meanwhile: nobody will take this up
            _end(future, BrokenProcessPool("the pool broke before the task was handed over"))
        return future


class _SureManager(PoolManager):
    """Tasks and workers of a pool; `deaths` are those that are not accounted for yet."""

    def __init__(self, context: Any, processes: Any) -> None:
        super().__init__(context, processes)
        self.deaths: list[tuple[tuple[int, int], float]] = []

    def update_workers(self) -> None:
        """Note who died, and start others (in the thread that looks after workers)."""
        now = time.monotonic()
        self.deaths += [(death, now) for death in self.worker_manager.inspect_workers()]
        if any(now - when > LAST_WORDS_WITHIN for _, when in tuple(self.deaths)):
            raise BrokenProcessPool("a worker died in the middle of a word")
        self.worker_manager.create_workers()

    def process_next_message(self, timeout: float) -> None:
        """Hear the next word of a worker; where there is none, account for the dead first."""
        noted = tuple(self.deaths)  # before looking: whatever these have said can be read by now
        with _any_error_breaks_it():
            if noted and self._all_is_read() and self._locks_are_free():
                for death in noted:
                    self.deaths.remove(death)
                    self.handle_worker_expiration(death[0])
            super().process_next_message(timeout)

    def update_status(self) -> None:
        """End what takes too long or is not wanted any more, and look after workers."""
        with _any_error_breaks_it():
            super().update_status()  # type: ignore[no-untyped-call]

    def schedule(self, task: Task) -> None:
        """Hand a task to the workers, unless it is over already."""
        if not task.future.done():
            super().schedule(task)
        if self.context.status == PoolStatus.ERROR:  # whoever ended all tasks may have missed it
            _end(task.future, BrokenProcessPool("the pool broke as the task was handed over"))

    def handle_broken_pool(self, error: BrokenProcessPool) -> None:
        """End every task, be it with a worker, on its way to one or waiting."""
        self.context.status = PoolStatus.ERROR
        waiting = [task for task in tuple(self.context.task_queue.queue) if task is not None]
        for task in (*dictionary_values(self.task_manager.tasks), *waiting):
            self.task_manager.tasks.pop(task.id, None)
            _end(task.future, error)

    def _all_is_read(self) -> bool:
        """Whether no word of any worker waits to be read."""
        assert self.worker_manager.pool_channel is not None
        return not self.worker_manager.pool_channel.poll(0)

    def _locks_are_free(self) -> bool:
        """Whether nobody reads or writes just now, and no dead worker holds the locks for it."""
        assert self.worker_manager.workers_channel is not None
        with self.worker_manager.workers_channel.lock(block=False) as free:
            return free


@contextmanager
def _any_error_breaks_it() -> Iterator[None]:
    """Pebble's threads end at any other error, and with them whoever waits for a task."""
    try:
        yield
    except BrokenProcessPool:
        raise
    except Exception as error:
        raise BrokenProcessPool(f"{type(error).__name__}: {error}") from error


def _end(future: "Future[Any]", error: Exception) -> None:
    """Let whoever waits for a task know that it will not be done; nothing if it is over."""
    with suppress(RuntimeError):  # it is over
        future.set_running_or_notify_cancel()
    with suppress(InvalidStateError):  # over, or cancelled
        future.set_exception(error)
