"""A plot of a monthly figure in a terminal: columns of blocks, an axis, the years below."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.tables import MARKET, Column
from sim.core.wording import did_you_mean, listed, shown
from sim.display import number, quantity, unit_text
from sim.summary import median_market

if TYPE_CHECKING:
    import pandas

USUAL = ("hhi", "default_rate_12m", "apr_new")
"""Columns that are drawn where none is asked for."""

BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = " ..--==##"
"""Eighths of a character cell from below; the second for terminals that cannot print the first."""

HEIGHT = 8
LABEL = 10


def drawable(names: Sequence[str]) -> list[Column]:
    """The columns of the market table that names mean; raises InputError for one there is not."""
    known = {c.name: c for c in MARKET.columns if c.dtype in ("float64", "int64")}
    for name in names:
        if name not in known:
            raise InputError(
                f"no column {shown(name)} of numbers in the market table; there are "
                f"{listed(known)}.{did_you_mean(name, known)}"
            )
    return [known[name] for name in (names or USUAL)]


def fitting_blocks(encoding: str | None) -> str:
    """Block characters that a terminal with this encoding can print."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN_BLOCKS
    return BLOCKS


def plot_lines(
    market: "pandas.DataFrame", columns: Sequence[Column], width: int, blocks: str = BLOCKS
) -> Iterator[str]:
    """One plot below the other, no line wider than `width`; medians where there are seeds."""
    market = median_market(market)
    years = [str(month.year) for month in market["month"]]
    for place, column in enumerate(columns):
        if place:
            yield ""
        unit = unit_text(column)
        yield f"{column.label_en}{f', {unit}' if unit else ''}"
        values = [float(value) for value in market[column.name]]
        yield from _plot(column, values, years, width, blocks)


def _plot(
    column: Column, values: Sequence[float], years: Sequence[str], width: int, blocks: str
) -> Iterator[str]:
    """One figure; the axis goes from its lowest to its highest value, not from zero."""
    room = max(12, width - LABEL - 2)
    each = max(1, room // len(values))
    shown_values = [values[round(i)] for i in _places(len(values), room)] if each == 1 else values
    shown_years = [years[round(i)] for i in _places(len(values), room)] if each == 1 else years
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    levels = [round((value - low) / span * (8 * HEIGHT - 1)) + 1 for value in shown_values]
    for row in reversed(range(HEIGHT)):
        cells = "".join(blocks[min(8, max(0, level - 8 * row))] * each for level in levels)
        label = {HEIGHT - 1: high, 0: low}.get(row)
        text = "" if label is None else number(column, label)
        yield f"{text:>{LABEL}} |{cells}".rstrip()
    marks, last = "", ""
    for place, year in enumerate(shown_years):
        start = place * each
        if year != last and len(marks) <= start and start + 4 <= len(levels) * each:
            marks = f"{marks:<{start}}{year} "
        last = year
    yield f"{'':{LABEL}}  {marks}".rstrip()
    yield f"{'':{LABEL}}  last: {quantity(column, values[-1])}"


def _places(count: int, room: int) -> list[float]:
    """Places of at most `room` values out of `count`, first and last among them."""
    many = min(count, room)
    return [i * (count - 1) / max(1, many - 1) for i in range(many)]
