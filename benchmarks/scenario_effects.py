"""Measures what each scenario of the library changes against `observed`: docs/scenario-effects.md.

`.venv/bin/python -m benchmarks.scenario_effects` (10 seeds, 20,000 borrowers; `--help` says more)
prints the Markdown table. Like `loansim compare`, but every seed lives `observed` once and each
scenario only from where it parts to the end of the third year after its first effect, so that the
whole library takes minutes.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version

import numpy as np

from benchmarks.scenario_worlds import LATER_YEAR, Lived, one_seed
from sim.core.months import Month
from sim.measures import OF_MARKET, Measure, measures_of
from sim.paired_statistics import effect_of
from sim.scenario import MOST_MONTHS, Scenario, find_scenarios, load_scenario
from sim.seed_pool import over_seeds

BASE = "observed"
COLUMNS = {
    "hhi": ("HHI, points", 1.0, 1),
    "apr_new": ("price, pp", 100.0, 2),
    "approval_rate": ("approvals, pp", 100.0, 2),
    "default_rate_12m": ("12-month default, pp", 100.0, 2),
    "access_low_income": ("low-income access, pp", 100.0, 2),
}
"""Measure: heading, factor, decimals."""


def main() -> None:
    """Run all, print the page."""
    options = read_options()
    names = options.scenarios or library()
    others = [load_scenario(name) for name in names]
    base = load_scenario(BASE)
    measures = chosen_measures(base)
    work = partial(one_seed, base, others, measures, options.borrowers)
    seeds = range(options.seed, options.seed + options.seeds)
    runs = over_seeds(work, seeds, options.workers, lambda done: tell(done, len(names)))
    print(page(base, others, measures, runs, options))


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="names; none: all that extend observed")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--borrowers", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def library() -> list[str]:
    """All scenarios of the library about the base's market and people, but for the base itself."""
    base = load_scenario(BASE)
    names = [file.name for file in find_scenarios() if file.name != BASE]
    others = [load_scenario(name) for name in names]
    alike = [x for x in others if (x.scope, x.population) == (base.scope, base.population)]
    return [scenario.name for scenario in alike]


def chosen_measures(base: Scenario) -> list[Measure]:
    """Those of COLUMNS, in its order."""
    known = {m.name: m for m in (*OF_MARKET, *measures_of(list(base.segments)))}
    return [known[name] for name in COLUMNS]


def tell(done: Sequence[float], scenarios: int) -> None:
    """How far it is, on the screen beside the page."""
    print(f"\r{sum(done):.0f} of {len(done) * (scenarios + 1)} runs", end="", file=sys.stderr)


def page(
    base: Scenario,
    others: Sequence[Scenario],
    measures: Sequence[Measure],
    runs: Sequence[Sequence[Lived]],
    options: argparse.Namespace,
) -> str:
    """The Markdown page."""
    head = [f"{COLUMNS[m.name][0]}" for m in measures]
    rows = [
        "| scenario | year | " + " | ".join(head) + " |",
        "|---|---|" + "---|" * len(head),
    ]
    level = [run[0].figures.over(0, MOST_MONTHS - 1) for run in runs]
    cells = (shown(m, [x[i] for x in level]) for i, m in enumerate(measures))
    rows.append(f"| {base.name} (level, 84 months) | | " + " | ".join(cells) + " |")
    for place, other in enumerate(others, start=1):
        rows += rows_of(base, other, measures, [(run[0], run[place]) for run in runs])
    asked = [f"| {other.name} | {other.question} |" for other in others]
    made = f"loansim {version('loansim')}, {options.seeds} seeds from {options.seed}, "
    made += f"{options.borrowers:,} borrowers, against `{base.name}`"
    return "\n".join([made, "", *rows, "", "| scenario | question |", "|---|---|", *asked])


def rows_of(
    base: Scenario,
    other: Scenario,
    measures: Sequence[Measure],
    pairs: Sequence[tuple[Lived, Lived]],
) -> Iterator[str]:
    """Years 1 and 3 after the first effect of one scenario."""
    firsts = [pair[1].first for pair in pairs if pair[1].first is not None]
    if not firsts:
        yield f"| {other.name} | | no effect in any seed |" + " |" * (len(measures) - 1)
        return
    start = min(firsts)
    for year in (1, LATER_YEAR):
        months = start + 12 * (year - 1), start + 12 * year - 1
        if months[1] >= MOST_MONTHS:
            continue
        one, two = ([pair[i].figures.over(*months) for pair in pairs] for i in (0, 1))
        cells = []
        for i, measure in enumerate(measures):
            cells.append(effect_shown(measure, [x[i] for x in one], [x[i] for x in two]))
        when = f"{year}: {Month(base.start + months[0])} to {Month(base.start + months[1])}"
        yield f"| {other.name} | {when} | " + " | ".join(cells) + " |"


def effect_shown(measure: Measure, one: Sequence[float], two: Sequence[float]) -> str:
    """An effect with its interval, in bold where that leaves out zero."""
    _, factor, digits = COLUMNS[measure.name]
    effect = effect_of(one, two, median=measure.centre == "median")
    low, high = effect.paired.low, effect.paired.high
    text = f"{factor * effect.effect:+.{digits}f}"
    sure = f"**{text}**" if low > 0 or high < 0 else text
    return f"{sure} ({factor * low:+.{digits}f} to {factor * high:+.{digits}f})"


def shown(measure: Measure, values: Sequence[float]) -> str:
    """A level: the centre over seeds."""
    _, factor, digits = COLUMNS[measure.name]
    centre = np.median(values) if measure.centre == "median" else np.mean(values)
    return f"{factor * float(centre):.{digits}f}"


if __name__ == "__main__":
    main()
