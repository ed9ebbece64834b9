"""The timeline of rules: a pure function, rules in, Plotly figure out."""

from collections.abc import Iterator
from typing import Any

from dashboard.catalogue import Language
from dashboard.policy.mechanisms import level_in
from dashboard.policy.rules import Rules
from dashboard.policy_words import NAMES, RULES
from sim.core.months import Month
from sim.figures import LINES, Figure, Look, whole_figure
from sim.policy_rows import RuleRow

FROM = Month.of(2015, 1)
ROW_HEIGHT = 30
LIGHT_BARS, DARK = ("#CC79A7", "#E69F00"), "#1f2933"
"""Bars on which white could not be read, and what is written on them."""

WIDEST = 30
"""Characters of a line beside the bars."""


def rule_name(row: RuleRow, language: str) -> str:
    """A rule as charts and tables call it."""
    if language != "zh":
        return f"{row.instrument}: {row.name}"
    return f"{RULES.get(row.instrument, row.instrument)}：{NAMES.get(row.name, row.name)}"


def timeline_figure(rules: Rules, look: Look) -> Figure:
    """Every level of every rule as a bar from its first month to its last."""
    labels = {row.path: _short(rule_name(row, look.language)) for row in rules.rules}
    instruments = list(dict.fromkeys(row.instrument for row in rules.rules))
    colours = {name: LINES[place % len(LINES)] for place, name in enumerate(instruments)}
    traces = []
    for row in rules.rules:
        for place, (start, end, words) in enumerate(
            _spans(row, rules.last, "zh" if look.language == "zh" else "en")
        ):
            colour = colours[row.instrument]
            traces.append(_bar(labels[row.path], start, end, words, colour, place, look))
    rows = [labels[row.path] for row in rules.rules][::-1]
    drawn = whole_figure(
        traces,
        {},
        "",
        {"type": "category", "categoryorder": "array", "categoryarray": rows, "tickformat": ""},
        {
            "barmode": "overlay",
            "showlegend": False,
            "hovermode": "closest",
            "height": 110 + ROW_HEIGHT * len(rows),
        },
        {"range": [f"{FROM}-01", f"{rules.last}-28"], "showgrid": True, "hoverformat": "%Y-%m"},
        look,
    )
    chosen = f"{rules.month}-01"
    drawn["layout"]["shapes"] = [
        {
            "type": "line",
            "x0": chosen,
            "x1": chosen,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": look.ink, "width": 1.5, "dash": "dash"},
        }
    ]
    drawn["layout"]["margin"] = {"l": 190, "r": 12, "t": 16, "b": 36}
    return drawn


def _short(text: str) -> str:
    """A label that leaves room for the bars: the instrument over the rule where both are long."""
    if len(text) <= WIDEST:
        return text
    instrument, colon, name = text.partition(": ")
    lines = [f"{instrument}:", name] if colon else [text]
    return "<br>".join(line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…" for line in lines)


def _spans(row: RuleRow, last: Month, language: Language) -> Iterator[tuple[Month, Month, str]]:
    """First month, last month and level in words of every step."""
    for place, step in enumerate(row.steps):
        following = row.steps[place + 1].start - 1 if place + 1 < len(row.steps) else last
        end = min(Month(following), row.until or last)
        if end >= FROM:
            yield max(step.start, FROM), end, level_in(step.words, language)


def _bar(
    label: str, start: Month, end: Month, words: str, colour: str, place: int, look: Look
) -> dict[str, Any]:
    """One level: a bar over dates, its length in milliseconds as Plotly wants it."""
    written = look.ink if place % 2 else "#ffffff"  # steps in between are nearer to the ground
    days = (Month(end + 1).first_day() - start.first_day()).days
    return {
        "type": "bar",
        "orientation": "h",
        "base": [f"{start}-01"],
        "x": [days * 86_400_000],
        "y": [label],
        "marker": {"color": colour, "opacity": 1.0 if place % 2 == 0 else 0.72},
        "width": 0.62,
        "text": [words if days > 200 else ""],
        "textposition": "inside",
        "insidetextanchor": "start",
        "constraintext": "none",
        "textfont": {"color": DARK if colour in LIGHT_BARS else written, "size": 11},
        "hovertemplate": f"{label.replace('<br>', ' ')}<br>{words}, {start} – {end}<extra></extra>",
    }
