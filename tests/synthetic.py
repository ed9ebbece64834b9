"""Made-up tables with the exact columns of the contract, for tests of everything above the model.

The figures follow simple formulas, so that a test knows what must come out: the 12-month
default rate peaks in PEAK, a cap takes effect in CAP, brand A gains what brand B loses, and
small-loan companies leave.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas

from sim.core.months import Month
from sim.core.tables import EVENTS, LENDERS, MARKET, SEGMENTS, VINTAGES

START = date(2024, 1, 1)
CAP = date(2025, 10, 1)
PEAK = date(2026, 12, 1)

LENDER_KINDS = {
    "bigtech_1": "bigtech",
    "bigtech_2": "bigtech",
    "fintech_1": "fintech",
    "internet_bank_1": "internet_bank",
    "consumer_finance_1": "consumer_finance",
    "small_loan_offline": "small_loan",
}


def month_at(index: int) -> date:
    """The first day of the month `index` months after START."""
    return date(START.year + (START.month - 1 + index) // 12, (START.month - 1 + index) % 12 + 1, 1)


def market_table(months: int = 84, shift: float = 0.0) -> pandas.DataFrame:
    """A market whose default rate rises to a peak in PEAK; `shift` moves HHI (for seeds)."""
    time = np.arange(months)
    peak = (PEAK.year - START.year) * 12 + PEAK.month - START.month
    after_cap = time >= (CAP.year - START.year) * 12 + CAP.month - START.month
    balance = 5.0e12 * (1 + 0.002 * time)
    default = 0.030 + 0.016 * np.exp(-(((time - peak) / 10.0) ** 2))
    columns: dict[str, Any] = dict.fromkeys(MARKET.names, np.full(months, 0.1))
    columns |= {
        "month": [month_at(index) for index in range(months)],
        "balance": balance,
        "originations": balance / 5,
        "refinancing": balance / 50,
        "applications": np.full(months, 2.0e7),
        "approvals": np.where(after_cap, 0.8e7, 1.0e7),
        "apr_new": np.linspace(0.15, 0.11, months),
        "apr_stock": np.linspace(0.16, 0.12, months),
        "apr_contract_new": np.linspace(0.13, 0.10, months),
        "online_share": np.linspace(0.8, 0.9, months),
        "hhi": np.linspace(740.0, 1010.0, months) + shift,
        "hhi_holder": np.linspace(900.0, 1000.0, months) + shift,
        "hhi_risk": np.linspace(600.0, 650.0, months) + shift,
        "cr1": np.linspace(0.20, 0.25, months),
        "cr3": np.linspace(0.40, 0.48, months),
        "cr5": np.linspace(0.52, 0.64, months),
        "cr10": np.linspace(0.70, 0.78, months),
        "cr5_platform": np.linspace(0.66, 0.74, months),
        "lenders": np.linspace(5500, 2900, months).astype(np.int64),
        "entries": np.full(months, 2),
        "exits": np.full(months, 33),
        "npl_ratio": default * 0.6,
        "dpd30_ratio": default * 0.9,
        "dpd90_ratio": default * 0.5,
        "default_rate_1m": default / 12,
        "default_rate_12m": default,
        "chargeoffs": balance * 0.003,
        "recoveries": balance * 0.0005,
        "profit": balance * 0.002,
        "leverage": np.linspace(4.0, 4.5, months),
        "unmet_demand": balance * 0.01,
        "unmet_risk": balance * 0.0070,
        "unmet_cap": balance * 0.0020,
        "unmet_price": balance * 0.0006,
        "unmet_funding": balance * 0.0004,
        "unmet_unreachable": np.zeros(months),
        "borrowers_active": np.full(months, 1.8e8),
        "multi3_share": np.linspace(0.20, 0.24, months),
        "funding_cost": np.full(months, 0.03),
        "interest_income": balance * 0.013,
        "gross_margin": np.full(months, 0.3),
        "room": balance * 0.2,
        "utilisation": np.full(months, 1 / 1.2),
        "stress": np.zeros(months),
    }
    return MARKET.frame(columns)


def lenders_table(market: pandas.DataFrame) -> pandas.DataFrame:
    """Lenders whose balances sum to the market; bigtech_1 gains what bigtech_2 loses."""
    last = max(len(market) - 1, 1)
    rows: list[dict[str, Any]] = []
    for index, (month, balance) in enumerate(zip(market["month"], market["balance"], strict=True)):
        moved = 0.06 * index / last
        shares = [0.20 + moved, 0.22 - moved, 0.18, 0.16, 0.14, 0.10]
        for (lender, kind), share in zip(LENDER_KINDS.items(), shares, strict=True):
            firms = 5400 - 25 * index if kind == "small_loan" else 1
            rows.append(
                dict.fromkeys(LENDERS.names, 0.1)
                | {
                    "month": month,
                    "lender": lender,
                    "kind": kind,
                    "licence": kind,
                    "firms": firms,
                    "balance": share * balance,
                    "held": share * balance,
                    "at_risk": share * balance,
                    "assets": share * balance,
                    "liabilities": share * balance * 0.8,
                    "equity": share * balance * 0.2,
                    "applications": 2.0e7 * share,
                    "approvals": 1.0e7 * share,
                }
            )
    return LENDERS.frame(rows)


def segments_table(market: pandas.DataFrame) -> pandas.DataFrame:
    """Two segments in one region, urban and rural; low income is approved least."""
    approved = {"consumer": 0.6, "low_income": 0.3}
    rows = [
        dict.fromkeys(SEGMENTS.names, 0.1)
        | {
            "month": month,
            "segment": segment,
            "region": "east",
            "rural": rural,
            "borrowers": 1.25e8,
            "active": 4.5e7,
            "balance": balance / 4,
            "originations": balance / 20,
            "applications": 5.0e6,
            "approvals": 5.0e6 * approved[segment],
            "apr_new": 0.14,
        }
        for month, balance in zip(market["month"], market["balance"], strict=True)
        for segment in approved
        for rural in (False, True)
    ]
    return SEGMENTS.frame(rows)


def vintages_table(months: int = 84) -> pandas.DataFrame:
    """Cohorts that default at 3% by age 24, most of it before month ten."""
    rows = [
        {
            "cohort": month_at(cohort),
            "age": age,
            "relationships": 5.0e6,
            "ever_default": 5.0e6 * 0.03 * (1 - np.exp(-age / 5.0)),
        }
        for cohort in range(months)
        for age in range(min(24, months - cohort))
    ]
    return VINTAGES.frame(rows)


def events_table(months: int = 84) -> pandas.DataFrame:
    """An announcement, the cap it announces, a later rule, an exit."""
    happenings = [
        (date(2025, 4, 1), "announcement", "regulator", "All-in cap of 24% announced", None, 0.24),
        (CAP, "policy", "regulator", "All-in cap of 24%", 0.36, 0.24),
        (date(2027, 12, 1), "policy", "regulator", "Small-loan cap of 4 x LPR", 0.24, 0.12),
        (date(2028, 3, 1), "exit", "small_loan_offline", "25 firms left", 4200.0, 4175.0),
    ]
    last = month_at(months - 1)
    return EVENTS.frame(
        [dict(zip(EVENTS.names, row, strict=True)) for row in happenings if row[0] <= last]
    )


def run_tables(months: int = 84, shift: float = 0.0) -> dict[str, pandas.DataFrame]:
    """The five tables of one run."""
    market = market_table(months, shift)
    return {
        "market": market,
        "lenders": lenders_table(market),
        "segments": segments_table(market),
        "vintages": vintages_table(months),
        "events": events_table(months),
    }


def seed_tables(seeds: int = 3, months: int = 84) -> dict[str, pandas.DataFrame]:
    """The five tables of a run with several seeds: HHI differs by 20 points from seed to seed."""
    runs = {seed: run_tables(months, shift=20.0 * (seed - 2)) for seed in range(1, seeds + 1)}
    joined = {}
    for name in runs[1]:
        parts = [tables[name].assign(seed=seed) for seed, tables in runs.items()]
        frame = pandas.concat(parts, ignore_index=True)
        joined[name] = frame[["seed", *frame.columns.drop("seed")]]
    return joined


def manifest(seeds: int = 1, months: int = 84) -> dict[str, Any]:
    """A manifest as `sim.experiment` writes it."""
    return {
        "format": 1,
        "scenario": {
            "name": "observed",
            "title": "History to 2026, announced policy to 2027",
            "title_zh": "历史与已公布的政策",
            "question": "What do the announced caps do to access, default and concentration?",
            "question_zh": "已公布的上限有何影响？",
            "scope": "core",
            "hash": "0123456789abcdef" * 4,
            "text": "title: History\n",
        },
        "seed": 1,
        "seeds": seeds,
        "borrowers": 100_000,
        "months": months,
        "first_month": "2024-01",
        "last_month": f"{month_at(months - 1):%Y-%m}",
        "executor": "cpu",
        "threads": 2,
        "audit": False,
        "burn_in_months": 24,
        "weight": 5000.0,
        "state_bytes_per_borrower": 400.0,
        "versions": {"loansim": "0.1.0"},
        "platform": {"system": "Linux"},
        "timings": {"setup": 0.1, "compile": 0.0, "burn_in": 0.5, "months": 2.0, "total": 2.6},
    }


SCENARIO: Any = SimpleNamespace(
    name="made_up",
    title="A title",
    title_zh="标题",
    question="Why?",
    question_zh="为什么？",
    scope="core",
    population=500_000_000,
    hash="ab" * 32,
    text="a: 1\n",
    burn_in_months=2,
)
"""Stands in for a scenario, with the attributes that runs and their manifest read."""


class MadeUpMarket:
    """Stands in for `LoanMarket`: steps months and hands out made-up tables."""

    made: list["MadeUpMarket"]
    cached = False

    burn_in_months = 2
    first_month = Month.of(2024, 1)
    threads = 2
    weight = 5000.0
    state_bytes_per_borrower = 144.0

    def __init__(self, scenario: object, **settings: Any) -> None:
        self.settings = settings
        self.lived = 0
        self.recorder = self
        self.made.append(self)

    @property
    def needs_compiling(self) -> bool:
        return not self.cached

    def compile(self) -> None:
        type(self).cached = True

    def step(self) -> None:
        self.lived += 1

    @property
    def steps(self) -> int:
        """Reported months."""
        return max(0, self.lived - self.burn_in_months)

    def tables(self) -> dict[str, pandas.DataFrame]:
        return run_tables(self.steps, shift=float(self.settings["seed"]))
