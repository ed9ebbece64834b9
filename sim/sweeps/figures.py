"""Charts of a sweep's analyses: pure functions, table in, Plotly figure as plain data out.

The reports and the dashboard draw with these; a look says in which language and on which ground.
"""

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.core.months import Month
from sim.core.tables import Column
from sim.display import axis_title, difference_title, screen_unit
from sim.figures import LIGHT, LINES, Figure, Look, translucent, whole_figure
from sim.horizons import Horizon
from sim.measures import Measure
from sim.sweeps.bands import WIDE, Split
from sim.sweeps.factor_words import FactorWords
from sim.sweeps.surface import Surface

if TYPE_CHECKING:
    import pandas

PLAIN_X = {"type": "linear", "hoverformat": "", "showgrid": False}
NAMED_X = {"type": "category", "hoverformat": "", "showgrid": False}
SCALE = [[0.0, "#f3f7fa"], [0.5, "#56B4E9"], [1.0, "#0b3c5d"]]
MARK = {"width": 1}
SURFACE_STEPS = 41

ROOM, FEW, EFFECT_ROW, WRAPPED = 340, 3, 16, 30
"""Pixels of a chart; rows of a legend that it has room for; pixels of a line of a label beside an
effect; letters of such a line."""

LEGEND_ROW, LEGEND_WIDTH, LEGEND_MARK, LETTER = 19, 380, 45, 6.5
"""Pixels of a row of a legend, of all its width, of the mark before a name, of a letter."""

DASHES = ("solid", "dash", "dot", "dashdot")
"""What tells lines apart whose colours are used again."""

COARSE, FINE, WIDE_RATIOS = (1, 2, 5), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7), 10
"""Numbers of each ten on an axis of ratios, all nine of which would stand on one another; from this
spread of ratios on it takes the first."""

FIFTHS = ("#0b3c5d", "#56B4E9", "#8a949e", "#E69F00", "#a63603")
"""Colours of fifths, lowest first; dark at both ends, so that they differ without colour too."""

MOST_LINES = 600
"""Lines of one chart of parallel coordinates; of more points every second, third ... is drawn."""

WORDS = {
    "pairing": ("variance without pairing / with it", "不配对方差与配对方差之比"),
    "share": ("share of variance", "方差占比"),
    "mu_star": ("mean size of the effect", "平均效应大小"),
    "chosen": ("chosen", "选中"),
    "others": ("others", "其他"),
    "box": ("box {}", "箱 {}"),
    "coverage": ("coverage: cases inside, % of all cases", "覆盖率：箱内命中占全部命中（%）"),
    "density": ("density: cases, % of points inside", "密度：箱内命中占箱内点（%）"),
    "range": ("% of the range that was tried", "占试验范围的百分比"),
    "regret": ("regret", "后悔值"),
    "regret_max": ("worst future", "最差未来"),
    "regret_90": ("90th percentile", "第90百分位"),
    "regret_mean": ("mean", "均值"),
    "mean": ("mean", "均值"),
    "seeds": ("seeds: one run at known parameters, 95%", "种子：参数已知时单次运行，95%"),
    "parameters": ("parameters: mean over endless seeds, 95%", "参数：无穷多种子之均值，95%"),
    "tried": ("points tried", "试过的点"),
    "front": ("on the front", "位于前沿"),
    "beaten": ("beaten", "被超越"),
    "fifth": ("{} to {}", "{} 至 {}"),
    "month": ("month {}", "第{}个月"),
    "to": ("{} to {}", "{} 至 {}"),
}


def word(name: str, look: Look, *values: object) -> str:
    """A word of a chart in the language of a look."""
    return WORDS[name][1 if look.language == "zh" else 0].format(*values)


