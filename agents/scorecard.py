"""A lender's scorecard: learnt from counts of good and bad loans, never told the truth.

Each half year of a relationship is counted once, in the bin of every feature that the lender saw
when it began, beside what the score expected of it. Counts are integers, so learning is exact and
does not depend on the order of loans. Points are log-odds that start from a generic score anybody
can buy. Whoever sells it learns from what all lenders report; a lender departs from it as far as
its own bads carry, and comes back to it where they no longer do. Only the approved show outcomes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from agents.messages import (
    BINS,
    FEATURES,
    GRADE_BOUND_PD,
    GRADES,
    SCORE_BIN_ORIGIN,
    SCORE_BIN_WIDTH,
    SCORE_BINS,
    Floats,
    Ints,
)

GENERIC_RECORD = (-0.2, 0.3, -1.6, -2.2, 1.0)
GENERIC_DEBT = (0.3, 0.3, 0.2, 0.1, -0.2, -0.5, -0.9, -1.3)
GENERIC_INCOME = (-0.3, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2, 0.3)
GENERIC_BEHAVIOUR_SLOPE = 0.55
"""The bought generic score: log-odds of paying by bin (assumption, refined by learning)."""

MEMORY_MONTHS = 12
"""Months over which old counts fade to a third."""

KNOWN_MONTHS = 36.0
"""Months of outcomes that the points rest on. A simulated borrower stands for thousands of people,
so that with fewer a scorecard would follow the luck of the sample (assumption)."""

LEAST_PRIOR = 25.0
"""Bads in the sample, at the least, that weigh as much as the bought score: where lenders' truths
about a bin differ by some 0.2 in log-odds, it takes 1 / 0.2^2 bads to tell that from luck
(assumption). Real lenders have thousands of times as many bads as a sample; with too small a prior
cards follow the luck of the sample, and their differences mean a third of what they say."""

START_BADS = 4.0
"""Bads of the bought score with which a lender's own record starts (assumption)."""

GRADE_MID_PD = (0.004, 0.0085, 0.0165, 0.03, 0.053, 0.092, 0.155, 0.28)
"""Probability of going bad within six months at which a grade is priced (assumption)."""


def log_odds(probability: float) -> float:
    """Log-odds of paying when `probability` is that of going bad."""
    return math.log((1.0 - probability) / probability)


GRADE_FLOOR: Ints = np.array(
    [round(1000 * log_odds(bound)) for bound in GRADE_BOUND_PD], dtype=np.int64
)
"""Least score, milli-logits, of every grade but the last."""


GRADE_PD: Floats = np.array(GRADE_MID_PD)
"""[G] The same, to reckon with all grades at once."""


def generic_points(noise: float) -> Floats:
    """[F, B] log-odds of the bought score; behaviour says less the noisier the signal."""
    points = np.zeros((FEATURES, BINS))
    points[0, : len(GENERIC_RECORD)] = GENERIC_RECORD
    points[1] = GENERIC_DEBT
    points[2] = GENERIC_INCOME
    points[3] = GENERIC_BEHAVIOUR_SLOPE * clarity(noise) * (np.arange(BINS) - 3.5)
    return points


def clarity(noise: float) -> float:
    """What a signal with this error says of character: their correlation."""
    return 1.0 / math.sqrt(1.0 + noise * noise)


def step(bad: Ints | Floats, expected: Floats, prior: Floats) -> Floats:
    """Log of how much worse than expected, shrunk by a prior worth `prior` bads."""
    moved: Floats = np.log((bad + prior) / (expected + prior))
    return moved


@dataclass
class Scorecard:
    """One lender's experience and the points it has come to.

    noise : of its behavioural signal, standard deviations; sets the bought score
    bad_rate : share bad that the bought score expects of this lender's customers
    base : log-odds of paying, before the features
    points : [F, B] log-odds that each bin of a feature adds
    bought : [F, B] the same by the score that anybody can buy, as it is sold today
    counts : [F, B, 2] good and bad half years by bin, fading with age
    known : [F, B] bad half years, as the score expected them, that the points rest on
    ranks : [SCORE_BINS, 2] good and bad by score
    """

    noise: float
    bad_rate: float
    base: float = field(init=False)
    points: Floats = field(init=False)
    bought: Floats = field(init=False)
    counts: Ints = field(default_factory=lambda: np.zeros((FEATURES, BINS, 2), dtype=np.int64))
    known: Floats = field(default_factory=lambda: np.zeros((FEATURES, BINS)))
    ranks: Ints = field(default_factory=lambda: np.zeros((SCORE_BINS, 2), dtype=np.int64))

    def __post_init__(self) -> None:
        self.base = log_odds(self.bad_rate)
        self.points = generic_points(self.noise)
        self.bought = self.points.copy()

    def see(self, noise: float) -> None:
        """Takes up a clearer or dimmer signal: what its bins say is scaled by what it now tells.

        A lender that changes its technology fits its card anew to the cases that it has on file;
        it does not wait for years of new ones.
        """
        if noise != self.noise:
            change = clarity(noise) / clarity(self.noise)
            self.points[3] *= change
            self.bought[3] *= change
            self.noise = noise


