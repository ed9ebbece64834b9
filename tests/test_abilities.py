"""What lenders know and can do: their kinds, technology, data rules, lost suppliers of data."""

from dataclasses import replace

import numpy as np
import pytest

from agents.lender import Lender
from agents.limits import LICENCES
from agents.technology_parameters import TECHNOLOGIES
from sim.abilities import Abilities, abilities, months_unseen, operating_costs
from sim.market import Market
from sim.model import LoanMarket
from sim.terms import income_multiples, line_caps
from tests.agents.test_lender import FREE
from tests.small_market import KINDS, small_scenario


@pytest.fixture
def market() -> Market:
    return LoanMarket(small_scenario(burn_in=1), borrowers=100).market


def named(market: Market, name: str) -> Lender:
    return next(lender for lender in market.lenders if lender.name == name)


def of(lender: Lender, columns: Abilities) -> dict[str, float]:
    """One lender's row."""
    return {name: float(column[lender.number]) for name, column in columns._asdict().items()}


def test_without_technology_all_is_as_kinds_say(market: Market) -> None:
    for lender in market.lenders:
        lender.state.technology = [0.0] * len(TECHNOLOGIES)
    columns = abilities(market, FREE)
    for lender in market.lenders:
        mine = of(lender, columns)
        assert mine.pop("member") == 0.0
        for name, value in mine.items():
            assert value == pytest.approx(getattr(lender.kind, name)), name
        assert operating_costs(market)[lender.number] == lender.kind.operating_cost


def test_technology_betters_all_of_it_at_who_has_it(market: Market) -> None:
    lender, other = named(market, "offline"), named(market, "big")
    for one in (lender, other):
        one.state.technology = [0.0] * len(TECHNOLOGIES)
    plain, costs = abilities(market, FREE), operating_costs(market)
    lender.state.technology = [1.0] * len(TECHNOLOGIES)
    better, cheaper = abilities(market, FREE), operating_costs(market)
    before, after = of(lender, plain), of(lender, better)
    for name in ("noise", "income_error", "income_bias", "false_alarm"):
        assert after[name] < before[name], name
    for name in ("fraud_caught", "collection"):
        assert after[name] > before[name], name
    assert after["member"] > 0.5
    assert cheaper[lender.number] < costs[lender.number]
    assert of(other, better) == of(other, plain)


def test_data_rules_blur_signals_and_a_thin_bureau_hides_debts(market: Market) -> None:
    blurred = replace(FREE, data_noise=2.0, bureau=0.5)
    usual, worse = abilities(market, FREE), abilities(market, blurred)
    assert (worse.noise == 2.0 * usual.noise).all()
    assert (worse.bureau < usual.bureau).all()
    floor = abilities(market, replace(blurred, bureau_floor=0.9))
    assert (floor.bureau >= 0.9).all()


def test_lenders_leave_room_for_debts_that_their_files_no_longer_show(market: Market) -> None:
    """What the bureau hides from a lender is the part of debts elsewhere that it used to see."""
    big, rest = named(market, "big"), named(market, "offline")
    for lender in market.lenders:
        lender.state.debts = 2.0
        lender.state.technology = [0.0] * len(TECHNOLOGIES)
    routes = [
        market.book.own(one.number, one.kind.licence) for one in (big, named(market, "finance"))
    ]
    market.ledger.open_routes(len(market.book))
    market.ledger.principal[routes] = 10**9, 3 * 10**9
    half, full = replace(FREE, bureau=0.5), replace(FREE, bureau_floor=1.0)
    assert (months_unseen(market, FREE) == 0.0).all()
    hidden, shown = months_unseen(market, half), months_unseen(market, full)
    assert hidden[big.number] == pytest.approx(0.5 * big.kind.bureau * 2.0)
    assert hidden[rest.number] == pytest.approx(0.5 * rest.kind.bureau * 2.0)
    assert shown[rest.number] == pytest.approx((rest.kind.bureau - 1.0) * 2.0)
    usual, less, more = (income_multiples(market, x)[rest.number] for x in (FREE, half, full))
    assert usual == rest.kind.income_multiple
    assert usual - less == pytest.approx(hidden[rest.number])
    assert more - usual == pytest.approx(-shown[rest.number])
    for lender in market.lenders:
        lender.state.technology = [0.0, 0.0, 1.0, 0.0]
    assert (months_unseen(market, half) < hidden)[[big.number, rest.number]].all()


def test_who_does_not_allow_for_what_is_hidden_lends_as_if_it_saw_all() -> None:
    off = {f"kinds.{name}.allows_for_unseen": 0.0 for name in KINDS}
    market = LoanMarket(small_scenario(off, burn_in=1), borrowers=100).market
    for lender in market.lenders:
        lender.state.debts = 2.0
    assert (months_unseen(market, replace(FREE, bureau=0.5)) == 0.0).all()


def test_the_cap_on_credit_to_one_borrower_binds(market: Market) -> None:
    free, tight = (
        line_caps(market, limits, 1)[:, 0]
        for limits in (FREE, replace(FREE, borrower_limit=dict.fromkeys(LICENCES, 5_000.0)))
    )
    caps = np.array([lender.kind.line_cap for lender in market.lenders])
    assert (free == np.minimum(30_000, caps / 100)).all()
    assert (tight == np.minimum(50, free)).all()
