"""Charts of a sweep's analyses: pure functions, table in, Plotly figure as plain data out."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.core.tables import Column
from sim.display import axis_title, difference_title, screen_unit
from sim.figures import LIGHT, LINES, Figure, translucent, whole_figure
from sim.horizons import Horizon
from sim.measures import Measure
from sim.sweeps.surface import Surface

if TYPE_CHECKING:
    import pandas

PLAIN_X = {"type": "linear", "hoverformat": "", "showgrid": False}
NAMED_X = {"type": "category", "hoverformat": "", "showgrid": False}
SCALE = [[0.0, "#f3f7fa"], [0.5, "#56B4E9"], [1.0, "#0b3c5d"]]
SURFACE_STEPS = 41


def factor_of(column: Column) -> float:
    """What stored values are multiplied by on screens."""
    return screen_unit(column).factor


def effects_figure(
    rows: "pandas.DataFrame", measure: Measure, horizons: Sequence[Horizon]
) -> Figure:
    """One measure's effects by horizon, a line a factor's level, t intervals as bars."""
    scale, traces = factor_of(measure.column), []
    spans = {h.name: h.words for h in horizons}
    rows = rows[rows["horizon"].isin(list(spans))]
    for place, (name, found) in enumerate(rows.groupby("_line", sort=False)):
        colour = LINES[place % len(LINES)]
        effect = found["effect"] * scale
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": str(name),
                "x": [spans[horizon] for horizon in found["horizon"]],
                "y": numbers(effect),
                "line": {"color": colour, "width": 2},
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": numbers(found["t_high"] * scale - effect),
                    "arrayminus": numbers(effect - found["t_low"] * scale),
                    "color": translucent(colour),
                    "thickness": 2,
                },
            }
        )
    return _figure(traces, "", difference_title(measure.column), NAMED_X)


def pairing_figure(rows: "pandas.DataFrame", horizons: Sequence[Horizon]) -> Figure:
    """What common random numbers bought by horizon: the median variance ratio of each measure."""
    spans = {h.name: h.words for h in horizons}
    rows = rows[rows["horizon"].isin(list(spans)) & rows["variance_ratio"].notna()]
    table = rows.groupby(["measure", "horizon"], sort=False)["variance_ratio"].median()
    traces = []
    for place, (name, found) in enumerate(table.groupby(level="measure", sort=False)):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": str(name),
                "x": [spans[horizon] for _, horizon in found.index],
                "y": numbers(found),
                "line": {"color": LINES[place % len(LINES)], "width": 2},
            }
        )
    return _figure(traces, "", "variance without pairing / with it", NAMED_X, {"type": "log"})


def indices_figure(rows: "pandas.DataFrame", measure: Measure) -> Figure:
    """Sensitivity indices of one measure as bars with intervals, largest at the top."""
    traces = []
    isobol = set(rows["index"]) & {"S1", "ST"}
    shown = ("ST", "S1") if isobol else ("mu_star",)
    scale = 1.0 if isobol else factor_of(measure.column)
    first = rows[rows["index"] == shown[0]].sort_values("value")
    for place, index in enumerate(shown):
        found = rows[rows["index"] == index].set_index("factor").loc[first["factor"]]
        value = found["value"] * scale
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": index,
                "x": numbers(value),
                "y": list(found.index),
                "marker": {"color": LINES[place]},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": numbers(found["high"] * scale - value),
                    "arrayminus": numbers(value - found["low"] * scale),
                },
            }
        )
    title = "share of variance" if isobol else f"mu*, {difference_title(measure.column)}"
    return _figure(
        traces, title, "", PLAIN_X, {"type": "category"}, {"barmode": "group", "height": 480}
    )


def surface_figure(found: Surface, across: str, up: str | None, labels: dict[str, str]) -> Figure:
    """A surface over one factor or two, all others at the middle of their range or first level."""
    import numpy as np
    import pandas

    scale = factor_of(found.measure.column)
    middle: dict[str, Any] = {name: (low + high) / 2 for name, (low, high) in found.ranges.items()}
    middle |= {name: levels[0] for name, levels in found.names.items()}
    steps = np.linspace(*found.ranges[across], SURFACE_STEPS)
    if up is None:
        table = pandas.DataFrame([middle | {across: x} for x in steps.tolist()])
        line = {
            "type": "scatter",
            "mode": "lines",
            "x": numbers(steps),
            "y": numbers(found.at(table) * scale),
            "line": {"color": LINES[0], "width": 2.5},
            "showlegend": False,
        }
        return _figure([line], labels[across], axis_title(found.measure.column), PLAIN_X)
    rows = np.linspace(*found.ranges[up], SURFACE_STEPS)
    heights = []
    for row in rows.tolist():
        table = pandas.DataFrame([middle | {across: x, up: row} for x in steps.tolist()])
        heights.append(numbers(found.at(table) * scale))
    contour = {
        "type": "contour",
        "x": numbers(steps),
        "y": numbers(rows),
        "z": heights,
        "colorscale": SCALE,
        "contours": {"showlabels": True},
        "colorbar": {"title": {"text": axis_title(found.measure.column), "side": "right"}},
    }
    layout = {"height": 460}
    return _figure([contour], labels[across], labels[up], PLAIN_X, {"tickformat": ""}, layout)


def boxes_figure(table: "pandas.DataFrame") -> Figure:
    """Coverage against density of every box, the chosen ones filled."""
    boxes = table.drop_duplicates("box")
    traces = []
    for chosen in (False, True):
        found = boxes[boxes["chosen"] == chosen]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text" if chosen else "markers",
                "name": "chosen" if chosen else "others",
                "x": numbers(found["coverage"] * 100),
                "y": numbers(found["density"] * 100),
                "text": [f"box {box}" for box in found["box"]],
                "textposition": "bottom center",
                "marker": {"color": LINES[0 if chosen else 1], "size": 11 if chosen else 7},
            }
        )
    x, y = "coverage: cases inside, % of all cases", "density: cases, % of points inside"
    return _figure(traces, x, y, PLAIN_X, {"range": [0, 105]})


def regret_figure(rows: "pandas.DataFrame", column: Column, names: Sequence[str]) -> Figure:
    """Greatest, 90th percentile and mean regret of every policy."""
    scale = factor_of(column)
    words = {"regret_max": "worst future", "regret_90": "90th percentile", "regret_mean": "mean"}
    traces = [
        {
            "type": "bar",
            "name": label,
            "x": list(names),
            "y": numbers(rows[field] * scale),
            "marker": {"color": LINES[place]},
        }
        for place, (field, label) in enumerate(words.items())
    ]
    title = f"regret, {difference_title(column)}"
    return _figure(traces, "", title, NAMED_X, None, {"barmode": "group"})


def front_figure(
    table: "pandas.DataFrame", measures: Sequence[Measure], names: Sequence[str]
) -> Figure:
    """The first two aims against each other, the third as colour, the front as large marks."""
    x, y, *rest = measures
    traces = []
    for on_front in (False, True):
        found = table[table["front"] == on_front]
        marker: dict[str, Any] = {
            "size": 12 if on_front else 7,
            "opacity": 1.0 if on_front else 0.45,
            "line": {"width": 1.5 if on_front else 0, "color": LIGHT.ink},
            "color": LINES[0],
        }
        if rest:
            scale = factor_of(rest[0].column)
            shown = table[rest[0].name] * scale
            marker |= {
                "color": numbers(found[rest[0].name] * scale),
                "colorscale": SCALE,
                "cmin": float(shown.min()),
                "cmax": float(shown.max()),
            }
            if on_front:
                title = {"text": axis_title(rest[0].column), "side": "right"}
                marker["colorbar"] = {"title": title}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "on the front" if on_front else "beaten",
                "x": numbers(found[x.name] * factor_of(x.column)),
                "y": numbers(found[y.name] * factor_of(y.column)),
                "text": [names[place] for place in found.index],
                "marker": marker,
            }
        )
    layout = {"height": 460}
    return _figure(traces, axis_title(x.column), axis_title(y.column), PLAIN_X, None, layout)


def numbers(values: Any) -> list[float | None]:
    """Numbers as JSON has them: none where there is none."""
    return [None if math.isnan(value) else float(value) for value in values]


def _figure(
    traces: list[dict[str, Any]],
    x_title: str,
    y_title: str,
    x_axis: dict[str, Any],
    y_axis: dict[str, Any] | None = None,
    layout: dict[str, Any] | None = None,
) -> Figure:
    title = {"title": {"text": x_title, "font": {"size": 12, "color": LIGHT.muted}}}
    drawn = whole_figure(traces, {}, y_title, y_axis or {}, layout or {}, x_axis | title)
    drawn["layout"]["margin"] = {"l": 64, "r": 16, "t": 40, "b": 52}
    return drawn
