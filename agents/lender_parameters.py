"""What a scenario says about lenders: the kinds there are, and each lender at the start.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from typing import Literal, Self

from pydantic import model_validator

from agents.funding_parameters import FundingSource
from agents.limits import Licence
from agents.strategy_names import Strategies
from agents.technology_parameters import TechnologyName
from sim.core.keyed_values import DatedPath
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import (
    Apr,
    Count,
    Name,
    NonNegativeFloat,
    PositiveFloat,
    Rate,
    Share,
    Yuan,
)

RouteClass = Literal["own", "joint", "facilitated", "guaranteed"]
"""own: brand funds and bears all; joint: brand funds a share, each bears its own; facilitated:
a partner funds and bears all; guaranteed: a partner funds, the brand bears."""


class LenderKind(Parameters):
    """What lenders of one kind have in common."""

    role: Literal["bank", "platform"] = parameter(
        unit="", description="whether it takes deposits, or funds itself wholesale and by partners"
    )
    licence: Licence = parameter(unit="", description="licence of its own book")
    segments: dict[Name, NonNegativeFloat] = parameter(
        unit="weight", description="how well it fits each segment; missing: does not serve it"
    )
    online: Share = parameter(unit="fraction", description="new lines opened online where possible")
    online_path: DatedPath[Share] | None = parameter(
        None, unit="fraction", description="the same by month, for a kind that goes digital"
    )
    rural: NonNegativeFloat = parameter(
        1.0, unit="multiple", high=10, description="reach in the countryside relative to town"
    )
    traditional: bool = parameter(
        False, unit="", description="a traditional bank's own app: outside cr5_platform"
    )
    noise: NonNegativeFloat = parameter(
        unit="standard deviations", high=10, description="error of its behavioural signal"
    )
    income_error: NonNegativeFloat = parameter(
        0.0,
        unit="log",
        high=2,
        description="error of the income that it is told, standard deviation, no new technology",
    )
    income_bias: NonNegativeFloat = parameter(
        0.0,
        unit="log",
        high=2,
        description="by how much borrowers overstate their income to it, no new technology",
    )
    bureau: Share = parameter(unit="fraction", description="share of debts elsewhere it can see")
    bad_rate: Share = parameter(
        unit="fraction",
        low=0.0001,
        high=0.5,
        description="share of its new loans that the bought score expects to go bad in six months",
    )
    learns: bool = parameter(
        True,
        unit="",
        description="whether its scorecards learn from its customers and everybody's outcomes; "
        "false: it keeps the score with which it began",
    )
    income_multiple: NonNegativeFloat = parameter(
        unit="months of income", high=60, description="visible debt and line together, at most"
    )
    allows_for_unseen: Share = parameter(
        1.0,
        unit="fraction",
        description="of the change in what people who apply owe and its file does not "
        "show, that it takes off what they may owe it; 0: it lends as if it saw all",
    )
    line_cap: Yuan = parameter(unit="yuan", high=3_000_000, description="largest credit line")
    worst_risk: Share = parameter(
        unit="fraction", description="chance of going bad in six months beyond which it refuses"
    )
    operating_cost: Rate = parameter(
        unit="fraction of balance per year", description="running cost"
    )
    acquisition: Yuan = parameter(
        unit="yuan per new line", description="cost of winning a customer"
    )
    funding_cost: Rate = parameter(
        unit="fraction per year", description="cost of money at the start"
    )
    funding_months: Count = parameter(
        unit="months", low=1, high=120, description="mean maturity of its funding"
    )
    funding_growth: Share = parameter(
        unit="per month", description="most that new funding can add in a month"
    )
    funding: dict[FundingSource, Share] = parameter(
        {}, unit="fraction", description="sources of its money; missing: by role, all deposits or "
        "all wholesale",
    )  # fmt: skip
    fee_share: Share = parameter(
        0.0, unit="fraction of the price", description="charged as fees outside the contract rate"
    )
    most_fees: Share = parameter(
        0.5,
        unit="fraction of the price",
        high=0.99,
        description="most that it can charge as fees, where it charges any, under a contract cap",
    )
    partner_risk: Share | None = parameter(
        None,
        unit="fraction",
        description="chance of going bad in six months beyond which it funds others' loans only "
        "with a guarantee; missing: none",
    )
    least_margin: Rate = parameter(
        0.03, unit="fraction per year", description="margin over break-even below which it refuses"
    )
    price_sensitivity: PositiveFloat = parameter(
        25.0,
        unit="log-odds per 100 points",
        high=1000,
        description="what it believes a price change does to its chance of winning a contest",
    )
    conduct: PositiveFloat = parameter(
        1.0,
        unit="multiple",
        high=5,
        description="markup that it aims at, times the one that its opening price implies",
    )
    hassle: Rate = parameter(unit="fraction per year", description="effort of applying, as a price")
    target_leverage: PositiveFloat = parameter(
        unit="times", high=100, description="loans at its risk to equity that it aims at"
    )
    capital_growth: Rate = parameter(
        0.0,
        unit="fraction of equity per year",
        description="most that owners put in while loans exceed the target multiple of equity",
    )
    routes: dict[RouteClass, Share] = parameter(
        {"own": 1.0}, unit="fraction of new loans", description="how it likes to fund loans"
    )
    joint_share: Share = parameter(0.3, unit="fraction", description="its own part of a joint loan")
    charge_off_months: Count = parameter(
        7, unit="missed payments", low=5, high=60, description="missed count at charge-off"
    )
    sells_bad_loans: Share = parameter(
        0.0, unit="fraction", description="loans charged off that it sells at once"
    )
    recovery_months: Count = parameter(
        1, unit="months", low=1, high=120, description="time in which it collects the others"
    )
    calls: Share = parameter(
        1.0,
        unit="fraction",
        description=(
            "chance that a bullet falling due is not lent again, over the part of its requests for "
            "which the lender lately had no room; 0: bullets never wait for room"
        ),
    )
    renew: Share = parameter(
        0.0, unit="fraction", description="bullets in distress renewed against interest"
    )
    collection: Share = parameter(
        0.05, unit="per month", description="chance that collection brings a walker back"
    )
    explore: Share = parameter(
        0.01, unit="fraction", description="refused risks that are tried all the same, to learn"
    )
    fraud_caught: Share = parameter(
        0.0,
        unit="fraction of forged applications",
        description="fraud that it tells without new technology",
    )
    false_alarm: Share = parameter(
        0.0,
        unit="fraction of honest applications",
        description="honest people whom it takes for fraudsters without new technology",
    )
    technology: dict[TechnologyName, Share] = parameter(
        {}, unit="fraction", description="how much of each technology it has adopted at the start"
    )
    allocation: NonNegativeFloat = parameter(
        2.0,
        unit="power",
        high=10,
        description="how far a lender without room for all turns to segments that earn more on "
        "capital: times the part of requests refused, the power of their margin; 0: not at all",
    )
    marketing: Share = parameter(unit="fraction of revenue", description="marketing budget")
    closing: Rate = parameter(
        0.0, unit="per year", high=2, description="fringe firms that close at normal returns"
    )
    opening: Rate = parameter(
        0.0, unit="per year", high=2, description="fringe firms that open at normal returns"
    )

    @model_validator(mode="after")
    def _sources_add_up(self) -> Self:
        total = sum(self.funding.values())
        if self.funding and abs(total - 1.0) > 1e-9:
            raise FieldError("funding", f"adds up to {100 * total:.6g}%; shares have to make 100%")
        return self

    @property
    def funding_mix(self) -> dict[FundingSource, float]:
        """Share of each source in its funding at the opening."""
        usual: FundingSource = "deposits" if self.role == "bank" else "wholesale"
        return dict(self.funding) or {usual: 1.0}

    def online_in(self, month: Month) -> float:
        """Part of its new lines that it opens online in a month, where the borrower is online."""
        return self.online if self.online_path is None else self.online_path.at(month)

    @property
    def licences(self) -> set[Licence]:
        """Every licence under which lenders of the kind make loans."""
        return {
            route_licence(route_class, self.licence)
            for route_class, share in self.routes.items()
            if share > 0.0
        }


def route_licence(route_class: RouteClass, own: Licence) -> Licence:
    """A loan on the brand's own book is made under its own licence, others as facilitation."""
    return own if route_class in ("own", "joint") else "facilitation"


