"""Values and units of parameters as the page Evidence writes them."""

from typing import Any

from dash import html

from dashboard.catalogue import Language


def grouped(value: str) -> str:
    """A value with its thousands apart, where it is a large number."""
    return f"{int(value):,}" if value.isdigit() and len(value) > 4 else value


UNITS = {
    "fraction": "比例",
    "fraction per year": "比例/年",
    "fraction a year": "比例/年",
    "months": "个月",
    "month": "月份",
    "as the path": "同路径所指",
    "per month": "每月",
    "per year": "每年",
    "multiple": "倍数",
    "times": "倍",
    "log": "对数",
    "log-odds": "对数几率",
    "standard deviations": "标准差",
    "yuan": "元",
    "yuan a month": "元/月",
    "persons": "人",
    "lenders": "家机构",
    "firms": "家",
    "months of income": "个月收入",
    "weight": "权重",
    "power": "幂",
    "exponent": "指数",
    "fraction of borrowers": "占借款人的比例",
    "fraction of income": "占收入的比例",
    "fraction of equity": "占权益的比例",
    "fraction of equity per year": "占权益的比例/年",
    "fraction of new loans": "占新贷的比例",
    "fraction of revenue": "占收入的比例",
    "fraction of losses": "占损失的比例",
}
"""Units of most parameters -> in Chinese; rare ones stand in English."""


def unit_in(unit: str, language: Language) -> Any:
    """A unit in the page's language, or in English and marked so."""
    if language == "en" or not unit:
        return unit
    return UNITS.get(unit) or html.Span(unit, lang="en")
