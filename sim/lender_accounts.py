"""What lenders' books say of a month: where money comes from, what it earns, what room is left."""

from typing import NamedTuple

import numpy as np

from agents.messages import Floats, Ints
from sim.ledger import Item, Ledger
from sim.metrics import ratios

RECOVERIES = [Item.RECOVERY, Item.SALE]
"""What loans charged off bring: collected, and paid by those who buy them."""

RUNNING = [
    Item.OPERATING,
    Item.ACQUISITION,
    Item.MARKETING,
    Item.CHARGE_OFF,
    Item.RECOVERY,
    Item.SALE,
    Item.PROVISION,
    Item.COVER_FEE,
    Item.COVER_PAID,
]
"""Costs before those of capital: running, winning customers, credit losses."""


class Accounts(NamedTuple):
    """[L] columns of one month.

    sources : [L, S] funding by source, fen
    income : interest and fees, fen ; left : what running costs and credit losses leave of it, fen
    paid : interest on funding, fen
    room : what each could still lend at month-end, fen
    """

    sources: Ints
    income: Ints
    left: Ints
    paid: Ints
    room: Ints

    @property
    def margin(self) -> Floats:
        """[L] income less running costs and credit losses, over income; 0 without income."""
        return ratios(self.left, self.income)

    def used(self, held: Ints) -> Floats:
        """[L] loans held over loans held and room; 0 without either."""
        return ratios(held, held + self.room)


def accounts_of(ledger: Ledger, room: Ints) -> Accounts:
    """The columns of the month that is on the ledger's page.

    room : [L] what each lender could still lend, fen
    """
    items = ledger.items
    income = items[:, Item.INCOME]
    left: Ints = income + items[:, RUNNING].sum(axis=1)
    return Accounts(ledger.sources, income, left, -items[:, Item.FUNDING_COST], room)


def all_together(accounts: Accounts) -> Accounts:
    """All lenders as one row."""
    return Accounts(*(np.asarray(column.sum(axis=0, keepdims=True)) for column in accounts))
