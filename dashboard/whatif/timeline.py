"""The timeline: what is changed, as bars over the months of a run."""

from typing import Any

from dash import html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.whatif.choice import Dated, WhatIf
from dashboard.whatif.texts import WhatIfText
from sim.core.months import Month

START = Month.of(2024, 1)
MONTHS = 84
LEAST_WIDTH = 1.5
"""Per cent of the width that a bar has at least."""


def timeline(what: WhatIf, language: Language) -> list[Any]:
    """One bar for each lever that is on: pale until it holds in full, then strong to its end."""
    bars = [_bar(dated, language) for dated in what.dated()]
    if not bars:
        return [html.P(WhatIfText.TIMELINE_EMPTY.say(language), className="note")]
    years = [
        html.Span(str(2024 + year), style={"left": f"{100 * 12 * year / MONTHS:.2f}%"})
        for year in range(7)
    ]
    axis = html.Div(years, className="timeline-years", **aria(hidden="true"))
    return [html.Ul(bars, className="timeline-bars"), axis]


def _bar(dated: Dated, language: Language) -> Any:
    end = START + MONTHS if dated.last is None else dated.last + 1
    bars = [_part("bar", dated.full, end)]
    if dated.known < dated.full:
        bars.insert(0, _part("bar before", dated.known, dated.full))
    said = html.Span(words(dated, language), className="words")
    return html.Li([said, html.Span(bars, className="track")])


def _part(kind: str, first: int, end: int) -> Any:
    """A piece of a bar, from the beginning of a month to that of another."""
    left = 100 * (first - START) / MONTHS
    width = min(max(LEAST_WIDTH, 100 * (end - first) / MONTHS), 100 - left)
    return html.Span(className=kind, style={"left": f"{left:.2f}%", "width": f"{width:.2f}%"})


def words(dated: Dated, language: Language) -> str:
    """What a bar says: from when to when, and what comes before it holds in full."""
    name = dated.name.say(language)
    if dated.last is not None:
        return WhatIfText.TIMELINE_ITEM.say(language, name=name, first=dated.first, last=dated.last)
    parts = [WhatIfText.TIMELINE_ON.say(language, name=name, first=dated.first)]
    if dated.known < dated.first:
        parts.append(WhatIfText.TIMELINE_KNOWN.say(language, known=dated.known))
    if dated.full > dated.first:
        parts.append(WhatIfText.TIMELINE_FULL.say(language, full=dated.full))
    return WhatIfText.TIMELINE_COMMA.say(language).join(parts)
