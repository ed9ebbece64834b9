"""The books of all lenders: double entry, exact, in whole fen of the sample.

Every posting moves cash between two parties or changes a claim and equity together, so that
- assets = liabilities + equity, lender by lender;
- what borrowers owe on a route = what its holders have on their books;
- cash over lenders and the outside sectors sums to zero.
`audit` checks all three against the borrowers' own records. Equity is posted on its own, never
computed as a remainder: the first check can fail.
"""

from dataclasses import dataclass, field, fields
from enum import IntEnum

import numpy as np

from agents.funding_parameters import SOURCES, WHOLESALE
from agents.messages import STOCK_D0, STOCK_D4, SUBSIDY_PAID, Floats, Ints, Tally
from agents.routes import MILLION, RouteBook
from sim.settlement import SETTLED, add_by_holder, add_by_place, add_provisions, settle_routes


class Account(IntEnum):
    """Accounts of a lender; the allowance is kept as a positive number taken off assets."""

    CASH = 0
    LOANS = 1
    ALLOWANCE = 2
    FUNDING = 3
    GUARANTEES = 4
    EQUITY = 5


class Item(IntEnum):
    """Lines of a month's profit and of changes of capital; income positive, cost negative."""

    INCOME = 0
    FUNDING_COST = 1
    OPERATING = 2
    ACQUISITION = 3
    MARKETING = 4
    CHARGE_OFF = 5
    RECOVERY = 6
    SALE = 7
    PROVISION = 8
    FINE = 9
    COVER_FEE = 10
    COVER_PAID = 11
    FIRE_SALE = 12
    TAX = 13
    CAPITAL_IN = 14
    CAPITAL_OUT = 15


PROFIT_ITEMS = slice(Item.INCOME, Item.TAX + 1)


class Sector(IntEnum):
    """Outside parties that cash comes from and goes to."""

    BORROWERS = 0
    FUNDERS = 1
    SUPPLIERS = 2
    OWNERS = 3
    STATE = 4
    COLLECTORS = 5
    BAD_LOAN_BUYERS = 6
    GUARANTEE_FUND = 7


FACE, WORTH = range(2)
"""Columns of claims on loans charged off: what was owed, and what of it will be recovered."""


PROVISION_PPM = np.array([8_000, 80_000, 250_000, 450_000, 800_000], dtype=np.int64)
"""Expected loss per million of principal by missed count 0, 1, 2, 3, 4+ (assumption from roll
rates: of loans 1-30 days late some 8% are lost, of those 90+ days late some 80%)."""


def part_of(amounts: Ints, ppm: Ints | int) -> Ints:
    """Amounts times parts per million, rounded down.

    The product itself would not fit in 64 bits where few borrowers stand for many, so whole
    millions are split off first. What is left of them is found by multiplication, which is three
    times quicker than a remainder.
    """
    millions = amounts // MILLION
    part: Ints = millions * ppm + (amounts - millions * MILLION) * ppm // MILLION
    return part


def summed(amounts: Ints, places: Ints, many: int) -> Ints:
    """[L] amounts per route added up by lender.

    amounts : [R] ; places : [R] lenders ; many : L
    """
    total = np.zeros(many, dtype=np.int64)
    add_by_place(np.ascontiguousarray(amounts), places, total)
    return total


def shared_out(amounts: Ints, weights: Floats | Ints) -> Ints:
    """[L, S] amounts shared out by weight, to the fen; by the first source without any weight."""
    total = weights.sum(axis=1)
    first = np.arange(weights.shape[1]) >= 0
    upto = np.where((total > 0)[:, None], np.cumsum(weights, axis=1), first)
    parts = np.rint(amounts[:, None] * (upto / np.where(total > 0, total, 1)[:, None]))
    ends = parts.astype(np.int64)
    ends[:, -1] = amounts
    shared: Ints = np.diff(ends, axis=1, prepend=0)
    return shared


class AuditError(AssertionError):
    """The books do not balance."""


