"""Prices: what a loan costs, what is asked, and what does not pay under a cap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.messages import CAP, GRADES, RISK, SERVED
from agents.pricing import PriceGrid, break_even_apr, price_grid, target_markup


def test_break_even_covers_funding_running_winning_and_losing() -> None:
    """2% of draws lost at 80% exposure and 95% loss, over 0.4 years: 3.8% a year."""
    found = break_even_apr(0.03, 0.02, 0.01, 0.02, 0.8, 0.95, 0.4)
    assert found == pytest.approx(0.03 + 0.02 + 0.01 + 0.02 * 0.8 * 0.95 / 0.4)


def test_the_markup_solves_the_first_order_condition() -> None:
    """Profit (p - c) / (1 + exp(beta (p - q))) is largest at the markup of the share it wins."""
    cost, beta, rival = 0.10, 25.0, 0.13
    prices = np.linspace(0.10, 0.30, 200_001)
    won = 1 / (1 + np.exp(beta * (prices - rival)))
    best = int(np.argmax((prices - cost) * won))
    assert target_markup(1.0, beta, won[best]) == pytest.approx(prices[best] - cost, abs=1e-5)


def test_softer_conduct_asks_more_and_nobody_asks_endlessly_much() -> None:
    assert target_markup(0.5, 25.0, 0.5) == pytest.approx(0.04)
    assert target_markup(2.0, 25.0, 0.5) == pytest.approx(0.16)
    assert target_markup(1.0, 25.0, 1.0) == target_markup(1.0, 25.0, 0.9)


def grid(
    break_even: list[float],
    *,
    cap: float = 1.0,
    contract_cap: float = 1.0,
    fees: float = 0.0,
    margin: float = 0.03,
    risky: list[int] | None = None,
    markup: float = 0.04,
) -> PriceGrid:
    many = len(break_even)
    return price_grid(
        np.array(break_even), np.array([markup]), cap, contract_cap, fees, margin,
        np.array([risky or [0] * many], dtype=bool),
    )  # fmt: skip


def test_a_price_is_break_even_and_markup_in_whole_basis_points() -> None:
    assert grid([0.10, 0.12345]).apr_bp[0].tolist() == [1_400, 1_634]


def test_a_cap_cuts_prices_and_rations_what_does_not_pay() -> None:
    """Under 24%: 18% + 4% is asked, 20% + 4% fits, 20.5% is cut to 24%, 21.5% does not pay."""
    found = grid([0.18, 0.20, 0.205, 0.215], cap=0.24)
    assert found.apr_bp[0].tolist() == [2_200, 2_400, 2_400, 0]
    assert found.refusal[0].tolist() == [SERVED, SERVED, SERVED, CAP]


def test_what_is_too_risky_is_refused_at_any_price() -> None:
    found = grid([0.10, 0.50], risky=[0, 1], cap=0.24)
    assert found.refusal[0].tolist() == [SERVED, RISK]
    assert found.apr_bp[0].tolist() == [1_400, 0]


def test_fees_stand_beside_the_contract_rate() -> None:
    found = grid([0.20], fees=0.25)
    assert (found.apr_bp[0, 0], found.contract_bp[0, 0]) == (2_400, 1_800)


def test_a_contract_cap_moves_the_rest_into_fees() -> None:
    found = grid([0.26], contract_cap=0.24)
    assert (found.apr_bp[0, 0], found.contract_bp[0, 0]) == (3_000, 2_400)


@given(
    st.lists(st.floats(0.001, 2.0), min_size=GRADES, max_size=GRADES),
    st.floats(-0.1, 0.3),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_price_is_above_a_cap_or_outside_its_field(
    break_even: list[float], markup: float, cap: float, contract_cap: float, fees: float
) -> None:
    found = grid(break_even, markup=markup, cap=cap, contract_cap=contract_cap, fees=fees)
    served = found.refusal == SERVED
    assert (found.apr_bp[served] <= 10_000 * cap + 1e-6).all()
    assert (found.contract_bp[served] <= 10_000 * contract_cap + 1e-6).all()
    assert (found.apr_bp[served] > 0).all()
    assert (found.apr_bp[~served] == 0).all()
    assert (found.contract_bp >= 0).all()
    assert (found.contract_bp <= found.apr_bp).all()


@given(st.lists(st.floats(0.001, 2.0), min_size=GRADES, max_size=GRADES))
def test_a_cap_of_nothing_serves_nobody(break_even: list[float]) -> None:
    assert not grid(break_even, cap=0.0, margin=0.0).apr_bp.any()
