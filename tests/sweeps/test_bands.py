"""Luck and parameters told apart: made-up runs whose variances are known, and a calibration's."""

import math
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.plan import FreeParameter
from sim.calibration.posterior import POSTERIOR, Posterior, between_bounds, posterior_text
from sim.cli import main
from sim.core.errors import InputError
from sim.sweeps.bands import bands, split
from sim.sweeps.design import rows_of
from sim.sweeps.factors import Level
from sim.sweeps.plan import load_plan, sweep_from_texts
from sim.sweeps.points import points_of
from sim.sweeps.study import Study
from tests.sweeps.small_sweep import made_up, plan_file

PLAN = """
title: What is not known
question: Luck or parameters?
bases: [short.yaml]
factors:
  cap: {path: policy.apr_cap.steps.2024-03.level, label: cap, list: [36%, 24%]}
design: {kind: posterior, calibration: found, points: 40, seed: 3}
seeds: 6
borrowers: 300
months: 12
outputs: [hhi, balance, default_rate_12m]
"""

FREE = {
    "saving": FreeParameter(path="behaviour.saving", low=0.15, high=0.35),
    "walking": FreeParameter(path="behaviour.walk_rate", low=0.003, high=0.03, scale="log"),
}


def posterior(
    information: list[list[float]], centre: tuple[float, float] = (0.5, 0.4)
) -> Posterior:
    return Posterior("mine 0123", FREE, np.array(centre), np.array(information))


def planned(folder: Path, text: str = PLAN) -> Path:
    """A plan beside the outcome of a calibration."""
    path = plan_file(folder, text)
    (folder / "found" / "outcome").mkdir(parents=True, exist_ok=True)
    kept = posterior_text(posterior([[100.0, 40.0], [40.0, 50.0]]))
    (folder / "found" / "outcome" / POSTERIOR).write_text(kept)
    return path


# --- draws ---------------------------------------------------------------------------------------


def test_draws_have_the_spread_and_the_correlation_of_the_posterior() -> None:
    information = np.array([[400.0, 150.0], [150.0, 200.0]])
    places = posterior(information.tolist()).places(1500, seed=1)
    expected = np.linalg.inv(information)
    assert np.allclose(places.mean(axis=0), (0.5, 0.4), atol=0.01)
    assert np.allclose(np.cov(places.T), expected, rtol=0.15, atol=3e-4)


def test_what_the_data_do_not_know_is_drawn_evenly_between_the_bounds() -> None:
    places = posterior([[400.0, 0.0], [0.0, 0.0]]).places(1500, seed=1)
    assert np.std(places[:, 0]) == pytest.approx(0.05, rel=0.1)
    assert np.quantile(places[:, 1], (0.1, 0.5, 0.9)) == pytest.approx((0.1, 0.5, 0.9), abs=0.04)


def test_draws_keep_to_the_bounds_and_come_again() -> None:
    edge = posterior([[25.0, 0.0], [0.0, 25.0]], centre=(0.0, 1.0))
    draws = edge.draws(200, seed=2)
    assert all(0.15 <= draw["saving"] <= 0.35 for draw in draws)
    assert all(0.003 <= draw["walking"] <= 0.03 for draw in draws)
    assert draws == edge.draws(200, seed=2)
    assert draws != edge.draws(200, seed=3)


def test_a_normal_number_between_bounds_is_exact_far_out() -> None:
    assert between_bounds(0.5, 0.1, 0.5) == pytest.approx(0.5)
    assert between_bounds(-2.0, 0.1, 0.5) == pytest.approx(0.0035, abs=0.0005)
    assert between_bounds(3.0, 0.1, 0.5) == pytest.approx(1.0 - 0.0035, abs=0.0005)
    assert between_bounds(-9.0, 0.01, 0.5) == 0.0


# --- plans ---------------------------------------------------------------------------------------


def test_every_draw_is_lived_with_every_combination_of_the_factors(tmp_path: Path) -> None:
    sweep = load_plan(planned(tmp_path))
    rows = rows_of(sweep)
    assert len(rows) == 2 * 40
    assert [row["cap"] for row in rows] == [0.36] * 40 + [0.24] * 40
    pairs = [(row["saving"], row["walking"]) for row in rows]
    assert pairs[:40] == pairs[40:]  # the same draws, so that caps are compared pair by pair
    assert len(set(pairs)) == 40
    assert np.corrcoef(np.array(pairs[:40], dtype=float).T)[0, 1] < -0.2
    changed = points_of(sweep)[5]
    assert changed.levels["saving"] == rows[5]["saving"]


