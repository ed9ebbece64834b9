"""Two scenarios side by side: what the second changes, seed by seed with the same luck.

    from sim import compare, load_scenario
    base = load_scenario("observed")
    cap = base.with_changes({"policy.apr_cap.steps.2026-01.level": 0.12})
    comparison = compare(base, cap, seeds=20, borrowers=20_000)
    comparison.effects                   # one row a measure and horizon
    comparison.sentences()               # what it says, in plain words
    comparison.plot("hhi")

Every seed runs under both scenarios, from the month before they part as one run that goes on as
two. Draws are keyed by who draws, when and what for, so both have the same borrowers with the same
luck, and the difference of a seed is due to the scenario and to what follows from it. As the two
worlds grow apart, that luck falls on other decisions; the variance ratio tells how much of the
pairing is left at each horizon.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.branching import course, first_difference
from sim.comparison_tables import Pair, differences_of, effects_of, first_effect_in
from sim.core.errors import InputError
from sim.core.months import Month
from sim.experiment import MOST_MONTHS, Progress, check_bound, check_settings, described, made_with
from sim.horizons import Horizon, headline_of, horizons_of
from sim.measures import Measure, Measured, measure_named, measured, measures_of
from sim.paired_statistics import LEVEL
from sim.seed_pool import over_seeds
from sim.workers import COMPILING, Tell, cores

if TYPE_CHECKING:
    import pandas

    from sim.model import LoanMarket
    from sim.scenario import Scenario

SEEDS = 10
"""Seeds where nobody says how many."""

WORKERS = (1, 4_096)
"""Least and greatest number of worker processes."""


@dataclass(frozen=True)
class Comparison:
    """What one scenario changes against another.

    measures : what is compared ; horizons : when
    parting : the first month in which the scenarios differ, be it by an announcement; None if
        they do not
    effects : table EFFECTS, one row a measure and horizon
    differences : table DIFFERENCES, one row a seed, month and measure
    manifest : plain data: both scenarios, settings, versions, timings
    """

    measures: Sequence[Measure]
    horizons: Sequence[Horizon]
    parting: Month | None
    effects: "pandas.DataFrame"
    differences: "pandas.DataFrame"
    manifest: dict[str, Any]

    @property
    def base(self) -> str:
        """Name of the base scenario."""
        return str(self.manifest["base"]["name"])

    @property
    def other(self) -> str:
        """Name of the scenario that is set against it."""
        return str(self.manifest["other"]["name"])

    @property
    def seeds(self) -> int:
        """Number of seeds."""
        return int(self.manifest["seeds"])

    @property
    def headline(self) -> Horizon:
        """The horizon to show first: year 1 after the first effect where it fits."""
        return headline_of(list(self.horizons))

    @property
    def first_effect(self) -> Month | None:
        """The first month in which any figure of any seed differs; None if none ever does."""
        text = self.manifest["first_effect"]
        return None if text is None else Month.parse(text)

    @property
    def changes_nothing(self) -> bool:
        """Whether every difference of every seed is exactly zero."""
        return self.first_effect is None

    def measure(self, name: str) -> Measure:
        """The declaration of a measure; InputError if there is none of that name."""
        return measure_named(name, self.measures)

    def at(self, horizon: str) -> "pandas.DataFrame":
        """The effects at one horizon, by measure; InputError if there is none of that name."""
        if horizon not in {known.name for known in self.horizons}:
            names = ", ".join(known.name for known in self.horizons)
            raise InputError(f"no horizon '{horizon}'; there are {names}")
        rows = self.effects[self.effects["horizon"] == horizon]
        return rows.drop(columns="horizon").set_index("measure")

    def sentences(self) -> list[str]:
        """What the comparison says, in plain words."""
        from sim.comparison_words import what_it_says

        return what_it_says(self)

    def plot(self, name: str) -> Any:
        """A Plotly figure of a measure's difference by month, with its interval over seeds.

        Raises InputError if there is no measure of that name.
        """
        from sim.comparison_figures import difference_figure, plotly_figure

        return plotly_figure(difference_figure(self, self.measure(name)))


def compare(
    base: "Scenario",
    other: "Scenario",
    *,
    seeds: int = SEEDS,
    seed: int = 1,
    borrowers: int = 100_000,
    months: int = MOST_MONTHS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Runs two scenarios with the same seeds and sets one against the other.

    seeds, seed : number of seeds, and the first of them
    borrowers : simulated borrowers of each run
    months : reported months of each run [1, 84]
    workers : processes that share the seeds; None for one a core. Results do not depend on it
    progress : told phases and simulated months, as by `run`

    Raises InputError if a setting is out of bounds or the scenarios do not begin in one month.
    """
    check_comparison(seeds, seed, borrowers, months, workers)
    check_comparable(base, other)
    workers = min(workers or cores(), seeds)
    measures = measures_of([name for name in base.segments if name in other.segments])
    total = seeds * course(base, other, months).lived
    started = time.perf_counter()
    work = partial(
        one_seed,
        base,
        other,
        measures=measures,
        borrowers=borrowers,
        months=months,
        threads=max(1, cores() // workers),
    )
    numbers = range(seed, seed + seeds)
    listener = _Listener(progress, total)
    pairs = over_seeds(work, numbers, workers, listener, partial(compile_once, base))
    parting = first_difference(base, other)
    differences = differences_of(pairs, measures, base.start, numbers)
    first_effect = first_effect_in(differences)
    horizons = horizons_of(base.start, months, first_effect)
    settings = {
        "seed": seed,
        "seeds": seeds,
        "borrowers": borrowers,
        "months": months,
        "workers": workers,
        "first_month": str(base.start),
        "last_month": str(base.start + (months - 1)),
        "first_difference": _text(parting),
        "first_effect": _text(first_effect),
        "months_simulated": total,
        "level": LEVEL,
    }
    manifest = {
        "base": described(base),
        "other": described(other),
        **settings,
        "timings": {"total": round(time.perf_counter() - started, 3)},
        **made_with(),
    }
    return Comparison(
        measures,
        horizons,
        parting,
        effects_of(pairs, measures, horizons, base.start),
        differences,
        manifest,
    )


def check_comparison(
    seeds: int, seed: int, borrowers: int, months: int, workers: int | None
) -> None:
    """Raise InputError for the first setting that is out of bounds."""
    check_settings(borrowers, seed, seeds, months, "cpu", None)
    check_bound("workers", workers, WORKERS)


def check_comparable(base: "Scenario", other: "Scenario") -> None:
    """Raise InputError where the months of two scenarios cannot be set side by side."""
    if base.start != other.start:
        raise InputError(
            f"{base.name} begins in {base.start} and {other.name} in {other.start}; "
            "scenarios are compared month by month, so give both the same start"
        )


def one_seed(
    base: "Scenario",
    other: "Scenario",
    seed: int,
    tell: Tell,
    *,
    measures: Sequence[Measure],
    borrowers: int,
    months: int,
    threads: int,
) -> Pair[Measured]:
    """The measures of one seed under both scenarios; tells months simulated."""
    from sim.paired_run import run_pair

    return run_pair(
        base,
        other,
        partial(_measures_of, measures=measures),
        borrowers=borrowers,
        seed=seed,
        months=months,
        threads=threads,
        lender_rows=False,
        lived=tell,
    )


def compile_once(scenario: "Scenario", tell: Tell) -> None:
    """Compiles the borrower's month unless that has been done before; tells COMPILING, then 0."""
    from sim.compiled import needs_compiling
    from sim.model import LoanMarket

    if needs_compiling():
        tell(COMPILING)
        LoanMarket(scenario, borrowers=100, threads=1).compile()
        tell(0)


def _text(month: Month | None) -> str | None:
    return None if month is None else str(month)


def _measures_of(model: "LoanMarket", measures: Sequence[Measure]) -> Measured:
    """The measures of a finished run."""
    recorder = model.recorder
    return measured(recorder.table("market"), recorder.table("segments"), measures)


class _Listener:
    """Turns what workers tell into what a `Progress` is told."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.compiling = False

    def __call__(self, done: Sequence[float]) -> None:
        """Take note of what each seed has told last."""
        if self.progress is None:
            return
        compiling = COMPILING in done
        if compiling != self.compiling:
            self.compiling = compiling
            self.progress("compile", 0 if compiling else 1, 1)
        if not compiling:
            self.progress("months", round(sum(done)), self.total)
