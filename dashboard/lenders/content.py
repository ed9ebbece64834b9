"""What fills the page Lenders for a choice: one lender's screen, and the table of all."""

from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.figures import Drawn, both_policies
from dashboard.graph_card import graph_card
from dashboard.happenings.happened import SORTS, Happening, happenings, in_seeds
from dashboard.happenings.names_in_chinese import LICENCES
from dashboard.happenings.texts import HappeningsText
from dashboard.lender_months import lends_itself, months_of, with_ratios
from dashboard.lenders.bridge import bridge
from dashboard.lenders.cards import CARDS, FirmCard
from dashboard.lenders.choice import LendersChoice
from dashboard.lenders.figures import (
    Shown,
    bridge_figure,
    bridge_table,
    firm_figure,
    firm_headline,
    firm_table,
    funding_figure,
    in_colours,
    sheet,
)
from dashboard.lenders.texts import LendersText
from dashboard.library import Sight
from dashboard.market.content import Seen
from dashboard.table import table
from dashboard.texts import Text
from dashboard.theme import base_colour, look_of
from sim.display import month_text
from sim.figures import Look
from sim.names import kind_name, lender_name, spaced

MOST_EVENTS = 40

STROKES = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}
"""How the dash of a line looks in the legend."""

SHEET: Any = {"data-card": "sheet"}
EVENTS: Any = {"data-card": "events"}

ON_FIRM_CHARTS = ("strategy", "entry", "merger", "failure", "run", "fire_sale", "penalty")
"""What of a lender's own events is marked on its charts."""


@dataclass(frozen=True)
class Screen:
    """What is drawn of a choice.

    firms : the lender, then those beside it ; base : the lender in the other run
    """

    firms: list[Shown]
    base: Shown | None
    drawn: Drawn
    other: Drawn | None
    told: list[Happening]


def names_of(sight: Sight) -> dict[str, str]:
    """Lenders of a source and their kinds, the largest at the end first; empty before there are."""
    if sight.tables is None:
        return {}
    lenders = sight.tables["lenders"]
    sums = lenders.groupby("lender").agg(kind=("kind", "first"), size=("balance", "sum"))
    ordered = sums.sort_values("size", ascending=False)
    return {str(name): str(kind) for name, kind in ordered["kind"].items()}


def firm_of(choice: LendersChoice, known: dict[str, str]) -> str:
    """The lender that is shown: the one asked for, else the largest; "" where there is none."""
    return choice.firm if choice.firm in known else next(iter(known), "")


def screen(
    choice: LendersChoice, now: Seen, scheme: str | None, language: Language
) -> Screen | None:
    """What is drawn; None where there is nothing yet."""
    now = now.abreast
    sight = now.scenario
    known = names_of(sight)
    firm = firm_of(choice, known)
    if sight.tables is None or not firm:
        return None
    rated = with_ratios(sight.tables["lenders"])
    chosen = [firm, *(name for name in choice.beside if name in known and name != firm)]
    firms = in_colours(
        [(n, _titled(lender_name(n, language)), known[n], months_of(rated, n)) for n in chosen]
    )
    told = happenings(sight.tables["events"], sight.seeds, firm)
    other = _drawn(now.against)
    base = None
    if other is not None:
        months = months_of(with_ratios(other.tables["lenders"]), firm)
        if not months.empty:
            base = Shown(firm, other.name, known[firm], months, base_colour(scheme))
    return Screen(firms, base, Drawn(sight.name, sight.tables, sight.manifest), other, told)


def body(choice: LendersChoice, now: Seen, scheme: str | None, language: Language) -> list[Any]:
    """The lender's screen; a word of comfort where nothing can be drawn yet."""
    shown = screen(choice, now, scheme, language)
    if shown is None:
        waiting = Text.WAITING if now.scenario.is_open else Text.NO_LINES
        return [] if now.scenario.problem else [html.P(waiting.say(language), className="hint")]
    look = look_of(scheme, language)
    marked = [one for one in shown.told if one.sort in ON_FIRM_CHARTS and 2 * one.seeds >= one.of]
    policy = both_policies(shown.drawn, shown.other, look)
    branded = any(lends_itself(firm.months) for firm in shown.firms)
    cards = [
        _line_card(card, shown, policy, marked, look)
        for card in CARDS
        if branded or not card.branded
    ]
    return [
        *_unknown(choice, now, shown, language),
        _head(shown.firms[0], language),
        _legend(shown),
        html.Div(cards, className="small-cards"),
        html.Div(
            [
                _bridge_card(shown, look),
                _funding_card(shown, policy, marked, look),
                _sheet_card(shown, look),
                _events_card(shown, language),
            ],
            className="cards",
        ),
    ]


def _unknown(choice: LendersChoice, now: Seen, shown: Screen, language: Language) -> list[Any]:
    """That a lender which the address asks for is not there."""
    if not choice.firm or choice.firm == shown.firms[0].firm:
        return []
    words = LendersText.UNKNOWN_FIRM.say(
        language, name=choice.firm, source=now.scenario.name, shown=shown.firms[0].name
    )
    return [html.P(words, className="hint", role="status")]


