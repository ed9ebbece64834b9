"""Who the borrowers are and how they behave: the parameters, and the arrays that rules read."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.messages import Floats
from agents.search import MOST_CONSIDERED
from sim.core.keyed_values import ByName
from sim.core.parameters import Parameters, parameter
from sim.core.quantities import (
    Count,
    NonNegativeFloat,
    PositiveFloat,
    Rate,
    Share,
    Yuan,
)


class Segment(Parameters):
    """A kind of borrower: people who earn, spend and borrow alike."""

    share: Share = parameter(unit="fraction of borrowers", description="size of the segment")
    income: Yuan = parameter(
        unit="yuan a month", description="mean household income behind one borrower, start of run"
    )
    income_sigma: NonNegativeFloat = parameter(
        unit="log", high=2, description="spread of lasting income between borrowers"
    )
    rural: Share = parameter(unit="fraction", description="share living in the countryside")
    transitory: NonNegativeFloat = parameter(
        unit="log", high=2, description="standard deviation of a month's income around its trend"
    )
    essentials: Share = parameter(
        unit="fraction of lasting income", description="spending that cannot be put off"
    )
    spell_factor: NonNegativeFloat = parameter(
        1.0, unit="multiple", high=10, description="risk of job or business loss, relative"
    )
    participation: Share = parameter(
        unit="fraction of borrowers", description="share who ever want a small loan"
    )
    appetite: NonNegativeFloat = parameter(
        unit="months of income", high=30, description="median debt that participants want to carry"
    )
    reservation: Rate = parameter(
        unit="fraction per year", description="mean of the highest acceptable all-in APR"
    )
    products: ByName[Share] = parameter(
        unit="fraction of new loans", description="which products the segment asks for"
    )
    places: ByName[Share] = parameter(
        unit="fraction of the segment", description="which regions its members live in"
    )


class Product(Parameters):
    """A kind of loan."""

    tenor: Count = parameter(unit="months", low=1, high=60, description="months to repay a draw")
    bullet: bool = parameter(
        False, unit="", description="interest monthly and principal at the end"
    )
    ticket: Yuan = parameter(unit="yuan", low=100, description="smallest draw")
    recovery: Share = parameter(
        unit="fraction of the charged-off principal",
        description="what collection, collateral and the sale of the loan bring in",
    )


class Region(Parameters):
    """A part of the country."""

    income: PositiveFloat = parameter(
        unit="multiple of the national mean", description="level of incomes"
    )


class Behaviour(Parameters):
    """How all borrowers decide."""

    rural_income: PositiveFloat = parameter(
        unit="multiple", description="rural income relative to the town's"
    )
    persistent: NonNegativeFloat = parameter(
        unit="log", high=1, description="standard deviation of a year's lasting change of income"
    )
    reversion: Share = parameter(
        unit="fraction per year", description="part of the distance to the segment forgotten"
    )
    spell_hazard: NonNegativeFloat = parameter(
        unit="per month and unit of unemployment",
        high=2,
        description="monthly hazard of losing work or business, for latent quality 0",
    )
    quality_effect: NonNegativeFloat = parameter(
        unit="log per standard deviation", high=3, description="how much quality lowers that hazard"
    )
    spell_income: Share = parameter(unit="fraction", description="income left in a spell")
    spell_months: PositiveFloat = parameter(
        unit="months", low=1, high=60, description="mean length of a spell"
    )
    buffer_months: NonNegativeFloat = parameter(
        unit="months of income", high=24, description="most cash that is kept"
    )
    saving: Share = parameter(unit="fraction", description="share of spare cash that is kept")
    appetite_sigma: NonNegativeFloat = parameter(
        unit="log", high=3, description="spread of wanted debt between participants"
    )
    reservation_sd: Rate = parameter(
        unit="fraction per year", description="spread of the highest acceptable APR"
    )
    urgent_premium: Rate = parameter(
        unit="fraction per year", description="what somebody short of cash accepts on top"
    )
    prepay: Share = parameter(
        unit="per month", description="chance of paying down the dearest loan from spare cash"
    )
    leave: Share = parameter(
        unit="per year", high=0.9, description="debt-free borrowers who leave and are replaced"
    )
    adjust: Share = parameter(
        unit="per month", description="chance of acting on a gap between wanted and actual debt"
    )
    look: Share = parameter(
        unit="per month", description="chance that a planner searches when his lines are not enough"
    )
    discouraged_months: Count = parameter(
        unit="months", high=60, description="giving up after a search that failed"
    )
    walk_rate: Share = parameter(
        unit="per month", description="ceiling of the chance of walking away though able to pay"
    )
    walk_slope: NonNegativeFloat = parameter(
        unit="log-odds", description="effect of debt service to income above one half"
    )
    walk_willingness: NonNegativeFloat = parameter(
        unit="log-odds per standard deviation", description="effect of willingness to repay"
    )
    walk_headroom: NonNegativeFloat = parameter(
        unit="log-odds per month of income", description="effect of unused lines, up to two months"
    )
    taste: Rate = parameter(
        unit="fraction per year", description="mean liking for a lender beyond its price"
    )
    record_months: Count = parameter(
        unit="months", high=120, description="how long a default shows in the record"
    )


class Search(Parameters):
    """How hard borrowers search; part of the competition level."""

    breadth: Count = parameter(
        3, unit="lenders", low=1, high=MOST_CONSIDERED, description="lenders that come to mind"
    )
    tries: Count = parameter(
        3, unit="applications", low=1, high=MOST_CONSIDERED, description="applications in one month"
    )
    shop_around: Share = parameter(
        0.4, unit="fraction", description="chance of going on after an acceptable offer"
    )


@dataclass(frozen=True)
class BehaviourArrays:
    """Parameters of borrowers in the shape that rules read; see `agents.messages.World`."""

    segments: tuple[str, ...]
    places: tuple[str, ...]
    products: tuple[str, ...]
    fields: dict[str, Any]


def behaviour_arrays(
    segments: dict[str, Segment],
    regions: dict[str, Region],
    products: dict[str, Product],
    behaviour: Behaviour,
    search: Search,
) -> BehaviourArrays:
    """Turns the borrower sections of a scenario into the constant fields of a World."""
    people = list(segments.values())
    wares = list(products.values())

    def each(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)

    fields: dict[str, Any] = {
        "segment_share": np.cumsum(normalised([s.share for s in people])),
        "place_share": np.array(
            [np.cumsum(normalised([s.places.get(r, 0.0) for r in regions])) for s in people]
        ),
        "rural_share": each([s.rural for s in people])
        .repeat(len(regions))
        .reshape(len(people), len(regions)),
        "log_income": each([median_log_income(s) for s in people]),
        "income_sigma": each([s.income_sigma for s in people]),
        "place_income": each([math.log(r.income) for r in regions.values()]),
        "rural_income": math.log(behaviour.rural_income),
        "transitory": each([s.transitory for s in people]),
        "persistent": behaviour.persistent,
        "reversion": behaviour.reversion,
        "spell_hazard": each([behaviour.spell_hazard * s.spell_factor for s in people]),
        "quality_effect": behaviour.quality_effect,
        "spell_income": behaviour.spell_income,
        "spell_exit": 1.0 / behaviour.spell_months,
        "essentials": each([s.essentials for s in people]),
        "buffer_months": behaviour.buffer_months,
        "saving": behaviour.saving,
        "participation": each([s.participation for s in people]),
        "appetite": each([s.appetite for s in people]),
        "appetite_sigma": behaviour.appetite_sigma,
        "reservation": each([s.reservation for s in people]),
        "reservation_sd": behaviour.reservation_sd,
        "urgent_premium_bp": basis_points(behaviour.urgent_premium),
        "product_share": np.array(
            [np.cumsum(normalised([s.products.get(p, 0.0) for p in products])) for s in people]
        ),
        "tenor": np.array([p.tenor for p in wares], dtype=np.int64),
        "bullet": np.array([int(p.bullet) for p in wares], dtype=np.int64),
        "ticket_fen": np.array([round(100 * p.ticket) for p in wares], dtype=np.int64),
        "recovery_bp": np.array([basis_points(p.recovery) for p in wares], dtype=np.int64),
        "prepay": behaviour.prepay,
        "leave": 1.0 - math.pow(1.0 - behaviour.leave, 1.0 / 12.0),
        "adjust": behaviour.adjust,
        "look": behaviour.look,
        "discouraged_months": behaviour.discouraged_months,
        "walk_rate": behaviour.walk_rate,
        "walk_slope": behaviour.walk_slope,
        "walk_willingness": behaviour.walk_willingness,
        "walk_headroom": behaviour.walk_headroom,
        "breadth": search.breadth,
        "tries": search.tries,
        "shop_around": search.shop_around,
        "taste_bp": 10_000.0 * behaviour.taste,
        "record_months": behaviour.record_months,
    }
    return BehaviourArrays(tuple(segments), tuple(regions), tuple(products), fields)


def normalised(shares: list[float]) -> Floats:
    """Shares that sum to one; equal ones if all are zero."""
    values = np.array(shares, dtype=np.float64)
    total = values.sum()
    return values / total if total > 0 else np.full(len(values), 1.0 / len(values))


def median_log_income(segment: Segment) -> float:
    """Log of median monthly income in fen, from the mean of a lognormal distribution."""
    sigma = segment.income_sigma
    return math.log(max(1.0, 100.0 * segment.income)) - 0.5 * sigma * sigma


def basis_points(rate: float) -> int:
    """A rate in hundredths of a per cent, rounded to the nearest."""
    return round(10_000.0 * rate)
