"""loansim: an agent-based simulator of China's small-loan market.

    from sim import load_scenario, run
    result = run(load_scenario("observed"), borrowers=100_000, seed=1)
    result.market[["month", "hhi", "default_rate_12m"]].tail()

Names are imported when they are first used, so that `loansim --help` answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.comparison import Comparison, compare
    from sim.comparison_of_runs import compare_runs
    from sim.core.errors import InputError
    from sim.experiment import Result, run
    from sim.model import LoanMarket
    from sim.scenario import Scenario, load_scenario
    from sim.store import read_run, write_run
    from sim.sweeps.bands import bands
    from sim.sweeps.discovery import discover
    from sim.sweeps.effects import effects
    from sim.sweeps.pareto_front import pareto
    from sim.sweeps.robustness import robustness
    from sim.sweeps.running import resume_sweep, sweep
    from sim.sweeps.sensitivity import sensitivity
    from sim.sweeps.study import Study
    from sim.sweeps.surface import surface

__all__ = [
    "Comparison",
    "InputError",
    "LoanMarket",
    "Result",
    "Scenario",
    "Study",
    "bands",
    "compare",
    "compare_runs",
    "discover",
    "effects",
    "load_scenario",
    "pareto",
    "read_run",
    "resume_sweep",
    "robustness",
    "run",
    "sensitivity",
    "surface",
    "sweep",
    "write_run",
]

HOME = {
    "Comparison": "sim.comparison",
    "InputError": "sim.core.errors",
    "LoanMarket": "sim.model",
    "Result": "sim.experiment",
    "Scenario": "sim.scenario",
    "Study": "sim.sweeps.study",
    "bands": "sim.sweeps.bands",
    "compare": "sim.comparison",
    "compare_runs": "sim.comparison_of_runs",
    "discover": "sim.sweeps.discovery",
    "effects": "sim.sweeps.effects",
    "load_scenario": "sim.scenario",
    "pareto": "sim.sweeps.pareto_front",
    "read_run": "sim.store",
    "resume_sweep": "sim.sweeps.running",
    "robustness": "sim.sweeps.robustness",
    "run": "sim.experiment",
    "sensitivity": "sim.sweeps.sensitivity",
    "surface": "sim.sweeps.surface",
    "sweep": "sim.sweeps.running",
    "write_run": "sim.store",
}
"""Exported name -> the module that defines it."""


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value: object = getattr(import_module(HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(HOME))
