"""Who lives the runs of a sweep: what the one that hands out tasks wants of any of them."""

from dataclasses import dataclass
from typing import Protocol

from sim.sweeps.tasks import Outcome, Task


@dataclass(frozen=True)
class Answer:
    """What came of a task: the outcomes of its points, or how its worker died."""

    task: Task
    outcomes: list[Outcome]
    death: str = ""


class CrewLostError(RuntimeError):
    """Nobody is left to live any run."""


class Crew(Protocol):
    """Workers, wherever they are."""

    def has_room(self) -> bool:
        """Whether another task can be taken now."""

    def start(self, task: Task) -> None:
        """Take a task; CrewLostError."""

    def answers(self, seconds: float) -> list[Answer]:
        """What has come in, waiting for it some seconds at most; CrewLostError."""

    def under_way(self) -> int:
        """Points that are done within tasks that are not."""

    def close(self) -> None:
        """End all work, whatever is being done."""
