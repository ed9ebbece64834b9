"""Charts of lenders: pure functions, a lender's months in, Plotly figure out.

One lender is drawn in the colour of its kind; of several of one kind, each has a dash of its own.
The same lender in the other run lies beneath in grey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.catalogue import side_by_side
from dashboard.figures import Behind, fitted, language_of
from dashboard.happenings.happened import Happening
from dashboard.happenings.marks import marks
from dashboard.known_rows import known_rows
from dashboard.lender_months import SOURCES, column_of
from dashboard.lenders.bridge import Bridge
from dashboard.lenders.cards import FirmCard
from dashboard.lenders.texts import LendersText
from dashboard.opens import opens_lender
from dashboard.texts import Text
from sim.core.tables import LENDERS, Column
from sim.display import axis_title, month_text, number, quantity
from sim.figures import Figure, Look, kind_colour, line_with_band, over_seeds, whole_figure

if TYPE_CHECKING:
    import pandas

SMALL = 230
"""Height of a small chart, pixels."""

DASHES = ("solid", "dash", "dot", "dashdot")

SOURCE_COLOURS = {
    "deposits": "#0072B2",
    "wholesale": "#E69F00",
    "abs": "#009E73",
    "investors": "#CC79A7",
}
"""Colour of each borrowed source of money, the same in every chart of it."""


def source_colour(source: str, look: Look) -> str:
    """Colour of a source of money: equity has that of text, so that it shows on both grounds."""
    return look.ink if source == "equity" else SOURCE_COLOURS.get(source, look.muted)


@dataclass(frozen=True, slots=True)
class Shown:
    """A lender that is drawn.

    name : in words ; months : its rows with ratios ; colour, dash : of its lines
    """

    firm: str
    name: str
    kind: str
    months: "pandas.DataFrame"
    colour: str
    dash: str = "solid"


def in_colours(
    firms: Sequence[tuple[str, str, str, "pandas.DataFrame"]],
) -> list[Shown]:
    """Lenders with colours by kind; of several of one kind each has another dash.

    firms : name, name in words, kind, months
    """
    seen: dict[str, int] = {}
    shown = []
    for firm, name, kind, months in firms:
        colour = kind_colour(kind)
        place = seen.get(colour, 0)
        seen[colour] = place + 1
        shown.append(Shown(firm, name, kind, months, colour, DASHES[place % len(DASHES)]))
    return shown


# --- lines -----------------------------------------------------------------------------------


def firm_figure(
    card: FirmCard,
    firms: Sequence[Shown],
    base: Shown | None,
    policy: Mapping[str, list[str]],
    told: Sequence[Happening],
    look: Look,
) -> Figure:
    """A column of one or several lenders over time; beneath in grey the first in the other run."""
    column = column_of(card.column)
    traces: list[dict[str, Any]] = []
    if base is not None:
        traces += firm_lines(base, column, look, width=1.6)
    if len(firms) == 1:
        for name in card.beside:
            traces += thin_line(firms[0], name, look)
    for firm in firms:
        lines = firm_lines(firm, column, look, width=2.4)
        for line in lines[-1:] if len(firms) > 1 else []:
            line["meta"] = opens_lender(firm.firm)
        traces += lines if len(firms) == 1 else lines[-1:]  # bands of several hide each other
    months = span(firms)
    figure = whole_figure(
        [*traces, *marks(told, look, months)],
        policy=policy,
        y_title=axis_title(column, look.language),
        y_axis={"rangemode": "tozero", "nticks": 5} if card.from_zero else {"nticks": 5},
        x_axis={"range": list(months), "nticks": 5} if months[0] else {},
        # Lenders are named once, above all charts; here only what is beside a lone one.
        layout={"showlegend": len(firms) == 1 and bool(card.beside), "hovermode": "x unified"},
        look=look,
    )
    return small(figure)


def firm_lines(firm: Shown, column: Column, look: Look, width: float) -> list[dict[str, Any]]:
    """The line of one column with its band; none where the lender has no such figure."""
    rows = known_rows(firm.months, column.name)
    if rows.empty:
        return []
    lines = line_with_band(rows, column, firm.colour, firm.name, look)
    lines[-1]["line"] = {"color": firm.colour, "width": width, "dash": firm.dash}
    return lines


def thin_line(firm: Shown, name: str, look: Look) -> list[dict[str, Any]]:
    """A line beside the one that a chart is about: a limit dashed, the price of a source."""
    column = column_of(name)
    rows = known_rows(firm.months, name)
    rows = rows[rows[name] > 0]
    if rows.empty:
        return []
    source = name.removesuffix("_rate")
    colour = source_colour(source, look)
    line = line_with_band(rows, column, colour, column.label(look.language), look)[-1]
    return [line | {"line": {"color": colour, "width": 1.2, "dash": "dash"}}]


def span(firms: Sequence[Shown]) -> tuple[str, str]:
    """First and last month of the lenders that are drawn."""
    known = [firm.months["month"] for firm in firms if not firm.months.empty]
    if not known:
        return ("", "")
    return (
        month_text(min(months.min() for months in known)),
        month_text(max(months.max() for months in known)),
    )


def small(figure: Figure) -> Figure:
    """A figure in the size of a small chart."""
    layout = fitted(figure)["layout"] | {"height": SMALL}
    layout["margin"] = {"l": 52, "r": 12, "t": 30, "b": 26}
    layout["font"] = layout["font"] | {"size": 11}
    return figure | {"layout": layout}


def firm_headline(card: FirmCard, firm: Shown, base: Shown | None, look: Look) -> tuple[str, str]:
    """The newest figure of the first lender, and its month with what it was in the other run."""
    language = language_of(look)
    column = column_of(card.column)
    rows = known_rows(firm.months, column.name)
    if rows.empty:
        return "", LendersText.NO_DATA.say(language)
    newest = over_seeds(rows, column.name).iloc[-1]
    caption = month_text(newest["month"])
    if base is not None:
        others = known_rows(base.months, column.name)
        same = others[others["month"] == newest["month"]]
        if not same.empty:
            middle = float(over_seeds(same, column.name)["middle"].iloc[-1])
            value = quantity(column, middle, language)
            caption = LendersText.IN_BASE.say(language, month=caption, name=base.name, value=value)
    return quantity(column, float(newest["middle"]), language), caption


def firm_table(card: FirmCard, firms: Sequence[Shown], base: Shown | None, look: Look) -> Behind:
    """The values that a small chart draws, at the end of each year."""
    language = language_of(look)
    columns: list[tuple[str, Column, Shown]] = []
    for firm in [*firms, *([base] if base is not None else [])]:
        columns.append((firm.name, column_of(card.column), firm))
    if len(firms) == 1:
        columns += [
            (column_of(name).label(language), column_of(name), firms[0]) for name in card.beside
        ]
    cells: dict[str, list[str]] = {}
    for place, (_, column, firm) in enumerate(columns):
        rows = year_ends(known_rows(firm.months, column.name))
        middles = over_seeds(rows, column.name) if not rows.empty else rows.assign(middle=0.0)
        for month, middle in zip(middles["month"], middles["middle"], strict=True):
            line = cells.setdefault(month_text(month), [""] * len(columns))
            line[place] = number(column, middle, language)
    title = axis_title(column_of(card.column), language)
    heads = [
        Text.MONTH.say(language),
        *(side_by_side(language, name, title) for name, _, _ in columns[:1]),
    ]
    heads += [name for name, _, _ in columns[1:]]
    return Behind(heads, [[month, *values] for month, values in sorted(cells.items())])


def year_ends(rows: "pandas.DataFrame") -> "pandas.DataFrame":
    """The Decembers, and the last month."""
    if rows.empty:
        return rows
    chosen = (rows["month"].dt.month == 12) | (rows["month"] == rows["month"].max())
    return rows[chosen]


# --- where money comes from ------------------------------------------------------------------


def funding_figure(
    firm: Shown, policy: Mapping[str, list[str]], told: Sequence[Happening], look: Look
) -> Figure:
    """Equity and funding by source, stacked; mean over seeds."""
    factor, unit = amounts(look)
    means = firm.months.groupby("month")[["equity", *SOURCES]].mean()
    months = [month_text(month) for month in means.index]
    traces = []
    for name in ("equity", *SOURCES):
        if not (means[name] > 0).any():
            continue
        label = LENDERS.column(name).label(look.language)
        traces.append(
            {
                "type": "scatter",
                "x": months,
                "y": (means[name].clip(lower=0) * factor).tolist(),
                "name": label,
                "mode": "lines",
                "stackgroup": "money",
                "line": {"width": 0.6, "color": look.paper},
                "fillcolor": source_colour(name, look),
                "hovertemplate": f"{label}: %{{y:,.1f}} {unit}<extra></extra>",
            }
        )
    return fitted(
        whole_figure(
            [*traces, *marks(told, look, span([firm]))],
            policy=policy,
            y_title=side_by_side(
                language_of(look), LendersText.FUNDING.say(language_of(look)), unit
            ),
            y_axis={"rangemode": "tozero"},
            layout={"showlegend": True, "hovermode": "x unified"},
            look=look,
        )
    )


def amounts(look: Look) -> tuple[float, str]:
    """Factor and unit in which one lender's yuan are shown: a lender is no trillion."""
    language = language_of(look)
    return (1e-8 if language == "zh" else 1e-9), LendersText.SHEET_UNIT.say(language)


