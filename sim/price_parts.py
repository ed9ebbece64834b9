"""What a lender's price is made of, and where its markup is heading: read off its own figures.

For the walk through a small market (sim/walking.py). Nothing is decided here: the parts are those
that `sim/terms.py` and `sim/rivalry.py` reckon with, taken while the books are those that the
month's prices rest on.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.lender import Lender
from agents.lenders import expected_losses, winning_costs
from agents.messages import CAP, RISK, Terms
from agents.scorecard import GRADE_PD
from sim.abilities import operating_costs
from sim.bookkeeping import planning_brands
from sim.rivalry import markup_answers
from sim.terms import mean_balances
from sim.watched import Prospects

if TYPE_CHECKING:
    from sim.model import LoanMarket


@dataclass(frozen=True, slots=True)
class PriceParts:
    """One lender's price of a month for its usual customer; all fractions per year but `risk`.

    segment : number of the segment that fits it best, of which the customer is
    risk : chance of going bad in six months, that of the grade nearest to the kind's `bad_rate`
    money, running, winning, loss : what a yuan lent costs it, which make break-even
    markup : what it adds ; ceiling : highest lawful all-in rate
    asked : what it asks; 0 where it refuses such a customer, for `refusal` RISK or CAP
    """

    segment: int
    risk: float
    money: float
    running: float
    winning: float
    loss: float
    markup: float
    ceiling: float
    asked: float
    refusal: int

    @property
    def break_even(self) -> float:
        """Rate at which the loan covers its costs."""
        return self.money + self.running + self.winning + self.loss

    @property
    def capped(self) -> bool:
        """Whether the ceiling, and not cost and markup, sets the price."""
        return self.asked > 0 and self.break_even + self.markup > self.ceiling

    @property
    def refused(self) -> str:
        """Why such a customer is refused, in a word; empty if served."""
        return {RISK: "risk", CAP: "cap"}.get(self.refusal, "") if self.asked == 0 else ""


@dataclass(frozen=True, slots=True)
class MarkupAim:
    """The markup that a lender moves towards, for its best segment; fractions per year.

    won : part of the offers that met another one which it lately won
    usual : what the common rule makes of that ; entry, rivals, defence : what would-be entrants,
    rivals' prices and a lost share add to it
    """

    won: float
    usual: float
    entry: float
    rivals: float
    defence: float

    @property
    def target(self) -> float:
        """All together."""
        return self.usual + self.entry + self.rivals + self.defence


def best_segment(lender: Lender) -> int:
    """Number of the segment that fits a lender best."""
    return int(np.argmax(lender.serves))


def price_parts(model: "LoanMarket", prospects: Prospects, terms: Terms) -> dict[int, PriceParts]:
    """Number of each lender that lends under its own name -> what its price is made of.

    To be called before the month's flows are settled: prices rest on the books of before.
    """
    market = model.market
    losses, running = expected_losses(prospects.calibration), operating_costs(market)
    winnings = winning_costs(market.lenders, mean_balances(market))
    found = {}
    for lender in market.lenders:
        if not lender.is_brand or lender.state.status != "open":
            continue
        number, segment = lender.number, best_segment(lender)
        grade = int(np.argmin(np.abs(GRADE_PD - lender.kind.bad_rate)))
        winning, loss = float(winnings[number]), float(losses[number, grade])
        cost = float(prospects.cost[number, grade])
        found[number] = PriceParts(
            segment=segment,
            risk=float(GRADE_PD[grade]),
            money=cost - float(running[number]) - winning - loss,
            running=float(running[number]),
            winning=winning,
            loss=loss,
            markup=float(lender.state.markup[segment]),
            ceiling=float(prospects.ceiling[number]),
            asked=float(terms.apr_bp[number, segment, grade]) / 10_000,
            refusal=int(terms.refusal[number, segment, grade]),
        )
    return found


def markup_aims(model: "LoanMarket") -> dict[int, MarkupAim]:
    """Number of each lender in business -> where its markup is heading, as of this month-end."""
    brands = planning_brands(model.market)
    if not brands:
        return {}
    macro = model.settings.macro.at(model.now, model.first_month)
    limits = model.settings.policy.at(model.now, macro.lpr)
    answers = markup_answers(model.market, brands, limits, model.settings.rivalry)
    found = {}
    for row, lender in enumerate(brands):
        segment = best_segment(lender)
        found[lender.number] = MarkupAim(
            won=float(lender.share_won()[segment]),
            usual=float(answers.usual[row, segment]),
            entry=float(answers.entry[row, segment]),
            rivals=float(answers.rivals[row, segment]),
            defence=float(answers.defence[row, segment]),
        )
    return found
