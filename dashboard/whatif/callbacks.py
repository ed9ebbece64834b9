"""What happens on the page What-if. Callbacks only pass things on."""

from dataclasses import replace
from typing import Any

import dash
import flask
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, ctx, no_update

from dashboard.cards import BY_IDENTITY as CARDS
from dashboard.catalogue import Language
from dashboard.library import Library
from dashboard.market.content import card_content, card_key, card_values
from dashboard.problem import problem
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address
from dashboard.texts import Text
from dashboard.whatif import files as files_to_take
from dashboard.whatif.choice import SHOWN, Campaign, WhatIf
from dashboard.whatif.content import (
    asked,
    cards_class,
    effects_and_reasons,
    is_awaited,
    is_open,
    marked,
    next_sight,
    seen,
    status,
)
from dashboard.whatif.ids import Id, card_id, lever_id
from dashboard.whatif.layout import TICK, files
from dashboard.whatif.levers import BY_IDENTITY, Setting
from dashboard.whatif.texts import WhatIfText
from dashboard.whatif.timeline import START, timeline
from sim.core.errors import InputError
from sim.core.months import Month

PATIENCE = 60_000
"""Milliseconds after which a page that got no answer asks again."""

WAITS = 0.6
"""Seconds for which a question about a simulation waits for something new to tell."""

PARTS = ("level", "month", "ahead", "over", "lasts")


def register(app: dash.Dash, library: Library) -> None:
    """Connect the page to the library."""
    _addresses(app)
    _levers(app)
    _following(app, library)
    _drawing(app, library)
    _uploading(app, library)
    files_to_take.register(app.server, library)

    def left(asker: str) -> flask.Response:
        """A page is closed: nobody waits for what it asked for."""
        library.jobs.release(asker[:64])
        return flask.Response(status=204)

    app.server.add_url_rule("/left/<asker>", "left", left, methods=["POST"])


