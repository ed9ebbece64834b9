"""Borrowers to whom something happened that readers ask about: whose life is worth a look.

The whole market is lived once, and its records are compared from month-end to month-end. For every
sort of happening and every group of people the first few places are kept, with the month in which
it happened to them for the first time; `sim/borrower_life.py` then tells one of these lives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from agents.record import NO_ROUTE, SLOTS
from sim.core.months import Month

if TYPE_CHECKING:
    from sim.model import LoanMarket

Notable = Literal["defaulted", "in_vain", "lost_access", "three_lenders"]
"""What can be asked for: somebody

defaulted : who is more than 90 days late and was not a month before
in_vain : who looked for a loan and got none, be it that all refused or that none was in reach
lost_access : who has had a line or a loan, has none left, and gives up looking for one
three_lenders : who owes three lenders at a time
"""

NOTABLE: tuple[Notable, ...] = get_args(Notable)

MANY_LENDERS = 3

KEPT_EACH = 6
"""Places kept for each sort in each group: enough to look at another one or two."""

type Records = npt.NDArray[np.void]
type Flags = npt.NDArray[np.bool_]


class Group(NamedTuple):
    """People of a segment in a region, in town or country, by the scenario's short names."""

    segment: str
    region: str
    rural: bool


class Found(NamedTuple):
    """Somebody to whom it happened: the place among the borrowers, and the month."""

    place: int
    month: str


@dataclass(frozen=True, slots=True)
class Notables:
    """What was found: by sort and group, the first few, and how many there were."""

    found: dict[tuple[Notable, Group], list[Found]] = field(default_factory=dict)
    counts: dict[tuple[Notable, Group], int] = field(default_factory=dict)

    def of(self, sort: str, segment: str, region: str, rural: bool | None) -> list[Found]:
        """Those of a sort, lowest place first; "" and None for any segment, region and place."""
        fits = [
            key for key in self.found if key[0] == sort and _fits(key[1], segment, region, rural)
        ]
        return sorted(one for key in fits for one in self.found[key])

    def count(self, sort: str, segment: str, region: str, rural: bool | None) -> int:
        """To how many it happened."""
        return sum(
            number
            for key, number in self.counts.items()
            if key[0] == sort and _fits(key[1], segment, region, rural)
        )


def _fits(group: Group, segment: str, region: str, rural: bool | None) -> bool:
    """Whether a group is one of those that are asked for."""
    return (
        segment in ("", group.segment)
        and region in ("", group.region)
        and rural in (None, group.rural)
    )


def notables(
    model: "LoanMarket", months: int, tell: Callable[[int], None] = lambda _: None
) -> Notables:
    """Lives through a model that has its burn-in behind it, and notes whom something befell.

    tell : told how many months are lived
    """
    records: Records = model.borrowers.records  # type: ignore[union-attr]  # of the compiled executor
    brands = np.array([row.brand for row in model.market.book.rows])
    watch = _Watch(len(records))
    before = records.copy()
    for month in range(months):
        model.step()
        if len(model.market.book.rows) != len(brands):
            brands = np.array([row.brand for row in model.market.book.rows])
        watch.note(before, records, int(model.now), brands)
        before = records.copy()
        tell(month + 1)
    return watch.notables(list(model.settings.segments), list(model.settings.regions))


class _Watch:
    """When what happened to whom first, and of which group they were then."""

    def __init__(self, count: int) -> None:
        self._month = {sort: np.zeros(count, np.int32) for sort in NOTABLE}
        self._group = {sort: np.zeros((count, 3), np.int8) for sort in NOTABLE}
        self._had = np.zeros(count, np.bool_)

    def note(
        self,
        before: Records,
        after: Records,
        month: int,
        brands: Sequence[int] | npt.NDArray[np.int_],
    ) -> None:
        """Takes up one month."""
        self._had &= after["generation"] == before["generation"]
        happened = befallen(before, after, month, np.asarray(brands), self._had)
        self._had |= has_access(after)
        for sort, mask in happened.items():
            new = mask & (self._month[sort] == 0)
            self._month[sort][new] = month
            for place, name in enumerate(("segment", "region", "rural")):
                self._group[sort][new, place] = after[name][new]

    def notables(self, segments: list[str], regions: list[str]) -> Notables:
        """What came together."""
        all_found = Notables()
        for sort in NOTABLE:
            months = self._month[sort]
            for place in np.flatnonzero(months):
                segment, region, rural = (int(number) for number in self._group[sort][place])
                key = sort, Group(segments[segment], regions[region], bool(rural))
                all_found.counts[key] = all_found.counts.get(key, 0) + 1
                kept = all_found.found.setdefault(key, [])
                if len(kept) < KEPT_EACH:
                    kept.append(Found(int(place), str(Month(int(months[place])))))
        return all_found


def befallen(
    before: Records, after: Records, month: int, brands: npt.NDArray[np.int_], had: Flags
) -> dict[Notable, Flags]:
    """[N] by sort: whom it befell between two month-ends.

    month : number of the later one ; brands : [R] brand of every route
    had : [N] who has had access since the opening, in this generation
    """
    same = after["generation"] == before["generation"]
    defaults = (after["default_month"] == month) & (before["default_month"] < month - 1)
    searching, was = after["episode"], before["episode"]
    gives_up = (searching < 0) & (was >= 0)
    in_vain = ((searching > was) & (searching > 0)) | gives_up
    return {
        "defaulted": same & defaults,
        "in_vain": same & in_vain,
        "lost_access": same & gives_up & had & ~has_access(after),
        "three_lenders": same & (lenders_owed(after, brands) >= MANY_LENDERS),
    }


def has_access(records: Records) -> Flags:
    """[N] who owes somebody or may draw on a line."""
    open_line = (records["line_hundred"] > 0) | (records["principal_fen"] > 0)
    access: Flags = ((records["route"] != NO_ROUTE) & open_line).any(axis=1)
    return access


def lenders_owed(records: Records, brands: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """[N] number of lenders to whom something is owed; two loans of one brand are one lender."""
    owed = (records["principal_fen"] > 0) & (records["route"] != NO_ROUTE)
    brand = np.where(owed, brands[records["route"]], -1)
    count = np.zeros(len(records), dtype=np.int64)
    for slot in range(SLOTS):
        twice = (brand[:, :slot] == brand[:, slot : slot + 1]).any(axis=1)
        count += owed[:, slot] & ~twice
    return count
