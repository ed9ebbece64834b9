"""A market's whole state as files: plain JSON, and one file for each large array.

Nothing is pickled: reading a state makes only objects of the types that a `State` declares, so a
file from a stranger cannot run anything. Numbers survive exactly; arrays keep their dtype.
"""

import datetime
import hashlib
import json
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.core.months import Month
from sim.model import State

STATE = "state.json"

FEW = 64
"""Numbers up to which an array is written into the JSON text; larger ones get a file."""


def write_state(state: State, folder: Path) -> None:
    """Write a state into an empty folder."""
    arrays: list[np.ndarray[Any, Any]] = []
    plain = _plain(state, arrays)
    hashes = []
    for number, array in enumerate(arrays):
        path = _array_file(folder, number)
        np.save(path, array, allow_pickle=False)
        hashes.append(_hash(path))
    text = json.dumps({"arrays": hashes, "state": plain}, ensure_ascii=False)
    (folder / STATE).write_text(text, encoding="utf-8")


def read_state(folder: Path) -> State:
    """The state in a folder; InputError if a file is missing, changed, or not of this version."""
    try:
        document = json.loads((folder / STATE).read_text(encoding="utf-8"))
        arrays = []
        for number, expected in enumerate(document["arrays"]):
            path = _array_file(folder, number)
            if _hash(path) != expected:
                raise InputError(f"{path} is damaged; start the run anew")
            arrays.append(np.load(path, allow_pickle=False))
        state = _whole(document["state"], arrays)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(f"{folder} holds no state of this version: {error}") from error
    if not isinstance(state, State):
        raise InputError(f"{folder} holds no state of this version; start the run anew")
    return state


def _array_file(folder: Path, number: int) -> Path:
    return folder / f"array-{number}.npy"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """What JSON can hold of a value; large arrays are put aside.

    Whatever is not a plain number, text or list becomes a mapping with one key that says what it
    is; mappings become pairs, since keys need not be text.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_plain(item, arrays) for item in value]
    if isinstance(value, np.ndarray):
        if value.size <= FEW and value.dtype.names is None:
            return {"array": [value.dtype.str, list(value.shape), value.ravel().tolist()]}
        arrays.append(value)
        return {"file": len(arrays) - 1}
    if isinstance(value, np.generic):
        return _plain(value.item(), arrays)
    if isinstance(value, Month):
        return {"month": int(value)}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        return {"map": [[_plain(k, arrays), _plain(v, arrays)] for k, v in value.items()]}
    named = type(value).__name__
    if is_dataclass(value) and named in known_types():
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        return {"object": [named, {name: _plain(item, arrays) for name, item in held.items()}]}
    if isinstance(value, tuple):
        items = [_plain(item, arrays) for item in value]
        return {"named": [named, items]} if named in known_types() else {"tuple": items}
    raise TypeError(f"a state cannot hold a {type(value).__name__}")


def _whole(plain: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """The value that `_plain` was given."""
    if isinstance(plain, list):
        return [_whole(item, arrays) for item in plain]
    if not isinstance(plain, dict):
        return plain
    ((what, held),) = plain.items()
    match what:
        case "array":
            dtype, shape, numbers = held
            return np.array(numbers, dtype=np.dtype(dtype)).reshape(shape)
        case "file":
            return arrays[held]
        case "month":
            return Month(held)
        case "date":
            return datetime.date.fromisoformat(held)
        case "map":
            return {_whole(key, arrays): _whole(item, arrays) for key, item in held}
        case "tuple":
            return tuple(_whole(item, arrays) for item in held)
        case "named":
            return known_types()[held[0]](*(_whole(item, arrays) for item in held[1]))
        case "object":
            return _object(known_types()[held[0]], held[1], arrays)
    raise ValueError(f"{what!r} is nothing that a state holds")


def _object(kind: type, held: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> Any:
    """An object with exactly its declared fields; nothing is worked out anew."""
    declared = {field.name for field in fields(kind)}
    if set(held) != declared:
        raise ValueError(f"{kind.__name__} has other fields than {', '.join(sorted(held))}")
    made: Any = object.__new__(kind)
    for name, item in held.items():
        object.__setattr__(made, name, _whole(item, arrays))
    return made


@cache
def known_types() -> dict[str, type]:
    """Dataclasses and named tuples that a `State` is made of, by name."""
    found: dict[str, type] = {}
    _collect(State, found)
    return found


def _collect(kind: Any, found: dict[str, type]) -> None:
    """Adds a type, and those of its fields, if it is one of ours."""
    for part in _parts(kind):
        ours = isinstance(part, type) and (is_dataclass(part) or hasattr(part, "_fields"))
        if ours and part.__name__ not in found:
            found[part.__name__] = part
            for hint in typing.get_type_hints(part).values():
                _collect(hint, found)


def _parts(kind: Any) -> Iterator[Any]:
    """A type, and those that it is written with: of `list[int] | None`, int too."""
    yield kind
    for argument in typing.get_args(kind):
        yield from _parts(argument)
