"""What the shell offers after a Tab: names of scenarios, and files beside the reader.

Whatever is slow to import is imported when Tab is pressed, so that `--help` answers at once.
"""

from pathlib import Path


def scenario_names(incomplete: str) -> list[str]:
    """Scenarios that come with the program and YAML files here whose name begins like that."""
    from sim.scenario_files import scenario_paths

    ours = [path.stem for path in scenario_paths()]
    here = [path.name for path in sorted(Path().glob("*.yaml"))]
    return [name for name in [*ours, *here] if name.startswith(incomplete)]


def sweep_plan_names(incomplete: str) -> list[str]:
    """Sweep plans that come with the program and YAML files here whose name begins like that."""
    return _plans("sweeps", incomplete)


def calibration_plan_names(incomplete: str) -> list[str]:
    """Calibration plans that come with the program and YAML files here."""
    return _plans("calibration", incomplete)


def _plans(folder: str, incomplete: str) -> list[str]:
    from sim.scenario_files import SCENARIOS

    ours = [path.stem for path in sorted((SCENARIOS / folder).glob("*.yaml"))]
    here = [path.name for path in sorted(Path().glob("*.yaml"))]
    return [name for name in [*ours, *here] if name.startswith(incomplete)]


def format_names(incomplete: str) -> list[str]:
    """Values of `--format`."""
    return [name for name in ("table", "json", "csv") if name.startswith(incomplete)]
