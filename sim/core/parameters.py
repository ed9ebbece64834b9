"""Parameters: what a section of a scenario file holds, with unit, range and provenance.

A section is a class derived from `Parameters`; a field is declared with `parameter(...)`:

    class Funding(Parameters):
        "What money costs a lender."

        cost: Rate = parameter(
            0.035, unit="fraction per year", high=0.5, provenance="sourced",
            source="company reports 2024", description="average cost of borrowed money",
        )

The declaration is the only place where these facts are written: messages about bad input, the
JSON Schema and the parameter table of the documentation all read it.

Values are taken as they are or refused. A list of a file arrives as a tuple, so declare
`tuple[X, ...]`, never `list[X]`; a name out of a few is a `Literal`. Sections cannot be changed
once made. All that declarations need can be imported from here.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from sim.core.errors import InputError
from sim.core.keyed_values import WORDS, ByName, DatedPath, DatedSeries, KeyedValues
from sim.core.months import Month
from sim.core.quantities import (
    Apr,
    Count,
    Growth,
    Name,
    NonNegativeFloat,
    PositiveFloat,
    Quantity,
    Rate,
    Share,
    Yuan,
)
from sim.core.wording import KeyPath, dotted, shown

# Plugins that other programs installed for Pydantic have no business in scenarios, and looking for
# them takes a fifth of the time in which a scenario is read.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

__all__ = [
    "Apr",
    "ByName",
    "Count",
    "DatedPath",
    "DatedSeries",
    "FieldError",
    "Growth",
    "Month",
    "Name",
    "NonNegativeFloat",
    "ParameterRow",
    "Parameters",
    "PositiveFloat",
    "Rate",
    "Share",
    "Yuan",
    "as_plain",
    "parameter",
    "parameter_table",
]

type Provenance = Literal["sourced", "calibrated", "assumed"]
"""Where a value comes from: a published figure, a fit to figures, or nobody's measurement."""

REQUIRED: Any = ...
"""The default of a parameter that has none."""

ANY_NUMBER = Quantity("it")


class FieldError(InputError):
    """A value that does not fit the others, at its place below the section that found out.

    Raise it in a validator of a section, with the path from that section and a predicate:
    `FieldError("steps.2026-01.until", "is 2025-12, before it starts (2026-01)")`. The user is
    shown the file, the line and the whole path.
    """

    def __init__(self, path: str | KeyPath, predicate: str) -> None:
        self.path: KeyPath = tuple(path.split(".")) if isinstance(path, str) else path
        self.predicate = predicate
        super().__init__(f"{dotted(self.path)} {predicate}")


class OutOfBoundsError(FieldError):
    """A number outside the bounds with which its field was declared."""

    def __init__(self, path: KeyPath, number: float, quantity: Quantity) -> None:
        self.quantity = quantity
        super().__init__(path, f"is {shown(number)}; {quantity.allowed(number)}")


class Parameters(BaseModel):
    """A section of a scenario file.

    Unknown keys are refused, values are not converted, and a section cannot be changed. Every
    section may say where its values come from (`source`) and add a remark (`note`).
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_default=True, allow_inf_nan=False
    )

    words: ClassVar[frozenset[str]] = frozenset(WORDS)
    """Fields that only describe: they change no result and do not count in a scenario's hash."""

    source: str = Field("", description="where the values of this section come from")
    note: str = Field("", description="a remark on this section")

    @model_validator(mode="after")
    def _within_declared_bounds(self) -> Self:
        for name, quantity in _bounded_fields(type(self)):
            for path, number in _numbers(getattr(self, name), (name,)):
                if number < quantity.low or number > quantity.high:
                    raise OutOfBoundsError(path, number, quantity)
        return self


