"""Technology in a whole market: who pays, what a ban takes away, what a shared ledger shows."""

from functools import cache
from typing import Any

import numpy as np
import pandas
import pytest

from agents.technology_parameters import TECHNOLOGIES
from agents.underwriting import sees, slots_seen, visible_debt
from sim.core.errors import InputError
from sim.ledger import Sector
from sim.scenario import load_scenario
from tests.agents.people import a_borrower, a_world, lend, some_terms
from tests.small_market import opened_market, small_scenario, stepped, tables_of

SUPPORT: dict[str, object] = {
    "policy.technology_support.all_of_it": {"steps": {"2024-03": {"level": 1.0}}}
}


@cache
def lenders_of(*changes: tuple[str, object]) -> pandas.DataFrame:
    """The lender table of eight months of a small market, audited."""
    return tables_of(small_scenario(dict(changes), burn_in=4), months=8, borrowers=600)["lenders"]


def test_running_it_and_adopting_more_costs_money() -> None:
    lenders = lenders_of()
    costly = lenders[lenders["technology"] > 0]
    assert (costly["technology_cost"] > 0).all()
    assert (lenders["technology_support"] == 0).all()
    without = tables_of(small_scenario({"technologies": None}, burn_in=4), months=2, borrowers=600)[
        "lenders"
    ]
    assert (without["technology_cost"] == 0).all()


def test_large_lenders_adopt_and_small_firms_do_not() -> None:
    ai = lenders_of().pivot_table(index="month", columns="lender", values="ai")
    assert ai["big"].is_monotonic_increasing
    assert ai["big"].iloc[-1] > ai["big"].iloc[0]
    assert ai["offline"].nunique() == 1


def test_the_state_pays_its_part_from_its_own_pocket_from_the_date_on() -> None:
    plain = stepped(opened_market(small_scenario(burn_in=4), borrowers=600), 2)
    helped = stepped(opened_market(small_scenario(SUPPORT, burn_in=4), borrowers=600), 2)
    before = [int(model.market.ledger.cash[Sector.STATE]) for model in (plain, helped)]
    assert before[0] == before[1]
    helped.step()
    market = helped.market
    assert (market.technology_support == market.technology_cost).all()
    assert market.technology_support.sum() > 0
    offline = next(x for x in market.lenders if x.name == "offline")
    assert all(adopted > 0 for adopted in offline.state.technology)


def test_support_is_by_technology_and_licence() -> None:
    rule = {
        "licences": ["consumer_finance"], "technologies": ["ai"],
        "steps": {"2024-01": {"level": 0.5}},
    }  # fmt: skip
    lenders = lenders_of_rule(rule)
    paid = lenders.groupby("kind")["technology_support"].sum()
    assert paid["consumer_finance"] > 0
    assert paid.drop("consumer_finance").sum() == 0
    cost = lenders[lenders["kind"] == "consumer_finance"]["technology_cost"].sum()
    assert paid["consumer_finance"] < 0.5 * cost


def lenders_of_rule(rule: dict[str, object]) -> pandas.DataFrame:
    changes: dict[str, object] = {"policy.technology_support.one": rule}
    return tables_of(small_scenario(changes, burn_in=4), months=3, borrowers=600)["lenders"]


def test_what_is_forbidden_is_gone_from_that_month_on() -> None:
    changes: dict[str, object] = {"technologies.ai.off_from": "2024-04"}
    model = stepped(opened_market(small_scenario(changes, burn_in=4), borrowers=600), 6)
    tables = model.recorder.tables()
    ai = tables["lenders"].groupby("month")["ai"].max()
    assert (ai[:"2024-03-31"] > 0).all()
    assert (ai["2024-04-01":] == 0).all()
    told = tables["events"]
    assert told["text"].str.contains("ai: nobody may use it any more").sum() == 1


def test_a_name_that_is_no_technology_is_refused() -> None:
    with pytest.raises(InputError, match="technologies"):
        load_scenario("observed").with_changes({"technologies.quantum": {}})
    with pytest.raises(InputError, match="technolog"):
        load_scenario("observed").with_changes({"kinds.bigtech.technology": {"quantum": 0.5}})


@pytest.mark.parametrize(("standing", "low", "high"), [(0.0, 0.0, 0.0), (0.9, 0.7, 0.92)])
def test_members_of_a_ledger_see_debts_that_the_bureau_does_not_show(
    standing: float, low: float, high: float
) -> None:
    lenders = len(some_terms().lender_id)
    member = np.zeros(lenders)
    member[:2] = np.sqrt(standing)
    terms = some_terms(member=member, bureau=np.zeros(lenders))
    world: Any = a_world()
    b = lend(lend(a_borrower(), 0, route=0), 1, route=2)
    seen = [sees(b, i, 1, 0, terms, world) for i in range(300)]
    assert low <= sum(seen) / 300 <= high
    assert not any(sees(b, i, 1, 1, terms, world) for i in range(300))
    debts = [visible_debt(b, 1, slots_seen(b, i, 1, world, terms), terms) for i in range(300)]
    assert sum(debts) == 1_000_000 * sum(seen)


@pytest.mark.parametrize("name", ["ai_off", "ai_fast", "smart_contracts", "shared_ledger"])
def test_scenarios_of_technology_part_from_observed_by_their_technology(name: str) -> None:
    scenario, observed = load_scenario(name), load_scenario("observed")
    differs = (
        scenario.technologies != observed.technologies,
        scenario.policy.technology_support != observed.policy.technology_support,
    )
    assert any(differs)
    assert scenario.kinds == observed.kinds


def test_every_technology_has_its_column() -> None:
    lenders = lenders_of()
    mean = lenders[list(TECHNOLOGIES)].mean(axis=1)
    assert np.allclose(lenders["technology"], mean)
