"""A small market for tests: seven lenders, a short burn-in, and a look into the month.

It takes the borrowers and the kinds of lenders of `observed` and sets itself what keeps a market
alive, so that a new calibration does not decide whether tests pass.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas

from agents.limits import Limits
from agents.messages import Offers, Tally, Terms, World
from agents.routes import Route
from sim.compiled import Records
from sim.core.months import Month
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario

LENDERS: dict[str, dict[str, Any]] = {
    "big": {"id": 1, "kind": "bigtech", "balance": 1.6e12, "equity": 0.6e11, "apr": 0.16},
    "fringe": {
        "id": 2, "kind": "fintech", "firms": 60, "size_cv": 1.5, "balance": 0.8e12,
        "equity": 0.8e11, "apr": 0.22,
    },
    "net_bank": {
        "id": 3, "kind": "internet_bank", "balance": 0.7e12, "equity": 0.7e11, "apr": 0.09,
    },
    "finance": {
        "id": 4, "kind": "consumer_finance", "balance": 0.7e12, "equity": 1.2e11, "apr": 0.18,
        "partner_weight": 2,
    },
    "offline": {
        "id": 5, "kind": "small_loan_offline", "firms": 3000, "size_cv": 1.5, "balance": 0.6e12,
        "equity": 0.6e12, "apr": 0.15,
    },
    "funder_1": {"id": 6, "kind": "bank_funder", "balance": 0, "equity": 1e11, "partner_weight": 5},
    "funder_2": {"id": 7, "kind": "bank_funder", "balance": 0, "equity": 1e11, "partner_weight": 5},
}  # fmt: skip
"""Platforms with every class of route, fringes, a bank, an offline lender, two funders."""

SEGMENTS = ("consumer", "micro", "farmer", "low_income")
KINDS = tuple(str(setup["kind"]) for setup in LENDERS.values())

CALM: dict[str, object] = {
    "macro.unemployment": {"2024-01": 0.05},
    "behaviour.spell_hazard": 0.03,
    "behaviour.walk_rate": 0.02,
    "behaviour.leave": 0.1,
    "behaviour.look": 1.0,
    "behaviour.saving": 0.9,
    **{f"segments.{name}.essentials": 0.45 for name in SEGMENTS},
    **{f"segments.{name}.transitory": 0.1 for name in SEGMENTS},
    **{f"kinds.{name}.funding_growth": 1.0 for name in KINDS},
}
"""Borrowers who can mostly pay and lenders who find money, so that the market lives for years."""

STRESS: dict[str, object] = {
    "macro.unemployment": {"2024-01": 0.3},
    "behaviour.spell_hazard": 0.4,
    "behaviour.walk_rate": 0.2,
    "behaviour.leave": 0.6,
    "behaviour.discouraged_months": 2,
}
"""Changes on top under which defaults, departures, renewals and vain searches are frequent."""


@cache
def _observed() -> Scenario:
    return load_scenario("observed")


def small_scenario(
    changes: Mapping[str, object] | None = None,
    *,
    lenders: Mapping[str, Mapping[str, object]] | None = None,
    burn_in: int = 14,
) -> Scenario:
    """The small market's scenario.

    changes : by dotted path, on top ; lenders : instead of the usual seven
    """
    chosen = LENDERS if lenders is None else lenders
    dropped = {f"lenders.{name}": None for name in _observed().lenders if name not in chosen}
    added = {f"lenders.{name}": dict(setup) for name, setup in chosen.items()}
    base = _observed().with_changes({"burn_in_months": burn_in, **CALM, **dropped, **added})
    return base.with_changes(changes or {}, name="small")


def opened_market(scenario: Scenario, *, borrowers: int = 2_000, **settings: Any) -> LoanMarket:
    """A market after its burn-in, audited every month; settings as those of `LoanMarket`."""
    model = LoanMarket(scenario, borrowers=borrowers, **{"audit": True, "threads": 1, **settings})
    model.burn_in()
    return model


def stepped(model: LoanMarket, months: int) -> LoanMarket:
    """The same model some months later."""
    for _ in range(months):
        model.step()
    return model


def tables_of(
    scenario: Scenario, *, months: int, borrowers: int = 2_000, **settings: Any
) -> dict[str, pandas.DataFrame]:
    """The five tables of an audited run."""
    model = stepped(opened_market(scenario, borrowers=borrowers, **settings), months)
    return model.recorder.tables()


def assert_equal_tables(
    left: Mapping[str, pandas.DataFrame], right: Mapping[str, pandas.DataFrame]
) -> None:
    """Fails, naming table and column, unless both hold the same values to the last bit."""
    assert left.keys() == right.keys()
    for name in left:
        pandas.testing.assert_frame_equal(
            left[name], right[name], check_exact=True, obj=f"table {name}"
        )


def each_row(table: pandas.DataFrame) -> list[Any]:
    """Rows of a table with their columns as attributes."""
    return list(table.itertuples())


@dataclass
class LivedMonth:
    """What passed between borrowers and lenders in one month.

    before, middle, end : the borrowers' records at last month-end, after the first half, and now
    routes : the route book as of the two halves
    """

    month: Month
    world: World
    terms: Terms
    limits: Limits
    first: Tally
    offers: Offers
    second: Tally
    before: Records
    middle: Records
    end: Records
    routes: list[Route]


def lived_month(model: LoanMarket) -> LivedMonth:
    """Steps a model one month and returns what its two halves were told and answered."""
    heard: dict[str, Any] = {"before": model.borrowers.snapshot()}
    borrowers: Any = model.borrowers

    def live(world: World, terms: Terms, *rest: Any) -> Tally:
        first: Tally = type(borrowers).live(borrowers, world, terms, *rest)
        heard.update(world=world, terms=terms, first=copy.deepcopy(first))
        heard.update(middle=borrowers.snapshot(), routes=list(model.market.book.rows))
        return first

    def sign(world: World, terms: Terms, offers: Offers, *rest: Any) -> Tally:
        second: Tally = type(borrowers).sign(borrowers, world, terms, offers, *rest)
        heard.update(offers=offers, second=copy.deepcopy(second), end=borrowers.snapshot())
        return second

    borrowers.live, borrowers.sign = live, sign
    try:
        model.step()
    finally:
        del borrowers.live, borrowers.sign
    lpr = model.settings.macro.at(model.now, model.first_month).lpr
    limits = model.settings.policy.at(model.now, lpr)
    return LivedMonth(month=model.now, limits=limits, **heard)
