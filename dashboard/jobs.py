"""Simulations for the dashboard: a pool of worker processes, and jobs that the pages follow.

A job is an order for several seeds of one scenario. It first brings a rough answer (fewer
borrowers, one seed), then the full one seed by seed; all of it can be asked for at any time.
Workers (sim/workers.py) persist, and may die or be stopped without harm to the others; they share
a folder of pasts, so that a scenario that parts from another late is not lived from the start.

Workers are handed no more parts than they can do at once. Whenever one is free it gets what was
asked for last: a reader who moved on is not waited for, and what nobody asked for (the scenario
that the first reader will see) comes after everything else and leaves one worker free.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryDirectory
from typing import Literal

from dashboard.work import FIRST_SEED, Origin, Outcome, Part, Work, simulate, so_far_path
from sim.core.errors import InputError
from sim.experiment import MOST_MONTHS
from sim.so_far import taken
from sim.workers import COMPILING, Started, WorkerDiedError, Workers, cores

log = logging.getLogger("loansim.dashboard")

ROUGH_BORROWERS = 20_000
"""Borrowers of the rough answer, which also has one seed only."""

PLACES = 256
MOST_WORKERS = 8
MOST_JOBS_WAITING = 24
MOST_JOBS_OF_ONE = 6
"""Jobs open for one client (dashboard/client.py) at a time, over all its pages: three pairs."""
MOST_JOBS_KNOWN = 100
OUTCOMES_KEPT = 96
"""Parts (2 MB each) kept for whoever asks again; the one unused for longest goes first."""

UNWATCHED_SECONDS = 8.0
"""A job that no page has asked about for so long is stopped."""

SOON = 1.0
"""Seconds for which the first seeds are held back where the first months of one are shown: drawing
a part of the answer takes time from the rest, which may come meanwhile."""

LOOK_EVERY = 2.0
"""Seconds between two looks for jobs that nobody asks about."""

State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be simulated.

    origin, hash : as in Part; orders for scenarios of one hash are the same order
    borrowers, seeds, months : simulated borrowers, number of seeds from FIRST_SEED on, months
    """

    origin: Origin = field(compare=False)
    hash: str
    borrowers: int
    seeds: int
    months: int = MOST_MONTHS

    def parts(self) -> tuple[Part, ...]:
        """The seeds of the full answer."""
        return tuple(self._part(self.borrowers, FIRST_SEED + place) for place in range(self.seeds))

    def rough(self) -> Part | None:
        """The part that brings the rough answer; None where the full one is as quick."""
        small = self.borrowers <= ROUGH_BORROWERS
        return None if small else self._part(ROUGH_BORROWERS, FIRST_SEED)

    def _part(self, borrowers: int, seed: int) -> Part:
        return Part(self.origin, self.hash, borrowers, seed, self.months)


@dataclass(frozen=True, slots=True)
class Report:
    """How a job stands.

    share : done so far, [0, 1]; seconds_left : None while unknown
    error : what went wrong, in one line, where the state is "failed"
    so_far : the first months of one seed, where they are there and nothing better is
    rough : the rough answer, where it is there
    seeds : the seeds of the full answer that are there, in order
    """

    state: State
    share: float = 0.0
    seconds_left: float | None = None
    compiling: bool = False
    error: str = ""
    so_far: Outcome | None = None
    rough: Outcome | None = None
    seeds: tuple[Outcome, ...] = ()


class QueueFullError(Exception):
    """So many jobs are waiting that no other is taken."""


@dataclass
class _Job:
    """An order and how it came out so far.

    watched : who has asked about it -> when last, by the clock ; clients : whose browser each is
    kept : goes on even if nobody asks about it
    so_far : the first months of one seed, as they were first asked about
    partial_since : when the first seed of several was there, by the clock
    """

    order: Order
    began: float
    watched: dict[str, float]
    kept: bool = False
    clients: dict[str, str] = field(default_factory=dict)
    error: str = ""
    cancelled: bool = False
    wanted: list[Part] = field(default_factory=list)
    so_far: Outcome | None = None
    partial_since: float | None = None


