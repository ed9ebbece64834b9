"""A panel of loans: every relationship of a run with what it was made on and how it went.

The tables of a run are sums; questions about who defaults, at what age and at what price need the
relationships themselves. `LoanPanel` stands in place of the borrowers of a model, to which they
are as before, and writes down at every month-end what has begun, has fallen behind or is gone:

    panel = LoanPanel.of(model, looks=[Month("2025-12")])
    ...                                   # step the model
    panel.relationships()                 # one row for each
    panel.people(Month("2025-12"))        # everybody at that month-end, and how they fared since

Everything is read off month-end states, so it is the same for both executors and for any number of
threads, and a run with a panel gives the same tables as one without. Frames hold sampled
borrowers: a row stands for `model.weight` people. Two runs with one seed hold the same people
under the same (place, generation), which is what pairs them.

Memory: some 190 bytes a borrower and 200 bytes a relationship while it runs (`observed` makes two
relationships a borrower in 128 months), 140 bytes a borrower and look; the frames as much again.
"""

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import numpy.typing as npt

from agents.borrower import FOR_DEBT
from agents.loan import NINETY_DAYS, ONLINE, RENEWED_UNIT
from agents.messages import Ints, Offers, Tally, Terms, World
from agents.record import HUNDRED_YUAN, NO_ROUTE, SLOTS
from agents.underwriting import grade, score
from sim.compiled import Records
from sim.core.months import Month
from sim.market import FEN_PER_YUAN

if TYPE_CHECKING:
    import pandas

    from sim.model import LoanMarket

NEVER = 0
"""In place of the month of what has not happened (months count from the year 0)."""

THIRTY_DAYS = 2
"""Missed count from which a loan counts as 30+ days past due."""

ROLLED_MONTHS = 12
"""Months for which somebody who drew credit to pay his debts counts as a roll-over borrower."""

FATES = ("first_redraw", "first_clear", "first_30", "first_90", "last_month", "written_off")
"""What becomes of a relationship."""

type Flags = npt.NDArray[np.bool_]


@dataclass
class Look:
    """Everybody at one month-end, and what has become of them since.

    fields : what they were, by column
    generation : who they are: another generation in a place is another person
    late, defaulted : [N] first month since with a loan 30+ and 90+ days late; NEVER
    left : [N] month in which they left; NEVER
    """

    fields: dict[str, Any]
    generation: Ints
    late: Ints
    defaulted: Ints
    left: Ints


