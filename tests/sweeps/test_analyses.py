"""Analyses find what was put in: made-up runs whose effects, indices and fronts are known."""

import csv
import io
import json
import math
import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.sweeps import figures as draw
from sim.sweeps.design import rows_of
from sim.sweeps.discovery import discover
from sim.sweeps.effects import effects
from sim.sweeps.factors import Level
from sim.sweeps.leave_one_out import error_over_seeds, half_width
from sim.sweeps.pareto_front import not_beaten, pareto
from sim.sweeps.reports import ANALYSES, write_finding
from sim.sweeps.resampling import bootstrap
from sim.sweeps.robustness import _high_regrets, robustness
from sim.sweeps.sensitivity import Sample, _notes, indices, sensitivity
from sim.sweeps.study import Study
from sim.sweeps.surface import surface
from sim.sweeps.thresholds import threshold_of
from tests.sweeps.small_sweep import PLAN, Made, made_up, plan_file

SEEDS = PLAN.replace("seeds: 2", "seeds: 12").replace("months: 5", "months: 24")


def luck(seed: int, purpose: int) -> float:
    """A number between -1 and 1 that a seed always brings."""
    return math.sin(12.9898 * seed + 78.233 * purpose)


def linear(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
    """Effects that are known, one luck for all levels and a little that is a level's own."""
    cap, saving = float(levels["cap"]), float(levels["saving"])
    own = 0.1 * luck(seed, round(100 * cap)) * (month + 1) / 24
    return {
        "hhi": 1000 + 50 * luck(seed, 1) - 500 * cap + 100 * saving,
        "default_rate_12m": 0.06 + 0.1 * (saving - 0.2) * (cap == 0.12) + 0.001 * luck(seed, 2),
        "apr_new": 0.2 + 0.01 * luck(seed, 3) + 0.01 * own,
        "borrowers_active": 2e8 * (1 + cap) * (1 + 0.01 * month),
    }


def study_made(tmp_path: Path, text: str, figures: Made) -> Study:
    return Study(made_up(tmp_path / "out", plan_file(tmp_path, text), figures).path)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_made(tmp_path_factory.mktemp("full"), SEEDS, linear)


# --- figures -------------------------------------------------------------------------------------


def test_figures_are_means_over_their_months(full: Study) -> None:
    measures = [full.measure("borrowers_active")]
    found = full.figures(measures, [full.horizon("month_12"), full.horizon("year_2025")])
    assert found.shape == (6, 12, 2, 1)
    assert found[0, 0, 0, 0] == pytest.approx(2e8 * 1.36 * 1.11)
    assert found[0, 0, 1, 0] == pytest.approx(2e8 * 1.36 * (1 + 0.01 * 17.5))


def test_prices_are_weighted_and_months_without_loans_left_out(tmp_path: Path) -> None:
    import pyarrow.parquet

    from sim.measures import OF_MARKET
    from sim.sweeps.study import _figures

    path = tmp_path / "run.parquet"
    columns = {"apr_new": [0.1, None, 0.4], "weight_apr_new": [3.0, 0.0, 1.0]}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    measure = next(m for m in OF_MARKET if m.name == "apr_new")
    found = _figures(path, [measure], np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]]))
    assert found[0, 0] == pytest.approx((3 * 0.1 + 0.4) / 4)
    assert math.isnan(found[1, 0])


# --- effects -------------------------------------------------------------------------------------


def test_effects_are_those_put_in(full: Study) -> None:
    table = effects(full, measures=["hhi"], horizons=["year_2024"])
    rows = table.set_index(["factor", "level"])
    assert rows.loc[("cap", 0.18), "effect"] == pytest.approx(500 * 0.18)
    assert rows.loc[("cap", 0.12), "effect"] == pytest.approx(500 * 0.24)
    assert rows.loc[("saving", 0.3), "effect"] == pytest.approx(10)
    assert (table["seeds"] == 12).all()
    # The luck is the same at all levels: nothing is left of it in a difference.
    assert table["t_high"].tolist() == pytest.approx(table["t_low"].tolist())
    assert table["bootstrap_high"].tolist() == pytest.approx(table["bootstrap_low"].tolist())


def test_an_interaction_shows_where_levels_are_kept_apart(full: Study) -> None:
    settings = {"measures": ["default_rate_12m"], "horizons": ["year_2025"], "factors": ["saving"]}
    (averaged,) = effects(full, **settings)["effect"]
    apart = effects(full, **settings, by=["cap"]).set_index("cap")["effect"]
    assert averaged == pytest.approx(0.01 / 3)
    assert apart[0.12] == pytest.approx(0.01)
    assert apart[0.36] == pytest.approx(0.0, abs=1e-12)
    other = effects(full, **settings, by=["cap"], against={"saving": 0.3})
    assert other.set_index("cap")["effect"][0.12] == pytest.approx(-0.01)


