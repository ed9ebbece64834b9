"""Aims: measures that somebody wants large or small, written `access_consumer:max`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.core.errors import InputError
from sim.core.wording import shown
from sim.measures import Measure
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]

Direction = Literal["min", "max"]

USUAL = ("borrowers_active:max", "default_rate_12m:min", "hhi:min")
"""Access, default, concentration: what the market is judged by unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A measure and which way is better."""

    measure: Measure
    direction: Direction

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.measure.name

    def cost(self, values: "Floats") -> "Floats":
        """The same figures with smaller ones better."""
        return values if self.direction == "min" else -values


def aims_of(study: Study, texts: Sequence[str] | None) -> list[Aim]:
    """The aims that texts write, or where there are none the usual ones that the plan keeps.

    Raises InputError for a text that is no aim, or where the plan keeps none of the usual.
    """
    if texts is None:
        kept = {measure.name for measure in study.measures}
        texts = [text for text in USUAL if text.partition(":")[0] in kept]
        if not texts:
            raise InputError(
                f"the plan keeps none of {', '.join(USUAL)}; name others with --aim, "
                "MEASURE:min or MEASURE:max"
            )
    aims = [aim_of(study, text) for text in texts]
    twice = next((aim.name for n, aim in enumerate(aims) if aim.name in _names(aims[:n])), None)
    if twice is not None:
        raise InputError(f"{twice} is an aim twice; name each measure once, with min or max")
    return aims


def _names(aims: Sequence[Aim]) -> list[str]:
    return [aim.name for aim in aims]


def aim_of(study: Study, text: str) -> Aim:
    """The aim that a text writes; InputError if it is none."""
    name, _, direction = text.partition(":")
    if direction == "min":
        return Aim(study.measure(name), "min")
    if direction == "max":
        return Aim(study.measure(name), "max")
    raise InputError(f"{shown(text)} is no aim; write MEASURE:min or MEASURE:max")
