"""Kinds of numbers and names that a scenario file holds, each with its range.

A kind is used as the type of a field: `cost: Rate = parameter(...)`. A value is taken as it is or
refused; nothing is converted in silence, except that `24%` is read as 0.24 where the kind is a
fraction.
"""

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNBOUNDED = 1e15
"""A bound so far away that messages do not mention it."""

_PERCENTAGE = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)%")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a number measures, and so which numbers are possible.

    noun : with its article, as messages say it (`a share`)
    low, high : smallest and largest value; infinite where there is no bound
    above_low : `low` itself is not possible
    whole : only whole numbers
    percent : text such as `24%` is accepted too, and means 0.24
    """

    noun: str
    low: float = -math.inf
    high: float = math.inf
    above_low: bool = False
    whole: bool = False
    percent: bool = False

    def read(self, value: object) -> float:
        """The number that a value of a file means; raises PydanticCustomError if it means none."""
        if isinstance(value, str) and self.percent and (written := _PERCENTAGE.fullmatch(value)):
            number: float = float(Decimal(written[1]) / 100)
        elif isinstance(value, bool | str) or not isinstance(value, int | float):
            raise self._refusal()
        else:
            number = value
        if not math.isfinite(number) or not self._possible(number):
            raise self._refusal()
        if not self.whole:
            return float(number)
        if number != int(number):
            raise self._refusal()
        return int(number)

    def narrowed(self, low: float | None, high: float | None) -> "Quantity":
        """The same quantity within narrower bounds; None leaves a bound as it is."""
        narrower = self
        if low is not None and low > self.low:
            narrower = replace(narrower, low=low, above_low=False)
        if high is not None and high < self.high:
            narrower = replace(narrower, high=high)
        return narrower

    def allowed(self, found: object = None) -> str:
        """What is allowed, in words: `a share lies between 0 and 1 (write 24% or 0.24)`."""
        low, high = (f"{bound:.12g}" for bound in (self.low, self.high))
        bounded_below, bounded_above = self.low > -UNBOUNDED, self.high < UNBOUNDED
        if bounded_below and bounded_above:
            bounds = f"above {low}, up to {high}" if self.above_low else f"between {low} and {high}"
        elif bounded_below:
            bounds = f"above {low}" if self.above_low else f"of {low} or more"
        else:
            bounds = f"of {high} or less" if bounded_above else ""
        number = "whole number" if self.whole else "number"
        if self.percent and bounds.startswith("between"):
            return f"{self.noun} lies {bounds} (write {self._example(found)})"
        return f"{self.noun} is a {number} {bounds}".rstrip()

    def _possible(self, number: float) -> bool:
        above = number > self.low if self.above_low else number >= self.low
        return above and number <= self.high

    def _refusal(self) -> PydanticCustomError:
        return PydanticCustomError("quantity", "{allowed}", {"allowed": self.allowed()})

    def _example(self, found: object) -> str:
        """How to write a value: the one that was probably meant, if it can be guessed."""
        number = 0.24 if self._possible(0.24) else self.high
        if isinstance(found, int | float) and not isinstance(found, bool) and 1 < found <= 100:
            number = found / 100 if self._possible(found / 100) else number
        return f"{100 * number:.6g}% or {number:.6g}"

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if math.isfinite(self.low):
            number["exclusiveMinimum" if self.above_low else "minimum"] = self.low
        if math.isfinite(self.high):
            number["maximum"] = self.high
        if not self.percent:
            return number
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_PERCENTAGE.pattern}$"}]}


Share = Annotated[float, Quantity("a share", low=0, high=1, percent=True)]
"""A part of a whole, fraction in [0, 1]."""

Rate = Annotated[float, Quantity("an annual rate", low=0, high=10, percent=True)]
"""A price of money or a hazard, fraction per year in [0, 10]."""

Apr = Annotated[float, Quantity("an APR", low=0, high=10, percent=True)]
"""An annual percentage rate of a loan, fraction per year in [0, 10]."""

Growth = Annotated[float, Quantity("a growth rate", low=-1, high=10, percent=True)]
"""A relative change, fraction in [-1, 10]; the unit says over which time."""

Yuan = Annotated[float, Quantity("an amount in yuan", low=0, high=UNBOUNDED)]
"""An amount of money that is not negative, yuan."""

PositiveFloat = Annotated[float, Quantity("a factor", low=0, above_low=True)]
"""A number above 0: a multiplier, a scale."""

NonNegativeFloat = Annotated[float, Quantity("a factor", low=0)]
"""A number of 0 or more."""

Count = Annotated[int, Quantity("a count", low=0, high=2**53, whole=True)]
"""A whole number of 0 or more."""


def _read_name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise PydanticCustomError("name", "a name is made of lower-case letters, digits and _")


class _NameSchema:
    """Makes Pydantic read a name."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_name,
            json_schema_input_schema=core_schema.str_schema(pattern=f"^{_NAME.pattern}$"),
        )


Name = Annotated[str, _NameSchema]
"""The name of a thing in a file: lower-case letters, digits and _, starting with a letter."""
