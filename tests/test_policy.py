"""Policy: a pure function of the month, and what a rule does and does not change."""

from typing import Any

import numpy as np
import pandas
import pytest

from agents.limits import LICENCES, NO_CAP, Limits
from agents.messages import DRAWN, DRAWN_APR, DRAWN_CONTRACT, REFINANCED
from sim.core.months import Month
from sim.policy import UNLIMITED, PolicySection, happenings
from tests.small_market import (
    LivedMonth,
    each_row,
    lived_month,
    opened_market,
    small_scenario,
    stepped,
    tables_of,
)

LPR = 0.03
START = Month.of(2024, 1)


def policy(**section: Any) -> PolicySection:
    """A policy section of these rules alone."""
    scenario = small_scenario({"policy": None}, burn_in=1)
    return scenario.with_changes({"policy": section}).policy


def cap(steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"steps": steps, **fields}


def limits(section: PolicySection, month: str, lpr: float = LPR) -> Limits:
    return section.at(Month.parse(month), lpr)


# --- levels by month ------------------------------------------------------------------------------


def test_without_rules_nothing_is_limited() -> None:
    free = limits(policy(), "2024-01")
    for licence in LICENCES:
        assert free.cap[licence].all_in == free.cap[licence].contract == NO_CAP
        assert free.leverage[licence] == free.guarantee[licence] == UNLIMITED
        assert free.borrower_limit[licence] == UNLIMITED
        assert free.joint_floor[licence] == free.minimum_capital[licence] == 0.0
        assert free.openness[licence] == 1.0
    assert (free.bureau, free.data_noise, free.funding_freeze) == (1.0, 1.0, 0.0)


def test_a_cap_stands_from_its_month_for_its_licences() -> None:
    section = policy(apr_cap=cap({"2025-03": {"level": 0.2}}, licences=["small_loan", "bank"]))
    assert limits(section, "2025-02").cap["small_loan"].all_in == NO_CAP
    for month in ("2025-03", "2030-12"):
        at = limits(section, month)
        bound = {licence for licence in LICENCES if at.cap[licence].all_in < NO_CAP}
        assert bound == {"small_loan", "bank"}
        assert at.cap["bank"].all_in == 0.2


def test_a_cap_on_the_contract_rate_leaves_fees_free() -> None:
    section = policy(apr_cap=cap({"2025-03": {"level": 0.2}}, base="contract"))
    at = limits(section, "2025-03").cap["bank"]
    assert (at.all_in, at.contract) == (NO_CAP, 0.2)


def test_a_cap_on_the_whole_price_bounds_the_contract_rate_too() -> None:
    section = policy(apr_cap=cap({"2025-03": {"level": 0.2}}, base="all_in"))
    at = limits(section, "2025-03").cap["bank"]
    assert (at.all_in, at.contract) == (0.2, 0.2)


def test_the_tightest_of_several_caps_binds() -> None:
    section = policy(
        apr_cap=cap({"2025-01": {"level": 0.3}}),
        standing_caps={
            "old": cap({"2020-01": {"level": 0.36}}),
            "tight": cap({"2026-01": {"level": 0.12}, "2027-01": {"level": 0.5}}),
        },
    )
    found = [limits(section, m).cap["bank"].all_in for m in ("2024-12", "2025-01", "2026-06")]
    assert found == [0.36, 0.3, 0.12]
    assert limits(section, "2027-01").cap["bank"].all_in == 0.3


def test_a_multiple_of_the_lpr_moves_with_it() -> None:
    section = policy(apr_cap=cap({"2025-01": {"multiple_of_lpr": 4}}))
    assert limits(section, "2025-01", 0.031).cap["bank"].all_in == pytest.approx(0.124)
    assert limits(section, "2026-01", 0.030).cap["bank"].all_in == pytest.approx(0.120)


def ceilings(steps: dict[str, Any], months: int, first: str = "2025-01") -> list[float]:
    section = policy(apr_cap=cap(steps))
    start = Month.parse(first)
    return [section.at(start + m, LPR).cap["bank"].all_in for m in range(months)]


