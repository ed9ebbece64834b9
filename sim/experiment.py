"""Running a scenario: one seed or several, with a manifest that says what was run on what.

`run` is what the command line, notebooks, sweeps and tests call. It checks its settings, steps
the model and hands back the tables; it writes nothing (see sim/store.py).
"""

import datetime
import gc
import os
import platform
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sim.core.errors import InputError
from sim.core.tables import TABLES
from sim.core.wording import did_you_mean, listed, shown

if TYPE_CHECKING:
    import pandas

    from sim.checkpoints import Reached
    from sim.model import LoanMarket
    from sim.scenario import Scenario

Executor = Literal["cpu", "reference"]
EXECUTORS: tuple[Executor, ...] = ("cpu", "reference")

MOST_MONTHS = 84
"""January 2024 to December 2030."""

BOUNDS = {
    "borrowers": (100, 1_000_000_000),
    "seed": (0, 2**63 - 1),
    "seeds": (1, 10_000),
    "months": (1, MOST_MONTHS),
    "threads": (1, 4_096),
}
"""Least and greatest value of each setting. Under 1,000 borrowers a run is for teaching only."""

DISTRIBUTIONS = ("numpy", "numba", "mesa", "pandas", "pyarrow")
"""Libraries whose versions can change a table's bytes; the manifest names them."""

MANIFEST_FORMAT = 1

Phase = Literal["setup", "compile", "burn_in", "months"]


class Progress(Protocol):
    """Told how far a run has come."""

    def __call__(self, phase: Phase, done: int, total: int, /) -> None:
        """Take note.

        phase : what is being done: setup, compile (only where code has to be compiled),
            burn_in, months
        done, total : for burn_in and months, simulated months of the whole run (burn-in
            included, all seeds); for setup and compile 0 or 1 of 1
        """


class Keeper(Protocol):
    """Where states are kept as a run goes: sim/checkpoints.py, sim/kept_pasts.py."""

    def reached(self) -> "Reached":
        """How far an earlier run had come that this one goes on with."""

    def after_month(self, model: "LoanMarket", place: int, months: int, /) -> None:
        """Take note of a month that is lived; place : of the seed; months : burn-in included."""

    def after_seed(self, place: int, tables: "dict[str, pandas.DataFrame]", /) -> None:
        """Take note of a seed that is done."""


@dataclass(frozen=True)
class Result:
    """What a run brought: five tables and the manifest.

    scenario : as run; None where the result was read back from files
    tables : name -> DataFrame with the columns declared in sim/core/tables.py, preceded by
        `seed` where several seeds were run
    manifest : plain data, as in manifest.json
    """

    tables: Mapping[str, "pandas.DataFrame"]
    manifest: dict[str, Any]
    scenario: "Scenario | None" = None

    @property
    def market(self) -> "pandas.DataFrame":
        """One row a month."""
        return self.tables["market"]

    @property
    def lenders(self) -> "pandas.DataFrame":
        """One row a lender a month."""
        return self.tables["lenders"]

    @property
    def segments(self) -> "pandas.DataFrame":
        """One row a segment, region, urban or rural, a month."""
        return self.tables["segments"]

    @property
    def vintages(self) -> "pandas.DataFrame":
        """One row a cohort and age."""
        return self.tables["vintages"]

    @property
    def events(self) -> "pandas.DataFrame":
        """One row an event."""
        return self.tables["events"]


@dataclass
class Stopwatch:
    """Wall-clock seconds by phase, summed over seeds."""

    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("setup", "compile", "burn_in", "months"), 0.0)
    )

    @contextmanager
    def measure(self, phase: Phase) -> Iterator[None]:
        """Add the time spent inside to a phase."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[phase] += time.perf_counter() - start

    def timings(self) -> dict[str, float]:
        """Seconds by phase and in total, in milliseconds' precision."""
        rounded = {phase: round(seconds, 3) for phase, seconds in self.seconds.items()}
        return rounded | {"total": round(sum(self.seconds.values()), 3)}


def run(
    scenario: "Scenario",
    *,
    borrowers: int = 100_000,
    seed: int = 1,
    seeds: int = 1,
    months: int = MOST_MONTHS,
    executor: str = "cpu",
    threads: int | None = None,
    audit: bool = False,
    progress: Progress | None = None,
    checkpoints: "Keeper | None" = None,
) -> Result:
    """Run a scenario from January 2024 for some months.

    borrowers : simulated borrowers; each stands for population / borrowers people
    seed, seeds : first seed and number of seeds (seed, seed + 1, ...), run one after another
    months : reported months, after the burn-in [1, 84]
    executor : "cpu" (compiled) or "reference" (one Python object per borrower, slow)
    threads : of the compiled executor; None for all cores. Results do not depend on it
    audit : prove the books every month, to the fen
    checkpoints : where the state is written as the run goes, and whence it goes on

    Raises InputError if a setting is out of bounds.
    """
    check_settings(borrowers, seed, seeds, months, executor, threads)
    with kept_for_good():
        from sim.model import LoanMarket
    fetch_meanwhile("pandas")

    tell: Progress = progress if progress is not None else _tell_nobody
    watch = Stopwatch()
    reached = None if checkpoints is None else checkpoints.reached()
    parts: list[dict[str, pandas.DataFrame]] = [] if reached is None else reached.parts
    for place in range(len(parts), seeds):
        with watch.measure("setup"):
            tell("setup", 0, 1)
            model = LoanMarket(
                scenario,
                borrowers=borrowers,
                seed=seed + place,
                executor=executor,
                threads=threads,
                audit=audit,
            )
            tell("setup", 1, 1)
        if reached is not None and reached.state is not None:
            model.restore(reached.state)
        _play(model, months, place, seeds, tell, watch, checkpoints)
        parts.append(model.recorder.tables())
        if checkpoints is not None:
            checkpoints.after_seed(place, parts[-1])
        reached = None
    tables = parts[0] if seeds == 1 else joined(parts, range(seed, seed + seeds))
    settings = {
        "seed": seed,
        "seeds": seeds,
        "borrowers": borrowers,
        "months": months,
        "executor": executor,
        "audit": audit,
    }
    return Result(tables, _manifest(scenario, settings, model, watch), scenario)


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Nothing loaded inside is searched for garbage, then or later: saves a tenth of start-up.

    The libraries beneath the model define some 300,000 objects, which stay as long as Python does.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def fetch_meanwhile(*modules: str) -> None:
    """Start importing what is needed only at the end of a run, beside the first months.

    Borrowers live without the interpreter's lock, so that this takes hardly any time of theirs. An
    import that fails does so again where it is needed, and is told there.
    """

    def fetch() -> None:
        with suppress(Exception):
            for module in modules:
                import_module(module)

    threading.Thread(target=fetch, name="fetch").start()


