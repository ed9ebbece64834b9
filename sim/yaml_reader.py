"""Strict reading of YAML files: plain data out, with the line on which every value stands.

YAML holds surprises: `no` is false, `010` is eight, `1:30` is ninety, a date is an object, an
alias can make a small file huge, and the last of two equal keys wins in silence. Here a value is
one of six things and nothing else: true or false, null, a whole number, a number with a fraction,
text, a list, or a mapping from names. What merely resembles one of them is refused with a message
that says what to write instead. Scenario files and sweep plans are both read through here.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sim.core.errors import InputError
from sim.core.wording import KeyPath, dotted, printable, shown

type Value = bool | int | float | str | list[Value] | dict[str, Value] | None
"""What a file can hold. Keys are names or months, always text."""

LARGEST_FILE = 1_000_000
"""Largest file that is read, bytes."""

DEEPEST_NESTING = 20
"""Most levels of mappings and lists inside one another."""

LARGEST_WHOLE_NUMBER = 2**63 - 1
"""Largest whole number that every reader of the results can hold."""

_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(_[0-9]{3})+)")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_OTHER_NOTATION = re.compile(r"[-+]?0([0-9_]+|x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_BOOLEAN_LOOK_ALIKES = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})
_NULL_LOOK_ALIKES = frozenset({"null", "~"})
_CONTROL_CHARACTER = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)

# The compiled parser reads a megabyte in a second; the pure one, its stand-in where the compiled
# one was not built, accepts the same files.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: a file (or another origin, such as `changes`) and a line."""

    origin: str
    line: int | None = None

    def __str__(self) -> str:
        return self.origin if self.line is None else f"{self.origin}, line {self.line}"


@dataclass(frozen=True)
class Document:
    """The content of one file and where its values stand.

    content : plain data, mappings in the order of the file
    places : for every key path, and for the root `()`, the line of its key (1 is the first)
    added : keys that were laid over another content, with the keys that stood beside them there
    """

    origin: str
    content: dict[str, Value]
    places: Mapping[KeyPath, Place]
    added: Mapping[KeyPath, tuple[str, ...]] = field(default_factory=dict)


def read_yaml_file(path: Path, origin: str | None = None) -> Document:
    """Read a YAML file.

    origin : the name of the file in messages; by default the path as given

    Raises InputError if the file cannot be read, is larger than `LARGEST_FILE`, is not UTF-8
    text, or breaks a rule of this module.
    """
    origin = printable(str(path)) if origin is None else origin
    return read_yaml_text(_decoded(_bytes_of(path, origin), origin), origin)


def read_yaml_text(text: str, origin: str) -> Document:
    """Read YAML from text; `origin` names it in messages. Raises InputError."""
    if len(text) > LARGEST_FILE:
        raise InputError(_too_large(origin))
    _refuse_control_characters(text, origin)
    builder = _Builder(origin)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except InputError:
        raise
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax_message(error, text, origin)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{origin} is not valid YAML: {shown(str(error))}") from None
    return builder.document()


def plain_value(text: str) -> Value:
    """The value of an unquoted YAML scalar.

    Raises ValueError, with what to write instead, where readers of YAML disagree about it.
    """
    if text in ("true", "false"):
        return text == "true"
    if text == "null":
        return None
    if text == "":
        raise ValueError("has no value; write one, or null to remove what the parent has")
    if text.lower() in _BOOLEAN_LOOK_ALIKES:
        raise ValueError(f"is {text}; write true or false, or '{text}' in quotes if it is a name")
    if text.lower() in _NULL_LOOK_ALIKES:
        raise ValueError(f"is {text}; write null, or '{text}' in quotes if it is a name")
    if _WHOLE_NUMBER.fullmatch(text):
        return _whole_number(text)
    if _NUMBER.fullmatch(text):
        return _number(text)
    if _OTHER_NOTATION.fullmatch(text):
        raise ValueError(
            f"is {shown(text, quote='')}; write a decimal number without leading zeros, "
            f"or quotes around a name"
        )
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"is {text}; write a finite number, or quotes around a name")
    return text


@dataclass
class _Frame:
    """A mapping or list that is still open."""

    path: KeyPath
    container: dict[str, Value] | list[Value]
    key: str | None = None  # of a mapping: read, its value still to come


