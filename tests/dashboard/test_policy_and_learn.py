"""The pages Policy and Learn without a browser."""

import csv
import json
import re
from pathlib import Path

import pytest

from dashboard.learn import figures
from dashboard.learn.content import CONCEPTS, TOUR
from dashboard.pages import PAGES
from dashboard.policy.content import history
from dashboard.policy.figures import FROM, timeline_figure
from dashboard.policy.in_chinese import BODIES, EVENTS, SOURCES, UNITS
from dashboard.policy.layout import asked_month_text
from dashboard.policy.mechanisms import MECHANISMS, level_in, licence_words
from dashboard.policy.rules import TIMELINE, rules_of, timeline
from dashboard.theme import GROUNDS, look_of
from sim.core.errors import InputError
from sim.core.months import Month
from sim.evidence.known_figures import DATA
from sim.policy import RULES
from sim.policy_rows import binding_rows, rule_rows
from sim.scenario import load_scenario
from sim.scenario_files import find_scenarios
from tests.synthetic import run_tables, seed_tables

# --- policy --------------------------------------------------------------------------------------


def test_every_instrument_says_what_it_does() -> None:
    assert set(MECHANISMS) == {"all-in price cap", "contract price cap", *RULES.values()}


def test_rules_of_a_scenario_and_what_binds() -> None:
    rules = rules_of("observed", "", "2027-12")
    cap = next(row for row in rules.binding if row.instrument == "all-in price cap")
    assert cap.words["small_loan"] == "12%"
    assert cap.words["consumer_finance"] == "20%"
    assert rules.lpr == pytest.approx(0.03)
    earlier = rules_of("observed", "", "2024-01")
    cap = next(row for row in earlier.binding if row.instrument == "all-in price cap")
    assert cap.words["small_loan"] == "36%"


def test_rules_of_a_run_come_from_its_own_text() -> None:
    text = load_scenario("cap_12_early").text
    rules = rules_of("mine", text, "2026-12")
    cap = next(row for row in rules.binding if row.instrument == "all-in price cap")
    assert cap.words["facilitation"] == "12%"
    with pytest.raises(InputError):
        rules_of("no_such_scenario", "", "")


@pytest.mark.parametrize("text", ["1999-01", "2031-01", "2024-13", "x", None, ["2026-01"]])
def test_a_month_that_is_none_means_the_first(text: object) -> None:
    assert asked_month_text(text) == "2024-01"
    assert asked_month_text("2027-12") == "2027-12"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", GROUNDS)
def test_the_timeline_shows_every_rule_at_its_dates(language: str, scheme: str) -> None:
    rules = rules_of("observed", "", "2027-12")
    figure = timeline_figure(rules, look_of(scheme, "zh" if language == "zh" else "en"))
    json.dumps(figure, allow_nan=False)
    bars = [trace for trace in figure["data"] if trace.get("type") == "bar"]
    assert {bar["y"][0] for bar in bars} == set(figure["layout"]["yaxis"]["categoryarray"])
    assert len(figure["layout"]["yaxis"]["categoryarray"]) == len(rules.rules)
    assert min(bar["base"][0] for bar in bars) == f"{FROM}-01"
    guideline = [bar for bar in bars if bar["base"] == ["2027-12-01"]]
    assert len(guideline) == 1
    assert figure["layout"]["shapes"][0]["x0"] == "2027-12-01"


def test_the_history_is_the_whole_table() -> None:
    with open(DATA / TIMELINE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(timeline()) == len(rows) > 50
    assert [row["date"] for row in timeline()] == sorted(row["date"] for row in rows)


def test_licences_have_names() -> None:
    assert licence_words("small_loan", "zh") == "小额贷款公司"
    assert licence_words("moon licence", "zh") == "moon licence"


# --- learn ---------------------------------------------------------------------------------------


def test_parts_of_hhi_sum_to_it() -> None:
    rows = run_tables(12)["lenders"]
    last = rows[rows["month"] == rows["month"].max()].assign(size_cv=0.0)
    parts = figures.hhi_parts(last)
    shares = last.set_index("lender")["balance"] / last["balance"].sum()
    firms = last.set_index("lender")["firms"]
    assert parts.sum() == pytest.approx(float((1e4 * shares**2 / firms).sum()))
    assert parts.is_monotonic_decreasing


def test_parts_of_hhi_are_means_over_seeds() -> None:
    one, three = run_tables(12)["lenders"], seed_tables(3, 12)["lenders"]

    def parts(rows: object) -> float:
        frame = rows[rows["month"] == rows["month"].max()]  # type: ignore[index]
        return float(figures.hhi_parts(frame).sum())

    assert parts(three) == pytest.approx(parts(one))


def test_what_is_lost_is_what_does_not_come_back() -> None:
    tables = run_tables(24)
    figure = figures.lgd_figure(tables, look_of(None, "en"))
    market = tables["market"]
    lost = 100 * (1 - market["recoveries"].iloc[:12].sum() / market["chargeoffs"].iloc[:12].sum())
    assert figure["data"][0]["y"][0] == pytest.approx(lost)
    assert len(figure["data"][0]["y"]) == 13


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.identity)
@pytest.mark.parametrize("scheme", GROUNDS)
def test_every_concept_is_drawn_from_tables(concept: object, scheme: str) -> None:
    for tables in (run_tables(24), seed_tables(3, 24)):
        figure = concept.draw(tables, look_of(scheme, "zh"))  # type: ignore[attr-defined]
        assert figure["data"]
        assert figure["layout"]["paper_bgcolor"] == GROUNDS[scheme]["paper"]  # type: ignore[index]
        json.dumps(figure, allow_nan=False, default=str)


def test_the_tour_leads_to_pages_that_exist_and_ends_in_a_what_if() -> None:
    paths = [address.partition("?")[0] for address in TOUR.values()]
    assert set(paths) <= {page.path for page in PAGES}
    assert paths[-1] == "/what-if"
    names = {path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml")}
    for address in TOUR.values():
        asked = dict(pair.split("=", 1) for pair in address.partition("?")[2].split("&"))
        assert {asked.get("scenario", "observed"), asked.get("against", "observed")} <= names


def test_sources_and_events_are_told_in_chinese() -> None:
    rows = timeline()
    assert {row["indicator"] for row in rows} == set(EVENTS)
    assert {row["entity"] for row in rows} == set(BODIES)
    assert {u for row in rows if not (u := row["unit"]).endswith("yuan")} - {"event"} == set(UNITS)
    assert not re.search("yuan|百万元|十亿元", str(history("zh")))
    scenarios = [load_scenario(file.name) for file in find_scenarios()]
    sources = {row.source for one in scenarios for row in rule_rows(one, one.start)}
    assert len(sources & set(SOURCES)) >= 0.9 * len(sources), sorted(sources - set(SOURCES))
    assert level_in("300 million yuan", "zh") == "3亿元"
    assert level_in("200,000 yuan", "zh") == "20万元"
    observed = load_scenario("observed")
    months = [Month.of(2024, 1), Month.of(2026, 2), Month.of(2027, 12)]
    binding = [row for month in months for row in binding_rows(observed, month)]
    told = {words for row in binding for words in row.words.values()}
    assert [words for words in told if re.search("[a-z]{3}", level_in(words, "zh"))] == []
    for chinese in (*EVENTS.values(), *BODIES.values(), *SOURCES.values()):
        assert re.search("[\u4e00-\u9fff]", chinese)
