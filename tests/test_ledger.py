"""The books: exact whatever is posted, and an audit that finds a single fen."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.messages import (
    BOUGHT_IN,
    BOUGHT_OUT,
    CHARGED_OFF,
    DRAWN,
    FEES,
    INTEREST,
    RECOVERED,
    REFINANCED,
    REPAID,
    STOCK_D0,
    Ints,
    Tally,
    empty_tally,
)
from agents.routes import MILLION, NOBODY, Route, RouteBook
from sim.ledger import Account, AuditError, Item, Ledger, Sector, part_of
from sim.model import LoanMarket
from tests.small_market import opened_market, small_scenario, stepped

# --- in a market ----------------------------------------------------------------------------------


def test_the_books_are_exact_every_month_while_lenders_fail_and_are_bought() -> None:
    changes: dict[str, object] = {
        f"lenders.{name}.equity": 0.1e11 for name in ("big", "fringe", "net_bank")
    }
    changes["lenders.finance.equity"] = 3e12  # somebody who can buy what fails
    changes |= {"behaviour.walk_rate": 0.1, "kinds.fintech.closing": 0.3}
    model = opened_market(small_scenario(changes), borrowers=1_000)
    before = model.market.ledger
    stepped(model, 40)  # audited every month
    events = model.recorder.tables()["events"]
    assert {"exit", "entry", "purchase"} <= set(events["kind"])
    states = {lender.state.status for lender in model.market.lenders}
    assert "closed" in states
    assert model.market.ledger is before  # nobody put other books in their place
    model.market.ledger.audit(model.market.book)


@pytest.fixture(scope="module")
def market() -> LoanMarket:
    return stepped(opened_market(small_scenario(), borrowers=1_000, executor="reference"), 1)


@pytest.fixture
def books(market: LoanMarket) -> tuple[Ledger, RouteBook]:
    """A copy of a living market's books, to be spoilt."""
    return market.market.ledger.copy(), market.market.book


ACCOUNTS = pytest.mark.parametrize(
    "account",
    [Account.CASH, Account.LOANS, Account.ALLOWANCE, Account.FUNDING, Account.GUARANTEES,
     Account.EQUITY],
    ids=lambda account: account.name.lower(),
)  # fmt: skip


@ACCOUNTS
@pytest.mark.parametrize("fen", [1, -1])
@pytest.mark.parametrize("lender", [0, 4])
def test_a_fen_too_much_or_too_little_in_an_account_is_found(
    books: tuple[Ledger, RouteBook], account: Account, fen: int, lender: int
) -> None:
    ledger, book = books
    ledger.audit(book)
    ledger.accounts[lender, account] += fen
    off = fen if account in (Account.CASH, Account.LOANS) else -fen
    with pytest.raises(AuditError, match=rf"assets .* of lender {lender} differ by {off} fen"):
        ledger.audit(book)


def test_a_fen_lent_that_no_route_shows_is_found(books: tuple[Ledger, RouteBook]) -> None:
    ledger, book = books
    ledger.accounts[2, Account.LOANS] += 1
    ledger.accounts[2, Account.CASH] -= 1
    with pytest.raises(AuditError, match=r"loans and routes of lender 2 differ by 1 fen"):
        ledger.audit(book)


def test_a_fen_of_principal_on_a_route_is_found(books: tuple[Ledger, RouteBook]) -> None:
    ledger, book = books
    ledger.principal[3] += 1
    with pytest.raises(AuditError, match=r"debt and books of route 3 differ by -1 fen"):
        ledger.audit(book)


def test_a_fen_of_cash_from_nowhere_is_found(books: tuple[Ledger, RouteBook]) -> None:
    ledger, book = books
    ledger.cash[Sector.SUPPLIERS] += 1
    with pytest.raises(AuditError, match=r"cash over all sectors sums to 1 fen"):
        ledger.audit(book)


def test_a_fen_of_income_that_nobody_paid_is_found(books: tuple[Ledger, RouteBook]) -> None:
    ledger, book = books
    ledger.accounts[0, [Account.CASH, Account.EQUITY]] += 1
    with pytest.raises(AuditError, match=r"cash over all sectors sums to 1 fen"):
        ledger.audit(book)


