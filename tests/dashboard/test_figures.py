"""Figures of the dashboard draw what the tables say, in either language and on either ground."""

import json
import re

import pandas
import plotly.graph_objects
import pytest

from dashboard.borrowers.figures import CAUSE_COLOURS
from dashboard.borrowers.life_figure import LATE_COLOURS
from dashboard.cards import BY_IDENTITY, BY_KIND, CARDS, Card
from dashboard.catalogue import LANGUAGES, Language
from dashboard.difference_figures import (
    difference_card,
    difference_headline,
    difference_table,
)
from dashboard.figures import (
    Drawn,
    both_policies,
    card_figure,
    card_table,
    frame_figure,
    headline,
    shares_figure,
)
from dashboard.lenders.figures import SOURCE_COLOURS, source_colour
from dashboard.shell import ASSETS
from dashboard.theme import BASE, GROUNDS, SCHEMES, alarm_colour, base_colour, look_of
from sim import Comparison, compare_runs
from sim.experiment import Result
from sim.figures import KIND_COLOURS, Tables, shares_chart, translucent
from tests.synthetic import manifest, run_tables, seed_tables

EVERY = [(card, measure) for card in CARDS for measure in card.measures]
LOOK = look_of("light", "en")


def drawn(name: str = "observed", tables: Tables | None = None) -> Drawn:
    return Drawn(name, tables or run_tables())


@pytest.mark.parametrize(("card", "measure"), EVERY, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("against", [False, True])
def test_every_measure_draws_and_leaves_its_tables_alone(
    card: Card, measure: str, against: bool
) -> None:
    shown, base = drawn("cap", seed_tables()), drawn("observed") if against else None
    copies = {name: table.copy(deep=True) for name, table in shown.tables.items()}
    figure = card_figure(card, measure, shown, base, BASE["light"], LOOK)
    assert figure["layout"]["yaxis"]["title"]["text"]
    plotly.graph_objects.Figure(figure)  # refuses what plotly.js does not know
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert headline(card, measure, shown, base, LOOK).value
    table = card_table(card, measure, shown, base, LOOK)
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.heads)}
    for name, copy in copies.items():
        pandas.testing.assert_frame_equal(shown.tables[name], copy)


def test_the_other_run_lies_beneath_in_grey() -> None:
    shown = drawn("cap", {**run_tables(), "market": run_tables(shift=112.0)["market"]})
    figure = card_figure(BY_IDENTITY["concentration"], "hhi", shown, drawn(), "#7d8894", LOOK)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [trace["name"] for trace in lines] == ["observed", "cap"]
    assert lines[0]["line"]["color"] == "#7d8894"
    assert lines[1]["line"]["color"] == LOOK.accent
    assert lines[1]["y"][0] - lines[0]["y"][0] == pytest.approx(112.0)
    told = headline(BY_IDENTITY["concentration"], "hhi", shown, drawn(), LOOK)
    assert told.value == "1,122 points"
    assert told.change == "+112 points against observed"
    assert told.caption == "2030-12"


