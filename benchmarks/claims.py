"""Lays published and reported effects beside the model's own: docs/claims.md.

`.venv/bin/python -m benchmarks.claims > docs/claims.md` (10 seeds, 20,000 borrowers; `--help` says
more). Every seed lives each world whole, with the same luck: some 1.5 seconds of a core each.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version

from benchmarks.mechanisms import without
from benchmarks.published import CLAIMS, Claim
from benchmarks.whole_worlds import effect_shown, one_seed
from sim.measures import measure_named, measures_of
from sim.scenario import Scenario, find_scenarios, load_scenario
from sim.seed_pool import over_seeds

type World = tuple[Scenario, int, int]


def main() -> None:
    """Run all, print the page."""
    options = read_options()
    there = {file.name for file in find_scenarios()}
    claims = [claim for claim in CLAIMS if {claim.base, claim.other} <= there]
    missing = [claim for claim in CLAIMS if claim not in claims]
    pairs = [(world(c.base, c.base_changes, c), world(c.other, c.other_changes, c)) for c in claims]
    worlds: dict[tuple[str, int, int], World] = {}
    for one in (one for pair in pairs for one in pair):
        worlds.setdefault(key(one), one)
    places = {name: place for place, name in enumerate(worlds)}
    measures = measures_of(list(load_scenario("observed").segments))
    work = partial(one_seed, list(worlds.values()), measures, options.borrowers)
    seeds = range(options.seed, options.seed + options.seeds)
    total = len(worlds) * len(seeds)
    runs = over_seeds(work, seeds, options.workers, lambda done: tell(sum(done), total))
    rows = []
    for claim, (base, other) in zip(claims, pairs, strict=True):
        column = measures.index(measure_named(claim.measure, measures))
        before, after = ([run[places[key(x)], column] for run in runs] for x in (base, other))
        rows.append(row(claim, before, after))
    print(page(rows, missing, options))


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--borrowers", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def world(name: str, changes: Mapping[str, object], claim: Claim) -> World:
    """A scenario with changes, and the months that it is measured over."""
    scenario = load_scenario(name)
    return (without(scenario, changes) if changes else scenario, *claim.months)


def key(one: World) -> tuple[str, int, int]:
    """What makes two worlds one."""
    return (one[0].hash, one[1], one[2])


def tell(done: float, total: int) -> None:
    """How far it is, on the screen beside the page."""
    print(f"\r{done:.0f} of {total} runs", end="", file=sys.stderr)


def row(claim: Claim, base: Sequence[float], other: Sequence[float]) -> str:
    """The claim and the model's effect, in per cent or in points."""
    if claim.relative:
        shares = [two / one - 1.0 for one, two in zip(base, other, strict=True)]
        effect = effect_shown([0.0] * len(shares), shares, 100.0, 1, median=False) + " %"
    else:
        effect = effect_shown(base, other, 100.0, 2, median=False) + " points"
    return f"| {claim.who} | {claim.what} | {claim.says} | {claim.measure} | {effect} |"


def page(rows: Sequence[str], missing: Sequence[Claim], options: argparse.Namespace) -> str:
    """The Markdown page."""
    lines = [
        "# Published effects beside the model's",
        "",
        "The model is fitted to none of these. Its effect is the mean over seeds of the paired",
        "difference in the third reported year, with a 95% interval; bold where that leaves out",
        "zero. Countries, products and caps differ from those of the sources: a like sign and",
        "order of magnitude is all that can be asked. Which worlds are compared:",
        "[published.py](../benchmarks/published.py) `CLAIMS`. Made by",
        "",
        f"    .venv/bin/python -m benchmarks.claims --seeds {options.seeds} "
        f"--borrowers {options.borrowers}",
        "",
        f"with loansim {version('loansim')}, seeds from {options.seed}.",
        "",
        "| source | cause | effect said | measured as | effect in the model |",
        "|---|---|---|---|---|",
        *rows,
    ]
    if missing:
        lines += ["", "Not compared, for want of a scenario in the library:", ""]
        lines += [f"- {c.what} ({c.who}): {c.says} (`{c.other}`, `{c.base}`)" for c in missing]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
