"""The scenarios that come with the program: what they say, what they change, and that they run."""

from typing import Any

import numpy as np
import pytest

from sim.branching import course
from sim.core.keyed_values import DatedPath, DatedSeries
from sim.core.months import Month
from sim.core.parameters import Parameters
from sim.model import LoanMarket
from sim.scenario import MOST_MONTHS, Scenario, find_scenarios, load_scenario

BASELINES = {"observed", "observed_fitted", "report_outlook", "null_world", "classroom"}
NAMES = [file.name for file in find_scenarios()]
QUESTIONS = [name for name in NAMES if name not in BASELINES]

LEAST = 36
"""Scenarios that the library holds at least, one a question."""

POLICY = {
    "cap_36", "cap_24_all_in_early", "cap_24_phase_in", "cap_20", "cap_12_early", "cap_12_phase_in",
    "cap_12_anticipated", "cap_12_overnight", "cap_lpr4_contract_only", "price_cap_removed",
    "no_facilitation_notice", "no_cost_guideline", "joint_floor_0", "joint_floor_50",
    "leverage_loose", "tight_leverage", "guarantee_leverage_5", "no_guarantees", "open_licences",
    "licence_freeze", "minimum_capital_high", "data_restriction_2026", "data_protection_loose",
    "data_cut", "bureau_low", "full_bureau", "funding_freeze_2027", "farm_subsidy",
    "consumer_subsidy_2025", "consumer_subsidy_wide", "small_limit", "one_data_source",
    "slow_to_comply", "inspections_thorough", "reaction_rules", "antitrust_share_limit",
}  # fmt: skip
COMPETITION = {"competition_monopoly", "competition_low", "competition_high"}
SHOCKS = {"recession_2026", "recession_2027", "income_shock_2026"}
TECHNOLOGY = {
    "ai_off": {"technologies"},
    "ai_fast": {"technologies"},
    "smart_contracts": {"technologies", "policy"},
    "shared_ledger": {"policy"},
}
FUNDERS = {
    "abs_freeze": {"policy", "funding"},
    "deposit_run": {"funding"},
    "p2p_permitted": {"policy", "kinds", "lenders"},
}
FROM_THE_START = {"p2p_permitted"}
"""Worlds with other lenders, which are others from the opening on."""
DISTRESS = {"credit_repair_2026", "collection_limits", "inclusive_push", "hidden_fees"}
PACKAGES = {"pandemic_shock", "rural_revitalisation"}
"""Scenarios that change the economy and the rules together."""
BESIDES = {"joint_floor_0": {"kinds"}, "slow_to_comply": {"lenders"}, "reaction_rules": {"macro"}}
"""Sections that a scenario changes besides the one that its subject promises."""


STRATEGIES = {
    "price_war", "premium_leader", "niche_farmer", "big_tech_entry", "over_expansion",
}  # fmt: skip


def test_the_library_holds_what_was_promised() -> None:
    promised = POLICY | COMPETITION | SHOCKS | BASELINES | DISTRESS | PACKAGES
    promised |= set(TECHNOLOGY) | set(FUNDERS) | STRATEGIES
    assert promised <= set(NAMES)
    assert len(NAMES) >= LEAST


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_it_asks(name: str) -> None:
    """Title and question in both languages, what to watch, and from where its numbers are."""
    scenario = load_scenario(name)
    assert 10 <= len(scenario.title) <= 90
    assert 4 <= len(scenario.title_zh) <= 60
    assert scenario.question.endswith("?")
    assert scenario.question_zh.endswith("？")
    assert len(scenario.note) >= 60
    assert scenario.subject != "other"
    # Rules and shocks name their sources; who takes away only has the sources of the rules.
    added = {*scenario.macro.shocks.values()} - {*load_scenario("observed").macro.shocks.values()}
    assert all(shock.source for shock in added)
    assert all(rule.source or scenario.policy.source for _, _, rule in scenario.policy.rules())


@pytest.mark.parametrize("name", sorted(POLICY | COMPETITION | SHOCKS))
def test_every_question_is_asked_of_the_market_as_observed(name: str) -> None:
    """It differs from it, and in what its name promises only."""
    scenario, observed = load_scenario(name), load_scenario("observed")
    assert scenario.hash != observed.hash
    changed = {
        field for field in Scenario.model_fields
        if getattr(scenario, field) != getattr(observed, field)
    } - Scenario.words  # fmt: skip
    expected = {"policy"}
    if name in COMPETITION:
        expected = {"competition"}
    elif name in STRATEGIES:
        expected = {"lenders"}
    elif name in SHOCKS | PACKAGES:
        expected = {"macro"} | ({"policy"} if name in PACKAGES else set())
    assert changed == (TECHNOLOGY | FUNDERS).get(name, expected) | BESIDES.get(name, set())


