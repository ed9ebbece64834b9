"""Who is in the market: firms open and close, lenders fail, and nothing leaves the accounts."""

import copy
import re

import numpy as np
import pandas
import pytest

import sim.structure
from agents.lender import Lender
from agents.limits import LICENCES, Limits
from agents.messages import DRAWN, REFINANCED
from sim.bookkeeping import pay_out
from sim.ledger import Account, Item, Sector
from sim.model import LoanMarket, partners_of
from sim.structure import (
    NORMAL_RETURN,
    PATIENCE_MONTHS,
    enter_and_exit,
    failure,
    find_buyer,
    meet_minimum_capital,
    move_fringe,
    return_on_equity,
)
from tests.small_market import (
    LENDERS,
    each_row,
    lived_month,
    opened_market,
    small_scenario,
    stepped,
)


def named(model: LoanMarket, name: str) -> Lender:
    (lender,) = [lender for lender in model.market.lenders if lender.name == name]
    return lender


def lose(model: LoanMarket, name: str) -> None:
    """Takes a lender's equity and more than a month can bring back, as a cost in the books."""
    number = named(model, name).number
    ledger = model.market.ledger
    book = int(ledger.accounts[number, Account.LOANS] + model.market.balances()[number])
    cost = ledger.equity(number) + book // 10
    model.market.ledger.receive(number, -cost, Sector.SUPPLIERS, Item.OPERATING)


def events(model: LoanMarket, *kinds: str) -> pandas.DataFrame:
    table = model.recorder.tables()["events"]
    return table[table["kind"].isin(kinds)]


def limits_of(model: LoanMarket, **by_field: float) -> Limits:
    """This month's limits with other levels for all licences."""
    found = copy.copy(model.settings.policy.at(model.now, 0.03))
    levels = {name: dict.fromkeys(LICENCES, level) for name, level in by_field.items()}
    return type(found)(**{**vars(found), **levels})


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    """A living market to copy states from; never step it."""
    return stepped(opened_market(small_scenario(burn_in=8), borrowers=1_500), 1)


@pytest.fixture
def market(opened: LoanMarket) -> LoanMarket:
    """A branch of it."""
    branch = LoanMarket(opened.settings, borrowers=1_500, threads=1, audit=True)
    branch.restore(opened.snapshot())
    return branch


# --- fringes --------------------------------------------------------------------------------------


def with_return(model: LoanMarket, name: str, earned: float) -> Lender:
    """A fringe whose last year brought a given return on equity."""
    lender = named(model, name)
    equity = model.market.ledger.equity(lender.number)
    lender.state.profit_year = [round(earned * equity / 12)] * 12
    assert return_on_equity(model.market, lender) == pytest.approx(earned, abs=1e-3)
    return lender


def moves(model: LoanMarket, earned: float, months: int = 200) -> np.ndarray:
    """Mean entries and exits a month of 3,000 firms, at a return on equity."""
    lender = with_return(model, "offline", earned)
    limits = limits_of(model, openness=1.0)
    found = []
    for month in range(months):
        lender.state.firms = 3_000
        before = model.market.ledger.copy()
        found.append(move_fringe(model.market, lender, limits, 1, 300 + month))
        model.market.ledger = before
    mean: np.ndarray = np.mean(found, axis=0)
    return mean


def test_firms_close_and_open_at_their_kinds_rates_at_normal_returns(market: LoanMarket) -> None:
    kind = named(market, "offline").kind
    opened, closed = moves(market, NORMAL_RETURN)
    assert closed == pytest.approx(3_000 * kind.closing / 12, rel=0.1)
    assert opened == pytest.approx(3_000 * kind.opening / 12, rel=0.1)


def test_bad_returns_close_firms_and_good_ones_open_them(market: LoanMarket) -> None:
    poor, normal, rich = (moves(market, earned) for earned in (-0.2, NORMAL_RETURN, 0.3))
    assert poor[0] < normal[0] < rich[0]
    assert poor[1] > normal[1] > rich[1]


