"""The search, refinement and identification, on a model whose answers are known."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import evaluation
from sim.calibration.calibrating import Progress, calibrate
from sim.calibration.files import calibrate_into, opened, resume_calibration
from sim.calibration.identification import PRIOR_VARIANCE, interval
from sim.calibration.neighbourhood import slopes_at
from sim.calibration.plan import Calibration, load_calibration
from sim.calibration.search import search
from sim.calibration.targets import HOPELESS, loss, targets_of
from sim.calibration.trial_journal import JOURNAL
from sim.cli import main
from sim.core.errors import InputError, SavedInterruptError
from sim.evidence.validating import checks_of
from sim.scenario import load_scenario
from sim.sweeps.design import rows_of
from sim.sweeps.plan import load_plan
from sim.sweeps.points import points_of

PLAN = """
title: three parameters, of which the data know two
parameters:
  appetite: {{path: segments.consumer.appetite, low: 1.5, high: 2.8}}
  spells: {{path: behaviour.spell_hazard, low: 0.05, high: 0.12}}
  looking: {{path: behaviour.look, low: 10%, high: 30%}}
targets:
  opening_total: {{value: 5.0, tolerance: 0.1}}
  y2024_turnover: {{value: 2.0, tolerance: 0.1}}
search: {{sampler: {sampler}, trials: {trials}, starts: 2, batch: 6, refinements: {refinements},
  judgement: {judgement}}}
borrowers: 1000
seeds: 3
confirm: {{borrowers: 1000, seeds: 4}}
"""

TRUTH = (2.0, 0.08)
"""Where the linear model below meets the targets; `looking` moves nothing."""


def linear(
    calibration: Calibration, places: tuple[float, ...], borrowers: int, seed: int
) -> list[float]:
    """A market in which figures are straight lines in the parameters, with the seed's luck."""
    values = calibration.values_at(places)
    luck = math.sin(seed)  # the same for all parameters: common random numbers
    first = 5.0 + 2.0 * (values["appetite"] - TRUTH[0]) + 0.02 * luck
    second = 2.0 + 20.0 * (values["spells"] - TRUTH[1]) - 0.5 * (values["appetite"] - TRUTH[0])
    return [first, second + 0.02 * luck]


@pytest.fixture
def calibration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Calibration]:
    """Plans over the linear model, which lives no market."""
    monkeypatch.setattr(evaluation, "figures_of_run", linear)
    monkeypatch.setattr(evaluation, "compile_once", lambda scenario, tell: None)

    def made(
        sampler: str = "cmaes",
        trials: int = 60,
        refinements: int = 0,
        judgement: float | None = None,
    ) -> Calibration:
        path = tmp_path / "plan.yaml"
        told = "null" if judgement is None else judgement
        words = {"sampler": sampler, "trials": trials, "refinements": refinements}
        path.write_text(PLAN.format(**words, judgement=told))
        return load_calibration(path)

    return made


def test_loss_counts_squared_tolerances_and_has_no_hope_without_a_figure(
    calibration: Callable[..., Calibration],
) -> None:
    targets = targets_of(calibration())
    assert loss(targets, [5.0, 2.0]) == 0.0
    assert loss(targets, [5.2, 2.1]) == pytest.approx((4.0 + 1.0) / 2)
    assert loss(targets, [math.nan, 2.0]) == pytest.approx(HOPELESS / 2)


@pytest.mark.parametrize("sampler", ["cmaes", "tpe"])
def test_a_search_finds_more_than_chance(
    sampler: str, calibration: Callable[..., Calibration]
) -> None:
    found = {
        kind: min(one.loss for one in calibrate(calibration(kind, 90), workers=1).trials)
        for kind in (sampler, "random")
    }
    assert found[sampler] < 0.3
    assert found[sampler] < found["random"]


def test_a_sobol_sequence_spreads_its_points(calibration: Callable[..., Calibration]) -> None:
    found = calibrate(calibration("sobol", 40), workers=1).trials[:20]
    places = np.array([one.trial.places for one in found])
    for column in places.T:
        assert all(np.histogram(column, bins=4, range=(0.0, 1.0))[0] >= 2)
    assert len({tuple(row) for row in places}) == 20


def test_the_first_trial_is_the_scenario_itself(calibration: Callable[..., Calibration]) -> None:
    plan = calibration(trials=7)
    found = calibrate(plan, workers=1).trials
    assert [one.start for one in found] == [0, 0, 0, 0, 1, 1, 1]
    assert found[0].trial.places == plan.start()
    assert len({one.trial.places for one in found}) == 7


