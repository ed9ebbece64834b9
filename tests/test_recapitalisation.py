"""Owners who are asked for money: they pay if what they expect is worth it, and say so."""

from typing import Any

import numpy as np
import pytest

from agents.lender import Lender
from sim.ledger import Account, Item, Sector
from sim.model import LoanMarket
from sim.recapitalisation import DISTRESS, Request, expected_profit, recapitalise, requests
from tests.small_market import opened_market, small_scenario, stepped


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=6), borrowers=1_000), 2)


def owned(opened: LoanMarket, **ownership: Any) -> tuple[LoanMarket, Lender]:
    """A market whose internet bank has lost all but a tenth of the equity that its loans want."""
    changes: dict[str, object] = {f"ownership.{name}": x for name, x in ownership.items()}
    settings = opened.settings.with_changes(changes)
    model = LoanMarket(settings, borrowers=1_000, threads=1, audit=True)
    model.restore(opened.snapshot())
    (bank,) = [lender for lender in model.market.lenders if lender.name == "net_bank"]
    ledger = model.market.ledger
    wanted = requests(model.market)
    equity = ledger.equity(bank.number)
    ledger.write(bank.number, Account.ALLOWANCE, int(0.9 * equity), Item.PROVISION)
    assert wanted.asked[bank.number] == 0
    return model, bank


def with_expected(model: LoanMarket, bank: Lender, profit_to_stake: float) -> None:
    """Sets the month's income so that the bank expects this multiple of what is at stake."""
    market = model.market
    asked = requests(market)
    stake = int(asked.asked[bank.number]) + max(0, int(asked.equity[bank.number]))
    untaxed = {True: 0.75, False: 1.0}  # a loss is not taxed
    now = float(expected_profit(market)[bank.number])
    aim = profit_to_stake * stake
    gap = aim / untaxed[aim > 0.0] - now / untaxed[now > 0.0]
    market.ledger.items[bank.number, Item.INCOME] += round(gap / 12)
    profit = float(expected_profit(market)[bank.number])
    assert profit == pytest.approx(profit_to_stake * stake, rel=0.01)


@pytest.mark.parametrize(("expected", "pays"), [(0.13, True), (0.11, False), (-0.5, False)])
def test_they_pay_what_is_missing_if_it_earns_the_return_that_they_require(
    opened: LoanMarket, expected: float, pays: bool
) -> None:
    model, bank = owned(opened, rescue=1.0, required_return=0.12)
    with_expected(model, bank, expected)
    market, ledger = model.market, model.market.ledger
    asked = int(requests(market).asked[bank.number])
    before, owners = ledger.accounts.copy(), int(ledger.cash[Sector.OWNERS])
    assert asked > 0
    market.events = []
    recapitalise(market, model.settings.ownership)
    ledger.audit(market.book)
    change = ledger.accounts - before
    assert change[bank.number, Account.EQUITY] == change[bank.number, Account.CASH]
    assert change[bank.number, Account.CASH] == (asked if pays else 0)
    assert owners - int(ledger.cash[Sector.OWNERS]) == (asked if pays else 0)
    (event,) = market.events
    assert event.kind == "capital"
    assert ("put in" in event.text) == pays
    assert ("refuse" in event.text) != pays
    recapitalise(market, model.settings.ownership)
    assert len(market.events) == 1  # neither asked nor told again
    assert bank.state.refused != pays


def test_owners_count_on_the_fund_whose_fee_they_pay(opened: LoanMarket) -> None:
    """With 80% of all loans' losses covered, a fifth of the losses is left to expect."""
    model, bank = owned(opened, rescue=1.0)
    ledger, losses = model.market.ledger, []
    bank.state.expected = 0.05
    ledger.items[bank.number, Item.INCOME] += ledger.accounts[bank.number, Account.LOANS]
    for covered in (0, 8):
        ledger.covered = ledger.buckets * covered // 10
        bank.state.expected = 0.0
        free = float(expected_profit(model.market)[bank.number])
        bank.state.expected = 0.05
        losses.append(free - float(expected_profit(model.market)[bank.number]))
    assert 0.0 < losses[1] == pytest.approx(0.2 * losses[0], rel=1e-4)


def test_half_at_once_leaves_half_to_ask_for(opened: LoanMarket) -> None:
    model, bank = owned(opened, rescue=0.5, required_return=0.001)
    with_expected(model, bank, 0.5)
    asked = int(requests(model.market).asked[bank.number])
    recapitalise(model.market, model.settings.ownership)
    assert model.market.ledger.items[bank.number, Item.CAPITAL_IN] == pytest.approx(
        asked / 2, abs=1
    )


def test_switched_off_nobody_is_asked(opened: LoanMarket) -> None:
    model, bank = owned(opened, rescue=0.0)
    with_expected(model, bank, 5.0)
    before = model.market.ledger.accounts.copy()
    model.market.events = []
    recapitalise(model.market, model.settings.ownership)
    assert (model.market.ledger.accounts == before).all()
    assert not model.market.events


def test_a_hole_in_equity_asks_for_more_and_leaves_less_to_lose() -> None:
    """Limited liability: what is gone is no reason not to pay, what would be left is."""
    thin = Request(np.array([100]), np.array([12.1]), np.array([0]))
    broke = Request(np.array([100]), np.array([12.1]), np.array([-50]))
    rich = Request(np.array([100]), np.array([12.1]), np.array([50]))
    assert [int(x.worth_it(0.12)[0]) for x in (thin, broke, rich)] == [1, 1, 0]
    assert int(Request(np.array([0]), np.array([9.0]), np.array([0])).worth_it(0.12)[0]) == 0


def test_only_distress_asks(opened: LoanMarket) -> None:
    asked = requests(opened.market)
    ledger = opened.market.ledger
    fine = ledger.accounts[:, Account.CASH] >= 0
    assert 0.0 < DISTRESS < 1.0
    for lender in opened.market.lenders:
        if not lender.is_brand:
            assert asked.asked[lender.number] == 0
    assert not asked.asked[fine].any()


def test_a_bank_that_its_owners_save_goes_on_where_it_would_fail(opened: LoanMarket) -> None:
    """Paired over a year: all equity and a little more is lost at once."""
    status = []
    for rescue in (0.0, 1.0):
        model, bank = owned(opened, rescue=rescue, required_return=0.001)
        ledger = model.market.ledger
        hole = int(1.5 * ledger.equity(bank.number))
        ledger.write(bank.number, Account.ALLOWANCE, hole, Item.PROVISION)
        bank.state.expected = 0.0
        # What was set aside stays lost: the bank has paid it out.
        lost = int(1.05 * opened.market.ledger.equity(bank.number))
        ledger.write(bank.number, Account.ALLOWANCE, -lost, Item.PROVISION)
        ledger.receive(bank.number, -lost, Sector.SUPPLIERS, Item.OPERATING)
        stepped(model, 1)
        status.append(bank.state.status)
    assert status[0] != "open"
    assert status[1] == "open"
