"""Measures speed and memory on this machine and writes the tables of docs/benchmarks.md.

`make bench`, or `.venv/bin/python -m benchmarks.run_speed PART...` for some parts; `--list` names
them, `--quick` tries all of them on small markets, `--huge` adds ten million borrowers. Every
market lives in a process of its own, one at a time, but where two beside each other are the point.
"""

import argparse
import datetime
import itertools
import math
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measured_page import begin as marker
from benchmarks.measured_page import put, table
from benchmarks.processes import (
    Cost,
    answer,
    begin,
    busy_neighbour,
    cost_of,
    cost_of_a_run,
    found_by,
    spread,
)
from benchmarks.starsim_sis import sis_rate


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    repetitions : of whole runs ; sizes : borrowers and months timed ; large : borrowers of the rows
        that want many ; objects : borrowers that are Mesa objects ; load : lenders and borrowers of
        the load test
    """

    repetitions: int
    sizes: dict[int, int]
    large: int
    objects: int
    load: tuple[int, int]


USUAL = Extent(5, {10_000: 60, 100_000: 24, 1_000_000: 8}, 1_000_000, 20_000, (2_000, 1_000_000))
QUICK = Extent(1, {10_000: 4, 50_000: 4}, 50_000, 200, (300, 10_000))
HUGE = {10_000_000: 4}
HUGE_BURN_IN = 6

type Rows = list[Sequence[str]]


def rate(found: dict[str, Any], borrowers: int) -> list[float]:
    """Millions of borrower-months a second, month by month."""
    return [borrowers / seconds / 1e6 for seconds in found["months"]]


def start_up(extent: Extent) -> str:
    """What a user waits for: help, first compilation, the default run."""

    def seconds(costs: Sequence[Cost]) -> str:
        return spread([cost.seconds for cost in costs], "s")

    def default_runs(*options: str) -> list[Cost]:
        return [cost_of_a_run(*options) for _ in range(extent.repetitions)]

    tiny = "--borrowers", "1000", "--months", "1"
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = (cost_of_a_run(*tiny, cache=cache) for _ in range(2))
        kept = sum(file.stat().st_size for file in Path(cache).rglob("*") if file.is_file())
    cost_of("--help")
    cost_of_a_run(*tiny)
    rows: Rows = [
        (
            "`loansim --help`",
            seconds([cost_of("--help") for _ in range(extent.repetitions)]),
            "0.3 s",
        ),
        ("first compilation", f"{cold.seconds - warm.seconds:.1f} s", ""),
        ("cache of compiled code", f"{kept / 1e6:.1f} MB", ""),
    ]
    runs = default_runs()
    memory = max(run.memory for run in runs) / 1e9
    rows.append(("default run", f"{seconds(runs)}, {memory:.2f} GB", "5 s"))
    rows.append(("default run, one thread", seconds(default_runs("--threads", "1")), ""))
    with busy_neighbour():
        rows.append(("default run beside a busy neighbour", seconds(default_runs()), ""))
    large = cost_of_a_run("--borrowers", str(extent.large))
    rows.append(
        (
            f"{extent.large:,} borrowers, whole run",
            f"{large.seconds:.1f} s, {large.memory / 1e9:.2f} GB",
            "40 s, 2 GB",
        )
    )
    return table(("what", "measured", "target"), rows)


def throughput(extent: Extent) -> str:
    """Borrower-months a second by borrowers, threads and lenders."""
    rows: Rows = []
    large: dict[int, tuple[float, float]] = {}
    for borrowers, months in extent.sizes.items():
        for threads, lenders in ((1, 30), (2, 30), (2, 300)):
            options = ["--borrowers", borrowers, "--months", months, "--threads", threads]
            options += ["--lenders", lenders]
            if borrowers in HUGE:
                options += ["--burn-in", HUGE_BURN_IN]
            found = found_by("throughput", *options)
            if (threads, lenders) == (2, 30):
                large[borrowers] = statistics.median(found["months"]), found["memory"]
            rows.append(
                (
                    f"{borrowers:,}",
                    str(threads),
                    str(found["lenders"]),
                    spread(rate(found, borrowers), "million"),
                    f"{statistics.median(found['months']):.3f} s",
                    f"{found['memory'] / 1e9:.2f} GB",
                )
            )
    head = ("borrowers", "threads", "lenders", "borrower-months a second", "a month", "peak memory")
    state = f"State of a borrower: {found['state_bytes']} bytes."
    return f"{table(head, rows)}\n\n{state} {growth(large)}"


def growth(measured: dict[int, tuple[float, float]]) -> str:
    """How time and memory grow with the market: borrowers -> seconds of a month, bytes at most.

    Between two sizes a power of 1 is in proportion; below 1 is what the lenders cost anyway.
    """
    parts = []
    for (few, one), (many, two) in itertools.pairwise(sorted(measured.items())):
        power = math.log(two[0] / one[0]) / math.log(many / few)
        added = (two[1] - one[1]) / (many - few)
        parts.append(
            f"from {few:,} to {many:,} borrowers a month takes {two[0] / one[0]:.1f} times as long "
            f"(power {power:.2f}), memory grows by {added:.0f} bytes a borrower"
        )
    return f"Two threads, 30 lenders: {'; '.join(parts)}."


def neighbours(extent: Extent) -> str:
    """Two of our own processes beside each other, as in a sweep."""
    months = extent.sizes[max(size for size in extent.sizes if size not in HUGE)]
    options = ["--borrowers", extent.large, "--months", months]
    one = found_by("throughput", *options, "--threads", 1)
    alone = statistics.median(rate(one, extent.large))
    pair = [begin("throughput", *options, "--threads", 1) for _ in range(2)]
    both = [statistics.median(rate(answer(child), extent.large)) for child in pair]
    text = f"{sum(both):.2f} million, {sum(both) / alone:.2f} times one"
    rows: Rows = [
        ("one process, one thread", spread(rate(one, extent.large), "million"), ""),
        ("two processes, one thread each", text, "1.8 times"),
    ]
    return table(("what", "borrower-months a second", "target"), rows)


def phases(extent: Extent) -> str:
    """Where the time of a month goes."""
    rows: Rows = []
    borrowers = 100_000 if 100_000 in extent.sizes else 10_000
    for lenders in (0, 30, 300):
        options = ["--borrowers", borrowers, "--threads", 1, "--months", 24, "--lenders", lenders]
        found = found_by("throughput", *options)
        split = found["split_ms"]
        whole = 1e3 * statistics.median(found["months"])
        lender_phase = split.pop("lenders, all")
        rows.append(
            (
                f"{found['lenders']}, {found['routes']:,} routes",
                *(f"{split[name]:.1f}" for name in split),
                f"{lender_phase:.1f}",
                f"{whole:.1f}",
            )
        )
        names = list(split)
    head = ("lenders", *names, "all but borrowers", "wall time")
    shown = f"Milliseconds a month, medians; processor time, {borrowers:,} borrowers, one thread."
    return f"{shown}\n\n{table(head, rows)}"


def objects(extent: Extent) -> str:
    """The same months with one Mesa object per borrower."""
    found = found_by("mesa_borrowers", extent.objects, 3 if extent is QUICK else 12)
    per = {way: [1e6 * s / extent.objects for s in seconds] for way, seconds in found.items()}
    ours = statistics.median(per["compiled"])
    names = {
        "compiled": ("compiled, one thread", ""),
        "reference": ("reference executor, keyed luck in Python", "200"),
        "mesa": ("Mesa model with plain attributes and its own luck", "25"),
    }
    rows: Rows = [
        (
            names[way][0],
            spread(per[way], "us"),
            f"{statistics.median(per[way]) / ours:.0f}",
            names[way][1],
        )
        for way in per
    ]
    head = ("borrowers as", "processor time of a borrower-month", "times ours", "target")
    return f"{extent.objects:,} borrowers, in turns month by month.\n\n{table(head, rows)}"


def memory(extent: Extent) -> str:
    """The bound that memory sets: every record read and written once a month."""
    rows: Rows = []
    for threads in (1, 2):
        speed = found_by("memory_bound", threads)
        found = found_by(
            "throughput", "--borrowers", extent.large, "--threads", threads, "--months", 6
        )
        touched = extent.large * (2 * found["state_bytes"] + 2)
        bound, month = touched / speed, statistics.median(found["months"])
        rows.append(
            (
                str(threads),
                f"{speed / 1e9:.1f} GB/s",
                f"{touched / 1e6:.0f} MB",
                f"{1e3 * bound:.1f} ms",
                f"{1e3 * month:.1f} ms",
                f"{month / bound:.1f}",
            )
        )
    head = ("threads", "copying", "a month must touch", "bound", "measured", "times the bound")
    return f"{extent.large:,} borrowers.\n\n{table(head, rows)}"


def load(extent: Extent) -> str:
    """Very many lenders: a load test."""
    lenders, borrowers = extent.load
    options = ["--lenders", lenders, "--borrowers", borrowers, "--threads", 2, "--months", 84]
    if extent is QUICK:
        options[-1] = 4
    found = found_by("throughput", *options)
    seconds = found["burn_in"] + sum(found["months"])
    row = (
        f"{found['lenders']:,}",
        f"{found['routes']:,}",
        f"{borrowers:,}",
        f"{seconds:.0f} s ({found['burn_in']:.0f} s burn-in)",
        f"{found['split_ms']['lenders, all']:.0f} ms",
        f"{found['memory'] / 1e9:.2f} GB",
        "180 s",
    )
    head = ("lenders", "routes", "borrowers", "whole run", "lenders, a month", "memory", "target")
    return table(head, [row])


def starsim(extent: Extent) -> str:
    """Another framework's model."""
    count, steps = (20_000, 10) if extent is QUICK else (1_000_000, 20)
    found = sis_rate(count, steps)
    if isinstance(found, str):
        return f"Left out: Starsim {found}."
    text = f"{float(str(found['rate'])) / 1e6:.2f} million"
    name = f"Starsim {found['version']}, SIS on a random network, {count:,} agents"
    return table(("model", "agent-steps a second"), [(name, text)])


