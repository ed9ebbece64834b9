"""Strings of the page Evidence."""

from dashboard.catalogue import Catalogue, Words


class EvidenceText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Evidence", "依据")
    ELSEWHERE = Words(
        "No table here yet. docs/parameters.md lists every parameter with its range and where "
        "it comes from.",
        "此处尚无表格。docs/parameters.md 列出所有参数、取值范围与来源。",
    )
