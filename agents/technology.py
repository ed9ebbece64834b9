"""Technology at lenders: what adoption makes of a lender's data and costs, and when it is adopted.

A lender takes a further step of a technology when what it expects to save in a year, at its size,
is more than the step's cost in a year; the state may pay part of that. What it expects to save is a
claim (`Technology.claim`), not the outcome: losses are those that its borrowers then cause.

L lenders, T technologies in the order of TECHNOLOGIES.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.messages import Floats
from agents.technology_parameters import Technologies
from sim.core.months import Month

DEPRECIATION_YEARS = 5.0
"""Years over which a lender spreads the cost of adopting when it decides (assumption)."""


@dataclass(frozen=True)
class Effects:
    """What full adoption of each technology does; see `Technology`."""

    noise: tuple[float, ...]
    fraud: tuple[float, ...]
    operating: tuple[float, ...]
    bureau: tuple[float, ...]
    network: tuple[float, ...]
    collection: tuple[float, ...]

    @classmethod
    def of(cls, technologies: Technologies) -> "Effects":
        """The effects that a scenario declares."""
        each = technologies.each()
        return cls(**{name: tuple(getattr(t, name) for t in each) for name in cls.__annotations__})


def left(effects: Floats | Sequence[float], adoption: Floats | Sequence[float]) -> Floats:
    """[...] what several technologies leave of something, each taking off its part; 1 without any.

    effects, adoption : [..., T]
    """
    factors = 1.0 - np.asarray(effects) * np.asarray(adoption)
    rest: Floats = np.multiply.reduce(factors, axis=-1)
    return rest


def membership(network: Floats | Sequence[float], adoption: Floats | Sequence[float]) -> Floats:
    """[...] how much lenders share with other members: for two, the product is what one then sees.

    network, adoption : [..., T]
    """
    adopted = np.asarray(adoption)
    standing: Floats = np.sqrt(1.0 - left(network, adopted * adopted))
    return standing


class Situation(NamedTuple):
    """What lenders go by when they decide on technology.

    balance : [L] yuan of loans per real firm under its brand, year's size of everything below
    total : [L] yuan of loans under its brand, all its firms
    operating : [L] running cost without technology, fraction of balance per year
    realised : [L] running loss rate, fraction of balance per year
    unseen : [L] part of debts elsewhere that its own file does not show
    support : [L, T] part of the costs that the state pays
    """

    balance: Floats
    total: Floats
    operating: Floats
    realised: Floats
    unseen: Floats
    support: Floats


def expected_saving(adoption: Floats, at: Situation, technologies: Technologies) -> Floats:
    """[L, T] what each lender expects full adoption to save, yuan per firm and year.

    adoption : [L, T]

    Where a technology shows debts at other members only, its claim counts for that part of the
    debts elsewhere which the lender does not see and which are members'.
    """
    each = technologies.each()
    operating = np.array([t.operating for t in each])
    claim = np.array([t.claim for t in each])
    networked = np.array([t.network > 0.0 for t in each])
    used = at.total[:, None] * adoption
    others = np.maximum(1e-9, at.total.sum() - at.total)[:, None]
    members = np.where(networked, (used.sum(axis=0) - used) / others, 1.0)
    unseen = np.where(networked, at.unseen[:, None], 1.0)
    losses = claim * at.realised[:, None] * members * unseen
    saving: Floats = at.balance[:, None] * (operating * at.operating[:, None] + losses)
    return saving


def steps(adoption: Floats, at: Situation, technologies: Technologies, month: Month) -> Floats:
    """[L, T] how much more of each technology lenders adopt this month.

    adoption : [L, T]

    Support makes a step cheaper, so that more lenders take it, and larger.
    """
    each = technologies.each()
    cost = np.array(
        [t.cost_in(month) * (t.running + t.adopting / DEPRECIATION_YEARS) for t in each]
    )
    fastest = np.array([0.0 if t.is_off(month) else t.speed / t.months for t in each])
    saving = expected_saving(adoption, at, technologies)
    pays = saving > (1.0 - at.support) * cost
    for_nothing: npt.NDArray[np.bool_] = (at.support >= 1.0) & (cost > 0.0)
    wanted = np.where(pays | for_nothing, fastest * (1.0 + at.support), 0.0)
    taken: Floats = np.minimum(1.0 - adoption, wanted)
    return taken
