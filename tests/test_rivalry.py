"""How lenders answer each other: each answer with its parameter, and none without.

A small market is opened once; every test goes on from a copy of it.
"""

from typing import Any

import numpy as np
import pytest

from agents.lender import Lender
from agents.lenders import move_markups
from agents.limits import LICENCES, Limits
from agents.messages import Floats
from agents.rivalry_parameters import Rivalry
from sim.bookkeeping import planning_brands
from sim.model import LoanMarket, State
from sim.rivalry import (
    answered_markups,
    answers_to_prices,
    level_reach,
    lost_shares,
    move_marketing,
)
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


def answer_to_prices(model: LoanMarket, response: float) -> Floats:
    """[L, S] part of the markup that is to answer those to whom requests are lost."""
    rivalry = SILENT.model_copy(update={"price_response": response})
    return answers_to_prices(model.market, planning_brands(model.market), rivalry)


def lose_requests(lender: Lender, to_who_cut: float) -> None:
    """The lender has lost many requests, all to lenders that ask so much less than before."""
    many = 1e6
    lender.state.contests[:] = [many, -1e4 * to_who_cut * many, 0.0, 0.0]


ALL: dict[str, Any] = {"entry_threat": 1.0, "price_response": 0.5, "share_defence": 0.5}


def test_at_the_opening_there_is_nothing_to_answer(model: LoanMarket) -> None:
    assert answer(model, **ALL) == pytest.approx(0.0, abs=1e-12)
    assert answer_to_prices(model, 0.6) == pytest.approx(0.0, abs=1e-12)


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


def test_a_cut_of_those_to_whom_requests_are_lost_is_answered_in_part(model: LoanMarket) -> None:
    first, second = planning_brands(model.market)[:2]
    model.market.ledger.pay_capital(first.number, 2 * model.market.ledger.equity(first.number))
    lose_requests(first, 0.04)
    wanted = answer_to_prices(model, 0.5)
    assert wanted[0] == pytest.approx(-0.5 * 0.04, abs=1e-4)
    assert wanted[1] == pytest.approx(0.0, abs=1e-12)
    assert not answer_to_prices(model, 0.0).any()
    second.state.contests[:] = 0.01 * first.state.contests / first.state.contests.max()
    assert (np.abs(answer_to_prices(model, 0.5)[1]) < 0.5 * 0.04).all()  # it knows little


def test_who_has_cut_as_much_himself_answers_nothing(model: LoanMarket) -> None:
    first = planning_brands(model.market)[0]
    lose_requests(first, 0.04)
    first.state.price_recent -= 0.04
    assert answer_to_prices(model, 0.5)[0] == pytest.approx(0.0, abs=1e-4)


def test_an_answer_is_not_taken_for_a_cut_of_its_own(model: LoanMarket) -> None:
    first = planning_brands(model.market)[0]
    model.market.ledger.pay_capital(first.number, 2 * model.market.ledger.equity(first.number))
    lose_requests(first, 0.04)
    state = first.state
    state.answer, state.markup = state.answer - 0.02, state.markup - 0.02
    state.price_recent, state.answer_shown = state.price_recent - 0.02, -0.02
    assert answer_to_prices(model, 0.5)[0] == pytest.approx(-0.5 * 0.04, abs=2e-4)