# --- from income to profit -------------------------------------------------------------------


def bridge_figure(bridges: Sequence[tuple[str, str, Bridge]], look: Look) -> Figure:
    """A waterfall for each lender (or for one in two runs), in per cent of its loans.

    bridges : name, colour, bridge
    """
    language = language_of(look)
    factor, unit = amounts(look)
    traces = []
    for name, colour, one in bridges:
        amounts_of = [*one.lines.values(), one.profit]
        steps = [100 * one.share(amount) for amount in amounts_of]
        traces.append(
            {
                "type": "waterfall",
                "name": name,
                "y": [
                    *(line.say(language) for line in one.lines),
                    LendersText.PROFIT.say(language),
                ],
                "x": steps,
                "orientation": "h",
                "measure": ["relative"] * len(one.lines) + ["total"],
                "text": [f"{step:+.1f}" for step in steps],
                "textposition": "outside" if len(bridges) == 1 else "none",
                "cliponaxis": False,
                "increasing": {"marker": {"color": colour}},
                "decreasing": {"marker": {"color": faded(colour)}},
                "totals": {"marker": {"color": colour, "line": {"color": look.ink, "width": 1.5}}},
                "connector": {"line": {"color": look.grid, "width": 1}},
                "customdata": [f"{factor * amount:,.2f} {unit}" for amount in amounts_of],
                "hovertemplate": "%{y}: %{text} % (%{customdata})<extra>%{fullData.name}</extra>",
            }
        )
    figure = whole_figure(
        traces,
        policy={},
        y_title="",
        y_axis={"type": "category", "autorange": "reversed", "tickformat": ""},
        x_axis={
            "type": "linear",
            "zeroline": True,
            "zerolinecolor": look.muted,
            "showgrid": True,
            "title": {
                "text": LendersText.OF_LOANS.say(language),
                "font": {"size": 12, "color": look.muted},
            },
        },
        layout={"showlegend": len(bridges) > 1, "hovermode": "closest", "waterfallgap": 0.25},
        look=look,
    )
    figure = fitted(figure)
    figure["layout"]["margin"] = {"l": 116, "r": 30, "t": 34, "b": 44}
    return figure


