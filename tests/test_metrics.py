"""Every measure of the tables, computed again from outside: from the borrowers' records alone.

`History` keeps a copy of all records at every month-end, burn-in included, and looks at nothing
else of the model but the route book, the books' accounts and who the lenders are. The definitions
are those of the model's specification, section 9, written down here once more without the program.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.borrower import BorrowerView
from agents.loan import rolls_over
from agents.messages import INTEREST, REPAID
from agents.routes import NOBODY, Route
from sim.compiled import Records
from sim.core.tables import TABLES
from sim.metrics import hhi, largest, ratio
from sim.model import LoanMarket
from tests.small_market import STRESS, LivedMonth, each_row, lived_month, small_scenario

# --- plain functions ------------------------------------------------------------------------------

BALANCES = st.lists(st.integers(0, 10**13).map(float), min_size=1, max_size=12)


@given(BALANCES, st.data())
def test_the_hhi_over_real_firms_is_that_of_the_firms_one_by_one(
    balances: list[float], data: st.DataObject
) -> None:
    firms = [data.draw(st.integers(1, 40)) for _ in balances]
    found = hhi(np.array(balances), np.array(firms, dtype=float), np.zeros(len(balances)))
    each = [b / m for b, m in zip(balances, firms, strict=True) for _ in range(m)]
    total = sum(each)
    expected = sum((1e4 * (x / total) * (x / total)) for x in each) if total > 0 else 0.0
    assert found == pytest.approx(expected)


def test_size_dispersion_counts_within_a_fringe() -> None:
    """Ten firms, five of 1 and five of 3: mean 2, standard deviation 1, cv one half."""
    sizes = np.array([1.0] * 5 + [3.0] * 5)
    one_by_one = 1e4 * ((sizes / sizes.sum()) ** 2).sum()
    assert hhi(np.array([20.0]), np.array([10.0]), np.array([0.5])) == pytest.approx(one_by_one)


def test_concentration_of_nothing_and_of_one() -> None:
    nobody = np.zeros(0)
    assert hhi(nobody, nobody, nobody) == 0.0
    assert hhi(np.zeros(3), np.ones(3), np.zeros(3)) == 0.0
    assert hhi(np.array([5.0, 0.0]), np.array([1.0, 9.0]), np.array([0.0, 2.0])) == 10_000.0


@given(BALANCES, st.integers(1, 10), st.data())
def test_the_largest_are_real_firms(balances: list[float], count: int, data: st.DataObject) -> None:
    firms = [data.draw(st.integers(1, 6)) for _ in balances]
    each = sorted((b / m for b, m in zip(balances, firms, strict=True) for _ in range(m)))
    found = largest(np.array(balances), np.array(firms, dtype=float), count)
    assert found == pytest.approx(sum(each[::-1][:count]))


def test_a_ratio_without_a_denominator_is_nothing() -> None:
    assert ratio(5.0, 0.0) == 0.0
    assert ratio(1, 4) == 0.25


# --- a history from outside -----------------------------------------------------------------------

SLOTS = 4
Person = tuple[int, int]
"""Place and generation: whoever lives at a place after another is another person."""


@dataclass
class History:
    """A run, its tables, and all records at every month-end.

    ends : records at month-end by month number ; routes, lived : by month number
    """

    model: LoanMarket
    ends: dict[int, Records] = field(default_factory=dict)
    routes: dict[int, list[Route]] = field(default_factory=dict)
    lived: dict[int, LivedMonth] = field(default_factory=dict)
    accounts: dict[int, Any] = field(default_factory=dict)
    repaid: dict[int, int] = field(default_factory=dict)
    tables: dict[str, pandas.DataFrame] = field(default_factory=dict)

    def live(self) -> None:
        """One month more."""
        lived = lived_month(self.model)
        month = int(lived.month)
        self.lived[month] = lived
        self.ends[month] = lived.end
        self.routes[month] = list(self.model.market.book.rows)
        self.accounts[month] = self.model.market.ledger.accounts.copy()
        self.repaid[month] = int((lived.first.route + lived.second.route)[:, REPAID].sum())

    def people(self, month: int) -> list[Person]:
        return list(enumerate(self.ends[month]["generation"].tolist()))

    def late(self, month: int) -> np.ndarray:
        """[N, slots] loans with d >= 4."""
        end = self.ends[month]
        late: np.ndarray = (end["principal_fen"] > 0) & (end["missed"] >= 4)
        return late

    def performing(self, month: int) -> set[Person]:
        """Open balance and all d < 4."""
        owing = (self.ends[month]["principal_fen"] > 0).any(axis=1)
        good = owing & ~self.late(month).any(axis=1)
        return {person for person in self.people(month) if good[person[0]]}

    def defaulted(self, month: int) -> set[Person]:
        """d >= 4 on any loan at month-end."""
        late = self.late(month).any(axis=1)
        return {person for person in self.people(month) if late[person[0]]}

    def brands(self, month: int, routes: list[Route] | None = None) -> np.ndarray:
        """[N, slots] lender number of the brand, -1 for none; `routes` after sales of books."""
        by_route = np.array([route.brand for route in routes or self.routes[month]] + [-1])
        brands: np.ndarray = by_route[self.ends[month]["route"]]
        return brands

    def cells(self, month: int) -> np.ndarray:
        """[N, 3] segment, region, rural."""
        end = self.ends[month]
        return np.stack([end["segment"], end["region"], end["rural"]], axis=1)


EXECUTORS = pytest.mark.parametrize("executor", ["reference", "cpu"])
BURN_IN, MONTHS = 14, 16
START = 24 * 12


@cache
def history(executor: str) -> History:
    """A market in trouble: many leave, default, cure, renew and search in vain."""
    scenario = small_scenario(STRESS, burn_in=BURN_IN).with_changes(
        {
            "behaviour.spell_months": 2,
            "segments.farmer.share": 0.4,
            "kinds.small_loan_offline.renew": 1.0,
            "kinds.small_loan_offline.collection": 0.3,
        }
    )
    people = {"reference": 350, "cpu": 1_500}[executor]
    model = LoanMarket(scenario, borrowers=people, executor=executor, threads=1, audit=True)
    past = History(model)
    for _ in range(BURN_IN):
        past.live()
    model.open_books()
    for _ in range(MONTHS):
        past.live()
    past.tables = model.recorder.tables()
    return past


def month_number(stamp: pandas.Timestamp) -> int:
    return (stamp.year - 2000) * 12 + stamp.month - 1


def rows(past: History) -> list[tuple[int, Any]]:
    """Month numbers and rows of the market table."""
    market = past.tables["market"]
    return [(month_number(row.month), row) for row in each_row(market)]


def fen(past: History, yuan: float) -> float:
    """Fen of the sample for yuan of the population."""
    return yuan / past.model.weight * 100


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def close(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


@EXECUTORS
def test_the_history_is_worth_measuring(executor: str) -> None:
    """Otherwise the comparisons below would compare zeros."""
    past = history(executor)
    market = past.tables["market"]
    assert (market[["dpd30_ratio", "dpd90_ratio", "npl_ratio"]] > 0).all().all()
    often = ["chargeoffs", "default_rate_1m", "default_rate_12m", "multi3_share", "unmet_demand"]
    for column in often:
        assert (market[column] > 0).sum() > MONTHS / 4, column
    generations = past.ends[START + MONTHS - 1]["generation"].astype(int)
    assert generations.sum() > len(generations) / 4  # a quarter has left


@EXECUTORS
def test_balances_and_arrears(executor: str) -> None:
    past = history(executor)
    for month, row in rows(past):
        end = past.ends[month]
        principal = end["principal_fen"].astype(np.int64)
        total = int(principal.sum())
        assert fen(past, row.balance) == close(total)
        assert row.dpd30_ratio == close(share(int(principal[end["missed"] >= 2].sum()), total))
        assert row.dpd90_ratio == close(share(int(principal[end["missed"] >= 4].sum()), total))
        price = end["contract_bp"].astype(np.int64) + end["fee_bp"]
        assert row.apr_stock == close(share(int((principal * price).sum()), total) / 1e4)


@EXECUTORS
def test_non_performing_loans_count_what_was_renewed_within_six_months(executor: str) -> None:
    """A renewal is seen from outside: a bullet's last month, not repaid, and again its tenor."""
    past = history(executor)
    renewed_at: dict[tuple[int, int, int], int] = {}
    seen = 0
    for month in sorted(past.ends):
        lived = past.lived[month]
        before, middle, end = lived.before, lived.middle, lived.end
        bullets = np.array([bool(b) for b in lived.world.bullet])
        candidates = before["principal_fen"] > 0
        candidates &= before["months_left"] <= before["missed"] + 1  # arrears are paid first
        candidates &= bullets[before["product"]] & (middle["principal_fen"] > 0)
        candidates &= middle["first_month"] == before["first_month"]
        candidates &= middle["months_left"] == lived.world.tenor[before["product"]]
        covered = before["line_hundred"].astype(np.int64) * 10_000 >= before["principal_fen"]
        # Refused for its grade and renewed, or lent again: told apart by the mark alone.
        marked = middle["flags"] // 16 == 6
        candidates &= (before["missed"] > 0) | ~covered | marked
        for place, slot in np.argwhere(candidates):
            renewed_at[place, slot, int(before["first_month"][place, slot])] = month
        cleared = (middle["principal_fen"] == 0) | (end["principal_fen"] == 0)
        recent = np.zeros(end["principal_fen"].shape, dtype=bool)
        for (place, slot, first), when in list(renewed_at.items()):
            same = end["first_month"][place, slot] == first and not cleared[place, slot]
            if not same or month - when >= 6:
                del renewed_at[place, slot, first]
            else:
                recent[place, slot] = True
        if month < START:
            continue
        seen += int(recent.sum())
        principal = end["principal_fen"].astype(np.int64)
        bad = int(principal[recent | (end["missed"] >= 4)].sum())
        (row,) = [r for m, r in rows(past) if m == month]
        assert row.npl_ratio == close(share(bad, int(principal.sum()))), month
    assert seen > 0


