"""Measures what each mechanism does by taking it out of `observed`: docs/ablations.md.

`.venv/bin/python -m benchmarks.ablations > docs/ablations.md` (10 seeds, 20,000 borrowers; `--help`
says more). Every seed lives `observed` and each world without one mechanism from the burn-in on to
the end of the third year, with the same luck: some 1.5 seconds of a core each.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version

from benchmarks.mechanisms import MECHANISMS, WITHOUT_SWITCH, without
from benchmarks.whole_worlds import Floats, effect_shown, level_shown, one_seed
from sim.measures import OF_MARKET, measure_named
from sim.scenario import load_scenario
from sim.seed_pool import over_seeds

BASE = "observed"
YEAR_3 = (24, 35)
"""First and last reported month, from 0, that is measured."""

COLUMNS = {
    "hhi": ("HHI, points", 1.0, 1),
    "apr_new": ("price, pp", 100.0, 2),
    "default_rate_12m": ("12-month default, pp", 100.0, 2),
    "approval_rate": ("approvals, pp", 100.0, 2),
    "borrowers_active": ("active borrowers, millions", 1e-6, 1),
    "balance": ("balance, trillion yuan", 1e-12, 2),
}
"""Measure: heading, factor, decimals."""


def main() -> None:
    """Run all, print the page."""
    options = read_options()
    names = options.mechanisms or list(MECHANISMS)
    base = load_scenario(BASE)
    worlds = [base, *(without(base, MECHANISMS[name]) for name in names)]
    measures = [measure_named(name, OF_MARKET) for name in COLUMNS]
    timed = [(world, *YEAR_3) for world in worlds]
    work = partial(one_seed, timed, measures, options.borrowers)
    seeds = range(options.seed, options.seed + options.seeds)
    total = len(worlds) * len(seeds)
    runs = over_seeds(work, seeds, options.workers, lambda done: tell(sum(done), total))
    print(page(names, runs, options))


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mechanisms", nargs="*", help="names; none: all")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--borrowers", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def tell(done: float, total: int) -> None:
    """How far it is, on the screen beside the page."""
    print(f"\r{done:.0f} of {total} runs", end="", file=sys.stderr)


def page(names: Sequence[str], runs: Sequence[Floats], options: argparse.Namespace) -> str:
    """The Markdown page."""
    made = f"loansim {version('loansim')}, {options.seeds} seeds from {options.seed}, "
    made += f"{options.borrowers:,} borrowers"
    heads = " | ".join(head for head, _, _ in COLUMNS.values())
    lines = [
        "# What each mechanism does",
        "",
        f"`{BASE}` without one mechanism, less `{BASE}` with all, in the third reported year: the",
        "mean over seeds (the median for HHI) of the paired differences, with 95% intervals. Bold:",
        "the interval leaves out zero. Both worlds are lived from the burn-in on, which steers",
        "each to the same opening balances; so what the burn-in makes good is not seen. What is",
        "taken out, and by which values:",
        "[mechanisms.py](../benchmarks/mechanisms.py) `MECHANISMS`. Made by",
        "",
        f"    .venv/bin/python -m benchmarks.ablations --seeds {options.seeds} "
        f"--borrowers {options.borrowers}",
        "",
        f"with {made}.",
        "",
        f"| without | {heads} |",
        "|---|" + "---|" * len(COLUMNS),
        f"| nothing (level) | {' | '.join(levels(runs))} |",
    ]
    for place, name in enumerate(names, start=1):
        lines.append(f"| {name} | {' | '.join(effects(runs, place))} |")
    lines += ["", "No scenario can take out:", ""]
    lines += [f"- {name}: {why}" for name, why in WITHOUT_SWITCH.items()]
    return "\n".join(lines)


def levels(runs: Sequence[Floats]) -> list[str]:
    """What the base has."""
    return [
        level_shown([run[0, i] for run in runs], factor, digits, median=name == "hhi")
        for i, (name, (_, factor, digits)) in enumerate(COLUMNS.items())
    ]


def effects(runs: Sequence[Floats], place: int) -> list[str]:
    """What the world at a place has more or less."""
    cells = []
    for i, (name, (_, factor, digits)) in enumerate(COLUMNS.items()):
        base, other = [run[0, i] for run in runs], [run[place, i] for run in runs]
        cells.append(effect_shown(base, other, factor, digits, median=name == "hhi"))
    return cells


if __name__ == "__main__":
    main()
