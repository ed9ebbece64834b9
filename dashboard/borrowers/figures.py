"""Charts of groups of people: pure functions, sums of cells in, Plotly figure out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Catalogue, Language, side_by_side
from dashboard.figures import Behind, fitted, language_of
from dashboard.known_rows import known_rows
from dashboard.opens import opens_group
from dashboard.segment_months import CAUSES, COUNTRY, PLACE, REGION, SEGMENT, TOWN, column_of
from dashboard.texts import Text
from sim.core.tables import SEGMENTS
from sim.display import axis_title, difference, month_text, number, quantity
from sim.figures import LINES, Figure, Look, line_with_band, over_seeds, whole_figure
from sim.names import region_name, segment_name

if TYPE_CHECKING:
    import pandas

SMALL = 250
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
CAUSE_COLOURS = ("#0072B2", "#D55E00", "#E69F00", "#009E73", "#999999")
YEAR = 12


@dataclass(frozen=True, slots=True)
class PeopleCard:
    """One chart: a measure of every group."""

    identity: str
    title: Catalogue
    note: Catalogue
    measure: str
    from_zero: bool = True


CARDS = (
    PeopleCard("access", BorrowersText.ACCESS, BorrowersText.ACCESS_NOTE, "approval_rate"),
    PeopleCard("default", BorrowersText.DEFAULT, BorrowersText.DEFAULT_NOTE, "default_rate_12m"),
    PeopleCard("over", BorrowersText.OVER, BorrowersText.OVER_NOTE, "over_indebted_share"),
    PeopleCard("multi", BorrowersText.MULTI, BorrowersText.MULTI_NOTE, "multi3_share"),
    PeopleCard("rollover", BorrowersText.ROLLOVER, BorrowersText.ROLLOVER_NOTE, "rollover_share"),
    PeopleCard("unmet", BorrowersText.UNMET, BorrowersText.UNMET_NOTE, "unmet_share"),
    PeopleCard("price", BorrowersText.PRICE, BorrowersText.PRICE_NOTE, "apr_new", from_zero=False),
    PeopleCard("active", BorrowersText.ACTIVE, BorrowersText.ACTIVE_NOTE, "active_share"),
)


def group_name(by: str, value: str, language: Language) -> str:
    """A group of people in words."""
    if by == SEGMENT:
        return segment_name(value, language)
    if by == PLACE:
        texts = {TOWN: BorrowersText.TOWN, COUNTRY: BorrowersText.COUNTRY}
        return texts[value].say(language) if value in texts else value
    return region_name(value, language)


def groups_of(sums: "pandas.DataFrame", by: str) -> list[str]:
    """The groups there are, in the order of the table."""
    return [str(value) for value in sums[by].unique()]


def people_figure(
    card: PeopleCard,
    by: str,
    sums: "pandas.DataFrame",
    base: "pandas.DataFrame | None",
    policy: Mapping[str, list[str]],
    look: Look,
) -> Figure:
    """A line for every group; the same groups in the other run dotted beneath.

    sums, base : see `grouped`, by the same grouping
    """
    language = language_of(look)
    column = column_of(card.measure)
    beneath: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    for place, group in enumerate(groups_of(sums, by)):
        colour = LINES[place % len(LINES)]
        name = group_name(by, group, language)
        lines = _lines(sums, by, group, card.measure, colour, name, look)
        if lines:
            lines[-1]["line"] = {"color": colour, "width": 2.2, "dash": DASHES[place % 5]}
            lines[-1]["meta"] = opens_group(by, [group])
            traces += lines[-1:]
        if base is not None:
            other = _lines(base, by, group, card.measure, colour, name, look)
            for line in other[-1:]:
                line |= {"line": {"color": colour, "width": 1, "dash": "dot"}}
                line |= {"showlegend": False, "hoverinfo": "skip", "opacity": 0.75}
                del line["hovertemplate"]
                beneath.append(line)
    figure = fitted(
        whole_figure(
            [*beneath, *traces],
            policy=policy,
            y_title=axis_title(column, look.language),
            y_axis={"rangemode": "tozero", "nticks": 5} if card.from_zero else {"nticks": 5},
            x_axis={"nticks": 6},
            layout={"showlegend": False, "hovermode": "x unified"},
            look=look,
        )
    )
    figure["layout"] |= {"height": SMALL, "margin": {"l": 52, "r": 12, "t": 20, "b": 26}}
    return figure


def _lines(
    sums: "pandas.DataFrame",
    by: str,
    group: str,
    measure: str,
    colour: str,
    name: str,
    look: Look,
) -> list[dict[str, Any]]:
    rows = known_rows(sums[sums[by] == group], measure)
    return [] if rows.empty else line_with_band(rows, column_of(measure), colour, name, look)


def people_headline(
    card: PeopleCard, whole: "pandas.DataFrame", base: "pandas.DataFrame | None", look: Look
) -> tuple[str, str]:
    """The newest figure of everybody who is shown, and the change against the other run.

    whole, base : see `grouped`, without a grouping
    """
    language = language_of(look)
    column = column_of(card.measure)
    rows = over_seeds(known_rows(whole, card.measure), card.measure)
    if rows.empty:
        return "", ""
    value, caption = float(rows["middle"].iloc[-1]), month_text(rows["month"].iloc[-1])
    if base is not None:
        others = over_seeds(known_rows(base, card.measure), card.measure)
        same = others[others["month"] == rows["month"].iloc[-1]]
        if not same.empty:
            gap = difference(column, value - float(same["middle"].iloc[0]), language)
            caption = f"{caption}; {gap}"
    return quantity(column, value, language), caption


def people_table(card: PeopleCard, by: str, sums: "pandas.DataFrame", look: Look) -> Behind:
    """The values of a chart at the end of each year."""
    language = language_of(look)
    column = column_of(card.measure)
    groups = groups_of(sums, by)
    heads = [side_by_side(language, Text.MONTH.say(language), axis_title(column, language))]
    heads += [group_name(by, group, language) for group in groups]
    cells: dict[str, list[str]] = {}
    for place, group in enumerate(groups):
        rows = sums[(sums[by] == group) & (sums["month"].dt.month == 12)]
        rows = over_seeds(known_rows(rows, card.measure), card.measure)
        for month, middle in zip(rows["month"], rows["middle"], strict=True):
            line = cells.setdefault(month_text(month), [""] * len(groups))
            line[place] = number(column, middle, language)
    return Behind(heads, [[month, *values] for month, values in sorted(cells.items())])


# --- the last year -----------------------------------------------------------------------------


def last_year(sums: "pandas.DataFrame") -> "pandas.DataFrame":
    """The rows of the last twelve months."""
    months = sorted(sums["month"].unique())[-YEAR:]
    return sums[sums["month"].isin(months)]


def causes_of(sums: "pandas.DataFrame", by: str) -> "pandas.DataFrame":
    """[group, cause] unmet demand by cause of the last year, of it and new lending together."""
    year = last_year(sums).groupby(by, sort=False).sum(numeric_only=True)
    wanted = year["unmet_demand"] + year["originations"]
    return year[list(CAUSES)].div(wanted.where(wanted > 0), axis=0).fillna(0.0)


def causes_figure(
    by: str, sums: "pandas.DataFrame", base: "pandas.DataFrame | None", look: Look
) -> Figure:
    """Bars of unmet demand by cause for every group, those of the other run hatched beside."""
    language = language_of(look)
    traces: list[dict[str, Any]] = []
    for run, frame in enumerate([sums] if base is None else [sums, base]):
        shares = causes_of(frame, by)
        names = [group_name(by, str(group), language) for group in shares.index]
        for place, cause in enumerate(CAUSES):
            label = SEGMENTS.column(cause).label(language)
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": names,
                    "x": (100 * shares[cause]).tolist(),
                    "name": label,
                    "legendgroup": cause,
                    "showlegend": run == 0,
                    "offsetgroup": str(run),
                    "marker": {
                        "color": CAUSE_COLOURS[place],
                        "pattern": {"shape": "/" if run else ""},
                    },
                    "hovertemplate": f"%{{y}}, {label}: %{{x:.1f}}%<extra></extra>",
                    "meta": opens_group(by, [str(group) for group in shares.index]),
                }
            )
    figure = fitted(
        whole_figure(
            traces,
            policy={},
            y_title="",
            y_axis={"type": "category", "autorange": "reversed", "tickformat": ""},
            x_axis={"type": "linear", "rangemode": "tozero", "ticksuffix": "%"},
            layout={"showlegend": True, "hovermode": "closest", "barmode": "stack"},
            look=look,
        )
    )
    figure["layout"] |= {"height": 340, "margin": {"l": 130, "r": 16, "t": 66, "b": 30}}
    return figure


def map_table(
    cells: "pandas.DataFrame", base: "pandas.DataFrame | None", by: Sequence[str], look: Look
) -> list[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    """Rows of the last year's means: the group, then figure and change of every card.

    cells, base : see `grouped`, by `by`
    """
    language = language_of(look)
    names = [card.measure for card in CARDS]
    now = last_year(cells).groupby(list(by), sort=False)[names].mean()
    before: dict[str, dict[Any, float]] = {}
    if base is not None:
        means = last_year(base).groupby(list(by), sort=False)[names].mean()
        before = {name: dict(means[name].items()) for name in names}
    rows = []
    for group, values in now.iterrows():
        parts = group if isinstance(group, tuple) else (group,)
        figures = []
        for measure in names:
            column, value = column_of(measure), float(values[measure])
            if value != value:
                figures.append(("–", ""))
                continue
            gap = ""
            if before and group in before[measure]:
                change = value - float(before[measure][group])
                gap = "" if change != change else difference(column, change, language)
            figures.append((number(column, value, language), gap))
        rows.append((tuple(str(part) for part in parts), figures))
    return rows


MAP_BY = (SEGMENT, REGION, PLACE)
"""What the table of all measures is by."""
