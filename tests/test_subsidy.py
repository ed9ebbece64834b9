"""Interest subsidies: what borrowers compare and pay, what the state pays, and its budget."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.limits import LICENCES
from agents.loan import (
    borrowers_price,
    borrowers_rate,
    interest_due,
    monthly_interest,
    payment_due,
    serve_loan,
)
from agents.messages import (
    FEES,
    INTEREST,
    PRICE,
    REPAID,
    SERVED,
    SUBSIDY_PAID,
    Terms,
    empty_tally,
)
from agents.regulator_memory import SubsidyAccount
from agents.routes import NOBODY, Route, RouteBook
from agents.search import look_for_loan, rank_by_appeal
from sim.core.months import Month
from sim.ledger import Account, Ledger, Sector
from sim.model import LoanMarket
from sim.scenario import Scenario
from sim.subsidy import NO_RULE, points_affordable, subsidy_terms
from tests.agents.people import INCOME, a_borrower, a_desk, a_tally, a_world, lend, some_terms
from tests.small_market import each_row, lived_month, opened_market, small_scenario, stepped

PLENTY = 10**12


def helped(points_bp: int, routes: tuple[int, ...] = (0,), **fields: Any) -> Terms:
    """Terms under which the state pays points on these routes, for all segments."""
    terms = some_terms(**fields)
    terms.subsidy_bp[list(routes)] = points_bp
    terms.subsidy_rule[list(routes)] = 0
    return terms


def served(b: Any, cash: int, terms: Terms) -> tuple[int, Any]:
    """Cash left after a month of slot 0, and the tally."""
    tally = a_tally(terms)
    return serve_loan(b, 1, 0, cash, 0, a_world(), terms, tally), tally


# --- one loan ------------------------------------------------------------------------------------


def test_the_state_pays_its_points_the_borrower_the_rest_the_lender_gets_all() -> None:
    """10,000 yuan at 15%: 125 yuan of interest a month, of which 3 points are 25."""
    alone, helped_one = lend(a_borrower(), 0), lend(a_borrower(), 0)
    left, tally = served(alone, 500_000, some_terms())
    left_helped, tally_helped = served(helped_one, 500_000, helped(300))
    assert left_helped - left == 2_500
    for column in (INTEREST, FEES, REPAID):
        assert tally_helped.route[0, column] == tally.route[0, column]
    assert tally_helped.subsidy[0, SUBSIDY_PAID] == 2_500
    assert helped_one.principal_fen == alone.principal_fen


def test_who_can_just_not_pay_alone_can_with_the_states_part() -> None:
    due = payment_due(lend(a_borrower(), 0), 0, a_world(), some_terms())
    part = monthly_interest(1_000_000, 300)
    alone, helped_one = lend(a_borrower(), 0), lend(a_borrower(), 0)
    served(alone, due - part, some_terms())
    served(helped_one, due - part, helped(300))
    assert (alone.missed[0], helped_one.missed[0]) == (1, 0)


def test_loans_in_arrears_get_nothing() -> None:
    b = lend(a_borrower(), 0, missed=1)
    assert borrowers_rate(b, 0, helped(300)) == 1_500
    _, tally = served(b, PLENTY, helped(300))
    assert b.missed[0] == 0  # cured, by himself
    assert tally.subsidy[0, SUBSIDY_PAID] == 0


def test_a_bullet_costs_less_interest() -> None:
    b = lend(a_borrower(), 0, product=1, months_left=4)
    full = interest_due(b, 0)
    due = payment_due(b, 0, a_world(), helped(300))
    assert full - due == monthly_interest(1_000_000, 300)


@given(st.integers(1, 10_000), st.integers(0, 20_000))
def test_the_state_never_pays_the_whole_price(price: int, points: int) -> None:
    pays = borrowers_price(price, points)
    assert 1 <= pays <= price
    assert price - pays <= points
    assert pays == price - points or pays == 1


@given(st.integers(1, 300_000_000), st.integers(0, 3_000), st.integers(0, 900), st.integers(0, 900))
def test_a_months_part_is_at_most_the_interest(
    principal: int, contract: int, fee: int, points: int
) -> None:
    b = lend(a_borrower(), 0, principal_fen=principal, contract_bp=contract, fee_bp=fee,
             instalment_fen=principal)  # fmt: skip
    terms = helped(points)
    before = interest_due(b, 0)
    _, tally = served(b, PLENTY, terms)
    paid = int(tally.subsidy[0, SUBSIDY_PAID])
    assert 0 <= paid <= before
    assert abs(paid - principal * min(points, max(0, contract + fee - 1)) / 120_000) <= 1.0


# --- comparing -----------------------------------------------------------------------------------


def test_a_subsidised_offer_is_accepted_and_preferred() -> None:
    """All ask 15%; who pays 13% at most takes only the one for which the state pays 2 points."""
    world = a_world(breadth=8, tries=8, taste_bp=0.0, shop_around=1.0)

    def outcome(terms: Terms) -> tuple[int, int]:
        b = a_borrower(reservation_bp=1_300)
        tally, desk = a_tally(terms), a_desk()
        cause = look_for_loan(b, 1, 500_000, True, 0, INCOME, world, terms, tally, desk)
        return cause, b.route[0]

    assert outcome(some_terms()) == (PRICE, -1)
    assert outcome(helped(200, routes=(4,))) == (SERVED, 4)
    assert outcome(helped(199, routes=(4,))) == (PRICE, -1)


def test_the_loan_is_written_at_the_lenders_price() -> None:
    world = a_world(breadth=8, tries=8, taste_bp=0.0, shop_around=1.0)
    terms = helped(200, routes=(4,))
    b = a_borrower(reservation_bp=1_300)
    look_for_loan(b, 1, 500_000, True, 0, INCOME, world, terms, a_tally(terms), a_desk())
    assert b.contract_bp[0] + b.fee_bp[0] == 1_500


def test_posted_prices_are_what_a_borrower_would_pay() -> None:
    rule = {"steps": {"2020-01": {"level": 0.03}}, "licences": ["small_loan"]}
    models = [
        LoanMarket(small_scenario(changes, burn_in=1), borrowers=100)
        for changes in ({}, {"policy.subsidy.x": {**rule, "segments": ["farmer"]}})
    ]
    plain, cheaper = (lived_month(model).terms for model in models)
    names = [lender.name for lender in models[0].market.lenders]
    segments = list(models[0].settings.segments)
    change = plain.posted_bp - cheaper.posted_bp
    offline, farmer = names.index("offline"), segments.index("farmer")
    assert change[offline, farmer] == 300
    assert change[names.index("net_bank")].tolist() == [0] * len(segments)
    # A third of the big platform's loans are made under a small-loan licence.
    big = models[0].market.lenders[names.index("big")].kind.routes
    assert change[names.index("big"), farmer] == pytest.approx(300 * big["joint"], abs=1)
    change[:, farmer] = 0
    assert not change.any()
    desk = a_desk()
    desk.word[:2] = 1 << 20  # equal luck
    desk.lender[:2] = [names.index("net_bank"), offline]
    b = a_borrower(segment=farmer)
    terms = cheaper._replace(
        posted_bp=np.where(change == 0, 1_000, 0) + cheaper.posted_bp * 0,
        hassle_bp=np.zeros_like(cheaper.hassle_bp),
    )
    terms.posted_bp[offline, farmer] -= 300
    rank_by_appeal(b, 2, a_world(taste_bp=0.0), terms, desk)
    assert desk.lender[0] == offline


# --- whom it reaches -----------------------------------------------------------------------------


def rules(**section: Any) -> Scenario:
    return small_scenario({"policy.subsidy": section}, burn_in=6)


def test_scope_is_licence_and_segment() -> None:
    step = {"2024-01": {"level": 0.02}}
    scenario = rules(
        farm={"licences": ["small_loan"], "segments": ["farmer"], "steps": step},
        rest={"licences": ["internet_bank", "bank"], "steps": step},
    )
    segments = tuple(scenario.segments)
    terms = subsidy_terms(scenario.policy.subsidy, segments, [200, 100])
    for row, licence in enumerate(LICENCES):
        for column, segment in enumerate(segments):
            expected = (0, NO_RULE)
            if licence == "small_loan" and segment == "farmer":
                expected = (200, 0)
            elif licence in ("internet_bank", "bank"):
                expected = (100, 1)
            assert (terms.points_bp[row, column], terms.rule[row, column]) == expected
    book = RouteBook([Route(0, NOBODY, "own", 1_000_000, "bank")])
    assert terms.by_route(book)[0].tolist() == [[100] * len(segments)]


# --- the books -----------------------------------------------------------------------------------


def test_the_ledger_books_it_as_a_flow_from_the_state() -> None:
    book = RouteBook([Route(0, NOBODY, "own", 1_000_000, "bank")])
    ledger = Ledger.blank(1)
    ledger.open_routes(1)
    tally = empty_tally(1, 1, 1, 2, 1, subsidies=1)
    tally.route[0, [INTEREST, FEES]] = 900, 100
    tally.subsidy[0, SUBSIDY_PAID] = 300
    rates = np.full(1, 1_000, dtype=np.int64)
    ledger.settle(tally, book, rates * 0, rates)
    assert ledger.cash[Sector.STATE] == -300
    assert ledger.cash[Sector.BORROWERS] == -700
    assert ledger.accounts[0, Account.CASH] == ledger.accounts[0, Account.EQUITY] == 1_000
    ledger.audit(book)


WIDE = {"steps": {"2024-02": {"level": 0.02}}, "licences": "all", "segments": "all"}


def state_pays(model: LoanMarket, months: int) -> list[int]:
    """Fen that leave the state for subsidies each month, by the tallies."""
    return [int(lived_month(model).first.subsidy[:, SUBSIDY_PAID].sum()) for _ in range(months)]


def test_it_starts_with_its_month_and_is_a_column_of_the_market() -> None:
    model = opened_market(rules(all=WIDE), borrowers=600)  # audited every month
    paid = state_pays(model, 5)
    assert paid[0] == 0
    assert min(paid[1:]) > 0
    column = model.recorder.tables()["market"]["subsidies"]
    assert column.tolist() == pytest.approx([model.market.real_yuan(fen) for fen in paid])
    balance = model.market.ledger.principal.sum()
    assert paid[-1] == pytest.approx(balance * 0.02 / 12, rel=0.15)


# --- the budget ----------------------------------------------------------------------------------


@given(st.integers(1, 500), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**5),
       st.integers(0, 10**12))  # fmt: skip
def test_what_is_granted_never_costs_more_than_is_left(
    points: int, principal: int, spent: int, loans: int, budget: int
) -> None:
    account = SubsidyAccount(spent=spent, principal=principal, loans=min(loans, principal))
    granted = points_affordable(points, budget, account)
    assert 0 <= granted <= points
    if granted > 0 and principal:
        assert principal * granted / 120_000 + account.loans <= budget - spent + 1e-6
    if principal and granted < points:
        assert principal * (granted + 1) / 120_000 + account.loans > budget - spent


def with_budget(yuan: float | None) -> LoanMarket:
    section = {**WIDE, "steps": {"2024-01": {"level": 0.02}}}
    if yuan is not None:
        section["budget"] = yuan
    return opened_market(rules(all=section), borrowers=600)


def test_a_budget_is_a_bound_for_each_calendar_year() -> None:
    free = sum(state_pays(with_budget(None), 12))
    model = with_budget(None)
    third = model.market.real_yuan(free) / 3
    tight = with_budget(third)
    years = [sum(state_pays(tight, 12)) for _ in range(2)]
    limit = tight.market.sample_fen(third)
    for paid in years:
        assert 0.9 * limit < paid <= limit
    events = tight.recorder.tables()["events"]
    told = [row for row in each_row(events) if "runs out" in row.text]
    assert [row.month.year for row in told] == [2024, 2025]


def test_no_budget_at_all_is_no_subsidy() -> None:
    assert sum(state_pays(with_budget(0.0), 3)) == 0


# --- what comes of it ----------------------------------------------------------------------------


def test_it_raises_what_is_borrowed_by_those_it_reaches() -> None:
    """Paired: five points for farmers, on every licence that serves them at more than that."""
    step = {"2024-01": {"level": 0.05}}
    changes: dict[str, object] = {
        "policy.subsidy.farm": {
            "licences": ["small_loan", "internet_bank"], "segments": ["farmer"], "steps": step,
        }
    }  # fmt: skip
    tables = []
    for scenario in (small_scenario(burn_in=6), small_scenario(changes, burn_in=6)):
        model = stepped(opened_market(scenario, borrowers=8_000), 18)
        tables.append(model.recorder.tables()["segments"])
    drawn = [farmers(table)["originations"].sum() for table in tables]
    surplus = [farmers(table)["consumer_surplus"].sum() for table in tables]
    assert drawn[1] > 1.02 * drawn[0]
    assert surplus[1] > 1.1 * surplus[0]


def farmers(table: pandas.DataFrame) -> pandas.DataFrame:
    late = table["month"] >= pandas.Timestamp("2024-07-01")
    return table[(table["segment"] == "farmer") & late]


def test_accounts_are_part_of_the_state() -> None:
    model = stepped(with_budget(1e9), 2)
    copied = model.snapshot()
    before = replace(copied.regulator.subsidies["all"])
    stepped(model, 1)
    assert copied.regulator.subsidies["all"] == before
    assert model.regulator.state.subsidies["all"] != before


def test_month_type_is_kept_for_january() -> None:
    """A new year begins in January whatever the start of the run."""
    section = {**WIDE, "budget": 1e9, "steps": {"2024-01": {"level": 0.02}}}
    scenario = small_scenario({"start": "2024-11", "policy.subsidy": {"all": section}}, burn_in=2)
    model = opened_market(scenario, borrowers=300)
    spent = []
    for _ in range(4):
        stepped(model, 1)
        spent.append((model.now, model.regulator.state.subsidies["all"].spent))
    assert [month for month, _ in spent][2] == Month.of(2025, 1)
    assert spent[1][1] > 0
    assert spent[2][1] < spent[1][1] or spent[1][1] < 10  # begun again


def test_an_offer_needs_its_route_only_where_the_state_pays_on_some_of_them() -> None:
    """What is said of a lender holds on each of its routes; else the route is drawn."""
    rule = {"licences": ["small_loan"], "steps": {"2020-01": {"level": 0.02}}}
    model = opened_market(small_scenario({"policy.subsidy": {"x": rule}}, burn_in=2), borrowers=200)
    terms = lived_month(model).terms
    said = {
        lender.name: set(terms.offer_subsidy_bp[lender.number].tolist())
        for lender in model.market.lenders
        if lender.is_brand
    }
    assert said == {"big": {-1}, "fringe": {0}, "net_bank": {0}, "finance": {0}, "offline": {200}}
    for lender in model.market.lenders:
        found = terms.subsidy_bp[terms.mix_route[lender.number]]
        for segment, points in enumerate(terms.offer_subsidy_bp[lender.number]):
            if lender.is_brand and points >= 0:
                assert set(found[:, segment]) == {points}