def test_nothing_moves_before_a_years_record_and_single_firms_never_do(market: LoanMarket) -> None:
    limits = limits_of(market, openness=1.0)
    fringe, single = named(market, "offline"), named(market, "big")
    fringe.state.profit_year = [0] * 11
    single.state.profit_year = [0] * 12
    for month in range(50):
        for lender in (fringe, single):
            assert move_fringe(market.market, lender, limits, 1, month) == (0, 0)


def test_the_luck_of_a_fringe_is_its_own(market: LoanMarket) -> None:
    """Other lenders' draws do not move it: the key is its permanent id."""
    limits = limits_of(market, openness=1.0)
    found = []
    for identity in (LENDERS["offline"]["id"], 4_000):
        lender = with_return(market, "offline", 0.0)
        lender.setup = lender.setup.model_copy(update={"id": identity})
        lender.state.firms = 3_000
        books = market.market.ledger.copy()
        found.append([move_fringe(market.market, lender, limits, 1, m) for m in range(20)])
        market.market.ledger = books
    assert found[0] != found[1]


def test_fringe_moves_are_told_with_their_reason_and_count() -> None:
    changes: dict[str, object] = {
        "kinds.small_loan_offline.closing": 0.5,
        "kinds.small_loan_offline.opening": 0.5,
        "policy.openness": None,
    }
    model = stepped(opened_market(small_scenario(changes, burn_in=8), borrowers=800), 18)
    table = events(model, "entry", "exit")
    table = table[table["actor"] == "offline"]
    assert set(table["kind"]) == {"entry", "exit"}
    firms = 3_000.0
    for row in each_row(table):
        assert row.before == firms
        counted = int(re.findall(r"\d+", row.text)[0])
        assert row.after - row.before == (counted if row.kind == "entry" else -counted)
        assert "return on equity of" in row.text
        firms = row.after
    lenders = model.recorder.tables()["lenders"]
    last = lenders[lenders["lender"] == "offline"]["firms"].iloc[-1]
    assert last == firms == named(model, "offline").state.firms


def test_newcomers_bring_at_least_the_minimum_capital(market: LoanMarket) -> None:
    lender = with_return(market, "offline", 0.3)
    lender.kind = lender.kind.model_copy(update={"closing": 0.0})
    limits = limits_of(market, openness=1.0, minimum_capital=5e8)
    before = market.market.ledger.equity(lender.number)
    for month in range(100):
        entered, left = move_fringe(market.market, lender, limits, 1, month)
        assert left == 0
        if entered:
            paid_in = market.market.ledger.equity(lender.number) - before
            assert paid_in >= market.market.sample_fen(entered * 5e8)
            break
        before = market.market.ledger.equity(lender.number)
    else:
        pytest.fail("nobody entered in a hundred good months")


def test_owners_of_closing_firms_take_no_more_than_their_equity_and_the_cash(
    market: LoanMarket,
) -> None:
    lender = with_return(market, "offline", -0.5)
    accounts = market.market.ledger.accounts[lender.number]
    before = accounts.copy()
    firms = lender.state.firms
    for month in range(100):
        _, left = move_fringe(market.market, lender, limits_of(market, openness=0.0), 1, month)
        if left:
            paid_out = int(before[Account.EQUITY] - accounts[Account.EQUITY])
            assert 0 <= paid_out <= before[Account.EQUITY] * left // firms
            assert accounts[Account.CASH] >= min(0, before[Account.CASH])
            return
    pytest.fail("nobody closed in a hundred bad months")


# --- failing --------------------------------------------------------------------------------------


def why(model: LoanMarket, name: str, **levels: float) -> str:
    lender = named(model, name)
    lender.state.idle_months = 0
    meet_minimum_capital(model.market, lender, limits_of(model, **levels))
    return why_now(model, lender)


def why_now(model: LoanMarket, lender: Lender) -> str:
    return failure(model.market, lender, int(model.market.drawn()[lender.number]))


def test_a_sound_lender_goes_on(market: LoanMarket) -> None:
    for lender in market.market.lenders:
        assert why_now(market, lender) == ""


