"""Trees of HTML that travel as plain data."""

import json

import dash_mantine_components as dmc
import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.plain_html import plain
from dashboard.table import table


def test_a_tree_is_one_component_of_plain_data() -> None:
    tree = html.P(["a", 3, None, [html.A("b", href="/c", className="d")]], lang="en")
    sent = json.loads(json.dumps(plain(tree), cls=PlotlyJSONEncoder))
    assert sent["namespace"] == "loansim"
    link = ["a", {"href": "/c", "className": "d"}, ["b"]]
    assert sent["props"] == {"tree": ["p", {"lang": "en"}, ["a", "3", link]]}


@pytest.mark.parametrize("part", [html.P("a", id="b"), dmc.Button("a")])
def test_what_a_callback_may_ask_for_is_refused(part: object) -> None:
    with pytest.raises(TypeError, match="is not plain HTML without an id"):
        plain(html.Div([part]))


def test_a_table_is_one_component() -> None:
    sent = json.dumps(table(["a", "b"], [["c", html.Span("d")]], "e"), cls=PlotlyJSONEncoder)
    assert sent.count("namespace") == 1
    assert '["th", {"scope": "row"}, ["c"]]' in sent
