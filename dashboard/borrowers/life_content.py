"""What the page shows of one life: how far it is, the chart, and the story."""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.aria import aria
from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.life_figure import HEIGHT, MARKS, life_figure, life_table, sorts_of
from dashboard.borrowers.person import PersonSeen, group_asked
from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Language
from dashboard.graph_card import graph_card
from dashboard.texts import Text
from dashboard.theme import look_of
from sim.life_told import Life


def life_content(
    now: PersonSeen, choice: BorrowersChoice, scheme: str | None, language: Language
) -> list[Any]:
    """The life that is asked for, or how far it is, or why there is none."""
    if now.stage == "nothing" or now.world is None:
        return []
    borrowers = f"{now.world.borrowers:,}"
    if now.stage == "busy":
        return [_hint(BorrowersText.LIFE_BUSY.say(language))]
    if now.stage == "nobody":
        return [_hint(BorrowersText.LIFE_EMPTY.say(language, borrowers=borrowers))]
    if now.stage == "failed":
        error = (now.reply.error if now.reply else "") or Text.TROUBLE_DETAIL.say(language)
        return [_hint(BorrowersText.LIFE_FAILED.say(language, error=error))]
    if now.life is None:
        return [_progress(now, choice, language)]
    return _told(now, now.life, choice, scheme, language)


def _told(
    now: PersonSeen, life: Life, choice: BorrowersChoice, scheme: str | None, language: Language
) -> list[Any]:
    """Portrait, chart and story."""
    assert now.world is not None
    notes = [life.portrait[language], life.opening[language]]
    besides = []
    if now.found is not None:
        group = group_asked(choice) != ("", "", None)
        besides.append(
            BorrowersText.LIFE_ONE_OF.say(
                language,
                month=now.found.month,
                count=f"{now.count:,}",
                borrowers=f"{life.borrowers:,}",
                group=BorrowersText.LIFE_IN_GROUP.say(language) if group else "",
            )
        )
    if now.world.smaller:
        besides.append(BorrowersText.LIFE_SMALLER.say(language, borrowers=f"{life.borrowers:,}"))
    figure = life_figure(life, look_of(scheme, language))
    chart = graph_card(
        "life",
        BorrowersText.LIFE_CHART,
        BorrowersText.LIFE_CHART_NOTE.say(language),
        figure,
        life_table(life, language),
        language,
        height=HEIGHT,
    )
    return [
        html.P(" ".join(notes), className="portrait"),
        *([_hint(" ".join(besides))] if besides else []),
        html.Div([chart], className="cards one-column"),
        _legend(life, language),
        _story(life, choice, language),
    ]


def _legend(life: Life, language: Language) -> Any:
    """What the marks above the bars mean."""
    names = [
        html.Li(
            [html.Span(MARKS[sort].letter, className="letter"), MARKS[sort].words.say(language)]
        )
        for sort in sorts_of(life)
    ]
    return html.Ul(names, className="legend")


def _story(life: Life, choice: BorrowersChoice, language: Language) -> Any:
    """The sentences, one passage after the other, and how to have them in a terminal."""
    title = BorrowersText.LIFE_STORY.say(language)
    passages = [
        html.Li([html.Strong(months), html.Div([html.P(line) for line in lines])])
        for months, lines in life.story[language]
    ]
    return html.Section(
        [
            html.H2(title, id="story-title"),
            html.Div(
                [
                    html.Ol(passages),
                    html.P(life.ending[language]),
                    *_command(life, choice, language),
                ],
                className="story",
                tabIndex=0,
                role="region",
                **aria(labelledby="story-title"),
            ),
        ],
        className="card",
    )


def _command(life: Life, choice: BorrowersChoice, language: Language) -> list[Any]:
    """The command that tells the same, for a scenario that comes with the program."""
    source = choice.source.scenario
    if ":" in source:  # a run or an upload
        return []
    command = (
        f"loansim inspect {source} --borrower {life.place} --borrowers {life.borrowers} "
        f"--seed {life.seed}"
    )
    return [html.P(BorrowersText.LIFE_COMMAND.say(language, command=command), className="note")]


def _progress(now: PersonSeen, choice: BorrowersChoice, language: Language) -> Any:
    """How far the market is lived through."""
    reply = now.reply
    words = BorrowersText.LIFE_LOOKING.say(language)
    if now.stage == "telling" and choice.person.isdigit():
        words = BorrowersText.LIFE_TELLING.say(language, place=f"{int(choice.person):,}")
    share = 0.0 if reply is None else reply.share
    if reply is not None and reply.compiling:
        words = f"{words}; {BorrowersText.LIFE_COMPILING.say(language)}"
    bar = dmc.Progress(
        value=100 * share, size="sm", className="bar", animated=share == 0, **aria(label=words)
    )
    return html.Div(
        [bar, html.Span(f"{words} · {share:.0%}", className="words")],
        className="status-line",
        role="status",
    )


def _hint(words: str) -> Any:
    return html.P(words, className="hint")
