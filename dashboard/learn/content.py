"""What fills the page Learn: concepts with charts of a run, and the tour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.choice import USUAL_BORROWERS, USUAL_SEEDS
from dashboard.graph_card import graph_config
from dashboard.learn import figures as draw
from dashboard.learn.texts import LearnText
from dashboard.library import Library, Sight
from dashboard.problem import problem
from dashboard.texts import Text
from dashboard.theme import look_of
from sim.core.errors import InputError
from sim.evidence.figures import check_figure
from sim.evidence.files import SHIPPED, read_validation
from sim.figures import Figure, Look, Tables

PAIRED_CHECK = "published_cap_price"


@dataclass(frozen=True, slots=True)
class Concept:
    """A word: its name, what it means, and how a run shows it."""

    identity: str
    title: LearnText
    words: LearnText
    draw: Callable[[Tables, Look], Figure]


CONCEPTS = (
    Concept("hhi", LearnText.HHI, LearnText.HHI_TEXT, draw.hhi_figure),
    Concept("vintage", LearnText.VINTAGE, LearnText.VINTAGE_TEXT, draw.vintage_figure),
    Concept("roll", LearnText.ROLL, LearnText.ROLL_TEXT, draw.roll_figure),
    Concept("leverage", LearnText.LEVERAGE, LearnText.LEVERAGE_TEXT, draw.leverage_figure),
    Concept("apr", LearnText.APR, LearnText.APR_TEXT, draw.apr_figure),
    Concept("lgd", LearnText.LGD, LearnText.LGD_TEXT, draw.lgd_figure),
)

TOUR: Mapping[LearnText, str] = {
    LearnText.STEP_1: "/?scenario=observed",
    LearnText.STEP_2: "/?scenario=cap_12_early&against=observed&view=difference",
    LearnText.STEP_3: "/policy?scenario=cap_12_early&month=2026-07",
    LearnText.STEP_4: "/evidence?validation=shipped:observed&check=published_cap_price",
    LearnText.STEP_5: "/what-if?scenario=observed&cap=16,2026-07,0,0",
}
"""Step -> the address that prepares its page."""


def sight_of(library: Library, source: str) -> Sight:
    """The run that charts are drawn from: the newest of the folder, or `observed` on the spot."""
    return library.see(source or library.usual(), USUAL_SEEDS, USUAL_BORROWERS)


def token(sight: Sight, scheme: str | None) -> str:
    """Differs wherever the charts have to be drawn anew."""
    return f"{sight.token} {sight.is_open} {sight.problem is not None} {scheme or 'light'}"


def concepts(sight: Sight, scheme: str | None, language: Language) -> list[Any]:
    """All concepts; without a run their words, and why there is no chart."""
    look = look_of(scheme, language)
    cards = [_concept(one, sight, look, language) for one in CONCEPTS]
    return [
        *_trouble(sight, language),
        html.Div([*cards, _paired(look, language)], className="cards"),
    ]


def _trouble(sight: Sight, language: Language) -> list[Any]:
    """Why there is no run to draw from, where that is so."""
    words = ""
    if sight.problem is not None:
        words = sight.problem.text.say(language, **sight.problem.values)
    elif sight.report is not None and sight.report.state in ("failed", "cancelled"):
        words = sight.report.error or sight.report.state
    if not words or sight.tables is not None:
        return []
    way_out = html.A(LearnText.TO_MARKET.say(language), href=f"/?lang={language}")
    return [problem(LearnText.NO_RUN.say(language, error=words), [], way_out)]


def _concept(concept: Concept, sight: Sight, look: Look, language: Language) -> Any:
    month = draw.last_month(sight.tables) if sight.tables is not None else sight.months[1]
    words = concept.words.say(language, month=month)
    title = concept.title.say(language)
    if sight.tables is None:
        chart: Any = html.P(LearnText.WAITING.say(language), role="status", className="hint")
    else:
        chart = _graph(concept.draw(sight.tables, look), title, words, language)
    return _card(concept.identity, title, words, chart)


def _paired(look: Look, language: Language) -> Any:
    """Paired seeds, from the scorecard that comes with the program."""
    title, words = LearnText.PAIRED.say(language), LearnText.PAIRED_TEXT.say(language)
    try:
        kept = read_validation(SHIPPED / "observed.json")
        check = next(one for one in kept.checks if one.name == PAIRED_CHECK)
    except (InputError, StopIteration):
        return _card("paired", title, words, [])
    return _card("paired", title, words, _graph(check_figure(check, look), title, words, language))


def _graph(figure: Figure, title: str, words: str, language: Language) -> Any:
    tall = {"height": f"{figure['layout']['height']}px"}
    return html.Div(
        dcc.Graph(figure=figure, config=graph_config(language), responsive=True, style=tall),
        role="img",
        **aria(label=Text.CHART_OF.say(language, title=title, note=words)),
    )


def _card(identity: str, title: str, words: str, chart: Any) -> Any:
    mark: Any = {"data-concept": identity}
    return html.Section(
        [
            html.H2(title, id=f"learn-{identity}"),
            html.P(words, className="lesson"),
            html.Div(chart),
        ],
        className="card",
        **aria(labelledby=f"learn-{identity}"),
        **mark,
    )


def tour(language: Language) -> Any:
    """Links that prepare pages, one after another."""
    steps = [
        html.Li(html.A(text.say(language), href=f"{address}&lang={language}"))
        for text, address in TOUR.items()
    ]
    return html.Section(
        [
            html.H2(LearnText.TOUR.say(language), id="learn-tour"),
            html.P(LearnText.TOUR_TEXT.say(language), className="hint"),
            html.Ol(steps, className="tour"),
        ],
        className="card panel",
        **aria(labelledby="learn-tour"),
    )
