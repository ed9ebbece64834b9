"""Strings of the page Borrowers."""

from dashboard.catalogue import Catalogue, Words


class BorrowersText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Borrowers", "借款人")
    ELSEWHERE = Words(
        "No charts here yet. Every run keeps the months of each segment in segments.parquet, "
        "and “loansim inspect” tells one borrower's life.",
        "此处尚无图表。每次运行都会在 segments.parquet 中保存各客群的月度数据；“loansim "
        "inspect”讲述单个借款人的经历。",
    )
