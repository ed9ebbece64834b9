"""Scorecards: learnt from integer counts, shrunk towards a bought score."""

import numpy as np
import pytest

from agents.messages import BINS, FEATURES, SCORE_BIN_ORIGIN, SCORE_BIN_WIDTH, SCORE_BINS, Ints
from agents.scorecard import (
    MEMORY_MONTHS,
    Scorecard,
    auc_of,
    bad_rates_seen,
    calibration_slopes,
    clarity,
    generic_points,
    learn,
    log_odds,
    published,
)

WEIGHT = 5_000.0
"""People for whom a borrower stands, as with 100,000 of them."""


def counts(good: int, bad: int, place: int = 1) -> Ints:
    """Half years of alike people: all in one bin of every feature."""
    table = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
    table[:, place] = (good, bad)
    return table


def shown(card: Scorecard) -> tuple[int, Ints]:
    """Base score and points that borrowers meet, milli-logits."""
    base, points = published([card])
    return int(base[0]), points[0]


def expected_by(card: Scorecard, table: Ints) -> Ints:
    """What the published score expects of people in the same bin of every feature."""
    base, points = shown(card)
    ppm = np.zeros((FEATURES, BINS), dtype=np.int64)
    for place in range(BINS):
        chance = 1.0 / (1.0 + np.exp((base + points[:, place].sum()) / 1_000))
        ppm[:, place] = (1e6 * chance * table[:, place].sum(axis=1)).astype(np.int64)
    return ppm


def learn_alone(card: Scorecard, table: Ints, expected_ppm: Ints, firms: float) -> None:
    learn([card], table[None], expected_ppm[None], NOTHING[None], WEIGHT, np.array([firms]))


def teach(card: Scorecard, table: Ints, *, months: int = 1, firms: float = 1.0) -> None:
    for _ in range(months):
        learn_alone(card, table, expected_by(card, table), firms)


def ranks(good: dict[int, int], bad: dict[int, int]) -> Ints:
    table = np.zeros((SCORE_BINS, 2), dtype=np.int64)
    for column, loans in enumerate((good, bad)):
        for place, number in loans.items():
            table[place, column] = number
    return table


def auc_alone(card: Scorecard) -> float:
    return float(auc_of(card.ranks[None])[0])


NOTHING = np.zeros((SCORE_BINS, 2), dtype=np.int64)


def test_before_any_loan_a_lender_has_the_bought_score() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    teach(card, counts(0, 0), months=3)
    base, points = shown(card)
    assert base == round(1_000 * log_odds(0.04))
    assert points == pytest.approx(1_000 * generic_points(1.0), abs=1)


def test_a_noisier_lender_trusts_behaviour_less() -> None:
    clear, blurred = generic_points(0.5)[3], generic_points(2.0)[3]
    assert abs(blurred).max() < abs(clear).max()
    assert (np.diff(blurred) > 0).all()


def test_experience_brings_the_score_to_what_happens() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    loans = counts(900, 100, place=2) + counts(980, 20, place=5)
    teach(card, loans, months=240)
    expected = expected_by(card, loans)[1] / 1e6
    assert expected[2] == pytest.approx(100, rel=0.02)
    assert expected[5] == pytest.approx(20, rel=0.05)


def test_selection_on_other_virtues_does_not_make_a_bin_look_safe() -> None:
    """Late payers are taken only with the best behaviour: their own bin must stay bad."""
    card = Scorecard(noise=1.0, bad_rate=0.04)
    table = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
    table[0, 2] = table[3, 7] = (480, 20)  # late, but of spotless behaviour: 4% go bad
    before = card.points[0, 2] + card.points[3, 7]
    base, points = shown(card)
    chance = 1.0 / (1.0 + np.exp((base + points[0, 2] + points[3, 7]) / 1_000))
    ppm = np.zeros((FEATURES, BINS), dtype=np.int64)
    ppm[0, 2] = ppm[3, 7] = int(1e6 * chance * 500)
    learn_alone(card, table, ppm, 1.0)
    moved = card.points[0, 2] + card.points[3, 7] - before
    # Marginal counts alone would put the bin at the average risk, a rise of 1.6.
    assert abs(moved) < 0.8
    assert card.points[0, 2] < -1.0


def test_few_loans_move_little() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    _, before = shown(card)
    teach(card, counts(5, 3), firms=12 * WEIGHT)
    _, after = shown(card)
    assert abs(after - before).max() < 150


def test_the_order_of_loans_does_not_matter_within_a_month() -> None:
    one, other = (Scorecard(noise=1.0, bad_rate=0.04) for _ in range(2))
    teach(one, counts(30, 2) + counts(10, 9))
    teach(other, counts(10, 9) + counts(30, 2))
    assert (one.points == other.points).all()
    assert one.base == other.base
    assert one.counts.dtype == np.int64


