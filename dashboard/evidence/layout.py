"""How the page Evidence is laid out: scorecard, detail of a check, values and what they rest on."""

import re
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.evidence.content import PROVENANCES, detail, scorecard, search_controls, values
from dashboard.evidence.ids import Id
from dashboard.evidence.texts import EvidenceText
from dashboard.evidence.validations import FIRST, Listed, chosen, listed, read
from dashboard.evidence.values import values_of
from dashboard.library import Library, scenario_stamps
from dashboard.problem import problem
from dashboard.questions import Questions
from sim.evidence.files import Kept
from sim.scenario_files import scenario_paths

TICK = 700
_TEXT = re.compile(r"[^\x00-\x1f]{0,120}")


def evidence(
    library: Library,
    questions: Questions,
    query: Mapping[str, str],
    language: Language,
    scheme: str | None,
) -> Any:
    """The page for an address."""
    name, check = asked_text(query, "validation"), asked_text(query, "check")
    wanted, kind = asked_text(query, "search"), asked_text(query, "provenance")
    provenance = kind if kind in PROVENANCES else ""
    row = chosen(library.runs.folder, name)
    kept = read(row) if row is not None else None
    scenario = scenario_of(kept)
    reply = questions.ask(values_of, scenario, stamp=scenario_stamps())
    return html.Div(
        [
            dcc.Store(id=Id.QUERY),
            dcc.Store(id=Id.CHOSEN, data=check or first_failed(kept)),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=reply.state != "pending"),
            html.H1(EvidenceText.NAME.say(language)),
            html.P(EvidenceText.INTRO.say(language), className="question"),
            html.Div(
                [
                    _which(library, row, name, language),
                    html.P(EvidenceText.HOW.say(language), className="hint"),
                ],
            ),
            html.Div(
                [
                    html.Div(shown(row, name, kept, language), id=Id.SCORECARD),
                    html.Aside(
                        detail(kept, check or first_failed(kept), scheme, language),
                        id=Id.DETAIL,
                        className="card panel check-detail",
                        **aria(live="polite", label=EvidenceText.DETAIL.say(language)),
                    ),
                ],
                className="with-detail",
            ),
            html.P(EvidenceText.NOT_MEASURED.say(language), className="reading"),
            html.Section(
                [
                    html.H2(EvidenceText.PARAMETERS.say(language), id="values-title"),
                    html.Div(search_controls(wanted, provenance, language), className="choice"),
                    html.Div(
                        values(reply, scenario, wanted, provenance, language),
                        id=Id.VALUES,
                        className="words",
                    ),
                ],
                className="card panel",
                **aria(labelledby="values-title"),
            ),
        ],
        className="text-page",
    )


def _which(library: Library, row: Listed | None, name: str, language: Language) -> Any:
    """The list of validations; one that the address names though it is not there is in it."""
    rows = listed(library.runs.folder)
    data = [{"value": one.name, "label": one.label(language)} for one in rows]
    value = row.name if row is not None else name
    if row is None and name:
        data.append({"value": name, "label": name})
    return dmc.Select(
        id=Id.VALIDATION,
        label=EvidenceText.VALIDATION.say(language),
        data=data,
        value=value,
        allowDeselect=False,
        maw=620,
    )


def shown(row: Listed | None, name: str, kept: Kept | None, language: Language) -> list[Any]:
    """The scorecard, or why there is none."""
    if kept is not None:
        return scorecard(kept, language)
    text = EvidenceText.UNKNOWN if row is None else EvidenceText.BROKEN
    called = name if row is None else row.name.partition(":")[2]
    address = f"/evidence?validation=shipped:{FIRST}&lang={language}"
    way_out = html.A(EvidenceText.SHOW_SHIPPED.say(language), href=address)
    return [problem(text.say(language, name=called), [], way_out)]


def scenario_of(kept: Kept | None) -> str:
    """The scenario whose values are listed: the validated one, as far as it is of the library."""
    known = {path.stem for path in scenario_paths()}
    return kept.scenario if kept is not None and kept.scenario in known else FIRST


def first_failed(kept: Kept | None) -> str:
    """The check to open with: the first that failed, else the first."""
    if kept is None or not kept.checks:
        return ""
    failed = [check.name for check in kept.checks if check.judged.verdict == "fail"]
    return failed[0] if failed else kept.checks[0].name


def asked_text(query: Mapping[str, object], name: str) -> str:
    """A text of an address; "" for whatever is none."""
    value = query.get(name)
    return value if isinstance(value, str) and _TEXT.fullmatch(value) else ""