def compared() -> Comparison:
    """Three seeds against three whose HHI is 100, 110 and 120 points lower."""
    base = seed_tables()
    market = base["market"]
    higher = {**base, "market": market.assign(hhi=market["hhi"] + 90.0 + 10.0 * market["seed"])}
    return compare_runs(Result(base, manifest(3)), Result(higher, manifest(3)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_is_drawn_with_its_interval(language: Language) -> None:
    look, shown = look_of("dark", language), drawn("cap", seed_tables())
    figure = difference_card(compared(), "hhi", (shown, drawn()), look)
    plotly.graph_objects.Figure(figure)
    line = next(trace for trace in figure["data"] if "line" in trace and "text" in trace)
    assert line["y"] == pytest.approx([110.0] * 84)
    assert line["line"]["color"] == look.accent
    band = [trace for trace in figure["data"] if trace.get("fill") == "tonexty"]
    assert band[0]["fillcolor"] == translucent(look.accent)
    assert len(figure["layout"]["shapes"]) == len(both_policies(shown, drawn(), look))
    told = difference_headline(compared(), "hhi", look)
    assert told.value.startswith("+110 ")
    assert "75%" in told.change
    assert "+100" in told.change
    rows = difference_table(compared(), "hhi", look).rows
    assert len(rows) == 84
    assert rows[0][0] == "2024-01"
    assert rows[0][1].startswith("+110 ")


def test_every_drawn_measure_can_be_compared() -> None:
    found = compared()
    for card, measure in EVERY:
        if card.drawing == "lines":
            assert found.measure(measure).column.name == measure


def test_a_difference_of_shares_is_in_percentage_points() -> None:
    tables = run_tables()
    higher = tables | {"market": tables["market"].assign(cr5=tables["market"]["cr5"] + 0.021)}
    told = headline(BY_IDENTITY["concentration"], "cr5", drawn("cap", higher), drawn(), LOOK)
    assert told.change == "+2.1 pp against observed"
    zh = look_of("light", "zh")
    told = headline(BY_IDENTITY["concentration"], "cr5", drawn("cap", higher), drawn(), zh)
    assert told.change == "较observed +2.1 个百分点"


def test_equal_runs_differ_by_nothing() -> None:
    told = headline(BY_IDENTITY["defaults"], "default_rate_12m", drawn(), drawn("same"), LOOK)
    assert told.change == "0 pp against same"


def test_runs_of_other_months_are_compared_where_both_have_one() -> None:
    short = drawn("short", run_tables(6))
    card = BY_IDENTITY["concentration"]
    assert headline(card, "hhi", drawn(), short, LOOK).change == ""
    assert "short" in headline(card, "hhi", short, drawn("short"), LOOK).change


def test_policy_of_one_run_only_says_so() -> None:
    base = drawn()
    events = base.tables["events"]
    fewer = drawn("no cap", {**base.tables, "events": events[events["after"] != 0.12]})
    policies = both_policies(base, fewer, LOOK)
    assert policies["2025-10"] == ["All-in cap of 24%"]
    assert policies["2027-12"] == ["Small-loan cap of 4 x LPR (only observed)"]


def test_shares_by_kind_keep_the_colours_of_kinds() -> None:
    figure = shares_figure(BY_KIND, drawn(), LOOK)
    bands = [trace for trace in figure["data"] if trace.get("stackgroup")]
    assert len(bands) == 5
    by_name = {trace["name"]: trace["fillcolor"] for trace in bands}
    assert by_name["big-tech platforms"].lower() == KIND_COLOURS["bigtech"].lower()
    assert sum(trace["y"][0] for trace in bands) == pytest.approx(100.0)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.identity)
def test_before_a_simulation_the_calendar_of_policy_is_there(card: Card) -> None:
    policy = {"2025-10": ["all-in price cap, facilitation notice: 24% in force"]}
    figure = frame_figure(card, card.measures[0], ("2024-01", "2030-12"), policy, "wait", LOOK)
    plotly.graph_objects.Figure(figure)
    assert figure["layout"]["annotations"][0]["text"] == "wait"
    assert len(figure["layout"]["shapes"]) == (1 if card.is_dated else 0)
    assert not any(any(trace["y"]) for trace in figure["data"] if trace["mode"] == "lines")


def test_chinese_figures_have_chinese_units_and_events() -> None:
    look = look_of("dark", "zh")
    figure = card_figure(
        BY_IDENTITY["balances"], "balance", drawn(), None, base_colour("dark"), look
    )
    assert figure["layout"]["yaxis"]["title"]["text"] == "贷款余额（万亿元）"
    assert figure["layout"]["paper_bgcolor"] == GROUNDS["dark"]["paper"]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.1."""

    def light(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_and_lines_stand_out_from_their_ground(scheme: str) -> None:
    look = look_of(scheme, "en")
    assert contrast(look.ink, look.paper) >= 7
    assert contrast(look.muted, look.paper) >= 4.5
    assert contrast(look.accent, look.paper) >= 4.5
    assert contrast(base_colour(scheme), look.paper) >= 3
    assert contrast(alarm_colour(look), look.paper) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_colours_of_areas_and_bars_show_on_their_ground(scheme: str) -> None:
    """Less than a line of three to one: areas are large, named, and have a table behind them."""
    look = look_of(scheme, "en")
    sources = [source_colour(name, look) for name in ("equity", *SOURCE_COLOURS)]
    for colour in (*KIND_COLOURS.values(), *CAUSE_COLOURS, *LATE_COLOURS.values(), *sources):
        assert contrast(colour, look.paper) >= 2.2, colour


ON_PAPER = r"(?:color: |--(?:ink|quiet|accent|alarm|doubt|good): )(#[0-9a-f]{6})"
"""A colour of text in a style sheet that is of one scheme alone."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_of_pages_stands_out_from_its_ground(scheme: str) -> None:
    """Every rule of a style sheet with a colour of text, on paper and on the page's ground."""
    of_dark = ':root[data-mantine-color-scheme="dark"]'
    rules = [
        (said.group(1).strip(), said.group(2))
        for name in ("page.css", "reading.css", "life.css", "whatif.css")
        for said in re.finditer(r"([^{}]+)\{([^{}]*)\}", (ASSETS / name).read_text("utf-8"))
    ]
    mine = [(who, what) for who, what in rules if (of_dark in who) == (scheme == "dark")]
    variables = " ".join(what for who, what in mine if who.endswith((":root", of_dark)))
    grounds = re.findall(r"--(?:ground|paper): (#[0-9a-f]{6})", variables)
    assert len(grounds) == 2
    assert grounds[1] == GROUNDS["dark" if scheme == "dark" else "light"]["paper"]
    checked = 0
    for who, what in mine:
        over = re.findall(r"background: (#[0-9a-f]{6})", what) or grounds
        for colour in re.findall(rf"(?<![-\w]){ON_PAPER}", what):
            checked += 1
            assert all(contrast(colour, ground) >= 4.5 for ground in over), (who, colour)
    assert checked >= 6


def test_a_fringe_is_told_to_be_many_firms() -> None:
    tables = seed_tables(2)
    figure = shares_chart(tables["lenders"], tables["events"])
    told = " ".join(trace["hovertemplate"] for trace in figure["data"] if "stackgroup" in trace)
    assert "offline small-loan companies (3,325 firms together)" in told
    assert "big-tech platform 1, " in told


def test_the_lorenz_curve_stands_beside_its_gini() -> None:
    card = BY_IDENTITY["lorenz"]
    tables = run_tables()
    one = tables["lenders"].assign(balance=1e9, firms=1, size_cv=0.0)
    equal = drawn("equal", tables | {"lenders": one})
    assert headline(card, "brand", equal, None, LOOK).value == "0.000 Gini"
    assert headline(card, "brand", drawn(), equal, LOOK).change.endswith("against equal")
    figure = card_figure(card, "brand", drawn(), equal, "#888888", LOOK)
    assert [trace["name"] for trace in figure["data"]] == [
        "all equal", "2024-01", "equal, 2030-12", "2030-12",
    ]  # fmt: skip
    newest = figure["data"][-1]
    assert (newest["x"][-1], newest["y"][-1]) == (100.0, pytest.approx(100.0))
    assert all(below <= place + 1e-9 for place, below in zip(newest["x"], newest["y"], strict=True))
    behind = card_table(card, "brand", drawn(), None, LOOK)
    assert [row[0] for row in behind.rows][-3:] == ["99", "99.9", "100"]
    assert behind.rows[-1][1:] == ["100.0", "100.0"]
