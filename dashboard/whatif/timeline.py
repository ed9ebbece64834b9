"""The timeline: what is changed, as bars over the months of a run."""

from typing import Any

from dash import html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.whatif.choice import WhatIf
from dashboard.whatif.texts import WhatIfText
from sim.core.months import Month

START = Month.of(2024, 1)
MONTHS = 84
LEAST_WIDTH = 1.5
"""Per cent of the width that a bar has at least."""


def timeline(what: WhatIf, language: Language) -> list[Any]:
    """One bar for each lever that is on, from its announcement to where it has come to rest."""
    bars = [_bar(*dated, language) for dated in what.dated()]
    if not bars:
        return [html.P(WhatIfText.TIMELINE_EMPTY.say(language), className="note")]
    years = [
        html.Span(str(2024 + year), style={"left": f"{100 * 12 * year / MONTHS:.2f}%"})
        for year in range(7)
    ]
    axis = html.Div(years, className="timeline-years", **aria(hidden="true"))
    return [html.Ul(bars, className="timeline-bars"), axis]


def _bar(name: Any, first: Month, last: Month, language: Language) -> Any:
    left = 100 * (first - START) / MONTHS
    width = max(LEAST_WIDTH, 100 * (last - first) / MONTHS)
    words = WhatIfText.TIMELINE_ITEM.say(language, name=name.say(language), first=first, last=last)
    bar = html.Span(
        className="bar", style={"left": f"{left:.2f}%", "width": f"{min(width, 100 - left):.2f}%"}
    )
    return html.Li([html.Span(words, className="words"), html.Span(bar, className="track")])
