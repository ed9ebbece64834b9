"""What fills the page What-if: two worlds of the library, and what each part then shows."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qsl

import dash_mantine_components as dmc
from dash import html

from dashboard.aria import aria
from dashboard.cards import Card
from dashboard.catalogue import Language
from dashboard.choice import Choice
from dashboard.library import Library, Sight, as_far
from dashboard.market.content import Content, Seen, card_content
from dashboard.market.effects import effects
from dashboard.opens import shown_query
from dashboard.problem import problem
from dashboard.texts import Text
from dashboard.whatif.because import because
from dashboard.whatif.choice import WhatIf
from dashboard.whatif.ids import Id
from dashboard.whatif.texts import WhatIfText

MOST_WAITING = 2
"""Questions that wait for news at a time: they keep a thread of the server from others."""

LOOK_EVERY = 0.02
"""Seconds between two looks for news."""

BECAUSE_FROM = 1
"""Seeds of both worlds from which the table of reasons is shown."""


def asked(query: str | None) -> WhatIf:
    """The what-if of the query of an address."""
    return WhatIf.of(dict(parse_qsl((query or "").removeprefix("?"), keep_blank_values=True)))


def seen(library: Library, what: WhatIf, start: bool = True, asker: str = "") -> Seen:
    """The changed world as the scenario, the base as what it is laid against.

    Without changes the base alone. What has to be simulated is started, unless the address asks
    for something that cannot be; what this page asked for before and wants no more is let go.
    """
    language: Language = what.language or "en"
    changes, start = what.changes(), start and not what.faults
    sizes = (what.seeds, what.borrowers)
    if asker and start:
        wanted = [library.order(what.base, one, *sizes) for one in ({}, changes)]
        library.jobs.release(asker, [one[1] for one in wanted if isinstance(one, tuple)])
    base = library.see(what.base, *sizes, start, asker)
    if base.problem is not None or not changes or what.faults:
        choice = replace(what.card_choice(), against="", view="paths")
        return Seen(choice, replace(base, name=_base_name(base)), None)
    other = library.see_changed(what.base, changes, *sizes, start, asker)
    other = replace(other, name=WhatIfText.CHANGED.say(language))
    against = base if other.problem is None else None
    return Seen(what.card_choice(), other, against)


def _base_name(base: Sight) -> str:
    return base.name


def marked(what: WhatIf, now: Seen) -> dict[str, Any]:
    """Plain data that differs wherever the page has to be drawn anew."""
    return {**now.shown, "what": what.key, "view": what.view}


_PATIENT = BoundedSemaphore(MOST_WAITING)


def next_sight(
    library: Library, what: WhatIf, shown: Mapping[str, Any], asker: str, seconds: float
) -> Seen:
    """What there is to see, once it is not what is shown already, or nothing more is to come.

    seconds : for which that is waited for; less where others wait
    """
    until = time.monotonic() + seconds
    known = library.jobs.news
    now = seen(library, what, asker=asker)
    if not _PATIENT.acquire(blocking=False):
        return now
    try:
        while is_open(now) and (is_awaited(now) or marked(what, now) == shown):
            if time.monotonic() >= until:
                break
            while library.jobs.news == known and time.monotonic() < until:
                time.sleep(LOOK_EVERY)
            known = library.jobs.news
            now = seen(library, what, asker=asker)
    finally:
        _PATIENT.release()
    return now


def is_open(now: Seen) -> bool:
    """Whether more is to come."""
    return any(sight.is_open for sight in now.sights)


def is_awaited(now: Seen) -> bool:
    """Whether nothing is there yet, so that the page keeps what it showed before."""
    return now.scenario.tables is None and now.scenario.is_open


def cards_class(now: Seen) -> str:
    """How the cards stand: of another question still, rough, or as they will stay."""
    if is_awaited(now):
        return "cards awaited"
    return "cards rough-figures" if now.is_rough else "cards"


def drawn(
    library: Library, card: Card, what: WhatIf, scheme: str | None, language: Language
) -> Content:
    """What a card shows."""
    now = seen(library, replace(what, language=language), start=False)
    return card_content(library, card, what.measures[card.identity], now, scheme, language)


def effects_and_reasons(
    library: Library, what: WhatIf, now: Seen, language: Language
) -> tuple[Any, Any]:
    """The table of effects, and the table of reasons; both empty where nothing is compared."""
    base, other = now.against, now.scenario
    if base is None:
        return [], []
    table = effects(library.compare(other, base), (other.name, base.name), language)
    if base.tables is None or other.tables is None or base.borrowers != other.borrowers:
        return table, []
    base, other = as_far(base, other)
    assert base.tables is not None
    assert other.tables is not None
    shown = replace(Choice(), scenario=what.base, seeds=what.seeds, borrowers=what.borrowers)
    return table, because(base.tables, other.tables, shown_query(shown, language), language)


# --- how far things are --------------------------------------------------------------------------


def status(what: WhatIf, now: Seen, language: Language) -> list[Any]:
    """What the address asks for in vain, why something cannot be, or how far the answer is."""
    if what.faults:
        lines = [
            WhatIfText.FAULT.say(language, name=fault.name, reason=fault.reason)
            for fault in what.faults
        ]
        end = html.P(WhatIfText.FAULTS_END.say(language))
        return [problem(WhatIfText.FAULTS.say(language), lines, end)]
    for sight in now.sights:
        if sight.problem is not None:
            words = sight.problem.text.say(language, **sight.problem.values)
            again = _button(Id.AGAIN, Text.RETRY.say(language))
            way_out = again if sight.problem.text is Text.BUSY else ""
            return [problem(Text.FAILED.say(language), [words], way_out)]
    return list(_lines(what, now, language))


def _lines(what: WhatIf, now: Seen, language: Language) -> Iterator[Any]:
    """Words about what is shown, and about what is still being done."""
    done = min(sight.seeds for sight in now.sights)
    size = f"{what.borrowers:,}"
    whole = all(sight.stage == "whole" for sight in now.sights)
    if whole:
        detail = WhatIfText.WHOLE_DETAIL.say(language, seeds=what.seeds, borrowers=size)
        yield _line(_mark(WhatIfText.WHOLE_MARK.say(language), "good"), detail)
    elif done:
        detail = _rough_detail(what, now, language)
        yield _line(_mark(WhatIfText.ROUGH_MARK.say(language), "rough"), detail)
    for sight in now.sights:
        report = sight.report
        if report is not None and report.state in ("failed", "cancelled"):
            words = (
                Text.FAILED_DETAIL.say(language, name=sight.name, error=report.error)
                if report.state == "failed"
                else Text.CANCELLED_DETAIL.say(language, name=sight.name)
            )
            failed = report.state == "failed"
            mark = _mark((Text.FAILED if failed else Text.CANCELLED).say(language), "bad")
            again = _button(Id.AGAIN, Text.RETRY.say(language))
            yield _line(mark, words, again, alert=failed)
            return
    if is_open(now):
        yield _progress(now, language)


def _rough_detail(what: WhatIf, now: Seen, language: Language) -> str:
    """Of how much the answer is that is shown while the whole one is under way."""
    done = min(sight.seeds for sight in now.sights)
    size = f"{min(sight.borrowers for sight in now.sights):,}"
    if any(sight.stage == "so_far" for sight in now.sights):
        last = min(sight.months[1] for sight in now.sights if sight.stage == "so_far")
        return WhatIfText.SO_FAR_DETAIL.say(language, last=last, borrowers=size)
    return WhatIfText.ROUGH_MARK_DETAIL.say(language, done=done, seeds=what.seeds, borrowers=size)


def _progress(now: Seen, language: Language) -> Any:
    """How far the simulations are, as one."""
    reports = [sight.report for sight in now.sights if sight.report is not None]
    share = sum(report.share for report in reports) / len(reports)
    name = now.scenario.name
    if any(report.compiling for report in reports):
        words = Text.COMPILING.say(language, name=name)
    elif all(report.state == "queued" for report in reports if report.state != "done"):
        words = Text.QUEUED.say(language, name=name)
    else:
        words = Text.RUNNING.say(language, name=name, share=f"{share:.0%}")
    left = [report.seconds_left for report in reports if report.seconds_left is not None]
    if left:
        seconds = max(1, round(max(left)))
        words = f"{words} · {Text.TIME_LEFT.say(language, seconds=seconds)}"
    bar = dmc.Progress(value=100 * share, size="sm", className="bar", **aria(label=words))
    return _line(bar, words, _button(Id.STOP, Text.CANCEL.say(language)))


def _mark(words: str, kind: str) -> Any:
    return html.Span(words, className=f"status-mark {kind}")


def _line(first: Any, words: str, *more: Any, alert: bool = False) -> Any:
    role: dict[str, Any] = {"role": "alert"} if alert else {}
    inside = [first, html.Span(words, className="words"), *more]
    return html.Div(inside, className="status-line", **role)


def _button(identity: Id, words: str) -> Any:
    return dmc.Button(words, id=identity, size="compact-xs", variant="default")
