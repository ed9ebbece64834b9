"""What a search for a lender was like, in words: who came to mind, who refused and why."""

from collections.abc import Callable, Iterator

from agents.messages import CAP, FUNDING, PRICE, RISK, SERVED, SUSPECTED, UNREACHABLE
from sim.core.wording import in_percent
from sim.summary import UNMET_CAUSES
from sim.watched import Answer, MonthWatched

LenderName = Callable[[int], str]
"""Number of a lender -> what it is called."""

COUNTED_AS = {
    RISK: UNMET_CAUSES["risk"],
    CAP: UNMET_CAUSES["cap"],
    PRICE: UNMET_CAUSES["price"],
    FUNDING: UNMET_CAUSES["funding"],
    UNREACHABLE: UNMET_CAUSES["unreachable"],
}
"""Cause of unmet demand -> the same words as for the market's."""


def search_lines(month: MonthWatched, name: LenderName) -> Iterator[str]:
    """A line for every lender that was asked, for want of any, and for money held back."""
    if month.searched and not month.answers:
        yield "no lender comes to mind."
    elif month.full:
        yield "has as many lenders as anybody can have, none of them unused; asks no other."
    for answer in month.answers:
        if answer.asked:
            yield f"asks {name(answer.lender)}, which {answer_words(answer, month.most)}."
    for lender, chance in month.held_back:
        yield (
            f"{name(lender)} has not the money for it: it can pay out {100 * chance:.0f}% of what "
            "is asked of it this month."
        )


def unasked(month: MonthWatched, name: LenderName) -> str:
    """Who came to mind besides and was not asked; empty if nobody."""
    names = [name(answer.lender) for answer in month.answers if not answer.asked]
    return f"came to mind too, and was not asked: {'; '.join(names)}." if names else ""


def answer_words(answer: Answer, most: float) -> str:
    """A lender's answer as a predicate ("refuses: expects ...").

    most : highest all-in rate that the borrower would take, fraction per year
    """
    if answer.offer > 0:
        offered = f"offers a line of {answer.line:,.0f} yuan at {in_percent(answer.offer)}"
        if round(10_000 * answer.offer) <= round(10_000 * most):
            return offered
        return f"{offered}: too dear, the most for this borrower is {in_percent(most)}"
    if answer.cause == SUSPECTED:
        return "refuses: it takes the papers for forged"
    if answer.cause == CAP:
        return (
            f"refuses: at this risk ({in_percent(answer.risk)} go bad in six months) it would need "
            f"{in_percent(answer.cost)}, and may ask {in_percent(answer.ceiling)} at most"
        )
    if answer.risk > answer.worst:
        return (
            f"refuses: it expects {in_percent(answer.risk)} of such borrowers to go bad in six "
            f"months, and takes {in_percent(answer.worst)} at most"
        )
    if not answer.priced:
        return "refuses: nobody who funds its loans takes this risk"
    return f"refuses: {small_line(answer)}"


def small_line(answer: Answer) -> str:
    """Why a line that is too small is none."""
    if answer.line <= 0:
        return "with the debts that it sees, income leaves no room for a line"
    return (
        f"it would grant a line of {answer.line:,.0f} yuan, less than the smallest loan of this "
        f"sort ({answer.smallest:,.0f} yuan)"
    )


def counted_words(cause: int) -> str:
    """How a want that found nobody in three months is counted; empty if it was served."""
    return f"counted as unmet demand: {COUNTED_AS[cause]}" if cause != SERVED else ""
