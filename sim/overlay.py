"""One content laid over another, and values reached by dotted paths.

A file that extends another, a change made in Python, a point of a sweep and a link of the
dashboard all mean the same: a content laid over a base. Mappings merge by key, null removes,
anything else replaces. A path such as `policy.apr_cap.steps.2026-01.level` goes through keys of
mappings and indices of lists.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.core.errors import InputError
from sim.core.wording import KeyPath, did_you_mean, dotted, printable, shown
from sim.yaml_reader import Document, Place, Value

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def merged(base: Document | None, over: Document) -> Document:
    """The content of `over` laid over that of `base`; every value keeps its place.

    Raises InputError if `over` removes what `base` has not.
    """
    below = base.content if base else {}
    overlay = _Overlay(over, base.origin if base else None)
    content = overlay.lay(below, over.content, ())
    places = dict(base.places if base else {}) | dict(over.places)
    kept = {path: places[path] for path in paths_in(content) if path in places}
    added = dict(base.added if base else {}) | dict(keys_added(below, content))
    return Document(over.origin, content, {(): Place(over.origin), **kept}, added)


def changed(base: Document, changes: Mapping[str, Value], complete: Value, origin: str) -> Document:
    """A content with changes, each the value for one dotted path, made one after the other.

    base : the content as its file wrote it
    complete : the same with all defaults filled in; items of a list that is left to its default
        can be changed
    origin : what messages call the changes

    Raises InputError for a path that is none, or goes through what is no mapping or list, or is
    set to None where there is nothing to remove.
    """
    content: Value = base.content
    places = dict(base.places)
    for text, value in changes.items():
        path = parsed_path(text, origin)
        over = Document(origin, {}, {})
        content = _Change(path, value, _Overlay(over, base.origin)).made_in(content, complete)
        for end in range(1, len(path) + 1):
            places.setdefault(path_in(content, path[:end]), Place(origin))
        changed_path = path_in(content, path)
        places |= {below: Place(origin) for below in (changed_path, *paths_in(value, changed_path))}
    assert isinstance(content, dict)
    added = dict(base.added) | dict(keys_added(base.content, content))
    return Document(base.origin, content, places, added)


def value_at(content: Value, text: str, origin: str) -> Value:
    """The value that a dotted path reaches; InputError, with the nearest name, if it reaches none.

    origin : what messages call the content
    """
    value = content
    path = parsed_path(text, origin)
    for depth, part in enumerate(path):
        step = step_below(value, part)
        if step is None:
            raise _reaches_nothing(origin, path, depth, value)
        _, value = step
    return value


def step_below(node: Value, part: str | int) -> tuple[str | int, Value] | None:
    """The key or index that a part of a path means in a value, and what lies there, if anything."""
    if isinstance(node, dict):
        return (part, node[part]) if isinstance(part, str) and part in node else None
    if isinstance(node, list) and (isinstance(part, int) or _INDEX.fullmatch(part)):
        return (int(part), node[int(part)]) if int(part) < len(node) else None
    return None


def path_in(content: Value, path: KeyPath) -> KeyPath:
    """A path with indices of lists as numbers; parts that reach nothing stay as they are."""
    known: KeyPath = ()
    for part in path:
        step = step_below(content, part)
        key, content = step if step else (part, None)
        known = (*known, key)
    return known


def found_at(content: Value, path: KeyPath) -> Value:
    """What lies at a path; None if nothing does."""
    for part in path:
        step = step_below(content, part)
        content = step[1] if step else None
    return content


def paths_in(value: Value, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of everything in a value, parents first."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*path, key)
            yield from paths_in(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield (*path, index)
            yield from paths_in(below, (*path, index))


def keys_added(
    before: Value, after: Value, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    """Every key that a mapping of `after` has and that of `before` has not, with the keys there."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    for key, value in after.items():
        if key in before:
            yield from keys_added(before[key], value, (*path, key))
        elif before:
            yield (*path, key), tuple(before)


def parsed_path(text: str, origin: str) -> tuple[str, ...]:
    """The parts of a dotted path; InputError if one of them is empty."""
    parts = tuple(text.split("."))
    if not all(parts):
        raise InputError(
            f"{origin}: {shown(text)} is not a path; write names and months with dots between them"
        )
    return parts


class _Overlay:
    """Lays the content of one document over another content."""

    def __init__(self, over: Document, base_origin: str | None) -> None:
        self.over = over
        self.base_origin = base_origin

    def lay(
        self, below: Mapping[str, Value], above: Mapping[str, Value], path: KeyPath
    ) -> dict[str, Value]:
        result = dict(below)
        for key, value in above.items():
            here = (*path, key)
            lower = result.get(key)
            if value is None:
                if key not in result:
                    raise self._removes_nothing(here, below)
                del result[key]
            elif isinstance(value, dict):
                result[key] = self.lay(lower if isinstance(lower, dict) else {}, value, here)
            else:
                result[key] = value
        return result

    def _removes_nothing(self, path: KeyPath, below: Mapping[str, Value]) -> InputError:
        place = self.over.places.get(path, Place(self.over.origin))
        removal = f"{place}: {dotted(path)} is null, which removes it"
        if self.base_origin is None:
            return InputError(f"{removal} from a parent, but the file extends none")
        near = did_you_mean(str(path[-1]), below)
        return InputError(f"{removal}, but {self.base_origin} has nothing there.{near}")


@dataclass(frozen=True)
class _Change:
    """One value for one path."""

    path: tuple[str, ...]
    value: Value
    overlay: _Overlay

    def made_in(self, node: Value, complete: Value, depth: int = 0) -> Value:
        """What lies at the first parts of the path, with the change made in it.

        node, complete : what lies there as written, and with defaults; None if nothing does
        """
        if depth == len(self.path):
            if not isinstance(self.value, dict):
                return self.value
            return self.overlay.lay(node if isinstance(node, dict) else {}, self.value, self.path)
        part = self.path[depth]
        last = depth + 1 == len(self.path)
        if node is None:
            node = complete if isinstance(complete, list) else {}
        step = step_below(node, part)
        if isinstance(node, list) and step and not (last and self.value is None):
            index, item = int(step[0]), step[1]
            return [*node[:index], self.made_in(item, item, depth + 1), *node[index + 1 :]]
        if not isinstance(node, dict):
            raise _reaches_nothing(self.overlay.over.origin, self.path, depth, node)
        if last and self.value is None:
            return self.overlay.lay(node, {part: None}, self.path[:depth])
        default = complete.get(part) if isinstance(complete, dict) else None
        return {**node, part: self.made_in(node.get(part), default, depth + 1)}


def _reaches_nothing(origin: str, path: tuple[str, ...], depth: int, node: Value) -> InputError:
    whole, reached = printable(".".join(path)), dotted(path[:depth]) or "the file"
    if isinstance(node, dict):
        known = did_you_mean(path[depth], node)
        return InputError(
            f"{origin}: {whole} reaches nothing; {reached} has no {shown(path[depth])}.{known}"
        )
    if isinstance(node, list) and node:
        allowed = f"{reached} is {shown(node)}, 0 to {len(node) - 1}, which can only be replaced"
    else:
        allowed = f"{reached} is {shown(node)}, which has no parts"
    return InputError(f"{origin}: {whole} reaches nothing; {allowed}")
