"""Strings of the page Sweeps."""

from dashboard.catalogue import Catalogue, Words


class SweepsText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Sweeps", "批量模拟")
    ELSEWHERE = Words(
        "No charts here yet. “loansim sweep” makes many runs from one plan and writes what "
        "they say together.",
        "此处尚无图表。“loansim sweep”按一份计划执行多次模拟并汇总结果。",
    )
