"""What happens on the page Borrowers. Callbacks only pass things on."""

from collections.abc import Sequence
from typing import Any

import dash
from dash import Input, Output, State, ctx, no_update

from dashboard.answers import rests_on
from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.content import body
from dashboard.borrowers.ids import Id
from dashboard.borrowers.layout import (
    FILTERS,
    filter_items,
    key,
    person_of,
    plain,
    settled,
    status_lines,
)
from dashboard.borrowers.life_content import life_content
from dashboard.borrowers.person import person_seen
from dashboard.catalogue import Language
from dashboard.library import Library
from dashboard.market.content import seen
from dashboard.questions import Questions
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


WHOSE = (Input(Id.KIND, "value"), Input(Id.NUMBER, "value"), Input(Id.WHICH, "data"))
"""Whose life is told."""


def register(app: dash.Dash, library: Library, questions: Questions) -> None:
    """Connect the page to what there is to see."""
    _charts(app, library)
    _life(app, library, questions)
    keep_address(app, Id.QUERY)


def _asked(values: Sequence[Any], library: Library, language: Language) -> BorrowersChoice:
    """What the controls ask for; the last three values are those of WHOSE."""
    *chosen, kind, number, which = values
    query = dict(zip(CONTROLS, chosen, strict=True))
    query |= {"person": person_of(kind, number), "which": str(which or 0)}
    return settled(library, BorrowersChoice.of(query), language)


def _life(app: dash.Dash, library: Library, questions: Questions) -> None:
    """One borrower's life, asked of a worker and asked about until it is there."""

    @app.callback(
        Output(Id.LIFE, "children"),
        Output(Id.LIFE_TICKER, "disabled"),
        Output(Id.LIFE_TOKEN, "data"),
        Output(Id.NUMBER_BOX, "hidden"),
        Output(Id.ANOTHER_BOX, "hidden"),
        *(Input(control, "value") for control in CONTROLS.values()),
        *WHOSE,
        Input(Id.LIFE_TICKER, "n_intervals"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.LIFE_TOKEN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def tell(*values: Any) -> tuple[Any, ...]:
        *controls, _, scheme, token, language = values
        choice = _asked(controls, library, language)
        now = person_seen(library, questions, choice)
        if now.is_settled:
            rests_on(())
        new = f"{now.token}|{scheme}|{choice.query()}"
        return (
            no_update if new == token else life_content(now, choice, scheme, language),
            not now.is_open,
            new,
            not choice.person.isdigit(),
            choice.person.isdigit() or not choice.person,
        )

    @app.callback(
        Output(Id.WHICH, "data"),
        Input(Id.ANOTHER, "n_clicks"),
        State(Id.WHICH, "data"),
        prevent_initial_call=True,
    )
    def another(clicks: int | None, which: int | None) -> Any:
        return (which or 0) + 1 if clicks else no_update


def _charts(app: dash.Dash, library: Library) -> None:
    """Charts and tables of groups."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.BODY, "children"),
        *(Output(identity, "data") for identity, _ in FILTERS.values()),
        Output(Id.ON_THE_SPOT, "hidden"),
        Output(Id.QUERY, "data"),
        *(Input(control, "value") for control in CONTROLS.values()),
        *WHOSE,
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(*values: Any) -> tuple[Any, ...]:
        *controls, _, stops, agains, scheme, shown, language = values
        choice = _asked(controls, library, language)
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
