"""What happens on the page Borrowers. Callbacks only pass things on."""

from typing import Any

import dash
from dash import Input, Output, State, ctx, no_update

from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.content import body
from dashboard.borrowers.ids import Id
from dashboard.borrowers.layout import FILTERS, filter_items, key, plain, settled, status_lines
from dashboard.library import Library
from dashboard.market.content import seen
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address

CONTROLS = {
    "scenario": Id.SCENARIO,
    "against": Id.AGAINST,
    "seeds": Id.SEEDS,
    "borrowers": Id.BORROWERS,
    "by": Id.BY,
    **{name: identity for name, (identity, _) in FILTERS.items()},
}


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to what there is to see."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.BODY, "children"),
        *(Output(identity, "data") for identity, _ in FILTERS.values()),
        Output(Id.ON_THE_SPOT, "hidden"),
        Output(Id.QUERY, "data"),
        *(Input(control, "value") for control in CONTROLS.values()),
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(*values: Any) -> tuple[Any, ...]:
        *chosen, _, stops, agains, scheme, shown, language = values
        query = dict(zip(CONTROLS, chosen, strict=True))
        choice = settled(library, BorrowersChoice.of(query), language)
        source = choice.source
        for asked, pressed, act in (
            (Id.STOP, stops, library.stop),
            (Id.AGAIN, agains, library.again),
        ):
            if ctx.triggered_id == asked and pressed:
                for one in source.sources:
                    act(one, source.seeds, source.borrowers)
        now = seen(library, plain(source))
        new = key(choice, now, scheme or ("dark" if "|dark|" in shown else "light"))
        same = new == shown
        return (
            status_lines(library, now, language),
            not any(sight.is_open for sight in now.sights),
            no_update if same else new,
            no_update if same else body(choice, now, scheme, language),
            *(
                no_update if same else filter_items(now, name, choice.only[name], language)
                for name in FILTERS
            ),
            not source.on_the_spot,
            choice.query(),
        )

    keep_address(app, Id.QUERY)
