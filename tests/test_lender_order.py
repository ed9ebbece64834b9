"""In which order a file names the lenders decides nothing: not a bit of any table.

The market is that of tests/small_market.py with as much going on between lenders as fits in a
year: strategies, an entrant, a run on a lender that fails, a book that is bought.
"""

from collections.abc import Callable
from typing import Any

import pytest

from sim.scenario import Scenario
from tests.small_market import LENDERS, assert_equal_tables, small_scenario, tables_of

NEWCOMER = {
    "id": 9, "kind": "bigtech", "balance": 0, "equity": 2e10, "enters": "2024-04",
    "entry_reach": 0.8,
}  # fmt: skip
TWIN = {"id": 8, "kind": "consumer_finance", "balance": 1e11, "equity": 1.5e9, "apr": 0.18}
BUSY: dict[str, object] = {
    "lenders.big.strategy": {"2024-03": "price_war"},
    "lenders.finance.strategy": {"2024-03": "follow"},
    "rivalry.price_response": 0.9,
    "ownership.merger_rate": 0.9,
    "funding.alarms.run": {
        "lenders": ["fringe", "twin"], "source": "wholesale", "start": "2024-06", "months": 4,
        "distrust": 3.0,
    },
    "policy.partner_concentration.test": {
        "steps": {"2024-05": {"level": 0.6}}, "source": "test",
    },
}  # fmt: skip

ORDERS: dict[str, Callable[[list[str]], list[str]]] = {
    "backwards": lambda names: names[::-1],
    "by name": sorted,
}


def written(names: list[str]) -> Scenario:
    """The busy market, its lenders named in an order."""
    setups: dict[str, dict[str, Any]] = {**LENDERS, "twin": TWIN, "newcomer": NEWCOMER}
    return small_scenario(BUSY, lenders={name: setups[name] for name in names})


USUAL = [*LENDERS, "twin", "newcomer"]


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return dict(tables_of(written(USUAL), months=12))


def test_the_market_is_busy(usual: dict[str, Any]) -> None:
    """What could depend on an order has happened: else the next test would say little."""
    kinds = set(usual["events"]["kind"])
    assert {"strategy", "entry", "exit", "purchase", "run"} <= kinds


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_lenders_in_a_file_changes_nothing(order: str, usual: dict[str, Any]) -> None:
    names = ORDERS[order](USUAL)
    other = written(names)
    assert list(other.lenders) != names, "an order that is the usual one tests nothing"
    assert other.hash == written(USUAL).hash
    assert_equal_tables(usual, tables_of(other, months=12))
