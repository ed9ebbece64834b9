"""The chart of one life: what is owed to whom, income, arrears below, events as marks on top."""

import html
import textwrap
from typing import Any

from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Catalogue, Language
from dashboard.figures import Behind, fitted, language_of
from dashboard.texts import Text
from dashboard.theme import alarm_colour
from sim.figures import LINES, Figure, Look, whole_figure
from sim.life_told import Life, LifeEvent

HEIGHT = 430
ARREARS = (0.0, 0.17)
"""Part of the height that arrears have; debts have what is above, less a gap."""
DEBTS = (0.27, 1.0)

LATE_COLOURS = {1: "#E69F00", 2: "#D55E00", 3: "#D55E00"}
WORST = 4
"""Missed count from which a loan is more than 90 days late; bars go no higher."""
LATE_TICKS = {1: "1–30", 2: "–60", 3: "–90", 4: "90+"}

PATTERNS = ("", "/", "x", ".")
"""Fillings of bars, once colours are used up."""


class Mark:
    """How a sort of event is drawn: symbol of the chart, letter of the legend, row, words."""

    def __init__(self, symbol: str, letter: str, row: float, words: Catalogue) -> None:
        self.symbol, self.letter, self.row, self.words = symbol, letter, row, words


MARKS = {
    "loan": Mark("triangle-up", "▲", 0.97, BorrowersText.SORT_LOAN),
    "paid": Mark("circle", "●", 0.97, BorrowersText.SORT_PAID),
    "line": Mark("diamond", "◆", 0.97, BorrowersText.SORT_LINE),
    "search": Mark("circle-open", "○", 0.91, BorrowersText.SORT_SEARCH),
    "late": Mark("triangle-down", "▼", 0.85, BorrowersText.SORT_LATE),
    "default": Mark("x", "✖", 0.85, BorrowersText.SORT_DEFAULT),
    "work": Mark("square", "■", 0.91, BorrowersText.SORT_WORK),
    "new": Mark("star", "★", 0.91, BorrowersText.SORT_NEW),
}
"""Sort of event (sim/inspection.py) -> its mark."""


def life_figure(life: Life, look: Look) -> Figure:
    """Debts by lender as bars over time, income as a line, arrears below, events on top."""
    language = language_of(look)
    traces = [_bars(life, name, place, language) for place, name in enumerate(life.owed)]
    traces.append(_income(life, look))
    traces.append(_arrears(life, look))
    traces += [_marks(life, sort, look) for sort in sorts_of(life)]
    figure = fitted(
        whole_figure(
            traces,
            policy={},
            y_title=BorrowersText.LIFE_OWED.say(language),
            y_axis={"domain": list(DEBTS), "range": [0, _top(life)], "nticks": 5},
            x_axis={"anchor": "y3", "range": _span(life)},
            layout={"showlegend": True, "hovermode": "closest", "barmode": "stack", "bargap": 0.1},
            look=look,
        )
    )
    layout = figure["layout"]
    layout |= {"height": HEIGHT, "margin": {"l": 64, "r": 16, "t": 56, "b": 30}}
    layout["yaxis3"] = {
        "domain": list(ARREARS),
        "range": [0, WORST + 0.2],
        "tickvals": list(LATE_TICKS),
        "ticktext": list(LATE_TICKS.values()),
        "tickfont": {"size": 10},
        "gridcolor": look.grid,
        "zeroline": False,
        "fixedrange": True,
        "title": {
            "text": BorrowersText.LIFE_LATE_AXIS.say(language),
            "font": {"size": 11, "color": look.muted},
            "standoff": 6,
        },
    }
    return figure


def sorts_of(life: Life) -> list[str]:
    """Sorts of events that there are, in the order of the legend."""
    there = {event.sort for event in life.events}
    return [sort for sort in MARKS if sort in there]


