"""Rows of a table that have a figure, without the columns that nobody asks for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

BESIDE = ("seed", "month", "applications", "approvals")
"""What charts need beside a column: whose and when it is, and what approval rates are made of."""


def known_rows(table: "pandas.DataFrame", name: str) -> "pandas.DataFrame":
    """The rows in which a column is not empty: that column and BESIDE.

    A lender has a hundred columns, and a page draws dozens of them one by one.
    """
    few = table[[column for column in table.columns if column == name or column in BESIDE]]
    return few[few[name].notna()]
