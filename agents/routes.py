"""Routes: for every way a brand can fund a loan, who holds it and who bears its risk.

A loan carries the number of its route, not of its lender; everything else (brand, holder,
risk-bearer) follows from the route book. Rows are only ever added, so an old loan keeps the terms
it was made on; when a book is sold, the row's owner changes and every loan follows at once.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

import numpy as np

from agents.lender_parameters import RouteClass
from agents.limits import LICENCES, Licence
from agents.messages import Ints

MILLION = 1_000_000
CLASSES: tuple[RouteClass, ...] = get_args(RouteClass)
NOBODY = -1


class Route(NamedTuple):
    """One row: who lends with whom, on what terms. A tuple, as thousands are looked up a year.

    brand, partner : lender numbers; partner is NOBODY on a route that is all the brand's own
    own_ppm : part that the brand funds and bears, per million
    guaranteed : the brand guarantees the partner's part and takes it over at 90 days
    licence : the licence under which the loan is made, for caps and floors
    sold : the partner bought its part from the brand; no new customer comes by it
    """

    brand: int
    partner: int
    kind: RouteClass
    own_ppm: int
    licence: Licence
    sold: bool = False

    @property
    def guaranteed(self) -> bool:
        """Whether the brand bears the partner's risk."""
        return self.kind == "guaranteed"

    @property
    def kind_number(self) -> int:
        """Place of its class in CLASSES."""
        return CLASSES.index(self.kind)

    @property
    def licence_number(self) -> int:
        """Place of its licence in LICENCES."""
        return LICENCES.index(self.licence)


ATTRIBUTES = ("brand", "partner", "own_ppm", "guaranteed", "kind_number", "licence_number", "sold")
"""What there is a column of."""


class RouteBook:
    """All routes ever used, by number.

    Columns are arrays made once and kept until the book changes: they are read many times a month.
    """

    def __init__(self, rows: Iterable[Route] = ()) -> None:
        self.rows: list[Route] = []
        self.reset(rows)

    def reset(self, rows: Iterable[Route]) -> None:
        """Replaces all rows."""
        self.rows = list(rows)
        self._numbers: dict[Route, int] | None = None
        self._derived: dict[Hashable, Any] = {}

    def number(self, route: Route) -> int:
        """The number of a route, the lowest if there are several; added if it is new."""
        if self._numbers is None:  # made when asked for: many books may be sold before that
            self._numbers = {}
            for place, row in enumerate(self.rows):
                self._numbers.setdefault(row, place)
        found = self._numbers.get(route)
        if found is None:
            found = self._numbers[route] = len(self.rows)
            self.rows.append(route)
            self._derived = {}
        return found

    def own(self, brand: int, licence: Licence) -> int:
        """The brand's own-book route, where guaranteed loans end up at 90 days."""
        return self.number(Route(brand, NOBODY, "own", MILLION, licence))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Route]:
        return iter(self.rows)

    def derived[D](self, key: Hashable, work_out: Callable[[], D]) -> D:
        """What follows from the rows: worked out once, and again when the book has changed."""
        if key not in self._derived:
            found = work_out()  # may add rows, which empties what is kept
            self._derived[key] = found
        kept: D = self._derived[key]
        return kept

    def column(self, name: str) -> Ints:
        """[R] one attribute of all rows; not to be written on."""
        return self.derived(name, lambda: fixed(getattr(row, name) for row in self.rows))

    def holder(self) -> Ints:
        """[R] who holds the part that the brand does not; the brand where it holds all."""
        return self.derived("holder", self._find_holders)

    def _find_holders(self) -> Ints:
        brand, partner = self.column("brand"), self.column("partner")
        return fixed(np.where(partner == NOBODY, brand, partner))

    def bearer(self) -> Ints:
        """[R] whose loss the part that the brand does not hold would be: a guarantor's, or its."""
        return self.derived("bearer", self._find_bearers)

    def _find_bearers(self) -> Ints:
        guaranteed = self.column("guaranteed") == 1
        return fixed(np.where(guaranteed, self.column("brand"), self.holder()))

    def buyout(self) -> Ints:
        """[R] where a loan goes at 90 days: a guaranteed one to the guarantor's own book."""
        return self.derived("buyout", self._find_buyouts)

    def _find_buyouts(self) -> Ints:
        guaranteed = np.flatnonzero(self.column("guaranteed")).tolist()
        rows = [self.rows[number] for number in guaranteed]
        own = [self.own(row.brand, row.licence) for row in rows]  # may add guarantors' own books
        target = np.arange(len(self.rows))
        target[guaranteed] = own
        return fixed(target)

    def replace(self, changed: Mapping[int, Route]) -> None:
        """Puts other rows in the place of some, by number; every loan there follows at once."""
        known = {name: self._derived[name] for name in ATTRIBUTES if name in self._derived}
        numbers = list(changed)
        for number, row in changed.items():
            self.rows[number] = row
        self.reset(self.rows)
        for name, column in known.items():
            after = column.copy()
            after[numbers] = [getattr(row, name) for row in changed.values()]
            self._derived[name] = fixed(after)

    def hand_over(self, seller: int, buyer: int) -> None:
        """Puts the buyer in the seller's place in every row.

        A partner that buys its brand, or the reverse, ends up on both sides of a row, which then
        is simply its own; shares are kept, so nothing moves in the books.
        """
        theirs = (self.column("brand") == seller) | (self.column("partner") == seller)
        rows = ((number, self.rows[number]) for number in np.flatnonzero(theirs).tolist())
        self.replace({number: with_buyer(row, seller, buyer) for number, row in rows})


def with_buyer(row: Route, seller: int, buyer: int) -> Route:
    """A route with the buyer in the seller's place."""
    return row._replace(
        brand=buyer if row.brand == seller else row.brand,
        partner=buyer if row.partner == seller else row.partner,
    )


def fixed(values: Iterable[int]) -> Ints:
    """Whole numbers as an array that cannot be written on; an array becomes that itself."""
    column = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64)
    column.flags.writeable = False
    return column