def horizon_words(horizon: Horizon, look: Look = LIGHT) -> str:
    """A horizon as charts call it."""
    if look.language != "zh":
        return horizon.words
    number = horizon.name.rpartition("_")[2]
    if horizon.kind == "month":
        return word("month", look, number)
    if horizon.kind == "year" and horizon.months < 12:
        return word("to", look, number, horizon.last)
    return f"{number}年" if horizon.kind == "year" else horizon.words


def factor_of(column: Column) -> float:
    """What stored values are multiplied by on screens."""
    return screen_unit(column).factor


def effects_figure(
    rows: "pandas.DataFrame", measure: Measure, horizons: Sequence[Horizon], look: Look = LIGHT
) -> Figure:
    """One measure's effects with t intervals.

    By horizon, a line for each level of a factor; of one horizon alone, a row each.
    """
    spans = {h.name: horizon_words(h, look) for h in horizons}
    rows = rows[rows["horizon"].isin(list(spans))]
    if rows["horizon"].nunique() == 1:
        return _effect_rows(rows, measure, spans[rows["horizon"].iloc[0]], look)
    traces: list[dict[str, Any]] = []
    for place, (name, found) in enumerate(rows.groupby("_line", sort=False)):
        colour = LINES[place % len(LINES)]
        x, y, bars = [spans[horizon] for horizon in found["horizon"]], *_with_bars(found, measure)
        trace = {"type": "scatter", "mode": "lines+markers", "name": str(name), "x": x, "y": y}
        line = {"color": colour, "width": 2, "dash": DASHES[place // len(LINES) % len(DASHES)]}
        bars |= {"color": translucent(colour), "thickness": 2}
        traces.append(trace | {"line": line, "error_y": bars})
    title = difference_title(measure.column, look.language)
    layout = {"height": _height([trace["name"] for trace in traces])}
    return _figure(traces, "", title, NAMED_X, layout=layout, look=look)


def _height(names: Sequence[str]) -> int:
    """Pixels of a chart whose legend stands above it, and must neither eat it up nor be cut off.

    A legend in rows gets half of a chart at most; what does not fit is hidden.
    """
    widest = LEGEND_MARK + LETTER * max(map(len, names), default=0)
    rows = math.ceil(len(names) / max(1, int(LEGEND_WIDTH / widest)))
    return max(ROOM + LEGEND_ROW * max(0, rows - FEW), 2 * LEGEND_ROW * (rows + 1))


def _effect_rows(rows: "pandas.DataFrame", measure: Measure, horizon: str, look: Look) -> Figure:
    """Effects of one horizon, one beneath the other."""
    x, bars = _with_bars(rows, measure)
    labels = [textwrap.wrap(str(name), WRAPPED) for name in rows["_line"]]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": ["<br>".join(lines) for lines in labels],
        "error_x": bars | {"color": translucent(look.accent), "thickness": 2},
        "marker": {"color": look.accent, "size": 9},
        "showlegend": False,
    }
    title = f"{difference_title(measure.column, look.language)} ({horizon})"
    y_axis = {"type": "category", "autorange": "reversed", "automargin": True}
    room = sum(EFFECT_ROW * (len(lines) + 1) for lines in labels)  # a line apart
    layout = {"height": max(ROOM, 110 + room)}
    heading = "<br>".join(textwrap.wrap(title, WRAPPED))  # as wide as the labels leave it
    few = PLAIN_X | {"nticks": 5, "tickangle": 0}
    return _figure([trace], heading, "", few, y_axis, layout, look)


def _with_bars(
    rows: "pandas.DataFrame", measure: Measure
) -> tuple[list[float | None], dict[str, Any]]:
    """Effects in units of screens, and their t intervals as plotly's error bars."""
    scale = factor_of(measure.column)
    effect = rows["effect"] * scale
    return numbers(effect), {
        "type": "data",
        "symmetric": False,
        "array": numbers(rows["t_high"] * scale - effect),
        "arrayminus": numbers(effect - rows["t_low"] * scale),
    }


def bands_figure(
    course: Sequence[Split], measure: Measure, first: Month, look: Look = LIGHT
) -> Figure:
    """One measure month by month: its mean, a band for seeds, and one for parameters.

    first : month of the first split
    """
    scale = factor_of(measure.column)
    months = [str(first + number) for number in range(len(course))]
    traces: list[dict[str, Any]] = []
    for name, colour, fill in (("parameters", LINES[1], ""), ("seeds", look.accent, "tonexty")):
        for sign in (-1.0, 1.0):
            edge = [scale * (s.mean + sign * WIDE * getattr(s, name)) for s in course]
            line = {"width": 0} if fill else {"color": colour, "width": 1.8, "dash": "dash"}
            trace: dict[str, Any] = {
                "type": "scatter",
                "mode": "lines",
                "x": months,
                "y": numbers(edge),
                "name": word(name, look),
                "legendgroup": name,
                "showlegend": sign > 0,
                "line": line,
            }
            if fill and sign > 0:
                trace |= {"fill": fill, "fillcolor": translucent(colour)}
            traces.append(trace)
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": months,
            "y": numbers([scale * s.mean for s in course]),
            "name": word("mean", look),
            "line": {"color": look.ink, "width": 2},
        }
    )
    title = axis_title(measure.column, look.language)
    return _figure(traces, "", title, {"type": "date", "hoverformat": "%Y-%m"}, look=look)


