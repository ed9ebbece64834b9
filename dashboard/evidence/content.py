"""What fills the page Evidence: the scorecard, one check in detail, the table of values."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.evidence.ids import Id, check_button
from dashboard.evidence.texts import EvidenceText
from dashboard.evidence.validations import is_stale
from dashboard.evidence.values import MOST_ROWS, counts, searched
from dashboard.evidence.written import grouped, unit_in
from dashboard.graph_card import graph_config
from dashboard.questions import Reply
from dashboard.table import table
from dashboard.texts import Text
from dashboard.theme import look_of
from sim.evidence.check import VERDICTS
from sim.evidence.figures import check_figure
from sim.evidence.files import Kept, KeptCheck
from sim.evidence.provenance import ValueRow
from sim.evidence.validating import SEEDS
from sim.evidence.wording import (
    FITTED,
    GROUPS,
    SIGNS,
    USES,
    VERDICT_WORDS,
    about,
    accepted,
    figure_text,
    interval,
    title,
    words,
)

PROVENANCES = {
    "sourced": EvidenceText.SOURCED,
    "calibrated": EvidenceText.CALIBRATED,
    "assumed": EvidenceText.ASSUMED,
}


def verdict_mark(verdict: str, language: Language, *, fitted: bool = False) -> Any:
    """A verdict as sign and word; colour says it once more. fitted : which validates nothing."""
    beside = f" ({words(FITTED, language)})" if fitted else ""
    return html.Span(
        [
            html.Span(SIGNS[verdict], **aria(hidden="true")),
            f" {words(VERDICT_WORDS[verdict], language)}{beside}",
        ],
        className=f"verdict {verdict}",
    )


def made(kept: Kept, language: Language) -> list[Any]:
    """What was run on what, and what to be wary of."""
    manifest = kept.manifest
    first, seeds = int(manifest["seed"]), int(manifest["seeds"])
    line = EvidenceText.MADE.say(
        language,
        scenario=kept.scenario,
        first=first,
        last=first + seeds - 1,
        borrowers=f"{int(manifest['borrowers']):,}",
        version=manifest.get("versions", {}).get("loansim", "?"),
        date=str(manifest.get("finished", ""))[:10],
    )
    warnings = []
    if seeds < SEEDS:
        warnings.append(EvidenceText.FEW_SEEDS.say(language))
    if is_stale(kept):
        warnings.append(EvidenceText.OTHER_VERSION.say(language))
    return [
        html.P(line, className="hint"),
        *(html.P(text, className="hint warning", role="note") for text in warnings),
    ]


def summary(kept: Kept, language: Language) -> Any:
    """How many checks came to which verdict."""
    marks = [
        html.Li(
            [
                verdict_mark(verdict, language),
                html.Strong(f" {kept.count(verdict)}"),
            ]
        )
        for verdict in VERDICTS
        if kept.count(verdict)
    ]
    if kept.fitted:
        met = sum(check.judged.verdict == "pass" for check in kept.fitted)
        marks.append(html.Li(EvidenceText.FITTED.say(language, fitted=len(kept.fitted), met=met)))
    return html.Ul(marks, className="verdicts", **aria(label=EvidenceText.VERDICTS.say(language)))


def scorecard(kept: Kept, language: Language) -> list[Any]:
    """The checks by group, each with its figures in words."""
    groups = list(dict.fromkeys(check.group for check in kept.checks))
    return [
        *made(kept, language),
        summary(kept, language),
        *(_group(kept, group, language) for group in groups),
    ]


def _group(kept: Kept, group: str, language: Language) -> Any:
    name = words(GROUPS[group], language)
    heads = [EvidenceText.CHECK, EvidenceText.VERDICT, EvidenceText.DATA, EvidenceText.MODEL]
    heads += [EvidenceText.INTERVAL, EvidenceText.ACCEPTED]
    rows = [
        [
            html.Button(
                title(check, language),
                id=check_button(check.name),
                className="check-name",
                type="button",
            ),
            verdict_mark(check.judged.verdict, language, fitted=check.is_fitted),
            _named(EvidenceText.DATA, figure_text(check, check.data, language), language),
            _named(EvidenceText.MODEL, figure_text(check, check.judged.mean, language), language),
            interval(check, language),
            accepted(check, language),
        ]
        for check in kept.checks
        if check.group == group
    ]
    return html.Section(
        [
            html.H2(name, id=f"group-{group}"),
            table([head.say(language) for head in heads], rows, name, answers=True),
        ],
        className="card panel scorecard",
        **aria(labelledby=f"group-{group}"),
    )


def _named(head: EvidenceText, value: str, language: Language) -> Any:
    """A cell that says what it is where the table has no heads, as on a phone."""
    return html.Span(
        [html.Span(f"{head.say(language)} ", className="only-phone", **aria(hidden="true")), value]
    )


def detail(kept: Kept | None, name: str, scheme: str | None, language: Language) -> list[Any]:
    """One check: data against the model, and what is behind the figures."""
    check = next((one for one in kept.checks if one.name == name), None) if kept else None
    if check is None:
        return [
            html.H2(EvidenceText.DETAIL.say(language)),
            html.P(EvidenceText.CHOOSE.say(language), className="hint"),
        ]
    note = EvidenceText.CHART_NOTE.say(language)
    what = title(check, language)
    figure = check_figure(check, look_of(scheme, language))
    return [
        html.H2(what),
        html.P(verdict_mark(check.judged.verdict, language, fitted=check.is_fitted)),
        html.Div(
            dcc.Graph(
                figure=figure,
                config=graph_config(language),
                responsive=True,
                style={"height": f"{figure['layout']['height']}px"},
            ),
            role="img",
            **aria(label=Text.CHART_OF.say(language, title=what, note=_in_words(check, language))),
        ),
        html.P(note, className="note"),
        html.Dl(
            [
                part
                for text, value in _facts(check, language)
                for part in (html.Dt(text.say(language)), html.Dd(value))
            ],
            className="facts",
        ),
    ]


def _in_words(check: KeptCheck, language: Language) -> str:
    return "; ".join(
        f"{text.say(language)} {value}"
        for text, value in (
            (EvidenceText.DATA, figure_text(check, check.data, language)),
            (EvidenceText.MODEL, figure_text(check, check.judged.mean, language)),
            (EvidenceText.ACCEPTED, accepted(check, language)),
        )
    )


def _facts(check: KeptCheck, language: Language) -> list[tuple[EvidenceText, str]]:
    return [
        (EvidenceText.TAKEN, about(check, language)),
        (EvidenceText.DATA, figure_text(check, check.data, language)),
        (EvidenceText.MODEL, figure_text(check, check.judged.mean, language)),
        (EvidenceText.INTERVAL, interval(check, language) or "–"),
        (EvidenceText.ACCEPTED, accepted(check, language)),
        (EvidenceText.USE, words(USES[check.use], language) if check.use in USES else check.use),
        (EvidenceText.SOURCE, check.source),
        (EvidenceText.TOLERANCE, check.tolerance),
    ]


# --- values --------------------------------------------------------------------------------------


def values(
    reply: Reply, scenario: str, wanted: str, provenance: str, language: Language
) -> list[Any]:
    """The values that a search finds, or how far reading them is."""
    if reply.state in ("pending", "busy"):
        return [html.P(EvidenceText.READING.say(language), role="status", className="hint")]
    if reply.state == "failed":
        return [html.P(EvidenceText.NO_VALUES.say(language), role="alert", className="hint")]
    rows: tuple[ValueRow, ...] = reply.value
    found = searched(rows, wanted, provenance)
    numbers = counts(rows)
    note = EvidenceText.PARAMETERS_NOTE.say(
        language,
        scenario=scenario,
        sourced=numbers["sourced"],
        calibrated=numbers["calibrated"],
        assumed=numbers["assumed"],
    )
    heads = [EvidenceText.PATH, EvidenceText.VALUE, EvidenceText.UNIT, EvidenceText.PROVENANCE]
    heads += [EvidenceText.SOURCE, EvidenceText.MEANING]
    cells = [
        [
            html.Code(row.path),
            grouped(row.value),
            unit_in(row.unit, language),
            PROVENANCES[row.provenance].say(language),
            html.Span(row.source, lang="en"),
            html.Span(row.meaning, lang="en"),
        ]
        for row in found[:MOST_ROWS]
    ]
    shown = EvidenceText.ROWS.say(language, shown=len(cells), found=len(found))
    name = EvidenceText.PARAMETERS.say(language)
    return [
        html.P(note, className="hint"),
        html.P(shown, className="hint", role="status"),
        table([head.say(language) for head in heads], cells, name),
    ]


def search_controls(wanted: str, provenance: str, language: Language) -> list[Any]:
    """A search field, and what values rest on."""
    kinds = [{"value": "", "label": EvidenceText.ALL.say(language)}]
    kinds += [{"value": name, "label": text.say(language)} for name, text in PROVENANCES.items()]
    return [
        dmc.TextInput(
            id=Id.SEARCH,
            label=EvidenceText.SEARCH.say(language),
            description=EvidenceText.SEARCH_HELP.say(language),
            value=wanted,
            debounce=300,
            className="wide",
        ),
        dmc.Select(
            id=Id.PROVENANCE,
            label=EvidenceText.PROVENANCE.say(language),
            data=kinds,
            value=provenance,
            allowDeselect=False,
        ),
    ]
