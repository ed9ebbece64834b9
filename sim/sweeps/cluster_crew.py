"""Workers of a Dask cluster (`distributed`, extra `cluster`): the same tasks, the same bytes.

Results travel back and are written here, so that workers need neither the folder nor a shared disk;
they need the same version of loansim and of its libraries, which is checked.
"""

import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any

from sim.core.errors import InputError
from sim.sweeps.crew import Answer, CrewLostError
from sim.sweeps.program import fingerprint
from sim.sweeps.tasks import Order, Outcome, Task, do_task

SECONDS_TO_CONNECT = 10
IN_FLIGHT = 2
"""Tasks per thread of the cluster that are handed over before an answer is in."""

SECONDS_WITHOUT_WORKERS = 600.0
"""How long a cluster may be without any worker, as where a queue ends some and starts others."""

SECONDS_TO_ANSWER = 60.0
"""How long the scheduler and its workers may take over a question, or to hand over a result."""

LOOK_EVERY = 0.1
MISSING = (
    "--scheduler needs Dask's distributed, which is not installed; install loansim[cluster] here "
    "and on the workers"
)


class ClusterCrew:
    """The workers that a scheduler knows, be they more or fewer from minute to minute."""

    def __init__(self, order: Order, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(MISSING) from None
        self._address = address
        try:
            self._client: Any = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(
                f"no Dask scheduler answers at {address} ({type(error).__name__}); start one with: "
                "dask scheduler"
            ) from error
        self._order = order
        self._running: dict[Any, Task] = {}
        self._seen = time.monotonic()
        try:
            with self._there():
                self._check_workers()
        except BaseException:
            self.close()
            raise

    def has_room(self) -> bool:
        """Whether another task can be taken now."""
        return len(self._running) < IN_FLIGHT * max(1, self._threads())

    def start(self, task: Task) -> None:
        """Take a task."""
        with self._there():
            future = self._client.submit(_do, self._order, task, pure=False)
        self._running[future] = task

    def answers(self, seconds: float) -> list[Answer]:
        """What has come in, waiting for it some seconds at most; CrewLostError."""
        end = time.monotonic() + seconds
        while True:
            found = [future for future in self._running if future.done()]
            gone = any(future.status == "cancelled" for future in self._running)
            if gone or self._client.status != "running":
                raise self._lost()
            if found or time.monotonic() > end:
                self._refuse_desertion()
                answers = [self._answer(future) for future in found]
                return [answer for answer in answers if answer is not None]
            time.sleep(LOOK_EVERY)

    def under_way(self) -> int:
        """Unknown here: what is being done is told when it is done."""
        return 0

    def close(self) -> None:
        """Give back all tasks and let the cluster go on without this program."""
        with suppress(Exception):  # the scheduler may be gone
            self._client.cancel(list(self._running))
        with suppress(Exception):
            self._client.close(timeout=SECONDS_TO_CONNECT)

    def _answer(self, future: Any) -> Answer | None:
        """What came of a task; None where its worker went away with it, so that it is done again.

        Dask hands such a task to another worker and waits for that one, however long there is none.
        """
        from distributed import KilledWorker

        task = self._running[future]
        outcomes: list[Outcome] = []
        death = ""
        with self._there():
            try:
                outcomes = future.result(timeout=SECONDS_TO_ANSWER)
            except TimeoutError:
                return None
            except KilledWorker:
                death = "the workers of the cluster that took it died"
        del self._running[future]
        return Answer(task, outcomes, death)

    def _threads(self) -> int:
        """Threads of all workers there are."""
        with self._there():
            threads = self._client.nthreads(callback_timeout=SECONDS_TO_ANSWER)
            return sum(threads.values())

    def _refuse_desertion(self) -> None:
        """Raises CrewLostError if there has been no worker for too long."""
        now = time.monotonic()
        if self._threads():
            self._seen = now
        elif now - self._seen > SECONDS_WITHOUT_WORKERS:
            raise CrewLostError(
                f"the scheduler at {self._address} has had no workers for "
                f"{SECONDS_WITHOUT_WORKERS / 60:.0f} minutes"
            )

    def _lost(self) -> CrewLostError:
        return CrewLostError(f"the scheduler at {self._address} went away")

    @contextmanager
    def _there(self) -> Iterator[None]:
        """What a lost connection raises becomes one error; all else stays as it is."""
        try:
            yield
        except (OSError, CancelledError) as error:
            raise self._lost() from error
        except RuntimeError as error:
            if self._client.status == "running":
                raise
            raise self._lost() from error

    def _check_workers(self) -> None:
        """Raises InputError unless there are workers and all run this program."""
        try:
            self._client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except TimeoutError as error:
            raise InputError(
                f"the scheduler at {self._address} has no workers; start some with: "
                f"dask worker {self._address} --nthreads 1"
            ) from error
        programs = self._client.run(fingerprint, callback_timeout=SECONDS_TO_ANSWER)
        others = [worker for worker, its in programs.items() if its != fingerprint()]
        if others:
            raise InputError(
                f"{len(others)} workers of {self._address} run another version of loansim or of "
                f"its libraries, {others[0]} for one; install the same on all machines"
            )


def _do(order: Order, task: Task) -> list[Outcome]:
    return do_task(order, task, lambda _: None)
