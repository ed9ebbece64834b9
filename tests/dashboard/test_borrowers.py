"""The page Borrowers: sums of cells, charts of groups, and its address."""

from typing import Any

import pandas
import pytest

from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.figures import (
    CARDS,
    MAP_BY,
    causes_figure,
    causes_of,
    map_table,
    people_figure,
    people_headline,
    people_table,
)
from dashboard.segment_months import PLACE, REGION, SEGMENT, grouped, values_of
from dashboard.theme import look_of
from tests.synthetic import market_table, seed_tables, segments_table

LOOK = look_of("light", "en")
BY_IDENTITY = {card.identity: card for card in CARDS}


@pytest.fixture
def segments() -> pandas.DataFrame:
    return segments_table(market_table())


def test_ratios_of_groups_are_ratios_of_sums(segments: pandas.DataFrame) -> None:
    rural = segments["rural"]
    table = segments.assign(
        active=rural.map({True: 1.0, False: 3.0}),
        over_indebted_share=rural.map({True: 0.4, False: 0.2}),
        approvals=rural.map({True: 10.0, False: 80.0}),
        applications=rural.map({True: 100.0, False: 100.0}),
    )
    everybody = grouped(table, [])
    assert everybody["over_indebted_share"].iloc[0] == pytest.approx((0.4 + 3 * 0.2) / 4)
    assert everybody["approval_rate"].iloc[0] == pytest.approx(180 / 400)
    places = grouped(table, [PLACE]).query("place == 'country'")
    assert places["approval_rate"].iloc[0] == pytest.approx(0.1)
    only = grouped(table, [SEGMENT], {PLACE: "town", REGION: "east"})
    assert only["approval_rate"].iloc[0] == pytest.approx(0.8)
    assert grouped(table, [], {REGION: "nowhere"}).empty


def test_groups_without_anybody_have_no_figure(segments: pandas.DataFrame) -> None:
    table = segments.assign(applications=0.0, approvals=0.0, active=0.0, apr_new=0.0)
    everybody = grouped(table, [])
    assert everybody["approval_rate"].isna().all()
    assert everybody["over_indebted_share"].isna().all()


def test_a_chart_has_a_line_for_every_group(segments: pandas.DataFrame) -> None:
    card = BY_IDENTITY["access"]
    sums = grouped(segments, [SEGMENT])
    figure = people_figure(card, SEGMENT, sums, sums, {}, LOOK)
    lines = [trace for trace in figure["data"] if trace.get("showlegend") is not False]
    assert [(line["name"], line["y"][0]) for line in lines] == [
        ("consumers", pytest.approx(60.0)),
        ("low-income people", pytest.approx(30.0)),
    ]
    assert len({line["line"]["dash"] for line in lines}) == 2
    beneath = figure["data"][:2]
    assert all(trace["line"]["dash"] == "dot" for trace in beneath)
    assert figure["layout"]["yaxis"]["title"]["text"] == "Approval rate, %"
    behind = people_table(card, SEGMENT, sums, LOOK)
    assert behind.rows[-1] == ["2030-12", "60.0", "30.0"]


def test_the_newest_figure_is_of_everybody_and_against_the_other_run(
    segments: pandas.DataFrame,
) -> None:
    fewer = segments.assign(approvals=segments["approvals"] * 0.9)
    value, caption = people_headline(
        BY_IDENTITY["access"], grouped(segments, []), grouped(fewer, []), LOOK
    )
    assert value == "45.0%"
    assert caption == "2030-12; +4.5 pp"


def test_unmet_demand_by_cause_is_a_part_of_what_was_wanted(segments: pandas.DataFrame) -> None:
    table = segments.assign(
        unmet_demand=20.0, originations=80.0, unmet_risk=15.0, unmet_cap=5.0, unmet_price=0.0,
        unmet_funding=0.0, unmet_unreachable=0.0,
    )  # fmt: skip
    shares = causes_of(grouped(table, [SEGMENT]), SEGMENT)
    assert shares.loc["consumer"].tolist() == pytest.approx([0.15, 0.05, 0, 0, 0])
    one = causes_figure(SEGMENT, grouped(table, [SEGMENT]), None, LOOK)
    two = causes_figure(SEGMENT, grouped(table, [SEGMENT]), grouped(table, [SEGMENT]), LOOK)
    assert len(two["data"]) == 2 * len(one["data"]) == 10


def test_the_table_of_all_cells(segments: pandas.DataFrame) -> None:
    cells = grouped(segments, list(MAP_BY))
    rows = map_table(cells, cells, MAP_BY, LOOK)
    assert sorted(group for group, _ in rows)[:2] == [
        ("consumer", "east", "country"),
        ("consumer", "east", "town"),
    ]
    assert rows[0][1][0] == ("60.0", "0 pp")


def test_seeds_are_kept_apart() -> None:
    sums = grouped(seed_tables(3)["segments"], [SEGMENT])
    assert sorted(sums["seed"].unique()) == [1, 2, 3]
    assert len(sums) == 3 * 84 * 2


def test_values_come_from_the_table(segments: pandas.DataFrame) -> None:
    assert values_of(segments) == {
        "segment": ["consumer", "low_income"],
        "region": ["east"],
        "place": ["town", "country"],
    }


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"by": "region", "place": "town", "lang": "zh"}, "lang=zh&by=region&place=town"),
        ({"by": "moon", "segment": "../x", "region": 3}, ""),
        ({"scenario": "run:one", "segment": "farmer"}, "scenario=run:one&segment=farmer"),
    ],
)
def test_an_address_says_what_is_shown(query: dict[str, Any], said: str) -> None:
    assert BorrowersChoice.of(query).query() == said
