"""Values by month and values by name, as they stand in a scenario file.

    lpr: {2024-01: 3.45%, 2024-07: 3.35%, source: People's Bank of China}

is a `DatedSeries[Rate]`: a level that holds until the next month named. A `DatedPath` moves in a
straight line from one month named to the next. `ByName` is the same with names for months. Beside
the values there may be a `source` and a `note`. None of them can be changed once made.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.core.months import Month
from sim.core.quantities import Name

WORDS = ("source", "note")
"""Keys that describe the values beside which they stand."""


class KeyedValues[K: (Month, str), V](Mapping[K, V]):
    """A mapping that cannot be changed and can say where its values come from.

    values : not empty
    source : where they come from
    note : a remark
    """

    __slots__ = ("_values", "note", "source")

    key_type: ClassVar[Any]
    key_word: ClassVar[str]

    def __init__(self, values: Mapping[K, V], *, source: str = "", note: str = "") -> None:
        if not values:
            raise ValueError(f"a {type(self).__name__} needs at least one {self.key_word}")
        self._values: dict[K, V] = self._ordered(values)
        self.source = source
        self.note = note

    @staticmethod
    def _ordered(values: Mapping[K, V]) -> dict[K, V]:
        return dict(values)

    def __getitem__(self, key: K) -> V:
        return self._values[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash((type(self), tuple(self._values.items())))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == other._values

    def __repr__(self) -> str:
        values = ", ".join(f"{key}: {value!r}" for key, value in self._values.items())
        return f"{type(self).__name__}({{{values}}})"

    @classmethod
    def _validate(cls, value: object, validate: Callable[[object], dict[K, V]]) -> Self:
        if not isinstance(value, Mapping):
            raise PydanticCustomError(
                "mapping", f"a mapping from {cls.key_word} to value is expected"
            )
        words = {word: value[word] for word in WORDS if word in value}
        if isinstance(value, KeyedValues):
            words = {"source": value.source, "note": value.note}
        for word, text in words.items():
            if not isinstance(text, str):
                raise PydanticCustomError("word", f"its '{word}' is a text")
        values = validate({key: value[key] for key in value if key not in WORDS})
        if not values:
            raise PydanticCustomError("empty", f"at least one {cls.key_word} is needed")
        return cls(values, **words)

    def _serialized(self) -> dict[str, Any]:
        """Plain data, as in a file."""
        words = {"source": self.source, "note": self.note}
        return {
            str(key): value.model_dump(mode="json") if isinstance(value, BaseModel) else value
            for key, value in self._values.items()
        } | {word: text for word, text in words.items() if text}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, annotation: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        (value_type,) = get_args(annotation) or (Any,)
        values = core_schema.dict_schema(
            handler.generate_schema(cls.key_type), handler.generate_schema(value_type)
        )
        return core_schema.no_info_wrap_validator_function(
            cls._validate,
            values,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._serialized),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        described["properties"] = {word: {"type": "string"} for word in WORDS}
        described["minProperties"] = 1
        if "patternProperties" in described:
            described["additionalProperties"] = False
        return described


class ByName[V](KeyedValues[str, V]):
    """Values by name: `{consumer: 60%, micro: 40%}`. In the order of the file."""

    __slots__ = ()
    key_type = Name
    key_word = "name"


class _Dated[V](KeyedValues[Month, V]):
    """Values by month, in the order of time."""

    __slots__ = ("_months",)
    key_type = Month
    key_word = "month"

    def __init__(self, values: Mapping[Month, V], *, source: str = "", note: str = "") -> None:
        super().__init__(values, source=source, note=note)
        self._months = list(self._values)

    @staticmethod
    def _ordered(values: Mapping[Month, V]) -> dict[Month, V]:
        return {month: values[month] for month in sorted(values)}


class DatedSeries[V](_Dated[V]):
    """A level that changes in the months named and holds in between."""

    __slots__ = ()

    def at(self, month: Month) -> V:
        """The value of the last month named up to this one; before the first, the first."""
        entry = self.entry_at(month)
        return next(iter(self._values.values())) if entry is None else entry[1]

    def entry_at(self, month: Month) -> tuple[Month, V] | None:
        """The last month named up to this one and its value; None before the first."""
        place = bisect_right(self._months, month)
        if place == 0:
            return None
        start = self._months[place - 1]
        return start, self._values[start]


class DatedPath[V: float](_Dated[V]):
    """A number that moves in a straight line between the months named."""

    __slots__ = ()

    def at(self, month: Month) -> float:
        """The value on the line; flat before the first month named and after the last."""
        months = self._months
        place = bisect_right(months, month)
        if place == 0:
            return float(self._values[months[0]])
        if place == len(months):
            return float(self._values[months[-1]])
        before, after = months[place - 1], months[place]
        weight = (month - before) / (after - before)
        return float((1 - weight) * self._values[before] + weight * self._values[after])
