"""Design points that share a past: lived once up to where they part, as a tree of branches.

Which points may share anything is guessed from their factors, which is quick; how much they share
is asked of every pair (sim/branching.py), which is exact. A wrong guess costs time only.
"""

from collections.abc import Iterator, Mapping, Sequence

from sim.branching import MONTHS_APART_BEFORE, first_difference, first_month_lived
from sim.lives import Branch
from sim.scenario import Scenario
from sim.sweeps.factors import Level
from sim.sweeps.plan import Sweep
from sim.sweeps.points import Point, scenario_at

MOST_TOGETHER = 8
"""Points of one task. What a task lives is lost if it is killed, and one task keeps one worker."""


def trunks_of(sweep: Sweep, points: Sequence[Point]) -> list[Branch]:
    """All points as trees of at most `MOST_TOGETHER`, equal scenarios once."""
    families: dict[tuple[Level, ...], list[Point]] = {}
    dated = dated_factors(sweep)
    seen: set[str] = set()
    for point in points:
        if point.scenario_hash in seen:
            continue
        seen.add(point.scenario_hash)
        family = tuple(level for name, level in point.levels.items() if name not in dated)
        families.setdefault(family, []).append(point)
    months = sweep.plan.months
    return [
        _tree(sweep, group, months) for family in families.values() for group in _portions(family)
    ]


def dated_factors(sweep: Sweep) -> set[str]:
    """Factors whose levels differ only from some month of the run on, in every base.

    A factor without a path is dated if all that name it are: trying it tells.
    """
    return {name for name in sweep.plan.factors if _is_dated(sweep, name)}


def _is_dated(sweep: Sweep, name: str) -> bool:
    factors = sweep.plan.factors
    ends = {n: f.levels() or (f.level_at(0.0), f.level_at(1.0)) for n, f in factors.items()}
    if len(ends[name]) < 2:
        return False
    first: dict[str, Level] = {n: found[0] for n, found in ends.items()}
    for base in sweep.bases:
        one = scenario_at(sweep, {"base": base} | first)
        for level in (ends[name][1], ends[name][-1]):
            other = scenario_at(sweep, {"base": base} | first | {name: level})
            if _months_shared(one, other, sweep.plan.months) == 0:
                return False
    return True


def _portions(family: list[Point]) -> Iterator[list[Point]]:
    """Neighbours in the design together, as evenly as possible."""
    count = -(-len(family) // MOST_TOGETHER)
    size = -(-len(family) // count)
    for start in range(0, len(family), size):
        yield family[start : start + size]


def _tree(sweep: Sweep, points: Sequence[Point], months: int) -> Branch:
    scenarios = {point.number: scenario_at(sweep, point.levels) for point in points}
    return _branch([point.number for point in points], scenarios, months, 0)


def _branch(
    numbers: Sequence[int], scenarios: Mapping[int, Scenario], months: int, shared: int
) -> Branch:
    """The first point with all others as branches.

    shared : months that all these points share with the branch above, and so with each other
    """
    first, *others = numbers
    leaving: dict[int, list[int]] = {}
    for number in others:
        common = max(shared, _months_shared(scenarios[first], scenarios[number], months))
        leaving.setdefault(common, []).append(number)
    branches = (_branch(group, scenarios, months, at) for at, group in sorted(leaving.items()))
    return Branch(first, shared, tuple(branches))


def _months_shared(one: Scenario, other: Scenario, months: int) -> int:
    """Months, burn-in included, that one run can serve both; 0 if there are none."""
    if first_month_lived(one) != first_month_lived(other):
        return 0
    lived = one.burn_in_months + months
    parting = first_difference(one, other)
    if parting is None:
        return lived
    return min(lived, max(0, parting - first_month_lived(one) - MONTHS_APART_BEFORE))
