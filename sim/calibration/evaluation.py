"""What values of the parameters come to: runs over worker processes, figure by figure.

Workers live as long as the calibration does; each is given single runs, so that two of them are
busy with one trial as with many.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.comparison import compile_once
from sim.core.errors import InputError
from sim.workers import Started, Tell, Workers, luggage

if TYPE_CHECKING:
    from sim.calibration.plan import Calibration
    from sim.evidence.check import Check

IN_FLIGHT = 2
"""Runs per worker that it was given, so that none waits for the next."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A point of the unit cube, and how it is lived."""

    places: tuple[float, ...]
    borrowers: int
    seeds: tuple[int, ...]


type Figures = list[list[float]]
"""By seed, a figure for each target; NaN: the run has none."""

type Evaluate = Callable[[Sequence[Trial]], list[Figures]]
"""The figures of trials, in their order."""


class Evaluations:
    """Runs of one calibration. To be closed; with one worker everything happens in this process.

    runs : how many have been made ; listen : told after each
    """

    def __init__(
        self, calibration: "Calibration", workers: int, listen: Callable[[int], None]
    ) -> None:
        self._calibration = calibration
        self._listen = listen
        self._room = IN_FLIGHT * workers
        self._pool = Workers(workers, self._room, calibration) if workers > 1 else None
        self._compiled = False
        self.runs = 0

    def __call__(self, trials: Sequence[Trial]) -> list[Figures]:
        """The figures of trials, in their order; whatever a run raises is raised."""
        self._compile()
        jobs = [(trial.places, trial.borrowers, seed) for trial in trials for seed in trial.seeds]
        rows = self._here(jobs) if self._pool is None else self._elsewhere(self._pool, jobs)
        found, first = [], 0
        for trial in trials:
            found.append(rows[first : first + len(trial.seeds)])
            first += len(trial.seeds)
        return found

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        if self._pool is not None:
            self._pool.close()

    def _compile(self) -> None:
        """Once, before runs that would all do it."""
        if self._compiled:
            return
        self._compiled = True
        if self._pool is None:
            compile_once(self._calibration.scenario, lambda _: None)
            return
        started = self._pool.start(_prepare)
        wait([started.future])
        self._pool.outcome(started)

    def _here(self, jobs: Sequence[tuple[tuple[float, ...], int, int]]) -> Figures:
        rows = []
        for job in jobs:
            rows.append(figures_of_run(self._calibration, *job))
            self._note()
        return rows

    def _elsewhere(
        self, pool: Workers, jobs: Sequence[tuple[tuple[float, ...], int, int]]
    ) -> Figures:
        rows: Figures = [[] for _ in jobs]
        waiting = list(enumerate(jobs))[::-1]
        running: dict[Started[list[float]], int] = {}
        while waiting or running:
            while waiting and len(running) < self._room:
                number, job = waiting.pop()
                running[pool.start(_one_run, *job)] = number
            wait([started.future for started in running], return_when=FIRST_COMPLETED)
            for started in [one for one in running if one.future.done()]:
                rows[running.pop(started)] = pool.outcome(started)
                self._note()
        return rows

    def _note(self) -> None:
        self.runs += 1
        self._listen(self.runs)


def _prepare(tell: Tell) -> None:
    """What comes before the first run, in a worker."""
    compile_once(luggage().scenario, tell)


def _one_run(places: tuple[float, ...], borrowers: int, seed: int, tell: Tell) -> list[float]:
    """One run, in a worker."""
    return figures_of_run(luggage(), places, borrowers, seed)


def figures_of_run(
    calibration: "Calibration", places: tuple[float, ...], borrowers: int, seed: int
) -> list[float]:
    """What one run says of each target; NaN where it has no figure.

    Values that are no scenario together say nothing: their loss is hopeless and the search goes on.
    """
    from sim.calibration.targets import targets_of
    from sim.evidence.validating import figure_of
    from sim.evidence.worlds import BASE, WORLDS, live

    checks: list[Check] = [target.check for target in targets_of(calibration)]
    try:
        scenario = calibration.scenario.with_changes(
            calibration.changes(calibration.values_at(places))
        )
    except InputError:
        return [math.nan] * len(checks)
    world = replace(WORLDS[BASE], months=calibration.plan.months, looks=())
    lived = live(world, scenario, borrowers=borrowers, seed=seed)
    worlds = {name: lived for check in checks for name in check.worlds}  # groups that may be fitted
    return [figure_of(check, worlds) for check in checks]  # look at the scenario itself only


def means(figures: Figures) -> list[float]:
    """Mean of each figure over seeds; NaN if a seed has none."""
    return [sum(column) / len(column) for column in zip(*figures, strict=True)]
