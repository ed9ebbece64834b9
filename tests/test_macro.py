"""The economy around the market: a pure function of the month."""

import math

import pytest

from sim.core.months import Month
from sim.macro import MacroSection
from tests.small_market import small_scenario

START = Month.of(2024, 1)
FLAT = (1.0,) * 12


def section(**paths: object) -> MacroSection:
    written: dict[str, object] = {
        "lpr": {"2024-01": 0.0345, "2024-07": 0.0335},
        "unemployment": {"2024-01": 0.05, "2024-11": 0.06},
        "income_growth": {"2024-01": 0.06, "2025-01": 0.03},
        "online_town": {"2024-01": 0.8},
        "online_country": {"2024-01": 0.5, "2030-01": 0.7},
        "income_season": FLAT,
        "spending_season": FLAT,
    }
    return MacroSection.model_validate(written | paths)


def test_rates_stand_from_step_to_step() -> None:
    macro = section()
    found = [macro.at(START + m, START).lpr for m in (-30, 0, 5, 6, 80)]
    assert found == [0.0345, 0.0345, 0.0345, 0.0335, 0.0335]
    assert macro.at(START + 20, START).lpr_start == 0.0345


def test_unemployment_moves_along_a_straight_line() -> None:
    macro = section()
    found = [macro.at(START + m, START).unemployment for m in (-5, 0, 5, 10, 60)]
    assert found == pytest.approx([0.05, 0.05, 0.055, 0.06, 0.06])


def test_incomes_grow_from_the_first_reported_month_on() -> None:
    macro = section()
    index = [macro.at(START + m, START).income_index for m in range(-12, 25)]
    assert index[:13] == [1.0] * 13  # flat in the burn-in
    assert index[12 + 1] == pytest.approx(1.06 ** (1 / 12))
    assert index[12 + 12] == pytest.approx(1.06)
    assert index[12 + 24] == pytest.approx(1.06 * 1.03)


def test_seasons_belong_to_calendar_months() -> None:
    season = tuple(1.0 + m / 100 for m in range(12))
    macro = section(income_season=season, spending_season=season[::-1])
    for month in range(30):
        at = macro.at(START + month, START)
        assert at.income_season == season[month % 12]
        assert at.spending_season == season[11 - month % 12]


def test_a_shock_is_in_force_for_its_months() -> None:
    shock = {"start": "2026-03", "months": 5, "share": 0.3, "depth": 0.4}
    macro = section(shocks={"pandemic": shock})
    begin = Month.of(2026, 3)
    hit = [len(macro.at(begin + m, START).shocks) for m in range(-2, 8)]
    assert hit == [0, 0, 1, 1, 1, 1, 1, 0, 0, 0]
    assert macro.at(begin, START).shocks[0].share == 0.3


def test_the_economy_is_a_pure_function_of_the_month() -> None:
    macro = small_scenario().macro
    months = [START + m for m in range(-36, 84)]
    forwards = [macro.at(month, START) for month in months]
    backwards = [macro.at(month, START) for month in reversed(months)]
    assert forwards == backwards[::-1]
    for at in forwards:
        assert 0 <= at.unemployment <= 1
        assert math.isfinite(at.income_index)


def test_a_shock_can_hit_jobs_and_growth_too() -> None:
    shock = {"start": "2026-03", "months": 6, "unemployment": 0.02, "growth": -0.05}
    calm, hit = section(), section(shocks={"recession": shock})
    begin = Month.of(2026, 3)
    for passed in range(-3, 12):
        before, after = (one.at(begin + passed, START) for one in (calm, hit))
        more = 0.02 if 0 <= passed < 6 else 0.0
        assert after.unemployment == pytest.approx(before.unemployment + more)
        lost = (0.98 / 1.03) ** (min(6, max(0, passed)) / 12)  # 3% growth becomes -2%, for good
        assert after.income_index == pytest.approx(before.income_index * lost)
        assert after.shocks == ()  # nobody's income is hit beyond that


def test_unemployment_stays_a_share() -> None:
    wild = {"start": "2026-03", "months": 6, "unemployment": 1.0}
    boom = {"start": "2026-12", "months": 6, "unemployment": -1.0}
    macro = section(shocks={"wild": wild, "boom": boom})
    assert macro.at(Month.of(2026, 4), START).unemployment == 1.0
    assert macro.at(Month.of(2027, 1), START).unemployment == 0.0


def test_a_shock_is_told_when_it_begins_and_when_it_is_over() -> None:
    shock = {"start": "2026-01", "months": 12, "growth": -0.04, "share": 0.15, "depth": 0.2}
    macro = section(shocks={"long_recession": shock})
    told = {
        str(month): list(macro.news(month))
        for month in map(Month, range(Month.of(2025, 1), Month.of(2028, 1)))
    }
    assert {month: text for month, text in told.items() if text} == {
        "2026-01": [
            "long recession begins: -4 points of income growth a year, 15% of borrowers lose 20% "
            "of their income; for 12 months"
        ],
        "2027-01": ["long recession is over after 12 months"],
    }
