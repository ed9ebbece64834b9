"""The regulator: applies the month's rules, says what it does, inspects and fines."""

from typing import Any, NamedTuple

from mesa import Agent, Model

from agents.purposes import INSPECTION
from agents.regulator_memory import RegulatorState
from sim.core.random import uniform


class Inspected(NamedTuple):
    """What inspectors would find at a lender, and how likely it is that they come.

    number, identity : place in this run and permanent id
    chance : of a visit this month, fraction
    breaches : what is against a rule, in words
    """

    number: int
    identity: int
    chance: float
    breaches: tuple[str, ...]


class Regulator(Agent[Any]):
    """Holds the instruments; what they say in a month is `Limits`."""

    def __init__(self, model: Model[Any, Any], seed: int) -> None:
        super().__init__(model)
        self.seed = seed
        self.state = RegulatorState()

    def supervise(self, lenders: list[Inspected], month: int) -> list[Inspected]:
        """Visits lenders at random; returns those at whom something was found.

        Who has been ordered to correct something is left alone until then, and visited for certain
        when the first month after that has passed.

        The draw belongs to (lender, month), so that one lender more changes no other's visit.
        """
        found = []
        for lender in lenders:
            due = self.state.orders.get(lender.number)
            if due is not None and month <= due:
                continue
            if due is not None:
                del self.state.orders[lender.number]
            if not lender.breaches:
                continue  # nothing to be found, whoever comes
            luck = uniform(self.seed, lender.identity, month, INSPECTION, 0)
            if due is not None or luck < lender.chance:
                found.append(lender)
                self.state.found.setdefault(lender.number, []).append(month)
        return found

    def findings(self, number: int, month: int, within: int) -> int:
        """Findings at a lender in the last `within` months, this one included."""
        return sum(month - earlier < within for earlier in self.state.found.get(number, ()))
