"""How the page Sweeps is laid out: which sweep, what of it, and the answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Language, said
from dashboard.library import Library
from dashboard.questions import Questions
from dashboard.sweeps_page.analysis import Described, View
from dashboard.sweeps_page.choice import MOST_AIMS, SweepChoice
from dashboard.sweeps_page.content import Shown, about, result, seen
from dashboard.sweeps_page.folders import listed_sweeps
from dashboard.sweeps_page.ids import Id
from dashboard.sweeps_page.texts import SweepsText

SOON, LATER = 500, 5_000
"""Milliseconds between two looks: while an answer is to come, and while a sweep is running."""

NAMES: Mapping[View, SweepsText] = {
    "surface": SweepsText.SURFACE,
    "parallel": SweepsText.PARALLEL,
    "sensitivity": SweepsText.SENSITIVITY,
    "front": SweepsText.FRONT,
    "boxes": SweepsText.BOXES,
    "effects": SweepsText.EFFECTS,
    "bands": SweepsText.BANDS,
}


def sweeps(
    library: Library,
    questions: Questions,
    query: Mapping[str, str],
    language: Language,
    scheme: str | None,
) -> Any:
    """The page for an address."""
    choice = SweepChoice.of(query)
    now = seen(library, questions, choice.sweep, choice.asked, language, scheme)
    return html.Div(
        [
            dcc.Store(id=Id.QUERY),
            dcc.Store(id=Id.SHOWN, data=now.token),
            dcc.Interval(id=Id.TICKER, interval=SOON),
            html.H1(SweepsText.NAME.say(language)),
            html.P(SweepsText.INTRO.say(language), className="question"),
            html.Section(
                controls(library, choice, now, language),
                className="choice sweep-choice",
                hidden=not listed_sweeps(library.runs.folder),
                **aria(label=SweepsText.CHOICE.say(language)),
            ),
            html.Div(about(library, now, choice.sweep, language), id=Id.ABOUT),
            html.Div(result(now, language), id=Id.RESULT, **aria(live="polite")),
        ],
        className="text-page",
    )


def controls(library: Library, choice: SweepChoice, now: Shown, language: Language) -> list[Any]:
    """All that can be chosen; what a view does not need is hidden."""
    asked = choice.asked
    unneeded = needless(asked.view)
    rows = listed_sweeps(library.runs.folder)
    chosen = now.row.name if now.row is not None else choice.sweep
    names = [
        {
            "value": row.name,
            "label": f"{row.name} · {row.title}",
        }
        for row in rows
    ]
    if chosen and chosen not in {row.name for row in rows}:
        names.append({"value": chosen, "label": chosen})
    views = [{"value": view, "label": text.say(language)} for view, text in NAMES.items()]
    lists = choices(now.sweep, language)
    usual = {"value": "", "label": SweepsText.USUAL_AXIS.say(language)}

    def select(identity: Id, label: SweepsText, data: list[Any], value: str) -> Any:
        return dmc.Select(
            id=identity,
            label=label.say(language),
            data=with_asked(data, [value]),
            value=value,
            allowDeselect=False,
            searchable=len(data) > 8,
        )

    return [
        html.Div(select(Id.SWEEP, SweepsText.SWEEP, names, chosen), className="wide"),
        select(Id.VIEW, SweepsText.VIEW, views, asked.view),
        html.Div(
            select(Id.MEASURE, SweepsText.MEASURE, lists["measures"], asked.measure),
            id=Id.MEASURE_BOX,
            hidden=Id.MEASURE_BOX in unneeded,
        ),
        select(Id.HORIZON, SweepsText.HORIZON, lists["horizons"], asked.horizon),
        html.Div(
            [
                select(Id.ACROSS, SweepsText.ACROSS, [usual, *lists["factors"]], asked.across),
                select(Id.UP, SweepsText.UP, [usual, *lists["factors"]], asked.up),
            ],
            id=Id.AXES_BOX,
            className="two",
            hidden=Id.AXES_BOX in unneeded,
        ),
        html.Div(
            dmc.TextInput(
                id=Id.CONDITION,
                label=SweepsText.CONDITION.say(language),
                description=SweepsText.CONDITION_HELP.say(language),
                value=asked.condition,
                debounce=True,
            ),
            id=Id.CONDITION_BOX,
            className="wide",
            hidden=Id.CONDITION_BOX in unneeded,
        ),
        html.Div(
            dmc.MultiSelect(
                id=Id.AIMS,
                label=SweepsText.AIMS.say(language),
                data=with_asked(lists["aims"], asked.aims),
                value=list(asked.aims),
                maxValues=MOST_AIMS,
                searchable=True,
            ),
            id=Id.AIMS_BOX,
            className="wide",
            hidden=Id.AIMS_BOX in unneeded,
        ),
    ]


def needless(view: View) -> set[Id]:
    """The boxes with controls that a view does not need, and that are hidden for it."""
    needed = {"surface": Id.AXES_BOX, "boxes": Id.CONDITION_BOX, "front": Id.AIMS_BOX}
    boxes = {box for other, box in needed.items() if other != view}
    return boxes | {Id.MEASURE_BOX} if view == "front" else boxes


def with_asked(data: list[dict[str, str]], asked: Sequence[str]) -> list[dict[str, str]]:
    """What can be chosen, and what was asked for before the sweep was known."""
    known = {item["value"] for item in data}
    return [*data, *({"value": one, "label": one} for one in asked if one and one not in known)]


def choices(sweep: Described | None, language: Language) -> dict[str, list[dict[str, str]]]:
    """What can be chosen of a sweep; the usual alone where it is not known yet."""
    usual = {"value": "", "label": SweepsText.USUAL_AXIS.say(language)}
    if sweep is None:
        return {"measures": [usual], "horizons": [usual], "factors": [], "aims": []}
    measures = [{"value": name, "label": said(words, language)} for name, words in sweep.measures]
    horizons = [{"value": name, "label": said(words, language)} for name, words in sweep.horizons]
    ways = {"max": SweepsText.MORE, "min": SweepsText.LESS}
    return {
        "measures": [usual, *measures],
        "horizons": [usual, *horizons],
        "factors": [
            {"value": factor.name, "label": factor.label}
            for factor in sweep.factors
            if factor.is_number
        ],
        "aims": [
            {
                "value": f"{name}:{way}",
                "label": text.say(language, measure=said(words, language)),
            }
            for name, words in sweep.measures
            for way, text in ways.items()
        ],
    }
