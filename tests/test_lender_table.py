"""The lenders of a run as a table to read: figures follow from the lenders table."""

import pandas
import pytest

from sim.lender_table import COLUMNS, caption, lender_heads, lender_rows, meanings
from sim.names import lender_name
from tests.small_market import small_scenario, tables_of
from tests.synthetic import lenders_table, market_table, seed_tables


@pytest.fixture(scope="module")
def lenders() -> pandas.DataFrame:
    return tables_of(small_scenario(), months=14, borrowers=1_000)["lenders"]


def cells(lenders: pandas.DataFrame, name: str) -> dict[str, str]:
    """The row of a lender, by head."""
    row = next(row for row in lender_rows(lenders) if row[0] == lender_name(name))
    return dict(zip(lender_heads(), row, strict=True))


def test_every_lender_has_a_row_the_largest_first(lenders: pandas.DataFrame) -> None:
    rows = lender_rows(lenders)
    assert {row[0] for row in rows} == {lender_name(str(name)) for name in lenders["lender"]}
    balances = [float(row[2].replace(",", "")) for row in rows]
    assert balances == sorted(balances, reverse=True)
    assert {len(row) for row in rows} == {len(COLUMNS) + 1}
    assert len(meanings()) == len(COLUMNS)


def test_shares_and_their_changes_sum_up(lenders: pandas.DataFrame) -> None:
    rows = lender_rows(lenders)
    assert sum(float(row[3]) for row in rows) == pytest.approx(100.0, abs=0.5)
    changes = [float(row[4].replace("−", "-")) for row in rows if row[4] != "–"]
    assert sum(changes) == pytest.approx(0.0, abs=0.5)


def test_a_guarantor_is_judged_by_brand_and_with_its_guarantees(lenders: pandas.DataFrame) -> None:
    last = lenders[lenders["month"] == lenders["month"].max()].set_index("lender")
    guarantor = last.loc["fringe"]
    assert guarantor["at_risk"] > 2 * guarantor["held"]  # else the test shows nothing
    told = cells(lenders, "fringe")
    assert told["90+ days late, %"] == f"{100 * guarantor['dpd90_ratio']:.1f}"
    assert told["Held / equity"] == f"{guarantor['leverage']:.1f}"
    assert told["At risk / equity"] == f"{guarantor['leverage_at_risk']:.1f}"
    assert guarantor["leverage_at_risk"] == pytest.approx(
        guarantor["at_risk"] / guarantor["equity"]
    )


def test_flows_are_those_of_the_last_year(lenders: pandas.DataFrame) -> None:
    year = lenders[lenders["month"].isin(sorted(lenders["month"].unique())[-12:])]
    bank = year[year["lender"] == "net_bank"]
    told = cells(lenders, "net_bank")
    price = (bank["apr_new"] * bank["originations"]).sum() / bank["originations"].sum()
    assert told["Rate, % a year"] == f"{100 * price:.1f}"
    earned = 12 * bank["profit"].sum() / bank["balance"].sum()
    assert told["Profit, % a year"].replace("−", "-") == f"{100 * earned:.1f}"


def test_a_lender_without_a_brand_has_no_price_of_its_own(lenders: pandas.DataFrame) -> None:
    funder = cells(lenders, "funder_1")
    assert funder["Rate, % a year"] == funder["90+ days late, %"] == "–"
    assert funder["Held / equity"] != "–"


def test_several_seeds_count_by_their_mean() -> None:
    one, three = lenders_table(market_table()), seed_tables(3)["lenders"]
    assert lender_rows(three) == lender_rows(one)
    assert caption(three).endswith("Means over 3 seeds.")
    assert caption(one) == "At the end of 2030-12, the largest brand first."


def test_lenders_that_are_gone_have_no_row() -> None:
    table = lenders_table(market_table(14))
    gone = (table["lender"] == "fintech_1") & (table["month"] == table["month"].max())
    empty = dict.fromkeys(("firms", "balance", "held", "at_risk", "equity"), 0)
    left = table.assign(**{name: table[name].where(~gone, value) for name, value in empty.items()})
    assert lender_name("fintech_1") not in {row[0] for row in lender_rows(left)}
    assert lender_rows(table.head(0)) == []
