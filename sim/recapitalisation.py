"""Owners who are asked for money: they put it in if the firm is worth it, or let it go.

A brand whose equity is below half of what its loans want at target leverage, or whose cash is below
zero, asks its owners for what is missing. They look ahead, not back at the loss that is sunk: what
it earns in a year before credit losses, less the losses that its own scorecard expects and no
guarantee fund will bear, after tax.
Going on is worth that profit over the return that they require. Leaving is worth what equity there
is, and nothing where there is none, as their liability is limited. So they pay if

    expected profit / required return >= money asked + equity, if positive.
"""

from typing import NamedTuple

import numpy as np

from agents.messages import Floats, Ints
from agents.ownership_parameters import Ownership
from sim.bookkeeping import TAX, wanted_capital
from sim.columns import floats, whole
from sim.ledger import Account, Item, Sector
from sim.market import Event, Market

DISTRESS = 0.5
"""Part of the equity that loans want below which owners are asked (assumption)."""

BEFORE_LOSSES = [
    Item.INCOME,
    Item.FUNDING_COST,
    Item.OPERATING,
    Item.ACQUISITION,
    Item.MARKETING,
    Item.COVER_FEE,
]
"""Lines of a month's profit that a lender expects to go on."""


class Request(NamedTuple):
    """[L] what owners are asked for, and what they expect of it, fen.

    asked : money missing ; profit : expected in a year, after tax ; equity : as it is
    """

    asked: Ints
    profit: Floats
    equity: Ints

    def worth_it(self, required_return: float) -> Ints:
        """[L] 1 where going on is worth the money and the equity that leaving would bring."""
        worth = np.maximum(0.0, self.profit) / required_return
        stake = self.asked + np.maximum(0, self.equity)
        return ((self.asked > 0) & (worth >= stake)).astype(np.int64)


def requests(market: Market) -> Request:
    """[L] what brands lack, 0 for all others."""
    accounts = market.ledger.accounts
    equity, wanted = accounts[:, Account.EQUITY], wanted_capital(market)
    lacks = np.where(equity < DISTRESS * wanted, wanted - equity, 0.0)
    lacks = np.maximum(lacks, -accounts[:, Account.CASH])
    may_ask = floats([x.is_brand and x.state.status == "open" for x in market.lenders])
    asked = whole(np.maximum(0.0, lacks) * may_ask)
    return Request(asked, expected_profit(market), equity)


def expected_profit(market: Market) -> Floats:
    """[L] a year's profit at this month's income and costs and at expected losses, fen.

    What funders ask for their distrust is left out: the money that owners bring is to end it.
    """
    ledger, table = market.ledger, market.funding
    earned = 12.0 * ledger.items[:, BEFORE_LOSSES].sum(axis=1)
    earned += (table.premium * market.mood.distrust * ledger.sources).sum(axis=1)
    borne = whole(ledger.principal * ledger.uncovered(len(market.book)))
    at_risk = ledger.at_risk(market.book, borne)
    lost = floats([x.state.expected for x in market.lenders]) * at_risk
    before_tax = earned - lost
    after_tax: Floats = before_tax - TAX * np.maximum(0.0, before_tax)
    return after_tax


def recapitalise(market: Market, ownership: Ownership) -> None:
    """Asks owners of brands in distress for money, books what they pay, and tells what they say.

    Nobody is asked where `rescue` is 0.
    """
    if ownership.rescue == 0.0:
        return
    request = requests(market)
    willing = request.worth_it(ownership.required_return)
    paid = whole(ownership.rescue * request.asked) * willing
    market.ledger.receive_all(paid, Sector.OWNERS, Item.CAPITAL_IN)
    for lender in market.lenders:
        asked = int(request.asked[lender.number])
        if asked > 0 and (paid[lender.number] > 0 or not lender.state.refused):
            tell(market, lender.number, request, int(paid[lender.number]))
        lender.state.refused = asked > 0 and paid[lender.number] == 0


def tell(market: Market, number: int, request: Request, paid: int) -> None:
    """An event: what owners of a lender say; equity before and after in yuan."""
    asked, profit = (
        market.real_yuan(float(column[number])) / 1e9 for column in (request.asked, request.profit)
    )
    text = f"owners put in {market.real_yuan(paid) / 1e9:,.2f} billion yuan"
    if paid == 0:
        text = f"owners refuse {asked:,.2f} billion yuan"
    text += f": they expect it to earn {profit:,.2f} billion a year"
    before = market.real_yuan(float(request.equity[number]))
    after = before + market.real_yuan(float(paid))
    market.events.append(Event("capital", market.lenders[number].name, text, before, after))
