"""The regulator: applies the month's rules, says what it does, inspects and fines."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mesa import Agent, Model

from agents.purposes import INSPECTION
from sim.core.random import uniform

SUSPENSION_MONTHS = 3
"""Months without new customers after a breach that inspectors found (assumption)."""


@dataclass
class SubsidyAccount:
    """What the state has paid under one subsidy, and for how much it may have to pay next.

    spent : this calendar year, fen of the sample
    principal, loans : in good standing at last month-end, fen and number
    used_up : whether this year's budget has been told to be used up
    """

    spent: int = 0
    principal: int = 0
    loans: int = 0
    used_up: bool = False


@dataclass
class ReactionAccount:
    """What one reaction rule has done so far.

    moves : the month of each move (sim.core.months), and the number of steps taken from it on
    """

    moves: list[tuple[int, int]] = field(default_factory=list)

    def steps_in(self, month: int) -> int:
        """Steps that stood in a month."""
        return next((steps for since, steps in reversed(self.moves) if since <= month), 0)


@dataclass
class RegulatorState:
    """What the regulator remembers.

    fines : number of fines so far by lender number
    found : months of the findings so far by lender number (sim.core.months)
    subsidies : account by name of the subsidy
    reactions : account by name of the reaction rule
    """

    fines: dict[int, int] = field(default_factory=dict)
    found: dict[int, list[int]] = field(default_factory=dict)
    subsidies: dict[str, SubsidyAccount] = field(default_factory=dict)
    reactions: dict[str, ReactionAccount] = field(default_factory=dict)


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

        The draw belongs to (lender, month), so that one lender more changes no other's visit.
        """
        found = []
        for lender in lenders:
            if not lender.breaches:
                continue  # nothing to be found, whoever comes
            if uniform(self.seed, lender.identity, month, INSPECTION, 0) < lender.chance:
                found.append(lender)
                self.state.fines[lender.number] = self.state.fines.get(lender.number, 0) + 1
                self.state.found.setdefault(lender.number, []).append(month)
        return found

    def findings(self, number: int, month: int, within: int) -> int:
        """Findings at a lender in the last `within` months, this one included."""
        return sum(month - earlier < within for earlier in self.state.found.get(number, ()))
