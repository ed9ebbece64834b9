"""A chart in a card: title, newest figure, note, and its values for who cannot see it."""

from typing import Any

from dash import dcc, html

from dashboard.aria import aria
from dashboard.catalogue import Catalogue, Language
from dashboard.figures import Behind
from dashboard.table import table
from dashboard.texts import Text
from sim.figures import Figure


def graph_config(language: Language) -> Any:
    """How charts behave: they can be saved as pictures, and are not zoomed by scrolling."""
    words = {"Download plot as a PNG": Text.SAVE_PICTURE.say(language)}
    return {
        "displaylogo": False,
        "responsive": True,
        "modeBarButtons": [["toImage"]],
        "displayModeBar": "hover",
        "scrollZoom": False,
        "locale": LOCALE,
        "locales": {LOCALE: {"dictionary": words}},
    }


LOCALE = "page"
"""What the plotting library knows our own words by."""


def graph_card(
    identity: str,
    title: Catalogue,
    note: str,
    figure: Figure,
    behind: Behind | None,
    language: Language,
    newest: tuple[str, str] | None = None,
    height: int = 300,
) -> Any:
    """A chart under its title, the newest figure beside it, its values folded away below.

    newest : the figure and what it is of ; height : of the chart, pixels
    """
    name = title.say(language)
    top: list[Any] = [html.H2(name, id=f"{identity}-title")]
    if newest is not None:
        number, _, unit = newest[0].partition(" ")
        value = [number, html.Small(f" {unit}") if unit else ""]
        top.append(
            html.Div(
                [html.Span(value, className="value"), html.Span(newest[1], className="caption")],
                className="newest",
            )
        )
    values: list[Any] = []
    if behind is not None and behind.rows:
        values = [
            html.Details(
                [
                    html.Summary(
                        Text.AS_TABLE.say(language),
                        **aria(label=Text.TABLE_OF.say(language, title=name)),
                    ),
                    table(behind.heads, behind.rows, Text.TABLE_OF.say(language, title=name)),
                ]
            )
        ]
    mark: Any = {"data-card": identity}
    config, tall = graph_config(language), {"height": f"{height}px"}
    return html.Section(
        [
            html.Div(top, className="card-top"),
            html.Div(
                dcc.Graph(figure=figure, config=config, responsive=True, style=tall),
                className="graph",
                style=tall,
                role="img",
                **aria(label=Text.CHART_OF.say(language, title=name, note=note)),
            ),
            html.P(note, className="note"),
            *values,
        ],
        className="card",
        **aria(labelledby=f"{identity}-title"),
        **mark,
    )