@dataclass
class _Builder:
    """Puts the events of the parser together; keeps its own stack, so nesting cannot exhaust it."""

    origin: str
    places: dict[KeyPath, Place] = field(default_factory=dict)
    root: dict[str, Value] | None = None
    stack: list[_Frame] = field(default_factory=list)
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self._start_document(event, line)
            case yaml.AliasEvent():
                raise self._error(line, f"alias *{event.anchor}; write the value out")
            case yaml.ScalarEvent():
                self._refuse_anchor_and_tag(event, line)
                self._scalar(event.value, event.implicit[0], line)
            case yaml.MappingStartEvent():
                self._refuse_anchor_and_tag(event, line)
                self._open({}, line)
            case yaml.SequenceStartEvent():
                self._refuse_anchor_and_tag(event, line)
                self._open([], line)
            case yaml.CollectionEndEvent():
                self.stack.pop()

    def document(self) -> Document:
        if self.root is None:
            raise InputError(f"{self.origin} is empty; write keys and values, such as 'title: ...'")
        return Document(self.origin, self.root, self.places)

    def _start_document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._error(line, "a second document (---); a file holds one")
        if event.version or event.tags:
            raise self._error(line, "a directive (%...); leave it out")

    def _refuse_anchor_and_tag(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            raise self._error(line, f"anchor &{event.anchor}; write the value out where it is used")
        tag: str | None = event.tag  # type: ignore[attr-defined]
        if tag is not None:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            raise self._error(line, f"tag {shown(short, quote='')}; write the plain value")

    def _scalar(self, text: str, plain: bool, line: int) -> None:
        if _CONTROL_CHARACTER.search(text):
            raise self._error(line, f"text with a control character, {shown(text)}; leave it out")
        if not self.stack:
            if plain and text == "":
                return  # an empty file, or nothing but comments
            raise self._not_a_mapping(line, "text or a number")
        frame = self.stack[-1]
        if isinstance(frame.container, dict) and frame.key is None:
            self._key(frame, frame.container, text, plain, line)
            return
        path = self._path_of_next(frame)
        try:
            value = plain_value(text) if plain else text
        except ValueError as error:
            raise InputError(f"{Place(self.origin, line)}: {dotted(path)} {error}") from None
        if value is None and isinstance(frame.container, list):
            raise InputError(f"{Place(self.origin, line)}: {dotted(path)} is null; leave it out")
        self._put(frame, value, line)

    def _key(
        self, frame: _Frame, mapping: dict[str, Value], key: str, plain: bool, line: int
    ) -> None:
        where = f" in {dotted(frame.path)}" if frame.path else ""
        if plain and key.lower() in _BOOLEAN_LOOK_ALIKES | _NULL_LOOK_ALIKES:
            raise self._error(line, f"key {key}{where}; write '{key}' in quotes if it is a name")
        if plain and key == "<<":
            raise self._error(line, f"merge key <<{where}; use 'extends' or write the values out")
        if key == "" or "." in key or key != key.strip() or not key.isprintable():
            raise self._error(
                line, f"key {shown(key)}{where}; a key is a name or a month, without dots"
            )
        if key in mapping:
            first = self.places[(*frame.path, key)].line
            raise self._error(
                line, f"key {shown(key)}{where} a second time (first on line {first}); keep one"
            )
        frame.key = key
        self.places[(*frame.path, key)] = Place(self.origin, line)

    def _open(self, container: dict[str, Value] | list[Value], line: int) -> None:
        if not self.stack:
            if isinstance(container, list):
                raise self._not_a_mapping(line, "a list")
            self.root = container
            self.places[()] = Place(self.origin, line)
            self.stack.append(_Frame((), container))
            return
        frame = self.stack[-1]
        if isinstance(frame.container, dict) and frame.key is None:
            raise self._error(line, "a list or mapping as a key; a key is a name or a month")
        if len(self.stack) >= DEEPEST_NESTING:
            raise self._error(line, f"more than {DEEPEST_NESTING} levels of nesting; flatten it")
        path = self._path_of_next(frame)
        self._put(frame, container, line)
        self.stack.append(_Frame(path, container))

    def _path_of_next(self, frame: _Frame) -> KeyPath:
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        assert frame.key is not None
        return (*frame.path, frame.key)

    def _put(self, frame: _Frame, value: Value, line: int) -> None:
        if isinstance(frame.container, list):
            self.places[(*frame.path, len(frame.container))] = Place(self.origin, line)
            frame.container.append(value)
        else:
            assert frame.key is not None
            frame.container[frame.key] = value
            frame.key = None

    def _not_a_mapping(self, line: int, found: str) -> InputError:
        return self._error(line, f"{found} at the top level; write keys and values")

    def _error(self, line: int, found_and_advice: str) -> InputError:
        return InputError(f"{Place(self.origin, line)}: found {found_and_advice}")


def _bytes_of(path: Path, origin: str) -> bytes:
    """The bytes of a regular file that is not too large."""
    try:
        if os.path.isdir(path):
            raise InputError(f"{origin} is a folder; name a YAML file")
        if os.path.exists(path) and not os.path.isfile(path):
            raise InputError(f"{origin} is not a regular file; name a YAML file")
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                raise InputError(_too_large(origin))
            return file.read(LARGEST_FILE + 1)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{origin} does not exist") from None
    except OSError as error:
        raise InputError(f"{origin} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise InputError(f"{origin} is not a path") from None


def _decoded(raw: bytes, origin: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise InputError(_too_large(origin))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(origin, raw.count(b"\n", 0, error.start) + 1)
        raise InputError(
            f"{place}: byte 0x{raw[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        ) from None


def _refuse_control_characters(text: str, origin: str) -> None:
    found = _CONTROL_CHARACTER.search(text)
    if found:
        place = Place(origin, text.count("\n", 0, found.start()) + 1)
        code = ord(found.group())
        raise InputError(f"{place}: character 0x{code:02x} does not belong in a text file")


def _too_large(origin: str) -> str:
    return f"{origin} is larger than {LARGEST_FILE / 1_000_000:g} MB; a file to read is smaller"


def _syntax_message(error: yaml.MarkedYAMLError, text: str, origin: str) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    problem = str(error.problem or error.context or "it cannot be parsed")
    if line is not None and _indented_by_tab(text, line):
        problem = "a tab indents it; indent with spaces"
    return f"{Place(origin, line)}: not valid YAML: {shown(problem, quote='')}"


def _indented_by_tab(text: str, line: int) -> bool:
    lines = text.splitlines()
    start = lines[line - 1] if line <= len(lines) else ""
    return "\t" in start[: len(start) - len(start.lstrip())]


def _whole_number(text: str) -> int:
    if len(text) > 30 or abs(int(text.replace("_", ""))) > LARGEST_WHOLE_NUMBER:
        raise ValueError(f"is {shown(text, quote='')}; a whole number lies within ±2^63")
    return int(text.replace("_", ""))


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"is {shown(text, quote='')}; a number lies within ±1.8e308")
    return number
