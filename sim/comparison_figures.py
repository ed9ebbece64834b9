"""Charts of a comparison: the difference by month, with its interval over seeds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.tables import Column
from sim.display import difference, difference_title, interval_text, month_text, screen_unit
from sim.figures import LIGHT, Figure, Look, translucent, whole_figure
from sim.measures import Measure
from sim.paired_statistics import Effect, effects_over

if TYPE_CHECKING:
    from sim.comparison import Comparison

MOST_SEEDS_DRAWN = 30
"""Up to this many seeds each has a thin line of its own."""


@dataclass(frozen=True, slots=True)
class Differences:
    """One measure's differences by month: each seed's, and what they say together.

    months : "2024-01", ... ; by_seed : seed -> value by month, NaN where a world has no such figure
    effects : by month
    """

    months: list[str]
    by_seed: dict[int, list[float]]
    effects: list[Effect]


def differences_by_month(comparison: "Comparison", measure: Measure) -> Differences:
    """One measure's differences by month."""
    import numpy as np

    table = comparison.differences
    rows = table[table["measure"] == measure.name]
    base = rows.pivot(index="month", columns="seed", values="base")
    other = rows.pivot(index="month", columns="seed", values="other")
    gaps = other - base
    return Differences(
        [month_text(month) for month in base.index],
        {int(seed): gaps[seed].tolist() for seed in gaps.columns},
        effects_over(
            base.to_numpy(), other.to_numpy(), np.full(len(base), measure.centre == "median")
        ),
    )


def difference_figure(
    comparison: "Comparison",
    measure: Measure,
    look: Look = LIGHT,
    policy: Mapping[str, list[str]] | None = None,
) -> Figure:
    """One measure's difference by month: centre over seeds, interval, and each seed as a thread.

    policy : what to mark by month; the month in which the scenarios part if left out

    Months in which a world has no such figure (a price where nothing is lent) are left out.
    """
    shown = differences_by_month(comparison, measure)
    column = measure.column
    factor = screen_unit(column, look.language).factor

    def drawn(values: list[float]) -> list[float | None]:
        return [None if math.isnan(value) else value * factor for value in values]

    unseen = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    dated = unseen | {"x": shown.months}
    threads = [
        dated | {"y": drawn(values), "line": {"color": look.grid, "width": 1}}
        for values in list(shown.by_seed.values())[:MOST_SEEDS_DRAWN]
        if len(shown.by_seed) > 1
    ]
    edge = dated | {"line": {"width": 0}}
    band = [
        edge | {"y": drawn([effect.paired.low for effect in shown.effects])},
        edge
        | {
            "y": drawn([effect.paired.high for effect in shown.effects]),
            "fill": "tonexty",
            "fillcolor": translucent(look.accent),
        },
    ]
    known = [
        (month, effect)
        for month, effect in zip(shown.months, shown.effects, strict=True)
        if not math.isnan(effect.effect)
    ]
    line = unseen | {
        "x": [month for month, _ in known],
        "y": [effect.effect * factor for _, effect in known],
        "name": f"{measure.centre} of {comparison.seeds} seeds",
        "line": {"color": look.accent, "width": 2.5},
        "hoverinfo": "text",
        "text": [
            f"{month}: {effect_text(column, effect, look.language)}" for month, effect in known
        ],
    }
    return whole_figure(
        [*threads, *band, line],
        policy=_parting(comparison) if policy is None else policy,
        y_title=difference_title(column, look.language),
        y_axis={"zeroline": True, "zerolinecolor": look.muted},
        layout={"hovermode": "x"},
        look=look,
    )


def effect_text(column: Column, effect: Effect, language: str = "en") -> str:
    """An effect with its unit and interval ("+112 points (+88 to +136)")."""
    words = difference(column, effect.effect, language)
    interval = interval_text(column, effect.paired.low, effect.paired.high, language)
    return f"{words} ({interval})" if interval else words


def _parting(comparison: "Comparison") -> dict[str, list[str]]:
    """The month in which the scenarios part, as a mark; none outside the months drawn."""
    first, last = comparison.manifest["first_month"], comparison.manifest["last_month"]
    month = str(comparison.parting)
    if comparison.parting is None or not first <= month <= last:
        return {}
    return {month: [f"first difference of {comparison.other} and {comparison.base}"]}


def plotly_figure(figure: Figure) -> Any:
    """A figure as an object of the plotting library, which notebooks show by themselves."""
    import plotly.graph_objects

    return plotly.graph_objects.Figure(figure)
