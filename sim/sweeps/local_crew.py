"""Worker processes on this machine, one Numba thread each."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait

from sim.comparison import compile_once
from sim.sweeps.crew import Answer, CrewLostError
from sim.sweeps.plan import sweep_from_texts
from sim.sweeps.tasks import Order, Outcome, Task, do_task
from sim.workers import NoWorkersError, Started, Tell, WorkerDiedError, Workers, luggage

IN_FLIGHT = 2
"""Tasks per worker that it was given, so that none waits for the next."""

STARTS = 2
"""Times that workers are started before they count as lost."""


class LocalCrew:
    """The local pool (sim/workers.py): survives the death of a worker, ends with this process."""

    def __init__(self, order: Order, workers: int) -> None:
        self._room = IN_FLIGHT * workers
        self._pool = Workers(workers, self._room, order)
        self._running: dict[Started[list[Outcome]], Task] = {}
        try:
            self._compile()
        except BaseException:
            self._pool.close()
            raise

    def _compile(self) -> None:
        """Once, by one worker: all others find it done. Raises CrewLostError."""
        for left in reversed(range(STARTS)):
            started = self._started(_prepare)
            wait([started.future])
            try:
                return self._pool.outcome(started)
            except WorkerDiedError as error:
                if not left:
                    raise CrewLostError(str(error)) from error

    def has_room(self) -> bool:
        """Whether another task can be taken now."""
        return len(self._running) < self._room

    def start(self, task: Task) -> None:
        """Take a task; CrewLostError."""
        self._running[self._started(_do, task)] = task

    def answers(self, seconds: float) -> list[Answer]:
        """What has come in, waiting for it some seconds at most."""
        wait([started.future for started in self._running], seconds, FIRST_COMPLETED)
        found = []
        for started in [one for one in self._running if one.future.done()]:
            task = self._running.pop(started)
            try:
                found.append(Answer(task, self._pool.outcome(started)))
            except WorkerDiedError as error:
                found.append(Answer(task, [], str(error)))
        return found

    def _started[T](self, task: Callable[..., T], *arguments: object) -> Started[T]:
        try:
            return self._pool.start(task, *arguments)
        except NoWorkersError as error:
            raise CrewLostError(str(error)) from error

    def under_way(self) -> int:
        """Points that are done within tasks that are not."""
        return sum(round(self._pool.told(started)) for started in self._running)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        self._pool.close()


def _prepare(tell: Tell) -> None:
    order: Order = luggage()
    sweep = sweep_from_texts(order.name, order.plan, dict(order.bases))
    compile_once(next(iter(sweep.bases.values())), tell)


def _do(task: Task, tell: Tell) -> list[Outcome]:
    return do_task(luggage(), task, tell)
