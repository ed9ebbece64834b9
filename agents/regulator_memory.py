"""What the regulator remembers from month to month."""

from dataclasses import dataclass, field


@dataclass
class SubsidyAccount:
    """What the state has paid under one subsidy, and for how much it may have to pay next.

    spent : this calendar year, fen of the sample
    principal, loans : in good standing at last month-end, fen and number
    used_up : whether this year's budget has been told to be used up
    """

    spent: int = 0
    principal: int = 0
    loans: int = 0
    used_up: bool = False


@dataclass
class GuaranteeAccount:
    """What a state guarantee fund has paid under one scheme, and how far lenders count on it.

    spent : on lenders' claims this calendar year, fen of the sample
    paid, fees : of this month, fen
    trust : running part of claims that it paid, 1 while it has paid all
    used_up : whether this year's budget has been told to be used up
    """

    spent: int = 0
    paid: int = 0
    fees: int = 0
    trust: float = 1.0
    used_up: bool = False


@dataclass
class ReactionAccount:
    """What one reaction rule has done so far.

    moves : the month of each move (sim.core.months), and the number of steps taken from it on
    """

    moves: list[tuple[int, int]] = field(default_factory=list)

    def steps_in(self, month: int) -> int:
        """Steps that stood in a month."""
        return next((steps for since, steps in reversed(self.moves) if since <= month), 0)


@dataclass
class RegulatorState:
    """What the regulator remembers.

    found : months of the findings so far by lender number (sim.core.months)
    gains : what breaches have earned since the last fine by lender number, fen
    orders : month by which a lender has to correct what was found, by its number
    subsidies : account by name of the subsidy
    guarantees : account by name of the guarantee scheme
    reactions : account by name of the reaction rule
    """

    found: dict[int, list[int]] = field(default_factory=dict)
    gains: dict[int, int] = field(default_factory=dict)
    orders: dict[int, int] = field(default_factory=dict)
    subsidies: dict[str, SubsidyAccount] = field(default_factory=dict)
    guarantees: dict[str, GuaranteeAccount] = field(default_factory=dict)
    reactions: dict[str, ReactionAccount] = field(default_factory=dict)
