"""One seed under two scenarios, sharing the past: lived once up to where they part, then as two.

Both get the same luck, since every draw is keyed by seed, identity, month and purpose. What comes
out is, to the last bit, what two runs from the start bring.
"""

from collections.abc import Callable

from sim.branching import course
from sim.comparison_tables import Pair
from sim.lives import Branch, lives
from sim.model import LoanMarket, State
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
    lender_rows: bool = True,
    lived: Callable[[int], None] = lambda _: None,
) -> Pair[T]:
    """Runs two scenarios with one seed and takes what is wanted from each finished market.

    take : from a market after its last month to what is kept of it
    months : reported months of each
    lender_rows : whether the lenders' table is wanted, which takes time to collect
    lived : told the number of months simulated so far, of `course(...).lived`

    Where the scenarios do not differ within these months, one run stands for both.
    """
    plan = course(base, other, months)
    simulated = 0

    def found(point: int, state: State | None) -> LoanMarket:
        market = LoanMarket(
            (base, other)[point],
            borrowers=borrowers,
            seed=seed,
            threads=threads,
            audit=audit,
            lender_rows=lender_rows,
        )
        if state is not None:
            market.restore(state)
        return market

    def tell(_point: int, _model: LoanMarket) -> bool:
        nonlocal simulated
        simulated += 1
        lived(simulated)
        return True

    leaving = () if plan.shared == plan.base else (Branch(1, plan.shared),)
    trunk = Branch(0, 0, leaving)
    taken = [take(model) for _, model in lives(trunk, found, LoanMarket.snapshot, months, tell)]
    return Pair(taken[0], taken[-1])