def parameter(
    default: Any = REQUIRED,
    *,
    unit: str,
    description: str,
    provenance: Provenance = "assumed",
    source: str = "",
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """Declare a field of a section.

    default : its value where a file says nothing; checked like a value of a file
    unit : `fraction per year`, `months`, `yuan`; empty for names and switches
    description : what it is, for somebody who has not read the code
    provenance, source : where the default comes from; a sourced default names its source
    low, high : bounds within those of the type; for a series they hold for every value
    """
    if provenance == "sourced" and not source:
        raise TypeError(f"a sourced parameter names its source: {description}")
    facts: dict[str, Any] = {"unit": unit, "provenance": provenance, "source": source}
    bounds = {"minimum": low, "maximum": high}
    facts |= {name: bound for name, bound in bounds.items() if bound is not None}
    return Field(default, description=description, json_schema_extra=facts)


def declared_bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """The bounds that `parameter` gave to a field; None where it gave none."""
    low, high = _fact(info, "minimum"), _fact(info, "maximum")
    return (
        low if isinstance(low, int | float) else None,
        high if isinstance(high, int | float) else None,
    )


@cache
def _bounded_fields(section: type[Parameters]) -> list[tuple[str, Quantity]]:
    """The fields to which `parameter` gave bounds of their own, and what these leave."""
    return [
        (name, (quantity_of(info) or ANY_NUMBER).narrowed(*declared_bounds(info)))
        for name, info in section.model_fields.items()
        if declared_bounds(info) != (None, None)
    ]


def quantity_of(info: FieldInfo) -> Quantity | None:
    """What the numbers of a field measure; None if its type does not say."""
    return next(_quantities((*info.metadata, info.annotation)), None)


_PLAIN = frozenset({str, int, bool, type(None)})


def as_plain(value: object, *, only_set: bool = False, words: bool = True) -> Any:
    """A section, or a value of one, as it would stand in a file: plain data, fractions for rates.

    only_set : leave out what the file left to its default
    words : keep titles, sources and notes
    """
    if type(value) in _PLAIN:
        return value  # most are; asking what else they could be takes ten times as long
    if type(value) is float:
        return value + 0.0  # no negative zero
    match value:
        case Parameters():
            return _plain_section(value, only_set=only_set, words=words)
        case KeyedValues():
            plain = {
                str(key): as_plain(item, only_set=only_set, words=words)
                for key, item in value.items()
            }
            texts = {"source": value.source, "note": value.note} if words else {}
            return plain | {word: text for word, text in texts.items() if text}
        case Month():
            return str(value)
        case Mapping():
            return {
                str(key): as_plain(item, only_set=only_set, words=words)
                for key, item in value.items()
            }
        case tuple() | list():
            return [as_plain(item, only_set=only_set, words=words) for item in value]
        case bool():
            return value
        case Integral():
            return int(value)
        case Real():
            return float(value) + 0.0  # no negative zero
        case _:
            return value


def _plain_section(section: Parameters, *, only_set: bool, words: bool) -> dict[str, Any]:
    """A section as plain data, in the order of its declaration, source and note last."""
    names = [name for name in type(section).model_fields if name not in WORDS] + list(WORDS)
    plain: dict[str, Any] = {}
    for name in names:
        value = getattr(section, name)
        unset = only_set and name not in section.model_fields_set
        is_word = name in section.words
        if value is None or unset or (is_word and (not words or value == "")):
            continue
        plain[name] = as_plain(value, only_set=only_set, words=words)
    return plain


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One line of the parameter table.

    path : where a file writes it; `<name>` and `<month>` stand for keys that the file chooses
    default : as a file would write it; empty if the file has to
    low, high : infinite where there is no bound
    """

    path: str
    unit: str
    default: str
    low: float
    high: float
    provenance: str
    source: str
    description: str


def parameter_table(section: type[Parameters]) -> list[ParameterRow]:
    """All parameters of a section and of the sections in it, in the order of declaration."""
    return list(_rows(section, (), ()))


def _rows(
    section: type[Parameters], path: KeyPath, above: tuple[type[Parameters], ...]
) -> Iterator[ParameterRow]:
    for name, info in section.model_fields.items():
        if name in section.words:
            continue
        inner = list(_sections(info.annotation, (*path, name)))
        for below, place in inner:
            if below not in above:
                yield from _rows(below, place, (*above, section))
        if not inner:
            yield _row(info, (*path, name))


def _row(info: FieldInfo, path: KeyPath) -> ParameterRow:
    quantity = (quantity_of(info) or ANY_NUMBER).narrowed(*declared_bounds(info))
    plain = None if info.is_required() else as_plain(info.get_default(call_default_factory=True))
    return ParameterRow(
        path=".".join(str(part) for part in path),
        unit=str(_fact(info, "unit") or ""),
        default="" if plain is None else str(plain),
        low=quantity.low,
        high=quantity.high,
        provenance=str(_fact(info, "provenance") or ""),
        source=str(_fact(info, "source") or ""),
        description=info.description or "",
    )


def _fact(info: FieldInfo, name: str) -> object:
    """What `parameter` noted about a field; None if nothing."""
    return info.json_schema_extra.get(name) if isinstance(info.json_schema_extra, dict) else None


def _quantities(annotations: tuple[object, ...]) -> Iterator[Quantity]:
    """Every quantity in types and their arguments."""
    for annotation in annotations:
        if isinstance(annotation, Quantity):
            yield annotation
        else:
            yield from _quantities(get_args(annotation))


def _sections(annotation: object, path: KeyPath) -> Iterator[tuple[type[Parameters], KeyPath]]:
    """Every section in a type, and the path on which a file writes it."""
    origin = getattr(annotation, "__origin__", annotation)
    if isinstance(annotation, type) and issubclass(annotation, Parameters):
        yield annotation, path
        return
    if isinstance(origin, type) and issubclass(origin, KeyedValues):
        path = (*path, f"<{origin.key_word}>")
    elif origin is tuple:
        path = (*path, "<index>")
    elif origin is dict:
        path = (*path, "<name>")
    for argument in get_args(annotation):
        yield from _sections(argument, path)


def _numbers(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, float]]:
    """Every number in the value of a field, and where it stands."""
    if isinstance(value, int | float) and not isinstance(value, bool | Month):
        yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _numbers(below, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, below in enumerate(value):
            yield from _numbers(below, (*path, index))
