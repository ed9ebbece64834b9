"""How the page Policy is laid out: scenario and month, then what the rules come to."""

import re
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.answers import rests_on
from dashboard.aria import aria
from dashboard.catalogue import Language, said
from dashboard.choice import Choice
from dashboard.library import FIRST_SCENARIO, Library
from dashboard.policy.content import asked_rules, content, history
from dashboard.policy.ids import Id
from dashboard.policy.texts import PolicyText
from dashboard.questions import Questions
from dashboard.texts import Text
from sim.core.months import Month

TICK = 500
FROM, MONTHS = Month.of(2024, 1), 84
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def policy(
    library: Library,
    questions: Questions,
    query: Mapping[str, str],
    language: Language,
    scheme: str | None,
) -> Any:
    """The page for an address."""
    source = Choice.of(query).scenario or FIRST_SCENARIO
    month = asked_month_text(query.get("month"))
    reply = asked_rules(library, questions, source, month)
    if reply.state == "done":
        rests_on(())
    return html.Div(
        [
            dcc.Store(id=Id.QUERY),
            dcc.Interval(id=Id.TICKER, interval=TICK, disabled=reply.state != "pending"),
            html.H1(PolicyText.NAME.say(language)),
            html.P(PolicyText.INTRO.say(language), className="question"),
            html.Section(
                [
                    dmc.Select(
                        id=Id.SCENARIO,
                        label=Text.SCENARIO.say(language),
                        data=_scenarios(library, source, language),
                        value=source,
                        allowDeselect=False,
                        searchable=True,
                        className="wide",
                    ),
                    dmc.Select(
                        id=Id.MONTH,
                        label=PolicyText.MONTH.say(language),
                        data=[str(Month(FROM + place)) for place in range(MONTHS)],
                        value=month,
                        allowDeselect=False,
                        searchable=True,
                    ),
                ],
                className="choice",
                **aria(label=PolicyText.NAME.say(language)),
            ),
            html.Div(
                content(reply, source, scheme, language),
                id=Id.CONTENT,
                **aria(live="polite"),
            ),
            history(language),
        ],
        className="text-page",
    )


def _scenarios(library: Library, source: str, language: Language) -> list[dict[str, str]]:
    known = library.scenarios()
    items = [
        {"value": name, "label": f"{said(title, language)} · {name}"}
        for name, title in known.items()
    ]
    return items if source in known else [*items, {"value": source, "label": source}]


def asked_month_text(text: object) -> str:
    """A month of an address; the first reported one for whatever is none of a run."""
    if isinstance(text, str) and _MONTH.fullmatch(text):
        if FROM <= Month.parse(text) < FROM + MONTHS:
            return text
    return str(FROM)