def test_common_luck_is_worth_more_early_than_late(full: Study) -> None:
    table = effects(full, measures=["apr_new"], factors=["cap"])
    worth = table[table["level"] == 0.12].set_index("horizon")["variance_ratio"]
    assert worth["month_12"] > worth["month_24"] > 50


def test_two_intervals_of_one_mean_nearly_agree(full: Study) -> None:
    table = effects(full, measures=["apr_new"], horizons=["month_24"], factors=["cap"])
    width = table["t_high"] - table["t_low"]
    resampled = table["bootstrap_high"] - table["bootstrap_low"]
    assert ((resampled / width > 0.6) & (resampled / width < 1.1)).all()


def test_the_bootstrap_covers_as_often_as_it_says() -> None:
    from scipy.stats import expon

    # 400 samples of 30 skewed numbers; a coverage of 0.95 has a standard error of 0.011.
    draws = expon.rvs(size=(30, 400), random_state=7)
    low, high = bootstrap(draws, median=False)
    assert 0.90 <= ((low <= 1.0) & (high >= 1.0)).mean() <= 0.98
    low, high = bootstrap(draws, median=True)
    middle = math.log(2)
    assert 0.90 <= ((low <= middle) & (high >= middle)).mean() <= 0.99


def test_a_seed_without_a_figure_says_nothing() -> None:
    draws = np.array([[1.0, 1.0], [2.0, np.nan], [3.0, 3.0], [4.0, 4.0], [0.0, 0.0]])
    low, high = bootstrap(draws, median=False)
    without, _ = bootstrap(draws[[0, 2, 3, 4]], median=False)
    assert low[1] == without[1]
    assert low[0] != low[1]
    assert (low < high).all()
    assert np.isnan(bootstrap(draws[:2], median=False)[0]).all()


def test_effects_of_one_horizon_stand_one_beneath_the_other(full: Study) -> None:
    measure, horizon = full.measure("hhi"), full.horizon("year_2024")
    rows = effects(full, measures=["hhi"], horizons=["year_2024"])
    rows = rows.assign(_line=[f"line {place}" for place in range(len(rows))])
    (trace,) = draw.effects_figure(rows, measure, [horizon])["data"]
    assert trace["x"] == pytest.approx(rows["effect"].tolist())
    assert trace["y"] == rows["_line"].tolist()


def test_a_report_has_room_for_its_charts(full: Study, tmp_path: Path) -> None:
    finding = ANALYSES["surface"](full, {"measures": ["hhi"]})
    _, report = write_finding(full, finding, tmp_path)
    height = finding.cards[0].figure["layout"]["height"]
    assert height > 340
    assert f"#card_hhi-figure {{ height: {height}px; }}" in report.read_text()


# --- sensitivity ---------------------------------------------------------------------------------

SAMPLED = """
title: Three numbers
question: Which matters?
bases: [short.yaml]
factors:
  a: {path: behaviour.saving, range: {low: 0%, high: 100%}}
  b: {path: behaviour.prepay, range: {low: 0%, high: 100%}}
  c: {path: search.shop_around, range: {low: 0%, high: 100%}}
design: DESIGN
seeds: 1
borrowers: 300
months: 12
outputs: [hhi, default_rate_12m, borrowers_active]
"""


def ishigami(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
    """The function of Ishigami and Homma (1990), whose indices are known, a = 7, b = 0.1."""
    x, y, z = (math.pi * (2 * float(levels[name]) - 1) for name in "abc")
    value = math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)
    return {"hhi": value, "default_rate_12m": float(levels["a"]), "borrowers_active": 0.0}


def test_sobol_indices_are_those_of_a_known_function(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: sobol, points: 128}")
    study = study_made(tmp_path, text, ishigami)
    table = sensitivity(study, measures=["hhi"]).set_index(["index", "factor"])
    known = {
        ("S1", "a"): 0.314, ("S1", "b"): 0.442, ("S1", "c"): 0.0,
        ("ST", "a"): 0.558, ("ST", "b"): 0.442, ("ST", "c"): 0.244,
    }  # fmt: skip
    for key, value in known.items():
        assert table.loc[key, "value"] == pytest.approx(value, abs=0.12)
        assert table.loc[key, "low"] <= value <= table.loc[key, "high"]
    assert (table["blocks"] == 128).all()
    assert (table["left_out"] == 0).all()


