"""The lenders of a run at its end, one row each, for reading: who is large, dear, late and thin.

Default is shown by brand, since a platform that guarantees takes late loans over and one that only
arranges loans holds none; leverage is shown with and without what a lender guarantees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.display import NO_PRICE, month_text
from sim.names import lender_name

if TYPE_CHECKING:
    import pandas

MONTHS_OF_FLOWS = 12


@dataclass(frozen=True, slots=True)
class LenderColumn:
    """A column of the table: its head, and how to read it in a line."""

    head: str
    meaning: str


COLUMNS = (
    LenderColumn("Firms", "real firms that the row stands for"),
    LenderColumn("Balance, bn yuan", "loans under its brand, whoever funds them"),
    LenderColumn("Share, %", "of the balance of all brands"),
    LenderColumn("Change, pp", "of that share since the first month, in percentage points"),
    LenderColumn("Rate, % a year", "all-in, of new loans of the last 12 months"),
    LenderColumn("Approved, %", "of applications for a new relationship, last 12 months"),
    LenderColumn(
        "90+ days late, %",
        "of the balance under its brand, whoever funds or guarantees it; a stock that charge-offs "
        "keep down, not the share that ever defaults",
    ),
    LenderColumn(
        "Profit, % a year",
        "of the last 12 months, on the mean balance under its brand; of a funding bank, on what it "
        "holds",
    ),
    LenderColumn("Held / equity", "loans on its own books over equity; leaves out guarantees"),
    LenderColumn(
        "At risk / equity",
        "loans whose loss it bears, own and guaranteed, over equity: the leverage to compare",
    ),
)
"""What the table shows after the lender's name, in this order."""


def lender_rows(lenders: "pandas.DataFrame") -> list[list[str]]:
    """Rows of text, the largest balance first: the name, then what COLUMNS say.

    Means over seeds; ratios are those of the means. Lenders gone by the last month are left out.
    """
    if lenders.empty:
        return []
    months = sorted(lenders["month"].unique())
    last, first = months[-1], months[0]
    year = lenders[lenders["month"].isin(months[-MONTHS_OF_FLOWS:])]
    seeds = int(lenders["seed"].nunique()) if "seed" in lenders.columns else 1
    end, start = (
        lenders[lenders["month"] == month]
        .groupby("lender")[["firms", "balance", "held", "at_risk", "equity"]]
        .sum()
        / seeds
        for month in (last, first)
    )
    late = (lenders["dpd90_ratio"] * lenders["balance"])[lenders["month"] == last]
    end["late"] = late.groupby(lenders["lender"]).sum() / seeds
    flows = year.assign(priced=year["apr_new"] * year["originations"])
    sums = flows.groupby("lender")[["priced", "originations", "applications", "approvals"]].sum()
    sums["profit"] = year.groupby("lender")["profit"].sum()
    sums["balances"] = year.groupby("lender")["balance"].sum()
    sums["helds"] = year.groupby("lender")["held"].sum()
    total, before = float(end["balance"].sum()), float(start["balance"].sum())
    rows = []
    for name in end.sort_values(["balance", "held"], ascending=False).index:
        now, then = end.loc[name], sums.loc[name]
        if now["firms"] == 0 and now["balance"] == now["held"] == 0:
            continue
        was = float(start["balance"].get(name, 0.0))
        change = _of(now["balance"], total) - _of(was, before)
        basis = then["balances"] if then["balances"] > 0 else then["helds"]
        rows.append(
            [
                lender_name(str(name)),
                f"{now['firms']:,.0f}",
                f"{now['balance'] / 1e9:,.0f}",
                _percent(now["balance"], total),
                _signed(100 * change) if now["balance"] + was > 0 else NO_PRICE,
                _percent(then["priced"], then["originations"]),
                _percent(then["approvals"], then["applications"]),
                _percent(now["late"], now["balance"]),
                _percent(12 * then["profit"], basis),
                _times(now["held"], now["equity"]),
                _times(now["at_risk"], now["equity"]),
            ]
        )
    return rows


def lender_heads() -> list[str]:
    """The heads of the table, the lender's first."""
    return ["Lender", *(column.head for column in COLUMNS)]


def caption(lenders: "pandas.DataFrame") -> str:
    """What the table shows, and of when."""
    seeds = int(lenders["seed"].nunique()) if "seed" in lenders.columns else 1
    of_seeds = f" Means over {seeds} seeds." if seeds > 1 else ""
    return f"At the end of {month_text(lenders['month'].max())}, the largest brand first.{of_seeds}"


def meanings() -> Sequence[tuple[str, str]]:
    """Head and meaning of every column."""
    return [(column.head, column.meaning) for column in COLUMNS]


def _of(part: float, whole: float) -> float:
    """A part of a whole, as a fraction; 0 of nothing."""
    return float(part) / float(whole) if whole > 0 else 0.0


def _percent(part: float, whole: float) -> str:
    """A part of a whole in per cent; a dash of nothing."""
    return f"{100 * _of(part, whole):.1f}".replace("-", "−") if whole > 0 else NO_PRICE


def _signed(points: float) -> str:
    """A change in percentage points with its sign."""
    text = f"{abs(points):.1f}"
    return text if text == "0.0" else f"{'+' if points > 0 else '−'}{text}"


def _times(loans: float, equity: float) -> str:
    """Loans over equity; a dash where equity is gone."""
    return f"{loans / equity:.1f}" if equity > 0 else NO_PRICE