@EXECUTORS
def test_default_rates_follow_obligors(executor: str) -> None:
    past = history(executor)
    gone = 0
    for month, row in rows(past):
        last = past.performing(month - 1)
        assert row.default_rate_1m == close(share(len(last & past.defaulted(month)), len(last)))
        obligors = past.performing(month - 12)
        since = set().union(*(past.defaulted(m) for m in range(month - 11, month + 1)))
        assert row.default_rate_12m == close(share(len(obligors & since), len(obligors))), month
        gone += len(obligors - set(past.people(month)))
    assert gone > 0  # leavers are in the figures


@EXECUTORS
def test_segments_follow_obligors_too(executor: str) -> None:
    past = history(executor)
    names = list(past.model.settings.segments), list(past.model.settings.regions)
    for row in each_row(past.tables["segments"]):
        month = month_number(row.month)
        cell = (names[0].index(row.segment), names[1].index(row.region), int(row.rural))
        members = set(np.flatnonzero((past.cells(month) == cell).all(axis=1)).tolist())
        assert row.borrowers == close(past.model.weight * len(members))
        obligors = {p for p in past.performing(month - 12) if p[0] in members}
        since = set().union(*(past.defaulted(m) for m in range(month - 11, month + 1)))
        assert row.default_rate_12m == close(share(len(obligors & since), len(obligors)))
        here = past.ends[month][sorted(members)]
        owing = here["principal_fen"].astype(np.int64)
        assert fen(past, row.balance) == close(int(owing.sum()))
        active = (owing > 0).any(axis=1)
        assert row.active == close(past.model.weight * int(active.sum()))
        heavy = [debt_service(past, month, record) > 0.5 * income(past, month, record)
                 for record in here[active]]  # fmt: skip
        assert row.over_indebted_share == close(share(sum(heavy), len(heavy)))
        brands = past.brands(month, past.lived[month].routes)[sorted(members)]
        many = [len(set(b[o > 0])) >= 3 for b, o in zip(brands, owing, strict=True)]
        assert row.multi3_share == close(share(sum(many), len(heavy)))


