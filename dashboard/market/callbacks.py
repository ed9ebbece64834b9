"""What happens on the page Market. Callbacks only pass things on."""

from typing import Any

import dash
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, ctx, html, no_update

from dashboard.cards import BY_IDENTITY, CARDS
from dashboard.catalogue import Language, Text
from dashboard.choice import RUN, Choice
from dashboard.figures import (
    Behind,
    Drawn,
    Headline,
    card_figure,
    card_table,
    frame_figure,
    headline,
)
from dashboard.library import Library, Sight
from dashboard.market.ids import Id, Part, part
from dashboard.market.status import status
from dashboard.shell import Id as ShellId
from dashboard.theme import base_colour, look_of


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to what there is to see."""
    _addresses(app)
    _following(app, library)
    _drawing(app, library)
    _tables(app, library)


def _addresses(app: dash.Dash) -> None:
    """The address follows the choice; another language is another address."""

    @app.callback(
        Output(Id.QUERY, "data"),
        Input(Id.SCENARIO, "value"),
        Input(Id.AGAINST, "value"),
        Input(Id.SEEDS, "value"),
        Input(Id.BORROWERS, "value"),
        Input(part(Part.MEASURE, ALL), "value"),
        State(Id.LANGUAGE, "data"),
    )
    def remember(
        scenario: str, against: str, seeds: str, borrowers: str, measures: list[str], language: str
    ) -> str:
        query = {"scenario": scenario, "against": against, "seeds": seeds, "borrowers": borrowers}
        names = [card.identity for card in CARDS]
        query |= dict(zip(names, measures, strict=True)) | {"lang": language}
        return Choice.of(query).query()

    app.clientside_callback(
        ClientsideFunction("page", "remember"), Output(Id.QUERY, "modified_timestamp"),
        Input(Id.QUERY, "data"),
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("page", "speak"), Output(ShellId.OTHER, "title"),
        Input(ShellId.LANGUAGE, "n_clicks"), State(ShellId.OTHER, "value"),
    )  # fmt: skip


def _following(app: dash.Dash, library: Library) -> None:
    """A choice starts what it needs; while something is under way, the page asks again."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.ABOUT, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.SEEDS, "disabled"),
        Output(Id.BORROWERS, "disabled"),
        Output(Id.CARDS, "className"),
        Input(Id.SCENARIO, "value"),
        Input(Id.AGAINST, "value"),
        Input(Id.SEEDS, "value"),
        Input(Id.BORROWERS, "value"),
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        State(Id.SHOWN, "data"),
        State(Id.LANGUAGE, "data"),
    )
    def follow(
        scenario: str,
        against: str,
        seeds: str,
        borrowers: str,
        ticks: int | None,
        stops: int | None,
        agains: int | None,
        shown: dict[str, Any] | None,
        language: Language,
    ) -> tuple[Any, ...]:
        choice = Choice.of(
            {"scenario": scenario, "against": against, "seeds": seeds, "borrowers": borrowers}
        )
        if ctx.triggered_id == Id.STOP and stops:
            _each(library.stop, choice)
        if ctx.triggered_id == Id.AGAIN and agains:
            _each(library.again, choice)
        sights = _sights(library, choice)
        now = {"query": choice.query(), "tokens": [sight.token for sight in sights]}
        on_the_spot = any(not source.startswith(RUN) for source in _sources(choice))
        rough = any(sight.stage in ("rough", "partial") for sight in sights)
        return (
            status(sights, language),
            _about(sights[0]),
            not any(sight.is_open for sight in sights),
            no_update if now == shown else now,
            not on_the_spot,
            not on_the_spot,
            "cards rough-figures" if rough else "cards",
        )


