"""Every mechanism of the ablation table can be taken out; every claim can be compared."""

import pytest

from benchmarks.claims import world
from benchmarks.mechanisms import MECHANISMS, WITHOUT_SWITCH, without
from benchmarks.published import CLAIMS, Claim
from sim.measures import measure_named, measures_of
from sim.scenario import find_scenarios, load_scenario


@pytest.mark.parametrize("name", MECHANISMS)
def test_what_is_taken_out_is_another_world(name: str) -> None:
    base = load_scenario("observed")
    assert without(base, MECHANISMS[name]).hash != base.hash
    assert name not in WITHOUT_SWITCH


def test_a_star_stands_for_every_name() -> None:
    base = load_scenario("observed")
    other = without(base, {"kinds.*.explore": 0.0})
    assert {kind.explore for kind in base.kinds.values()} == {0.01}
    assert {kind.explore for kind in other.kinds.values()} == {0.0}


def test_routes_that_are_left_make_up_the_whole() -> None:
    base = load_scenario("observed")
    for name in ("joint lending", "guarantees"):
        for kind in without(base, MECHANISMS[name]).kinds.values():
            assert sum(kind.routes.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.what}: {claim.measure}")
def test_what_a_claim_is_about_is_there(claim: Claim) -> None:
    segments = list(load_scenario("observed").segments)
    assert measure_named(claim.measure, measures_of(segments))
    if {claim.base, claim.other} <= {file.name for file in find_scenarios()}:
        base = world(claim.base, claim.base_changes, claim)
        assert base[0].hash != world(claim.other, claim.other_changes, claim)[0].hash
