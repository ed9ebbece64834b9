"""What a rule sets, in the words and units of people: 24%, 4 times the LPR, 200,000 yuan."""

from sim.core.wording import counted, percent
from sim.dated_rules import AprStep, FirmsStep, MonthsStep, MultipleStep, Step, YuanStep

BILLION, MILLION = 1e9, 1e6


def times(multiple: float) -> str:
    """A multiple."""
    return f"{multiple:.4g} times"


def yuan(amount: float) -> str:
    """An amount, large ones in millions and billions."""
    for unit, name in ((BILLION, " billion"), (MILLION, " million")):
        if amount >= unit:
            return f"{amount / unit:,.4g}{name} yuan"
    return f"{amount:,.0f} yuan"


def amount_words(sort: type[Step], level: float) -> str:
    """A level as steps of a sort set it."""
    if issubclass(sort, YuanStep):
        return yuan(level)
    if issubclass(sort, MonthsStep):
        return counted(round(level), "month")
    if issubclass(sort, FirmsStep):
        return counted(round(level), "firm")
    return times(level) if issubclass(sort, MultipleStep) else percent(level)


def level_words(step: Step) -> str:
    """What a step sets; a ceiling that moves with the loan prime rate says so."""
    if isinstance(step, AprStep) and step.multiple_of_lpr is not None:
        return f"{times(step.multiple_of_lpr)} the LPR"
    return amount_words(type(step), step.value(0.0))
