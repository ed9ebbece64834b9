"""What the rules allow this month: the regulator's word to the lenders, by licence."""

from dataclasses import dataclass, field
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
    data_noise : multiplier of what lenders get wrong about borrowers
    funding_freeze : share of wholesale funding that is shut
    technology_support : part of the cost of each technology that the state pays, by licence;
        no entry where it pays nothing
    share_limit : largest share of all balances for one firm's brand
    quota : most firms, by licence; empty: no limit
    ahead : what lenders plan with where they act on announcements; None where they do not
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
    share_limit: float = 1.0
    quota: dict[Licence, float] = field(default_factory=dict)
    ahead: "Limits | None" = None

    @property
    def plan(self) -> "Limits":
        """What lenders plan with: these limits, or those they see coming."""
        return self if self.ahead is None else self.ahead


def guarantee_limit(limits: Limits, licence: Licence) -> float:
    """Most loans that a licence may guarantee, times equity.

    Guaranteed loans are made as facilitation, so that the rules on it bind whoever guarantees.
    """
    return min(limits.guarantee[licence], limits.guarantee["facilitation"])