def test_a_phase_in_is_a_straight_line_from_the_old_level() -> None:
    found = ceilings(
        {"2024-01": {"level": 0.30}, "2025-03": {"level": 0.24, "phase_in_months": 2}}, 6
    )
    assert found == pytest.approx([0.30, 0.30, 0.28, 0.26, 0.24, 0.24])


def test_a_first_cap_is_phased_in_from_the_judicial_line() -> None:
    found = ceilings({"2025-01": {"level": 0.24, "phase_in_months": 3}}, 5)
    assert found == pytest.approx([0.33, 0.30, 0.27, 0.24, 0.24])


def test_a_first_cap_above_that_line_is_never_tighter_than_itself() -> None:
    assert ceilings({"2025-01": {"level": 0.5, "phase_in_months": 3}}, 5) == [0.5] * 5


def test_a_first_cap_is_phased_in_from_what_other_rules_allow_its_licence() -> None:
    """Not from a level that the standing cap rules out: each licence starts from its own."""
    section = policy(
        apr_cap=cap({"2025-01": {"level": 0.12, "phase_in_months": 2}}),
        standing_caps={"old": cap({"2020-01": {"level": 0.24}}, licences=["bank"])},
    )
    found = [limits(section, f"2025-0{m}").cap for m in range(1, 4)]
    assert [at["bank"].all_in for at in found] == pytest.approx([0.20, 0.16, 0.12])
    assert [at["small_loan"].all_in for at in found] == pytest.approx([0.28, 0.20, 0.12])


def test_what_other_rules_allowed_is_that_of_the_month_before() -> None:
    """A rule that ends when another starts is what the other starts from."""
    section = policy(
        joint_floor={
            "old": {"steps": {"2020-01": {"level": 0.3}}, "until": "2024-12"},
            "new": {"steps": {"2025-01": {"level": 0.6, "phase_in_months": 2}}},
        }
    )
    found = [limits(section, f"2025-0{m}").joint_floor["bank"] for m in range(1, 4)]
    assert found == pytest.approx([0.4, 0.5, 0.6])


def test_two_rules_that_start_together_do_not_wait_for_each_other() -> None:
    both = {"steps": {"2025-01": {"level": 0.6, "phase_in_months": 2}}}
    section = policy(joint_floor={"one": both, "two": both})
    found = [limits(section, f"2025-0{m}").joint_floor["bank"] for m in range(1, 4)]
    assert found == pytest.approx([0.2, 0.4, 0.6])


def test_a_second_phase_in_begins_where_the_first_has_come_to_rest() -> None:
    found = ceilings(
        {
            "2024-01": {"level": 0.36},
            "2025-01": {"level": 0.24, "phase_in_months": 2},
            "2025-03": {"level": 0.18, "phase_in_months": 2},
        },
        6,
    )
    assert found == pytest.approx([0.32, 0.28, 0.22, 0.20, 0.18, 0.18])


def test_other_rules_phase_in_too() -> None:
    steps = {"2020-01": {"level": 5}, "2025-01": {"level": 2, "phase_in_months": 2}}
    section = policy(leverage={"rule": {"steps": steps, "licences": ["bank"]}})
    found = [limits(section, f"2025-0{m}").leverage["bank"] for m in range(1, 5)]
    assert found == pytest.approx([4, 3, 2, 2])
    assert limits(section, "2025-04").leverage["small_loan"] == UNLIMITED


@pytest.mark.parametrize(
    ("field", "levels", "binding"),
    [
        ("leverage", (4, 6), 4), ("guarantees", (10, 15), 10), ("joint_floor", (0.2, 0.3), 0.3),
        ("borrower_limit", (1e5, 2e5), 1e5), ("minimum_capital", (3e8, 1e9), 1e9),
        ("openness", (0.1, 0.5), 0.1), ("bureau", (0.6, 0.8), 0.6), ("data_noise", (1.5, 1.2), 1.5),
        ("funding_freeze", (0.4, 0.1), 0.4), ("bureau_lag", (1, 3), 3),
        ("collection", (0.5, 0.8), 0.5), ("disclosure", (0.5, 0.8), 0.5),
    ],
)  # fmt: skip
def test_of_two_rules_the_tighter_binds(
    field: str, levels: tuple[float, float], binding: float
) -> None:
    rules = {
        f"rule_{place}": {"steps": {f"2024-0{place + 1}": {"level": level}}}
        for place, level in enumerate(levels)
    }
    at = limits(policy(**{field: rules}), "2024-06")
    value = getattr(at, "guarantee" if field == "guarantees" else field)
    assert (value["bank"] if isinstance(value, dict) else value) == binding


