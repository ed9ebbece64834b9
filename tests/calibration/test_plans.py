"""Calibration plans: what they may say, and what is refused in one line."""

import sys
from pathlib import Path

import pytest

from sim.calibration.plan import FreeParameter, find_calibrations, load_calibration
from sim.cli import main
from sim.core.errors import InputError

PLAN = """
title: two parameters
parameters:
  appetite: {path: segments.consumer.appetite, low: 1.5, high: 2.8}
  spells: {path: behaviour.spell_hazard, low: 0.05, high: 0.12, scale: log}
targets:
  opening_total: {}
search: {trials: 4, starts: 1, batch: 2}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text)
    return path


def test_every_plan_of_the_library_is_read_and_fits_its_scenario() -> None:
    names = [name for name, _ in find_calibrations()]
    assert {"observed_2024", "report_outlook"} <= set(names)
    for name in names:
        calibration = load_calibration(name)
        assert all(0.0 <= place <= 1.0 for place in calibration.start())


def test_places_and_values_answer_to_each_other() -> None:
    free = FreeParameter(path="a.b", low=0.01, high=0.16, scale="log")
    assert free.value_at(0.0) == 0.01
    assert free.value_at(1.0) == 0.16
    assert free.value_at(0.5) == pytest.approx(0.04)
    assert free.place_of(free.value_at(0.3)) == pytest.approx(0.3, abs=1e-5)


def test_whole_numbers_stay_whole() -> None:
    free = FreeParameter(path="a.b", low=7, high=18, whole=True)
    assert [free.value_at(place) for place in (0.0, 0.5, 1.0)] == [7, 12, 18]
    assert isinstance(free.value_at(0.5), int)  # months are refused as fractions
    assert free.value_at(free.place_of(9)) == 9


def test_another_scenario_starts_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "hungry.yaml").write_text(
        "extends: observed\nsegments: {consumer: {appetite: 2.4}}\n"
    )
    path = written(tmp_path, PLAN)
    own = load_calibration(path)
    other = load_calibration(path, str(tmp_path / "hungry.yaml"))
    assert other.start()[0] > own.start()[0]
    assert other.start()[1] == own.start()[1]
    assert other.hash != own.hash


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("opening_total", "opening_totl", "Did you mean 'opening_total'?"),
        ("opening_total: {}", "fact_multi3: {}", "nothing may be fitted to"),
        ("opening_total: {}", "opening_total: {weight: 0}", "all weights are 0"),
        ("low: 1.5, high: 2.8", "low: 2.8, high: 1.5", "not below high"),
        ("low: 0.05", "low: 0.0", "on a log scale"),
        ("segments.consumer.appetite", "segments.consumr.appetite", "segments.consumr"),
        ("segments.consumer.appetite", "behaviour.spell_hazard", "is there twice"),
        ("segments.consumer.appetite", "segments.consumer", "no number to calibrate"),
        ("high: 2.8", "high: 2000", "parameters.appetite"),
        ("trials: 4", "trials: 0", "search.trials"),
        ("title: two parameters\n", "", "title"),
    ],
)
def test_what_cannot_be_used_is_one_message(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, PLAN.replace(old, new))
    assert main(["calibrate", str(path), "--out", str(tmp_path / "out")]) == 2
    errors = capsys.readouterr().err.strip()
    assert message in errors
    assert len(errors.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a calibration plan"),
        (["observed_2023"], "Did you mean 'observed_2024'?"),
        (["observed_2024", "--resume", "somewhere"], "or give --resume"),
        (["--resume", "nowhere"], "holds no calibration"),
        (["observed_2024", "--workers", "0"], "workers is 0"),
    ],
)
def test_wrong_calls_are_one_message(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_plan_beside_a_scenario_finds_it(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("extends: observed\n")
    path = written(tmp_path, f"scenario: own.yaml{PLAN}")
    assert load_calibration(path).scenario.name == "own"
    with pytest.raises(InputError, match="there is no file"):
        load_calibration(tmp_path / "none.yaml")


def test_without_its_library_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder left behind would refuse the second try, made with the library installed."""
    monkeypatch.setitem(sys.modules, "optuna", None)
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", "observed_2024", "--out", "runs/fit"]) == 2
    assert "pip install cmaes optuna" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