def test_nobody_answers_below_cost_or_without_capital(model: LoanMarket) -> None:
    first, ledger = planning_brands(model.market)[0], model.market.ledger
    ledger.pay_capital(first.number, 2 * ledger.equity(first.number))
    lose_requests(first, 0.4)
    assert answer_to_prices(model, 1.0)[0] == pytest.approx(-first.state.markup)
    ledger.pay_capital(first.number, -ledger.equity(first.number) * 9 // 10)
    assert not answer_to_prices(model, 1.0)[0].any()


def test_an_answer_moves_faster_than_a_markup_and_fades(model: LoanMarket) -> None:
    first = planning_brands(model.market)[0]
    before = first.state.markup.copy()
    for _ in range(5):
        move_markups([first], before[None, :], 0.05, np.full((1, 4), -0.02))
    assert first.state.markup == pytest.approx(before - 0.02 * (1 - 0.8**5))
    for _ in range(40):
        move_markups([first], before[None, :], 0.05)
    assert first.state.markup == pytest.approx(before, abs=1e-5)


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
                lender.move_reach(state.users_norm, state.marketing_norm, rivalry.reach_speed)
        assert one.state.reach / other.state.reach == pytest.approx(ratio, abs=0.1)


def test_rivals_who_meet_a_price_war_answer_it_and_others_do_not() -> None:
    """A whole market: the largest wages a war from the first month on, for a year.

    Who meets it in contests, and can pay, gives up a part of the cut; local lenders, whom it hardly
    meets, next to nothing; and nobody gives an answer where the switch is off.
    """
    war = {"lenders.big.strategy": "price_war", "lenders.big.equity": 2e11}
    opened = opened_market(small_scenario(war, burn_in=8), borrowers=4_000)
    past, answers, markups = opened.snapshot(), {}, {}
    for response in (0.0, 0.6):
        scenario = small_scenario({**war, "rivalry.price_response": response}, burn_in=8)
        model = LoanMarket(scenario, borrowers=4_000, threads=1)
        model.restore(past)
        for _ in range(12):
            model.step()
        by_name = {lender.name: lender.state for lender in planning_brands(model.market)}
        answers[response] = {name: x.answer.copy() for name, x in by_name.items()}
        markups[response] = {name: x.markup.copy() for name, x in by_name.items()}
    cut = opened.market.lenders[0].setup.apr - by_name["big"].price_recent
    assert not any(given.any() for given in answers[0.0].values())
    assert answers[0.6]["fringe"][0] < -0.08 * cut
    assert markups[0.6]["fringe"][0] < markups[0.0]["fringe"][0] - 0.06 * cut
    assert answers[0.6]["fringe"][0] < answers[0.6]["finance"][0] < 0.0  # which is short of capital
    assert answers[0.6]["offline"].min() > -0.01 * cut


# --- what can be switched off ---------------------------------------------------------------------


def branch_of(opened: tuple[Scenario, State], changes: dict[str, object]) -> LoanMarket:
    """The opened market, its later months under other values."""
    branch = LoanMarket(opened[0].with_changes(changes), borrowers=BORROWERS, threads=1)
    branch.restore(opened[1])
    return branch


def test_at_a_speed_of_zero_markups_and_reach_stay(opened: tuple[Scenario, State]) -> None:
    answers = ("entry_threat", "price_response", "share_defence", "levelling")
    events = ("outage", "breach", "vendor_loss")
    quiet = {f"rivalry.{name}": 0.0 for name in answers}
    quiet |= {f"incidents.{name}.per_year": 0.0 for name in events}
    still = branch_of(opened, {**quiet, "rivalry.markup_speed": 0.0, "rivalry.reach_speed": 0.0})
    usual = branch_of(opened, dict(quiet))

    def state(model: LoanMarket) -> list[tuple[list[float], float]]:
        brands = planning_brands(model.market)
        return [(one.state.markup.tolist(), one.state.reach) for one in brands]

    before = state(still)
    for _ in range(3):
        still.step()
        usual.step()
    assert state(still) == before
    assert all(now != then for now, then in zip(state(usual), before, strict=True))


def test_who_does_not_learn_keeps_his_scores(opened: tuple[Scenario, State]) -> None:
    unlearned = branch_of(opened, {"kinds.bigtech.learns": False})
    cards = {one.name: one.state.scorecard for one in planning_brands(unlearned.market)}
    kinds = {name: opened[0].lenders[name].kind for name in cards}
    before = {
        name: (card.base, card.slope.copy(), card.counts.sum()) for name, card in cards.items()
    }
    for _ in range(8):
        unlearned.step()
    for name, card in cards.items():
        base, slope, counts = before[name]
        stays = kinds[name] == "bigtech"
        assert (card.base == base) is stays, name
        assert np.array_equal(card.slope, slope) is stays, name
        assert card.counts.sum() > counts
