"""One life as data: it is the life that `loansim inspect` tells, in both languages."""

import re

import pytest

from sim.borrower_life import life_of, opened_market
from sim.inspection import tell_life
from sim.life_told import Life
from sim.model import LoanMarket
from sim.names import spaced
from sim.notable import NOTABLE, Notables, notables
from sim.scenario import Scenario
from tests.small_market import LENDERS, STRESS, small_scenario

BORROWERS, MONTHS, BURN_IN = 400, 10, 4


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small_scenario(STRESS, burn_in=BURN_IN)


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> Notables:
    model = opened_market(scenario, BORROWERS, 1, MONTHS, lambda _: None)
    return notables(model, MONTHS)


def told(scenario: Scenario, place: int) -> Life:
    return life_of(scenario, BORROWERS, 1, MONTHS, place, lambda _: None)


@pytest.mark.parametrize("sort", ["defaulted", "in_vain"])
def test_what_was_found_of_somebody_is_told_of_him(
    scenario: Scenario, found: Notables, sort: str
) -> None:
    one = found.of(sort, "", "", None)[0]
    life = told(scenario, one.place)
    sorts = {event.sort for event in life.events if event.month == one.month}
    assert {"defaulted": "default", "in_vain": "search"}[sort] in sorts
    if sort == "defaulted":
        assert life.missed[life.months.index(one.month)] >= 4 or "default" in sorts
    assert found.count(sort, "", "", None) >= len(found.of(sort, "", "", None))


def test_a_life_is_that_of_the_command(scenario: Scenario, found: Notables) -> None:
    place = found.of("defaulted", "", "", None)[0].place
    life = told(scenario, place)
    model = LoanMarket(scenario, borrowers=BORROWERS, seed=1, threads=1)
    lines = list(tell_life(model, place, MONTHS))
    story = [line for _, passage in life.story["en"] for line in passage]
    assert lines[0] == life.portrait["en"]
    assert lines[-1] == life.ending["en"]
    assert [line.split("  ", 1)[1].strip() for line in lines[2:-1]] == story


def test_a_life_is_told_in_both_languages(scenario: Scenario, found: Notables) -> None:
    life = told(scenario, found.of("in_vain", "", "", None)[0].place)
    english, chinese = life.story["en"], life.story["zh"]
    assert [len(lines) for _, lines in english] == [len(lines) for _, lines in chinese]
    words = "".join(line for _, lines in chinese for line in lines) + life.portrait["zh"]
    for name in LENDERS:  # names of the test's own are shown as they are
        words = words.replace(spaced(name), "")
    assert not re.search("[a-z]{3}", words)
    assert [event.sort for event in life.events] != []


def test_figures_have_a_value_for_each_month(scenario: Scenario, found: Notables) -> None:
    heard: list[float] = []
    place = found.of("three_lenders", "", "", None)
    life = life_of(scenario, BORROWERS, 1, MONTHS, place[0].place if place else 0, heard.append)
    for values in (life.missed, life.income, life.due, life.buffer, *life.owed.values()):
        assert len(values) == len(life.months) == MONTHS
    if place:
        month = life.months.index(place[0].month)
        assert sum(amounts[month] > 0 for amounts in life.owed.values()) >= 3
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert set(life.lenders) == set(life.owed)
    assert set(NOTABLE) == {"defaulted", "in_vain", "lost_access", "three_lenders"}
