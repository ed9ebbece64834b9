"""A calibration from its plan to its outcome: search, refine, tell what is identified, confirm."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.evaluation import Evaluate, Evaluations, Figures, Trial, means
from sim.calibration.identification import Pinned, Slopes, pinned
from sim.calibration.neighbourhood import REACH, slopes_at
from sim.calibration.plan import Calibration
from sim.calibration.search import Found, best, search, trial_at
from sim.calibration.targets import Target, loss, strain, targets_of
from sim.calibration.trial_journal import TrialJournal, read_trials
from sim.core.errors import InputError
from sim.workers import cores

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]

REFINING = -1
"""Start of a trial that a refinement came to."""

CLOSE = 0.02
"""A step shorter than this in every parameter, in the unit cube, is the last."""

FIRST_FRESH_SEED = 1_001
"""From here on seeds confirm: none of them took part in the search."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calibration is.

    step : searching, refining, confirming ; runs : made in this process, of all steps
    trials : of the search so far ; loss : the smallest so far
    """

    step: str
    runs: int
    trials: int
    loss: float


type Listen = Callable[[Progress], None]


@dataclass(frozen=True)
class Outcome:
    """What a calibration came to.

    trials : of the search ; refined : points that refinements came to, the chosen one last
    chosen : where the lines through the trials around expect the least loss; without refinements
        the best trial ; slopes : the targets around it
    before, after : figures at the scenario's own values and at the chosen ones, with the seeds and
        borrowers of the confirmation
    """

    calibration: Calibration
    targets: Sequence[Target]
    trials: Sequence[Found]
    refined: Sequence[Found]
    chosen: Found
    slopes: Slopes
    parameters: Sequence[Pinned]
    before: Figures
    after: Figures
    runs: int
    seconds: float

    @property
    def values(self) -> Mapping[str, float]:
        """The chosen value of each parameter."""
        return self.calibration.values_at(self.chosen.trial.places)


def calibrate(
    calibration: Calibration,
    folder: Path | None = None,
    *,
    workers: int | None = None,
    listen: Listen = lambda _: None,
) -> Outcome:
    """Carry a plan out.

    folder : where every trial is noted; those noted there already are not run again
    workers : processes; one a core if None. The outcome does not depend on it

    Raises InputError if a setting is out of bounds or Optuna is not installed.
    """
    check_workers(workers)
    began = time.perf_counter()
    with _remembering(calibration, folder, workers or cores(), listen) as (course, made):
        trials = course.search()
        refined, slopes = course.refine(best(trials), trials)
        chosen = refined[-1] if refined else best(trials)
        before, after = course.confirm([calibration.start(), chosen.trial.places])
        return Outcome(
            calibration,
            course.targets,
            trials,
            refined,
            chosen,
            slopes,
            pinned(calibration, slopes),
            before,
            after,
            made.runs,
            time.perf_counter() - began,
        )


def check_workers(workers: int | None) -> None:
    """Raises InputError for a number of processes that there cannot be."""
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}; allowed: 1 or more")


@contextmanager
def _remembering(
    calibration: Calibration, folder: Path | None, workers: int, listen: Listen
) -> Iterator[tuple["Course", Evaluations]]:
    """The steps of a calibration, with workers that end when it does."""
    known = read_trials(folder) if folder else {}
    journal = TrialJournal(folder) if folder else None
    evaluations = Evaluations(calibration, workers, lambda runs: course.note_run(runs))
    course = Course(calibration, evaluations, known, journal, listen)
    try:
        yield course, evaluations
    finally:
        evaluations.close()
        if journal is not None:
            journal.close()


class Course:
    """The steps of one calibration and how far they are.

    evaluate : lives trials ; known : figures of trials that need not be lived
    journal : where trials are noted, if anywhere
    """

    def __init__(
        self,
        calibration: Calibration,
        evaluate: Evaluate,
        known: dict[Trial, Figures],
        journal: TrialJournal | None,
        listen: Listen,
    ) -> None:
        self.calibration = calibration
        self.targets = targets_of(calibration)
        self._lived = evaluate
        self._known = known
        self._journal = journal
        self._listen = listen
        self._progress = Progress("searching", 0, 0, float("inf"))

    def note_run(self, runs: int) -> None:
        """A run more has been made."""
        self._tell(runs=runs)

    def search(self) -> list[Found]:
        """All trials."""
        return search(self.calibration, self.targets, self._evaluate, self._note_trial)

    def refine(self, start: Found, trials: Sequence[Found]) -> tuple[list[Found], Slopes]:
        """Steps to where lines through trials around expect the least loss, and the last lines.

        What is compared is the height of the lines, not single trials: the best of many trials was
        lucky, and what comes after it looks worse than it is. The chosen point is one step from the
        lowest height.
        """
        self._tell(step="refining")
        lived = [(one.trial, one.figures) for one in trials]
        at, found, seen = start, list[Found](), list[Slopes]()
        steps = self.calibration.plan.search.refinements
        for number in range(steps):
            seen.append(self._slopes(at, lived))
            end = seen[-1].lowest(REACH)
            if number + 1 == steps or max(abs(end - seen[-1].centre)) < CLOSE:
                break
            at = self._at(end, number)
            found.append(at)
        if not steps:
            return [], self._slopes(start, lived)
        last = min(seen, key=lambda slopes: slopes.loss)
        end = last.lowest(REACH)
        found.append(self._at(end, len(found)))
        self._tell(loss=found[-1].loss)
        return found, last.moved(end)

    def _slopes(self, at: Found, lived: Sequence[tuple[Trial, Figures]]) -> Slopes:
        places = at.trial.places
        return slopes_at(self.calibration, self.targets, places, self._evaluate, lived)

    def _at(self, end: "Floats", number: int) -> Found:
        """A point that a refinement comes to, with what it comes to there."""
        trial = trial_at(self.calibration, tuple(float(u) for u in end))
        [figures] = self._evaluate([trial])
        value = loss(self.targets, means(figures))
        pull = strain(self.calibration, trial.places)
        return Found(REFINING, number, trial, figures, value, pull)

    def confirm(self, points: Sequence[tuple[float, ...]]) -> list[Figures]:
        """Figures of points with seeds that the search did not know."""
        self._tell(step="confirming")
        section = self.calibration.plan.confirm
        seeds = tuple(range(FIRST_FRESH_SEED, FIRST_FRESH_SEED + section.seeds))
        return self._evaluate([Trial(places, section.borrowers, seeds) for places in points])

    def _evaluate(self, trials: Sequence[Trial]) -> list[Figures]:
        """Figures of trials: those that are known, and runs for the others, which are noted."""
        missing = [trial for trial in dict.fromkeys(trials) if trial not in self._known]
        lived = self._lived(missing) if missing else []
        for trial, figures in zip(missing, lived, strict=True):
            self._known[trial] = figures
            if self._journal is not None:
                self._journal.add(trial, figures)
        return [self._known[trial] for trial in trials]

    def _note_trial(self, found: Found) -> None:
        self._tell(trials=self._progress.trials + 1, loss=min(self._progress.loss, found.loss))

    def _tell(self, **changes: object) -> None:
        from dataclasses import replace

        self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]
        self._listen(self._progress)
