"""What lenders publish each month, and how room meets demand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.limits import LICENCES, NO_CAP, Cap, Limits
from agents.messages import GRADES, REQUESTED, RESERVED, RISK, ROUTE_FLOWS, Offers, Terms
from agents.routes import NOBODY
from sim.ledger import Account
from sim.macro import Macro
from sim.model import LoanMarket
from sim.rationing import Room, fundable, ration, room
from sim.subsidy import subsidy_terms
from sim.terms import publish_terms
from tests.small_market import lived_month, opened_market, small_scenario, stepped


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=8), borrowers=1_000), 1)


@pytest.fixture
def market(opened: LoanMarket) -> LoanMarket:
    branch = LoanMarket(opened.settings, borrowers=1_000, threads=1, audit=True)
    branch.restore(opened.snapshot())
    return branch


def economy(model: LoanMarket) -> Macro:
    return model.settings.macro.at(model.now, model.first_month)


def allowed(model: LoanMarket, **fields: Any) -> Limits:
    return replace(model.settings.policy.at(model.now, economy(model).lpr), **fields)


def published(model: LoanMarket, limits: Limits | None = None) -> Terms:
    segments, places = len(model.settings.segments), len(model.settings.regions)
    nothing = subsidy_terms({}, tuple(model.settings.segments), [])
    return publish_terms(
        model.market, limits or allowed(model), economy(model), segments, places, nothing
    )


def number_of(model: LoanMarket, name: str) -> int:
    return [lender.name for lender in model.market.lenders].index(name)


# --- terms ----------------------------------------------------------------------------------------


OF_ALL = (
    "grade_floor",
    "disclosure",
    "bureau_lag",
    "repair_thousand",
    "repair_first",
    "repair_last",
)
OF_ROUTES = (
    "route_",
    "line_apr",
    "line_con",
    "line_route",
    "moves",
    "may_move",
    "lawful",
    "subsidy",
)


def test_every_lender_and_route_has_its_row(market: LoanMarket) -> None:
    terms, book = published(market), market.market.book
    lenders = len(market.market.lenders)
    for name, value in terms._asdict().items():
        first = len(book) if name.startswith(OF_ROUTES) else lenders
        if name not in OF_ALL:
            assert (value.shape[-1] if name == "pull" else len(value)) == first, name
    assert terms.route_brand.tolist() == [route.brand for route in book]
    assert len(market.market.ledger.principal) == len(market.market.stock) == len(book)


def test_who_only_funds_others_offers_nothing(market: LoanMarket) -> None:
    terms = published(market)
    for name in ("funder_1", "funder_2"):
        number = number_of(market, name)
        assert terms.open_new[number] == 0
        assert not terms.apr_bp[number].any()


def test_a_segment_that_is_not_served_is_not_reached(market: LoanMarket) -> None:
    terms = published(market)
    for lender in market.market.lenders:
        for s, segment in enumerate(lender.segments):
            if lender.kind.segments.get(segment, 0.0) == 0.0:
                assert not terms.apr_bp[lender.number, s].any()
                assert not terms.pull[s, ..., lender.number].any()


def test_who_is_offline_is_not_reached_by_those_who_are_only_online(market: LoanMarket) -> None:
    terms = published(market)
    big = number_of(market, "big")
    assert market.market.lenders[big].kind.online == 1.0
    assert not terms.pull[..., 0, big].any()
    assert terms.pull[..., 1, big].any()


@pytest.mark.parametrize("status", ["run_off", "closed"])
def test_a_lender_that_has_left_offers_nothing_at_all(market: LoanMarket, status: Any) -> None:
    fringe = number_of(market, "fringe")
    market.market.lenders[fringe].state.status = status
    terms = published(market)
    assert terms.open_new[fringe] == 0
    assert not terms.apr_bp[fringe].any()
    assert not terms.line_apr_bp[terms.route_brand == fringe].any()
    assert (terms.refusal[fringe] == RISK).all()


def test_a_suspended_lender_serves_its_customers_but_takes_no_new_ones(market: LoanMarket) -> None:
    fringe = number_of(market, "fringe")
    market.market.lenders[fringe].state.suspended_months = 2
    terms = published(market)
    assert terms.open_new[fringe] == 0
    assert terms.line_apr_bp[terms.route_brand == fringe].any()


def split_caps(small_loan: float, facilitation: float) -> dict[Any, Cap]:
    caps: dict[Any, Cap] = {licence: Cap() for licence in LICENCES}
    caps["small_loan"] = Cap(small_loan, small_loan)
    caps["facilitation"] = Cap(facilitation, facilitation)
    return caps


def test_brands_go_where_the_rule_lets_them(market: LoanMarket) -> None:
    """Loans, on lines old and new, take routes whose cap the price fits."""
    terms = published(market, allowed(market, cap=split_caps(0.12, 0.24)))
    big, rows = number_of(market, "big"), market.market.book.rows
    served = terms.apr_bp[big] > 0
    dear = terms.apr_bp[big] > 1_200
    assert (dear & served).any()
    chance = np.diff(terms.mix[big], prepend=0.0, axis=-1)
    for m, number in enumerate(terms.mix_route[big]):
        if rows[number].licence == "small_loan":
            assert not chance[dear, m].any()
    for number, row in enumerate(rows):
        if row.brand == big:
            cap = 1_200 if row.licence == "small_loan" else 2_400
            leaves = terms.moves[number] == 1.0
            assert terms.line_apr_bp[number][~leaves].max(initial=0) <= cap
            there = {rows[n].licence for n in terms.line_route[number][leaves.any(axis=0)]}
            assert there <= {"facilitation"}
            assert bool(there) is (row.licence == "small_loan")
    assert terms.apr_bp[big].max() <= 2_400


def test_route_chances_add_up(market: LoanMarket) -> None:
    for limits in (allowed(market), allowed(market, cap=split_caps(0.12, 0.24))):
        terms = published(market, limits)
        assert (terms.mix[..., -1] == 1.0).all()
        assert (np.diff(terms.mix, axis=-1) >= -1e-12).all()
        for lender in market.market.lenders:
            for number in terms.mix_route[lender.number]:
                if lender.is_brand:
                    assert market.market.book.rows[number].brand == lender.number


def test_prices_are_in_whole_basis_points_and_fit_their_fields(market: LoanMarket) -> None:
    terms = published(market, allowed(market, cap={licence: Cap() for licence in LICENCES}))
    assert NO_CAP == 1.0
    for prices in (terms.apr_bp, terms.contract_bp, terms.line_apr_bp, terms.line_contract_bp):
        assert prices.dtype == np.int64
        assert prices.min() >= 0
        assert prices.max() <= 10_000
    assert (terms.contract_bp <= terms.apr_bp).all()
    assert (terms.posted_bp >= 1).all()


def test_lines_are_bounded_by_law_and_by_their_field(market: LoanMarket) -> None:
    strict = allowed(market, borrower_limit=dict.fromkeys(LICENCES, 20_000.0))
    assert published(market, strict).line_cap_hundred.max() == 200
    kind = market.market.lenders[0].setup.kind
    generous = market.settings.with_changes({f"kinds.{kind}.line_cap": 3_000_000})
    model = LoanMarket(generous, borrowers=100)
    free = allowed(model, borrower_limit=dict.fromkeys(LICENCES, 1e12))
    assert published(model, free).line_cap_hundred.max() == 30_000


def test_terms_of_a_market_without_lenders_are_empty() -> None:
    model = LoanMarket(small_scenario(lenders={}, burn_in=1), borrowers=100)
    terms = published(model)
    assert terms.apr_bp.shape == (0, len(model.settings.segments), GRADES)
    assert terms.mix.shape[0] == len(terms.lender_id) == len(terms.route_brand) == 0


# --- room -----------------------------------------------------------------------------------------


def test_room_is_what_capital_rules_and_funding_leave(market: LoanMarket) -> None:
    ledger = market.market.ledger
    net_bank = number_of(market, "net_bank")
    lender = market.market.lenders[net_bank]
    equity, held = ledger.equity(net_bank), int(ledger.accounts[net_bank, Account.LOANS])
    free = allowed(market, leverage=dict.fromkeys(LICENCES, 1e12))
    plenty = int(room(market.market, free).lend[net_bank])
    assert 0 <= plenty <= fundable(market.market, free)[net_bank]
    level = (held + plenty / 4) / equity
    tight = allowed(market, leverage=dict.fromkeys(LICENCES, level))
    assert 0 <= room(market.market, tight).lend[net_bank] <= plenty / 4 + 1
    none = allowed(market, leverage=dict.fromkeys(LICENCES, 0.0))
    assert room(market.market, none).lend[net_bank] == 0
    ledger.accounts[net_bank, Account.CASH] = -(10**15)
    assert room(market.market, free).lend[net_bank] == 0
    lender.state.status = "run_off"
    ledger.accounts[net_bank, Account.CASH] = 10**15
    assert room(market.market, free).lend[net_bank] == 0


def test_a_guarantee_limit_bounds_promises(market: LoanMarket) -> None:
    fringe = number_of(market, "fringe")
    none = allowed(market, guarantee=dict.fromkeys(LICENCES, 0.0))
    assert room(market.market, none).guarantee[fringe] == 0


def test_a_freeze_of_wholesale_funding_takes_platforms_room(market: LoanMarket) -> None:
    finance, funder = (number_of(market, name) for name in ("finance", "funder_1"))
    for number, spared in ((finance, False), (funder, True)):
        open_, shut = (
            fundable(market.market, allowed(market, funding_freeze=freeze))[number]
            for freeze in (0.0, 1.0)
        )
        assert (shut == open_) == spared
        assert shut <= open_


def rationed(model: LoanMarket, asked: dict[int, int], lend: float, promise: float) -> Offers:
    """Admission where each lender can lend and guarantee a part of what is asked of it."""
    book = model.market.book
    requests = np.zeros((len(book), ROUTE_FLOWS), dtype=np.int64)
    for number, fen in asked.items():
        requests[number, REQUESTED] = fen
    demand = model.market.ledger.held(book, requests[:, REQUESTED])
    promised = model.market.by_brand(
        np.where(book.column("guaranteed") == 1, requests[:, REQUESTED], 0)
    )
    available = room(model.market, allowed(model))._replace(
        lend=(lend * demand).astype(np.int64), guarantee=(promise * promised).astype(np.int64)
    )
    return ration(model.market, requests, available)


def test_all_is_admitted_where_there_is_room(market: LoanMarket) -> None:
    asked = dict.fromkeys(range(len(market.market.book)), 10**9)
    assert (rationed(market, asked, 1.0, 1.0).admit == 1.0).all()
    assert (rationed(market, {}, 0.0, 0.0).admit == 0.0).sum() >= 0


def test_the_scarcest_of_brand_partner_and_guarantee_decides(market: LoanMarket) -> None:
    asked = dict.fromkeys(range(len(market.market.book)), 10**9)
    admit = rationed(market, asked, 0.6, 0.25).admit
    for number, row in enumerate(market.market.book):
        assert admit[number] == pytest.approx(0.25 if row.guaranteed else 0.6, abs=1e-6)


def test_a_brand_that_funds_nothing_needs_no_room_of_its_own(market: LoanMarket) -> None:
    fringe = number_of(market, "fringe")
    asked = {
        n: 10**9
        for n, row in enumerate(market.market.book)
        if row.brand == fringe and row.kind == "facilitated"
    }
    assert asked
    admit = rationed(market, asked, 1.0, 0.0).admit
    assert all(admit[number] == 1.0 for number in asked)


def test_second_choices_get_at_most_the_room_that_is_left(market: LoanMarket) -> None:
    """Routes in turn are scarce, roomy and full; whatever is refused, nobody exceeds his room."""
    model, book = market.market, market.market.book
    rng = np.random.default_rng(3)
    spared = 0
    for _ in range(50):
        requests = np.zeros((len(book), ROUTE_FLOWS), dtype=np.int64)
        requests[:, REQUESTED] = rng.integers(0, 10**9, len(book))
        requests[:, RESERVED] = rng.integers(0, 10**9, len(book))
        lend, promise = (rng.choice([0, 10**8, 10**10], len(model.lenders)) for _ in range(2))
        offers = ration(model, requests, Room(lend, promise))
        refused = 1.0 - offers.admit[requests[:, REQUESTED] > 0].min()
        paid = offers.admit * requests[:, REQUESTED]
        paid += offers.spare * refused * requests[:, RESERVED]
        amounts = np.ceil(paid).astype(np.int64)
        assert (model.ledger.held(book, amounts) <= lend + len(book)).all()
        promised = np.where(book.column("guaranteed") == 1, amounts, 0)
        assert (model.by_brand(promised) <= promise + len(book)).all()
        spared += int((offers.spare > 0.0).sum())
    assert spared > 0


def test_no_second_choice_is_needed_where_nobody_is_refused(market: LoanMarket) -> None:
    asked = dict.fromkeys(range(len(market.market.book)), 10**9)
    assert not rationed(market, asked, 1.0, 1.0).spare.any()


def test_room_is_met_in_expectation() -> None:
    """Requests of thousands of borrowers for a third of their money bring about a third of it."""
    model = opened_market(small_scenario(burn_in=3), borrowers=20_000)
    third = model.market

    def a_third(first_half: Any, limits: Limits) -> Offers:
        return Offers(admit=np.full(len(third.book), 1 / 3), spare=np.zeros(len(third.book)))

    model._ration = a_third  # type: ignore[method-assign]
    month = lived_month(model)
    asked = int(month.first.route[:, REQUESTED].sum())
    grown = month.end["principal_fen"].astype(np.int64) - month.middle["principal_fen"]
    assert int(grown.sum()) / asked == pytest.approx(1 / 3, abs=0.03)


def test_partners_are_owed_a_yield_and_own_books_nobody(market: LoanMarket) -> None:
    from sim.terms import cost_of_money, partner_yields_bp

    money = cost_of_money(market.market, economy(market))
    yields = partner_yields_bp(market.market, money)
    for number, row in enumerate(market.market.book):
        assert (yields[number] == 0) == (row.partner == NOBODY)
        if row.partner != NOBODY:
            assert yields[number] > 10_000 * money[row.partner]
