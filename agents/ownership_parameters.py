"""What a scenario says about owners: when they give up, pay in, or sell a going concern.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from sim.core.parameters import Parameters, parameter
from sim.core.quantities import Count, Growth, Rate, Share


class Ownership(Parameters):
    """Exit and merger of named lenders; firms of fringes follow their kind's rates."""

    exit_return: Growth = parameter(
        -0.10,
        unit="fraction of equity per year",
        description="return on equity below which owners lose patience",
    )
    exit_patience: Count = parameter(
        36,
        unit="months",
        high=240,
        description="months in a row below it after which they leave; 0: they never do",
    )
    strategy_patience: Count = parameter(
        24,
        unit="months",
        high=240,
        description="months in a row with a return on equity below the normal one, and below that "
        "at its start, after which a premium, a niche or following is given up for good; 0: never",
    )
    rescue: Share = parameter(
        0.0,
        unit="fraction",
        description="part of what a lender in distress asks for that its owners put in at once if "
        "it is worth it; 0: they are never asked",
    )
    required_return: Share = parameter(
        0.12,
        unit="per year",
        low=0.001,
        description="expected profit over the money at stake from which it is worth it",
    )
    merger_rate: Rate = parameter(
        0.0,
        unit="per year",
        high=10,
        description="chance that a lender with less than a normal return is sold to a rival with "
        "room for it; 0: only failed books are sold",
    )