def test_insolvent_and_illiquid_are_different_deaths(market: LoanMarket) -> None:
    number = named(market, "finance").number
    accounts = market.market.ledger.accounts
    accounts[number, Account.CASH] = -1
    assert why(market, "finance").startswith("illiquid")
    lose(market, "finance")
    assert why(market, "finance").startswith("insolvent")
    accounts[number, Account.CASH] = 10**12
    assert why(market, "finance").startswith("insolvent")


def test_the_last_firm_closes(market: LoanMarket) -> None:
    named(market, "offline").state.firms = 0
    assert why(market, "offline") == "the last firm has closed"


def test_too_little_capital_is_borne_for_a_year(market: LoanMarket) -> None:
    found = [why(market, "finance", minimum_capital=1e15) for _ in range(PATIENCE_MONTHS + 1)]
    assert found[:-1] == [""] * PATIENCE_MONTHS
    assert found[-1].startswith("below the minimum capital")


def test_a_year_begins_again_once_capital_is_enough(market: LoanMarket) -> None:
    for _ in range(PATIENCE_MONTHS):
        assert why(market, "finance", minimum_capital=1e15) == ""
    assert why(market, "finance", minimum_capital=0.0) == ""
    assert why(market, "finance", minimum_capital=1e15) == ""


def capital_rule(model: LoanMarket, name: str, times: float) -> dict[str, float]:
    """A minimum capital of so many times what each firm of a lender has."""
    lender = named(model, name)
    equity = model.market.real_yuan(model.market.ledger.equity(lender.number))
    return {"minimum_capital": times * equity / lender.state.firms}


def test_owners_put_capital_in_where_it_pays_and_only_there(market: LoanMarket) -> None:
    rule = capital_rule(market, "finance", 1.5)
    ledger, lender = market.market.ledger, named(market, "finance")
    before = ledger.equity(lender.number)
    profit = NORMAL_RETURN * 1.5 * before / 12
    for earned in (0.99, 1.01):
        lender.state.profit_year = [round(earned * profit)] * 12
        assert meet_minimum_capital(market.market, lender, limits_of(market, **rule)) == 0
        reached = pytest.approx((1.5 if earned > 1 else 1.0) * before, rel=1e-6)
        assert ledger.equity(lender.number) == reached
    assert lender.state.short_of_capital <= 1
    assert market.market.events[-1].kind == "capital"
    ledger.audit(market.market.book)


def test_firms_of_a_fringe_merge_until_their_capital_suffices(market: LoanMarket) -> None:
    rule, lender = capital_rule(market, "offline", 2.0), named(market, "offline")
    lender.state.profit_year = [0] * 12
    firms, equity = lender.state.firms, market.market.ledger.equity(lender.number)
    for month in range(PATIENCE_MONTHS + 1):
        left = meet_minimum_capital(market.market, lender, limits_of(market, **rule))
        assert left == (0 if month < PATIENCE_MONTHS else firms - lender.state.firms)
    assert lender.state.firms == pytest.approx(firms / 2, abs=1)
    assert market.market.ledger.equity(lender.number) == equity  # merging moves no money
    assert why_now(market, lender) == ""


def test_dividends_stop_at_the_minimum_capital(market: LoanMarket) -> None:
    lender = named(market, "finance")
    number, ledger = lender.number, market.market.ledger
    ledger.pay_capital(number, 3 * ledger.equity(number))
    before = ledger.equity(number)
    for times, kept in ((1.0, True), (0.0, False)):
        rule = capital_rule(market, "finance", times)
        pay_out(market.market, limits_of(market, **rule))
        assert (ledger.equity(number) == pytest.approx(before, abs=200)) is kept


# --- sold -----------------------------------------------------------------------------------------


