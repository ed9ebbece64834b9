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

START_BADS = 4.0
"""Bads of the bought score with which a lender's own record and its level start (assumption)."""

VENDOR_BADS = 100_000.0
"""Real bads in a bin of a feature on which the bought score rests when the run begins; what all
lenders report counts beside them (assumption)."""

SLOPE_SPREAD_OF_LENDERS = 0.3
"""Standard deviation, among lenders, of what a feature tells over what it tells in the bought score
(assumption). 1 / 0.3^2 is what a lender's own outcomes must tell to count for half."""

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
    points : [F, B] log-odds that each bin of a feature adds: slope x bought
    bought : [F, B] the same by the score that anybody can buy, as it is sold today
    slope : [F] how much more a feature tells among this lender's customers than the bought score
        says; 1 without experience
    counts : [F, B, 2] good and bad half years by bin, fading with age
    known : [F, B] bad half years, as the score expected them, that the points rest on
    told : [F] what these tell of the slopes: sum of bads x squared distance of points
    ranks : [SCORE_BINS, 2] good and bad by score
    """

    noise: float
    bad_rate: float
    base: float = field(init=False)
    points: Floats = field(init=False)
    bought: Floats = field(init=False)
    slope: Floats = field(default_factory=lambda: np.ones(FEATURES))
    counts: Ints = field(default_factory=lambda: np.zeros((FEATURES, BINS, 2), dtype=np.int64))
    known: Floats = field(default_factory=lambda: np.zeros((FEATURES, BINS)))
    told: Floats = field(default_factory=lambda: np.zeros(FEATURES))
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
    weight: float,
    firms: Floats,
    learns: Sequence[bool] | None = None,
) -> None:
    """Many cards take in a month's half years and move points by what came out worse or better.

    counts : [L, F, B, 2] good and bad ; expected_ppm : [L, F, B] bad expected by today's score
    ranks : [L, SCORE_BINS, 2] good and bad by score
    weight : people for whom a simulated borrower stands ; firms : [L] real ones of each lender
    learns : [L] whose points move; None: everybody's

    The level moves first. What the bads of all cards together say beyond it moves the bought
    score, bin by bin, by log((bad + k) / (expected + k)), k the bads it rests on: a gamma prior on
    a Poisson count, taken step by step. Because the score's own expectation is the yardstick, a bin
    that is approved only with other virtues is not taken for safe, and features that go together
    are not counted twice.

    What a card's own bads say beyond those of all moves its slopes, one a feature (see `tilt`). A
    bin alone would take more bads than a sample holds of most lenders, and the luck of the sample
    would pass for knowledge; all bins of a feature together tell how much it tells.
    """
    before = Experience.of(cards)
    bad, expected = counts[..., 1], expected_ppm / 1e6
    scarce = scarcity(weight, firms)
    trust = START_BADS * scarce + before.known[:, 1].sum(axis=-1)
    worse = step(bad[:, 1].sum(axis=-1), expected[:, 1].sum(axis=-1), trust)
    due = expected * np.exp(worse)[:, None, None]
    happened, said = bad.sum(axis=0), summed(due)
    known = summed(before.known) + VENDOR_BADS / weight
    common = at_each(step(happened, said, known), due, before.clear)
    this_month = at_each(step(happened, said, np.ones_like(known)), due, before.clear)
    all_alike = due * np.exp(before.slope[:, :, None] * this_month)
    tilt, raised, told = tilts(bad, all_alike, before, scarce)
    bought = before.bought - common
    slope = before.slope + tilt
    after = Experience(
        base=before.base - worse - raised,
        points=slope[:, :, None] * bought,
        bought=bought,
        slope=slope,
        counts=before.counts + counts - before.counts // MEMORY_MONTHS,
        known=before.known + (expected - before.known / KNOWN_MONTHS),
        told=before.told + (told - before.told / KNOWN_MONTHS),
        ranks=before.ranks + ranks - before.ranks // MEMORY_MONTHS,
        clear=before.clear,
    )
    after.hand_back(cards, learns)


def scarcity(weight: float, firms: Floats) -> Floats:
    """[L] bads of the sample from which a firm of the lender knows as much as from one real bad.

    For each bad in the sample there are `weight` real ones, and each firm of a fringe has its part
    of them. A firm that has less than one knows less than the sample shows; one that has more knows
    no more, since the sample is all there is to learn from.
    """
    found: Floats = np.maximum(1.0, firms / weight)
    return found


def tilts(
    bad: Ints, due: Floats, before: "Experience", scarce: Floats
) -> tuple[Floats, Floats, Floats]:
    """What each card's own bads say of what its features tell.

    bad : [L, F, B] ; due : [L, F, B] expected, had bins gone as badly as they did at all lenders
    scarce : [L] see `scarcity`

    Returns [L, F] changes of the slopes, [L] what they add to the mean points of its bads, so that
    the level can give it back, and [L, F] what the month told. One step of Newton's method
    on the likelihood of Poisson counts, with a normal prior around the bought score's slope of 1;
    experience fades, so slopes come back to 1 as fast as what they rest on is forgotten. What all
    slopes together would do is the bought score's to say, and is taken off by whoever has some.
    """
    points = before.bought
    mean = (due * points).sum(axis=-1) / np.maximum(1e-9, due.sum(axis=-1))
    apart = points - mean[:, :, None]
    found = ((due - bad) * apart).sum(axis=-1)
    told = (due * apart * apart).sum(axis=-1)
    prior = scarce[:, None] / SLOPE_SPREAD_OF_LENDERS**2
    forgotten = (before.slope - 1.0) * prior / (prior + before.told) / KNOWN_MONTHS
    rests_on = before.told + told
    own = rests_on / (prior + rests_on)
    tilt = found / (prior + rests_on) - forgotten
    tilt -= own * summed(rests_on * tilt) / np.maximum(1e-9, summed(rests_on * own))
    return tilt, (tilt * mean).sum(axis=-1), told


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
    slope: Floats  # [L, F]
    counts: Ints  # [L, F, B, 2]
    known: Floats  # [L, F, B]
    told: Floats  # [L, F]
    ranks: Ints  # [L, SCORE_BINS, 2]
    clear: Floats  # [L]

    @classmethod
    def of(cls, cards: Sequence[Scorecard]) -> "Experience":
        """Copies of what the cards hold."""
        return cls(
            base=np.array([card.base for card in cards]),
            points=stacked([card.points for card in cards], FEATURES, BINS),
            bought=stacked([card.bought for card in cards], FEATURES, BINS),
            slope=stacked([card.slope for card in cards], FEATURES),
            counts=stacked([card.counts for card in cards], FEATURES, BINS, 2),
            known=stacked([card.known for card in cards], FEATURES, BINS),
            told=stacked([card.told for card in cards], FEATURES),
            ranks=stacked([card.ranks for card in cards], SCORE_BINS, 2),
            clear=np.array([clarity(card.noise) for card in cards]),
        )

    def hand_back(self, cards: Sequence[Scorecard], learns: Sequence[bool] | None) -> None:
        """Gives each card its own; who does not learn keeps his points and files what he saw."""
        bases = self.base.tolist()
        for place, card in enumerate(cards):
            card.counts, card.ranks = self.counts[place], self.ranks[place]
            if learns is not None and not learns[place]:
                continue
            card.base, card.points = bases[place], self.points[place]
            card.bought, card.slope = self.bought[place], self.slope[place]
            card.known, card.told = self.known[place], self.told[place]


def stacked[N: (Floats, Ints)](tables: Sequence[N], *shape: int) -> N:
    """[L, *shape] tables of one shape, one below the other; right also for no tables."""
    # Put end to end: an array made of arrays would look at every number of theirs one by one.
    whole: N = (np.concatenate(tables) if tables else np.array(tables)).reshape(-1, *shape)
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
