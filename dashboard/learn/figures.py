"""Charts of the page Learn: pure functions, tables of a run in, Plotly figure out."""

import math
from typing import TYPE_CHECKING, Any

from dashboard.catalogue import Language
from dashboard.learn.texts import LearnText
from sim.display import month_text
from sim.figures import (
    LINES,
    Figure,
    Look,
    Tables,
    kind_colour,
    line_with_band,
    market_column,
    vintages_chart,
    whole_figure,
)
from sim.names import kind_name, lender_name

if TYPE_CHECKING:
    import pandas

HEIGHT = 280
LARGEST = 7
TWELVE = 12


def language_of(look: Look) -> Language:
    """The language of a look."""
    return "zh" if look.language == "zh" else "en"


def last_month(tables: Tables) -> str:
    """The last month of a run."""
    return month_text(tables["market"]["month"].max())


def hhi_figure(tables: Tables, look: Look) -> Figure:
    """What each brand adds to HHI in the last month: 10,000 s^2 (1 + cv^2) / firms."""
    rows = _latest(tables["lenders"])
    adds = hhi_parts(rows)
    names = adds.index.tolist()
    kinds = dict(zip(rows["lender"], rows["kind"], strict=True))
    shown = names[:LARGEST]
    rest = float(adds.iloc[LARGEST:].sum())
    labels = [lender_name(name, look.language) for name in shown]
    labels.append(LearnText.OTHERS.say(language_of(look)))
    colours = [*(kind_colour(kinds[name]) for name in shown), look.muted]
    values = [*(float(adds[name]) for name in shown), rest]
    axis = LearnText.ADDS.say(language_of(look))
    return _bars(labels, values, colours, axis, look, digits=0)


def hhi_parts(rows: "pandas.DataFrame") -> "pandas.Series[float]":
    """What each brand adds to HHI, points, largest first; the mean over seeds."""
    by = "seed" if "seed" in rows.columns else "month"
    share = rows["balance"] / rows.groupby(by)["balance"].transform("sum")
    points = 1e4 * share**2 * (1 + rows["size_cv"] ** 2) / rows["firms"].clip(lower=1)
    seeds = rows[by].nunique()
    return (points.groupby(rows["lender"]).sum() / seeds).sort_values(ascending=False)


def vintage_figure(tables: Tables, look: Look) -> Figure:
    """Cohort curves."""
    return _fitted(vintages_chart(tables["vintages"], look))


def roll_figure(tables: Tables, look: Look) -> Figure:
    """Balance 30 and 90 days late, and who reaches 90 days in a month."""
    return _lines(tables, ("dpd30_ratio", "dpd90_ratio", "default_rate_1m"), "%", look)


def apr_figure(tables: Tables, look: Look) -> Figure:
    """All-in and contract rate of new loans."""
    return _lines(tables, ("apr_new", "apr_contract_new"), "%", look)


def leverage_figure(tables: Tables, look: Look) -> Figure:
    """At own risk over equity by kind of lender, in the last month."""
    rows = _latest(tables["lenders"])
    sums = rows.groupby("kind")[["at_risk", "equity"]].sum()
    sums = sums[(sums["equity"] > 0) & (sums["at_risk"] > 0)]
    ratio = (sums["at_risk"] / sums["equity"]).sort_values(ascending=False)
    labels = [kind_name(str(kind), look.language) for kind in ratio.index]
    colours = [kind_colour(str(kind)) for kind in ratio.index]
    axis = LearnText.TIMES.say(language_of(look))
    return _bars(labels, ratio.tolist(), colours, axis, look, digits=1)


def lgd_figure(tables: Tables, look: Look) -> Figure:
    """One less recoveries over charge-offs of twelve months, all seeds together, %."""
    sums = tables["market"].groupby("month")[["recoveries", "chargeoffs"]].sum()
    rolling = sums.rolling(TWELVE).sum().dropna()
    lost = 100 * (
        1 - rolling["recoveries"] / rolling["chargeoffs"].where(rolling["chargeoffs"] > 0)
    )
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [month_text(month) for month in lost.index],
        "y": [None if math.isnan(value) else value for value in lost.tolist()],
        "line": {"color": look.accent, "width": 2.5},
        "hovertemplate": "%{x|%Y-%m}: %{y:.0f}%<extra></extra>",
    }
    title = LearnText.LGD_AXIS.say(language_of(look))
    drawn = whole_figure([line], {}, title, {}, {"showlegend": False}, look=look)
    return _fitted(drawn)


def _latest(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    return lenders[lenders["month"] == lenders["month"].max()]


def _lines(tables: Tables, names: tuple[str, ...], unit: str, look: Look) -> Figure:
    traces: list[dict[str, Any]] = []
    for name, colour in zip(names, (look.accent, *LINES[1:]), strict=False):
        traces += line_with_band(tables["market"], market_column(name), colour, look=look)
    layout = {"hovermode": "x unified"}
    return _fitted(whole_figure(traces, {}, unit, {"rangemode": "tozero"}, layout, look=look))


def _bars(
    labels: list[str],
    values: list[float],
    colours: list[str],
    axis: str,
    look: Look,
    digits: int,
) -> Figure:
    """Bars, the first at the top, each with its figure beside it."""
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": labels,
        "marker": {"color": colours},
        "text": [f"{value:,.{digits}f}" for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    drawn = whole_figure(
        [bar],
        {},
        "",
        {"type": "category", "autorange": "reversed", "tickformat": ""},
        {"showlegend": False, "hovermode": "closest"},
        {
            "type": "linear",
            "hoverformat": "",
            "title": {"text": axis, "font": {"size": 12}},
            "range": [0, 1.15 * max(values, default=1.0)],
        },
        look,
    )
    fitted = _fitted(drawn)
    fitted["layout"]["margin"] = {"l": 150, "r": 16, "t": 10, "b": 46}
    return fitted


def _fitted(figure: Figure) -> Figure:
    layout = figure["layout"] | {"height": HEIGHT, "dragmode": False, "autosize": True}
    layout["font"] = layout["font"] | {"size": 12}
    return figure | {"layout": layout}
