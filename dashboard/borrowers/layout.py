"""How the page Borrowers is laid out: the choice, the status, charts and tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.answers import rests_on
from dashboard.aria import aria
from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.content import body
from dashboard.borrowers.figures import group_name
from dashboard.borrowers.ids import PREFIX, Id
from dashboard.borrowers.life_content import life_content
from dashboard.borrowers.person import PersonSeen, person_seen
from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Catalogue, Language
from dashboard.choice import Choice
from dashboard.library import Library
from dashboard.market.content import Seen, seen
from dashboard.market.status import refusal, status
from dashboard.questions import Questions
from dashboard.segment_months import PLACE, REGION, SEGMENT, values_of
from dashboard.source_list.choosers import choosers
from dashboard.texts import Text

TICK = 800
"""Milliseconds between two questions about a simulation."""

FILTERS: dict[str, tuple[Id, Catalogue]] = {
    SEGMENT: (Id.SEGMENT, BorrowersText.ONLY_SEGMENT),
    REGION: (Id.REGION, BorrowersText.ONLY_REGION),
    PLACE: (Id.PLACE, BorrowersText.ONLY_PLACE),
}
"""Grouping -> the list that narrows it, and its label."""


NUMBER = "number"
"""Where a borrower is chosen by number."""

KINDS: dict[str, Catalogue] = {
    "": BorrowersText.LIFE_NOBODY,
    "defaulted": BorrowersText.LIFE_DEFAULTED,
    "in_vain": BorrowersText.LIFE_IN_VAIN,
    "lost_access": BorrowersText.LIFE_LOST,
    "three_lenders": BorrowersText.LIFE_THREE,
    NUMBER: BorrowersText.LIFE_NUMBER,
}
"""Whose life can be asked for."""

LARGEST_NUMBER = 199_999


def borrowers(
    library: Library,
    questions: Questions,
    query: Mapping[str, str],
    language: Language,
    scheme: str | None,
) -> Any:
    """The page for an address."""
    choice = settled(library, BorrowersChoice.of(query), language)
    now = seen(library, plain(choice.source))
    person = person_seen(library, questions, choice)
    if person.is_settled:
        rests_on(now.sights)
    return html.Div(
        [
            dcc.Store(id=Id.SHOWN, data=key(choice, now, scheme)),
            dcc.Store(id=Id.QUERY),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=True),
            html.H1(BorrowersText.NAME.say(language), className="unseen"),
            html.Section(
                [
                    *choosers(library, choice.source, language, PREFIX),
                    html.Div(_people(choice, now, language), className="people wide"),
                ],
                className="choice with-subject",
                **aria(label=BorrowersText.CHOICE.say(language)),
            ),
            html.Div(
                status_lines(library, now, language),
                id=Id.STATUS,
                className="status",
                role="status",
                **aria(live="polite", label=Text.STATUS.say(language)),
            ),
            html.Div(body(choice, now, scheme, language), id=Id.BODY),
            _life(choice, person, scheme, language),
        ]
    )


def _life(
    choice: BorrowersChoice, person: PersonSeen, scheme: str | None, language: Language
) -> Any:
    """One borrower's life: whose, and what it was."""
    kind = NUMBER if choice.person.isdigit() else choice.person
    title = BorrowersText.LIFE.say(language)
    return html.Section(
        [
            html.H2(title, id="life-of-title"),
            html.P(BorrowersText.LIFE_NOTE.say(language), className="note"),
            dcc.Store(id=Id.WHICH, data=choice.which),
            dcc.Store(id=Id.LIFE_TOKEN, data=person.token),
            dcc.Interval(id=Id.LIFE_TICKER, interval=TICK, disabled=not person.is_open),
            html.Div(
                [
                    dmc.Select(
                        id=Id.KIND,
                        label=BorrowersText.LIFE_WHOM.say(language),
                        data=[
                            {"value": name, "label": text.say(language)}
                            for name, text in KINDS.items()
                        ],
                        value=kind,
                        allowDeselect=False,
                    ),
                    html.Div(
                        dmc.NumberInput(
                            id=Id.NUMBER,
                            label=BorrowersText.LIFE_WHICH_NUMBER.say(language),
                            value=int(choice.person) if kind == NUMBER else 0,
                            min=0,
                            max=LARGEST_NUMBER,
                            allowDecimal=False,
                            allowNegative=False,
                            debounce=700,
                        ),
                        id=Id.NUMBER_BOX,
                        hidden=kind != NUMBER,
                    ),
                    html.Div(
                        dmc.Button(
                            BorrowersText.LIFE_ANOTHER.say(language),
                            id=Id.ANOTHER,
                            variant="default",
                        ),
                        id=Id.ANOTHER_BOX,
                        hidden=kind in ("", NUMBER),
                    ),
                ],
                className="whose",
            ),
            html.Div(
                life_content(person, choice, scheme, language),
                id=Id.LIFE,
                **aria(live="polite", label=title),
            ),
        ],
        className="life",
        **aria(labelledby="life-of-title"),
    )


