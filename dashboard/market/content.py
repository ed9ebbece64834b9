"""What fills the page Market for a choice: what there is to see, and what each card then shows."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from dash import html

from dashboard.cards import BY_KIND, Card
from dashboard.catalogue import Language, said
from dashboard.choice import Choice
from dashboard.difference_figures import (
    difference_card,
    difference_headline,
    difference_table,
    paired_change,
)
from dashboard.figures import (
    Drawn,
    Headline,
    card_figure,
    card_table,
    frame_figure,
    headline,
    language_of,
)
from dashboard.happenings.happened import (
    ECONOMY,
    REGULATOR,
    SORTS,
    Happening,
    happenings,
    in_seeds,
)
from dashboard.happenings.texts import HappeningsText
from dashboard.library import Library, Sight, as_far
from dashboard.market.effects import effects
from dashboard.market.status import refusal, status
from dashboard.market.texts import MarketText
from dashboard.opens import LENDERS, shown_query
from dashboard.table import table
from dashboard.texts import Text
from dashboard.theme import base_colour, look_of
from sim.comparison import Comparison
from sim.figures import Figure, Look

MOST_HAPPENINGS = 200

MONTHS = ("2024-01", "2030-12")
"""Months of an empty chart where nothing says which."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to see of a choice: the scenario, and what it is laid against."""

    choice: Choice
    scenario: Sight
    against: Sight | None

    @property
    def sights(self) -> list[Sight]:
        """One or two."""
        return [self.scenario] if self.against is None else [self.scenario, self.against]

    @property
    def abreast(self) -> "Seen":
        """The same up to the last month that both show, so that newest figures are of one month."""
        if self.against is None:
            return self
        scenario, against = as_far(self.scenario, self.against)
        return replace(self, scenario=scenario, against=against)

    @property
    def shown(self) -> dict[str, Any]:
        """Plain data that differs wherever the page has to be drawn anew."""
        states = [
            f"{sight.token}:{sight.problem is not None}:{sight.is_open}" for sight in self.sights
        ]
        return {"query": self.choice.query(), "states": states}

    @property
    def shows_difference(self) -> bool:
        """Whether charts show the difference of the two instead of both."""
        return self.against is not None and self.choice.view == "difference"

    def pairs_all(self, seeds: int) -> bool:
        """Whether so many pairs are all seeds of both, so that they say what the paths show."""
        return all(sight.seeds == seeds for sight in self.sights)

    @property
    def is_rough(self) -> bool:
        """Whether better answers are on their way."""
        return any(sight.stage in ("so_far", "rough", "partial") for sight in self.sights)


def seen(library: Library, choice: Choice, start: bool = True) -> Seen:
    """What there is to see of a choice; what has to be simulated is started."""
    first, second = (
        library.see(source, choice.seeds, choice.borrowers, start) if source else None
        for source in (choice.scenario, choice.against)
    )
    return Seen(choice, first or Sight(""), second)


@dataclass(frozen=True, slots=True)
class Content:
    """What a card shows; `key` differs wherever the figure may."""

    figure: Figure
    newest: list[Any]
    key: str


def card_key(card: Card, measure: str, now: Seen, scheme: str | None) -> str:
    """Names the content of a card; who has not told a scheme gets the light one."""
    return f"{card.identity}|{measure}|{now.shown}|{scheme or 'light'}"


def card_content(
    library: Library, card: Card, measure: str, now: Seen, scheme: str | None, language: Language
) -> Content:
    """Figure and newest number of a card; an empty frame where there is nothing to draw yet."""
    look = look_of(scheme, language)
    key = card_key(card, measure, now, scheme)
    abreast = now.abreast
    first, base = _drawn(abreast.scenario), _drawn(abreast.against)
    if first is None:
        return Content(_frame(library, card, measure, now, look), [], key)
    if base is not None and now.shows_difference and card.drawing == "lines":
        return _difference(library, card, measure, now, (first, base), look, key)
    beneath = _drawn(now.against) if card.drawing == "lines" else base
    figure = card_figure(card, measure, first, beneath, base_colour(scheme), look)
    newest = headline(card, measure, first, base, look)
    if base is not None and newest.change and card.drawing == "lines":
        compared = library.compare(now.scenario, now.against)
        if isinstance(compared, Comparison) and now.pairs_all(compared.seeds):
            newest = replace(newest, change=paired_change(compared, measure, base.name, look))
    return Content(figure, _newest(newest), key)


def _difference(
    library: Library,
    card: Card,
    measure: str,
    now: Seen,
    drawn: tuple[Drawn, Drawn],
    look: Look,
    key: str,
) -> Content:
    """A card that shows a difference with its interval."""
    compared = library.compare(now.scenario, now.against)
    if not isinstance(compared, Comparison):
        message = Text.WAITING if compared is None else compared.text
        values = {} if compared is None else compared.values
        words = message.say(language_of(look), **values)
        return Content(frame_figure(card, measure, now.scenario.months, {}, words, look), [], key)
    figure = difference_card(compared, measure, drawn, look)
    return Content(figure, _newest(difference_headline(compared, measure, look)), key)


