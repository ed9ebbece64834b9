"""A table of a page, in a box that scrolls by itself and that the keyboard reaches."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.aria import aria
from dashboard.plain_html import plain


def table(
    heads: Sequence[Any], rows: Sequence[Sequence[Any]], name: str, answers: bool = False
) -> Any:
    """Rows under their heads; the first cell of a row is its head.

    name : what screen readers call it ; answers : whether callbacks know of parts of it by ids
    """
    head = html.Thead(html.Tr([html.Th(words, scope="col") for words in heads]))
    body = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])])
        for row in rows
    ]
    inside = html.Table([head, html.Tbody(body)])
    box = html.Div(inside, className="behind", tabIndex=0, role="region", **aria(label=name))
    return box if answers else plain(box)
