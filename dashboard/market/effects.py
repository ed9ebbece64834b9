"""What a scenario changes against another: a table of effects with their intervals."""

import math
from typing import Any

from dash import html

from dashboard.catalogue import Language
from dashboard.library import Problem
from dashboard.table import table
from dashboard.texts import Text
from sim.comparison import Comparison
from sim.comparison_words import Row, later_horizons, shown_rows
from sim.core.months import Month
from sim.display import difference, number
from sim.horizons import SINCE, Horizon
from sim.paired_statistics import LEVEL, order_coverage

SHOWN = (
    "hhi",
    "cr5",
    "default_rate_12m",
    "apr_new",
    "approval_rate",
    "balance",
    "lenders",
    "profit",
)
"""Measures of the whole market in the table; the access of every segment follows."""

MOST_YEARS = 3


def effects(
    compared: Comparison | Problem | None, names: tuple[str, str], language: Language
) -> Any:
    """The table for two sources, or why there is none; nothing where nothing is compared.

    names : of the scenario and of what it is laid against
    """
    if compared is None:
        return []
    other, base = names
    title = html.H2(Text.EFFECTS.say(language, other=other, base=base), id="effects-title")
    if isinstance(compared, Problem):
        return [title, html.P(compared.text.say(language, **compared.values), className="note")]
    if compared.changes_nothing:
        zero = Text.NO_EFFECT.say(language, seeds=compared.seeds)
        return [title, html.P(zero, className="note")]
    horizons = later_horizons(compared)[:MOST_YEARS] or [compared.headline]
    return [
        title,
        _table(compared, horizons, language),
        html.P(_note(compared, language), className="note"),
    ]


def _table(compared: Comparison, horizons: list[Horizon], language: Language) -> Any:
    """Measures down; levels of the first year, then the effect in each."""
    columns = [_rows(compared, horizon, language) for horizon in horizons]
    heads: list[Any] = [
        Text.MEASURE.say(language),
        Text.LEVELS.say(language, horizon=_when(horizons[0], language)),
    ]
    heads += [_dated(horizon, language) for horizon in horizons]
    lines = [
        [
            rows[0].measure.column.label(language),
            _levels(rows[0], language),
            *(_effect(row, compared.seeds) for row in rows),
        ]
        for rows in zip(*columns, strict=True)
    ]
    return table(heads, lines, Text.EFFECTS_TABLE.say(language))


def _dated(horizon: Horizon, language: Language) -> list[Any]:
    """A horizon over its months."""
    months = Text.RANGE.say(language, low=horizon.first, high=horizon.last)
    return [html.Span(_when(horizon, language)), html.Small(months)]


def _rows(compared: Comparison, horizon: Horizon, language: Language) -> list[Row]:
    rows = shown_rows(compared, horizon, language)
    market = {row.measure.name: row for row in rows if not row.measure.segment}
    return [*(market[name] for name in SHOWN), *(row for row in rows if row.measure.segment)]


def _levels(row: Row, language: Language) -> str:
    """From one level to the other, with the unit."""
    return f"{number(row.measure.column, row.base, language)} → {row.level(row.other)}"


def _effect(row: Row, seeds: int) -> list[Any]:
    """An effect over its interval; what is clear stands out.

    Of a median, few seeds give no more than the lowest and the highest: that is said, with how
    often it holds the true one, and nothing is called clear.
    """
    coverage = order_coverage(seeds) if row.measure.centre == "median" else LEVEL
    range_only = coverage < LEVEL
    words = row.effect_text
    if not math.isnan(row.effect):
        words = difference(row.measure.column, row.effect, row.language)
    effect = html.Span(words, className="clear" if row.clear and not range_only else "unclear")
    if math.isnan(row.low):
        return [effect]
    interval = row.interval_text
    if range_only:
        interval = Text.SEED_RANGE.say(
            "zh" if row.language == "zh" else "en", interval=interval, coverage=f"{coverage:.0%}"
        )
    return [effect, html.Small(interval)]


def _when(horizon: Horizon, language: Language) -> str:
    """A horizon in words."""
    if horizon.name == SINCE:
        return Text.SINCE_CHANGE.say(language)
    if horizon.kind != "after":
        return str(Month(horizon.last))
    return Text.YEAR_AFTER.say(language, number=horizon.name.rpartition("_")[2])


def _note(compared: Comparison, language: Language) -> str:
    if compared.seeds == 1:
        return Text.EFFECTS_ONE_SEED.say(language)
    return Text.EFFECTS_NOTE.say(language, seeds=compared.seeds)
