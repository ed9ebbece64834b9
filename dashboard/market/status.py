"""How far things are, in words: one line for each source that is shown."""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.aria import aria
from dashboard.catalogue import Language
from dashboard.choice import RUN
from dashboard.library import Sight
from dashboard.market.ids import Id
from dashboard.problem import problem
from dashboard.texts import Text

MARKS = {"so_far": Text.ROUGH, "rough": Text.ROUGH, "partial": Text.PARTIAL, "whole": Text.READY}
DETAILS = {
    "so_far": Text.SO_FAR_DETAIL,
    "rough": Text.ROUGH_DETAIL,
    "partial": Text.PARTIAL_DETAIL,
    "whole": Text.READY_DETAIL,
}


LONG_SECONDS = 100


def status(
    sights: list[Sight], language: Language, stop: str = Id.STOP, again: str = Id.AGAIN
) -> list[Any]:
    """The lines about all sources, and a button to stop or to run again.

    stop, again : ids of the buttons on the page at hand
    """
    told = [line for sight in sights for line in _lines(sight, language)]
    lines = sorted(told, key=_is_progress)  # what is still being done stands last
    if not lines:
        return []
    states = {sight.report.state for sight in sights if sight.report}
    busy = any(sight.problem and sight.problem.text is Text.BUSY for sight in sights)
    if any(sight.is_open for sight in sights):
        lines[-1].children.append(_button(stop, Text.CANCEL.say(language)))
    elif busy or states & {"failed", "cancelled"}:
        lines[-1].children.append(_button(again, Text.RETRY.say(language)))
    return lines


def refusal(sight: Sight, usual: str, language: Language, path: str = "/") -> list[Any]:
    """Why nothing of a source can be shown, and what could be instead; empty where something can.

    usual : the source that is shown where none is asked for ; path : of the page at hand
    """
    if sight.problem is None or sight.problem.text is Text.BUSY:
        return []
    words = sight.problem.text.say(language, **sight.problem.values)
    name = usual.removeprefix(RUN)
    link = html.A(Text.SHOW_USUAL.say(language, name=name), href=f"{path}?lang={language}")
    return [problem(Text.FAILED.say(language), [words], link)]


def _lines(sight: Sight, language: Language) -> list[Any]:
    """What is shown of a source, and what is still being done."""
    lines = []
    if sight.problem is not None:
        words = sight.problem.text.say(language, **sight.problem.values)
        return [_line(_mark(Text.FAILED.say(language), "bad"), words, alert=True)]
    if sight.stage != "nothing":
        mark = MARKS[sight.stage].say(language, done=sight.seeds, seeds=sight.asked_seeds)
        detail = DETAILS[sight.stage].say(
            language,
            name=sight.name,
            borrowers=f"{sight.borrowers:,}",
            seeds=_seeds(sight.seeds, language),
            first=sight.months[0],
            last=sight.months[1],
        )
        lines.append(_line(_mark(mark, "good" if sight.stage == "whole" else "rough"), detail))
    if sight.report is not None and sight.report.state != "done":
        lines.append(_progress(sight, language))
    return lines


def _progress(sight: Sight, language: Language) -> Any:
    """How far the simulation of a source is, or how it ended."""
    report, name = sight.report, sight.name
    assert report is not None
    if report.state == "failed":
        words = Text.FAILED_DETAIL.say(language, name=name, error=report.error)
        return _line(_mark(Text.FAILED.say(language), "bad"), words, alert=True)
    if report.state == "cancelled":
        words = Text.CANCELLED_DETAIL.say(language, name=name)
        return _line(_mark(Text.CANCELLED.say(language), "bad"), words)
    if report.compiling:
        words = Text.COMPILING.say(language, name=name)
    elif report.state == "queued":
        words = Text.QUEUED.say(language, name=name)
    else:
        words = Text.RUNNING.say(language, name=name, share=f"{report.share:.0%}")
    if report.seconds_left is not None:
        words = f"{words} · {_left(report.seconds_left, language)}"
    bar = dmc.Progress(
        value=100 * report.share,
        size="sm",
        className="bar",
        animated=report.compiling or report.share == 0,
        **aria(label=words),
    )
    return _line(bar, words)


def _left(seconds: float, language: Language) -> str:
    """The time left, in minutes where it is long."""
    if seconds >= LONG_SECONDS:
        return Text.MINUTES_LEFT.say(language, minutes=round(seconds / 60))
    return Text.TIME_LEFT.say(language, seconds=max(1, round(seconds)))


def _is_progress(line: Any) -> bool:
    return isinstance(line.children[0], dmc.Progress)


def _seeds(seeds: int, language: Language) -> str:
    return Text.ONE_SEED.say(language) if seeds == 1 else Text.MANY_SEEDS.say(language, seeds=seeds)


def _mark(words: str, kind: str) -> Any:
    return html.Span(words, className=f"status-mark {kind}")


def _line(first: Any, words: str, alert: bool = False) -> Any:
    role: dict[str, Any] = {"role": "alert"} if alert else {}
    return html.Div([first, html.Span(words, className="words")], className="status-line", **role)


def _button(identity: str, words: str) -> Any:
    return dmc.Button(words, id=identity, size="compact-xs", variant="default")
