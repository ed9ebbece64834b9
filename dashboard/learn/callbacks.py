"""What happens on the page Learn: charts come as the run does."""

from typing import Any

import dash
from dash import Input, Output, State, no_update

from dashboard.answers import rests_on
from dashboard.catalogue import Language
from dashboard.learn.content import concepts, sight_of, token
from dashboard.learn.ids import Id
from dashboard.library import Library
from dashboard.shell import Id as ShellId


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to the run that it draws."""

    @app.callback(
        Output(Id.CONCEPTS, "children"),
        Output(Id.SHOWN, "data"),
        Output(Id.TICKER, "disabled"),
        Input(Id.TICKER, "n_intervals"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.SOURCE, "data"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(
        _: int | None, scheme: str | None, source: str, shown: str, language: Language
    ) -> tuple[Any, Any, bool]:
        sight = sight_of(library, source)
        rests_on((sight,))
        now = token(sight, scheme)
        if now == shown:
            return no_update, no_update, not sight.is_open
        return concepts(sight, scheme, language), now, not sight.is_open
