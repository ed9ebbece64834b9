"""Dated rules: whom a rule binds, and the level that it sets in a month.

A level is a pure function of scenario and month, so that a rule changes nothing before the earlier
of its announcement and its start, and any month can be asked at any time.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Literal, Self

from pydantic import model_validator

from agents.limits import Licence
from agents.technology_parameters import TechnologyName
from sim.core.keyed_values import DatedSeries
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Apr, Count, Name, NonNegativeFloat, Rate, Share, Yuan
from sim.core.wording import percent

Licences = Literal["all"] | tuple[Licence, ...]

UNLIMITED = 1e12
"""Where no rule limits a multiple or an amount in yuan."""

PHASE_IN_FROM = 0.36
"""Where a first cap is phased in from: the judicial ceiling of the 2017 cash-loan notice."""


class Step(Parameters):
    """A new level of a rule, from the month under which it stands."""

    announced: Month | None = parameter(
        None, unit="month", description="when it becomes known; missing: when it starts"
    )
    phase_in_months: Count = parameter(
        0, unit="months", high=120, description="months over which it moves from the old level"
    )

    @abstractmethod
    def value(self, lpr: float) -> float:
        """The level itself; a ceiling may move with the LPR (fraction per year)."""


class ShareStep(Step):
    """A level between 0 and 1."""

    level: Share = parameter(unit="fraction", description="the level")

    def value(self, lpr: float) -> float:
        """The level, fraction."""
        return self.level


class MultipleStep(Step):
    """A level in multiples."""

    level: NonNegativeFloat = parameter(unit="times", description="the level")

    def value(self, lpr: float) -> float:
        """The level, times."""
        return self.level


class YuanStep(Step):
    """A level in yuan."""

    level: Yuan = parameter(unit="yuan", description="the level")

    def value(self, lpr: float) -> float:
        """The level, yuan."""
        return self.level


class MonthsStep(Step):
    """A level in months."""

    level: Count = parameter(unit="months", high=60, description="the level")

    def value(self, lpr: float) -> float:
        """The level, months."""
        return float(self.level)


class FirmsStep(Step):
    """A level in firms."""

    level: Count = parameter(unit="firms", description="the level")

    def value(self, lpr: float) -> float:
        """The level, firms."""
        return float(self.level)


class AprStep(Step):
    """A ceiling on a rate: fixed, or a multiple of the one-year loan prime rate."""

    level: Apr | None = parameter(None, unit="fraction per year", description="fixed ceiling")
    multiple_of_lpr: NonNegativeFloat | None = parameter(
        None, unit="times the LPR", high=100, description="ceiling that moves with the LPR"
    )

    @model_validator(mode="after")
    def _one_level(self) -> Self:
        if (self.level is None) == (self.multiple_of_lpr is None):
            given = "both level and" if self.level is not None else "neither level nor"
            raise FieldError("level", f"is unclear: {given} multiple_of_lpr given; write one")
        return self

    def value(self, lpr: float) -> float:
        """The ceiling, fraction per year, when the LPR stands at `lpr`."""
        if self.level is not None:
            return self.level
        return (self.multiple_of_lpr or 0.0) * lpr


class DatedRule(Parameters):
    """What all rules have: levels by month, and perhaps an end."""

    until: Month | None = parameter(
        None, unit="month", description="last month in which it is in force; missing: for good"
    )
    steps: DatedSeries[Any] = parameter(unit="", description="levels by month of start")

    @model_validator(mode="after")
    def _steps_in_order(self) -> Self:
        running: tuple[Month, Month] | None = None  # an earlier step, and when it has come to rest
        for month, step in self.steps.items():
            here = f"steps.{month}"
            if step.announced is not None and step.announced > month:
                raise FieldError(
                    f"{here}.announced",
                    f"is {step.announced}, after the step starts; write {month} or earlier",
                )
            if running and month < running[1]:
                start, rests = running
                raise FieldError(
                    here,
                    f"starts while the step of {start} is still phased in (until {rests}); "
                    f"start it in {rests} or later, or shorten that phase-in",
                )
            running = month, month + step.phase_in_months
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.until is None:
            return self
        last, step = list(self.steps.items())[-1]
        if self.until < last:
            raise FieldError(
                "until", f"is {self.until}, before its step of {last} starts; write {last} or later"
            )
        if self.until < last + step.phase_in_months:
            rests = last + step.phase_in_months
            raise FieldError(
                f"steps.{last}.phase_in_months",
                f"is {step.phase_in_months}, but the rule ends in {self.until}, before the level "
                f"is reached ({rests}); shorten it or let the rule end later",
            )
        return self

    def entry_at(self, month: Month) -> tuple[Month, Any] | None:
        """The step in force in a month and its start; None before the first and after the end."""
        if self.until is not None and month > self.until:
            return None
        return self.steps.entry_at(month)

    def level_at(
        self,
        month: Month,
        lpr: float,
        default: float,
        others: Callable[[Month], float] | None = None,
    ) -> float:
        """The level that the rule sets in a month; `default` where it is not in force.

        others : what other rules on the subject say in a month; None where there are none

        A first step is phased in from its `origin`: what held before it.
        """
        entry = self.entry_at(month)
        if entry is None:
            return default
        start, step = entry
        new = step.value(lpr)
        if month - start >= step.phase_in_months:
            return float(new)
        before = self._before(start)
        old = self._origin_in(start, default, new, others) if before is None else before.value(lpr)
        return phased(old, new, step.phase_in_months, month - start)

    def planned_at(
        self,
        month: Month,
        lpr: float,
        default: float,
        tightest: Callable[..., float],
        others: Callable[[Month], float] | None = None,
    ) -> float:
        """The level with which somebody plans who acts on announcements.

        From the announcement on he moves in a straight line towards the new level, so that he is
        there when it is reached; a rule that is about to be loosened still holds until then.
        """
        level = self.level_at(month, lpr, default, others)
        for start, step in self.steps.items():
            known, reached = step.announced, start + step.phase_in_months
            if known is None or not known <= month < reached:
                continue
            before, coming = self._before(start), step.value(lpr)
            old = self.origin(default if others is None else others(month), coming)
            if before is not None:
                old = tightest(old, before.value(lpr)) if others else before.value(lpr)
            if old >= UNLIMITED:  # no line leads from there: he plans with the new level at once
                old = coming
            level = tightest(level, phased(old, coming, reached - known, month - known))
        return level

    def origin(self, default: float, new: float) -> float:
        """Where a first step is phased in from: what holds without the rule."""
        return default

    def _origin_in(
        self, start: Month, default: float, new: float, others: Callable[[Month], float] | None
    ) -> float:
        """The same for a step that starts in a month, other rules taken into account."""
        held = default if others is None or start == 0 else others(Month(start - 1))
        return self.origin(held, new)

    def _before(self, start: Month) -> Any:
        """The step that stood before the month in which another starts; None before the first."""
        entry = self.steps.entry_at(Month(start - 1)) if start > 0 else None
        return None if entry is None else entry[1]

    def is_told_of(self, month: Month) -> bool:
        """Whether a step is announced or starts in a month, or the rule has just ended."""
        if self.until is not None and month == self.until + 1:
            return True
        return any(month in (start, step.announced) for start, step in self.steps.items())

    def changes(self, lpr: float) -> Iterator[tuple[Month, Step, float | None, float]]:
        """Every step with its start, and the levels before (None if there is none) and after."""
        for start, step in self.steps.items():
            before = self._before(start)
            yield start, step, None if before is None else before.value(lpr), step.value(lpr)

    def shown(self, level: float) -> str:
        """A level for a person, in one word: shares as per cent, amounts with separators."""
        if level <= 1.0:
            return percent(level)
        return f"{level:g}" if level < 1_000 else f"{level:,.0f}"


class Rule(DatedRule):
    """A rule that binds lenders by licence."""

    licences: Licences = parameter("all", unit="", description="licences that it binds")

    @model_validator(mode="after")
    def _binds_somebody(self) -> Self:
        if self.licences == ():
            raise FieldError("licences", "is an empty list, so that the rule binds nobody")
        for licence in self.licences if self.licences != "all" else ():
            if self.licences.count(licence) > 1:
                raise FieldError("licences", f"names {licence} twice")
        return self

    def binds(self, licence: Licence) -> bool:
        """Whether the rule binds a licence."""
        return self.licences == "all" or licence in self.licences


class AprCap(Rule):
    """A ceiling on what new draws may cost."""

    base: Literal["all_in", "contract"] = parameter(
        "all_in", unit="", description="with guarantee and service fees, or the contract rate alone"
    )
    steps: DatedSeries[AprStep] = parameter(unit="", description="ceilings by month of start")

    def origin(self, default: float, new: float) -> float:
        """Where a first ceiling is phased in from: what holds without it, at most the judicial one.

        A ceiling above that is never tighter than itself.
        """
        return max(min(default, PHASE_IN_FROM), new)


class ShareRule(Rule):
    """A rule with a level between 0 and 1."""

    steps: DatedSeries[ShareStep] = parameter(unit="", description="levels by month of start")


class MultipleRule(Rule):
    """A rule with a level in multiples."""

    steps: DatedSeries[MultipleStep] = parameter(unit="", description="levels by month of start")


class YuanRule(Rule):
    """A rule with a level in yuan."""

    steps: DatedSeries[YuanStep] = parameter(unit="", description="levels by month of start")


class FirmsRule(Rule):
    """A rule with a level in firms."""

    steps: DatedSeries[FirmsStep] = parameter(unit="", description="levels by month of start")


class SegmentRule(Rule):
    """A rule for borrowers of some segments, perhaps not of all."""

    segments: Literal["all"] | tuple[Name, ...] = parameter(
        "all", unit="", description="segments of borrowers whose loans it is for"
    )

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if self.segments == ():
            raise FieldError("segments", "is an empty list, so that the rule is for nobody")
        return self

    def reaches(self, segment: str) -> bool:
        """Whether it is for borrowers of a segment."""
        return self.segments == "all" or segment in self.segments


class SubsidyRule(SegmentRule):
    """Points of the price that the state pays in the borrower's place; see sim/subsidy.py."""

    budget: Yuan | None = parameter(
        None, unit="yuan a calendar year", description="most that it may cost; missing: no limit"
    )
    steps: DatedSeries[ShareStep] = parameter(
        unit="", description="points of APR that the state pays, by month of start"
    )