def _drawing(app: dash.Dash, library: Library) -> None:
    """Each card draws what is shown, by its measure, on light or dark ground."""

    @app.callback(
        Output(part(Part.FIGURE, MATCH), "figure"),
        Output(part(Part.NEWEST, MATCH), "children"),
        Input(Id.SHOWN, "data"),
        Input(part(Part.MEASURE, MATCH), "value"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(part(Part.MEASURE, MATCH), "id"),
        State(Id.LANGUAGE, "data"),
        prevent_initial_call=True,
    )
    def draw(
        shown: dict[str, Any] | None,
        measure: str,
        scheme: str | None,
        identity: dict[str, str],
        language: Language,
    ) -> tuple[Any, Any]:
        if shown is None or scheme is None:
            raise dash.exceptions.PreventUpdate
        card, look = BY_IDENTITY[identity["card"]], look_of(scheme, language)
        choice = Choice.of(_query(shown["query"]))
        sights = _sights(library, choice, start=False)
        first = _drawn(sights[0])
        if first is None:
            waiting = Text.WAITING if sights[0].is_open else Text.NO_LINES
            calendar = {} if sights[0].problem else library.calendar(choice.scenario)
            months = sights[0].months if sights[0].months[0] else ("2024-01", "2030-12")
            frame = frame_figure(card, measure, months, calendar, waiting.say(language), look)
            return frame, []
        base = _drawn(sights[1]) if len(sights) > 1 else None
        figure = card_figure(card, measure, first, base, base_colour(scheme), look)
        return figure, _newest(headline(card, measure, first, base, look))


def _tables(app: dash.Dash, library: Library) -> None:
    """The table behind a chart, made when it is opened."""

    @app.callback(
        Output(part(Part.TABLE, MATCH), "children"),
        Output(part(Part.TABLE, MATCH), "hidden"),
        Output(part(Part.OPEN, MATCH), "children"),
        Output(part(Part.OPEN, MATCH), "aria-expanded"),
        Input(part(Part.OPEN, MATCH), "n_clicks"),
        Input(Id.SHOWN, "data"),
        Input(part(Part.MEASURE, MATCH), "value"),
        State(part(Part.MEASURE, MATCH), "id"),
        State(Id.LANGUAGE, "data"),
        prevent_initial_call=True,
    )
    def tell(
        clicks: int | None,
        shown: dict[str, Any] | None,
        measure: str,
        identity: dict[str, str],
        language: Language,
    ) -> tuple[Any, ...]:
        if not clicks or clicks % 2 == 0 or shown is None:
            return [], True, Text.AS_TABLE.say(language), "false"
        sights = _sights(library, Choice.of(_query(shown["query"])), start=False)
        first = _drawn(sights[0])
        if first is None:
            return [], True, Text.AS_TABLE.say(language), "false"
        base = _drawn(sights[1]) if len(sights) > 1 else None
        card = BY_IDENTITY[identity["card"]]
        behind = card_table(card, measure, first, base, look_of(None, language))
        return _table(behind), False, Text.HIDE_TABLE.say(language), "true"


def _sources(choice: Choice) -> list[str]:
    return [source for source in (choice.scenario, choice.against) if source]


def _sights(library: Library, choice: Choice, start: bool = True) -> list[Sight]:
    """What there is to see of the scenario and, where asked for, of what it is laid against."""
    return [
        library.see(source, choice.seeds, choice.borrowers, start) for source in _sources(choice)
    ]


def _each(act: Any, choice: Choice) -> None:
    for source in _sources(choice):
        act(source, choice.seeds, choice.borrowers)


def _drawn(sight: Sight) -> Drawn | None:
    return None if sight.tables is None else Drawn(sight.name, sight.tables)


def _query(text: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(text))


def _about(sight: Sight) -> list[Any]:
    """Title and question of the scenario."""
    words: list[Any] = [html.Strong(sight.title)] if sight.title else []
    if sight.question:
        words += [" ", html.Span(sight.question, className="question")]
    return words


def _newest(newest: Headline) -> list[Any]:
    """The figure beside the chart."""
    number, _, unit = newest.value.partition(" ")
    value = html.Span([number, html.Small(f" {unit}") if unit else ""], className="value")
    lines = [value, html.Span(newest.caption, className="caption")]
    return [*lines, html.Span(newest.change, className="change")] if newest.change else lines


def _table(behind: Behind) -> Any:
    heads = html.Thead(html.Tr([html.Th(head, scope="col") for head in behind.heads]))
    rows = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])])
        for row in behind.rows
    ]
    return html.Div(html.Table([heads, html.Tbody(rows)]), className="behind", tabIndex=0)
