"""A past that points share is lived once, and brings the same bytes as living each alone."""

from pathlib import Path

from sim.lives import Branch
from sim.sweeps.plan import Sweep, load_plan
from sim.sweeps.points import Point, points_of
from sim.sweeps.program import fingerprint
from sim.sweeps.shared_past import MOST_TOGETHER, dated_factors, trunks_of
from sim.sweeps.tasks import Order, Task, do_task
from tests.sweeps.small_sweep import PLAN, plan_file


def order_of(sweep: Sweep) -> Order:
    bases = tuple((name, base.text) for name, base in sweep.bases.items())
    return Order(sweep.name, sweep.text, bases, fingerprint())


def made(tmp_path: Path, text: str = PLAN) -> tuple[Sweep, list[Point]]:
    sweep = load_plan(plan_file(tmp_path, text))
    return sweep, points_of(sweep)


def test_dated_factors_share_a_past_and_others_do_not(tmp_path: Path) -> None:
    sweep, points = made(tmp_path)
    assert dated_factors(sweep) == {"cap"}
    trunks = trunks_of(sweep, points)
    assert [list(trunk.points()) for trunk in trunks] == [[0, 2, 4], [1, 3, 5]]
    # Four months of burn-in and January 2024; the last month before the cap is lived apart.
    assert trunks[0] == Branch(0, 0, (Branch(2, 5, (Branch(4, 5),)),))


def test_dates_one_after_another_make_a_tree(tmp_path: Path) -> None:
    text = PLAN.replace(
        "saving: {path: behaviour.saving, role: uncertainty, list: [20%, 30%]}",
        "floor: {path: policy.joint_floor.half.steps.2024-05.level, list: [50%, 60%]}",
    )
    sweep, points = made(tmp_path, text)
    (trunk,) = trunks_of(sweep, points)
    assert sorted(trunk.points()) == list(range(6))
    assert {branch.point: branch.shared for branch in trunk.leaving} == {1: 7, 2: 5}


def test_a_task_is_not_endless(tmp_path: Path) -> None:
    levels = ", ".join(f"{number}%" for number in range(10, 30))
    sweep, points = made(tmp_path, PLAN.replace("36%, 18%, 12%", levels))
    trunks = trunks_of(sweep, points)
    sizes = [len(list(trunk.points())) for trunk in trunks]
    assert max(sizes) <= MOST_TOGETHER
    assert sorted(n for trunk in trunks for n in trunk.points()) == list(range(40))


def test_a_shared_past_brings_the_same_bytes(tmp_path: Path) -> None:
    sweep, points = made(tmp_path)
    trunk = trunks_of(sweep, points)[0]
    task = Task(1, trunk, {number: points[number].levels for number in trunk.points()})
    told: list[int] = []
    together = do_task(order_of(sweep), task, told.append)
    assert told == [1, 2, 3]
    alone = [do_task(order_of(sweep), one, told.append)[0] for one in task.one_by_one()]
    assert [(one.point, one.content) for one in together] == [(a.point, a.content) for a in alone]
    assert len({one.content for one in together}) == 3
    assert not any(one.error for one in together)


def test_equal_scenarios_are_lived_once(tmp_path: Path) -> None:
    text = PLAN.replace("[20%, 30%]", '{one: 25%, two: "25%"}')
    sweep, points = made(tmp_path, text)
    assert len({point.scenario_hash for point in points}) == 3
    assert sum(len(list(trunk.points())) for trunk in trunks_of(sweep, points)) == 3
