"""What a worker process does for the dashboard: one seed of one scenario."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.workers import COMPILING, Tell

if TYPE_CHECKING:
    import pandas

    from sim.experiment import Phase


@dataclass(frozen=True, slots=True)
class Part:
    """One seed of a scenario: the unit of work.

    scenario : name of one that comes with the program
    hash : of its values, so that an edited file is not mistaken for the old one
    """

    scenario: str
    hash: str
    borrowers: int
    seed: int
    months: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one part brought: five tables and the manifest of the run."""

    tables: "dict[str, pandas.DataFrame]"
    manifest: dict[str, Any] = field(default_factory=dict)


type Work = Callable[[Part, Tell], Outcome]
"""Does a part; is handed a function to tell the share done [0, 1], or that it compiles."""


def simulate(part: Part, tell: Tell) -> Outcome:
    """Run one seed of a scenario on one thread."""
    from sim.experiment import run
    from sim.scenario import load_scenario

    def progress(phase: "Phase", done: int, total: int, /) -> None:
        if phase in ("burn_in", "months"):
            tell(done / total)
        elif phase == "compile":
            tell(COMPILING if done < total else 0.0)

    result = run(
        load_scenario(part.scenario),
        borrowers=part.borrowers,
        seed=part.seed,
        months=part.months,
        threads=1,
        progress=progress,
    )
    return Outcome(dict(result.tables), result.manifest)
