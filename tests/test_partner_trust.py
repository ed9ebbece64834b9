"""Partners' trust in brands: what takes it away, what its loss does, and none of it at 0."""

import numpy as np
import pytest

from agents.funding_parameters import FundingSection
from agents.lender import Lender
from agents.routes import NOBODY
from sim.model import LoanMarket, State
from sim.partner_trust import partners_trust, trust_of_all, watch_brands
from sim.rationing import by_route
from sim.scenario import Scenario
from tests.small_market import opened_market, small_scenario

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


def arranger(model: LoanMarket) -> Lender:
    """A brand whose loans partners fund, with losses and balance as at the opening."""
    market = model.market
    found = next(x for x in market.lenders if market.partners[x.number] and x.state.norms.loss > 0)
    found.state.realised = found.state.norms.loss
    found.state.usual_balance = float(market.balances()[found.number])
    return found


def trust_in(model: LoanMarket, lender: Lender, losses: float = 1.0) -> float:
    section = FundingSection(partner_losses=losses)
    return float(partners_trust(model.market, section)[lender.number])


def test_partners_trust_a_brand_that_loses_what_it_did(model: LoanMarket) -> None:
    assert trust_in(model, arranger(model)) == 1.0


def test_losses_far_above_the_openings_end_trust(model: LoanMarket) -> None:
    lender = arranger(model)
    lender.state.realised = 20.0 * lender.state.norms.loss
    assert trust_in(model, lender) == 0.0
    watch_brands(model.market, FundingSection(partner_losses=1.0))
    assert model.market.events[-1].actor == lender.name
    assert "withdraw" in model.market.events[-1].text
    assert trust_of_all(model.market)[lender.number] == 0.0
    book, many = model.market.book, len(model.market.lenders)
    chance = by_route(model.market, np.ones(many), np.ones(many))
    through_partners = (book.column("brand") == lender.number) & (book.column("partner") != NOBODY)
    assert through_partners.any()
    assert (chance[through_partners] == 0.0).all()
    assert (chance[~through_partners] == 1.0).all()


def test_a_book_that_has_just_grown_is_looked_through(model: LoanMarket) -> None:
    lender = arranger(model)
    lender.state.realised = 20.0 * lender.state.norms.loss / 4.0
    lender.state.usual_balance *= 4.0
    steady = trust_in(model, lender, 0.4)
    lender.state.usual_balance /= 16.0
    assert trust_in(model, lender, 0.4) < steady


def test_without_the_answer_partners_fund_whatever_is_asked(model: LoanMarket) -> None:
    lender = arranger(model)
    lender.state.realised = 20.0 * lender.state.norms.loss
    watch_brands(model.market, FundingSection(partner_losses=0.0))
    assert lender.state.partners_trust == 1.0
    assert trust_of_all(model.market)[lender.number] == 1.0