def test_a_data_rule_may_loosen_what_no_other_tightens() -> None:
    """Phased in from the usual error; a stricter rule beside it holds."""
    loose = {"steps": {"2024-03": {"level": 0.7, "phase_in_months": 2}}}
    strict = {"steps": {"2024-09": {"level": 1.2}}}
    alone = policy(data_noise={"loose": loose})
    found = [limits(alone, f"2024-0{month}").data_noise for month in range(2, 7)]
    assert found == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.7])
    both = policy(data_noise={"loose": loose, "strict": strict})
    assert [limits(both, m).data_noise for m in ("2024-06", "2024-10")] == [0.7, 1.2]


def test_limits_are_a_pure_function_of_the_month() -> None:
    section = small_scenario().policy
    months = [START + m for m in range(-36, 84)]
    forwards = [section.at(month, LPR) for month in months]
    assert forwards == [section.at(month, LPR) for month in reversed(months)][::-1]


# --- what is said ---------------------------------------------------------------------------------


def said(section: PolicySection, month: str) -> list[tuple[str, float | None, float | None]]:
    found = happenings(section, Month.parse(month), LPR)
    return [(h.kind, h.before, h.after) for h in found]


def test_a_rule_is_announced_and_comes_into_force() -> None:
    steps = {
        "2024-01": {"level": 0.36},
        "2025-10": {"level": 0.24, "announced": "2025-04"},
        "2026-01": {"multiple_of_lpr": 4},
    }
    section = policy(apr_cap=cap(steps))
    assert said(section, "2025-04") == [("announcement", 0.36, 0.24)]
    assert said(section, "2025-10") == [("policy", 0.36, 0.24)]
    assert said(section, "2026-01") == [("policy", 0.24, 4 * LPR)]
    assert said(section, "2025-11") == []


def test_every_kind_of_rule_is_told() -> None:
    section = policy(
        leverage={"a": {"steps": {"2025-01": {"level": 4}}}},
        openness={"b": {"steps": {"2025-01": {"level": 0.5}}}},
        minimum_capital={"c": {"steps": {"2025-01": {"level": 1e9}}}},
    )
    texts = [h.text for h in happenings(section, Month.of(2025, 1), LPR)]
    assert texts == [
        "leverage limit, a: 4 in force",
        "minimum capital, c: 1,000,000,000 in force",
        "licence openness, b: 50% in force",
    ]


# --- in the market --------------------------------------------------------------------------------

FEW = 800


@pytest.fixture(scope="module")
def base() -> dict[str, pandas.DataFrame]:
    return tables_of(small_scenario(burn_in=8), months=42, borrowers=FEW)


def with_cap(months: int, **steps: Any) -> dict[str, pandas.DataFrame]:
    rule = {"policy.apr_cap": {"licences": "all", "base": "all_in", "steps": steps["steps"]}}
    return tables_of(small_scenario(rule, burn_in=8), months=months, borrowers=FEW)


def before(tables: dict[str, pandas.DataFrame], month: str) -> dict[str, pandas.DataFrame]:
    """Rows before a month; vintages of the cohorts and ages seen by then."""
    limit = pandas.Timestamp(f"{month}-01")
    kept = {name: t[t["month"] < limit] for name, t in tables.items() if name != "vintages"}
    vintages = tables["vintages"]
    age = vintages["age"].map(lambda months: pandas.DateOffset(months=months))
    seen = pandas.Series(
        [cohort + offset < limit for cohort, offset in zip(vintages["cohort"], age, strict=True)]
    )
    return kept | {"vintages": vintages[seen].reset_index(drop=True)}


