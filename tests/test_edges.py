"""Markets at the edge: nobody lends, nobody borrows, nothing is allowed, everybody is in trouble.

None of this is an error: the market shrinks or dies, the books balance, and every ratio has the
value that its column documents.
"""

from typing import Any

import numpy as np
import pandas
import pytest

from sim.core.errors import InputError
from sim.core.tables import TABLES
from sim.experiment import run
from sim.scenario import Scenario
from tests.small_market import LENDERS, opened_market, small_scenario, stepped

MONTHS = 14


def lived(scenario: Scenario, *, borrowers: int = 400, months: int = MONTHS,
          **settings: Any) -> dict[str, pandas.DataFrame]:  # fmt: skip
    """Tables of an audited run, checked for holes; warnings, such as of 0 / 0, are errors."""
    model = stepped(opened_market(scenario, borrowers=borrowers, **settings), months)
    found = model.recorder.tables()
    assert len(found["market"]) == months
    for name, table in found.items():
        TABLES[name].check(table)
        numbers = table.select_dtypes("number")
        if name != "events":
            assert np.isfinite(numbers.to_numpy(dtype=float)).all(), name
        for column in TABLES[name].columns:
            bounded = column.unit == "fraction" and column.name != "gross_margin"
            if bounded and column.kind == "ratio":
                assert table[column.name].between(0, 1 + 1e-9).all(), (name, column.name)
            signed = column.name in ("equity", "assets", "liabilities")
            if column.kind in ("count", "stock") and not signed:
                assert (table[column.name] >= 0).all(), (name, column.name)
    return found


def assert_dead(market: pandas.DataFrame) -> None:
    """Every flow and stock of credit is nothing, and every ratio has its documented value."""
    for column in ("balance", "originations", "refinancing", "approvals", "chargeoffs",
                   "recoveries", "borrowers_active"):  # fmt: skip
        assert (market[column] == 0).all(), column
    for ratio in TABLES["market"].columns:
        if ratio.when_empty is not None and ratio.name != "leverage":
            assert (market[ratio.name] == ratio.when_empty).all(), ratio.name


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_no_lenders_at_all(executor: str) -> None:
    tables = lived(small_scenario(lenders={}, burn_in=3), borrowers=200, executor=executor)
    assert_dead(tables["market"])
    assert (tables["market"][["lenders", "entries", "exits", "applications", "profit"]] == 0).all(
        axis=None
    )
    assert tables["lenders"].empty
    assert tables["market"]["unmet_demand"].sum() > 0
    assert (tables["market"]["unmet_unreachable"] == tables["market"]["unmet_demand"]).all()
    assert (tables["vintages"][["relationships", "ever_default"]] == 0).all(axis=None)
    assert (tables["segments"]["consumer_surplus"] == 0).all()


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_a_cap_of_nothing_from_the_start(executor: str) -> None:
    rule = {"policy.apr_cap": {"licences": "all", "steps": {"2000-01": {"level": "0%"}}}}
    scenario = small_scenario(rule, burn_in=3)
    market = lived(scenario, borrowers=200, executor=executor)["market"]
    assert_dead(market)
    assert market["applications"].sum() > 0
    assert market["unmet_cap"].sum() > 0


def test_everybody_without_work() -> None:
    changes: dict[str, object] = {
        "macro.unemployment": {"2024-01": 1.0},
        "behaviour.spell_hazard": 2.0,
        "behaviour.spell_months": 60,
        "behaviour.spell_income": 0.0,
        "behaviour.saving": 0.0,
    }
    market = lived(small_scenario(changes, burn_in=3), months=24)["market"]
    assert market["default_rate_1m"].max() > 0.2
    assert market["balance"].iloc[-1] < 0.5 * market["balance"].iloc[0]


def test_everybody_out_of_work_from_one_month_on() -> None:
    """A sound market until everybody loses everything at once."""
    changes: dict[str, object] = {
        "macro.shocks.all": {"start": "2024-03", "months": 60, "share": 1.0, "depth": 1.0}
    }
    market = lived(small_scenario(changes, burn_in=8), months=20)["market"]
    first = market.iloc[:2]
    assert (first["default_rate_1m"] < 0.1).all()
    assert market["dpd30_ratio"].iloc[5] > 0.75
    assert market["default_rate_12m"].max() > 0.9
    assert market["balance"].iloc[-1] < 0.4 * market["balance"].iloc[1]


