"""Charts of a comparison: the difference by month, with its interval over seeds."""

import math
from typing import TYPE_CHECKING, Any

from sim.display import difference, month_text, screen_unit, unit_of_difference
from sim.figures import ACCENT, LIGHT, Figure, Look, translucent, whole_figure
from sim.measures import Measure
from sim.paired_statistics import effect_of

if TYPE_CHECKING:
    from sim.comparison import Comparison

MOST_SEEDS_DRAWN = 30
"""Up to this many seeds each has a thin line of its own."""


def difference_figure(comparison: "Comparison", measure: Measure, look: Look = LIGHT) -> Figure:
    """One measure's difference by month: centre over seeds, interval, and each seed as a thread.

    Months in which a world has no such figure (a price where nothing is lent) are left out.
    """
    table = comparison.differences
    rows = table[table["measure"] == measure.name]
    column = measure.column
    factor = screen_unit(column, look.language).factor
    base = rows.pivot(index="month", columns="seed", values="base")
    other = rows.pivot(index="month", columns="seed", values="other")
    months = [month_text(month) for month in base.index]
    effects = [
        effect_of(one.tolist(), two.tolist(), median=measure.centre == "median")
        for one, two in zip(base.to_numpy(), other.to_numpy(), strict=True)
    ]

    def drawn(values: list[float]) -> list[float | None]:
        return [None if math.isnan(value) else value * factor for value in values]

    thread = {"type": "scatter", "x": months, "mode": "lines", "hoverinfo": "skip"}
    threads = [
        thread
        | {
            "y": drawn((other[seed] - base[seed]).tolist()),
            "showlegend": False,
            "line": {"color": look.grid, "width": 1},
        }
        for seed in list(base.columns)[:MOST_SEEDS_DRAWN]
        if len(base.columns) > 1
    ]
    edge = thread | {"showlegend": False, "line": {"width": 0}}
    band = [
        edge | {"y": drawn([effect.paired.low for effect in effects])},
        edge
        | {
            "y": drawn([effect.paired.high for effect in effects]),
            "fill": "tonexty",
            "fillcolor": translucent(ACCENT),
        },
    ]
    line = thread | {
        "y": drawn([effect.effect for effect in effects]),
        "name": f"{measure.centre} of {comparison.seeds} seeds",
        "showlegend": False,
        "line": {"color": look.accent, "width": 2.5},
        "hoverinfo": "text",
        "text": [
            f"{month}: {difference(column, effect.effect, look.language)}"
            for month, effect in zip(months, effects, strict=True)
            if not math.isnan(effect.effect)
        ],
    }
    known = [not math.isnan(effect.effect) for effect in effects]
    line["x"] = [month for month, is_known in zip(months, known, strict=True) if is_known]
    line["y"] = [effect.effect * factor for effect in effects if not math.isnan(effect.effect)]
    unit = unit_of_difference(column, look.language)
    title = column.label(look.language)
    return whole_figure(
        [*threads, *band, line],
        policy=_parting(comparison),
        y_title=f"{title}, {unit}" if unit else title,
        y_axis={"zeroline": True, "zerolinecolor": look.muted},
        layout={"hovermode": "closest"},
        look=look,
    )


def _parting(comparison: "Comparison") -> dict[str, list[str]]:
    """The month in which the scenarios part, as a mark; none outside the months drawn."""
    first, last = comparison.manifest["first_month"], comparison.manifest["last_month"]
    month = str(comparison.parting)
    if comparison.parting is None or not first <= month <= last:
        return {}
    return {month: [f"first difference of {comparison.other} and {comparison.base}"]}


def plotly_figure(figure: Figure) -> Any:
    """A figure as an object of the plotting library, which notebooks show by themselves."""
    import plotly.graph_objects

    return plotly.graph_objects.Figure(figure)
