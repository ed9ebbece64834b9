"""Credit lines in words: why one is not drawn on, why it was raised, cut, closed or given up."""

from sim.core.wording import in_percent
from sim.life_words import LifeText, yuan
from sim.line_watched import LineWatched

IDLE = {
    "late": LifeText.IDLE_LATE,
    "called": LifeText.IDLE_CALLED,
    "closed": LifeText.IDLE_CLOSED,
    "spare": LifeText.IDLE_CHEAPER,
}
CUT_OFF = "cut_off"
"""Reasons that are worth a line: of one who walked away, or used all there is, one knows."""


def idle_words(line: LineWatched, lender: str, language: str = "en") -> str:
    """Why money was wanted and nothing asked for on a line; empty where that is no question."""
    if line.idle not in IDLE and line.idle != CUT_OFF:
        return ""
    why = _refused(line, language) if line.idle == CUT_OFF else IDLE[line.idle].say(language)
    amount = yuan(line.line, language)
    return LifeText.LEAVES_ALONE.say(language, line=amount, lender=lender, why=why)


def review_words(line: LineWatched, language: str = "en") -> str:
    """What a lender went by when it looked again, as a clause after what it did; may be empty."""
    if line.end == "gives_way":
        return LifeText.GIVES_WAY.say(language)
    if not line.reviewed:
        return ""
    return LifeText.BECAUSE.say(language, reason=_reviewed(line, language))


def _reviewed(line: LineWatched, language: str) -> str:
    """What it went by."""
    if line.late:
        return LifeText.PAYMENT_MISSED.say(language)
    if not line.served:
        return _refused(line, language)
    if line.end == "idle":
        return LifeText.FOUND_UNUSED.say(language)
    return LifeText.SEEN_AT_REVIEW.say(
        language,
        debts=yuan(line.debts, language),
        income=yuan(line.income, language),
        risk=in_percent(line.risk),
    )


def _refused(line: LineWatched, language: str) -> str:
    """Why a lender does not lend to a risk today."""
    if line.risk > line.worst:
        return LifeText.CUT_OFF_RISK.say(
            language, risk=in_percent(line.risk), worst=in_percent(line.worst)
        )
    if line.cost > line.ceiling:
        return LifeText.CUT_OFF_PRICE.say(
            language, cost=in_percent(line.cost), ceiling=in_percent(line.ceiling)
        )
    return LifeText.CUT_OFF_FUNDERS.say(language)