def test_morris_finds_what_matters_and_leaves_out_broken_trajectories(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: morris, points: 10}")

    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        a, b = float(levels["a"]), float(levels["b"])
        return {"hhi": 100 * a + 10 * b, "default_rate_12m": a * b}

    store = made_up(tmp_path / "out", plan_file(tmp_path, text), figures)
    table = sensitivity(store.path, measures=["hhi"]).set_index(["index", "factor"])
    assert [table.loc[("mu_star", name), "value"] for name in "abc"] == pytest.approx([100, 10, 0])
    assert [table.loc[("sigma", name), "value"] for name in "abc"] == pytest.approx([0, 0, 0])
    store.data_file(store.points[0].scenario_hash, 1).unlink()
    store.verify()
    store.start_saving()
    (store.path / "journal.jsonl").write_text("")
    store.stop_saving()
    with pytest.raises(InputError, match="no run is done"):
        sensitivity(store.path)


def test_a_missing_run_costs_its_trajectory_only(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: morris, points: 10}")
    store = made_up(tmp_path / "out", plan_file(tmp_path, text), ishigami)
    lines = (store.path / "journal.jsonl").read_text().splitlines(keepends=True)
    (store.path / "journal.jsonl").write_text("".join(lines[:-1]))
    table = sensitivity(store.path, measures=["hhi"])
    assert set(table["left_out"]) == {1}
    assert set(table["blocks"]) == {9}


def test_indices_of_another_sample_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: sobol, points: 16}")
    study = study_made(tmp_path, text, ishigami)
    drawn = rows_of(study.sweep)
    nearly = [row | {"a": float(row["a"]) * (1 + 1e-12)} for row in drawn]
    for rows, refused in ((nearly, False), ([*drawn[1:], drawn[0]], True), (drawn[:-1], True)):
        monkeypatch.setattr("sim.sweeps.sensitivity.rows_of", lambda _, rows=rows: rows)
        with pytest.raises(InputError, match="another sample") if refused else nullcontext():
            sensitivity(study, measures=["hhi"])


@pytest.mark.parametrize(
    ("design", "note"),
    [
        ("{kind: sobol, points: 8}", "unusable: 8 blocks, fewer than 32"),
        ("{kind: morris, points: 3}", "unusable: 3 blocks, fewer than 4"),
        ("{kind: morris, points: 20}", ""),
    ],
)
def test_a_note_says_which_indices_are_unusable(design: str, note: str, tmp_path: Path) -> None:
    study = study_made(tmp_path, SAMPLED.replace("DESIGN", design), ishigami)
    notes = sensitivity(study, measures=["default_rate_12m"])["note"]  # `a` itself
    assert notes.str.startswith(note).all() if note else (notes == "").all()


@pytest.mark.parametrize(
    ("kind", "value", "width", "note"),
    [
        ("sobol", 0.4, 0.49, ""),
        ("sobol", 0.4, 0.51, "unusable: interval wider than 0.5; raise design.points"),
        ("sobol", 1.01, 0.1, "unusable: a share above 1"),
        ("morris", 40.0, 49.0, ""),
        ("morris", 40.0, 51.0, "unusable: interval wider than 0.5 of the largest mu_star"),
    ],
)
def test_wide_intervals_and_shares_above_one_are_unusable(
    kind: str, value: float, width: float, note: str
) -> None:
    index = "mu_star" if kind == "morris" else "S1"
    errors = {"error_points": 1.0, "error_seeds": 0.9}
    most = {"factor": "b", "index": index, "value": 100.0, "low": 100.0, "high": 100.0} | errors
    ends = {"low": value - width, "high": value}
    row = {"factor": "a", "index": index, "value": value} | ends | errors
    found = _notes([row, most], kind, 64)[0]
    assert found.startswith(note) if note else found == ""
    other = _notes([row | {"error_seeds": 1.1}, most], kind, 64)[0]
    assert ("raise seeds" in other) == ("interval wider" in found)


def tilted(places: "np.ndarray", tilts: "np.ndarray", shared: "np.ndarray") -> "np.ndarray":
    """[points, seeds] a sum in which a seed makes the first factor matter more, or less.

    Its indices at a mean tilt t: mu_star of it 1 + t; S1 of it (1 + t)**2 / ((1 + t)**2 + 1).
    """
    return np.outer(places[:, 0], 1 + tilts) + places[:, [1]] + shared


def sample_of(kind: str, points: int) -> Sample:
    from SALib.sample import morris, sobol

    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    draw = morris if kind == "morris" else sobol
    options = {} if kind == "morris" else {"calc_second_order": False}
    return Sample(kind, problem, draw.sample(problem, points, seed=1, **options))


