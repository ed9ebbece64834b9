"""Figures of the real world, read from scenarios/data, with how sure they are."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.core.errors import InputError

DATA = Path(__file__).resolve().parents[2] / "scenarios" / "data"

OPENING = "opening_balance_2023.csv"
FACTS = "market_facts_to_2024.csv"
REPORTS = "seed_targets.csv"


@dataclass(frozen=True, slots=True)
class Known:
    """A figure, and where it is from."""

    value: float
    source: str


@cache
def rows(file: str) -> list[dict[str, str]]:
    """A table of scenarios/data."""
    with open(DATA / file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def fact(date: str, indicator: str, entity: str, factor: float, place: int = 0) -> Known:
    """A row of market_facts_to_2024.csv.

    indicator : its name, or how it begins ; factor : to the unit wanted
    place : which of several figures

    Raises InputError unless exactly one row is meant.
    """
    found = [
        row
        for row in rows(FACTS)
        if row["date"] == date
        and row["entity"] == entity
        and row["indicator"].startswith(indicator)
    ]
    exact = [row for row in found if row["indicator"] == indicator]
    found = exact or found
    if len(found) != 1:
        raise InputError(f"{FACTS} has {len(found)} rows '{indicator}' of '{date}', {entity}")
    value = float(found[0]["value"].split("/")[place]) * factor
    return Known(value, f"{FACTS}: {date}, {indicator}, {entity} ({found[0]['confidence']})")


def report(indicator: str, year: int, factor: float) -> Known:
    """A row of the industry report 004 in seed_targets.csv; InputError unless there is one."""
    found = [
        row
        for row in rows(REPORTS)
        if row["source"].startswith("004")
        and row["indicator"] == indicator
        and row["year"] == str(year)
    ]
    if len(found) != 1:
        raise InputError(f"{REPORTS} has {len(found)} rows '{indicator}' of {year} in report 004")
    return Known(
        float(found[0]["value"]) * factor,
        f"{REPORTS}: report 004, {indicator}, {year} (an undated forecast)",
    )


@dataclass(frozen=True, slots=True)
class KindOfLender:
    """Rows of the opening table taken together, and the lenders of a scenario that they are."""

    name: str
    title_en: str
    title_zh: str
    kinds: tuple[str, ...]
    rows: tuple[str, ...]

    def sum(self, column: str) -> float:
        """Sum over the rows."""
        return sum(float(row[column]) for row in self._found())

    def mean(self, column: str) -> float:
        """Mean over the rows, by balance at the end of 2023."""
        weights = [float(row["balance_end_2023_tn"]) for row in self._found()]
        values = [float(row[column]) for row in self._found()]
        return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)

    def source(self, column: str) -> str:
        """Where figures are from, with the remarks of the rows."""
        remarks = dict.fromkeys(row["provenance"] for row in self._found())
        return f"{OPENING}: {column}, {', '.join(self.rows)} ({'; '.join(remarks)})"

    def _found(self) -> Sequence[dict[str, str]]:
        return [row for row in rows(OPENING) if row["kind"] in self.rows]


KINDS = (
    KindOfLender(
        "bigtech",
        "big-tech platforms",
        "大型科技平台",
        ("bigtech",),
        ("bigtech_1", "bigtech_2_to_5"),
    ),
    KindOfLender(
        "fintech",
        "fintech platforms",
        "金融科技平台",
        ("fintech",),
        ("fintech_1", "fintech_2_to_3"),
    ),
    KindOfLender(
        "fintech_fringe",
        "smaller platforms",
        "中小平台",
        ("fintech_fringe",),
        ("fintech_fringe",),
    ),
    KindOfLender(
        "internet_bank",
        "internet banks",
        "互联网银行",
        ("internet_bank",),
        ("internet_bank_1", "internet_bank_2"),
    ),
    KindOfLender(
        "consumer_finance",
        "consumer-finance companies",
        "消费金融公司",
        ("consumer_finance",),
        ("consumer_finance_large", "consumer_finance_fringe"),
    ),
    KindOfLender(
        "small_loan",
        "small-loan companies",
        "小额贷款公司",
        ("small_loan_online", "small_loan_offline", "small_loan_policy"),
        ("small_loan_online", "small_loan_offline", "small_loan_policy"),
    ),
)
"""The core market; the wide one has the banks' own direct loans besides."""

BANK_DIRECT = KindOfLender(
    "bank_direct", "banks' own small loans", "银行自营小额贷款", ("bank_direct",), ("bank_direct",)
)
