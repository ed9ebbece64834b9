"""Calendar months as whole numbers."""

import datetime
import operator
import re
from typing import TYPE_CHECKING, Any, Self, overload

from sim.core.errors import InputError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

EPOCH_YEAR = 2000
LAST_NUMBER = 65_535
WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class Month(int):
    """A calendar month: a whole number that counts months since January 2000, which is 0.

    ``Month.of(2024, 1)`` is ``Month(288)``, prints as ``2024-01`` and compares and hashes as 288.
    A number of months can be added and taken away; the difference of two months is a number of
    months. Numbers lie in [0, 65535], since random draws are keyed by month in 16 bits; any other
    raises `InputError`. A rule gets ``int(month)``: quicker, and free to pass through any value.

    As a field of a Pydantic model it accepts a month, a date in it, or text ``YYYY-MM``, and is
    written as text ``YYYY-MM``.
    """

    __slots__ = ()

    def __new__(cls, number: int) -> Self:
        """The month that lies this number of months after January 2000."""
        number = operator.index(number)
        if not 0 <= number <= LAST_NUMBER:
            raise InputError(
                f"month {number} lies outside the calendar of the model, "
                f"which starts in {EPOCH_YEAR}-01"
            )
        return super().__new__(cls, number)

    @classmethod
    def of(cls, year: int, month: int) -> Self:
        """The month of a year, month from 1 to 12; `InputError` if there is none."""
        if not 1 <= month <= 12:
            raise InputError(f"{month} is not a month of the year; months run from 1 to 12")
        if year < EPOCH_YEAR:
            raise InputError(
                f"{year:04d}-{month:02d} is too early; months start in {EPOCH_YEAR}-01"
            )
        return cls((year - EPOCH_YEAR) * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read text of the form ``2024-01``; `InputError` for anything else."""
        written = WRITTEN.fullmatch(text)
        if written is None:
            raise InputError(f"{text!r} is not a month; write YYYY-MM, for example 2024-01")
        return cls.of(int(written[1]), int(written[2]))

    @classmethod
    def accept(cls, value: object) -> Self:
        """The month that a user's value means: a month, a date in it, or text ``YYYY-MM``."""
        if isinstance(value, cls):
            return value
        if isinstance(value, datetime.date):
            return cls.of(value.year, value.month)
        if isinstance(value, str):
            return cls.parse(value)
        raise InputError(f"{value!r} is not a month; write YYYY-MM, for example 2024-01")

    @property
    def year(self) -> int:
        """Calendar year, such as 2024."""
        return EPOCH_YEAR + int(self) // 12

    @property
    def month(self) -> int:
        """Month of the year, 1 for January to 12 for December."""
        return int(self) % 12 + 1

    def first_day(self) -> datetime.date:
        """The first day of the month."""
        return datetime.date(self.year, self.month, 1)

    def __add__(self, months: int) -> "Month":
        if isinstance(months, Month):
            raise TypeError(f"two months cannot be added: {self} and {months}")
        return Month(int(self) + months)

    __radd__ = __add__

    @overload
    def __sub__(self, other: "Month") -> int: ...  # type: ignore[overload-overlap]
    @overload
    def __sub__(self, other: int) -> "Month": ...
    def __sub__(self, other: int) -> int:
        if isinstance(other, Month):
            return int(self) - int(other)
        return Month(int(self) - other)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"Month.parse('{self}')"

    def __format__(self, layout: str) -> str:
        """Format as text, so that ``f"{month:>10}"`` aligns ``2024-01``."""
        return format(str(self), layout)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic_core import core_schema

        text = core_schema.str_schema(pattern=f"^{WRITTEN.pattern}$")
        return core_schema.no_info_plain_validator_function(
            cls.accept,
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=text),
            json_schema_input_schema=text,
        )
