"""Rows that a command prints, for another program to read: JSON or CSV instead of a table."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.wording import did_you_mean, shown

if TYPE_CHECKING:
    import pandas

FORMATS = ("table", "json", "csv")

type Row = Mapping[str, str | int | float | bool | None]


def check_format(name: str) -> None:
    """Raises InputError for a format that there is not."""
    if name not in FORMATS:
        raise InputError(
            f"--format is {shown(name)}; there is {', '.join(FORMATS)}."
            f"{did_you_mean(name, FORMATS)}"
        )


def rows_text(rows: Sequence[Row], form: str) -> str:
    """Rows, which have the same columns, as JSON or CSV, without a last line break.

    form : json or csv
    """
    if form == "json":
        return json.dumps([dict(row) for row in rows], indent=2, ensure_ascii=False)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
    return text.getvalue().rstrip("\n")


def frame_text(table: "pandas.DataFrame", form: str) -> str:
    """A table as JSON (a list of rows, dates as YYYY-MM-DD) or CSV, without a last line break."""
    plain = table.copy()
    for name in plain.select_dtypes("datetime"):
        plain[name] = plain[name].dt.strftime("%Y-%m-%d")
    if form == "json":
        text: str = plain.to_json(
            orient="records", indent=2, force_ascii=False, double_precision=15
        )
    else:
        text = plain.to_csv(index=False, lineterminator="\n")
    return text.rstrip("\n")
