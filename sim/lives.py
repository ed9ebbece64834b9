"""Several worlds with one seed that share their past: lived once, copied, it goes on as many.

Who shares how much is told by a tree of branches; sim/branching.py knows what two scenarios share.
All get the same luck, since every draw is keyed by seed, identity, month and purpose. What comes
out is, to the last bit, what runs from the start bring.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.branching import course

if TYPE_CHECKING:
    from sim.model import LoanMarket
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Branch:
    """A world lived from some month on, and the branches that leave it later.

    point : its number
    shared : months lived, burn-in included, before it leaves the branch above; 0 for a trunk
    leaving : in the order of the month in which they leave
    """

    point: int
    shared: int
    leaving: tuple["Branch", ...] = ()

    def points(self) -> Iterator[int]:
        """Numbers of all points from here on."""
        yield self.point
        for branch in self.leaving:
            yield from branch.points()

    def lone(self) -> Iterator["Branch"]:
        """The same points, each from the very beginning."""
        return (Branch(number, 0) for number in self.points())


def tree_of(scenarios: Sequence["Scenario"], months: int) -> Branch:
    """The first scenario with all others as branches, by their places in the sequence.

    months : reported months, as of all else here
    """
    base = scenarios[0]
    leaving = [
        Branch(place, course(base, other, months).shared)
        for place, other in enumerate(scenarios[1:], start=1)
    ]
    return Branch(0, 0, tuple(sorted(leaving, key=lambda branch: branch.shared)))


def always(_point: int, _model: "LoanMarket") -> bool:
    """Goes on to the last month."""
    return True


def lives[K](
    trunk: Branch,
    found: Callable[[int, K | None], "LoanMarket"],
    keep: Callable[["LoanMarket"], K],
    months: int,
    goes_on: Callable[[int, "LoanMarket"], bool] = always,
) -> Iterator[tuple[int, "LoanMarket"]]:
    """Lives a tree of worlds with one seed; yields each point with its finished market.

    A branch comes out before those that leave it, which are founded only then: at no time is more
    than one market kept, besides the copies of those that wait.

    found : the market of a point, from what was kept where it leaves the branch above; None for a
        market that begins its burn-in
    keep : from a market to all that a branch which leaves it is founded on, its state at least
    months : reported months of each
    goes_on : asked at every month-end of a branch, by its point and market; False ends it there, or
        where the last branch leaves it if that is later
    """
    return _lives(trunk, None, found, keep, months, goes_on)


def _lives[K](
    branch: Branch,
    kept: K | None,
    found: Callable[[int, K | None], "LoanMarket"],
    keep: Callable[["LoanMarket"], K],
    months: int,
    goes_on: Callable[[int, "LoanMarket"], bool],
) -> Iterator[tuple[int, "LoanMarket"]]:
    model = found(branch.point, kept)
    lived = branch.shared if kept is not None else 0
    partings = {leaving.shared for leaving in branch.leaving}
    copies: dict[int, K | None] = {0: None}
    last, end = max(partings, default=0), model.burn_in_months + months
    wanted = True
    while True:
        if lived in partings and lived not in copies:
            copies[lived] = keep(model)
        if lived >= max(last, end if wanted else 0):
            break
        model.step()
        lived += 1
        wanted = goes_on(branch.point, model) and wanted
    yield branch.point, model
    del model
    for leaving in branch.leaving:
        copy = copies[leaving.shared]
        yield from _lives(leaving, copy, found, keep, months, goes_on)
