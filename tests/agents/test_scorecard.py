"""Scorecards: learnt from integer counts, shrunk towards a bought score."""

import numpy as np
import pytest

from agents.messages import BINS, FEATURES, SCORE_BINS, Ints
from agents.scorecard import (
    MEMORY_MONTHS,
    Scorecard,
    auc_of,
    generic_points,
    log_odds,
    points_of,
)


def counts(good: int, bad: int) -> Ints:
    """Loans of middling features: all in bin 1 of every feature."""
    table = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
    table[:, 1] = (good, bad)
    return table


def ranks(good: dict[int, int], bad: dict[int, int]) -> Ints:
    table = np.zeros((SCORE_BINS, 2), dtype=np.int64)
    for column, loans in enumerate((good, bad)):
        for place, number in loans.items():
            table[place, column] = number
    return table


def points_alone(card: Scorecard, pseudo_bads: float) -> tuple[int, Ints]:
    base, points = points_of([card], np.array([pseudo_bads]))
    return int(base[0]), points[0]


def auc_alone(card: Scorecard) -> float:
    return float(auc_of([card])[0])


NOTHING = np.zeros((SCORE_BINS, 2), dtype=np.int64)


def test_before_any_loan_a_lender_has_the_bought_score() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    base, points = points_alone(card, 10.0)
    assert base == round(1_000 * log_odds(0.04))
    assert points == pytest.approx(1_000 * generic_points(1.0), abs=1)


def test_a_noisier_lender_trusts_behaviour_less() -> None:
    clear, blurred = generic_points(0.5)[3], generic_points(2.0)[3]
    assert abs(blurred).max() < abs(clear).max()
    assert (np.diff(blurred) > 0).all()


def test_many_loans_of_its_own_replace_the_bought_score() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    loans = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
    loans[:, 2] = (90_000, 10_000)
    loans[:, 5] = (98_000, 2_000)
    card.learn(loans, NOTHING)
    base, points = points_alone(card, 5.0)
    assert base == pytest.approx(1_000 * log_odds(12_000 / 200_000), abs=5)
    # Six in a hundred go bad on average: ten in bin 2, two in bin 5.
    assert points[1, 2] == pytest.approx(-1_000 * np.log(10 / 6), abs=5)
    assert points[1, 5] == pytest.approx(-1_000 * np.log(2 / 6), abs=5)


def test_few_loans_move_little() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    _, before = points_alone(card, 50.0)
    card.learn(counts(5, 3), NOTHING)
    _, after = points_alone(card, 50.0)
    assert abs(after - before).max() < 150


def test_the_order_of_loans_does_not_matter_within_a_month() -> None:
    one, other = (Scorecard(noise=1.0, bad_rate=0.04) for _ in range(2))
    one.learn(counts(30, 2) + counts(10, 9), NOTHING)
    other.learn(counts(10, 9) + counts(30, 2), NOTHING)
    assert (one.counts == other.counts).all()
    assert one.counts.dtype == np.int64


def test_old_loans_fade() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    card.learn(counts(36_000, 360), NOTHING)
    for _ in range(MEMORY_MONTHS):
        card.learn(counts(0, 0), NOTHING)
    assert card.counts[0, 1, 0] / 36_000 == pytest.approx(np.exp(-1), abs=0.02)


def test_the_auc_is_the_chance_of_ranking_a_pair_rightly() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    assert auc_alone(card) == 0.5
    card.ranks += ranks({10: 5}, {})
    assert auc_alone(card) == 0.5
    card.ranks += ranks({}, {3: 2})
    assert auc_alone(card) == 1.0
    card.ranks[:] = ranks({10: 4, 3: 1}, {10: 1, 3: 1})
    # Good 10 against bad 10 (tie), bad 3 (right); good 3 against bad 10 (wrong), bad 3 (tie).
    assert auc_alone(card) == pytest.approx((4 * 0.5 + 4 * 1 + 0 + 0.5) / 10)


def test_the_bad_rate_seen_starts_at_the_bought_one() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    assert card.bad_rate_seen() == pytest.approx(0.04)
    card.learn(counts(90_000, 10_000), NOTHING)
    assert card.bad_rate_seen() == pytest.approx(0.1, abs=0.001)
