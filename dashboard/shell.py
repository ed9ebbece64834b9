"""What surrounds every page: name, pages, language, light and dark."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.page import Page
from dashboard.problem import problem
from dashboard.texts import Text

ASSETS = Path(__file__).parent / "assets"

CARRIED = ("scenario", "against")
"""What an address says that other pages want to know too: links between pages carry it, and the
language."""


class Id(StrEnum):
    """Ids of what surrounds every page.

    SPOKEN holds the language of the page, for callbacks; the others are what they are called.
    """

    COLOURS = "colours"
    LANGUAGE = "language-switch"
    SPOKEN = "language"
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


def keep_address(app: dash.Dash, store: str) -> None:
    """Let the address, and the links of the head, follow a page's choice.

    store : id of a dcc.Store whose data is the query, without "?"
    """
    app.clientside_callback(
        ClientsideFunction("page", "remember"),
        Output(store, "storage_type"),
        Input(store, "data"),
    )


def around(
    content: Any, pages: Sequence[Page], path: str, query: Mapping[str, str], language: Language
) -> Any:
    """A page: the head, then the content.

    path : of the page among `pages`; any other at an address without one
    """
    links = [
        html.A(
            page.name.say(language),
            href=link(page.path, query, language),
            **(aria(current="page") if page.path == path else {}),
        )
        for page in pages
    ]
    head = html.Header(
        html.Div(
            [
                html.A("loansim", href=link("/", query, language), className="brand"),
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
            dcc.Store(id=Id.SPOKEN, data=language),
            html.Main(content, id=Id.MAIN, className="page", tabIndex=-1),
        ]
    )


def link(path: str, query: Mapping[str, str], language: Language) -> str:
    """The address of a page that goes on with what is shown."""
    carried = {name: query[name] for name in CARRIED if query.get(name)}
    return f"{path}?{urlencode(carried | {'lang': language}, quote_via=quote, safe=':')}"


def no_page(language: Language) -> Any:
    """What is said at an address without a page."""
    way_out = html.A(Text.TO_MARKET.say(language), href=f"/?lang={language}")
    return problem(Text.NO_PAGE.say(language), [], way_out)


def no_answer(language: Language) -> Any:
    """What is said where a page cannot be made."""
    way_out = html.A(Text.TRY_AGAIN.say(language), href="")
    return problem(Text.TROUBLE.say(language), [Text.TROUBLE_DETAIL.say(language)], way_out)


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
