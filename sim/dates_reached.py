"""Which dated values a run ever comes to; those that it cannot are refused.

A series or path of the economy is asked from the first month that a run can live, burn-in
included, to the last that it reports. History before that is welcome as far as it says where the
run begins: the last value up to then. What stands later than the run, or is replaced before
anything depends on it, would do nothing, and is most likely a slip.
"""

from itertools import pairwise

from sim.core.keyed_values import DatedPath, DatedSeries
from sim.core.months import Month
from sim.core.parameters import FieldError


def refuse_unreached(
    path: str, values: DatedSeries[float] | DatedPath[float], first: Month, last: Month
) -> None:
    """Raises FieldError for the first month of a series or path that can change nothing.

    path : where it stands in the scenario
    first, last : months between which it is asked for its value
    """
    months = list(values)
    for month, following in pairwise(months):
        if following <= first:
            raise FieldError(
                f"{path}.{month}",
                f"reaches nothing: {following} takes its place before the first month that "
                f"depends on it ({first})",
            )
    for place, month in enumerate(months):
        # The end of a line that begins within the run still gives its slope.
        line = isinstance(values, DatedPath) and place > 0 and months[place - 1] < last
        if month > last and not line:
            raise FieldError(
                f"{path}.{month}", f"is outside the run, which reports to {last}; leave it out"
            )
