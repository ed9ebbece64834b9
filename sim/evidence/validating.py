"""Validating a scenario: live the worlds that its checks look at, seed by seed, and judge.

What a seed says of a check is one number. A check that cannot be taken from a scenario (a kind of
lender that it does not have) has no number and the verdict `none`; it stays in the table.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.evidence.check import Check, Judged, judged
from sim.experiment import check_settings, described, made_with
from sim.seed_pool import over_seeds
from sim.workers import COMPILING, Tell, cores

if TYPE_CHECKING:
    from sim.evidence.worlds import Lived
    from sim.scenario import Scenario

SEEDS = 20
"""Deviations across seeds are as large as some tolerances, so that fewer say little."""

FORMAT = 1
KIND = "validation"


@dataclass(frozen=True)
class Row:
    """A check with what the seeds say of it; `values` one a seed, NaN where it says nothing."""

    check: Check
    values: Sequence[float]
    judged: Judged


@dataclass(frozen=True)
class Validation:
    """All checks of a scenario, and what was run on what."""

    rows: Sequence[Row]
    manifest: Mapping[str, Any]


def checks_of(scenario: "Scenario") -> list[Check]:
    """The checks that a scenario has to answer to: those of its scope.

    Checks that a calibration of the scenario aimed at say so, whatever they are used for otherwise.
    """
    if scenario.scope == "wide":
        from sim.evidence.wide_checks import wide_checks

        checks = wide_checks()
    else:
        from sim.evidence.core_checks import core_checks

        checks = core_checks()
    aimed_at = frozenset(scenario.fitted.targets)
    return [replace(one, use="fitted") if one.name in aimed_at else one for one in checks]


def validate(
    scenario: "Scenario",
    *,
    seeds: int = SEEDS,
    seed: int = 1,
    borrowers: int = 100_000,
    workers: int | None = None,
    listen: Callable[[float, bool], None] = lambda _share, _compiling: None,
) -> Validation:
    """Live and judge.

    seeds, seed : number of seeds, and the first of them ; borrowers : simulated ones of each run
    workers : processes that share the seeds; one a core if None. Results do not depend on it
    listen : told the share of all seeds' work that is done, and whether code is being compiled

    Raises InputError if a setting is out of bounds or the checks do not fit the scenario.
    """
    check_settings(borrowers, seed, seeds, 1, "cpu", 1)
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}; allowed: 1 or more")
    checks = checks_of(scenario)
    names = _worlds_of(checks)
    _check_worlds(names, scenario)
    began = time.perf_counter()
    work = partial(one_seed, scenario, names, borrowers)
    count = min(workers or cores(), seeds)
    found = over_seeds(
        work,
        range(seed, seed + seeds),
        count,
        lambda told: listen(
            sum(max(0.0, one) for one in told) / seeds, any(one == COMPILING for one in told)
        ),
        prepare=partial(_compile, scenario, borrowers),
    )
    rows = []
    for check in checks:
        values = [of_seed[check.name] for of_seed in found]
        rows.append(Row(check, values, judged(check, values)))
    manifest = {
        "format": FORMAT,
        "kind": KIND,
        "validated": described(scenario),
        "borrowers": borrowers,
        "seed": seed,
        "seeds": seeds,
        "worlds": list(names),
        "elapsed_seconds": round(time.perf_counter() - began, 1),
        **made_with(),
    }
    return Validation(rows, manifest)


def one_seed(
    scenario: "Scenario", names: Sequence[str], borrowers: int, seed: int, tell: Tell
) -> dict[str, float]:
    """In a worker: what one seed says of every check. Worlds are let go once nothing needs them."""
    from sim.evidence.worlds import WORLDS, live, months_of

    checks = checks_of(scenario)
    months = {name: months_of(WORLDS[name], scenario) for name in names}
    total, before = sum(months.values()), 0
    worlds: dict[str, Lived] = {}
    found: dict[str, float] = {}
    for name in names:
        worlds[name] = live(
            WORLDS[name],
            scenario,
            borrowers=borrowers,
            seed=seed,
            lived=partial(_tell_month, tell, before, total),
        )
        before += months[name]
        for check in checks:
            if check.name not in found and set(check.worlds) <= set(worlds):
                found[check.name] = figure_of(check, worlds)
        for done in _done(worlds, checks, found):
            del worlds[done]
    return found


def _tell_month(tell: Tell, before: int, total: int, month: int) -> None:
    tell((before + month) / total)


def figure_of(check: Check, worlds: "Mapping[str, Lived]") -> float:
    """What one seed says of a check; NaN where it says nothing, be it for want of a lender."""
    try:
        value = check.figure(worlds)
    except (ArithmeticError, ValueError, IndexError):
        return math.nan
    return value if math.isfinite(value) else math.nan


def _done(
    worlds: "Mapping[str, Lived]", checks: Sequence[Check], found: Mapping[str, float]
) -> list[str]:
    """Worlds that no check needs any more."""
    needed = {name for check in checks if check.name not in found for name in check.worlds}
    return [name for name in worlds if name not in needed]


def _worlds_of(checks: Sequence[Check]) -> list[str]:
    """The worlds that checks need, in the order in which they come up."""
    return list(dict.fromkeys(_each_world(checks)))


def _each_world(checks: Sequence[Check]) -> Iterator[str]:
    for check in checks:
        yield from check.worlds


def _check_worlds(names: Sequence[str], scenario: "Scenario") -> None:
    """Raises InputError, before anything is lived, where a world cannot be made of the scenario."""
    from sim.evidence.worlds import WORLDS

    for name in names:
        WORLDS[name].of(scenario)


def _compile(scenario: "Scenario", borrowers: int, tell: Tell) -> None:
    """Compile once before all seeds, so that workers do not do so side by side."""
    from sim.model import LoanMarket

    model = LoanMarket(scenario, borrowers=min(borrowers, 1_000), seed=0, threads=1)
    if model.needs_compiling:
        tell(COMPILING)
        model.compile()
        tell(0.0)