class GuaranteeRule(SegmentRule):
    """Part of lenders' losses that a state guarantee fund bears; see sim/guarantee_scheme.py."""

    fee: Rate = parameter(
        0.0,
        unit="fraction a year",
        description="what lenders pay the fund for each yuan whose loss it would bear",
    )
    budget: Yuan | None = parameter(
        None,
        unit="yuan a calendar year",
        description="most that the fund pays on claims; missing: no limit",
    )
    steps: DatedSeries[ShareStep] = parameter(
        unit="", description="part of a loss that the fund bears, by month of start"
    )


class SupportRule(Rule):
    """Part of what technology costs lenders that the state pays; see sim/technology.py."""

    technologies: Literal["all"] | tuple[TechnologyName, ...] = parameter(
        "all", unit="", description="technologies that are supported"
    )
    steps: DatedSeries[ShareStep] = parameter(
        unit="", description="part of the costs that the state pays, by month of start"
    )

    def supports(self, technology: TechnologyName) -> bool:
        """Whether it pays for a technology."""
        return self.technologies == "all" or technology in self.technologies


class MarketShareRule(DatedRule):
    """A rule for the whole market with a level between 0 and 1."""

    steps: DatedSeries[ShareStep] = parameter(unit="", description="levels by month of start")


class MarketMultipleRule(DatedRule):
    """A rule for the whole market with a level in multiples."""

    steps: DatedSeries[MultipleStep] = parameter(unit="", description="levels by month of start")


class MarketMonthsRule(DatedRule):
    """A rule for the whole market with a level in months."""

    steps: DatedSeries[MonthsStep] = parameter(unit="", description="levels by month of start")

    def shown(self, level: float) -> str:
        """The number of months."""
        return f"{level:g}"


class RepairRule(DatedRule):
    """A credit repair: small defaults that were paid back are not shown while it is in force."""

    first: Month = parameter(unit="month", description="earliest month of a default it takes off")
    paid_by: Month = parameter(unit="month", description="month by which it has to be paid back")
    steps: DatedSeries[YuanStep] = parameter(
        unit="", description="most that was overdue, by month of start"
    )

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Self:
        if self.paid_by <= self.first:
            raise FieldError(
                "paid_by", f"is {self.paid_by}; write a month after first ({self.first})"
            )
        return self


def phased(old: float, new: float, months: int, elapsed: int) -> float:
    """A straight line from the old level to the new one, there after `months`."""
    if elapsed >= months:
        return new
    return old + (new - old) * (elapsed + 1) / (months + 1)
