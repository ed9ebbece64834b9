"""Charts of a difference: what a scenario changes month by month, with its interval over seeds."""

import math

from dashboard.figures import (
    Behind,
    Drawn,
    Headline,
    both_policies,
    fitted,
    language_of,
    with_happenings,
)
from dashboard.texts import Text
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
    figure = difference_figure(compared, compared.measure(measure), look, policy)
    return fitted(with_happenings(figure, drawn[0], look))


def difference_headline(compared: Comparison, measure: str, look: Look) -> Headline:
    """The newest difference, with its interval."""
    language = language_of(look)
    column = compared.measure(measure).column
    month, effect = _newest(compared, measure)
    if effect is None:
        return Headline("", "")
    interval = interval_text(column, effect.paired.low, effect.paired.high, language)
    covered = ""
    if interval:
        covered = Text.INTERVAL.say(language, coverage=f"{effect.coverage:.0%}", interval=interval)
    return Headline(difference(column, effect.effect, language), month, covered)


def paired_change(compared: Comparison, measure: str, base: str, look: Look) -> str:
    """The newest difference as it stands beside a path: that of pairs, not of medians."""
    language = language_of(look)
    _, effect = _newest(compared, measure)
    if effect is None:
        return ""
    gap = difference(compared.measure(measure).column, effect.effect, language)
    return Text.AGAINST_VALUE.say(language, difference=gap, name=base)


def _newest(compared: Comparison, measure: str) -> tuple[str, Effect | None]:
    """The last month with a figure in both worlds, and the effect in it."""
    shown = differences_by_month(compared, compared.measure(measure))
    for month, effect in zip(reversed(shown.months), reversed(shown.effects), strict=True):
        if not math.isnan(effect.effect):
            return month, effect
    return "", None


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