def learn(
    cards: Sequence[Scorecard],
    counts: Ints,
    expected_ppm: Ints,
    ranks: Ints,
    pseudo_bads: Floats,
) -> None:
    """Many cards take in a month's half years and move points by what came out worse or better.

    counts : [L, F, B, 2] good and bad ; expected_ppm : [L, F, B] bad expected by today's score
    ranks : [L, SCORE_BINS, 2] good and bad by score
    pseudo_bads : [L] bads of its own that weigh as much as what a card knew before, besides the
        known

    The level moves first, then each bin by log((bad + k) / (expected + k)), k the pseudo-bads
    and those it knows: a gamma prior on a Poisson count, taken step by step. Because the
    score's own expectation is the yardstick, a bin that is approved only with other virtues
    is not taken for safe, and features that go together are not counted twice.

    What the bads of all cards together say moves the bought score, and every card with it. What a
    card's own bads say beyond those of all moves it away from the bought score, and it comes back
    by k / (k + known) in the months that it knows, so that at rest it is the mean of both,
    weighted by bads: luck that no bads bear out any more is forgotten.
    """
    before = Experience.of(cards)
    bad, expected = counts[..., 1], expected_ppm / 1e6
    own = np.maximum(LEAST_PRIOR, pseudo_bads)[:, None, None]
    trust = pseudo_bads + before.known[:, 1].sum(axis=-1)
    worse = step(bad[:, 1].sum(axis=-1), expected[:, 1].sum(axis=-1), trust)
    due = expected * np.exp(worse)[:, None, None]
    happened, said = bad.sum(axis=0), summed(due)
    known = summed(before.known) + float(np.max(own, initial=LEAST_PRIOR))
    common = at_each(step(happened, said, known), due, before.clear)
    all_alike = due * np.exp(at_each(step(happened, said, np.ones_like(known)), due, before.clear))
    prior = own + before.known
    bought = before.bought - common
    kept = 1.0 - own / prior / KNOWN_MONTHS
    after = Experience(
        base=before.base - worse,
        points=bought + kept * (before.points - before.bought) - step(bad, all_alike, prior),
        bought=bought,
        counts=before.counts + counts - before.counts // MEMORY_MONTHS,
        known=before.known + (expected - before.known / KNOWN_MONTHS),
        ranks=before.ranks + ranks - before.ranks // MEMORY_MONTHS,
        clear=before.clear,
    )
    after.hand_back(cards)


def at_each(common: Floats, due: Floats, clear: Floats) -> Floats:
    """[L, F, B] what a change common to all means at each lender.

    A bin of behaviour says the more the clearer a lender's signal is.

    common : [F, B] log-odds ; due : [L, F, B] bads expected ; clear : [L] see `clarity`
    """
    found = np.repeat(common[None], len(due), axis=0)
    weight = due[:, 3].sum(axis=-1)
    mean = float(summed(weight * clear)) / max(1e-9, float(summed(weight)))
    found[:, 3] *= (clear / mean if mean > 0.0 else np.ones(len(clear)))[:, None]
    return found


def summed(of_lenders: Floats) -> Floats:
    """[...] a sum over lenders, in order of size, so that it does not depend on theirs."""
    total: Floats = np.sort(of_lenders, axis=0).sum(axis=0)
    return total


class Experience(NamedTuple):
    """What many scorecards hold, one below the other; see `Scorecard`."""

    base: Floats  # [L]
    points: Floats  # [L, F, B]
    bought: Floats  # [L, F, B]
    counts: Ints  # [L, F, B, 2]
    known: Floats  # [L, F, B]
    ranks: Ints  # [L, SCORE_BINS, 2]
    clear: Floats  # [L]

    @classmethod
    def of(cls, cards: Sequence[Scorecard]) -> "Experience":
        """Copies of what the cards hold."""
        return cls(
            base=np.array([card.base for card in cards]),
            points=stacked([card.points for card in cards], FEATURES, BINS),
            bought=stacked([card.bought for card in cards], FEATURES, BINS),
            counts=stacked([card.counts for card in cards], FEATURES, BINS, 2),
            known=stacked([card.known for card in cards], FEATURES, BINS),
            ranks=stacked([card.ranks for card in cards], SCORE_BINS, 2),
            clear=np.array([clarity(card.noise) for card in cards]),
        )

    def hand_back(self, cards: Sequence[Scorecard]) -> None:
        """Gives each card its own."""
        bases = self.base.tolist()
        for place, card in enumerate(cards):
            card.base, card.points = bases[place], self.points[place]
            card.bought = self.bought[place]
            card.counts, card.known = self.counts[place], self.known[place]
            card.ranks = self.ranks[place]


