"""A validation as a folder: checks.parquet, validation.json, report.html; whole or not at all.

`validation.json` holds everything, the figure of every seed too, and is what is read back; the
table is for other programs. What comes with the program lies in scenarios/validation.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.evidence.check import VERDICTS, Check, Judged
from sim.evidence.validating import FORMAT, KIND, Row, Validation
from sim.store import REPORT, check_out, file_hash, whole_or_nothing

CONTENT = "validation.json"
CHECKS = "checks.parquet"
SHIPPED = Path(__file__).resolve().parents[2] / "scenarios" / "validation"
LARGEST = 5_000_000
"""Bytes of a validation that is read."""

PLAIN = tuple(f.name for f in fields(Check) if f.name not in ("figure", "worlds"))


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check as it was judged, read back: the fields of `Check` without its function."""

    name: str
    group: str
    title_en: str
    title_zh: str
    about_en: str
    about_zh: str
    unit: str
    data: float
    low: float
    high: float
    margin: float
    source: str
    tolerance: str
    use: str
    rule: str
    values: Sequence[float]
    judged: Judged

    @property
    def is_fitted(self) -> bool:
        """Whether a calibration fitted values of the scenario to the figure."""
        return self.use == "fitted"


@dataclass(frozen=True, slots=True)
class Kept:
    """A validation read back.

    manifest : what was run on what ; checks : in the order of the command
    """

    manifest: Mapping[str, Any]
    checks: Sequence[KeptCheck]

    @property
    def scenario(self) -> str:
        """Name of the scenario that was validated."""
        return str(self.manifest["validated"]["name"])

    @property
    def fitted(self) -> Sequence[KeptCheck]:
        """Checks that values of the scenario were fitted to: their verdicts validate nothing."""
        return [check for check in self.checks if check.is_fitted]

    def count(self, verdict: str) -> int:
        """How many checks that nothing was fitted to came to a verdict."""
        return sum(check.judged.verdict == verdict for check in self.checks if not check.is_fitted)


def write_validation(validation: Validation, folder: Path | str) -> Path:
    """Write a validation to `folder`, whole or not at all; returns the folder.

    Raises InputError if the folder holds anything, OSError if the disk fails.
    """
    import pyarrow
    import pyarrow.parquet

    from sim.evidence.page import validation_html

    folder = Path(folder)
    check_out(folder)
    rows = [plain_row(row) for row in validation.rows]
    with whole_or_nothing(folder) as growing:
        flat = [{name: value for name, value in row.items() if name != "values"} for row in rows]
        table = pyarrow.Table.from_pylist(flat)
        pyarrow.parquet.write_table(table, growing / CHECKS, version="2.6", compression="zstd")
        hashes = {CHECKS: {"rows": len(rows), "sha256": file_hash(growing / CHECKS)}}
        content = dict(validation.manifest) | {"files": hashes, "checks": rows}
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        (growing / CONTENT).write_text(f"{text}\n", encoding="utf-8")
        page = validation_html(kept_of(content))
        (growing / REPORT).write_text(page, encoding="utf-8")
    return folder


def plain_row(row: Row) -> dict[str, Any]:
    """A check and its outcome as plain data; None where there is no number."""
    plain = {name: _plain(getattr(row.check, name)) for name in PLAIN}
    outcome = {
        "mean": _plain(row.judged.mean),
        "interval_low": _plain(row.judged.low),
        "interval_high": _plain(row.judged.high),
        "deviation": _plain(row.judged.deviation),
        "verdict": row.judged.verdict,
        "seeds": sum(not math.isnan(value) for value in row.values),
    }
    return plain | outcome | {"values": [_plain(value) for value in row.values]}


def read_validation(path: Path) -> Kept:
    """Read a validation back: its folder, or a file such as those in SHIPPED.

    Raises InputError if it is none, or damaged.
    """
    file = path / CONTENT if path.is_dir() else path
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(f"{path} is no validation: {CONTENT} is too large")
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no validation: cannot read {CONTENT} ({error})") from error
    try:
        return kept_of(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} is no validation, or one of another version") from error


def kept_of(content: Mapping[str, Any]) -> Kept:
    """A validation from its content; KeyError, TypeError or ValueError if it is none."""
    if content["kind"] != KIND or content["format"] != FORMAT:
        raise ValueError("another kind or format")
    manifest = {name: value for name, value in content.items() if name != "checks"}
    str(manifest["validated"]["name"])
    return Kept(manifest, tuple(_kept(row) for row in content["checks"]))


def find_validations(results: Path | None) -> Iterator[Path]:
    """Folders below `results` (or itself) that hold a validation, newest first."""
    if results is None:
        return
    try:
        inside = [results, *(path for path in results.iterdir() if path.is_dir())]
    except OSError:
        return
    found = [path for path in inside if (path / CONTENT).is_file()]
    yield from sorted(found, key=lambda path: (path / CONTENT).stat().st_mtime_ns, reverse=True)


def _kept(row: Mapping[str, Any]) -> KeptCheck:
    if row["verdict"] not in VERDICTS:
        raise ValueError(f"no verdict {row['verdict']}")
    numbers = {"data", "low", "high", "margin"}
    plain: dict[str, Any] = {
        name: _number(row[name], name) if name in numbers else str(row[name]) for name in PLAIN
    }
    judged = Judged(
        _number(row["mean"]),
        _number(row["interval_low"]),
        _number(row["interval_high"]),
        _number(row["deviation"]),
        row["verdict"],
    )
    return KeptCheck(**plain, values=tuple(map(_number, row["values"])), judged=judged)


def _plain(value: object) -> object:
    """A value as JSON has it: none for what is no finite number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: object, name: str = "") -> float:
    """A number read back; a missing end of what is accepted is infinite."""
    if value is None:
        return {"low": -math.inf, "high": math.inf}.get(name, math.nan)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)
