"""One relationship: instalments, arrears, renewal, buy-out, charge-off, and the next draw."""

import math
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.borrower import headroom_of
from agents.loan import (
    EVER_90,
    ONLINE,
    RENEWED_MONTHS,
    WALKED,
    be_called,
    close_slot,
    draw,
    interest_due,
    level_instalment,
    monthly_interest,
    payment_due,
    renewal_months,
    repay,
    serve_loan,
)
from agents.messages import (
    BOUGHT_IN,
    BOUGHT_OUT,
    CELL_DRAWN,
    CELL_DRAWN_APR,
    CELL_REFINANCED,
    CHARGED_OFF,
    DRAWN_APR,
    DRAWN_CONTRACT,
    FEES,
    INTEREST,
    RECOVERED,
    REFINANCED,
    REPAID,
    Tally,
    Terms,
    World,
)
from agents.record import NO_ROUTE, WRITTEN_OFF
from tests.agents.people import MONTH, a_borrower, a_tally, a_world, lend, some_terms

PLENTY = 10**12
INSTALMENT = 110_000

principals = st.integers(50_000, 300_000_000)
rates = st.integers(0, 3_600)
tenors = st.integers(1, 36)


def served(b: Any, cash: int, *, world: World | None = None, terms: Terms | None = None,
           tally: Tally | None = None, k: int = 0) -> int:  # fmt: skip
    """Cash left after one month of slot k."""
    terms = terms or some_terms()
    world = world or a_world()
    tally = a_tally(terms) if tally is None else tally
    return serve_loan(b, 1, k, cash, 0, world, terms, tally)


# --- instalments ----------------------------------------------------------------------------------


@given(principals, rates, tenors)
def test_the_level_instalment_is_that_of_the_closed_form(
    principal: int, bp: int, months: int
) -> None:
    with localcontext() as context:
        context.prec = 50
        rate = Decimal(bp) / 120_000
        if bp == 0:
            exact = Decimal(principal) / months
        else:
            exact = principal * rate / (1 - (1 + rate) ** -months)
    found = level_instalment(principal, bp, months)
    assert exact - Decimal("1e-3") <= found <= exact + 1 + Decimal("1e-3")


@given(st.integers(0, 300_000_000), st.integers(0, 10_000))
def test_interest_of_a_month_is_rounded_to_the_nearest_fen(principal: int, bp: int) -> None:
    assert abs(monthly_interest(principal, bp) - principal * bp / 120_000) <= 0.5 + 1e-6


@given(principals, rates, st.integers(0, 1_000), tenors)
def test_a_loan_served_every_month_ends_at_nothing_after_its_tenor(
    principal: int, contract: int, fee: int, tenor: int
) -> None:
    world, terms = a_world(tenor=np.array([tenor, 6], dtype=np.int64)), some_terms()
    tally, b = a_tally(terms), a_borrower()
    lend(b, 0, principal_fen=0, instalment_fen=0, months_left=0, first_month=0)
    draw(b, 0, principal, contract, fee, world)
    left = [principal]
    while left[-1] > 0:
        served(b, PLENTY, world=world, terms=terms, tally=tally)
        assert b.missed[0] == 0
        left.append(b.principal_fen[0])
    assert len(left) - 1 == tenor
    assert left == sorted(left, reverse=True)
    assert tally.route[0, REPAID] == principal
    interest = tally.route[0, INTEREST] + tally.route[0, FEES]
    promised = level_instalment(principal, contract + fee, tenor) * tenor - principal
    assert interest == pytest.approx(promised, abs=200 * tenor)
    assert (b.months_left[0], b.instalment_fen[0], b.missed[0]) == (0, 0, 0)


def test_interest_and_fees_go_their_own_ways() -> None:
    b, terms = lend(a_borrower(), 0), some_terms()
    tally = a_tally(terms)
    assert served(b, PLENTY, terms=terms, tally=tally) == PLENTY - INSTALMENT
    assert tally.route[0, INTEREST] == 10_000  # 12% a year on 1,000,000 fen
    assert tally.route[0, FEES] == 2_500
    assert tally.route[0, REPAID] == INSTALMENT - 12_500
    assert b.principal_fen[0] == 1_000_000 - (INSTALMENT - 12_500)
    assert b.months_left[0] == 9


