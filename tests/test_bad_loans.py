"""Loans charged off: what is sold and at what price, what is collected later, and nothing lost."""

import numpy as np
import pytest

from sim.bad_loans import PRICE, face_sold, recover
from sim.ledger import FACE, WORTH, Account, Item, Sector
from sim.model import LoanMarket
from tests.small_market import opened_market, small_scenario, tables_of

SOLD, MONTHS = "kinds.consumer_finance.sells_bad_loans", "kinds.consumer_finance.recovery_months"


def with_claims(sold: float, months: int) -> tuple[LoanMarket, int]:
    """A market whose consumer-finance company has just charged off 100,000 fen worth 5,000."""
    settings = small_scenario({SOLD: sold, MONTHS: months}, burn_in=2)
    model = opened_market(settings, borrowers=300)
    finance = next(x.number for x in model.market.lenders if x.name == "finance")
    ledger = model.market.ledger
    ledger.begin_month()
    ledger.claims[:] = ledger.new_claims[:] = 0
    ledger.new_claims[finance] = [100_000, 5_000]
    return model, finance


@pytest.mark.parametrize("sold", [0.0, 0.4, 1.0])
def test_what_is_sold_brings_less_at_once_and_the_rest_all_of_it_over_time(sold: float) -> None:
    model, finance = with_claims(sold, 10)
    ledger = model.market.ledger
    before = ledger.accounts[finance, Account.EQUITY]
    buyers, collectors = ledger.cash[Sector.BAD_LOAN_BUYERS], ledger.cash[Sector.COLLECTORS]
    recover(model.market)
    assert face_sold(model.market)[finance] == sold * 100_000
    assert ledger.items[finance, Item.SALE] == pytest.approx(PRICE * sold * 5_000)
    assert ledger.items[finance, Item.RECOVERY] == pytest.approx((1 - sold) * 500)
    for _ in range(200):
        recover(model.market)
    assert not ledger.claims.any()
    assert buyers - ledger.cash[Sector.BAD_LOAN_BUYERS] == pytest.approx(PRICE * sold * 5_000)
    assert collectors - ledger.cash[Sector.COLLECTORS] == pytest.approx((1 - sold) * 5_000)
    gained = ledger.accounts[finance, Account.EQUITY] - before
    assert gained == pytest.approx((PRICE * sold + 1 - sold) * 5_000)
    ledger.audit(model.market.book)


def test_at_once_and_unsold_everything_is_collected_in_the_month() -> None:
    """The switch: without sales and with one month it is as if there were no claims."""
    model, finance = with_claims(0.0, 1)
    recover(model.market)
    ledger = model.market.ledger
    assert ledger.items[finance, Item.RECOVERY] == 5_000
    assert not ledger.claims[finance].any()


def test_claims_go_with_the_book() -> None:
    model, finance = with_claims(0.0, 10)
    recover(model.market)
    ledger, market = model.market.ledger, model.market
    held = ledger.claims[finance].copy()
    assert held[WORTH] == 4_500
    assert held[FACE] == 90_000
    ledger.hand_over(finance, 0)
    assert (ledger.claims[0] == held).all()
    assert not ledger.claims[finance].any()
    market.book.hand_over(finance, 0)
    ledger.audit(market.book)


def test_total_recoveries_are_much_the_same_with_sales() -> None:
    changes: dict[str, object] = {"macro.unemployment": {"2024-01": 0.2}}
    kept = tables_of(small_scenario({**changes, SOLD: 0.0, MONTHS: 1}), months=12)
    sold = tables_of(small_scenario({**changes, SOLD: 0.8, MONTHS: 1}), months=12)
    both = [float(t["market"]["recoveries"].sum()) for t in (kept, sold)]
    assert 0.7 * both[0] < both[1] < both[0]
    finance = sold["lenders"][sold["lenders"]["lender"] == "finance"]
    price = finance["bad_loan_sales"].sum() / finance["bad_loans_sold"].sum()
    assert 0.03 < price < 0.09
    others = sold["lenders"][sold["lenders"]["kind"] == "fintech"]
    assert not np.any(others["bad_loans_sold"])
