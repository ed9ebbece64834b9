"""The default executor: the borrower's rules compiled, over an array of records, on all cores.

Plain Python threads call a compiled loop without the interpreter lock, each once for half a month;
in it they take chunks of borrowers in turn, so that a thread which is held up does less. Each
thread keeps its own tally; tallies are integers, so their sum does not depend on threads, chunks
or order.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import numpy.typing as npt

from agents.borrower import BorrowerView, live, move_in, sign
from agents.borrower_parameters import MOST_CONSIDERED
from agents.messages import Ints, Offers, Tally, Terms, World
from agents.record import RECORD
from agents.search import Desk
from sim.core.by_reference import by_reference
from sim.core.fetching import fetch
from sim.core.rule import is_cached, kernel, rule
from sim.core.turns import take_turn

Records = npt.NDArray[np.void]
Flags = npt.NDArray[np.bool_]

CHUNK = 1_024
"""Borrowers a thread takes at a time: many, so that turns cost nothing; few, so that all threads
end at the same time."""

AHEAD = 4
"""How many turns before his own a borrower's record is asked for. Of a million borrowers' two
halves of the month it takes a tenth off, nearly all of it where those who do not wait are passed
over; 2 to 16 do as well."""


@kernel
def populate_in_turns(records: Records, turns: Ints, chunk: int, world: World) -> None:
    """Gives the borrowers whose turn it is their place and their first occupant."""
    world = by_reference(world)
    start = take_turn(turns, chunk)
    while start < len(records):
        for place in range(start, min(start + chunk, len(records))):
            move_in(records[place], place, world)
        start = take_turn(turns, chunk)


@kernel
def live_in_turns(
    records: Records,
    waiting: Flags,
    turns: Ints,
    chunk: int,
    world: World,
    terms: Terms,
    tally: Tally,
    desk: Desk,
) -> None:
    """The first half of the month of the borrowers whose turn it is; notes who waits."""
    world, terms = by_reference(world), by_reference(terms)
    tally, desk = by_reference(tally), by_reference(desk)
    start = take_turn(turns, chunk)
    while start < len(records):
        for place in range(start, min(start + chunk, len(records))):
            fetch(records, place + AHEAD)
            waiting[place] = live(records[place], place, world, terms, tally, desk)
        start = take_turn(turns, chunk)


@rule
def list_waiting(waiting: Flags, start: int, end: int, places: Ints) -> int:
    """Writes into `places` which of start to end - 1 await an answer; returns how many do.

    Everybody is written down and those who do not wait are written over: no jump to be guessed.
    """
    count = 0
    for place in range(start, end):
        places[count] = place
        count += 1 if waiting[place] else 0
    return count


@kernel
def sign_in_turns(
    records: Records,
    waiting: Flags,
    turns: Ints,
    chunk: int,
    world: World,
    terms: Terms,
    offers: Offers,
    tally: Tally,
    places: Ints,
) -> None:
    """The second half of the month of the borrowers whose turn it is, for those who wait."""
    world, terms = by_reference(world), by_reference(terms)
    offers, tally = by_reference(offers), by_reference(tally)
    start = take_turn(turns, chunk)
    while start < len(records):
        count = list_waiting(waiting, start, min(start + chunk, len(records)), places)
        for i in range(count):
            if i + AHEAD < count:
                fetch(records, places[i + AHEAD])
            sign(records[places[i]], places[i], world, terms, offers, tally)
        start = take_turn(turns, chunk)


def first_turn() -> Ints:
    """A counter of turns at its start."""
    return np.zeros(1, dtype=np.int64)


def new_desk() -> Desk:
    """Scratch space for one thread's searches."""

    def whole() -> Ints:
        return np.zeros(MOST_CONSIDERED, dtype=np.int64)

    return Desk(
        product=np.zeros(1, dtype=np.int64),
        blind=np.zeros(1, dtype=np.int64),
        arrival=np.zeros(MOST_CONSIDERED),
        lender=whole(),
        word=whole(),
        appeal=np.zeros(MOST_CONSIDERED),
        offer=whole(),
        seen=whole(),
        risk=whole(),
        line=whole(),
        features=whole(),
        answer=whole(),
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
    waiting : [N] who awaits an answer in the second half of the month. It can be told from the
        records; kept, one byte is read for who has asked for nothing instead of his record.
    """

    def __init__(self, count: int, threads: int, chunk: int = CHUNK) -> None:
        self.records: Records = np.zeros(count, dtype=RECORD)
        self.waiting: Flags = np.zeros(count, dtype=np.bool_)
        self.threads = threads
        self.chunk = chunk
        self._pool: ThreadPoolExecutor | None = None  # new threads twice a month took 40 ms a run

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, place: int) -> BorrowerView:
        return BorrowerView(self.records[place])

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        turns = first_turn()
        self._with_workers(lambda _: populate_in_turns(self.records, turns, self.chunk, world))

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month; returns requests, payments and counts so far."""
        turns = first_turn()
        desks = [new_desk() for _ in range(self.workers)]
        tallies = [shape() for _ in range(self.workers)]

        def work(worker: int) -> None:
            live_in_turns(
                self.records,
                self.waiting,
                turns,
                self.chunk,
                world,
                terms,
                tallies[worker],
                desks[worker],
            )

        self._with_workers(work)
        return add_tallies(tallies)

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month; returns draws and month-end stocks."""
        turns = first_turn()
        tallies = [shape() for _ in range(self.workers)]

        def work(worker: int) -> None:
            sign_in_turns(
                self.records,
                self.waiting,
                turns,
                self.chunk,
                world,
                terms,
                offers,
                tallies[worker],
                np.zeros(self.chunk, dtype=np.int64),
            )

        self._with_workers(work)
        return add_tallies(tallies)

    def snapshot(self) -> Records:
        """A copy of the borrowers' state."""
        return self.records.copy()

    def restore(self, records: Records) -> None:
        """Takes a copy of a snapshot as the state."""
        self.records = records.copy()
        self.waiting = (records["pending_fen"] > 0).any(axis=1)

    @property
    def workers(self) -> int:
        """Threads that have something to do."""
        return max(1, min(self.threads, -(-len(self.records) // self.chunk)))

    def _with_workers(self, work: Callable[[int], None]) -> None:
        """Calls work(worker) for all workers at once; the calling thread is the first."""
        if self.workers == 1:
            work(0)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads - 1)
        others = [self._pool.submit(work, worker) for worker in range(1, self.workers)]
        try:
            work(0)
        finally:
            wait(others)  # they write into our arrays: no leaving before they have left
        for other in others:
            other.result()


def needs_compiling() -> bool:
    """Whether the next run has to compile the borrower's month first."""
    return not all(is_cached(k) for k in (populate_in_turns, live_in_turns, sign_in_turns))
