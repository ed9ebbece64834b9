"""One seed of the library of scenarios: the base lived once, every other from where it parts.

For benchmarks.scenario_effects; a file of its own, since other processes have to import it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.lives import lives, tree_of
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
    scenarios = [base, *others]
    books: Books = []
    first: dict[int, int] = {}
    found: dict[int, Lived] = {}

    def market(place: int, state: State | None) -> LoanMarket:
        world = LoanMarket(scenarios[place], borrowers=borrowers, seed=seed, threads=1)
        if state is not None:
            world.restore(state)
        return world

    def goes_on(place: int, world: LoanMarket) -> bool:
        """Until three years after the first month whose books are not the base's."""
        accounts, reported = world.market.ledger.accounts, world.lived - world.burn_in_months - 1
        if place == 0:
            books.append(accounts.copy())
        elif place not in first and reported >= 0:
            if not np.array_equal(accounts, books[world.lived - 1]):
                first[place] = reported
        return place not in first or reported - first[place] < 12 * LATER_YEAR - 1

    trunk = tree_of(scenarios, MOST_MONTHS)
    for place, world in lives(trunk, market, LoanMarket.snapshot, MOST_MONTHS, goes_on):
        found[place] = Lived(figures_of(world, measures), first.get(place))
        note(len(found))
    return [found[place] for place in range(len(scenarios))]


def figures_of(market: LoanMarket, measures: Sequence[Measure]) -> Measured:
    """The measures of the months that a market has lived."""
    tables = market.recorder.tables()
    return measured(tables["market"], tables["segments"], measures)
