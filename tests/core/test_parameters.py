"""Sections and quantities: what they accept, what they refuse, and the table made from them."""

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.core.parameters import (
    Apr,
    ByName,
    Count,
    DatedPath,
    DatedSeries,
    FieldError,
    Growth,
    Month,
    Name,
    NonNegativeFloat,
    ParameterRow,
    Parameters,
    PositiveFloat,
    Rate,
    Share,
    Yuan,
    as_plain,
    parameter,
    parameter_table,
)

START = Month.of(2024, 1)


class Step(Parameters):
    level: Apr = parameter(unit="fraction per year", description="ceiling")


class Economy(Parameters):
    lpr: DatedSeries[Rate] = parameter(
        DatedSeries({START: 0.0345}),
        unit="fraction per year",
        high=0.2,
        provenance="sourced",
        source="central bank",
        description="loan prime rate",
    )
    unemployment: DatedPath[Share] = parameter(
        DatedPath({START: 0.051}), unit="fraction", description="surveyed rate"
    )
    weights: ByName[Share] = parameter(ByName({"town": 0.7}), unit="fraction", description="where")
    season: tuple[PositiveFloat, ...] = parameter(
        (1.0,), unit="", high=3, description="by calendar month"
    )
    base: Literal["contract", "all_in"] = parameter("all_in", unit="", description="of the cap")
    caps: DatedSeries[Step] | None = parameter(None, unit="", description="ceilings")
    kinds: dict[Name, Step] = parameter({}, unit="", description="by kind")
    months: Count = parameter(12, unit="months", low=1, high=60, description="how long")
    switch: bool = parameter(False, unit="", description="on or off")


def refusal(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](kind).validate_python(value)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize("kind", [Share, Rate, Apr, Growth])
@pytest.mark.parametrize(
    ("written", "value"), [("24%", 0.24), ("0.1%", 0.001), (0.24, 0.24), (1, 1.0)]
)
def test_a_fraction_is_written_either_way(kind: Any, written: object, value: float) -> None:
    found = TypeAdapter[Any](kind).validate_python(written)
    assert found == value
    assert isinstance(found, float)


@given(st.integers(0, 100_000))
def test_per_cent_and_fraction_are_the_same_number(thousandths: int) -> None:
    written = f"{thousandths // 1000}.{thousandths % 1000:03d}%"
    assert TypeAdapter(Share).validate_python(written) == thousandths / 100_000


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Apr, 240, "an APR lies between 0 and 10 (write 24% or 0.24)"),
        (Share, "0.24", "a share lies between 0 and 1 (write 24% or 0.24)"),
        (Share, "24 %", "a share lies between 0 and 1 (write 24% or 0.24)"),
        (Share, True, "a share lies between 0 and 1 (write 24% or 0.24)"),
        (Rate, -0.01, "an annual rate lies between 0 and 10 (write 24% or 0.24)"),
        (Rate, float("nan"), "an annual rate lies between 0 and 10 (write 24% or 0.24)"),
        (Growth, -2, "a growth rate lies between -1 and 10 (write 24% or 0.24)"),
        (Yuan, -1, "an amount in yuan is a number of 0 or more"),
        (Yuan, "5%", "an amount in yuan is a number of 0 or more"),
        (PositiveFloat, 0, "a factor is a number above 0"),
        (PositiveFloat, float("inf"), "a factor is a number above 0"),
        (NonNegativeFloat, -0.1, "a factor is a number of 0 or more"),
        (Count, 2.5, "a count is a whole number of 0 or more"),
        (Count, "5", "a count is a whole number of 0 or more"),
        (Count, True, "a count is a whole number of 0 or more"),
        (Name, "Big Tech", "a name is made of lower-case letters, digits and _"),
        (Name, 5, "a name is made of lower-case letters, digits and _"),
    ],
)
def test_nothing_is_converted_in_silence(kind: Any, value: object, told: str) -> None:
    assert refusal(kind, value) == told


def test_a_count_may_be_written_with_an_exponent() -> None:
    found = TypeAdapter(Count).validate_python(5e8)
    assert found == 500_000_000
    assert isinstance(found, int)


@pytest.mark.parametrize("value", ["true", 1, "yes", 0])
def test_a_switch_is_true_or_false(value: object) -> None:
    with pytest.raises(ValidationError, match="valid boolean"):
        Economy.model_validate({"switch": value})