def check_settings(
    borrowers: int, seed: int, seeds: int, months: int, executor: str, threads: int | None
) -> None:
    """Raise InputError for the first setting that is out of bounds."""
    given = {
        "borrowers": borrowers,
        "seed": seed,
        "seeds": seeds,
        "months": months,
        "threads": threads,
    }
    for name, value in given.items():
        check_bound(name, value, BOUNDS[name])
    if seed + seeds - 1 > BOUNDS["seed"][1]:
        raise InputError(f"seed {seed} leaves no room for {seeds} seeds")
    if executor not in EXECUTORS:
        raise InputError(
            f"executor is {shown(executor)}; allowed: {listed(EXECUTORS)}."
            f"{did_you_mean(executor, EXECUTORS)}"
        )


def check_bound(name: str, value: int | None, bounds: tuple[int, int]) -> None:
    """Raise InputError if a setting is below the least or above the greatest value allowed."""
    least, most = bounds
    if value is not None and not least <= value <= most:
        raise InputError(f"{name} is {value:,}; allowed: {least:,} to {most:,}")


def version() -> str:
    """The version of loansim; "unknown" where it runs without having been installed."""
    try:
        return metadata.version("loansim")
    except metadata.PackageNotFoundError:
        return "unknown"


def _play(
    model: "LoanMarket",
    months: int,
    place: int,
    seeds: int,
    tell: Progress,
    watch: Stopwatch,
    checkpoints: "Keeper | None",
) -> None:
    """Compile if need be, and step what months of one seed are not lived yet."""
    burn_in = model.burn_in_months
    total = seeds * (burn_in + months)
    before = place * (burn_in + months)
    with watch.measure("compile"):
        if model.needs_compiling:
            tell("compile", 0, 1)
            model.compile()
            tell("compile", 1, 1)
    for month in range(model.lived, burn_in + months):
        phase: Phase = "burn_in" if month < burn_in else "months"
        with watch.measure(phase):
            tell(phase, before + month, total)
            model.step()
            if checkpoints is not None:
                checkpoints.after_month(model, place, month + 1)
    tell("months", before + burn_in + months, total)


def joined(
    parts: Sequence[Mapping[str, "pandas.DataFrame"]], seeds: Sequence[int]
) -> dict[str, "pandas.DataFrame"]:
    """The tables of several seeds, one below the other, with a leading column seed.

    seeds : that of each part
    """
    import pandas

    joined = {}
    for name in parts[0]:
        frames = [part[name].copy() for part in parts]
        for seed, frame in zip(seeds, frames, strict=True):
            frame.insert(0, "seed", seed)
        joined[name] = pandas.concat(frames, ignore_index=True).astype({"seed": "int64"})
        TABLES[name].with_seed().check(joined[name])
    return joined


def _manifest(
    scenario: "Scenario", settings: dict[str, Any], model: "LoanMarket", watch: Stopwatch
) -> dict[str, Any]:
    """What was run, on what, and how long it took; plain data for manifest.json."""
    first = model.first_month
    return {
        "format": MANIFEST_FORMAT,
        "scenario": described(scenario),
        **settings,
        "threads": model.threads,
        "first_month": str(first),
        "last_month": str(first + (settings["months"] - 1)),
        "burn_in_months": model.burn_in_months,
        "weight": model.weight,
        "state_bytes_per_borrower": model.state_bytes_per_borrower,
        "timings": watch.timings(),
        **made_with(),
    }


def described(scenario: "Scenario") -> dict[str, str]:
    """What a manifest says of a scenario."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "question": scenario.question,
        "question_zh": scenario.question_zh,
        "scope": scenario.scope,
        "hash": scenario.hash,
        "text": scenario.text,
    }


def made_with() -> dict[str, Any]:
    """What a manifest says of program, libraries, machine and the time it is written."""
    return {
        "versions": {
            "loansim": version(),
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in DISTRIBUTIONS},
        },
        "platform": {
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
            "implementation": platform.python_implementation(),
            "cores": os.cpu_count(),
        },
        "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _tell_nobody(phase: Phase, done: int, total: int, /) -> None:
    """Progress where nobody asked."""