def test_a_bullet_pays_interest_until_the_principal_falls_due() -> None:
    b, terms = bullet(months_left=6), some_terms()
    tally = a_tally(terms)
    paid = [PLENTY - served(b, PLENTY, terms=terms, tally=tally) for _ in range(6)]
    assert paid == [12_500] * 5 + [1_012_500]
    assert b.principal_fen[0] == 0


def bullet(**fields: int) -> Any:
    """A borrower whose bullet falls due and is not covered by the line any more."""
    usual = {"product": 1, "months_left": 1, "line_hundred": 50}
    return lend(a_borrower(), 0, **usual | fields)


def test_a_bullet_that_the_line_covers_is_lent_again_at_todays_price() -> None:
    b, terms = bullet(line_hundred=100), some_terms()
    tally = a_tally(terms)
    assert served(b, 12_500, terms=terms, tally=tally) == 0
    assert (b.principal_fen[0], b.months_left[0], b.missed[0]) == (1_000_000, 6, 0)
    assert (b.contract_bp[0], b.fee_bp[0]) == (1_200, 300)
    assert tally.route[0, REPAID] == tally.route[0, REFINANCED] == 1_000_000
    assert tally.route[0, DRAWN_APR] == 1_000_000 * 1_500
    assert tally.route[0, DRAWN_CONTRACT] == 1_000_000 * 1_200
    assert tally.cell[0, [CELL_REFINANCED, CELL_DRAWN]].tolist() == [1_000_000, 0]
    assert tally.cell[0, CELL_DRAWN_APR] == 1_000_000 * 1_500
    assert tally.route[0, [INTEREST, FEES]].tolist() == [10_000, 2_500]
    assert renewal_months(b, 0) == 0


@pytest.mark.parametrize(
    ("fields", "refused"),
    [({"line_hundred": 99}, False), ({"missed": 1}, False), ({}, True)],
    ids=["the line was cut", "it is late", "the lender refuses the risk"],
)
def test_a_bullet_is_not_lent_again(fields: dict[str, int], refused: bool) -> None:
    terms = some_terms()
    if refused:
        terms.apr_bp[0] = 0
    b = bullet(**{"line_hundred": 100, **fields})
    assert payment_due(b, 0, a_world(), terms) == 1_012_500
    served(b, PLENTY, terms=terms)
    assert b.principal_fen[0] == 0


# --- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("missed", range(7))
@pytest.mark.parametrize("affordable", range(9))
def test_the_clock_of_missed_payments(missed: int, affordable: int) -> None:
    """d' = d + 1 - k with k = min(d + 1, floor(cash / instalment)): rolls, stands, cures."""
    paid = min(missed + 1, affordable)
    b = lend(a_borrower(), 0, missed=missed)
    cash = affordable * INSTALMENT + INSTALMENT - 1
    terms = some_terms()
    tally = a_tally(terms)
    left = served(b, cash, terms=terms, tally=tally)
    assert left == cash - paid * INSTALMENT
    after = missed + 1 - paid
    if after == 7:
        assert b.route[0] == NO_ROUTE
        assert tally.route[0, CHARGED_OFF] == 1_000_000
    else:
        assert b.missed[0] == after
        assert b.months_left[0] == 10 - paid
        assert (b.principal_fen[0] == 1_000_000) == (paid == 0)