def pairing_figure(
    rows: "pandas.DataFrame", horizons: Sequence[Horizon], look: Look = LIGHT
) -> Figure:
    """What common random numbers bought by horizon: the median variance ratio of each measure."""
    spans = {h.name: horizon_words(h, look) for h in horizons}
    rows = rows[rows["horizon"].isin(list(spans)) & rows["variance_ratio"].notna()]
    table = rows.groupby(["measure", "horizon"], sort=False)["variance_ratio"].median()
    # Effects of different factors begin in different years: the axis has its order from the years.
    order = [words for name, words in spans.items() if name in set(rows["horizon"])]
    x_axis = NAMED_X | {"categoryorder": "array", "categoryarray": order}
    traces = []
    for place, (name, some) in enumerate(table.groupby(level="measure", sort=False)):
        found = some.sort_index(level="horizon", key=lambda names: names.map(list(spans).index))
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
    wide = table.max() > WIDE_RATIOS * table.min()
    marks = [n * 10**power for power in range(-2, 7) for n in (COARSE if wide else FINE)]
    y_axis = {"type": "log", "tickvals": marks}
    return _figure(traces, "", word("pairing", look), x_axis, y_axis, look=look)


def indices_figure(
    rows: "pandas.DataFrame",
    measure: Measure,
    words: FactorWords,
    look: Look = LIGHT,
) -> Figure:
    """Sensitivity indices of one measure as bars with intervals, largest at the top.

    Bars of indices whose `note` calls them unusable are pale and hatched, and say why on hover.
    """
    traces = []
    isobol = set(rows["index"]) & {"S1", "ST"}
    shown = ("ST", "S1") if isobol else ("mu_star",)
    scale = 1.0 if isobol else factor_of(measure.column)
    first = rows[rows["index"] == shown[0]].sort_values("value")
    for place, index in enumerate(shown):
        found = rows[rows["index"] == index].set_index("factor").loc[first["factor"]]
        value = found["value"] * scale
        unusable = [bool(note) for note in found["note"]]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": index,
                "x": numbers(value),
                "y": [words.label(name) for name in found.index],
                "hovertext": found["note"].tolist(),
                "marker": {
                    "color": LINES[place],
                    "opacity": [0.4 if one else 1.0 for one in unusable],
                    "pattern": {"shape": ["/" if one else "" for one in unusable]},
                },
                "error_x": {
                    "type": "data",
                    "color": look.ink,
                    "symmetric": False,
                    "array": numbers(found["high"] * scale - value),
                    "arrayminus": numbers(value - found["low"] * scale),
                },
            }
        )
    size = f"mu*: {word('mu_star', look)}, {difference_title(measure.column, look.language)}"
    title = word("share", look) if isobol else "<br>".join(textwrap.wrap(size, WRAPPED))
    layout = {"barmode": "group", "height": 480}
    return _figure(traces, title, "", PLAIN_X, {"type": "category"}, layout, look)


