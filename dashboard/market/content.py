"""What fills the page Market for a choice: what there is to see, and what each card then shows."""

from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.cards import Card
from dashboard.catalogue import Language, Text
from dashboard.choice import Choice
from dashboard.figures import (
    Behind,
    Drawn,
    Headline,
    card_figure,
    card_table,
    frame_figure,
    headline,
)
from dashboard.library import Library, Sight
from dashboard.theme import base_colour, look_of
from sim.figures import Figure

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
    def shown(self) -> dict[str, Any]:
        """Plain data that differs wherever the page has to be drawn anew."""
        states = [
            f"{sight.token}:{sight.problem is not None}:{sight.is_open}" for sight in self.sights
        ]
        return {"query": self.choice.query(), "states": states}

    @property
    def is_rough(self) -> bool:
        """Whether better answers are on their way."""
        return any(sight.stage in ("rough", "partial") for sight in self.sights)


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
    """Names the content of a card."""
    return f"{card.identity}|{measure}|{now.shown}|{scheme}"


def card_content(
    library: Library, card: Card, measure: str, now: Seen, scheme: str | None, language: Language
) -> Content:
    """Figure and newest number of a card; an empty frame where there is nothing to draw yet."""
    look = look_of(scheme, language)
    key = card_key(card, measure, now, scheme)
    first, base = _drawn(now.scenario), _drawn(now.against)
    if first is not None:
        figure = card_figure(card, measure, first, base, base_colour(scheme), look)
        return Content(figure, _newest(headline(card, measure, first, base, look)), key)
    waiting = Text.WAITING if now.scenario.is_open else Text.NO_LINES
    calendar = {} if now.scenario.problem else library.calendar(now.choice.scenario)
    months = now.scenario.months if now.scenario.months[0] else MONTHS
    return Content(
        frame_figure(card, measure, months, calendar, waiting.say(language), look), [], key
    )


def card_values(card: Card, measure: str, now: Seen, language: Language) -> Any:
    """The table behind a card."""
    first = _drawn(now.scenario)
    if first is None:
        return html.P(Text.NO_LINES.say(language))
    return _table(card_table(card, measure, first, _drawn(now.against), look_of(None, language)))


def about(sight: Sight) -> list[Any]:
    """Title and question of the scenario."""
    words: list[Any] = [html.Strong(sight.title, lang="en")] if sight.title else []
    if sight.question:
        words += [" ", html.Span(sight.question, className="question", lang="en")]
    return words


def _drawn(sight: Sight | None) -> Drawn | None:
    return None if sight is None or sight.tables is None else Drawn(sight.name, sight.tables)


def _newest(newest: Headline) -> list[Any]:
    """The figure beside the chart."""
    number, _, unit = newest.value.partition(" ")
    value = html.Span([number, html.Small(f" {unit}") if unit else ""], className="value")
    lines = [value, html.Span(newest.caption, className="caption")]
    return [*lines, html.Span(newest.change, className="change")] if newest.change else lines


def _table(behind: Behind) -> Any:
    heads = html.Thead(html.Tr([html.Th(head, scope="col") for head in behind.heads]))
    rows = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])])
        for row in behind.rows
    ]
    return html.Div(html.Table([heads, html.Tbody(rows)]), className="behind", tabIndex=0)
