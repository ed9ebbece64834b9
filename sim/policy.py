"""Policy: dated rules, and the limits that follow from them in a given month.

A level is a pure function of scenario and month, so that a rule changes nothing before the earlier
of its announcement and its start, and any month can be asked at any time. Several rules on one
subject add up: the tightest binds, so a scenario's own cap need not know the standing ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import model_validator

from agents.limits import LICENCES, NO_CAP, Cap, Licence, Limits
from sim.core.keyed_values import DatedSeries
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Apr, Count, Name, NonNegativeFloat, Share, Yuan

Licences = Literal["all"] | tuple[Licence, ...]

UNLIMITED = 1e12
"""Where no rule limits a multiple or an amount in yuan."""


class Step(Parameters):
    """A new level of a rule, from the month under which it stands."""

    announced: Month | None = parameter(
        None, unit="month", description="when it becomes known; missing: when it starts"
    )
    phase_in_months: Count = parameter(
        0, unit="months", high=120, description="months over which it moves from the old level"
    )


class ShareStep(Step):
    """A level between 0 and 1."""

    level: Share = parameter(unit="fraction", description="the level")


class MultipleStep(Step):
    """A level in multiples."""

    level: NonNegativeFloat = parameter(unit="times", description="the level")


class YuanStep(Step):
    """A level in yuan."""

    level: Yuan = parameter(unit="yuan", description="the level")


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

    def ceiling(self, lpr: float) -> float:
        """The rate, fraction per year, when the LPR stands at `lpr`."""
        if self.level is not None:
            return self.level
        return (self.multiple_of_lpr or 0.0) * lpr


class Rule(Parameters):
    """What all rules have: whom they bind."""

    licences: Licences = parameter("all", unit="", description="licences that it binds")

    def binds(self, licence: Licence) -> bool:
        """Whether the rule binds a licence."""
        return self.licences == "all" or licence in self.licences


class AprCap(Rule):
    """A ceiling on what new draws may cost."""

    base: Literal["all_in", "contract"] = parameter(
        "all_in", unit="", description="with guarantee and service fees, or the contract rate alone"
    )
    steps: DatedSeries[AprStep] = parameter(unit="", description="ceilings by month of start")


class ShareRule(Rule):
    """A rule with a level between 0 and 1."""

    steps: DatedSeries[ShareStep] = parameter(unit="", description="levels by month of start")


class MultipleRule(Rule):
    """A rule with a level in multiples."""

    steps: DatedSeries[MultipleStep] = parameter(unit="", description="levels by month of start")


class YuanRule(Rule):
    """A rule with a level in yuan."""

    steps: DatedSeries[YuanStep] = parameter(unit="", description="levels by month of start")


class MarketShareRule(Parameters):
    """A rule for the whole market with a level between 0 and 1."""

    steps: DatedSeries[ShareStep] = parameter(unit="", description="levels by month of start")


class MarketMultipleRule(Parameters):
    """A rule for the whole market with a level in multiples."""

    steps: DatedSeries[MultipleStep] = parameter(unit="", description="levels by month of start")


LevelRule = ShareRule | MultipleRule | YuanRule
MarketRule = MarketShareRule | MarketMultipleRule

Rules = Mapping[Name, LevelRule]
MarketRules = Mapping[Name, LevelRule] | Mapping[Name, MarketRule]


class PolicySection(Parameters):
    """All instruments. Each map holds rules by name; a scenario's own cap is `apr_cap`."""

    apr_cap: AprCap | None = parameter(None, unit="", description="the scenario's own price cap")
    standing_caps: dict[Name, AprCap] = parameter(
        {}, unit="", description="price caps in the books"
    )
    leverage: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="most loans held, times equity"
    )
    guarantees: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="most loans guaranteed, times equity"
    )
    joint_floor: dict[Name, ShareRule] = parameter(
        {}, unit="", description="least own part in joint lending"
    )
    borrower_limit: dict[Name, YuanRule] = parameter(
        {}, unit="", description="most credit to one borrower from one lender"
    )
    minimum_capital: dict[Name, YuanRule] = parameter({}, unit="", description="equity per firm")
    openness: dict[Name, ShareRule] = parameter(
        {}, unit="", description="part of would-be entrants that get a licence"
    )
    bureau: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of lending that reaches the credit bureau"
    )
    data_noise: dict[Name, MarketMultipleRule] = parameter(
        {}, unit="", description="data rules: error of lenders' signals, times the usual"
    )
    funding_freeze: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of wholesale funding that is shut"
    )
    inspections: Share = parameter(
        0.01, unit="per lender and month", description="chance of a random inspection"
    )
    fine: Share = parameter(
        0.02, unit="fraction of equity", description="fine for a breach that inspectors find"
    )

    def caps(self) -> Iterator[tuple[str, AprCap]]:
        """All price caps with their paths."""
        if self.apr_cap is not None:
            yield "apr_cap", self.apr_cap
        for name, cap in self.standing_caps.items():
            yield f"standing_caps.{name}", cap

    def at(self, month: Month, lpr: float) -> Limits:
        """The limits of a month, given the one-year LPR then (fraction per year)."""

        def by_licence(
            rules: Rules, default: float, tightest: Callable[..., float]
        ) -> dict[Licence, float]:
            return {
                licence: one(
                    {name: rule for name, rule in rules.items() if rule.binds(licence)},
                    default,
                    tightest,
                )
                for licence in LICENCES
            }

        def one(rules: MarketRules, default: float, tightest: Callable[..., float]) -> float:
            return tightest([default, *(level_at(r.steps, month, default) for r in rules.values())])

        return Limits(
            cap={licence: self._cap_of(licence, month, lpr) for licence in LICENCES},
            leverage=by_licence(self.leverage, UNLIMITED, min),
            guarantee=by_licence(self.guarantees, UNLIMITED, min),
            joint_floor=by_licence(self.joint_floor, 0.0, max),
            borrower_limit=by_licence(self.borrower_limit, UNLIMITED, min),
            minimum_capital=by_licence(self.minimum_capital, 0.0, max),
            openness=by_licence(self.openness, 1.0, min),
            bureau=one(self.bureau, 1.0, min),
            data_noise=one(self.data_noise, 1.0, max),
            funding_freeze=one(self.funding_freeze, 0.0, max),
        )

    def _cap_of(self, licence: Licence, month: Month, lpr: float) -> Cap:
        """The tightest ceilings on a licence."""
        lowest = {"all_in": NO_CAP, "contract": NO_CAP}
        for _, cap in self.caps():
            if cap.binds(licence):
                lowest[cap.base] = min(lowest[cap.base], cap_at(cap, month, lpr))
        return Cap(all_in=lowest["all_in"], contract=min(lowest.values()))