@dataclass
class Ledger:
    """Balances of lenders and sectors, fen.

    sources : [L, Source] funding by source (`SOURCES`), which adds up to the account
    accounts : [L, Account] ; items : [L, Item] of the current month ; cash : [Sector]
    principal : [R] what borrowers owe by route ; own : [R] the brand's part of it
    claims, new_claims, sold : [L, 2] claims on loans charged off (FACE, WORTH), fen: those held, at
        no value on the books; this month's, not yet sold or held; those sold this month
    buckets : [R, 5] principal by missed count, from the borrowers' own records
    covered : [R, 5] the part of it whose loss a state guarantee fund is expected to bear
    """

    accounts: Ints
    sources: Ints
    items: Ints
    cash: Ints
    claims: Ints
    new_claims: Ints
    sold: Ints
    principal: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    own: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    buckets: Ints = field(default_factory=lambda: np.zeros((0, 5), dtype=np.int64))
    covered: Ints = field(default_factory=lambda: np.zeros((0, 5), dtype=np.int64))

    @classmethod
    def blank(cls, lenders: int) -> "Ledger":
        """Empty books."""
        return cls(
            accounts=np.zeros((lenders, len(Account)), dtype=np.int64),
            sources=np.zeros((lenders, len(SOURCES)), dtype=np.int64),
            items=np.zeros((lenders, len(Item)), dtype=np.int64),
            cash=np.zeros(len(Sector), dtype=np.int64),
            claims=np.zeros((lenders, 2), dtype=np.int64),
            new_claims=np.zeros((lenders, 2), dtype=np.int64),
            sold=np.zeros((lenders, 2), dtype=np.int64),
        )

    def copy(self) -> "Ledger":
        """Books that can be written on without touching these."""
        return Ledger(**{f.name: getattr(self, f.name).copy() for f in fields(self)})

    # --- postings --------------------------------------------------------------------------------

    def receive(self, lender: int, amount: int, sector: Sector, item: Item) -> None:
        """Income (or a cost, if negative) in cash from or to a sector."""
        self.accounts[lender, Account.CASH] += amount
        self.accounts[lender, Account.EQUITY] += amount
        self.items[lender, item] += amount
        self.cash[sector] -= amount

    def receive_all(self, amounts: Ints, sector: Sector, item: Item) -> None:
        """[L] the same for all lenders at once."""
        self.accounts[:, Account.CASH] += amounts
        self.accounts[:, Account.EQUITY] += amounts
        self.items[:, item] += amounts
        self.cash[sector] -= amounts.sum()

    def write(self, lender: int, account: Account, change: int, item: Item) -> None:
        """A change of a claim or a provision against equity, without cash."""
        sign = 1 if account == Account.LOANS else -1
        self.accounts[lender, account] += change
        self.accounts[lender, Account.EQUITY] += sign * change
        self.items[lender, item] += sign * change

    def borrow(self, lender: int, amount: int, source: int = WHOLESALE) -> None:
        """Takes up funding from one source, or repays it if negative."""
        self.accounts[lender, Account.CASH] += amount
        self.accounts[lender, Account.FUNDING] += amount
        self.sources[lender, source] += amount
        self.cash[Sector.FUNDERS] -= amount

    def borrow_all(self, amounts: Ints) -> None:
        """[L, Source] the same for all lenders and sources at once."""
        total = amounts.sum(axis=1)
        self.sources += amounts
        self.accounts[:, Account.CASH] += total
        self.accounts[:, Account.FUNDING] += total
        self.cash[Sector.FUNDERS] -= total.sum()

    def mix_funding(self, mix: Floats) -> None:
        """Splits all funding by source anew, in shares [L, Source] that add up to 1."""
        self.sources = shared_out(self.accounts[:, Account.FUNDING], mix)

    def begin_month(self) -> None:
        """Opens a page for the month's profit."""
        self.items[:] = 0

    def open_routes(self, routes: int) -> None:
        """Gives new routes their rows."""
        missing = routes - len(self.principal)
        if missing > 0:
            self.principal = np.concatenate([self.principal, np.zeros(missing, dtype=np.int64)])
            self.own = np.concatenate([self.own, np.zeros(missing, dtype=np.int64)])
            rows = np.zeros((missing, 5), dtype=np.int64)
            self.buckets = np.concatenate([self.buckets, rows])
            self.covered = np.concatenate([self.covered, rows])

    # --- the borrowers' flows --------------------------------------------------------------------

    def settle(self, tally: Tally, book: RouteBook, yields_bp: Ints, apr_bp: Ints) -> None:
        """Books one half-month of borrowers' flows, route by route, on their holders.

        yields_bp : [R] what the partner is owed on its part, bp a year
        apr_bp : [R] mean all-in rate that borrowers pay on the route, bp a year
        """
        settled = np.zeros((SETTLED, len(self.accounts)), dtype=np.int64)
        settle_routes(
            tally.route,
            book.column("own_ppm"),
            book.column("brand"),
            book.holder(),
            yields_bp,
            apr_bp,
            self.principal,
            self.own,
            settled,
        )
        lent, repaid, bought, lost, recovered, income = settled
        self._lend(lent, repaid)
        self._trade(bought)
        self._lose(lost)
        self.receive_all(income, Sector.BORROWERS, Item.INCOME)
        self._support(int(tally.subsidy[:, SUBSIDY_PAID].sum()))
        self.new_claims += np.column_stack([lost, recovered])

    def _support(self, amount: int) -> None:
        """The state pays a part of the borrowers' interest, so that lenders get all of theirs."""
        self.cash[Sector.BORROWERS] += amount
        self.cash[Sector.STATE] -= amount

    def _lend(self, drawn: Ints, repaid: Ints) -> None:
        """[L] pays out draws and takes repayments."""
        self.accounts[:, Account.LOANS] += drawn - repaid
        self.accounts[:, Account.CASH] += repaid - drawn
        self.cash[Sector.BORROWERS] += (drawn - repaid).sum()

    def _trade(self, bought: Ints) -> None:
        """[L] buys loans at face from other lenders, or sells them if negative."""
        self.accounts[:, Account.LOANS] += bought
        self.accounts[:, Account.CASH] -= bought

    def sell_part(self, seller: int, buyer: int, face: int, paid: int, mix: Floats) -> None:
        """A lender sells loans to another for what is paid; who gains or loses by it at once.

        Routes must change hands with it. What the buyer has not got in cash it borrows.

        face, paid : fen ; mix : [Source] in what shares the buyer borrows
        """
        self.borrow_missing(buyer, paid, mix)
        for lender, sign in ((seller, 1), (buyer, -1)):
            self.accounts[lender, Account.LOANS] -= sign * face
            self.accounts[lender, Account.CASH] += sign * paid
            self.accounts[lender, Account.EQUITY] -= sign * (face - paid)
            self.items[lender, Item.FIRE_SALE] -= sign * (face - paid)

    def borrow_missing(self, lender: int, to_pay: int, mix: Floats) -> None:
        """A lender borrows what it has not got in cash to pay an amount.

        Cash below zero is made up too.

        to_pay : fen ; mix : [Source] in what shares it borrows
        """
        missing = max(0, to_pay - int(self.accounts[lender, Account.CASH]))
        for source, part in enumerate(shared_out(np.array([missing]), mix[None, :])[0].tolist()):
            self.borrow(lender, part, source)

    def _lose(self, lost: Ints) -> None:
        """[L] writes loans off."""
        self.accounts[:, Account.LOANS] -= lost
        self.accounts[:, Account.EQUITY] -= lost
        self.items[:, Item.CHARGE_OFF] -= lost

    # --- stocks ----------------------------------------------------------------------------------

    def survey(self, tally: Tally) -> None:
        """Takes the borrowers' own month-end count by missed payments, for provisions and audit."""
        self.buckets = tally.stock[:, STOCK_D0 : STOCK_D4 + 1].copy()

    def held(self, book: RouteBook, of_routes: Ints) -> Ints:
        """[L] what lenders hold of an amount per route, for example of each route's principal."""
        return self._by_holder(book, of_routes, book.holder())

    def at_risk(self, book: RouteBook, of_routes: Ints) -> Ints:
        """[L] whose loss it would be: guaranteed parts fall on the brand."""
        return self._by_holder(book, of_routes, book.bearer())

    def branded(self, book: RouteBook, of_routes: Ints) -> Ints:
        """[L] amounts per route, [R], by brand."""
        return summed(of_routes, book.column("brand"), len(self.accounts))

    def guaranteed(self, book: RouteBook) -> Ints:
        """[L] partners' loans that a brand guarantees."""
        rest = np.where(book.column("guaranteed") == 1, self.principal - self.own, 0)
        return self.branded(book, rest)

    def _by_holder(self, book: RouteBook, of_routes: Ints, holder: Ints) -> Ints:
        """[L] brands' own parts of amounts per route, and the rest by holder or risk-bearer."""
        total = np.zeros(len(self.accounts), dtype=np.int64)
        amounts = np.ascontiguousarray(of_routes)
        add_by_holder(amounts, book.column("own_ppm"), book.column("brand"), holder, total)
        return total

    def provision(self, book: RouteBook, multiples: Floats | None = None) -> None:
        """Sets allowances and guarantee provisions to expected loss by missed count.

        multiples : [L] least provisions of each lender, times the standard, up to the whole loan;
            None: the standard
        """
        allowance, duty = self._provisions(book, PROVISION_PPM)
        for multiple in np.unique(multiples) if multiples is not None else ():
            ppm = np.minimum(MILLION, np.rint(multiple * PROVISION_PPM)).astype(np.int64)
            bound = multiples == multiple
            stricter = self._provisions(book, np.maximum(PROVISION_PPM, ppm))
            allowance, duty = (
                np.where(bound, new, old)
                for new, old in zip(stricter, (allowance, duty), strict=True)
            )
        for account, wanted in ((Account.ALLOWANCE, allowance), (Account.GUARANTEES, duty)):
            change = wanted - self.accounts[:, account]
            self.accounts[:, account] = wanted
            self.accounts[:, Account.EQUITY] -= change
            self.items[:, Item.PROVISION] -= change

    def _provisions(self, book: RouteBook, ppm: Ints) -> tuple[Ints, Ints]:
        """[L] allowances and guarantee provisions, at parts per million by missed count."""
        provided = np.zeros((2, len(self.accounts)), dtype=np.int64)
        add_provisions(
            self.buckets,
            self.covered,
            ppm,
            book.column("own_ppm"),
            book.column("brand"),
            book.holder(),
            book.column("guaranteed"),
            provided,
        )
        return provided[0], provided[1]

    def uncovered(self, routes: int) -> Floats:
        """[R] part of each route's loans whose loss no guarantee fund is expected to bear."""
        part = np.ones(routes)
        covered = self.covered.sum(axis=1)
        part[: len(covered)] -= covered / np.maximum(1, self.buckets.sum(axis=1))
        return part

    def profit(self) -> Ints:
        """[L] this month's profit after tax."""
        total: Ints = self.items[:, PROFIT_ITEMS].sum(axis=1)
        return total

    def equity(self, lender: int) -> int:
        """Equity of one lender, fen."""
        return int(self.accounts[lender, Account.EQUITY])

    # --- a lender's end --------------------------------------------------------------------------

    def hand_over(self, seller: int, buyer: int, discount: int = 0) -> int:
        """Moves all accounts to a buyer; returns what the seller's funders lose, fen.

        Equity that is left goes to the owners in cash; a hole in equity is written off by the
        funders. The route book must change hands with it.

        discount : by how much the buyer pays less than the books say, fen, at most what owners
            and funders can lose
        """
        accounts = self.accounts[seller]
        most = max(0, int(accounts[Account.EQUITY])) + int(accounts[Account.FUNDING])
        discount = max(0, min(discount, most))
        for lender, sign in ((seller, 1), (buyer, -1)):
            self.accounts[lender, Account.EQUITY] -= sign * discount
            self.items[lender, Item.FIRE_SALE] -= sign * discount
        loss = self._settle_equity(seller)
        self.accounts[buyer] += self.accounts[seller]
        self.accounts[seller] = 0
        self.sources[buyer] += self.sources[seller]
        self.sources[seller] = 0
        self.claims[buyer] += self.claims[seller]
        self.claims[seller] = 0
        return loss

    def wind_up(self, lender: int) -> int:
        """Ends a lender without loans: funders are repaid from its cash and lose the rest.

        What its claims on loans charged off will bring goes to them too.
        """
        self.write(
            lender,
            Account.ALLOWANCE,
            -int(self.accounts[lender, Account.ALLOWANCE]),
            Item.PROVISION,
        )
        self.write(
            lender,
            Account.GUARANTEES,
            -int(self.accounts[lender, Account.GUARANTEES]),
            Item.PROVISION,
        )
        self.receive(lender, int(self.claims[lender, WORTH]), Sector.COLLECTORS, Item.RECOVERY)
        self.claims[lender] = 0
        loss = self._settle_equity(lender)
        for source, owed in enumerate(self.sources[lender].tolist()):
            self.borrow(lender, -owed, source)
        return loss

    def stay_creditors(self, lender: int) -> None:
        """What a lender that is run off cannot pay its funders, it goes on owing them."""
        unpaid = np.array([max(0, -int(self.accounts[lender, Account.CASH]))])
        parts = shared_out(unpaid, self.sources[lender : lender + 1])[0]
        for source, amount in enumerate(parts.tolist()):
            self.borrow(lender, amount, source)

    def _settle_equity(self, lender: int) -> int:
        """Pays equity out to owners, or writes a hole in it off against the funding.

        Cash below zero is an overdraft, hence funding. A hole beyond all funding is one in what was
        set aside for guarantees, which whoever takes them over sets aside anew.
        """
        accounts = self.accounts[lender]
        self.borrow(lender, max(0, -int(accounts[Account.CASH])))
        hole = max(0, -self.equity(lender))
        loss = min(hole, int(accounts[Account.FUNDING]))
        one = slice(lender, lender + 1)
        self.sources[one] -= shared_out(np.array([loss]), self.sources[one])
        accounts[Account.FUNDING] -= loss
        accounts[Account.GUARANTEES] -= hole - loss
        accounts[Account.EQUITY] += hole
        self.items[lender, Item.CAPITAL_IN] += hole
        self.pay_capital(lender, -self.equity(lender))
        return loss

    def pay_capital(self, lender: int, amount: int) -> None:
        """Owners pay capital in, or take it out if negative."""
        item = Item.CAPITAL_IN if amount >= 0 else Item.CAPITAL_OUT
        self.receive(lender, amount, Sector.OWNERS, item)

    # --- proof -----------------------------------------------------------------------------------

    def audit(self, book: RouteBook) -> None:
        """Raises AuditError, naming place and amount, unless the books are exact."""
        accounts = self.accounts
        assets = accounts[:, Account.CASH] + accounts[:, Account.LOANS]
        assets = assets - accounts[:, Account.ALLOWANCE]
        claims = accounts[:, Account.FUNDING] + accounts[:, Account.GUARANTEES]
        claims = claims + accounts[:, Account.EQUITY]
        _same("assets and liabilities + equity of lender", assets, claims)
        _same(
            "funding and its sources of lender",
            accounts[:, Account.FUNDING],
            self.sources.sum(axis=1),
        )
        _same("debt and books of route", self.buckets.sum(axis=1), self.principal)
        _same(
            "loans and routes of lender",
            accounts[:, Account.LOANS],
            self.held(book, self.principal),
        )
        total = int(accounts[:, Account.CASH].sum() + self.cash.sum())
        if total != 0:
            raise AuditError(f"cash over all sectors sums to {total} fen, not to zero")


def _same(what: str, left: Ints, right: Ints) -> None:
    """Raises AuditError at the first place where two columns differ."""
    wrong = np.flatnonzero(left != right)
    if len(wrong):
        place = int(wrong[0])
        raise AuditError(
            f"{what} {place} differ by {int(left[place] - right[place])} fen "
            f"({int(left[place])} against {int(right[place])}; {len(wrong)} places in all)"
        )
