"""The table declarations: the contract's columns, and what `frame` and `check` refuse."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.core.tables import (
    EVENTS,
    LENDERS,
    MARKET,
    SEGMENTS,
    TABLES,
    VINTAGES,
    Column,
    Table,
    TableError,
)

CONTRACT = {
    "market": """month balance originations refinancing applications approvals apr_new apr_stock
        apr_contract_new online_share hhi hhi_holder hhi_risk cr1 cr3 cr5 cr10 cr5_platform lenders
        entries exits npl_ratio dpd30_ratio dpd90_ratio default_rate_1m default_rate_12m chargeoffs
        recoveries profit leverage unmet_demand borrowers_active multi3_share""",
    "lenders": """month lender kind licence firms size_cv balance held at_risk assets liabilities
        equity profit originations applications approvals apr_new markup auc funding_cost leverage
        reach users npl_ratio dpd90_ratio technology""",
    "segments": """month segment region rural borrowers active balance originations applications
        approvals apr_new default_rate_12m over_indebted_share multi3_share unmet_demand
        consumer_surplus""",
    "vintages": "cohort age relationships ever_default",
    "events": "month kind actor text before after",
}
"""Columns that other tools rely on, in order; further columns may only follow them."""

VINTAGE: dict[str, Any] = {
    "cohort": date(2024, 1, 1),
    "age": 3,
    "relationships": 10.0,
    "ever_default": 1.0,
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contract_comes_first(name: str) -> None:
    promised = CONTRACT[name].split()
    assert TABLES[name].names[: len(promised)] == promised


def test_all_five_tables_are_there() -> None:
    assert list(TABLES) == list(CONTRACT)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_fully_described(table: Table) -> None:
    for column in table.columns:
        assert column.label_en
        assert column.label_zh
        assert column.description.endswith(".")
        if column.kind in ("ratio", "price"):
            assert column.when_empty is not None, column.name
            assert column.dtype == "float64"
        if column.kind in ("stock", "flow", "price"):
            assert column.unit, column.name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_ratio_names_numerator_and_denominator(table: Table) -> None:
    for column in table.columns:
        if column.kind == "ratio":
            assert "/" in column.description or column.name == "default_rate_12m", column.name


def test_rows_and_columns_give_the_same_frame() -> None:
    rows = [VINTAGE, VINTAGE | {"age": 4}]
    columns = {name: [row[name] for row in rows] for name in VINTAGE}
    from_rows, from_columns = VINTAGES.frame(rows), VINTAGES.frame(columns)
    assert from_rows.equals(from_columns)
    assert [str(dtype) for dtype in from_rows.dtypes] == [
        "datetime64[s]",
        "int64",
        "float64",
        "float64",
    ]


def test_columns_may_come_in_any_order_and_type_that_fits() -> None:
    columns = {
        "ever_default": np.array([1]),
        "relationships": [10],
        "age": np.array([3.0]),
        "cohort": np.array(["2024-01"], dtype="datetime64[M]"),
    }
    assert VINTAGES.frame(columns).equals(VINTAGES.frame([VINTAGE]))


def test_no_rows_give_an_empty_frame_of_the_right_types() -> None:
    for table in TABLES.values():
        frame = table.frame([])
        table.check(frame)
        assert len(frame) == 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"age": None}, "age"),
        ({"age": 1.5}, "whole number"),
        ({"age": "three"}, "age: not int64"),
        ({"relationships": float("nan")}, "relationships: a value is missing"),
        ({"relationships": float("inf")}, "relationships: a value is infinite"),
        ({"cohort": "soon"}, "cohort"),
        ({"surplus": 1}, "unknown surplus"),
    ],
)
def test_wrong_values_and_names_are_refused(change: dict[str, Any], found: str) -> None:
    with pytest.raises(TableError, match=found):
        VINTAGES.frame([VINTAGE | change])


def test_a_missing_column_is_refused_by_name() -> None:
    with pytest.raises(TableError, match="missing age, ever_default"):
        VINTAGES.frame({"cohort": [], "relationships": []})
    with pytest.raises(TableError, match="missing age"):
        VINTAGES.frame([VINTAGE, {name: VINTAGE[name] for name in VINTAGE if name != "age"}])


def test_columns_of_different_lengths_are_refused() -> None:
    columns = {name: [value] for name, value in VINTAGE.items()} | {"age": [1, 2]}
    with pytest.raises(TableError, match="different lengths"):
        VINTAGES.frame(columns)


def test_only_optional_columns_may_be_empty() -> None:
    event = dict(
        zip(EVENTS.names, (date(2024, 1, 1), "exit", "a", "left", None, None), strict=True)
    )
    frame = EVENTS.frame([event])
    assert frame[["before", "after"]].isna().all(axis=None)
    with pytest.raises(TableError, match="text: a value is missing"):
        EVENTS.frame([event | {"text": None}])


def test_check_refuses_order_and_type() -> None:
    frame = VINTAGES.frame([VINTAGE])
    with pytest.raises(TableError, match="not in the declared order"):
        VINTAGES.check(frame[["age", "cohort", "relationships", "ever_default"]])
    with pytest.raises(TableError, match="is float64, should be int64"):
        VINTAGES.check(frame.astype({"age": "float64"}))


def test_seed_leads_and_is_added_once() -> None:
    seeded = MARKET.with_seed()
    assert seeded.names == ["seed", *MARKET.names]
    assert seeded.with_seed() is seeded
    assert seeded.keys == ["seed", "month"]


def test_keys_identify_a_row() -> None:
    assert LENDERS.keys == ["month", "lender"]
    assert SEGMENTS.keys == ["month", "segment", "region", "rural"]
    assert VINTAGES.keys == ["cohort", "age"]


def test_adding_a_column_is_one_declaration() -> None:
    extra = Column("churn", "Churn", "流失率", "fraction", "ratio", "float64", "Left / all.", 0.0)
    longer = Table("vintages", "x", (*VINTAGES.columns, extra))
    assert longer.frame([VINTAGE | {"churn": 0.5}])["churn"].tolist() == [0.5]
    with pytest.raises(TableError, match="declares a column twice"):
        Table("x", "x", (extra, extra))
    with pytest.raises(TableError, match="has no column 'churn'"):
        VINTAGES.column("churn")