def test_somebody_without_cash_is_charged_off_in_the_seventh_month() -> None:
    terms = some_terms()
    b, tally = lend(a_borrower(), 0, first_month=MONTH), a_tally(terms)
    counts = []
    for month in range(1, 8):
        world = a_world(month=MONTH + month)
        assert served(b, INSTALMENT - 1, world=world, terms=terms, tally=tally) == INSTALMENT - 1
        counts.append(b.missed[0])
        assert b.default_month == (MONTH + month if month >= 4 else 0)
    assert counts == [1, 2, 3, 4, 5, 6, 0]
    assert b.route[0] == NO_ROUTE
    assert b.principal_fen[0] == b.line_hundred[0] == 0
    assert tally.route[0, CHARGED_OFF] == 1_000_000
    assert tally.route[0, RECOVERED] == 50_000  # 5% of a cash line
    assert tally.cohort_default.sum() == 1
    assert tally.cohort_default[60, 4] == 1  # first draw in MONTH, 90 days late at age four


def test_a_lender_may_keep_bad_loans_longer() -> None:
    terms = some_terms(charge_off_at=np.full(7, 12, dtype=np.int64))
    b = lend(a_borrower(), 0)
    for _ in range(11):
        served(b, 0, terms=terms)
    assert b.missed[0] == 11
    served(b, 0, terms=terms)
    assert b.route[0] == NO_ROUTE


def test_a_relationship_that_cures_and_falls_again_counts_once_in_its_cohort() -> None:
    terms = some_terms()
    b, tally = lend(a_borrower(), 0, missed=3), a_tally(terms)
    served(b, 0, terms=terms, tally=tally)
    assert b.flags[0] & EVER_90
    served(b, 5 * INSTALMENT, terms=terms, tally=tally)
    assert b.missed[0] == 0
    for _ in range(4):
        served(b, 0, terms=terms, tally=tally)
    assert b.missed[0] == 4
    assert tally.cohort_default.sum() == 1


# --- bullets that are called ---


CALLING = {"calls": np.ones(7)}


def called(b: Any, terms: dict[str, Any]) -> bool:
    """Whether the loan in slot 0 is called this month."""
    be_called(b, 17, 0, a_world(), some_terms(**terms))
    return bool(b.months_left[0] == 0)


def test_a_called_bullet_falls_due_whole_though_the_line_covers_it() -> None:
    b, terms = bullet(line_hundred=100), some_terms(**CALLING)
    assert payment_due(b, 0, a_world(), terms) == 12_500
    assert called(b, CALLING)
    assert payment_due(b, 0, a_world(), terms) == 1_012_500
    assert served(b, 1_012_500, terms=terms) == 0
    assert b.principal_fen[0] == 0


def test_beside_a_called_bullet_nothing_is_drawn() -> None:
    b = bullet(line_hundred=200)  # room for as much again
    assert headroom_of(b, 0) == 1_000_000
    called(b, CALLING)
    assert headroom_of(b, 0) == 0


def test_who_cannot_repay_a_called_bullet_falls_behind() -> None:
    b = bullet(line_hundred=100)
    called(b, CALLING)
    assert served(b, 20_000, terms=some_terms(**CALLING)) == 20_000
    assert (b.missed[0], b.principal_fen[0]) == (1, 1_000_000)


def test_a_called_bullet_may_be_renewed_in_distress() -> None:
    b = bullet(line_hundred=100)
    called(b, CALLING)
    assert served(b, 20_000, terms=some_terms(**RENEWING)) == 20_000 - 12_500
    assert (b.missed[0], b.months_left[0], renewal_months(b, 0)) == (0, 6, RENEWED_MONTHS)


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ({}, {}),  # the lender has room for all
        ({"months_left": 2}, CALLING),  # it does not fall due next month
        ({"product": 0}, CALLING),  # it is paid by instalments
        ({"line_hundred": 50}, CALLING),  # it would not be lent again in any case
        ({"missed": 1}, CALLING),
    ],
)
def test_nothing_else_is_called(fields: dict[str, int], terms: dict[str, Any]) -> None:
    assert not called(bullet(**{"line_hundred": 100} | fields), terms)


def test_bullets_are_called_in_proportion() -> None:
    share = {"calls": np.full(7, 0.3)}
    hit = 0
    for identity in range(2_000):
        b = bullet(line_hundred=100)
        be_called(b, identity, 0, a_world(), some_terms(**share))
        hit += int(b.months_left[0] == 0)
    assert 0.26 < hit / 2_000 < 0.34  # four standard errors


