"""A borrower as a plain object, and a world, terms and a tally for him: all that rules need."""

import copy
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from agents.messages import GRADES, SERVED, Tally, Terms, World, empty_tally
from agents.record import NO_ROUTE, RECORD, SLOTS
from agents.search import Desk
from sim.compiled import new_desk
from sim.model import LoanMarket
from tests.small_market import LivedMonth, lived_month, small_scenario

MONTH = 300
"""The month in which tests of rules play: January 2025."""

INCOME = 1_000_000.0
"""Lasting monthly income of a tested borrower: 10,000 yuan in fen."""

NEVER = 10_000_000
"""An identity that nobody else has."""


@cache
def _lived() -> LivedMonth:
    model = LoanMarket(small_scenario(burn_in=2), borrowers=20, executor="reference")
    return lived_month(model)


def a_world(**fields: Any) -> World:
    """A world in month `MONTH` in which nobody prepays, walks away or leaves, with other fields.

    Product 0 is a loan in ten instalments, product 1 a bullet after six months.
    """
    world = _lived().world
    segments = len(world.log_income)
    plain = world._replace(
        month=MONTH,
        first_month=MONTH - 60,
        income_index=1.0,
        income_season=1.0,
        spending_season=1.0,
        log_income=np.full(segments, np.log(INCOME)),
        place_income=np.zeros_like(world.place_income),
        rural_income=0.0,
        essentials=np.full(segments, 0.5),
        product_share=np.array([[1.0, 1.0]] * segments),
        tenor=np.array([10, 6], dtype=np.int64),
        bullet=np.array([0, 1], dtype=np.int64),
        ticket_fen=np.array([50_000, 500_000], dtype=np.int64),
        recovery_bp=np.array([500, 2_000], dtype=np.int64),
        prepay=0.0,
        walk_rate=0.0,
        leave=0.0,
        fraud=0.0,
    )
    return plain._replace(**fields)


def some_terms(**fields: Any) -> Terms:
    """Terms on which seven lenders offer everybody 15%, with other fields.

    Route numbers equal lender numbers, and no route is guaranteed.
    """
    terms = copy.deepcopy(_lived().terms)
    lenders, segments = terms.posted_bp.shape
    offered = np.full((lenders, segments, GRADES), 1_500, dtype=np.int64)
    contract = offered - 300
    everywhere = np.full_like(terms.pull, 40.0)
    plain = terms._replace(
        route_brand=np.arange(lenders, dtype=np.int64),
        route_buyout=np.arange(lenders, dtype=np.int64),
        open_new=np.ones(lenders, dtype=np.int64),
        charge_off_at=np.full(lenders, 7, dtype=np.int64),
        calls=np.zeros(lenders),
        renew=np.zeros(lenders),
        collection=np.zeros(lenders),
        pressed=np.ones(lenders),
        pull=everywhere,
        apr_bp=offered,
        contract_bp=contract,
        line_apr_bp=offered,  # one array with apr_bp: route numbers equal lender numbers
        line_contract_bp=contract,
        line_route=np.repeat(np.arange(lenders, dtype=np.int64)[:, None], GRADES, axis=1),
        lawful_bp=np.full(lenders, 10_000, dtype=np.int64),
        lawful_contract_bp=np.full(lenders, 10_000, dtype=np.int64),
        lawful_line_hundred=np.full(lenders, 30_000, dtype=np.int64),
        moves=np.zeros((lenders, segments, GRADES)),
        may_move=np.zeros(lenders, dtype=np.int64),
        refusal=np.full_like(offered, SERVED),
        posted_bp=np.full((lenders, segments), 1_500, dtype=np.int64),
        asked_bp=np.full((lenders, segments), 1_500, dtype=np.int64),
        risen_bp=np.zeros((lenders, segments), dtype=np.int64),
        disclosure=1.0,
        hidden_bp=np.zeros((lenders, segments), dtype=np.int64),
        hassle_bp=np.zeros(lenders, dtype=np.int64),
        line_share=np.ones((lenders, GRADES)),
        line_cap_hundred=np.full((lenders, segments), 2_000, dtype=np.int64),
        income_multiple=np.full(lenders, 6.0),
        explore=np.zeros(lenders),
        income_error=np.zeros(lenders),
        income_bias=np.zeros(lenders),
        member=np.zeros(lenders),
        fraud_caught=np.zeros(lenders),
        false_alarm=np.zeros(lenders),
        mix=np.ones((lenders, segments, GRADES, 1)),
        mix_route=np.arange(lenders, dtype=np.int64).reshape(-1, 1),
        subsidy_bp=np.zeros((lenders, segments), dtype=np.int64),
        offer_subsidy_bp=np.full((lenders, segments), -1, dtype=np.int64),
        subsidy_rule=np.full((lenders, segments), -1, dtype=np.int64),
    )
    return plain._replace(**fields)


def a_tally(terms: Terms) -> Tally:
    """An empty tally for these terms."""
    lenders, segments = terms.posted_bp.shape
    places = terms.pull.shape[1]
    cells = segments * places * 2
    return empty_tally(lenders, len(terms.route_brand), segments, cells, 160, subsidies=1)


def a_desk() -> Desk:
    """Scratch space for one search."""
    return new_desk()


def a_borrower(**fields: Any) -> Any:
    """A debt-free borrower with middling traits, an object with the attributes of a record."""
    blank = np.zeros(1, dtype=RECORD)[0]
    plain = {name: blank[name].tolist() for name in RECORD.names or ()}
    plain |= {"route": [NO_ROUTE] * SLOTS, "reservation_bp": 3_000, "appetite_pct": 200}
    plain |= {"log_income_e3": round(1000 * np.log(INCOME))}
    return SimpleNamespace(**plain | fields)


def lend(b: Any, k: int, **fields: Any) -> Any:
    """Gives slot k of a borrower a relationship: a drawn cash line of 20,000 yuan, unless said
    otherwise. Returns the borrower."""
    usual: dict[str, int] = {
        "route": k, "line_hundred": 200, "principal_fen": 1_000_000, "contract_bp": 1_200,
        "fee_bp": 300, "instalment_fen": 110_000, "months_left": 10, "first_month": MONTH - 3,
    }  # fmt: skip
    for name, value in (usual | fields).items():
        getattr(b, name)[k] = value
    return b
