"""What a scenario says about how lenders answer each other; answers at 0: each minds its own books.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from sim.core.parameters import Parameters, parameter
from sim.core.quantities import NonNegativeFloat, Rate, Share


class Rivalry(Parameters):
    """How markups, marketing and reach answer to entry, rivals' prices and lost shares.

    All answers are to what has changed since the opening: the prices and sizes of the opening are
    those at which lenders had come to rest, entry threat and rivals included.
    """

    markup_speed: Share = parameter(
        0.05,
        unit="per month",
        description="part of the distance to its target that a markup closes; 0: markups stay",
    )
    reach_speed: Share = parameter(
        0.06,
        unit="per month",
        description="part of the distance between a brand's reach and what customers and marketing "
        "keep up that is closed; 0: reach stays",
    )
    entry_threat: NonNegativeFloat = parameter(
        0.6,
        unit="log markup per unit of return on equity",
        high=10,
        description="how far a return on equity above normal, times the openness of licences, "
        "presses the target markup",
    )
    price_response: Share = parameter(
        0.6,
        unit="fraction",
        description="part of a change since the opening of the gap to the prices of those to whom "
        "requests are lost that the markup makes good",
    )
    share_defence: Rate = parameter(
        0.03,
        unit="fraction per year for a share lost whole",
        high=1,
        description="markup given up to win back a lost part of the opening share, beyond the "
        "tenth that is luck, while capital lasts",
    )
    marketing_response: NonNegativeFloat = parameter(
        1.0,
        unit="power",
        high=4,
        description="power of the earnings on a new yuan, relative to the opening, with which "
        "marketing is spent; no marketing for customers who would be turned away",
    )
    levelling: Rate = parameter(
        0.0,
        unit="per year",
        high=2,
        description="speed at which the reach to which a brand returns moves to the mean of its "
        "kind; at 0 opening sizes last",
    )
