"""Checks of the wide market: whether the growth that industry reports print comes about.

Targets and tolerances are those of the specification: balance on the path of 15% a year within 0.10
in logs, online share within 3 points, average rate within 0.7 points, share of the five largest
platforms above 65% and rising towards 80%. What a report calls the average loan rate can be that of
new loans or of all loans: both are shown.
"""

import math
from collections.abc import Iterator

from sim.evidence import run_statistics as runs
from sim.evidence.check import Check, Figure, UnitOf
from sim.evidence.known_figures import Known, report
from sim.evidence.worlds import OUTLOOK

GROWTH = 0.15
YEARS = (2025, 2026, 2027, 2028, 2029, 2030)
PRINTED = (2024, 2025, 2026, 2027, 2028, 2030)
"""Years of which the report has a row."""


def wide_checks() -> list[Check]:
    """All checks of a scenario of the wide market."""
    return [*_growth(), *_online(), *_rates(), *_platforms()]


def _growth() -> Iterator[Check]:
    for year in YEARS:
        data = (1 + GROWTH) ** (year - 2024)
        yield _check(
            f"index_{year}",
            (f"Balance index, {year}", f"余额指数，{year}年"),
            ("Mean balance of the year over that of 2024", "当年平均余额除以2024年平均余额"),
            UnitOf.NUMBER,
            Known(data, "15% a year, as reports 002 and 004 print it (an undated forecast)"),
            (data * math.exp(-0.1), data * math.exp(0.1), data * 0.1),
            "0.10 in logs (specification)",
            runs.index_of(year, OUTLOOK),
        )


def _online() -> Iterator[Check]:
    for year in PRINTED:
        known = report("online share", year, 0.01)
        yield _check(
            f"online_{year}",
            (f"Online share, {year}", f"线上占比，{year}年"),
            ("Mean of the year", "当年均值"),
            UnitOf.SHARE,
            known,
            (known.value - 0.03, known.value + 0.03, 0.03),
            "3 points (specification)",
            runs.market_mean("online_share", year, OUTLOOK),
        )


def _rates() -> Iterator[Check]:
    for column, en, zh in (
        ("apr_new", "new loans", "新发放贷款"),
        ("apr_stock", "all loans", "存量贷款"),
    ):
        for year in PRINTED:
            known = report("average loan rate", year, 0.01)
            yield _check(
                f"{column}_{year}",
                (f"Average rate of {en}, {year}", f"平均利率：{zh}，{year}年"),
                ("Mean of the year, all-in", "当年均值，综合年化"),
                UnitOf.YEARLY,
                known,
                (known.value - 0.007, known.value + 0.007, 0.007),
                "0.7 points (specification)",
                runs.market_mean(column, year, OUTLOOK),
            )


def _platforms() -> Iterator[Check]:
    source = "seed_targets.csv: report 002, over 65% in 2023, over 80% by 2030"
    for year, data, low in ((2024, 0.65, 0.65), (2030, 0.80, 0.725)):
        yield _check(
            f"cr5_platform_{year}",
            (f"Share of the five largest platforms, {year}", f"前五大平台份额，{year}年"),
            ("Mean of the year", "当年均值"),
            UnitOf.SHARE,
            Known(data, source),
            (low, 1.0, 0.05),
            "one-sided; in 2030 half-way to 80% at least (assumption)",
            runs.market_mean("cr5_platform", year, OUTLOOK),
        )


def _check(
    name: str,
    title: tuple[str, str],
    about: tuple[str, str],
    unit: str,
    known: Known,
    band: tuple[float, float, float],
    tolerance: str,
    figure: Figure,
) -> Check:
    """A target of the outlook. band : accepted from, to, and how far beyond counts as near."""
    return Check(
        name=f"outlook_{name}",
        group="outlook",
        title_en=title[0],
        title_zh=title[1],
        about_en=about[0],
        about_zh=about[1],
        unit=unit,
        data=known.value,
        low=band[0],
        high=band[1],
        margin=band[2],
        source=known.source,
        tolerance=tolerance,
        use="compared",
        worlds=(OUTLOOK,),
        figure=figure,
    )