@pytest.mark.parametrize(("kind", "index"), [("morris", "mu_star"), ("sobol", "S1")])
def test_intervals_cover_what_endless_seeds_would_bring(
    kind: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.sweeps.sensitivity.RESAMPLES", 50)
    points, true = {"morris": (8, 1.0), "sobol": (1024, 0.5)}[kind]
    sample = sample_of(kind, points)
    generator = np.random.Generator(np.random.PCG64(11))
    covered, over_points = 0, 0
    for _ in range(100):  # a coverage of 0.95 has a standard error of 0.022
        tilts, shared = generator.normal(0, 0.4, 5), generator.normal(0, 9.0, 5)
        rows, *_ = indices(sample, tilted(sample.places, tilts, shared), "hhi")
        row = next(row for row in rows if row["index"] == index)
        covered += row["low"] <= true <= row["high"]
        over_points += abs(row["value"] - true) <= 1.96 * row["error_points"]
    assert 88 <= covered <= 100
    assert over_points < 70  # what points alone would have said


def test_luck_that_all_points_share_widens_nothing() -> None:
    for kind in ("morris", "sobol"):
        sample = sample_of(kind, 16)
        shared = np.array([5.0, -3.0, 0.5])
        rows, *_ = indices(sample, tilted(sample.places, np.zeros(3), shared), "hhi")
        for row in rows:
            assert row["error_seeds"] == pytest.approx(0.0, abs=1e-9)
        (one, *_), *_ = indices(sample, tilted(sample.places, np.zeros(1), shared[:1]), "hhi")
        assert math.isnan(one["error_seeds"])
        assert one["high"] >= one["value"]


def test_the_error_of_a_mean_is_the_usual_one() -> None:
    values = np.array([[3.0, 1.0, 4.0, 1.5], [0.0, 0.0, 8.0, 0.0]])
    errors = error_over_seeds(lambda some: some.mean(axis=-1), values)
    assert errors == pytest.approx(values.std(axis=1, ddof=1) / 2)
    # One error alone: its own degrees of freedom; both alike: of all together.
    assert half_width(0.0, 9, 1.0, 3) == pytest.approx(4.303, abs=1e-3)
    assert half_width(1.0, 9, math.nan, 1) == pytest.approx(2.306, abs=1e-3)
    assert half_width(1.0, 9, 1.0, 9) == pytest.approx(math.sqrt(2) * 2.120, abs=1e-3)


# --- surfaces ------------------------------------------------------------------------------------


def test_a_surface_is_the_quadratic_put_in(tmp_path: Path) -> None:
    import pandas

    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 40}")

    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        a, b, c = (float(levels[name]) for name in "abc")
        return {"hhi": 5 + 3 * a - 2 * b + a * b + 4 * c * c}

    study = study_made(tmp_path, text, figures)
    found = surface(study, "hhi")
    assert found.r2 == pytest.approx(1.0)
    assert found.q2 == pytest.approx(1.0)
    levels = pandas.DataFrame({"a": [0.2, 0.9], "b": [0.3, 0.1], "c": [0.5, 0.7]})
    expected = [5 + 0.6 - 0.6 + 0.06 + 1.0, 5 + 2.7 - 0.2 + 0.09 + 4 * 0.49]
    assert found.at(levels).tolist() == pytest.approx(expected)


def test_a_surface_does_not_predict_what_is_noise(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 40}").replace("seeds: 1", "seeds: 6")
    study = study_made(
        tmp_path,
        text,
        lambda levels, seed, _: {"hhi": luck(round(1e6 * float(levels["a"])), 5 + seed)},
    )
    found = surface(study, "hhi")
    assert found.q2 < 0.3 < 1.0
    terms = found.coefficients[found.coefficients["term"] != "constant"]
    covered = (terms["low"] <= 0) & (terms["high"] >= 0)
    assert covered.mean() >= 0.7


def test_luck_that_seeds_bring_to_all_points_is_in_the_intervals(full: Study) -> None:
    """It leaves no trace around the surface; only other seeds tell of it."""
    found = surface(full, "hhi", horizon="year_2024")
    rows = found.coefficients.set_index("term")
    lucks = 50 * np.array([luck(seed, 1) for seed in range(1, 13)])
    half = 2.201 * lucks.std(ddof=1) / 12**0.5  # t at 11 degrees of freedom
    wide = rows["high"] - rows["low"]
    assert wide["constant"] == pytest.approx(2 * half, rel=1e-3)
    assert wide["cap"] == pytest.approx(0.0, abs=1e-6)  # of a slope the same luck cancels


def test_one_seed_has_no_intervals(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 40}")
    assert surface(study_made(tmp_path, text, ishigami), "hhi").coefficients["low"].isna().all()