@pytest.mark.parametrize("executor", ["cpu", "reference"])
@pytest.mark.parametrize("fen", [1, -1])
def test_a_fen_in_one_borrowers_principal_is_found_next_month(executor: str, fen: int) -> None:
    model = stepped(opened_market(small_scenario(burn_in=4), borrowers=200, executor=executor), 1)
    records = model.borrowers.snapshot()
    place, slot = np.argwhere(records["principal_fen"] > 10_000)[0]
    route = int(records["route"][place, slot])
    records["principal_fen"][place, slot] += fen
    model.borrowers.restore(records)
    with pytest.raises(AuditError, match=rf"debt and books of route \d+ differ by {fen} fen") as e:
        model.step()
    assert f"route {route} " in str(e.value)
    assert "1 places in all" in str(e.value)


def test_a_fen_in_a_brands_own_part_of_a_route_is_found_next_month() -> None:
    model = stepped(opened_market(small_scenario(burn_in=4), borrowers=200), 1)
    joint = [row.kind for row in model.market.book].index("joint")
    model.market.ledger.own[joint] += 1
    with pytest.raises(AuditError, match=r"loans and routes of lender \d+ differ by -?1 fen"):
        model.step()


def test_without_audit_nothing_stops_and_results_are_the_same() -> None:
    scenario = small_scenario(burn_in=4)
    proved = stepped(opened_market(scenario, borrowers=300), 3).recorder.tables()
    trusted = stepped(opened_market(scenario, borrowers=300, audit=False), 3).recorder.tables()
    for name, table in proved.items():
        assert table.equals(trusted[name])


def test_what_the_owners_paid_in_and_what_was_earned_is_the_equity() -> None:
    """Equity is posted on its own; here it is added up again from all entries of all months."""
    model = opened_market(small_scenario(burn_in=4), borrowers=400)
    ledger = model.market.ledger
    equity = ledger.accounts[:, Account.EQUITY].copy()
    for _ in range(6):
        model.step()
        equity += ledger.items.sum(axis=1)
        assert (ledger.accounts[:, Account.EQUITY] == equity).all()
        capital = ledger.items[:, [Item.CAPITAL_IN, Item.CAPITAL_OUT]].sum(axis=1)
        assert (ledger.profit() == ledger.items.sum(axis=1) - capital).all()


# --- by hand --------------------------------------------------------------------------------------

BRAND, PARTNER, OTHER = range(3)


def a_ledger(*routes: Route, lenders: int = 3) -> tuple[Ledger, RouteBook]:
    book = RouteBook(list(routes))
    ledger = Ledger.blank(lenders)
    ledger.open_routes(len(book))
    return ledger, book


def posted(routes: int, **by_column: dict[int, int]) -> Tally:
    """A tally with flows by column and route."""
    columns = {
        "drawn": DRAWN, "refinanced": REFINANCED, "repaid": REPAID, "interest": INTEREST,
        "fees": FEES, "charged_off": CHARGED_OFF, "recovered": RECOVERED,
        "bought_out": BOUGHT_OUT, "bought_in": BOUGHT_IN,
    }  # fmt: skip
    tally = empty_tally(3, routes, 1, 2, 1)
    for name, amounts in by_column.items():
        for route, amount in amounts.items():
            tally.route[route, columns[name]] = amount
    return tally


def same(routes: int, bp: int) -> Ints:
    return np.full(routes, bp, dtype=np.int64)


JOINT = Route(BRAND, PARTNER, "joint", 300_000, "small_loan")
GUARANTEED = Route(BRAND, PARTNER, "guaranteed", 0, "facilitation")
OWN = Route(BRAND, NOBODY, "own", MILLION, "facilitation")


def test_a_joint_draw_is_funded_in_the_agreed_parts() -> None:
    ledger, book = a_ledger(JOINT)
    ledger.settle(posted(1, drawn={0: 1_001}, refinanced={0: 99}), book, same(1, 500), same(1, 0))
    assert ledger.accounts[:, Account.LOANS].tolist() == [330, 770, 0]
    assert ledger.accounts[:, Account.CASH].tolist() == [-330, -770, 0]
    assert ledger.cash[Sector.BORROWERS] == 1_100
    assert ledger.accounts[:, Account.EQUITY].tolist() == [0, 0, 0]


