"""Processes that are measured: how long they take and how much memory, alone or beside others."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "sim.cli"]


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of wall time, and its peak resident memory in bytes."""

    seconds: float
    memory: int


def environment(cache: str | None = None) -> dict[str, str]:
    """That of a user, in which bytecode is written; perhaps with a cache of its own."""
    found = dict(os.environ)
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    found["PYTHONPATH"] = str(ROOT)  # this working copy, whatever is installed
    if cache is not None:
        found["LOANSIM_CACHE_DIR"] = cache
    return found


def cost_of(*arguments: str, cache: str | None = None) -> Cost:
    """Runs `loansim` with these arguments and waits for it; ends the program if it fails."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [*COMMAND, *arguments], env=environment(cache), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    # Waited for by hand: this is the only call that tells one child's memory from another's.
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"failed: loansim {' '.join(arguments)}")
    return Cost(seconds, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def cost_of_a_run(*options: str, cache: str | None = None) -> Cost:
    """One run of the scenario `observed`, its results thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["run", "observed", "--quiet", "--out", f"{folder}/run", *options]
        return cost_of(*arguments, cache=cache)


def begin(module: str, *arguments: object) -> "subprocess.Popen[str]":
    """Starts a measuring program of this folder; it prints what it found as JSON."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answer(child: "subprocess.Popen[str]") -> Any:
    """What a measuring program has found; ends this one if it failed."""
    said, _ = child.communicate()
    if child.returncode != 0:
        raise SystemExit(f"failed: {child.args!r}")
    return json.loads(said)


def found_by(module: str, *arguments: object) -> Any:
    """Runs a measuring program and returns what it has found."""
    return answer(begin(module, *arguments))


@contextlib.contextmanager
def busy_neighbour() -> Iterator[None]:
    """A process that keeps one core busy for as long as the block lasts."""
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.wait()


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """Median, and from least to most."""
    middle = f"{statistics.median(values):,.{digits}f} {unit}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"
