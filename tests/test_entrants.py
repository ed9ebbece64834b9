"""Who comes by name, who must wait, who is held back, who gives up and who is sold."""

from typing import Any

import numpy as np
import pandas
import pytest

from agents.lender import Lender
from agents.limits import LICENCES
from agents.ownership_parameters import Ownership
from sim.core.errors import InputError
from sim.core.months import Month
from sim.ledger import Account
from sim.model import LoanMarket
from sim.ownership import reconsider
from sim.scenario import load_scenario
from sim.structure import NORMAL_RETURN, licences_free
from tests.small_market import LENDERS, opened_market, small_scenario, stepped

NEW = {"id": 9, "kind": "bigtech", "balance": 0, "equity": 3e10, "enters": "2024-03"}
WITH_NEW: dict[str, Any] = {**LENDERS, "newcomer": NEW}
BORROWERS = 1_500


def market_of(lenders: Any = None, months: int = 0, **changes: object) -> LoanMarket:
    scenario = small_scenario(changes, lenders=lenders, burn_in=8)
    return stepped(opened_market(scenario, borrowers=BORROWERS), months)


def named(model: LoanMarket, name: str) -> Lender:
    (lender,) = [lender for lender in model.market.lenders if lender.name == name]
    return lender


def rows(model: LoanMarket, name: str) -> pandas.DataFrame:
    table = model.recorder.tables()["lenders"]
    return table[table["lender"] == name]


def told(model: LoanMarket, name: str) -> list[str]:
    table = model.recorder.tables()["events"]
    return list(table[table["actor"] == name]["text"])


@pytest.fixture(scope="module")
def entered() -> LoanMarket:
    return market_of(WITH_NEW, 10)


def test_before_it_enters_a_newcomer_changes_nothing() -> None:
    tables = [market_of(lenders, 2).recorder.tables() for lenders in (None, WITH_NEW)]
    for name in ("market", "lenders", "segments"):
        pandas.testing.assert_frame_equal(tables[0][name], tables[1][name], check_exact=True)


def test_a_newcomer_opens_with_its_capital_and_grows(entered: LoanMarket) -> None:
    found = rows(entered, "newcomer")
    assert str(found["month"].iloc[0])[:7] == "2024-03"
    assert found["equity"].iloc[0] == pytest.approx(3e10, rel=0.05)
    assert found["balance"].iloc[0] < found["balance"].iloc[-1]
    assert found["balance"].iloc[-1] > 1e10
    (event,) = told(entered, "newcomer")[:1]
    assert event.startswith("enters the market as facilitation with 30.00 billion yuan of capital")
    market = entered.recorder.tables()["market"]
    assert list(market["entries"].iloc[:3]) == [0, 0, 1]


def test_a_newcomer_brings_at_least_the_minimum_capital() -> None:
    rule = {"steps": {"2020-01": {"level": 6e10}}}
    model = market_of(WITH_NEW, 3, **{"policy.minimum_capital.high": rule})
    assert rows(model, "newcomer")["equity"].iloc[0] == pytest.approx(6e10, rel=0.05)
    assert told(model, "newcomer")[0].endswith("the minimum that the licence requires")


def test_a_full_quota_makes_a_newcomer_wait() -> None:
    quota = {"steps": {"2020-01": {"level": 1}, "2024-06": {"level": 100_000}}}
    model = market_of(WITH_NEW, 7, **{"policy.licence_quota.few": quota})
    assert told(model, "newcomer")[0].startswith("waits for a licence")
    assert str(rows(model, "newcomer")["month"].iloc[0])[:7] == "2024-06"


def test_a_quota_lets_no_more_firms_of_a_fringe_open() -> None:
    changes: dict[str, object] = {
        "kinds.small_loan_offline.opening": 1.0,
        "kinds.small_loan_offline.closing": 0.0,
        "policy.openness": None,
    }
    free = market_of(None, 15, **changes)
    quota = {"steps": {"2020-01": {"level": 3_010}}}
    bound = market_of(None, 15, **changes, **{"policy.licence_quota.few": quota})
    assert named(free, "offline").state.firms > 3_010
    assert named(bound, "offline").state.firms <= 3_010
    limits = bound.settings.policy.at(bound.now, 0.03)
    offline = named(bound, "offline")
    assert licences_free(bound.market, offline, limits) == 3_010 - offline.state.firms


def test_a_brand_above_the_share_limit_takes_no_new_customers() -> None:
    rule = {"steps": {"2024-03": {"level": 0.2}}}
    free, bound = market_of(None, 12), market_of(None, 12, **{"policy.share_limit.cap": rule})
    assert named(bound, "big").state.share_held
    assert not named(bound, "fringe").state.share_held  # sixty firms share its balance
    before, now = rows(free, "big"), rows(bound, "big")
    assert before["applications"].iloc[-1] > 0
    assert now["applications"].iloc[-1] == 0
    assert now["balance"].iloc[-1] < 0.95 * before["balance"].iloc[-1]
    assert any("above the limit" in text for text in told(bound, "big"))


