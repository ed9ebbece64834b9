"""A comparison as a folder: two Parquet tables, manifest.json, report.html; whole or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sim.comparison_tables import DIFFERENCES, EFFECTS
from sim.store import MANIFEST, REPORT, check_out, file_hash, whole_or_nothing, write_table

if TYPE_CHECKING:
    from sim.comparison import Comparison

COMPARISON_FILE = "comparison.parquet"
"""Table EFFECTS: one row a measure and horizon."""

DIFFERENCES_FILE = "differences.parquet"
"""Table DIFFERENCES: one row a seed, measure and month."""


def write_comparison(comparison: "Comparison", folder: Path | str) -> Path:
    """Write a comparison to `folder`, whole or not at all; returns the folder.

    Raises InputError if the folder holds anything, OSError if the disk fails.
    """
    from sim.comparison_report import comparison_html

    folder = Path(folder)
    check_out(folder)
    with whole_or_nothing(folder) as growing:
        files = {}
        for name, table, frame in (
            (COMPARISON_FILE, EFFECTS, comparison.effects),
            (DIFFERENCES_FILE, DIFFERENCES, comparison.differences),
        ):
            write_table(frame, table, growing / name)
            files[name] = {"rows": len(frame), "sha256": file_hash(growing / name)}
        manifest = json.dumps(
            comparison.manifest | {"files": files}, indent=2, ensure_ascii=False, allow_nan=False
        )
        (growing / MANIFEST).write_text(f"{manifest}\n", encoding="utf-8")
        (growing / REPORT).write_text(comparison_html(comparison), encoding="utf-8")
    return folder
