"""A run as a folder of files: five Parquet tables, manifest.json, report.html.

A folder is written whole or not at all: everything goes into a hidden folder beside it, is
forced to the disk, and takes its name in one step. Parquet bytes depend on the tables and on
the library versions alone: no times, no pandas metadata. Every Parquet column carries its
label, unit, kind and definition as field metadata.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.tables import PANDAS_DTYPES, TABLES, Column, Dtype, Table
from sim.core.wording import did_you_mean, listed
from sim.experiment import Result

if TYPE_CHECKING:
    import pandas
    import pyarrow

MANIFEST = "manifest.json"
REPORT = "report.html"

ARROW_TYPES: dict[Dtype, str] = {
    "date": "date32",
    "int64": "int64",
    "float64": "float64",
    "bool": "bool",
    "str": "string",
}
"""Declared type -> Arrow type; months are dates without a time of day."""


def check_out(folder: Path) -> None:
    """Raise InputError unless a run can be written to `folder`: absent or empty, and writable."""
    if folder.is_dir():
        held = sorted(entry.name for entry in folder.iterdir())
        if held:
            raise InputError(
                f"{folder} is not empty (it holds {listed(held)}); give a folder that is absent "
                "or empty"
            )
    elif folder.exists() or folder.is_symlink():
        raise InputError(f"{folder} is not a folder; give one that is absent or empty")
    ground = next(path for path in folder.absolute().parents if path.exists())
    if not ground.is_dir():
        raise InputError(f"{folder} cannot be made: {ground} is not a folder")
    try:  # asking for permission is not enough: some folders refuse even their owner
        tempfile.TemporaryDirectory(dir=ground, prefix=".loansim-").cleanup()
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {ground} may not be written to") from error


def free_folder(root: Path, name: str, seed: int) -> Path:
    """The first of NAME-SEED, NAME-SEED-2, ... below `root` that is absent or empty."""
    stem = f"{re.sub(r'[^\w.-]+', '-', name).strip('.-') or 'run'}-{seed}"
    number = 1
    while True:
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return folder
        number += 1


def write_run(result: Result, folder: Path | str) -> Path:
    """Write a run to `folder`, whole or not at all; returns the folder.

    Raises InputError if the folder holds anything, OSError if the disk fails. Whatever
    happens, an interrupt included, nothing half-written stays.
    """
    from sim.report import report_html

    folder = Path(folder)
    check_out(folder)
    with whole_or_nothing(folder) as growing:
        files = {}
        for name, table in result.tables.items():
            path = growing / f"{name}.parquet"
            write_table(table, TABLES[name], path)
            files[path.name] = {"rows": len(table), "sha256": file_hash(path)}
        manifest = json.dumps(
            result.manifest | {"files": files}, indent=2, ensure_ascii=False, allow_nan=False
        )
        (growing / MANIFEST).write_text(f"{manifest}\n", encoding="utf-8")
        report = report_html(result.tables, result.manifest)
        (growing / REPORT).write_text(report, encoding="utf-8")
    return folder


def read_run(folder: Path | str) -> Result:
    """Read a run back; its tables equal those that were written, its scenario is None.

    Raises InputError if the folder is not a run or its tables are not those of this version.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}; give one that 'loansim run' wrote.{near_folder(folder)}"
        )
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} is not a run: cannot read {MANIFEST} ({error})") from error
    tables = {name: read_table(folder / f"{name}.parquet", TABLES[name]) for name in TABLES}
    return Result(tables, manifest)


def near_folder(path: Path) -> str:
    """A sentence, with a space before it, that offers results beside a path that is not there."""
    with suppress(OSError):
        beside = sorted(one.name for one in path.parent.iterdir() if (one / MANIFEST).is_file())
        return did_you_mean(path.name, beside)
    return ""


def write_table(frame: "pandas.DataFrame", table: Table, path: Path) -> None:
    """Write one table as Parquet, with or without a leading column seed."""
    import pyarrow
    import pyarrow.parquet

    schema = arrow_schema(table.with_seed() if "seed" in frame.columns else table)
    arrow = pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
    arrow = arrow.replace_schema_metadata(schema.metadata)  # without pandas' own
    pyarrow.parquet.write_table(arrow, path, version="2.6", compression="zstd", compression_level=3)


def read_table(path: Path, table: Table) -> "pandas.DataFrame":
    """Read one table, months as datetime64[s]; InputError if it is not what `table` declares."""
    import pyarrow
    import pyarrow.parquet

    try:
        frame: pandas.DataFrame = pyarrow.parquet.read_table(path).to_pandas(date_as_object=False)
        declared = table.with_seed() if "seed" in frame.columns else table
        dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in declared.columns}
        frame = frame.astype(dtypes)
        declared.check(frame)
    except (OSError, pyarrow.ArrowException, KeyError, ValueError) as error:
        raise InputError(f"{path} is not a table of this version: {error}") from error
    return frame


def arrow_schema(table: Table) -> "pyarrow.Schema":
    """The Arrow schema of a table: types, and the declarations as metadata."""
    import pyarrow

    fields = [
        pyarrow.field(
            column.name,
            pyarrow.type_for_alias(ARROW_TYPES[column.dtype]),
            nullable=column.optional,
            metadata=_metadata(column),
        )
        for column in table.columns
    ]
    return pyarrow.schema(fields, metadata={"table": table.name, "row": table.row})


def _metadata(column: Column) -> Mapping[str, str]:
    """What a Parquet reader can learn about a column."""
    return {
        "label_en": column.label_en,
        "label_zh": column.label_zh,
        "unit": column.unit,
        "kind": column.kind,
        "description": column.description,
    }


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A hidden folder to fill; it becomes `folder` at the end, or vanishes on any exception."""
    parents = [parent for parent in folder.absolute().parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = folder.parent / f".{folder.name}.{os.getpid()}.part"
    try:
        growing.mkdir()
        yield growing
        for path in growing.iterdir():
            _force_to_disk(path)
        _force_to_disk(growing)
        if os.name == "nt" and folder.is_dir():
            folder.rmdir()  # Windows does not rename onto an empty folder
        growing.rename(folder)
        _force_to_disk(folder.parent)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        for parent in parents:  # nearest first; only those made here, and only if empty
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        raise


def _force_to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_hash(path: Path) -> str:
    """Hash of a file's bytes, to compare runs by."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