def cap_at(cap: AprCap, month: Month, lpr: float) -> float:
    """The ceiling that one cap sets in a month; NO_CAP before its first step."""
    entry = cap.steps.entry_at(month)
    if entry is None:
        return NO_CAP
    start, step = entry
    new = step.ceiling(lpr)
    if start == 0 or cap.steps.entry_at(Month(start - 1)) is None:
        return _phased(max(PHASE_IN_FROM, new), new, step.phase_in_months, month - start)
    old = cap_at(cap, Month(start - 1), lpr)
    return _phased(old, new, step.phase_in_months, month - start)


PHASE_IN_FROM = 0.36
"""Where a first cap is phased in from: the judicial ceiling of the 2017 cash-loan notice."""


def level_at(
    steps: DatedSeries[ShareStep] | DatedSeries[MultipleStep] | DatedSeries[YuanStep],
    month: Month,
    default: float,
) -> float:
    """The level that a rule sets in a month; `default` before its first step."""
    entry = steps.entry_at(month)
    if entry is None:
        return default
    start, step = entry
    old = level_at(steps, Month(start - 1), step.level) if start > 0 else step.level
    return _phased(old, step.level, step.phase_in_months, month - start)


def _phased(old: float, new: float, months: int, elapsed: int) -> float:
    """A straight line from the old level to the new one, there after `months`."""
    if elapsed >= months:
        return new
    return old + (new - old) * (elapsed + 1) / (months + 1)


@dataclass(frozen=True)
class Happening:
    """Something that the regulator says or does in a month, for the event table."""

    kind: Literal["announcement", "policy"]
    text: str
    before: float | None
    after: float | None


def happenings(policy: PolicySection, month: Month, lpr: float) -> Iterator[Happening]:
    """Announcements and starts of rules that fall in a month."""
    for path, cap in policy.caps():
        what = f"{BASES[cap.base]} price cap, {_words(path.split('.')[-1])}"
        yield from _steps_in(what, cap.steps, month, lambda s: s.ceiling(lpr))
    for field, label in RULES.items():
        for name, rule in getattr(policy, field).items():
            yield from _steps_in(f"{label}, {_words(name)}", rule.steps, month, lambda s: s.level)


BASES = {"all_in": "all-in", "contract": "contract"}


RULES = {
    "leverage": "leverage limit",
    "guarantees": "guarantee limit",
    "joint_floor": "joint-lending floor",
    "borrower_limit": "single-borrower limit",
    "minimum_capital": "minimum capital",
    "openness": "licence openness",
    "bureau": "bureau coverage",
    "data_noise": "data rule",
    "funding_freeze": "funding freeze",
}


def _steps_in[S: Step](
    label: str, steps: DatedSeries[S], month: Month, level: Callable[[S], float]
) -> Iterator[Happening]:
    for start, step in steps.items():
        before = steps.entry_at(Month(start - 1)) if start > 0 else None
        old = None if before is None else level(before[1])
        new = level(step)
        if step.announced == month and step.announced < start:
            text = f"{label}: {_shown(new)} announced for {start}"
            yield Happening("announcement", text, old, new)
        if start == month:
            yield Happening("policy", f"{label}: {_shown(new)} in force", old, new)


def _words(name: str) -> str:
    """A name as words."""
    return name.replace("_", " ")


def _shown(level: float) -> str:
    """A level for a person: shares as per cent, amounts with separators."""
    if level <= 1.0:
        return f"{100 * level:.4g}%"
    return f"{level:g}" if level < 1_000 else f"{level:,.0f}"
