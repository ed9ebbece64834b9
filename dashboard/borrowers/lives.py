"""Questions about single borrowers, for worker processes: whom something befell, and one life.

Functions of a module with plain arguments, as `dashboard/questions.py` asks them. A market is lived
through once for each question, on one thread.
"""

from typing import TYPE_CHECKING

from dashboard.work import Origin
from sim.workers import COMPILING, Tell

if TYPE_CHECKING:
    from sim.life_told import Life
    from sim.notable import Notables
    from sim.scenario import Scenario


def find_notables(
    scenario: str, text: bytes, borrowers: int, seed: int, months: int, tell: Tell
) -> "Notables":
    """Whom something befell in a market, by sort and group.

    scenario, text : as in Origin
    """
    from sim.borrower_life import opened_market
    from sim.notable import notables

    chosen = _ready(scenario, text, tell)
    model = opened_market(chosen, borrowers, seed, months, tell)
    total = model.burn_in_months + months
    return notables(model, months, lambda done: tell((total - months + done) / total))


def tell_of(
    scenario: str, text: bytes, borrowers: int, seed: int, months: int, place: int, tell: Tell
) -> "Life":
    """The life of the borrower on a place of the same market."""
    from sim.borrower_life import life_of

    return life_of(_ready(scenario, text, tell), borrowers, seed, months, place, tell)


def _ready(scenario: str, text: bytes, tell: Tell) -> "Scenario":
    """The scenario, with the borrower's month compiled."""
    from sim.borrower_life import compiled

    chosen = Origin(scenario, text).base()
    compiled(chosen, lambda: tell(COMPILING))
    return chosen
