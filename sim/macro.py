"""The economy around the market: paths of rates, jobs, incomes and digital adoption, and shocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pydantic import model_validator

from sim.core.keyed_values import DatedPath, DatedSeries
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Count, Growth, Name, PositiveFloat, Rate, Share
from sim.core.wording import counted, percent


class MacroShock(Parameters):
    """A dated blow to the economy: incomes of some, jobs, growth, or several of them at once."""

    start: Month = parameter(unit="month", description="first month")
    months: Count = parameter(unit="months", low=1, high=120, description="how long it lasts")
    share: Share = parameter(0.0, unit="fraction of borrowers", description="whose income is hit")
    depth: Share = parameter(0.0, unit="fraction of income", description="what these lose")
    unemployment: Growth = parameter(
        0.0, unit="points, fraction", high=1, description="added to the unemployment rate"
    )
    growth: Growth = parameter(
        0.0,
        unit="fraction per year",
        high=1,
        description="added to the growth of incomes, for good",
    )

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if (self.share > 0.0) != (self.depth > 0.0):
            missing, given = ("depth", "share") if self.share > 0.0 else ("share", "depth")
            raise FieldError(missing, f"is 0 or missing, so that {given} does nothing; write both")
        if not (self.share or self.unemployment or self.growth):
            raise FieldError(
                "start",
                "begins a shock that does nothing; write share and depth, unemployment or growth",
            )
        return self

    def lasts(self, month: Month) -> bool:
        """Whether it is on in a month."""
        return self.start <= month < self.start + self.months

    def sentence(self) -> str:
        """What it does and for how long."""
        parts = []
        if self.unemployment:
            parts.append(f"{100 * self.unemployment:+.4g} points of unemployment")
        if self.growth:
            parts.append(f"{100 * self.growth:+.4g} points of income growth a year")
        if self.share:
            parts.append(
                f"{percent(self.share)} of borrowers lose {percent(self.depth)} of their income"
            )
        return f"{', '.join(parts)}; for {counted(self.months, 'month')}"


class MacroSection(Parameters):
    """Paths by month; a level before its first month is that month's."""

    lpr: DatedSeries[Rate] = parameter(
        unit="fraction per year", description="one-year loan prime rate"
    )
    unemployment: DatedPath[Share] = parameter(unit="fraction", description="surveyed urban rate")
    income_growth: DatedSeries[Growth] = parameter(
        unit="fraction per year", description="growth of nominal household income"
    )
    online_town: DatedPath[Share] = parameter(
        unit="fraction of borrowers", description="townspeople who use credit online"
    )
    online_country: DatedPath[Share] = parameter(
        unit="fraction of borrowers", description="country people who use credit online"
    )
    income_season: tuple[PositiveFloat, ...] = parameter(
        unit="multiple by calendar month", description="income, January first"
    )
    spending_season: tuple[PositiveFloat, ...] = parameter(
        unit="multiple by calendar month", description="wanted debt, January first"
    )
    shocks: dict[Name, MacroShock] = parameter(
        {}, unit="", description="dated blows to incomes, jobs or growth"
    )

    @model_validator(mode="after")
    def _twelve_months(self) -> Self:
        for name in ("income_season", "spending_season"):
            if len(getattr(self, name)) != 12:
                raise FieldError(name, f"has {len(getattr(self, name))} values; a year has 12")
        return self

    def dated(self) -> Iterator[tuple[str, DatedSeries[float] | DatedPath[float]]]:
        """All values by month: name, series or path."""
        yield "lpr", self.lpr
        yield "unemployment", self.unemployment
        yield "income_growth", self.income_growth
        yield "online_town", self.online_town
        yield "online_country", self.online_country

    def at(self, month: Month, start: Month) -> "Macro":
        """The economy of a month. Incomes grow from `start`, the first reported month, on."""
        season = month.month - 1
        active = [shock for shock in self.shocks.values() if shock.lasts(month)]
        jobless = self.unemployment.at(month) + sum(shock.unemployment for shock in active)
        return Macro(
            month=month,
            lpr=self.lpr.at(month),
            lpr_start=self.lpr.at(start),
            unemployment=min(1.0, max(0.0, jobless)),
            income_index=self._income_index(month, start),
            online_town=self.online_town.at(month),
            online_country=self.online_country.at(month),
            income_season=self.income_season[season],
            spending_season=self.spending_season[season],
            shocks=tuple(shock for shock in active if shock.share > 0.0),
        )

    def news(self, month: Month) -> Iterator[str]:
        """What a month brings of shocks that begin or have just ended, a sentence each."""
        for name, shock in self.shocks.items():
            if shock.start == month:
                yield f"{name.replace('_', ' ')} begins: {shock.sentence()}"
            if shock.start + shock.months == month:
                yield f"{name.replace('_', ' ')} is over after {counted(shock.months, 'month')}"

    def _income_index(self, month: Month, start: Month) -> float:
        shocks = self.shocks.values()
        turns = {int(start), *(int(turn) for turn in self.income_growth)}
        turns |= {int(end) for shock in shocks for end in (shock.start, shock.start + shock.months)}
        index = factor = 1.0
        for then in range(start, month):
            if then in turns:
                factor = self._income_growth(Month(then))
            index *= factor
        return index

    def _income_growth(self, month: Month) -> float:
        """What incomes are multiplied by in a month, shocks included."""
        growth = self.income_growth.at(month)
        growth += sum(shock.growth for shock in self.shocks.values() if shock.lasts(month))
        return float(max(0.01, 1.0 + growth) ** (1.0 / 12.0))


@dataclass(frozen=True)
class Macro:
    """The economy of one month.

    lpr, lpr_start : fraction per year, now and in the first reported month
    income_index : nominal income relative to the first reported month
    online_town, online_country : share of borrowers online
    income_season, spending_season : multiples
    shocks : those that hit the incomes of some
    """

    month: Month
    lpr: float
    lpr_start: float
    unemployment: float
    income_index: float
    online_town: float
    online_country: float
    income_season: float
    spending_season: float
    shocks: tuple[MacroShock, ...]
