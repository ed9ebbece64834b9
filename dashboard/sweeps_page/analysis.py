"""What the worker does for the page Sweeps: opens a folder, analyses it, draws.

Everything here runs in a worker process (dashboard/questions.py); what goes back is plain data.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from dashboard.catalogue import Language, Words
from dashboard.sweeps_page.index_notes import index_note
from dashboard.sweeps_page.texts import SweepsText
from dashboard.theme import look_of
from sim.core.errors import InputError
from sim.display import axis_title, difference, interval_text, number
from sim.figures import Figure, Look
from sim.measures import Measure

if TYPE_CHECKING:
    from sim.sweeps.study import Study

View = Literal["surface", "parallel", "sensitivity", "front", "boxes", "effects", "bands"]
VIEWS: tuple[View, ...] = get_args(View)

MOST_FAILURES = 20
MOST_ROWS = 300
MOST_BANDS = 6
"""Charts of two bands: combinations of levels that are not drawn."""


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor of the plan; `levels` in words."""

    name: str
    label: str
    path: str
    role: str
    levels: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Described:
    """What a sweep is and how far it is."""

    title: str
    question: str
    design: str
    bases: tuple[str, ...]
    borrowers: int
    seeds: int
    first_month: str
    last_month: str
    version: str
    points: int
    runs: int
    done: int
    failed: int
    running: bool
    failures: tuple[str, ...]
    factors: tuple[FactorRow, ...]
    measures: tuple[tuple[str, Words], ...]
    horizons: tuple[tuple[str, Words], ...]
    horizon: str

    @property
    def waiting(self) -> int:
        """Runs that have not been tried."""
        return self.runs - self.done - self.failed


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart of an answer; `note` says how to read it."""

    title: str
    note: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page wants of a sweep; "" where the usual is meant."""

    view: View
    measure: str = ""
    horizon: str = ""
    across: str = ""
    up: str = ""
    condition: str = ""
    aims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an analysis shows: charts, and the table behind them.

    missing : what the sweep lacks, "" if nothing ; left_out : rows that the table does not show
    """

    charts: tuple[Drawn, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    missing: str = ""
    left_out: int = 0


# --- what a sweep is -----------------------------------------------------------------------------


def describe(folder: str, stamp: str) -> Described:
    """What a sweep is; InputError, without the folder's path, where it is none.

    stamp : changes as results come in, so that the question is another one then
    """
    from sim.folder_lock import is_locked
    from sim.sweeps.figures import horizon_words
    from sim.sweeps.store import failed_lines

    with _without_path(folder):
        study = _study(folder, stamp)
        plan, tally = study.sweep.plan, study.tally
        manifest = study.manifest
        english, chinese = look_of(None, "en"), look_of(None, "zh")
        return Described(
            title=str(manifest["title"]),
            question=str(manifest["question"]),
            design=plan.design.kind,
            bases=tuple(study.sweep.bases),
            borrowers=plan.borrowers,
            seeds=plan.seeds,
            first_month=str(manifest["first_month"]),
            last_month=str(manifest["last_month"]),
            version=str(manifest["libraries"].get("loansim", "")),
            points=len(study.folder.points),
            runs=tally.runs,
            done=tally.done,
            failed=tally.failed,
            running=is_locked(study.path),
            failures=tuple(islice(failed_lines(study.folder), MOST_FAILURES)),
            factors=tuple(_factor_rows(study)),
            measures=tuple(
                (m.name, Words(m.column.label_en, m.column.label_zh)) for m in study.measures
            ),
            horizons=tuple(
                (h.name, Words(horizon_words(h, english), horizon_words(h, chinese)))
                for h in study.horizons
            ),
            horizon=study.horizon(None).name,
        )


def _factor_rows(study: "Study") -> Iterator[FactorRow]:
    for name, factor in study.sweep.plan.factors.items():
        levels = factor.levels()
        ends = (factor.level_at(0.0), factor.level_at(1.0))
        told = [study.words.level(name, level) for level in levels or ends]
        words = " – ".join(told) if levels is None else ", ".join(told)
        label = study.words.label(name)
        yield FactorRow(name, label, factor.path, factor.role, words, factor.is_number)


@lru_cache(maxsize=2)
def _study(folder: str, stamp: str) -> "Study":
    from sim.sweeps.study import Study

    return Study(Path(folder))


@contextmanager
def _without_path(folder: str) -> Iterator[None]:
    """Messages name the folder as the page does, not where it lies; damage counts as input."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(folder, Path(folder).name)) from None
    except (KeyError, TypeError, ValueError, AttributeError, OSError, ArithmeticError) as error:
        name = Path(folder).name
        raise InputError(f"{name} cannot be read: {type(error).__name__}") from error


