"""Charts of a run's tables: pure functions, table in, Plotly figure out.

The report and the dashboard draw with these, so that a column, a kind of lender or a policy
event looks the same everywhere. Labels and units come from the column declarations. No
function changes a table it is given.

Look: one accent colour, bands lighter than lines, policy events as thin vertical lines with
their text on hover, a palette by kind of lender that the colour-blind can tell apart
(Okabe and Ito, "Color universal design", 2008).
"""

import html
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.tables import MARKET, Column, TableError
from sim.display import (
    axis_title,
    is_no_price,
    month_text,
    number,
    quantity,
    screen_unit,
)
from sim.names import kind_name, lender_name
from sim.summary import UNMET_CAUSES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

Tables = Mapping[str, "pandas.DataFrame"]

Figure = dict[str, Any]
"""A Plotly figure as plain data, `{"data": [...], "layout": {...}}`, as plotly.js reads it.

`plotly.graph_objects.Figure(figure)` makes an object of it; building plain data is ten times
quicker and needs no plotting library.
"""

ACCENT = "#0072B2"
LINES = (ACCENT, "#D55E00", "#009E73", "#CC79A7", "#E69F00")
"""Colours of the lines of one chart, in order; the first is the accent."""

KIND_COLOURS = {
    "bigtech": "#0072B2",
    "fintech": "#56B4E9",
    "internet_bank": "#009E73",
    "consumer_finance": "#E69F00",
    "small_loan": "#CC79A7",
    "bank": "#999999",
    "p2p": "#D55E00",
}
"""Kind of lender -> colour, the same in every chart; also the order in which kinds stack."""

OTHER_KIND = "#5b5b5b"


@dataclass(frozen=True, slots=True)
class Look:
    """What may differ between two renderings of one chart: language and ground, never content.

    language : "en" or "zh", for labels, units and numbers
    ink, muted, grid, paper : colours of text, of axis titles and policy marks, of thin lines, and
        of the ground
    accent : colour of the line that a chart is about
    kind, event : words for a kind of lender and for an event's text
    """

    language: str = "en"
    ink: str = "#1f2933"
    muted: str = "#6b7785"
    grid: str = "#e6e9ed"
    paper: str = "#ffffff"
    accent: str = ACCENT
    kind: Callable[[str], str] = kind_name
    event: Callable[[str], str] = str


LIGHT = Look()
"""The look of the report."""

MANY_SEEDS = 10
"""From this many seeds on, a band spans the 10th to 90th percentile; below, lowest to highest."""

VINTAGES_SHOWN = 7

