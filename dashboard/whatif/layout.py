"""How the page What-if is laid out: levers at the left, what they change at the right."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.aria import aria
from dashboard.cards import Card
from dashboard.catalogue import Catalogue, Language, said
from dashboard.choice import RUN
from dashboard.graph_card import graph_config
from dashboard.library import Library, Problem
from dashboard.market.layout import measure_name
from dashboard.market.texts import MarketText
from dashboard.texts import Text
from dashboard.uploads import LARGEST_UPLOAD, UPLOAD
from dashboard.whatif.choice import BORROWERS, SEEDS, SHOWN, STRATEGIES, WhatIf
from dashboard.whatif.content import (
    drawn,
    effects_and_reasons,
    marked,
    seen,
    status,
)
from dashboard.whatif.files import FILES, FOLDER
from dashboard.whatif.ids import Id, card_id, lever_id
from dashboard.whatif.levers import AHEAD, FIRST, LASTS, LEVERS, OVER, Lever
from dashboard.whatif.texts import WhatIfText
from dashboard.whatif.timeline import MONTHS, START, timeline
from sim.core.errors import InputError
from sim.core.months import Month
from sim.names import lender_name, segment_name
from sim.scenario_files import find_scenarios
from sim.scenario_subjects import SUBJECTS

TICK = 150
"""Milliseconds between two questions about a simulation."""

USUAL_SCENARIO = "observed"

PRESETS = {
    "monopoly": WhatIfText.MONOPOLY,
    "low": WhatIfText.LOW,
    "medium": WhatIfText.MEDIUM,
    "high": WhatIfText.HIGH,
}

SUBJECT_NAMES = {
    "baseline": WhatIfText.SUBJECT_BASELINE,
    "price_caps": WhatIfText.SUBJECT_PRICE_CAPS,
    "capital_and_funding": WhatIfText.SUBJECT_CAPITAL,
    "supervision": WhatIfText.SUBJECT_SUPERVISION,
    "data_and_technology": WhatIfText.SUBJECT_DATA,
    "competition": WhatIfText.SUBJECT_COMPETITION,
    "strategies": WhatIfText.SUBJECT_STRATEGIES,
    "market_structure": WhatIfText.SUBJECT_STRUCTURE,
    "support": WhatIfText.SUBJECT_SUPPORT,
    "shocks": WhatIfText.SUBJECT_SHOCKS,
    "other": WhatIfText.SUBJECT_OTHER,
}

UNITS = {
    "percent": WhatIfText.PERCENT,
    "times": WhatIfText.TIMES,
    "points": WhatIfText.POINTS,
}


def what_if(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address, drawn as far as there is something to draw."""
    of_base, replaced = _from_a_run(library, query, language)
    what = replace(WhatIf.of(of_base), language=language)
    asker = uuid.uuid4().hex
    now = seen(library, what, asker=asker)
    table, reasons = effects_and_reasons(library, what, now, language)
    return html.Div(
        [
            dcc.Store(id=Id.ASKER, data=asker),
            dcc.Store(id=Id.QUERY, data=what.query() if not what.faults else _raw(query)),
            dcc.Store(id=Id.SHOWN, data=marked(what, now)),
            dcc.Store(id=Id.GO),
            dcc.Interval(id=Id.TICKER, interval=TICK),
            html.H1(WhatIfText.NAME.say(language), className="unseen"),
            *([html.P(replaced, className="hint replaced", role="alert")] if replaced else []),
            html.Section(
                _levers(library, what, language),
                className="levers",
                **aria(label=WhatIfText.LEVERS.say(language)),
            ),
            html.Div(
                [
                    html.Section(
                        [
                            html.H2(WhatIfText.TIMELINE.say(language)),
                            html.Div(timeline(what, language), id=Id.TIMELINE),
                        ],
                        className="timeline",
                    ),
                    html.Div(
                        status(what, now, language),
                        id=Id.STATUS,
                        className="status",
                        role="status",
                        **aria(live="polite", label=Text.STATUS.say(language)),
                    ),
                    _view(what, language),
                    html.Div(
                        [_card(library, card, what, scheme, language) for card in SHOWN],
                        id=Id.CARDS,
                        className="cards",
                    ),
                    html.Div(reasons, id=Id.BECAUSE, className="effects because"),
                    html.Div(table, id=Id.EFFECTS, className="effects"),
                    html.Div(files(what, language), id=Id.FILES, className="files"),
                ],
                className="answers",
            ),
        ],
        className="whatif",
    )