def income(past: History, month: int, record: Any) -> float:
    """Lasting monthly income, fen."""
    return math.exp(record["log_income_e3"] / 1e3) * past.lived[month].world.income_index


def debt_service(past: History, month: int, record: Any) -> int:
    """What falls due next month on all loans, fen."""
    world, terms = past.lived[month].world, past.lived[month].terms
    due = 0
    for k in range(SLOTS):
        principal = int(record["principal_fen"][k])
        if principal == 0:
            continue
        interest = sum(
            (principal * int(record[rate][k]) + 60_000) // 120_000
            for rate in ("contract_bp", "fee_bp")
        )
        last = record["months_left"][k] <= 1
        if world.bullet[record["product"][k]]:
            view: Any = BorrowerView(record)
            again = rolls_over(view, k, terms)
            due += interest if not last or again else principal + interest
        else:
            instalment = int(record["instalment_fen"][k])
            due += principal + interest if last else min(instalment, principal + interest)
    return due


@EXECUTORS
def test_borrowers_with_three_or_more_lenders(executor: str) -> None:
    past = history(executor)
    for month, row in rows(past):
        owing = past.ends[month]["principal_fen"] > 0
        brands = past.brands(month, past.lived[month].routes)  # counted before books are sold
        lenders = [len(set(b[o])) for b, o in zip(brands, owing, strict=True)]
        active = int(owing.any(axis=1).sum())
        assert row.borrowers_active == close(past.model.weight * active)
        assert row.multi3_share == close(share(sum(n >= 3 for n in lenders), active))


