"""A walk through a small market: month by month, with every borrower watched.

The market is lived by the reference executor, one object per borrower, and everything that is told
of it (sim/walk_words.py) is read from what the model itself did: the borrowers' month-ends and
their own rules, watched (sim/watched.py), the books, the month's events, and the parts of prices.
"""

from dataclasses import dataclass, field
from typing import Any, cast

from agents.borrower import Borrower
from agents.messages import FEES, INTEREST, REPAID, STOCK_D4
from sim.core.months import Month
from sim.inspection import Names, Snapshot, snapshot
from sim.ledger import Account
from sim.market import FEN_PER_YUAN, Event
from sim.model import LoanMarket
from sim.price_parts import MarkupAim, PriceParts, markup_aims, price_parts
from sim.scenario import Scenario
from sim.watched import MonthWatched, Prospects, Watched


class WatchedTown(Watched):
    """All borrowers of a market watched, and what the lenders' prices are made of."""

    prices: dict[int, PriceParts]

    def _before_settlement(self, prospects: Prospects) -> None:
        assert self.terms is not None
        self.prices = price_parts(self._model, prospects, self.terms)


@dataclass(frozen=True, slots=True)
class Books:
    """One lender at a month-end; yuan of the simulated borrowers, rates as fractions.

    status : open, run_off or closed
    price : all-in rate of the month's draws; 0 without any
    loans : under its brand ; late : part of them more than 90 days late
    held : on its own book ; allowance : set aside for losses ; cash, funding, equity
    profit : of the month, after tax ; customers : who owe it something
    """

    name: str
    status: str
    price: float
    loans: float
    late: float
    held: float
    allowance: float
    cash: float
    funding: float
    equity: float
    profit: float
    customers: int


@dataclass(frozen=True, slots=True)
class WalkedMonth:
    """Everything that is told of a month.

    before, after : every borrower at the month-ends before and after
    lived : by place, what month-ends do not show ; events : of lenders, economy and regulator
    prices : by lender, as offered in the month ; aims : by lender, as of its end
    markup_speed : part of the way to their aims that markups go in a month
    books : lenders with a brand, by number ; paid : to lenders by borrowers, yuan
    """

    month: Month
    before: tuple[Snapshot, ...]
    after: tuple[Snapshot, ...]
    lived: dict[int, MonthWatched]
    events: tuple[Event, ...]
    prices: dict[int, PriceParts]
    aims: dict[int, MarkupAim]
    markup_speed: float
    books: dict[int, Books]
    paid: float


@dataclass
class Walk:
    """A market that is lived a month at a time, and all that has been seen of it.

    Money is in yuan of the simulated borrowers: their debts add up to the lenders' loans.
    """

    model: LoanMarket
    months: list[WalkedMonth] = field(default_factory=list)

    @classmethod
    def begin(cls, scenario: Scenario, borrowers: int, seed: int) -> "Walk":
        """The market on its opening day; the burn-in takes a second for 200 borrowers."""
        model = LoanMarket(scenario, borrowers=borrowers, seed=seed, executor="reference")
        model.burn_in()
        return cls(model)

    def __post_init__(self) -> None:
        self.names = Names(self.model)
        self.watched = WatchedTown(self.model, range(len(self.model.borrowers)))
        self.model.borrowers = cast(Any, self.watched)
        self.opening = self._everybody()
        self.opening_books = self.books()

    @property
    def now(self) -> tuple[Snapshot, ...]:
        """Every borrower at the last month-end."""
        return self.months[-1].after if self.months else self.opening

    def step(self) -> WalkedMonth:
        """Lives one more month."""
        before = self.now
        self.model.step()
        market = self.model.market
        paid = market.flow[:, [REPAID, INTEREST, FEES]].sum()
        walked = WalkedMonth(
            month=self.model.now,
            before=before,
            after=self._everybody(),
            lived=dict(self.watched.months),
            events=tuple(market.events),
            prices=self.watched.prices,
            aims=markup_aims(self.model),
            markup_speed=self.model.settings.rivalry.markup_speed,
            books=self.books(),
            paid=float(paid) / FEN_PER_YUAN,
        )
        self.months.append(walked)
        return walked

    def books(self) -> dict[int, Books]:
        """Lenders with a brand at this month-end, by number."""
        market, ledger = self.model.market, self.model.market.ledger
        loans, prices, users = market.balances(), market.price_of_draws(), market.users()
        late, profit = market.by_brand(market.stock[:, STOCK_D4]), ledger.profit()
        found = {}
        for lender in market.lenders:
            if not lender.is_brand:
                continue
            n, of = lender.number, ledger.accounts[lender.number].tolist()
            found[n] = Books(
                name=lender.name,
                status=lender.state.status,
                price=float(prices[n]),
                loans=float(loans[n]) / FEN_PER_YUAN,
                late=float(late[n]) / max(1, int(loans[n])),
                held=of[Account.LOANS] / FEN_PER_YUAN,
                allowance=of[Account.ALLOWANCE] / FEN_PER_YUAN,
                cash=of[Account.CASH] / FEN_PER_YUAN,
                funding=of[Account.FUNDING] / FEN_PER_YUAN,
                equity=of[Account.EQUITY] / FEN_PER_YUAN,
                profit=float(profit[n]) / FEN_PER_YUAN,
                customers=int(users[n]),
            )
        return found

    def _everybody(self) -> tuple[Snapshot, ...]:
        people = [cast(Borrower, self.watched[i]) for i in range(len(self.watched))]
        return tuple(snapshot(cast(Any, borrower)) for borrower in people)
