"""What happens on the page Evidence. Callbacks only pass things on."""

from typing import Any
from urllib.parse import quote, urlencode

import dash
from dash import ALL, Input, Output, State, ctx

from dashboard.catalogue import Language
from dashboard.evidence.content import PROVENANCES, detail, values
from dashboard.evidence.ids import Id, check_button
from dashboard.evidence.layout import asked_text, first_failed, scenario_of, shown
from dashboard.evidence.validations import chosen, read
from dashboard.evidence.values import values_of
from dashboard.library import Library, scenario_stamps
from dashboard.questions import Questions
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address


def register(app: dash.Dash, library: Library, questions: Questions) -> None:
    """Connect the page to validations and values."""

    @app.callback(
        Output(Id.SCORECARD, "children"),
        Input(Id.VALIDATION, "value"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def choose(name: str, language: Language) -> Any:
        row = chosen(library.runs.folder, asked_text({"name": name}, "name"))
        return shown(row, str(name), read(row) if row is not None else None, language)

    @app.callback(
        Output(Id.CHOSEN, "data"),
        Input(check_button(ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def open_check(clicks: list[int | None]) -> str:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise dash.exceptions.PreventUpdate
        return str(ctx.triggered_id["name"])

    @app.callback(
        Output(Id.DETAIL, "children"),
        Input(Id.CHOSEN, "data"),
        Input(Id.VALIDATION, "value"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(ShellId.SPOKEN, "data"),
    )
    def tell(check: str, name: str, scheme: str | None, language: Language) -> Any:
        row = chosen(library.runs.folder, asked_text({"name": name}, "name"))
        kept = read(row) if row is not None else None
        names = {one.name for one in kept.checks} if kept is not None else set()
        return detail(kept, check if check in names else first_failed(kept), scheme, language)

    @app.callback(
        Output(Id.VALUES, "children"),
        Output(Id.TICKER, "disabled"),
        Input(Id.SEARCH, "value"),
        Input(Id.PROVENANCE, "value"),
        Input(Id.VALIDATION, "value"),
        Input(Id.TICKER, "n_intervals"),
        State(ShellId.SPOKEN, "data"),
    )
    def search(
        wanted: str | None, kind: str, name: str, _: int | None, language: Language
    ) -> tuple[Any, bool]:
        row = chosen(library.runs.folder, asked_text({"name": name}, "name"))
        scenario = scenario_of(read(row) if row is not None else None)
        reply = questions.ask(values_of, scenario, stamp=scenario_stamps())
        provenance = kind if kind in PROVENANCES else ""
        text = asked_text({"text": wanted}, "text")
        return values(reply, scenario, text, provenance, language), reply.state != "pending"

    @app.callback(
        Output(Id.QUERY, "data"),
        Input(Id.VALIDATION, "value"),
        Input(Id.CHOSEN, "data"),
        Input(Id.SEARCH, "value"),
        Input(Id.PROVENANCE, "value"),
        State(ShellId.SPOKEN, "data"),
    )
    def remember(name: str, check: str, wanted: str | None, kind: str, language: Language) -> str:
        pairs = {"validation": name, "check": check, "search": wanted, "provenance": kind}
        written = {key: value for key, value in pairs.items() if value} | {"lang": language}
        return urlencode(written, quote_via=quote, safe=":")

    keep_address(app, Id.QUERY)
