"""Charts of checks: pure functions, check in, Plotly figure out."""

import math
from typing import Any

from sim.display import screen_unit
from sim.evidence.check import column_of
from sim.evidence.files import KeptCheck
from sim.evidence.wording import figure_text, interval
from sim.figures import LIGHT, Figure, Look, translucent, whole_figure

WORDS = {
    "data": ("data", "数据"),
    "accepted": ("accepted", "可接受范围"),
    "seeds": ("one seed", "单个种子"),
    "mean": ("model: mean,<br>95% interval", "模型：均值<br>与95%区间"),
}


def check_figure(check: KeptCheck, look: Look = LIGHT) -> Figure:
    """Data against the model: what is accepted, every seed, their mean with its interval."""
    language = look.language
    column = column_of(check.name, "", "", check.unit)
    factor = screen_unit(column, language).factor

    def word(name: str) -> str:
        return WORDS[name][1 if language == "zh" else 0]

    known = [value * factor for value in check.values if math.isfinite(value)]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": word("seeds"),
            "x": known,
            "y": [word("seeds")] * len(known),
            "marker": {"color": look.muted, "size": 7, "opacity": 0.6, "symbol": "circle-open"},
            "hovertemplate": "%{x:.4~g}<extra></extra>",
        },
        _mean(check, factor, word("mean"), look),
    ]
    rows = [word("seeds"), word("mean")]
    if math.isfinite(check.data):
        rows.append(word("data"))
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": word("data"),
                "x": [check.data * factor],
                "y": [word("data")],
                "marker": {"color": look.ink, "size": 12, "symbol": "diamond"},
                "hovertemplate": f"{figure_text(check, check.data, language)}<extra></extra>",
            }
        )
    drawn = whole_figure(
        traces,
        {},
        "",
        {"type": "category", "categoryorder": "array", "categoryarray": rows, "tickformat": ""},
        {"showlegend": False, "hovermode": "closest", "height": 240},
        {
            "type": "linear",
            "hoverformat": "",
            "title": {"text": screen_unit(column, language).text, "font": {"size": 12}},
        },
        look,
    )
    drawn["layout"]["shapes"] = [_band(check, factor, known, look)]
    drawn["layout"]["margin"] = {"l": 110, "r": 18, "t": 12, "b": 48}
    return drawn


def _mean(check: KeptCheck, factor: float, name: str, look: Look) -> dict[str, Any]:
    judged = check.judged
    there = math.isfinite(judged.mean)
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [judged.mean * factor] if there else [],
        "y": [name] if there else [],
        "marker": {"color": look.accent, "size": 11},
        "hovertemplate": f"{figure_text(check, judged.mean, look.language)}"
        f"<br>{interval(check, look.language)}<extra></extra>",
    }
    if there and math.isfinite(judged.low):
        half = (judged.high - judged.low) / 2 * factor
        trace["error_x"] = {
            "type": "data",
            "array": [half],
            "color": look.accent,
            "thickness": 2,
            "width": 6,
        }
    return trace


def _band(check: KeptCheck, factor: float, known: list[float], look: Look) -> dict[str, Any]:
    """What is accepted, as a band behind the points; an open end goes as far as the points do."""
    ends = [end * factor for end in (check.low, check.high) if math.isfinite(end)]
    every = [*known, *ends, *([check.data * factor] if math.isfinite(check.data) else [])]
    width = (max(every) - min(every)) or abs(max(every)) or 1.0
    low = check.low * factor if math.isfinite(check.low) else min(every) - 0.15 * width
    high = check.high * factor if math.isfinite(check.high) else max(every) + 0.15 * width
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": low,
        "x1": high,
        "y0": 0,
        "y1": 1,
        "fillcolor": translucent(look.accent),
        "line": {"width": 0},
        "layer": "below",
    }