def test_a_section_cannot_be_changed_or_extended() -> None:
    economy = Economy()
    with pytest.raises(ValidationError, match="frozen"):
        economy.months = 3  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Economy.model_validate({"month": 3})


def test_a_section_reads_months_names_and_words() -> None:
    economy = Economy.model_validate(
        {
            "lpr": {"2024-07": "3.35%", "2024-01": 0.0345, "source": "bank", "note": "so"},
            "weights": {"town": "60%", "country": 0.4},
            "caps": {"2026-01": {"level": "24%", "source": "notice"}},
            "source": "x",
        }
    )
    assert dict(economy.lpr) == {START: 0.0345, START + 6: 0.0335}
    assert (economy.lpr.source, economy.lpr.note, economy.source) == ("bank", "so", "x")
    assert economy.weights["town"] == 0.6
    assert economy.caps is not None
    assert economy.caps.at(START).level == 0.24
    assert economy.caps.at(START).source == "notice"


@pytest.mark.parametrize(
    ("content", "path", "predicate"),
    [
        ({"months": 0}, ("months",), "is 0; a count is a whole number between 1 and 60"),
        (
            {"lpr": {"2024-01": 0.3}},
            ("lpr", "2024-01"),
            "is 0.3; an annual rate lies between 0 and 0.2 (write 20% or 0.2)",
        ),
        ({"season": (1, 4)}, ("season", 1), "is 4.0; a factor is a number above 0, up to 3"),
    ],
)
def test_declared_bounds_hold_for_every_value(
    content: dict[str, object], path: tuple[str | int, ...], predicate: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Economy.model_validate(content)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, FieldError)
    assert (error.path, error.predicate) == (path, predicate)


def test_a_sourced_parameter_names_its_source() -> None:
    with pytest.raises(TypeError, match="names its source"):
        parameter(1, unit="", provenance="sourced", description="the answer")


def test_plain_data_is_what_a_file_would_hold() -> None:
    content = {
        "lpr": {"2024-01": 0.0345, "source": "bank"},
        "season": [1.0, 1.5],
        "caps": {"2026-01": {"level": 0.24, "note": "early"}},
        "switch": True,
        "note": "last",
    }
    economy = Economy.model_validate({**content, "season": (1.0, 1.5)})
    assert as_plain(economy, only_set=True) == content
    assert list(as_plain(economy, only_set=True))[-1] == "note"
    bare = as_plain(economy, only_set=True, words=False)
    assert bare == {
        "lpr": {"2024-01": 0.0345},
        "season": [1.0, 1.5],
        "caps": {"2026-01": {"level": 0.24}},
        "switch": True,
    }
    assert set(as_plain(economy)) == set(content) | {
        "unemployment",
        "weights",
        "base",
        "kinds",
        "months",
    }
    assert json.loads(economy.model_dump_json())["lpr"] == content["lpr"]


def test_the_table_has_a_row_for_every_parameter() -> None:
    rows = {row.path: row for row in parameter_table(Economy)}
    assert list(rows) == [
        "lpr",
        "unemployment",
        "weights",
        "season",
        "base",
        "caps.<month>.level",
        "kinds.<name>.level",
        "months",
        "switch",
    ]
    assert rows["lpr"] == ParameterRow(
        path="lpr",
        unit="fraction per year",
        default="{'2024-01': 0.0345}",
        low=0,
        high=0.2,
        provenance="sourced",
        source="central bank",
        description="loan prime rate",
    )
    assert (rows["season"].low, rows["season"].high) == (0, 3)
    assert rows["caps.<month>.level"].default == ""
    assert all(row.provenance for row in rows.values())


def test_the_json_schema_knows_ranges_months_and_names() -> None:
    schema = Economy.model_json_schema()
    properties = schema["properties"]
    assert schema["additionalProperties"] is False
    assert properties["months"]["minimum"] == 1
    assert properties["months"]["unit"] == "months"
    (pattern,) = properties["lpr"]["patternProperties"]
    assert pattern == "^([0-9]{4})-(0[1-9]|1[0-2])$"
    assert properties["lpr"]["properties"]["source"] == {"type": "string"}
    assert properties["lpr"]["default"] == {"2024-01": 0.0345}
    number, text = properties["lpr"]["patternProperties"][pattern]["anyOf"]
    assert number == {"type": "number", "minimum": 0, "maximum": 10}
    assert text["type"] == "string"
