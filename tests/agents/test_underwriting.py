"""What a lender sees of a borrower, and what it makes of it."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.messages import GRADE_BOUND_PD, GRADES, SCORE_BINS, Terms
from agents.record import SLOTS, WRITTEN_OFF
from agents.scorecard import log_odds
from agents.underwriting import (
    F_BEHAVIOUR,
    F_DEBT,
    F_INCOME,
    F_RECORD,
    F_SEGMENT,
    RECORD_CLEAN,
    RECORD_DEFAULT,
    RECORD_LATE,
    RECORD_THIN,
    bureau_record,
    debt_bin,
    even_bin,
    feature_bin,
    grade,
    granted_line,
    observe,
    score,
    score_bin,
    slots_seen,
    visible_debt,
)
from tests.agents.people import INCOME, MONTH, a_borrower, a_world, lend, some_terms


def seeing(share: float, **fields: Any) -> Terms:
    return some_terms(bureau=np.full(7, share), **fields)


def debt_seen(b: Any, identity: int, lender: int, world: Any, terms: Terms) -> int:
    return visible_debt(b, lender, slots_seen(b, identity, lender, world, terms), terms)


def record_seen(b: Any, identity: int, lender: int, world: Any, terms: Terms) -> int:
    return bureau_record(b, lender, slots_seen(b, identity, lender, world, terms), world, terms)


def test_a_lender_sees_debts_elsewhere_by_its_bureau_coverage() -> None:
    b = a_borrower()
    for k in range(3):
        lend(b, k)
    assert debt_seen(b, 1, 0, a_world(), seeing(1.0)) == 2_000_000
    assert debt_seen(b, 1, 0, a_world(), seeing(0.0)) == 0
    seen = [debt_seen(b, i, 0, a_world(), seeing(0.6)) for i in range(2_000)]
    assert np.mean(seen) == pytest.approx(0.6 * 2_000_000, rel=0.05)


def test_what_a_lender_sees_of_another_does_not_change_from_month_to_month() -> None:
    b = lend(a_borrower(), 1)
    for identity in range(50):
        seen = {debt_seen(b, identity, 0, a_world(month=MONTH + m), seeing(0.5)) for m in range(12)}
        assert len(seen) == 1


def record_of(b: Any, lender: int = 0, share: float = 1.0) -> int:
    return record_seen(b, 1, lender, a_world(record_months=24), seeing(share))


def test_the_credit_record() -> None:
    assert record_of(a_borrower()) == RECORD_THIN
    assert record_of(lend(a_borrower(), 1)) == RECORD_CLEAN
    assert record_of(lend(a_borrower(), 1, missed=1)) == RECORD_LATE
    assert record_of(lend(a_borrower(), 1, missed=1), share=0.0) == RECORD_THIN
    assert record_of(lend(a_borrower(), 0, missed=1), share=0.0) == RECORD_LATE  # its own
    assert record_of(a_borrower(default_month=MONTH - 23)) == RECORD_DEFAULT
    assert record_of(a_borrower(default_month=MONTH - 24)) == RECORD_THIN
    assert record_of(lend(a_borrower(default_month=MONTH - 99), 1)) == RECORD_CLEAN


def test_what_is_elsewhere_is_seen_after_the_lag_of_the_bureau() -> None:
    for lag, seen in ((0, 2_000_000), (3, 2_000_000), (4, 0)):
        b = lend(lend(a_borrower(), 1), 2)  # both are three months old
        assert debt_seen(b, 1, 0, a_world(), seeing(1.0, bureau_lag=lag)) == seen


def test_a_lag_hides_arrears_and_defaults_elsewhere_but_not_ones_own() -> None:
    def found(b: Any, lag: int) -> int:
        world, terms = a_world(record_months=24), seeing(1.0, bureau_lag=lag)
        return record_seen(b, 1, 0, world, terms)

    late = lend(a_borrower(), 1, missed=2, first_month=MONTH - 9)
    assert [found(late, lag) for lag in (0, 1, 2)] == [RECORD_LATE, RECORD_LATE, RECORD_CLEAN]
    assert found(lend(a_borrower(), 0, missed=1), 6) == RECORD_LATE
    bad = a_borrower(default_month=MONTH - 3)
    assert [found(bad, lag) for lag in (0, 3, 4)] == [RECORD_DEFAULT, RECORD_DEFAULT, RECORD_THIN]


def repairing(limit: int, first: int, last: int) -> Terms:
    each = (np.array([value], dtype=np.int64) for value in (limit, first, last))
    names = ("repair_thousand", "repair_first", "repair_last")
    return seeing(1.0, **dict(zip(names, each, strict=True)))


@pytest.mark.parametrize(
    ("overdue", "month", "record"),
    [
        (10, MONTH - 6, RECORD_THIN),
        (11, MONTH - 6, RECORD_DEFAULT),
        (WRITTEN_OFF, MONTH - 6, RECORD_DEFAULT),
        (1, MONTH - 8, RECORD_THIN),
        (1, MONTH - 9, RECORD_DEFAULT),
        (1, MONTH - 4, RECORD_THIN),
        (1, MONTH - 3, RECORD_DEFAULT),
    ],
    ids=["small", "large", "never paid", "first month", "too early", "last month", "too late"],
)
def test_a_credit_repair_takes_small_defaults_off_the_record(
    overdue: int, month: int, record: int
) -> None:
    b = a_borrower(default_month=month, overdue_thousand=overdue)
    world = a_world(record_months=24)
    assert record_seen(b, 1, 0, world, repairing(10, MONTH - 8, MONTH - 4)) == record
    assert record_seen(b, 1, 0, world, seeing(1.0)) == RECORD_DEFAULT


def test_a_credit_repair_waits_until_the_arrears_are_paid() -> None:
    b = a_borrower(default_month=MONTH, overdue_thousand=1)
    found = record_seen(b, 1, 0, a_world(record_months=24), repairing(10, MONTH - 8, MONTH))
    assert found == RECORD_DEFAULT


@given(st.floats(0, 100), st.floats(0, 100))
def test_bins_are_ordered_and_in_range(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= debt_bin(low) <= debt_bin(high) <= 7
    assert 0 <= even_bin(low - 50, 0.4) <= even_bin(high - 50, 0.4) <= 7
    assert 0 <= score_bin(round(1_000 * (low - 50))) <= score_bin(round(1_000 * (high - 50)))
    assert score_bin(10**6) == SCORE_BINS - 1


def test_features_are_packed_and_found_again() -> None:
    b = lend(a_borrower(segment=2, quality_e3=9_000, willingness_e3=9_000), 1)
    terms = seeing(1.0, noise=np.zeros(7))
    packed = observe(b, 1, 0, 0b11, 1_000_000, INCOME, 0.0, a_world(), terms)
    found = [feature_bin(packed, f, b.segment) for f in range(F_SEGMENT + 1)]
    assert found[F_RECORD] == RECORD_CLEAN
    assert found[F_DEBT] == debt_bin(1.0)
    assert found[F_INCOME] == 4
    assert found[F_BEHAVIOUR] == 7
    assert found[F_SEGMENT] == 2
    assert 0 <= packed < 4_096


def test_a_noisier_signal_says_less_about_character() -> None:
    def correlation(noise: float) -> float:
        terms = seeing(1.0, noise=np.full(7, noise))
        latent = np.random.default_rng(1).normal(size=1_500)
        seen = []
        for i, z in enumerate(latent):
            b = a_borrower(quality_e3=round(707 * z), willingness_e3=round(707 * z))
            features = observe(b, i, 0, 0, 0, INCOME, 0.0, a_world(), terms)
            seen.append(feature_bin(features, F_BEHAVIOUR, 0))
        return float(np.corrcoef(latent, seen)[0, 1])

    for noise in (0.5, 2.0):
        assert correlation(noise) == pytest.approx(1 / math.sqrt(1 + noise**2), abs=0.06)


def test_a_score_adds_up_the_points_of_its_bins() -> None:
    terms = some_terms()
    terms.points[3] = 0
    terms.points[3, [0, 1, 2, 3, 4], [1, 2, 3, 4, 2]] = (10, 200, 3_000, 40_000, 500_000)
    terms.base_score[3] = -7
    features = 1 + (2 << 3) + (3 << 6) + (4 << 9)
    assert score(features, 2, 3, terms) == 543_203


def test_grades_are_bounded_by_their_risk() -> None:
    terms = some_terms()
    for worse, bound in enumerate(GRADE_BOUND_PD):
        points = round(1_000 * log_odds(bound))
        assert grade(points, terms) == worse
        assert grade(points - 1, terms) == worse + 1
    assert grade(-(10**6), terms) == GRADES - 1


@given(
    st.integers(0, 10**9),
    st.floats(1_000, 10**9),
    st.integers(0, 30_000),
    st.floats(0, 3),
    st.floats(0, 60),
)
def test_a_line_is_within_affordability_caps_and_its_field(
    debt: int, income: float, cap: int, share: float, multiple: float
) -> None:
    """min(kind limit, legal cap, affordability) x part by grade; steering never lifts the caps."""
    terms = some_terms(
        line_cap_hundred=np.full((7, 4), cap, dtype=np.int64),
        line_share=np.full((7, GRADES), share),
        income_multiple=np.full(7, multiple),
    )
    line = granted_line(a_borrower(), 0, 0, income, debt, terms)
    assert 0 <= line <= cap
    assert line <= max(0.0, multiple * income - debt) / 10_000 * share + 1e-6
    assert SLOTS * line < 2**31
