"""What happens on the page Sweeps. Callbacks only pass things on."""

from typing import Any

import dash
from dash import Input, Output, State, no_update

from dashboard.catalogue import Language
from dashboard.library import Library
from dashboard.questions import Questions
from dashboard.shell import Id as ShellId
from dashboard.shell import keep_address
from dashboard.sweeps_page.choice import SweepChoice
from dashboard.sweeps_page.content import about, result, seen
from dashboard.sweeps_page.ids import Id
from dashboard.sweeps_page.layout import LATER, SOON, choices, needless, with_asked
from dashboard.sweeps_page.texts import SweepsText

CHOSEN = {
    "sweep": Id.SWEEP,
    "view": Id.VIEW,
    "measure": Id.MEASURE,
    "horizon": Id.HORIZON,
    "across": Id.ACROSS,
    "up": Id.UP,
    "condition": Id.CONDITION,
    "aims": Id.AIMS,
}
"""Name in the address -> the control."""


BOXES = (Id.AXES_BOX, Id.CONDITION_BOX, Id.AIMS_BOX, Id.MEASURE_BOX)
"""What is hidden where a view does not need it."""


def register(app: dash.Dash, library: Library, questions: Questions) -> None:
    """Connect the page to the sweeps of the results folder."""

    @app.callback(
        Output(Id.ABOUT, "children"),
        Output(Id.RESULT, "children"),
        Output(Id.SHOWN, "data"),
        Output(Id.QUERY, "data"),
        Output(Id.TICKER, "interval"),
        Output(Id.TICKER, "disabled"),
        Output(Id.MEASURE, "data"),
        Output(Id.HORIZON, "data"),
        Output(Id.ACROSS, "data"),
        Output(Id.UP, "data"),
        Output(Id.AIMS, "data"),
        *(Output(box, "hidden") for box in BOXES),
        *(Input(control, "value") for control in CHOSEN.values()),
        Input(Id.TICKER, "n_intervals"),
        Input(ShellId.COLOURS, "computedColorScheme"),
        State(Id.SHOWN, "data"),
        State(ShellId.SPOKEN, "data"),
    )
    def follow(*values: Any) -> tuple[Any, ...]:
        *chosen, _, scheme, shown, language = values
        query = dict(zip(CHOSEN, chosen, strict=True))
        query["aims"] = ",".join(query["aims"] or ())
        choice = SweepChoice.of(query | {"lang": language})
        now = seen(library, questions, choice.sweep, choice.asked, language, scheme)
        same = now.token == shown
        asked = choice.asked
        lists = choices(now.sweep, language)
        usual = {"value": "", "label": _usual(language)}
        axes = [usual, *lists["factors"]]
        unneeded = needless(asked.view)
        return (
            about(library, now, choice.sweep, language),
            no_update if same else result(now, language),
            now.token,
            choice.query(),
            SOON if now.is_open else LATER,
            not (now.is_open or now.grows),
            with_asked(lists["measures"], [asked.measure]),
            with_asked(lists["horizons"], [asked.horizon]),
            with_asked(axes, [asked.across]),
            with_asked(axes, [asked.up]),
            with_asked(lists["aims"], asked.aims),
            *(box in unneeded for box in BOXES),
        )

    keep_address(app, Id.QUERY)


def _usual(language: Language) -> str:
    return SweepsText.USUAL_AXIS.say(language)