def test_old_loans_fade() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    teach(card, counts(36_000, 360))
    teach(card, counts(0, 0), months=MEMORY_MONTHS)
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
    assert float(bad_rates_seen([card])[0]) == pytest.approx(0.04)
    teach(card, counts(90_000, 10_000))
    assert float(bad_rates_seen([card])[0]) == pytest.approx(0.1, abs=0.001)


def month_of(cards: list[Scorecard], tables: list[Ints], firms: float = 1.0) -> None:
    """One month of half years at several lenders."""
    expected = [expected_by(card, table) for card, table in zip(cards, tables, strict=True)]
    ranks_of = np.stack([NOTHING] * len(cards))
    learn(cards, np.stack(tables), np.stack(expected), ranks_of, WEIGHT, np.full(len(cards), firms))


def test_what_all_lenders_lose_reaches_the_score_that_a_newcomer_buys() -> None:
    """Who has seen none of the loans knows from the bought score how they go."""
    cards = [Scorecard(noise=1.0, bad_rate=0.04) for _ in range(3)]
    seen = counts(880, 120, place=2) + counts(970, 30, place=5)
    for _ in range(60):
        month_of(cards, [seen, seen, counts(0, 0)])
    gap = [float((card.points[:, 2] - card.points[:, 5]).sum()) for card in cards]
    truth = np.log(880 / 120) - np.log(970 / 30)  # -1.49; the first bought score says -2.08
    assert gap == pytest.approx([truth] * 3, abs=0.1)
    assert cards[2].points == pytest.approx(cards[2].bought)


