"""Operational events: whom they befall and how often, what they cost, what they blur."""

from collections.abc import Iterator
from typing import Any

import pytest

from agents.incident_parameters import INCIDENTS, DataLoss, Incident, Incidents
from agents.technology_parameters import TECHNOLOGIES
from sim.abilities import data_errors
from sim.incidents import SHARE_TOLD, expected, incidents
from sim.ledger import Item, Sector
from sim.market import Market
from sim.model import LoanMarket
from tests.agents.test_lender import FREE
from tests.small_market import opened_market, small_scenario, stepped, tables_of

MONTH = 300


@pytest.fixture(scope="module")
def model() -> LoanMarket:
    return opened_market(small_scenario({"incidents": None}, burn_in=4), borrowers=600)


@pytest.fixture
def market(model: LoanMarket) -> Iterator[Market]:
    """An opened market; what a test does to lenders and books is undone."""
    kept = model.snapshot()
    model.market.events = []
    yield model.market
    model.restore(kept)


def often(**facts: Any) -> Incidents:
    """Only breaches, twelve a firm and year."""
    return Incidents(breach=Incident(**{"per_year": 12.0} | facts))


def number(market: Market, name: str) -> int:
    return next(x.number for x in market.lenders if x.name == name)


def a_year(market: Market, settings: Incidents) -> None:
    for month in range(MONTH, MONTH + 12):
        incidents(market, settings, 1, month)


def test_an_event_that_nothing_is_said_about_never_happens(market: Market) -> None:
    before = market.ledger.copy()
    a_year(market, Incidents())
    assert market.events == []
    assert (market.ledger.accounts == before.accounts).all()
    assert expected(market, Incidents()).sum() == 0.0


def test_size_and_technology_decide_how_often(market: Market) -> None:
    breach = INCIDENTS.index("breach")
    plain = expected(market, often())[:, breach]
    sized = expected(market, often(size=0.5))[:, breach]
    big, offline = number(market, "big"), number(market, "offline")
    assert sized[big] > plain[big]  # 1.6 trillion yuan
    assert sized[offline] < plain[offline]  # 3,000 firms of 0.2 billion
    assert plain[offline] == pytest.approx(3_000 * plain[big])
    for lender in market.lenders:
        lender.state.technology = [1.0 if name == "ai" else 0.0 for name in TECHNOLOGIES]
    modern = expected(market, often(technology={"ai": 1.5}))[:, breach]
    assert modern[big] == pytest.approx(2.5 * plain[big])
    assert expected(market, often(technology={"big_data": 1.5}))[big, breach] == plain[big]


def test_money_trust_and_a_fine(market: Market) -> None:
    big = number(market, "big")
    reach, state = market.lenders[big].state.reach, int(market.ledger.cash[Sector.STATE])
    suppliers = int(market.ledger.cash[Sector.SUPPLIERS])
    revenue = int(market.revenue()[big])
    market.ledger.begin_month()
    a_year(market, often(cost=0.1, trust=0.05, fine=0.2))
    told = [event for event in market.events if event.actor == "big"]
    assert 3 <= len(told) <= 12
    assert market.lenders[big].state.reach == pytest.approx(reach * 0.95 ** len(told))
    assert market.ledger.items[big, Item.FINE] == -len(told) * round(0.2 * revenue)
    assert market.ledger.items[big, Item.OPERATING] == -len(told) * round(0.1 * revenue)
    assert market.ledger.cash[Sector.STATE] - state == -market.ledger.items[:, Item.FINE].sum()
    paid = -market.ledger.items[:, Item.OPERATING].sum()
    assert market.ledger.cash[Sector.SUPPLIERS] - suppliers == paid
    market.ledger.audit(market.book)


def test_of_many_firms_some_are_hit_and_the_fringe_bears_their_part(market: Market) -> None:
    """One event a firm and month on the average, and each takes its part of the reach."""
    offline = market.lenders[number(market, "offline")]
    before = offline.state.reach
    rare = often(per_year=0.12, trust=0.5)
    incidents(market, rare, 1, MONTH)
    assert before * (1 - 0.5 * SHARE_TOLD) < offline.state.reach < before
    assert all(event.actor != offline.name for event in market.events)


def test_a_lost_supplier_blurs_what_the_lender_knows_and_that_fades(market: Market) -> None:
    lender = market.lenders[number(market, "big")]
    clear = data_errors(market, FREE)[lender.number]
    lost = Incidents(vendor_loss=DataLoss(per_year=12.0, blur=0.5, months=4.0))
    month = MONTH
    while lender.state.blur == 0.0:
        incidents(market, lost, 1, month)
        month += 1
    assert data_errors(market, FREE)[lender.number] == pytest.approx(1.5 * clear)
    calm = Incidents(vendor_loss=DataLoss(months=4.0))
    for _ in range(4):
        incidents(market, calm, 1, month)
    assert lender.state.blur == pytest.approx(0.5 * 0.75**4)


def test_nothing_befalls_who_has_left(market: Market) -> None:
    big = market.lenders[number(market, "big")]
    big.state.status = "closed"
    a_year(market, often(cost=0.1))
    assert all(event.actor != "big" for event in market.events)


def test_events_of_a_run_are_told_and_the_switch_removes_them() -> None:
    changes: dict[str, object] = {"incidents.outage.per_year": 3.0}
    with_events, without = (
        tables_of(small_scenario(more, burn_in=4), months=6, borrowers=600)["events"]
        for more in (changes, {"incidents": None})
    )
    assert with_events["text"].str.startswith("outage: costs").any()
    assert not without["text"].str.contains("costs").any()


def test_the_months_of_a_market_go_on_after_events() -> None:
    changes: dict[str, object] = {f"incidents.{name}.per_year": 12.0 for name in INCIDENTS}
    model = stepped(opened_market(small_scenario(changes, burn_in=4), borrowers=600), 3)
    assert max(lender.state.blur for lender in model.market.lenders) > 0.0
