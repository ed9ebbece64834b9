"""The panel of loans changes nothing, is the same for both executors, and adds up to the tables."""

from typing import Any

import numpy as np
import pandas
import pytest

from sim.core.months import Month
from sim.loan_panel import LoanPanel, brands_owed
from sim.model import LoanMarket
from tests.small_market import STRESS, assert_equal_tables, small_scenario, stepped, tables_of

LOOKED = Month.parse("2024-04")
MONTHS = 18


def panelled(**settings: Any) -> tuple[LoanMarket, LoanPanel]:
    """A stressed small market that was watched from its first month."""
    model = LoanMarket(small_scenario(STRESS), **{"borrowers": 2_000, "threads": 1, **settings})
    panel = LoanPanel.of(model, [LOOKED])
    model.burn_in()
    return stepped(model, MONTHS), panel


def test_a_panel_changes_nothing() -> None:
    model, _ = panelled()
    assert_equal_tables(model.recorder.tables(), tables_of(small_scenario(STRESS), months=MONTHS))


def test_both_executors_and_any_threads_give_one_panel() -> None:
    _, compiled = panelled(borrowers=300)
    for settings in ({"executor": "reference"}, {"threads": 2}):
        _, other = panelled(borrowers=300, **settings)
        pandas.testing.assert_frame_equal(compiled.relationships(), other.relationships())
        pandas.testing.assert_frame_equal(compiled.people(LOOKED), other.people(LOOKED))


def test_relationships_are_those_of_the_cohort_table() -> None:
    model, panel = panelled()
    table, loans = model.recorder.tables()["vintages"], panel.relationships()
    assert loans["seen_opening"].all()
    cohorts = loans.groupby("first_month").size()
    bad = loans[loans["first_90"] > 0]
    assert len(bad) > 100
    last = table.sort_values("age").groupby("cohort").last()
    for month, row in last.iterrows():
        number = int(Month.of(month.year, month.month))
        assert row["relationships"] == pytest.approx(model.weight * cohorts.get(number, 0))
        defaulted = (bad["first_month"] == number).sum()
        assert row["ever_default"] == pytest.approx(model.weight * defaulted)


def test_people_are_those_of_the_market_table() -> None:
    model, panel = panelled()
    market = model.recorder.tables()["market"].set_index("month")
    people = panel.people(LOOKED)
    then, year_later = (
        market.loc[pandas.Timestamp(month.first_day())] for month in (LOOKED, LOOKED + 12)
    )
    assert people["balance"].sum() * model.weight == pytest.approx(then["balance"], rel=1e-12)
    active = people["balance"] > 0
    assert active.sum() * model.weight == pytest.approx(then["borrowers_active"])
    assert (people["lenders"] >= 3).sum() / active.sum() == pytest.approx(then["multi3_share"])
    defaulted = (people["months_to_90"] <= 12) & people["performing"]
    rate = defaulted.sum() / people["performing"].sum()
    assert rate == pytest.approx(year_later["default_rate_12m"])
    assert (people["months_to_leaving"] > 0).sum() > 10


def test_what_happens_happens_in_order() -> None:
    _, panel = panelled()
    loans = panel.relationships()
    both = loans[loans["first_90"] > 0]
    assert (both["first_90"] - both["first_30"] >= 2).all()
    assert (both["first_30"] - both["first_month"] >= 2).all()
    written_off = loans[loans["written_off"]]
    assert len(written_off) > 50
    assert (written_off["first_90"] <= written_off["last_month"]).all()
    assert (loans["drawn"] <= loans["line"] + 1e-9).all()
    assert (loans["debt"] >= loans["drawn"] - 1e-9).all()
    assert loans.groupby(["place", "slot", "first_month"]).size().max() == 1


def test_safer_scores_are_better_grades_and_lower_prices() -> None:
    _, panel = panelled()
    loans = panel.relationships()
    one = loans[loans["lender"] == "big"]
    assert one.groupby("grade")["score"].mean().is_monotonic_decreasing
    assert one["score"].corr(one["apr"], method="spearman") < -0.3


def test_a_copy_goes_on_where_another_market_was_restored() -> None:
    model, panel = LoanMarket(small_scenario(STRESS), borrowers=500, threads=1), None
    panel = LoanPanel.of(model, [LOOKED])
    model.burn_in()
    stepped(model, 6)
    state, other = model.snapshot(), LoanMarket(model.settings, borrowers=500, threads=1)
    other.restore(state)
    copied = panel.carried_to(other)
    before = copied.relationships()
    stepped(model, 6)
    pandas.testing.assert_frame_equal(copied.relationships(), before)
    stepped(other, 6)
    pandas.testing.assert_frame_equal(copied.relationships(), panel.relationships())
    pandas.testing.assert_frame_equal(copied.people(LOOKED), panel.people(LOOKED))


def test_a_panel_put_in_late_says_what_it_has_not_seen() -> None:
    model = LoanMarket(small_scenario(STRESS), borrowers=500, threads=1)
    model.burn_in()
    panel = LoanPanel.of(model)
    loans = stepped(model, 3) and panel.relationships()
    assert 0 < (~loans["seen_opening"]).sum() < len(loans)
    assert (loans.loc[~loans["seen_opening"], "first_month"] < int(model.now)).all()


def test_brands_are_counted_once() -> None:
    model, _ = panelled(borrowers=300)
    records = model.borrowers.snapshot()[:1]
    records["principal_fen"][0] = [5, 5, 0, 5]
    records["route"][0] = [1, 1, 2, 0]
    brand = np.arange(10)
    terms: Any = type("Terms", (), {"route_brand": brand})
    assert brands_owed(records, terms).tolist() == [2]