def surface_figure(
    found: Surface, across: str, up: str | None, words: FactorWords, look: Look = LIGHT
) -> Figure:
    """A surface over two factors, or over one with a line for each level of the first named one.

    All others stand at the middle of their range or at their first level. Where there are none, the
    points that were tried are drawn too: how far a curve is from them says what it is worth.
    """
    import numpy as np
    import pandas

    scale = factor_of(found.measure.column)
    middle: dict[str, Any] = {name: (low + high) / 2 for name, (low, high) in found.ranges.items()}
    middle |= {name: levels[0] for name, levels in found.names.items()}
    steps = np.linspace(*found.ranges[across], SURFACE_STEPS)
    if up is None:
        named = next(iter(found.names.items()), ("", ("",)))
        lines = []
        for place, level in enumerate(named[1]):
            here = middle | ({named[0]: level} if named[0] else {})
            table = pandas.DataFrame([here | {across: x} for x in steps.tolist()])
            lines.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": words.level(named[0], level),
                    "x": numbers(steps),
                    "y": numbers(found.at(table) * scale),
                    "line": {"color": LINES[place % len(LINES)], "width": 2.5},
                    "showlegend": len(named[1]) > 1,
                }
            )
            if len(found.names) <= 1 and len(found.ranges) == 1:
                tried = found.tried
                tried = tried[tried[named[0]] == level] if named[0] else tried
                lines.append(
                    {
                        "type": "scatter",
                        "mode": "markers",
                        "name": word("tried", look),
                        "x": numbers(tried[across]),
                        "y": numbers(tried[found.measure.name] * scale),
                        "marker": {"color": LINES[place % len(LINES)], "size": 8},
                        "showlegend": place == len(named[1]) - 1,
                    }
                )
        title = axis_title(found.measure.column, look.language)
        return _figure(lines, words.label(across), title, _ticks(words, across), look=look)
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
        "colorbar": {
            "title": {"text": axis_title(found.measure.column, look.language), "side": "right"}
        },
    }
    layout = {"height": 460}
    x_axis, y_axis = _ticks(words, across), {"tickformat": ""} | _ticks(words, up)
    titles = words.label(across), words.label(up)
    return _figure([contour], *titles, x_axis, y_axis, layout, look)


def _ticks(words: FactorWords, name: str) -> dict[str, Any]:
    """An axis of a factor's levels."""
    return PLAIN_X | ({"tickformat": ".3~%"} if name in words.percents else {})


def boxes_figure(table: "pandas.DataFrame", look: Look = LIGHT) -> Figure:
    """Coverage against density of every box, the chosen ones filled."""
    boxes = table.drop_duplicates("box")
    traces = []
    for chosen in (False, True):
        found = boxes[boxes["chosen"] == chosen]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text" if chosen else "markers",
                "name": word("chosen" if chosen else "others", look),
                "x": numbers(found["coverage"] * 100),
                "y": numbers(found["density"] * 100),
                "text": [word("box", look, box) for box in found["box"]],
                "textposition": "bottom center",
                "marker": {"color": LINES[0 if chosen else 1], "size": 11 if chosen else 7},
            }
        )
    x, y = word("coverage", look), word("density", look)
    return _figure(traces, x, y, PLAIN_X, {"range": [0, 105]}, look=look)


