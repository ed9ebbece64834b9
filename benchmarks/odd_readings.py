"""Readings that docs/odd.md quotes: what fraud costs, what scorecards know, how rivals answer.

`.venv/bin/python -m benchmarks.odd_readings` prints them; 20,000 borrowers and two seeds, some two
minutes of a core. With `--large` also the scorecards at 100,000 borrowers.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pandas

from sim import load_scenario, run

SIZE = 20_000
SEEDS = 2
SILENT = {"rivalry.entry_threat": 0.0, "rivalry.share_defence": 0.0, "rivalry.price_response": 0.0}
"""What turns off every answer of a lender to its rivals."""


def lenders(
    name: str, changes: Mapping[str, Any], months: int, seeds: int = SEEDS, size: int = SIZE
) -> pandas.DataFrame:
    """The table of lenders of some seeds, with the year of each month."""
    found = run(
        load_scenario(name).with_changes(dict(changes)), borrowers=size, seeds=seeds, months=months
    )
    table = found.lenders
    if seeds == 1:
        table = table.assign(seed=1)
    return table.assign(year=table["month"].dt.year)


def mean_by(table: pandas.DataFrame, value: str, weight: str) -> float:
    """A column's mean, weighted by another."""
    known = table[table[value].notna() & (table[weight] > 0)]
    return float((known[value] * known[weight]).sum() / known[weight].sum())


def fraud(table: pandas.DataFrame) -> Iterator[str]:
    """Part of charge-offs that is fraud, by seed."""
    sums = table.groupby("seed")[["fraud_losses", "brand_chargeoffs"]].sum()
    parts = sums["fraud_losses"] / sums["brand_chargeoffs"]
    yield f"fraud in charge-offs of 2024 to 2030: {', '.join(f'{part:.1%}' for part in parts)}"


def knowledge(table: pandas.DataFrame, year: int, of: str) -> str:
    """AUC weighted by applications, and approvals in applications, of a year."""
    told = table[table["year"] == year]
    approved = told["approvals"].sum() / told["applications"].sum()
    auc = mean_by(told, "auc", "applications")
    return f"{of}: AUC in {year} {auc:.3f}, approvals {approved:.0%}"


def trying() -> Iterator[str]:
    """What lenders learn where they try refused risks."""
    kinds = load_scenario("observed").kinds
    for part in (0.0, 0.01, 0.10):
        changes = {f"kinds.{kind}.explore": part for kind in kinds}
        yield knowledge(lenders("observed", changes, 48), 2027, f"{part:.0%} of refusals tried")


def answers() -> Iterator[str]:
    """Fall of posted prices through the price war, with and without answers to it."""
    for words, changes in (("with", {}), ("without", {"rivalry.price_response": 0.0})):
        calm = lenders("observed", changes, 48)
        war = lenders("price_war", changes, 48)
        for one in ("bigtech_2", "bigtech_1", "small_loan_offline"):
            yield f"price war, {words} answers, {one}: {moves(war, calm, one)}"


def moves(other: pandas.DataFrame, base: pandas.DataFrame, lender: str) -> str:
    """Price of new loans in one world less that in another, points, lowest quarter by seed."""
    pair = []
    for table in (other, base):
        ours = table[table["lender"].str.startswith(lender) & (table["originations"] > 0)]
        paid = (ours["apr_new"] * ours["originations"]).groupby([ours["seed"], ours["month"]]).sum()
        lent = ours.groupby(["seed", "month"])["originations"].sum()
        pair.append(100 * paid / lent)
    gap = (pair[0] - pair[1]).groupby("seed").rolling(3).mean()
    return ", ".join(f"{value:+.1f}" for value in gap.groupby(level=0).min())


def rivals(with_answers: pandas.DataFrame) -> Iterator[str]:
    """Price of new loans with all answers less without any, points, by year from 2027."""
    without = lenders("observed", SILENT, 84)
    for year in range(2027, 2031):
        prices = [
            mean_by(t[t["year"] == year], "apr_new", "originations")
            for t in (with_answers, without)
        ]
        gap = 100 * (prices[0] - prices[1])
        yield f"prices in {year}, all answers less none: {gap:+.2f} points"


def main() -> None:
    """Print the readings."""
    usual = lenders("observed", {}, 84)
    for lines in (
        fraud(usual),
        iter([knowledge(usual, 2026, "20,000 borrowers")]),
        trying(),
        answers(),
        rivals(usual),
    ):
        for line in lines:
            print(line, flush=True)
    if "--large" in sys.argv:
        large = lenders("observed", {}, 36, 1, 100_000)
        print(knowledge(large, 2026, "100,000 borrowers"))


if __name__ == "__main__":
    main()
