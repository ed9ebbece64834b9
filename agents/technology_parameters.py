"""What a scenario says about technologies: what each changes, what it costs, who may use it.

All effects are neutral at 0: a technology that nothing is said about changes nothing. What comes of
an effect for approvals, losses and prices is measured, never set.
"""

from typing import Literal, get_args

from sim.core.keyed_values import DatedPath
from sim.core.months import Month
from sim.core.parameters import Parameters, parameter
from sim.core.quantities import Count, NonNegativeFloat, Share, Yuan

TechnologyName = Literal["big_data", "ai", "shared_ledger", "smart_contracts"]

TECHNOLOGIES: tuple[TechnologyName, ...] = get_args(TechnologyName)


class Technology(Parameters):
    """What one technology does to a lender that has adopted it in full, and what it costs.

    A part of it has that part of the effect. Effects of several multiply what is left.
    """

    noise: Share = parameter(
        0.0, unit="fraction", description="taken off the error of its signal and of stated income"
    )
    fraud: Share = parameter(
        0.0, unit="fraction", description="taken off frauds not told, and off false alarms"
    )
    operating: Share = parameter(
        0.0, unit="fraction", description="taken off its operating cost per yuan lent"
    )
    bureau: Share = parameter(
        0.0, unit="fraction", description="of the debts elsewhere that it does not see, made seen"
    )
    network: Share = parameter(
        0.0,
        unit="fraction",
        description="the same, of debts at lenders that have adopted it too: worth what others do",
    )
    collection: Share = parameter(
        0.0,
        unit="per month",
        description="walkers whom nothing else brings back, whose accounts are debited by itself",
    )
    claim: Share = parameter(
        0.0,
        unit="fraction of losses",
        description="what lenders expect it to save when they decide; the outcome is measured",
    )
    running: Yuan = parameter(
        0.0, unit="yuan per firm and year", description="running cost when adopted in full"
    )
    adopting: Yuan = parameter(
        0.0, unit="yuan per firm", description="cost of adopting it in full, once"
    )
    cost_path: DatedPath[NonNegativeFloat] | None = parameter(
        None, unit="multiple", description="both costs relative to these, by month; missing: 1"
    )
    months: Count = parameter(
        36, unit="months", low=1, high=240, description="from nothing to all of it, at the fastest"
    )
    speed: NonNegativeFloat = parameter(
        1.0, unit="multiple", high=20, description="of that speed; 0: nobody adopts more of it"
    )
    off_from: Month | None = parameter(
        None, unit="month", description="from when on nobody may use it; missing: never"
    )

    def cost_in(self, month: Month) -> float:
        """Costs of a month relative to those declared."""
        return 1.0 if self.cost_path is None else self.cost_path.at(month)

    def is_off(self, month: Month) -> bool:
        """Whether nobody may use it in a month."""
        return self.off_from is not None and month >= self.off_from


class Technologies(Parameters):
    """The technologies there are."""

    big_data: Technology = parameter(
        Technology(), unit="", description="records of payments, shopping and phones as evidence"
    )
    ai: Technology = parameter(
        Technology(), unit="", description="learning machines in scoring, service and anti-fraud"
    )
    shared_ledger: Technology = parameter(
        Technology(), unit="", description="a ledger of loans that its members keep together"
    )
    smart_contracts: Technology = parameter(
        Technology(), unit="", description="loans that pay out and collect by themselves"
    )

    def each(self) -> tuple[Technology, ...]:
        """All, in the order of TECHNOLOGIES."""
        return tuple(getattr(self, name) for name in TECHNOLOGIES)
