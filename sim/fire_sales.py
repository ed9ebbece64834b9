"""Fire sales: a lender short of cash sells loans for what buyers pay, less the more is sold.

A lender whose cash is below zero after all that funders lend, and after its committed lines, sells
first its claims on loans charged off, then parts of loans on its own books. Buyers are lenders with
room; all sellers of a month meet one market, whose price is

    m = 1 - stress effect x stress of the market - depth x face sold / room of all buyers

of what the loans are worth (face less expected loss). To raise N a seller has to sell N / price of
face, which lowers the price further; beyond a point no larger sale brings more. Who cannot raise
what is missing is illiquid, and who loses its equity by selling is insolvent: two deaths, told
apart where lenders are judged (sim/structure.py). Whole books of lenders that leave go at the same
price.

What was set aside for sold loans is released, and the buyer sets aside anew; gain and loss count
for the tax of the month, whose books are closed already.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.funding_parameters import FireSales
from agents.lender import Lender
from agents.limits import Limits
from agents.messages import Ints
from agents.routes import NOBODY, Route, RouteBook
from sim.bookkeeping import TAX, provision_multiples, settle_tax
from sim.columns import whole
from sim.ledger import PROVISION_PPM, WORTH, Account, Item, Sector, part_of
from sim.market import Event, Market
from sim.names import lender_name
from sim.rationing import room

CLAIMS_PRICE = 0.6
"""What outside buyers pay in a hurry for claims on loans charged off, fraction of what these will
bring (assumption: below the 0.8 of an orderly sale)."""

LEAST_PRICE = 0.05
"""Fraction of what loans are worth below which nobody sells (assumption)."""


class Buyers(NamedTuple):
    """[L] face that each lender would take over this month, fen; 0 for who sells or has left."""

    room: Ints

    @property
    def together(self) -> int:
        """Fen of face that all buyers would take."""
        return int(self.room.sum())


def fire_sales(market: Market, limits: Limits) -> None:
    """Lenders whose cash is below zero sell what they can; cash of others pays for it."""
    terms = market.sales
    short = np.maximum(0, -market.ledger.accounts[:, Account.CASH])
    is_open = np.array([x.state.status == "open" for x in market.lenders], dtype=bool)
    sellers = [x for x in market.lenders if is_open[x.number] and short[x.number] > 0]
    if terms.buyers == 0.0 or not sellers:
        return
    sellers.sort(key=lambda lender: lender.setup.id)
    for seller in sellers:
        sell_claims(market, seller)
    traded = is_among(market, sellers)
    settle_tax(market, traded)
    short = np.maximum(0, -market.ledger.accounts[:, Account.CASH])
    buyers = buyers_of(market, limits)
    asked = sum(short[x.number] / max(LEAST_PRICE, worth(market, x)) for x in sellers)
    price = market_price(terms, market.mood.stress, asked, buyers.together)
    for seller in sellers:
        buyer = sell_loans(market, seller, buyers, price, int(short[seller.number]))
        if buyer is not None:
            traded[buyer.number] = True
    market.ledger.provision(market.book, provision_multiples(market, limits))
    settle_tax(market, traded)
    for number in np.flatnonzero(traded & ~is_among(market, sellers)).tolist():
        market.ledger.borrow_missing(number, 0, market.funding.mix[number])


def is_among(market: Market, some: list[Lender]) -> npt.NDArray[np.bool_]:
    """[L] whether a lender is one of some."""
    numbers = [lender.number for lender in some]
    found: npt.NDArray[np.bool_] = np.isin(np.arange(len(market.lenders)), numbers)
    return found


def buyers_of(market: Market, limits: Limits) -> Buyers:
    """Who would buy: the part `buyers` of the room that capital, rules and funders leave it."""
    well = market.ledger.accounts[:, Account.CASH] >= 0
    return Buyers(np.where(well, whole(market.sales.buyers * room(market, limits).lend), 0))


def market_price(terms: FireSales, stress: float, asked: float, capacity: int) -> float:
    """What buyers pay, fraction of what loans are worth, when sellers need `asked` in all.

    The root of m (calm - m) = depth x asked / capacity that falls with what is asked; where there
    is none, the price at which a sale brings most.

    asked : cash needed over worth a yuan of face, fen ; capacity : face that buyers would take
    """
    calm = max(0.0, 1.0 - terms.stress * stress)
    crowd = terms.depth * asked / max(1, capacity)
    found = (calm + math.sqrt(max(0.0, calm * calm - 4.0 * crowd))) / 2.0
    return max(LEAST_PRICE, found)


def price_of_face(terms: FireSales, stress: float, face: int, capacity: int) -> float:
    """The same price where it is known how much is sold, not how much cash is needed.

    On the curve of `market_price`, and like it never below the price at which a sale brings most.

    face : sold, fen ; capacity : face that buyers would take
    """
    calm = max(0.0, 1.0 - terms.stress * stress)
    found = calm - terms.depth * face / max(1, capacity)
    return max(LEAST_PRICE, calm / 2.0, found)


def worth(market: Market, lender: Lender) -> float:
    """What loans of a lender's own book are worth, fraction of face: less their expected loss."""
    rows = market.book.column("brand") == lender.number
    owed = market.ledger.buckets[rows].sum(axis=0)
    lost = int(part_of(owed, PROVISION_PPM).sum())
    return 1.0 - lost / max(1, int(owed.sum()))