def test_refinement_walks_down_the_slopes(calibration: Callable[..., Calibration]) -> None:
    rough = calibrate(calibration(trials=12), workers=1)
    fine = calibrate(calibration(trials=12, refinements=3), workers=1)
    assert fine.chosen.loss < min(0.05, rough.chosen.loss)
    losses = [one.loss for one in fine.refined]
    assert losses == sorted(losses, reverse=True)
    assert fine.values["appetite"] == pytest.approx(TRUTH[0], abs=0.05)
    assert fine.values["spells"] == pytest.approx(TRUTH[1], abs=0.005)


def test_what_the_data_do_not_know_is_told(calibration: Callable[..., Calibration]) -> None:
    outcome = calibrate(calibration(trials=12, refinements=3), workers=1)
    appetite, spells, looking = outcome.parameters
    assert appetite.is_identified
    assert spells.is_identified
    assert not looking.is_identified
    assert looking.left == pytest.approx(1.0)
    assert (looking.low, looking.high) == pytest.approx((0.105, 0.295))  # all but 5% of the way
    assert appetite.low < TRUTH[0] < appetite.high
    assert spells.low < TRUTH[1] < spells.high
    assert all(rise == pytest.approx(0.0, abs=1e-3) for _, rise in looking.profile)
    ends = appetite.profile[0][1], appetite.profile[-1][1]
    assert min(ends) > 3.84


def test_what_the_data_do_not_know_stays_where_judgement_put_it(
    calibration: Callable[..., Calibration],
) -> None:
    plan = calibration(trials=12, refinements=3, judgement=0.2)
    outcome = calibrate(plan, workers=1)
    appetite, spells, looking = outcome.parameters
    assert looking.value == pytest.approx(looking.before, abs=0.005)
    assert looking.left == pytest.approx(1.0)
    assert not looking.is_identified
    assert looking.high - looking.low < 0.9 * (0.295 - 0.105)  # narrower than all but 5%
    assert appetite.is_identified
    assert appetite.value == pytest.approx(TRUTH[0], abs=0.08)
    assert spells.value == pytest.approx(TRUTH[1], abs=0.01)
    own = np.array(plan.start())
    firm = calibrate(calibration(trials=12, refinements=3, judgement=0.001), workers=1)
    assert np.allclose(firm.chosen.trial.places, own, atol=0.02)


def test_intervals_are_those_of_a_normal_number_between_the_bounds() -> None:
    narrow = interval(0.5, 0.01)
    assert narrow == pytest.approx((0.5 - 1.96 * 0.01, 0.5 + 1.96 * 0.01), abs=1e-4)
    low, high = interval(0.0, 0.1)  # at a bound: half of a normal distribution
    assert low == pytest.approx(0.0, abs=0.01)
    assert high == pytest.approx(2.24 * 0.1, rel=0.1)
    assert interval(0.3, math.sqrt(PRIOR_VARIANCE)) == pytest.approx((0.025, 0.975))


def test_the_joint_uncertainty_is_that_of_the_normal_likelihood(
    calibration: Callable[..., Calibration],
) -> None:
    plan = calibration()
    targets = targets_of(plan)
    centre = (0.4, 0.5, 0.5)
    run = evaluation.Evaluations(plan, 1, lambda _: None)
    slopes = slopes_at(plan, targets, centre, run)
    wide, narrow = 2.8 - 1.5, 0.12 - 0.05
    known = np.array([[2.0 * wide, 0.0, 0.0], [-0.5 * wide, 20.0 * narrow, 0.0]]) / 0.1
    assert np.allclose(slopes.slopes, known, rtol=1e-3, atol=1e-3)
    noise = np.var([0.02 * math.sin(seed) for seed in (1, 2, 3)], ddof=1) / 3
    shared = noise / 0.1**2 * np.ones((2, 2))  # one luck for both figures
    assert np.allclose(slopes.weights, np.linalg.inv(np.eye(2) + shared), atol=0.01)
    expected = np.linalg.inv(known.T @ slopes.weights @ known + np.eye(3) / PRIOR_VARIANCE)
    assert np.allclose(slopes.covariance(), expected, rtol=1e-2)