def _frame(library: Library, card: Card, measure: str, now: Seen, look: Look) -> Figure:
    """A card's axes, where there is nothing to draw yet."""
    waiting = Text.WAITING if now.scenario.is_open else Text.NO_LINES
    calendar = {} if now.scenario.problem else library.calendar(now.choice.scenario)
    months = now.scenario.months if now.scenario.months[0] else MONTHS
    words = waiting.say(language_of(look))
    return frame_figure(card, measure, months, calendar, words, look)


def card_values(library: Library, card: Card, measure: str, now: Seen, language: Language) -> Any:
    """The table behind a card."""
    first = _drawn(now.scenario)
    if first is None:
        return html.P(Text.NO_LINES.say(language))
    look = look_of(None, language)
    behind = card_table(card, measure, first, _drawn(now.against), look)
    if now.shows_difference and card.drawing == "lines":
        compared = library.compare(now.scenario, now.against)
        if isinstance(compared, Comparison):
            behind = difference_table(compared, measure, look)
    name = Text.TABLE_OF.say(language, title=card.title.say(language))
    rows: list[list[Any]] = [list(row) for row in behind.rows]
    if card.drawing == "shares" and measure != BY_KIND:
        for row in rows:
            row[0] = html.A(row[0], href=lender_link(row[0], now.choice, language))
    return table(behind.heads, rows, name)


def about(sight: Sight, language: Language) -> list[Any]:
    """Title and question of the scenario."""
    tongue: dict[str, Any] = {"lang": "zh-CN" if language == "zh" else "en"}
    title, question = said(sight.title, language), said(sight.question, language)
    words: list[Any] = [html.Strong(title, **tongue)] if title else []
    if question:
        words += [" ", html.Span(question, className="question", **tongue)]
    return words


def status_of(library: Library, now: Seen, language: Language) -> list[Any]:
    """How far things are, or why there is nothing to see."""
    said_already = refusal(now.scenario, library.usual(), language)
    return said_already or status(now.sights, language)


def happened(now: Seen, language: Language) -> Any:
    """What happened besides rules, in a list; empty where nothing is drawn."""
    drawn = _drawn(now.scenario)
    if drawn is None:
        return []
    rules = happenings(drawn.tables["events"], drawn.seeds)
    told = [one for one in rules if one.sort == "policy"] + drawn.happened()
    told.sort(key=lambda one: one.month)
    title = MarketText.HAPPENED.say(language)
    heads = [Text.MONTH.say(language)]
    heads += [text.say(language) for text in (HappeningsText.SORT, HappeningsText.WHO)]
    heads.append(HappeningsText.WHAT.say(language))
    rows = [
        [
            one.month,
            SORTS[one.sort].name.say(language),
            _who(one, now.choice, language),
            in_seeds(one, language),
        ]
        for one in told[:MOST_HAPPENINGS]
    ]
    notes = [MarketText.HAPPENED_NOTE.say(language)]
    if len(told) > len(rows):
        notes.append(MarketText.HAPPENED_MORE.say(language, count=len(told) - len(rows)))
    content: list[Any] = [html.H2(title, id="happened-title")]
    content.append(table(heads, rows, title))
    content.append(html.P(" ".join(notes), className="note"))
    return content


def _who(one: Happening, choice: Choice, language: Language) -> Any:
    """Whom it befell; a lender leads to its own page."""
    name = one.who(language)
    if one.actor in (REGULATOR, ECONOMY):
        return name
    return html.A(name, href=lender_link(one.actor, choice, language))


def lender_link(lender: str, choice: Choice, language: Language) -> str:
    """The address of a lender's own page, for what is shown here."""
    query = shown_query(choice, language) | {"firm": lender}
    return f"{LENDERS}?{urlencode(query, quote_via=quote, safe=':')}"


def cards_class(now: Seen) -> str:
    """How the cards stand: hidden where there is nothing to see, marked where it is rough."""
    if now.scenario.problem is not None and now.scenario.problem.text is not Text.BUSY:
        return "cards nothing"
    return "cards rough-figures" if now.is_rough else "cards"


def effects_of(library: Library, now: Seen, language: Language) -> Any:
    """What the scenario changes against the other source, in a table; empty without one."""
    against = now.against
    names = (now.scenario.name, "" if against is None else against.name)
    return effects(library.compare(now.scenario, against), names, language)


def _drawn(sight: Sight | None) -> Drawn | None:
    return (
        None
        if sight is None or sight.tables is None
        else Drawn(sight.name, sight.tables, sight.manifest)
    )


def _newest(newest: Headline) -> list[Any]:
    """The figure beside the chart."""
    number, _, unit = newest.value.partition(" ")
    value = html.Span([number, html.Small(f" {unit}") if unit else ""], className="value")
    lines = [value, html.Span(newest.caption, className="caption")]
    return [*lines, html.Span(newest.change, className="change")] if newest.change else lines
