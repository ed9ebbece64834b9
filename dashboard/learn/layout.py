"""How the page Learn is laid out: concepts with live charts, then the tour."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from dashboard.answers import rests_on
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.learn.content import concepts, sight_of, token, tour
from dashboard.learn.ids import Id
from dashboard.learn.texts import LearnText
from dashboard.library import Library

TICK = 1_500


def learn(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    source = Choice.of(query).scenario or library.usual()
    sight = sight_of(library, source)
    rests_on((sight,))
    return html.Div(
        [
            dcc.Store(id=Id.SOURCE, data=source),
            dcc.Store(id=Id.SHOWN, data=token(sight, scheme)),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=not sight.is_open),
            html.H1(LearnText.NAME.say(language)),
            html.P(LearnText.INTRO.say(language, name=sight.name), className="question"),
            html.Div(concepts(sight, scheme, language), id=Id.CONCEPTS),
            tour(language),
        ],
        className="text-page",
    )
