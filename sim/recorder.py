"""Recording: each month's tallies and books become rows of the output tables, in real units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.funding_parameters import SOURCES
from agents.lender import Lender
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
    CELL_ROLLED_OVER,
    CELL_SURPLUS,
    CELL_WAS_PERFORMING_1,
    CELL_WAS_PERFORMING_12,
    CHARGED_OFF,
    DRAWN,
    DRAWN_APR,
    DRAWN_CONTRACT,
    FALSE_ALARMS,
    FRAUD_APPLICATIONS,
    FRAUD_LOST,
    FRAUD_REFUSED,
    FUNDING,
    PRICE,
    REFINANCED,
    RISK,
    SCORE_BINS,
    SERVED,
    STOCK_APR,
    STOCK_D0,
    STOCK_D4,
    STOCK_ONLINE,
    STOCK_RENEWED,
    SUBSIDY_PAID,
    UNREACHABLE,
    Floats,
    Ints,
    Tally,
)
from agents.population import BehaviourArrays
from agents.scorecard import auc_of, calibration_slopes
from agents.technology_parameters import TECHNOLOGIES
from sim.abilities import adopted
from sim.bad_loans import face_sold
from sim.columns import float_table, floats
from sim.core.months import Month
from sim.core.tables import EVENTS, LENDERS, MARKET, SEGMENTS, TABLES, VINTAGES, Table, TableError
from sim.core.wording import listed
from sim.dated_rules import UNLIMITED
from sim.ledger import Account, Item
from sim.lender_accounts import RECOVERIES, accounts_of, all_together
from sim.market import Event, Market
from sim.metrics import hhi, largest, ratio, ratios
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
    asked : [L, S] what each source of funding asks, fraction per year
    entered, left : real firms ; room : [L] what lenders could still lend at month-end, fen
    leverage_limit : [L] most loans held to equity
    """

    month: Month
    first: Tally
    second: Tally
    money: Floats
    asked: Floats
    entered: int
    left: int
    room: Ints
    leverage_limit: Floats


RANKS = "ranks"
"""Column of the lenders' pages alone: [SCORE_BINS, 2] good and bad loans by score; the table has
what follows from them."""

Page = Mapping[str, Sequence[Any]]
"""Some rows of a table, column by column."""


def rows_of[N: (Floats, Ints)](columns: Mapping[str, N]) -> N:
    """[names, L] columns of lenders one below the other, so that all are picked from at once."""
    found: N = np.concatenate(list(columns.values())).reshape(len(columns), -1)
    return found


def no_limit_is_zero(limits: Floats) -> Floats:
    """[L] limits for a table, in which a limit that binds nobody stands as 0."""
    return np.where(limits >= UNLIMITED, 0.0, limits)


@dataclass(frozen=True)
class Positions:
    """[L] whose loans the market's are, fen: by brand, by holder, by bearer of the risk."""

    brand: Ints
    held: Ints
    at_risk: Ints


@dataclass
class Record:
    """What a recorder has collected so far; pages are never written on once they are kept."""

    last_month: Month
    leavers: Ints
    cohort: Ints
    cohort_default: Ints
    losses: Ints
    pages: dict[str, list[Page]]