PARTS: dict[str, Callable[[Extent], str]] = {
    "start-up": start_up,
    "throughput": throughput,
    "neighbours": neighbours,
    "phases": phases,
    "objects": objects,
    "memory": memory,
    "load": load,
    "starsim": starsim,
}


def machine() -> str:
    """What was measured, where and when."""
    return (
        f"loansim {version('loansim')}, {datetime.date.today()}, "
        f"Python {platform.python_version()}, Numba {version('numba')}, NumPy {version('numpy')}, "
        f"Mesa {version('mesa')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} at the start. Median (least to most)."
    )


BESIDE = ("throughput", "phases", "objects", "memory")
"""Parts that are measured a second time beside a busy process."""


def main() -> None:
    """Measure the parts asked for, each written as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="none: all")
    parser.add_argument("--list", action="store_true", help="name the parts")
    parser.add_argument("--quick", action="store_true", help="small markets, nothing written")
    parser.add_argument("--huge", action="store_true", help="ten million borrowers as well")
    options = parser.parse_args()
    if options.list:
        print(*PARTS, sep="\n")
        return
    if unknown := [part for part in options.parts if part not in PARTS]:
        raise SystemExit(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    extent = QUICK if options.quick else USUAL
    if options.huge:
        extent = Extent(**{**extent.__dict__, "sizes": {**extent.sizes, **HUGE}})
    heading = machine()
    for part in options.parts or PARTS:
        print(f"\n## {part}\n", flush=True)
        text = f"{heading}\n\n{PARTS[part](extent)}"
        if part in BESIDE:
            with busy_neighbour():
                beside = PARTS[part](extent)
            text += f"\n\nThe same beside one process that keeps a core busy:\n\n{beside}"
        print(text, flush=True)
        if not options.quick:
            put(part, text)
            print(f"({marker(part)} in docs/benchmarks.md)", file=sys.stderr)


if __name__ == "__main__":
    main()
