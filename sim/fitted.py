"""What the values of a scenario were fitted to, as `loansim calibrate` writes it into the file.

A scenario that extends a calibrated one was fitted to the same figures. Nothing that runs reads
this: the scorecard does (a target that is met is no validation), and the table of values.
"""

from typing import Annotated, ClassVar

from sim.core.parameters import Parameters, parameter
from sim.core.quantities import Name, Quantity

type Found = Annotated[float, Quantity("a value", percent=True)]


class FittedValue(Parameters):
    """A value that a calibration found."""

    path: str = parameter(unit="", description="dotted path into the scenario")
    value: Found = parameter(unit="as the path", description="what it came to")


class Fitted(Parameters):
    """Checks that a calibration aimed at, and the values that it found."""

    words: ClassVar[frozenset[str]] = Parameters.words | {"targets", "values", "plan"}

    targets: tuple[Name, ...] = parameter(
        (), unit="", description="checks of `loansim validate` that the values were fitted to"
    )
    values: tuple[FittedValue, ...] = parameter((), unit="", description="values that were found")
    plan: str = parameter("", unit="", description="calibration plan, with the start of its hash")

    @property
    def by_path(self) -> dict[str, float]:
        """The values that were found, by dotted path."""
        return {one.path: one.value for one in self.values}