def test_a_cap_of_nothing_ends_lending_and_changes_no_month_before(
    base: dict[str, pandas.DataFrame],
) -> None:
    capped = with_cap(42, steps={"2027-01": {"level": "0%"}})
    for name, table in before(capped, "2027-01").items():
        pandas.testing.assert_frame_equal(
            table, before(base, "2027-01")[name], check_exact=True, obj=name
        )
    after = capped["market"][capped["market"]["month"] >= pandas.Timestamp("2027-01-01")]
    assert len(after) == 6
    assert (after[["originations", "refinancing", "approvals", "apr_new"]] == 0).all().all()
    assert (after["balance"].diff().dropna() <= 0).all()
    assert after["unmet_cap"].sum() > 0
    assert base["market"]["originations"].iloc[-6:].sum() > 0


def test_an_announcement_is_told_and_changes_nothing_before_its_rule(
    base: dict[str, pandas.DataFrame],
) -> None:
    told = with_cap(12, steps={"2024-10": {"level": 0.13, "announced": "2024-04"}})
    untold = with_cap(12, steps={"2024-10": {"level": 0.13}})
    for name in ("market", "lenders", "segments", "vintages"):
        pandas.testing.assert_frame_equal(told[name], untold[name], check_exact=True)
    for name, table in before(told, "2024-10").items():
        if name != "events":
            pandas.testing.assert_frame_equal(table, before(base, "2024-10")[name], obj=name)
    assert not told["market"].equals(base["market"].iloc[:12])
    more = told["events"].merge(untold["events"], how="left", indicator=True)
    (row,) = each_row(more[more["_merge"] == "left_only"])
    assert (row.month, row.kind) == (pandas.Timestamp("2024-04-01"), "announcement")


def test_a_scenario_that_changes_nothing_makes_no_difference(
    base: dict[str, pandas.DataFrame],
) -> None:
    """Entries and exits included; a title is no change, nor is a value written another way."""
    same = {"title": "Another name", "policy.standing_caps.judicial_line.note": "said again"}
    scenario = small_scenario({**same, "search.breadth": 3}, burn_in=8)
    for name, table in tables_of(scenario, months=14, borrowers=FEW).items():
        if name == "vintages":
            continue  # cohorts of later months are not there yet
        kept = base[name][base[name]["month"] < pandas.Timestamp("2025-03-01")]
        pandas.testing.assert_frame_equal(table, kept, check_exact=True, obj=name)


TOLD = ["announcement", "policy", "shock"]
"""Events that tell the change itself: a growth shock begins the month before it shows."""


