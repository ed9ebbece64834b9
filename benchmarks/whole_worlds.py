"""One seed of several scenarios, each lived whole; for benchmarks.ablations and benchmarks.claims.

A file of its own, since other processes have to import it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.measures import Measure, measured
from sim.model import LoanMarket
from sim.paired_statistics import effect_of
from sim.scenario import Scenario
from sim.workers import Tell

type Floats = npt.NDArray[np.float64]


def one_seed(
    scenarios: Sequence[tuple[Scenario, int, int]],
    measures: Sequence[Measure],
    borrowers: int,
    seed: int,
    note: Tell,
) -> Floats:
    """[scenarios, measures] every measure over the months named, with one seed.

    scenarios : each with the first and last reported month, from 0, that it is measured over
    """
    found = []
    for scenario, first, last in scenarios:
        market = LoanMarket(scenario, borrowers=borrowers, seed=seed, threads=1)
        market.burn_in()
        for _ in range(last + 1):
            market.step()
        tables = market.recorder.tables()
        figures = measured(tables["market"], tables["segments"], measures)
        found.append(figures.over(first, last))
        note(len(found))
    return np.array(found)


def effect_shown(
    base: Sequence[float], other: Sequence[float], factor: float, digits: int, *, median: bool
) -> str:
    """A paired effect with its 95% interval, in bold where that leaves out zero."""
    effect = effect_of(base, other, median=median)
    low, high = effect.paired.low, effect.paired.high
    text = f"{factor * effect.effect:+.{digits}f}"
    sure = f"**{text}**" if low > 0 or high < 0 else text
    return f"{sure} ({factor * low:+.{digits}f} to {factor * high:+.{digits}f})"


def level_shown(values: Sequence[float], factor: float, digits: int, *, median: bool) -> str:
    """A level: the centre over seeds."""
    centre = np.median(values) if median else np.mean(values)
    return f"{factor * float(centre):.{digits}f}"
