"""One seed of the library of scenarios: the base lived once, every other from where it parts.

For benchmarks.scenario_effects; a file of its own, since other processes have to import it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.branching import course
from sim.measures import Measure, Measured, measured
from sim.model import LoanMarket, State
from sim.scenario import MOST_MONTHS, Scenario
from sim.workers import Tell

LATER_YEAR = 3
"""Years from the first effect on that are lived."""

type Books = list[npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Lived:
    """One seed of one scenario.

    figures : all measures by month; months before it parted are those of the base
    first : reported month, from 0, in which its books first differ from the base's; None: never
    """

    figures: Measured
    first: int | None


def one_seed(
    base: Scenario,
    others: Sequence[Scenario],
    measures: Sequence[Measure],
    borrowers: int,
    seed: int,
    note: Tell,
) -> list[Lived]:
    """The base, then every other scenario, with one seed."""
    partings = [course(base, other, MOST_MONTHS).shared for other in others]
    market = LoanMarket(base, borrowers=borrowers, seed=seed, threads=1)
    kept: dict[int, State] = {}
    books: Books = []
    for month in range(market.burn_in_months + MOST_MONTHS):
        if month > 0 and month in partings:
            kept[month] = market.snapshot()
        live_one(market, books)
    lived = [Lived(figures_of(market, measures), None)]
    note(1)
    for other, parting in zip(others, partings, strict=True):
        world = LoanMarket(other, borrowers=borrowers, seed=seed, threads=1)
        if parting > 0:
            world.restore(kept[parting])
        first = live_apart(world, parting, books)
        lived.append(Lived(figures_of(world, measures), first))
        note(len(lived))
    return lived


def live_one(market: LoanMarket, books: Books) -> None:
    """One month of a market's life, and its books at the end."""
    market.step()
    books.append(market.market.ledger.accounts.copy())


def live_apart(world: LoanMarket, parting: int, base: Books) -> int | None:
    """Lives until three years after the first difference; returns its reported month."""
    first: int | None = None
    books: Books = []
    for month in range(parting, world.burn_in_months + MOST_MONTHS):
        live_one(world, books)
        reported = month - world.burn_in_months
        if first is None and reported >= 0 and not np.array_equal(books[-1], base[month]):
            first = reported
        if first is not None and reported - first >= 12 * LATER_YEAR - 1:
            break
    return first


def figures_of(market: LoanMarket, measures: Sequence[Measure]) -> Measured:
    """The measures of the months that a market has lived."""
    tables = market.recorder.tables()
    return measured(tables["market"], tables["segments"], measures)
