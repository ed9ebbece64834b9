"""How lenders answer each other: each answer with its parameter, and none without.

A small market is opened once; every test goes on from a copy of it.
"""

from typing import Any

import numpy as np
import pytest

from agents.limits import LICENCES, Limits
from agents.messages import Floats
from agents.rivalry_parameters import Rivalry
from sim.bookkeeping import planning_brands
from sim.model import LoanMarket, State
from sim.rivalry import answered_markups, level_reach, lost_shares, move_marketing
from sim.scenario import Scenario
from tests.small_market import opened_market, small_scenario

SILENT = Rivalry(
    entry_threat=0.0, price_response=0.0, share_defence=0.0, marketing_response=0.0, levelling=0.0
)
BORROWERS = 1_500


@pytest.fixture(scope="module")
def opened() -> tuple[Scenario, State]:
    scenario = small_scenario(burn_in=8)
    return scenario, opened_market(scenario, borrowers=BORROWERS).snapshot()


@pytest.fixture
def model(opened: tuple[Scenario, State]) -> LoanMarket:
    branch = LoanMarket(opened[0], borrowers=BORROWERS, threads=1)
    branch.restore(opened[1])
    return branch


def limits_of(model: LoanMarket, openness: float | None = None) -> Limits:
    found = model.settings.policy.at(model.now, 0.0345)
    if openness is None:
        return found
    return Limits(**{**vars(found), "openness": dict.fromkeys(LICENCES, openness)})


def answer(model: LoanMarket, openness: float | None = None, **answers: float) -> Floats:
    """[L, S] markups aimed at, less those of lenders who answer nothing."""
    brands = planning_brands(model.market)
    limits = limits_of(model, openness)
    rivalry = SILENT.model_copy(update=answers)
    silent = answered_markups(model.market, brands, limits, SILENT)
    found: Floats = answered_markups(model.market, brands, limits, rivalry) - silent
    return found


ALL: dict[str, Any] = {"entry_threat": 1.0, "price_response": 0.5, "share_defence": 0.5}


def test_at_the_opening_there_is_nothing_to_answer(model: LoanMarket) -> None:
    assert answer(model, **ALL) == pytest.approx(0.0, abs=1e-12)


def test_open_licences_press_the_markups_of_who_earns_much(model: LoanMarket) -> None:
    rich, poor = planning_brands(model.market)[:2]
    rich.state.norms.excess, poor.state.norms.excess = 0.5, 0.0
    pressed = answer(model, 1.0, entry_threat=1.0)
    assert (pressed[0] < 0.0).all()
    assert pressed[1] == pytest.approx(0.0)
    assert answer(model, 1.0, entry_threat=0.0) == pytest.approx(0.0)


def test_shut_licences_relieve(model: LoanMarket) -> None:
    first = planning_brands(model.market)[0]
    first.state.norms.excess, first.state.norms.openness = 0.5, 0.4
    assert (answer(model, 0.0, entry_threat=1.0)[0] > 0.0).all()


def test_a_higher_return_than_at_the_opening_brings_entrants_near(model: LoanMarket) -> None:
    first = planning_brands(model.market)[0]
    first.state.norms.excess = 0.1
    first.state.norms.openness = limits_of(model).openness[first.licence]
    equity = model.market.ledger.equity(first.number)
    first.state.profit_year = [equity // 12] * 12  # a return of 100%
    assert (answer(model, entry_threat=1.0)[0] < 0.0).all()


def test_a_rivals_cut_is_answered_in_part(model: LoanMarket) -> None:
    brands = planning_brands(model.market)
    brands[0].state.price_recent -= 0.04
    moved = answer(model, price_response=0.5)
    served = [lender.serves > 0.0 for lender in brands]
    for row in (1, 2, 3):
        assert (moved[row][served[row]] < 0.0).all()
        assert (moved[row] > -0.5 * 0.04).all()
    assert moved[0][served[0]] == pytest.approx(0.02, abs=0.005)  # it does not want to stay below
    assert answer(model) == pytest.approx(0.0)


def test_a_lost_share_is_won_back_while_capital_lasts(model: LoanMarket) -> None:
    brands = planning_brands(model.market)
    first, ledger = brands[0], model.market.ledger
    ledger.pay_capital(first.number, ledger.equity(first.number))
    first.state.norms.share *= 2.0
    assert lost_shares(model.market, brands)[0] == pytest.approx(0.4, abs=0.01)
    assert answer(model, share_defence=0.05)[0] == pytest.approx(-0.02, abs=0.001)
    assert answer(model)[0] == pytest.approx(0.0)
    ledger.pay_capital(first.number, -ledger.equity(first.number) * 9 // 10)
    assert lost_shares(model.market, brands)[0] == 0.0


def marketing_after(model: LoanMarket, admitted: float, **answers: float) -> list[float]:
    brands = planning_brands(model.market)
    rivalry = SILENT.model_copy(update=answers)
    for _ in range(60):
        move_marketing(brands, rivalry, np.full(len(model.market.lenders), admitted))
    return [lender.state.marketing for lender in brands]


def test_marketing_follows_what_a_customer_is_worth(model: LoanMarket) -> None:
    brands = planning_brands(model.market)
    assert marketing_after(model, 1.0, marketing_response=1.0) == pytest.approx([1.0] * len(brands))
    brands[0].state.norms.earning = 0.04
    brands[0].state.markup = np.full(4, 0.06)
    assert marketing_after(model, 1.0, marketing_response=1.0)[0] == pytest.approx(1.5, abs=0.01)


def test_nobody_advertises_for_customers_whom_he_turns_away(model: LoanMarket) -> None:
    assert max(marketing_after(model, 0.5, marketing_response=1.0)) < 0.6
    assert model.market.lenders[0].marketing_share() < 0.6 * model.market.lenders[0].kind.marketing


def test_without_the_answer_marketing_is_a_fixed_share(model: LoanMarket) -> None:
    assert set(marketing_after(model, 0.5)) == {1.0}


def test_levelling_brings_alike_brands_together_and_its_absence_does_not(
    model: LoanMarket,
) -> None:
    """What each returns to; with customers and marketing as at the opening reach follows it."""
    one, other = planning_brands(model.market)[:2]
    other.setup = one.setup
    for rivalry, ratio in ((SILENT, 2.0), (SILENT.model_copy(update={"levelling": 0.3}), 1.1)):
        one.state.reach_start = one.state.reach = 2.0
        other.state.reach_start = other.state.reach = 1.0
        for _ in range(84):
            level_reach([one, other], rivalry)
            for lender in (one, other):
                state = lender.state
                lender.move_reach(state.users_norm, state.marketing_norm)
        assert one.state.reach / other.state.reach == pytest.approx(ratio, abs=0.1)


def test_answers_are_told_apart_from_a_world_without_them() -> None:
    """A whole market: in the wake of a price war of the largest, rivals who answer ask less.

    The war ends in its first year for want of trust, and with it in time the answer.
    """
    war = {"lenders.big.strategy": "price_war", "lenders.big.equity": 2e11}
    markups = {}
    for response in (0.0, 0.6):
        scenario = small_scenario({**war, "rivalry.price_response": response}, burn_in=8)
        model = opened_market(scenario, borrowers=BORROWERS)
        for _ in range(16):
            model.step()
        rivals = planning_brands(model.market)[1:]
        markups[response] = float(np.mean([lender.state.markup.mean() for lender in rivals]))
    assert markups[0.6] < markups[0.0] - 0.002
