"""Running a sweep: tasks out to a crew, results into a folder as they come.

    from sim import sweep, effects
    study = sweep("cap_and_competition", "runs/cap", workers=2)
    effects(study)

Whatever ends it (an interrupt, a full disk, a lost cluster, a kill), what is done stays, and
resuming does the rest. Results do not depend on who lived them, in which order, or how often a
sweep was broken off.
"""

import re
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sim.comparison import WORKERS
from sim.core.errors import InputError
from sim.core.wording import shown
from sim.experiment import check_bound
from sim.folder_lock import locked
from sim.lives import Branch
from sim.sweeps.crew import Answer, Crew
from sim.sweeps.factor_words import words_of
from sim.sweeps.plan import load_plan
from sim.sweeps.shared_past import trunks_of
from sim.sweeps.store import SweepFolder, created, holds_sweep, opened
from sim.sweeps.study import Study
from sim.sweeps.tasks import Outcome, Task
from sim.workers import cores

LOOK_EVERY = 0.2
"""Seconds between two looks at what came in."""

RUNS_EVERY = 60.0
"""Seconds between two versions of runs.parquet while a sweep runs."""

DEATHS_BORNE = 2
"""Workers that a single run may cost before it counts as failed."""

ADDRESS = re.compile(r"([a-z]+://)?[^\s/]+:\d{1,5}|inproc://\S+")
"""What a scheduler's address looks like: tcp://host:8786, host:8786."""

Phase = Literal["planning", "verifying", "sharing", "compiling", "running", "over"]


@dataclass(frozen=True)
class Standing:
    """How far a sweep is.

    runs, done, failed : of the whole sweep ; under_way : done, but not yet handed in
    before : done when this program began ; seconds : since then
    came : what has come in since this was told last, a line a run
    """

    phase: Phase
    runs: int = 0
    done: int = 0
    failed: int = 0
    under_way: int = 0
    before: int = 0
    seconds: float = 0.0
    came: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Runs a second since this program began."""
        return (self.done + self.under_way - self.before) / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go at this rate; None before there is one."""
        left = self.runs - self.done - self.under_way - self.failed
        return left / self.rate if self.rate > 0 else None


type Listen = Callable[[Standing], None]


class SweepStoppedError(RuntimeError):
    """A sweep ended before its end; says how much is saved and how to go on."""


def sweep(
    plan: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    progress: Listen = lambda _: None,
) -> Study:
    """Run a plan into a folder and hand back what there is to analyse.

    plan : name of a plan that comes with the program, or path of a YAML file
    out : the folder; absent or empty, unless `resume` and it holds the same plan
    workers : processes; None for one a core
    scheduler : address of a Dask scheduler, to use its workers instead
    progress : told how far the sweep is

    A run that fails is a row of the study, no error. Raises InputError for a plan or folder that
    cannot be used, SweepStoppedError if the disk or the cluster gave out.
    """
    check_bound("workers", workers, WORKERS)
    _check_address(scheduler)
    wanted, path = load_plan(plan), Path(out)
    if resume and holds_sweep(path):
        folder = opened(path)
        if folder.sweep.hash != wanted.hash:
            raise InputError(f"{path} holds a sweep of another plan; give another folder")
    else:
        progress(Standing("planning"))
        folder = created(path, wanted)
    return resume_sweep(path, workers=workers, scheduler=scheduler, progress=progress)


def resume_sweep(
    path: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Listen = lambda _: None,
) -> Study:
    """Do what is left of the sweep in a folder, failed runs again; settings as of `sweep`."""
    check_bound("workers", workers, WORKERS)
    _check_address(scheduler)
    path = Path(path)
    if not holds_sweep(path):
        raise InputError(
            f"{path} holds no sweep; begin one with: loansim sweep run PLAN --out {path}"
        )
    with locked(path):
        folder = opened(path)
        folder.refuse_other_program()
        _run(folder, workers or cores(), scheduler, progress)
    return Study(path)


def _check_address(scheduler: str | None) -> None:
    """Raises InputError for what can be no scheduler's address, before anything is written."""
    if scheduler is not None and not ADDRESS.fullmatch(scheduler):
        raise InputError(
            f"--scheduler is {shown(scheduler)}; write the address that 'dask scheduler' tells, "
            "such as tcp://HOST:8786"
        )


