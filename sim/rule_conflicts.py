"""Rules that cannot both be meant: what a person is told before anything is run.

Several rules on one subject add up and the tightest binds, so that a scenario's own rule need not
know the standing ones. But two that start in one month, are reached in one month and say different
things to the same lenders are a slip: one of them never does anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations
from typing import Literal

from agents.limits import LICENCES
from sim.core.months import Month
from sim.core.parameters import FieldError
from sim.core.wording import percent
from sim.dated_rules import AprCap, DatedRule, MarketShareRule, Rule, SegmentRule, Step
from sim.level_words import level_words
from sim.reaction_rules import FIGURE_WORDS, MOVED_WORDS, Reaction

type NamedRule = tuple[str, DatedRule]
"""A rule with its path below the policy section."""


def refuse_contradictions(rules: Iterable[NamedRule]) -> None:
    """Raises FieldError for the first two rules on one subject that contradict each other.

    rules : all rules on one subject; of two, the later is the one that is told to give way
    """
    for (known, earlier), (path, later) in combinations(rules, 2):
        if not bind_the_same(earlier, later):
            continue
        for month, one, other in _started_together(earlier, later):
            if not _say_the_same(one, other):
                raise FieldError(
                    f"{path}.steps.{month}",
                    f"says {level_words(other)}, where {known}.steps.{month} says "
                    f"{level_words(one)} to the same lenders; leave one of them out (null removes "
                    "it), or start it in another month",
                )


def bind_the_same(one: DatedRule, other: DatedRule) -> bool:
    """Whether two rules on one subject bind the same lenders, prices and borrowers."""
    if isinstance(one, AprCap) and isinstance(other, AprCap) and one.base != other.base:
        return False
    if isinstance(one, SegmentRule) and isinstance(other, SegmentRule):
        if _names(one.segments) != _names(other.segments):
            return False
    if isinstance(one, Rule) and isinstance(other, Rule):
        return all(one.binds(licence) == other.binds(licence) for licence in LICENCES)
    return True


def refuse_floors_above_ceilings(
    floors: Mapping[str, MarketShareRule], ceilings: Mapping[str, MarketShareRule]
) -> None:
    """Raises FieldError where lenders would have to see more than reaches the bureau.

    floors : the least part of debts that every lender sees ; ceilings : the part that is reported
    """
    months = sorted(
        {month for rule in chain(floors.values(), ceilings.values()) for month in _turns(rule)}
    )
    for month in months:
        reported = {name: rule.level_at(month, 0.0, 1.0) for name, rule in ceilings.items()}
        for name, floor in floors.items():
            least = floor.level_at(month, 0.0, 0.0)
            for other, most in reported.items():
                if least > most:
                    raise FieldError(
                        f"bureau_floor.{name}",
                        f"makes every lender see {percent(least)} of all debts in {month}, where "
                        f"bureau.{other} lets {percent(most)} reach the bureau; lower the floor "
                        "or raise that",
                    )


def refuse_opposite_reactions(reactions: Mapping[str, Reaction]) -> None:
    """Raises FieldError for two rules that push one instrument both ways at the same figure."""
    for (known, one), (name, other) in combinations(reactions.items(), 2):
        both = [x.replace("_", " ") for x in LICENCES if one.binds(x) and other.binds(x)]
        if one.moves != other.moves or not both or one.step * other.step > 0.0:
            continue
        if one.acts_with(other):
            ways = ["down" if rule.step < 0.0 else "up" for rule in (other, one)]
            raise FieldError(
                f"reactions.{name}",
                f"pushes the {MOVED_WORDS[one.moves]} ({', '.join(both)}) {ways[0]} at figures of "
                f"{FIGURE_WORDS[one.figure]} at which reactions.{known} pushes it {ways[1]}; give "
                "them other thresholds, or other licences",
            )


def _started_together(one: DatedRule, other: DatedRule) -> Iterator[tuple[Month, Step, Step]]:
    """Steps of two rules that start, and are reached, in the same months."""
    for month in one.steps:
        if month in other.steps:
            step, second = one.steps[month], other.steps[month]
            if step.phase_in_months == second.phase_in_months:
                yield month, step, second


def _say_the_same(one: Step, other: Step) -> bool:
    """Whether two steps set the same level, whatever the loan prime rate is."""
    return all(one.value(lpr) == other.value(lpr) for lpr in (0.0, 1.0))


def _names(segments: Literal["all"] | tuple[str, ...]) -> set[str]:
    return {segments} if isinstance(segments, str) else set(segments)


def _turns(rule: DatedRule) -> Iterator[Month]:
    """The months in which a rule's level may begin to be another."""
    for month, step in rule.steps.items():
        yield month
        yield month + step.phase_in_months
    if rule.until is not None:
        yield rule.until + 1
