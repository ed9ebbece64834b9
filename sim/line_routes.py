"""Where draws on existing lines go when the route of a line is no longer the one to use.

A customer's line was opened on one route: a partner, perhaps a guarantee, a licence. Rules change
which routes a brand may use and what it may ask there. New draws then go by another route of the
brand, and what is owed goes with them, at face, so that a line always lies with one funder:

- a route out of use (its partner has left, its own share is below the floor in joint lending, its
  guarantor may guarantee nothing) moves all its lines;
- so does one whose licence lets the brand ask less than another licence of the brand;
- a brand that can guarantee a part of what was asked moves as many draws as it must.

Lines in which a partner bought a part stay where they are: the two lend on as they hold.

A partner takes only grades that it would bear for a new customer. A line that no route takes
cannot be drawn, and its owner looks elsewhere.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.messages import GRADES, Floats, Ints
from agents.routes import NOBODY, RouteBook
from sim.core.rule import kernel, rule


class LineTerms(NamedTuple):
    """What a further draw costs and where it goes, by the route of the line.

    apr_bp, contract_bp : [R, S, G] price where the draw goes; 0 where it is refused
    route : [R, G] where it goes if it moves ; moves : [R, S, G] chance that it does
    """

    apr_bp: Ints
    contract_bp: Ints
    route: Ints
    moves: Floats

    @property
    def may_move(self) -> Ints:
        """[R] 1 where a draw of some segment and grade may go by another route."""
        return self.moves.any(axis=(1, 2)).astype(np.int64)


def line_terms(
    book: RouteBook,
    lender: Ints,
    route: Ints,
    share: Floats,
    bears: npt.NDArray[np.bool_],
    guarantees: Floats,
    apr_bp: Ints,
    contract_bp: Ints,
) -> LineTerms:
    """Moves lines from routes that their brand cannot or would rather not use.

    lender, route, share : [C] the routes in use this month, by brand in ascending order, and how
        much their brands like them
    bears : [C, G] where whoever funds a loan there is willing to bear the grade's risk
    guarantees : [L] part of the guaranteed loans asked for that each brand can guarantee
    apr_bp, contract_bp : [R, S, G] what a draw on each route costs if it stays there
    """
    target = np.repeat(np.arange(len(book))[:, None], GRADES, axis=1)
    moves = np.zeros(apr_bp.shape)
    guaranteed = book.column("guaranteed") == 1
    part = np.where(guaranteed, guarantees[book.column("brand")], 1.0)
    if len(route) == 0:
        return LineTerms(apr_bp, contract_bp, target, moves)
    # A brand's own book is always there for what it has taken over.
    left = ~(in_use(book, route) | (book.column("partner") == NOBODY)) | (part <= 0.0)
    may_move = book.column("sold") == 0
    left &= may_move
    wants = left | (part < 1.0) | underpaid(book, lender, route, apr_bp)
    rows = np.flatnonzero(wants & may_move)
    if len(rows) == 0:
        return LineTerms(apr_bp, contract_bp, target, moves)
    short = (part < 1.0) & ~left
    prices, contracts = apr_bp.copy(), contract_bp.copy()
    move_lines(
        rows,
        short,
        left,
        part,
        book.column("brand"),
        book.column("partner"),
        book.column("kind_number"),
        book.column("guaranteed"),
        np.searchsorted(lender, np.arange(len(guarantees) + 1)),
        route,
        8.0 * apr_bp[route].sum(axis=(1, 2)) + share,
        bears,
        apr_bp,
        contract_bp,
        LineTerms(prices, contracts, target, moves),
    )
    return LineTerms(prices, contracts, target, moves)


def in_use(book: RouteBook, route: Ints) -> npt.NDArray[np.bool_]:
    """[R] whether new customers may come by a route this month."""
    used = np.zeros(len(book), dtype=bool)
    used[route] = True
    return used


def underpaid(book: RouteBook, lender: Ints, route: Ints, apr_bp: Ints) -> npt.NDArray[np.bool_]:
    """[R] whether the brand may ask more on another of its routes, of somebody."""
    brand = book.column("brand")
    most = np.zeros((int(brand.max(initial=0)) + 1, *apr_bp.shape[1:]), dtype=np.int64)
    first = np.flatnonzero(np.diff(lender, prepend=-1))
    most[lender[first]] = np.maximum.reduceat(apr_bp[route], first, axis=0)
    found: npt.NDArray[np.bool_] = (apr_bp < most[brand]).reshape(len(brand), -1).any(axis=1)
    return found


@kernel
def move_lines(
    rows: Ints,
    short: npt.NDArray[np.bool_],
    left: npt.NDArray[np.bool_],
    part: Floats,
    brand: Ints,
    partner: Ints,
    kind: Ints,
    guaranteed: Ints,
    first: Ints,
    route: Ints,
    rank: Floats,
    bears: npt.NDArray[np.bool_],
    apr_bp: Ints,
    contract_bp: Ints,
    terms: LineTerms,
) -> None:
    """Finds for the lines of some routes where they draw now, and writes it into the terms.

    rows : [rows] their numbers ; short : [R] whose brand is short of guarantees, so that another
        guarantee would not help ; left : [R] out of use ; part : [R] of the draws that may stay
    brand, partner, kind, guaranteed : [R] see `RouteBook`
    first : [L + 1] where each brand's routes in use begin ; route : [C] see `line_terms`
    rank : [C] how much each brand may ask there and how well it likes it ; bears : [C, G]
    """
    for row in rows:
        ours = range(first[brand[row]], first[brand[row] + 1])
        for grade in range(bears.shape[1]):
            there, best = row, -1.0
            for place in ours:
                if not bears[place, grade]:
                    continue
                order = order_of_route(row, route[place], rank[place], partner, kind)
                barred = short[row] and guaranteed[route[place]] == 1
                if route[place] != row and not barred and order > best:
                    there, best = route[place], order
            terms.route[row, grade] = there
            for segment in range(apr_bp.shape[1]):
                asked, stays = apr_bp[there, segment, grade], apr_bp[row, segment, grade]
                usable = best >= 0.0 and asked > 0
                if usable and (left[row] or asked > stays):
                    terms.moves[row, segment, grade] = 1.0
                    terms.apr_bp[row, segment, grade] = asked
                    terms.contract_bp[row, segment, grade] = contract_bp[there, segment, grade]
                    continue
                if usable and asked == stays:
                    terms.moves[row, segment, grade] = 1.0 - part[row]
                if left[row]:
                    terms.apr_bp[row, segment, grade] = 0
                    terms.contract_bp[row, segment, grade] = 0


@rule
def order_of_route(row: int, there: int, rank: float, partner: Ints, kind: Ints) -> float:
    """How much a brand would like the lines of a route to draw on another of its routes.

    Where it may ask most; of equal ones the partner that has the line, then the same sort of route,
    then the one that it likes best.
    """
    order = rank
    if partner[there] == partner[row]:
        order += 4.0
    if kind[there] == kind[row]:
        order += 2.0
    return order
