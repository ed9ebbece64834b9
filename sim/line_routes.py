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
from sim.columns import by_owner


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
    short = (part[rows] < 1.0) & ~left[rows]
    found, target[rows] = best_other(book, rows, short, lender, route, share, bears, apr_bp)
    segments, grades = np.arange(apr_bp.shape[1])[None, :, None], np.arange(GRADES)[None, None, :]
    there = target[rows][:, None, :], segments, grades
    asked_there, asked_here = apr_bp[there], apr_bp[rows]
    gone = left[rows][:, None, None]
    usable = found[:, None, :] & (asked_there > 0)
    for_good = usable & (gone | (asked_there > asked_here))
    now_and_then = usable & (asked_there == asked_here)
    moves[rows] = np.where(for_good, 1.0, now_and_then * (1.0 - part[rows])[:, None, None])
    prices, contracts = apr_bp.copy(), contract_bp.copy()
    prices[rows] = np.where(for_good, asked_there, np.where(gone, 0, asked_here))
    contracts[rows] = np.where(for_good, contract_bp[there], np.where(gone, 0, contract_bp[rows]))
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


def best_other(
    book: RouteBook,
    rows: Ints,
    short: npt.NDArray[np.bool_],
    lender: Ints,
    route: Ints,
    share: Floats,
    bears: npt.NDArray[np.bool_],
    apr_bp: Ints,
) -> tuple[npt.NDArray[np.bool_], Ints]:
    """[rows, G] whether another route in use takes a grade, and which one.

    The one on which the brand may ask most; of equal ones the partner that has the line, then the
    same sort of route, then the one that the brand likes best.

    short : [rows] whose brand is short of guarantees, so that another guarantee would not help
    """
    brand, partner, kind = (book.column(name) for name in ("brand", "partner", "kind_number"))
    paid = apr_bp[route].sum(axis=(1, 2))
    rank = 8.0 * paid + share
    # Only the brand's own routes are looked at: all by all would be the square of the market.
    mine = by_owner(lender, int(brand.max()) + 1)[brand[rows]]
    there = route[mine]
    same = partner[rows][:, None] == partner[there]
    alike = kind[rows][:, None] == kind[there]
    others = (mine >= 0) & (rows[:, None] != there)
    others &= ~(short[:, None] & (book.column("guaranteed")[there] == 1))
    order = np.where(others, rank[mine] + 4.0 * same + 2.0 * alike, -1.0)
    by_grade = np.where(bears[mine], order[:, :, None], -1.0)
    best = by_grade.argmax(axis=1)
    found = by_grade.max(axis=1) >= 0.0
    return found, np.where(found, np.take_along_axis(there, best, axis=1), rows[:, None])
