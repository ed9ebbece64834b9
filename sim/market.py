"""The lenders' side of one market: who lends, on which routes, with which books, as of last month.

Functions of the month (terms, rationing, bookkeeping, structure) read and write this one object.
"""

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from agents.funders import FundingTable, Mood
from agents.funding_parameters import FireSales
from agents.lender import Lender, LenderState
from agents.limits import LICENCES, Licence
from agents.messages import (
    DRAWN,
    DRAWN_APR,
    FEES,
    INTEREST,
    REFINANCED,
    ROUTE_FLOWS,
    ROUTE_STOCKS,
    STOCK_APR,
    STOCK_USERS,
    Floats,
    Ints,
)
from agents.routes import RouteBook
from agents.technology_parameters import TECHNOLOGIES
from sim.columns import floats
from sim.ledger import Account, Ledger

FEN_PER_YUAN = 100


@dataclass
class Event:
    """One row of the event table, without its month."""

    kind: str
    actor: str
    text: str
    before: float | None = None
    after: float | None = None


@dataclass
class Market:
    """Lenders, routes and books.

    partners : for each lender, who funds its loans, as (number, weight)
    weight : real borrowers per simulated one
    funding, mood : the market for lenders' money: its terms, and what funders remember
    sales : the market for loans that lenders must sell
    stock : [R, ROUTE_STOCKS] last month-end ; flow : [R, ROUTE_FLOWS] last month
    events : what happened to lenders this month
    technology_cost, technology_support : [L] of this month, and what the state paid of it, fen
    """

    lenders: list[Lender]
    book: RouteBook
    ledger: Ledger
    partners: list[list[tuple[int, float]]]
    weight: float
    funding: FundingTable
    mood: Mood
    sales: FireSales = field(default_factory=FireSales)
    stock: Ints = field(default_factory=lambda: np.zeros((0, ROUTE_STOCKS), dtype=np.int64))
    flow: Ints = field(default_factory=lambda: np.zeros((0, ROUTE_FLOWS), dtype=np.int64))
    events: list[Event] = field(default_factory=list)
    technology_cost: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    technology_support: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _fixed: dict[str, Floats] = field(default_factory=dict, repr=False)
    _of_effects: dict[str, Floats] = field(default_factory=dict, repr=False)
    _licences: npt.NDArray[np.bool_] | None = field(default=None, repr=False)
    _rules: dict[tuple[object, ...], Floats] = field(default_factory=dict, repr=False)

    @property
    def identities(self) -> tuple[int, ...]:
        """[L] permanent ids."""
        return tuple([lender.setup.id for lender in self.lenders])

    def of_kinds(self, name: str) -> Floats:
        """[L] a number that each lender's kind has; made once, since kinds never change."""
        return self.fixed(name, lambda lender: getattr(lender.kind, name))

    def fixed(self, name: str, of_lender: Callable[[Lender], float]) -> Floats:
        """[L] a number that each lender has for good; worked out once, kept under its name."""
        column = self._fixed.get(name)
        if column is None:
            column = self._fixed[name] = floats([of_lender(lender) for lender in self.lenders])
        return column

    def of_effects(self, name: str) -> Floats:
        """[L, T] what full adoption of each technology does at each lender; made once too."""
        if name not in self._of_effects:
            rows = [getattr(lender.effects, name) for lender in self.lenders]
            self._of_effects[name] = np.array(rows, dtype=np.float64).reshape(-1, len(TECHNOLOGIES))
        return self._of_effects[name]

    def least(self, levels: Mapping[Licence, float]) -> Floats:
        """[L] the lowest level that a rule sets for a licence that each lender uses."""
        return self._of_rule(
            "least",
            levels,
            lambda: self._at_licences(levels, math.inf).min(axis=1, initial=math.inf),
        )

    def greatest(self, levels: Mapping[Licence, float]) -> Floats:
        """[L] the highest level that a rule sets for a licence that each lender uses."""
        return self._of_rule(
            "greatest",
            levels,
            lambda: self._at_licences(levels, -math.inf).max(axis=1, initial=-math.inf),
        )

    def _of_rule(
        self, which: str, levels: Mapping[Licence, float], work_out: Callable[[], Floats]
    ) -> Floats:
        """[L] what a rule's levels mean; kept, since rules change far less often than months."""
        key = (which, *levels.items())
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = work_out()
            found.flags.writeable = False
        return found

    def _at_licences(self, levels: Mapping[Licence, float], elsewhere: float) -> Floats:
        """[L, licence] levels, and `elsewhere` for licences that a lender does not use."""
        if self._licences is None:
            uses = [[x in lender.licences for x in LICENCES] for lender in self.lenders]
            self._licences = np.array(uses, dtype=bool).reshape(-1, len(LICENCES))
        return np.where(self._licences, floats([levels[x] for x in LICENCES]), elsewhere)

    def at_home(self, levels: Mapping[Licence, float]) -> Floats:
        """[L] the level that a rule sets for the licence of each lender's own book."""
        return self._of_rule(
            "at home", levels, lambda: floats([levels[x.kind.licence] for x in self.lenders])
        )

    def firms_in_business(self) -> Floats:
        """[L] real firms behind each brand that is open; 0 behind others."""
        return floats(
            [x.state.firms if x.is_brand and x.state.status == "open" else 0 for x in self.lenders]
        )

    def open_ones(self) -> npt.NDArray[np.bool_]:
        """[L] whether each is in business."""
        return np.array([lender.state.status == "open" for lender in self.lenders], dtype=bool)

    def sample_fen(self, yuan: float) -> int:
        """Real yuan as fen of the sample."""
        return round(yuan * FEN_PER_YUAN / self.weight)

    def real_yuan[N: (float, Floats)](self, fen: N) -> N:
        """Fen of the sample as real yuan."""
        return fen * self.weight / FEN_PER_YUAN

    def open_routes(self) -> None:
        """Gives routes added since last month their rows."""
        missing = len(self.book) - len(self.stock)
        if missing > 0:
            self.stock = np.vstack([self.stock, np.zeros((missing, ROUTE_STOCKS), dtype=np.int64)])
            self.flow = np.vstack([self.flow, np.zeros((missing, ROUTE_FLOWS), dtype=np.int64)])

    def by_brand(self, of_routes: Ints) -> Ints:
        """[L] an amount per route by brand."""
        return self.ledger.branded(self.book, of_routes)

    def balances(self) -> Ints:
        """[L] principal by brand, fen."""
        return self.by_brand(self.ledger.principal)

    def drawn(self) -> Ints:
        """[L] last month's draws by brand, refinancing included, fen."""
        return self.by_brand(self.flow[:, DRAWN] + self.flow[:, REFINANCED])

    def price_of_draws(self) -> Floats:
        """[L] all-in price of last month's draws, fraction per year; 0 without draws."""
        priced = self.by_brand(self.flow[:, DRAWN_APR])
        return priced / np.maximum(1, self.drawn()) / 10_000.0

    def users(self) -> Ints:
        """[L] relationships with a balance, sample."""
        return self.by_brand(self.stock[:, STOCK_USERS])

    def route_apr_bp(self) -> Ints:
        """[R] mean all-in rate on each route's balance, bp."""
        principal = self.stock[:, :5].sum(axis=1)
        rate: Ints = self.stock[:, STOCK_APR] // np.maximum(1, principal)
        return rate

    def revenue(self) -> Ints:
        """[L] what borrowers paid each brand last month in interest and fees, fen."""
        return self.by_brand(self.flow[:, INTEREST] + self.flow[:, FEES])

    def leverages(self) -> Floats:
        """[L] held loans to equity; 0 without equity."""
        loans, equity = (self.ledger.accounts[:, a] for a in (Account.LOANS, Account.EQUITY))
        return np.where(equity > 0, loans / np.maximum(1, equity), 0.0)

    def copy_states(self) -> list[LenderState]:
        """Copies of what lenders remember."""
        return [copy.deepcopy(lender.state) for lender in self.lenders]
