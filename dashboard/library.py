"""From what a reader chose to tables: runs in the folder, and scenarios run on the spot.

A source is `run:NAME`, the name of a scenario that comes with the program, or `upload:HASH`
(dashboard/choice.py, dashboard/uploads.py).
Whatever cannot be shown becomes a problem in words, never an exception of the page.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import flask

from dashboard.catalogue import NO_WORDS, Catalogue, Words, in_both
from dashboard.choice import RUN
from dashboard.client import this_client
from dashboard.jobs import Jobs, Order, QueueFullError, Report
from dashboard.policy_calendar import policy_calendar
from dashboard.runs import Run, Runs
from dashboard.texts import Text
from dashboard.uploads import UPLOAD, Uploads
from dashboard.work import Origin, Outcome
from sim.comparison_of_runs import compare_runs
from sim.core.errors import InputError
from sim.core.months import Month
from sim.experiment import MOST_MONTHS, Result, joined
from sim.figures import Tables
from sim.scenario import Scenario, load_scenario
from sim.scenario_files import find_scenarios, scenario_paths

if TYPE_CHECKING:
    from sim.comparison import Comparison

FIRST_SCENARIO = "observed"
"""What is shown where there are no runs."""

JOINED_KEPT = 12
COMPARISONS_KEPT = 12
CALENDARS_KEPT = 64

CHANGED = "what_if"
"""Name of a scenario that is made of another by changes."""

SHOWN_AT = (1, 4, 8)
"""Seeds at which an answer that is still coming in is drawn anew: a redraw takes the time of cores
that simulate, and seeds in between say little more."""

Stage = Literal["nothing", "so_far", "rough", "partial", "whole"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be shown: a string of the catalogue and what fills it in."""

    text: Catalogue
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see of a source.

    name : as charts call it ; title, question : of the scenario
    manifest : of what is shown
    stage : how far the answer has come ; token : differs wherever the tables differ
    borrowers, seeds : of what is shown ; asked_seeds : of what will be shown
    report : how the simulation stands; None for a run in the folder
    """

    name: str
    title: Words = NO_WORDS
    question: Words = NO_WORDS
    stage: Stage = "nothing"
    token: str = ""
    tables: Tables | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    borrowers: int = 0
    seeds: int = 0
    asked_seeds: int = 0
    months: tuple[str, str] = ("", "")
    report: Report | None = None
    problem: Problem | None = None

    @property
    def is_open(self) -> bool:
        """Whether more is to come."""
        return self.report is not None and self.report.state in ("queued", "running")

    @property
    def is_settled(self) -> bool:
        """Whether all that will ever be shown is there."""
        return self.stage == "whole" and self.problem is None and not self.is_open


class Library:
    """Everything that can be shown."""

    def __init__(self, runs: Runs, jobs: Jobs) -> None:
        self.runs = runs
        self.jobs = jobs
        self.uploads = Uploads(runs.folder)
        self._lock = threading.Lock()
        self._comparing = threading.Lock()
        self._made: OrderedDict[tuple[str, str], Scenario | Problem] = OrderedDict()
        self._calendars: OrderedDict[str, dict[str, list[str]]] = OrderedDict()
        self._joined: OrderedDict[tuple[Order, tuple[int, ...]], Tables] = OrderedDict()
        self._compared: OrderedDict[tuple[str, str], Comparison | Problem] = OrderedDict()

    def usual(self) -> str:
        """The source that is shown where none is asked for: the newest run, or `observed`."""
        listed = self.runs.listed()
        return f"{RUN}{listed[0].name}" if listed else FIRST_SCENARIO

    def stamp(self) -> tuple[object, ...]:
        """Differs wherever something that can be shown has changed, or is no longer at hand."""
        runs = tuple((run.folder, run.stamp) for run in self.runs.listed())
        return runs, scenario_stamps(), self.jobs.dropped

    def scenarios(self) -> dict[str, Words]:
        """The scenarios that can be run, with their titles; one where a file is unreadable."""
        try:
            return dict(_titles(scenario_stamps()))
        except (InputError, OSError):
            return {FIRST_SCENARIO: NO_WORDS}

    def see(
        self, source: str, seeds: int, borrowers: int, start: bool = True, asker: str = ""
    ) -> Sight:
        """What there is to see of a source; a scenario is started if it is not under way.

        seeds, borrowers : of a scenario run on the spot; a run in the folder has its own
        asker : the page that asks, where it says when it has moved on
        """
        if source.startswith(RUN):
            return self._see_run(source.removeprefix(RUN))
        order = self.order(source, {}, seeds, borrowers)
        if isinstance(order, Problem):
            return Sight(source, problem=order)
        return self._see_order(*order, start, asker)

    def see_changed(
        self,
        source: str,
        changes: Mapping[str, object],
        seeds: int,
        borrowers: int,
        start: bool = True,
        asker: str = "",
    ) -> Sight:
        """The same for a scenario with changes: values by dotted path."""
        order = self.order(source, changes, seeds, borrowers)
        if isinstance(order, Problem):
            return Sight(source, problem=order)
        return self._see_order(*order, start, asker)

    def order(
        self, source: str, changes: Mapping[str, object], seeds: int, borrowers: int
    ) -> "tuple[Scenario, Order] | Problem":
        """A scenario, changed where there are changes, and what is to be simulated of it."""
        scenario = self.scenario(source)
        if isinstance(scenario, Problem):
            return scenario
        text = self.uploads.text(source)
        if not changes:
            origin = Origin(scenario.name, text)
        else:
            origin = Origin(scenario.name, text, json.dumps(changes), CHANGED)
            changed = self._changed(scenario, origin.changes)
            if isinstance(changed, Problem):
                return changed
            scenario = changed
        return scenario, Order(origin, scenario.hash, borrowers, seeds)

    def _changed(self, base: Scenario, changes: str) -> "Scenario | Problem":
        """A scenario with changes, made once: pages ask several times a second."""
        key = (base.hash, changes)
        with self._lock:
            known = self._made.get(key)
        if known is None:
            try:
                known = base.with_changes(json.loads(changes), name=CHANGED)
            except InputError as error:
                known = Problem(Text.BROKEN_CHANGES, {"error": error})
            with self._lock:
                self._made[key] = known
                while len(self._made) > CALENDARS_KEPT:
                    self._made.popitem(last=False)
        return known

    def compare(self, other: Sight, base: Sight | None) -> "Comparison | Problem | None":
        """What a source changes against another, seed by seed; or why that cannot be said yet.

        None where there is no other.
        """
        if base is None:
            return None
        if base.tables is None or other.tables is None:
            return Problem(Text.PAIRS_LATER)
        if base.borrowers != other.borrowers and (base.is_open or other.is_open):
            return Problem(Text.PAIRS_LATER)
        key = (base.token, other.token)
        with self._comparing:  # all charts of a page ask at once; one of them does it
            if key not in self._compared:
                one, two = as_far(base, other)
                self._compared[key] = _compared(_result(one), _result(two))
            self._compared.move_to_end(key)
            while len(self._compared) > COMPARISONS_KEPT:
                self._compared.popitem(last=False)
            return self._compared[key]

    def stop(self, source: str, seeds: int, borrowers: int) -> None:
        """Stop simulating a source."""
        order = self.order(source, {}, seeds, borrowers)
        if not isinstance(order, Problem):
            self.jobs.cancel(order[1])

    def again(self, source: str, seeds: int, borrowers: int) -> None:
        """Forget that simulating a source failed or was stopped."""
        order = self.order(source, {}, seeds, borrowers)
        if not isinstance(order, Problem):
            self.jobs.forget(order[1])

    def begin(self, seeds: int, borrowers: int) -> None:
        """Start what the first reader will see, if it has to be simulated."""
        source = self.usual()
        order = None if source.startswith(RUN) else self.order(source, {}, seeds, borrowers)
        if isinstance(order, tuple):
            self.jobs.start(order[1], keep=True)

    def calendar(self, source: str) -> dict[str, list[str]]:
        """When policy changes in a scenario; empty where it is not known before it is run."""
        scenario = self.scenario(source)
        if isinstance(scenario, Problem):
            return {}
        return self.calendar_of(scenario)

    def calendar_of(self, scenario: Scenario) -> dict[str, list[str]]:
        """When policy changes in a scenario."""
        with self._lock:
            if scenario.hash not in self._calendars:
                self._calendars[scenario.hash] = policy_calendar(scenario, MOST_MONTHS)
                while len(self._calendars) > CALENDARS_KEPT:
                    self._calendars.popitem(last=False)
            return self._calendars[scenario.hash]

    def scenario(self, name: str) -> Scenario | Problem:
        """The scenario of a name or an upload, or why there is none."""
        if name.startswith(UPLOAD):
            uploaded = self.uploads.find(name)
            return uploaded or Problem(Text.UPLOAD_GONE)
        if name not in self.scenarios():
            return Problem(Text.UNKNOWN_SCENARIO, {"name": name})
        try:
            return _loaded(name, scenario_stamps())
        except InputError as error:
            return Problem(Text.BROKEN_SCENARIO, {"name": name, "error": error})

    def _see_run(self, name: str) -> Sight:
        run = self.runs.find(name)
        if run is None:
            return Sight(name, problem=Problem(Text.UNKNOWN_RUN, {"name": name}))
        try:
            result = self.runs.read(run)
        except InputError:
            return Sight(name, problem=Problem(Text.BROKEN_RUN, {"name": name}))
        return Sight(
            name=name,
            title=_words(result.manifest["scenario"], "title"),
            question=_words(result.manifest["scenario"], "question"),
            stage="whole",
            token=f"{name}@{run.stamp}",
            tables=result.tables,
            manifest=result.manifest,
            borrowers=run.borrowers,
            seeds=run.seeds,
            asked_seeds=run.seeds,
            months=_months_of(run, result.manifest),
        )

    def _see_order(self, scenario: Scenario, order: Order, start: bool, asker: str) -> Sight:
        known: dict[str, Any] = {
            "name": scenario.name,
            "title": in_both(scenario.title, scenario.title_zh),
            "question": in_both(scenario.question, scenario.question_zh),
            "asked_seeds": order.seeds,
            "months": (str(scenario.start), str(Month(scenario.start + order.months - 1))),
        }
        client = this_client()
        asker = asker or client  # a page that does not say when it has moved on
        if start:
            try:
                self.jobs.start(order, asker=asker, client=client)
            except QueueFullError:
                return Sight(**known, problem=Problem(Text.BUSY))
        report = self.jobs.report(order, asker)
        if report is None:
            return Sight(**known)
        if report.seeds:
            shown = worth_showing(report.seeds, order.seeds)
            stage: Stage = "whole" if len(shown) == order.seeds else "partial"
            tables = self._join(order, shown)
        elif report.rough is not None:
            stage, shown, tables = "rough", (report.rough,), report.rough.tables
        elif report.so_far is not None:
            stage, shown, tables = "so_far", (report.so_far,), report.so_far.tables
            known["months"] = (known["months"][0], str(report.so_far.manifest["last_month"]))
        else:
            return Sight(**known, report=report)
        return Sight(
            **known,
            stage=stage,
            token=f"{order.hash[:16]}-{order.borrowers}-{stage}-{_numbers(shown)}",
            tables=tables,
            manifest=shown[0].manifest,
            borrowers=int(shown[0].manifest["borrowers"]),
            seeds=len(shown),
            report=report,
        )

    def _join(self, order: Order, seeds: tuple[Outcome, ...]) -> Tables:
        """The tables of several seeds as one; of one seed, as they are."""
        if len(seeds) == 1:
            return seeds[0].tables
        numbers = _numbers(seeds)
        key = (order, numbers)
        with self._lock:
            if key in self._joined:
                self._joined.move_to_end(key)
                return self._joined[key]
        tables = joined([seed.tables for seed in seeds], numbers)
        with self._lock:
            self._joined[key] = tables
            while len(self._joined) > JOINED_KEPT:
                self._joined.popitem(last=False)
        return tables


def _numbers(seeds: tuple[Outcome, ...]) -> tuple[int, ...]:
    """Which seeds these are: as many others make other tables."""
    return tuple(int(seed.manifest["seed"]) for seed in seeds)


def worth_showing[T](seeds: tuple[T, ...], asked: int) -> tuple[T, ...]:
    """Those of the seeds that have come in, in order, of which charts are drawn."""
    if len(seeds) == asked:
        return seeds
    return seeds[: max(count for count in SHOWN_AT if count <= len(seeds))]


def as_far(one: Sight, two: Sight) -> tuple[Sight, Sight]:
    """Two sources up to the last month that both show, where one is still being simulated.

    Sources whose tables are not there, or that are finished, stay as they are.
    """
    if one.tables is None or two.tables is None or "so_far" not in (one.stage, two.stage):
        return one, two
    last = min(one.months[1], two.months[1])
    return _up_to(one, last), _up_to(two, last)


def _up_to(sight: Sight, last: str) -> Sight:
    """A source without the months after one; cohorts stay whole."""
    assert sight.tables is not None
    if sight.months[1] == last:
        return sight
    months = Month.parse(last) - Month.parse(sight.months[0]) + 1
    tables = {
        name: table[table["month"] <= f"{last}-01"] if "month" in table.columns else table
        for name, table in sight.tables.items()
    }
    manifest = sight.manifest | {"months": months, "last_month": last}
    return replace(
        sight,
        tables=tables,
        manifest=manifest,
        months=(sight.months[0], last),
        token=f"{sight.token}-{last}",
    )


@lru_cache(maxsize=1)
def _titles(stamps: tuple[int, ...]) -> dict[str, Words]:
    """Scenario -> title; read again when a file has changed, as its stamp then says."""
    return {file.name: in_both(file.title, file.title_zh) for file in find_scenarios()}


@lru_cache(maxsize=64)
def _loaded(name: str, stamps: tuple[int, ...]) -> Scenario:
    """A scenario of the program; read again when any file has changed."""
    return load_scenario(name)


def scenario_stamps() -> tuple[int, ...]:
    """When the scenario files were written last; empty while one of them is being replaced.

    Looked up once for a request, which asks for it many times over.
    """
    if not flask.has_request_context():
        return _stamps()
    if "scenario_stamps" not in flask.g:
        flask.g.scenario_stamps = _stamps()
    stamps: tuple[int, ...] = flask.g.scenario_stamps
    return stamps


def _stamps() -> tuple[int, ...]:
    try:
        return tuple(path.stat().st_mtime_ns for path in scenario_paths())
    except OSError:
        return ()


def _words(described: dict[str, Any], key: str) -> Words:
    """A title or question as a manifest has it."""
    return in_both(str(described.get(key) or ""), str(described.get(f"{key}_zh") or ""))


def _compared(base: Result, other: Result) -> "Comparison | Problem":
    try:
        return compare_runs(base, other)
    except InputError as error:
        return Problem(Text.NO_PAIRS, {"error": error})


def _result(sight: Sight) -> Result:
    assert sight.tables is not None
    return Result(sight.tables, sight.manifest)


def _months_of(run: Run, manifest: dict[str, Any]) -> tuple[str, str]:
    return str(manifest.get("first_month", "")), str(manifest.get("last_month", ""))
