"""What can be shown, as a list: runs in the folder, scenarios under their subjects."""

from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.catalogue import Language, said
from dashboard.choice import BORROWERS, RUN, SEEDS, Choice
from dashboard.library import Library
from dashboard.source_list.texts import SUBJECT_NAMES, SourcesText
from dashboard.texts import Text
from sim.core.errors import InputError
from sim.scenario_files import find_scenarios
from sim.scenario_subjects import SUBJECTS


def source_groups(library: Library, language: Language) -> list[dict[str, Any]]:
    """What can be chosen, in groups: runs in the folder, then scenarios by subject."""
    runs = [
        {
            "value": f"{RUN}{run.name}",
            "label": SourcesText.RUN_ITEM.say(
                language, name=run.name, borrowers=f"{run.borrowers:,}", seeds=run.seeds
            ),
        }
        for run in library.runs.listed()
    ]
    titles = library.scenarios()
    subjects = _subjects(tuple(titles))
    groups = [{"group": SourcesText.GROUP_RUNS.say(language), "items": runs}]
    for subject in SUBJECTS:
        items = [
            {"value": name, "label": _item(name, said(title, language), language)}
            for name, title in titles.items()
            if subjects.get(name, "other") == subject
        ]
        groups.append({"group": SUBJECT_NAMES[subject].say(language), "items": items})
    return [group for group in groups if group["items"]]


@lru_cache(maxsize=4)
def _subjects(names: tuple[str, ...]) -> dict[str, str]:
    """Scenario -> subject, as their files say."""
    try:
        return {
            file.name: file.subject if file.subject in SUBJECTS else "other"
            for file in find_scenarios()
        }
    except (InputError, OSError):
        return {}


def _item(name: str, title: str, language: Language) -> str:
    return SourcesText.SCENARIO_ITEM.say(language, title=title, name=name) if title else name


def with_unknown(groups: list[dict[str, Any]], asked: str) -> list[dict[str, Any]]:
    """What can be chosen, and what the address asks for though it is not there."""
    known = {item["value"] for group in groups for item in group["items"]}
    if not asked or asked in known:
        return groups
    return [*groups, {"group": "?", "items": [{"value": asked, "label": asked}]}]


def choosers(library: Library, choice: Choice, language: Language, prefix: str) -> list[Any]:
    """Lists for the scenario, what it is laid against, and the size of what is run on the spot.

    prefix : before the ids `scenario`, `against`, `seeds`, `borrowers`, `on-the-spot`
    """
    groups = source_groups(library, language)
    none = {"value": "", "label": Text.NOTHING.say(language)}
    return [
        _select(f"{prefix}scenario", Text.SCENARIO.say(language),
                with_unknown(groups, choice.scenario), choice.scenario),
        _select(f"{prefix}against", Text.AGAINST.say(language),
                [none, *with_unknown(groups, choice.against)], choice.against),
        html.Div(
            [
                _select(f"{prefix}seeds", Text.SEEDS.say(language),
                        [str(number) for number in SEEDS], str(choice.seeds), searchable=False),
                _select(
                    f"{prefix}borrowers", Text.BORROWERS.say(language),
                    [{"value": str(number), "label": f"{number:,}"} for number in BORROWERS],
                    str(choice.borrowers), searchable=False,
                ),
            ],
            id=f"{prefix}on-the-spot",
            className="on-the-spot wide",
            hidden=not choice.on_the_spot,
        ),
    ]  # fmt: skip


def _select(
    identity: str, label: str, data: list[Any], value: str, *, searchable: bool = True
) -> Any:
    """A list to choose one of."""
    return dmc.Select(
        id=identity,
        label=label,
        data=data,
        value=value,
        allowDeselect=False,
        searchable=searchable,
        className="wide" if searchable else None,
        maxDropdownHeight=420,
        limit=200,
    )
