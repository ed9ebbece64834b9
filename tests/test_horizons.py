"""When a comparison looks."""

from sim.core.months import Month
from sim.horizons import headline_of, horizons_of

START = Month.parse("2024-01")


def spans(months: int, effect: str | None) -> dict[str, str]:
    parsed = None if effect is None else Month.parse(effect)
    return {horizon.name: horizon.span for horizon in horizons_of(START, months, parsed)}


def test_a_whole_run_has_months_years_and_years_after() -> None:
    found = spans(84, "2025-10")
    assert found["month_12"] == "2024-12"
    assert found["month_84"] == "2030-12"
    assert found["year_2027"] == "2027-01 to 2027-12"
    assert found["after_1"] == "2025-10 to 2026-09"
    assert found["after_5"] == "2029-10 to 2030-09"
    assert found["since"] == "2025-10 to 2030-12"
    assert [name for name in found if name.startswith("year")] == [
        f"year_{year}" for year in range(2024, 2031)
    ]


def test_a_short_run_has_what_fits() -> None:
    found = spans(14, "2024-11")
    assert found == {
        "month_12": "2024-12",
        "month_14": "2025-02",
        "year_2024": "2024-01 to 2024-12",
        "year_2025": "2025-01 to 2025-02",
        "since": "2024-11 to 2025-02",
    }


def test_nothing_counts_from_a_change_that_never_comes() -> None:
    assert not any(name.startswith(("after", "since")) for name in spans(84, None))


def test_the_headline_is_the_first_year_where_it_fits() -> None:
    def headline(months: int, effect: str | None) -> str:
        parsed = None if effect is None else Month.parse(effect)
        return headline_of(horizons_of(START, months, parsed)).name

    assert headline(84, "2025-10") == "after_1"
    assert headline(24, "2025-10") == "since"
    assert headline(24, None) == "year_2025"


def test_horizons_in_words() -> None:
    words = {h.name: h.words for h in horizons_of(START, 14, Month.parse("2024-02"))}
    assert words["month_12"] == "month 12"
    assert words["year_2024"] == "2024"
    assert words["year_2025"] == "2025 to 2025-02"
    assert words["after_1"] == "year 1 after the change"
    assert words["since"] == "all months since the change"
