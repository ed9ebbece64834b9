"""Recording: each month's tallies and books become rows of the output tables, in real units."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.messages import (
    APPLICATIONS,
    APPROVALS,
    CAP,
    CAUSES,
    CELL_ACTIVE,
    CELL_APPLICATIONS,
    CELL_APPROVALS,
    CELL_BALANCE,
    CELL_BORROWERS,
    CELL_DEFAULTED_1,
    CELL_DEFAULTED_12,
    CELL_DRAWN,
    CELL_DRAWN_APR,
    CELL_MULTI3,
    CELL_OVER_INDEBTED,
    CELL_REFINANCED,
    CELL_SURPLUS,
    CELL_WAS_PERFORMING_1,
    CELL_WAS_PERFORMING_12,
    CHARGED_OFF,
    DRAWN,
    DRAWN_APR,
    DRAWN_CONTRACT,
    FUNDING,
    PRICE,
    RECOVERED,
    REFINANCED,
    RISK,
    SERVED,
    STOCK_APR,
    STOCK_D0,
    STOCK_D4,
    STOCK_ONLINE,
    STOCK_RENEWED,
    UNREACHABLE,
    Floats,
    Ints,
    Tally,
)
from agents.population import BehaviourArrays
from agents.scorecard import auc_of
from sim.core.months import Month
from sim.core.tables import EVENTS, LENDERS, MARKET, SEGMENTS, VINTAGES
from sim.ledger import Account
from sim.market import Event, Market
from sim.metrics import hhi, largest, ratio
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas

UNMET = {
    "unmet_risk": RISK,
    "unmet_cap": CAP,
    "unmet_price": PRICE,
    "unmet_funding": FUNDING,
    "unmet_unreachable": UNREACHABLE,
}
"""Columns of unmet demand by cause."""


@dataclass(frozen=True)
class Figures:
    """What the recorder is shown of one month.

    first, second : tallies of the two halves ; money : [L] cost of funds, fraction per year
    entered, left : real firms
    """

    month: Month
    first: Tally
    second: Tally
    money: Floats
    entered: int
    left: int


@dataclass
class Record:
    """What a recorder has collected so far; rows are never written on once they are kept."""

    last_month: Month
    leavers: Ints
    cohort: Ints
    cohort_default: Ints
    rows: dict[str, list[dict[str, Any]]]


class Recorder:
    """Collects rows; also keeps what default rates and vintages need to remember.

    leavers : [C, 12, 2] people who left the market and whose past year still counts, by months
        from now; performing a year before that month, and of these in default since
    cohort : [months] relationships by month of first draw ; cohort_default : [months, age]
    """

    def __init__(
        self, settings: Scenario, market: Market, behaviour: BehaviourArrays, weight: float
    ) -> None:
        self.settings = settings
        self.market = market
        self.segments = behaviour.segments
        self.places = behaviour.places
        self.weight = weight
        self.cells = len(self.segments) * len(self.places) * 2
        months = settings.burn_in_months + 84
        self.leavers: Ints = np.zeros((self.cells, 12, 2), dtype=np.int64)
        self.cohort: Ints = np.zeros(months, dtype=np.int64)
        self.cohort_default: Ints = np.zeros((months, months), dtype=np.int64)
        self.last_month: Month = settings.start
        self.market_rows: list[dict[str, Any]] = []
        self.lender_rows: list[dict[str, Any]] = []
        self.segment_rows: list[dict[str, Any]] = []
        self.event_rows: list[dict[str, Any]] = []

    def observe(self, figures: Figures, *, reported: bool) -> None:
        """Takes in one month; rows are kept only of reported ones."""
        self.cohort += figures.second.cohort
        self.cohort_default += figures.first.cohort_default
        self.leavers += figures.first.leavers
        if reported:
            self.last_month = figures.month
            cells = figures.first.cell + figures.second.cell
            unmet = figures.first.unmet + figures.second.unmet
            self.lender_rows += self._lenders(figures)
            self.market_rows.append(self._market(figures, cells, unmet))
            self.segment_rows += self._segments(figures.month, cells, unmet)
            for event in self.market.events:
                self.note(figures.month, event)
        self.leavers[:, :-1] = self.leavers[:, 1:]
        self.leavers[:, -1] = 0

    def note(self, month: Month, event: Event) -> None:
        """Adds a row to the event table."""
        self.event_rows.append(
            {
                "month": month.first_day(),
                "kind": event.kind,
                "actor": event.actor,
                "text": event.text,
                "before": event.before,
                "after": event.after,
            }
        )

    def remembered(self) -> Record:
        """A copy of what has been collected."""
        rows = {name: list(kept) for name, kept in self._rows().items()}
        return Record(
            self.last_month,
            self.leavers.copy(),
            self.cohort.copy(),
            self.cohort_default.copy(),
            rows,
        )

    def recall(self, record: Record) -> None:
        """Goes on from a copy of an earlier or another recorder's collection."""
        self.last_month = record.last_month
        self.leavers = record.leavers.copy()
        self.cohort = record.cohort.copy()
        self.cohort_default = record.cohort_default.copy()
        for name, kept in self._rows().items():
            kept[:] = record.rows[name]

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "market": self.market_rows,
            "lenders": self.lender_rows,
            "segments": self.segment_rows,
            "events": self.event_rows,
        }

    def tables(self) -> "dict[str, pandas.DataFrame]":
        """All tables of the months reported so far."""
        return {
            "market": MARKET.frame(self.market_rows),
            "lenders": LENDERS.frame(self.lender_rows),
            "segments": SEGMENTS.frame(self.segment_rows),
            "vintages": VINTAGES.frame(self._vintages()),
            "events": EVENTS.frame(self.event_rows),
        }

    # --- rows ------------------------------------------------------------------------------------

    def _yuan(self, fen: float) -> float:
        return self.market.real_yuan(float(fen))

    def _people(self, sample: float) -> float:
        return float(sample) * self.weight

    def _market(self, figures: Figures, cells: Ints, unmet: Ints) -> dict[str, Any]:
        market = self.market
        stock, flow, book = market.stock, market.flow, market.book
        principal = market.ledger.principal
        balance = int(principal.sum())
        drawn = int(flow[:, DRAWN].sum() + flow[:, REFINANCED].sum())
        firms = np.array([lender.state.firms for lender in market.lenders], dtype=np.float64)
        cv = np.array([lender.setup.size_cv for lender in market.lenders], dtype=np.float64)
        in_business = np.array([x.state.status == "open" for x in market.lenders], dtype=bool)
        brand = market.balances().astype(np.float64)
        held = market.ledger.held(book, principal).astype(np.float64)
        at_risk = market.ledger.at_risk(book, principal).astype(np.float64)
        online = market.by_brand(stock[:, STOCK_ONLINE]).astype(np.float64)
        app = np.array([not lender.kind.traditional for lender in market.lenders], dtype=bool)
        equity = int(market.ledger.accounts[:, Account.EQUITY].sum())
        total = cells.sum(axis=0)
        since = self.leavers[:, 0].sum(axis=0)
        causes = unmet.sum(axis=0)
        row: dict[str, Any] = {
            "month": figures.month.first_day(),
            "balance": self._yuan(balance),
            "originations": self._yuan(int(flow[:, DRAWN].sum())),
            "refinancing": self._yuan(int(flow[:, REFINANCED].sum())),
            "applications": self._people(int(total[CELL_APPLICATIONS])),
            "approvals": self._people(int(total[CELL_APPROVALS])),
            "apr_new": ratio(int(flow[:, DRAWN_APR].sum()), drawn) / 1e4,
            "apr_stock": ratio(int(stock[:, STOCK_APR].sum()), balance) / 1e4,
            "apr_contract_new": ratio(int(flow[:, DRAWN_CONTRACT].sum()), drawn) / 1e4,
            "online_share": ratio(int(stock[:, STOCK_ONLINE].sum()), balance),
            "hhi": hhi(brand, firms, cv),
            "hhi_holder": hhi(held, firms, cv),
            "hhi_risk": hhi(at_risk, firms, cv),
        }
        for count in (1, 3, 5, 10):
            row[f"cr{count}"] = ratio(largest(brand, firms, count), balance)
        row |= {
            "cr5_platform": ratio(largest(online[app], firms[app], 5), online[app].sum()),
            "lenders": int(firms[in_business].sum()),
            "entries": figures.entered,
            "exits": figures.left,
            "npl_ratio": ratio(
                int(stock[:, STOCK_D4].sum() + stock[:, STOCK_RENEWED].sum()), balance
            ),
            "dpd30_ratio": ratio(int(stock[:, STOCK_D0 + 2 : STOCK_D4 + 1].sum()), balance),
            "dpd90_ratio": ratio(int(stock[:, STOCK_D4].sum()), balance),
            "default_rate_1m": ratio(
                int(total[CELL_DEFAULTED_1]), int(total[CELL_WAS_PERFORMING_1])
            ),
            "default_rate_12m": ratio(
                int(total[CELL_DEFAULTED_12] + since[1]),
                int(total[CELL_WAS_PERFORMING_12] + since[0]),
            ),
            "chargeoffs": self._yuan(int(flow[:, CHARGED_OFF].sum())),
            "recoveries": self._yuan(int(flow[:, RECOVERED].sum())),
            "profit": self._yuan(int(market.ledger.profit().sum())),
            "leverage": ratio(balance, equity) if equity > 0 else 0.0,
            "unmet_demand": self._yuan(int(causes.sum() - causes[SERVED])),
            "borrowers_active": self._people(int(total[CELL_ACTIVE])),
            "multi3_share": ratio(int(total[CELL_MULTI3]), int(total[CELL_ACTIVE])),
        }
        row |= {name: self._yuan(int(causes[cause])) for name, cause in UNMET.items()}
        return row

    def _lenders(self, figures: Figures) -> list[dict[str, Any]]:
        market = self.market
        book, stock, flow = market.book, market.stock, market.flow
        ledger, accounts = market.ledger, market.ledger.accounts
        # Plain numbers from here on: taking them from arrays one by one costs more than the rows.
        equity, profit = accounts[:, Account.EQUITY].tolist(), ledger.profit().tolist()
        assets = accounts[:, Account.CASH] + accounts[:, Account.LOANS]
        assets = (assets - accounts[:, Account.ALLOWANCE]).tolist()
        brand, held = market.balances().tolist(), ledger.held(book, ledger.principal).tolist()
        at_risk = ledger.at_risk(book, ledger.principal).tolist()
        drawn = market.by_brand(flow[:, DRAWN]).tolist()
        prices = market.price_of_draws().tolist()
        late = market.by_brand(stock[:, STOCK_D4]).tolist()
        bad = ledger.held(book, stock[:, STOCK_D4] + stock[:, STOCK_RENEWED]).tolist()
        users = market.users().tolist()
        asked = figures.first.lender[:, :, APPLICATIONS].sum(axis=1).tolist()
        approved = figures.first.lender[:, :, APPROVALS].sum(axis=1).tolist()
        aucs = auc_of([lender.state.scorecard for lender in market.lenders]).tolist()
        moved = ledger.items.any(axis=1).tolist()
        attention = sum(
            lender.state.reach
            for lender in market.lenders
            if lender.is_brand and lender.state.status == "open"
        )
        rows = []
        for lender in market.lenders:
            n, state = lender.number, lender.state
            if state.status == "closed" and not asked[n] and not moved[n]:
                continue  # gone before this month
            reach = state.reach if lender.is_brand and state.status == "open" else 0.0
            rows.append(
                {
                    "month": figures.month.first_day(),
                    "lender": lender.name,
                    "kind": lender.setup.kind,
                    "licence": lender.licence,
                    "firms": state.firms,
                    "size_cv": lender.setup.size_cv if state.firms > 1 else 0.0,
                    "balance": self._yuan(brand[n]),
                    "held": self._yuan(held[n]),
                    "at_risk": self._yuan(at_risk[n]),
                    "assets": self._yuan(assets[n]),
                    "liabilities": self._yuan(assets[n] - equity[n]),
                    "equity": self._yuan(equity[n]),
                    "profit": self._yuan(profit[n]),
                    "originations": self._yuan(drawn[n]),
                    "applications": self._people(asked[n]),
                    "approvals": self._people(approved[n]),
                    "apr_new": prices[n],
                    "markup": mean_markup(lender.serves, state.markup) if lender.is_brand else 0.0,
                    "auc": aucs[n] if lender.is_brand else 0.5,
                    "funding_cost": float(figures.money[n]),
                    "leverage": market.leverage(n),
                    "reach": ratio(reach, attention),
                    "users": self._people(users[n]),
                    "npl_ratio": ratio(bad[n], held[n]),
                    "dpd90_ratio": ratio(late[n], brand[n]),
                    "technology": state.technology,
                }
            )
        return rows

    def _segments(self, month: Month, cells: Ints, unmet: Ints) -> list[dict[str, Any]]:
        rows = []
        left = self.leavers[:, 0].tolist()
        for cell, (c, causes) in enumerate(zip(cells.tolist(), unmet.tolist(), strict=True)):
            segment, rest = divmod(cell, 2 * len(self.places))
            place, rural = divmod(rest, 2)
            since, drawn = left[cell], c[CELL_DRAWN] + c[CELL_REFINANCED]
            rows.append(
                {
                    "month": month.first_day(),
                    "segment": self.segments[segment],
                    "region": self.places[place],
                    "rural": bool(rural),
                    "borrowers": self._people(c[CELL_BORROWERS]),
                    "active": self._people(c[CELL_ACTIVE]),
                    "balance": self._yuan(c[CELL_BALANCE]),
                    "originations": self._yuan(c[CELL_DRAWN]),
                    "applications": self._people(c[CELL_APPLICATIONS]),
                    "approvals": self._people(c[CELL_APPROVALS]),
                    "apr_new": ratio(c[CELL_DRAWN_APR], drawn) / 1e4,
                    "default_rate_12m": ratio(
                        c[CELL_DEFAULTED_12] + since[1],
                        c[CELL_WAS_PERFORMING_12] + since[0],
                    ),
                    "over_indebted_share": ratio(c[CELL_OVER_INDEBTED], c[CELL_ACTIVE]),
                    "multi3_share": ratio(c[CELL_MULTI3], c[CELL_ACTIVE]),
                    "unmet_demand": self._yuan(sum(causes) - causes[SERVED]),
                    "consumer_surplus": self._yuan(c[CELL_SURPLUS]),
                }
            )
        return rows

    def _vintages(self) -> list[dict[str, Any]]:
        first = Month(self.settings.start - self.settings.burn_in_months)
        rows = []
        for start in range(self.settings.start, self.last_month + 1):
            cohort = start - first
            ever = np.cumsum(self.cohort_default[cohort]).tolist()
            relationships = self._people(int(self.cohort[cohort]))
            for age in range(self.last_month - start + 1):
                rows.append(
                    {
                        "cohort": Month(start).first_day(),
                        "age": age,
                        "relationships": relationships,
                        "ever_default": self._people(ever[age]),
                    }
                )
        return rows


def mean_markup(serves: Floats, markup: Floats) -> float:
    """Markup over the segments that a lender serves, weighted by fit; fraction per year."""
    return ratio(float((serves * markup).sum()), float(serves.sum()))


assert len(UNMET) + 1 == CAUSES
