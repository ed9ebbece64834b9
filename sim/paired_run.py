"""One seed under two scenarios, sharing the past: lived once up to where they part, then as two.

Both get the same luck, since every draw is keyed by seed, identity, month and purpose. What comes
out is, to the last bit, what two runs from the start bring.
"""

from collections.abc import Callable

from sim.branching import course
from sim.comparison_tables import Pair
from sim.model import LoanMarket
from sim.scenario import Scenario


def run_pair[T](
    base: Scenario,
    other: Scenario,
    take: Callable[[LoanMarket], T],
    *,
    borrowers: int,
    seed: int,
    months: int,
    threads: int | None = None,
    audit: bool = False,
    lived: Callable[[int], None] = lambda _: None,
) -> Pair[T]:
    """Runs two scenarios with one seed and takes what is wanted from each finished market.

    take : from a market after its last month to what is kept of it
    months : reported months of each
    lived : told the number of months simulated so far, of `course(...).lived`

    Where the scenarios do not differ within these months, one run stands for both.
    """
    plan = course(base, other, months)
    settings = {"borrowers": borrowers, "seed": seed, "threads": threads, "audit": audit}

    def market(scenario: Scenario) -> LoanMarket:
        return LoanMarket(scenario, **settings)  # type: ignore[arg-type]

    def live(model: LoanMarket, start: int, end: int, before: int) -> None:
        """Months `start` to `end` of a model's life, counted from the first of its burn-in."""
        for month in range(start, end):
            model.step()
            lived(before + month + 1)

    first = market(base)
    live(first, 0, plan.shared, 0)
    state = first.snapshot() if plan.shared > 0 else None
    live(first, plan.shared, plan.base, 0)
    taken = take(first)
    if plan.shared == plan.base:
        return Pair(taken, taken)
    del first
    second = market(other)
    if state is not None:
        second.restore(state)
    live(second, plan.shared, plan.other, plan.base - plan.shared)
    return Pair(taken, take(second))