# --- analyses ------------------------------------------------------------------------------------


def analyse(folder: str, stamp: str, asked: Asked, language: Language, scheme: str) -> Answer:
    """One view of a sweep, drawn; InputError where the sweep does not give it."""
    with _without_path(folder):
        study = _study(folder, stamp)
        answer = _ANALYSES[asked.view](study, asked, look_of(scheme, language))
        return _with_missing(answer, study, language)


def _with_missing(answer: Answer, study: "Study", language: Language) -> Answer:
    tally = study.tally
    missing = ""
    if tally.failed or tally.waiting:
        missing = SweepsText.NOT_COMPLETE.say(
            language, failed=tally.failed, waiting=tally.waiting, runs=tally.runs
        )
    left_out = max(0, len(answer.rows) - MOST_ROWS)
    return Answer(answer.charts, answer.heads, answer.rows[:MOST_ROWS], missing, left_out)


def _language(look: Look) -> Language:
    return "zh" if look.language == "zh" else "en"


def _measure(study: "Study", asked: Asked) -> Measure:
    return study.measure(asked.measure) if asked.measure else study.measures[0]


def _surface(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.figures import surface_figure
    from sim.sweeps.surface import surface

    language, measure = _language(look), _measure(study, asked)
    found = surface(study, measure.name, horizon=asked.horizon or None)
    numeric = list(found.ranges)
    charts = []
    if numeric:
        across = asked.across if asked.across in numeric else numeric[0]
        others = [name for name in numeric if name != across]
        up = asked.up if asked.up in others else (others[0] if others else None)
        figure = surface_figure(found, across, up, study.words, look)
        note = SweepsText.SURFACE_NOTE.say(
            language, r2=f"{found.r2:.2f}", q2=f"{found.q2:.2f}", points=found.points
        )
        charts.append(Drawn(measure.column.label(language), note, figure))
    heads = [SweepsText.TERM, SweepsText.VALUE, SweepsText.INTERVAL]
    rows = [
        (
            _term(study, row["term"], language),
            difference(measure.column, row["value"], language),
            interval_text(measure.column, row["low"], row["high"], language),
        )
        for row in found.coefficients.to_dict("records")
    ]
    return Answer(tuple(charts), _said(heads, language), tuple(rows))


def _term(study: "Study", term: str, language: Language) -> str:
    """A term of a surface, or a pair of factors, in words."""
    if term == "constant":
        return SweepsText.CONSTANT.say(language)
    return study.words.term(term, SweepsText.SQUARED.say(language))


def _parallel(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.figures import parallel_figure

    language, measure = _language(look), _measure(study, asked)
    points = study.point_means([measure], study.horizon(asked.horizon or None))
    words, varied = study.words, [name for name in study.factors if points[name].nunique() > 1]
    figure = parallel_figure(points, varied, measure, words, look)
    note = SweepsText.PARALLEL_NOTE.say(language, points=len(points))
    heads = (*map(words.label, varied), axis_title(measure.column, language))
    rows = [
        (
            *(words.level(name, row[name]) for name in varied),
            _number(measure, row[measure.name], language),
        )
        for row in points.to_dict("records")
    ]
    chart = Drawn(measure.column.label(language), note, figure)
    return Answer((chart,), heads, tuple(rows))


def _sensitivity(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.figures import indices_figure
    from sim.sweeps.sensitivity import sensitivity

    language, measure = _language(look), _measure(study, asked)
    table = sensitivity(study, measures=[measure.name], horizon=asked.horizon or None)
    table["note"] = [index_note(note, language) for note in table["note"]]
    figure = indices_figure(table, measure, study.words, look)
    luck = float(table["luck"].iloc[0])
    note = SweepsText.SENSITIVITY_NOTE.say(
        language, luck="–" if math.isnan(luck) else f"{luck:.0%}", blocks=table["blocks"].iloc[0]
    )
    if unusable := int((table["note"] != "").sum()):
        note += SweepsText.UNUSABLE.say(language, count=unusable, of=len(table))
    heads = [SweepsText.FACTOR, SweepsText.INDEX, SweepsText.VALUE, SweepsText.INTERVAL]
    heads.append(SweepsText.INDEX_NOTE)

    def interval(row: Mapping[Any, Any]) -> str:
        ends = {end: _index(measure, row, row[end], language) for end in ("low", "high")}
        return SweepsText.RANGE.say(language, **ends)

    rows = [
        (
            _term(study, row["factor"], language),
            str(row["index"]),
            _index(measure, row, row["value"], language),
            "" if math.isnan(row["low"]) else interval(row),
            row["note"],
        )
        for row in table.to_dict("records")
    ]
    chart = Drawn(measure.column.label(language), note, figure)
    return Answer((chart,), _said(heads, language), tuple(rows))


def _front(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.aims import USUAL, aim_of
    from sim.sweeps.figures import front_figure
    from sim.sweeps.pareto_front import pareto

    language = _language(look)
    kept = {measure.name for measure in study.measures}
    texts = asked.aims or tuple(text for text in USUAL if text.partition(":")[0] in kept)
    if len(texts) < 2:
        texts = tuple(f"{measure.name}:min" for measure in study.measures[:2])
    aims = [aim_of(study, text) for text in texts]
    table = pareto(study, aims=texts, horizon=asked.horizon or None)
    names = [
        study.words.at({name: row[name] for name in study.factors}, labels=True)
        for row in table.to_dict("records")
    ]
    figure = front_figure(table, [aim.measure for aim in aims], names, look)
    words = {"min": SweepsText.LESS, "max": SweepsText.MORE}
    wanted = "; ".join(
        words[aim.direction].say(language, measure=aim.measure.column.label(language))
        for aim in aims
    )
    note = SweepsText.FRONT_NOTE.say(language, aims=wanted, points=int(table["front"].sum()))
    factors = study.sweep.plan.factors
    if fates := [name for name in factors if factors[name].role == "uncertainty"]:
        told = ("、" if language == "zh" else ", ").join(map(study.words.label, fates))
        note += SweepsText.FRONT_FATES.say(language, factors=told)
    heads = (
        *map(study.words.label, study.factors),
        *(axis_title(aim.measure.column, language) for aim in aims),
        SweepsText.ON_FRONT.say(language),
        SweepsText.CERTAINTY.say(language),
    )
    ordered = table.sort_values(["front", "certainty"], ascending=False).to_dict("records")
    yes, no = SweepsText.YES.say(language), SweepsText.NO.say(language)
    rows = [
        (
            *(study.words.level(name, row[name]) for name in study.factors),
            *(_number(aim.measure, row[aim.name], language) for aim in aims),
            yes if row["front"] else no,
            "" if math.isnan(row["certainty"]) else f"{row['certainty']:.0%}",
        )
        for row in ordered
    ]
    return Answer((Drawn(SweepsText.FRONT.say(language), note, figure),), heads, tuple(rows))


def _boxes(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.discovery import discover
    from sim.sweeps.figures import boxes_figure, limits_figure

    language, measure = _language(look), _measure(study, asked)
    horizon = asked.horizon or None
    means = study.point_means([measure], study.horizon(horizon))
    condition = asked.condition or f"{measure.name}>{means[measure.name].quantile(0.75):.6g}"
    table = discover(study, condition, horizon=horizon)
    ranges = {
        name: (float(means[name].min()), float(means[name].max()))
        for name in study.factors
        if means[name].dtype.kind in "if"
    }
    chosen = table[table["chosen"]]
    best = chosen[chosen["box"] == chosen["box"].iloc[0]]
    note = SweepsText.BOX_NOTE.say(
        language,
        condition=condition,
        coverage=f"{best['coverage'].iloc[0]:.0%}",
        density=f"{best['density'].iloc[0]:.0%}",
        mass=f"{best['mass'].iloc[0]:.0%}",
    )
    charts = (
        Drawn(SweepsText.BOX.say(language), note, limits_figure(best, ranges, study.words, look)),
        Drawn(
            SweepsText.BOXES_TRIED.say(language),
            SweepsText.BOXES_NOTE.say(language),
            boxes_figure(table, look),
        ),
    )
    heads = [SweepsText.BOX_NUMBER, SweepsText.FACTOR, SweepsText.LIMITS]
    heads += [SweepsText.COVERAGE, SweepsText.DENSITY, SweepsText.MASS]
    rows = [
        (
            f"{row['box']}{' *' if row['chosen'] else ''}",
            study.words.label(row["factor"]),
            row["levels"] or _limits(study, row, language),
            f"{row['coverage']:.0%}",
            f"{row['density']:.0%}",
            f"{row['mass']:.0%}",
        )
        for row in table.to_dict("records")
    ]
    return Answer(charts, _said(heads, language), tuple(rows))


def _effects(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.effects import effects
    from sim.sweeps.figures import effects_figure, horizon_words, pairing_figure

    language, measure = _language(look), _measure(study, asked)
    years = [h for h in study.horizons if h.kind == "year"] or study.horizons
    table = effects(study, measures=[measure.name], horizons=[h.name for h in years])
    words = study.words
    lines = [
        SweepsText.LINE.say(
            language,
            factor=words.label(row["factor"]),
            level=words.level(row["factor"], row["level"]),
            against=words.level(row["factor"], row["against"]),
        )
        for row in table.to_dict("records")
    ]
    named = table.assign(_line=lines)
    charts = (
        Drawn(
            measure.column.label(language),
            SweepsText.EFFECTS_NOTE.say(language, seeds=study.sweep.plan.seeds),
            effects_figure(named, measure, years, look),
        ),
        Drawn(
            SweepsText.PAIRING.say(language),
            SweepsText.PAIRING_NOTE.say(language),
            pairing_figure(table, years, look),
        ),
    )
    spans = {h.name: horizon_words(h, look) for h in years}
    heads = [SweepsText.EFFECT_OF, SweepsText.HORIZON, SweepsText.EFFECT, SweepsText.INTERVAL]
    heads += [SweepsText.SEEDS_USED, SweepsText.PAIRING]
    rows = [
        (
            row["_line"],
            spans[row["horizon"]],
            ""
            if math.isnan(row["effect"])
            else difference(measure.column, row["effect"], language),
            interval_text(measure.column, row["t_low"], row["t_high"], language),
            str(row["seeds"]),
            "" if math.isnan(row["variance_ratio"]) else f"{row['variance_ratio']:.1f}",
        )
        for row in named.to_dict("records")
    ]
    return Answer(charts, _said(heads, language), tuple(rows))


def _bands(study: "Study", asked: Asked, look: Look) -> Answer:
    from sim.sweeps.bands import bands, monthly
    from sim.sweeps.figures import bands_figure, horizon_words
    from sim.sweeps.tasks import first_reported

    language, measure = _language(look), _measure(study, asked)
    table = bands(study, measures=[measure.name])
    horizon = study.horizon(asked.horizon or None)
    shares = table[table["horizon"] == horizon.name]["share_parameters"].tolist()
    first, charts = first_reported(study.sweep), []
    for (apart, course), share in list(zip(monthly(study, measure), shares, strict=True))[
        :MOST_BANDS
    ]:
        where = study.words.at(apart, labels=True)
        title = measure.column.label(language)
        note = SweepsText.BANDS_NOTE.say(
            language, points=int(table["points"].max()), seeds=int(table["seeds"].max())
        )
        if not math.isnan(share):
            told = SweepsText.BANDS_SHARE.say(
                language, horizon=horizon_words(horizon, look), share=f"{share:.0%}"
            )
            note = f"{told} {note}"
        figure = bands_figure(course, measure, first, look)
        charts.append(Drawn(f"{title} ({where})" if where else title, note, figure))
    spans = {h.name: horizon_words(h, look) for h in study.horizons}
    apart_names = [name for name in table.columns if name in study.factors]
    heads = [SweepsText.HORIZON, SweepsText.MEAN, SweepsText.OF_SEEDS]
    heads += [SweepsText.OF_PARAMETERS, SweepsText.OF_BOTH, SweepsText.SHARE_OF_PARAMETERS]
    rows = [
        (
            *(study.words.level(name, row[name]) for name in apart_names),
            spans[row["horizon"]],
            _number(measure, row["mean"], language),
            *(
                _between(measure, row[f"{name}_low"], row[f"{name}_high"], language)
                for name in ("seeds", "parameters", "all")
            ),
            "–" if math.isnan(row["share_parameters"]) else f"{row['share_parameters']:.0%}",
        )
        for row in table.to_dict("records")
    ]
    labels = tuple(map(study.words.label, apart_names))
    return Answer(tuple(charts), (*labels, *_said(heads, language)), tuple(rows))


_ANALYSES: Mapping[str, Callable[["Study", Asked, Look], Answer]] = {
    "surface": _surface,
    "parallel": _parallel,
    "sensitivity": _sensitivity,
    "front": _front,
    "boxes": _boxes,
    "effects": _effects,
    "bands": _bands,
}


def _said(heads: Sequence[SweepsText], language: Language) -> tuple[str, ...]:
    return tuple(head.say(language) for head in heads)


def _number(measure: Measure, value: float, language: Language) -> str:
    return "–" if math.isnan(value) else number(measure.column, value, language)


def _index(measure: Measure, row: Mapping[Any, Any], value: float, language: Language) -> str:
    """An index or an end of its interval: a share as it is, else in the measure's unit."""
    if row["unit"] == "share of variance":
        return f"{value:.2f}"
    return difference(measure.column, value, language)


def _between(measure: Measure, low: float, high: float, language: Language) -> str:
    """Two ends of a figure of a measure; "" where there are none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = (number(measure.column, end, language) for end in (low, high))
    return SweepsText.RANGE.say(language, **dict(zip(("low", "high"), ends, strict=True)))


def _limits(study: "Study", row: Mapping[Any, Any], language: Language) -> str:
    if row["low"] is None or math.isnan(row["low"]):
        return ""
    ends = {end: study.words.level(row["factor"], row[end]) for end in ("low", "high")}
    return SweepsText.RANGE.say(language, **ends)