def _raw(query: Mapping[str, str]) -> str:
    """A query as it came: what cannot be is told again until a lever is moved."""
    from urllib.parse import urlencode

    return urlencode({name: str(value)[:200] for name, value in query.items()})


def _from_a_run(
    library: Library, query: Mapping[str, str], language: Language
) -> tuple[Mapping[str, str], str]:
    """The base is the scenario of a run, where another page shows a run.

    With what to say where it cannot be: no such run, or of a scenario that is not there.
    """
    name = str(query.get("scenario") or "")
    if not name.startswith(RUN):
        return query, ""
    name = name.removeprefix(RUN)
    run = library.runs.find(name)
    if run is not None and run.scenario in library.scenarios():
        return {**query, "scenario": run.scenario}, ""
    words = WhatIfText.NO_SUCH_RUN if run is None else WhatIfText.RUN_OF_UNKNOWN
    values = {"run": name[:80], "scenario": "" if run is None else run.scenario}
    said = words.say(language, base=USUAL_SCENARIO, **values)
    return {**query, "scenario": USUAL_SCENARIO}, said


def _levers(library: Library, what: WhatIf, language: Language) -> list[Any]:
    """All controls."""
    return [
        dmc.Select(
            id=Id.BASE,
            label=WhatIfText.BASE.say(language),
            data=_bases(library, what.base, language),
            value=what.base,
            allowDeselect=False,
            searchable=True,
        ),
        *(_lever(lever, what, language) for lever in LEVERS),
        _competition(what, language),
        _campaign(library, what, language),
        _size(what, language),
        _upload(language),
    ]


def _bases(library: Library, asked: str, language: Language) -> list[dict[str, Any]]:
    """Scenarios under their subjects, and the upload that is asked for."""
    titles = library.scenarios()
    try:
        subjects = {file.name: file.subject for file in find_scenarios()}
    except (InputError, OSError):
        subjects = {}
    groups = []
    for subject in SUBJECTS:
        items = [
            {"value": name, "label": _titled(name, said(title, language), language)}
            for name, title in titles.items()
            if (subjects.get(name) or "other") == subject
        ]
        groups.append({"group": SUBJECT_NAMES[subject].say(language), "items": items})
    if asked not in titles:
        scenario = library.scenario(asked)
        name = asked if isinstance(scenario, Problem) else scenario.title or scenario.name
        items = [{"value": asked, "label": name}]
        uploaded = WhatIfText.GROUP_UPLOADED.say(language) if asked.startswith(UPLOAD) else "?"
        groups.append({"group": uploaded, "items": items})
    return [group for group in groups if group["items"]]


def _titled(name: str, title: str, language: Language) -> str:
    return WhatIfText.BASE_ITEM.say(language, title=title, name=name) if title else name


def _lever(lever: Lever, what: WhatIf, language: Language) -> Any:
    """A switch; below it, while it is on, level, month and the rest."""
    name = lever.name.say(language)
    on = lever.identity in what.settings
    setting = what.settings.get(lever.identity) or lever.usual_setting()
    rest = (
        [("lasts", WhatIfText.LASTS, LASTS, setting.lasts)]
        if lever.blow
        else [
            ("ahead", WhatIfText.AHEAD, AHEAD, setting.ahead),
            ("over", WhatIfText.OVER, OVER, setting.over),
        ]
    )
    unit = UNITS[lever.unit]
    words = {
        "level": unit.say(language, level="{level}"),
        "from": WhatIfText.FROM.say(language, month="{month}"),
    }
    controls = [
        html.P(lever.note.say(language), className="note"),
        dmc.Slider(
            id=lever_id(lever.identity, "level"),
            value=setting.level,
            min=lever.least,
            max=lever.most,
            step=lever.step,
            precision=1,
            size="sm",
            marks=[
                {"value": end, "label": unit.say(language, level=f"{end:g}")}
                for end in (lever.least, lever.most)
            ],
            className="ends",
            mb=24,
            thumbLabel=WhatIfText.LEVEL_OF.say(language, lever=name),
        ),
        _month_slider(lever_id(lever.identity, "month"), setting.month, name, language),
        html.Div(
            [
                _months(lever_id(lever.identity, part), text, possible, value, language)
                for part, text, possible, value in rest
            ],
            className="lever-rest",
        ),
    ]
    return html.Div(
        [
            html.Div(
                [
                    dmc.Switch(
                        id=lever_id(lever.identity, "on"), checked=on, label=name, size="sm"
                    ),
                    html.Span(id=lever_id(lever.identity, "echo"), className="echo"),
                ],
                className="lever-top",
            ),
            dcc.Store(id=lever_id(lever.identity, "words"), data=words),
            html.Div(controls, id=lever_id(lever.identity, "box"), hidden=not on),
        ],
        className="lever",
        **{"data-lever": lever.identity},  # type: ignore[arg-type]
    )


