"""Months count, print, parse and survive the trip through a schema."""

import copy
import datetime
import json
import pickle
from pathlib import Path

import numpy
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.core.months import LAST_NUMBER, Month

months = st.builds(Month, st.integers(0, LAST_NUMBER))


class Step(pydantic.BaseModel):
    start: Month
    levels: dict[Month, float] = {}


def test_january_2024_is_288() -> None:
    month = Month.of(2024, 1)
    assert month == 288
    assert (month.year, month.month) == (2024, 1)
    assert str(month) == f"{month}" == "2024-01"
    assert f"{month:>9}" == "  2024-01"
    assert repr(month) == "Month.parse('2024-01')"
    assert month.first_day() == datetime.date(2024, 1, 1)


@given(months)
def test_text_and_parts_lead_back_to_the_month(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.of(month.year, month.month) == month
    assert Month.accept(month.first_day()) == month


@given(st.integers(0, LAST_NUMBER), st.integers(0, LAST_NUMBER))
def test_months_count_like_whole_numbers(first: int, second: int) -> None:
    month, other = Month(first), Month(second)
    assert month - other == first - second
    assert other + (month - other) == month
    assert (month < other) == (first < second)
    assert hash(month) == hash(first)
    assert (str(month) < str(other)) == (first < second)


def test_arithmetic_gives_months_or_numbers_of_months() -> None:
    month = Month.of(2024, 1)
    assert str(month + 3) == "2024-04"
    assert str(3 + month) == "2024-04"
    assert str(month - 3) == "2023-10"
    assert type(month + 3) is type(3 + month) is type(month - 3) is Month
    assert type(month - Month.of(2023, 1)) is int
    assert {month: "a"}[Month(288)] == "a"


def test_meaningless_arithmetic_is_refused() -> None:
    month = Month.of(2024, 1)
    with pytest.raises(TypeError, match="two months cannot be added: 2024-01 and 2024-01"):
        month + month
    with pytest.raises(TypeError):
        month + 1.5
    with pytest.raises(InputError, match="month -12 lies outside"):
        month - 300


def test_a_month_cannot_be_changed_and_survives_copies() -> None:
    month = Month.of(2030, 12)
    with pytest.raises(AttributeError):
        month.year = 2031  # type: ignore[misc]
    for again in (copy.deepcopy(month), pickle.loads(pickle.dumps(month))):
        assert again == month
        assert type(again) is Month
    assert numpy.array([month]).dtype == numpy.int64


@pytest.mark.parametrize(
    "text", ["", "2024", "2024-1", "2024-13", "2024-00", "24-01", "2024-01-01", " 2024-01",
             "2024-01\n", "\uff12\uff10\uff12\uff14-01", "January 2024"]
)  # fmt: skip
def test_other_text_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="is not a month; write YYYY-MM, for example 2024-01"):
        Month.parse(text)


def test_months_before_the_calendar_are_refused() -> None:
    with pytest.raises(InputError, match="1999-12 is too early; months start in 2000-01"):
        Month.parse("1999-12")
    with pytest.raises(InputError, match="13 is not a month of the year"):
        Month.of(2024, 13)
    with pytest.raises(InputError, match="month 65536 lies outside the calendar"):
        Month(LAST_NUMBER + 1)


@pytest.mark.parametrize(
    "value",
    ["2026-03", datetime.date(2026, 3, 15), datetime.datetime(2026, 3, 1), Month.of(2026, 3)],
)
def test_a_schema_accepts_what_means_a_month(value: object) -> None:
    step = Step.model_validate({"start": value, "levels": {value: 0.24}})
    assert step.start == Month.of(2026, 3)
    assert type(step.start) is Month
    assert step.model_dump() == {"start": "2026-03", "levels": {"2026-03": 0.24}}
    assert json.loads(step.model_dump_json()) == step.model_dump()
    assert Step.model_validate_json(step.model_dump_json()) == step


@pytest.mark.parametrize("value", [None, True, 288, 2026.0, "2026-3", ["2026-03"], Path("2026-03")])
def test_a_schema_refuses_the_rest_with_its_place(value: object) -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Step.model_validate({"start": value})
    [error] = caught.value.errors()
    assert error["loc"] == ("start",)
    assert "is not a month; write YYYY-MM, for example 2024-01" in error["msg"]


def test_the_json_schema_states_the_form() -> None:
    written = {"pattern": "^([0-9]{4})-(0[1-9]|1[0-2])$", "title": "Start", "type": "string"}
    assert Step.model_json_schema()["properties"]["start"] == written
    assert Step.model_json_schema(mode="serialization")["properties"]["start"] == written
