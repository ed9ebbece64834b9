"""Plans: those that come with the program are runnable, others are refused with their line."""

from collections import Counter
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.sweeps.design import rows_of, unit_sample
from sim.sweeps.factors import Distribution, Factor
from sim.sweeps.plan import PLANS, load_plan
from sim.sweeps.points import changes_at, points_of, scenario_at
from tests.sweeps.small_sweep import BASE, PLAN, plan_file

NAMES = sorted(path.stem for path in PLANS.glob("*.yaml"))


def test_there_are_eight_plans_or_more() -> None:
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_that_comes_with_the_program_can_be_run(name: str) -> None:
    sweep = load_plan(name)
    rows = rows_of(sweep)
    assert len(rows) >= 9
    if sweep.plan.design.kind == "full":
        assert len({str(row) for row in rows}) == len(rows)
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        scenario_at(sweep, row)
    assert len(sweep.plan.factors) + (len(sweep.plan.bases) > 1) >= 2
    assert sweep.plan.title
    assert sweep.plan.question


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("behaviour.saving", "behaviour.savings", "Did you mean 'saving'"),
        ("list: [20%, 30%]", "list: [20%, 300%]", "behaviour.saving is 3.0"),
        ("list: [20%, 30%]", "grid: {low: 2, high: 1, points: 3}", "not above low"),
        ("list: [20%, 30%]", "range: {low: 20%, high: 30%}", "a full grid cannot exhaust"),
        ("list: [20%, 30%]", "list: [20%, 20%]", "twice"),
        ("list: [20%, 30%]", "whole: true", "none is given"),
        ("outputs: [hhi,", "outputs: [hhj,", "Did you mean 'hhi'"),
        ("seeds: 2", "seeds: 0", "seeds"),
        ("seeds: 2", "seed: 2", "Did you mean 'seeds'"),
        ("policy.apr_cap.steps.2024-03.level", "'a.{when}.level'", "which is no factor"),
        ("short.yaml", "shorter.yaml", "no file"),
        ("saving:", "status:", "name of a column"),
        ("seeds: 2", "design: {kind: sobol, points: 10}\nseeds: 2", "power of two"),
        ("seeds: 2", "design: {kind: lhs}\nseeds: 2", "points"),
        ("path: behaviour.saving, ", "", "has no path"),
        ("policy.apr_cap.steps.2024-03", "policy.apr_cap.steps.2029-03", "after the last month of"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in PLAN
    path = plan_file(tmp_path, PLAN.replace(old, new))
    with pytest.raises(InputError) as raised:
        load_plan(path)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert path.name in str(raised.value)


def test_nothing_a_plan_says_is_evaluated(tmp_path: Path) -> None:
    path = plan_file(tmp_path, PLAN.replace("[20%, 30%]", "[\"__import__('os')\"]"))
    with pytest.raises(InputError, match=r"annual rate|share|number"):
        load_plan(path)
    path.write_text(PLAN.replace("A small sweep", "!!python/object/apply:os.getcwd []"))
    with pytest.raises(InputError):
        load_plan(path)


def test_a_name_in_braces_is_the_level_of_that_factor() -> None:
    sweep = load_plan("cap_date_and_speed")
    changes = [changes_at(sweep, row) for row in rows_of(sweep)]
    assert changes[0] == {
        "policy.apr_cap.steps.2026-01.level": 0.12,
        "policy.apr_cap.steps.2026-01.phase_in_months": 0,
    }
    assert changes[-1] == {
        "policy.apr_cap.steps.2028-01.level": 0.12,
        "policy.apr_cap.steps.2028-01.phase_in_months": 24,
    }


def test_words_do_not_count_and_values_do(tmp_path: Path) -> None:
    first = load_plan(plan_file(tmp_path / "a"))
    words = PLAN.replace("A small sweep", "Another title").replace("label: cap", "label: price")
    assert load_plan(plan_file(tmp_path / "b", words)).hash == first.hash
    more = load_plan(plan_file(tmp_path / "c", PLAN.replace("seeds: 2", "seeds: 3")))
    base = load_plan(plan_file(tmp_path / "d", base=f"{BASE}population: 400000000\n"))
    assert len({first.hash, more.hash, base.hash}) == 3


def test_named_levels_stand_for_mappings(tmp_path: Path) -> None:
    text = PLAN.replace(
        "list: [36%, 18%, 12%]", "list: {loose: {level: 30%}, tight: {level: 10%}}"
    ).replace("2024-03.level", "2024-03")
    sweep = load_plan(plan_file(tmp_path, text))
    assert [row["cap"] for row in rows_of(sweep)] == ["loose", "loose", "tight", "tight"]
    scenario = scenario_at(sweep, rows_of(sweep)[-1])
    assert scenario.value_at("policy.apr_cap.steps.2024-03.level") == 0.10


def test_points_know_their_scenarios(tmp_path: Path) -> None:
    sweep = load_plan(plan_file(tmp_path))
    points = points_of(sweep)
    assert [point.levels["cap"] for point in points] == [0.36, 0.36, 0.18, 0.18, 0.12, 0.12]
    assert len({point.scenario_hash for point in points}) == 6
    scenario = scenario_at(sweep, points[3].levels)
    assert scenario.hash == points[3].scenario_hash
    assert scenario.behaviour.saving == 0.30


SAMPLED = PLAN.replace("list: [20%, 30%]", "range: {low: 20%, high: 30%}")


def test_a_latin_hypercube_fills_every_stratum(tmp_path: Path) -> None:
    text = SAMPLED.replace("seeds: 2", "design: {kind: lhs, points: 40}\nseeds: 2")
    sweep = load_plan(plan_file(tmp_path, text))
    sample = unit_sample(sweep)
    assert sample.shape == (40, 2)
    for column in sample.T:
        assert sorted(int(40 * chance) for chance in column) == list(range(40))
    rows = rows_of(sweep)
    assert rows == rows_of(load_plan(plan_file(tmp_path, text)))
    assert {row["cap"] for row in rows} == {0.36, 0.18, 0.12}
    assert all(0.2 <= float(row["saving"]) <= 0.3 for row in rows)


@pytest.mark.parametrize(
    ("design", "points"),
    [
        ("{kind: sobol, points: 8}", 8 * 4),
        ("{kind: sobol, points: 8, second_order: true}", 8 * 6),
        ("{kind: morris, points: 5}", 5 * 3),
    ],
)
def test_samples_of_indices_have_their_blocks(design: str, points: int, tmp_path: Path) -> None:
    text = SAMPLED.replace("seeds: 2", f"design: {design}\nseeds: 2")
    assert len(rows_of(load_plan(plan_file(tmp_path, text)))) == points


def test_distributions_have_their_quantiles() -> None:
    made = Distribution.model_validate
    uniform = made({"kind": "uniform", "low": 1.0, "high": 3.0})
    assert uniform.at(0.25) == 1.5
    assert made({"kind": "log_uniform", "low": 1.0, "high": 100.0}).at(0.5) == pytest.approx(10)
    triangular = made({"kind": "triangular", "low": 0.0, "high": 4.0, "mode": 1.0})
    assert [triangular.at(chance) for chance in (0.0, 0.25, 1.0)] == [0.0, 1.0, 4.0]
    normal = made({"kind": "normal", "low": -1.0, "high": 5.0, "mean": 2.0, "sd": 1.0})
    assert normal.at(0.5) == pytest.approx(2.0)
    assert (normal.at(0.0), normal.at(1.0)) == pytest.approx((-1.0, 5.0))
    assert normal.at(1.0) <= 5.0


def test_whole_numbers_are_whole() -> None:
    factor = Factor.model_validate({"path": "x", "range": {"low": 1, "high": 5}, "whole": True})
    assert [factor.level_at(chance) for chance in (0.0, 0.4, 1.0)] == [1, 3, 5]
    assert all(isinstance(factor.level_at(chance), int) for chance in (0.0, 0.4, 1.0))


def test_all_whole_numbers_of_a_range_are_as_likely() -> None:
    def drawn(low: float, high: float, chances: list[float]) -> Counter[object]:
        ends = {"low": low, "high": high}
        factor = Factor.model_validate({"path": "x", "range": ends, "whole": True})
        return Counter(factor.level_at(chance) for chance in chances)

    draws = [(place + 0.5) / 1000 for place in range(1000)]
    assert drawn(1, 5, draws) == dict.fromkeys(range(1, 6), 200)
    assert drawn(0.5, 2.5, draws) == dict.fromkeys((1, 2), 500)
    levels = [0.0, 1 / 3, 2 / 3, 1.0]  # those of Morris
    assert drawn(2, 5, levels) == dict.fromkeys(range(2, 6), 1)
    assert drawn(1, 2, levels) == dict.fromkeys((1, 2), 2)
    assert sorted(drawn(1, 3, levels).values()) == [1, 1, 2]
    assert sorted(drawn(1, 9, [1 - chance for chance in levels])) == [1, 4, 7, 9]
    with pytest.raises(ValueError, match="has no whole number in it"):
        drawn(0.2, 0.8, [])