@EXECUTORS
def test_the_online_share_is_of_relationships_opened_online(executor: str) -> None:
    past = history(executor)
    opened: dict[tuple[int, int, int, int], bool] = {}
    for month in sorted(past.ends):
        end = past.ends[month]
        principal = end["principal_fen"].astype(np.int64)
        online = 0
        for place, slot in np.argwhere(principal > 0):
            first = int(end["first_month"][place, slot])
            key = (place, int(end["generation"][place]), slot, first)
            flag = bool(end["flags"][place, slot] & 1)
            assert opened.setdefault(key, flag) == flag  # how it was opened never changes
            if flag:
                world = past.lived[month].world
                place_ = (end["segment"][place], end["rural"][place])
                if first == month:  # only somebody who is online can open one online
                    assert end["online_rank"][place] < 32_767 * world.adoption[place_]
                online += int(principal[place, slot])
        for m, row in rows(past):
            if m == month:
                assert row.online_share == close(share(online, int(principal.sum())))


@EXECUTORS
def test_vintages_follow_relationships(executor: str) -> None:
    past = history(executor)
    opened: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    fell: dict[tuple[int, int], set[tuple[int, int, int]]] = defaultdict(set)
    for month in sorted(past.ends):
        end, late = past.ends[month], past.late(month)
        generation = end["generation"].tolist()
        for place, slot in np.argwhere(end["first_month"] == month):
            opened[month].add((place, generation[place], slot))
        for place, slot in np.argwhere(late):
            first = int(end["first_month"][place, slot])
            fell[first, month - first].add((place, generation[place], slot))
    table = past.tables["vintages"]
    assert len(table) == MONTHS * (MONTHS + 1) / 2
    for row in each_row(table):
        cohort = month_number(row.cohort)
        ever = set().union(*(fell[cohort, age] for age in range(row.age + 1)))
        assert row.relationships == close(past.model.weight * len(opened[cohort]))
        assert row.ever_default == close(past.model.weight * len(ever))
    assert table["ever_default"].sum() > 0


@EXECUTORS
def test_draws_are_what_balances_grew_by_and_their_price(executor: str) -> None:
    """Draws of the second half are seen in the records; bullets lent again in the first half."""
    past = history(executor)
    for month, row in rows(past):
        lived = past.lived[month]
        grown = (lived.end["principal_fen"] - lived.middle["principal_fen"]).astype(np.int64)
        assert (grown >= 0).all()
        again = int(lived.first.route.sum(axis=0)[REPAID]) - int(
            (lived.before["principal_fen"].astype(np.int64)
             - lived.middle["principal_fen"]).sum()
        )  # fmt: skip
        charged = fen(past, row.chargeoffs)
        paid_out = fen(past, row.originations) + fen(past, row.refinancing)
        assert paid_out == pytest.approx(int(grown.sum()) + again + charged, abs=1)
        # Price-weighted stocks: what new money at today's price adds to each pool, to a rounding.
        before = lived.middle["principal_fen"] * all_in(lived.middle)
        added = int((lived.end["principal_fen"] * all_in(lived.end) - before).sum())
        if again == 0 and paid_out > 0:
            slack = 1.01 * int(lived.end["principal_fen"].astype(np.int64)[grown > 0].sum())
            assert abs(row.apr_new * 1e4 * paid_out - added) <= slack


