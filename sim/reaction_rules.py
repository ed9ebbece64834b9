"""Reaction rules: an instrument moves by a step when a figure of the market stays past a threshold.

The figures are those that the regulator could know: of months whose reports are in. A rule moves
its instrument again as long as the figure stays past the threshold, up to a bound, and takes the
steps back one by one once the figure has come back far enough. What a rule does follows from the
figures alone, so that it is the same in every copy of a world.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import model_validator

from agents.limits import LICENCES, NO_CAP, Cap, Licence, Limits
from agents.regulator_memory import ReactionAccount
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Count, Quantity
from sim.core.wording import counted, percent
from sim.dated_rules import UNLIMITED, Licences
from sim.level_words import times

Figure = Literal[
    "npl_ratio", "dpd90_ratio", "default_rate_12m", "hhi", "cr1", "cr5_platform", "credit_growth"
]
"""What a rule watches: columns of the market table, and growth of the balance over a year."""

FIGURE_WORDS: dict[Figure, str] = {
    "npl_ratio": "the NPL ratio",
    "dpd90_ratio": "the share of loans 90 days late",
    "default_rate_12m": "the 12-month default rate",
    "hhi": "HHI",
    "cr1": "the largest brand's share",
    "cr5_platform": "the share of the five largest platforms",
    "credit_growth": "credit growth over a year",
}

FIGURE_RANGE: dict[Figure, tuple[float, float]] = {
    "npl_ratio": (0.0, 1.0),
    "dpd90_ratio": (0.0, 1.0),
    "default_rate_12m": (0.0, 1.0),
    "hhi": (0.0, 10_000.0),
    "cr1": (0.0, 1.0),
    "cr5_platform": (0.0, 1.0),
    "credit_growth": (-1.0, 10.0),
}
"""Between what a figure lies; growth of 1,000% a year is none of this market's."""

Moved = Literal["leverage", "guarantees", "joint_floor", "openness", "price_cap"]
"""What a rule moves; `price_cap` is the all-in cap."""

MOVED_WORDS: dict[Moved, str] = {
    "leverage": "leverage limit",
    "guarantees": "guarantee limit",
    "joint_floor": "joint-lending floor",
    "openness": "licence openness",
    "price_cap": "all-in price cap",
}

SHARES = ("joint_floor", "openness", "price_cap")
"""Instruments that are shares or rates; the others are multiples of equity."""

Amount = Annotated[float, Quantity("an amount", low=-1e6, high=1e6, percent=True)]


