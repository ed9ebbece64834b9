"""Marks of happenings on the time axis of a chart."""

import html
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.catalogue import Language
from dashboard.happenings.happened import SORTS, Happening, Sort
from sim.figures import Look


def marks(told: Iterable[Happening], look: Look, months: tuple[str, str]) -> list[dict[str, Any]]:
    """A small mark below the top of a dated chart for each month and sort; text on hover."""
    language: Language = "zh" if look.language == "zh" else "en"
    places: dict[tuple[str, str], list[str]] = {}
    for one in told:
        if months[0] <= one.month <= months[1]:
            places.setdefault((one.sort, one.month), []).append(one.line(language))
    traces = []
    for sort in SORTS:
        mine = {month: lines for (which, month), lines in places.items() if which == sort}
        if mine:
            traces.append(_mark(SORTS[sort], mine, look, language))
    return traces


def _mark(
    sort: Sort, told: Mapping[str, Sequence[str]], look: Look, language: Language
) -> dict[str, Any]:
    width = 34 if language == "zh" else 60
    texts = [
        "<br>".join(part for line in lines for part in textwrap.wrap(html.escape(line), width))
        for lines in told.values()
    ]
    return {
        "type": "scatter",
        "x": list(told),
        "y": [0.95] * len(told),
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": sort.symbol,
            "size": 8,
            "color": look.muted,
            "line": {"width": 1, "color": look.paper},
        },
        "cliponaxis": False,
        "showlegend": False,
        "name": sort.name.say(language),
        "customdata": texts,
        "hovertemplate": "<b>%{fullData.name}</b>, %{x|%Y-%m}: %{customdata}<extra></extra>",
    }