@pytest.mark.parametrize("name", ["net_bank", "offline"])
def test_one_lender_only(name: str) -> None:
    scenario = small_scenario(lenders={name: LENDERS[name]}, burn_in=6)
    tables = lived(scenario)
    market = tables["market"]
    assert market["balance"].min() > 0
    assert (market[["hhi_holder", "hhi_risk"]].sub(market["hhi"], axis=0).abs() < 1e-6).all(
        axis=None
    )
    if name == "net_bank":
        assert (market["hhi"] == 10_000.0).all()
        assert (market[["cr1", "cr3", "cr5", "cr10"]] == 1.0).all(axis=None)
    else:
        assert (market["hhi"] < 20).all()
        assert (market["online_share"] == 0.0).all()
        assert (market["cr5_platform"] == 0.0).all()
    reach = tables["lenders"]["reach"]
    assert reach.iloc[0] == 1.0
    assert reach.isin([0.0, 1.0]).all()  # 0 once it takes no customers


def test_a_brand_whose_partners_are_missing_lends_nothing() -> None:
    scenario = small_scenario(lenders={"big": LENDERS["big"]}, burn_in=3)
    assert_dead(lived(scenario)["market"])


def test_a_monopoly_of_equal_kinds() -> None:
    """One firm with all the market's money asks no less than one of several."""
    alone = {"net_bank": {**LENDERS["net_bank"], "balance": 2.8e12, "equity": 2.8e11}}
    prices = lived(small_scenario(lenders=alone, burn_in=8))["market"]["apr_new"]
    assert (prices > 0).all()


@pytest.mark.parametrize("segment", ["consumer", "micro", "farmer", "low_income"])
def test_borrowers_of_one_segment(segment: str) -> None:
    changes: dict[str, object] = {
        f"segments.{name}.share": float(name == segment)
        for name in ("consumer", "micro", "farmer", "low_income")
    }
    tables = lived(small_scenario(changes, burn_in=6))
    cells = tables["segments"].groupby("segment")["borrowers"].sum()
    assert (cells.drop(segment) == 0).all()
    assert tables["market"]["balance"].min() > 0
    empty = tables["segments"][tables["segments"]["borrowers"] == 0]
    for column in TABLES["segments"].columns:
        if column.when_empty is not None:
            assert (empty[column.name] == column.when_empty).all(), column.name


def test_nobody_wants_to_borrow() -> None:
    changes: dict[str, object] = {
        f"segments.{name}.participation": 0.0
        for name in ("consumer", "micro", "farmer", "low_income")
    }
    changes["behaviour.fraud"] = 0.0  # who comes to defraud wants all there is
    market = lived(small_scenario(changes, burn_in=3))["market"]
    assert_dead(market)
    assert (market[["applications", "unmet_demand"]] == 0).all(axis=None)


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_a_hundred_borrowers(executor: str) -> None:
    market = lived(small_scenario(burn_in=6), borrowers=100, executor=executor)["market"]
    assert market["balance"].max() > 0


def test_one_month() -> None:
    tables = lived(small_scenario(burn_in=6), months=1)
    assert len(tables["vintages"]) == 1
    assert tables["market"]["month"].dt.strftime("%Y-%m").tolist() == ["2024-01"]


def test_no_burn_in() -> None:
    """Nothing is grown before the first month: the opening is capital alone."""
    market = lived(small_scenario(burn_in=0))["market"]
    assert market["balance"].iloc[0] < market["balance"].iloc[5]
    assert market["default_rate_12m"].iloc[0] == 0.0


def test_no_month_reported_leaves_tables_empty() -> None:
    tables = opened_market(small_scenario(burn_in=2), borrowers=100).recorder.tables()
    assert tables["market"].empty
    assert tables["lenders"].empty
    assert tables["vintages"]["relationships"].sum() == 0
    assert set(tables["events"]["kind"]) == {"opening"}


def test_the_whole_period() -> None:
    """All 84 months; a run cannot be longer."""
    market = lived(small_scenario(burn_in=2), borrowers=150, months=84)["market"]
    assert market["month"].iloc[-1] == pandas.Timestamp("2030-12-01")


