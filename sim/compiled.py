"""The default executor: the borrower's rules compiled, over an array of records, on all cores.

Chunks of borrowers are handed to plain Python threads that call a compiled loop without the
interpreter lock. Each thread keeps its own tally; tallies are integers, so their sum does not
depend on threads, chunks or order.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from agents.borrower import BorrowerView, be_born, be_placed, live, sign
from agents.messages import Offers, Tally, Terms, World
from agents.record import RECORD
from agents.search import MOST_CONSIDERED, Desk
from sim.core.by_reference import by_reference
from sim.core.rule import is_cached, kernel

Records = npt.NDArray[np.void]

CHUNK = 8_192
"""Borrowers a thread takes at a time: long enough to hide the call, short enough to share out."""


@kernel
def populate_chunk(records: Records, start: int, stop: int, world: World) -> None:
    """Gives borrowers start..stop-1 their place and their first occupant."""
    world = by_reference(world)
    for place in range(start, stop):
        be_placed(records[place], place, world)
        be_born(records[place], place, world)


@kernel
def live_chunk(
    records: Records, start: int, stop: int, world: World, terms: Terms, tally: Tally, desk: Desk
) -> None:
    """The first half of the month of borrowers start..stop-1."""
    world, terms = by_reference(world), by_reference(terms)
    tally, desk = by_reference(tally), by_reference(desk)
    for place in range(start, stop):
        live(records[place], place, world, terms, tally, desk)


@kernel
def sign_chunk(
    records: Records,
    start: int,
    stop: int,
    world: World,
    terms: Terms,
    offers: Offers,
    tally: Tally,
) -> None:
    """The second half of the month of borrowers start..stop-1."""
    world, terms = by_reference(world), by_reference(terms)
    offers, tally = by_reference(offers), by_reference(tally)
    for place in range(start, stop):
        sign(records[place], place, world, terms, offers, tally)


def new_desk() -> Desk:
    """Scratch space for one thread's searches."""

    def whole() -> npt.NDArray[np.int64]:
        return np.zeros(MOST_CONSIDERED, dtype=np.int64)

    return Desk(
        arrival=np.zeros(MOST_CONSIDERED),
        lender=whole(),
        appeal=np.zeros(MOST_CONSIDERED),
        offer=whole(),
        risk=whole(),
        line=whole(),
        features=whole(),
    )


def add_tallies(tallies: list[Tally]) -> Tally:
    """The sum of tallies, field by field; the first is used up."""
    total = tallies[0]
    for other in tallies[1:]:
        for mine, theirs in zip(total, other, strict=True):
            mine += theirs
    return total


class CompiledBorrowers:
    """All borrowers as one array of records.

    records : [N] of agents.record.RECORD; the whole state of the borrowers.
    """

    def __init__(self, count: int, threads: int, chunk: int = CHUNK) -> None:
        self.records: Records = np.zeros(count, dtype=RECORD)
        self.threads = threads
        self.chunk = chunk

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, place: int) -> BorrowerView:
        return BorrowerView(self.records[place])

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        self._over_chunks(lambda start, stop, _: populate_chunk(self.records, start, stop, world))

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month; returns requests, payments and counts so far."""
        desks = [new_desk() for _ in range(self.threads)]
        tallies = [shape() for _ in range(self.threads)]

        def work(start: int, stop: int, worker: int) -> None:
            live_chunk(self.records, start, stop, world, terms, tallies[worker], desks[worker])

        self._over_chunks(work)
        return add_tallies(tallies)

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month; returns draws and month-end stocks."""
        tallies = [shape() for _ in range(self.threads)]

        def work(start: int, stop: int, worker: int) -> None:
            sign_chunk(self.records, start, stop, world, terms, offers, tallies[worker])

        self._over_chunks(work)
        return add_tallies(tallies)

    def snapshot(self) -> Records:
        """A copy of the borrowers' state."""
        return self.records.copy()

    def restore(self, records: Records) -> None:
        """Takes a copy of a snapshot as the state."""
        self.records = records.copy()

    def _over_chunks(self, work: Callable[[int, int, int], None]) -> None:
        starts = itertools.count(0, self.chunk)

        def loop(worker: int) -> None:
            while (start := next(starts)) < len(self.records):
                work(start, min(start + self.chunk, len(self.records)), worker)

        if self.threads == 1 or len(self.records) <= self.chunk:
            loop(0)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(loop, range(self.threads)))


def needs_compiling() -> bool:
    """Whether the next run has to compile the borrower's month first."""
    return not all(is_cached(k) for k in (populate_chunk, live_chunk, sign_chunk))
