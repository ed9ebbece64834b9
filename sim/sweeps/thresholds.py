"""Conditions on measures as users write them: `default_rate_12m<=7%`. Nothing is evaluated."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.quantities import Quantity
from sim.core.wording import shown

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]
    type Flags = npt.NDArray[np.bool_]

_CONDITION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(<=|>=|<|>)\s*([-+0-9.eE]+%?)\s*")
_NUMBER = Quantity("a value", percent=True)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition: measure, sign, limit (a fraction where the measure is one)."""

    measure: str
    sign: str
    limit: float

    def holds(self, values: "Floats") -> "Flags":
        """Where it holds; not where there is no figure."""
        if self.sign == "<=":
            return values <= self.limit
        if self.sign == ">=":
            return values >= self.limit
        return values < self.limit if self.sign == "<" else values > self.limit

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.limit:g}"


def threshold_of(text: str) -> Threshold:
    """The condition that a text writes; InputError if it is none."""
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InputError(f"{shown(text)} is no condition; write one such as 'default_rate_12m<=7%'")
    name, sign, number = found.groups()
    try:
        limit = _NUMBER.read(number if number.endswith("%") else float(number))
    except ValueError:
        raise InputError(f"{shown(text)}: {shown(number)} is no number") from None
    return Threshold(name, sign, float(limit))