def test_a_failing_lender_is_bought_with_its_customers(market: LoanMarket) -> None:
    seller = named(market, "big")
    mine = [n for n, row in enumerate(market.market.book) if row.brand == seller.number]
    customers = np.isin(market.borrowers.snapshot()["route"], mine).sum()
    assert customers > 50
    rich = named(market, "finance").number  # of a fringe no single firm could buy it
    market.market.ledger.pay_capital(rich, market.market.sample_fen(1e12))
    lose(market, "big")
    market.step()
    sales = events(market, "purchase")
    (sale,) = each_row(sales[sales["text"].str.startswith("buys the book of big: ")])
    buyer = named(market, sale.actor)
    assert "its funders lose" in sale.text
    told = events(market, "exit")
    (exit_,) = each_row(told[told["actor"] == "big"])
    assert "insolvent" in exit_.text
    assert (exit_.actor, exit_.before, exit_.after) == ("big", 1.0, 0.0)
    rows = market.market.book.rows
    assert {rows[number].brand for number in mine} == {buyer.number}
    assert all(seller.number not in (row.brand, row.partner) for row in rows)
    still = np.isin(market.borrowers.snapshot()["route"], mine).sum()
    assert still > 0.8 * customers
    assert seller.state.status == "closed"
    assert not market.market.ledger.accounts[seller.number].any()
    stepped(market, 6)  # audited
    assert market.market.balances()[seller.number] == 0
    assert seller.state.status == "closed"


def test_the_buyer_is_the_strongest_of_the_same_sort(market: LoanMarket) -> None:
    limits = limits_of(market, leverage=1e12)
    lenders, ledger = market.market.lenders, market.market.ledger
    seller = named(market, "big")
    ledger.accounts[:, Account.LOANS] = 100
    ledger.accounts[:, Account.EQUITY] = 10_000
    ledger.accounts[named(market, "finance").number, Account.EQUITY] = 10**9
    found = find_buyer(market.market, seller, limits)
    assert found is named(market, "finance")  # not a bank, and not itself
    for lender in lenders:
        if lender.name == "finance":
            lender.state.status = "run_off"
    found = find_buyer(market.market, seller, limits)
    assert found is not None
    assert found.kind.role == "platform"
    ledger.accounts[seller.number, Account.LOANS] = 10**9
    assert find_buyer(market.market, seller, limits) is None


def test_a_law_on_leverage_keeps_buyers_away(market: LoanMarket) -> None:
    assert find_buyer(market.market, named(market, "big"), limits_of(market, leverage=0.0)) is None


# --- run off --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["big", "fringe", "net_bank", "finance"])
def test_a_book_in_run_off_is_drawn_on_no_more_and_ends(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sim.structure, "find_buyer", lambda *_: None)
    lender = named(market, name)
    lose(market, name)
    market.step()
    assert lender.state.status == "run_off"
    firms = LENDERS[name].get("firms", 1)
    told = events(market, "exit")
    assert told[told["actor"] == name]["before"].tolist() == [firms]
    balances = [int(market.market.balances()[lender.number])]
    assert balances[0] > 0
    while lender.state.status == "run_off":
        month = lived_month(market)
        mine = [n for n, row in enumerate(month.routes) if row.brand == lender.number]
        flows = month.first.route + month.second.route
        assert flows[mine][:, [DRAWN, REFINANCED]].sum() == 0
        balances.append(int(market.market.balances()[lender.number]))
        assert len(balances) < 80, "the run-off does not end"
    assert balances == sorted(balances, reverse=True)
    assert balances[-1] == 0
    assert lender.state.firms == 0
    assert not market.market.ledger.accounts[lender.number].any()
    stepped(market, 2)
    assert market.market.balances()[lender.number] == 0


def test_a_funder_in_run_off_funds_no_more(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.structure, "find_buyer", lambda *_: None)
    lose(market, "funder_1")
    market.step()
    funder = named(market, "funder_1").number
    held = [int(market.market.ledger.accounts[funder, Account.LOANS])]
    assert held[0] > 0
    for _ in range(6):
        month = lived_month(market)
        funded = [n for n, row in enumerate(month.routes) if row.partner == funder]
        assert month.second.route[funded][:, [DRAWN, REFINANCED]].sum() == 0
        held.append(int(market.market.ledger.accounts[funder, Account.LOANS]))
    assert held == sorted(held, reverse=True)


def test_a_brand_without_partners_lends_on_its_own_book_or_not_at_all(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.structure, "find_buyer", lambda *_: None)
    for name in ("funder_1", "funder_2", "finance"):
        lose(market, name)
    market.step()
    month = lived_month(market)
    for name in ("big", "fringe"):
        assert not month.terms.apr_bp[named(market, name).number].any()
    assert month.terms.apr_bp[named(market, "net_bank").number].any()


