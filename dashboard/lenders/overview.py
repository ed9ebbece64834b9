"""All lenders in one table: rows of plain numbers, so that a grid can sort them."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.catalogue import Catalogue, Language
from dashboard.lender_months import YEAR
from dashboard.lenders.texts import LendersText
from sim.names import kind_name, lender_name

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the table: its field, its head, what it means, digits after the point."""

    field: str
    text: Catalogue
    means: Catalogue | None
    decimals: int = 1


HEADS = (
    Head("firms", LendersText.HEAD_FIRMS, LendersText.MEANS_FIRMS, 0),
    Head("balance", LendersText.HEAD_BALANCE, LendersText.MEANS_BALANCE, 0),
    Head("share", LendersText.HEAD_SHARE, LendersText.MEANS_SHARE),
    Head("change", LendersText.HEAD_CHANGE, LendersText.MEANS_CHANGE),
    Head("price", LendersText.HEAD_PRICE, LendersText.MEANS_PRICE),
    Head("approved", LendersText.HEAD_APPROVED, LendersText.MEANS_APPROVED),
    Head("late", LendersText.HEAD_LATE, LendersText.MEANS_LATE),
    Head("auc", LendersText.HEAD_AUC, LendersText.MEANS_AUC),
    Head("funding", LendersText.HEAD_FUNDING, LendersText.MEANS_FUNDING),
    Head("capital", LendersText.HEAD_CAPITAL, LendersText.MEANS_CAPITAL),
    Head("return", LendersText.HEAD_RETURN, LendersText.MEANS_RETURN),
)
"""Columns after the lender and its kind."""


NEEDED = (
    *("seed", "month", "lender", "kind", "firms", "balance", "held", "equity", "dpd90_ratio"),
    *("apr_new", "originations", "funding_cost", "liabilities", "guarantee_duty", "auc"),
    *("applications", "approvals", "profit"),
)
"""Columns of the lenders' table that the numbers are made of."""


def overview(lenders: "pandas.DataFrame", language: Language) -> list[dict[str, Any]]:
    """One row a lender that is there at the end, the largest brand first; means over seeds.

    Numbers as HEADS name them, None where there is no such figure; `id` is the lender's short name.
    """
    if lenders.empty:
        return []
    lenders = lenders[[name for name in lenders.columns if name in NEEDED]]
    months = sorted(lenders["month"].unique())
    seeds = int(lenders["seed"].nunique()) if "seed" in lenders.columns else 1
    year = lenders[lenders["month"].isin(months[-YEAR:])]
    end = _sums(lenders, months[-1]) / seeds
    start = _sums(lenders, months[0]) / seeds
    priced = year.assign(
        priced=year["apr_new"] * year["originations"],
        paid=year["funding_cost"] * (year["liabilities"] - year["guarantee_duty"]),
        owed=year["liabilities"] - year["guarantee_duty"],
        scored=year["auc"] * year["applications"],
    )
    flows = priced.groupby("lender").sum(numeric_only=True)
    kinds = lenders.drop_duplicates("lender").set_index("lender")["kind"]
    total, before = float(end["balance"].sum()), float(start["balance"].sum())
    factor = 1e-8 if language == "zh" else 1e-9
    rows = []
    for name in end.sort_values(["balance", "held"], ascending=False).index:
        now, flow = end.loc[name], flows.loc[name]
        if now["firms"] == 0 and now["balance"] == 0 and now["held"] == 0:
            continue
        share = _of(now["balance"], total)
        was = _of(float(start["balance"].get(name, 0.0)), before)
        rows.append(
            {
                "id": str(name),
                "lender": lender_name(str(name), language),
                "kind": kind_name(str(kinds[name]), language),
                "firms": round(float(now["firms"])),
                "balance": factor * float(now["balance"]) if now["balance"] > 0 else None,
                "share": _per_cent(share) if now["balance"] > 0 else None,
                "change": None if share is None or was is None else 100 * (share - was),
                "price": _per_cent(_of(flow["priced"], flow["originations"])),
                "approved": _per_cent(_of(flow["approvals"], flow["applications"])),
                "late": _per_cent(_of(now["late"], now["balance"])),
                "auc": _per_cent(_of(flow["scored"], flow["applications"])),
                "funding": _per_cent(_of(flow["paid"], flow["owed"])),
                "capital": _of(now["held"], now["equity"]),
                "return": _per_cent(_of(YEAR * flow["profit"], flow["equity"])),
            }
        )
    return rows


def _sums(lenders: "pandas.DataFrame", month: Any) -> "pandas.DataFrame":
    """Stocks of a month by lender, summed over seeds."""
    rows = lenders[lenders["month"] == month]
    rows = rows.assign(late=rows["dpd90_ratio"] * rows["balance"])
    return rows.groupby("lender")[["firms", "balance", "held", "equity", "late"]].sum()


def _of(part: float, whole: float) -> float | None:
    """A part of a whole; None of nothing."""
    return float(part) / float(whole) if whole > 0 else None


def _per_cent(fraction: float | None) -> float | None:
    return None if fraction is None or math.isnan(fraction) else 100 * fraction
