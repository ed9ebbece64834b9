"""What funders decide: whom they trust, what they ask, how much they leave and add.

Funders look at a lender's last month-end and at the market as a whole; they follow one rule without
chance, so a run is a response to visible trouble. L lenders, S sources (`SOURCES`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agents.funding_parameters import SOURCES, FundingSection, SourceTerms
from agents.lender_parameters import LenderKind
from agents.messages import Floats, Ints

MOST_STRESS = 2.0
"""Stress of the market beyond which it makes no difference (assumption)."""

MOST_EXCESS = 10.0
"""Leverage above target, times the target, beyond which it makes no difference; also what a lender
without equity is taken to have (assumption: nobody renews then)."""


class FundingTable(NamedTuple):
    """What does not change in a run.

    mix : [L, S] shares of a lender's funding at the opening, and of what it can add
    months : [L, S] maturity ; cost : [L, S] price in quiet times at the opening LPR, a year
    growth, target : [L] most that new money can add in a month; leverage aimed at
    the others : [S] see `SourceTerms`
    """

    mix: Floats
    months: Ints
    cost: Floats
    growth: Floats
    target: Floats
    on_demand: Floats
    lpr: Floats
    leverage: Floats
    losses: Floats
    stress: Floats
    premium: Floats
    patience: Floats
    flight: Floats
    frozen: Floats


@dataclass
class Mood:
    """What funders remember.

    credit_cost, usual : running cost of credit of all lenders, fraction of loans per year, now and
        at the opening ; failed : running share of loans at lenders that failed
    stress : of the market, 0 to 1 ; distrust : [L, S] see `SourceTerms`
    running : [L, S] whether money of a source runs from a lender
    """

    distrust: Floats
    running: Ints
    credit_cost: float = 0.0
    usual: float = 0.0
    failed: float = 0.0
    stress: float = 0.0


def funding_table(kinds: Sequence[LenderKind], section: FundingSection) -> FundingTable:
    """The columns of lenders of these kinds, one a lender."""
    terms = section.terms()
    mix = np.array([[kind.funding_mix.get(name, 0.0) for name in SOURCES] for kind in kinds])
    mix = mix.reshape(-1, len(SOURCES))
    spread = each(terms, "spread")
    cost = np.array([kind.funding_cost for kind in kinds])
    months = [[term.months or kind.funding_months for term in terms] for kind in kinds]
    return FundingTable(
        mix=mix,
        months=np.array(months, dtype=np.int64).reshape(-1, len(SOURCES)),
        # A kind's cost is that of its mix: sources differ around it.
        cost=cost[:, None] + spread - (mix @ spread)[:, None],
        growth=np.array([kind.funding_growth for kind in kinds]),
        target=np.array([kind.target_leverage for kind in kinds]),
        **{
            name: each(terms, name)
            for name in (
                "on_demand", "lpr", "leverage", "losses", "stress", "premium", "patience",
                "flight", "frozen",
            )
        },
    )  # fmt: skip


def each(terms: Sequence[SourceTerms], name: str) -> Floats:
    """[S] one number of every source."""
    return np.array([getattr(term, name) for term in terms], dtype=np.float64)


def no_mood(lenders: int) -> Mood:
    """Funders who have seen nothing yet."""
    shape = (lenders, len(SOURCES))
    return Mood(np.zeros(shape), np.zeros(shape, dtype=np.int64))


def distrust(
    table: FundingTable, leverage: Floats, equity: Ints, year: Ints, stress: float
) -> Floats:
    """[L, S] what funders have against each lender.

    leverage : [L] loans held to equity ; equity, year : [L] and the last twelve months' profit, fen
    """
    excess = np.clip(leverage / table.target - 1.0, 0.0, MOST_EXCESS)
    excess = np.where(equity > 0, excess, MOST_EXCESS)
    loss = np.maximum(0, -year)
    lost = loss / np.maximum(1, np.maximum(0, equity) + loss)
    found: Floats = (
        excess[:, None] * table.leverage + lost[:, None] * table.losses + stress * table.stress
    )
    return found


def trust(table: FundingTable, against: Floats) -> Floats:
    """[L, S] part of what may leave that stays, given what funders have against a lender."""
    left: Floats = np.clip((table.flight - against) / (table.flight - table.patience), 0.0, 1.0)
    return left


def prices(table: FundingTable, against: Floats, lpr_change: float) -> Floats:
    """[L, S] what each source asks, fraction per year."""
    asked: Floats = np.maximum(0.0, table.cost + lpr_change * table.lpr + table.premium * against)
    return asked


def supply(table: FundingTable, funding: Ints, equity: Ints, stays: Floats) -> Floats:
    """[L, S] most by which each source grows this month, fen; negative where it must be repaid.

    funding : [L, S] outstanding ; stays : [L, S] part of what may leave that stays, which is also
    the part of new money that is to be had
    """
    due = funding // table.months
    may_leave = due + table.on_demand * (funding - due)
    basis = np.maximum(0, np.maximum(funding.sum(axis=1), equity))
    new = (table.growth * basis)[:, None] * table.mix
    net: Floats = stays * new - (1.0 - stays) * may_leave
    return net
