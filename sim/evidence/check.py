"""A check: a figure of the real world, what is accepted beside it, and what a run says of it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.core.tables import Column

if TYPE_CHECKING:
    from sim.evidence.worlds import Lived
    from sim.paired_statistics import Interval

Group = Literal["opening", "year_2024", "outlook", "facts", "published"]

Use = Literal["imposed", "fitted", "compared", "never"]
"""How parameters answered to the figure: the burn-in steers to it; a calibration fitted them to it;
it was looked at when they were set by hand; or nobody looked."""

Rule = Literal["mean", "interval"]
"""What has to lie within what is accepted: the mean over seeds, or all of its interval."""

Verdict = Literal["pass", "near", "fail", "none"]
VERDICTS: tuple[Verdict, ...] = ("pass", "near", "fail", "none")

type Figure = Callable[[Mapping[str, "Lived"]], float]
"""What one seed says, from the worlds that it has lived; NaN where it says nothing."""


class UnitOf:
    """Units in which figures of checks are stored, as sim/display.py knows them."""

    YUAN = "yuan"
    SHARE = "fraction"
    MONTHLY = "fraction a month"
    YEARLY = "fraction a year"
    POINTS = "points"
    TIMES = "times"
    MONTHS = "months"
    NUMBER = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    name : its identity ; title_*, about_* : what it is, and how the figure is taken from runs
    unit : of all figures, as sim/display.py knows it
    data : the real figure; NaN where a fact is about an order or a sign
    low, high : accepted, ends included; infinite where there is none
    margin : how far beyond that still counts as near
    rule : what has to lie there
    source : where the figure is from and how sure it is ; tolerance : why what is accepted is
    use : how parameters answered to it
    worlds : which have to be lived
    """

    name: str
    group: Group
    title_en: str
    title_zh: str
    about_en: str
    about_zh: str
    unit: str
    data: float
    low: float
    high: float
    margin: float
    source: str
    tolerance: str
    use: Use
    worlds: tuple[str, ...]
    figure: Figure
    rule: Rule = "mean"

    @property
    def column(self) -> Column:
        """A declaration by which figures of the check are written."""
        return column_of(self.name, self.title_en, self.title_zh, self.unit)


def column_of(name: str, title_en: str, title_zh: str, unit: str) -> Column:
    """A declaration by which the figures of a check are written on screens."""
    return Column(name, title_en, title_zh, unit, "index", "float64", title_en)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an ensemble says of a check.

    mean, low, high : over seeds, with its 95% t interval; NaN with one seed, or none
    deviation : across seeds
    """

    mean: float
    low: float
    high: float
    deviation: float
    verdict: Verdict


def judged(check: Check, values: Sequence[float]) -> Judged:
    """The verdict on a check from one figure a seed; NaN: that seed has none."""
    from statistics import fmean, stdev

    from sim.paired_statistics import mean_interval

    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Judged(math.nan, math.nan, math.nan, math.nan, "none")
    mean = fmean(known)
    interval = mean_interval(known)
    deviation = stdev(known) if len(known) > 1 else math.nan
    return Judged(mean, interval.low, interval.high, deviation, _verdict(check, mean, interval))


def _verdict(check: Check, mean: float, interval: "Interval") -> Verdict:
    within = check.low <= mean <= check.high
    if check.rule == "interval":
        # False with one seed: no interval, no proof.
        sure = check.low <= interval.low and interval.high <= check.high
        return "pass" if sure else "near" if within else "fail"
    if within:
        return "pass"
    return "near" if check.low - check.margin <= mean <= check.high + check.margin else "fail"
