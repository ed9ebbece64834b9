"""How the page Market is laid out: the choice, the status, the cards."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.answers import rests_on
from dashboard.aria import aria
from dashboard.cards import BY_KIND, BY_LENDER, CARDS, COHORTS, Card
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.graph_card import graph_config
from dashboard.library import Library
from dashboard.lorenz_figure import BY_BRAND, BY_HOLDER, BY_RISK
from dashboard.market.content import (
    Seen,
    about,
    card_content,
    cards_class,
    effects_of,
    happened,
    seen,
    status_of,
)
from dashboard.market.ids import Id, Part, part
from dashboard.market.texts import MarketText
from dashboard.source_list.choosers import choosers
from dashboard.texts import Text
from sim.figures import market_column

TICK = 600
"""Milliseconds between two questions about a simulation."""

OTHER_MEASURES = {
    BY_LENDER: MarketText.BY_LENDER,
    BY_KIND: MarketText.BY_KIND,
    COHORTS: MarketText.COHORTS,
    BY_BRAND: MarketText.BY_BRAND,
    BY_HOLDER: MarketText.BY_HOLDER,
    BY_RISK: MarketText.BY_RISK,
}
"""Names of measures that are no column."""


def market(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address, drawn as far as there is something to draw.

    scheme : light or dark, as far as the browser has told
    """
    asked = Choice.of(query)
    choice = replace(asked, scenario=asked.scenario or library.usual(), language=language)
    now = seen(
        library, replace(Choice(), **{name: getattr(choice, name) for name in WHAT_IS_SHOWN})
    )
    rests_on(now.sights)
    cards = [_card(library, card, choice.measures[card.identity], now, scheme, language)
             for card in CARDS]  # fmt: skip
    return html.Div(
        [
            dcc.Store(id=Id.SHOWN, data=now.shown),
            dcc.Store(id=Id.QUERY),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=True),
            html.H1(Text.TITLE.say(language), className="unseen"),
            html.Section(
                choosers(library, choice, language, ""),
                className="choice",
                **aria(label=MarketText.CHOICE.say(language)),
            ),
            *_hints(library, language),
            html.Div(about(now.scenario, language), id=Id.ABOUT, className="about"),
            html.Div(
                status_of(library, now, language),
                id=Id.STATUS,
                className="status",
                role="status",
                **aria(live="polite", label=Text.STATUS.say(language)),
            ),
            _comparison(library, now, language),
            html.Div(cards, id=Id.CARDS, className=cards_class(now)),
            html.Section(
                happened(now, language),
                id=Id.HAPPENED,
                className="card words happened",
                **aria(labelledby="happened-title"),
            ),
            html.P(MarketText.READING.say(language), className="reading"),
        ]
    )


def _hints(library: Library, language: Language) -> list[Any]:
    """What somebody without any runs is told."""
    if library.runs.listed():
        return []
    return [html.P(MarketText.NO_RUNS.say(language), className="hint")]


WHAT_IS_SHOWN = ("scenario", "against", "seeds", "borrowers", "view")
"""The part of a choice on which all cards depend."""


def _comparison(library: Library, now: Seen, language: Language) -> Any:
    """What one source changes against another, and what charts are to show of it."""
    views = [
        {"value": name, "label": text.say(language)}
        for name, text in {"paths": MarketText.PATHS, "difference": MarketText.DIFFERENCE}.items()
    ]
    return html.Section(
        [
            html.Div(effects_of(library, now, language), id=Id.EFFECTS, className="effects"),
            html.Div(
                [
                    html.Span(MarketText.VIEW.say(language), id="view-label"),
                    dmc.SegmentedControl(
                        id=Id.VIEW,
                        data=views,
                        value=now.choice.view,
                        **aria(labelledby="view-label"),
                    ),
                ],
                className="view",
            ),
        ],
        id=Id.VIEW_BOX,
        className="comparison",
        hidden=now.against is None or now.scenario.problem is not None,
        **aria(labelledby="effects-title"),
    )


def measure_name(measure: str, language: Language) -> str:
    """A measure in words."""
    if measure in OTHER_MEASURES:
        return OTHER_MEASURES[measure].say(language)
    return market_column(measure).label(language)


def _card(
    library: Library, card: Card, measure: str, now: Seen, scheme: str | None, language: Language
) -> Any:
    """One chart with its measure, its newest figure and the table behind it."""
    title = card.title.say(language)
    note = card.note.say(language)
    mark: Any = {"data-card": card.identity}
    content = card_content(library, card, measure, now, scheme, language)
    return html.Section(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H2(title, id=f"{card.identity}-title"),
                            dmc.Select(
                                id=part(Part.MEASURE, card.identity),
                                data=[
                                    {"value": name, "label": measure_name(name, language)}
                                    for name in card.measures
                                ],
                                value=measure,
                                allowDeselect=False,
                                size="xs",
                                w=210,
                                display="none" if len(card.measures) == 1 else None,
                                **aria(label=f"{Text.MEASURE.say(language)}: {title}"),
                            ),
                        ]
                    ),
                    html.Div(
                        content.newest, id=part(Part.NEWEST, card.identity), className="newest"
                    ),
                ],
                className="card-top",
            ),
            html.Div(
                dcc.Graph(
                    id=part(Part.FIGURE, card.identity),
                    figure=content.figure,
                    config=graph_config(language),
                    responsive=True,
                    style={"height": "300px"},
                ),
                className="graph",
                role="img",
                **aria(label=Text.CHART_OF.say(language, title=title, note=note)),
            ),
            html.P(note, className="note"),
            dmc.Button(
                Text.AS_TABLE.say(language),
                id=part(Part.OPEN, card.identity),
                variant="subtle",
                size="compact-xs",
                className="open-table",
                **aria(expanded="false", label=Text.TABLE_OF.say(language, title=title)),
            ),
            html.Div(id=part(Part.TABLE, card.identity), hidden=True),
            dcc.Store(id=part(Part.KEY, card.identity), data=content.key),
        ],
        className="card",
        **aria(labelledby=f"{card.identity}-title"),
        **mark,
    )