class LoanPanel:
    """The borrowers of a model, every relationship of whom is written down."""

    def __init__(self, model: "LoanMarket", looks: Iterable[Month] = ()) -> None:
        """Of a market that may have lived already: what is open then counts as not seen opening."""
        count = len(model.borrowers)
        self._model = model
        self._inner = model.borrowers
        self._wanted = {int(month) for month in looks}
        self._looks: dict[int, Look] = {}
        self._rows: Ints = np.full((count, SLOTS), -1, dtype=np.int64)
        self._before: Records | None = None
        self._rolled: Ints = np.full(count, NEVER, dtype=np.int64)
        self._made: list[dict[str, Any]] = []
        self._known = 0
        self._fate: dict[str, Ints] = {name: np.zeros(0, dtype=np.int64) for name in FATES}

    @classmethod
    def of(cls, model: "LoanMarket", looks: Iterable[Month] = ()) -> Self:
        """Puts a panel in place of the borrowers of a model.

        looks : months at whose end everybody is to be written down, see `people`
        """
        panel = cls(model, looks)
        model.borrowers = cast(Any, panel)  # what the model asks of borrowers, it does
        return panel

    def carried_to(self, model: "LoanMarket") -> Self:
        """Puts a copy of this panel, with all that it has seen, in place of another's borrowers.

        The other market has been restored to the state in which this panel's is.
        """
        panel = self.copied()
        panel._model, panel._inner = model, model.borrowers
        model.borrowers = cast(Any, panel)
        return panel

    def copied(self) -> Self:
        """A copy that stays as it is, to be carried to another market later."""
        panel = copy.copy(self)
        for name in ("_looks", "_rows", "_rolled", "_fate"):
            setattr(panel, name, copy.deepcopy(getattr(self, name)))
        panel._made = list(self._made)
        panel._wanted = set(self._wanted)
        return panel

    # --- what a model asks of its borrowers ------------------------------------------------------

    def __len__(self) -> int:
        return len(self._inner)

    def __getitem__(self, place: int) -> object:
        return self._inner[place]

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        self._inner.populate(world)

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month."""
        return self._inner.live(world, terms, shape)

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month, at the end of which the panel takes its look."""
        tally = self._inner.sign(world, terms, offers, shape)
        self._observe(world, terms)
        return tally

    def snapshot(self) -> Records:
        """A copy of the borrowers' state."""
        return self._inner.snapshot()

    def restore(self, records: Records) -> None:
        """Takes a copy of a snapshot as the state."""
        self._inner.restore(records)

    # --- a month-end -----------------------------------------------------------------------------

    def _observe(self, world: World, terms: Terms) -> None:
        """Compares this month-end with the last one."""
        now, month = self._inner.snapshot(), world.month
        before = self._before
        open_now = (now["route"] != NO_ROUTE) & (now["first_month"] > 0)
        if before is None:
            went_on: Flags = np.zeros_like(open_now)
        else:
            same = now["generation"] == before["generation"]
            self._rolled[~same] = NEVER
            went_on = (self._rows >= 0) & open_now & same[:, None]
            went_on &= now["first_month"] == before["first_month"]
            self._end(went_on, before, month)
            drawn = went_on & (now["principal_fen"] > before["principal_fen"])
            self._first("first_redraw", drawn, month)
        begun = open_now & ~went_on
        self._begin(begun, now, world, terms)
        self._first("first_clear", now["principal_fen"] == 0, month)
        self._first("first_30", now["missed"] >= THIRTY_DAYS, month)
        self._first("first_90", now["missed"] >= NINETY_DAYS, month)
        paid_with_credit = (now["urgent"] == FOR_DEBT) & self._drew(now, begun).any(axis=1)
        if before is not None:
            paid_with_credit |= (went_on & lent_again(before, now, world)).any(axis=1)
        self._rolled[paid_with_credit] = month
        self._follow(now, month)
        if month in self._wanted:
            self._look(now, world, terms)
        self._before = now

    def _drew(self, now: Records, begun: Flags) -> Flags:
        """[N, SLOTS] where a draw was paid out this month, as far as the balance shows it."""
        if self._before is None:
            return begun
        grown: Flags = now["principal_fen"] > np.where(begun, 0, self._before["principal_fen"])
        return grown

    def _first(self, name: str, where: Flags, month: int) -> None:
        """Notes a first time for the relationships in slots, unless there was one."""
        rows = self._rows[where & (self._rows >= 0)]
        fate = self._fate[name]
        fate[rows[fate[rows] == NEVER]] = month

    def _end(self, went_on: Flags, before: Records, month: int) -> None:
        """Closes the rows of relationships that are gone."""
        gone = (self._rows >= 0) & ~went_on
        rows = self._rows[gone]
        self._fate["last_month"][rows] = month - 1
        # A line is closed without balance; with one, and in default, only a charge-off ends it.
        owed = (before["principal_fen"] > 0) & (before["missed"] >= NINETY_DAYS)
        self._fate["written_off"][rows] = owed[gone]
        self._rows[gone] = -1

    def _begin(self, begun: Flags, now: Records, world: World, terms: Terms) -> None:
        """Opens rows for the relationships that have begun."""
        place, slot = np.nonzero(begun)
        if len(place) == 0:
            return
        who = now[place]
        lender = terms.route_brand[who["route"][np.arange(len(place)), slot]]

        def of_slot(field: str) -> Ints:
            value: Ints = now[field][place, slot].astype(np.int64)
            return value

        points, risk = scored(of_slot("features"), who["segment"], lender, terms)
        first = of_slot("first_month")
        self._made.append(
            {
                "place": place,
                "generation": who["generation"],
                "slot": slot,
                "lender": lender,
                "first_month": first,
                "seen_opening": first == world.month,
                "segment": who["segment"],
                "region": who["region"],
                "rural": who["rural"] != 0,
                "product": of_slot("product"),
                "tenor": world.tenor[of_slot("product")],
                "bullet": world.bullet[of_slot("product")] != 0,
                "income": lasting_income(who, world),
                "in_spell": who["in_spell"] != 0,
                "lenders": brands_owed(now, terms)[place],
                "debt": who["principal_fen"].sum(axis=1) / FEN_PER_YUAN,
                "apr": (of_slot("contract_bp") + of_slot("fee_bp")) / 10_000.0,
                "line": of_slot("line_hundred") * (HUNDRED_YUAN / FEN_PER_YUAN),
                "drawn": of_slot("principal_fen") / FEN_PER_YUAN,
                "score": points / 1000.0,
                "grade": risk,
                "online": of_slot("flags") & ONLINE != 0,
                "urgent": who["urgent"],
                "rolled_over": who["urgent"] == FOR_DEBT,
            }
        )
        rows = self._known + np.arange(len(place))
        self._known += len(place)
        self._rows[place, slot] = rows
        for name, column in self._fate.items():
            if self._known > len(column):
                grown = np.zeros(max(2 * len(column), self._known), dtype=np.int64)
                grown[: len(column)] = column
                self._fate[name] = grown

    # --- people ----------------------------------------------------------------------------------

    def _follow(self, now: Records, month: int) -> None:
        """Notes what has become of the people of earlier looks."""
        late = ((now["missed"] >= THIRTY_DAYS) & (now["principal_fen"] > 0)).any(axis=1)
        defaulted = now["default_month"] == month
        for look in self._looks.values():
            there = now["generation"] == look.generation
            look.late[there & late & (look.late == NEVER)] = month
            look.defaulted[there & defaulted & (look.defaulted == NEVER)] = month
            look.left[~there & (look.left == NEVER)] = month

    def _look(self, now: Records, world: World, terms: Terms) -> None:
        """Writes everybody down."""
        owed = now["principal_fen"]
        balance = owed.sum(axis=1)
        rate = now["contract_bp"].astype(np.int64) + now["fee_bp"]
        held = (now["route"] != NO_ROUTE) & (now["first_month"] > 0)
        place, slot = np.nonzero(held)
        brand = terms.route_brand[now["route"][place, slot]]
        points, _ = scored(
            now["features"][place, slot].astype(np.int64), now["segment"][place], brand, terms
        )
        least = np.full(len(now), np.nan)
        np.fmin.at(least, place, points / 1000.0)
        self._looks[world.month] = Look(
            fields={
                "segment": now["segment"].astype(np.int64),
                "region": now["region"].astype(np.int64),
                "rural": now["rural"] != 0,
                "income": lasting_income(now, world),
                "in_spell": now["in_spell"] != 0,
                "character": (now["quality_e3"].astype(np.int64) + now["willingness_e3"]) / 1414.0,
                "takes_part": now["appetite_pct"] > 0,
                "lenders": brands_owed(now, terms),
                "lines": held.sum(axis=1),
                "balance": balance / FEN_PER_YUAN,
                "apr": (owed * rate).sum(axis=1) / np.maximum(1, balance) / 10_000.0,
                "score": least,
                "performing": (balance > 0)
                & ~((now["missed"] >= NINETY_DAYS) & (owed > 0)).any(axis=1),
                "late": ((now["missed"] >= THIRTY_DAYS) & (owed > 0)).any(axis=1),
                "rolled_over": self._rolled > world.month - ROLLED_MONTHS,
                "renewed": (now["flags"] >= RENEWED_UNIT).any(axis=1),
            },
            generation=now["generation"].astype(np.int64),
            late=np.full(len(now), NEVER, dtype=np.int64),
            defaulted=np.full(len(now), NEVER, dtype=np.int64),
            left=np.full(len(now), NEVER, dtype=np.int64),
        )

    # --- frames ----------------------------------------------------------------------------------

    def relationships(self) -> "pandas.DataFrame":
        """One row for each relationship, in the order in which they began.

        place, generation : who ; slot : which of his
        lender : name of the brand that made it ; first_month : of the first draw, months since 0
        seen_opening : False where it was open when the panel was put in; then what follows is as
            of that month
        segment, region, product : names ; rural, bullet, online : as named ; tenor : months
        income : lasting, yuan a month ; in_spell : whether without work
        lenders : brands to whom he owes, this one included ; debt : all that he owes, yuan
        apr : all-in, fraction per year ; line, drawn : granted and first drawn, yuan
        score : log-odds of paying for six months, by that lender's own scorecard ; grade : 0 best
        urgent : 0 planned, 1 short for essentials, 2 short for debt service
        rolled_over : taken to pay what fell due on other loans
        first_redraw, first_clear, first_30, first_90 : months since the year 0, 0 if it has not
            happened; balance grown, balance paid off, 30 and 90 days late
        last_month : last month-end at which it was open; 0 while it is
        written_off : whether it ended in a charge-off
        """
        import pandas

        settings = self._model.settings
        names = list(self._made[0]) if self._made else []
        made = {name: np.concatenate([part[name] for part in self._made]) for name in names}
        fate = {name: column[: self._known] for name, column in self._fate.items()}
        frame = pandas.DataFrame({**made, **fate})
        if frame.empty:
            return frame
        return frame.assign(
            written_off=frame["written_off"] > 0,
            lender=named(frame["lender"], [one.name for one in self._model.market.lenders]),
            segment=named(frame["segment"], settings.segments),
            region=named(frame["region"], settings.regions),
            product=named(frame["product"], settings.products),
        )

    def people(self, month: Month) -> "pandas.DataFrame":
        """Everybody at one of the month-ends looked at, one row a place, and how they fared since.

        place, generation : who ; segment, region : names ; rural : as named
        income : lasting, yuan a month ; in_spell : whether without work
        character : stability and willingness, standard deviations; no lender sees it
        takes_part : whether he wants debt at all this year
        lenders : brands to whom he owes ; lines : relationships, those without balance included
        balance : yuan ; apr : all-in on it, fraction per year, 0 without one
        score : lowest that those who know him give, log-odds of paying; NaN where nobody does
        performing : owes, and is nowhere 90 days late ; late : somewhere 30 days late
        rolled_over : has drawn credit within twelve months to pay what fell due
        renewed : has a bullet that was renewed in distress within six months
        months_to_30, months_to_90 : until he next was so late on any loan; NaN if not seen
        months_to_leaving : until he left the market; NaN if not seen
        """
        import pandas

        settings, look = self._model.settings, self._looks[int(month)]

        def until(event: Ints) -> npt.NDArray[np.float64]:
            return np.where(event == NEVER, np.nan, event - int(month))

        frame = pandas.DataFrame(
            {
                "place": np.arange(len(look.generation)),
                "generation": look.generation,
                **look.fields,
                "months_to_30": until(look.late),
                "months_to_90": until(look.defaulted),
                "months_to_leaving": until(look.left),
            }
        )
        return frame.assign(
            segment=named(frame["segment"], settings.segments),
            region=named(frame["region"], settings.regions),
        )

    @property
    def looked(self) -> list[Month]:
        """The month-ends at which everybody has been written down."""
        return [Month(month) for month in self._looks]