def test_a_plan_that_was_read_needs_the_calibration_no_more(tmp_path: Path) -> None:
    sweep = load_plan(planned(tmp_path))
    (tmp_path / "found" / "outcome" / POSTERIOR).unlink()
    bases = {name: base.text for name, base in sweep.bases.items()}
    again = sweep_from_texts(sweep.name, sweep.text, bases)
    assert again.hash == sweep.hash
    assert rows_of(again) == rows_of(sweep)
    with pytest.raises(InputError, match=POSTERIOR):
        load_plan(tmp_path / "small.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("calibration: found, ", "", "calibration"),
        ("kind: posterior, calibration: found, points: 40", "kind: full, calibration: x", "says"),
        ("  cap: {", "  saving: {", "the calibration draws"),
        ("calibration: found, points: 40, seed: 3", "calibration: found", "points"),
        ("list: [36%, 24%]", "range: {low: 24%, high: 36%}", "cannot exhaust"),
    ],
)
def test_wrong_plans_are_one_message(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as refused:
        load_plan(planned(tmp_path, PLAN.replace(old, new)))
    assert "\n" not in str(refused.value)


def test_a_damaged_posterior_is_refused(tmp_path: Path) -> None:
    path = planned(tmp_path)
    (tmp_path / "found" / "outcome" / POSTERIOR).write_text('{"kind": "posterior", "format": 1}')
    with pytest.raises(InputError, match="damaged"):
        load_plan(path)


# --- bands ---------------------------------------------------------------------------------------


def test_the_split_finds_variances_that_are_known() -> None:
    random = np.random.default_rng(5)
    points, seeds = 400, 60
    figures = (
        7.0
        + 3.0 * random.normal(size=(points, 1))
        + 2.0 * random.normal(size=(1, seeds))
        + 1.0 * random.normal(size=(points, seeds))
    )
    found = split(figures)
    assert found.parameters == pytest.approx(3.0, rel=0.08)
    assert found.seeds == pytest.approx(math.sqrt(2.0**2 + 1.0), rel=0.2)
    assert found.share == pytest.approx(9.0 / 14.0, abs=0.08)


def test_luck_is_not_taken_for_parameters() -> None:
    random = np.random.default_rng(6)
    luck = random.normal(size=(200, 3))  # three seeds: means over them differ by luck alone
    found = split(luck)
    assert luck.mean(axis=1).std() > 0.5
    assert found.parameters < 0.35  # two standard errors of a variance that is none
    assert found.seeds == pytest.approx(1.0, rel=0.15)


def test_points_without_all_seeds_are_left_out() -> None:
    figures = np.array([[1.0, 2.0], [3.0, 4.0], [math.nan, 900.0]])
    assert split(figures).mean == 2.5
    assert math.isnan(split(figures[1:]).parameters)
    assert math.isnan(split(np.full((3, 2), math.nan)).mean)


def straight(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
    """HHI moves with a parameter and the seed, the balance with seeds, default with neither."""
    own = zlib.crc32(f"{seed} {levels['saving']} {levels['walking']}".encode()) / 2**32 - 0.5
    return {
        "hhi": 1000 * float(levels["saving"]) + 5 * math.sin(12.9898 * seed) + 2 * own,
        "balance": 1e12 * (1 + 0.1 * math.sin(78.233 * seed) + 0.05 * own),
        "default_rate_12m": 0.06 + 0.001 * month,
    }


def test_bands_of_a_sweep_say_where_the_uncertainty_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = Study(made_up(tmp_path / "out", planned(tmp_path), straight).path)
    table = bands(study, horizons=["year_2024"])
    assert list(table["cap"].unique()) == [0.36, 0.24]
    rows = table[table["cap"] == 0.24].set_index("measure")
    values = [row["saving"] for row in rows_of(study.sweep)[:40]]
    deviation = 1000 * np.std(np.array(values, dtype=float), ddof=1)
    assert rows.loc["hhi", "sd_parameters"] == pytest.approx(deviation, rel=0.02)
    assert rows.loc["hhi", "share_parameters"] > 0.8
    assert rows.loc["balance", "share_parameters"] < 0.05
    assert rows.loc["default_rate_12m", "sd_seeds"] == pytest.approx(0.0, abs=1e-9)
    wide = rows.loc["hhi", "all_high"] - rows.loc["hhi", "all_low"]
    assert wide == pytest.approx(
        2 * 1.96 * math.hypot(rows.loc["hhi", "sd_parameters"], rows.loc["hhi", "sd_seeds"])
    )
    assert main(["sweep", "bands", str(study.path), "--measure", "hhi"]) == 0
    assert "bands.csv" in capsys.readouterr().out
    page = (study.path / "analysis" / "bands.html").read_text()
    assert "of the variance of a single run lies in the parameters" in page
    assert "seeds: one run at known parameters" in page


def test_bands_need_draws(tmp_path: Path) -> None:
    plain = PLAN.replace("design: {kind: posterior, calibration: found, points: 40, seed: 3}\n", "")
    study = Study(made_up(tmp_path / "out", plan_file(tmp_path, plain), lambda *_: {}).path)
    with pytest.raises(InputError, match="draws parameters"):
        bands(study)