def all_in(records: Records) -> np.ndarray:
    price: np.ndarray = records["contract_bp"].astype(np.int64) + records["fee_bp"]
    return price


@EXECUTORS
def test_the_balance_moves_by_draws_repayments_and_charge_offs(executor: str) -> None:
    past = history(executor)
    before: float | None = None
    for month, row in rows(past):
        now = fen(past, row.balance)
        if before is not None:
            drawn = fen(past, row.originations) + fen(past, row.refinancing)
            moved = drawn - past.repaid[month] - fen(past, row.chargeoffs)
            assert now - before == pytest.approx(moved, abs=0.5)
        before = now


@EXECUTORS
def test_charge_offs_by_lender_sum_to_the_markets_and_make_a_years_rate(executor: str) -> None:
    past = history(executor)
    lenders = past.tables["lenders"]
    summed = lenders.groupby("month")["brand_chargeoffs"].sum().to_numpy()
    assert summed.sum() > 0
    assert summed == pytest.approx(past.tables["market"]["chargeoffs"].to_numpy())
    for name, rows_of_one in lenders.groupby("lender"):
        year = rows_of_one.sort_values("month").iloc[-12:]
        owed = year["balance"].mean()
        rate = year["brand_chargeoffs"].sum() / owed if owed else 0.0
        assert year["chargeoff_rate_12m"].iloc[-1] == pytest.approx(rate), name


@EXECUTORS
def test_unmet_demand_counts_episodes_that_close_unserved(executor: str) -> None:
    """An episode closes after three months with nothing, counted here from what was drawn."""
    past = history(executor)
    told = 0
    for month, row in rows(past):
        lived = past.lived[month]
        before, middle, end = lived.before, lived.middle, lived.end
        waiting = -lived.world.discouraged_months
        wanted = 0
        for place in range(len(end)):
            same = before["generation"][place] == end["generation"][place]
            was = int(before["episode"][place]) if same else 0
            now = int(end["episode"][place])
            drawn = int((end["principal_fen"][place] - middle["principal_fen"][place]).sum())
            assert now <= max(0, was) + 1  # a month is one month
            if was >= 0 and now == waiting:
                assert was == 2
                assert drawn == 0
                wanted += int(end["wanted_fen"][place])
        assert fen(past, row.unmet_demand) <= wanted * (1 + 1e-9) + 1
        causes = [c for c in row._fields if c.startswith("unmet_") and c != "unmet_demand"]
        assert sum(getattr(row, cause) for cause in causes) == close(row.unmet_demand)
        if wanted:
            assert row.unmet_demand > 0
            told += 1
        else:
            assert row.unmet_demand == 0
    assert told > MONTHS / 2


@EXECUTORS
def test_who_draws_to_pay_what_falls_due_rolls_over(executor: str) -> None:
    """Counted from outside: short for debts in the middle of the month, owing more at its end."""
    past = history(executor)
    found = 0
    for month, row in rows(past):
        middle, end = past.lived[month].middle, past.lived[month].end
        drew = (end["principal_fen"] > middle["principal_fen"]).any(axis=1)
        rolls = drew & (middle["urgent"] == 2)
        active = (end["principal_fen"] > 0).any(axis=1)
        assert row.rollover_share == close(share(int(rolls.sum()), int(active.sum())))
        assert (row.refinancing > 0) or not rolls.any()
        found += int(rolls.sum())
    assert found > 0


@EXECUTORS
def test_consumer_surplus_is_earned_on_performing_loans(executor: str) -> None:
    past = history(executor)
    by_month = past.tables["segments"].groupby("month")["consumer_surplus"].sum()
    for stamp, total in zip(past.tables["market"]["month"], by_month, strict=True):
        end = past.ends[month_number(stamp)]
        principal = end["principal_fen"].astype(np.int64)
        rent = np.maximum(0, end["reservation_bp"].astype(np.int64)[:, None] - all_in(end))
        counted = principal * (end["missed"] < 4)
        loans = int((counted > 0).sum())
        exact = float((counted * rent).sum()) / 1e4 / 12
        assert fen(past, total) == pytest.approx(exact, abs=0.5 * loans + 1)


