"""A lender's decisions from its own books: prices, lines, reach, technology, routes."""

from dataclasses import replace

import numpy as np
import pytest

from agents.lender import MARKUP_RANGE, REACH_RANGE, Lender
from agents.lenders import (
    break_evens,
    calibrations,
    line_shares,
    move_markups,
    usual_markups,
    worst_risks,
)
from agents.limits import LICENCES, Cap, Limits
from agents.messages import Floats
from agents.routes import NOBODY, RouteBook
from sim.model import LoanMarket
from tests.small_market import small_scenario

FREE = Limits(
    cap={licence: Cap() for licence in LICENCES},
    leverage=dict.fromkeys(LICENCES, 1e12),
    guarantee=dict.fromkeys(LICENCES, 1e12),
    joint_floor=dict.fromkeys(LICENCES, 0.0),
    borrower_limit=dict.fromkeys(LICENCES, 1e12),
    minimum_capital=dict.fromkeys(LICENCES, 0.0),
    openness=dict.fromkeys(LICENCES, 1.0),
    bureau=1.0,
    data_noise=1.0,
    funding_freeze=0.0,
)
"""No rule at all."""


@pytest.fixture(scope="module")
def market() -> LoanMarket:
    return LoanMarket(small_scenario(burn_in=1), borrowers=100)


@pytest.fixture
def lenders(market: LoanMarket) -> dict[str, Lender]:
    """The small market's lenders, as at the start."""
    for lender in market.market.lenders:
        lender.state = lender.at_the_start()
    return {lender.name: lender for lender in market.market.lenders}


def break_even(lender: Lender, money: float = 0.03) -> Floats:
    """[G] what grades must pay when money costs this and customers owe 20,000 yuan on average."""
    balance = np.array([20_000.0])
    operating = np.array([lender.kind.operating_cost])
    return break_evens([lender], calibrations([lender]), operating, np.array([money]), balance)[0]


def test_riskier_grades_cost_more(lenders: dict[str, Lender]) -> None:
    for lender in lenders.values():
        costs = break_even(lender)
        assert (np.diff(costs) > 0).all()
        assert costs[0] > 0.03


def test_losses_beyond_expectation_raise_prices_within_bounds(lenders: dict[str, Lender]) -> None:
    lender = lenders["fringe"]
    lender.state.expected = 0.05
    found = []
    for realised in (0.0, 0.05, 0.06, 5.0):
        lender.state.realised = realised
        found.append(float(break_even(lender)[3]))
    assert found == sorted(found)
    assert found[0] < found[1] < found[2] < found[3]
    lender.state.realised = 50.0
    assert float(break_even(lender)[3]) == found[3]


def test_better_grades_get_larger_lines(lenders: dict[str, Lender]) -> None:
    for lender in lenders.values():
        worst = worst_risks([lender], len(lender.segments))
        shares = line_shares([lender], calibrations([lender]), worst)[0]
        assert (np.diff(shares) <= 0).all()
        assert (shares >= 0).all()
        assert shares[0] <= 1.0


def test_markups_move_slowly_towards_their_target_and_stay_in_range(
    lenders: dict[str, Lender],
) -> None:
    lender = lenders["big"]
    for won in (0.0, 1.0):
        lender.state.contested[:], lender.state.won[:] = 1e9, 1e9 * won
        lender.state.markup[:] = 0.04
        before = lender.state.markup.copy()
        lender.state.conduct[:] = 50.0
        move_markups([lender], usual_markups([lender]), 0.05)
        assert (lender.state.markup > before).all()
        for _ in range(500):
            move_markups([lender], usual_markups([lender]), 0.05)
        assert lender.state.markup == pytest.approx(MARKUP_RANGE[1])
    lender.state.conduct[:] = -50.0
    for _ in range(500):
        move_markups([lender], usual_markups([lender]), 0.05)
    assert lender.state.markup == pytest.approx(MARKUP_RANGE[0])