def life_table(life: Life, language: Language) -> Behind:
    """What the chart draws, month by month."""
    heads = [
        Text.MONTH.say(language),
        BorrowersText.LIFE_INCOME.say(language),
        *(life.lenders[name][language] for name in life.owed),
        BorrowersText.LIFE_LATE_AXIS.say(language),
    ]
    rows = []
    for place, month in enumerate(life.months):
        owed = [f"{amounts[place]:,.0f}" for amounts in life.owed.values()]
        late = LATE_TICKS.get(min(WORST, life.missed[place]), "0")
        rows.append([month, f"{life.income[place]:,.0f}", *owed, late])
    return Behind(heads, rows)


def _top(life: Life) -> float:
    """The top of the axis: room above debts and income for the marks."""
    owed = [
        sum(amounts[place] for amounts in life.owed.values()) for place in range(len(life.months))
    ]
    return 1.3 * max(1.0, *owed, *life.income)


def _span(life: Life) -> list[str]:
    """The time axis, half a month wider on both sides, as bars are centred on the first."""
    return [f"{_before(life.months[0])}-15", f"{life.months[-1]}-18"]


def _before(month: str) -> str:
    """The month before one."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def _bars(life: Life, name: str, place: int, language: Language) -> dict[str, Any]:
    """What is owed to one lender."""
    label = life.lenders[name][language]
    return {
        "type": "bar",
        "x": life.months,
        "y": life.owed[name],
        "name": label,
        "marker": {
            "color": LINES[place % len(LINES)],
            "pattern": {"shape": PATTERNS[place // len(LINES) % len(PATTERNS)]},
        },
        "hovertemplate": f"{html.escape(label)}, %{{x|%Y-%m}}: %{{y:,.0f}}<extra></extra>",
    }


def _income(life: Life, look: Look) -> dict[str, Any]:
    """Income of the month."""
    label = BorrowersText.LIFE_INCOME.say(language_of(look))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": life.months,
        "y": life.income,
        "name": label,
        "line": {"color": look.muted, "width": 1.4},
        "hovertemplate": f"{label}, %{{x|%Y-%m}}: %{{y:,.0f}}<extra></extra>",
    }


def _arrears(life: Life, look: Look) -> dict[str, Any]:
    """How late the worst loan is; the higher, the later."""
    language, worst = language_of(look), alarm_colour(look)
    label = BorrowersText.LIFE_LATE.say(language)
    return {
        "type": "bar",
        "x": life.months,
        "y": [min(WORST, missed) for missed in life.missed],
        "yaxis": "y3",
        "marker": {"color": [LATE_COLOURS.get(missed, worst) for missed in life.missed]},
        "name": label,
        "showlegend": False,
        "customdata": [LATE_TICKS.get(min(WORST, missed), "0") for missed in life.missed],
        "hovertemplate": f"{label}, %{{x|%Y-%m}}: %{{customdata}}<extra></extra>",
    }


def _marks(life: Life, sort: str, look: Look) -> dict[str, Any]:
    """Events of one sort, those of a month as one mark; their sentences on hover."""
    language = language_of(look)
    mark = MARKS[sort]
    by_month: dict[str, list[LifeEvent]] = {}
    for event in life.events:
        if event.sort == sort:
            by_month.setdefault(event.month, []).append(event)
    width = 34 if language == "zh" else 60
    texts = [
        "<br>".join(
            part
            for event in events
            for part in textwrap.wrap(html.escape(event.text[language]), width)
        )
        for events in by_month.values()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(by_month),
        "y": [mark.row] * len(by_month),
        "yaxis": "y2",
        "marker": {
            "symbol": mark.symbol,
            "size": 8,
            "color": alarm_colour(look) if sort == "default" else look.ink,
        },
        "name": mark.words.say(language),
        "showlegend": False,
        "customdata": texts,
        "hovertemplate": "<b>%{x|%Y-%m}</b> %{customdata}<extra></extra>",
    }
