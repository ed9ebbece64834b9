"""What a scenario says about operational events: how often they come, to whom, what they cost.

An event that nothing is said about never happens.
"""

from typing import Annotated, Literal, get_args

from agents.technology_parameters import TechnologyName
from sim.core.parameters import Parameters, parameter
from sim.core.quantities import NonNegativeFloat, Quantity, Share

IncidentName = Literal["outage", "breach", "vendor_loss"]

INCIDENTS: tuple[IncidentName, ...] = get_args(IncidentName)

REFERENCE_SIZE = 1e10
"""Yuan of loans per firm at which an event comes as often as declared (assumption)."""

Exponent = Annotated[float, Quantity("an exponent", low=-1, high=1)]
"""How a frequency moves with size."""

Change = Annotated[float, Quantity("a relative change", low=-1, high=10)]
"""By which part something is moved; -1 takes all of it away."""


class Incident(Parameters):
    """One sort of operational event."""

    per_year: NonNegativeFloat = parameter(
        0.0,
        unit="per firm and year",
        high=12,
        description="how often it comes to a firm with 10 billion yuan of loans, no new technology",
    )
    size: Exponent = parameter(
        0.0, unit="exponent", description="of loans per firm, over 10 billion yuan, in how often"
    )
    technology: dict[TechnologyName, Change] = parameter(
        {}, unit="fraction", description="how much more often with all of a technology"
    )
    cost: Share = parameter(
        0.0, unit="fraction of a month's revenue", description="cost of repair and of damages"
    )
    trust: Share = parameter(
        0.0, unit="fraction of reach", description="people who no longer think of the lender"
    )
    fine: Share = parameter(
        0.0, unit="fraction of a month's revenue", description="fine that the regulator sets"
    )


class DataLoss(Incident):
    """An operational event after which a lender knows less for a while."""

    blur: NonNegativeFloat = parameter(
        0.0, unit="fraction", high=10, description="added to the error of what the lender knows"
    )
    months: NonNegativeFloat = parameter(
        6.0, unit="months", low=1, high=60, description="mean time after which that has faded"
    )


class Incidents(Parameters):
    """The sorts of operational events."""

    outage: Incident = parameter(Incident(), unit="", description="systems that stand still")
    breach: Incident = parameter(Incident(), unit="", description="customers' data in wrong hands")
    vendor_loss: DataLoss = parameter(
        DataLoss(), unit="", description="a supplier of data fails or is cut off"
    )

    def each(self) -> tuple[Incident, ...]:
        """All, in the order of INCIDENTS."""
        return tuple(getattr(self, name) for name in INCIDENTS)
