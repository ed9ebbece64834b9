"""A browser without a screen: loads a page of a Dash app and fires its callbacks over HTTP.

It asks the server what a browser asks it: the document, the page for an address, then once every
callback of which all inputs are on the page, with the values that the page has.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

WILDCARDS = (["MATCH"], ["ALL"], ["ALLSMALLER"])
MOST_OF_A_PATTERN = 2
"""Callbacks of one pattern that are fired: charts of a page ask alike."""


@dataclass
class DashClient:
    """One reader's connection; `seconds` has what every callback took, by page."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dependencies: list[dict[str, Any]] = field(default_factory=list)

    def open(self, path: str) -> dict[str, Any]:
        """Load a page and fire its callbacks; properties by id of what is then on it."""
        self._get(path)
        if not self.dependencies:
            self.dependencies = json.loads(self._get("/_dash-dependencies"))
            self._get("/_dash-layout")
        parts = urlsplit(path)
        where = {"pathname": parts.path, "search": f"?{parts.query}" if parts.query else ""}
        page = next(one for one in self.dependencies if "_pages_content.children" in one["output"])
        known = {"_pages_location": where}
        answer = self._fire(page, known, None)
        components: dict[str, Any] = dict(known)
        _collect(answer, components)
        for one in self.dependencies:
            if one is not page and not one.get("clientside_function"):
                for place in list(_places(one, components)):
                    answer = self._fire(one, components, place)
                    for name, changed in answer.get("response", {}).items():
                        components.setdefault(name, {}).update(changed)
        return components

    def _get(self, path: str) -> str:
        answer = self.session.get(f"{self.address}{path}", timeout=120)
        if answer.status_code != requests.codes.ok:
            self.errors.append(f"{path}: {answer.status_code}")
        return answer.text

    def _fire(
        self, one: Mapping[str, Any], components: Mapping[str, Any], place: Mapping[str, Any] | None
    ) -> Any:
        """One callback; what it answers."""
        outputs = [_output(text, place) for text in _split(one["output"])]
        body = {
            "output": one["output"],
            "outputs": outputs if one["output"].startswith("..") else outputs[0],
            "inputs": [_value(entry, components, place) for entry in one["inputs"]],
            "state": [_value(entry, components, place) for entry in one["state"]],
            "changedPropIds": [],
        }
        started = time.perf_counter()
        answer = self.session.post(f"{self.address}/_dash-update-component", json=body, timeout=120)
        self.seconds.append(time.perf_counter() - started)
        if answer.status_code not in (requests.codes.ok, requests.codes.no_content):
            self.errors.append(f"{one['output'][:80]}: {answer.status_code}")
            return {}
        return answer.json() if answer.content else {}


def _split(output: str) -> list[str]:
    """The outputs of a callback, "id.property" each."""
    return output[2:-2].split("...") if output.startswith("..") else [output]


def _output(text: str, place: Mapping[str, Any] | None) -> dict[str, Any]:
    identity, _, prop = text.rpartition(".")
    return {"id": _at(identity, place), "property": prop.partition("@")[0]}


def _at(identity: str, place: Mapping[str, Any] | None) -> Any:
    """An id, its wildcards replaced by where a pattern is fired."""
    if not identity.startswith("{"):
        return identity
    wanted: dict[str, Any] = json.loads(identity)
    known = place or {}
    return {name: known[name] if v == ["MATCH"] else v for name, v in wanted.items()}


def _fits(pattern: Mapping[str, Any], identity: Mapping[str, Any]) -> bool:
    return pattern.keys() == identity.keys() and all(
        value in WILDCARDS or identity[name] == value for name, value in pattern.items()
    )


def _known(identity: Any, components: Mapping[str, Any]) -> Any:
    return components.get(
        json.dumps(identity, sort_keys=True) if isinstance(identity, dict) else identity
    )


def _value(entry: Mapping[str, Any], components: Mapping[str, Any], place: Any) -> Any:
    """An input or a state with its value; a list of them for a pattern of all."""
    identity, prop = entry["id"], entry["property"]
    if identity.startswith("{") and ["ALL"] in json.loads(identity).values():
        pattern = json.loads(identity)
        found = [json.loads(name) for name in components if name.startswith("{")]
        return [
            {"id": one, "property": prop, "value": _known(one, components).get(prop)}
            for one in found
            if _fits(pattern, one)
        ]
    at = _at(identity, place)
    return {"id": at, "property": prop, "value": (_known(at, components) or {}).get(prop)}


def _places(one: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[Any]:
    """Where a callback can be fired: once, at the places of its pattern, or nowhere."""
    needed = [entry["id"] for entry in one["inputs"] if not entry.get("allow_optional")]
    pattern = next(
        (i for i in needed if i.startswith("{") and ["MATCH"] in json.loads(i).values()), ""
    )
    if pattern:
        wanted = json.loads(pattern)
        found = [json.loads(name) for name in components if name.startswith("{")]
        yield from [at for at in found if _fits(wanted, at)][:MOST_OF_A_PATTERN]
    elif all(name.startswith("{") or name in components for name in needed):
        yield None


def _collect(tree: Any, components: dict[str, Any]) -> None:
    """Every component of a tree with an id: its properties."""
    if isinstance(tree, dict):
        props = tree.get("props")
        if isinstance(props, dict) and "id" in props:
            name = props["id"]
            key = json.dumps(name, sort_keys=True) if isinstance(name, dict) else name
            components[key] = {k: v for k, v in props.items() if k != "children"}
        for value in tree.values():
            _collect(value, components)
    elif isinstance(tree, list):
        for value in tree:
            _collect(value, components)
