"""What the few large agents and the many small ones tell each other.

Terms go down, requests and flows come up, twice a month; nothing else passes between lenders
and borrowers. Everything here is a named tuple of integers, floats and arrays, so that the
same rule reads it in pure Python and compiled.

Axes: L lenders, R routes, S segments, P places (regions), G grades, M routes of one lender,
F features, B bins of a feature, C cells (segment, place, town or country).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRADES = 8
"""Risk grades, best first; bounds in GRADE_BOUND_PD."""

GRADE_BOUND_PD = (0.006, 0.012, 0.022, 0.04, 0.07, 0.12, 0.20)
"""Upper bounds on the probability of going bad that part the grades (assumption)."""

FEATURES = 5
BINS = 8
"""Features a lender sees: bureau record, debt to income, stated income, behaviour, segment."""

SCORE_BINS = 32
SCORE_BIN_WIDTH = 250
SCORE_BIN_ORIGIN = -2000
"""Bins of the score, milli-logits, in which good and bad loans are counted for the AUC."""

# How the tables of a World are entered: a table look-up takes the place of an exp in every month.
FINE_BITS = 5
FINE_MASK = (1 << FINE_BITS) - 1
LOG_INCOME_MOST = 30_000
QUALITY_BITS = 10
QUALITY_ORIGIN = 10 << QUALITY_BITS
LUCK_BITS = 10
LUCK_SHIFT = 32 - LUCK_BITS

# Why a request fails; columns of Tally.unmet and values of Terms.refusal.
SERVED = 0
RISK = 1
CAP = 2
PRICE = 3
FUNDING = 4
UNREACHABLE = 5
CAUSES = 6

SUSPECTED = 6
"""Answer to an application taken for forged; as unmet demand it counts as risk."""

# Columns of Tally.route: flows of the month by route, fen unless said otherwise.
(
    REQUESTED,
    DRAWN,
    REFINANCED,
    REPAID,
    INTEREST,
    FEES,
    CHARGED_OFF,
    RECOVERED,
    BOUGHT_OUT,
    BOUGHT_IN,
    DRAWN_APR,
    DRAWN_CONTRACT,
    NEW_LINES,
    FRAUD_LOST,
    RESERVED,  # what would be asked here where redraws on other lines are refused
    OVER_CAP,  # draws times what they cost beyond the lawful all-in rate, fen x bp
    OVER_CONTRACT,  # the same of the contract rate
    OVER_LINES,  # new lines above the limit on one borrower, number
) = range(18)
ROUTE_FLOWS = 18

# Columns of Tally.stock: principal at month-end by route, fen unless said otherwise.
(
    STOCK_D0,
    STOCK_D1,
    STOCK_D2,
    STOCK_D3,
    STOCK_D4,
    STOCK_RENEWED,
    STOCK_ONLINE,
    STOCK_APR,
    STOCK_CONTRACT,
    STOCK_USERS,
) = range(10)
ROUTE_STOCKS = 10

# Columns of Tally.lender: counts by lender and segment.
(
    APPLICATIONS,
    APPROVALS,
    WINS,
    CONTESTED,
    LOST,  # contests that another won
    LOST_RISE,  # by how much the winners' prices have risen since the opening, sum over these, bp
    MET,  # other lenders' offers met in contests
    MET_PRICE,  # prices that those lenders post, sum over these, bp
    FRAUD_APPLICATIONS,
    FRAUD_REFUSED,
    FALSE_ALARMS,
    APPLICANTS_OWE,  # what applicants owe to others, hundredths of a month's income, summed
) = range(12)
LENDER_COUNTS = 12

# Columns of Tally.cell: borrowers by cell; money in fen.
(
    CELL_BORROWERS,
    CELL_ACTIVE,
    CELL_BALANCE,
    CELL_DRAWN,
    CELL_REFINANCED,
    CELL_DRAWN_APR,
    CELL_APPLICATIONS,
    CELL_APPROVALS,
    CELL_OVER_INDEBTED,
    CELL_MULTI3,
    CELL_SURPLUS,
    CELL_PERFORMING,
    CELL_WAS_PERFORMING_1,
    CELL_DEFAULTED_1,
    CELL_WAS_PERFORMING_12,
    CELL_DEFAULTED_12,
    CELL_IN_SPELL,
    CELL_INCOME,
    CELL_ROLLED_OVER,
) = range(19)
CELL_ITEMS = 19


# Columns of Tally.subsidy: by rule; fen, and loans.
SUBSIDY_PAID, SUBSIDY_PRINCIPAL, SUBSIDY_LOANS = range(3)
SUBSIDY_ITEMS = 3

# Columns of Tally.segment: what a loan guarantee scheme may cover, by route and segment, fen:
# principal at month-end by missed count, and this month's losses with what of them will come back.
(
    SEGMENT_D0,
    SEGMENT_D1,
    SEGMENT_D2,
    SEGMENT_D3,
    SEGMENT_D4,
    SEGMENT_LOST,
    SEGMENT_RECOVERED,
) = range(7)
SEGMENT_ITEMS = 7


class World(NamedTuple):
    """What a borrower knows and is, apart from the lenders: behaviour and the economy."""

    seed: int
    month: int
    first_month: int  # month from which cohorts are counted
    income_index: float  # nominal income relative to the first reported month
    income_season: float  # multiplier of this month's income
    spending_season: float  # multiplier of this month's wanted debt
    unemployment: float  # surveyed urban rate, fraction
    shock_share: Floats  # [shocks in force] share of borrowers hit
    shock_depth: Floats  # [shocks in force] share of income lost
    shock_key: Ints  # [shocks in force] month that keys who is hit
    adoption: Floats  # [S, 2] share of borrowers online by segment, town or country
    segment_share: Floats  # [S] cumulative
    place_share: Floats  # [S, P] cumulative
    rural_share: Floats  # [S, P]
    log_income: Floats  # [S] log of median monthly income, fen
    income_sigma: Floats  # [S]
    character: Floats  # [S] mean of quality and of willingness, standard deviations
    place_income: Floats  # [P] log difference
    rural_income: float  # log difference
    exp_coarse: Floats  # [i] exp(i / 1000 x 2**FINE_BITS): lasting income from its logarithm
    exp_fine: Floats  # [2**FINE_BITS] exp(i / 1000)
    income_luck: Floats  # [S, 2**LUCK_BITS] multiplier of a month's income, equally likely each
    persistent: float  # standard deviation of a year's lasting change of log income
    new_plans: float  # yearly chance that the wanted debt is drawn anew
    reversion: float  # share of a lasting change forgotten in a year
    spell_hazard: Floats  # [S] monthly, per unit of unemployment
    quality_effect: float
    spell_ceiling: Floats  # [quality in steps of 2**QUALITY_BITS] most that quality multiplies by
    spell_income: float
    spell_exit: float
    essentials: Floats  # [S] share of permanent income
    buffer_months: float
    saving: float  # share of spare cash kept
    participation: Floats  # [S] share who ever want credit
    appetite: Floats  # [S] median wanted debt, months of income
    appetite_sigma: float
    reservation: Floats  # [S] mean highest acceptable APR
    reservation_sd: float
    urgent_premium_bp: int
    product_share: Floats  # [S, products] cumulative
    tenor: Ints  # [products] months
    bullet: Ints  # [products] 1: interest monthly, principal at the end
    ticket_fen: Ints  # [products] smallest draw
    recovery_bp: Ints  # [products] share of a charged-off yuan that is recovered
    prepay: float
    leave: float  # monthly hazard of a debt-free borrower
    adjust: float  # monthly chance of acting on a gap in planned debt
    look: float  # monthly chance that a planner searches when lines are not enough
    discouraged_months: int
    walk_rate: float
    walk_slope: float
    walk_willingness: float
    walk_headroom: float
    walk_reported: float
    walk_able: float  # cash to what falls due from which somebody can pay
    breadth: int  # lenders considered
    tries: int  # applications in one month
    shop_around: float  # chance of going on after an acceptable offer
    next_line: int  # 1: a redraw that is refused is tried on the next line
    switching_bp: int  # how much cheaper another lender must be for who has one
    taste_bp: float  # scale of liking beyond price
    record_months: int  # how long a default stays on record
    fraud: float  # share of newcomers who are fraudsters
    forged_character: float  # what their papers say of their character, standard deviations
    forged_income: float  # by how much they overstate their income, log


class Terms(NamedTuple):
    """What the lenders offer this month."""

    route_brand: Ints  # [R]
    route_buyout: Ints  # [R] route that takes the loan at 90 days; itself if none
    lender_id: Ints  # [L] permanent
    open_new: Ints  # [L] 1: takes applications
    charge_off_at: Ints  # [L] missed count
    calls: Floats  # [L] chance that a bullet in good standing is not lent again
    renew: Floats  # [L] chance that a bullet loan is renewed when it cannot be repaid
    collection: Floats  # [L] monthly chance that a borrower who walked away pays again
    pressed: Floats  # [L] chance that who is late clears his arrears as soon as he can
    online: Floats  # [L] share of online borrowers' new lines opened online
    pull: Floats  # [S, P, 2, 2, L] weight in the search race (country, online)
    noise: Floats  # [L] standard deviations of the behavioural signal
    income_error: Floats  # [L] standard deviation of the log of stated over true income
    income_bias: Floats  # [L] mean of it
    bureau: Floats  # [L] share of other debts seen
    member: Floats  # [L] standing in a shared ledger; a product of two is what one sees
    bureau_lag: int  # months until a debt or default elsewhere is seen
    repair_thousand: Ints  # [repairs] most that was overdue in a default that may not be shown
    repair_first: Ints  # [repairs] earliest month of such a default
    repair_last: Ints  # [repairs] latest month
    base_score: Ints  # [L]
    points: Ints  # [L, F, B]
    grade_floor: Ints  # [G - 1] least score of grades 0..G-2, descending
    apr_bp: Ints  # [L, S, G] all-in; 0 where refused
    contract_bp: Ints  # [L, S, G]
    line_apr_bp: Ints  # [R, S, G] all-in, of a further draw on a line; 0 where refused
    line_contract_bp: Ints  # [R, S, G]
    lawful_bp: Ints  # [R] highest all-in rate that the law of the month allows
    lawful_contract_bp: Ints  # [R] the same of the contract rate
    lawful_line_hundred: Ints  # [R] highest line, hundred yuan
    line_route: Ints  # [R, G] where a further draw goes if the line moves
    moves: Floats  # [R, S, G] chance that it does; 0 where lines stay on their route
    may_move: Ints  # [R] 1: for some segment and grade it does
    refusal: Ints  # [L, S, G] cause where refused
    posted_bp: Ints  # [L, S] price a shopper expects, what the state pays taken off
    asked_bp: Ints  # [L, S] price that each posts, what the state pays included
    risen_bp: Ints  # [L, S] by how much that price has risen since the opening; 0 before it
    disclosure: float  # share of borrowers who see the all-in price of an offer
    hidden_bp: Ints  # [L, S] what who does not see it leaves out of the posted price
    hassle_bp: Ints  # [L]
    line_share: Floats  # [L, G]
    line_cap_hundred: Ints  # [L, S] hundred yuan
    income_multiple: Floats  # [L] visible debt and line together, months of income
    explore: Floats  # [L] chance that a refused risk is tried all the same
    fraud_caught: Floats  # [L] chance that a forged application is told
    false_alarm: Floats  # [L] chance that an honest application is taken for forged
    mix: Floats  # [L, S, G, M] cumulative chance of each of the lender's routes
    mix_route: Ints  # [L, M]
    subsidy_bp: Ints  # [R, S] points of the price that the state pays this month
    offer_subsidy_bp: Ints  # [L, S] the same on all routes of a lender; -1 where they differ
    subsidy_rule: Ints  # [R, S] under which rule; -1 where none ever does


class Offers(NamedTuple):
    """Whose requests are paid out: one admission probability per lender, met by route."""

    admit: Floats  # [R] chance that a request on this route is paid
    spare: Floats  # [R] the same for a redraw that was refused on another line


class Tally(NamedTuple):
    """Exact integer sums over borrowers: addition in any order gives the same figures."""

    route: Ints  # [R, ROUTE_FLOWS]
    stock: Ints  # [R, ROUTE_STOCKS]
    lender: Ints  # [L, S, LENDER_COUNTS]
    score: Ints  # [L, F, B, 2] good and bad by feature bin
    expected_ppm: Ints  # [L, F, B] bad that the score expected, millionths
    ranks: Ints  # [L, SCORE_BINS, 2] good and bad by score
    cell: Ints  # [C, CELL_ITEMS]
    unmet: Ints  # [C, CAUSES] fen wanted in episodes closed unserved
    leavers: Ints  # [C, 12, 2] performing h months before, defaulted since
    cohort: Ints  # [months] relationships by month of first draw
    cohort_default: Ints  # [months, months] first 90+ by cohort and age
    subsidy: Ints  # [rules, SUBSIDY_ITEMS] what the state paid, and loans it may pay for next
    segment: Ints  # [R, S, SEGMENT_ITEMS] for guarantee schemes; no rows where there are none


def empty_tally(
    lenders: int,
    routes: int,
    segments: int,
    cells: int,
    months: int,
    subsidies: int = 0,
    *,
    by_segment: bool = False,
) -> Tally:
    """A tally of zeros.

    months : number of months the run can hold ; subsidies : number of subsidy rules
    by_segment : routes are counted by segment too
    """

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Tally(
        route=zeros(routes, ROUTE_FLOWS),
        stock=zeros(routes, ROUTE_STOCKS),
        lender=zeros(lenders, segments, LENDER_COUNTS),
        score=zeros(lenders, FEATURES, BINS, 2),
        expected_ppm=zeros(lenders, FEATURES, BINS),
        ranks=zeros(lenders, SCORE_BINS, 2),
        cell=zeros(cells, CELL_ITEMS),
        unmet=zeros(cells, CAUSES),
        leavers=zeros(cells, 12, 2),
        cohort=zeros(months),
        cohort_default=zeros(months, months),
        subsidy=zeros(subsidies, SUBSIDY_ITEMS),
        segment=zeros(routes if by_segment else 0, segments, SEGMENT_ITEMS),
    )
