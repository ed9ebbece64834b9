"""What surrounds every page: name, pages, language, light and dark."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, html

from dashboard.aria import aria
from dashboard.catalogue import Language, Text
from dashboard.problem import problem
from dashboard.theme import MANTINE

__all__ = ["ASSETS", "MANTINE", "PAGES", "SCHEME_COOKIE", "Id", "around", "no_page", "register"]

ASSETS = Path(__file__).parent / "assets"

PAGES = {"/": Text.MARKET}
"""Path of each page -> its name."""


class Id(StrEnum):
    """Ids of what surrounds every page."""

    COLOURS = "colours"
    LANGUAGE = "language-switch"
    MAIN = "main"
    TROUBLE = "trouble"


SCHEME_COOKIE = "scheme"
"""Tells the next page whether to draw for light or dark ground from the start."""


def register(app: dash.Dash) -> None:
    """What the switches do happens in the browser (assets/page.js)."""
    app.clientside_callback(
        ClientsideFunction("page", "speak"),
        Output(Id.LANGUAGE, "data-done"),
        Input(Id.LANGUAGE, "n_clicks"),
        State(Id.LANGUAGE, "data-language"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("page", "keepScheme"),
        Output(Id.COLOURS, "data-kept"),
        Input(Id.COLOURS, "computedColorScheme"),
    )


def around(content: Any, path: str, language: Language) -> Any:
    """A page: the head, then the content."""
    links = [
        html.A(
            name.say(language),
            href=f"{place}?lang={language}",
            **(aria(current="page") if place == path else {}),
        )
        for place, name in PAGES.items()
    ]
    head = html.Header(
        html.Div(
            [
                html.A("loansim", href=f"/?lang={language}", className="brand"),
                html.Nav(links, **aria(label=Text.PAGES.say(language))),
                *_switches(language),
            ],
            className="head-inside",
        ),
        className="head",
    )
    offline = _banner("offline", Text.OFFLINE, Text.OFFLINE_DETAIL, language)
    trouble = _banner(Id.TROUBLE, Text.TROUBLE, Text.TROUBLE_DETAIL, language)
    skip = html.A(Text.SKIP.say(language), href=f"#{Id.MAIN}", className="skip")
    return html.Div(
        [
            skip,
            head,
            offline,
            trouble,
            html.Main(content, id=Id.MAIN, className="page", tabIndex=-1),
        ]
    )


def no_page(language: Language) -> Any:
    """What is said at an address without a page."""
    link = html.A(Text.TO_MARKET.say(language), href=f"/?lang={language}")
    return problem(Text.NO_PAGE.say(language), [], link)


def no_answer(language: Language) -> Any:
    """What is said where a page cannot be made."""
    link = html.A(Text.TRY_AGAIN.say(language), href="")
    return problem(Text.TROUBLE.say(language), [Text.TROUBLE_DETAIL.say(language)], link)


def _banner(identity: str, text: Text, detail: Text, language: Language) -> Any:
    """A line across the page that shows itself when it is needed (assets/page.js, app.py)."""
    words: list[Any] = [html.Strong(text.say(language)), " ", html.Span(detail.say(language))]
    inside = html.Div(words, className="banner-inside")
    return html.Div(inside, id=identity, className="banner", role="alert", hidden=True)


def _switches(language: Language) -> list[Any]:
    """The switches at the end of the head: language, light and dark."""
    other: Language = "en" if language == "zh" else "zh"
    return [
        html.Div(
            [
                dmc.Button(
                    Text.OTHER_LANGUAGE.say(language),
                    id=Id.LANGUAGE,
                    variant="subtle",
                    color="gray",
                    size="compact-md",
                    **aria(label=Text.SWITCH_LANGUAGE.say(language)),
                    **{"data-language": other},
                ),
                dmc.ColorSchemeToggle(
                    id=Id.COLOURS,
                    lightIcon=html.Span("◐", **aria(hidden="true")),
                    darkIcon=html.Span("◑", **aria(hidden="true")),
                    variant="subtle",
                    color="gray",
                    size="lg",
                    **aria(label=Text.SWITCH_COLOURS.say(language)),
                ),
            ],
            className="switches",
        )
    ]