@pytest.mark.parametrize(
    "changes",
    [
        {"macro.shocks.income": {"start": "2024-07", "months": 3, "share": 0.5, "depth": 0.5}},
        {"macro.shocks.jobs": {"start": "2024-07", "months": 6, "unemployment": 0.2}},
        {"macro.shocks.growth": {"start": "2024-06", "months": 6, "growth": -0.3}},
        {"policy.subsidy.all": {"steps": {"2024-07": {"level": 0.03, "announced": "2024-03"}}}},
        {"policy.data_noise.more": {"steps": {"2024-07": {"level": 3}}}},
        {"policy.bureau.less": {"steps": {"2024-07": {"level": 0}}}},
        {"policy.funding_freeze.all": {"steps": {"2024-07": {"level": 1}}}},
        {"policy.minimum_capital.more": {"steps": {"2024-07": {"level": 1e11}}}},
        {"policy.guarantees.none": {"steps": {"2024-07": {"level": 0}}}},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_a_shock_changes_what_comes_after_its_start_and_nothing_before(
    changes: dict[str, object], base: dict[str, pandas.DataFrame]
) -> None:
    """A growth shock of June shows in July: growth is what happens between two months."""
    shocked = tables_of(small_scenario(changes, burn_in=8), months=12, borrowers=FEW)
    for name, table in before(shocked, "2024-07").items():
        told = table["kind"].isin(TOLD) if name == "events" else None
        kept = table if told is None else table[~told].reset_index(drop=True)
        other = before(base, "2024-07")[name]
        usual = other if told is None else other[~other["kind"].isin(TOLD)]
        pandas.testing.assert_frame_equal(
            kept, usual.reset_index(drop=True), check_exact=True, obj=name
        )
    after = shocked["market"].iloc[6:12].reset_index(drop=True)
    assert not after.equals(base["market"].iloc[6:12].reset_index(drop=True))


CAPS: dict[str, object] = {
    "policy.standing_caps": None,
    "policy.apr_cap": {
        "licences": ["small_loan"], "base": "all_in",
        "steps": {"2024-03": {"level": 0.145}, "2024-12": {"multiple_of_lpr": 4}},
    },
}  # fmt: skip
MORE_CAPS: dict[str, object] = {
    "policy.standing_caps.facilitation": {
        "licences": ["facilitation", "consumer_finance"], "base": "all_in",
        "steps": {"2024-03": {"level": 0.18, "phase_in_months": 6}},
    },
    "policy.standing_caps.contract": {
        "licences": ["facilitation", "internet_bank"], "base": "contract",
        "steps": {"2024-06": {"level": 0.085}},
    },
    "policy.standing_caps.all": {"steps": {"2017-12": {"level": 0.36}}},
}  # fmt: skip


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_no_draw_costs_more_than_the_cap_of_its_licence(executor: str) -> None:
    """By route: brands with two licences must not draw under the tighter at the looser price."""
    scenario = small_scenario(CAPS, burn_in=6).with_changes(MORE_CAPS)
    number = 1_500 if executor == "cpu" else 250
    model = opened_market(scenario, borrowers=number, executor=executor)
    drawn_in_all = 0
    for _ in range(18):
        month = lived_month(model)
        drawn_in_all += assert_draws_within_caps(month)
    assert drawn_in_all > 0


def assert_draws_within_caps(month: LivedMonth) -> int:
    """Checks every draw of a month against the caps; returns the fen drawn."""
    flows = month.first.route + month.second.route
    for number, route in enumerate(month.routes):
        drawn = int(flows[number, DRAWN] + flows[number, REFINANCED])
        cap_now = month.limits.cap[route.licence]
        place = f"{month.month}, route {number}: {route}"
        assert flows[number, DRAWN_APR] <= 1e4 * cap_now.all_in * drawn + 1e-6, place
        assert flows[number, DRAWN_CONTRACT] <= 1e4 * cap_now.contract * drawn + 1e-6, place
    new = (month.end["first_month"] == int(month.month)) & (month.end["route"] >= 0)
    for place, slot in np.argwhere(new):
        route = month.routes[month.end["route"][place, slot]]
        contract = int(month.end["contract_bp"][place, slot])
        price = contract + int(month.end["fee_bp"][place, slot])
        cap_now = month.limits.cap[route.licence]
        assert price <= 1e4 * cap_now.all_in + 1e-6
        assert contract <= 1e4 * cap_now.contract + 1e-6
    return int(flows[:, [DRAWN, REFINANCED]].sum())


def test_no_line_exceeds_the_limit_to_one_borrower() -> None:
    rule = {"policy.borrower_limit.tight": {"steps": {"2020-01": {"level": 8_000}}}}
    model = stepped(opened_market(small_scenario(rule, burn_in=6), borrowers=FEW), 3)
    records = model.borrowers.snapshot()
    assert records["line_hundred"].max() <= 80
    assert records["principal_fen"].max() <= 800_000
    assert (records["line_hundred"] == 80).any()


def test_leverage_above_a_limit_stops_growth() -> None:
    """With a limit of nothing on loans held, only others' money is lent."""
    rule = {
        "policy.leverage.none": {"licences": ["internet_bank"], "steps": {"2024-01": {"level": 0}}}
    }
    model = opened_market(small_scenario(rule, burn_in=6), borrowers=FEW)
    bank = [lender.name for lender in model.market.lenders].index("net_bank")
    for _ in range(4):
        month = lived_month(model)
        flows = month.second.route
        own = [n for n, route in enumerate(month.routes) if route.brand == bank]
        assert flows[own][:, [DRAWN, REFINANCED]].sum() == 0


def test_closed_licences_let_nobody_in() -> None:
    rules: dict[str, object] = {
        "policy.openness.none": {"steps": {"2020-01": {"level": 0}}},
        "kinds.small_loan_offline.opening": 1.0,
    }
    market = tables_of(small_scenario(rules, burn_in=6), months=16, borrowers=400)["market"]
    assert market["entries"].sum() == 0
    rules["policy.openness"] = None
    rules.pop("policy.openness.none")
    market = tables_of(small_scenario(rules, burn_in=6), months=16, borrowers=400)["market"]
    assert market["entries"].sum() > 0
