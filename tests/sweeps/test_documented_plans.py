"""The plans that docs/sweeps.md shows are plans, and the one with a recession does what it says."""

import io
import re
from pathlib import Path

import pandas

from sim.sweeps.design import rows_of
from sim.sweeps.plan import Sweep, find_plans, load_plan, sweep_from_texts
from sim.sweeps.points import points_of, scenario_at
from sim.sweeps.shared_past import trunks_of
from sim.sweeps.tasks import Task, do_task
from tests.sweeps.test_shared_past import order_of

PAGE = Path(__file__).parents[2] / "docs" / "sweeps.md"
SHOWN = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def shown(number: int, folder: Path, text: str | None = None) -> Sweep:
    path = folder / "plan.yaml"
    path.write_text(text or SHOWN[number], encoding="utf-8")
    return load_plan(path)


def test_every_plan_shown_can_be_run(tmp_path: Path) -> None:
    assert len(SHOWN) == 2
    for number in range(len(SHOWN)):
        points_of(shown(number, tmp_path))


def test_the_page_says_what_the_plans_cost() -> None:
    told = re.findall(r"^\| `(\w+)` \| ([\d, |]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    costs = {name: [int(n.replace(",", "")) for n in row.split(" | ")] for name, row in told}
    assert sorted(costs) == [name for name, _ in find_plans()]
    for name, (points, seeds, runs, borrowers) in costs.items():
        sweep = load_plan(name)
        assert (points, seeds, borrowers) == (
            len(rows_of(sweep)), sweep.plan.seeds, sweep.plan.borrowers,
        ), name  # fmt: skip
        assert runs == points * seeds


def test_a_named_level_is_a_whole_recession_or_none(tmp_path: Path) -> None:
    sweep = shown(1, tmp_path)
    of = {str(point.levels["recession"]): point.levels for point in points_of(sweep)}
    worlds = {name: scenario_at(sweep, levels).macro.shocks for name, levels in of.items()}
    assert "recession" not in worlds["none"]
    mild, deep = worlds["mild"]["recession"], worlds["deep"]["recession"]
    assert (str(mild.start), mild.months, mild.depth) == ("2027-01", 18, 0.10)
    assert (str(deep.start), deep.months, deep.depth) == ("2027-01", 24, 0.30)
    again = sweep_from_texts(sweep.name, sweep.text, {n: b.text for n, b in sweep.bases.items()})
    assert again.hash == sweep.hash  # a level of null survives the folder


def test_a_deep_recession_ends_in_more_default_than_none(tmp_path: Path) -> None:
    """All three are lived as one tree: the same up to 2026-12, ever further apart from then on."""
    text = re.sub(r"seeds: .*", "seeds: 1\nmonths: 46", SHOWN[1])
    text = re.sub(r"borrowers: .*", "borrowers: 1500", text).replace("[24%, 16%]", "[24%]")
    sweep = shown(1, tmp_path, text)
    points = points_of(sweep)
    (trunk,) = trunks_of(sweep, points)
    task = Task(1, trunk, {point.number: point.levels for point in points})
    found = {}
    for outcome in do_task(order_of(sweep), task, lambda _: None):
        assert not outcome.error
        name = str(points[outcome.point].levels["recession"])
        table = pandas.read_parquet(io.BytesIO(outcome.content)).set_index("month")
        found[name] = table["default_rate_12m"].tolist()
    before = slice(0, 36)
    assert found["none"][before] == found["mild"][before] == found["deep"][before]
    assert found["mild"][-1] != found["none"][-1]
    assert found["deep"][-1] > found["none"][-1]