APPROVAL_RATE = Column(
    "approval_rate",
    "Approval rate",
    "批准率",
    "fraction",
    "ratio",
    "float64",
    "Approvals / applications for new relationships.",
    when_empty=0.0,
)
VINTAGE_DEFAULT = Column(
    "default_by_age",
    "Ever 90+ days past due",
    "累计90天以上逾期占比",
    "fraction",
    "ratio",
    "float64",
    "Relationships of the cohort that ever reached d >= 4 by this age / relationships.",
    when_empty=0.0,
)
FIRST_DRAW_AGE = Column(
    "age",
    "Months since the first draw",
    "首次提款以来的月数",
    "",
    "key",
    "int64",
    "Age of a relationship in a vintage curve.",
)
BRAND_SHARE = Column(
    "brand_share",
    "Share of balance",
    "余额份额",
    "fraction",
    "ratio",
    "float64",
    "Balance under the lender's brand / balance of all brands.",
    when_empty=0.0,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: what it shows, how it is drawn, and the data behind it.

    identity : fixed id; sentences and pages refer to it
    headline : the figure written large beside the chart, from the newest month ("" for none)
    draw : tables -> figure
    data : tables -> the drawn values as text, for readers who do not see the figure
    """

    identity: str
    title: str
    note: str
    headline: Callable[[Tables], str]
    draw: Callable[[Tables], Figure]
    data: Callable[[Tables], "pandas.DataFrame"]


# --- what is drawn ---------------------------------------------------------------------------


def market_column(name: str) -> Column:
    """The declaration of a market column or of a ratio that the charts derive from it."""
    return APPROVAL_RATE if name == APPROVAL_RATE.name else MARKET.column(name)


def market_values(market: "pandas.DataFrame", name: str) -> "pandas.Series[float]":
    """A market column, or a ratio derived from market columns."""
    if name != APPROVAL_RATE.name:
        return market[name].astype("float64")
    asked = market["applications"]
    return (market["approvals"] / asked.where(asked > 0)).fillna(0.0)


def over_seeds(market: "pandas.DataFrame", name: str) -> "pandas.DataFrame":
    """One row a month: `month`, `middle` (median over seeds), `low` and `high` (the band).

    The band spans all seeds, or the 10th to 90th percentile from MANY_SEEDS on. With one seed
    all three are the value itself.
    """
    import numpy as np
    import pandas

    one = market_values(market, name)
    if "seed" not in market.columns:
        same = dict.fromkeys(("middle", "low", "high"), one.to_numpy())
        return pandas.DataFrame({"month": market["month"].array, **same}, index=market.index)
    seeds = int(market["seed"].nunique())
    ends = (0.1, 0.9) if seeds >= MANY_SEEDS else (0.0, 1.0)
    months, table = _by_month(market["month"].to_numpy(), np.asarray(one, np.float64))
    if table is not None:
        low, high = np.quantile(table, ends, axis=1)
        middle = np.median(table, axis=1)
        return pandas.DataFrame({"month": months, "middle": middle, "low": low, "high": high})
    groups = market[["month"]].assign(value=one).groupby("month")["value"]
    bands = {
        "middle": groups.median(),
        "low": groups.quantile(ends[0]),
        "high": groups.quantile(ends[1]),
    }
    return pandas.DataFrame(bands).reset_index()


def _by_month(
    months: "npt.NDArray[np.datetime64]", values: "Floats"
) -> "tuple[npt.NDArray[np.datetime64], Floats | None]":
    """Months in order, and values [months, seeds] where every month has all seeds, else None.

    A page calls this some hundred times; grouping rows by pandas takes fifty times as long.
    """
    import numpy as np

    known, place = np.unique(months, return_inverse=True)
    counts = np.bincount(place)
    if not len(known) or (counts != counts[0]).any() or np.isnan(values).any():
        return known, None
    return known, values[np.argsort(place, kind="stable")].reshape(len(known), counts[0])


def brand_shares(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    """Share of the balance by brand: one row a month, one column a lender, ordered by kind.

    Mean over seeds, so that every row sums to one (to zero where nothing is outstanding).
    """
    by = ["seed", "month"] if "seed" in lenders.columns else ["month"]
    totals = lenders.groupby(by)["balance"].transform("sum")
    shares = (lenders["balance"] / totals.where(totals > 0)).fillna(0.0)
    seeds = int(lenders["seed"].nunique()) if "seed" in lenders.columns else 1
    sums = shares.groupby([lenders["month"], lenders["lender"]]).sum()
    table = sums.unstack("lender", fill_value=0) / seeds
    kinds = kinds_of(lenders)
    order = sorted(table.columns, key=lambda name: (_rank(kinds[name]), -table[name].sum(), name))
    return table[order]


def kinds_of(lenders: "pandas.DataFrame") -> dict[str, str]:
    """Lender name -> kind."""
    pairs = lenders.drop_duplicates("lender")
    return dict(zip(pairs["lender"], pairs["kind"], strict=True))


def vintage_curves(vintages: "pandas.DataFrame") -> "pandas.DataFrame":
    """Share ever in default by age (rows) for a few cohorts (columns, "2024-07"), evenly spaced.

    Summed over seeds. Ages that a cohort has not reached are missing.
    """
    sums = vintages.groupby(["cohort", "age"])[["relationships", "ever_default"]].sum()
    sums = sums[sums["relationships"] > 0]
    rates = (sums["ever_default"] / sums["relationships"]).unstack("cohort")
    grown = [cohort for cohort in rates.columns if rates[cohort].count() > 1]
    step = max(1, -(-len(grown) // VINTAGES_SHOWN))
    shown = rates[grown[::step]]
    return shown.set_axis([month_text(cohort) for cohort in shown.columns], axis=1)


# --- how it is drawn -------------------------------------------------------------------------


def line_chart(
    market: "pandas.DataFrame",
    events: "pandas.DataFrame",
    names: Sequence[str],
    from_zero: bool = True,
    look: Look = LIGHT,
) -> Figure:
    """Lines of market columns that share one unit, with bands over seeds and policy lines."""
    columns = [market_column(name) for name in names]
    single = len(columns) == 1
    traces = []
    for column, colour in zip(columns, LINES, strict=False):
        traces += line_with_band(market, column, colour, look=look)
    return whole_figure(
        traces,
        policy=policy_texts(events, market),
        y_title=axis_title(columns[0], look.language) if single else _shared_title(columns, look),
        y_axis={"rangemode": "tozero"} if from_zero else {},
        layout={"showlegend": not single, "hovermode": "x unified"},
        look=look,
    )


def shares_chart(
    lenders: "pandas.DataFrame", events: "pandas.DataFrame", look: Look = LIGHT
) -> Figure:
    """Stacked shares of the balance by lender, coloured by kind, lighter for smaller lenders."""
    shares = brand_shares(lenders)
    shares = shares.loc[:, (shares > 0).any()]  # a funder without a brand is no band
    kinds = kinds_of(lenders)
    months = [month_text(month) for month in shares.index]
    last = lenders[lenders["month"] == lenders["month"].max()]
    seeds = int(lenders["seed"].nunique()) if "seed" in lenders.columns else 1
    firms = (last.groupby("lender")["firms"].sum() / seeds).round().astype("int64").to_dict()
    families = {lender: kind_family(kinds[lender]) for lender in shares.columns}
    members = Counter(families.values())
    placed: Counter[str] = Counter()
    traces = []
    for lender in shares.columns:
        kind = families[lender]
        name = html.escape(lender_name(lender, look.language))
        if firms.get(lender, 0) > 1:  # a fringe is no firm: its share is that of many together
            many = f"{firms[lender]:,}"
            name += f"（{many}家合计）" if look.language == "zh" else f" ({many} firms together)"
        place, placed[kind] = placed[kind], placed[kind] + 1
        traces.append(
            {
                "type": "scatter",
                "x": months,
                "y": (shares[lender] * 100).tolist(),
                "name": look.kind(kind),
                "legendgroup": kind,
                "showlegend": place == 0,
                "mode": "lines",
                "stackgroup": "shares",
                "line": {"width": 0.6, "color": look.paper},
                "fillcolor": _mixed(
                    kind_colour(kind), "#ffffff", 0.55 * place / max(members[kind], 2)
                ),
                "hovertemplate": f"{name}, %{{x|%Y-%m}}: %{{y:.1f}}%<extra></extra>",
                "uid": lender,
            }
        )
    return whole_figure(
        traces,
        policy=policy_texts(events, lenders),
        y_title=axis_title(BRAND_SHARE, look.language),
        y_axis={"range": [0, 100]},
        layout={"hovermode": "closest"},
        look=look,
    )


def vintages_chart(vintages: "pandas.DataFrame", look: Look = LIGHT) -> Figure:
    """Share of relationships ever in default by age, one line a cohort, stronger for newer ones."""
    curves = vintage_curves(vintages)
    last = max(len(curves.columns) - 1, 1)
    traces = []
    for place, cohort in enumerate(curves.columns):
        ages = curves[cohort].dropna()
        traces.append(
            {
                "type": "scatter",
                "x": ages.index.tolist(),
                "y": (ages * 100).tolist(),
                "name": cohort,
                "mode": "lines",
                "line": {
                    "color": _mixed(look.accent, look.paper, 0.55 * (1 - place / last)),
                    "width": 2,
                },
                "hovertemplate": f"{cohort}: %{{y:.2f}}%<extra></extra>",
            }
        )
    return whole_figure(
        traces,
        policy={},
        y_title=axis_title(VINTAGE_DEFAULT, look.language),
        y_axis={"rangemode": "tozero"},
        x_axis={
            "type": "linear",
            "title": _title(axis_title(FIRST_DRAW_AGE, look.language), look),
        },
        layout={"hovermode": "x unified", "showlegend": True},
        look=look,
    )


def kind_family(kind: str) -> str:
    """The kind that a sub-kind belongs to ("small_loan_online" -> "small_loan"); else itself."""
    matches = [name for name in KIND_COLOURS if kind == name or kind.startswith(f"{name}_")]
    return max(matches, key=len, default=kind)


def kind_colour(kind: str) -> str:
    """The colour of a kind of lender; a sub-kind has its kind's colour."""
    return KIND_COLOURS.get(kind_family(kind), OTHER_KIND)


def _rank(kind: str) -> tuple[int, str]:
    """Where a kind stands in the stacking order."""
    colours = list(KIND_COLOURS.values())
    colour = kind_colour(kind)
    return (colours.index(colour) if colour in colours else len(colours), kind)


def line_with_band(
    market: "pandas.DataFrame",
    column: Column,
    colour: str,
    name: str = "",
    look: Look = LIGHT,
) -> list[dict[str, Any]]:
    """The traces of one column: its median, and below it a lighter band where there are seeds.

    name : in legend and hover; the column's label if left out
    """
    rows = over_seeds(market, column.name)
    factor = screen_unit(column, look.language).factor
    months = [month_text(month) for month in rows["month"]]
    line = {
        "type": "scatter",
        "x": months,
        "y": [
            None if is_no_price(column, value) else value * factor
            for value in rows["middle"].tolist()
        ],
        "name": html.escape(name) or column.label(look.language),
        "mode": "lines" if len(rows) > 1 else "markers",
        "line": {"color": colour, "width": 2.5 if colour == look.accent else 1.8},
        "customdata": [quantity(column, value, look.language) for value in rows["middle"].tolist()],
        "hovertemplate": "%{customdata}",
    }
    if "seed" not in market.columns:
        return [line]
    edge = {
        "type": "scatter",
        "x": months,
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    low = edge | {"y": (rows["low"] * factor).tolist()}
    high = edge | {"y": (rows["high"] * factor).tolist()}
    return [low, high | {"fill": "tonexty", "fillcolor": translucent(colour)}, line]


def whole_figure(
    traces: list[dict[str, Any]],
    policy: Mapping[str, list[str]],
    y_title: str,
    y_axis: dict[str, Any],
    layout: dict[str, Any],
    x_axis: dict[str, Any] | None = None,
    look: Look = LIGHT,
) -> Figure:
    """A figure in the common calm look: plain ground, thin grid, dated x axis, legend above.

    policy : what changed by month, as `policy_texts` tells it; drawn as thin vertical lines
    """
    axis = {"gridcolor": look.grid, "zeroline": False, "linecolor": look.grid, "automargin": True}
    dated = {"showgrid": False, "type": "date", "hoverformat": "%Y-%m"}
    return {
        "data": traces + _policy_marks(policy, look),
        "layout": {
            "height": 340,
            "margin": {"l": 56, "r": 16, "t": 40, "b": 36},
            "paper_bgcolor": look.paper,
            "plot_bgcolor": look.paper,
            "font": {"family": "system-ui, sans-serif", "size": 13, "color": look.ink},
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "traceorder": "normal",
            },
            "hoverlabel": {
                "align": "left",
                "bgcolor": look.paper,
                "bordercolor": look.grid,
                "font": {"color": look.ink},
            },
            "xaxis": axis | dated | (x_axis or {}),
            "yaxis": axis | {"tickformat": ",~r", "title": _title(y_title, look)} | y_axis,
            "yaxis2": {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
            "shapes": _policy_lines(policy, look),
            **layout,
        },
    }


def _title(text: str, look: Look) -> dict[str, Any]:
    """The title of an axis."""
    return {"text": text, "font": {"size": 12, "color": look.muted}, "standoff": 10}


def policy_texts(events: "pandas.DataFrame", drawn: "pandas.DataFrame") -> dict[str, list[str]]:
    """Month ("2025-10") -> what changed then, for the policy changes in the months drawn."""
    first, last = drawn["month"].min(), drawn["month"].max()
    columns = [events[name].tolist() for name in ("month", "kind", "text")]
    texts: dict[str, list[str]] = {}
    for month, kind, text in dict.fromkeys(zip(*columns, strict=True)):  # seeds say the same
        if kind == "policy" and first <= month <= last:
            texts.setdefault(month_text(month), []).append(text)
    return texts


def _policy_lines(texts: Mapping[str, list[str]], look: Look) -> list[dict[str, Any]]:
    """Thin vertical lines where policy changed."""
    return [
        {
            "type": "line",
            "x0": month,
            "x1": month,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": look.muted, "width": 1, "dash": "dot"},
            "opacity": 0.6,
            "layer": "below",
        }
        for month in texts
    ]


def _policy_marks(texts: Mapping[str, list[str]], look: Look) -> list[dict[str, Any]]:
    """A small mark on top of every policy line, which tells on hover what changed."""
    if not texts:
        return []
    wrapped = [
        "<br>".join(
            line for text in told for line in textwrap.wrap(html.escape(look.event(text)), 60)
        )
        for told in texts.values()
    ]
    return [
        {
            "type": "scatter",
            "x": list(texts),
            "y": [1] * len(texts),
            "yaxis": "y2",
            "mode": "markers",
            "marker": {"symbol": "triangle-down", "size": 8, "color": look.muted},
            "cliponaxis": False,
            "showlegend": False,
            "name": "policy",
            "customdata": wrapped,
            "hovertemplate": "%{x|%Y-%m}: %{customdata}<extra></extra>",
        }
    ]


def _shared_title(columns: Sequence[Column], look: Look) -> str:
    """The axis title of several lines: their unit, which must be one."""
    units = {column.unit for column in columns}
    if len(units) != 1:
        raise TableError(f"one axis cannot carry the units {sorted(units)}")
    text = screen_unit(columns[0], look.language).text
    return text[0].upper() + text[1:]


def translucent(colour: str) -> str:
    """A colour at one sixth of its strength, for bands."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},0.16)"


def _mixed(colour: str, other: str, share: float) -> str:
    """A colour mixed with another; `share` is the part of the other [0, 1]."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(c + (o - c) * share):02x}" for c, o in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


# --- the data behind -------------------------------------------------------------------------


def market_data(market: "pandas.DataFrame", names: Sequence[str]) -> "pandas.DataFrame":
    """The drawn market columns as text, one row a month, units in the headers."""
    import pandas

    data: dict[str, list[str]] = {}
    for name in names:
        column = market_column(name)
        rows = over_seeds(market, name)
        data.setdefault("Month", [month_text(month) for month in rows["month"]])
        data[axis_title(column)] = [number(column, value) for value in rows["middle"]]
        if "seed" in market.columns:
            data[f"{column.label_en}, band"] = [
                f"{number(column, low)} to {number(column, high)}"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ]
    return pandas.DataFrame(data)


def shares_data(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    """Shares by lender as text at the end of each year."""
    import pandas

    shares = brand_shares(lenders)
    kinds = kinds_of(lenders)
    years = [month.year for month in shares.index]
    ends = shares.groupby(years).tail(1)
    data: dict[str, list[str]] = {
        "Lender": [lender_name(name) for name in shares.columns],
        "Kind": [kind_name(kinds[name]) for name in shares.columns],
    }
    for month, row in ends.iterrows():
        data[f"{month_text(month)}, %"] = [number(BRAND_SHARE, value) for value in row]
    return pandas.DataFrame(data)


def vintages_data(vintages: "pandas.DataFrame") -> "pandas.DataFrame":
    """The drawn vintage curves as text, one row an age."""
    import pandas

    curves = vintage_curves(vintages)
    data: dict[str, list[str]] = {"Months since first draw": [str(age) for age in curves.index]}
    for cohort in curves.columns:
        data[f"{cohort}, %"] = [
            "" if value != value else number(VINTAGE_DEFAULT, value) for value in curves[cohort]
        ]
    return pandas.DataFrame(data)


# --- the charts of a run ---------------------------------------------------------------------


def _market_chart(
    identity: str,
    title: str,
    note: str,
    names: Sequence[str],
    from_zero: bool = True,
    newest: str = "",
) -> Chart:
    """A line chart of market columns; the headline is that of `newest`, or of the first."""
    column = market_column(newest or names[0])

    def headline(tables: Tables) -> str:
        value = float(over_seeds(tables["market"], column.name)["middle"].iloc[-1])
        return f"{column.label_en} {quantity(column, value)}"

    def draw(tables: Tables) -> Figure:
        return line_chart(tables["market"], tables["events"], names, from_zero)

    def data(tables: Tables) -> "pandas.DataFrame":
        return market_data(tables["market"], names)

    return Chart(identity, title, note, headline, draw, data)


def charts(tables: Tables) -> list[Chart]:
    """The charts of a run in reading order; unmet demand by cause where the table has causes."""
    causes = [f"unmet_{cause}" for cause in UNMET_CAUSES]
    causes = [name for name in causes if name in tables["market"].columns]
    return [
        _market_chart(
            "concentration",
            "Concentration",
            "HHI over real firms: by brand that lends, by holder of the loan, by bearer of the "
            "risk. 10,000 points is a single firm.",
            ["hhi", "hhi_holder", "hhi_risk"],
        ),
        _market_chart(
            "top_shares",
            "Largest lenders",
            "Share of the balance held by the largest real firms, by brand.",
            ["cr5", "cr1", "cr3", "cr10"],
        ),
        _market_chart(
            "defaults",
            "Default path",
            "12 months: of the people performing a year ago, the share since 90 days late. The "
            "others are parts of today's balance: 30 or 90 days late, by brand; non-performing "
            "counts loans renewed in distress as well.",
            ["default_rate_12m", "dpd30_ratio", "dpd90_ratio", "npl_ratio"],
        ),
        Chart(
            "vintages",
            "Cohort curves",
            "Share of relationships ever 90 days late, by age; newer cohorts are stronger.",
            lambda tables: "",
            lambda tables: vintages_chart(tables["vintages"]),
            lambda tables: vintages_data(tables["vintages"]),
        ),
        _market_chart(
            "prices",
            "Price",
            "All-in rates count guarantee and service fees; the contract rate does not.",
            ["apr_new", "apr_stock", "apr_contract_new"],
            from_zero=False,
        ),
        Chart(
            "shares",
            "Who has the market",
            "Share of the balance by brand, coloured by kind of lender; point at a band for the "
            "lender's name.",
            _largest_lender,
            lambda tables: shares_chart(tables["lenders"], tables["events"]),
            lambda tables: shares_data(tables["lenders"]),
        ),
        _market_chart(
            "balance",
            "Balance",
            "Principal outstanding, arrears included, charged-off loans left out.",
            ["balance"],
        ),
        _market_chart(
            "lending",
            "New lending",
            "Draws paid out in the month; refinancing of older loans apart.",
            ["originations", "refinancing"],
        ),
        _market_chart(
            "access",
            "Access",
            "Approved applications for a new relationship as a share of all; redraws left out.",
            [APPROVAL_RATE.name],
        ),
        _market_chart(
            "unmet",
            "Unmet demand",
            "Credit wanted in searches that ended without a loan.",
            causes or ["unmet_demand"],
            newest="unmet_demand",
        ),
        _market_chart(
            "borrowers",
            "Borrowers with several lenders",
            "Active borrowers who owe three or more lenders.",
            ["multi3_share"],
        ),
        _market_chart(
            "lenders",
            "Number of lenders",
            "Real firms in business; a fringe agent counts all the firms it stands for.",
            ["lenders"],
        ),
    ]


def _largest_lender(tables: Tables) -> str:
    """Name and share of the largest lender in the newest month."""
    shares = brand_shares(tables["lenders"])
    if shares.empty:
        return ""
    newest = shares.iloc[-1]
    return f"{lender_name(str(newest.idxmax()))} {quantity(BRAND_SHARE, float(newest.max()))}"
