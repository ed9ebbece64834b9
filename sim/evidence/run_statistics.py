"""Statistics of single runs that answer to figures of the real world: functions of lived worlds.

Each takes the worlds of one seed and gives one number. Years are calendar years, stocks month-ends.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core.months import Month
from sim.evidence.check import Figure
from sim.evidence.worlds import BASE, CALM, NULL, SHOCK, SHOCK_START, Lived

if TYPE_CHECKING:
    import pandas

FIRST = Month.of(2024, 1)
LAST_OF_2024 = Month.of(2024, 12)


def in_year(frame: "pandas.DataFrame", year: int) -> "pandas.DataFrame":
    """The rows of a calendar year."""
    return frame[frame["month"].dt.year == year]


def at(frame: "pandas.DataFrame", month: Month) -> "pandas.DataFrame":
    """The rows of a month."""
    months = frame["month"].dt
    return frame[(months.year == month.year) & (months.month == month.month)]


def of_kinds(lenders: "pandas.DataFrame", kinds: Sequence[str]) -> "pandas.DataFrame":
    """The rows of some kinds of lender."""
    return lenders[lenders["kind"].isin(kinds)]


def ratio(above: float, below: float) -> float:
    """A quotient; NaN of nothing."""
    return above / below if below else math.nan


def balance_at(kinds: Sequence[str], month: Month) -> Figure:
    """Balance of some kinds by brand, yuan."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        rows = of_kinds(at(worlds[BASE].lenders, month), kinds)
        return float(rows["balance"].sum())

    return figure


def balance_change(kinds: Sequence[str]) -> Figure:
    """Change of the balance in 2024 as a share; the eleven months of the table as a year."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        first = balance_at(kinds, FIRST)(worlds)
        last = balance_at(kinds, LAST_OF_2024)(worlds)
        return ratio(last, first) ** (12 / 11) - 1.0 if first else math.nan

    return figure


def balance_added(kinds: Sequence[str]) -> Figure:
    """Yuan added to the balance in 2024; the eleven months of the table as a year."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        first = balance_at(kinds, FIRST)(worlds)
        return (balance_at(kinds, LAST_OF_2024)(worlds) - first) * 12 / 11

    return figure


def weighted(kinds: Sequence[str], value: str, weight: str, year: int = 2024) -> Figure:
    """Mean of a lenders' column over a year, weighted by another."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        rows = of_kinds(in_year(worlds[BASE].lenders, year), kinds)
        weights = rows[weight].to_numpy(dtype=np.float64)
        return ratio(float((rows[value].to_numpy() * weights).sum()), float(weights.sum()))

    return figure


def of_lender(name: str, flow: str) -> Figure:
    """A year's flow of one lender over its mean balance, 2024."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        rows = in_year(worlds[BASE].lenders, 2024)
        rows = rows[rows["lender"] == name]
        return ratio(float(rows[flow].sum()), float(rows["balance"].mean()))

    return figure


def npl_of_lender(name: str) -> Figure:
    """Mean non-performing share of one lender in 2024."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        rows = in_year(worlds[BASE].lenders, 2024)
        return float(rows[rows["lender"] == name]["npl_ratio"].mean())

    return figure


def firms_change(kinds: Sequence[str]) -> Figure:
    """Change of the number of firms in 2024 against the scenario's opening, as a share."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        lived = worlds[BASE]
        opened = sum(one.firms for one in lived.scenario.lenders.values() if one.kind in kinds)
        left = of_kinds(at(lived.lenders, LAST_OF_2024), kinds)["firms"].sum()
        return ratio(float(left), float(opened)) - 1.0

    return figure


def share_of_five(worlds: Mapping[str, Lived]) -> float:
    """Share of the five big-tech brands in the balance of all platforms, December 2024."""
    platforms = balance_at(("bigtech", "fintech", "fintech_fringe"), LAST_OF_2024)(worlds)
    return ratio(balance_at(("bigtech",), LAST_OF_2024)(worlds), platforms)


def market_at(column: str, month: Month, world: str = BASE) -> Figure:
    """A column of the market table in a month."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        return float(at(worlds[world].market, month)[column].iloc[0])

    return figure


def market_mean(column: str, year: int, world: str = BASE) -> Figure:
    """Mean of a column of the market table over a year."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        return float(in_year(worlds[world].market, year)[column].mean())

    return figure


def index_of(year: int, world: str) -> Figure:
    """Mean balance of a year over that of 2024."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        return market_mean("balance", year, world)(worlds) / market_mean("balance", 2024, world)(
            worlds
        )

    return figure


def entry_into_30(worlds: Mapping[str, Lived]) -> float:
    """Principal that comes to be 30+ days late in a month over the balance, mean of 2024."""
    return float(np.mean(worlds[BASE].entry_30[:12]))


def drift(column: str) -> Figure:
    """Log change of a year's mean from 2024 to 2030 where nothing changes outside."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        first, last = (market_mean(column, year, NULL)(worlds) for year in (2024, 2030))
        return math.log(last / first)

    return figure


def change(column: str, world: str, against: str, year: int) -> Figure:
    """Relative change of a year's mean in one world against another."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        one, other = (market_mean(column, year, name)(worlds) for name in (against, world))
        return other / one - 1.0

    return figure


def difference(column: str, world: str, against: str, year: int) -> Figure:
    """Difference of a year's mean in one world against another."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        one, other = (market_mean(column, year, name)(worlds) for name in (against, world))
        return other - one

    return figure


def segment_change(segments: Sequence[str], world: str, against: str, year: int) -> Figure:
    """Relative change of the balance of some segments of borrowers."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        sums = []
        for name in (against, world):
            rows = in_year(worlds[name].tables["segments"], year)
            sums.append(float(rows[rows["segment"].isin(segments)]["balance"].sum()))
        return sums[1] / sums[0] - 1.0

    return figure


def arrears_after(months: int) -> Figure:
    """30+ arrears some months into the loss of income, over those without it."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        month = Month(SHOCK_START + months - 1)
        one, other = (market_at("dpd30_ratio", month, name)(worlds) for name in (BASE, SHOCK))
        return other / one

    return figure


def peak_after_shock(worlds: Mapping[str, Lived]) -> float:
    """Months from the start of the loss of income to the greatest rise of 30+ arrears.

    NaN where that is the last month lived: the rise may not have come to its peak.
    """
    one, other = (worlds[name].market["dpd30_ratio"].to_numpy() for name in (CALM, SHOCK))
    start = SHOCK_START - FIRST
    rise = (other - one)[start:]
    peak = int(rise.argmax()) + 1
    return float(peak) if peak < len(rise) else math.nan