# --- counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sold", [True, False], ids=["bought", "run off"])
def test_firms_in_business_move_by_entries_and_exits(
    sold: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sold:
        monkeypatch.setattr(sim.structure, "find_buyer", lambda *_: None)
    changes: dict[str, object] = {
        "kinds.small_loan_offline.closing": 0.3,
        "kinds.fintech.closing": 2.0,
        "kinds.fintech.opening": 0.0,
        "lenders.fringe.firms": 3,
    }
    model = opened_market(small_scenario(changes, burn_in=8), borrowers=800)
    stepped(model, 3)
    lose(model, "net_bank")
    stepped(model, 10)
    lose(model, "big")
    stepped(model, 25)
    market = model.recorder.tables()["market"]
    firms = market["lenders"].to_numpy()
    moved = (market["entries"] - market["exits"]).to_numpy()
    at_first = sum(int(setup.get("firms", 1)) for setup in LENDERS.values()) - 57
    assert (firms == at_first + np.cumsum(moved)).all()
    told = events(model, "entry", "exit")
    assert moved.sum() == (told["after"] - told["before"]).sum()


def test_firms_that_close_are_counted_once(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All firms of a fringe close in one month: their agent leaves with no firm more."""
    monkeypatch.setattr(sim.structure, "binomial_quantile", lambda trials, *_: trials)
    monkeypatch.setattr(sim.structure, "poisson_quantile", lambda *_: 0)
    for lender in market.market.lenders:
        lender.state.profit_year = [0] * 12
    in_business = int(LENDERS["fringe"]["firms"]) + int(LENDERS["offline"]["firms"])
    limits = limits_of(market, openness=0.0, minimum_capital=0.0)
    assert enter_and_exit(market.market, limits, 1, 300) == (0, in_business)
    told = [event.text for event in market.market.events if event.kind == "exit"]
    assert sum("the last firm has closed" in text for text in told) == 2


def test_concentration_does_not_jump_when_a_fringe_starts_its_run_off(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three thousand small books that shrink are not one large firm."""
    monkeypatch.setattr(sim.structure, "find_buyer", lambda *_: None)
    market.step()
    lose(market, "offline")
    stepped(market, 3)
    assert named(market, "offline").state.status == "run_off"
    lenders = market.recorder.tables()["lenders"]
    last = lenders[lenders["month"] == lenders["month"].max()].set_index("lender")
    share = last["balance"] / last["balance"].sum()
    points = 1e4 * share**2 * (1 + last["size_cv"] ** 2) / last["firms"].clip(lower=1)
    assert share["offline"] > 0.05
    assert points["offline"] < 1.0
    assert market.recorder.tables()["market"]["hhi"].iloc[-1] == pytest.approx(points.sum())


def test_every_fen_of_failed_lenders_is_somebodys(
    market: LoanMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sold or run off: borrowers owe the same before and after, and cash sums to zero."""
    ledger = market.market.ledger
    for name in ("big", "funder_1", "net_bank", "fringe"):
        lose(market, name)
        market.step()
        owed = int(market.borrowers.snapshot()["principal_fen"].astype(np.int64).sum())
        assert owed == int(ledger.accounts[:, Account.LOANS].sum()) == int(ledger.principal.sum())
        assert int(ledger.accounts[:, Account.CASH].sum() + ledger.cash.sum()) == 0


# --- partners -------------------------------------------------------------------------------------


def test_partners_are_taken_in_turn_and_weigh_as_they_should(opened: LoanMarket) -> None:
    lenders = opened.market.lenders
    chosen = partners_of(lenders)
    for lender, partners in zip(lenders, chosen, strict=True):
        needs = any(kind != "own" and part > 0 for kind, part in lender.kind.routes.items())
        assert bool(partners) == needs
        assert lender.number not in [number for number, _ in partners]
        if partners:
            assert sum(weight for _, weight in partners) == pytest.approx(1.0)
    big = dict(chosen[named(opened, "big").number])
    assert big[named(opened, "funder_1").number] == pytest.approx(5 / 12)
