"""The Lorenz curve of lenders' balances: how unequal firms are, beyond the largest few."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dashboard.catalogue import Language, side_by_side
from dashboard.market.texts import MarketText
from sim.display import month_text
from sim.figures import Figure, Look, whole_figure
from sim.lorenz import gini, lorenz

if TYPE_CHECKING:
    import pandas

BY_BRAND, BY_HOLDER, BY_RISK = "brand", "holder", "risk"
COLUMNS = {BY_BRAND: "balance", BY_HOLDER: "held", BY_RISK: "at_risk"}
"""Measure of the card -> column of the lenders' table."""

GRID = np.concatenate((np.linspace(0.0, 0.9, 91), 1.0 - np.geomspace(0.099, 1e-5, 60), [1.0]))
"""Places at which the curves of several seeds are put together: the largest firms are few among
thousands, so they lie close at the end."""

TOLD = (*range(0, 100, 10), 99, 99.9, 100)
"""Per cent of the firms at which the table behind says what they have."""

End = Literal["first", "last"]
ENDS: tuple[End, End] = ("first", "last")


@dataclass(frozen=True, slots=True)
class Inequality:
    """A curve, the median over seeds where there are several.

    month : "2030-12" ; share, cumulated : per cent of firms and of the balance, smallest first
    gini : median over seeds ; low, high : smallest and largest of the seeds
    """

    month: str
    share: list[float]
    cumulated: list[float]
    gini: float
    low: float
    high: float

    def at(self, share: float) -> float:
        """Per cent of the balance that so many per cent of the firms have, the smallest ones."""
        return float(np.interp(share, self.share, self.cumulated))


def inequality(lenders: "pandas.DataFrame", measure: str, end: End = "last") -> Inequality:
    """The curve of the first or the last month."""
    month = lenders["month"].max() if end == "last" else lenders["month"].min()
    rows = lenders[lenders["month"] == month]
    seeds = [seed for _, seed in rows.groupby("seed")] if "seed" in rows.columns else [rows]
    curves, coefficients = [], []
    for seed in seeds:
        share, cumulated = lorenz(
            *(seed[name].to_numpy(float) for name in (COLUMNS[measure], "firms", "size_cv"))
        )
        curves.append(np.interp(GRID, share, cumulated))
        coefficients.append(gini(share, cumulated))
    return Inequality(
        month=month_text(month),
        share=(100 * GRID).tolist(),
        cumulated=(100 * np.median(curves, axis=0)).tolist(),
        gini=float(np.median(coefficients)),
        low=min(coefficients),
        high=max(coefficients),
    )


def lorenz_figure(
    measure: str,
    lenders: "pandas.DataFrame",
    base: "tuple[str, pandas.DataFrame] | None",
    base_colour: str,
    look: Look,
) -> Figure:
    """The newest curve strong, that of the first month thin, the other run's in grey.

    base : name and lenders' table of the other run
    """
    language: Language = "zh" if look.language == "zh" else "en"
    now, first = inequality(lenders, measure), inequality(lenders, measure, "first")
    equal: dict[str, Any] = {"color": look.muted, "width": 1, "dash": "dot"}
    traces = [
        _line([0.0, 100.0], [0.0, 100.0], MarketText.EQUAL.say(language), equal),
        _line(first.share, first.cumulated, first.month, {"color": look.accent, "width": 1.2}),
    ]
    if base is not None:
        name, table = base
        other = inequality(table, measure)
        grey = {"color": base_colour, "width": 2}
        traces.append(
            _line(other.share, other.cumulated, side_by_side(language, name, other.month), grey)
        )
    traces.append(_line(now.share, now.cumulated, now.month, {"color": look.accent, "width": 2.6}))
    return whole_figure(
        traces,
        policy={},
        y_title=MarketText.LORENZ_Y.say(language),
        y_axis={"range": [0, 100]},
        x_axis={
            "type": "linear",
            "range": [0, 100],
            "title": {
                "text": MarketText.LORENZ_X.say(language),
                "font": {"size": 12, "color": look.muted},
                "standoff": 4,
            },
        },
        layout={"showlegend": True, "hovermode": "closest"},
        look=look,
    )


def _line(x: list[float], y: list[float], name: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": line,
        "hovertemplate": f"{name}: %{{x:.4~r}}% → %{{y:.1f}}%<extra></extra>",
    }
