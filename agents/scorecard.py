"""A lender's scorecard: learnt from counts of good and bad loans, never told the truth.

Each relationship is counted once, at six months, in the bin of every feature that the lender saw.
Counts are integers, so learning is exact and does not depend on the order of loans. Points are
log-odds of each bin against all, shrunk by pseudo-counts towards a generic score that anybody
can buy. What is learnt is biased by selection: only the approved show outcomes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from agents.messages import (
    BINS,
    FEATURES,
    GRADE_BOUND_PD,
    GRADES,
    SCORE_BINS,
    Floats,
    Ints,
)

GENERIC_RECORD = (-0.2, 0.3, -1.6, -2.2, 1.0)
GENERIC_DEBT = (0.3, 0.3, 0.2, 0.1, -0.2, -0.5, -0.9, -1.3)
GENERIC_INCOME = (-0.3, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2, 0.3)
GENERIC_BEHAVIOUR_SLOPE = 0.55
"""The bought generic score: log-odds of paying by bin (assumption, refined by learning)."""

MEMORY_MONTHS = 36
"""Months over which old counts fade to a third."""

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


@cache
def generic_risk(noise: float) -> Floats:
    """[F, B] risk of each bin relative to all by the bought score; read-only, as it is kept."""
    risk: Floats = np.exp(-generic_points(noise))
    risk.flags.writeable = False
    return risk


def generic_points(noise: float) -> Floats:
    """[F, B] log-odds of the bought score; behaviour says less the noisier the signal."""
    points = np.zeros((FEATURES, BINS))
    points[0, : len(GENERIC_RECORD)] = GENERIC_RECORD
    points[1] = GENERIC_DEBT
    points[2] = GENERIC_INCOME
    clarity = 1.0 / math.sqrt(1.0 + noise * noise)
    points[3] = GENERIC_BEHAVIOUR_SLOPE * clarity * (np.arange(BINS) - 3.5)
    return points


@dataclass
class Scorecard:
    """One lender's counts and the points it derives from them.

    counts : [F, B, 2] good and bad loans by feature bin, fading with age
    ranks : [SCORE_BINS, 2] good and bad by score
    bad_rate : share bad that the generic score expects of this lender's applicants
    """

    noise: float
    bad_rate: float
    counts: Ints = field(default_factory=lambda: np.zeros((FEATURES, BINS, 2), dtype=np.int64))
    ranks: Ints = field(default_factory=lambda: np.zeros((SCORE_BINS, 2), dtype=np.int64))

    def learn(self, counts: Ints, ranks: Ints) -> None:
        """Adds a month's matured loans; older ones fade."""
        self.counts += counts - self.counts // MEMORY_MONTHS
        self.ranks += ranks - self.ranks // MEMORY_MONTHS

    def bad_rate_seen(self) -> float:
        """Share bad among the loans counted, with a few of the bought score's as a start."""
        good, bad = (float(x) for x in self.counts[1].sum(axis=0))
        return (bad + START_BADS) / (good + bad + START_BADS / self.bad_rate)


def points_of(cards: Sequence[Scorecard], pseudo_bads: Floats) -> tuple[Ints, Ints]:
    """[L] base scores and [L, F, B] points of many scorecards, milli-logits.

    A bin's risk relative to all is (bads + k g) / (bads expected + k), with g the bought score's
    relative risk and k pseudo-bads: a gamma prior on a Poisson count. Bads carry the information
    (the variance of a log risk is one over their number), so k says how many of its own a lender
    needs to trust itself as much as the bought score.

    pseudo_bads : [L]
    """
    counts = np.array([card.counts for card in cards]).reshape(-1, FEATURES, BINS, 2)
    relative = np.array([generic_risk(card.noise) for card in cards]).reshape(-1, FEATURES, BINS)
    bad_rate = np.array([card.bad_rate for card in cards])
    good, bad = counts[:, 1].sum(axis=1).T
    pseudo_goods = pseudo_bads * (1.0 - bad_rate) / bad_rate
    bads, loans = bad + pseudo_bads, good + bad + pseudo_goods + pseudo_bads
    base = np.log((good + pseudo_goods) / bads)
    expected = counts.sum(axis=-1) * bads[:, None, None] / loans[:, None, None]
    prior = pseudo_bads[:, None, None]
    risk = (counts[..., 1] + prior * relative) / (expected + prior)
    return np.rint(1000 * base).astype(np.int64), np.rint(-1000 * np.log(risk)).astype(np.int64)


def auc_of(cards: Sequence[Scorecard]) -> Floats:
    """[L] chance that a good loan scored above a bad one, ties half; 0.5 before both are seen."""
    ranks = np.array([card.ranks for card in cards]).reshape(-1, SCORE_BINS, 2)
    good, bad = ranks[..., 0], ranks[..., 1]
    below = np.cumsum(bad, axis=-1) - bad
    pairs = good.sum(axis=-1) * bad.sum(axis=-1)
    ordered = (good * (below + 0.5 * bad)).sum(axis=-1)
    return np.where(pairs > 0, ordered / np.maximum(1, pairs), 0.5)


assert len(GRADE_MID_PD) == GRADES == len(GRADE_BOUND_PD) + 1