class Jobs:
    """The worker pool and the orders it was given."""

    def __init__(self, work: Work = simulate, workers: int | None = None) -> None:
        self._work = work
        self._pasts = TemporaryDirectory(prefix="loansim-", ignore_cleanup_errors=True)
        self._count = workers or min(cores(), MOST_WORKERS)
        self._workers = Workers(self._count, PLACES, self._pasts.name)
        self._lock = threading.RLock()
        self._tasks: dict[Part, Started[Outcome]] = {}
        self._outcomes: OrderedDict[Part, Outcome] = OrderedDict()
        self._dropped = 0
        self._over = 0  # parts that came to an end
        self._jobs: dict[Order, _Job] = {}
        self._closed = threading.Event()
        self._compiled = False  # until a worker has simulated something, one alone compiles
        threading.Thread(target=self._look_after, name="jobs", daemon=True).start()

    def warm_up(self) -> None:
        """Start what workers start from, so that the model is imported before it is asked for."""
        self._workers.warm_up()

    def start(self, order: Order, keep: bool = False, asker: str = "", client: str = "") -> None:
        """Order a simulation; does nothing where it is under way, done, or has failed.

        keep : go on even if no page asks about it, but after all that is asked about
        asker : the page that asks; a page that asks for another order lets go of what it had
            asked for (`release`)
        client : whose browser it is; "" for none, to whom no limit of one applies

        Raises QueueFullError where too many jobs are waiting.
        """
        with self._lock:
            self._drop_unwatched()
            job = self._jobs.get(order)
            now = time.monotonic()
            if job is not None:
                if not keep:
                    job.watched[asker] = now
                    job.clients[asker] = client
                return
            waiting = [other for other in self._jobs.values() if self._is_open(other)]
            own = [other for other in waiting if client and self._is_of(client, other)]
            if len(waiting) >= MOST_JOBS_WAITING or len(own) >= MOST_JOBS_OF_ONE:
                raise QueueFullError
            self._jobs[order] = job = _Job(order, now, {}, keep)
            if not keep:
                job.watched[asker], job.clients[asker] = now, client
            rough = order.rough()
            if rough is None or self._has_all(order.parts()):
                job.wanted = list(order.parts())
            else:
                job.wanted = [rough]
            self._go_on()
            if not keep:  # the first order starts processes, which may take a while
                job.watched[asker] = time.monotonic()

    def release(self, asker: str, but: Sequence[Order] = ()) -> None:
        """A page has moved on: it wants nothing but these any more."""
        with self._lock:
            for order, job in self._jobs.items():
                if order not in but:
                    job.watched.pop(asker, None)
            self._drop_unwatched()
            self._go_on()

    def report(self, order: Order, asker: str = "") -> Report | None:
        """How an order stands; None if it was never given. Asking counts as watching."""
        with self._lock:
            job = self._jobs.get(order)
            if job is None:
                return None
            job.watched[asker] = time.monotonic()
            self._drop_unwatched()
            self._go_on()
            return self._report(job)

    def cancel(self, order: Order) -> None:
        """Stop an order; its workers are ended unless another order needs the same part."""
        with self._lock:
            job = self._jobs.get(order)
            if job is None or not self._is_open(job):
                return
            job.cancelled = True
            self._drop_tasks()

    def forget(self, order: Order) -> None:
        """Forget how an order came out, so that it can be given again; what is done stays."""
        with self._lock:
            job = self._jobs.get(order)
            if job is not None and not self._is_open(job):
                del self._jobs[order]

    @property
    def news(self) -> tuple[int, int]:
        """Differs once something has come of a part: an outcome, a failure, its first months.

        Costs next to nothing, so that who waits may look often.
        """
        with self._lock:
            handed = sum(so_far_path(self._pasts.name, part).exists() for part in self._tasks)
            return self._over, handed

    @property
    def dropped(self) -> int:
        """Outcomes that were there once and are no longer kept."""
        return self._dropped

    def worker_ids(self) -> list[int]:
        """Process ids of the workers that are busy or waiting for work."""
        return self._workers.ids()

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed.set()
        self._workers.close()
        self._pasts.cleanup()

    def _look_after(self) -> None:
        """Now and then stops what nobody asks about, so that nobody has to come for it to end."""
        while not self._closed.wait(min(LOOK_EVERY, UNWATCHED_SECONDS)):
            with self._lock:
                self._drop_unwatched()
                self._go_on()

    def _is_open(self, job: _Job) -> bool:
        """Whether something of a job is still to be done."""
        finished = job.error or job.cancelled or self._has_all(job.order.parts())
        return not finished

    @staticmethod
    def _is_of(client: str, job: _Job) -> bool:
        """Whether a page of a client asks about a job."""
        return any(job.clients.get(asker) == client for asker in job.watched)

    def _has_all(self, parts: Sequence[Part]) -> bool:
        return all(part in self._outcomes for part in parts)

    def _go_on(self) -> None:
        """Hand workers what open jobs want next: the full answer once the rough one is there."""
        if self._closed.is_set():
            return
        for job in self._in_turn():
            if self._has_all(job.wanted):
                job.wanted = list(job.order.parts())
            for part in job.wanted:
                if part in self._outcomes or part in self._tasks:
                    continue
                if not self._may_start(job):
                    break
                self._hand_over(part)

    def _in_turn(self) -> list[_Job]:
        """Open jobs: those that somebody asks about, the newest first, then the others."""
        waiting = [job for job in self._jobs.values() if self._is_open(job)]
        return sorted(waiting, key=lambda job: (not job.watched, -job.began))

    def _may_start(self, job: _Job) -> bool:
        """Whether a worker is free for a part of a job.

        A first part is done alone, as it may have to compile.
        """
        self._compiled = self._compiled or any(self._share_of(part) > 0 for part in self._tasks)
        free = self._count - len(self._tasks)
        if not job.watched and self._count > 1:
            free -= 1
        return free > 0 and self._workers.has_room and (self._compiled or not self._tasks)

    def _hand_over(self, part: Part) -> None:
        """Give one part to the workers."""
        task = self._tasks[part] = self._workers.start(self._work, part)
        task.future.add_done_callback(partial(self._ended, part))

    def _ended(self, part: Part, future: "Future[Outcome]") -> None:
        """Take note that a part came to an end, well or not (called from the pool's threads)."""
        with self._lock:
            task = self._tasks.get(part)
            if task is None or task.future is not future:
                return
            del self._tasks[part]
            self._over += 1
            so_far_path(self._pasts.name, part).unlink(missing_ok=True)
            try:
                self._keep(part, self._workers.outcome(task))
            except CancelledError:
                pass
            except Exception as error:
                self._fail(part, error)
            self._go_on()

    def _keep(self, part: Part, outcome: Outcome) -> None:
        """Keep what a part brought for whoever asks."""
        self._compiled = True
        self._outcomes[part] = outcome
        while len(self._outcomes) > OUTCOMES_KEPT:
            self._outcomes.popitem(last=False)
            self._dropped += 1

    def _fail(self, part: Part, error: Exception) -> None:
        """Tell the jobs that wanted a part why there is none; the log has the whole story."""
        if self._closed.is_set():  # it was ended with all the others
            return
        log.error("seed %d of %s: %s", part.seed, part.origin.scenario, error, exc_info=error)
        words = _words(error)
        for job in self._jobs.values():
            if part in job.wanted and self._is_open(job):
                job.error = words
        self._drop_tasks()

    def _drop_unwatched(self) -> None:
        """Stop jobs that no page asks about any more."""
        late = time.monotonic() - UNWATCHED_SECONDS
        for order, job in list(self._jobs.items()):
            for asker in [one for one, when in job.watched.items() if when < late]:
                del job.watched[asker]
            many = len(self._jobs) > MOST_JOBS_KNOWN
            if not job.watched and not job.kept and (many or self._is_open(job)):
                del self._jobs[order]
        self._drop_tasks()

    def _drop_tasks(self) -> None:
        """Cancel what no open job wants."""
        wanted = {part for job in self._jobs.values() if self._is_open(job) for part in job.wanted}
        for part, task in list(self._tasks.items()):
            if part not in wanted:
                task.future.cancel()

    def _report(self, job: _Job) -> Report:
        parts = job.order.parts()
        rough = job.order.rough()
        there = tuple(self._outcomes[part] for part in parts if part in self._outcomes)
        so_far = self._so_far_of(job)
        if so_far is not None and self._is_open(job) and self._holds_back(job, len(there)):
            there = ()
        for part in parts:
            if part in self._outcomes:
                self._outcomes.move_to_end(part)
        done = len(there) == len(parts)
        if done:
            job.so_far = None
        share = self._share(job)
        spent = time.monotonic() - job.began
        running = any(self._is_running(part) for part in job.wanted)
        state: State = "running" if running else "queued"
        if job.error:
            state = "failed"
        elif job.cancelled:
            state = "cancelled"
        elif done:
            state = "done"
        return Report(
            state=state,
            share=1.0 if done else share,
            seconds_left=spent * (1 - share) / share if 0.05 < share < 1 else None,
            compiling=any(self._told(part) == COMPILING for part in job.wanted),
            error=job.error,
            so_far=None if there else so_far,
            rough=self._outcomes.get(rough) if rough else None,
            seeds=there,
        )

    def _so_far_of(self, job: _Job) -> Outcome | None:
        """What the first part has handed over, from when it was first asked about."""
        first = next((part for part in job.wanted if part in self._tasks), None)
        if job.so_far is None and first is not None and first.seed == FIRST_SEED:
            found = taken(so_far_path(self._pasts.name, first))
            job.so_far = None if found is None else Outcome(*found)
        return job.so_far

    @staticmethod
    def _holds_back(job: _Job, there: int) -> bool:
        """Whether the seeds that are there are not shown yet, as the others will come soon."""
        if not 0 < there < job.order.seeds:
            return False
        now = time.monotonic()
        job.partial_since = job.partial_since or now
        return now - job.partial_since < SOON

    def _share(self, job: _Job) -> float:
        """Part of a job's work that is done, weighed by borrowers."""
        rough = job.order.rough()
        parts = [*job.order.parts(), *([rough] if rough else [])]
        # A part costs its lenders' months whatever the number of borrowers.
        weights = [part.borrowers + 10_000 for part in parts]
        shares = [self._share_of(part) for part in parts]
        return sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights)

    def _share_of(self, part: Part) -> float:
        return 1.0 if part in self._outcomes else max(0.0, self._told(part))

    def _told(self, part: Part) -> float:
        """What a part under way has told last; 0 for any other."""
        return self._workers.told(self._tasks[part]) if part in self._tasks else 0.0

    def _is_running(self, part: Part) -> bool:
        return part in self._tasks and self._tasks[part].future.running()


def _words(error: Exception) -> str:
    """What went wrong, in one line without a traceback."""
    if isinstance(error, InputError | WorkerDiedError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