def person_of(kind: str | None, number: object) -> str:
    """Whose life the controls ask for, as a choice says it."""
    if kind == NUMBER:
        return str(number) if isinstance(number, int) and number >= 0 else "0"
    return kind or ""


def settled(library: Library, choice: BorrowersChoice, language: Language) -> BorrowersChoice:
    """A choice with what is shown where the address does not say."""
    source = choice.source.scenario or library.usual()
    return replace(choice, source=replace(choice.source, scenario=source, language=language))


def plain(source: Choice) -> Choice:
    """The part of a choice on which tables depend."""
    return Choice(source.scenario, source.against, source.seeds, source.borrowers)


def key(choice: BorrowersChoice, now: Seen, scheme: str | None) -> str:
    """Differs wherever the charts do."""
    states = [f"{s.token}:{s.problem is not None}:{s.is_open}" for s in now.sights]
    charts = replace(choice, person="", which=0)
    return "|".join([charts.query(), scheme or "light", *states])


def status_lines(library: Library, now: Seen, language: Language) -> list[Any]:
    """How far things are, or why there is nothing to see."""
    refused = refusal(now.scenario, library.usual(), language, "/borrowers")
    return refused or status(now.sights, language, Id.STOP, Id.AGAIN)


def filter_items(now: Seen, name: str, asked: str, language: Language) -> list[dict[str, str]]:
    """What a grouping can be narrowed to: all of it, or one value."""
    tables = now.scenario.tables
    values = [] if tables is None else values_of(tables["segments"])[name]
    if asked and asked not in values:
        values = [*values, asked]
    every = {"value": "", "label": BorrowersText.EVERYBODY.say(language)}
    return [every, *({"value": v, "label": group_name(name, v, language)} for v in values)]


def _people(choice: BorrowersChoice, now: Seen, language: Language) -> list[Any]:
    """By what lines are drawn, and who is left out."""
    names = {
        SEGMENT: BorrowersText.BY_SEGMENT,
        REGION: BorrowersText.BY_REGION,
        PLACE: BorrowersText.BY_PLACE,
    }
    by = html.Div(
        [
            html.Span(BorrowersText.BY.say(language), id="borrowers-by-label"),
            dmc.SegmentedControl(
                id=Id.BY,
                data=[{"value": n, "label": text.say(language)} for n, text in names.items()],
                value=choice.by,
                fullWidth=True,
                **aria(labelledby="borrowers-by-label"),
            ),
        ],
        className="by",
    )
    lists = [
        dmc.Select(
            id=identity,
            label=label.say(language),
            data=filter_items(now, name, choice.only[name], language),
            value=choice.only[name],
            allowDeselect=False,
        )
        for name, (identity, label) in FILTERS.items()
    ]
    return [by, *lists]
