"""Strings of the page Lenders."""

from dashboard.catalogue import Catalogue, Words


class LendersText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Lenders", "机构")
    ELSEWHERE = Words(
        "No charts here yet. Every run keeps the months of each lender in lenders.parquet.",
        "此处尚无图表。每次运行都会在 lenders.parquet 中保存各机构的月度数据。",
    )
