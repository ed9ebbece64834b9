"""Finished runs compared: the figures of a comparison that simulates; what does not pair."""

from dataclasses import replace
from typing import Any

import pandas
import pytest

from sim import compare, compare_runs, run
from sim.core.errors import InputError
from sim.experiment import Result
from tests.small_market import small_scenario

SETTINGS: dict[str, Any] = {"borrowers": 400, "months": 20, "seed": 3}
BASE = small_scenario(burn_in=4)
TIGHT = BASE.with_changes({"policy.apr_cap": {"steps": {"2024-06": {"level": 0.14}}}}, name="tight")


@pytest.fixture(scope="module")
def runs() -> tuple[Result, Result]:
    """Three seeds without a cap, and two of them with it."""
    return run(BASE, seeds=3, **SETTINGS), run(TIGHT, seeds=2, **SETTINGS)


def test_runs_compare_as_scenarios_do(runs: tuple[Result, Result]) -> None:
    found = compare_runs(*runs)
    wanted = compare(BASE, TIGHT, seeds=2, workers=1, **SETTINGS)
    pandas.testing.assert_frame_equal(found.differences, wanted.differences, check_exact=True)
    pandas.testing.assert_frame_equal(found.effects, wanted.effects, check_exact=True)
    assert found.first_effect == wanted.first_effect
    assert found.sentences()[1:] == wanted.sentences()[1:]
    assert found.seeds == 2


def test_a_run_makes_no_difference_to_itself(runs: tuple[Result, Result]) -> None:
    base, _ = runs
    (sentence,) = compare_runs(base, base).sentences()
    assert "exactly zero" in sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"borrowers": 500}, "another number of simulated borrowers than tight (500, not 400)"),
        ({"months": 19}, "another number of months"),
        ({"first_month": "2024-02"}, "another first month"),
        ({"seed": 30}, "no seed in common"),
    ],
)
def test_runs_that_do_not_pair_are_refused(
    changes: dict[str, Any], said: str, runs: tuple[Result, Result]
) -> None:
    _, tight = runs
    other = replace(tight, manifest=tight.manifest | changes)
    if "seed" in changes:
        later = {
            name: table.assign(seed=table["seed"] + 30) for name, table in tight.tables.items()
        }
        other = replace(other, tables=later)
    with pytest.raises(InputError) as refused:
        compare_runs(tight, other)
    assert said in str(refused.value)
