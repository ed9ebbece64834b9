"""The regulator: applies the month's rules, says what it does, inspects and fines."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mesa import Agent, Model

from agents.limits import Licence, Limits, guarantee_limit, leverage_limit
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
class RegulatorState:
    """What the regulator remembers.

    fines : number of fines so far by lender number
    subsidies : account by name of the subsidy
    """

    fines: dict[int, int] = field(default_factory=dict)
    subsidies: dict[str, SubsidyAccount] = field(default_factory=dict)


class Inspected(NamedTuple):
    """What an inspector may look at: one lender's figures at month-end.

    number, identity : place in this run and permanent id
    leverage, guarantee : held and guaranteed loans, times equity
    """

    number: int
    identity: int
    licence: Licence
    leverage: float
    guarantee: float


class Regulator(Agent[Any]):
    """Holds the instruments; what they say in a month is `Limits`."""

    def __init__(self, model: Model[Any, Any], seed: int, inspections: float, fine: float) -> None:
        super().__init__(model)
        self.seed = seed
        self.inspections = inspections
        self.fine = fine
        self.state = RegulatorState()

    def supervise(self, limits: Limits, figures: list[Inspected], month: int) -> list[int]:
        """Visits lenders at random; returns the numbers of those found over a limit.

        The draw belongs to (lender, month), so that one lender more changes no other's visit.
        """
        found = []
        for lender in figures:
            if not self.breaches(lender, limits):
                continue  # nothing to be found, whoever comes
            if uniform(self.seed, lender.identity, month, INSPECTION, 0) < self.inspections:
                found.append(lender.number)
                self.state.fines[lender.number] = self.state.fines.get(lender.number, 0) + 1
        return found

    @staticmethod
    def breaches(lender: Inspected, limits: Limits) -> bool:
        """Whether a lender stands over the limits of its licence."""
        over = lender.leverage > leverage_limit(limits, lender.licence)
        return over or lender.guarantee > guarantee_limit(limits, lender.licence)
