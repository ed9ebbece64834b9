"""Owners who want growth put in what loans need beyond a lender's equity, within their bound."""

import pytest

from agents.lender import Lender
from sim.bookkeeping import pay_in, wanted_capital
from sim.ledger import Account, Item
from sim.model import LoanMarket
from tests.small_market import opened_market, small_scenario, stepped

PEOPLE = 1_000


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=6), borrowers=PEOPLE), 1)


def owned(opened: LoanMarket, growth: float, leverage: float) -> tuple[LoanMarket, Lender]:
    """A market in which the internet bank's owners want growth, and its target leverage."""
    changes = {
        "kinds.internet_bank.capital_growth": growth,
        "kinds.internet_bank.target_leverage": leverage,
    }
    settings = opened.settings.with_changes(changes)
    model = LoanMarket(settings, borrowers=PEOPLE, threads=1, audit=True)
    model.restore(opened.snapshot())
    (bank,) = [lender for lender in model.market.lenders if lender.name == "net_bank"]
    return model, bank


def paid_in(model: LoanMarket, bank: Lender) -> int:
    """What one call brings, fen; all others stay as they are and the books balance."""
    before = model.market.ledger.accounts.copy()
    pay_in(model.market)
    change = model.market.ledger.accounts - before
    model.market.ledger.audit(model.market.book)
    amount = int(change[bank.number, Account.EQUITY])
    assert change[bank.number, Account.CASH] == amount
    change[bank.number] = 0
    assert not change.any()
    return amount


def test_no_more_than_the_bound_and_no_more_than_is_missing(opened: LoanMarket) -> None:
    equity = opened.market.ledger.equity(
        next(x.number for x in opened.market.lenders if x.name == "net_bank")
    )
    model, bank = owned(opened, growth=0.12, leverage=1.0)
    missing = float(wanted_capital(model.market)[bank.number]) - equity
    assert missing > 0.05 * equity
    assert paid_in(model, bank) == pytest.approx((1.12 ** (1 / 12) - 1) * equity, abs=1)
    model, bank = owned(opened, growth=3.0, leverage=1.0)
    amounts = [paid_in(model, bank) for _ in range(60)]
    assert sum(amounts) == pytest.approx(missing, abs=60)
    assert amounts[-1] == 0
    assert model.market.ledger.items[bank.number, Item.CAPITAL_IN] == sum(amounts)


@pytest.mark.parametrize(("growth", "leverage"), [(0.0, 1.0), (0.5, 90.0)])
def test_nothing_without_the_will_or_the_need(
    opened: LoanMarket, growth: float, leverage: float
) -> None:
    assert paid_in(*owned(opened, growth, leverage)) == 0


def test_nothing_for_a_lender_that_is_leaving(opened: LoanMarket) -> None:
    model, bank = owned(opened, growth=0.5, leverage=1.0)
    bank.state.status = "run_off"
    assert paid_in(model, bank) == 0


def test_a_bank_short_of_capital_lends_more_where_its_owners_pay_in(opened: LoanMarket) -> None:
    balances = []
    for growth in (0.0, 0.6):
        model, bank = owned(opened, growth, leverage=3.0)
        stepped(model, 12)
        balances.append(int(model.market.balances()[bank.number]))
    assert balances[1] > 1.05 * balances[0]
