"""What a worker does for a sweep: lives a tree of design points with one seed, as Parquet bytes.

A task is plain data and needs no file: workers of a pool and of a cluster do the same and their
bytes are the same. A point that fails says so and leaves the others alone.
"""

import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sim.core.months import Month
from sim.core.tables import MONTH, SEED, Column, Table
from sim.lives import Branch, lives
from sim.measures import Measure, measured
from sim.sweeps.factors import Level
from sim.sweeps.plan import Sweep, sweep_from_texts
from sim.sweeps.points import kept_measures, scenario_at

if TYPE_CHECKING:
    from sim.model import LoanMarket, State
    from sim.scenario import Scenario

SCENARIO_HASH = Column(
    "scenario_hash", "Scenario", "情景", "", "key", "str",
    "SHA-256 of all values of the scenario, in hexadecimal.",
)  # fmt: skip

WEIGHT = "weight_"
"""Before the name of a measure: what weighs its months when several become one figure."""


@dataclass(frozen=True)
class Order:
    """What all tasks of a sweep have in common, as it travels to a worker.

    plan, bases : texts, as the folder's manifest keeps them
    fingerprint : of the program that asks; a worker of another one refuses
    """

    name: str
    plan: str
    bases: tuple[tuple[str, str], ...]
    fingerprint: str


@dataclass(frozen=True)
class Task:
    """A tree of design points to live with one seed.

    levels : by number of the point
    """

    seed: int
    trunk: Branch
    levels: Mapping[int, Mapping[str, Level]]

    def one_by_one(self) -> list["Task"]:
        """The same points, each as a task of its own."""
        return [
            Task(self.seed, branch, {branch.point: self.levels[branch.point]})
            for branch in self.trunk.lone()
        ]


@dataclass(frozen=True)
class Outcome:
    """What became of one point with one seed.

    content : its Parquet file; empty if it failed
    error : what went wrong, in one line; empty if nothing did
    seconds : spent on it, the part of a shared past that it was the first to live included
    """

    point: int
    seed: int
    content: bytes
    error: str
    seconds: float


class OtherProgramError(RuntimeError):
    """A worker runs another version of the program than the one that asks."""


def do_task(order: Order, task: Task, finished: Callable[[int], None]) -> list[Outcome]:
    """The outcome of every point of a task.

    finished : told the number of points done so far
    """
    sweep = _sweep(order)
    outcomes: list[Outcome] = []
    try:
        for outcome in _live(sweep, task):
            outcomes.append(outcome)
            finished(len(outcomes))
    except Exception:
        # Whatever it was, each point that is left tries by itself and speaks for itself.
        done = {outcome.point for outcome in outcomes}
        for single in task.one_by_one():
            if single.trunk.point not in done:
                outcomes.append(_lone(sweep, single))
                finished(len(outcomes))
    return outcomes


@cache
def _sweep(order: Order) -> Sweep:
    """The sweep of an order, read once a worker."""
    from sim.sweeps.program import fingerprint

    if fingerprint() != order.fingerprint:
        raise OtherProgramError(
            "a worker runs another version of loansim or of its libraries than this program; "
            "install the same on all machines, and leave it alone while a sweep runs"
        )
    return sweep_from_texts(order.name, order.plan, dict(order.bases))


def _lone(sweep: Sweep, task: Task) -> Outcome:
    """One point by itself, its failure included."""
    started = time.perf_counter()
    try:
        (outcome,) = _live(sweep, task)
    except Exception as error:
        advice = "use fewer workers or borrowers" if isinstance(error, MemoryError) else ""
        text = " ".join(f"{type(error).__name__}: {error} {advice}".split())
        seconds = time.perf_counter() - started
        return Outcome(task.trunk.point, task.seed, b"", text, seconds)
    return outcome


def _live(sweep: Sweep, task: Task) -> Iterator[Outcome]:
    """The points of a task, those of a branch before those that left it later."""
    from sim.model import LoanMarket

    scenarios = {point: scenario_at(sweep, levels) for point, levels in task.levels.items()}

    def found(point: int, state: "State | None") -> LoanMarket:
        model = LoanMarket(
            scenarios[point],
            borrowers=sweep.plan.borrowers,
            seed=task.seed,
            threads=1,
            lender_rows=False,
        )
        if state is not None:
            model.restore(state)
        return model

    started = time.perf_counter()
    for point, model in lives(task.trunk, found, LoanMarket.snapshot, sweep.plan.months):
        content = table_bytes(sweep, scenarios[point], task.seed, model)
        yield Outcome(point, task.seed, content, "", time.perf_counter() - started)
        started = time.perf_counter()


def run_table(measures: tuple[Measure, ...]) -> Table:
    """The table of a run's file: one row a month, its measures and what weighs their months."""
    columns = [_optional(measure.column) for measure in measures]
    weights = [
        Column(
            f"{WEIGHT}{measure.name}",
            f"Weight of {measure.column.label_en.lower()}",
            f"{measure.column.label_zh}的权重",
            "",
            "stock",
            "float64",
            f"What weighs a month when several become one figure: {measure.weight}.",
        )
        for measure in measures
        if measure.weight
    ]
    return Table("run", "a month", (SCENARIO_HASH, SEED, MONTH, *columns, *weights))


def table_bytes(sweep: Sweep, scenario: "Scenario", seed: int, model: "LoanMarket") -> bytes:
    """A finished run as the bytes of a Parquet file: equal for equal runs of one lock.

    Plain numbers, without dictionaries, compression or statistics: of 84 floats none saves room,
    and all cost time where ten thousand files are read.
    """
    import pyarrow
    import pyarrow.parquet

    from sim.store import arrow_schema

    measures = tuple(kept_measures(sweep))
    market = model.recorder.table("market")
    found = measured(market, model.recorder.table("segments"), measures)
    months = len(market)
    columns: dict[str, object] = {
        SCENARIO_HASH.name: pyarrow.array([scenario.hash] * months, "string"),
        SEED.name: pyarrow.array([seed] * months, "int64"),
        MONTH.name: pyarrow.array(market["month"], "date32"),
    }
    for place, measure in enumerate(measures):
        columns[measure.name] = pyarrow.array(found.values[place], "float64", from_pandas=True)
    for place, measure in enumerate(measures):
        if measure.weight:
            columns[f"{WEIGHT}{measure.name}"] = pyarrow.array(found.weights[place], "float64")
    schema = arrow_schema(run_table(measures))
    sink = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table(columns, schema=schema),
        sink,
        version="2.6",
        compression="none",
        use_dictionary=[SCENARIO_HASH.name],
        write_statistics=False,
        store_schema=False,
    )
    return sink.getvalue()


def _optional(column: Column) -> Column:
    """The same column, in which a month without a figure is empty (a price without a loan)."""
    from dataclasses import replace

    return replace(column, optional=True)


def first_reported(sweep: Sweep) -> Month:
    """The first reported month, which all bases share."""
    return next(iter(sweep.bases.values())).start