def test_points_of_which_a_seed_is_missing_are_left_out(tmp_path: Path) -> None:
    store = made_up(tmp_path / "out", plan_file(tmp_path, SEEDS), linear)
    lines = (store.path / "journal.jsonl").read_text().splitlines(keepends=True)
    (store.path / "journal.jsonl").write_text("".join(lines[:-1]))
    study = Study(store.path)
    means = study.point_means([study.measure("hhi")], study.horizon("year_2024"))
    assert sorted(means["seeds"]) == [11, 12, 12, 12, 12, 12]
    assert means["hhi"].isna().tolist() == (means["seeds"] == 11).tolist()


def test_names_have_slopes_of_their_own_where_points_are_enough(tmp_path: Path) -> None:
    levels = "competition: {path: competition.preset, list: [low, high]}"
    text = PLAN.replace(
        "saving: {path: behaviour.saving, role: uncertainty, list: [20%, 30%]}", levels
    )
    text = text.replace("list: [36%, 18%, 12%]", "list: [36%, 24%, 18%, 12%]")
    study = study_made(
        tmp_path,
        text,
        lambda levels, *_: {
            "hhi": 100 + float(levels["cap"]) * (50 if levels["competition"] == "low" else 10)
        },
    )
    found = surface(study, "hhi")
    assert found.r2 == pytest.approx(1.0)
    assert "competition=high x cap" in found.coefficients["term"].tolist()
    figure = draw.surface_figure(found, "cap", None, study.words)
    curves = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [trace["name"] for trace in curves] == ["low", "high"]


def test_too_few_points_make_no_surface(full: Study, tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 8}")
    with pytest.raises(InputError, match="do not tell 10 terms"):
        surface(study_made(tmp_path, text, ishigami), "hhi")


# --- discovery -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_discovery_finds_the_box_put_in(method: str, tmp_path: Path) -> None:
    pytest.importorskip("ema_workbench", reason="needs the extra discovery")
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 400}")

    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        inside = float(levels["a"]) > 0.6 and float(levels["b"]) < 0.5
        return {"default_rate_12m": 0.09 if inside else 0.05}

    study = study_made(tmp_path, text, figures)
    table = discover(study, "default_rate_12m>7%", method=method)
    chosen = table[table["chosen"]].set_index("factor")
    assert set(chosen.index) == {"a", "b"}
    assert chosen.loc["a", "low"] == pytest.approx(0.6, abs=0.04)
    assert chosen.loc["b", "high"] == pytest.approx(0.5, abs=0.04)
    assert (chosen["coverage"] > 0.9).all()
    assert (chosen["density"] > 0.9).all()
    with pytest.raises(InputError, match="holds at no point"):
        discover(study, "default_rate_12m>20%")


