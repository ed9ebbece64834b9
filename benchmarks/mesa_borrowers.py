"""The same rules for one Mesa object per borrower: `python -m benchmarks.mesa_borrowers N MONTHS`.

Three ways to live the same months of the same opened market, one after the other in turns, on one
thread: compiled; the reference executor (the same bits, hence the same keyed random numbers, in
Python); and a Mesa model as one would write it: borrowers with plain attributes, called by
`AgentSet.do`, with luck from Python's own generator. Prints JSON: seconds by way, month by month.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from mesa.agentset import AgentSet

import agents.borrower
import agents.fraud
import agents.loan
import agents.search
import agents.underwriting
from agents.borrower import Borrower, live, sign
from agents.messages import Offers, Tally, Terms, World
from sim.compiled import new_desk
from sim.model import LoanMarket
from sim.reference import ReferenceBorrowers
from sim.scenario import load_scenario

RULES = (agents.borrower, agents.fraud, agents.loan, agents.search, agents.underwriting)
LUCK = random.Random(1)


def four_words(*key: int) -> tuple[int, int, int, int]:
    """In place of a block that belongs to its key: the next numbers of a stream."""
    words = LUCK.getrandbits(128)
    mask = 0xFFFFFFFF
    return words & mask, words >> 32 & mask, words >> 64 & mask, words >> 96


OWN_LUCK: dict[str, Callable[..., Any]] = {
    "block": four_words,
    "uniform": lambda *key: LUCK.random(),
    "normal": lambda *key: LUCK.gauss(0.0, 1.0),
}


class MesaBorrower(Borrower):
    """A borrower whose month is a method."""

    place: int

    def first_half(self, world: World, terms: Terms, tally: Tally, desk: Any) -> None:
        """Earns, pays, asks."""
        state: Any = self
        live(state, self.place, world, terms, tally, desk)

    def second_half(self, world: World, terms: Terms, offers: Offers, tally: Tally) -> None:
        """Takes what was granted."""
        state: Any = self
        sign(state, self.place, world, terms, offers, tally)


class MesaBorrowers(ReferenceBorrowers):
    """Borrowers as an agent set, with luck of their own while they live."""

    def __init__(self, count: int, model: LoanMarket) -> None:
        super().__init__(count, model)
        for place, agent in enumerate(self.agents):
            agent.__class__ = MesaBorrower
            agent.place = place  # type: ignore[attr-defined]
        self.people: Any = AgentSet(self.agents, random=LUCK)

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month."""
        tally = shape()
        with_own_luck(lambda: self.people.do("first_half", world, terms, tally, new_desk()))
        return tally

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month."""
        tally = shape()
        with_own_luck(lambda: self.people.do("second_half", world, terms, offers, tally))
        return tally


def with_own_luck(work: Callable[[], Any]) -> None:
    """Works with `OWN_LUCK` in place of keyed draws."""
    kept = [(m, name, getattr(m, name)) for m in RULES for name in OWN_LUCK if hasattr(m, name)]
    try:
        for module, name, _ in kept:
            setattr(module, name, OWN_LUCK[name])
        work()
    finally:
        for module, name, before in kept:
            setattr(module, name, before)


def main() -> None:
    """Branch one opened market into the three, and time their months in turns."""
    count, months = int(sys.argv[1]), int(sys.argv[2])
    scenario = load_scenario("observed")
    base = LoanMarket(scenario, borrowers=count, threads=1)
    base.burn_in()
    state, models = base.snapshot(), {}
    for way, executor in (("compiled", "cpu"), ("reference", "reference"), ("mesa", "reference")):
        model = LoanMarket(scenario, borrowers=count, threads=1, executor=executor)
        if way == "mesa":
            model.borrowers = MesaBorrowers(count, model)
        model.restore(state)
        models[way] = Timed(model)
    for _ in range(months):
        for timed in models.values():
            timed.month()
    print(json.dumps({way: timed.seconds for way, timed in models.items()}))


class Timed:
    """A market, and processor seconds that its borrowers took in each month."""

    def __init__(self, model: LoanMarket) -> None:
        self.model = model
        self.seconds: list[float] = []
        borrowers: Any = model.borrowers
        borrowers.live, borrowers.sign = self.timed(borrowers.live), self.timed(borrowers.sign)

    def timed(self, half: Callable[..., Any]) -> Callable[..., Any]:
        """One half of the month, timed."""

        def call(*arguments: Any) -> Any:
            began = time.process_time()
            outcome = half(*arguments)
            self.seconds[-1] += time.process_time() - began
            return outcome

        return call

    def month(self) -> None:
        """Lives a month."""
        self.seconds.append(0.0)
        self.model.step()


if __name__ == "__main__":
    main()
