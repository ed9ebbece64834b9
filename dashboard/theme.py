"""Colours and type of pages and charts, for light and dark.

One accent colour for the scenario, grey for what it is laid against. Colours by kind of lender
are those of every chart (sim/figures.py) and the same on both grounds.
"""

from functools import partial
from typing import Any, Literal, get_args

from dashboard.catalogue import Language
from dashboard.happenings.words import happening_words
from sim.figures import ACCENT, Look
from sim.names import kind_name

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

BASE = {"light": "#7d8894", "dark": "#8e99a6"}
"""Colour of what a scenario is laid against, by scheme: three to one against the ground."""

ALARM = {"light": "#b3261e", "dark": "#ff8a80"}
"""Colour of what went badly wrong (a default, debts three months late), by scheme; the same as in
assets/page.css."""

GROUNDS: dict[Scheme, dict[str, str]] = {
    "light": {
        "ink": "#1f2933",
        "muted": "#5b6673",
        "grid": "#e6e9ed",
        "paper": "#ffffff",
        "accent": ACCENT,
    },
    "dark": {
        "ink": "#dde3ea",
        "muted": "#9aa5b1",
        "grid": "#343a42",
        "paper": "#1d2126",
        "accent": "#4fb0e8",
    },
}


def look_of(scheme: str | None, language: Language) -> Look:
    """How charts look on a ground and in a language."""
    return Look(
        language=language,
        kind=partial(kind_name, language=language),
        event=partial(happening_words, language=language),
        **GROUNDS["dark" if scheme == "dark" else "light"],
    )


def alarm_colour(look: Look) -> str:
    """The red of what went badly wrong, on the ground of a chart."""
    return ALARM["dark" if look.paper == GROUNDS["dark"]["paper"] else "light"]


def base_colour(scheme: str | None) -> str:
    """The grey of what a scenario is laid against."""
    return BASE["dark" if scheme == "dark" else "light"]


MANTINE: dict[str, Any] = {
    "primaryColor": "accent",
    "primaryShade": {"light": 7, "dark": 4},
    "colors": {
        "accent": [
            "#e7f4fc",
            "#cfe6f5",
            "#9ccdeb",
            "#68b3e2",
            "#4fa3da",
            "#2690cf",
            "#117fc0",
            "#0072b2",
            "#005f96",
            "#004a75",
        ],
    },
    "defaultRadius": "sm",
    "fontFamily": "system-ui, 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', "
    "'Microsoft YaHei', sans-serif",
    "headings": {"fontWeight": "600"},
    "focusRing": "auto",
}
"""The Mantine theme of all pages."""
