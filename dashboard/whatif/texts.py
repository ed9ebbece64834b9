"""Strings of the page What-if."""

from dashboard.catalogue import Catalogue, Words


class WhatIfText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("What-if", "假设分析")
    ELSEWHERE = Words(
        "Levers are not on this page yet. “loansim scenarios new my” writes a scenario to "
        "edit, and “loansim compare observed my.yaml” says what it changes.",
        "本页尚无调节项。执行“loansim scenarios new my”生成可编辑的情景，再用“loansim "
        "compare observed my.yaml”查看其影响。",
    )