def _addresses(app: dash.Dash) -> None:
    """The address follows the controls."""

    @app.callback(
        Output(Id.QUERY, "data"),
        Input(Id.BASE, "value"),
        Input(lever_id(ALL, "on"), "checked"),
        *(Input(lever_id(ALL, part), "value") for part in PARTS),
        Input(Id.COMPETITION, "value"),
        Input(Id.LENDER, "value"),
        Input(Id.STRATEGY, "value"),
        Input(Id.STRATEGY_FROM, "value"),
        Input(Id.SEEDS, "value"),
        Input(Id.BORROWERS, "value"),
        Input(Id.VIEW, "value"),
        Input(card_id(ALL, "measure"), "value"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def remember(base: str, *rest: Any) -> str:
        language: Language = rest[-1]
        competition, lender, strategy, start, seeds, borrowers, view = rest[-9:-2]
        levers = _read_levers(ctx.inputs_list)
        campaign = Campaign(lender, strategy, Month(START + int(start))) if lender else None
        what = WhatIf(
            base=base,
            settings=levers,
            competition=competition or "",
            campaign=campaign,
            seeds=int(seeds),
            borrowers=int(borrowers),
            view=view,
            measures=dict(zip((card.identity for card in SHOWN), rest[-2], strict=True)),
            language=language,
        )
        return what.query()

    keep_address(app, Id.QUERY)


def _read_levers(inputs: list[Any]) -> dict[str, Setting]:
    """The levers that are on, from the controls as Dash hands them over."""
    found: dict[str, dict[str, Any]] = {}
    for group in inputs:
        for one in group if isinstance(group, list) else []:
            identity = one["id"]
            if "lever" in identity:
                found.setdefault(identity["lever"], {})[identity["part"]] = one.get("value")
    settings = {}
    for name in BY_IDENTITY:
        at = found.get(name, {})
        if at.get("on"):
            settings[name] = Setting(
                level=float(at["level"]),
                month=Month(START + int(at["month"])),
                ahead=int(at.get("ahead", 0)),
                over=int(at.get("over", 0)),
                lasts=int(at.get("lasts", 12)),
            )
    return settings


def _levers(app: dash.Dash) -> None:
    """What a lever shows of itself, in the browser."""
    app.clientside_callback(
        ClientsideFunction("whatif", "open"),
        Output(lever_id(MATCH, "box"), "hidden"),
        Input(lever_id(MATCH, "on"), "checked"),
    )
    app.clientside_callback(
        ClientsideFunction("whatif", "echo"),
        Output(lever_id(MATCH, "echo"), "children"),
        Input(lever_id(MATCH, "on"), "checked"),
        Input(lever_id(MATCH, "level"), "value"),
        Input(lever_id(MATCH, "month"), "value"),
        State(lever_id(MATCH, "words"), "data"),
    )
    app.clientside_callback(
        ClientsideFunction("whatif", "echo"),
        Output(Id.STRATEGY_ECHO, "children"),
        Input(Id.LENDER, "value"),
        Input(Id.STRATEGY, "value"),
        Input(Id.STRATEGY_FROM, "value"),
        State(Id.STRATEGY_WORDS, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("whatif", "leave"),
        Output(Id.ASKER, "storage_type"),
        Input(Id.ASKER, "data"),
    )


def _following(app: dash.Dash, library: Library) -> None:
    """What is asked starts what it needs; while something is under way, the page asks again."""

    @app.callback(
        Output(Id.STATUS, "children"),
        Output(Id.TICKER, "disabled"),
        Output(Id.SHOWN, "data"),
        Output(Id.CARDS, "className"),
        Input(Id.QUERY, "data"),
        Input(Id.TICKER, "n_intervals"),
        Input(Id.STOP, "n_clicks", allow_optional=True),
        Input(Id.AGAIN, "n_clicks", allow_optional=True),
        State(Id.SHOWN, "data"),
        State(Id.ASKER, "data"),
        State(ShellId.SPOKEN, "data"),
        # The next question waits for this answer: Dash drops an answer that another overtakes.
        running=[(Output(Id.TICKER, "interval"), PATIENCE, TICK)],
    )
    def follow(
        query: str,
        _: int | None,
        stops: int | None,
        agains: int | None,
        shown: dict[str, Any],
        asker: str,
        language: Language,
    ) -> tuple[Any, ...]:
        what = replace(asked(query), language=language)
        if ctx.triggered_id == Id.STOP and stops:
            _each(library, what, "stop")
        if ctx.triggered_id == Id.AGAIN and agains:
            _each(library, what, "again")
        waits = WAITS if ctx.triggered_id == Id.TICKER else 0.0
        now = next_sight(library, what, shown, asker, waits)
        mark = marked(what, now)
        return (
            status(what, now, language),
            not is_open(now),
            no_update if is_awaited(now) or mark == shown else mark,
            cards_class(now),
        )

    @app.callback(
        Output(Id.TIMELINE, "children"),
        Output(Id.FILES, "children"),
        Input(Id.QUERY, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def say_what_is_asked(query: str, language: Language) -> tuple[Any, ...]:
        what = replace(asked(query), language=language)
        return timeline(what, language), files(what, language)

    @app.callback(
        Output(Id.EFFECTS, "children"),
        Output(Id.BECAUSE, "children"),
        Input(Id.SHOWN, "data"),
        Input(card_id(ALL, "key"), "data"),  # after the charts, which a reader looks at first
        State(Id.QUERY, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def give_reasons(_: Any, __: Any, query: str, language: Language) -> tuple[Any, ...]:
        what = replace(asked(query), language=language)
        now = seen(library, what, start=False)
        if f"{Id.SHOWN}.data" not in ctx.triggered_prop_ids or is_awaited(now):
            raise dash.exceptions.PreventUpdate
        return effects_and_reasons(library, what, now, language)


def _each(library: Library, what: WhatIf, act: str) -> None:
    """Stop both simulations, or forget that they were stopped or failed."""
    for changes in ({}, what.changes()):
        order = library.order(what.base, changes, what.seeds, what.borrowers)
        if isinstance(order, tuple):
            (library.jobs.cancel if act == "stop" else library.jobs.forget)(order[1])


def _drawing(app: dash.Dash, library: Library) -> None:
    """Cards draw what is shown, by their measures, on light or dark ground.

    All in one answer: every answer costs the browser the time of a chart, whatever is in it.
    """

    @app.callback(
        Output(card_id(ALL, "figure"), "figure"),
        Output(card_id(ALL, "newest"), "children"),
        Output(card_id(ALL, "key"), "data"),
        Output(card_id(ALL, "table"), "children", allow_duplicate=True),
        Input(Id.SHOWN, "data"),
        Input(card_id(ALL, "measure"), "value"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(card_id(ALL, "open"), "n_clicks"),
        State(card_id(ALL, "key"), "data"),
        State(Id.QUERY, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def draw(
        shown: dict[str, Any],
        measures: list[str],
        scheme: str | None,
        clicks: list[int | None],
        keys: list[str],
        query: str,
        language: Language,
    ) -> tuple[Any, ...]:
        chosen = dict(zip((card.identity for card in SHOWN), measures, strict=True))
        what = replace(asked(query), measures=chosen, language=language)
        now = seen(library, what, start=False)
        if scheme is None or is_awaited(now):
            raise dash.exceptions.PreventUpdate
        drawn: list[tuple[Any, ...]] = []
        for card, measure, old, clicked in zip(SHOWN, measures, keys, clicks, strict=True):
            if card_key(card, measure, now, scheme) == old:
                drawn.append((no_update,) * 4)
                continue
            content = card_content(library, card, measure, now, scheme, language)
            behind = card_values(library, card, measure, now, language) if _odd(clicked) else []
            drawn.append((content.figure, content.newest, content.key, behind))
        return tuple(map(list, zip(*drawn, strict=True)))

    @app.callback(
        Output(card_id(MATCH, "table"), "children"),
        Output(card_id(MATCH, "table"), "hidden"),
        Output(card_id(MATCH, "open"), "children"),
        Output(card_id(MATCH, "open"), "aria-expanded"),
        Input(card_id(MATCH, "open"), "n_clicks"),
        State(card_id(MATCH, "measure"), "value"),
        State(card_id(MATCH, "measure"), "id"),
        State(Id.QUERY, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def tell(
        clicks: int | None,
        measure: str,
        identity: dict[str, str],
        query: str,
        language: Language,
    ) -> tuple[Any, ...]:
        if not _odd(clicks):
            return [], True, Text.AS_TABLE.say(language), "false"
        card = CARDS[identity["whatif"]]
        what = replace(asked(query), measures={card.identity: measure}, language=language)
        now = seen(library, what, start=False)
        rows = card_values(library, card, measure, now, language)
        return rows, False, Text.HIDE_TABLE.say(language), "true"


def _odd(clicks: int | None) -> bool:
    """Whether so many clicks leave a table open."""
    return (clicks or 0) % 2 == 1


def _uploading(app: dash.Dash, library: Library) -> None:
    """A file that can be a scenario becomes the base; any other is refused in words."""
    app.clientside_callback(
        ClientsideFunction("whatif", "go"),
        Output(Id.GO, "storage_type"),
        Input(Id.GO, "data"),
    )

    @app.callback(
        Output(Id.GO, "data"),
        Output(Id.REFUSED, "children"),
        Input(Id.UPLOAD, "contents"),
        State(Id.UPLOAD, "filename"),
        State(Id.QUERY, "data"),
        State(ShellId.SPOKEN, "data"),
        prevent_initial_call=True,
    )
    def take(content: str | None, name: str | None, query: str, language: Language) -> Any:
        if not content:
            raise dash.exceptions.PreventUpdate
        try:
            source = library.uploads.take(content, name or "uploaded.yaml")
        except InputError as error:
            words = WhatIfText.REFUSED.say(language, file=(name or "")[:80], error=error)
            return no_update, problem(Text.FAILED.say(language), [words], "")
        what = replace(asked(query), base=source, language=language)
        return f"/what-if?{what.query()}", []
