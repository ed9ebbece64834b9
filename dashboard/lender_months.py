"""One lender's months: columns of the table, and ratios worked out from them."""

from typing import TYPE_CHECKING

from sim.core.tables import LENDERS, Column
from sim.figures import BRAND_SHARE

if TYPE_CHECKING:
    import pandas

YEAR = 12

RETURN_ON_EQUITY = Column(
    "return_on_equity", "Return on equity", "权益回报率", "fraction a year", "ratio", "float64",
    "Profit of the last twelve months / their mean equity.",
    when_empty=0.0,
)  # fmt: skip

DERIVED = {column.name: column for column in (BRAND_SHARE, RETURN_ON_EQUITY)}

SOURCES = ("deposits", "wholesale", "abs", "investors")
"""Columns of funding by source."""


def column_of(name: str) -> Column:
    """The declaration of a column, of the table or worked out."""
    return DERIVED[name] if name in DERIVED else LENDERS.column(name)


def with_ratios(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    """The lenders' table with the columns of DERIVED; NaN where there is no such figure."""
    by = ["seed"] if "seed" in lenders.columns else []
    total = lenders.groupby([*by, "month"])["balance"].transform("sum")
    ordered = lenders[[*by, "lender", "month", "profit", "equity"]]
    ordered = ordered.sort_values([*by, "lender", "month"])
    full = ordered.groupby([*by, "lender"], sort=False).cumcount() >= YEAR - 1
    equity, profit = (
        _of_last_year(ordered[name]).where(full).reindex(lenders.index)
        for name in ("equity", "profit")
    )
    earned = YEAR * profit / equity.where(equity > 0)
    return lenders.assign(
        brand_share=(lenders["balance"] / total.where(total > 0)).fillna(0.0),
        return_on_equity=earned,
    )


def _of_last_year(values: "pandas.Series[float]") -> "pandas.Series[float]":
    """Sum of every row and the eleven before it, whosever they are."""
    total = values.astype("float64")
    for months in range(1, YEAR):
        total = total + values.shift(months)
    return total


def months_of(rated: "pandas.DataFrame", firm: str) -> "pandas.DataFrame":
    """The rows of one lender, whose index begins anew; empty where there is none."""
    return rated[rated["lender"] == firm].reset_index(drop=True)


def lends_itself(months: "pandas.DataFrame") -> bool:
    """Whether a lender has a brand of its own: a bank that only funds others has none."""
    return bool((months["balance"] > 0).any())
