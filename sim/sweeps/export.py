"""All runs of a sweep as one table, written as they are read: memory holds some runs at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.wording import shown
from sim.sweeps.plan import BASE
from sim.sweeps.store import run_table
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import pyarrow

ROWS_AT_ONCE = 100_000
"""Rows of a row group: one a run would make a file of which readers hold mostly descriptions."""

ENDINGS = (".parquet", ".csv")


def export(study: Study, out: Path) -> int:
    """Write every run that is done, its factors beside its months; returns the number of rows.

    out : a file that is not there yet, .parquet or .csv

    Raises InputError for another ending, a file that exists or cannot be written, a run whose file
    cannot be read, or a sweep without a run.
    """
    if out.suffix not in ENDINGS:
        raise InputError(f"{shown(str(out))} ends in neither .parquet nor .csv")
    if not out.parent.is_dir():
        raise InputError(f"there is no folder {out.parent}; make it, or give another file")
    if out.exists():
        raise InputError(f"{out} is there already; give another file")
    growing = out.with_name(f".{out.name}.part")
    try:
        rows = _write(study, growing, out.suffix)
        growing.replace(out)
    except OSError as error:  # what could not be read is an InputError by now
        growing.unlink(missing_ok=True)
        why = error.strerror or error
        raise InputError(f"{out} cannot be written ({why}); give another file") from error
    except BaseException:
        growing.unlink(missing_ok=True)
        raise
    return rows


def _write(study: Study, path: Path, ending: str) -> int:
    from pyarrow import csv, parquet

    writer: csv.CSVWriter | parquet.ParquetWriter | None = None
    rows = 0
    try:
        for table in _together(_tables(study)):
            if writer is None:
                make = parquet.ParquetWriter if ending == ".parquet" else csv.CSVWriter
                writer = make(path, table.schema)
            writer.write_table(table)
            rows += len(table)
    finally:
        if writer is not None:
            writer.close()
    if rows == 0:
        raise InputError(f"{study.path}: no run is done; loansim sweep resume {study.path}")
    return rows


def _together(tables: Iterator["pyarrow.Table"]) -> Iterator["pyarrow.Table"]:
    """The same rows in tables of ROWS_AT_ONCE or a little more, the last of what is left."""
    import pyarrow

    waiting: list[pyarrow.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= ROWS_AT_ONCE:
            yield pyarrow.concat_tables(waiting)
            waiting.clear()
    if waiting:
        yield pyarrow.concat_tables(waiting)


def _tables(study: Study) -> Iterator["pyarrow.Table"]:
    """Every run's file with the columns of its point in front."""
    import pyarrow

    folder = study.folder
    runs = folder.runs_table().select(["run", "point", BASE, *study.sweep.plan.factors])
    seeds = folder.seeds
    for place in range(len(runs)):
        point, seed = folder.points[place // len(seeds)], seeds[place % len(seeds)]
        entry = folder.entries.get((point.scenario_hash, seed))
        if entry is None or not entry.is_done:
            continue
        path = folder.data_file(point.scenario_hash, seed)
        table = run_table(path)
        row = runs.slice(place, 1)
        columns = {
            name: pyarrow.concat_arrays([row[name].combine_chunks()] * len(table))
            for name in runs.column_names
        }
        yield pyarrow.table(columns | {name: table[name] for name in table.column_names})
