"""Credit lines in words: why one is not drawn on, why it was raised, cut, closed or given up."""

from sim.core.wording import in_percent
from sim.line_watched import LineWatched

TOLD_IDLE = ("late", "called", "closed", "cut_off", "spare")
"""Reasons that are worth a line: of one who walked away, or used all there is, one knows."""


def idle_words(line: LineWatched, lender: str) -> str:
    """Why money was wanted and nothing asked for on a line; empty where that is no question."""
    if line.idle not in TOLD_IDLE:
        return ""
    return f"leaves the line of {line.line:,.0f} yuan with {lender} alone: {_why(line)}."


def review_words(line: LineWatched) -> str:
    """What a lender went by when it looked again, as a clause after what it did; may be empty."""
    if line.end == "gives_way":
        return ", which gives way to the new one: nobody can hold more than four"
    if not line.reviewed:
        return ""
    if line.late:
        return ": a payment is missed"
    if not line.served:
        return f": {_refused(line)}"
    if line.end == "idle":
        return ": it was found unused at two half-yearly reviews in a row"
    return (
        f": it sees {line.debts:,.0f} yuan owed elsewhere, is told an income of "
        f"{line.income:,.0f} and expects {in_percent(line.risk)} of such customers to go bad in "
        "six months"
    )


def _why(line: LineWatched) -> str:
    if line.idle == "late":
        return "while a payment is missed nothing can be drawn"
    if line.idle == "called":
        return "what is owed there has been called, and will not be lent again"
    if line.idle == "closed":
        return "its lender has closed it to further draws"
    if line.idle == "cut_off":
        return _refused(line)
    return "cheaper lines give all that is wanted"


def _refused(line: LineWatched) -> str:
    """Why a lender does not lend to a risk today."""
    if line.risk > line.worst:
        return (
            f"its lender expects {in_percent(line.risk)} of such customers to go bad in six months "
            f"by now, and takes {in_percent(line.worst)} at most"
        )
    if line.cost > line.ceiling:
        return (
            f"at this risk its lender would need {in_percent(line.cost)}, and may ask "
            f"{in_percent(line.ceiling)} at most"
        )
    return "nobody who funds the lender's loans takes this risk"