# --- bullets in distress --------------------------------------------------------------------------


RENEWING = {"renew": np.ones(7)}


@pytest.mark.parametrize("missed", [0, 2])
def test_a_bullet_that_cannot_be_repaid_is_renewed_against_interest(missed: int) -> None:
    b, terms = bullet(missed=missed), some_terms(**RENEWING)
    tally = a_tally(terms)
    assert served(b, 20_000, terms=terms, tally=tally) == 20_000 - 12_500
    assert (b.missed[0], b.months_left[0], b.principal_fen[0]) == (0, 6, 1_000_000)
    assert tally.route[0, [INTEREST, FEES, REPAID]].tolist() == [10_000, 2_500, 0]
    assert renewal_months(b, 0) == RENEWED_MONTHS == 6


@pytest.mark.parametrize(
    ("fields", "cash", "terms"),
    [
        ({}, 20_000, {}),  # the lender does not renew
        ({}, 12_499, RENEWING),  # not even the interest can be paid
        ({"months_left": 2}, 12_499, RENEWING),  # it is not due yet
        ({"product": 0}, 20_000, RENEWING),  # it is paid by instalments
        ({"flags": WALKED}, 20_000, RENEWING),  # the borrower has walked away
    ],
)
def test_nothing_else_is_renewed(fields: dict[str, int], cash: int, terms: dict[str, Any]) -> None:
    b = bullet(**fields)
    served(b, cash, terms=some_terms(**terms))
    assert b.missed[0] == 1
    assert renewal_months(b, 0) == 0


def test_a_bullet_that_can_be_repaid_is_not_renewed() -> None:
    b = bullet()
    served(b, PLENTY, terms=some_terms(**RENEWING))
    assert b.principal_fen[0] == 0
    assert renewal_months(b, 0) == 0


def test_a_renewal_shows_for_six_month_ends() -> None:
    b, terms = bullet(flags=ONLINE), some_terms(**RENEWING)
    shown = []
    for _ in range(8):
        served(b, 20_000, terms=terms)
        shown.append(renewal_months(b, 0))
    # Renewed in the first month, shown until the sixth; due and renewed again in the seventh.
    assert shown == [6, 5, 4, 3, 2, 1, 6, 5]
    assert b.flags[0] & ONLINE


def test_a_renewal_is_forgotten_when_the_loan_is_repaid() -> None:
    b, terms = bullet(flags=ONLINE), some_terms(**RENEWING)
    served(b, 20_000, terms=terms)
    repay(b, 0, b.principal_fen[0], a_tally(terms))
    assert renewal_months(b, 0) == 0
    assert b.flags[0] == ONLINE


# --- guarantees -----------------------------------------------------------------------------------


def test_at_90_days_the_guarantor_takes_the_loan_over() -> None:
    terms = some_terms(route_buyout=np.array([5, 1, 2, 3, 4, 5, 6], dtype=np.int64))
    b, tally = lend(a_borrower(), 0, missed=2), a_tally(terms)
    served(b, 0, terms=terms, tally=tally)
    assert b.route[0] == 0
    served(b, 0, terms=terms, tally=tally)
    assert b.route[0] == 5
    assert tally.route[0, BOUGHT_OUT] == tally.route[5, BOUGHT_IN] == 1_000_000
    assert b.principal_fen[0] == 1_000_000
    assert b.missed[0] == 4
    for _ in range(3):
        served(b, 0, terms=terms, tally=tally)
    assert tally.route[5, CHARGED_OFF] == 1_000_000
    assert tally.route[0, CHARGED_OFF] == 0


def test_a_loan_on_its_brands_own_book_stays_there() -> None:
    terms = some_terms()
    b, tally = lend(a_borrower(), 2, missed=3), a_tally(terms)
    served(b, 0, terms=terms, tally=tally, k=2)
    assert b.route[2] == 2
    assert not tally.route[:, [BOUGHT_OUT, BOUGHT_IN]].any()


