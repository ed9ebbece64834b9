"""Sweep folders for tests of the page Sweeps: what analyses find in them is known beforehand."""

import math
from collections.abc import Mapping
from pathlib import Path

from sim.sweeps.factors import Level
from sim.sweeps.store import POINTS
from sim.sweeps.tasks import Outcome
from tests.sweeps.small_sweep import PLAN, content_of, made_up, plan_file

GRID = (
    PLAN.replace("seeds: 2", "seeds: 8")
    .replace("months: 5", "months: 24")
    .replace("{path: behaviour.saving, ", "{path: behaviour.saving, label: saving, ")
)
SPACE = GRID.replace("list: [36%, 18%, 12%]", "range: {low: 12%, high: 36%}").replace(
    "list: [20%, 30%]", "range: {low: 20%, high: 30%}"
)
SOBOL = SPACE.replace("seeds: 8", "seeds: 2\ndesign: {kind: sobol, points: 16}")
LHS = SPACE.replace("seeds: 8", "seeds: 2\ndesign: {kind: lhs, points: 60}")


def luck(seed: int, purpose: int) -> float:
    """A number between -1 and 1 that a seed always brings."""
    return math.sin(12.9898 * seed + 78.233 * purpose)


def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
    """HHI falls by 500 points for a cap of 100%; default rises where cap and saving are low."""
    cap, saving = float(levels["cap"]), float(levels["saving"])
    return {
        "hhi": 1000 + 50 * luck(seed, 1) - 500 * cap + 100 * saving + month * (0.36 - cap),
        "default_rate_12m": 0.06 + 0.3 * (0.36 - cap) * (0.3 - saving) + 0.0005 * luck(seed, 2),
        "apr_new": 0.1 + 0.2 * cap + 0.01 * luck(seed, 3),
        "borrowers_active": 1.5e8 * (1 + 0.5 * cap) * (1 + 0.01 * month),
    }


def filled(root: Path) -> Path:
    """A results folder with a grid (half done, one run failed), Sobol and Latin samples, damage."""
    plans = root.parent / "plans"
    for name, plan in (("latin", LHS), ("sobol", SOBOL), ("grid", GRID)):
        made_up(root / name, plan_file(plans / name, plan, name=name), figures)
    half = made_up(root / "half", plan_file(plans / "half", GRID, name="half"), figures)
    half.start_saving()
    first = half.points[0]
    half.save(Outcome(0, 1, content_of(half.sweep, first.levels, 1, figures), "ran dry", 0.1))
    half.stop_saving()
    broken = made_up(root / "broken", plan_file(plans / "broken", GRID, name="broken"), figures)
    (broken.path / POINTS).write_bytes(b"no table")
    (root / "nothing").mkdir()
    return root
