"""What a search for a lender was like, in words: who came to mind, who refused and why."""

from collections.abc import Callable, Iterator

from agents.messages import CAP, FUNDING, PRICE, RISK, SERVED, SUSPECTED, UNREACHABLE
from sim.core.wording import in_percent
from sim.life_words import LifeText, yuan
from sim.watched import Answer, MonthWatched

LenderName = Callable[[int], str]
"""Number of a lender -> what it is called."""

COUNTED_AS = {
    RISK: LifeText.COUNTED_RISK,
    CAP: LifeText.COUNTED_CAP,
    PRICE: LifeText.COUNTED_PRICE,
    FUNDING: LifeText.COUNTED_FUNDING,
    UNREACHABLE: LifeText.COUNTED_UNREACHABLE,
}
"""Cause of unmet demand -> the same words as for the market's (sim/summary.py)."""


def search_lines(month: MonthWatched, name: LenderName, language: str = "en") -> Iterator[str]:
    """A line for every lender that was asked, for want of any, and for money held back."""
    if month.searched and not month.answers:
        yield LifeText.NOBODY_IN_MIND.say(language)
    elif month.full:
        yield LifeText.HAS_AS_MANY.say(language)
    for answer in month.answers:
        if answer.asked:
            words = answer_words(answer, month.most, language)
            yield LifeText.ASKS.say(language, lender=name(answer.lender), answer=words)
    for lender, chance in month.held_back:
        share = f"{100 * chance:.0f}%"
        yield LifeText.NO_MONEY.say(language, lender=name(lender), share=share)


def unasked(month: MonthWatched, name: LenderName, language: str = "en") -> str:
    """Who came to mind besides and was not asked; empty if nobody."""
    names = [name(answer.lender) for answer in month.answers if not answer.asked]
    between = LifeText.BETWEEN_DEBTS.say(language)
    return LifeText.NOT_ASKED.say(language, names=between.join(names)) if names else ""


def answer_words(answer: Answer, most: float, language: str = "en") -> str:
    """A lender's answer as a predicate ("refuses: expects ...").

    most : highest all-in rate that the borrower would take, fraction per year
    """
    if answer.offer > 0:
        line, rate = yuan(answer.line, language), in_percent(answer.offer)
        offered = LifeText.OFFERS.say(language, line=line, rate=rate)
        if round(10_000 * answer.offer) <= round(10_000 * most):
            return offered
        return LifeText.TOO_DEAR.say(language, offered=offered, most=in_percent(most))
    if answer.cause == SUSPECTED:
        return LifeText.REFUSES_FORGED.say(language)
    if answer.cause == CAP:
        return LifeText.REFUSES_CAP.say(
            language,
            risk=in_percent(answer.risk),
            cost=in_percent(answer.cost),
            ceiling=in_percent(answer.ceiling),
        )
    if answer.risk > answer.worst:
        return LifeText.REFUSES_RISK.say(
            language, risk=in_percent(answer.risk), worst=in_percent(answer.worst)
        )
    if not answer.priced:
        return LifeText.REFUSES_FUNDERS.say(language)
    return _small_line(answer, language)


def _small_line(answer: Answer, language: str) -> str:
    """Why a line that is too small is none."""
    if answer.line <= 0:
        return LifeText.REFUSES_NO_ROOM.say(language)
    return LifeText.REFUSES_SMALL.say(
        language, line=yuan(answer.line, language), smallest=yuan(answer.smallest, language)
    )


def counted_words(cause: int, language: str = "en") -> str:
    """How a want that found nobody in three months is counted; empty if it was served."""
    if cause == SERVED:
        return ""
    return LifeText.COUNTED.say(language, cause=COUNTED_AS[cause].say(language))
