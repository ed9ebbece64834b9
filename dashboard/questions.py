"""Questions that take more than a moment: asked of a worker, answered when a page asks again.

The web process never reads ten thousand files or fits a surface itself. A question is a function of
a module with plain arguments; the same question is asked once, and its answer kept for a while. A
client (dashboard/client.py) may have a few under way; what no page asks about any more is ended.
"""

import atexit
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

from dashboard.client import this_client
from sim.core.errors import InputError
from sim.workers import COMPILING, Started, Tell, TookTooLongError, WorkerDiedError, Workers

log = logging.getLogger("loansim.dashboard")

ANSWERS_KEPT = 64
FAILURES_KEPT = 10.0
"""Seconds until a question that failed is asked again: long enough for the page to hear of it."""

MOST_WAITING = 16
MOST_OF_ONE = 6
"""Questions that one client may have under way."""

UNASKED_SECONDS = 90.0
"""A question that no page has asked about for so long is ended; hidden tabs ask once a minute."""

State = Literal["pending", "done", "failed", "busy"]


@dataclass(frozen=True, slots=True)
class Reply:
    """How a question stands.

    value : the answer, where it is done
    error : why there is none, in one line; "" where nobody thought of it, and the log has it
    share : how much of it is done, [0, 1], where it is pending and tells
    compiling : whether it compiles the borrower's month first
    """

    state: State
    value: Any = None
    error: str = ""
    share: float = 0.0
    compiling: bool = False


@dataclass
class _Asked:
    """A question under way: who asked, and when it was last asked about, by the clock."""

    started: Started[Any]
    clients: set[str]
    last: float


class Questions:
    """A worker, what it was asked, and its latest answers. Its process starts with the first."""

    def __init__(self, workers: int = 1) -> None:
        self._count = workers
        self._pool: Workers | None = None
        self._lock = threading.RLock()
        self._asked: dict[tuple[Any, ...], _Asked] = {}
        self._replies: OrderedDict[tuple[Any, ...], tuple[Reply, float]] = OrderedDict()

    def ask(
        self,
        task: Callable[..., Any],
        *arguments: Any,
        stamp: tuple[int, ...] = (),
        tells: bool = False,
        seconds: float | None = None,
    ) -> Reply:
        """How a question stands; asked now if it was not, or failed a while ago.

        task : a function of a module ; arguments : plain, hashable
        stamp : of the files that the task reads: with another it is another question
        tells : whether the task takes, last, a function to tell how much of it is done
        seconds : after which it is ended; None for no limit
        """
        key = (task.__module__, task.__qualname__, stamp, *arguments)
        client, now = this_client(), time.monotonic()
        with self._lock:
            known, until = self._replies.get(key, (None, 0.0))
            self._end_unasked(now)
            if known is not None and now < until:
                self._replies.move_to_end(key)
                return known
            self._replies.pop(key, None)
            if key in self._asked:
                self._asked[key].clients.add(client)
                self._asked[key].last = now
                return self._pending(key)
            own = sum(client in asked.clients for asked in self._asked.values())
            if len(self._asked) >= MOST_WAITING or (client and own >= MOST_OF_ONE):
                return Reply("busy")
            if self._pool is None:
                self._pool = Workers(self._count, 4 * MOST_WAITING)
                atexit.register(self.close)
            started = self._pool.start(_answer, task, arguments, tells, seconds=seconds)
            self._asked[key] = _Asked(started, {client}, now)
        started.future.add_done_callback(partial(self._ended, key))
        with self._lock:
            return self._replies.get(key, (Reply("pending"), 0.0))[0]

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            atexit.unregister(self.close)
            pool.close()

    def _pending(self, key: tuple[Any, ...]) -> Reply:
        """How far a question under way is."""
        assert self._pool is not None
        told = self._pool.told(self._asked[key].started)
        return Reply("pending", share=min(1.0, max(0.0, told)), compiling=told == COMPILING)

    def _end_unasked(self, now: float) -> None:
        """Ends what nobody waits for any more."""
        for asked in list(self._asked.values()):
            if now - asked.last > UNASKED_SECONDS:
                asked.started.future.cancel()

    def _ended(self, key: tuple[Any, ...], _: Any) -> None:
        """Keep what came of a question (called from the pool's threads)."""
        with self._lock:
            asked = self._asked.pop(key, None)
            if asked is None or self._pool is None:
                return
            try:
                reply = Reply("done", self._pool.outcome(asked.started))
            except CancelledError:
                return
            except (InputError, WorkerDiedError, TookTooLongError) as error:
                reply = Reply("failed", error=str(error))
            except Exception as error:
                log.error("%s: %s", key[1], error, exc_info=error)
                reply = Reply("failed")
            kept = math.inf if reply.state == "done" else FAILURES_KEPT
            self._replies[key] = reply, time.monotonic() + kept
            while len(self._replies) > ANSWERS_KEPT:
                self._replies.popitem(last=False)


@cache
def shared_questions() -> Questions:
    """The one that all pages ask, so that there are two worker processes beside the simulations."""
    return Questions(workers=2)


def _answer(task: Callable[..., Any], arguments: tuple[Any, ...], tells: bool, tell: Tell) -> Any:
    """In the worker: the answer to a question."""
    return task(*arguments, tell) if tells else task(*arguments)