@EXECUTORS
def test_concentration_and_holders(executor: str) -> None:
    """Brand, holder and risk-bearer of every loan, from its route."""
    past = history(executor)
    lenders = past.model.market.lenders
    table = past.tables["lenders"].assign(number=lambda t: t["month"].map(month_number))
    for month, row in rows(past):
        stock: dict[int, int] = defaultdict(int)
        bad: dict[int, int] = defaultdict(int)
        end = past.ends[month]
        for place, slot in np.argwhere(end["principal_fen"] > 0):
            principal = int(end["principal_fen"][place, slot])
            stock[int(end["route"][place, slot])] += principal
            if end["missed"][place, slot] >= 4:
                bad[int(end["route"][place, slot])] += principal
        brand: dict[int, int] = defaultdict(int)
        held: dict[int, int] = defaultdict(int)
        at_risk: dict[int, int] = defaultdict(int)
        late: dict[int, int] = defaultdict(int)
        for number, principal in stock.items():
            route = past.routes[month][number]
            own = principal * route.own_ppm // 1_000_000
            rest = principal - own
            other = route.brand if route.partner == NOBODY else route.partner
            bearer = route.brand if route.kind == "guaranteed" else other
            brand[route.brand] += principal
            late[route.brand] += bad[number]
            for where, holder in ((held, other), (at_risk, bearer)):
                where[route.brand] += own
                where[holder] += rest
        here = table[table["number"] == month].set_index("lender")
        for lender in lenders:
            n = lender.number
            if lender.name not in here.index:
                assert brand[n] == held[n] == at_risk[n] == 0
                continue
            found: Any = here.loc[lender.name]
            assert fen(past, found["balance"]) == close(brand[n])
            assert fen(past, found["held"]) == close(held[n])
            assert fen(past, found["at_risk"]) == close(at_risk[n])
            assert found["dpd90_ratio"] == close(share(late[n], brand[n]))
            assert held[n] == past.accounts[month][n, 1]  # loans in the books
        for column, sizes in (("hhi", brand), ("hhi_holder", held), ("hhi_risk", at_risk)):
            total = sum(sizes.values())
            points = 0.0
            for lender in lenders:
                if lender.name in here.index and total:
                    m, cv = (float(here[name][lender.name]) for name in ("firms", "size_cv"))
                    s = sizes[lender.number] / total
                    points += 1e4 * s * s * (1 + cv * cv) / max(1, m)
            assert getattr(row, column) == close(points)


@EXECUTORS
def test_the_largest_firms_hold_their_shares(executor: str) -> None:
    """Also of what is online, where nobody here is a traditional bank."""
    past = history(executor)
    lenders = past.model.market.lenders
    table = past.tables["lenders"].assign(number=lambda t: t["month"].map(month_number))
    for month, row in rows(past):
        end, brands = past.ends[month], past.brands(month)
        principal = end["principal_fen"].astype(np.int64)
        firms = table[table["number"] == month].set_index("lender")["firms"]
        online = principal * (end["flags"] & 1)
        for name, sizes in (("cr", principal), ("cr5_platform", online)):
            each: list[float] = []
            for lender in lenders:
                brand = int(sizes[brands == lender.number].sum())
                many = max(1, int(firms.get(lender.name, 0)))
                each += [brand / many] * many
            each.sort(reverse=True)
            if name == "cr":
                for count in (1, 3, 5, 10):
                    found = getattr(row, f"cr{count}")
                    assert found == close(share(sum(each[:count]), sum(each)))
            else:
                assert row.cr5_platform == close(share(sum(each[:5]), int(online.sum())))


@EXECUTORS
def test_interest_paid_is_that_on_the_loans(executor: str) -> None:
    """Nobody pays more interest in a month than his arrears and this month's, on what he owed."""
    past = history(executor)
    for month in sorted(past.ends)[1:]:
        lived = past.lived[month]
        principal = lived.before["principal_fen"].astype(np.int64)
        monthly = principal * lived.before["contract_bp"] / 120_000 + 0.5
        most = float((monthly * (lived.before["missed"] + 1)).sum())
        assert 0 <= int(lived.first.route[:, INTEREST].sum()) <= most