def sell_claims(market: Market, seller: Lender) -> None:
    """Sells claims on loans charged off to outside buyers, as many as the lack of cash asks for."""
    ledger, number = market.ledger, seller.number
    needed = -int(ledger.accounts[number, Account.CASH])
    brings = int(CLAIMS_PRICE * int(ledger.claims[number, WORTH]))
    if brings <= 0:
        return
    paid = min(brings, before_tax(market, number, needed))
    sold = -(-ledger.claims[number] * paid // brings)
    ledger.claims[number] -= np.minimum(sold, ledger.claims[number])
    ledger.receive(number, paid, Sector.BAD_LOAN_BUYERS, Item.SALE)
    tell(market, seller, "outside buyers", paid, "claims on loans charged off", paid)


def before_tax(market: Market, number: int, needed: int) -> int:
    """What proceeds a lender needs so that `needed` is left when they are taxed, fen.

    A loss of the month so far keeps as much free of tax.
    """
    ledger = market.ledger
    profit = int(ledger.profit()[number] - ledger.items[number, Item.TAX])
    return max(needed, math.ceil((needed + TAX * min(0, profit)) / (1.0 - TAX)))


def sell_loans(
    market: Market, seller: Lender, buyers: Buyers, price: float, needed: int
) -> Lender | None:
    """Sells an equal part of all loans that one buyer can take over, at most until `needed` is in.

    Returns the buyer; None where there is none. Where more was set aside than the loans lose, what
    is released is taxed, and that much more is sold.

    price : of the market, fraction of what loans are worth
    """
    found = best_buyer(market, seller, buyers)
    if found is None or needed <= 0:
        return None
    buyer, rows = found
    of_face = price * worth(market, seller)
    accounts = market.ledger.accounts[seller.number]
    set_aside = int(accounts[Account.ALLOWANCE]) / max(1, int(accounts[Account.LOANS]))
    kept = of_face - TAX * max(0.0, of_face + set_aside - 1.0)
    whole_part = int(market.ledger.own[rows].sum())
    face = min(math.ceil(needed / kept), whole_part, int(buyers.room[buyer.number]))
    moved = hand_over_part(market, buyer, rows, face / whole_part)
    paid = int(of_face * moved)
    market.ledger.sell_part(
        seller.number, buyer.number, moved, paid, market.funding.mix[buyer.number]
    )
    buyers.room[buyer.number] -= min(moved, int(buyers.room[buyer.number]))
    tell(market, seller, lender_name(buyer.name), moved, "loans", paid)
    return buyer


def best_buyer(market: Market, seller: Lender, buyers: Buyers) -> tuple[Lender, list[int]] | None:
    """Who could take most over, and on which routes; of equal ones the lowest permanent id.

    A loan has one partner at most, so that only loans which the seller holds alone, or with the
    buyer, can be sold on. Loans whose other part it guarantees stay: a sale would end the guarantee
    unpaid.
    """
    book, many = market.book, len(market.lenders)
    mine = np.flatnonzero((book.column("brand") == seller.number) & may_be_sold(book))
    partner, own = book.column("partner")[mine], market.ledger.own[mine]
    alone = partner == NOBODY
    open_to = np.full(many, own[alone].sum())
    np.add.at(open_to, partner[~alone], own[~alone])
    takes = np.where(market.open_ones(), np.minimum(buyers.room, open_to), 0)
    takes[seller.number] = 0
    if not takes.any():
        return None
    identity = market.fixed("id", lambda lender: lender.setup.id)
    buyer = int(np.where(takes == takes.max(), identity, np.inf).argmin())
    return market.lenders[buyer], mine[alone | (partner == buyer)].tolist()


def may_be_sold(book: RouteBook) -> npt.NDArray[np.bool_]:
    """[R] whether the brand has a part of its own in the loans, and owes nobody for the rest."""
    found: npt.NDArray[np.bool_] = (book.column("own_ppm") > 0) & (book.column("guaranteed") == 0)
    return found


def hand_over_part(market: Market, buyer: Lender, rows: list[int], part: float) -> int:
    """Makes the buyer a partner in a part of the loans on some routes; returns their face, fen.

    The brand goes on serving them, and on these lines both lend on in their parts: would a draw
    bring the debt back to the brand's own book, it would buy at face what it sold for less.
    """
    ledger, changed, moved = market.ledger, {}, 0
    for number in rows:
        row = market.book.rows[number]
        own_ppm = int(row.own_ppm * (1.0 - part))
        left = int(part_of(ledger.principal[number : number + 1], own_ppm)[0])
        moved += int(ledger.own[number]) - left
        ledger.own[number] = left
        changed[number] = Route(row.brand, buyer.number, "joint", own_ppm, row.licence, sold=True)
    market.book.replace(changed)
    return moved


def discount_on_book(market: Market, limits: Limits, seller: Lender) -> int:
    """What a buyer of a leaving lender's whole book pays less than it is worth, fen."""
    terms = market.sales
    if terms.buyers == 0.0:
        return 0
    size = int(market.ledger.accounts[seller.number, Account.LOANS])
    value = size - int(market.ledger.accounts[seller.number, Account.ALLOWANCE])
    capacity = buyers_of(market, limits).together
    price = price_of_face(terms, market.mood.stress, size, capacity)
    return max(0, int((1.0 - price) * value))


def tell(market: Market, seller: Lender, buyer: str, face: int, what: str, paid: int) -> None:
    """An event: what was sold, to whom, for how much; before and after in yuan."""
    real, cash = market.real_yuan(face), market.real_yuan(paid)
    text = f"short of cash, sells {what} of {real / 1e9:,.2f} billion yuan to {buyer}"
    if paid != face:
        text += f" at {paid / max(1, face):.0%} of face"
    market.events.append(Event("fire_sale", seller.name, text, real, cash))
