"""What fills the page Policy: timeline, what binds by licence, rule by rule, history."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language, in_both, said
from dashboard.choice import RUN
from dashboard.graph_card import graph_config
from dashboard.library import Library, scenario_stamps
from dashboard.policy.figures import rule_name, timeline_figure
from dashboard.policy.in_chinese import BODIES, EVENTS, SOURCES, UNITS
from dashboard.policy.mechanisms import MECHANISMS, YUAN, level_in, licence_words
from dashboard.policy.rules import Rules, rules_of, timeline
from dashboard.policy.texts import PolicyText
from dashboard.policy_words import RULES, yuan_in
from dashboard.problem import problem
from dashboard.questions import Questions, Reply
from dashboard.table import table
from dashboard.texts import Text
from dashboard.theme import look_of
from sim.core.errors import InputError
from sim.names import segment_name
from sim.policy_rows import NOBODY_ELSE, BindingRow, RuleRow, StepRow

FIRST = "observed"
LICENCES = ("facilitation", "small_loan", "consumer_finance", "internet_bank", "bank")


def asked_rules(library: Library, questions: Questions, source: str, month: str) -> Reply:
    """The rules of a scenario of the library, or of the one that a run was of."""
    if source.startswith(RUN):
        run = library.runs.find(source.removeprefix(RUN))
        if run is None:
            return Reply("failed")
        try:
            described = library.runs.read(run).manifest["scenario"]
        except InputError:
            return Reply("failed")
        return questions.ask(rules_of, str(described["name"]), str(described["text"]), month)
    if source not in library.scenarios():
        return Reply("failed")
    return questions.ask(rules_of, source, "", month, stamp=scenario_stamps())


def content(reply: Reply, source: str, scheme: str | None, language: Language) -> list[Any]:
    """All that is known of the rules, or how far reading them is."""
    if reply.state in ("pending", "busy"):
        return [html.P(PolicyText.READING.say(language), role="status", className="hint")]
    if reply.state == "failed":
        way_out = html.A(
            PolicyText.SHOW_FIRST.say(language), href=f"/policy?scenario={FIRST}&lang={language}"
        )
        words = PolicyText.NO_RULES.say(language, name=source)
        return [problem(words, [reply.error] if reply.error else [], way_out)]
    rules: Rules = reply.value
    return [
        html.P(said(in_both(rules.title, rules.title_zh), language), className="question"),
        _binding(rules, language),
        _timeline(rules, scheme, language),
        _each(rules, language),
    ]


def _timeline(rules: Rules, scheme: str | None, language: Language) -> Any:
    figure = timeline_figure(rules, look_of(scheme, language))
    title, note = PolicyText.TIMELINE.say(language), PolicyText.TIMELINE_NOTE.say(language)
    return html.Section(
        [
            html.H2(title, id="policy-timeline"),
            html.Div(
                html.Div(
                    dcc.Graph(
                        figure=figure,
                        config=graph_config(language),
                        responsive=True,
                        style={"height": f"{figure['layout']['height']}px"},
                    ),
                    className="wide-chart",
                ),
                role="img",
                className="scrolls",
                tabIndex=0,
                **aria(label=Text.CHART_OF.say(language, title=title, note=note)),
            ),
            html.P(note, className="note"),
        ],
        className="card panel",
        **aria(labelledby="policy-timeline"),
    )


def _binding(rules: Rules, language: Language) -> Any:
    """A table by licence, then what holds for all."""
    title = PolicyText.BINDING.say(language, month=rules.month)
    heads = [PolicyText.INSTRUMENT.say(language)]
    heads += [licence_words(name, language) for name in LICENCES]
    by_licence = [row for row in rules.binding if NOBODY_ELSE not in row.words]
    others = [row for row in rules.binding if NOBODY_ELSE in row.words]
    cells = [
        [_instrument(row, language), *(level_in(row.words.get(x, ""), language) for x in LICENCES)]
        for row in by_licence
    ]
    everybody = PolicyText.EVERYBODY.say(language)
    rest = [
        [_instrument(row, language), level_in(row.words[NOBODY_ELSE], language)] for row in others
    ]
    both = [PolicyText.INSTRUMENT.say(language), PolicyText.LEVEL.say(language)]
    return html.Section(
        [
            html.H2(title, id="policy-binding"),
            html.P(
                PolicyText.BINDING_NOTE.say(language, lpr=f"{100 * rules.lpr:.4g}%"),
                className="hint",
            ),
            table(heads, cells, title),
            html.H3(everybody),
            table(both, rest, everybody),
        ],
        className="card panel",
        **aria(labelledby="policy-binding"),
    )


def _instrument(row: BindingRow, language: Language) -> str:
    name, _, rest = row.instrument.partition(", ")
    said_name = RULES.get(name, name) if language == "zh" else name
    return f"{said_name}{', ' if rest else ''}{rest}"


def _each(rules: Rules, language: Language) -> Any:
    """Every rule: whom it binds, its steps, its source, and what it does in the model."""
    title = PolicyText.RULES.say(language)
    heads = [PolicyText.RULE, PolicyText.BINDS, PolicyText.STEPS, PolicyText.MECHANISM]
    heads += [PolicyText.SOURCE]
    rows = [
        [
            rule_name(row, language),
            _whom(row, language),
            _steps(row, language),
            MECHANISMS[row.instrument].say(language) if row.instrument in MECHANISMS else "",
            _in_words(row.source, SOURCES, language),
        ]
        for row in rules.rules
    ]
    return html.Section(
        [
            html.H2(title, id="policy-rules"),
            table([head.say(language) for head in heads], rows, title),
        ],
        className="card panel words",
        **aria(labelledby="policy-rules"),
    )


def _in_words(text: str, chinese: Mapping[str, str], language: Language) -> Any:
    """A text of the data in the page's language; as it is, where it is known in English only."""
    if language == "zh" and text in chinese:
        return chinese[text]
    return html.Span(text.replace("<=", "≤").replace(">=", "≥"), lang="en")


