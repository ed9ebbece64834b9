"""Charts of the dashboard: pure functions, tables in, Plotly figure out.

Lines, bands, shares, cohort curves and policy marks are those of the report (sim/figures.py); here
a second run is laid beneath the first, and the newest figure is found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dashboard.cards import BY_KIND, Card
from dashboard.catalogue import Language, side_by_side
from dashboard.happenings.happened import (
    ON_CHARTS,
    REGULATOR,
    Happening,
    happenings,
    shocks,
)
from dashboard.happenings.marks import marks
from dashboard.lorenz_figure import ENDS, TOLD, inequality, lorenz_figure
from dashboard.market.texts import MarketText
from dashboard.opens import opens_lender
from dashboard.texts import Text
from sim.display import axis_title, difference, month_text, number, quantity, unit_text
from sim.figures import (
    BRAND_SHARE,
    VINTAGE_DEFAULT,
    Figure,
    Look,
    Tables,
    brand_shares,
    kinds_of,
    line_with_band,
    market_column,
    over_seeds,
    policy_texts,
    shares_chart,
    vintage_curves,
    vintages_chart,
    whole_figure,
)

if TYPE_CHECKING:
    import pandas

HEIGHT = 300
MARGIN = {"l": 56, "r": 18, "t": 34, "b": 32}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Tables that are drawn, what they are called, and the manifest of their run."""

    name: str
    tables: Tables
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seeds(self) -> int:
        """Seeds in the tables."""
        market = self.tables["market"]
        return int(market["seed"].nunique()) if "seed" in market.columns else 1

    def happened(self) -> list[Happening]:
        """What happened besides the rules that are marked by themselves."""
        told = happenings(self.tables["events"], self.seeds) + shocks(self.manifest)
        return sorted((one for one in told if one.sort in ON_CHARTS), key=lambda one: one.month)


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure written large beside a chart.

    value : with its unit ; caption : what and when ; change : against the other run ("" for none)
    """

    value: str
    caption: str
    change: str = ""


# --- figures ---------------------------------------------------------------------------------


def card_figure(
    card: Card, measure: str, shown: Drawn, base: Drawn | None, base_colour: str, look: Look
) -> Figure:
    """What a card shows of a run, with another one beneath it in grey."""
    if card.drawing == "shares":
        figure = shares_figure(measure, shown, look)
    elif card.drawing == "vintages":
        figure = vintages_figure(shown, base, base_colour, look)
    elif card.drawing == "lorenz":
        beneath = None if base is None else (base.name, base.tables["lenders"])
        figure = lorenz_figure(measure, shown.tables["lenders"], beneath, base_colour, look)
    else:
        figure = lines_figure(measure, shown, base, base_colour, card.from_zero, look)
    if card.is_dated:
        figure = with_happenings(figure, shown, look)
    fits = fitted(figure)
    if card.drawing == "lorenz":  # its time axis has a title
        fits["layout"] |= {"margin": MARGIN | {"b": 44}}
    return fits


def with_happenings(figure: Figure, shown: Drawn, look: Look) -> Figure:
    """A dated figure with marks of what happened besides rules, in half of the seeds or more."""
    months = shown.tables["market"]["month"]
    told = [one for one in shown.happened() if 2 * one.seeds >= one.of]
    ends = (month_text(months.min()), month_text(months.max()))
    return figure | {"data": [*figure["data"], *marks(told, look, ends)]}


def lines_figure(
    measure: str,
    shown: Drawn,
    base: Drawn | None,
    base_colour: str,
    from_zero: bool,
    look: Look,
) -> Figure:
    """One market column over time with its band, and the same of the other run below it."""
    column = market_column(measure)
    traces: list[dict[str, Any]] = []
    if base is not None:
        traces += line_with_band(base.tables["market"], column, base_colour, base.name, look)
    line = line_with_band(shown.tables["market"], column, look.accent, shown.name, look)
    traces += [*line, _newest_dot(line[-1], look)]
    return whole_figure(
        traces,
        policy=both_policies(shown, base, look),
        y_title=axis_title(column, look.language),
        y_axis={"rangemode": "tozero"} if from_zero else {},
        x_axis={"range": _span(shown, base)},
        layout={"showlegend": base is not None, "hovermode": "x unified"},
        look=look,
    )


def _span(shown: Drawn, base: Drawn | None) -> list[str]:
    """The time axis: the months of both runs, and room for the dot on the last."""
    months = shown.tables["market"]["month"]
    ends = [one.tables["market"]["month"].iloc[-1] for one in (shown, base or shown)]
    day = max(ends).replace(day=28)
    return [month_text(months.iloc[0]), f"{day:%Y-%m-%d}"]


def shares_figure(measure: str, shown: Drawn, look: Look) -> Figure:
    """Shares of the balance, stacked by lender or by kind of lender."""
    figure = shares_chart(_grouped(measure, shown, look), shown.tables["events"], look)
    for trace in figure["data"]:
        if measure != BY_KIND and "uid" in trace:
            trace["meta"] = opens_lender(trace["uid"])
    return figure


def vintages_figure(shown: Drawn, base: Drawn | None, base_colour: str, look: Look) -> Figure:
    """Cohort curves, those of the other run in thin grey beneath."""
    figure = vintages_chart(shown.tables["vintages"], look)
    if base is not None:
        beneath = vintages_chart(base.tables["vintages"], look)["data"]
        grey = {"color": base_colour, "width": 1, "dash": "dot"}
        for trace in beneath:
            trace.update(
                name=f"{base.name} {trace['name']}", line=grey, showlegend=False, hoverinfo="skip"
            )
            del trace["hovertemplate"]
        figure = figure | {"data": beneath + figure["data"]}
    return figure


def frame_figure(
    card: Card,
    measure: str,
    months: Sequence[str],
    policy: Mapping[str, list[str]],
    message: str,
    look: Look,
) -> Figure:
    """The chart before there is anything to draw: axes, the calendar of policy, a word of comfort.

    months : first and last ("2024-01") ; policy : as `policy_texts` tells it
    """
    dated, last = card.is_dated, 100 if card.drawing == "lorenz" else 24
    unseen: dict[str, object] = {"type": "scatter", "y": [0, 0]}
    unseen |= {"x": list(months) if dated else [0, last]}
    unseen |= {"mode": "lines", "opacity": 0, "hoverinfo": "skip"}  # else there is no axis
    figure = whole_figure(
        [unseen],
        policy=policy if dated else {},
        y_title=axis_title(measured(card, measure), look.language),
        y_axis={"range": [0, 1], "showticklabels": False},
        x_axis={"range": list(months)} if dated else {"type": "linear", "range": [0, last]},
        layout={"showlegend": False, "hovermode": "closest"},
        look=look,
    )
    figure["layout"]["annotations"] = [
        {
            "text": message,
            "xref": "paper",
            "yref": "paper",
            "x": 0.5,
            "y": 0.5,
            "showarrow": False,
            "font": {"size": 13, "color": look.muted},
            "bgcolor": look.paper,
            "borderpad": 6,
        }
    ]
    return fitted(figure)


def measured(card: Card, measure: str) -> Any:
    """The declaration of the column that a card shows."""
    if card.drawing in ("shares", "lorenz"):
        return BRAND_SHARE
    return VINTAGE_DEFAULT if card.drawing == "vintages" else market_column(measure)


def both_policies(shown: Drawn, base: Drawn | None, look: Look) -> dict[str, list[str]]:
    """Policy changes by month; where two runs differ, each says whose it is."""
    own = _rules(shown)
    if base is None:
        return own
    other = _rules(base)
    merged: dict[str, list[str]] = {}
    for month in sorted({*own, *other}):
        here, there = own.get(month, []), other.get(month, [])
        merged[month] = (
            [text for text in here if text in there]
            + [_only(text, shown.name, look) for text in here if text not in there]
            + [_only(text, base.name, look) for text in there if text not in here]
        )
    return merged


def _rules(shown: Drawn) -> dict[str, list[str]]:
    """What the regulator's rules did by month; what befell a lender under them is told of it."""
    events = shown.tables["events"]
    return policy_texts(events[events["actor"] == REGULATOR], shown.tables["market"])


