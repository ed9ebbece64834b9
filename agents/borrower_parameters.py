"""What a scenario says about borrowers: segments, products, regions, behaviour and search.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from typing import Annotated

from sim.core.keyed_values import ByName
from sim.core.parameters import Parameters, parameter
from sim.core.quantities import (
    Count,
    NonNegativeFloat,
    PositiveFloat,
    Quantity,
    Rate,
    Share,
    Yuan,
)

Degree = Annotated[float, Quantity("a degree", low=-3, high=3)]
"""How many standard deviations a mean is moved."""

MOST_CONSIDERED = 8
"""Room for lenders considered in one month; Search.breadth may not exceed it."""


class Segment(Parameters):
    """A kind of borrower: people who earn, spend and borrow alike."""

    share: Share = parameter(
        unit="fraction of borrowers", description="size of the segment, over the sum of all"
    )
    income: Yuan = parameter(
        unit="yuan a month", description="mean household income behind one borrower, start of run"
    )
    income_sigma: NonNegativeFloat = parameter(
        unit="log", high=2, description="spread of lasting income between borrowers"
    )
    character: Degree = parameter(
        0.0,
        unit="standard deviations",
        description="mean stability of income and willingness to repay, relative to other segments",
    )
    rural: Share = parameter(unit="fraction", description="share living in the countryside")
    transitory: NonNegativeFloat = parameter(
        unit="log", high=2, description="standard deviation of a month's income around its trend"
    )
    essentials: Share = parameter(
        unit="fraction of lasting income", description="spending that cannot be put off"
    )
    spell_factor: NonNegativeFloat = parameter(
        1.0, unit="multiple", high=10, description="risk of job or business loss, relative"
    )
    participation: Share = parameter(
        unit="fraction of borrowers", description="share who ever want a small loan"
    )
    appetite: NonNegativeFloat = parameter(
        unit="months of income", high=30, description="median debt that participants want to carry"
    )
    reservation: Rate = parameter(
        unit="fraction per year", description="mean of the highest acceptable all-in APR"
    )
    products: ByName[Share] = parameter(
        unit="fraction of new loans", description="which products the segment asks for"
    )
    places: ByName[Share] = parameter(
        unit="fraction of the segment", description="which regions its members live in"
    )


class Product(Parameters):
    """A kind of loan."""

    tenor: Count = parameter(unit="months", low=1, high=60, description="months to repay a draw")
    bullet: bool = parameter(
        False, unit="", description="interest monthly and principal at the end"
    )
    ticket: Yuan = parameter(unit="yuan", low=100, description="smallest draw")
    recovery: Share = parameter(
        unit="fraction of the charged-off principal",
        description="what collection, collateral and the sale of the loan bring in",
    )


class Region(Parameters):
    """A part of the country."""

    income: PositiveFloat = parameter(
        unit="multiple of the national mean", description="level of incomes"
    )


class Behaviour(Parameters):
    """How all borrowers decide."""

    rural_income: PositiveFloat = parameter(
        unit="multiple", description="rural income relative to the town's"
    )
    persistent: NonNegativeFloat = parameter(
        unit="log", high=1, description="standard deviation of a year's lasting change of income"
    )
    new_plans: Share = parameter(
        0.0,
        unit="per year",
        description="people whose wish for debt is drawn anew: they start, stop, want more or less",
    )
    reversion: Share = parameter(
        unit="fraction per year", description="part of the distance to the segment forgotten"
    )
    spell_hazard: NonNegativeFloat = parameter(
        unit="per month and unit of unemployment",
        high=2,
        description="monthly hazard of losing work or business, for latent quality 0",
    )
    quality_effect: NonNegativeFloat = parameter(
        unit="log per standard deviation", high=3, description="how much quality lowers that hazard"
    )
    spell_income: Share = parameter(unit="fraction", description="income left in a spell")
    spell_months: PositiveFloat = parameter(
        unit="months", low=1, high=60, description="mean length of a spell"
    )
    buffer_months: NonNegativeFloat = parameter(
        unit="months of income", high=24, description="most cash that is kept"
    )
    saving: Share = parameter(unit="fraction", description="share of spare cash that is kept")
    appetite_sigma: NonNegativeFloat = parameter(
        unit="log", high=3, description="spread of wanted debt between participants"
    )
    reservation_sd: Rate = parameter(
        unit="fraction per year", description="spread of the highest acceptable APR"
    )
    urgent_premium: Rate = parameter(
        unit="fraction per year", description="what somebody short of cash accepts on top"
    )
    prepay: Share = parameter(
        unit="per month", description="chance of paying down the dearest loan from spare cash"
    )
    leave: Share = parameter(
        unit="per year", high=0.9, description="debt-free borrowers who leave and are replaced"
    )
    adjust: Share = parameter(
        unit="per month", description="chance of acting on a gap between wanted and actual debt"
    )
    look: Share = parameter(
        unit="per month", description="chance that a planner searches when his lines are not enough"
    )
    discouraged_months: Count = parameter(
        unit="months", high=60, description="giving up after a search that failed"
    )
    walk_rate: Share = parameter(
        unit="per month", description="ceiling of the chance of walking away though able to pay"
    )
    walk_slope: NonNegativeFloat = parameter(
        unit="log-odds", description="effect of debt service to income above one half"
    )
    walk_willingness: NonNegativeFloat = parameter(
        unit="log-odds per standard deviation", description="effect of willingness to repay"
    )
    walk_headroom: NonNegativeFloat = parameter(
        unit="log-odds per month of income", description="effect of unused lines, up to two months"
    )
    walk_reported: NonNegativeFloat = parameter(
        0.0,
        unit="log-odds",
        high=10,
        description="effect of the part of one's debts of which other lenders hear",
    )
    walk_able: NonNegativeFloat = parameter(
        0.0,
        unit="times what falls due",
        high=12,
        description="cash at hand from which somebody can pay; 0: who cannot pay walks away too",
    )
    taste: Rate = parameter(
        unit="fraction per year", description="mean liking for a lender beyond its price"
    )
    record_months: Count = parameter(
        unit="months", high=120, description="how long a default shows in the record"
    )
    fraud: Share = parameter(
        0.0, unit="fraction of newcomers", description="who come to borrow and never pay"
    )
    forged_character: Degree = parameter(
        1.0,
        unit="standard deviations",
        description="what a fraudster's papers say of his character, above the mean of all",
    )
    forged_income: NonNegativeFloat = parameter(
        0.4, unit="log", high=2, description="by how much a fraudster overstates his income"
    )


class Search(Parameters):
    """How hard borrowers search; part of the competition level."""

    breadth: Count = parameter(
        3, unit="lenders", low=1, high=MOST_CONSIDERED, description="lenders that come to mind"
    )
    tries: Count = parameter(
        3, unit="applications", low=1, high=MOST_CONSIDERED, description="applications in one month"
    )
    shop_around: Share = parameter(
        0.4, unit="fraction", description="chance of going on after an acceptable offer"
    )
    next_line: bool = parameter(
        False,
        unit="",
        description="a redraw that is refused goes on to the next line in the same month",
    )
    switching_cost: Rate = parameter(
        0.0,
        unit="fraction per year",
        description="how much cheaper another lender must be for who has one",
    )
