"""What fills the page Borrowers for a choice."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.aria import aria
from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.figures import (
    CARDS,
    DASHES,
    MAP_BY,
    causes_figure,
    group_name,
    groups_of,
    map_table,
    people_figure,
    people_headline,
    people_table,
)
from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Language, side_by_side
from dashboard.figures import Behind, Drawn, both_policies
from dashboard.graph_card import graph_card
from dashboard.library import Sight
from dashboard.market.content import Seen
from dashboard.opens import BORROWERS, link_to, shown_query
from dashboard.segment_months import column_of, grouped, placed, values_of
from dashboard.table import table
from dashboard.texts import Text
from dashboard.theme import look_of
from sim.display import axis_title
from sim.figures import LINES, Look

STROKES = ("solid", "dashed", "dotted", "double", "dashed")
"""How the dashes of lines look in the legend."""


def body(choice: BorrowersChoice, now: Seen, scheme: str | None, language: Language) -> list[Any]:
    """Charts and tables; a word of comfort where nothing can be drawn yet."""
    now = now.abreast
    drawn, other = _drawn(now.scenario), _drawn(now.against)
    if drawn is None:
        waiting = Text.WAITING if now.scenario.is_open else Text.NO_LINES
        return [] if now.scenario.problem else [html.P(waiting.say(language), className="hint")]
    look = look_of(scheme, language)
    cells = drawn.tables["segments"]
    known = values_of(cells)
    only = {name: value if value in known[name] else "" for name, value in choice.only.items()}
    sums, whole = grouped(cells, [choice.by], only), grouped(cells, [], only)
    if sums.empty:
        return [html.P(Text.NO_LINES.say(language), className="hint")]
    beneath = beneath_whole = None
    if other is not None:
        beneath = grouped(other.tables["segments"], [choice.by], only)
        beneath_whole = grouped(other.tables["segments"], [], only)
    policy = both_policies(drawn, other, look)
    cards = []
    for card in CARDS:
        cards.append(
            graph_card(
                card.identity,
                card.title,
                card.note.say(language),
                people_figure(card, choice.by, sums, beneath, policy, look),
                people_table(card, choice.by, sums, look),
                language,
                newest=people_headline(card, whole, beneath_whole, look),
                height=250,
            )
        )
    return [
        _legend(choice.by, groups_of(sums, choice.by), other, language),
        html.Div(cards, className="small-cards"),
        html.Div([_causes(choice, sums, beneath, other, look)], className="cards one-column"),
        _map(cells, other, choice, look),
    ]


def _causes(
    choice: BorrowersChoice, sums: Any, beneath: Any, other: Drawn | None, look: Look
) -> Any:
    language: Language = "zh" if look.language == "zh" else "en"
    note = BorrowersText.CAUSES_ALONE.say(language)
    if other is not None:
        note = BorrowersText.CAUSES_NOTE.say(language, name=other.name)
    figure = causes_figure(choice.by, sums, beneath, look)
    return graph_card(
        "causes", BorrowersText.CAUSES, note, figure, Behind([], []), language, height=340
    )


def _legend(by: str, groups: list[str], other: Drawn | None, language: Language) -> Any:
    """Whose lines are which, once for all charts."""
    names = []
    for place, group in enumerate(groups):
        stroke = f"3px {STROKES[place % len(DASHES)]} {LINES[place % len(LINES)]}"
        swatch = html.Span(className="swatch", style={"borderTop": stroke}, **aria(hidden="true"))
        names.append(html.Li([swatch, group_name(by, group, language)]))
    if other is not None:
        names.append(html.Li(BorrowersText.DOTTED_BASE.say(language, name=other.name)))
    return html.Ul(names, className="legend")


def _map(cells: Any, other: Drawn | None, choice: BorrowersChoice, look: Look) -> Any:
    """Every measure of every segment in every place."""
    language: Language = "zh" if look.language == "zh" else "en"
    base = None if other is None else grouped(other.tables["segments"], list(MAP_BY))
    rows = map_table(grouped(placed(cells), list(MAP_BY)), base, MAP_BY, look)
    heads: list[Any] = [BorrowersText.WHO.say(language)]
    heads += [axis_title(column_of(card.measure), language) for card in CARDS]
    lines = [
        [
            _group_link(group, choice, language),
            *([value, html.Small(gap)] if gap else value for value, gap in figures),
        ]
        for group, figures in rows
    ]
    title = BorrowersText.MAP.say(language)
    note = BorrowersText.MAP_ALONE.say(language)
    if other is not None:
        note = BorrowersText.MAP_NOTE.say(language, name=other.name)
    mark: Any = {"data-card": "map"}
    return html.Section(
        [
            html.H2(title, id="map-title"),
            table(heads, lines, title),
            html.P(note, className="note"),
        ],
        className="card map-card",
        **aria(labelledby="map-title"),
        **mark,
    )


def _group_link(group: Sequence[str], choice: BorrowersChoice, language: Language) -> Any:
    """A group's name, which leads to its own charts."""
    parts = dict(zip(MAP_BY, group, strict=True))
    words = side_by_side(
        language, *(group_name(by, value, language) for by, value in parts.items())
    )
    return link_to(BORROWERS, shown_query(choice.source, language) | parts, words)


def _drawn(sight: Sight | None) -> Drawn | None:
    if sight is None or sight.tables is None:
        return None
    return Drawn(sight.name, sight.tables, sight.manifest)