def test_interest_is_shared_by_the_partners_yield_on_its_part() -> None:
    """Borrowers pay 1,000 fen at 20% a year; the partner funds 70% and is owed 8% of it."""
    ledger, book = a_ledger(JOINT)
    ledger.settle(posted(1, drawn={0: 60_000}), book, same(1, 800), same(1, 2_000))
    paid = posted(1, interest={0: 900}, fees={0: 100})
    ledger.settle(paid, book, same(1, 800), same(1, 2_000))
    assert ledger.items[PARTNER, Item.INCOME] == 1_000 * 0.7 * 8 / 20
    assert ledger.items[BRAND, Item.INCOME] == 1_000 - 280


def test_a_partner_never_gets_more_than_borrowers_pay_on_its_part() -> None:
    ledger, book = a_ledger(JOINT)
    ledger.settle(posted(1, interest={0: 1_000}), book, same(1, 3_000), same(1, 2_000))
    assert ledger.items[PARTNER, Item.INCOME] == 700


def test_losses_and_claims_on_them_fall_on_the_holders() -> None:
    ledger, book = a_ledger(JOINT)
    ledger.settle(posted(1, drawn={0: 1_000}), book, same(1, 0), same(1, 0))
    ledger.settle(posted(1, charged_off={0: 400}, recovered={0: 20}), book, same(1, 0), same(1, 0))
    assert ledger.items[:, Item.CHARGE_OFF].tolist() == [-120, -280, 0]
    assert ledger.new_claims.tolist() == [[120, 6], [280, 14], [0, 0]]
    assert ledger.accounts[:, Account.LOANS].tolist() == [180, 420, 0]


def test_the_guarantor_pays_the_partner_out_at_face() -> None:
    ledger, book = a_ledger(GUARANTEED, OWN)
    ledger.settle(posted(2, drawn={0: 1_000}), book, same(2, 0), same(2, 0))
    assert ledger.guaranteed(book).tolist() == [1_000, 0, 0]
    assert ledger.at_risk(book, ledger.principal).tolist() == [1_000, 0, 0]
    assert ledger.held(book, ledger.principal).tolist() == [0, 1_000, 0]
    ledger.settle(posted(2, bought_out={0: 600}, bought_in={1: 600}), book, same(2, 0), same(2, 0))
    assert ledger.principal.tolist() == [400, 600]
    assert ledger.accounts[:, Account.LOANS].tolist() == [600, 400, 0]
    assert ledger.accounts[:, Account.CASH].tolist() == [-600, -400, 0]
    assert ledger.profit().tolist() == [0, 0, 0]
    assert ledger.guaranteed(book).tolist() == [400, 0, 0]


def test_provisions_follow_missed_payments_and_fall_on_who_bears_the_loss() -> None:
    ledger, book = a_ledger(GUARANTEED, OWN, JOINT)
    tally = posted(3)
    tally.stock[:, STOCK_D0] = (1_000_000, 0, 0)
    tally.stock[:, STOCK_D0 + 1] = (0, 0, 1_000_000)
    tally.stock[:, STOCK_D0 + 4] = (0, 1_000_000, 0)
    ledger.survey(tally)
    ledger.provision(book)
    assert ledger.accounts[:, Account.GUARANTEES].tolist() == [8_000, 0, 0]
    assert ledger.accounts[:, Account.ALLOWANCE].tolist() == [800_000 + 24_000, 56_000, 0]
    assert ledger.items[:, Item.PROVISION].tolist() == [-832_000, -56_000, 0]
    once = ledger.copy()
    ledger.provision(book)
    assert (ledger.accounts == once.accounts).all()  # a level, not an addition


