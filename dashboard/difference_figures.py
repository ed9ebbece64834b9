"""Charts of a difference: what a scenario changes month by month, with its interval over seeds."""

import math

from dashboard.catalogue import Language, Text
from dashboard.figures import Behind, Drawn, Headline, both_policies, fitted, language_of
from sim.comparison import Comparison
from sim.comparison_figures import difference_figure, differences_by_month
from sim.display import difference, difference_title, interval_text
from sim.figures import Figure, Look
from sim.paired_statistics import Effect


def difference_card(
    compared: Comparison, measure: str, drawn: tuple[Drawn, Drawn], look: Look
) -> Figure:
    """The difference of a measure by month, with the policy changes of both.

    drawn : the scenario, and what it is laid against
    """
    policy = both_policies(*drawn, look)
    return fitted(difference_figure(compared, compared.measure(measure), look, policy))


def difference_headline(
    compared: Comparison, measure: str, drawn: tuple[Drawn, Drawn], look: Look
) -> Headline:
    """The newest difference, with its interval."""
    found = compared.measure(measure)
    shown = differences_by_month(compared, found)
    month, effect = next(
        (pair for pair in reversed(list(zip(shown.months, shown.effects, strict=True)))
         if not math.isnan(pair[1].effect)),
        ("", None),
    )  # fmt: skip
    if effect is None:
        return Headline("", "")
    other, base = drawn
    language = language_of(look)
    caption = Text.DIFFERENCE_OF.say(language, other=other.name, base=base.name, month=month)
    value = difference(found.column, effect.effect, language)
    interval = interval_text(found.column, effect.paired.low, effect.paired.high, language)
    return Headline(value, caption, _covered(effect, interval, language) if interval else "")


def difference_table(compared: Comparison, measure: str, look: Look) -> Behind:
    """The drawn differences as text."""
    found = compared.measure(measure)
    language = language_of(look)
    shown = differences_by_month(compared, found)
    heads = [Text.MONTH.say(language), difference_title(found.column, language)]
    heads += [Text.INTERVAL_HEAD.say(language)]
    rows = [
        [
            month,
            "" if math.isnan(effect.effect) else difference(found.column, effect.effect, language),
            interval_text(found.column, effect.paired.low, effect.paired.high, language),
        ]
        for month, effect in zip(shown.months, shown.effects, strict=True)
    ]
    return Behind(heads, rows)


def _covered(effect: Effect, interval: str, language: Language) -> str:
    """An interval with how often such intervals hold the truth."""
    return Text.INTERVAL.say(language, coverage=f"{effect.coverage:.0%}", interval=interval)
