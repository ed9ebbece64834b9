"""Who the borrowers are and how they behave, as the arrays that rules read."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.borrower_parameters import Behaviour, Product, Region, Search, Segment
from agents.messages import (
    FINE_BITS,
    LOG_INCOME_MOST,
    LUCK_BITS,
    QUALITY_BITS,
    QUALITY_ORIGIN,
    Floats,
)
from sim.core.random import normal_quantile


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
        "character": each([s.character for s in people]),
        "place_income": each([math.log(r.income) for r in regions.values()]),
        "rural_income": math.log(behaviour.rural_income),
        "exp_coarse": each(
            [math.exp((i << FINE_BITS) / 1000.0) for i in range((LOG_INCOME_MOST >> FINE_BITS) + 1)]
        ),
        "exp_fine": each([math.exp(i / 1000.0) for i in range(1 << FINE_BITS)]),
        "income_luck": np.array([luck_of_a_month(s.transitory) for s in people]),
        "persistent": behaviour.persistent,
        "reversion": behaviour.reversion,
        "new_plans": behaviour.new_plans,
        "spell_hazard": each([behaviour.spell_hazard * s.spell_factor for s in people]),
        "quality_effect": behaviour.quality_effect,
        "spell_ceiling": each(spell_ceiling(behaviour.quality_effect)),
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
        "walk_reported": behaviour.walk_reported,
        "walk_able": behaviour.walk_able,
        "breadth": search.breadth,
        "tries": search.tries,
        "shop_around": search.shop_around,
        "next_line": int(search.next_line),
        "switching_bp": basis_points(search.switching_cost),
        "taste_bp": 10_000.0 * behaviour.taste,
        "record_months": behaviour.record_months,
        "fraud": behaviour.fraud,
        "forged_character": behaviour.forged_character,
        "forged_income": behaviour.forged_income,
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


def luck_of_a_month(sigma: float) -> list[float]:
    """What a month's luck makes of an income: lognormal with mean one, at equally likely levels.

    Level i stands for the middle of its part of the distribution; so the tails end at one in two
    thousand, 3.3 standard deviations out. With mean one, more luck makes nobody richer.
    """
    levels = 1 << LUCK_BITS
    luck = [math.exp(sigma * normal_quantile((i + 0.5) / levels)) for i in range(levels)]
    mean = math.fsum(luck) / levels
    return [multiple / mean for multiple in luck]


def spell_ceiling(quality_effect: float) -> list[float]:
    """The most that quality multiplies the hazard of a spell by, for each step of quality."""
    lowest = range(-QUALITY_ORIGIN, QUALITY_ORIGIN, 1 << QUALITY_BITS)
    return [math.exp(-quality_effect * quality / 1000.0) for quality in lowest]


def basis_points(rate: float) -> int:
    """A rate in hundredths of a per cent, rounded to the nearest."""
    return round(10_000.0 * rate)
