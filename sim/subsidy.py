"""Interest subsidies: points of the price that the state pays in the borrower's place.

While a subsidy is in force the state pays its points on every loan of the licences and segments
named that is in good standing, old or new, with each payment of interest. The borrower compares
and pays the rest; the lender gets its full price, so caps bind as before. The state pays no more
than the price less one basis point.

A budget is a hard bound for a calendar year. The state knows at month-end for which loans it may
have to pay next month, and where the rest of the budget would not cover the full points it pays
fewer. So no claim is ever left open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agents.limits import LICENCES
from agents.messages import SUBSIDY_LOANS, SUBSIDY_PAID, SUBSIDY_PRINCIPAL, Ints, Tally
from agents.regulator_memory import SubsidyAccount
from agents.routes import RouteBook
from sim.core.months import Month
from sim.dated_rules import SubsidyRule
from sim.market import Event, Market

BASIS_POINT_YEARS = 120_000
"""Fen of principal for which one basis point costs one fen in a month (arithmetic)."""

NO_RULE = -1
"""Where no subsidy ever reaches."""


@dataclass(frozen=True)
class SubsidyTerms:
    """Points that the state pays in a month.

    points_bp, rule : [licences, S] basis points a year, and number of the rule or NO_RULE
    """

    points_bp: Ints
    rule: Ints

    def by_route(self, book: RouteBook) -> tuple[Ints, Ints]:
        """[R, S] points and rule of the loans on each route."""
        licence = book.column("licence_number")
        return self.points_bp[licence], self.rule[licence]


def subsidies_of_month(
    market: Market,
    rules: Mapping[str, SubsidyRule],
    accounts: dict[str, SubsidyAccount],
    month: Month,
    lpr: float,
    segments: tuple[str, ...],
) -> tuple[SubsidyTerms, list[Event]]:
    """What the state pays this month within what is left of the year's budgets, and what it cuts.

    accounts : by name of the rule; a new year begins them anew
    """
    points, cuts = [], []
    for name, rule in rules.items():
        account = accounts.setdefault(name, SubsidyAccount())
        if month.month == 1:
            account.spent, account.used_up = 0, False
        granted = points_in_force(rule, month, lpr)
        if rule.budget is not None:
            budget = market.sample_fen(rule.budget)
            affordable = points_affordable(granted, budget, account)
            if affordable < granted and not account.used_up:
                account.used_up = True
                cuts.append(cut_short(name, rule.budget, granted, affordable))
            granted = affordable
        points.append(granted)
    return subsidy_terms(rules, segments, points), cuts


def cut_short(name: str, budget: float, granted: int, paid: int) -> Event:
    """What tells that a budget no longer covers a subsidy; points in basis points a year."""
    text = f"interest subsidy, {name.replace('_', ' ')}: cut, the year's budget of "
    text += f"{budget / 1e9:,.2f} billion yuan runs out"
    return Event("policy", "regulator", text, granted / 1e4, paid / 1e4)


def subsidy_terms(
    rules: Mapping[str, SubsidyRule], segments: tuple[str, ...], points_bp: list[int]
) -> SubsidyTerms:
    """What the state pays for whom.

    points_bp : of each rule this month, basis points a year
    """
    points = np.zeros((len(LICENCES), len(segments)), dtype=np.int64)
    number = np.full_like(points, NO_RULE)
    for place, rule in enumerate(rules.values()):
        for row, licence in enumerate(LICENCES):
            for column, segment in enumerate(segments):
                if rule.binds(licence) and rule.reaches(segment):
                    points[row, column] = points_bp[place]
                    number[row, column] = place
    return SubsidyTerms(points, number)


def points_in_force(rule: SubsidyRule, month: Month, lpr: float) -> int:
    """Points that a rule grants in a month, basis points a year, its budget left aside."""
    return round(10_000 * rule.level_at(month, lpr, 0.0))


def points_affordable(points_bp: int, budget_fen: int, account: SubsidyAccount) -> int:
    """Points that the rest of a year's budget is sure to cover, at most those of the rule.

    Interest is rounded by half a fen at most, so that one fen a loan is set aside for it.
    """
    left = budget_fen - account.spent - account.loans
    if account.principal == 0:
        return points_bp
    return max(0, min(points_bp, left * BASIS_POINT_YEARS // account.principal))


def book_subsidies(
    accounts: Mapping[str, SubsidyAccount], first_half: Tally, second_half: Tally
) -> None:
    """Adds a month's payments to the accounts, and looks at the loans of the next.

    accounts : one for each rule, in the order of the rules
    """
    for place, account in enumerate(accounts.values()):
        account.spent += int(first_half.subsidy[place, SUBSIDY_PAID])
        counted = first_half.subsidy[place] + second_half.subsidy[place]
        account.principal = int(counted[SUBSIDY_PRINCIPAL])
        account.loans = int(counted[SUBSIDY_LOANS])