def test_no_two_scenarios_are_the_same() -> None:
    hashes = [load_scenario(name).hash for name in NAMES]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("name", sorted(POLICY | COMPETITION | SHOCKS))
def test_a_question_makes_a_difference_within_the_run(name: str) -> None:
    """The limits, the economy or the lenders of some month are others; before, they are equal."""
    scenario, observed = load_scenario(name), load_scenario("observed")
    found = [outside(scenario, month) == outside(observed, month) for month in range(MOST_MONTHS)]
    if name in COMPETITION:
        assert scenario.under_competition().lenders != observed.lenders
        return
    if name in STRATEGIES:
        assert set(found) == {True}
        assert scenario.lenders != observed.lenders
        return
    assert False in found
    first = found.index(False)
    # Lenders who act on announcements do so on those of the market as observed, too.
    # A floor that only says what lenders' own wish said before changes nothing, but is written.
    unlike = BESIDES.keys() | FROM_THE_START
    assert first > 0 or scenario.policy.anticipation or name in unlike
    assert all(found[:first])


def outside(scenario: Scenario, passed: int) -> tuple[Any, ...]:
    """What comes to the market from outside in a month of the run."""
    month = Month(scenario.start + passed)
    macro = scenario.macro.at(month, scenario.start)
    subsidies = {
        name: rule.level_at(month, macro.lpr, 0.0) for name, rule in scenario.policy.subsidy.items()
    }
    paid = {name: level for name, level in subsidies.items() if level > 0.0}
    machines = [(t.cost_in(month), t.is_off(month)) for t in scenario.technologies.each()]
    alarms = [name for name, alarm in scenario.funding.alarms.items() if alarm.lasts(month)]
    lenders = list(scenario.lenders)
    return scenario.policy.at(month, macro.lpr), macro, paid, machines, alarms, lenders


BORROWERS = 5_000
MONTHS_APART = 12
"""Months that each scenario is lived from where it parts from the market as observed."""


def live(model: LoanMarket, months: range) -> None:
    """Months of a model's life, counted from the first of its burn-in."""
    for month in months:
        if month == model.burn_in_months:
            model.open_books()
        model.step()


def test_every_scenario_runs() -> None:
    """With 5,000 borrowers, the books proved every month; what `observed` shares is lived once."""
    observed = load_scenario("observed")
    settings: dict[str, Any] = {"borrowers": BORROWERS, "audit": True, "threads": 1}
    whole = observed.burn_in_months + MOST_MONTHS
    parting = {
        name: min(course(observed, load_scenario(name), MOST_MONTHS).shared, whole)
        for name in NAMES
    }
    others = [name for name in NAMES if name != "observed"]
    until = max(*(parting[name] for name in others), observed.burn_in_months + MONTHS_APART) + 1
    base, states = LoanMarket(observed, **settings), {}
    for month in range(until):
        if month in parting.values():
            states[month] = base.snapshot()
        live(base, range(month, month + 1))
    assert_sound("observed", base, until)
    for name in others:
        world = LoanMarket(load_scenario(name), **settings)
        first = parting[name]
        if first > 0:
            world.restore(states[first])
        last = min(whole, max(first, world.burn_in_months) + MONTHS_APART)
        live(world, range(first, last))
        assert_sound(name, world, last)


def assert_sound(name: str, world: LoanMarket, last: int) -> None:
    """Fails unless every reported month has lending, and figures that are numbers."""
    market = world.recorder.tables()["market"]
    assert len(market) == last - world.burn_in_months, name
    assert (market["balance"] > 0).all(), name
    assert np.isfinite(market.select_dtypes("number").to_numpy(np.float64)).all(), name


# --- a world that stands still --------------------------------------------------------------------


def dated(section: object) -> list[DatedSeries[Any] | DatedPath[Any]]:
    """Everything dated in a section and below it."""
    if isinstance(section, DatedSeries | DatedPath):
        return [section]
    if isinstance(section, Parameters):
        values = [getattr(section, name) for name in type(section).model_fields]
    elif isinstance(section, dict):
        values = list(section.values())
    else:
        values = []
    return [found for value in values for found in dated(value)]


def test_nothing_changes_outside_a_null_world() -> None:
    scenario = load_scenario("null_world")
    found = dated(scenario)
    assert len(found) > 10
    for series in found:
        assert [month for month in series if month > scenario.start] == []
    assert scenario.macro.shocks == {}
    assert scenario.policy.subsidy == {}
    first = scenario.macro.at(scenario.start, scenario.start)
    limits = scenario.policy.at(scenario.start, first.lpr)
    for passed in range(-scenario.burn_in_months, MOST_MONTHS):
        month = Month(scenario.start + passed)
        now = scenario.macro.at(month, scenario.start)
        for name in ("lpr", "unemployment", "income_index", "online_town", "online_country"):
            assert getattr(now, name) == getattr(first, name), (month, name)
        if passed >= 0:
            assert scenario.policy.at(month, now.lpr) == limits
