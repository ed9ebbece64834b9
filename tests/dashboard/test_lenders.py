"""The page Lenders: what its charts and tables are worked out from, and its address."""

from typing import Any

import pandas
import pytest

from dashboard.happenings.happened import Happening
from dashboard.lender_months import months_of, with_ratios
from dashboard.lenders.bridge import bridge
from dashboard.lenders.cards import CARDS
from dashboard.lenders.choice import MOST_BESIDE, LendersChoice
from dashboard.lenders.figures import (
    bridge_figure,
    firm_figure,
    firm_headline,
    firm_table,
    funding_figure,
    in_colours,
    sheet,
)
from dashboard.lenders.grid import grid
from dashboard.lenders.overview import HEADS, overview
from dashboard.theme import look_of
from sim.core.tables import LENDERS
from sim.figures import KIND_COLOURS
from tests.synthetic import run_tables, seed_tables

LOOK = look_of("light", "en")
BY_COLUMN = {card.column: card for card in CARDS}


def shown(firm: str, tables: dict[str, pandas.DataFrame], **columns: float) -> Any:
    """A lender of made-up tables, some of its columns set."""
    lenders = tables["lenders"].assign(**columns)
    months = months_of(with_ratios(lenders), firm)
    return in_colours([(firm, firm, months["kind"].iloc[0], months)])[0]


@pytest.fixture
def tables() -> dict[str, pandas.DataFrame]:
    return run_tables()


def test_the_bridge_adds_up_to_profit(tables: dict[str, pandas.DataFrame]) -> None:
    flows = [c.name for c in LENDERS.columns if c.unit == "yuan a month"]
    values = dict.fromkeys(flows, 0.0) | {
        "interest_income": 100.0, "funding_expense": 30.0, "charge_offs": 20.0, "recoveries": 4.0,
        "provisions": -1.0, "operating_cost": 10.0, "technology_cost": 3.0,
        "technology_support": 1.0, "marketing_cost": 8.0, "fines": 2.0, "tax": 7.0,
        "guarantee_income": 0.5, "sale_result": -0.5,
    }  # fmt: skip
    costs = 30.0 + 20 - 4 - 1 + 10 + (3 - 1) + 8 + 2 + 7
    values["profit"] = 100.0 - costs
    one = bridge(shown("bigtech_1", tables, **values).months)
    assert sum(one.lines.values()) == pytest.approx(one.profit)
    assert one.profit == pytest.approx(12 * (100.0 - costs))
    assert (one.first, one.last) == ("2030-01", "2030-12")
    year = tables["lenders"].query("lender == 'bigtech_1'")["balance"].tail(12)
    assert one.basis == pytest.approx(year.mean())
    figure = bridge_figure([("a", "#0072B2", one)], LOOK)
    steps = figure["data"][0]["x"]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])
    assert steps[1] < 0 < steps[0]


def test_a_bridge_over_seeds_is_a_mean() -> None:
    lenders = seed_tables(3)["lenders"].assign(profit=0.0, interest_income=0.0)
    lenders.loc[lenders["seed"] == 1, "interest_income"] = 3.0
    one = bridge(months_of(lenders, "fintech_1"))
    assert max(one.lines.values()) == pytest.approx(12 * 1.0)


def test_return_on_equity_is_of_a_lender_and_a_seed_alone() -> None:
    lenders = seed_tables(2)["lenders"].assign(equity=100.0, profit=1.0)
    lenders.loc[(lenders["lender"] == "fintech_1") & (lenders["seed"] == 2), "profit"] = 5.0
    rated = with_ratios(lenders)
    by_seed = months_of(rated, "fintech_1").groupby("seed")["return_on_equity"]
    assert by_seed.apply(lambda values: values.isna().sum()).tolist() == [11, 11]
    assert by_seed.last().tolist() == pytest.approx([0.12, 0.60])
    assert months_of(rated, "bigtech_1")["return_on_equity"].dropna().unique() == pytest.approx(
        [0.12]
    )


def test_shares_are_of_all_brands(tables: dict[str, pandas.DataFrame]) -> None:
    rated = with_ratios(tables["lenders"])
    assert rated.groupby("month")["brand_share"].sum().tolist() == pytest.approx([1.0] * 84)
    figure = firm_figure(CARDS[0], [shown("bigtech_1", tables)], None, {}, [], LOOK)
    line = figure["data"][-1]
    assert (line["y"][0], line["y"][-1]) == pytest.approx((20.0, 26.0))
    assert line["line"]["color"] == KIND_COLOURS["bigtech"]
    assert figure["layout"]["yaxis"]["title"]["text"] == "Share of balance, %"


def test_lenders_of_one_kind_differ_by_dash(tables: dict[str, pandas.DataFrame]) -> None:
    months = tables["lenders"]
    names = ("bigtech_1", "bigtech_2", "fintech_1")
    kinds = ("bigtech", "bigtech", "fintech")
    firms = in_colours([(n, n, k, months) for n, k in zip(names, kinds, strict=True)])
    assert [firm.dash for firm in firms] == ["solid", "dash", "solid"]
    assert firms[0].colour == firms[1].colour != firms[2].colour