def limits_figure(
    box: "pandas.DataFrame",
    ranges: Mapping[str, tuple[float, float]],
    words: FactorWords,
    look: Look = LIGHT,
) -> Figure:
    """A box: for each number that it restricts, what is inside as a part of its whole range.

    box : the rows of one box ; ranges : factor -> lowest and highest level of all points
    """
    names, wide, inside, texts = [], [], [], []
    for row in box.to_dict("records"):
        name = str(row["factor"])
        if name not in ranges or row["low"] is None or math.isnan(row["low"]):
            continue
        low, high = ranges[name]
        width = (high - low) or 1.0
        names.append(words.label(name))
        wide.append((row["low"] - low) / width * 100)
        inside.append((row["high"] - row["low"]) / width * 100)
        ends = (words.level(name, row[end]) for end in ("low", "high"))
        texts.append(word("to", look, *ends))
    bars = {"type": "bar", "orientation": "h", "y": names}
    traces: list[dict[str, Any]] = [
        bars | {"x": wide, "marker": {"color": "rgba(0,0,0,0)"}, "hoverinfo": "skip"},
        bars
        | {
            "x": inside,
            "marker": {"color": look.accent},
            "text": texts,
            "textposition": "auto",
            "hovertemplate": "%{y}: %{text}<extra></extra>",
        },
    ]
    layout: dict[str, Any] = {"barmode": "stack", "showlegend": False, "hovermode": "closest"}
    layout["height"] = 120 + 44 * len(names)
    x_axis = PLAIN_X | {"range": [0, 100], "showgrid": True}
    return _figure(traces, word("range", look), "", x_axis, {"type": "category"}, layout, look)


def regret_figure(
    rows: "pandas.DataFrame",
    column: Column,
    names: Sequence[str],
    levers: str = "",
    look: Look = LIGHT,
) -> Figure:
    """Greatest, 90th percentile and mean regret of every policy, with intervals over seeds.

    names : of the policies ; levers : what these are, beneath the axis
    """
    scale = factor_of(column)
    fields = ("regret_max", "regret_90", "regret_mean")
    traces = [
        {
            "type": "bar",
            "name": word(field, look),
            "x": list(names),
            "y": numbers(rows[field] * scale),
            "marker": {"color": LINES[place]},
            "error_y": {
                "type": "data",
                "color": look.ink,
                "symmetric": False,
                "array": numbers((rows[f"{field}_high"] - rows[field]) * scale),
                "arrayminus": numbers((rows[field] - rows[f"{field}_low"]) * scale),
            },
        }
        for place, field in enumerate(fields)
    ]
    title = f"{word('regret', look)}, {difference_title(column, look.language)}"
    return _figure(traces, levers, title, NAMED_X, None, {"barmode": "group"}, look)


def front_figure(
    table: "pandas.DataFrame",
    measures: Sequence[Measure],
    names: Sequence[str],
    look: Look = LIGHT,
) -> Figure:
    """The first two aims against each other, the third as colour, the front as large marks."""
    x, y, *rest = measures
    traces = []
    for on_front in (False, True):
        found = table[table["front"] == on_front]
        marker: dict[str, Any] = {
            "size": 12 if on_front else 7,
            "opacity": 1.0 if on_front else 0.75,
            # An outline: both ends of the colours are those of a ground, light or dark.
            "line": {"width": 1.5, "color": look.ink} if on_front else MARK | {"color": look.muted},
            "color": look.accent,
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
                title = {"text": axis_title(rest[0].column, look.language), "side": "right"}
                marker["colorbar"] = {"title": title}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": word("front" if on_front else "beaten", look),
                "x": numbers(found[x.name] * factor_of(x.column)),
                "y": numbers(found[y.name] * factor_of(y.column)),
                "text": [names[place] for place in found.index],
                "marker": marker,
            }
        )
    layout = {"height": 460}
    x_title, y_title = (axis_title(measure.column, look.language) for measure in (x, y))
    return _figure(traces, x_title, y_title, PLAIN_X, None, layout, look)


