"""Conditions on measures as users write them: `default_rate_12m<=7%`. Nothing is evaluated."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.quantities import Quantity
from sim.core.wording import shown
from sim.display import unit_text
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]
    type Flags = npt.NDArray[np.bool_]

_CONDITION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(<=|>=|<|>)\s*([-+0-9.eE]+%?)\s*")
_NUMBER = Quantity("a value", percent=True)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition: measure, sign, limit (a fraction where the measure is one), and as written."""

    measure: str
    sign: str
    limit: float
    written: str

    def holds(self, values: "Floats") -> "Flags":
        """Where it holds; not where there is no figure."""
        if self.sign == "<=":
            return values <= self.limit
        if self.sign == ">=":
            return values >= self.limit
        return values < self.limit if self.sign == "<" else values > self.limit

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.written}"


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
    return Threshold(name, sign, float(limit), number)


def condition_of(study: Study, text: str) -> Threshold:
    """The condition that a text writes about a measure that a study keeps.

    Raises InputError if it is none, or its limit is not in the measure's unit: a share above 1 that
    is not written in per cent would hold everywhere or nowhere, and so would 7% of a count.
    """
    found = threshold_of(text)
    column = study.measure(found.measure).column
    unit, in_per_cent = unit_text(column), found.written.endswith("%")
    if unit.startswith("%") and not in_per_cent and abs(found.limit) > 1:
        raise InputError(
            f"{shown(text)}: {found.measure} is a share or rate; write "
            f"{found.measure}{found.sign}{found.written}% if that is what you mean"
        )
    if in_per_cent and not unit.startswith("%"):
        raise InputError(f"{shown(text)}: {found.measure} is in {column.unit}, not in per cent")
    return found