def _only(text: str, name: str, look: Look) -> str:
    return Text.ONLY_IN.say(language_of(look), text=look.event(text), name=name)


def _grouped(measure: str, shown: Drawn, look: Look) -> "pandas.DataFrame":
    """The lenders' table, its lenders replaced by their kinds where that is asked for."""
    lenders = shown.tables["lenders"]
    if measure != BY_KIND:
        return lenders
    return lenders.assign(lender=lenders["kind"].map(look.kind))


def _newest_dot(line: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """A dot on the last point of a line: the figure that stands large beside the chart."""
    return {
        "type": "scatter",
        "x": line["x"][-1:],
        "y": line["y"][-1:],
        "mode": "markers",
        "marker": {"size": 8, "color": look.accent, "line": {"width": 1.5, "color": look.paper}},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def fitted(figure: Figure) -> Figure:
    """A figure in the size of a card; its place in the page decides the width."""
    layout = figure["layout"] | {
        "height": HEIGHT,
        "margin": MARGIN,
        "autosize": True,
        "dragmode": False,  # a thumb scrolls the page, not the chart
    }
    layout["font"] = layout["font"] | {"size": 12}
    for name in ("xaxis", "yaxis"):  # margins are set: growing them means drawing twice
        layout[name] = layout[name] | {"automargin": False}
    return figure | {"layout": layout}


# --- the newest figure -----------------------------------------------------------------------


def headline(card: Card, measure: str, shown: Drawn, base: Drawn | None, look: Look) -> Headline:
    """The newest figure of what a card shows, and its difference to the other run."""
    language = language_of(look)
    if card.drawing == "shares":
        largest = _largest(measure, shown, look)
        alone = Text.ONLY_SHOWN.say(language, name=shown.name) if base is not None else ""
        return replace(largest, change=alone)
    if card.drawing == "vintages":
        dotted = Text.DOTTED.say(language, name=base.name) if base is not None else ""
        return replace(_oldest_cohort(shown, language), change=dotted)
    if card.drawing == "lorenz":
        return _gini(measure, shown, base, language)
    column = market_column(measure)
    rows = over_seeds(shown.tables["market"], measure)
    month, value = rows["month"].iloc[-1], float(rows["middle"].iloc[-1])
    change = ""
    if base is not None:
        others = over_seeds(base.tables["market"], measure)
        same = others[others["month"] == month]
        if not same.empty:
            gap = difference(column, value - float(same["middle"].iloc[0]), language)
            change = Text.AGAINST_VALUE.say(language, difference=gap, name=base.name)
    return Headline(quantity(column, value, language), month_text(month), change)


def _largest(measure: str, shown: Drawn, look: Look) -> Headline:
    """The largest firm's share, or that of the largest kind of lender.

    The largest band need not be a firm: a fringe agent stands for many.
    """
    language = language_of(look)
    if measure != BY_KIND:
        rows = over_seeds(shown.tables["market"], "cr1")
        value, month = float(rows["middle"].iloc[-1]), month_text(rows["month"].iloc[-1])
        caption = Text.LARGEST_FIRM.say(language, month=month)
    else:
        shares = brand_shares(_grouped(measure, shown, look))
        newest, month = shares.iloc[-1], month_text(shares.index[-1])
        value = float(newest.max())
        caption = Text.LARGEST_KIND.say(language, name=str(newest.idxmax()), month=month)
    return Headline(quantity(BRAND_SHARE, value, language), caption)


def _oldest_cohort(shown: Drawn, language: Language) -> Headline:
    """The newest drawn cohort that has lived a year, at the age of a year (or its last)."""
    curves = vintage_curves(shown.tables["vintages"])
    grown = [cohort for cohort in curves.columns if curves[cohort].dropna().index.max() >= 12]
    if not grown:
        return Headline("", "")
    value = float(curves[grown[-1]].loc[12])
    caption = Text.COHORT_AT.say(language, cohort=grown[-1], age=12)
    return Headline(quantity(VINTAGE_DEFAULT, value, language), caption)


def _gini(measure: str, shown: Drawn, base: Drawn | None, language: Language) -> Headline:
    """The Gini coefficient of the newest curve, against the other run or the first month."""
    now = inequality(shown.tables["lenders"], measure)
    before, name = inequality(shown.tables["lenders"], measure, "first"), ""
    if base is not None:
        before, name = inequality(base.tables["lenders"], measure), base.name
    gap = f"{now.gini - before.gini:+.3f}".replace("-", "−")
    change = MarketText.GINI_CHANGE.say(language, difference=gap, month=before.month)
    if name:
        change = Text.AGAINST_VALUE.say(language, difference=gap, name=name)
    caption = now.month
    if now.high > now.low:
        ends = {"low": f"{now.low:.3f}", "high": f"{now.high:.3f}"}
        caption = MarketText.GINI_RANGE.say(language, month=now.month, **ends)
    return Headline(MarketText.GINI.say(language, value=f"{now.gini:.3f}"), caption, change)


def language_of(look: Look) -> Language:
    """The language of a look."""
    return "zh" if look.language == "zh" else "en"


# --- the table behind ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """The drawn values as text, for readers who do not see the figure."""

    heads: list[str]
    rows: list[list[str]]


def card_table(card: Card, measure: str, shown: Drawn, base: Drawn | None, look: Look) -> Behind:
    """The values that a card draws."""
    language = language_of(look)
    if card.drawing == "shares":
        return _shares_table(measure, shown, look)
    if card.drawing == "vintages":
        return _vintages_table(shown, language)
    if card.drawing == "lorenz":
        return _lorenz_table(measure, shown, language)
    column = market_column(measure)
    heads = [Text.MONTH.say(language)]
    cells: dict[str, list[str]] = {}
    drawn = [shown] if base is None else [shown, base]
    for one in drawn:
        label = side_by_side(language, one.name, axis_title(column, language))
        rows = over_seeds(one.tables["market"], measure)
        seeds = "seed" in one.tables["market"].columns
        heads += [label, *([Text.BAND.say(language, label=one.name)] if seeds else [])]
        for month, middle, low, high in zip(
            rows["month"], rows["middle"], rows["low"], rows["high"], strict=True
        ):
            line = cells.setdefault(month_text(month), [])
            line.append(number(column, middle, language))
            if seeds:
                ends = {
                    "low": number(column, low, language),
                    "high": number(column, high, language),
                }
                line.append(Text.RANGE.say(language, **ends))
    return Behind(heads, [[month, *values] for month, values in sorted(cells.items())])


def _shares_table(measure: str, shown: Drawn, look: Look) -> Behind:
    """Shares at the end of each year."""
    language = language_of(look)
    lenders = _grouped(measure, shown, look)
    shares = brand_shares(lenders)
    kinds = kinds_of(lenders)
    ends = shares.groupby([month.year for month in shares.index]).tail(1)
    unit = unit_text(BRAND_SHARE, language)
    heads = [Text.LENDER.say(language), Text.KIND.say(language)]
    heads += [side_by_side(language, month_text(month), unit) for month in ends.index]
    rows = [
        [name, look.kind(kinds[name]), *(number(BRAND_SHARE, end, language) for end in ends[name])]
        for name in shares.columns
    ]
    return Behind(heads, rows)


def _lorenz_table(measure: str, shown: Drawn, language: Language) -> Behind:
    """The curve at every tenth of the firms, and close to the largest."""
    ends = [inequality(shown.tables["lenders"], measure, end) for end in ENDS]
    heads = [MarketText.LORENZ_X.say(language)]
    heads += [side_by_side(language, one.month, MarketText.LORENZ_Y.say(language)) for one in ends]
    rows = [[f"{share:g}", *(f"{one.at(share):.1f}" for one in ends)] for share in TOLD]
    return Behind(heads, rows)


def _vintages_table(shown: Drawn, language: Language) -> Behind:
    curves = vintage_curves(shown.tables["vintages"])
    unit = unit_text(VINTAGE_DEFAULT, language)
    heads = [
        Text.AGE.say(language),
        *(side_by_side(language, cohort, unit) for cohort in curves.columns),
    ]
    rows = [
        [str(age)]
        + ["" if value != value else number(VINTAGE_DEFAULT, value, language) for value in values]
        for age, values in zip(curves.index, curves.to_numpy(), strict=True)
    ]
    return Behind(heads, rows)
