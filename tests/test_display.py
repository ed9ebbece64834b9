"""How figures are written on screens."""

from datetime import date

import pytest

from sim.core.tables import MARKET, TABLES
from sim.display import (
    SCREEN_UNITS,
    axis_title,
    month_text,
    number,
    percent,
    percentage_points,
    quantity,
    signed_percent,
    year_heading,
)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("balance", 5.0214e12, "5.02 tn yuan"),
        ("balance", 13.4e12, "13.4 tn yuan"),
        ("balance", 3.2e9, "0.003 tn yuan"),
        ("balance", 0.0, "0 tn yuan"),
        ("profit", -4.5e9, "−4.50 bn yuan a month"),
        ("hhi", 1010.4, "1,010 points"),
        ("default_rate_12m", 0.0464, "4.6%"),
        ("default_rate_12m", 0.00042, "0.04%"),
        ("apr_new", 0.152, "15.2% a year"),
        ("lenders", 5500, "5,500 firms"),
        ("leverage", 4.26, "4.3 times"),
        ("borrowers_active", 1.8e8, "180 million borrowers"),
    ],
)
def test_a_stored_value_is_written_with_its_unit(name: str, value: float, text: str) -> None:
    assert quantity(MARKET.column(name), value) == text


def test_a_value_that_rounds_to_nothing_is_a_plain_zero() -> None:
    assert number(MARKET.column("profit"), -1.0) == "0"


def test_no_lending_has_no_price() -> None:
    assert number(MARKET.column("apr_new"), 0.0) == "–"
    assert quantity(MARKET.column("apr_new"), 0.0) == "–"
    assert quantity(MARKET.column("cr5"), 0.0) == "0%"


def test_every_unit_of_a_number_is_known_or_shown_as_it_is() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.kind in ("stock", "flow", "ratio", "price", "count"):
                assert column.unit in SCREEN_UNITS, f"{table.name}.{column.name}: {column.unit}"


def test_axis_titles_carry_units() -> None:
    assert axis_title(MARKET.column("balance")) == "Balance, tn yuan"
    assert axis_title(MARKET.column("hhi")) == "HHI by brand, points"


def test_percentages() -> None:
    assert percent(0.5) == "50.0%"
    assert signed_percent(-0.042) == "−4.2%"
    assert signed_percent(0.042) == "+4.2%"
    assert percentage_points(-0.024) == "2.4 percentage points"


def test_months_and_years() -> None:
    assert month_text(date(2025, 10, 1)) == "2025-10"
    assert year_heading(date(2030, 12, 1)) == "2030"
    assert year_heading(date(2026, 5, 1)) == "2026-05"
