"""What happens on the page Policy. Callbacks only pass things on."""

from typing import Any
from urllib.parse import quote, urlencode

import dash
from dash import Input, Output, State

from dashboard.answers import rests_on
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.library import FIRST_SCENARIO, Library
from dashboard.policy.content import asked_rules, content
from dashboard.policy.ids import Id
from dashboard.policy.layout import asked_month_text
from dashboard.questions import Questions
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address


def register(app: dash.Dash, library: Library, questions: Questions) -> None:
    """Connect the page to the rules of scenarios."""

    @app.callback(
        Output(Id.CONTENT, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.QUERY, "data"),
        Input(Id.SCENARIO, "value"),
        Input(Id.MONTH, "value"),
        Input(Id.TICKER, "n_intervals"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(
        scenario: str, month: str, _: int | None, scheme: str | None, language: Language
    ) -> tuple[Any, bool, str]:
        source = Choice.of({"scenario": scenario}).scenario or FIRST_SCENARIO
        chosen = asked_month_text(month)
        reply = asked_rules(library, questions, source, chosen)
        if reply.state == "done":
            rests_on(())
        pairs = {"scenario": source, "month": chosen, "lang": language}
        address = urlencode(pairs, quote_via=quote, safe=":")
        return content(reply, source, scheme, language), reply.state != "pending", address

    keep_address(app, Id.QUERY)
