"""Measures what docs/benchmarks.md reports, on this machine, through the command line alone.

`make bench`, or `.venv/bin/python benchmarks/run_speed.py --without-million` for the short ones.
Prints a Markdown table to be pasted there. Children are timed one at a time, but for the busy
neighbour, which is the point of that row.
"""

import argparse
import contextlib
import datetime
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

LOANSIM = Path(sys.executable).with_name("loansim")
REPETITIONS = 5


@dataclass(frozen=True)
class Cost:
    """What one child process took: seconds of wall time, and its peak resident memory in bytes."""

    seconds: float
    memory: int


def cost_of(*arguments: str, cache: str | None = None) -> Cost:
    """Run `loansim` with these arguments and wait for it; raises if it fails."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what users run has its bytecode written
    if cache is not None:
        environment["LOANSIM_CACHE_DIR"] = cache
    began = time.perf_counter()
    child = subprocess.Popen([LOANSIM, *arguments], env=environment, stdout=subprocess.DEVNULL)
    # Waited for by hand: this is the only call that tells one child's memory from another's.
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"failed: loansim {' '.join(arguments)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(seconds, used.ru_maxrss * unit)


def cost_of_a_run(*options: str, cache: str | None = None) -> Cost:
    """One run of the scenario `observed`, its results thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["run", "observed", "--quiet", "--out", f"{folder}/run", *options]
        return cost_of(*arguments, cache=cache)


@contextlib.contextmanager
def busy_neighbour() -> Iterator[None]:
    """A process that keeps one core busy for as long as the block lasts."""
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.wait()


def spread(costs: list[Cost]) -> str:
    """Median, and from least to most, in seconds."""
    seconds = sorted(cost.seconds for cost in costs)
    return f"{statistics.median(seconds):.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f})"


def lender_phase() -> float:
    """Median milliseconds of a reported month outside the borrowers' two halves.

    Lenders, regulator, books and recording of `observed`, beside 5,000 borrowers. Processor time:
    all this happens in one thread, and what neighbours take of it is no part of the cost.
    """
    from sim.model import LoanMarket
    from sim.scenario import load_scenario

    model = LoanMarket(load_scenario("observed"), borrowers=5_000)
    model.burn_in()
    with_borrowers = 0.0

    def timed(half: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal with_borrowers
            began = time.thread_time()
            outcome = half(*arguments)
            with_borrowers += time.thread_time() - began
            return outcome

        return call

    borrowers: Any = model.borrowers
    borrowers.live, borrowers.sign = timed(borrowers.live), timed(borrowers.sign)
    months = []
    for _ in range(48):
        with_borrowers, began = 0.0, time.thread_time()
        model.step()
        months.append(1_000 * (time.thread_time() - began - with_borrowers))
    return statistics.median(months)


PHASES = ("libraries", "burn-in", "months", "tables", "files and report")


def print_phases() -> None:
    """Prints the seconds of each phase of a default run, in a fresh process of its own.

    The compiled code is loaded with the first month of the burn-in.
    """
    marks = [time.perf_counter()]
    from sim.experiment import kept_for_good, run
    from sim.scenario import load_scenario
    from sim.store import write_run

    scenario = load_scenario("observed")
    with kept_for_good():
        import sim.model  # noqa: F401
    marks.append(time.perf_counter())
    result = run(scenario)
    marks.append(time.perf_counter())
    with tempfile.TemporaryDirectory() as folder:
        write_run(result, Path(folder) / "run")
    marks.append(time.perf_counter())
    lived = result.manifest["timings"]
    libraries, whole_run, files = (end - start for start, end in pairwise(marks))
    tables = whole_run - lived["total"]
    print(*(libraries, lived["burn_in"], lived["months"], tables, files))


def phases() -> str:
    """Where the time of a default run goes: medians, phase by phase."""
    command = [sys.executable, __file__, "--phases"]
    runs = [
        [float(word) for word in subprocess.check_output(command, text=True).split()]
        for _ in range(REPETITIONS)
    ]
    medians = map(statistics.median, zip(*runs, strict=True))
    return ", ".join(f"{name} {s:.2f} s" for name, s in zip(PHASES, medians, strict=True))


def measurements(*, million: bool) -> Iterator[tuple[str, str]]:
    """Each row of the table, as soon as it is known: what was measured, and the outcome."""
    cost_of("--help")
    yield "`loansim --help`", spread([cost_of("--help") for _ in range(REPETITIONS)])

    with tempfile.TemporaryDirectory() as cache:
        cold = cost_of_a_run("--borrowers", "1000", "--months", "1", cache=cache)
        warm = cost_of_a_run("--borrowers", "1000", "--months", "1", cache=cache)
        yield "first compilation", f"{cold.seconds - warm.seconds:.1f} s"

    cost_of_a_run("--borrowers", "1000", "--months", "1")
    runs = [cost_of_a_run() for _ in range(REPETITIONS)]
    yield "default run", f"{spread(runs)}, {max(run.memory for run in runs) / 1e9:.2f} GB"
    yield "of it", phases()
    with busy_neighbour():
        yield "beside a busy neighbour", spread([cost_of_a_run() for _ in range(REPETITIONS)])
    yield "one thread", spread([cost_of_a_run("--threads", "1") for _ in range(REPETITIONS)])

    yield "lender phase", f"{lender_phase():.1f} ms a month"

    if million:
        large = cost_of_a_run("--borrowers", "1000000")
        yield "a million borrowers", f"{large.seconds:.1f} s, {large.memory / 1e9:.2f} GB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--without-million", action="store_true", help="leave out the longest row")
    parser.add_argument("--phases", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.phases:
        print_phases()
        return
    print(
        f"loansim {version('loansim')}, {datetime.date.today()}, "
        f"Python {platform.python_version()}, Numba {version('numba')}, "
        f"{platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {REPETITIONS} repetitions: median (least to most)\n"
    )
    print("| what | measured |\n|---|---|", flush=True)
    for what, outcome in measurements(million=not arguments.without_million):
        print(f"| {what} | {outcome} |", flush=True)


if __name__ == "__main__":
    main()