class Recorder:
    """Collects rows, a page a month; also keeps what default rates and vintages need to remember.

    leavers : [C, 12, 2] people who left the market and whose past year still counts, by months
        from now; performing a year before that month, and of these in default since
    cohort : [months] relationships by month of first draw ; cohort_default : [months, age]
    losses : [12, L, 2] charged off and owed under each brand in the last months, fen
    """

    def __init__(
        self,
        settings: Scenario,
        market: Market,
        behaviour: BehaviourArrays,
        weight: float,
        *,
        lender_rows: bool = True,
    ) -> None:
        self.settings = settings
        self.market = market
        self.segments = behaviour.segments
        self.places = behaviour.places
        self.weight = weight
        self.lender_rows = lender_rows
        self.cells = len(self.segments) * len(self.places) * 2
        months = settings.burn_in_months + 84
        self.leavers: Ints = np.zeros((self.cells, 12, 2), dtype=np.int64)
        self.cohort: Ints = np.zeros(months, dtype=np.int64)
        self.cohort_default: Ints = np.zeros((months, months), dtype=np.int64)
        self.losses: Ints = np.zeros((12, len(market.lenders), 2), dtype=np.int64)
        self.last_month: Month = settings.start
        self.pages: dict[str, list[Page]] = {
            table.name: [] for table in (MARKET, LENDERS, SEGMENTS, EVENTS)
        }
        cells = list(product(self.segments, self.places, (False, True)))
        self.cell_names: Page = {
            name: [cell[place] for cell in cells]
            for place, name in enumerate(("segment", "region", "rural"))
        }

    def observe(self, figures: Figures, *, reported: bool) -> None:
        """Takes in one month; rows are kept only of reported ones."""
        self.cohort += figures.second.cohort
        self.cohort_default += figures.first.cohort_default
        self.leavers += figures.first.leavers
        self._remember_losses()
        if reported:
            self.last_month = figures.month
            cells = figures.first.cell + figures.second.cell
            unmet = figures.first.unmet + figures.second.unmet
            where = self._positions()
            if self.lender_rows:
                self.pages["lenders"].append(self._lenders(figures, where))
            self.pages["market"].append(self._market(figures, where, cells, unmet))
            self.pages["segments"].append(self._segments(figures.month, cells, unmet))
            for event in self.market.events:
                self.note(figures.month, event)
        self.leavers[:, :-1] = self.leavers[:, 1:]
        self.leavers[:, -1] = 0

    def _remember_losses(self) -> None:
        """Takes in the month's charge-offs and balances by brand; the month of a year ago goes."""
        market = self.market
        self.losses[:-1] = self.losses[1:]
        self.losses[-1, :, 0] = market.by_brand(market.flow[:, CHARGED_OFF])
        self.losses[-1, :, 1] = market.balances()

    def note(self, month: Month, event: Event) -> None:
        """Adds a row to the event table."""
        self.pages["events"].append(
            {
                "month": [month.first_day()],
                "kind": [event.kind],
                "actor": [event.actor],
                "text": [event.text],
                "before": [event.before],
                "after": [event.after],
            }
        )

    def remembered(self) -> Record:
        """A copy of what has been collected."""
        return Record(
            self.last_month,
            self.leavers.copy(),
            self.cohort.copy(),
            self.cohort_default.copy(),
            self.losses.copy(),
            {name: list(kept) for name, kept in self.pages.items()},
        )

    def recall(self, record: Record) -> None:
        """Goes on from a copy of an earlier or another recorder's collection."""
        self.last_month = record.last_month
        self.leavers = record.leavers.copy()
        self.cohort = record.cohort.copy()
        self.cohort_default = record.cohort_default.copy()
        self.losses = record.losses.copy()
        self.pages = {name: list(kept) for name, kept in record.pages.items()}

    def tables(self) -> "dict[str, pandas.DataFrame]":
        """All tables of the months reported so far."""
        return {name: self.table(name) for name in TABLES}

    def table(self, name: str) -> "pandas.DataFrame":
        """One table of the months reported so far, by name.

        Raises ValueError for the lenders' table where its rows were not collected.
        """
        if name == LENDERS.name and not self.lender_rows:
            raise ValueError("the lenders' rows were not collected: LoanMarket(lender_rows=True)")
        made = {"lenders": self._all_lenders, "vintages": self._vintages}
        rows = made[name]() if name in made else bound(TABLES[name], self.pages[name])
        return TABLES[name].frame(rows)

    # --- rows ------------------------------------------------------------------------------------

    def _yuan[N: (float, Floats)](self, fen: N) -> N:
        return self.market.real_yuan(fen)

    def _people(self, sample: float) -> float:
        return float(sample) * self.weight

    def _positions(self) -> Positions:
        ledger, book = self.market.ledger, self.market.book
        return Positions(
            self.market.balances(),
            ledger.held(book, ledger.principal),
            ledger.at_risk(book, ledger.principal),
        )

    def _market(self, figures: Figures, where: Positions, cells: Ints, unmet: Ints) -> Page:
        market = self.market
        stock, flow = (table.sum(axis=0).tolist() for table in (market.stock, market.flow))
        balance = int(where.brand.sum())
        drawn = flow[DRAWN] + flow[REFINANCED]
        firms = floats([lender.state.firms for lender in market.lenders])
        cv = market.fixed("size_cv", lambda lender: lender.setup.size_cv)
        in_business = market.open_ones()
        brand = where.brand.astype(np.float64)
        online = market.by_brand(market.stock[:, STOCK_ONLINE]).astype(np.float64)
        app = market.of_kinds("traditional") == 0.0
        equity = int(market.ledger.accounts[:, Account.EQUITY].sum())
        total = cells.sum(axis=0).tolist()
        since = self.leavers[:, 0].sum(axis=0).tolist()
        causes = unmet.sum(axis=0).tolist()
        row: dict[str, Any] = {
            "month": figures.month.first_day(),
            "balance": self._yuan(balance),
            "originations": self._yuan(flow[DRAWN]),
            "refinancing": self._yuan(flow[REFINANCED]),
            "applications": self._people(total[CELL_APPLICATIONS]),
            "approvals": self._people(total[CELL_APPROVALS]),
            "apr_new": ratio(flow[DRAWN_APR], drawn) / 1e4,
            "apr_stock": ratio(stock[STOCK_APR], balance) / 1e4,
            "apr_contract_new": ratio(flow[DRAWN_CONTRACT], drawn) / 1e4,
            "online_share": ratio(stock[STOCK_ONLINE], balance),
            "hhi": hhi(brand, firms, cv),
            "hhi_holder": hhi(where.held.astype(np.float64), firms, cv),
            "hhi_risk": hhi(where.at_risk.astype(np.float64), firms, cv),
        }
        for count in (1, 3, 5, 10):
            row[f"cr{count}"] = ratio(largest(brand, firms, count), balance)
        row |= {
            "cr5_platform": ratio(largest(online[app], firms[app], 5), online[app].sum()),
            "lenders": int(firms[in_business].sum()),
            "entries": figures.entered,
            "exits": figures.left,
            "npl_ratio": ratio(stock[STOCK_D4] + stock[STOCK_RENEWED], balance),
            "dpd30_ratio": ratio(sum(stock[STOCK_D0 + 2 : STOCK_D4 + 1]), balance),
            "dpd90_ratio": ratio(stock[STOCK_D4], balance),
            "default_rate_1m": ratio(total[CELL_DEFAULTED_1], total[CELL_WAS_PERFORMING_1]),
            "default_rate_12m": ratio(
                total[CELL_DEFAULTED_12] + since[1],
                total[CELL_WAS_PERFORMING_12] + since[0],
            ),
            "chargeoffs": self._yuan(flow[CHARGED_OFF]),
            "recoveries": self._yuan(int(market.ledger.items[:, RECOVERIES].sum())),
            "profit": self._yuan(int(market.ledger.profit().sum())),
            "leverage": ratio(balance, equity) if equity > 0 else 0.0,
            "unmet_demand": self._yuan(sum(causes) - causes[SERVED]),
            "borrowers_active": self._people(total[CELL_ACTIVE]),
            "multi3_share": ratio(total[CELL_MULTI3], total[CELL_ACTIVE]),
        }
        row |= {name: self._yuan(causes[cause]) for name, cause in UNMET.items()}
        accounts = accounts_of(market.ledger, figures.room)
        all_books, owed = all_together(accounts), int(accounts.sources.sum())
        row |= {
            "stress": market.mood.stress,
            "funding_cost": ratio(12 * int(accounts.paid.sum()), owed),
            "interest_income": self._yuan(int(accounts.income.sum())),
            "gross_margin": float(all_books.margin[0]),
            "room": self._yuan(int(accounts.room.sum())),
            "utilisation": float(all_books.used(np.array([balance]))[0]),
        }
        row |= {
            "over_indebted_share": ratio(total[CELL_OVER_INDEBTED], total[CELL_ACTIVE]),
            "rollover_share": ratio(total[CELL_ROLLED_OVER], total[CELL_ACTIVE]),
        }
        row["subsidies"] = self._yuan(int(figures.first.subsidy[:, SUBSIDY_PAID].sum()))
        covers = market.ledger.items[:, [Item.COVER_PAID, Item.COVER_FEE]].sum(axis=0).tolist()
        row["guarantees_paid"], row["guarantee_fees"] = (
            self._yuan(covers[0]),
            self._yuan(-covers[1]),
        )
        return {name: [value] for name, value in row.items()}

    def _lenders(self, figures: Figures, where: Positions) -> Page:
        market, ledger, flow, stock = (
            self.market,
            self.market.ledger,
            self.market.flow,
            self.market.stock,
        )
        counts = figures.first.lender.sum(axis=1)
        moved = ledger.items.any(axis=1) | (counts[:, APPLICATIONS] > 0)
        # A lender that was gone before this month has no row.
        there = ("open", "run_off")
        lenders = [x for x in market.lenders if x.state.status in there or moved[x.number]]
        shown = np.array([lender.number for lender in lenders], dtype=np.int64)
        states = [lender.state for lender in lenders]
        brands = np.array([lender.is_brand for lender in lenders], dtype=bool)
        reach = np.array(
            [
                lender.state.reach if lender.is_brand and lender.state.status == "open" else 0.0
                for lender in lenders
            ]
        )

        technology = adopted(market)[shown]
        accounts = ledger.accounts
        assets = accounts[:, Account.CASH] + accounts[:, Account.LOANS]
        assets = assets - accounts[:, Account.ALLOWANCE]
        equity = accounts[:, Account.EQUITY]
        late = market.by_brand(stock[:, STOCK_D4])
        bad = ledger.held(market.book, stock[:, STOCK_D4] + stock[:, STOCK_RENEWED])
        page = accounts_of(ledger, figures.room)
        fen = {
            "balance": where.brand,
            "held": where.held,
            "at_risk": where.at_risk,
            "assets": assets,
            "liabilities": assets - equity,
            "equity": equity,
            "profit": ledger.profit(),
            "originations": market.by_brand(flow[:, DRAWN]),
            "technology_cost": market.technology_cost,
            "technology_support": market.technology_support,
            "fraud_losses": market.by_brand(flow[:, FRAUD_LOST]),
            "interest_income": page.income,
            "bad_loans_sold": face_sold(market),
            "bad_loan_sales": ledger.items[:, Item.SALE],
            "room": page.room,
            "cash": accounts[:, Account.CASH],
            "allowances": accounts[:, Account.ALLOWANCE],
            "guarantee_duty": accounts[:, Account.GUARANTEES],
            "brand_chargeoffs": self.losses[-1, :, 0],
            **dict(zip(SOURCES, page.sources.T, strict=True)),
            **self._profit_and_loss(),
        }
        amounts = self._yuan(rows_of(fen)[:, shown].astype(np.float64)).tolist()
        people = {
            "applications": counts[:, APPLICATIONS],
            "approvals": counts[:, APPROVALS],
            "users": market.users(),
            "fraud_applications": counts[:, FRAUD_APPLICATIONS],
            "fraud_refused": counts[:, FRAUD_REFUSED],
            "false_alarms": counts[:, FALSE_ALARMS],
        }
        heads = (rows_of(people)[:, shown] * self.weight).tolist()
        rates = {
            "apr_new": market.price_of_draws(),
            "funding_cost": figures.money,
            "leverage": market.leverages(),
            "npl_ratio": ratios(bad, where.held),
            "dpd90_ratio": ratios(late, where.brand),
            "leverage_at_risk": ratios(where.at_risk, np.where(equity > 0, equity, 0)),
            "approval_rate": ratios(counts[:, APPROVALS], counts[:, APPLICATIONS]),
            "gross_margin": page.margin,
            "utilisation": page.used(where.held),
            "leverage_limit": no_limit_is_zero(figures.leverage_limit),
            "chargeoff_rate_12m": self._chargeoff_rates(),
        }
        fractions = rows_of(rates)[:, shown].tolist()
        asked = np.where(page.sources > 0, figures.asked, 0.0)[shown].T.tolist()
        return {
            "month": [figures.month.first_day()] * len(lenders),
            "lender": [lender.name for lender in lenders],
            "kind": [lender.setup.kind for lender in lenders],
            "licence": [lender.licence for lender in lenders],
            **dict(zip(fen, amounts, strict=True)),
            "firms": [state.firms for state in states],
            "size_cv": [x.setup.size_cv if x.state.firms > 1 else 0.0 for x in lenders],
            **dict(zip(people, heads, strict=True)),
            **dict(zip(rates, fractions, strict=True)),
            "markup": np.where(brands, self._mean_markups(lenders), 0.0).tolist(),
            "reach": ratios(reach, np.full(len(lenders), sum(reach.tolist()))).tolist(),
            "technology": technology.mean(axis=1).tolist(),
            RANKS: [state.scorecard.ranks for state in states],
            **dict(zip(TECHNOLOGIES, technology.T.tolist(), strict=True)),
            **{f"{name}_rate": asked[place] for place, name in enumerate(SOURCES)},
        }

    def _profit_and_loss(self) -> dict[str, Ints]:
        """[L] the lines between income and profit, fen: costs positive, recoveries too."""
        market, items = self.market, self.market.ledger.items
        technology = market.technology_cost - market.technology_support
        return {
            "funding_expense": -items[:, Item.FUNDING_COST],
            "operating_cost": -items[:, Item.OPERATING] - technology,
            "marketing_cost": -items[:, [Item.ACQUISITION, Item.MARKETING]].sum(axis=1),
            "charge_offs": -items[:, Item.CHARGE_OFF],
            "recoveries": items[:, RECOVERIES].sum(axis=1),
            "provisions": -items[:, Item.PROVISION],
            "fines": -items[:, Item.FINE],
            "guarantee_income": items[:, [Item.COVER_PAID, Item.COVER_FEE]].sum(axis=1),
            "sale_result": items[:, Item.FIRE_SALE],
            "tax": -items[:, Item.TAX],
        }

    def _chargeoff_rates(self) -> Floats:
        """[L] charged off in the last twelve months over the mean balance of these months."""
        charged_off, owed = self.losses.sum(axis=0).T
        return ratios(12 * charged_off, owed)

    def _all_lenders(self) -> Page:
        """The pages of the lenders' table as one, and how well scorecards tell good from bad.

        That is worked out for all months together: it takes a dozen steps, each as dear for one
        month's lenders as for all.
        """
        pages = self.pages["lenders"]
        found = list(chain.from_iterable(page[RANKS] for page in pages))
        ranks = np.array(found, dtype=np.int64).reshape(-1, SCORE_BINS, 2)
        slopes = calibration_slopes(ranks).tolist()
        told = {"auc": auc_of(ranks).tolist(), "calibration_slope": slopes}
        return bound(LENDERS, pages, told)

    def _mean_markups(self, lenders: Sequence[Lender]) -> Floats:
        """[L] markup over the segments that a lender serves, weighted by fit; a year's fraction."""
        shape = (len(lenders), len(self.segments))
        serves = float_table([lender.serves for lender in lenders], shape[1])
        markup = float_table([lender.state.markup for lender in lenders], shape[1])
        return ratios((serves * markup).sum(axis=1), serves.sum(axis=1))

    def _segments(self, month: Month, cells: Ints, unmet: Ints) -> Page:
        since = self.leavers[:, 0]

        def people(item: int) -> list[float]:
            return (cells[:, item] * self.weight).tolist()

        def yuan(fen: Ints) -> list[float]:
            return self._yuan(fen.astype(np.float64)).tolist()

        def of_active(item: int) -> list[float]:
            return ratios(cells[:, item], cells[:, CELL_ACTIVE]).tolist()

        drawn = cells[:, CELL_DRAWN] + cells[:, CELL_REFINANCED]
        return {
            "month": [month.first_day()] * self.cells,
            **self.cell_names,
            "borrowers": people(CELL_BORROWERS),
            "active": people(CELL_ACTIVE),
            "balance": yuan(cells[:, CELL_BALANCE]),
            "originations": yuan(cells[:, CELL_DRAWN]),
            "applications": people(CELL_APPLICATIONS),
            "approvals": people(CELL_APPROVALS),
            "apr_new": (ratios(cells[:, CELL_DRAWN_APR], drawn) / 1e4).tolist(),
            "default_rate_12m": ratios(
                cells[:, CELL_DEFAULTED_12] + since[:, 1],
                cells[:, CELL_WAS_PERFORMING_12] + since[:, 0],
            ).tolist(),
            "over_indebted_share": of_active(CELL_OVER_INDEBTED),
            "multi3_share": of_active(CELL_MULTI3),
            "unmet_demand": yuan(unmet.sum(axis=1) - unmet[:, SERVED]),
            "consumer_surplus": yuan(cells[:, CELL_SURPLUS]),
            **{name: yuan(unmet[:, cause]) for name, cause in UNMET.items()},
            "rollover_share": of_active(CELL_ROLLED_OVER),
        }

    def _vintages(self) -> Page:
        columns: dict[str, list[Any]] = {name: [] for name in VINTAGES.names}
        for start in range(self.settings.start, self.last_month + 1):
            cohort = start - self.settings.start + self.settings.burn_in_months
            ages = self.last_month - start + 1
            ever = np.cumsum(self.cohort_default[cohort])[:ages]
            columns["cohort"] += [Month(start).first_day()] * ages
            columns["age"] += range(ages)
            columns["relationships"] += [self._people(self.cohort[cohort])] * ages
            columns["ever_default"] += (ever * self.weight).tolist()
        return columns


def bound(table: Table, pages: Sequence[Page], whole: Page | None = None) -> Page:
    """The pages of a table as one; TableError for a column that nothing writes.

    whole : columns that are there in one piece already
    """
    ready = whole or {}
    missing = [name for name in table.names for page in pages[:1] if name not in {*page, *ready}]
    if missing:
        raise TableError(f"table {table.name} declares {listed(missing)}, which nothing writes")
    return {
        name: ready[name] if name in ready else list(chain.from_iterable(p[name] for p in pages))
        for name in table.names
    }


assert len(UNMET) + 1 == CAUSES
