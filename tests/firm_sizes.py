"""Many firms with one start: a market of them, how large they are, and how large luck makes them.

Luck of customers is the least that any market of firms shows: who has forty of them cannot have
just the mean. So sizes are laid beside those of firms to which the same relationships, with the
same debts, are dealt out blindly.
"""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sim.model import LoanMarket
from sim.scenario import Scenario

type Floats = npt.NDArray[np.float64]

FIRMS = 1_000


def equal_firms(scenario: Scenario, kind: str, firms: int) -> Scenario:
    """The whole market of a scenario, shared out equally to firms of one kind.

    They have the price of its first lender with a name and the leverage of all of its lenders. Who
    funds others' loans stays.
    """
    alike = [one for one in scenario.lenders.values() if one.kind == kind and one.balance > 0]
    funders = {name: one for name, one in scenario.lenders.items() if not one.is_brand}
    each = sum(one.balance for one in scenario.lenders.values()) / firms
    leverage = sum(one.balance for one in alike) / sum(one.equity for one in alike)
    start = {
        "balance": each,
        "equity": each / leverage,
        "firms": 1,
        "size_cv": 0.0,
        "partner_weight": 0.0,
        "strategy": None,
        "complies_after_months": 0,
    }
    taken = {one.id for one in funders.values()}
    ids = [number for number in range(1, firms + len(taken) + 1) if number not in taken]
    lenders = funders | {
        f"firm_{number}": alike[0].model_copy(update=start | {"id": number})
        for number in ids[:firms]
    }
    return scenario.model_copy(update={"lenders": lenders})


def opened_alike(scenario: Scenario, *, borrowers: int, seed: int) -> LoanMarket:
    """A market of equal firms at its opening, with one start for all.

    Steering gives each firm the reach, lines and markup that bring its few customers to the same
    balance; that is luck of the burn-in, so all open with the means of these.
    """
    model = LoanMarket(scenario, borrowers=borrowers, seed=seed, threads=1)
    for _ in range(model.burn_in_months):
        model.step()
    states = [lender.state for lender in model.market.lenders if lender.is_brand]
    for name in ("reach", "line_scale", "users_norm", "marketing_norm"):
        mean = float(np.mean([getattr(state, name) for state in states]))
        for state in states:
            setattr(state, name, mean)
    markup = np.mean([state.markup for state in states], axis=0)
    profit = float(np.mean([state.norms.profit for state in states]))
    for state in states:
        state.markup = markup.copy()
        state.norms = replace(state.norms, profit=profit)
    model.open_books()
    return model


def sizes(model: LoanMarket) -> tuple[Floats, Floats]:
    """[firms in business] what each is owed, and [relationships] what each of them owes, fen."""
    market = model.market
    records = model.borrowers.snapshot()
    owed = records["principal_fen"].ravel().astype(np.float64)
    firm = market.book.column("brand")[records["route"].ravel()]
    of_firm = np.bincount(firm, owed, len(market.lenders))
    brands = np.array([lender.is_brand for lender in market.lenders])
    return of_firm[brands & market.open_ones()], owed[owed > 0]


def dealt_out(owed: Floats, firms: int, deals: int, seed: int) -> Floats:
    """[deals, firms] sizes of firms to which relationships are dealt out blindly."""
    chance = np.random.default_rng(seed)
    return np.array(
        [np.bincount(chance.integers(0, firms, len(owed)), owed, firms) for _ in range(deals)]
    )


def dispersion(of_firms: Floats) -> float:
    """Variance of firms' sizes over the square of their mean."""
    return float(of_firms.var() / of_firms.mean() ** 2)


def skewness(of_firms: Floats) -> float:
    """Third moment of firms' sizes about their mean, over the cube of their deviation."""
    return float((((of_firms - of_firms.mean()) / of_firms.std()) ** 3).mean())


def tail_exponent(of_firms: Floats, part: float = 0.1) -> float:
    """Exponent of a power law through the largest firms: about 1 in most countries.

    From a regression of log(rank - 1/2) on log size; its standard error is the exponent times
    sqrt(2 / number of these firms) (Gabaix and Ibragimov, Journal of Business & Economic
    Statistics 29, 2011).

    part : of the firms, largest first
    """
    many = math.floor(part * len(of_firms))
    logs = np.log(np.sort(of_firms)[::-1][:many])
    slope = np.polyfit(logs, np.log(np.arange(1, many + 1) - 0.5), 1)[0]
    return float(-slope)
