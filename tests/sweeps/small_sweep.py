"""Small sweeps for tests: a plan that runs in a second, and folders filled without running."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow
import pyarrow.parquet

from sim.core.months import Month
from sim.sweeps.factors import Level
from sim.sweeps.plan import Sweep, load_plan
from sim.sweeps.points import kept_measures
from sim.sweeps.store import DATA, SweepFolder, created
from sim.sweeps.tasks import WEIGHT, Outcome, first_reported

BASE = """
extends: observed
title: A short burn-in
burn_in_months: 4
"""

PLAN = """
title: A small sweep
question: Does it run?
bases: [short.yaml]
factors:
  cap: {path: policy.apr_cap.steps.2024-03.level, label: cap, list: [36%, 18%, 12%]}
  saving: {path: behaviour.saving, role: uncertainty, list: [20%, 30%]}
seeds: 2
borrowers: 300
months: 5
outputs: [hhi, default_rate_12m, apr_new, borrowers_active]
"""


def plan_file(folder: Path, text: str = PLAN, *, base: str = BASE, name: str = "small") -> Path:
    """A plan and its base as files; the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "short.yaml").write_text(base)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def data_of(folder: Path) -> dict[str, bytes]:
    """The bytes of every run's file, by name."""
    return {path.name: path.read_bytes() for path in sorted((folder / DATA).glob("*"))}


def runs_of(folder: Path) -> list[dict[str, object]]:
    """runs.parquet without the time that runs took."""
    rows = pyarrow.parquet.read_table(folder / "runs.parquet").to_pylist()
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


type Made = Callable[[Mapping[str, Level], int, int], Mapping[str, float]]
"""Levels, seed and month from 0 to the figures of some measures."""


def made_up(folder: Path, plan: Path, figures: Made) -> SweepFolder:
    """A folder whose runs are made up: what analyses find in it is known beforehand."""
    sweep = load_plan(plan)
    store = created(folder, sweep)
    store.start_saving()
    for point in store.points:
        for seed in store.seeds:
            content = content_of(sweep, point.levels, seed, figures)
            store.save(Outcome(point.number, seed, content, "", 0.1))
    store.stop_saving()
    return store


def content_of(sweep: Sweep, levels: Mapping[str, Level], seed: int, figures: Made) -> bytes:
    """A made-up run as its file; months weigh alike."""
    first: Month = first_reported(sweep)
    rows = [figures(levels, seed, month) for month in range(sweep.plan.months)]
    columns: dict[str, object] = {
        "month": [(first + month).first_day() for month in range(sweep.plan.months)]
    }
    for measure in kept_measures(sweep):
        columns[measure.name] = [float(row.get(measure.name, 0.0)) for row in rows]
        if measure.weight:
            columns[f"{WEIGHT}{measure.name}"] = [1.0] * len(rows)
    sink = io.BytesIO()
    table = pyarrow.table(columns)
    pyarrow.parquet.write_table(table, sink, compression="none", use_dictionary=False)
    return sink.getvalue()
