"""What happens on the page Lenders. Callbacks only pass things on."""

from typing import Any

import dash
from dash import Input, Output, State, ctx, no_update

from dashboard.answers import rests_on
from dashboard.lenders.choice import LendersChoice
from dashboard.lenders.content import body, firm_of, names_of
from dashboard.lenders.ids import Id
from dashboard.lenders.layout import (
    all_lenders,
    firm_items,
    key,
    plain,
    settled,
    status_lines,
)
from dashboard.library import Library
from dashboard.market.content import seen
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address

CONTROLS = {
    "scenario": Id.SCENARIO,
    "against": Id.AGAINST,
    "seeds": Id.SEEDS,
    "borrowers": Id.BORROWERS,
    "firm": Id.FIRM,
    "beside": Id.BESIDE,
}


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to what there is to see."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.BODY, "children"),
        Output(Id.TABLE, "children"),
        Output(Id.FIRM, "data"),
        Output(Id.FIRM, "value"),
        Output(Id.BESIDE, "data"),
        Output(Id.ON_THE_SPOT, "hidden"),
        Output(Id.QUERY, "data"),
        *(Input(control, "value") for control in CONTROLS.values()),
        Input(Id.KINDS, "value", allow_optional=True),
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(*values: Any) -> tuple[Any, ...]:
        *chosen, kinds, _, stops, agains, scheme, shown, language = values
        query = dict(zip(CONTROLS, chosen, strict=True)) | {"kinds": kinds or ()}
        choice = settled(library, LendersChoice.of(query), language)
        source = choice.source
        for asked, pressed, act in (
            (Id.STOP, stops, library.stop),
            (Id.AGAIN, agains, library.again),
        ):
            if ctx.triggered_id == asked and pressed:
                for one in source.sources:
                    act(one, source.seeds, source.borrowers)
        now = seen(library, plain(source))
        rests_on(now.sights)
        known = names_of(now.scenario)
        firm = firm_of(choice, known)
        new = key(choice, now, scheme or _scheme_of(shown))
        same = new == shown
        items = no_update if same else firm_items(known, language)
        # A new choice of kinds alone leaves the lender's screen as it is.
        only_kinds = ctx.triggered_id == Id.KINDS
        return (
            status_lines(library, now, language),
            not any(sight.is_open for sight in now.sights),
            no_update if same else new,
            no_update if same or only_kinds else body(choice, now, scheme, language),
            no_update if same else all_lenders(choice, now, language),
            items,
            no_update if same or not firm else firm,
            items,
            not source.on_the_spot,
            choice.query(),
        )

    @app.callback(
        Output(Id.FIRM, "value", allow_duplicate=True),
        Input(Id.GRID, "selectedRows"),
        State(Id.FIRM, "value"),
        prevent_initial_call=True,
    )
    def choose(rows: Any, firm: str | None) -> Any:
        found = rows[0].get("id") if isinstance(rows, list) and rows else None
        return found if isinstance(found, str) and found != firm else no_update

    keep_address(app, Id.QUERY)


def _scheme_of(shown: str) -> str | None:
    """The scheme for which the page was drawn, until the browser has told."""
    return "dark" if "|dark|" in shown else "light"