def stacked[N: (Floats, Ints)](tables: Sequence[N], *shape: int) -> N:
    """[L, *shape] tables of one shape, one below the other; right also for no tables."""
    whole: N = np.array(tables).reshape(-1, *shape)
    return whole


def bad_rates_seen(cards: Sequence[Scorecard]) -> Floats:
    """[L] share bad among the loans counted, with a few of the bought score's as a start."""
    counts = stacked([card.counts for card in cards], FEATURES, BINS, 2)
    good, bad = counts[:, 1].sum(axis=1).T
    bought = np.array([card.bad_rate for card in cards])
    share: Floats = (bad + START_BADS) / (good + bad + START_BADS / bought)
    return share


def published(cards: Sequence[Scorecard]) -> tuple[Ints, Ints]:
    """[L] base scores and [L, F, B] points of many scorecards, milli-logits."""
    base = np.array([card.base for card in cards])
    points = stacked([card.points for card in cards], FEATURES, BINS)
    return np.rint(1000 * base).astype(np.int64), np.rint(1000 * points).astype(np.int64)


def auc_of(ranks: Ints) -> Floats:
    """[L] chance that a good loan scored above a bad one, ties half; 0.5 before both are seen.

    ranks : [L, SCORE_BINS, 2] good and bad loans by score
    """
    good, bad = ranks[..., 0], ranks[..., 1]
    below = np.cumsum(bad, axis=-1) - bad
    pairs = good.sum(axis=-1) * bad.sum(axis=-1)
    ordered = (good * (below + 0.5 * bad)).sum(axis=-1)
    return np.where(pairs > 0, ordered / np.maximum(1, pairs), 0.5)


SLOPE_STEPS = 4
"""Newton steps towards the slope: beyond, it moves by less than it is shown with."""

SCORE_MIDDLES: Floats = np.array(
    [(SCORE_BIN_ORIGIN + SCORE_BIN_WIDTH * (place + 0.5)) / 1000.0 for place in range(SCORE_BINS)]
)
"""[SCORE_BINS] score in the middle of each bin, logits."""

SLOPE_SPREAD = 1.0
"""Standard deviation of what the slope is thought to be around 1 before any loan is seen, so that a
lender with a handful of bad loans does not show an endless one (assumption)."""


def calibration_slopes(ranks: Ints) -> Floats:
    """[L] slope b of a logistic line: log-odds of paying = a + b x score, scores in logits.

    ranks : [L, SCORE_BINS, 2] good and bad loans by score

    1: differences of the score mean what they say; below: the score overstates them; above: it
    understates them. Fitted to the good and bad loans by score bin, with a weak prior around 1.
    """
    counts = ranks.astype(np.float64)
    good, all_loans = counts[..., 0], counts.sum(axis=-1)
    seen = np.maximum(1e-9, all_loans.sum(axis=-1))
    mean = (all_loans * SCORE_MIDDLES).sum(axis=-1) / seen
    score = SCORE_MIDDLES - mean[:, None]  # centred, so that level and slope hardly meet
    share = (good.sum(axis=-1) + 0.5) / (seen + 1.0)
    level, slope = np.log(share / (1.0 - share)), np.ones(len(ranks))
    loans_score, score_squared = all_loans * score, score * score
    good_sum, good_score = good.sum(axis=-1), (good * score).sum(axis=-1)
    for _ in range(SLOPE_STEPS):
        pays = 1.0 / (1.0 + np.exp(-(level[:, None] + slope[:, None] * score)))
        weight = all_loans * (pays - pays * pays)
        pull_level = good_sum - np.einsum("lb,lb->l", all_loans, pays)
        pull_slope = good_score - np.einsum("lb,lb->l", loans_score, pays)
        pull_slope -= (slope - 1.0) / SLOPE_SPREAD**2
        aa = np.einsum("lb->l", weight) + 1e-6
        ab = np.einsum("lb,lb->l", weight, score)
        bb = np.einsum("lb,lb->l", weight, score_squared) + 1.0 / SLOPE_SPREAD**2
        turn = aa * bb - ab * ab
        level = level + np.clip((bb * pull_level - ab * pull_slope) / turn, -1.0, 1.0)
        slope = slope + np.clip((aa * pull_slope - ab * pull_level) / turn, -1.0, 1.0)
    return slope


assert len(GRADE_MID_PD) == GRADES == len(GRADE_BOUND_PD) + 1
