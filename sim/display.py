"""How figures are written on screens: scaled, rounded, with their unit.

Tables hold yuan and fractions; people read trillions and per cent. The terminal, the report
and the charts all translate here, from the unit that a column declares.
"""

import math
from dataclasses import dataclass
from typing import Any

from sim.core.tables import Column


@dataclass(frozen=True, slots=True)
class ScreenUnit:
    """How one stored unit appears on screens.

    factor : multiply a stored value by this
    text : the unit after a number
    decimals : digits after the point; None: three significant digits
    """

    factor: float
    text: str
    decimals: int | None


SCREEN_UNITS: dict[str, ScreenUnit] = {
    "yuan": ScreenUnit(1e-12, "tn yuan", None),
    "yuan a month": ScreenUnit(1e-9, "bn yuan a month", None),
    "fraction": ScreenUnit(100.0, "%", 1),
    "fraction a month": ScreenUnit(100.0, "% a month", 2),
    "fraction a year": ScreenUnit(100.0, "% a year", 1),
    "points": ScreenUnit(1.0, "points", 0),
    "firms": ScreenUnit(1.0, "firms", 0),
    "firms a month": ScreenUnit(1.0, "firms a month", 0),
    "times": ScreenUnit(1.0, "times", 1),
    "borrowers": ScreenUnit(1e-6, "million borrowers", None),
    "applications a month": ScreenUnit(1e-6, "million applications a month", None),
    "relationships": ScreenUnit(1e-6, "million relationships", None),
    "months": ScreenUnit(1.0, "months", 0),
}
"""Stored unit -> unit on screens. A unit that is not here is shown as it is stored."""

CHINESE_UNITS: dict[str, ScreenUnit] = {
    "yuan": ScreenUnit(1e-12, "万亿元", None),
    "yuan a month": ScreenUnit(1e-8, "亿元/月", None),
    "fraction": ScreenUnit(100.0, "%", 1),
    "fraction a month": ScreenUnit(100.0, "%/月", 2),
    "fraction a year": ScreenUnit(100.0, "%/年", 1),
    "points": ScreenUnit(1.0, "点", 0),
    "firms": ScreenUnit(1.0, "家", 0),
    "firms a month": ScreenUnit(1.0, "家/月", 0),
    "times": ScreenUnit(1.0, "倍", 1),
    "borrowers": ScreenUnit(1e-8, "亿人", None),
    "applications a month": ScreenUnit(1e-4, "万笔/月", None),
    "relationships": ScreenUnit(1e-4, "万笔", None),
    "months": ScreenUnit(1.0, "个月", 0),
}
"""The same for screens in Chinese."""


NO_PRICE = "–"


def is_no_price(column: Column, value: float) -> bool:
    """Whether a price of zero only says that nothing was lent; screens then show none."""
    return column.kind == "price" and value == 0


def screen_unit(column: Column, language: str = "en") -> ScreenUnit:
    """The unit in which a column appears on screens."""
    units = CHINESE_UNITS if language == "zh" else SCREEN_UNITS
    return units.get(column.unit, ScreenUnit(1.0, column.unit, None))


def unit_text(column: Column, language: str = "en") -> str:
    """The unit as words, for a header or an axis ("tn yuan", "% a year")."""
    return screen_unit(column, language).text


def number(column: Column, value: float, language: str = "en") -> str:
    """A stored value as it stands in a table cell, without its unit ("5.62", "1,010")."""
    if is_no_price(column, value):
        return NO_PRICE
    unit = screen_unit(column, language)
    return _rounded(value * unit.factor, unit.decimals)


def quantity(column: Column, value: float, language: str = "en") -> str:
    """A stored value with its unit ("5.62 tn yuan", "4.6%", "1,010 points")."""
    if is_no_price(column, value):
        return NO_PRICE
    text = unit_text(column, language)
    gap = "" if text.startswith("%") or not text else " "
    return f"{number(column, value, language)}{gap}{text}"


def difference(column: Column, value: float, language: str = "en") -> str:
    """A difference of two stored values with its sign and unit ("+112 points", "−0.4 pp").

    Differences of shares and rates are in percentage points.
    """
    unit = unit_of_difference(column, language)
    return f"{signed_number(column, value, language)} {unit}".rstrip()


def signed_number(column: Column, value: float, language: str = "en") -> str:
    """A difference of two stored values without its unit ("+112", "−0.4")."""
    unit = screen_unit(column, language)
    size, decimals = abs(value) * unit.factor, unit.decimals
    if unit.text.startswith("%") and 0.1 <= size < 1:
        decimals = 2  # differences of shares are often small
    text = _rounded(size, decimals)
    return f"{'' if text == '0' else '+' if value > 0 else '−'}{text}"


def unit_of_difference(column: Column, language: str = "en") -> str:
    """The unit of a difference as words: that of the values, or percentage points."""
    text = unit_text(column, language)
    return POINTS_OF_PER_CENT.get(language, "pp") if text.startswith("%") else text


def interval_text(column: Column, low: float, high: float, language: str = "en") -> str:
    """An interval of a difference, without unit ("+88 to +136"); empty where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = (signed_number(column, end, language) for end in (low, high))
    return (" 至 " if language == "zh" else " to ").join(ends)


def difference_title(column: Column, language: str = "en") -> str:
    """Label and unit of a difference for an axis ("Balance, tn yuan")."""
    return _titled(column.label(language), unit_of_difference(column, language), language)


POINTS_OF_PER_CENT = {"en": "pp", "zh": "个百分点"}


def axis_title(column: Column, language: str = "en") -> str:
    """Label and unit for an axis ("Balance, tn yuan")."""
    return _titled(column.label(language), unit_text(column, language), language)


def _titled(label: str, unit: str, language: str) -> str:
    if not unit or unit == label.lower():
        return label
    return f"{label}（{unit}）" if language == "zh" else f"{label}, {unit}"


def percent(fraction: float) -> str:
    """A fraction as per cent with one decimal ("4.6%"), two below a tenth of a per cent."""
    return f"{_rounded(fraction * 100.0, 1)}%"


def signed_percent(fraction: float) -> str:
    """A change as per cent with its sign ("+4.2%")."""
    return f"{'+' if fraction >= 0 else '−'}{percent(abs(fraction))}"


def percentage_points(fraction: float) -> str:
    """The size of a difference of two fractions ("2.4 percentage points")."""
    return f"{_rounded(abs(fraction) * 100.0, 1)} percentage points"


def month_text(month: Any) -> str:
    """A month as written everywhere ("2025-10"). Takes a date or a pandas Timestamp."""
    return f"{month.year:04d}-{month.month:02d}"


def year_heading(last_month: Any) -> str:
    """The head of a year's column: "2030", or the month itself where the year is not over."""
    return str(last_month.year) if last_month.month == 12 else month_text(last_month)


def seeds_text(seeds: int) -> str:
    """What a figure over several seeds is ("median of 8 seeds"); empty for one seed."""
    return f"median of {seeds} seeds" if seeds > 1 else ""


def _rounded(value: float, decimals: int | None) -> str:
    """Round for reading: fixed decimals, or three significant digits where None."""
    if value == 0:
        return "0"
    size = abs(value)
    if decimals is None:
        decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    elif decimals and size < 0.1:
        decimals += 1
    text = f"{value:,.{decimals}f}"
    return "0" if float(text.replace(",", "")) == 0 else text.replace("-", "−")
