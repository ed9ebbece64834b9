"""From plain content to a checked section, or to one line that says what is wrong with it.

Pydantic finds what is wrong; this module puts it into the user's terms: the file and line where
the value was written, its dotted path, what was found, what is allowed, the nearest valid name.
The first finding is told, with the number of others.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from types import UnionType
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.core.errors import InputError
from sim.core.keyed_values import WORDS, KeyedValues
from sim.core.months import Month
from sim.core.parameters import (
    FieldError,
    OutOfBoundsError,
    Parameters,
    declared_bounds,
    quantity_of,
)
from sim.core.wording import KeyPath, did_you_mean, dotted, listed, printable, shown
from sim.overlay import found_at, path_in, step_below
from sim.yaml_reader import Document, Place, Value

EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "tuple_type": "a list",
    "model_type": "a mapping from names to values",
    "model_attributes_type": "a mapping from names to values",
    "dict_type": "a mapping from names to values",
}
"""What is expected, for the plain types of Pydantic's findings."""

DESCRIBED: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (Month, "a month such as 2024-01"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
    (tuple, "a list"),
    (BaseModel, "a mapping from names to values"),
)
"""What is expected, for types; the first that fits."""

WHOLE_SECTIONS = "with 'extends: observed' on top, a file need hold only what it changes"
"""Advice where a whole section is missing: most files are meant to extend another."""


CHANGES = "changes"
"""What messages call changes made to a scenario that is there already."""

MISSPELT_FROM = 0.88
"""Likeness of two names (share of characters in common runs) from which one is a slip."""


def validated[M: Parameters](model: type[M], document: Document) -> M:
    """The content of a document as a section; InputError if it does not fit."""
    refuse_misspelt_names(model, document)
    try:
        return model.model_validate(with_tuples(document.content))
    except ValidationError as error:
        findings = [Finding.of(details, document.content) for details in error.errors()]
        message = _message(list(_alternatives_joined(findings)), model, document)
        raise InputError(printable(message)) from None


def refuse_misspelt_names(model: type[Parameters], document: Document) -> None:
    """Raises InputError for a new name that is almost that of a thing which was there before.

    Where a file chooses the names, a misspelt one would not change the thing meant but add another
    to it. Names that differ in a number only are a series (`bank_1`, `bank_2`).
    """
    for path, known in document.added.items():
        if found_at(document.content, path) is None or not _names_things(path[:-1], model):
            continue
        name = str(path[-1])
        kept = [one for one in known if found_at(document.content, (*path[:-1], one)) is not None]
        near = [one for one in kept if one not in WORDS and _misspelt(name, one)]
        if near:
            raise InputError(
                f"{_place(path, document)}: {dotted(path)} is new, and almost the name of "
                f"{shown(near[0])}, which is there already; write that one to change it, or choose "
                f"a name that is not so near. Did you mean {shown(near[0])}?"
            )


def _names_things(path: KeyPath, model: type[Parameters]) -> bool:
    """Whether a mapping at a path goes from names that the file chooses."""
    origins = [get_origin(annotation) for annotation, _ in _types_at(path, model)]
    return any(isinstance(origin, type) and issubclass(origin, dict) for origin in origins)


def _misspelt(name: str, known: str) -> bool:
    """Whether a name is so near another that it is probably meant to be that."""
    if re.sub(r"[0-9]+", "0", name) == re.sub(r"[0-9]+", "0", known):
        return False
    return SequenceMatcher(None, name, known).ratio() >= MISSPELT_FROM


