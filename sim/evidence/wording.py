"""Verdicts, groups and figures of checks in words, in English and Chinese."""

import math

from sim.display import number, quantity
from sim.evidence.check import column_of
from sim.evidence.files import KeptCheck

VERDICT_WORDS = {
    "pass": ("pass", "通过"),
    "near": ("near", "接近"),
    "fail": ("fail", "未通过"),
    "none": ("no figure", "无数值"),
}
FITTED = ("fitted", "已拟合")
"""Beside the verdict on a check that values were fitted to."""

SIGNS = {"pass": "●", "near": "◐", "fail": "○", "none": "–"}
"""Beside the words, so that neither colour nor language is needed: full, half, empty."""

GROUPS = {
    "opening": ("Opening balances", "期初余额"),
    "year_2024": ("The year 2024", "2024年"),
    "outlook": ("What the industry reports print", "行业报告所印数字"),
    "facts": ("Stylised facts", "典型事实"),
    "published": ("Published effects", "已发表的效应"),
}
USES = {
    "imposed": ("the burn-in steers to it", "预热期以此为目标"),
    "fitted": (
        "a calibration of this scenario fitted values to it: a pass is no validation",
        "本情景的参数已按此拟合：通过不构成验证",
    ),
    "compared": ("looked at when parameters were set by hand", "手工设定参数时曾对照"),
    "never": ("not used to set anything", "未用于设定参数"),
}


def words(pair: tuple[str, str], language: str) -> str:
    """One of two languages."""
    return pair[1] if language == "zh" else pair[0]


def title(check: KeptCheck, language: str = "en") -> str:
    """What a check is."""
    return words((check.title_en, check.title_zh), language)


def about(check: KeptCheck, language: str = "en") -> str:
    """How its figure is taken from runs."""
    return words((check.about_en, check.about_zh), language)


def figure_text(check: KeptCheck, value: float, language: str = "en") -> str:
    """A figure of a check with its unit; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    return quantity(column_of(check.name, "", "", check.unit), value, language)


def accepted(check: KeptCheck, language: str = "en") -> str:
    """What is accepted, in words: `2.2 to 2.8 times`, `at most 80%`."""
    if math.isinf(check.low):
        high = figure_text(check, check.high, language)
        return words(("at most {}", "不高于 {}"), language).format(high)
    if math.isinf(check.high):
        low = figure_text(check, check.low, language)
        return words(("at least {}", "不低于 {}"), language).format(low)
    return _span(check, check.low, check.high, language)


def interval(check: KeptCheck, language: str = "en") -> str:
    """The interval of the mean over seeds; empty with fewer than two."""
    if math.isnan(check.judged.low):
        return ""
    return _span(check, check.judged.low, check.judged.high, language)


def _span(check: KeptCheck, low: float, high: float, language: str) -> str:
    """`2.2 to 2.8 times`: the unit once."""
    first = number(column_of(check.name, "", "", check.unit), low, language)
    last = figure_text(check, high, language)
    return words(("{} to {}", "{} 至 {}"), language).format(first, last)
