"""`loansim doctor`: what this machine has, whether the program can run on it, and what to do.

Nothing is changed, and nothing is asked of a network.
"""

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from sim.core.errors import InputError

State = Literal["ok", "note", "problem"]

OURS = Path(__file__).resolve().parents[1]
"""The folder in which the packages of this program lie."""

NEEDED = ("numpy", "numba", "mesa", "pandas", "pyarrow", "pydantic", "plotly", "dash", "rich")
OPTIONAL = {
    "optuna": "loansim calibrate (extra: calibration)",
    "distributed": "sweeps on a cluster (extra: cluster)",
    "ema-workbench": "scenario discovery (extra: discovery)",
}
"""Packages that some commands need -> those commands."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
LEAST_DISK = 1_000_000_000
"""Bytes that a folder of runs should have left."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    what : what it is ; found : what there is ; todo : what to do about it; empty if nothing
    """

    what: str
    state: State
    found: str
    todo: str = ""


def findings() -> Iterator[Finding]:
    """Everything that is looked at, in order."""
    yield from program()
    yield Finding(
        "Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    yield from libraries()
    yield from machine()
    yield gpu()
    yield browser()
    yield compiled_code()
    yield folder()


def program() -> Iterator[Finding]:
    """The version, where it lies, and whether another package hides part of it."""
    from sim.experiment import version

    known = version()
    todo = "" if known != "unknown" else "not installed; `pip install .` in its folder, or pipx"
    yield Finding("loansim", "ok" if not todo else "note", f"{known} in {OURS}", todo)
    for name in ("agents", "dashboard", "scenarios"):
        found = importlib.util.find_spec(name)
        origin = Path(found.origin).resolve().parents[1] if found and found.origin else None
        if origin != OURS:
            yield Finding(
                f"package {name}",
                "problem",
                f"another one, in {origin}",
                "install loansim into an environment of its own (pipx install, or python -m venv)",
            )


def libraries() -> Iterator[Finding]:
    """Versions of what the program stands on."""
    versions, missing = [], []
    for name in NEEDED:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding(
            "libraries", "problem", f"missing: {', '.join(missing)}", "install loansim again"
        )
    else:
        yield Finding("libraries", "ok", ", ".join(versions))
    for name, use in OPTIONAL.items():
        with suppress(metadata.PackageNotFoundError):
            yield Finding(name, "ok", f"{metadata.version(name)}, for {use}")
            continue
        yield Finding(name, "note", "not installed", f"only needed for {use}")


def machine() -> Iterator[Finding]:
    """Cores and memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("cores", "ok", f"{cores}, all used unless --threads says otherwise")
    from sim.one_to_one import bytes_free, bytes_needed

    free = bytes_free()
    if free is None:
        yield Finding("memory", "note", "not told by this system")
        return
    usual = bytes_needed(100_000)
    enough = free >= usual
    yield Finding(
        "memory",
        "ok" if enough else "problem",
        f"{free / 1e9:,.1f} GB free; the usual run takes {usual / 1e9:,.1f} GB",
        "" if enough else "close other programs, or simulate fewer (--borrowers 20000)",
    )


def gpu() -> Finding:
    """A graphics processor, and whether this version has a use for it."""
    from sim.experiment import EXECUTORS

    used = any(name not in ("cpu", "reference") for name in EXECUTORS)
    program = shutil.which("nvidia-smi")
    names: list[str] = []
    if program is not None:
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(
                [program, "--query-gpu=name", "--format=csv,noheader"],
                capture_output=True, text=True, check=True, timeout=10,
            )  # fmt: skip
            names = done.stdout.split("\n")[:-1]
    use = "" if used else "; this version runs on processors only"
    return Finding(
        "GPU", "ok", (", ".join(names) or "none; none is needed") + (use if names else "")
    )


def browser() -> Finding:
    """A browser that tests can drive."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is not None:
        return Finding("Chromium", "ok", path)
    return Finding(
        "Chromium",
        "note",
        "none; only the program's own browser tests need it",
        "apt install chromium, or make test as root; any browser shows the dashboard",
    )


def compiled_code() -> Finding:
    """Where compiled code is kept, and whether that of this version is there."""
    from sim.compiled import needs_compiling
    from sim.core.rule import CACHE_FOLDER

    if CACHE_FOLDER is None:
        return Finding(
            "compiled code",
            "problem",
            "no folder for it can be written, so that every run compiles for up to a minute",
            "set LOANSIM_CACHE_DIR to a folder of yours",
        )
    files = [path for path in CACHE_FOLDER.parent.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    kept = f"kept in {CACHE_FOLDER.parent} ({size:,.0f} MB; may be deleted at any time)"
    if needs_compiling():
        return Finding("compiled code", "note", kept, "the next run compiles once, up to a minute")
    return Finding("compiled code", "ok", f"ready; {kept}")


def folder() -> Finding:
    """Whether results can be written where the reader is."""
    here = Path.cwd()
    free = shutil.disk_usage(here).free
    if not os.access(here, os.W_OK):
        return Finding("folder", "problem", f"{here} cannot be written", "go to a folder of yours")
    if free < LEAST_DISK:
        return Finding("folder", "problem", f"{free / 1e9:,.1f} GB left", "make room, or use --out")
    return Finding("folder", "ok", f"runs go to {here / 'runs'}; {free / 1e9:,.0f} GB left")


def table_lines(found: list[Finding], width: int) -> Iterator[str]:
    """The findings as lines no wider than `width`, what to do below what was found."""
    import textwrap

    names = max(len(finding.what) for finding in found)
    signs = {"ok": "ok  ", "note": "note", "problem": "FAIL"}
    for finding in found:
        start = f"{signs[finding.state]}  {finding.what:<{names}}  "
        below = " " * len(start)
        room = max(width, len(start) + 20)
        yield from textwrap.wrap(
            finding.found, room, initial_indent=start, subsequent_indent=below,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        if finding.todo:
            yield from textwrap.wrap(
                f"-> {finding.todo}", room, initial_indent=below, subsequent_indent=f"{below}   "
            )


def conclusion(found: list[Finding]) -> str:
    """One sentence on all of them."""
    problems = [finding.what for finding in found if finding.state == "problem"]
    if problems:
        return f"Something is in the way: {', '.join(problems)}."
    return "Everything that is needed is there."


def check_up() -> list[Finding]:
    """All findings; raises InputError where not even the program's libraries can be imported."""
    try:
        return list(findings())
    except ImportError as error:
        raise InputError(f"{error}; install loansim again") from error