def _month_slider(identity: Any, month: Month, name: str, language: Language) -> Any:
    """A month, as a place on the run's months."""
    marks = [{"value": 12 * year, "label": str(2024 + year)} for year in range(1, 7, 2)]
    return dmc.Slider(
        id=identity,
        value=month - START,
        min=FIRST - START,
        max=MONTHS - 1,
        step=1,
        marks=marks,
        label=None,
        size="sm",
        color="gray",
        mb=22,
        mt=12,
        thumbLabel=WhatIfText.FROM_OF.say(language, lever=name),
    )


def _months(
    identity: Any, text: Catalogue, possible: tuple[int, ...], value: int, language: Language
) -> Any:
    """A number of months out of a few."""
    return dmc.Select(
        id=identity,
        label=text.say(language),
        data=[
            {
                "value": str(number),
                "label": WhatIfText.MONTHS.say(language, number=number)
                if number
                else WhatIfText.AT_ONCE.say(language),
            }
            for number in possible
        ],
        value=str(value),
        allowDeselect=False,
        size="xs",
    )


def _competition(what: WhatIf, language: Language) -> Any:
    as_base = {"value": "", "label": WhatIfText.AS_BASE.say(language)}
    presets = [{"value": name, "label": text.say(language)} for name, text in PRESETS.items()]
    known = {"", *PRESETS}
    odd = [] if what.competition in known else [
        {"value": what.competition, "label": what.competition}
    ]  # fmt: skip
    return html.Div(
        [
            dmc.Select(
                id=Id.COMPETITION,
                label=WhatIfText.COMPETITION.say(language),
                data=[as_base, *presets, *odd],
                value=what.competition,
                allowDeselect=False,
                size="sm",
            ),
            html.P(WhatIfText.COMPETITION_NOTE.say(language), className="note"),
        ],
        className="lever",
    )


def _campaign(library: Library, what: WhatIf, language: Language) -> Any:
    scenario = library.scenario(what.base)
    names = (
        []
        if isinstance(scenario, Problem)
        else [name for name, setup in scenario.lenders.items() if setup.is_brand]
    )
    campaign = what.campaign
    if campaign and campaign.lender not in names:
        names.append(campaign.lender)
    nobody = {"value": "", "label": WhatIfText.NOBODY.say(language)}
    title = WhatIfText.STRATEGY.say(language)
    words = {"level": "", "from": WhatIfText.FROM.say(language, month="{month}")}
    return html.Div(
        [
            html.Div(
                [html.Strong(title), html.Span(id=Id.STRATEGY_ECHO, className="echo")],
                className="lever-top",
            ),
            html.P(WhatIfText.STRATEGY_NOTE.say(language), className="note"),
            dcc.Store(id=Id.STRATEGY_WORDS, data=words),
            html.Div(
                [
                    dmc.Select(
                        id=Id.LENDER,
                        label=WhatIfText.LENDER.say(language),
                        data=[
                            nobody,
                            *({"value": n, "label": lender_name(n, language)} for n in names),
                        ],
                        value=campaign.lender if campaign else "",
                        allowDeselect=False,
                        searchable=True,
                        size="xs",
                    ),
                    dmc.Select(
                        id=Id.STRATEGY,
                        label=WhatIfText.STRATEGY_NAME.say(language),
                        data=_strategies(library, what, names, language),
                        value=campaign.strategy if campaign else "price_war",
                        allowDeselect=False,
                        searchable=True,
                        size="xs",
                    ),
                ],
                className="lever-rest",
            ),
            _month_slider(
                Id.STRATEGY_FROM, campaign.month if campaign else Month.of(2026, 1), title, language
            ),
        ],
        className="lever",
    )


def _strategies(
    library: Library, what: WhatIf, lenders: list[str], language: Language
) -> list[dict[str, str]]:
    """What can be chosen: the strategies, each segment as a niche, each lender to follow."""
    scenario = library.scenario(what.base)
    segments = [] if isinstance(scenario, Problem) else list(scenario.segments)
    made = {name: text.say(language) for name, text in STRATEGIES.items()}
    for segment in segments:
        words = segment_name(segment, language)
        made[f"niche:{segment}"] = WhatIfText.NICHE.say(language, segment=words)
    for name in lenders:
        words = lender_name(name, language)
        made[f"follow:{name}"] = WhatIfText.FOLLOW_ONE.say(language, lender=words)
    if what.campaign:  # one that names what there is not, so that it can be seen and changed
        made.setdefault(what.campaign.strategy, what.campaign.strategy)
    return [{"value": name, "label": words} for name, words in made.items()]


