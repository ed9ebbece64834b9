"""Calibrating on the model's own figures finds the parameters that made them."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.calibration.calibrating import calibrate
from sim.calibration.evaluation import Evaluations, Trial, means
from sim.calibration.plan import Calibration, CalibrationPlan, load_calibration
from sim.core.parameters import as_plain

PLAN = """
title: the model's own figures
parameters:
  appetite: {path: segments.consumer.appetite, low: 1.6, high: 3.0}
  prepayment: {path: behaviour.prepay, low: 4%, high: 30%, scale: log}
targets:
  opening_total: {tolerance: 5.0e+10}
  y2024_turnover: {tolerance: 0.1}
  y2024_balance_bigtech: {tolerance: 1.5e+11}
  y2024_balance_internet_bank: {tolerance: 5.0e+10}
search: {sampler: cmaes, trials: 12, starts: 1, batch: 6, refinements: 2}
borrowers: 8000
seeds: 4
months: 12
confirm: {borrowers: 8000, seeds: 2}
"""
"""Tolerances are about the deviation of a mean over four seeds of 8,000 borrowers: the figures to
be met have luck of their own."""

TRUTH = (0.7, 0.25)
"""Where in the unit cube the figures are made; the scenario stands elsewhere."""


@pytest.mark.slow
def test_known_parameters_are_found_again_within_their_intervals(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    blank = load_calibration(path)
    lived = Evaluations(blank, 1, lambda _: None)
    [figures] = lived([Trial(TRUTH, 8_000, (101, 102, 103, 104))])  # another luck
    calibration = asking_for(blank, means(figures))
    outcome = calibrate(calibration, workers=2)
    assert outcome.chosen.loss < 0.2 * outcome.trials[0].loss
    truth = calibration.values_at(TRUTH)
    for one in outcome.parameters:
        assert one.is_identified
        assert one.low <= truth[one.name] <= one.high, one


def asking_for(calibration: Calibration, figures: list[float]) -> Calibration:
    """The calibration with other figures as its targets."""
    plain = as_plain(calibration.plan)
    for section, figure in zip(plain["targets"].values(), figures, strict=True):
        section["value"] = figure
    return replace(calibration, plan=CalibrationPlan.model_validate(plain))