def test_inferred_conduct_keeps_markups_where_they_are(lenders: dict[str, Lender]) -> None:
    lender = lenders["finance"]
    lender.state.markup[:] = (0.01, 0.05, 0.07, 0.02)
    lender.state.contested[:], lender.state.won[:] = (5.0, 4.0, 9.0, 2.0), (1.0, 3.0, 3.0, 1.0)
    before = lender.state.markup.copy()
    lender.infer_conduct()
    move_markups([lender], usual_markups([lender]), 0.05)
    assert lender.state.markup == pytest.approx(before)


def test_reach_stands_still_while_customers_and_marketing_do(lenders: dict[str, Lender]) -> None:
    state = lenders["big"].state
    state.reach = state.reach_start = 0.3
    state.users_norm, state.marketing_norm = 100.0, 1_000.0
    lenders["big"].move_reach(100.0, 1_000.0, 0.06)
    assert state.reach == pytest.approx(0.3)


def test_a_two_to_one_start_shrinks(lenders: dict[str, Lender]) -> None:
    """Reach follows customers, customers follow reach: a lead must not feed on itself."""
    pair = lenders["big"], lenders["net_bank"]
    for lender, lead in zip(pair, (2.0, 1.0), strict=True):
        lender.state.reach_start = 1.0
        lender.state.reach = lead
        lender.state.users_norm = lender.state.marketing_norm = 100.0
    for _ in range(120):
        total = sum(lender.state.reach for lender in pair)
        for lender in pair:
            customers = 200.0 * lender.state.reach / total
            lender.move_reach(customers, customers, 0.06)
    assert 1.0 <= pair[0].state.reach / pair[1].state.reach < 1.5


@pytest.mark.parametrize("users", [0.0, 1e12])
def test_reach_is_bounded(lenders: dict[str, Lender], users: float) -> None:
    state = lenders["big"].state
    state.reach = state.reach_start = 0.5
    state.users_norm = state.marketing_norm = 1.0
    for _ in range(400):
        lenders["big"].move_reach(users, users, 0.06)
    assert REACH_RANGE[0] * 0.5 <= state.reach <= REACH_RANGE[1] * 0.5


# --- routes ---------------------------------------------------------------------------------------


def test_routes_share_out_by_taste_and_partners_weight(lenders: dict[str, Lender]) -> None:
    lender, book = lenders["big"], RouteBook()
    found = lender.usable_routes(book, [(3, 0.25), (5, 0.75)], FREE)
    total = sum(share for _, share in found)
    assert total == pytest.approx(sum(lender.kind.routes.values()))
    for number, share in found:
        route = book.rows[number]
        weight = 0.25 if route.partner == 3 else 0.75
        assert share == pytest.approx(lender.kind.routes[route.kind] * weight)
        assert route.brand == lender.number


def test_what_the_brand_funds_is_lent_under_its_own_licence(lenders: dict[str, Lender]) -> None:
    lender, book = lenders["big"], RouteBook()
    assert lender.kind.licence == "small_loan"
    for number, _ in lender.usable_routes(book, [(3, 1.0)], FREE):
        route = book.rows[number]
        own = route.kind in ("own", "joint")
        assert route.licence == ("small_loan" if own else "facilitation")


def test_the_floor_in_joint_lending_lifts_the_own_part(lenders: dict[str, Lender]) -> None:
    lender = lenders["big"]
    for floor, part in ((0.0, lender.kind.joint_share), (0.6, 0.6)):
        limits = replace(FREE, joint_floor=dict.fromkeys(LICENCES, floor))
        book = RouteBook()
        lender.usable_routes(book, [(3, 1.0)], limits)
        (joint,) = [route for route in book if route.kind == "joint"]
        assert joint.own_ppm == round(1e6 * part)


def test_without_partners_only_the_own_book_is_left(lenders: dict[str, Lender]) -> None:
    book = RouteBook()
    assert lenders["big"].usable_routes(book, [], FREE) == []
    ((number, share),) = lenders["net_bank"].usable_routes(book, [], FREE)
    assert book.rows[number].partner == NOBODY
    assert share == 1.0


def test_who_only_funds_others_is_no_brand(lenders: dict[str, Lender]) -> None:
    assert [name for name, lender in lenders.items() if not lender.is_brand] == [
        "funder_1",
        "funder_2",
    ]
