"""What fills the page Sweeps: what a sweep is, how far it is, and what an analysis shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.graph_card import graph_config
from dashboard.library import Library
from dashboard.problem import problem
from dashboard.questions import Questions, Reply
from dashboard.sweeps_page.analysis import VIEWS, Answer, Asked, Described, Drawn, analyse, describe
from dashboard.sweeps_page.choice import SweepChoice
from dashboard.sweeps_page.folders import SweepRow, listed_sweeps
from dashboard.sweeps_page.texts import SweepsText
from dashboard.table import table
from dashboard.texts import Text

DESIGNS = {
    "full": SweepsText.FULL,
    "lhs": SweepsText.LHS,
    "posterior": SweepsText.POSTERIOR,
}
"""What designs are called that have no inventor's name."""

STAGES = 20
"""Analyses of a sweep that runs are made anew so many times until it is complete."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is of a sweep so far. `token` differs wherever the page has to be drawn anew."""

    row: SweepRow | None
    described: Reply
    answer: Reply
    token: str

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return "pending" in (self.described.state, self.answer.state) or "busy" in (
            self.described.state,
            self.answer.state,
        )

    @property
    def sweep(self) -> Described | None:
        """What the sweep is, once that is known."""
        value = self.described.value
        return value if isinstance(value, Described) else None

    @property
    def grows(self) -> bool:
        """Whether runs are still to come."""
        return self.sweep is not None and self.sweep.running


def found(library: Library, name: str) -> SweepRow | None:
    """The sweep of a name, or the newest; None if there is none."""
    rows = listed_sweeps(library.runs.folder)
    if not name:
        return rows[0] if rows else None
    return next((row for row in rows if row.name == name), None)


def seen(
    library: Library,
    questions: Questions,
    name: str,
    asked: Asked,
    language: Language,
    scheme: str | None,
) -> Shown:
    """What there is to see now; what is not known yet is asked of the worker."""
    nothing = Reply("done")
    row = found(library, name)
    if row is None:
        return Shown(None, nothing, nothing, f"none {name}")
    folder = str(row.folder)
    described = questions.ask(describe, folder, row.stamp)
    if not isinstance(described.value, Described):
        return Shown(row, described, nothing, f"{row.name} {described.state} {described.error}")
    sweep = described.value
    stage = f"{sweep.done * STAGES // max(1, sweep.runs)}"
    stamp = row.stamp if sweep.waiting == 0 else f"{row.stamp.partition('-')[0]}-{stage}"
    ground = "dark" if scheme == "dark" else "light"
    answer = questions.ask(analyse, folder, stamp, asked, language, ground)
    token = f"{row.name} {stamp} {asked} {ground} {answer.state}"
    return Shown(row, described, answer, token)


# --- what a sweep is -----------------------------------------------------------------------------


def about(library: Library, now: Shown, name: str, language: Language) -> Any:
    """Title, question, factors and progress; or why there is nothing."""
    if now.row is None:
        return [_no_sweep(library, name, language)]
    if now.described.state == "failed":
        words = SweepsText.BROKEN.say(language, name=now.row.name)
        return [
            problem(
                words,
                [_detail(now.described.error, language)],
                _way_out(library, now.row, language),
            )
        ]
    if now.sweep is None:
        return [html.P(SweepsText.OPENING.say(language), role="status", className="hint")]
    return [_what(now.sweep, language), _progress(now.sweep, language)]


def _no_sweep(library: Library, name: str, language: Language) -> Any:
    if listed_sweeps(library.runs.folder):
        words = SweepsText.UNKNOWN.say(language, name=name)
        return problem(words, [], _way_out(library, None, language))
    again = html.A(SweepsText.TO_DOCS.say(language), href=f"/sweeps?lang={language}")
    return html.Div(
        [
            html.H2(SweepsText.NONE.say(language)),
            html.P(SweepsText.NONE_DETAIL.say(language)),
            again,
        ],
        className="elsewhere",
    )


def _way_out(library: Library, row: SweepRow | None, language: Language) -> Any:
    """A link to the newest sweep that is another; none where there is no other."""
    rows = [one for one in listed_sweeps(library.runs.folder) if one != row]
    if not rows:
        return ""
    address = SweepChoice(rows[0].name, Asked(VIEWS[0]), language).query()
    words = SweepsText.SHOW_OTHER.say(language, name=rows[0].name)
    return html.A(words, href=f"/sweeps?{address}")


def _detail(error: str, language: Language) -> str:
    return (
        SweepsText.DETAIL.say(language, error=error)
        if error
        else SweepsText.NO_DETAIL.say(language)
    )