def test_parts_are_exact_for_sums_of_a_whole_country() -> None:
    whole = 5 * 10**14 + 123_457  # 5 trillion yuan in fen, one borrower for one person
    amounts = np.array([whole, -whole, 7, 0], dtype=np.int64)
    for ppm in (0, 1, 300_000, 999_999, MILLION):
        found = part_of(amounts, np.full(4, ppm, dtype=np.int64)).tolist()
        assert found == [amount * ppm // MILLION for amount in amounts.tolist()]


def test_books_of_a_whole_country_balance() -> None:
    ledger, book = a_ledger(JOINT, GUARANTEED, OWN)
    drawn = {0: 10**14 + 1, 1: 2 * 10**14 + 3, 2: 3 * 10**14 + 7}
    tally = posted(3, drawn=drawn)
    tally.stock[:, STOCK_D0 + 3] = list(drawn.values())
    ledger.settle(tally, book, same(3, 500), same(3, 1_500))
    ledger.survey(tally)
    ledger.provision(book)
    ledger.audit(book)
    assert (ledger.accounts[:, Account.LOANS] >= 0).all()


def failing(equity: int) -> tuple[Ledger, RouteBook]:
    """Lender 0 with loans of 1,000, funding and an equity to choose."""
    ledger, book = a_ledger(OWN, Route(OTHER, NOBODY, "own", MILLION, "bank"))
    tally = posted(2, drawn={0: 1_000})
    tally.stock[0, STOCK_D0] = 1_000
    ledger.settle(tally, book, same(2, 0), same(2, 0))
    ledger.survey(tally)
    ledger.borrow(BRAND, 1_500)
    ledger.pay_capital(BRAND, 500)
    ledger.receive(BRAND, equity - 500, Sector.SUPPLIERS, Item.OPERATING)
    ledger.audit(book)
    return ledger, book


@pytest.mark.parametrize(("equity", "loss"), [(300, 0), (0, 0), (-200, 200)])
def test_a_book_that_is_handed_over_leaves_nothing_behind(equity: int, loss: int) -> None:
    ledger, book = failing(equity)
    owners = int(ledger.cash[Sector.OWNERS])
    assert ledger.hand_over(BRAND, OTHER) == loss
    book.hand_over(BRAND, OTHER)
    ledger.audit(book)
    assert not ledger.accounts[BRAND].any()
    assert ledger.accounts[OTHER, Account.LOANS] == 1_000
    assert ledger.accounts[OTHER, Account.FUNDING] == 1_500 - loss
    assert ledger.cash[Sector.OWNERS] == owners + max(0, equity)
    assert [row.brand for row in book] == [OTHER, OTHER]


@pytest.mark.parametrize(("equity", "loss"), [(300, 0), (-200, 200)])
def test_a_lender_that_is_wound_up_repays_its_funders_as_far_as_cash_goes(
    equity: int, loss: int
) -> None:
    ledger, book = failing(equity)
    tally = posted(2, repaid={0: 1_000})
    ledger.settle(tally, book, same(2, 0), same(2, 0))
    ledger.survey(tally)
    assert ledger.wind_up(BRAND) == loss
    ledger.audit(book)
    assert not ledger.accounts[BRAND].any()
    # Funders gave 1,500 and got back all but the loss.
    assert ledger.cash[Sector.FUNDERS] == -loss


# --- anything at all ------------------------------------------------------------------------------

LENDERS = 4
amounts = st.integers(0, 10**15) | st.integers(0, 100)
parts = st.integers(0, MILLION)
lender_numbers = st.integers(0, LENDERS - 1)


class Postings(RuleBasedStateMachine):
    """Borrowers' flows and lenders' entries in any order; the audit must hold after each.

    debt : what the borrowers owe by route, kept here and not by the ledger
    """

    def __init__(self) -> None:
        super().__init__()
        self.book = RouteBook()
        self.ledger = Ledger.blank(LENDERS)
        self.debt: list[int] = []
        self.gone: set[int] = set()

    @initialize(brand=lender_numbers, partner=lender_numbers)
    def two_routes(self, brand: int, partner: int) -> None:
        self.add_route(brand, partner, "guaranteed", 0)
        self.add_route(partner, partner, "own", MILLION)

    @rule(
        brand=lender_numbers,
        partner=lender_numbers,
        kind=st.sampled_from(["own", "joint", "facilitated", "guaranteed"]),
        ppm=parts,
    )
    def new_route(self, brand: int, partner: int, kind: str, ppm: int) -> None:
        self.add_route(brand, partner, kind, ppm)

    def add_route(self, brand: int, partner: int, kind: str, ppm: int) -> None:
        if kind == "own":
            self.book.own(brand, "bank")
        else:
            own = ppm if kind == "joint" else 0
            self.book.number(Route(brand, partner, kind, own, "bank"))  # type: ignore[arg-type]
        self.book.buyout()
        self.ledger.open_routes(len(self.book))
        self.debt += [0] * (len(self.book) - len(self.debt))

    @rule(data=st.data(), yield_bp=st.integers(0, 5_000), apr_bp=st.integers(0, 10_000))
    def borrowers_month(self, data: st.DataObject, yield_bp: int, apr_bp: int) -> None:
        tally = empty_tally(LENDERS, len(self.book), 1, 2, 1)
        flows, buyout = tally.route, self.book.buyout()
        for route in range(len(self.book)):
            draw = data.draw(st.lists(amounts, min_size=4, max_size=4), label=f"route {route}")
            flows[route, [DRAWN, REFINANCED, INTEREST, FEES]] = draw
            for column in (REPAID, CHARGED_OFF, BOUGHT_OUT):
                left = self.debt[route]
                gone = left if data.draw(st.booleans()) else data.draw(st.integers(0, left))
                if column == BOUGHT_OUT and buyout[route] == route:
                    gone = 0
                flows[route, column] = gone
                self.debt[route] -= gone
            flows[route, RECOVERED] = data.draw(st.integers(0, int(flows[route, CHARGED_OFF])))
            self.debt[route] += draw[0] + draw[1]
        for route, target in enumerate(buyout.tolist()):
            flows[target, BOUGHT_IN] += flows[route, BOUGHT_OUT]
            self.debt[target] += int(flows[route, BOUGHT_OUT])
        many = len(self.book)
        self.ledger.settle(tally, self.book, same(many, yield_bp), same(many, apr_bp))

    @rule(lender=lender_numbers, amount=st.integers(-(10**15), 10**15))
    def capital(self, lender: int, amount: int) -> None:
        before = self.ledger.equity(lender)
        self.ledger.pay_capital(lender, amount)
        assert self.ledger.equity(lender) == before + amount

    @rule(lender=lender_numbers, amount=st.integers(-(10**15), 10**15))
    def funding(self, lender: int, amount: int) -> None:
        self.ledger.borrow(lender, amount)

    @rule(
        lender=lender_numbers,
        amount=st.integers(-(10**15), 10**15),
        sector=st.sampled_from(list(Sector)),
        item=st.sampled_from(list(Item)),
    )
    def income_or_cost(self, lender: int, amount: int, sector: Sector, item: Item) -> None:
        self.ledger.receive(lender, amount, sector, item)

    @rule(
        lender=lender_numbers,
        amount=st.integers(-(10**15), 10**15),
        account=st.sampled_from([Account.ALLOWANCE, Account.GUARANTEES]),
    )
    def provision_by_hand(self, lender: int, amount: int, account: Account) -> None:
        self.ledger.write(lender, account, amount, Item.PROVISION)

    @rule(spread=st.lists(st.integers(0, 4), min_size=1, max_size=8))
    def provisions(self, spread: list[int]) -> None:
        self.count_borrowers(lambda route: spread[route % len(spread)])
        self.ledger.provision(self.book)

    @rule()
    def next_month(self) -> None:
        self.ledger.begin_month()

    @rule(seller=lender_numbers, buyer=lender_numbers)
    def purchase(self, seller: int, buyer: int) -> None:
        if seller == buyer:
            return
        owed = sum(self.debt)
        self.ledger.hand_over(seller, buyer)
        self.book.hand_over(seller, buyer)
        assert not self.ledger.accounts[seller].any()
        assert int(self.ledger.accounts[:, Account.LOANS].sum()) == owed

    @precondition(lambda self: not all(self.ledger.accounts[:, Account.LOANS]))
    @rule(lender=lender_numbers)
    def wound_up(self, lender: int) -> None:
        if self.ledger.accounts[lender, Account.LOANS] == 0:
            self.ledger.wind_up(lender)
            assert not self.ledger.accounts[lender].any()

    def count_borrowers(self, missed: Callable[[int], int]) -> None:
        """The borrowers' own count: each route's debt in one bucket."""
        tally = empty_tally(LENDERS, len(self.book), 1, 2, 1)
        for route, debt in enumerate(self.debt):
            tally.stock[route, STOCK_D0 + missed(route)] = debt
        self.ledger.survey(tally)

    @invariant()
    def the_books_are_exact(self) -> None:
        self.count_borrowers(lambda route: 0)
        self.ledger.audit(self.book)

    @invariant()
    def every_loan_is_held_and_borne_once(self) -> None:
        principal = self.ledger.principal
        for column in (self.ledger.held, self.ledger.at_risk, self.ledger.branded):
            assert int(column(self.book, principal).sum()) == sum(self.debt)


TestPostings = Postings.TestCase
TestPostings.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
