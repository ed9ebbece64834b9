"""What the regulator does of its own accord this month, by the reaction rules of the scenario."""

from collections.abc import Mapping, Sequence

from agents.limits import Limits
from agents.regulator_memory import ReactionAccount
from sim.core.months import Month
from sim.market import Event
from sim.reaction_rules import MOVED_WORDS, Reaction, decided, levels, with_steps
from sim.recorder import Page

YEAR = 12

type Accounts = dict[str, ReactionAccount]


def react(
    rules: Mapping[str, Reaction],
    accounts: Accounts,
    published: Sequence[Page],
    limits: Limits,
    month: Month,
) -> list[Event]:
    """Moves instruments where their figures say so, and tells it.

    accounts : what each rule has done so far; written on
    published : rows of the market table, one a reported month, up to last month
    limits : of the month without reaction rules
    """
    events = []
    for name, rule in rules.items():
        account = accounts.setdefault(name, ReactionAccount())
        without = list(levels(rule, limits).values())
        figures = known_figures(rule, published)
        before = account.steps_in(month)
        after = decided(rule, figures, account, month, without)
        if after != before:
            account.moves.append((int(month), after))
            moved = ((rule.at(level, before), rule.at(level, after)) for level in without)
            old, new = next((pair for pair in moved if pair[0] != pair[1]), (None, None))
            if old is None or new is None:
                continue  # other rules hold the level where it is
            back = ", takes a step back" if after < before else ""
            text = (
                f"reaction, {name.replace('_', ' ')}{back}: {MOVED_WORDS[rule.moves]} from "
                f"{rule.amount(old)} to {rule.amount(new)}; {rule.why(figures, after < before)}"
            )
            events.append(Event("reaction", "regulator", text, old, new))
    return events


def adjusted(
    limits: Limits, rules: Mapping[str, Reaction], accounts: Accounts, month: Month
) -> Limits:
    """The limits of a month with the steps that reaction rules had taken by then."""
    for name, rule in rules.items():
        if name in accounts:
            limits = with_steps(limits, rule, accounts[name].steps_in(month))
    return limits


def known_figures(rule: Reaction, published: Sequence[Page]) -> list[float]:
    """The last `for_months` values of a rule's figure whose reports are in, oldest first."""
    known = len(published) - rule.lag_months
    first = max(YEAR if rule.figure == "credit_growth" else 0, known - rule.for_months)
    return [figure_of(rule, published, month) for month in range(first, known)]


def figure_of(rule: Reaction, published: Sequence[Page], month: int) -> float:
    """A rule's figure of a reported month, counted from 0."""
    if rule.figure != "credit_growth":
        return float(published[month][rule.figure][0])
    before = float(published[month - YEAR]["balance"][0])
    return float(published[month]["balance"][0]) / before - 1.0 if before > 0 else 0.0
