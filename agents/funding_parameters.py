"""What a scenario says about funders: the sources of lenders' money, and what each answers to.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from typing import Literal, Self, get_args

from pydantic import model_validator

from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Count, Name, NonNegativeFloat, PositiveFloat, Rate, Share

FundingSource = Literal["deposits", "wholesale", "abs", "investors"]
"""deposits: the public's, at banks; wholesale: banks and bonds; abs: loans sold as securities;
investors: many small ones on a marketplace (P2P)."""

SOURCES: tuple[FundingSource, ...] = get_args(FundingSource)

DEPOSITS, WHOLESALE, ABS, INVESTORS = range(len(SOURCES))
"""Places of the sources in arrays."""


class SourceTerms(Parameters):
    """One source of money. Distrust is a number: 0 in quiet times, about 1 where money gets scarce.

    distrust = leverage x (leverage over target - 1, if positive) + losses x (last year's loss over
    equity before it) + stress x the market's stress. It costs `premium` a unit at once; beyond
    `patience` money leaves as well, at `flight` all that may.
    """

    months: Count | None = parameter(
        None, unit="months", low=1, high=120,
        description="mean maturity; missing: the kind's funding_months",
    )  # fmt: skip
    on_demand: Share = parameter(
        0.0, unit="per month", description="part that may be called back before it is due"
    )
    spread: Rate = parameter(
        0.0, unit="fraction per year", description="what it costs over the cheapest source"
    )
    lpr: NonNegativeFloat = parameter(
        1.0, unit="fraction", high=2, description="part of a change of the LPR that reaches it"
    )
    leverage: NonNegativeFloat = parameter(
        0.0, unit="distrust per multiple", high=100, description="answer to leverage above target"
    )
    losses: NonNegativeFloat = parameter(
        0.0, unit="distrust per equity", high=100, description="answer to a year's loss"
    )
    stress: NonNegativeFloat = parameter(
        0.0, unit="distrust per unit", high=100, description="answer to stress in the market"
    )
    premium: Rate = parameter(
        0.0, unit="fraction per year", description="price of one unit of distrust"
    )
    patience: NonNegativeFloat = parameter(
        1.0, unit="distrust", high=1000, description="distrust from which money is not renewed"
    )
    flight: PositiveFloat = parameter(
        2.5, unit="distrust", high=1001, description="distrust at which nobody renews"
    )
    frozen: Share = parameter(
        0.0, unit="fraction", description="how far a freeze of the market reaches it"
    )

    @model_validator(mode="after")
    def _patience_ends_before_flight(self) -> Self:
        if self.patience >= self.flight:
            raise FieldError(
                "patience", f"is {self.patience:g}, not below flight ({self.flight:g}); write less"
            )
        return self


class FireSales(Parameters):
    """What others pay for loans that a lender short of cash must sell; see sim/fire_sales.py."""

    buyers: Share = parameter(
        0.0,
        unit="fraction of room",
        description="part of its room to lend that a lender puts into others' loans; 0: none does",
    )
    depth: NonNegativeFloat = parameter(
        0.5,
        unit="fraction of value",
        high=10,
        description="how far the price falls when as much is sold as all buyers have room for",
    )
    stress: NonNegativeFloat = parameter(
        0.1,
        unit="fraction of value per unit",
        high=10,
        description="how far one unit of stress in the market lowers the price",
    )


class Alarm(Parameters):
    """A rumour: for some months funders of one source distrust some lenders without a cause."""

    source: FundingSource = parameter(unit="", description="whose money it is about")
    lenders: tuple[Name, ...] = parameter(unit="", description="lenders that it is about")
    start: Month = parameter(unit="month", description="first month")
    months: Count = parameter(unit="months", low=1, high=120, description="how long it lasts")
    distrust: PositiveFloat = parameter(
        unit="distrust", high=1000, description="what it adds; see the source's patience and flight"
    )

    @model_validator(mode="after")
    def _about_somebody(self) -> Self:
        if not self.lenders:
            raise FieldError("lenders", "is empty, so that the alarm is about nobody")
        return self

    def lasts(self, month: Month) -> bool:
        """Whether it is on in a month."""
        return self.start <= month < self.start + self.months


class FundingSection(Parameters):
    """The market for lenders' money."""

    deposits: SourceTerms = parameter(SourceTerms(), unit="", description="the public's deposits")
    wholesale: SourceTerms = parameter(SourceTerms(), unit="", description="banks and bonds")
    abs: SourceTerms = parameter(SourceTerms(), unit="", description="asset-backed securities")
    investors: SourceTerms = parameter(SourceTerms(), unit="", description="P2P investors")
    tolerance: NonNegativeFloat = parameter(
        0.25, unit="fraction", high=1000,
        description="rise of lenders' credit costs over those at the opening that nobody minds",
    )  # fmt: skip
    memory_months: PositiveFloat = parameter(
        12.0, unit="months", high=120, description="over which the market remembers losses"
    )
    fire_sales: FireSales = parameter(
        FireSales(), unit="", description="loans that lenders short of cash sell"
    )
    partner_losses: NonNegativeFloat = parameter(
        0.0, unit="distrust per doubling", high=100,
        description="what banks that fund a brand's loans have against it, besides what its "
        "wholesale funders have, when its losses are twice those at the opening; trust ends as "
        "that of wholesale funders does; 0: partners fund whatever is asked",
    )  # fmt: skip
    alarms: dict[Name, Alarm] = parameter({}, unit="", description="rumours, by name")

    def terms(self) -> list[SourceTerms]:
        """Terms in the order of SOURCES."""
        return [self.deposits, self.wholesale, self.abs, self.investors]