class LenderSetup(Parameters):
    """One lender, or a fringe of alike ones, at the start of the run."""

    id: Count = parameter(
        unit="", low=1, high=4095, description="permanent number that keys its luck; unique"
    )
    kind: Name = parameter(unit="", description="its kind")
    firms: Count = parameter(1, unit="firms", low=1, description="real firms that it stands for")
    size_cv: NonNegativeFloat = parameter(
        0.0, unit="", high=20, description="standard deviation of firm size over its mean"
    )
    balance: Yuan = parameter(unit="yuan", description="loans under its brand at the start")
    equity: Yuan = parameter(unit="yuan", description="equity at the start")
    apr: Apr = parameter(0.0, unit="fraction per year", description="all-in price at the start")
    complies_after_months: Count = parameter(
        0,
        unit="months",
        high=60,
        description="months after which it follows a change of price caps, own-share floors, "
        "limits on one borrower and on collection; inspectors may find it out",
    )
    partner_weight: NonNegativeFloat = parameter(
        0.0, unit="weight", description="share in funding other brands' loans"
    )
    enters: Month | None = parameter(
        None,
        unit="month",
        description="first month of a lender that comes later, with no balance; missing: there "
        "from the start",
    )
    entry_reach: Share = parameter(
        0.5,
        unit="fraction",
        description="reach at entry, relative to the mean of its kind (of all brands if it is the "
        "first)",
    )
    strategy: Strategies | None = parameter(
        None,
        unit="",
        description="price_war, premium, follow, follow:LENDER, expand, niche:SEGMENT or none, or "
        "these by month; missing: none",
    )

    @property
    def is_brand(self) -> bool:
        """Whether it lends under its own name (a bank may only fund others)."""
        return self.balance > 0 or self.enters is not None
