"""What the rules allow this month: the regulator's word to the lenders, by licence."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

Licence = Literal["facilitation", "small_loan", "consumer_finance", "internet_bank", "bank"]
"""Who may lend how. A facilitation route is a loan that a partner books for a platform."""

LICENCES: tuple[Licence, ...] = get_args(Licence)

NO_CAP = 1.0
"""Where no rule caps a price, 100% a year bounds it (so that rates fit their fields)."""


@dataclass(frozen=True)
class Cap:
    """Highest rates a licence may charge on new draws, fraction per year."""

    all_in: float = NO_CAP
    contract: float = NO_CAP


def everywhere(level: float) -> Callable[[], dict[Licence, float]]:
    """One level for all licences."""
    return lambda: dict.fromkeys(LICENCES, level)


@dataclass(frozen=True)
class Repair:
    """A credit repair in force: defaults that files must not show.

    limit : most that was overdue, yuan ; first, last : months of the default
    """

    limit: float
    first: int
    last: int


@dataclass(frozen=True)
class Limits:
    """All limits of one month.

    cap : by licence
    leverage : held loans to equity, by licence
    guarantee : guaranteed loans to equity, by licence
    joint_floor : least own share in joint lending, by licence
    borrower_limit : most credit one lender may give one borrower, yuan, by licence
    minimum_capital : yuan per firm, by licence
    openness : entry that licensing lets through, 0 none, 1 all, by licence
    bureau : share of lending that reaches the credit bureau
    bureau_floor : least share of debts elsewhere that every lender sees
    disclosure : share of borrowers who see the all-in price of an offer
    bureau_lag : months until a debt or default elsewhere is seen
    collection : part of their usual success that collectors keep, by licence
    repairs : defaults that files must not show
    data_noise : multiplier of what lenders get wrong about borrowers
    funding_freeze : share of wholesale funding that is shut
    technology_support : part of the cost of each technology that the state pays, by licence;
        no entry where it pays nothing
    abs_limit : most asset-backed securities outstanding to equity, by licence
    p2p : part of marketplace funding that is permitted, 0 none, 1 all
    provisioning : least allowances, times the standard, by licence
    buffer : equity to loans on top of what the leverage limit asks for, by licence
    partner_concentration : most that one brand's loans may be of a funder's loans, by its licence
    partner_share : most that all other brands' loans may be of a funder's loans, by its licence
    inspections : chance that a lender is visited in the month, by licence
    share_limit : largest share of all balances for one firm's brand
    quota : most firms, by licence; empty: no limit
    ahead : what lenders plan with where they act on announcements; None where they do not
    late : what stood some months ago, by that number of months, for lenders slow to comply
    """

    cap: dict[Licence, Cap]
    leverage: dict[Licence, float]
    guarantee: dict[Licence, float]
    joint_floor: dict[Licence, float]
    borrower_limit: dict[Licence, float]
    minimum_capital: dict[Licence, float]
    openness: dict[Licence, float]
    bureau: float
    data_noise: float
    funding_freeze: float
    bureau_floor: float = 0.0
    technology_support: dict[Licence, tuple[float, ...]] = field(default_factory=dict)
    abs_limit: dict[Licence, float] = field(default_factory=everywhere(1e12))
    p2p: float = 0.0
    provisioning: dict[Licence, float] = field(default_factory=everywhere(1.0))
    buffer: dict[Licence, float] = field(default_factory=everywhere(0.0))
    partner_concentration: dict[Licence, float] = field(default_factory=everywhere(1.0))
    partner_share: dict[Licence, float] = field(default_factory=everywhere(1.0))
    disclosure: float = 1.0
    bureau_lag: float = 0.0
    collection: dict[Licence, float] = field(default_factory=lambda: dict.fromkeys(LICENCES, 1.0))
    repairs: tuple[Repair, ...] = ()
    inspections: dict[Licence, float] = field(default_factory=dict)
    share_limit: float = 1.0
    quota: dict[Licence, float] = field(default_factory=dict)
    ahead: "Limits | None" = None
    late: "dict[int, Limits]" = field(default_factory=dict)

    @property
    def plan(self) -> "Limits":
        """What lenders plan with: these limits, or those they see coming."""
        if self.ahead is None or not self.late:
            return self if self.ahead is None else self.ahead
        return replace(self.ahead, late={ago: stood.plan for ago, stood in self.late.items()})


def guarantee_limit(limits: Limits, licence: Licence) -> float:
    """Most loans that a licence may guarantee, times equity.

    Guaranteed loans are made as facilitation, so that the rules on it bind whoever guarantees.
    """
    return min(limits.guarantee[licence], limits.guarantee["facilitation"])


def leverage_limit(limits: Limits, licence: Licence) -> float:
    """Most loans held, times equity, the countercyclical buffer included."""
    leverage, buffer = limits.leverage[licence], limits.buffer[licence]
    return leverage / (1.0 + buffer * leverage)