def _size(what: WhatIf, language: Language) -> Any:
    return html.Div(
        [
            dmc.Select(
                id=Id.SEEDS,
                label=Text.SEEDS.say(language),
                data=[str(number) for number in SEEDS],
                value=str(what.seeds),
                allowDeselect=False,
                size="xs",
            ),
            dmc.Select(
                id=Id.BORROWERS,
                label=Text.BORROWERS.say(language),
                data=[{"value": str(number), "label": f"{number:,}"} for number in BORROWERS],
                value=str(what.borrowers),
                allowDeselect=False,
                size="xs",
            ),
        ],
        className="lever lever-rest",
    )


def _upload(language: Language) -> Any:
    words = WhatIfText.UPLOAD.say(language)
    return html.Div(
        [
            dcc.Upload(
                dmc.Button(words, variant="default", size="xs"),
                id=Id.UPLOAD,
                accept=".yaml,.yml",
                max_size=LARGEST_UPLOAD,
            ),
            html.P(WhatIfText.UPLOAD_NOTE.say(language), className="note"),
            html.Div(id=Id.REFUSED, role="alert"),
        ],
        className="lever",
    )


def _view(what: WhatIf, language: Language) -> Any:
    views = {"difference": MarketText.DIFFERENCE, "paths": MarketText.PATHS}
    return html.Div(
        [
            html.Span(MarketText.VIEW.say(language), id="whatif-view-label"),
            dmc.SegmentedControl(
                id=Id.VIEW,
                data=[{"value": name, "label": text.say(language)} for name, text in views.items()],
                value=what.view,
                **aria(labelledby="whatif-view-label"),
            ),
        ],
        className="view",
    )


def files(what: WhatIf, language: Language) -> list[Any]:
    """Links to what can be taken along."""
    if what.faults or not what.changes():
        return [html.P(WhatIfText.START.say(language), className="note")]
    query = replace(what, language=language).query()
    links = [
        html.A(text.say(language), href=f"{FOLDER}{name}?{query}", download=name)
        for name, text in FILES.items()
    ]
    note = WhatIfText.FILES_NOTE.say(
        language, base=what.base, borrowers=what.borrowers, seeds=what.seeds
    )
    return [
        html.H2(WhatIfText.TAKE_ALONG.say(language)),
        html.Div(links, className="file-links"),
        html.P(note, className="note"),
    ]


def _card(
    library: Library, card: Card, what: WhatIf, scheme: str | None, language: Language
) -> Any:
    """One chart with its measure, its newest figure and the table behind it."""
    title, note = card.title.say(language), card.note.say(language)
    content = drawn(library, card, what, scheme, language)
    mark: Any = {"data-card": card.identity}
    return html.Section(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H2(title, id=f"whatif-{card.identity}-title"),
                            dmc.Select(
                                id=card_id(card.identity, "measure"),
                                data=[
                                    {"value": name, "label": measure_name(name, language)}
                                    for name in card.measures
                                ],
                                value=what.measures[card.identity],
                                allowDeselect=False,
                                size="xs",
                                w=210,
                                **aria(label=f"{Text.MEASURE.say(language)}: {title}"),
                            ),
                        ]
                    ),
                    html.Div(
                        content.newest, id=card_id(card.identity, "newest"), className="newest"
                    ),
                ],
                className="card-top",
            ),
            html.Div(
                dcc.Graph(
                    id=card_id(card.identity, "figure"),
                    figure=content.figure,
                    config=graph_config(language),
                    responsive=True,
                    style={"height": "300px"},
                ),
                className="graph",
                role="img",
                **aria(label=Text.CHART_OF.say(language, title=title, note=note)),
            ),
            dmc.Button(
                Text.AS_TABLE.say(language),
                id=card_id(card.identity, "open"),
                variant="subtle",
                size="compact-xs",
                className="open-table",
                **aria(expanded="false", label=Text.TABLE_OF.say(language, title=title)),
            ),
            html.Div(id=card_id(card.identity, "table"), hidden=True),
            dcc.Store(id=card_id(card.identity, "key"), data=content.key),
        ],
        className="card",
        **aria(labelledby=f"whatif-{card.identity}-title"),
        **mark,
    )
