"""When a comparison looks: single months, calendar years, and years after the first effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.core.months import Month

MONTHS_LOOKED_AT = (12, 24, 36, 60, 84)
YEARS_AFTER = (1, 2, 3, 5)

HorizonKind = Literal["month", "year", "after"]


@dataclass(frozen=True, slots=True)
class Horizon:
    """Months over which a figure is taken.

    name : `month_12`, `year_2026`, `after_1` ; kind : which family it is of
    first, last : first and last month of it
    """

    name: str
    kind: HorizonKind
    first: Month
    last: Month

    @property
    def months(self) -> int:
        """How many there are."""
        return self.last - self.first + 1

    @property
    def words(self) -> str:
        """As a heading ("month 24", "2026", "year 1 after the change")."""
        number = self.name.rpartition("_")[2]
        if self.kind == "month":
            return f"month {number}"
        if self.kind == "year":
            return number if self.months == 12 else f"{number} to {self.last}"
        if self.name == SINCE:
            return "all months since the change"
        return f"year {number} after the change"

    @property
    def span(self) -> str:
        """Its months ("2025-10 to 2026-09")."""
        return str(self.first) if self.months == 1 else f"{self.first} to {self.last}"


SINCE = "since"


def horizons_of(start: Month, months: int, effect: Month | None) -> list[Horizon]:
    """All horizons of runs of some months from `start`.

    effect : the first month in which anything differs, from which years after the change count;
        None if nothing ever does
    """
    return [
        *_single_months(start, months),
        *_calendar_years(start, months),
        *_years_after(start, months, effect),
    ]


def headline_of(horizons: list[Horizon]) -> Horizon:
    """The one to show first: year 1 after the change, else since then, else the last year."""
    after = [horizon for horizon in horizons if horizon.kind == "after"]
    return after[0] if after else [h for h in horizons if h.kind == "year"][-1]


def _single_months(start: Month, months: int) -> Iterator[Horizon]:
    for number in sorted({*(n for n in MONTHS_LOOKED_AT if n <= months), months}):
        yield Horizon(f"month_{number}", "month", start + (number - 1), start + (number - 1))


def _calendar_years(start: Month, months: int) -> Iterator[Horizon]:
    last = start + (months - 1)
    for year in range(start.year, last.year + 1):
        first_of, last_of = max(start, Month.of(year, 1)), min(last, Month.of(year, 12))
        yield Horizon(f"year_{year}", "year", first_of, last_of)


def _years_after(start: Month, months: int, effect: Month | None) -> Iterator[Horizon]:
    last = start + (months - 1)
    if effect is None:
        return
    for number in YEARS_AFTER:
        end = effect + (12 * number - 1)
        if end <= last:
            yield Horizon(f"after_{number}", "after", end - 11, end)
    yield Horizon(SINCE, "after", effect, last)