UNITS_IN_ENGLISH = {"%": "%", "count": "", "x": " times", "date": ""}
"""Units of the policy timeline that are not written as they are."""


def _value(value: str, unit: str, language: Language) -> str:
    """A value of the policy timeline with its unit; events have none."""
    if unit == "event":
        return ""
    if value.isdigit() and len(value) > 4:
        value = f"{int(value):,}"
    if language == "zh":
        size, is_yuan, _ = unit.rpartition("yuan")
        if is_yuan:
            factor = YUAN[f" {size.strip()}".rstrip()]
            numbers = [float(one.replace(",", "")) * factor for one in value.split("/")]
            return "/".join(yuan_in(number, language) for number in numbers)
        return f"{value}{UNITS.get(unit, unit)}"
    return f"{value}{UNITS_IN_ENGLISH.get(unit, f' {unit}')}"


def _whom(row: RuleRow, language: Language) -> str:
    licences = ", ".join(licence_words(name, language) for name in row.binds)
    if not row.segments:
        return licences
    names = ", ".join(segment_name(name.replace(" ", "_"), language) for name in row.segments)
    return f"{licences}; {PolicyText.FOR_SEGMENTS.say(language, segments=names)}"


def _steps(row: RuleRow, language: Language) -> Any:
    items = [html.Li(_step(step, language)) for step in row.steps]
    if row.until is not None:
        items.append(html.Li(PolicyText.UNTIL.say(language, month=row.until)))
    return html.Ul(items, className="steps")


def _step(step: StepRow, language: Language) -> str:
    words = level_in(step.words, language)
    parts = [PolicyText.STEP.say(language, level=words, start=step.start)]
    if step.announced is not None and step.announced < step.start:
        parts.append(PolicyText.ANNOUNCED.say(language, month=step.announced))
    if step.phase_in_months:
        parts.append(PolicyText.PHASED.say(language, months=step.phase_in_months))
    return ", ".join(parts)


def history(language: Language) -> Any:
    """The dated events that rules rest on."""
    title = PolicyText.HISTORY.say(language)
    heads = [PolicyText.DATE, PolicyText.EVENT, PolicyText.BODY, PolicyText.VALUE, PolicyText.SURE]
    sure = {"seen in source": PolicyText.SEEN, "unconfirmed": PolicyText.UNCONFIRMED}
    rows = [
        [
            row["date"],
            _in_words(row["indicator"], EVENTS, language),
            _in_words(row["entity"], BODIES, language),
            _value(row["value"], row["unit"], language),
            sure[row["confidence"]].say(language) if row["confidence"] in sure else "",
        ]
        for row in timeline()
    ]
    return html.Section(
        [
            html.H2(title, id="policy-history"),
            html.P(PolicyText.HISTORY_NOTE.say(language), className="hint"),
            table([head.say(language) for head in heads], rows, title),
        ],
        className="card panel words",
        **aria(labelledby="policy-history"),
    )