def _run(folder: SweepFolder, workers: int, scheduler: str | None, listen: Listen) -> None:
    """Verify what is there, run what is missing, write runs.parquet."""
    listen(Standing("verifying"))
    folder.verify()
    listen(Standing("sharing"))
    tasks = _tasks_left(folder)
    try:
        folder.start_saving()
        try:
            if tasks:
                _hand_out(folder, tasks, workers, scheduler, listen)
        finally:
            folder.stop_saving()
    except OSError as error:
        raise SweepStoppedError(
            f"cannot write to {folder.path}: {error}; {saved(folder)}"
        ) from error
    listen(_standing(folder, "over", 0, 0, 0.0))


def _hand_out(
    folder: SweepFolder, tasks: deque[Task], workers: int, scheduler: str | None, listen: Listen
) -> None:
    from sim.sweeps.crew import CrewLostError

    listen(Standing("compiling"))
    try:
        with closing(_crew(folder, workers, scheduler, len(tasks))) as crew:
            _work_through(folder, tasks, crew, listen)
    except CrewLostError as error:
        raise SweepStoppedError(f"{error}; {saved(folder)}") from error


def _crew(folder: SweepFolder, workers: int, scheduler: str | None, tasks: int) -> Crew:
    if scheduler is not None:
        from sim.sweeps.cluster_crew import ClusterCrew

        return ClusterCrew(folder.order, scheduler)
    from sim.sweeps.local_crew import LocalCrew

    return LocalCrew(folder.order, min(workers, tasks))


def _work_through(folder: SweepFolder, tasks: deque[Task], crew: Crew, listen: Listen) -> None:
    """Keep a crew busy until every task is answered, each answer saved as it comes."""
    deaths: Counter[tuple[int, int]] = Counter()
    before, started = folder.tally().done, time.monotonic()
    written = started
    running = 0
    while tasks or running:
        while tasks and crew.has_room():
            crew.start(tasks.popleft())
            running += 1
        came: list[str] = []
        for answer in crew.answers(LOOK_EVERY):
            running -= 1
            if answer.death:
                tasks.extendleft(_again(folder, answer, deaths))
            for outcome in answer.outcomes:
                folder.save(outcome)
                came.append(run_line(folder, outcome))
        now = time.monotonic()
        if now - written > RUNS_EVERY:
            folder.write_runs()
            written = now
        standing = _standing(folder, "running", crew.under_way(), before, now - started)
        listen(replace(standing, came=tuple(came)))


def _again(folder: SweepFolder, answer: Answer, deaths: Counter[tuple[int, int]]) -> list[Task]:
    """What to try again of a task whose worker died, point by point; saves what is given up."""
    tries = []
    for task in answer.task.one_by_one():
        key = task.trunk.point, task.seed
        deaths[key] += 1
        if deaths[key] < DEATHS_BORNE or len(answer.task.levels) > 1:
            tries.append(task)
        else:
            folder.save(Outcome(*key, b"", answer.death, 0.0))
    return tries


def _tasks_left(folder: SweepFolder) -> deque[Task]:
    """Tasks for all runs that are not done, seed by seed."""
    points = {point.number: point for point in folder.points}

    def is_done(number: int, seed: int) -> bool:
        entry = folder.entries.get((points[number].scenario_hash, seed))
        return entry is not None and entry.is_done

    left: dict[int, list[Branch]] = {}
    if all(is_done(number, seed) for number in points for seed in folder.seeds):
        return deque()
    trunks = trunks_of(folder.sweep, folder.points)
    for seed in folder.seeds:
        for trunk in trunks:
            wanted = [number for number in trunk.points() if not is_done(number, seed)]
            whole = len(wanted) == sum(1 for _ in trunk.points())
            parts = [trunk] if whole else [Branch(number, 0) for number in wanted]
            left.setdefault(seed, []).extend(parts)
    return deque(
        Task(seed, trunk, {number: points[number].levels for number in trunk.points()})
        for seed, branches in left.items()
        for trunk in branches
    )


def _standing(
    folder: SweepFolder, phase: Phase, under_way: int, before: int, seconds: float
) -> Standing:
    tally = folder.tally()
    return Standing(phase, tally.runs, tally.done, tally.failed, under_way, before, seconds)


def run_line(folder: SweepFolder, outcome: Outcome) -> str:
    """A run that came in: its levels, seed, seconds, and what went wrong."""
    levels = words_of(folder.sweep).at(folder.points[outcome.point].levels)
    how = f"failed: {outcome.error}" if outcome.error else f"{outcome.seconds:.1f} s"
    return f"{levels}, seed {outcome.seed}: {how}"


def saved(folder: SweepFolder) -> str:
    """How much is saved, and how to go on."""
    tally = folder.tally()
    return (
        f"{tally.done:,} of {tally.runs:,} runs are saved; go on with: loansim sweep resume "
        f"{folder.path}"
    )