def _head(firm: Shown, language: Language) -> Any:
    """The lender's name and what it is."""
    last = firm.months.iloc[-1]
    many = int(last["firms"]) > 1
    text = LendersText.PORTRAIT_MANY if many else LendersText.PORTRAIT
    licence = spaced(str(last["licence"]))
    words = text.say(
        language,
        kind=kind_name(firm.kind, language),
        licence=LICENCES.get(licence, licence) if language == "zh" else licence,
        firms=f"{int(last['firms']):,}",
    )
    notes = [] if lends_itself(firm.months) else [LendersText.NO_BRAND.say(language)]
    return html.Div(
        [html.H2(firm.name), html.P(" ".join([words, *notes]))],
        className="firm-head",
    )


def _legend(shown: Screen) -> Any:
    """Whose lines are which, once for all charts."""
    drawn = [*shown.firms, *([shown.base] if shown.base is not None else [])]
    names = [
        html.Li(
            [
                html.Span(
                    className="swatch",
                    style={"borderTop": f"3px {STROKES[firm.dash]} {firm.colour}"},
                    **aria(hidden="true"),
                ),
                firm.name,
            ]
        )
        for firm in drawn
    ]
    return html.Ul(names, className="legend")


def _line_card(
    card: FirmCard,
    shown: Screen,
    policy: dict[str, list[str]],
    told: list[Happening],
    look: Look,
) -> Any:
    """One small chart with its newest figure."""
    value, caption = firm_headline(card, shown.firms[0], shown.base, look)
    figure = firm_figure(card, shown.firms, shown.base, policy, told, look)
    behind = firm_table(card, shown.firms, shown.base, look)
    language = _language(look)
    return graph_card(
        card.identity, card.title, card.note.say(language), figure, behind, language,
        newest=(value, caption), height=230,
    )  # fmt: skip


def _bridge_card(shown: Screen, look: Look) -> Any:
    language = _language(look)
    bridges = [(firm.name, firm.colour, bridge(firm.months)) for firm in shown.firms]
    if shown.base is not None:
        bridges.append((shown.base.name, shown.base.colour, bridge(shown.base.months)))
    first = bridges[0][2]
    note = LendersText.BRIDGE_NOTE.say(language, first=first.first, last=first.last)
    return graph_card(
        "bridge",
        LendersText.BRIDGE,
        note,
        bridge_figure(bridges, look),
        bridge_table(bridges, look),
        language,
    )


def _funding_card(
    shown: Screen, policy: dict[str, list[str]], told: list[Happening], look: Look
) -> Any:
    language = _language(look)
    figure = funding_figure(shown.firms[0], policy, told, look)
    note = LendersText.FUNDING_NOTE.say(language)
    return graph_card("funding", LendersText.FUNDING, note, figure, None, language)


def _sheet_card(shown: Screen, look: Look) -> Any:
    language = _language(look)
    behind = sheet(shown.firms[0], shown.base, look)
    title = LendersText.SHEET.say(language)
    return html.Section(
        [
            html.H2(title, id="sheet-title"),
            table(behind.heads, behind.rows, title),
            html.P(LendersText.SHEET_NOTE.say(language), className="note"),
        ],
        className="card open-table-card",
        **aria(labelledby="sheet-title"),
        **SHEET,
    )


def _events_card(shown: Screen, language: Language) -> Any:
    title = LendersText.EVENTS.say(language)
    weighty = [one for one in shown.told if one.sort != "firms"] or shown.told
    listed = weighty[-MOST_EVENTS:]
    content: list[Any] = [html.H2(title, id="events-title")]
    if listed:
        heads = [
            Text.MONTH.say(language),
            HappeningsText.SORT.say(language),
            HappeningsText.WHAT.say(language),
        ]
        rows = [
            [one.month, SORTS[one.sort].name.say(language), in_seeds(one, language)]
            for one in reversed(listed)
        ]
        content.append(table(heads, rows, title))
    else:
        content.append(html.P(LendersText.NO_EVENTS.say(language), className="note"))
    left = len(shown.told) - len(listed)
    if left:
        content.append(html.P(LendersText.MORE_EVENTS.say(language, count=left), className="note"))
    return html.Section(
        content,
        className="card open-table-card words",
        **aria(labelledby="events-title"),
        **EVENTS,
    )


def _drawn(sight: Sight | None) -> Drawn | None:
    return (
        None
        if sight is None or sight.tables is None
        else Drawn(sight.name, sight.tables, sight.manifest)
    )


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]


def _language(look: Look) -> Language:
    return "zh" if look.language == "zh" else "en"


def last_month(sight: Sight) -> str:
    """The last month of a source ("2030-12"); "" before there is one."""
    return "" if sight.tables is None else month_text(sight.tables["lenders"]["month"].max())