def test_discovery_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 30}")
    study = study_made(tmp_path, text, ishigami)
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)
    assert main(["sweep", "discover", str(study.path), "default_rate_12m>0.5"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "VERSION.whl[discovery]'" in told


def test_conditions_are_read_not_evaluated() -> None:
    assert str(threshold_of("default_rate_12m <= 7%")) == "default_rate_12m<=7%"
    assert threshold_of("hhi>1e3").limit == 1000
    for text in ("hhi", "hhi>", "hhi>__import__('os')", "1<hhi", "hhi>1 or 1", "hhi>1e"):
        with pytest.raises(InputError):
            threshold_of(text)


# --- robustness and fronts -----------------------------------------------------------------------


def test_regret_is_that_worked_out_by_hand(tmp_path: Path) -> None:
    figures = {
        (0.36, 0.2): 5.0, (0.36, 0.3): 9.0,
        (0.18, 0.2): 6.0, (0.18, 0.3): 7.0,
        (0.12, 0.2): 9.0, (0.12, 0.3): 6.0,
    }  # fmt: skip
    study = study_made(
        tmp_path, PLAN, lambda levels, *_: {"hhi": figures[levels["cap"], levels["saving"]]}
    )
    table = robustness(study, aims=["hhi:min"], thresholds=["hhi<=7"]).set_index("cap")
    assert table["regret_max"].to_dict() == {0.36: 3.0, 0.18: 1.0, 0.12: 4.0}
    assert table["regret_mean"].to_dict() == {0.36: 1.5, 0.18: 1.0, 0.12: 2.0}
    assert table["worst"].to_dict() == {0.36: 9.0, 0.18: 7.0, 0.12: 9.0}
    assert table["satisficing"].to_dict() == {0.36: 0.5, 0.18: 1.0, 0.12: 0.5}
    most = robustness(study, aims=["hhi:max"]).set_index("cap")
    assert most["regret_max"].to_dict() == {0.36: 4.0, 0.18: 3.0, 0.12: 3.0}
    turned = robustness(study, aims=["hhi:min"], levers=["saving"])
    assert turned["futures"].tolist() == [3, 3]
    assert table["seeds"].tolist() == [2, 2, 2]


def test_intervals_of_robustness_are_over_seeds(tmp_path: Path) -> None:
    from sim.paired_statistics import mean_interval

    text = PLAN.replace("seeds: 2", "seeds: 6")
    fails_after = {0.36: 0, 0.18: 3, 0.12: 9}  # with a cap of 18%, seeds 4 to 6 fail

    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        cap = float(levels["cap"])
        own = 1000 * cap * seed if levels["saving"] == 0.3 else 0.0
        return {
            "hhi": 100 * seed + own,
            "default_rate_12m": 0.05 + 0.03 * (seed > fails_after[cap]),
        }

    study = study_made(tmp_path, text, figures)
    wanted = ["default_rate_12m<=7%"]
    table = robustness(study, aims=["hhi:min"], thresholds=wanted).set_index("cap")
    assert (table["seeds"] == 6).all()
    for cap in (0.36, 0.18, 0.12):  # what a seed does to all policies alike leaves regret alone
        regret = mean_interval([(cap - 0.12) * 500 * seed for seed in range(1, 7)])
        found = table.loc[cap]
        assert found["regret_mean"] == pytest.approx((cap - 0.12) * 500 * 3.5)
        assert found["regret_mean_low"] == pytest.approx(max(0.0, regret.low))
        assert found["regret_mean_high"] == pytest.approx(regret.high)
    assert table["satisficing"].to_dict() == {0.36: 0.0, 0.18: 0.5, 0.12: 1.0}
    share = mean_interval([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    assert table.loc[0.18, "satisficing_low"] == pytest.approx(max(0.0, share.low))
    assert table.loc[0.18, "satisficing_high"] == pytest.approx(min(1.0, share.high))
    # One future of two regrets anything: the worst regret is that of it, twice the mean.
    assert table.loc[0.36, "regret_max_high"] == pytest.approx(
        2 * mean_interval([0.24 * 500 * seed for seed in range(1, 7)]).high
    )
    fields = ("regret_mean", "regret_90", "regret_max", "satisficing")
    ends = [f"{field}_{end}" for field in fields for end in ("low", "high")]
    one = study_made(tmp_path / "one", PLAN.replace("seeds: 2", "seeds: 1"), figures)
    assert robustness(one, aims=["hhi:min"], thresholds=wanted)[ends].isna().all(axis=None)
    bare = robustness(study, aims=["hhi:min"])
    assert bare[["satisficing", "satisficing_low", "satisficing_high"]].isna().all(axis=None)


def test_intervals_of_high_regrets_cover_what_endless_seeds_would_bring() -> None:
    generator = np.random.Generator(np.random.PCG64(5))
    regret = np.array(
        [[0.0] * 6, [0.0, 1.0, 2.0, 3.0, 5.0, 10.0]]
    )  # of two policies in six futures
    true = {"regret_90": 7.5, "regret_max": 10.0}
    covered = dict.fromkeys(true, 0)
    for _ in range(300):  # a coverage of 0.95 has a standard error of 0.013
        shared, own = generator.normal(0, 9, 6), generator.normal(0, 1, (2, 6, 6))
        found = _high_regrets(regret[:, :, None] + shared + own)
        for name, value in true.items():
            covered[name] += found[f"{name}_low"][1] <= value <= found[f"{name}_high"][1]
    assert all(273 <= number <= 297 for number in covered.values())
    one = _high_regrets(regret[:, :, None])
    assert one["regret_max"] == [0.0, 10.0]
    assert all(math.isnan(end) for end in one["regret_max_high"] + one["regret_90_low"])


def test_a_threshold_without_a_figure_is_refused(tmp_path: Path) -> None:
    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        return {"hhi": 1000.0, "apr_new": math.nan if levels["cap"] == 0.12 else 0.2}

    study = study_made(tmp_path, PLAN, figures)
    with pytest.raises(InputError, match=r"apr_new<=30%: 4 runs without a figure for apr_new in"):
        robustness(study, aims=["hhi:min"], thresholds=["apr_new<=30%"])
    assert len(robustness(study, aims=["hhi:min"])) == 3


def test_futures_that_differ_by_policy_are_refused(tmp_path: Path) -> None:
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 30}").replace(
        "shop_around, range", "shop_around, role: uncertainty, range"
    )
    with pytest.raises(InputError, match="use a full grid"):
        robustness(study_made(tmp_path, text, ishigami), aims=["hhi:min"])


def test_a_front_holds_what_no_other_beats(tmp_path: Path) -> None:
    costs = np.array([[1.0, 5.0], [2.0, 2.0], [5.0, 1.0], [3.0, 3.0], [2.0, 2.0], [1.0, 6.0]])
    assert not_beaten(costs).tolist() == [True, True, True, False, True, False]
    by_cap = {0.36: (3.0, 9.0), 0.18: (2.0, 5.0), 0.12: (2.0, 4.0)}

    def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        access, default = by_cap[float(levels["cap"])]
        return {
            "borrowers_active": access,
            "default_rate_12m": default + (levels["saving"] == 0.3),
            "hhi": 1.0,
        }

    table = pareto(study_made(tmp_path, PLAN, figures))
    assert table[table["front"]][["cap", "saving"]].to_numpy().tolist() == [
        [0.36, 0.2],
        [0.12, 0.2],
    ]
    assert table["certainty"].tolist() == table["front"].astype(float).tolist()


# --- as commands, with reports -------------------------------------------------------------------

COMMANDS = {
    "effects": ["--measure", "hhi", "--by", "saving"],
    "surface": ["--measure", "hhi"],
    "robust": ["--threshold", "default_rate_12m<=7%"],
    "pareto": ["--aim", "borrowers_active:max", "--aim", "default_rate_12m:min"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_analysis_is_a_command_with_a_report(
    name: str, full: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    assert main(["sweep", name, str(full.path), *COMMANDS[name], "--out", str(out)]) == 0
    assert "Table:" in capsys.readouterr().out
    (table,) = out.glob("*.csv")
    (report,) = out.glob("*.html")
    assert len(table.read_text().splitlines()) > 2
    text = report.read_text()
    assert text.count("Plotly.newPlot(") >= 1
    assert "A small sweep" in text
    assert "NaN" not in text[text.rindex("<script>") :]


@pytest.mark.parametrize("design", ["{kind: sobol, points: 16}", "{kind: morris, points: 3}"])
def test_sensitivity_is_a_command_with_a_report(
    design: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = study_made(tmp_path, SAMPLED.replace("DESIGN", design), ishigami)
    assert main(["sweep", "sensitivity", str(study.path), "--measure", "hhi"]) == 0
    told, report = capsys.readouterr().out, study.path / "analysis" / "sensitivity.html"
    blocks = {"morris": 3, "sobol": 16}[study.sweep.plan.design.kind]
    for text in (told, report.read_text()):  # too few blocks: nobody may overlook it
        assert f"indices unusable: {blocks} blocks, fewer than" in text
    assert '"shape":["/"' in report.read_text().replace(" ", "")
    assert main(["sweep", "effects", str(study.path)]) == 2


def test_a_table_is_printed_for_programs_or_whole(
    full: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["sweep", "effects", str(full.path), "--measure", "hhi", "--factor", "cap"]
    assert main([*command, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["measure"] == "hhi"
    assert main([*command, "--by", "saving"]) == 0
    usual = capsys.readouterr().out
    assert "more rows)" in usual
    assert main([*command, "--by", "saving", "--verbose"]) == 0
    whole = capsys.readouterr().out
    assert "more rows)" not in whole
    assert len(whole.splitlines()) > len(usual.splitlines())
    assert main(["sweep", "status", str(full.path), "--format", "csv"]) == 0
    runs = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(runs) == 72
    assert {row["status"] for row in runs} == {"done"}
    assert main(["sweep", "plans", "--format", "json"]) == 0
    assert "cap_and_competition" in {row["name"] for row in json.loads(capsys.readouterr().out)}


def test_a_folder_that_is_not_there_may_be_misspelt(
    full: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    near = full.path.parent / "oot"
    for command in (["sweep", "status"], ["plot"]):
        assert main([*command, str(near)]) == 2
        told = capsys.readouterr().err
        assert f"there is no folder {near}" in told
        assert "Did you mean 'out'?" in told


def test_discovery_is_a_command_with_a_report(tmp_path: Path) -> None:
    pytest.importorskip("ema_workbench", reason="needs the extra discovery")
    text = SAMPLED.replace("DESIGN", "{kind: lhs, points: 60}")
    study = study_made(tmp_path, text, ishigami)
    assert main(["sweep", "discover", str(study.path), "hhi>5", "--method", "cart"]) == 0
    assert (study.path / "analysis" / "discovery.html").exists()


def test_a_report_gives_the_same_bytes_again(full: Study, tmp_path: Path) -> None:
    settings = {"measures": ["hhi", "apr_new"]}
    files = []
    for name in ("a", "b"):
        finding = ANALYSES["effects"](full, settings)
        files.append([path.read_bytes() for path in write_finding(full, finding, tmp_path / name)])
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["effects", "--measure", "hhj"], "Did you mean 'hhi'?"),
        (["effects", "--factor", "capp"], "Did you mean 'cap'?"),
        (["effects", "--factor", "cap", "--by", "cap"], "cap: nothing is left to compare"),
        (["effects", "--against", "cap=5"], "there are 36%, 18%, 12%"),
        (["effects", "--horizon", "month_13"], "no horizon 'month_13'"),
        (["pareto", "--aim", "hhi"], "write MEASURE:min or MEASURE:max"),
        (["pareto", "--aim", "hhi:min", "--aim", "hhi:max"], "hhi is an aim twice"),
        (["robust", "--threshold", "hhi"], "is no condition"),
        (["robust", "--threshold", "default_rate_12m<7"], "write default_rate_12m<7%"),
        (["robust", "--threshold", "hhi<7%"], "hhi is in points, not in per cent"),
        (["discover", "default_rate_12m>100%"], "6 design points are too few"),
        (["sensitivity"], "need a design morris or sobol"),
        (["surface", "--across", "nothing"], "nothing is no number that varies"),
        (["surface", "--across", "cap", "--up", "cap"], "cap cannot stand on both axes"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    arguments: list[str], said: str, full: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *options = arguments
    assert main(["sweep", command, str(full.path), *options]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert said in told


def test_names_given_again_count_once(full: Study) -> None:
    once = effects(full, measures=["hhi"], factors=["cap"], by=["saving"])
    again = effects(full, measures=["hhi"] * 2, factors=["cap"] * 2, by=["saving"] * 2)
    assert once.equals(again)


def test_before_a_point_is_whole_every_analysis_of_points_says_so(tmp_path: Path) -> None:
    study = study_made(tmp_path, SEEDS, linear)
    journal = study.path / "journal.jsonl"
    kept = [line for line in journal.read_text().splitlines() if json.loads(line)["seed"] < 4]
    journal.write_text("".join(f"{line}\n" for line in kept))
    part = Study(study.path)
    for ask in (
        lambda: pareto(part),
        lambda: surface(part, "hhi"),
        lambda: discover(part, "hhi>1000"),
    ):
        with pytest.raises(InputError, match="in all seeds; do the rest with: loansim sweep"):
            ask()
    assert set(effects(part, measures=["hhi"])["seeds"]) == {3}


@pytest.mark.slow
def test_ten_thousand_runs_are_analysed_in_ten_seconds(tmp_path: Path) -> None:
    """Each analysis as people start it, in processor time; memory: the most ever held."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > 0.5:
        pytest.skip(f"the machine is busy (load {busy:.1f}); a pace needs it idle")
    import shutil
    import subprocess

    caps = ", ".join(f"{number}%" for number in range(10, 35))
    text = (
        SEEDS.replace("36%, 18%, 12%", caps).replace("20%, 30%", "20%, 22%, 24%, 26%")
        .replace("seeds: 12", "seeds: 100").replace("months: 24", "months: 84")
    )  # fmt: skip
    text = text.replace("outputs: [hhi, default_rate_12m, apr_new, borrowers_active]\n", "")
    sweep = plan_file(tmp_path, text)
    made = made_up(tmp_path / "out", sweep, linear_once())
    assert made.tally().done == 10_000
    out, spent = str(tmp_path / "found"), {}
    for command in ("effects", "surface", "robust", "pareto", "export"):
        script = (
            "import resource, sys, time; from sim.cli import main\n"
            f"code = main(['sweep', {command!r}, sys.argv[1], '--out', sys.argv[2]])\n"
            "used = resource.getrusage(resource.RUSAGE_SELF)\n"
            "print(code, time.process_time(), used.ru_maxrss)"
        )
        goal = f"{out}.parquet" if command == "export" else out
        told = subprocess.run(
            [sys.executable, "-c", script, str(made.path), goal],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        code, seconds, kibibytes = told.stdout.splitlines()[-1].split()
        assert int(code) == 0, command
        spent[command] = (float(seconds), int(kibibytes))
    shutil.rmtree(made.path)
    kibibytes = {command: held for command, (_, held) in spent.items()}
    assert max(kibibytes.values()) < 1_000_000, kibibytes
    seconds = {command: used for command, (used, _) in spent.items() if command != "export"}
    assert max(seconds.values()) < 10, seconds


def linear_once() -> Made:
    """The same figures in every month: making ten thousand files is not what is measured."""
    return lambda levels, seed, month: linear(levels, seed, 0)