# --- walking, drawing, closing --------------------------------------------------------------------


def test_who_has_walked_away_pays_nothing() -> None:
    b = lend(a_borrower(), 0, flags=WALKED)
    assert served(b, PLENTY) == PLENTY
    assert b.missed[0] == 1


def test_a_draw_on_a_line_makes_one_pool_of_the_loans() -> None:
    b = lend(a_borrower(), 0, principal_fen=600_000, contract_bp=1_000, fee_bp=0, months_left=4)
    draw(b, 0, 200_000, 2_000, 400, a_world())
    assert b.principal_fen[0] == 800_000
    assert b.contract_bp[0] == 1_250  # (6 x 10% + 2 x 20%) / 8
    assert b.fee_bp[0] == 100
    assert b.months_left[0] == round((6 * 4 + 2 * 10) / 8 + 0.01)
    assert b.instalment_fen[0] == level_instalment(800_000, 1_350, b.months_left[0])
    assert b.first_month[0] == MONTH - 3


def test_the_first_draw_dates_the_relationship() -> None:
    b = lend(a_borrower(), 0, principal_fen=0, months_left=0, first_month=0)
    draw(b, 0, 100_000, 1_500, 300, a_world())
    assert b.first_month[0] == MONTH
    assert (b.contract_bp[0], b.fee_bp[0], b.months_left[0]) == (1_500, 300, 10)


def test_what_is_due_is_never_more_than_what_is_owed() -> None:
    world = a_world()
    b = lend(a_borrower(), 0, principal_fen=100, instalment_fen=110_000, months_left=5)
    assert payment_due(b, 0, world, some_terms()) == 100 + interest_due(b, 0)
    served(b, PLENTY, world=world)
    assert b.principal_fen[0] == 0


def test_a_closed_slot_holds_nothing_of_the_relationship() -> None:
    b = lend(a_borrower(), 1, missed=3, flags=ONLINE, features=9, product=1, pending_fen=5)
    close_slot(b, 1)
    empty = a_borrower()
    assert vars(b) == vars(empty)
    assert math.isclose(b.log_income_e3, 1000 * math.log(1_000_000), abs_tol=1)


# --- collection and the record --------------------------------------------------------------------


@pytest.mark.parametrize(("pressed", "missed"), [(1.0, 0), (0.0, 2)])
def test_who_is_not_pressed_lets_his_arrears_stand(pressed: float, missed: int) -> None:
    b = lend(a_borrower(), 0, missed=2)
    left = served(b, PLENTY, terms=some_terms(pressed=np.full(7, pressed)))
    assert b.missed[0] == missed
    assert PLENTY - left == (3 - missed) * INSTALMENT


def test_half_the_pressure_cures_half_of_those_who_can_pay() -> None:
    terms, cured = some_terms(pressed=np.full(7, 0.5)), 0
    for identity in range(1_000):
        b = lend(a_borrower(), 0, missed=2)
        serve_loan(b, identity, 0, PLENTY, 0, a_world(), terms, a_tally(terms))
        cured += b.missed[0] == 0
    assert 430 < cured < 570


def test_the_record_keeps_the_most_that_was_overdue() -> None:
    b = lend(a_borrower(), 0, missed=3)
    served(b, 0)
    assert b.overdue_thousand == 5  # four instalments of 1,100 yuan
    served(b, 0)
    assert b.overdue_thousand == 6
    served(b, 4 * INSTALMENT)
    assert (b.missed[0], b.overdue_thousand) == (2, 6)


def test_an_older_default_is_forgotten_when_a_new_one_begins() -> None:
    b = lend(a_borrower(default_month=MONTH - 24, overdue_thousand=90), 0, missed=3)
    served(b, 0, world=a_world(record_months=24))
    assert b.overdue_thousand == 5


def test_what_is_written_off_is_never_paid_back() -> None:
    b = lend(a_borrower(), 0, missed=6)
    served(b, 0)
    assert b.overdue_thousand == WRITTEN_OFF