def test_a_limit_that_does_not_bind_is_not_drawn(tables: dict[str, pandas.DataFrame]) -> None:
    card = BY_COLUMN["leverage"]
    free = shown("bigtech_1", tables, leverage=3.0, leverage_limit=0.0, leverage_at_risk=4.0)
    bound = shown("bigtech_1", tables, leverage=3.0, leverage_limit=5.0, leverage_at_risk=4.0)
    names = [
        [trace.get("name") for trace in firm_figure(card, [one], None, {}, [], LOOK)["data"]]
        for one in (free, bound)
    ]
    assert "Leverage limit" in names[1]
    assert "Leverage limit" not in names[0]


def test_the_other_run_lies_beneath_and_is_told(tables: dict[str, pandas.DataFrame]) -> None:
    card = BY_COLUMN["apr_new"]
    first, base = shown("bigtech_1", tables, apr_new=0.15), shown("bigtech_1", tables, apr_new=0.12)
    figure = firm_figure(card, [first], base, {}, [], LOOK)
    assert figure["data"][0]["y"][-1] == pytest.approx(12.0)
    value, caption = firm_headline(card, first, base, LOOK)
    assert value == "15.0% a year"
    assert "12.0% a year" in caption
    behind = firm_table(card, [first], base, LOOK)
    assert len(behind.rows) == 7
    assert behind.rows[-1] == ["2030-12", "15.0", "12.0"]


def test_own_events_are_marked_with_who_and_what(tables: dict[str, pandas.DataFrame]) -> None:
    text = "takes up price_war as its strategy; equity at 158% of what its loans need"
    told = [Happening("2026-01", "strategy", "bigtech_2", text, 1, 2)]
    figure = firm_figure(CARDS[0], [shown("bigtech_2", tables)], None, {}, told, LOOK)
    (mark,) = [trace for trace in figure["data"] if trace.get("name") == "Strategy"]
    assert mark["x"] == ["2026-01"]
    assert "takes up a price war" in mark["customdata"][0].replace("<br>", " ")
    assert "(1 of 2 seeds)" in mark["customdata"][0].replace("<br>", " ")


def test_funding_stacks_to_the_book(tables: dict[str, pandas.DataFrame]) -> None:
    money = {"deposits": 2e9, "wholesale": 1e9, "abs": 0.0, "investors": 0.0, "equity": 1e9}
    figure = funding_figure(shown("bigtech_1", tables, **money), {}, [], LOOK)
    stacked = [trace for trace in figure["data"] if trace.get("stackgroup")]
    assert [trace["name"] for trace in stacked] == ["Equity", "Deposits", "Wholesale funding"]
    assert sum(trace["y"][0] for trace in stacked) == pytest.approx(4.0)


def test_the_balance_sheet_balances(tables: dict[str, pandas.DataFrame]) -> None:
    firm = shown("bigtech_1", tables, cash=2e9, held=10e9, allowances=1e9, assets=11e9,
                 liabilities=8e9, equity=3e9)  # fmt: skip
    rows = {row[0]: row[-1] for row in sheet(firm, None, LOOK).rows}
    assert rows["Allowances for losses"] == "−1.00"
    assert float(rows["Assets"]) == float(rows["Liabilities"]) + float(rows["Equity"])


def test_the_table_of_all_lenders(tables: dict[str, pandas.DataFrame]) -> None:
    rows = overview(tables["lenders"], "en")
    assert [row["id"] for row in rows[:2]] == ["bigtech_1", "fintech_1"]
    assert sum(row["share"] for row in rows) == pytest.approx(100.0)
    assert rows[0]["change"] == pytest.approx(6.0)
    assert rows[0]["approved"] == pytest.approx(50.0)
    assert all(head.field in rows[0] for head in HEADS)
    chinese = overview(tables["lenders"], "zh")
    assert chinese[0]["lender"] == "大型科技平台1"
    assert chinese[0]["balance"] == pytest.approx(10 * rows[0]["balance"])
    shown_rows = grid(rows, "bigtech_1", "en").rowData
    assert [row["id"] for row in shown_rows] == [row["id"] for row in rows]


def test_a_funder_has_no_share(tables: dict[str, pandas.DataFrame]) -> None:
    lenders = tables["lenders"].copy()
    lenders.loc[lenders["lender"] == "fintech_1", "balance"] = 0.0
    row = next(row for row in overview(lenders, "en") if row["id"] == "fintech_1")
    assert (row["share"], row["late"]) == (None, None)


def test_an_address_says_what_is_shown() -> None:
    query = {"scenario": "run:one", "firm": "bigtech_2", "beside": "bigtech_1,fintech_1",
             "kinds": "bigtech", "lang": "zh"}  # fmt: skip
    choice = LendersChoice.of(query)
    assert (choice.firm, choice.beside) == ("bigtech_2", ("bigtech_1", "fintech_1"))
    assert choice.query() == (
        "scenario=run:one&lang=zh&firm=bigtech_2&beside=bigtech_1,fintech_1&kinds=bigtech"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"firm": "../../etc/passwd"},
        {"firm": "<script>"},
        {"firm": ["a", "b"], "beside": 7, "kinds": None},
        {"beside": ",".join(f"bank_{n}" for n in range(1000))},
    ],
)
def test_odd_addresses_are_taken_as_far_as_they_go(query: dict[str, Any]) -> None:
    choice = LendersChoice.of(query)
    assert "/" not in choice.query()
    assert "<" not in choice.query()
    assert len(choice.beside) <= MOST_BESIDE