# --- the tables among themselves ------------------------------------------------------------------


@EXECUTORS
def test_lenders_sum_to_the_market(executor: str) -> None:
    past = history(executor)
    market = past.tables["market"].set_index("month")
    lenders = past.tables["lenders"].groupby("month")
    for column in ("balance", "held", "at_risk"):
        assert lenders[column].sum().to_numpy() == close(market["balance"].to_numpy())
    for column in ("originations", "applications", "approvals"):
        assert lenders[column].sum().to_numpy() == pytest.approx(market[column].to_numpy())
    assert (lenders["firms"].sum() >= market["lenders"]).all()  # those in run-off are out
    assert lenders["reach"].sum().max() <= 1 + 1e-9
    books = past.tables["lenders"]
    assert (books["assets"] - books["liabilities"]).to_numpy() == pytest.approx(
        books["equity"].to_numpy(), abs=1
    )


@EXECUTORS
def test_segments_sum_to_the_market(executor: str) -> None:
    past = history(executor)
    market = past.tables["market"].set_index("month")
    segments = past.tables["segments"].groupby("month")
    for part, whole in (
        ("balance", "balance"), ("originations", "originations"), ("applications", "applications"),
        ("approvals", "approvals"), ("active", "borrowers_active"),
        ("unmet_demand", "unmet_demand"),
        *[(f"unmet_{cause}", f"unmet_{cause}") for cause in
          ("risk", "cap", "price", "funding", "unreachable")],
    ):  # fmt: skip
        assert segments[part].sum().to_numpy() == pytest.approx(market[whole].to_numpy())
    for part in ("over_indebted_share", "rollover_share"):
        people = (past.tables["segments"][part] * past.tables["segments"]["active"]).groupby(
            past.tables["segments"]["month"]
        )
        whole = market[part] * market["borrowers_active"]
        assert people.sum().to_numpy() == pytest.approx(whole.to_numpy())
    assert segments["borrowers"].sum().to_numpy() == pytest.approx(past.model.settings.population)


@EXECUTORS
def test_tables_have_the_columns_of_the_contract(executor: str) -> None:
    contract = {
        "market": "month balance originations refinancing applications approvals apr_new apr_stock "
        "apr_contract_new online_share hhi hhi_holder hhi_risk cr1 cr3 cr5 cr10 cr5_platform "
        "lenders entries exits npl_ratio dpd30_ratio dpd90_ratio default_rate_1m default_rate_12m "
        "chargeoffs recoveries profit leverage unmet_demand borrowers_active multi3_share",
        "lenders": "month lender kind licence firms size_cv balance held at_risk assets "
        "liabilities equity profit originations applications approvals apr_new markup auc "
        "funding_cost leverage reach users npl_ratio dpd90_ratio technology",
        "segments": "month segment region rural borrowers active balance originations "
        "applications approvals apr_new default_rate_12m over_indebted_share multi3_share "
        "unmet_demand consumer_surplus",
        "vintages": "cohort age relationships ever_default",
        "events": "month kind actor text before after",
    }
    past = history(executor)
    assert list(past.tables) == list(contract)
    for name, columns in contract.items():
        TABLES[name].check(past.tables[name])
        promised = columns.split()
        assert list(past.tables[name].columns)[: len(promised)] == promised, name


@EXECUTORS
def test_there_is_one_row_for_everything_and_no_hole(executor: str) -> None:
    past = history(executor)
    months = past.tables["market"]["month"]
    assert list(months) == list(pandas.date_range("2024-01-01", periods=MONTHS, freq="MS"))
    for name in ("lenders", "segments", "vintages"):
        keys = TABLES[name].keys
        assert not past.tables[name].duplicated(keys).any()
    cells = len(past.model.settings.segments) * len(past.model.settings.regions) * 2
    assert len(past.tables["segments"]) == MONTHS * cells
    for name, table in past.tables.items():
        numbers = table.select_dtypes("number")
        if name != "events":
            assert np.isfinite(numbers.to_numpy()).all(), name
