"""How the page Lenders is laid out: the choice, the status, the lender's screen, the table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.answers import rests_on
from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.lenders.choice import MOST_BESIDE, LendersChoice
from dashboard.lenders.content import body, firm_of, last_month, names_of
from dashboard.lenders.grid import grid
from dashboard.lenders.ids import PREFIX, Id
from dashboard.lenders.overview import overview
from dashboard.lenders.texts import LendersText
from dashboard.library import Library
from dashboard.market.content import Seen, seen
from dashboard.market.status import refusal, status
from dashboard.source_list.choosers import choosers
from dashboard.texts import Text
from sim.names import kind_name, lender_name

TICK = 800
"""Milliseconds between two questions about a simulation."""


def lenders(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    choice = settled(library, LendersChoice.of(query), language)
    now = seen(library, plain(choice.source))
    rests_on(now.sights)
    known = names_of(now.scenario)
    return html.Div(
        [
            dcc.Store(id=Id.SHOWN, data=key(as_controls_say(choice, known), now, scheme)),
            dcc.Store(id=Id.QUERY),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=True),
            html.H1(LendersText.NAME.say(language), className="unseen"),
            html.Section(
                [
                    *choosers(library, choice.source, language, PREFIX),
                    html.Div(_firms(choice, known, language), className="firms wide"),
                ],
                className="choice with-subject",
                **aria(label=LendersText.CHOICE.say(language)),
            ),
            html.Div(
                status_lines(library, now, language),
                id=Id.STATUS,
                className="status",
                role="status",
                **aria(live="polite", label=Text.STATUS.say(language)),
            ),
            html.Div(
                body(choice, now, scheme, language),
                id=Id.BODY,
                className="firm-screen",
            ),
            html.Div(all_lenders(choice, now, language), id=Id.TABLE),
        ]
    )


def settled(library: Library, choice: LendersChoice, language: Language) -> LendersChoice:
    """A choice with what is shown where the address does not say."""
    source = choice.source.scenario or library.usual()
    return replace(choice, source=replace(choice.source, scenario=source, language=language))


def plain(source: Choice) -> Choice:
    """The part of a choice on which tables depend."""
    return Choice(source.scenario, source.against, source.seeds, source.borrowers)


def as_controls_say(choice: LendersChoice, known: dict[str, str]) -> LendersChoice:
    """The choice that the page's controls hold once it is laid out, so that nothing is redrawn."""
    firm = firm_of(choice, known)
    beside = tuple(name for name in choice.beside if name in known and name != firm)
    return replace(choice, firm=firm, beside=beside)


def key(choice: LendersChoice, now: Seen, scheme: str | None) -> str:
    """Differs wherever the lender's screen does."""
    states = [f"{s.token}:{s.problem is not None}:{s.is_open}" for s in now.sights]
    return "|".join([choice.query(), scheme or "light", *states])


def status_lines(library: Library, now: Seen, language: Language) -> list[Any]:
    """How far things are, or why there is nothing to see."""
    refused = refusal(now.scenario, library.usual(), language, "/lenders")
    return refused or status(now.sights, language, Id.STOP, Id.AGAIN)


def firm_items(known: dict[str, str], language: Language) -> list[dict[str, Any]]:
    """Lenders to choose from, by kind."""
    groups: dict[str, list[dict[str, str]]] = {}
    for name, kind in known.items():
        words = lender_name(name, language)
        groups.setdefault(kind_name(kind, language), []).append(
            {"value": name, "label": words[:1].upper() + words[1:]}
        )
    return [{"group": kind[:1].upper() + kind[1:], "items": of} for kind, of in groups.items()]


def _firms(choice: LendersChoice, known: dict[str, str], language: Language) -> list[Any]:
    """Which lender, and which beside it."""
    items = firm_items(known, language)
    return [
        dmc.Select(
            id=Id.FIRM,
            label=LendersText.FIRM.say(language),
            data=items,
            value=firm_of(choice, known) or None,
            allowDeselect=False,
            searchable=True,
            maxDropdownHeight=420,
        ),
        dmc.MultiSelect(
            id=Id.BESIDE,
            label=LendersText.BESIDE.say(language),
            placeholder=LendersText.BESIDE_HINT.say(language),
            data=items,
            value=[name for name in choice.beside if name in known],
            maxValues=MOST_BESIDE,
            searchable=True,
            clearable=True,
        ),
    ]


def all_lenders(choice: LendersChoice, now: Seen, language: Language) -> list[Any]:
    """The table of all lenders under its title, and which kinds are in it."""
    if now.scenario.tables is None:
        return []
    rows = overview(now.scenario.tables["lenders"], language)
    known = names_of(now.scenario)
    kinds = list(dict.fromkeys(known.values()))
    chosen = [kind for kind in choice.kinds if kind in kinds]
    if chosen:
        rows = [row for row in rows if known[row["id"]] in chosen]
    title = LendersText.TABLE.say(language)
    return [
        html.Section(
            [
                html.Div(
                    [
                        html.H2(title, id="lenders-table-title"),
                        dmc.MultiSelect(
                            id=Id.KINDS,
                            data=[{"value": k, "label": kind_name(k, language)} for k in kinds],
                            value=chosen,
                            placeholder=LendersText.ALL_KINDS.say(language),
                            clearable=True,
                            size="xs",
                            miw=240,
                            **aria(label=LendersText.KINDS.say(language)),
                        ),
                    ],
                    className="card-top",
                ),
                grid(rows, firm_of(choice, known), language),
                html.P(
                    LendersText.TABLE_NOTE.say(language, month=last_month(now.scenario)),
                    className="note",
                ),
            ],
            className="card lenders-table",
            **aria(labelledby="lenders-table-title"),
        )
    ]
