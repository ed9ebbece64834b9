"""How the page says that it cannot show what was asked for."""

from collections.abc import Sequence
from typing import Any

from dash import html


def problem(title: str, words: Sequence[str], way_out: Any) -> Any:
    """What is the matter, in a box that screen readers announce, and a link that leads on."""
    return html.Div(
        [html.H2(title), *map(html.P, words), way_out], className="problem", role="alert"
    )
