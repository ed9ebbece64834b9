"""HTML that no callback knows: a whole tree of it is one component for Dash.

Dash's browser side tells every component of a page about every change, and of a new tree each part
by itself: a table of three hundred cells that an answer replaces costs it half a second. Such a
tree travels as plain data and is drawn by assets/plain_html.js.
"""

from typing import Any, ClassVar

from dash.development.base_component import Component

type Node = str | list[Any]
"""Words, or a tag with its attributes and what is inside it."""


class PlainHtml(Component):
    """One component that draws a tree; `tree` is a node."""

    _namespace = "loansim"
    _type = "PlainHtml"
    # As Dash declares them: of the class, though their types say of an instance.
    _children_props: list[str] = []  # noqa: RUF012
    _prop_names: list[str] = ["tree"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_properties: ClassVar[list[str]] = ["tree"]
    available_wildcard_properties: list[str] = []  # noqa: RUF012


def plain(part: Any) -> PlainHtml:
    """An HTML component with all that is inside it, as one.

    Raises TypeError where a part has an id or is no HTML: callbacks could not reach it.
    """
    return PlainHtml(tree=_nodes(part)[0])  # type: ignore[no-untyped-call]


def _nodes(part: Any) -> list[Node]:
    if part is None:
        return []
    if isinstance(part, list | tuple):
        return [node for inner in part for node in _nodes(inner)]
    if not isinstance(part, Component):
        return [str(part)]
    told = part.to_plotly_json()  # type: ignore[no-untyped-call]
    attributes = dict(told["props"])
    inside = attributes.pop("children", None)
    if told["namespace"] != "dash_html_components" or "id" in attributes:
        raise TypeError(f"{told['type']} is not plain HTML without an id")
    return [[told["type"].lower(), attributes, _nodes(inside)]]