def test_many_bads_of_its_own_keep_a_card_apart_and_few_do_not() -> None:
    """Two lenders whose bin 2 goes as badly; the one with a handful of loans stays by the rest."""
    fine, worse = counts(960, 40, place=2), counts(900, 100, place=2)
    few = worse // 200
    large, small, rest = (Scorecard(noise=1.0, bad_rate=0.04) for _ in range(3))
    other = counts(960, 40, place=5)
    for _ in range(120):
        month_of([large, small, rest], [worse + other, few + other // 200, 9 * (fine + other)])

    def apart(card: Scorecard) -> float:
        gap = card.points[:, 2] - card.points[:, 5]
        return float((gap - (card.bought[:, 2] - card.bought[:, 5])).sum())

    assert apart(large) < -0.5
    assert abs(apart(small)) < 0.3 * abs(apart(large))


def test_the_luck_of_a_small_sample_is_not_learnt_as_truth() -> None:
    """Thirty lenders with two bads a month, alike in truth: their cards stay near one another."""
    chance = np.random.default_rng(1)
    cards = [Scorecard(noise=1.0, bad_rate=0.04) for _ in range(30)]
    spread = []
    for month in range(150):
        tables = []
        for _ in cards:
            bad = chance.poisson(0.25, BINS)
            table = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
            table[...] = np.stack([np.full(BINS, 6), bad], axis=-1)
            tables.append(table)
        month_of(cards, tables)
        if month >= 100:
            spread.append(np.std([card.points[1] for card in cards], axis=0).mean())
    assert np.mean(spread) < 0.1  # 0.24 without the prior and the way back


def in_feature(points: np.ndarray, half_years: float, chance: np.random.Generator | None) -> Ints:
    """A month of half years of one feature whose bins are alike in size; without luck if None."""
    table = np.zeros((FEATURES, BINS, 2), dtype=np.int64)
    of_bin = half_years / BINS
    share = 1.0 / (1.0 + np.exp(log_odds(0.04) + points))
    bad = chance.poisson(of_bin * share) if chance else np.rint(of_bin * share)
    table[1] = np.stack([np.maximum(0, np.rint(of_bin - bad)), bad], axis=-1)
    return table


def taught(
    slopes: np.ndarray, weight: float, firms: float, half_years: float, *, lucky: bool
) -> list[Scorecard]:
    """Cards after five years of a feature that tells `slopes` times what the bought score says.

    half_years : real ones a month and lender
    """
    truth = generic_points(1.0)[1]
    chance = np.random.default_rng(2) if lucky else None
    cards = [Scorecard(noise=1.0, bad_rate=0.04) for _ in slopes]
    for _ in range(60):
        tables = [in_feature(slope * truth, half_years / weight, chance) for slope in slopes]
        base, points = published(cards)
        expected = np.zeros((len(cards), FEATURES, BINS), dtype=np.int64)
        for place, table in enumerate(tables):
            share = 1.0 / (1.0 + np.exp((base[place] + points[place, 1]) / 1_000))
            expected[place, 1] = (1e6 * share * table[1].sum(axis=-1)).astype(np.int64)
        nothing = np.zeros((len(cards), SCORE_BINS, 2), dtype=np.int64)
        learn(cards, np.stack(tables), expected, nothing, weight, np.full(len(cards), firms))
    return cards


@pytest.mark.parametrize("weight", [25_000.0, 5_000.0])
def test_differences_of_cards_mean_what_they_say_in_small_and_large_samples(weight: float) -> None:
    """20,000 borrowers and 100,000: the luck of few bads is not told as knowledge, many are heard.

    Sixty lenders with 40 and 200 half years a month in the sample; without the prior the line
    through truth and card has a slope of 0.3 with 20,000.
    """
    truth = np.random.default_rng(1).normal(1.0, 0.3, 60)
    cards = taught(truth, weight, 1.0, 1e6, lucky=True)
    learnt = np.array([card.slope[1] for card in cards])
    says = float(np.polyfit(learnt, truth, 1)[0])
    assert says == pytest.approx(1.0, abs=0.35)
    assert np.corrcoef(learnt, truth)[0, 1] > 0.5


def test_a_card_rests_on_the_real_bads_of_a_real_firm() -> None:
    """The same real loans at ten times the firms tell each less, whatever the sample."""
    slopes = np.array([1.6, 0.8, 0.8, 0.8])

    def apart(weight: float, firms: float) -> float:
        return float(taught(slopes, weight, firms, 1e8, lucky=False)[0].slope[1]) - 1.0

    one, few, many = (apart(5_000.0, firms) for firms in (1.0, 500_000.0, 5_000_000.0))
    assert 0.0 < many < 0.8 * few < few < one
    for firms in (500_000.0, 5_000_000.0):
        assert apart(1_000.0, firms) == pytest.approx(apart(25_000.0, firms), rel=0.05)


def test_the_order_of_lenders_does_not_matter() -> None:
    tables = [counts(300 * n, 10 * n, place=n) + counts(90, 7 * n, place=6) for n in (1, 2, 3)]
    forth = [Scorecard(noise=0.5 * n, bad_rate=0.03) for n in (1, 2, 3)]
    back = [Scorecard(noise=0.5 * n, bad_rate=0.03) for n in (3, 2, 1)]
    for _ in range(5):
        month_of(forth, tables)
        month_of(back, tables[::-1])
    for one, other in zip(forth, back[::-1], strict=True):
        assert (one.points == other.points).all()
        assert (one.bought == other.bought).all()


def test_a_clearer_signal_says_more_at_once() -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    teach(card, counts(900, 50, place=2) + counts(900, 20, place=5), months=12)
    before = card.points.copy()
    card.see(1.0)
    assert (card.points == before).all()
    card.see(0.5)
    assert card.points[3] == pytest.approx(before[3] * clarity(0.5) / clarity(1.0))
    assert (card.points[[0, 1, 2, 4]] == before[[0, 1, 2, 4]]).all()
    card.see(1.0)
    assert card.points == pytest.approx(before)


def outcomes(slope: float, loans: int) -> Ints:
    """Good and bad where log-odds of paying are 2.5 + slope x (score - 2.5), scores 1 to 5."""
    table = np.zeros((SCORE_BINS, 2), dtype=np.int64)
    for place in range(12, 28):
        score = (SCORE_BIN_ORIGIN + SCORE_BIN_WIDTH * (place + 0.5)) / 1_000
        good = round(loans / (1.0 + np.exp(-(2.5 + slope * (score - 2.5)))))
        table[place] = (good, loans - good)
    return table


@pytest.mark.parametrize("slope", [0.4, 1.0, 1.8])
def test_the_calibration_slope_is_that_of_the_outcomes(slope: float) -> None:
    card = Scorecard(noise=1.0, bad_rate=0.04)
    card.ranks += outcomes(slope, 100_000)
    assert calibration_slopes(card.ranks[None])[0] == pytest.approx(slope, abs=0.01)


def test_a_few_bad_loans_do_not_make_a_slope() -> None:
    empty, few = Scorecard(noise=1.0, bad_rate=0.04), Scorecard(noise=1.0, bad_rate=0.04)
    few.ranks += ranks({20: 50, 22: 50}, {12: 1})
    slopes = calibration_slopes(np.stack([empty.ranks, few.ranks]))
    assert slopes[0] == 1.0
    assert 1.0 < slopes[1] < 4.0


def test_slopes_are_each_lenders_own() -> None:
    cards = [Scorecard(noise=1.0, bad_rate=0.04) for _ in range(3)]
    for card, slope in zip(cards, (0.5, 1.0, 1.5), strict=True):
        card.ranks += outcomes(slope, 5_000)
    together = calibration_slopes(np.stack([card.ranks for card in cards]))
    assert together.tolist() == [float(calibration_slopes(card.ranks[None])[0]) for card in cards]
    assert (np.diff(together) > 0.3).all()