def with_tuples(value: Value) -> Any:
    """Plain content with tuples for lists, as sections hold them."""
    if isinstance(value, dict):
        return {key: with_tuples(below) for key, below in value.items()}
    if isinstance(value, list):
        return tuple(with_tuples(below) for below in value)
    return value


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    path : where, as the file has it
    union : the path of the value of several possible types in which it was found, if any
    on_key : it is the last key of the path that is wrong, not the value
    expected : what is expected there, as alternatives
    """

    path: KeyPath
    kind: str
    found: object
    text: str
    error: object
    union: KeyPath | None
    on_key: bool
    expected: tuple[str, ...]

    @classmethod
    def of(cls, details: ErrorDetails, content: Value) -> "Finding":
        """The finding behind an error of Pydantic, whose location also names types of unions."""
        node: Value = content
        path: KeyPath = ()
        union: KeyPath | None = None
        for part in details["loc"]:
            step = step_below(node, part)
            if step is not None:
                node, path = step[1], (*path, step[0])
            elif details["type"] == "missing" and part == details["loc"][-1]:
                path = (*path, part)
            elif part != "[key]" and union is None:
                union = path
        context = details.get("ctx", {})
        error, found = context.get("error"), details["input"]
        if isinstance(error, FieldError):
            path = path_in(content, path + error.path)
            found = found_at(content, path)
        if details["type"] == "literal_error":
            expected = str(context["expected"])
        else:
            expected = EXPECTED.get(details["type"], "")
        return cls(
            path=path,
            kind=details["type"],
            found=found,
            text=details["msg"],
            error=error,
            union=union,
            on_key=details["loc"][-1:] == ("[key]",),
            expected=(expected,) if expected else (),
        )


def _alternatives_joined(findings: list[Finding]) -> Iterator[Finding]:
    """The findings, those about the alternatives of one union as one: that which got furthest."""
    unions: dict[KeyPath, list[Finding]] = {}
    for finding in findings:
        if finding.union is None:
            yield finding
        else:
            unions.setdefault(finding.union, []).append(finding)
    for group in unions.values():
        deepest = max(len(finding.path) for finding in group)
        furthest = [finding for finding in group if len(finding.path) == deepest]
        first = furthest[0]
        expected = dict.fromkeys(
            word for one in furthest if one.path == first.path for word in one.expected
        )
        yield replace(first, expected=tuple(expected))


def _message(findings: list[Finding], model: type[Parameters], document: Document) -> str:
    """One line about the first finding; what is missing comes last, since it may be misspelt."""

    def order(finding: Finding) -> tuple[bool, bool, int]:
        place = _place(finding.path, document)
        return (finding.kind == "missing", place.origin != document.origin, place.line or 0)

    first = min(findings, key=order)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    place = _place(first.path, document)
    whose = "" if place.origin in (document.origin, CHANGES) else f"; {document.origin} extends it"
    return f"{place}: {_statement(first, model)}{more}{whose}"


def _statement(finding: Finding, model: type[Parameters]) -> str:
    """What is wrong, in words: the path, what was found, what is allowed."""
    path = finding.path
    name = dotted(path)
    if isinstance(finding.error, OutOfBoundsError) and finding.found is not None:
        return f"{name} is {shown(finding.found)}; {finding.error.quantity.allowed(finding.found)}"
    if isinstance(finding.error, FieldError):
        return f"{name} {finding.error.predicate}"
    if finding.on_key:
        reason = finding.error or f"{shown(path[-1])} cannot be a key; {finding.text}"
        return f"{dotted(path[:-1])}: {reason}"
    if finding.error is not None:
        return f"{name}: {finding.error}" if name else str(finding.error)
    if finding.kind == "extra_forbidden":
        return f"{name} is not a known key; {_known_keys(path, model)}"
    if finding.kind == "missing":
        whole = f" ({WHOLE_SECTIONS})" if len(path) == 1 else ""
        return f"{name} is missing; {_allowed(path, None, model) or 'it has no default'}{whole}"
    found = shown(finding.found)
    if finding.kind == "quantity":
        return f"{name} is {found}; {_allowed(path, finding.found, model) or finding.text}"
    if finding.expected:
        *rest, last = finding.expected
        expected = f"{', '.join(rest)} or {last}" if rest else last
        near = _near(finding)
        return f"{name} is {found}; {expected} is expected" + (f".{near}" if near else "")
    return f"{name} is {found}; {finding.text[:1].lower()}{finding.text[1:]}"


def _known_keys(path: KeyPath, model: type[Parameters]) -> str:
    """The keys that the section of an unknown one takes, and the nearest of them."""
    sections = [below for below, _ in _types_at(path[:-1], model) if _is_section(below)]
    names = dict.fromkeys(name for section in sections for name in section.model_fields)
    known = [name for name in names if name not in WORDS] + list(WORDS)
    if len(path) == 1 and path != ("extends",):
        known.append("extends")
    where = dotted(path[:-1]) or "the top level"
    near = did_you_mean(str(path[-1]), known)
    return f"{where} takes {listed(known)}" + (f".{near}" if near else "")


def _allowed(path: KeyPath, found: object, model: type[Parameters]) -> str:
    """What is allowed at a path, as a clause; empty if its type does not say."""
    types = _types_at(path, model)
    for _, info in types:
        quantity = quantity_of(info) if info else None
        if info and quantity:
            return quantity.narrowed(*declared_bounds(info)).allowed(found)
    expected = list(dict.fromkeys(word for below, _ in types if (word := _described(below))))
    return f"{' or '.join(expected)} is expected" if expected else ""


def takes_percent(path: KeyPath, model: type[Parameters]) -> bool:
    """Whether the number at a path is a share or rate, which files may write in per cent."""
    quantities = (quantity_of(info) for _, info in _types_at(path, model) if info)
    return any(quantity is not None and quantity.percent for quantity in quantities)


def _described(annotation: Any) -> str:
    """What values of a type look like in a file."""
    origin = get_origin(annotation) or annotation
    if origin is Literal:
        return " or ".join(shown(choice) for choice in get_args(annotation))
    if not isinstance(origin, type):
        return ""
    if issubclass(origin, KeyedValues):
        return f"a mapping from {origin.key_word} to value"
    return next((words for known, words in DESCRIBED if issubclass(origin, known)), "")


def _types_at(path: KeyPath, model: type[Parameters]) -> list[tuple[Any, FieldInfo | None]]:
    """The types that a value at a path may have, each with the field in which it lies."""
    reached: list[tuple[Any, FieldInfo | None]] = [(model, None)]
    for part in path:
        reached = [
            (alternative, field)
            for annotation, info in reached
            for below, field in _types_below(annotation, info, part)
            for alternative in _alternatives(below)
        ]
    return reached


def _types_below(
    annotation: Any, info: FieldInfo | None, part: str | int
) -> Iterator[tuple[Any, FieldInfo | None]]:
    """The types one step below a type."""
    origin = get_origin(annotation) or annotation
    if _is_section(annotation):
        field = annotation.model_fields.get(str(part))
        if field is not None:
            yield field.annotation, field
    elif isinstance(origin, type) and issubclass(origin, KeyedValues | Mapping):
        yield get_args(annotation)[-1], info
    elif origin is tuple:
        for argument in get_args(annotation):
            if argument is not Ellipsis:
                yield argument, info


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The types that a type stands for: those of a union, without names and annotations."""
    if isinstance(annotation, TypeAliasType):
        yield from _alternatives(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for argument in get_args(annotation):
            if argument is not type(None):
                yield from _alternatives(argument)
    else:
        yield annotation


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _near(finding: Finding) -> str:
    """The nearest name among the expected ones, if it is a name that was found."""
    if not isinstance(finding.found, str):
        return ""
    return did_you_mean(finding.found, re.findall(r"'([^']*)'", " ".join(finding.expected)))


def _place(path: KeyPath, document: Document) -> Place:
    """Where a value, or the nearest section around it, was written."""
    while path and path not in document.places:
        path = path[:-1]
    return document.places.get(path) or Place(document.origin)