def parallel_figure(
    points: "pandas.DataFrame",
    factors: Sequence[str],
    measure: Measure,
    words: FactorWords,
    look: Look = LIGHT,
) -> Figure:
    """Every design point as a line over its levels and its figure, by fifth of the figure.

    points : a row a point: its levels, and the measure ; factors : names of the axes
    """
    known = points[points[measure.name].notna()]
    known = known.iloc[:: max(1, -(-len(known) // MOST_LINES))]
    column = measure.column
    axes = [
        _axis_of(known[name], words.label(name), partial(words.level, name)) for name in factors
    ]
    heights = known[measure.name] * factor_of(column)
    axes.append(_axis_of(heights, axis_title(column, look.language), "{:.4g}".format))
    ranks = known[measure.name].rank(pct=True, method="first")
    fifths = (ranks * len(FIFTHS)).apply(math.ceil).clip(1, len(FIFTHS)) - 1
    traces = []
    for fifth, colour in enumerate(FIFTHS):
        rows = [place for place, one in enumerate(fifths.tolist()) if one == fifth]
        if not rows:
            continue
        values = (known[measure.name] * factor_of(column)).iloc[rows]
        ends = (f"{end:.4g}" for end in (values.min(), values.max()))
        traces.append(_bundle(axes, rows, colour, word("fifth", look, *ends)))
    x_axis = {
        "tickvals": list(range(len(axes))),
        "ticktext": [axis.label for axis in axes],
        "range": [-0.25, len(axes) - 0.75],
        "showgrid": True,
        "gridwidth": 2,
    }
    layout = {"height": 480, "hovermode": "closest"}
    drawn = _figure(traces, "", "", PLAIN_X | x_axis, {"visible": False}, layout, look)
    drawn["layout"]["annotations"] = [
        {
            "x": place,
            "y": height,
            "text": text,
            "showarrow": False,
            "xanchor": "left",
            "xshift": 4,
            "font": {"size": 11, "color": look.ink},
            "bgcolor": look.paper,
            "opacity": 0.85,
        }
        for place, axis in enumerate(axes)
        for height, text in axis.ticks
    ]
    return drawn


@dataclass(frozen=True)
class _Axis:
    """One upright axis: where every point lies on it in [0, 1], and what stands beside it."""

    label: str
    places: list[float]
    ticks: list[tuple[float, str]]


def _axis_of(values: "pandas.Series[Any]", label: str, text: Callable[[Any], str]) -> _Axis:
    """The axis of some values, each written as `text` has it."""
    words = "<br>".join(textwrap.wrap(label, 18))
    if values.dtype.kind in "if":
        low, high = float(values.min()), float(values.max())
        width = (high - low) or 1.0
        places = [(float(value) - low) / width for value in values]
        ends = [low] if low == high else [low, (low + high) / 2, high]
        return _Axis(words, places, [((end - low) / width, text(end)) for end in ends])
    names = list(dict.fromkeys(map(text, values)))
    last = max(1, len(names) - 1)
    at = {name: place / last for place, name in enumerate(names)}
    return _Axis(words, [at[text(value)] for value in values], [(at[n], n) for n in names])


def _bundle(axes: Sequence[_Axis], rows: Sequence[int], colour: str, name: str) -> dict[str, Any]:
    """The lines of some points as one trace, with gaps between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row in rows:
        xs += [*range(len(axes)), None]
        ys += [*(axis.places[row] for axis in axes), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": xs,
        "y": ys,
        "line": {"color": colour, "width": 1.6},
        "opacity": 0.55,
        "hoverinfo": "name",
    }


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
    look: Look = LIGHT,
) -> Figure:
    title = {"title": {"text": x_title, "font": {"size": 12, "color": look.muted}}}
    drawn = whole_figure(traces, {}, y_title, y_axis or {}, layout or {}, x_axis | title, look)
    drawn["layout"]["margin"] = {"l": 64, "r": 16, "t": 40, "b": 52}
    return drawn
