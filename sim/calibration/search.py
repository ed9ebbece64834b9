"""Searching the unit cube for the point whose figures come nearest to the targets.

Trials are chosen in batches of a fixed size and told in their order, so that a search takes the
same way whatever the number of workers, and a search that was cut off takes it again: trials that
a journal knows are looked up instead of lived. Nothing of the search itself is stored.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.calibration.evaluation import Evaluate, Figures, Trial, means
from sim.calibration.targets import Target, loss, strain
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.calibration.plan import Calibration


FIRST_SPREAD = 0.25
"""Standard deviation of the first generation of cmaes, in the unit cube."""


@dataclass(frozen=True, slots=True)
class Found:
    """A trial with what it came to.

    start : search that it belongs to, from 0 ; number : of the trial in it, from 0
    loss : distance from the targets ; strain : what the distance from judgement adds to it
    """

    start: int
    number: int
    trial: Trial
    figures: Figures
    loss: float
    strain: float

    @property
    def means(self) -> list[float]:
        """Mean of each target's figure over seeds."""
        return means(self.figures)


def search(
    calibration: "Calibration",
    targets: Sequence[Target],
    evaluate: Evaluate,
    listen: Callable[[Found], None],
) -> list[Found]:
    """All trials of all starts, in their order; the first start begins where the scenario stands.

    Raises InputError if Optuna is not installed.
    """
    section = calibration.plan.search
    share, rest = divmod(section.trials, section.starts)
    found: list[Found] = []
    for start in range(section.starts):
        count = share + (1 if start < rest else 0)
        for one in _one_start(calibration, targets, evaluate, start, count):
            found.append(one)
            listen(one)
    return found


def best(found: Sequence[Found]) -> Found:
    """The trial with the smallest loss and strain together, the earliest of equals."""
    return min(found, key=lambda one: one.loss + one.strain)


def _one_start(
    calibration: "Calibration",
    targets: Sequence[Target],
    evaluate: Evaluate,
    start: int,
    count: int,
) -> Iterator[Found]:
    section, free = calibration.plan.search, list(calibration.plan.parameters)
    study = _study(calibration, start)
    number = 0
    while number < count:
        asked = [_ask(study, free) for _ in range(min(section.batch, count - number))]
        trials = [trial_at(calibration, places) for _, places in asked]
        for (handle, _), trial, figures in zip(asked, trials, evaluate(trials), strict=True):
            value = loss(targets, means(figures))
            pull = strain(calibration, trial.places)
            study.tell(handle, value + pull)
            yield Found(start, number, trial, figures, value, pull)
            number += 1


def trial_at(calibration: "Calibration", places: tuple[float, ...]) -> Trial:
    """A point as the search lives it: all trials have the same seeds, so the same luck."""
    plan = calibration.plan
    return Trial(places, plan.borrowers, tuple(range(1, plan.seeds + 1)))


def _study(calibration: "Calibration", start: int) -> Any:
    """A search in memory; the first has the scenario's own values as its first trial."""
    optuna = search_library()
    section, free = calibration.plan.search, list(calibration.plan.parameters)
    seed = section.seed * 1_000 + start
    first = calibration.start() if start == 0 else None
    study = optuna.create_study(sampler=_sampler(optuna, section, free, first, seed))
    if first is not None:
        study.enqueue_trial(dict(zip(free, first, strict=True)))
    return study


def _sampler(
    optuna: Any, section: Any, free: Sequence[str], first: Sequence[float] | None, seed: int
) -> Any:
    samplers = optuna.samplers
    if section.sampler == "random":
        return samplers.RandomSampler(seed=seed)
    if section.sampler == "sobol":
        return samplers.QMCSampler(qmc_type="sobol", scramble=True, seed=seed)
    if section.sampler == "tpe":
        return samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
    centre = None if first is None else dict(zip(free, first, strict=True))
    with warnings.catch_warnings():  # pyproject.toml allows no version without x0 and sigma0
        warnings.simplefilter("ignore", FutureWarning)
        return samplers.CmaEsSampler(
            x0=centre, sigma0=FIRST_SPREAD, seed=seed, popsize=section.batch, n_startup_trials=1
        )


def _ask(study: Any, free: Sequence[str]) -> tuple[Any, tuple[float, ...]]:
    """The next point that a search wants to know about."""
    handle = study.ask()
    return handle, tuple(float(handle.suggest_float(name, 0.0, 1.0)) for name in free)


def search_library() -> Any:
    """Optuna, without what it says by itself; InputError if it is not installed."""
    try:
        import optuna
    except ImportError:
        raise InputError(
            "calibration needs Optuna; install it with: pip install cmaes optuna   (with pipx: "
            "pipx inject loansim cmaes optuna)"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    return optuna