def faded(colour: str) -> str:
    """A colour at half of its strength, for what is taken away."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"


def bridge_table(bridges: Sequence[tuple[str, str, Bridge]], look: Look) -> Behind:
    """The bridge as text: amounts, and per cent of loans."""
    language = language_of(look)
    factor, unit = amounts(look)
    heads = [LendersText.BRIDGE.say(language)]
    heads += [side_by_side(language, name, of) for name, _, _ in bridges for of in (unit, "%")]
    lines = [*bridges[0][2].lines, None]
    rows = []
    for line in lines:
        name = LendersText.PROFIT.say(language) if line is None else line.say(language)
        row = [name]
        for _, _, one in bridges:
            amount = one.profit if line is None else one.lines[line]
            row += [f"{factor * amount:,.2f}", f"{100 * one.share(amount):+.2f}"]
        rows.append([cell.replace("-", "−") for cell in row])
    return Behind(heads, rows)


# --- the balance sheet -----------------------------------------------------------------------

SHEET = (
    ("cash", None),
    ("held", LendersText.LOANS),
    ("allowances", None),
    ("assets", None),
    *((name, None) for name in SOURCES),
    ("guarantee_duty", None),
    ("liabilities", None),
    ("equity", None),
    ("balance", LendersText.BRANDED),
    ("at_risk", LendersText.AT_RISK),
)
"""Lines of the balance sheet: column, and its name where that of the column says too little."""

SUMS = ("assets", "liabilities", "equity")


def sheet(firm: Shown, base: Shown | None, look: Look) -> Behind:
    """A lender's balance sheet at the beginning and at the end, and in the other run."""
    language = language_of(look)
    factor, _ = amounts(look)
    months = sorted(firm.months["month"].unique())
    picked: list[tuple[str, Any]] = [
        (month_text(month), firm.months[firm.months["month"] == month])
        for month in dict.fromkeys([months[0], months[len(months) // 2], months[-1]])
    ]
    if base is not None and not base.months.empty:
        last = base.months["month"].max()
        head = side_by_side(language_of(look), month_text(last), base.name)
        picked.append((head, base.months[base.months["month"] == last]))
    rows = []
    for name, words in SHEET:
        values = [float(rows_of[name].mean()) for _, rows_of in picked]
        if not any(values):
            continue
        label = words.say(language) if words else LENDERS.column(name).label(language)
        sign = -1 if name == "allowances" else 1
        rows.append(
            [label, *(f"{sign * factor * value:,.2f}".replace("-", "−") for value in values)]
        )
    return Behind([LendersText.SHEET_UNIT.say(language), *(head for head, _ in picked)], rows)
