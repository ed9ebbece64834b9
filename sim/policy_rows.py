"""A scenario's policy as plain rows: every rule with its dates, and what binds whom in a month.

Both are pure functions of the scenario; sim/policy_screen.py prints them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, get_args

from agents.limits import LICENCES, NO_CAP, Limits
from agents.strategy_names import NONE, strategy_in
from sim.core.errors import InputError
from sim.core.months import Month
from sim.core.wording import counted, percent, shown
from sim.dated_rules import (
    UNLIMITED,
    DatedRule,
    GuaranteeRule,
    Rule,
    SegmentRule,
    Step,
    SubsidyRule,
)
from sim.level_words import amount_words, level_words, yuan
from sim.policy import RULES, PolicySection
from sim.scenario import MOST_MONTHS, Scenario

FIELDS = {
    "guarantee": "guarantees",
    "buffer": "countercyclical_buffer",
    "quota": "licence_quota",
}
"""Fields of `Limits` that are called otherwise in a scenario file."""

NOBODY_ELSE = "the whole market"
"""Whom a rule without licences binds."""


@dataclass(frozen=True)
class StepRow:
    """One step of a rule: what it sets, from when, since when it was known, how fast it comes."""

    start: Month
    announced: Month | None
    phase_in_months: int
    level: float
    words: str


@dataclass(frozen=True)
class RuleRow:
    """One rule.

    path : where a scenario file has it ; instrument, name : what it is, in words
    binds : licences, or the whole market ; segments : of borrowers, empty for all
    money : fee and yearly budget, in words; empty where it has neither
    level : what it sets in the month asked; None where it is not in force, or is being phased in
        from what other rules say, so that it depends on the licence
    now : the same in words; empty where there is none
    moving : its step in force is not reached yet
    """

    path: str
    instrument: str
    name: str
    binds: tuple[str, ...]
    segments: tuple[str, ...]
    money: str
    steps: tuple[StepRow, ...]
    until: Month | None
    level: float | None
    now: str
    moving: bool
    source: str


@dataclass(frozen=True)
class BindingRow:
    """What one instrument comes to in a month, all its rules taken together.

    levels, words : by licence; one value under NOBODY_ELSE where licences do not matter; no level
        where words alone say it
    """

    instrument: str
    levels: dict[str, float]
    words: dict[str, str]


def asked_month(text: str | None, scenario: Scenario) -> Month:
    """The month that a user means, by default the first reported; InputError outside the run."""
    first, last = scenario.start, Month(scenario.start + (MOST_MONTHS - 1))
    if text is None:
        return first
    try:
        month = Month.parse(text)
    except InputError as error:
        raise InputError(f"--month is {shown(text)}; write a month such as 2027-12") from error
    if not first <= month <= last:
        raise InputError(f"--month is {month}; it lies in {first} to {last}")
    return month


def rule_rows(scenario: Scenario, month: Month) -> list[RuleRow]:
    """All rules in the order of instruments, with the level of a month."""
    lpr = scenario.macro.at(month, scenario.start).lpr
    policy = scenario.policy
    return [
        _rule_row(path, label, rule, month, lpr, policy) for path, label, rule in policy.rules()
    ]


def _rule_row(
    path: str, label: str, rule: DatedRule, month: Month, lpr: float, policy: PolicySection
) -> RuleRow:
    instrument, _, name = label.partition(", ")
    entry = rule.entry_at(month)
    moving = entry is not None and month < entry[0] + entry[1].phase_in_months
    level = None
    if entry is not None and not (moving and entry[0] == next(iter(rule.steps))):
        level = rule.level_at(month, lpr, 0.0)
    now = "" if entry is None or level is None else amount_words(type(entry[1]), level)
    licences = rule.licences if isinstance(rule, Rule) else (NOBODY_ELSE,)
    segments = rule.segments if isinstance(rule, SegmentRule) else "all"
    return RuleRow(
        path=f"policy.{path}",
        instrument=instrument,
        name=name,
        binds=("all licences",) if licences == "all" else tuple(_words(one) for one in licences),
        segments=() if segments == "all" else tuple(_words(one) for one in segments),
        money=_money_words(rule),
        steps=tuple(_step_rows(rule, lpr)),
        until=rule.until,
        level=level,
        now=now,
        moving=moving,
        source=" ".join((rule.source or policy.source).split()),
    )


def _money_words(rule: DatedRule) -> str:
    """What a rule that pays out costs those it helps, and the most that it may pay."""
    parts = []
    if isinstance(rule, GuaranteeRule):
        parts.append(f"fee {percent(rule.fee)} a year of what is covered")
    if isinstance(rule, GuaranteeRule | SubsidyRule) and rule.budget is not None:
        parts.append(f"at most {yuan(rule.budget)} a calendar year")
    return ", ".join(parts)


def _step_rows(rule: DatedRule, lpr: float) -> Iterator[StepRow]:
    for start, step in rule.steps.items():
        yield StepRow(
            start, step.announced, step.phase_in_months, step.value(lpr), level_words(step)
        )


def binding_rows(scenario: Scenario, month: Month) -> list[BindingRow]:
    """What all rules together come to in a month, by licence where it depends on that."""
    macro = scenario.macro.at(month, scenario.start)
    limits = scenario.policy.at(month, macro.lpr)
    rows = list(_cap_rows(limits))
    for field in fields(Limits):
        value = getattr(limits, field.name)
        if field.name in ("cap", "ahead", "late"):
            continue
        name = FIELDS.get(field.name, field.name)
        by_whom = value if isinstance(value, dict) else {NOBODY_ELSE: value}
        if not by_whom:
            continue  # nothing is limited
        if not all(isinstance(level, int | float) for level in by_whom.values()):
            continue  # several levels by technology or repair: rows of their own
        levels = {str(whom): float(level) for whom, level in by_whom.items()}
        words = {whom: _limit_words(name, level) for whom, level in levels.items()}
        if name == "bureau":
            words = {whom: _bureau_words(scenario, level) for whom, level in levels.items()}
        rows.append(BindingRow(RULES.get(name, _words(name)), levels, words))
    for field_name in ("subsidy", "guarantee_scheme"):
        for path, rule in getattr(scenario.policy, field_name).items():
            paid = rule.level_at(month, macro.lpr, 0.0)
            levels = {x: paid if rule.binds(x) else 0.0 for x in LICENCES}
            words = {x: percent(level) if level else "–" for x, level in levels.items()}
            label = f"{RULES[field_name]}, {_words(path)}"
            rows.append(BindingRow(label, dict(levels), dict(words)))
    rows += _support_rows(scenario, month, macro.lpr)
    rows += _repair_rows(scenario, month, macro.lpr)
    return rows + list(_conduct_rows(scenario, month))


def _bureau_words(scenario: Scenario, level: float) -> str:
    """What reaches the bureau: a part of what lenders of a kind could see, which is never all."""
    seen = sorted(scenario.kinds[x.kind].bureau for x in scenario.lenders.values() if x.is_brand)
    whole = f"the {percent(seen[0])} to {percent(seen[-1])} of debts elsewhere that kinds see"
    if not seen or level >= 1.0:
        return f"no rule; lenders see {whole}" if seen else "no rule"
    return f"{percent(level)} of {whole}"


def _support_rows(scenario: Scenario, month: Month, lpr: float) -> Iterator[BindingRow]:
    """What the state pays for technology, rule by rule, where it pays anything."""
    for name, rule in scenario.policy.technology_support.items():
        paid = rule.level_at(month, lpr, 0.0)
        if paid > 0.0:
            which = "all" if rule.technologies == "all" else _words(", ".join(rule.technologies))
            levels = {str(x): paid if rule.binds(x) else 0.0 for x in LICENCES}
            words = {x: percent(level) if level else "–" for x, level in levels.items()}
            yield BindingRow(f"state pays of {which}, {_words(name)}", levels, words)


def _repair_rows(scenario: Scenario, month: Month, lpr: float) -> Iterator[BindingRow]:
    """Credit repairs in force."""
    for name, rule in scenario.policy.credit_repair.items():
        limit = rule.level_at(month, lpr, 0.0)
        if limit > 0.0:
            text = (
                f"defaults of at most {yuan(limit)} from {rule.first} on, paid "
                f"back by {rule.paid_by}, are not shown"
            )
            label = f"{RULES['credit_repair']}, {_words(name)}"
            yield BindingRow(label, {NOBODY_ELSE: limit}, {NOBODY_ELSE: text})


def _conduct_rows(scenario: Scenario, month: Month) -> Iterator[BindingRow]:
    """What the regulator does by rule, and lenders that do not follow the common rule."""
    for name, reaction in scenario.policy.reactions.items():
        if month >= reaction.starts:
            text = {NOBODY_ELSE: reaction.sentence()}
            yield BindingRow(f"reaction rule, {_words(name)}", {}, text)
    for name, setup in scenario.lenders.items():
        strategy = strategy_in(setup.strategy, month)
        if strategy != NONE:
            yield BindingRow(f"strategy of {_words(name)}", {}, {NOBODY_ELSE: strategy})
        if late := setup.complies_after_months:
            text = {NOBODY_ELSE: f"follows changed rules {counted(late, 'month')} late"}
            yield BindingRow(f"conduct of {_words(name)}", {}, text)


def _cap_rows(limits: Limits) -> Iterator[BindingRow]:
    for base, label in (("all_in", "all-in price cap"), ("contract", "contract price cap")):
        levels = {str(x): float(getattr(cap, base)) for x, cap in limits.cap.items()}
        words = {x: "none" if level >= NO_CAP else percent(level) for x, level in levels.items()}
        yield BindingRow(label, levels, words)


def _limit_words(name: str, level: float) -> str:
    """A level of an instrument, in its unit."""
    if level >= UNLIMITED:
        return "none"
    sort = _sort_of_step(name)
    return f"{level:g}" if sort is None else amount_words(sort, level)


def _sort_of_step(name: str) -> type[Step] | None:
    """The steps of an instrument's rules, which know its unit; None where it has no rules."""
    info = PolicySection.model_fields.get(name)
    rule: Any = (get_args(info.annotation) or (None,))[-1] if info is not None else None
    if not (isinstance(rule, type) and issubclass(rule, DatedRule)):
        return None
    (step,) = get_args(rule.model_fields["steps"].annotation)
    return step if isinstance(step, type) and issubclass(step, Step) else None


def _words(name: str) -> str:
    return name.replace("_", " ")
