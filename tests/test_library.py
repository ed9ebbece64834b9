"""The scenarios that come with the program: what they say, what they change, and that they run."""

from typing import Any

import pytest

from sim.core.keyed_values import DatedPath, DatedSeries
from sim.core.months import Month
from sim.core.parameters import Parameters
from sim.scenario import MOST_MONTHS, Scenario, find_scenarios, load_scenario
from tests.small_market import opened_market, stepped

BASELINES = {"observed", "report_outlook", "null_world"}
NAMES = [file.name for file in find_scenarios()]
QUESTIONS = [name for name in NAMES if name not in BASELINES]

POLICY = {
    "cap_12_early", "cap_24_all_in_early", "cap_lpr4_contract_only", "price_cap_removed",
    "joint_floor_50", "guarantee_leverage_5", "no_guarantees", "open_licences", "licence_freeze",
    "data_restriction_2026", "full_bureau", "funding_freeze_2027", "farm_subsidy", "small_limit",
    "antitrust_share_limit",
}  # fmt: skip
COMPETITION = {"competition_monopoly", "competition_low", "competition_high"}
SHOCKS = {"recession_2027", "income_shock_2026"}
TECHNOLOGY = {
    "ai_off": {"technologies"},
    "ai_fast": {"technologies"},
    "smart_contracts": {"technologies", "policy"},
    "shared_ledger": {"policy"},
}


STRATEGIES = {
    "price_war", "premium_leader", "niche_farmer", "big_tech_entry", "over_expansion",
}  # fmt: skip


def test_the_library_holds_what_was_promised() -> None:
    promised = POLICY | COMPETITION | SHOCKS | STRATEGIES | set(TECHNOLOGY)
    assert promised | {"observed", "null_world"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_it_asks(name: str) -> None:
    scenario = load_scenario(name)
    assert 10 <= len(scenario.title) <= 90
    assert scenario.question.endswith("?")


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_asked_of_the_market_as_observed(name: str) -> None:
    """It differs from it, and in what its name promises only."""
    scenario, observed = load_scenario(name), load_scenario("observed")
    assert scenario.hash != observed.hash
    changed = {
        field for field in Scenario.model_fields
        if getattr(scenario, field) != getattr(observed, field)
    } - {"title", "title_zh", "question", "question_zh", "note", "source"}  # fmt: skip
    expected = {"competition"} if name in COMPETITION else TECHNOLOGY.get(name, {"policy"})
    expected = {"lenders"} if name in STRATEGIES else expected
    assert changed == ({"macro"} if name in SHOCKS else expected)


def test_no_two_scenarios_are_the_same() -> None:
    hashes = [load_scenario(name).hash for name in NAMES]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("name", QUESTIONS)
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
    assert first > 0 or scenario.policy.anticipation
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
    return scenario.policy.at(month, macro.lpr), macro, paid, machines


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_runs(name: str) -> None:
    """A short life with few borrowers; the books are proved every month."""
    scenario = load_scenario(name).with_changes({"burn_in_months": 2})
    model = stepped(opened_market(scenario, borrowers=300), 2)
    market = model.recorder.tables()["market"]
    assert len(market) == 2
    assert (market["balance"] > 0).all()


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
