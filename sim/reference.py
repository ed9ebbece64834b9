"""The reference executor: one Mesa agent with plain attributes per borrower, rules in pure Python.

Slow, and the oracle for the compiled executors: same scenario and seed, same tables.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from mesa import Model

from agents.borrower import Borrower, live, move_in, sign
from agents.messages import Offers, Tally, Terms, World
from agents.record import RECORD, BorrowerState
from sim.compiled import Records, new_desk


class ReferenceBorrowers:
    """All borrowers as Mesa agents, in order of their places."""

    def __init__(self, count: int, model: Model[Any, Any]) -> None:
        blank = np.zeros(1, dtype=RECORD)[0]
        self.agents = [Borrower(model, blank) for _ in range(count)]
        self._states = cast(list[BorrowerState], self.agents)  # attributes are set from the record

    def __len__(self) -> int:
        return len(self.agents)

    def __getitem__(self, place: int) -> Borrower:
        return self.agents[place]

    def populate(self, world: World) -> None:
        """Fills every place with its first occupant."""
        for place, borrower in enumerate(self._states):
            move_in(borrower, place, world)

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        """The first half of the month; returns requests, payments and counts so far."""
        tally, desk = shape(), new_desk()
        for place, borrower in enumerate(self._states):
            live(borrower, place, world, terms, tally, desk)
        return tally

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        """The second half of the month; returns draws and month-end stocks."""
        tally = shape()
        for place, borrower in enumerate(self._states):
            sign(borrower, place, world, terms, offers, tally)
        return tally

    def snapshot(self) -> Records:
        """The borrowers' state as records."""
        return np.array([borrower.record() for borrower in self.agents], dtype=RECORD)

    def restore(self, records: Records) -> None:
        """Takes the state from records."""
        for borrower, record in zip(self.agents, records, strict=True):
            for name in RECORD.names or ():
                setattr(borrower, name, record[name].tolist())
