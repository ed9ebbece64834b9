"""Where two scenarios part, and that runs which share a past end as runs from the start do."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from sim.branching import course, first_difference, first_month_lived
from sim.core.months import Month
from sim.core.parameters import Parameters, parameter
from sim.core.quantities import Share
from sim.model import LoanMarket
from sim.paired_run import run_pair
from sim.policy import ShareRule
from sim.scenario import Scenario, find_scenarios, load_scenario
from tests.small_market import assert_equal_tables, small_scenario, tables_of

BEGINNING = "the beginning"

CAP: dict[str, Any] = {"licences": "all", "steps": {"2026-01": {"level": 0.12}}}
SHOCK: dict[str, Any] = {"start": "2026-03", "months": 6, "share": 0.1, "depth": 0.3}


def rule(month: str, level: float, **others: Any) -> dict[str, Any]:
    """A rule of one step."""
    return {"licences": ["small_loan"], "steps": {month: {"level": level}}} | others


@cache
def dated() -> Scenario:
    """`observed` with dates of its own, so that no new calibration decides these tests."""
    base = load_scenario("observed")
    paths = {
        "unemployment": {"2024-01": 0.05, "2024-06": 0.06, "2025-12": 0.05, "2030-06": 0.05},
        "lpr": {"2018-01": 0.04, "2024-07": 0.035, "2025-05": 0.03},
    }
    gone = {
        f"macro.{name}.{month}": None
        for name in paths
        for month in getattr(base.macro, name)
        if str(month) not in paths[name]
    }
    kept = {f"macro.{name}": values for name, values in paths.items()}
    announced = {"level": 0.0, "announced": "2025-04"}
    return base.with_changes(
        kept
        | gone
        | {
            "start": "2024-01",
            "burn_in_months": 36,
            "policy.standing_caps.old": rule("2017-12", 0.36),
            "policy.standing_caps.new": rule("2025-12", 0.24),
            "policy.joint_floor.test": rule("2025-01", 0.3),
            "policy.openness.test": {"steps": {"2021-06": {"level": 0.2}, "2025-10": announced}},
        }
    )


ONE_CHANGE: dict[str, tuple[dict[str, Any], str | None]] = {
    "a new cap": ({"policy.apr_cap": CAP}, "2026-01"),
    "a cap announced before": (
        {"policy.apr_cap": CAP, "policy.apr_cap.steps.2026-01.announced": "2025-10"},
        "2025-10",
    ),
    "a cap phased in": (
        {"policy.apr_cap": CAP, "policy.apr_cap.steps.2026-01.phase_in_months": 12},
        "2026-01",
    ),
    "a rule of a new name": (
        {"policy.leverage.new": {"steps": {"2025-07": {"level": 3}}}},
        "2025-07",
    ),
    "a step taken away": ({"policy.openness.test.steps.2025-10": None}, "2025-04"),
    "a rule taken away": ({"policy.joint_floor.test": None}, "2025-01"),
    "licences of a later rule": ({"policy.joint_floor.test.licences": "all"}, "2025-01"),
    "base of a later cap": (
        {"policy.standing_caps.new.base": "contract"},
        "2025-12",
    ),
    "base of a cap in force": ({"policy.standing_caps.old.base": "contract"}, BEGINNING),
    "a step before the burn-in": (
        {"policy.apr_cap": {"steps": {"2016-01": {"level": 0.3}}}},
        BEGINNING,
    ),
    "a point between points": ({"macro.unemployment.2025-01": 0.07}, "2024-07"),
    "a point after the last": ({"macro.unemployment.2030-12": 0.07}, "2030-07"),
    "a level": ({"macro.lpr.2025-09": 0.02}, "2025-09"),
    "a level that is the same": ({"macro.lpr.2025-09": 0.03}, None),
    "the rate of the first month": ({"macro.lpr.2024-01": 0.03}, BEGINNING),
    "an income shock": ({"macro.shocks.slump": SHOCK}, "2026-03"),
    "the end of a rule": ({"policy.standing_caps.old.until": "2026-06"}, "2026-06"),
    "behaviour": ({"behaviour.leave": 0.047}, BEGINNING),
    "an undated part of policy": ({"policy.fine": 0.023}, BEGINNING),
    "a kind of lender": ({"kinds.fintech.line_cap": 101_000}, BEGINNING),
    "the burn-in": ({"burn_in_months": 30}, BEGINNING),
    "words": (
        {
            "title": "other",
            "question": "other?",
            "macro.source": "other",
            "policy.standing_caps.new.source": "other",
        },
        None,
    ),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("name", list(ONE_CHANGE))
def test_where_a_changed_scenario_parts(name: str) -> None:
    changes, expected = ONE_CHANGE[name]
    base = dated()
    other = base
    for path, value in changes.items():
        other = other.with_changes({path: value})
    month = first_month_lived(base) if expected == BEGINNING else expected and Month.parse(expected)
    assert first_difference(base, other) == month
    assert first_difference(other, base) == month


def test_an_announcement_that_names_an_earlier_level_counts() -> None:
    """The announcement of 2025-02 tells the level before, which a step of 2025-06 changes."""
    steps = {"2024-06": {"level": 0.24}, "2025-12": {"level": 0.12, "announced": "2025-02"}}
    base = dated().with_changes({"policy.apr_cap": {"steps": steps}})
    other = base.with_changes({"policy.apr_cap.steps.2025-06": {"level": 0.18}})
    assert first_difference(base, other) == Month.parse("2025-02")


def test_words_beside_a_shock_make_no_difference() -> None:
    base = load_scenario("observed").with_changes({"macro.shocks.slump": SHOCK})
    other = base.with_changes({"macro.shocks.slump.note": "as in the last one"})
    assert first_difference(base, other) is None


class Subsidy(Parameters):
    """An instrument that nobody has told this module of."""

    steps_of: ShareRule = parameter(unit="", description="a rule within")
    share: Share = parameter(0.5, unit="fraction", description="what it pays")


class Later(Scenario):
    """A scenario with one section more."""

    subsidy: ShareRule | None = parameter(None, unit="", description="a new dated section")
    plans: dict[str, Subsidy] = parameter({}, unit="", description="undated ones with dated parts")


def later(changes: Mapping[str, Any]) -> Later:
    """`observed` with the additional sections."""
    written = load_scenario("observed")._document
    assert written is not None
    return Later._made(written, "later").with_changes(changes)


def test_new_dated_sections_count_from_their_own_dates() -> None:
    rule = {"licences": "all", "steps": {"2027-05": {"level": 0.1, "announced": "2027-02"}}}
    base, other = later({}), later({"subsidy": rule})
    assert first_difference(base, other) == Month.parse("2027-02")
    wider = other.with_changes({"subsidy.licences": ["small_loan"]})
    assert first_difference(other, wider) == Month.parse("2027-02")


def test_a_new_section_without_dates_of_its_own_counts_from_the_beginning() -> None:
    plan = {"steps_of": {"steps": {"2027-05": {"level": 0.1}}}}
    base, other = later({"plans.a": plan}), later({"plans.a": plan | {"share": 0.7}})
    assert first_difference(base, other) == first_month_lived(base)


# --- runs ----------------------------------------------------------------------------------------

MONTHS = 20

SUBSIDY: dict[str, Any] = {
    "licences": ["small_loan"],
    "budget": 2e8,
    "steps": {"2024-07": {"level": 0.005}},
}
USUAL: dict[str, Any] = {"licences": ["facilitation"], "steps": {"2024-06": {"level": 0.004}}}

DIFFERENCES: dict[str, dict[str, Any]] = {
    "a cap, announced": {
        "policy.apr_cap": {"steps": {"2024-09": {"level": 0.14, "announced": "2024-04"}}}
    },
    "a cap in the first month": {"policy.apr_cap": {"steps": {"2024-01": {"level": 0.14}}}},
    "a cap in the burn-in": {"policy.apr_cap": {"steps": {"2023-11": {"level": 0.2}}}},
    "leverage": {"policy.leverage.new": {"steps": {"2024-07": {"level": 1.5}}}},
    "a licence stop": {"policy.openness.new": {"steps": {"2024-06": {"level": 0.0}}}},
    "a shock": {"macro.shocks.slump": SHOCK | {"start": "2024-08"}},
    "unemployment": {"macro.unemployment.2025-01": 0.2},
    "behaviour": {"behaviour.leave": 0.3},
    "a subsidy that is soon used up": {"policy.subsidy.test": SUBSIDY},
    "a second subsidy, the first in the list": {
        "policy.subsidy": {"test": SUBSIDY, "usual": None, "again": USUAL}
    },
    "a subsidy taken away": {"policy.subsidy.usual": None},
    "a wider subsidy": {"policy.subsidy.usual.licences": ["facilitation", "internet_bank"]},
    "a subsidy that ends": {"policy.subsidy.usual.until": "2024-10"},
    "after the end": {"policy.apr_cap": {"steps": {"2026-01": {"level": 0.14}}}},
}


def tables(model: LoanMarket) -> Any:
    """All tables of a finished run."""
    return model.recorder.tables()


ALONE: dict[str, Any] = {"months": MONTHS, "borrowers": 600, "seed": 3}


@cache
def base_of_all() -> tuple[Scenario, dict[str, Any]]:
    """The world that all others part from, and its tables where it is lived alone."""
    base = small_scenario({"policy.subsidy.usual": USUAL}, burn_in=4)
    return base, tables_of(base, **ALONE)


@pytest.mark.parametrize("name", list(DIFFERENCES))
def test_a_branched_run_ends_as_a_run_from_the_start(name: str) -> None:
    base, alone = base_of_all()
    other = base.with_changes(DIFFERENCES[name])
    told: list[int] = []
    pair = run_pair(
        base,
        other,
        tables,
        threads=1,
        audit=True,
        lived=told.append,
        **ALONE,
    )
    assert_equal_tables(pair.base, alone)
    assert_equal_tables(pair.other, tables_of(other, **ALONE))
    assert told == list(range(1, course(base, other, MONTHS).lived + 1))


def test_the_shared_past_is_lived_once() -> None:
    base = small_scenario(burn_in=4)
    other = base.with_changes(DIFFERENCES["a cap, announced"])
    plan = course(base, other, MONTHS)
    assert plan.shared == 4 + 2  # the burn-in, and January and February; it differs in April
    assert plan.lived == 2 * (4 + MONTHS) - plan.shared


def test_scenarios_with_other_burn_ins_share_nothing() -> None:
    base = small_scenario(burn_in=4)
    other = base.with_changes({"burn_in_months": 2})
    assert course(base, other, MONTHS).shared == 0
    pair = run_pair(base, other, tables, borrowers=300, seed=3, months=2, threads=1)
    assert_equal_tables(pair.other, tables_of(other, months=2, borrowers=300, seed=3))


def test_scenarios_with_other_lenders_share_nothing() -> None:
    base = small_scenario(burn_in=2)
    other = base.with_changes({"lenders.net_bank": None})
    assert course(base, other, 2).shared == 0
    pair = run_pair(base, other, tables, borrowers=300, seed=3, months=2, threads=1)
    assert_equal_tables(pair.other, tables_of(other, months=2, borrowers=300, seed=3))


LIBRARY = [found.name for found in find_scenarios() if found.name != "observed"]


@pytest.mark.slow
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", LIBRARY)
def test_branching_is_exact_for_every_scenario_that_comes_with_the_program(
    name: str, turned: bool
) -> None:
    base, other = load_scenario("observed"), load_scenario(name)
    if turned:
        base, other = other, base
    if base.start != other.start:
        pytest.fail(f"{name} does not begin when observed does")
    parting = first_difference(base, other)
    assert parting is not None
    months = max(2, parting - base.start + 4)
    settings: dict[str, Any] = {"borrowers": 300, "seed": 3, "months": months}
    pair = run_pair(base, other, tables, threads=1, **settings)
    assert_equal_tables(pair.other, tables_of(other, audit=False, **settings))
