"""Charts: what they draw is what the tables say, and the tables stay as they were."""

import json

import pandas
import plotly.graph_objects
import pytest

from sim.core.tables import TableError
from sim.figures import (
    KIND_COLOURS,
    OTHER_KIND,
    Chart,
    brand_shares,
    charts,
    kind_colour,
    line_chart,
    market_values,
    over_seeds,
    shares_chart,
    vintage_curves,
    vintages_chart,
)
from sim.summary import what_happened
from tests.synthetic import (
    CAP,
    events_table,
    lenders_table,
    market_table,
    run_tables,
    seed_tables,
    vintages_table,
)

CHARTS = charts(run_tables())


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.identity)
@pytest.mark.parametrize("seeds", [1, 3])
def test_every_chart_draws_and_leaves_its_tables_alone(chart: Chart, seeds: int) -> None:
    tables = run_tables() if seeds == 1 else seed_tables(seeds)
    copies = {name: table.copy(deep=True) for name, table in tables.items()}
    drawn = chart.draw(tables)
    data = chart.data(tables)
    chart.headline(tables)
    assert drawn["data"]
    assert drawn["layout"]["yaxis"]["title"]["text"]
    assert len(data) > 0
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn
    plotly.graph_objects.Figure(drawn)  # refuses what plotly.js does not know
    for name, copy in copies.items():
        pandas.testing.assert_frame_equal(tables[name], copy)


@pytest.mark.parametrize("months", [1, 2])
def test_charts_of_a_run_of_a_month_or_two(months: int) -> None:
    for chart in CHARTS:
        chart.draw(run_tables(months))
        chart.data(run_tables(months))


def test_every_sentence_has_its_chart() -> None:
    known = {chart.identity for chart in CHARTS}
    assert {sentence.figure for sentence in what_happened(run_tables())} <= known


def test_a_line_is_scaled_to_its_axis() -> None:
    market = market_table()
    figure = line_chart(market, events_table(), ["balance"])
    assert figure["layout"]["yaxis"]["title"]["text"] == "Balance, tn yuan"
    assert figure["data"][0]["y"][0] == pytest.approx(5.0)
    assert figure["data"][0]["x"][0] == "2024-01"


def test_a_price_line_has_a_gap_where_nothing_was_lent() -> None:
    market = market_table(3).assign(apr_new=[0.15, 0.0, 0.14])
    figure = line_chart(market, events_table(3), ["apr_new"])
    assert figure["data"][0]["y"] == [15.0, None, pytest.approx(14.0)]


def test_one_axis_never_carries_two_units() -> None:
    with pytest.raises(TableError, match="one axis"):
        line_chart(market_table(), events_table(), ["hhi", "cr5"])


def test_policy_changes_are_lines_with_their_text_on_hover() -> None:
    figure = line_chart(market_table(), events_table(), ["hhi"])
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [f"{CAP:%Y-%m}", "2027-12"]
    marks = figure["data"][-1]
    assert marks["customdata"] == ["All-in cap of 24%", "Small-loan cap of 4 x LPR"]


def test_policy_outside_the_run_is_not_drawn() -> None:
    figure = line_chart(market_table(6), events_table(), ["hhi"])
    assert figure["layout"]["shapes"] == []
    assert len(figure["data"]) == 1


def test_text_from_a_scenario_cannot_carry_markup() -> None:
    events = events_table().assign(text="<a href='x'>cap</a>")
    figure = line_chart(market_table(), events, ["hhi"])
    assert "<a" not in figure["data"][-1]["customdata"][0]


def test_a_band_spans_the_seeds_and_the_line_is_their_median() -> None:
    rows = over_seeds(seed_tables(3)["market"], "hhi")
    assert rows["middle"].iloc[0] == pytest.approx(740.0)
    assert (rows["low"].iloc[0], rows["high"].iloc[0]) == (720.0, 760.0)
    many = over_seeds(seed_tables(11, months=2)["market"], "hhi")
    assert many["low"].iloc[0] > 720.0  # a tenth of the seeds lies below


def test_one_seed_has_no_band() -> None:
    assert len(line_chart(market_table(), events_table().head(0), ["hhi"])["data"]) == 1
    assert len(line_chart(seed_tables()["market"], events_table().head(0), ["hhi"])["data"]) == 3


def test_shares_sum_to_one_and_stack_by_kind() -> None:
    for tables in (run_tables(), seed_tables(2)):
        shares = brand_shares(tables["lenders"])
        assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * 84)
        assert list(shares.columns)[:2] == ["bigtech_1", "bigtech_2"]
        assert shares.columns[-1] == "small_loan_offline"


def test_shares_of_a_dead_market_are_zero() -> None:
    lenders = lenders_table(market_table()).assign(balance=0.0)
    assert brand_shares(lenders).to_numpy().sum() == 0.0


def test_a_kind_has_one_colour_and_one_legend_entry() -> None:
    figure = shares_chart(lenders_table(market_table()), events_table())
    shown = [trace["name"] for trace in figure["data"] if trace["showlegend"]]
    assert shown == [
        "big-tech platforms",
        "fintech platforms",
        "internet banks",
        "consumer-finance companies",
        "small-loan companies",
    ]
    assert kind_colour("small_loan_online") == KIND_COLOURS["small_loan"]
    assert kind_colour("internet_bank") != kind_colour("bank_direct")
    assert kind_colour("pawnshop") == OTHER_KIND


def test_the_approval_rate_of_a_month_without_applications_is_zero() -> None:
    market = market_table().assign(applications=0.0, approvals=0.0)
    assert market_values(market, "approval_rate").tolist() == [0.0] * 84


def test_vintage_curves_divide_defaults_by_relationships() -> None:
    curves = vintage_curves(vintages_table())
    assert curves.shape[1] <= 7
    assert curves["2024-01"].iloc[-1] == pytest.approx(0.03, abs=0.001)
    assert curves.iloc[:, -1].isna().any()  # the newest cohort has not grown old
    assert len(vintages_chart(vintages_table())["data"]) == curves.shape[1]


def test_empty_vintages_draw_an_empty_chart() -> None:
    assert len(vintages_chart(vintages_table().head(0))["data"]) == 0


def test_unmet_demand_is_split_by_cause_where_the_table_has_causes() -> None:
    tables = run_tables()
    chart = next(chart for chart in charts(tables) if chart.identity == "unmet")
    assert len(chart.data(tables).columns) == 6
    assert chart.headline(tables) == "Unmet demand 58.3 bn yuan a month"
