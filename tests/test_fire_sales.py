"""Fire sales: what must be sold, at what price, to whom, and the two deaths that may follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.funding_parameters import FireSales
from agents.lender import Lender
from agents.limits import Limits
from agents.messages import BOUGHT_OUT
from agents.routes import NOBODY
from sim.bookkeeping import provision_multiples
from sim.fire_sales import LEAST_PRICE, fire_sales, market_price, price_of_face, worth
from sim.ledger import WORTH, Account, Item, Sector
from sim.model import LoanMarket
from sim.rationing import room
from sim.scenario import Scenario
from sim.structure import fail, failure
from tests.small_market import opened_market, small_scenario, stepped

ON = {"funding.fire_sales": {"buyers": 0.5, "depth": 0.5, "stress": 0.1}}
OFF = {"funding.fire_sales": {"buyers": 0.0}}


def scenario(changes: dict[str, object]) -> Scenario:
    return small_scenario(changes, burn_in=6)


def named(model: LoanMarket, name: str) -> Lender:
    return next(lender for lender in model.market.lenders if lender.name == name)


def limits_of(model: LoanMarket) -> Limits:
    return model.settings.policy.at(model.now, 0.03)


def drained(model: LoanMarket, name: str, part: float) -> Lender:
    """A lender whose funders have taken home so much that cash is below zero by a part of loans."""
    lender = named(model, name)
    ledger = model.market.ledger
    cash, loans = (int(ledger.accounts[lender.number, a]) for a in (Account.CASH, Account.LOANS))
    ledger.borrow(lender.number, -(cash + int(part * loans)), 0)
    return lender


# --- the price ----------------------------------------------------------------------------------


@given(st.floats(0.0, 2.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_price_falls_with_the_crowd_and_with_stress(
    stress: float, asked: float, more: float
) -> None:
    terms, capacity = FireSales(buyers=0.5, depth=0.5, stress=0.1), 10**9
    price = market_price(terms, stress, asked * capacity, capacity)
    assert LEAST_PRICE <= price <= 1.0
    assert market_price(terms, stress, (asked + more) * capacity, capacity) <= price
    assert market_price(terms, stress + 0.5, asked * capacity, capacity) <= price


def test_it_is_the_price_at_which_what_is_sold_brings_what_is_needed() -> None:
    """Face sold is need / price; the price is 1 - depth x face / room: 0.1 needed of 1 room."""
    terms = FireSales(buyers=0.5, depth=0.5, stress=0.0)
    price = market_price(terms, 0.0, 1e8, 10**9)
    assert price == pytest.approx(1.0 - 0.5 * (0.1 / price))
    assert market_price(terms, 0.0, 0.0, 10**9) == 1.0
    # Where no price brings enough, the one at which a sale brings most.
    assert market_price(terms, 0.0, 1e12, 10**9) == 0.5


@given(st.floats(0.0, 2.0), st.floats(0.001, 1.0))
def test_the_price_of_a_face_is_the_price_that_its_cash_asks_for(
    stress: float, face: float
) -> None:
    """One curve: sell a face at its price, and the market asked for that cash has this price."""
    terms, capacity = FireSales(buyers=0.5, depth=0.5, stress=0.1), 10**9
    sold = int(face * (1.0 - 0.1 * stress) * capacity)  # up to the sale that brings most
    price = price_of_face(terms, stress, sold, capacity)
    assert price == pytest.approx(market_price(terms, stress, price * sold, capacity), abs=1e-4)
    assert price_of_face(terms, 0.0, 10**12, 10**9) == 0.5


# --- a sale -------------------------------------------------------------------------------------


def test_a_sale_brings_the_cash_and_costs_the_equity_that_the_books_show() -> None:
    model = stepped(opened_market(scenario(ON), borrowers=1_000), 1)
    seller = drained(model, "offline", 0.01)
    market, ledger = model.market, model.market.ledger
    before, owed = ledger.accounts.copy(), ledger.principal.copy()
    items = ledger.items.copy()
    market.events = []
    fire_sales(market, limits_of(model))
    ledger.audit(market.book)
    after, result = ledger.accounts, ledger.items[:, Item.FIRE_SALE]
    assert 0 <= after[seller.number, Account.CASH] < 0.01 * before[seller.number, Account.LOANS]
    assert result[seller.number] < 0
    assert result.sum() == 0  # what the seller loses the buyer gains
    changed = ledger.items - items
    assert (changed.sum(axis=1) == (after - before)[:, Account.EQUITY]).all()
    assert after[:, Account.LOANS].sum() == before[:, Account.LOANS].sum()
    assert (ledger.principal == owed).all()  # borrowers owe what they owed
    assert {event.kind for event in market.events} == {"fire_sale"}
    assert market.events[-1].text.endswith("of face")
    stepped(model, 3)  # audited: routes, holders and the borrowers' records still agree


@pytest.mark.parametrize("multiple", [1.0, 4.0])
def test_what_was_set_aside_goes_with_the_loans_and_the_result_is_taxed(multiple: float) -> None:
    """Of both sides; with provisions so strict that the seller gains, it lacks no cash for it."""
    rule: dict[str, object] = {"all": {"steps": {"2000-01": {"level": multiple}}}}
    model = stepped(opened_market(scenario({**ON, "policy.provisioning": rule}), borrowers=900), 1)
    seller = drained(model, "offline", 0.1)
    market, ledger = model.market, model.market.ledger
    # A month of profit, so that a loss can be deducted; taxed as the month was closed.
    ledger.receive(seller.number, 10**12, Sector.BORROWERS, Item.INCOME)
    ledger.receive(seller.number, -(10**12) // 4, Sector.STATE, Item.TAX)
    ledger.borrow(seller.number, -(10**12) * 3 // 4, 0)
    before, items = ledger.accounts.copy(), ledger.items.copy()
    fire_sales(market, limits_of(model))
    ledger.audit(market.book)
    after, changed = ledger.accounts, ledger.items - items
    (buyer,) = np.flatnonzero(changed[:, Item.FIRE_SALE] > 0)
    assert (after - before)[seller.number, Account.LOANS] < 0
    assert (after - before)[seller.number, Account.ALLOWANCE] < 0
    assert changed[seller.number, Item.PROVISION] > 0
    assert (after - before)[buyer, Account.ALLOWANCE] > 0
    closed = after.copy()
    ledger.provision(market.book, provision_multiples(market, limits_of(model)))
    assert (ledger.accounts == closed).all()  # nothing is left to set right next month
    untaxed = ledger.profit() - ledger.items[:, Item.TAX]
    due = np.rint(0.25 * np.maximum(0, untaxed))
    assert (-ledger.items[[seller.number, buyer], Item.TAX] == due[[seller.number, buyer]]).all()
    assert changed[[seller.number, buyer], Item.TAX].all()
    assert (after[[seller.number, buyer], Account.CASH] >= 0).all()


def test_claims_on_loans_charged_off_go_first() -> None:
    model = stepped(opened_market(scenario(ON), borrowers=600), 1)
    seller = drained(model, "finance", 0.0)
    market, ledger = model.market, model.market.ledger
    ledger.claims[seller.number] = 10**9, 10**8
    ledger.borrow(seller.number, -(3 * 10**7), 0)
    paid = ledger.cash[Sector.BAD_LOAN_BUYERS]
    market.events = []
    fire_sales(market, limits_of(model))
    assert ledger.accounts[seller.number, Account.CASH] == 0
    assert ledger.cash[Sector.BAD_LOAN_BUYERS] == paid - 4 * 10**7  # a quarter is tax on a profit
    assert ledger.claims[seller.number, WORTH] == 10**8 // 3  # at 60% of what they will bring
    assert not ledger.items[:, Item.FIRE_SALE].any()
    assert [event.kind for event in market.events] == ["fire_sale"]


def test_switched_off_nothing_is_sold() -> None:
    model = stepped(opened_market(scenario(OFF), borrowers=600), 1)
    seller = drained(model, "offline", 0.01)
    before = model.market.ledger.accounts.copy()
    fire_sales(model.market, limits_of(model))
    assert (model.market.ledger.accounts == before).all()
    assert failure(model.market, seller, 1).startswith("illiquid")


def test_who_can_sell_enough_lives_and_who_cannot_dies_of_what_he_lacks() -> None:
    """One lack of cash: met with buyers, illiquid without; insolvent where the price is too low."""
    ends = {}
    for name, changes, cushion in (
        ("sold", ON, 1.0),
        ("no buyers", OFF, 1.0),
        ("thin", {"funding.fire_sales": {"buyers": 0.5, "depth": 5.0, "stress": 0.1}}, 0.0005),
    ):
        model = stepped(opened_market(scenario(changes), borrowers=1_000), 1)
        seller = drained(model, "offline", 0.01)
        market = model.market
        equity = market.ledger.equity(seller.number)
        market.ledger.pay_capital(seller.number, -int((1.0 - cushion) * equity))
        market.ledger.borrow(seller.number, int((1.0 - cushion) * equity), 1)
        fire_sales(market, limits_of(model))
        ends[name] = failure(market, seller, 1)
    assert ends["sold"] == ""
    assert ends["no buyers"].startswith("illiquid")
    assert ends["thin"].startswith("insolvent: selling loans in a hurry")


def test_a_lender_without_equity_is_worth_the_more_the_less_is_late() -> None:
    model = stepped(opened_market(scenario(ON), borrowers=600), 1)
    lender, ledger = named(model, "offline"), model.market.ledger
    rows = model.market.book.column("brand") == lender.number
    good = worth(model.market, lender)
    ledger.buckets[rows] = np.roll(ledger.buckets[rows], 4, axis=1)
    assert 0.0 < worth(model.market, lender) < good < 1.0


def test_a_book_that_is_sold_whole_goes_below_what_the_books_say() -> None:
    """Paired: seller and buyer together have the same; the owners of the seller get less."""
    results = []
    for changes in (OFF, ON):
        model = stepped(opened_market(scenario(changes), borrowers=600), 1)
        seller, buyer, ledger = named(model, "finance"), named(model, "big"), model.market.ledger
        equity = ledger.accounts[[seller.number, buyer.number], Account.EQUITY].copy()
        discount = int(0.1 * equity[0]) if changes is ON else 0
        before = ledger.cash[Sector.OWNERS]
        assert ledger.hand_over(seller.number, buyer.number, discount) == 0
        model.market.book.hand_over(seller.number, buyer.number)
        ledger.audit(model.market.book)
        assert ledger.accounts[buyer.number, Account.EQUITY] == equity[1] + discount
        results.append(int(ledger.cash[Sector.OWNERS] - before) - int(equity[0]) + discount)
    assert results == [0, 0]


def test_who_leaves_sells_its_book_to_those_who_can_buy_and_the_gain_is_taxed() -> None:
    """The price is that of a fire sale of the whole book; who is short of cash does not count."""
    gains = []
    for shortage in (False, True):
        model = stepped(opened_market(scenario(ON), borrowers=1_000), 1)
        market, ledger, limits = model.market, model.market.ledger, limits_of(model)
        seller, buyer = named(model, "offline"), named(model, "finance")
        ledger.pay_capital(buyer.number, 2 * ledger.equity(seller.number))
        if shortage:
            drained(model, "funder_2", 0.001)
        seller.state.status = "run_off"
        accounts = ledger.accounts.copy()
        rooms = room(market, limits).lend // 2
        rooms[accounts[:, Account.CASH] < 0] = 0
        loans, allowance = accounts[seller.number, [Account.LOANS, Account.ALLOWANCE]]
        price = max(0.5, 1.0 - 0.5 * loans / rooms.sum())
        tax = -ledger.items[buyer.number, Item.TAX]
        fail(market, seller, limits, "tired of it")
        ledger.audit(market.book)
        gain = ledger.items[buyer.number, Item.FIRE_SALE]
        assert seller.state.status == "closed"
        assert gain == pytest.approx((1.0 - price) * (loans - allowance), abs=len(rooms))
        untaxed = ledger.profit()[buyer.number] - ledger.items[buyer.number, Item.TAX]
        assert -ledger.items[buyer.number, Item.TAX] == round(0.25 * max(0, untaxed)) > tax
        assert ledger.accounts[buyer.number, Account.CASH] >= 0
        gains.append(gain)
    assert 0 < gains[0] < gains[1]


def test_a_part_held_beside_a_guarantee_is_not_sold_and_the_guarantee_stands() -> None:
    """A sale made such a route a joint one: what the brand had promised its partner was gone."""
    model = stepped(opened_market(scenario(ON), borrowers=1_000), 1)
    seller = named(model, "big")
    market, ledger = model.market, model.market.ledger
    own = np.flatnonzero((market.book.column("brand") == seller.number) & (ledger.own > 0))
    rows = {n: market.book.rows[n] for n in own.tolist()}
    market.book.replace({n: row._replace(kind="guaranteed") for n, row in rows.items()})
    guaranteed = ledger.guaranteed(market.book)[seller.number]
    assert guaranteed > 0
    drained(model, "big", 0.01)
    fire_sales(market, limits_of(model))
    ledger.audit(market.book)
    assert {market.book.rows[n].kind for n in own.tolist()} == {"guaranteed"}
    assert ledger.guaranteed(market.book)[seller.number] == guaranteed
    assert not ledger.items[seller.number, Item.FIRE_SALE]


def test_sold_loans_stay_sold_and_new_customers_lie_on_the_brands_own_book() -> None:
    """Would a draw bring them back, the seller would buy at face what it sold for less."""
    model = stepped(opened_market(scenario(ON), borrowers=1_000), 1)
    seller = drained(model, "offline", 0.02)
    market, ledger = model.market, model.market.ledger
    brand = market.balances()[seller.number]
    fire_sales(market, limits_of(model))
    assert market.balances()[seller.number] == brand
    shared = [
        number
        for number, row in enumerate(market.book.rows)
        if row.brand == seller.number and row.sold
    ]
    assert shared
    assert all(market.book.rows[number].partner != NOBODY for number in shared)
    bought_back = 0
    for _ in range(4):
        stepped(model, 1)
        flow = market.flow[shared]
        bought_back += int(flow[:, BOUGHT_OUT].sum())
    assert bought_back == 0
    assert ledger.principal[shared].sum() > ledger.own[shared].sum() > 0
    own = [
        number
        for number, row in enumerate(market.book.rows)
        if row.brand == seller.number and row.partner == NOBODY
    ]
    assert ledger.principal[own].sum() > 0