def _what(sweep: Described, language: Language) -> Any:
    facts = SweepsText.FACTS.say(
        language,
        design=_design(sweep.design, language),
        points=f"{sweep.points:,}",
        seeds=sweep.seeds,
        runs=f"{sweep.runs:,}",
        borrowers=f"{sweep.borrowers:,}",
        first=sweep.first_month,
        last=sweep.last_month,
        bases=", ".join(sweep.bases),
        version=sweep.version,
    )
    roles = {"lever": SweepsText.LEVER, "uncertainty": SweepsText.UNCERTAINTY}
    heads = [SweepsText.FACTOR, SweepsText.LEVELS, SweepsText.ROLE, SweepsText.WHERE]
    rows = [
        [
            factor.label,
            factor.levels,
            roles[factor.role].say(language) if factor.role in roles else factor.role,
            html.Code(factor.path),
        ]
        for factor in sweep.factors
    ]
    name = SweepsText.FACTORS.say(language)
    return html.Section(
        [
            html.H2(sweep.title, id="sweep-title", lang="en"),
            html.P(sweep.question, className="question", lang="en"),
            html.P(facts, className="hint"),
            html.H3(name),
            table([head.say(language) for head in heads], rows, name),
        ],
        className="card panel words",
        **aria(labelledby="sweep-title"),
    )


def _progress(sweep: Described, language: Language) -> Any:
    """How far it is: a bar in words and lengths, and what failed."""
    line = SweepsText.PROGRESS_LINE.say(
        language,
        done=f"{sweep.done:,}",
        runs=f"{sweep.runs:,}",
        failed=f"{sweep.failed:,}",
        waiting=f"{sweep.waiting:,}",
    )
    words = [line]
    if sweep.running:
        words.append(SweepsText.RUNNING.say(language))
    elif sweep.done < sweep.runs:
        words.append(SweepsText.GO_ON.say(language))
    share = 100 / max(1, sweep.runs)
    bar = dmc.ProgressRoot(
        [
            dmc.ProgressSection(value=sweep.done * share, color="accent"),
            dmc.ProgressSection(value=sweep.failed * share, color="red", striped=True),
        ],
        size="sm",
        **aria(label=line),
    )
    failures = []
    if sweep.failures:
        failures = [
            html.Details(
                [
                    html.Summary(SweepsText.FAILURES.say(language)),
                    html.Ul([html.Li(one, lang="en") for one in sweep.failures]),
                ]
            )
        ]
    return html.Section(
        [
            html.H2(SweepsText.PROGRESS.say(language), id="sweep-progress"),
            bar,
            html.P(" ".join(words), className="hint"),
            *failures,
        ],
        className="card panel",
        **aria(labelledby="sweep-progress"),
    )


# --- what an analysis shows ----------------------------------------------------------------------


def result(now: Shown, language: Language) -> Any:
    """Charts of the analysis and the table behind them; or why there are none."""
    if now.sweep is None:
        return []
    if now.answer.state in ("pending", "busy"):
        text = SweepsText.BUSY if now.answer.state == "busy" else SweepsText.WORKING
        return [html.Div(html.P(text.say(language), role="status"), className="card waiting panel")]
    if now.answer.state == "failed":
        words = SweepsText.NOT_POSSIBLE.say(language)
        return [problem(words, [_detail(now.answer.error, language)], "")]
    answer = now.answer.value
    assert isinstance(answer, Answer)
    cards = [_chart(place, drawn, language) for place, drawn in enumerate(answer.charts)]
    missing = [html.P(answer.missing, className="hint", role="note")] if answer.missing else []
    return [*missing, html.Div(cards, className="cards wide-cards"), _rows(answer, language)]


def _design(kind: str, language: Language) -> str:
    return DESIGNS[kind].say(language) if kind in DESIGNS else kind.capitalize()


def _chart(place: int, drawn: Drawn, language: Language) -> Any:
    identity = f"sweep-chart-{place}"
    height = drawn.figure["layout"]["height"]
    return html.Section(
        [
            html.H2(drawn.title, id=identity),
            html.Div(
                dcc.Graph(
                    figure=drawn.figure,
                    config=graph_config(language),
                    responsive=True,
                    style={"height": f"{height}px"},
                ),
                role="img",
                **aria(label=Text.CHART_OF.say(language, title=drawn.title, note=drawn.note)),
            ),
            html.P(drawn.note, className="note"),
        ],
        className="card",
        **aria(labelledby=identity),
    )


def _rows(answer: Answer, language: Language) -> Any:
    name = Text.AS_TABLE.say(language)
    left: Sequence[Any] = []
    if answer.left_out:
        left = [html.P(SweepsText.ROWS_LEFT.say(language, rows=answer.left_out), className="hint")]
    return html.Details(
        [html.Summary(name), table(answer.heads, answer.rows, name), *left], className="card panel"
    )