def test_a_search_that_was_cut_off_goes_on_as_if_it_had_not_been(
    calibration: Callable[..., Calibration], tmp_path: Path
) -> None:
    plan = calibration(trials=24, refinements=2)
    whole = calibrate_into(plan, tmp_path / "whole", workers=1)

    def interrupt(progress: Progress) -> None:
        if progress.runs == 40:
            raise KeyboardInterrupt

    with pytest.raises(SavedInterruptError, match="--resume"):
        calibrate_into(plan, tmp_path / "broken", workers=1, listen=interrupt)
    assert not (tmp_path / "broken" / "outcome").exists()
    with (tmp_path / "broken" / JOURNAL).open("ab") as journal:
        journal.write(b'{"places": [0.1')  # a line that a crash cut short
    resumed = resume_calibration(tmp_path / "broken", workers=1)
    assert resumed.runs < whole.runs
    assert [one.trial for one in resumed.trials] == [one.trial for one in whole.trials]
    assert resumed.values == whole.values
    texts = [
        (tmp_path / name / "outcome" / "scenario.yaml").read_text() for name in ("whole", "broken")
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("option", "least"), [("--quiet", 0), ("--verbose", 4)])
def test_loud_or_quiet_the_command_says_what_it_found(
    option: str,
    least: int,
    calibration: Callable[..., Calibration],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    calibration(trials=12)
    plan, out = str(tmp_path / "plan.yaml"), str(tmp_path / "out")
    assert main(["calibrate", plan, "--out", out, "--workers", "1", option]) == 0
    said = capsys.readouterr()
    told = [line for line in said.err.splitlines() if "trials" in line and "smallest loss" in line]
    assert len(told) >= least
    if option == "--quiet":
        assert said.err == ""
        assert said.out == f"{out}\n"
    else:  # a line whenever runs are done: their numbers rise
        runs = [int(re.findall(r"(\d+) runs", line)[0]) for line in told]
        assert runs == sorted(runs)
        assert len(set(runs)) >= least
        assert "behaviour.spell_hazard: " in said.out
        assert said.out.splitlines()[-1].endswith(f"{out}/outcome/")


def test_the_outcome_is_a_scenario_that_runs_on_what_was_found(
    calibration: Callable[..., Calibration], tmp_path: Path
) -> None:
    outcome = calibrate_into(calibration(trials=12), tmp_path / "out", workers=1)
    inside = {path.name for path in (tmp_path / "out" / "outcome").iterdir()}
    assert inside == {
        "scenario.yaml",
        "posterior.json",
        "uncertainty.yaml",
        "calibration.json",
        "targets.parquet",
        "parameters.parquet",
        "trials.parquet",
        "report.html",
    }
    found = load_scenario(tmp_path / "out" / "outcome" / "scenario.yaml")
    made = outcome.calibration.scenario.with_changes(
        outcome.calibration.changes(outcome.values), name="observed"
    )
    assert found.hash == made.hash
    before = load_scenario("observed").fitted  # what it was fitted to before stays said
    wanted = dict.fromkeys([*before.targets, "opening_total", "y2024_turnover"])
    assert found.fitted.targets == tuple(wanted)
    changes = outcome.calibration.changes(outcome.values)
    assert found.fitted.by_path == before.by_path | changes
    assert {check.name for check in checks_of(found) if check.use == "fitted"} == set(wanted)


def test_what_is_left_open_can_be_lived(
    calibration: Callable[..., Calibration], tmp_path: Path
) -> None:
    outcome = calibrate_into(calibration(trials=12, refinements=2), tmp_path / "out", workers=1)
    sweep = load_plan(tmp_path / "out" / "outcome" / "uncertainty.yaml")
    rows = rows_of(sweep)
    assert len(rows) == 20
    for one in outcome.parameters:
        drawn = [float(row[one.name]) for row in rows]
        assert min(drawn) < one.value < max(drawn)
        reach = 0.75 * (one.high - one.low)  # of 20 draws one or so lies outside 95%
        assert all(one.low - reach <= value <= one.high + reach for value in drawn)
        assert max(drawn) - min(drawn) > 0.4 * (one.high - one.low)
    assert len({point.scenario_hash for point in points_of(sweep)}) == 20


def test_a_folder_that_was_changed_or_is_over_is_refused(
    calibration: Callable[..., Calibration], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    calibrate_into(calibration(trials=6), folder, workers=1)
    with pytest.raises(InputError, match="is over"):
        resume_calibration(folder)
    with pytest.raises(InputError, match="holds"):
        calibrate_into(calibration(trials=6), folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("trials: 6", "trials: 7"))
    with pytest.raises(InputError, match="were changed"):
        opened(folder)
    (folder / JOURNAL).write_text("nothing of ours\n")
    manifest.write_text(manifest.read_text().replace("trials: 7", "trials: 6"))
    (folder / "outcome" / "scenario.yaml").unlink()
    for left in (folder / "outcome").iterdir():
        left.unlink()
    (folder / "outcome").rmdir()
    with pytest.raises(InputError, match="line 1"):
        resume_calibration(folder, workers=1)


def test_searching_is_the_same_whoever_evaluates(calibration: Callable[..., Calibration]) -> None:
    plan = calibration(trials=12)
    targets = targets_of(plan)

    def backwards(trials):  # type: ignore[no-untyped-def]
        rows = [
            [linear(plan, trial.places, trial.borrowers, seed) for seed in trial.seeds]
            for trial in reversed(trials)
        ]
        return rows[::-1]

    once = search(plan, targets, evaluation.Evaluations(plan, 1, lambda _: None), lambda _: None)
    again = search(plan, targets, backwards, lambda _: None)
    assert [one.trial for one in once] == [one.trial for one in again]
