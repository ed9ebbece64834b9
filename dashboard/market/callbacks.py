"""What happens on the page Market. Callbacks only pass things on."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import dash
from dash import ALL, MATCH, Input, Output, State, ctx, no_update

from dashboard.answers import rests_on
from dashboard.cards import BY_IDENTITY, CARDS
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.library import Library
from dashboard.market.content import (
    about,
    card_content,
    card_key,
    card_values,
    cards_class,
    effects_of,
    happened,
    seen,
    status_of,
)
from dashboard.market.ids import Id, Part, part
from dashboard.market.layout import WHAT_IS_SHOWN
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address
from dashboard.texts import Text

CHOSEN = tuple(
    Input(control, "value")
    for control in (Id.SCENARIO, Id.AGAINST, Id.SEEDS, Id.BORROWERS, Id.VIEW)
)
"""The controls on which all cards depend, in the order of WHAT_IS_SHOWN."""


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to what there is to see."""
    _addresses(app)
    _following(app, library)
    _drawing(app, library)


def _addresses(app: dash.Dash) -> None:
    """The address follows the choice."""

    @app.callback(
        Output(Id.QUERY, "data"),
        *CHOSEN,
        Input(part(Part.MEASURE, ALL), "value"),
        State(ShellId.SPOKEN, "data"),
    )
    def remember(*values: Any) -> str:
        *shown, measures, language = values
        rests_on(())
        query = dict(zip(WHAT_IS_SHOWN, shown, strict=True))
        names = [card.identity for card in CARDS]
        query |= dict(zip(names, measures, strict=True)) | {"lang": language}
        return Choice.of(query).query()

    keep_address(app, Id.QUERY)


def _following(app: dash.Dash, library: Library) -> None:
    """A choice starts what it needs; while something is under way, the page asks again."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.ABOUT, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.EFFECTS, "children"),
        Output(Id.HAPPENED, "children"),
        Output(Id.VIEW_BOX, "hidden"),
        Output(Id.ON_THE_SPOT, "hidden"),
        Output(Id.CARDS, "className"),
        *CHOSEN,
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(*values: Any) -> tuple[Any, ...]:
        *chosen, _, stops, agains, shown, language = values
        choice = Choice.of(dict(zip(WHAT_IS_SHOWN, chosen, strict=True)))
        if ctx.triggered_id == Id.STOP and stops:
            _each(library.stop, choice)
        if ctx.triggered_id == Id.AGAIN and agains:
            _each(library.again, choice)
        now = seen(library, choice)
        rests_on(now.sights)
        same = now.shown == shown
        return (
            status_of(library, now, language),
            about(now.scenario, language),
            not any(sight.is_open for sight in now.sights),
            no_update if same else now.shown,
            no_update if same else effects_of(library, now, language),
            no_update if same else happened(now, language),
            now.against is None or now.scenario.problem is not None,
            not choice.on_the_spot,
            cards_class(now),
        )


def _drawing(app: dash.Dash, library: Library) -> None:
    """Each card draws what is shown, by its measure, on light or dark ground."""

    @app.callback(
        Output(part(Part.FIGURE, MATCH), "figure"),
        Output(part(Part.NEWEST, MATCH), "children"),
        Output(part(Part.KEY, MATCH), "data"),
        Input(Id.SHOWN, "data"),
        Input(part(Part.MEASURE, MATCH), "value"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(part(Part.KEY, MATCH), "data"),
        State(part(Part.MEASURE, MATCH), "id"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def draw(
        shown: dict[str, Any],
        measure: str,
        scheme: str | None,
        key: str,
        identity: dict[str, str],
        language: Language,
    ) -> tuple[Any, ...]:
        card = BY_IDENTITY[identity["card"]]
        now = seen(library, Choice.of(dict(parse_qsl(shown["query"]))), start=False)
        rests_on(now.sights)
        if scheme is None or card_key(card, measure, now, scheme) == key:
            raise dash.exceptions.PreventUpdate
        content = card_content(library, card, measure, now, scheme, language)
        return content.figure, content.newest, content.key

    @app.callback(
        Output(part(Part.TABLE, MATCH), "children"),
        Output(part(Part.TABLE, MATCH), "hidden"),
        Output(part(Part.OPEN, MATCH), "children"),
        Output(part(Part.OPEN, MATCH), "aria-expanded"),
        Input(part(Part.OPEN, MATCH), "n_clicks"),
        Input(part(Part.KEY, MATCH), "data"),
        State(part(Part.MEASURE, MATCH), "value"),
        State(part(Part.MEASURE, MATCH), "id"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def tell(
        clicks: int | None,
        key: str,
        measure: str,
        identity: dict[str, str],
        shown: dict[str, Any],
        language: Language,
    ) -> tuple[Any, ...]:
        if not clicks or clicks % 2 == 0:
            return [], True, Text.AS_TABLE.say(language), "false"
        now = seen(library, Choice.of(dict(parse_qsl(shown["query"]))), start=False)
        rests_on(now.sights)
        values = card_values(library, BY_IDENTITY[identity["card"]], measure, now, language)
        return values, False, Text.HIDE_TABLE.say(language), "true"


def _each(act: Callable[[str, int, int], None], choice: Choice) -> None:
    for source in choice.sources:
        act(source, choice.seeds, choice.borrowers)