def test_a_population_of_one_person_for_each_simulated_one() -> None:
    lender = {"net_bank": {**LENDERS["net_bank"], "balance": 3e6, "equity": 1e6}}
    changes: dict[str, object] = {
        "population": 400,
        "policy.minimum_capital": None,
        "technologies": None,
    }
    market = lived(small_scenario(changes, lenders=lender, burn_in=6))["market"]
    assert market["balance"].max() > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"behaviour.walk_rate": 1.0, "behaviour.walk_willingness": 30.0},
        {"behaviour.prepay": 1.0, "behaviour.buffer_months": 24},
        {"behaviour.leave": 0.9},
        {"behaviour.look": 1.0, "behaviour.discouraged_months": 0},
        {"search.breadth": 8, "search.tries": 8, "search.shop_around": 1.0},
        {"kinds.bigtech.explore": 1.0, "kinds.bigtech.worst_risk": 0.0},
        {
            "kinds.internet_bank.charge_off_months": 5,
            "kinds.small_loan_offline.charge_off_months": 60,
        },
        {"policy.funding_freeze.all": {"steps": {"2024-03": {"level": 1.0}}}},
        {"policy.joint_floor.all": {"steps": {"2024-03": {"level": 1.0}}}},
        {"policy.minimum_capital.all": {"steps": {"2024-02": {"level": 1e14}}}},
        {
            "policy.inspections.all": {"steps": {"2024-01": {"level": 1.0}}},
            "policy.leverage.no": {"steps": {"2024-02": {"level": 0.1}}},
        },
        {"macro.income_growth": {"2024-01": -0.5}},
        {"macro.lpr": {"2024-01": 0.0}},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_extreme_settings(changes: dict[str, object]) -> None:
    lived(small_scenario(changes, burn_in=6))


@pytest.mark.parametrize(
    "changes",
    [
        {"behaviour.walk_headroom": 5_000.0, "behaviour.walk_rate": 1.0},
        {"behaviour.walk_slope": 1e9, "behaviour.walk_rate": 1.0},
        {"behaviour.walk_willingness": 1e9, "behaviour.walk_rate": 1.0},
    ],
    ids=["headroom", "slope", "willingness"],
)
def test_unbounded_settings_do_the_same_in_both_executors(changes: dict[str, object]) -> None:
    scenario = small_scenario(changes, burn_in=3)
    slow, fast = (
        lived(scenario, borrowers=100, months=3, executor=executor)
        for executor in ("reference", "cpu")
    )
    for name, table in slow.items():
        assert table.equals(fast[name]), name


def test_rules_and_runs_may_begin_with_the_calendar() -> None:
    """Months count from 2000-01, which is no month of a run, but may be one of a rule."""
    steps = {"2000-01": {"level": 0.3, "phase_in_months": 8}, "2000-09": {"level": 0.2}}
    later = ["standing_caps", "guarantees", "joint_floor", "borrower_limit", "minimum_capital"]
    later += [
        "abs_limit",
        "inspections",
        "openness",
        "leverage.small_loan",
        "leverage.consumer_finance",
        "leverage.bank",
    ]
    paths = {"lpr": 0.05, "unemployment": 0.04, "income_growth": 0.06}
    paths |= {"online_town": 0.1, "online_country": 0.1}
    macro = small_scenario(burn_in=4).macro
    dated = [f"macro.{path}.{month}" for path in paths for month in getattr(macro, path)]
    rules: dict[str, object] = {
        **{f"policy.{name}": None for name in later},
        **dict.fromkeys(dated),
        **{f"macro.{path}.2000-06": level for path, level in paths.items()},
        "start": "2000-06",
        "policy.apr_cap": {"steps": steps},
        "policy.leverage.early": {"steps": {"2000-01": {"level": 9}}},
    }
    model = stepped(opened_market(small_scenario(rules, burn_in=4), borrowers=400), 6)
    records = model.borrowers.snapshot()
    assert records["first_month"].max() > 0
    drawn = records["principal_fen"] > 0
    assert (records["first_month"][drawn] > 0).all()
    with pytest.raises(InputError, match="a run starts between 2000-07"):
        small_scenario(rules, burn_in=5)


def test_a_run_through_the_front_door_passes_its_own_checks() -> None:
    result = run(small_scenario(burn_in=3), borrowers=200, months=2, seeds=2, audit=True)
    assert result.market["seed"].tolist() == [1, 1, 2, 2]
    assert len(result.lenders) == 2 * 2 * len(LENDERS)
