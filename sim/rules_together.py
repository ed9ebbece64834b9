"""Several rules on one subject: the tightest binds, and a new one starts from what the others say.

A rule without an earlier level of its own is phased in, and planned for, from the tightest of the
others in the month before; only where there is none from what holds without rules. So a scenario's
own rule need not repeat the standing ones, and half of its phase-in is not lost on levels that the
standing ones rule out anyway.
"""

from collections.abc import Callable, Sequence

from sim.core.months import Month
from sim.dated_rules import DatedRule

type Tightest = Callable[..., float]
"""The tighter of levels: `min` for ceilings, `max` for floors."""


def strictest_multiple(*levels: float | Sequence[float]) -> float:
    """Of multiples of what is usual: the highest above one; where none is, the lowest.

    So one rule may loosen what no rule tightens, and of both at once the strict one holds.
    """
    known = [x for level in levels for x in (level if isinstance(level, Sequence) else [level])]
    return max(known) if max(known) > 1.0 else min(known)


def tightest_level(
    rules: Sequence[DatedRule], month: Month, lpr: float, default: float, tightest: Tightest
) -> float:
    """The level that binds in a month.

    lpr : one-year LPR then, fraction per year, used for earlier months too
    default : what holds without any rule
    """
    levels = (
        rule.level_at(month, lpr, default, _without(rule, rules, lpr, default, tightest))
        for rule in rules
    )
    return tightest([default, *levels])


def tightest_plan(
    rules: Sequence[DatedRule], month: Month, lpr: float, default: float, tightest: Tightest
) -> float:
    """The level with which somebody plans who acts on announcements; as `tightest_level`."""
    levels = (
        rule.planned_at(
            month, lpr, default, tightest, _without(rule, rules, lpr, default, tightest)
        )
        for rule in rules
    )
    return tightest([default, *levels])


def _without(
    rule: DatedRule, rules: Sequence[DatedRule], lpr: float, default: float, tightest: Tightest
) -> Callable[[Month], float]:
    """What the other rules say in a month."""
    others = [other for other in rules if other is not rule]
    return lambda month: tightest_level(others, month, lpr, default, tightest)
