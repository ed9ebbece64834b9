"""Every mechanism of the ablation table does what it is for: which way, not only that it does.

A world with the mechanism and one without share their past and their luck; one figure is compared
that the mechanism is there to move, in the direction that its reason says. What takes longer than
a year and a half, or a crisis, to show has its effect tested elsewhere, by the test that is named.
"""

import ast
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pandas
import pytest

from benchmarks.mechanisms import MECHANISMS, without
from sim.model import LoanMarket, State
from sim.scenario import Scenario, load_scenario
from tests.small_market import stepped

BORROWERS, MONTHS = 10_000, 18

type Tables = Mapping[str, pandas.DataFrame]
type Figure = Callable[[Tables], float]


def market(column: str) -> Figure:
    """Sum over the months of a column of the market table."""
    return lambda tables: float(tables["market"][column].sum())


def lenders(column: str, kind: str = "") -> Figure:
    """Sum over months and lenders, of one kind if it is named, of a column of their table."""

    def figure(tables: Tables) -> float:
        table = tables["lenders"]
        return float(table.loc[table["kind"].astype(str).str.startswith(kind), column].sum())

    return figure


def approved(tables: Tables) -> float:
    """Part of applications that was approved."""
    return market("approvals")(tables) / market("applications")(tables)


def events(kind: str) -> Figure:
    """Number of events of a kind."""
    return lambda tables: float((tables["events"]["kind"] == kind).sum())


MORE, LESS = 1.0, -1.0

LEAST = 0.003
"""Part of the figure by which it has to differ: what is less could be luck of single borrowers."""

EFFECTS: dict[str, tuple[Figure, float]] = {
    "exploration of refused risks": (approved, MORE),
    "joint lending": (lenders("held", "bigtech"), MORE),
    "guarantees": (lenders("at_risk", "fintech"), MORE),
    "renewal of bullets in distress": (lenders("dpd90_ratio", "small_loan_offline"), LESS),
    "bullets called for want of room": (market("refinancing"), LESS),
    "walking away": (market("default_rate_1m"), MORE),
    "collection from who walked away": (market("chargeoffs"), LESS),
    "prepayment": (market("balance"), LESS),
    "discouragement": (market("applications"), LESS),
    "urgency of the needy": (market("unmet_price"), LESS),
    "entry and exit of firms": (market("entries"), MORE),
    "technology adoption": (lenders("ai"), MORE),
    "spells without work": (market("default_rate_1m"), MORE),
    # Luck leaves the mean income: what it changes is that some months do not suffice.
    "monthly luck of incomes": (market("dpd30_ratio"), MORE),
    "lasting moves of income": (market("over_indebted_share"), MORE),
    "new plans": (market("applications"), MORE),
    "turnover of borrowers": (market("applications"), MORE),
    "comparing lenders": (market("unmet_demand"), LESS),
    "bureau": (lenders("auc"), MORE),
    "limits of funding": (market("room"), LESS),
    "fraud": (lenders("fraud_losses"), MORE),
    "errors of stated income": (market("originations"), MORE),
    "walking away only if able to pay": (market("default_rate_1m"), LESS),
    "a record to lose by walking away": (market("default_rate_1m"), LESS),
    "marketing that answers": (lenders("marketing_cost"), LESS),
    "distrust of funders": (market("funding_cost"), MORE),
    "sale of bad loans": (lenders("bad_loans_sold"), MORE),
    "operational events": (events("breach"), MORE),
}
"""What a mechanism is there to raise or to lower."""

ELSEWHERE = {
    "liking beyond price": ("agents/test_search.py", "test_taste_moves_the_ranking_by_its_scale"),
    "price caps": ("test_facts.py", "test_a_lower_cap_means_fewer_and_cheaper_loans"),
    "inspections": ("test_supervision.py", "test_a_fine_costs_equity_and_customers"),
    "a second line where one is refused": (
        "agents/test_borrower.py", "test_a_refused_redraw_goes_on_to_the_next_line",
    ),
    "learning of scorecards": ("test_rivalry.py", "test_who_does_not_learn_keeps_his_scores"),
    "markup adaptation": ("test_rivalry.py", "test_at_a_speed_of_zero_markups_and_reach_stay"),
    "reach dynamics": ("test_rivalry.py", "test_at_a_speed_of_zero_markups_and_reach_stay"),
    "entry threat": ("test_rivalry.py", "test_open_licences_press_the_markups_of_who_earns_much"),
    "answers to rivals' prices": (
        "test_rivalry.py", "test_rivals_who_meet_a_price_war_answer_it_and_others_do_not",
    ),
    "defence of lost shares": (
        "test_rivalry.py", "test_a_lost_share_is_won_back_while_capital_lasts",
    ),
    "attention to segments that earn more": (
        "test_allocation.py",
        "test_in_the_market_a_short_lender_leaves_the_segment_that_earns_less",
    ),
    "fire sales of loans": (
        "test_fire_sales.py", "test_who_can_sell_enough_lives_and_who_cannot_dies_of_what_he_lacks",
    ),
    "owners who give up": ("test_entrants.py", "test_owners_leave_after_years_of_poor_returns"),
}  # fmt: skip
"""Tests of the effects of the others: file and function."""


@cache
def opened() -> tuple[Scenario, State, Tables]:
    """`observed` at its opening, and what comes of it."""
    scenario = load_scenario("observed")
    model = LoanMarket(scenario, borrowers=BORROWERS, threads=1)
    model.burn_in()
    past = model.snapshot()
    return scenario, past, stepped(model, MONTHS).recorder.tables()


def test_every_mechanism_has_a_test_of_its_effect() -> None:
    assert set(EFFECTS) | set(ELSEWHERE) == set(MECHANISMS)
    assert not set(EFFECTS) & set(ELSEWHERE)
    for path, name in ELSEWHERE.values():
        tree = ast.parse((Path(__file__).parent / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_mechanism_does_what_it_is_for(name: str) -> None:
    base, past, usual = opened()
    figure, direction = EFFECTS[name]
    model = LoanMarket(without(base, MECHANISMS[name]), borrowers=BORROWERS, threads=1)
    model.restore(past)
    effect = figure(usual) - figure(stepped(model, MONTHS).recorder.tables())
    assert direction * effect > LEAST * figure(usual)