def scored(features: Ints, segment: Ints, lender: Ints, terms: Terms) -> tuple[Ints, Ints]:
    """Score in milli-logits and grade of many, by this month's scorecards and the rules' own words.

    Each combination is reckoned once: features are few.
    """
    kinds, which = np.unique(
        np.stack([features, segment.astype(np.int64), lender]), axis=1, return_inverse=True
    )
    points = [score(f, s, n, terms) for f, s, n in kinds.T.tolist()]
    grades = [grade(one, terms) for one in points]
    which = which.reshape(-1)
    return np.array(points, dtype=np.int64)[which], np.array(grades, dtype=np.int64)[which]


def lent_again(before: Records, now: Records, world: World) -> Flags:
    """[N, SLOTS] bullets in good standing that fell due this month and were lent again."""
    due = (world.bullet[before["product"]] != 0) & (before["months_left"] == 1)
    due &= (before["missed"] == 0) & (before["principal_fen"] > 0)
    again: Flags = due & (now["months_left"] == world.tenor[now["product"]])
    return again


def brands_owed(records: Records, terms: Terms) -> Ints:
    """[N] brands to whom a borrower owes."""
    owes = records["principal_fen"] > 0
    brand = np.where(owes, terms.route_brand[np.maximum(0, records["route"])], -1)
    brand.sort(axis=1)
    fresh = np.ones_like(owes)
    fresh[:, 1:] = brand[:, 1:] != brand[:, :-1]
    count: Ints = (fresh & (brand >= 0)).sum(axis=1)
    return count


def lasting_income(records: Records, world: World) -> npt.NDArray[np.float64]:
    """[N] lasting monthly income with the growth of nominal incomes, yuan."""
    income: npt.NDArray[np.float64] = np.exp(records["log_income_e3"] / 1000.0)
    return income * world.income_index / FEN_PER_YUAN


def named(numbers: "pandas.Series[int]", names: Iterable[str]) -> "pandas.Categorical[str]":
    """Numbers as the names that they stand for."""
    import pandas

    codes = numbers.to_numpy(dtype=np.int64)
    return pandas.Categorical.from_codes(codes, categories=pandas.Index(list(names)))