# --- owners ---------------------------------------------------------------------------------------


@pytest.fixture
def market() -> LoanMarket:
    return market_of(None, 1)


def with_return(model: LoanMarket, name: str, earned: float) -> Lender:
    lender = named(model, name)
    equity = model.market.ledger.equity(lender.number)
    lender.state.profit_year = [round(earned * equity / 12)] * 12
    return lender


def years(model: LoanMarket, ownership: Ownership, months: int) -> int:
    limits = model.settings.policy.at(model.now, 0.03)
    return sum(
        reconsider(model.market, ownership, limits, 1, int(model.now) + month)
        for month in range(months)
    )


def test_owners_leave_after_years_of_poor_returns(market: LoanMarket) -> None:
    poor = with_return(market, "finance", -0.2)
    ownership = Ownership(exit_return=-0.1, exit_patience=24)
    assert years(market, ownership, 23) == 0
    assert poor.state.status == "open"
    assert years(market, ownership, 1) == 1
    assert poor.state.status in ("run_off", "closed")
    assert "given up by its owners after 2 years of returns" in market.market.events[-1].text or (
        "given up by its owners after 2 years of returns" in market.market.events[-2].text
    )


def test_patience_is_counted_anew_and_without_it_nobody_leaves(market: LoanMarket) -> None:
    with_return(market, "finance", -0.2)
    ownership = Ownership(exit_return=-0.1, exit_patience=24)
    assert years(market, ownership, 20) == 0
    with_return(market, "finance", 0.1)
    assert years(market, ownership, 1) == 0
    with_return(market, "finance", -0.2)
    assert years(market, ownership, 20) == 0
    assert years(market, ownership.model_copy(update={"exit_patience": 0}), 200) == 0


def make_room(model: LoanMarket, name: str) -> Lender:
    """A rival with a good return and capital to spare."""
    lender = named(model, name)
    book = int(model.market.ledger.accounts[:, Account.LOANS].sum())
    model.market.ledger.pay_capital(lender.number, book)
    return with_return(model, name, 0.3)


def test_a_going_concern_is_sold_to_a_rival_that_earns_more(market: LoanMarket) -> None:
    seller, buyer = with_return(market, "finance", 0.02), make_room(market, "big")
    before = market.market.balances()
    assert years(market, Ownership(), 200) == 0
    assert years(market, Ownership(merger_rate=0.9), 60) == 1
    after = market.market.balances()
    assert seller.state.status == "closed"
    assert after[buyer.number] == before[buyer.number] + before[seller.number]
    market.market.ledger.audit(market.market.book)
    texts = [event.text for event in market.market.events]
    assert any(
        text.startswith("merges into") and "return on equity of 2%" in text for text in texts
    )


def test_nobody_sells_who_earns_enough_and_nobody_buys_above_the_share_limit(
    market: LoanMarket,
) -> None:
    make_room(market, "big")
    with_return(market, "finance", NORMAL_RETURN + 0.05)
    assert years(market, Ownership(merger_rate=0.9), 60) == 0
    with_return(market, "finance", 0.02)
    market.settings.policy.share_limit["cap"] = load_scenario(
        "antitrust_share_limit"
    ).policy.share_limit["antitrust"]
    month = int(Month.of(2026, 1))
    limits = market.settings.policy.at(Month(month), 0.03)
    ownership = Ownership(merger_rate=0.9)
    left = [reconsider(market.market, ownership, limits, 1, month + k) for k in range(60)]
    assert sum(left) == 0


# --- input ----------------------------------------------------------------------------------------

ENTRANT = {"id": 30, "kind": "bigtech", "balance": 0, "equity": 1e10, "enters": "2026-01"}
REFUSED = {
    "a balance": ({"balance": 1e9}, "has no opening balance; write 0"),
    "the first month": ({"enters": "2024-01"}, "not after the first reported month"),
    "after the run": ({"enters": "2032-01"}, "outside the run"),
    "a funder": ({"kind": "bank_funder"}, "lends to nobody itself"),
    "a partner": ({"partner_weight": 3}, "cannot fund other brands' loans"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_entrant_that_cannot_be_is_refused(case: str) -> None:
    changes, said = REFUSED[case]
    with pytest.raises(InputError) as found:
        load_scenario("observed").with_changes({"lenders.bigtech_6": {**ENTRANT, **changes}})
    assert said in str(found.value)


def test_levels_of_competition_leave_entrants_alone() -> None:
    changes = {"lenders.bigtech_6": ENTRANT, "competition.preset": "monopoly"}
    lenders = load_scenario("observed").with_changes(changes).under_competition().lenders
    assert [name for name in lenders if name.startswith("bigtech")] == ["bigtech_1", "bigtech_6"]
    assert lenders["bigtech_6"].balance == 0
    assert np.isfinite(lenders["bigtech_1"].balance)
    assert "facilitation" in LICENCES