class Reaction(Parameters):
    """One rule: watch a figure, move an instrument."""

    starts: Month = parameter(unit="month", description="from when on the rule is in force")
    figure: Figure = parameter(unit="", description="what it watches")
    above: Amount | None = parameter(
        None, unit="as the figure", description="it acts while the figure is above this"
    )
    below: Amount | None = parameter(
        None, unit="as the figure", description="or while the figure is below this"
    )
    back: Amount = parameter(
        unit="as the figure", description="it takes steps back once the figure is past this again"
    )
    for_months: Count = parameter(
        3, unit="months", low=1, high=36, description="months in a row that the figure stays past"
    )
    lag_months: Count = parameter(
        1, unit="months", high=24, description="months until a month-end's figures are known"
    )
    moves: Moved = parameter(unit="", description="the instrument")
    licences: Licences = parameter("all", unit="", description="licences for which it moves")
    step: Amount = parameter(unit="as the instrument", description="by how much, with its sign")
    bound: Amount = parameter(
        unit="as the instrument", description="level beyond which it is never moved"
    )
    least_months: Count = parameter(
        6, unit="months", low=1, high=120, description="months at least between two moves"
    )

    @model_validator(mode="after")
    def _thresholds_the_right_way_round(self) -> Self:
        if (self.above is None) == (self.below is None):
            given = "both above and" if self.above is not None else "neither above nor"
            raise FieldError("figure", f"has {given} below as its threshold; write one of them")
        if self.above is not None and self.back > self.above:
            raise FieldError(
                "back",
                f"is {self._figure(self.back)}, over the threshold above {self._figure(self.above)}"
                "; thresholds are the wrong way round, write that much or less",
            )
        if self.below is not None and self.back < self.below:
            raise FieldError(
                "back",
                f"is {self._figure(self.back)}, under the threshold below "
                f"{self._figure(self.below)}; thresholds are the wrong way round, write that much "
                "or more",
            )
        return self

    @model_validator(mode="after")
    def _thresholds_that_figures_reach(self) -> Self:
        low, high = FIGURE_RANGE[self.figure]
        for name in ("above", "below", "back"):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise FieldError(
                    name,
                    f"is {self._figure(value)}; {FIGURE_WORDS[self.figure]} lies between "
                    f"{self._figure(low)} and {self._figure(high)}",
                )
        for name, end in (("above", high), ("below", low)):
            if getattr(self, name) == end:
                raise FieldError(
                    name, f"is {self._figure(end)}, which {FIGURE_WORDS[self.figure]} never passes"
                )
        return self

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.step == 0.0:
            raise FieldError("step", "is 0, so that the rule never moves anything")
        if self.licences == ():
            raise FieldError("licences", "is an empty list, so that the rule binds nobody")
        most = 1.0 if self.moves in SHARES else UNLIMITED
        if not 0.0 <= self.bound <= most:
            allowed = "between 0 and 1" if self.moves in SHARES else "0 or more"
            raise FieldError("bound", f"is {self.bound:g}; a {self.moves} is {allowed}")
        return self

    def _figure(self, value: float) -> str:
        return f"{value:,.4g}" if self.figure == "hhi" else percent(value)

    def is_past(self, figures: Sequence[float]) -> bool:
        """Whether all figures are past the threshold."""
        if self.above is not None:
            return all(figure > self.above for figure in figures)
        return all(figure < (self.below or 0.0) for figure in figures)

    def is_back(self, figures: Sequence[float]) -> bool:
        """Whether all figures have come back far enough."""
        if self.above is not None:
            return all(figure < self.back for figure in figures)
        return all(figure > self.back for figure in figures)

    def why(self, figures: Sequence[float], back: bool) -> str:
        """The reason of a move: `NPL ratio at 3.2%, above 3% for 3 months`."""
        side = "above" if (self.above is not None) != back else "below"
        threshold = self.back if back else (self.above if self.above is not None else self.below)
        return (
            f"{FIGURE_WORDS[self.figure]} at {self._figure(figures[-1])}, {side} "
            f"{self._figure(threshold or 0.0)} for {counted(self.for_months, 'month')}"
        )

    def binds(self, licence: Licence) -> bool:
        """Whether it moves its instrument for a licence."""
        return self.licences == "all" or licence in self.licences

    @property
    def unlimited(self) -> float:
        """The level of an instrument that no rule sets."""
        return NO_CAP if self.moves == "price_cap" else UNLIMITED

    def can_move(self, level: float) -> bool:
        """Whether it would ever move an instrument that stands at a level."""
        return self.at(level, 1) != level

    def acts_with(self, other: "Reaction") -> bool:
        """Whether some value of a figure that both watch makes both act."""
        if self.figure != other.figure:
            return False
        floors = [x.above for x in (self, other) if x.above is not None]
        ceilings = [x.below for x in (self, other) if x.below is not None]
        return not floors or not ceilings or max(floors) < min(ceilings)

    def sentence(self) -> str:
        """The whole rule as a sentence."""
        above = self.above is not None
        threshold = self.above if self.above is not None else self.below or 0.0
        side, other = ("above", "below") if above else ("below", "above")
        whom = "all licences" if self.licences == "all" else ", ".join(self.licences)
        step = self.amount(abs(self.step))
        text = (
            f"from {self.starts}, while {FIGURE_WORDS[self.figure]} is {side} "
            f"{self._figure(threshold)} for {counted(self.for_months, 'month')}, the "
            f"{MOVED_WORDS[self.moves]} ({whom.replace('_', ' ')}) goes "
            f"{'down' if self.step < 0 else 'up'} by {step} every {self.least_months} months, to "
            f"{self.amount(self.bound)} at most; back once {other} {self._figure(self.back)}. "
            f"Figures are known {counted(self.lag_months, 'month')} late."
        )
        return f"{text} Source: {self.source}" if self.source else text

    def amount(self, level: float) -> str:
        """A level of the instrument, in words."""
        return percent(level) if self.moves in SHARES else times(level)

    def at(self, level: float, steps: int) -> float:
        """A level after some steps, up to the bound; what no rule limits stays unlimited.

        A level that lies past the bound by other rules stays where it is.
        """
        if level >= self.unlimited:
            return level
        moved = level + steps * self.step
        if self.step < 0.0:
            return max(moved, min(self.bound, level))
        return min(moved, max(self.bound, level))


def decided(
    rule: Reaction,
    figures: Sequence[float],
    account: ReactionAccount,
    month: int,
    without: Sequence[float],
) -> int:
    """The number of steps taken from a month on.

    figures : the last `for_months` that are known, oldest first; fewer where fewer are known
    without : levels of the instrument without the rule, of the licences for which it moves
    """
    steps = account.steps_in(month)
    last = account.moves[-1][0] if account.moves else None
    waits = last is not None and month - last < rule.least_months
    if month < rule.starts or len(figures) < rule.for_months or waits:
        return steps
    further = any(rule.at(level, steps + 1) != rule.at(level, steps) for level in without)
    if rule.is_past(figures) and further:
        return steps + 1
    return steps - 1 if steps > 0 and rule.is_back(figures) else steps


def levels(rule: Reaction, limits: Limits) -> dict[Licence, float]:
    """What an instrument is, licence by licence, for the licences of a rule."""
    bound = [x for x in LICENCES if rule.licences == "all" or x in rule.licences]
    if rule.moves == "price_cap":
        return {x: limits.cap[x].all_in for x in bound}
    field = "guarantee" if rule.moves == "guarantees" else rule.moves
    return {x: getattr(limits, field)[x] for x in bound}


def with_steps(limits: Limits, rule: Reaction, steps: int) -> Limits:
    """Limits in which a rule has moved its instrument; those that lenders plan with too."""
    if steps == 0:
        return limits
    moved = {x: rule.at(level, steps) for x, level in levels(rule, limits).items()}
    ahead = None if limits.ahead is None else with_steps(limits.ahead, rule, steps)
    if rule.moves == "price_cap":
        caps = {x: Cap(v, min(v, limits.cap[x].contract)) for x, v in moved.items()}
        return replace(limits, cap=limits.cap | caps, ahead=ahead)
    field = "guarantee" if rule.moves == "guarantees" else rule.moves
    return replace(limits, **{field: getattr(limits, field) | moved, "ahead": ahead})
