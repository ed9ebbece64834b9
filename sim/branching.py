"""Where two scenarios part: the first month that is not the same in both.

Up to the month before, one run serves both: it is lived once, copied, and goes on as two. So a
month may be called different without need (that costs time) but never the same without being so.

Nothing here knows the names of rules. What can be told from a section's form:

- a map from month to section or word is a list of steps. A step counts from the month under which
  it stands or from an earlier month inside it (`announced`), whichever comes first;
- a section with steps does nothing before the first of them, whatever other months it names, and
  one without but with a month that has no default (the start of a shock) nothing before that month;
  so neither does what else it says;
- a month by itself (the end of a rule) counts from the earlier of the two that are given;
- a map from month to number counts from the first month in which it gives another number;
- anything else counts from the very beginning, the first month of the burn-in.

What policy and economy amount to is then asked month by month up to there, which finds what the
form does not show: an announcement that names the level before, or the loan prime rate of the
first reported month, which the burn-in knows already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import chain
from typing import Any, TypeGuard

from sim.core.keyed_values import DatedPath, DatedSeries, KeyedValues
from sim.core.months import Month
from sim.core.parameters import Parameters, as_plain
from sim.policy import happenings
from sim.scenario import MOST_MONTHS, Scenario

type Numbers = DatedSeries[float] | DatedPath[float]

MONTHS_KNOWN = 512
"""Months of worlds that are remembered: many worlds, one after the other, part from one base."""

ALWAYS = 0
"""The month from which undated things count; earlier than any that is lived."""


def first_month_lived(scenario: Scenario) -> Month:
    """The first month of the burn-in, or the first reported one where there is none."""
    return scenario.start - scenario.burn_in_months


def first_difference(base: Scenario, other: Scenario) -> Month | None:
    """The first month that is not the same under both scenarios; None if none is.

    Where something undated differs it is the first month lived: then nothing is shared. Titles,
    questions, sources and notes make no difference, nor do values that come to the same.
    """
    if base.hash == other.hash:
        return None
    beginning = min(first_month_lived(base), first_month_lived(other))
    if first_month_lived(base) != first_month_lived(other) or base.start != other.start:
        return beginning
    by_form = _counts_from(base, other)
    if by_form is not None:
        by_form = max(beginning, by_form)
    end = base.start + MOST_MONTHS if by_form is None else Month(by_form)
    one, two = _World(base.hash, base), _World(other.hash, other)
    for month in range(beginning, end):
        if _what_holds(one, Month(month)) != _what_holds(two, Month(month)):
            return Month(month)
    return None if by_form is None else Month(by_form)


MONTHS_APART_BEFORE = 1
"""Months before the first difference that each world lives by itself: a rule may start with what
was taken down at the month-end before, and only the world that has the rule takes it down."""


@dataclass(frozen=True)
class Course:
    """How many months of two runs there are to live.

    shared : once for both, from the first of the burn-in on
    base, other : all months of each, the shared ones included
    """

    shared: int
    base: int
    other: int

    @property
    def lived(self) -> int:
        """Months that are simulated for both together."""
        return self.base + self.other - self.shared


def course(base: Scenario, other: Scenario, months: int) -> Course:
    """The months of two runs with `months` reported ones each."""
    of_base, of_other = base.burn_in_months + months, other.burn_in_months + months
    parting = first_difference(base, other)
    if parting is None:
        return Course(of_base, of_base, of_other)
    shared = max(0, parting - first_month_lived(base) - MONTHS_APART_BEFORE)
    if first_month_lived(base) != first_month_lived(other):
        shared = 0
    return Course(min(shared, of_base), of_base, of_other)


@dataclass(frozen=True, slots=True)
class _World:
    """A scenario, known by its hash."""

    hash: str
    scenario: Scenario = field(compare=False)


@lru_cache(maxsize=MONTHS_KNOWN)
def _what_holds(world: _World, month: Month) -> list[object]:
    """Everything that a month takes from the dated parts of a scenario, words left out."""
    scenario = world.scenario
    macro = scenario.macro.at(month, scenario.start)
    limits = scenario.policy.at(month, macro.lpr)
    said = list(happenings(scenario.policy, month, macro.lpr))
    return [_values(macro), _values(limits), said]


def _values(record: Any) -> dict[str, object]:
    return {f.name: as_plain(getattr(record, f.name), words=False) for f in fields(record)}


def _counts_from(one: object, other: object) -> int | None:
    """The month from which the difference of two values counts; None if there is none."""
    if _same(one, other):
        return None
    if isinstance(one, Parameters) and type(one) is type(other):
        return _sections_part(one, other)
    if _is_numbers_by_month(one) and _is_numbers_by_month(other):
        return _numbers_part(one, other)
    if isinstance(one, DatedSeries) and isinstance(other, DatedSeries):
        return _earliest(
            _step_begins(month, step)
            for month in {*one, *other}
            if not _same(one.get(month), other.get(month))
            for step in (one.get(month), other.get(month))
            if step is not None
        )
    if _is_names(one) and _is_names(other):
        return _names_part(one, other)
    if isinstance(one, Month | None) and isinstance(other, Month | None):
        return _earliest(month for month in (one, other) if month is not None)
    return _earliest(_begins(value) for value in (one, other) if value is not None)


def _sections_part(one: Parameters, other: Parameters) -> int | None:
    """Two sections of one class: the earliest of what their fields say."""
    found = (
        _counts_from(getattr(one, name), getattr(other, name))
        for name in type(one).model_fields
        if name not in one.words
    )
    first = _earliest(month for month in found if month is not None)
    return min(_begins(one), _begins(other)) if first == ALWAYS else first


def _names_part(one: Mapping[str, object], other: Mapping[str, object]) -> int | None:
    """Two maps by name; their order counts, since events of a month stand in it."""
    if [name for name in one if name in other] != [name for name in other if name in one]:
        return ALWAYS
    found = (_counts_from(one.get(name), other.get(name)) for name in {*one, *other})
    return _earliest(month for month in found if month is not None)


def _numbers_part(one: Numbers, other: Numbers) -> int | None:
    """Two numbers by month: the first month in which they are not equal."""
    if one.at(Month(ALWAYS)) != other.at(Month(ALWAYS)):
        return ALWAYS
    months = range(min(chain(one, other)), max(chain(one, other)) + 1)
    return next((m for m in months if one.at(Month(m)) != other.at(Month(m))), None)


def _begins(value: object) -> int:
    """The month before which a value that stands alone does nothing."""
    if isinstance(value, DatedSeries) and not _is_numbers_by_month(value):
        return _earliest(_step_begins(month, step) for month, step in value.items()) or ALWAYS
    if isinstance(value, Parameters):
        return _earliest(_dates(value)) or ALWAYS
    if _is_names(value):
        return _earliest(_begins(item) for item in value.values()) or ALWAYS
    return ALWAYS


def _dates(section: Parameters) -> Iterator[int]:
    """The months that a section's own form gives it: of its steps, and those it has to have."""
    needed = [
        getattr(section, name)
        for name, info in type(section).model_fields.items()
        if info.is_required()
    ]
    # A rule does nothing before its first step, whatever other months it speaks of.
    steps = [
        _begins(x) for x in needed if isinstance(x, DatedSeries) and not _is_numbers_by_month(x)
    ]
    yield from steps or [int(x) for x in needed if isinstance(x, Month)]


def _step_begins(month: Month, step: object) -> int:
    """The earliest month that has to do with a step: its own, or one inside it."""
    inside = [getattr(step, name) for name in type(step).model_fields] if _is_section(step) else []
    return min([month, *(value for value in inside if isinstance(value, Month))])


def _is_section(value: object) -> TypeGuard[Parameters]:
    return isinstance(value, Parameters)


def _is_numbers_by_month(value: object) -> TypeGuard[Numbers]:
    if not isinstance(value, DatedSeries | DatedPath):
        return False
    return not any(_is_section(item) or isinstance(item, str) for item in value.values())


def _is_names(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping) and not isinstance(value, KeyedValues)


def _same(one: object, other: object) -> bool:
    """Whether two values come to the same, order of names included, words left out."""
    return type(one) is type(other) and _in_order(one) == _in_order(other)


def _in_order(value: object) -> str:
    return repr(as_plain(value, words=False))


def _earliest(months: Iterator[int]) -> int | None:
    return min(months, default=None)
