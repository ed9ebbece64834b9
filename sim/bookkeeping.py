"""A lender's month in the books: costs, provisions, tax, capital, funding; then what it learns."""

import numpy as np
import numpy.typing as npt

from agents.bank import SERVICING
from agents.lender import MEMORY, Lender
from agents.lenders import learn_losses, move_markups, watch_rivals
from agents.limits import Limits
from agents.messages import (
    APPLICANTS_OWE,
    APPLICATIONS,
    CHARGED_OFF,
    CONTESTED,
    LOST,
    LOST_RISE,
    MET,
    MET_PRICE,
    NEW_LINES,
    RECOVERED,
    WINS,
    Floats,
    Ints,
    Tally,
)
from agents.rivalry_parameters import Rivalry
from agents.scorecard import learn as learn_scores
from sim.abilities import operating_costs
from sim.columns import float_table, floats, ints, whole
from sim.funding import fund
from sim.ledger import Account, Item, Sector
from sim.market import FEN_PER_YUAN, Market

MET_COUNTS = [LOST, LOST_RISE, MET, MET_PRICE]
"""What a lender keeps of whom it met, in the order of `LenderState.contests`."""

TAX = 0.25
"""Corporate income tax of mainland China, fraction of profit."""

PAYOUT_SPEED = 0.10
"""Part of the capital beyond the target that owners take out in a month (assumption)."""


def book_costs(market: Market, money: Floats) -> None:
    """Funding, running costs, customers won, marketing; charged in cash.

    money : [L] interest on funding, fraction per year
    """
    ledger, lenders = market.ledger, market.lenders
    interest = money / 12 * ledger.accounts[:, Account.FUNDING]
    running = running_costs(market)
    won = 100 * market.of_kinds("acquisition") * market.by_brand(market.flow[:, NEW_LINES])
    marketing = floats([x.marketing_share() for x in lenders]) * market.revenue()
    ledger.receive_all(-whole(interest), Sector.FUNDERS, Item.FUNDING_COST)
    ledger.receive_all(-whole(running), Sector.SUPPLIERS, Item.OPERATING)
    ledger.receive_all(-whole(won), Sector.SUPPLIERS, Item.ACQUISITION)
    ledger.receive_all(-whole(marketing), Sector.SUPPLIERS, Item.MARKETING)


def running_costs(market: Market) -> Floats:
    """[L] a month's cost of running brands and other brands' loans, fen."""
    running: Floats = operating_costs(market) / 12 * market.balances()
    running += SERVICING / 12 * partner_holdings(market)
    return running


def partner_holdings(market: Market) -> Ints:
    """[L] other brands' loans that each lender holds, fen."""
    rest = market.ledger.principal - market.ledger.own
    held = market.ledger.held(market.book, market.ledger.principal)
    own: Ints = held - market.by_brand(market.ledger.principal - rest)
    return own


def close_month(market: Market, limits: Limits, *, steered: bool) -> None:
    """Provisions, tax, dividends, then funding is taken up or repaid.

    steered : in the burn-in, when any amount can be borrowed
    """
    ledger = market.ledger
    ledger.provision(market.book, provision_multiples(market, limits))
    settle_tax(market, np.ones(len(market.lenders), dtype=bool))
    pay_out(market, limits)
    if not steered:
        pay_in(market)
    fund(market, limits, steered=steered)


def settle_tax(market: Market, whose: npt.NDArray[np.bool_]) -> None:
    """Makes the month's tax what the profit on the page asks for: more is paid, or some comes back.

    whose : [L] lenders whose profit may have changed since their tax was last settled
    """
    ledger = market.ledger
    paid = -ledger.items[:, Item.TAX]
    due = whole(TAX * np.maximum(0, ledger.profit() + paid))
    ledger.receive_all(np.where(whose, paid - due, 0), Sector.STATE, Item.TAX)


def provision_multiples(market: Market, limits: Limits) -> Floats | None:
    """[L] least provisions that the rules ask of each lender, times the standard; None: no rule."""
    if max(limits.provisioning.values()) <= 1.0:
        return None
    return market.greatest(limits.provisioning)


def pay_out(market: Market, limits: Limits) -> None:
    """Owners take out part of the capital that neither target leverage nor the law needs.

    The capital of a lender that entered during the run stays (paid-in capital may not be
    withdrawn). Loans that somebody else guarantees tie up capital too while they are on the book;
    a countercyclical buffer comes on top. After a year of losses nothing is taken out.
    """
    ledger, needed = market.ledger, wanted_capital(market)
    buffer = market.greatest(limits.plan.buffer)
    needed = needed + buffer * ledger.accounts[:, Account.LOANS]
    firms = floats([x.state.firms for x in market.lenders])
    legal = market.greatest(limits.plan.minimum_capital) * firms
    needed = np.maximum(needed, FEN_PER_YUAN * legal / market.weight)
    needed = np.maximum(needed, floats([x.state.paid_in for x in market.lenders]))
    excess = np.maximum(0.0, ledger.accounts[:, Account.EQUITY] - needed)
    earned = ints([sum(lender.state.profit_year) for lender in market.lenders])
    excess = np.where(earned < 0, 0.0, excess)
    ledger.receive_all(-whole(PAYOUT_SPEED * excess), Sector.OWNERS, Item.CAPITAL_OUT)


def wanted_capital(market: Market) -> Floats:
    """[L] equity at which loans held, and loans at risk, are the target multiple of it, fen."""
    ledger = market.ledger
    at_risk = ledger.at_risk(market.book, ledger.principal)
    target = market.of_kinds("target_leverage")
    needed: Floats = np.maximum(at_risk, ledger.accounts[:, Account.LOANS]) / target
    return needed


def pay_in(market: Market) -> None:
    """Owners who want growth put in what their lender's loans need beyond its equity.

    Up to the kind's `capital_growth`; what a lender can lend then follows in the next month.
    """
    growth = floats(
        [x.kind.capital_growth if x.state.status == "open" else 0.0 for x in market.lenders]
    )
    if not growth.any():
        return
    equity = np.maximum(0, market.ledger.accounts[:, Account.EQUITY])
    missing = np.maximum(0.0, wanted_capital(market) - equity)
    monthly = (1.0 + growth) ** (1.0 / 12.0) - 1.0
    paid = whole(np.minimum(missing, monthly * equity))
    market.ledger.receive_all(paid, Sector.OWNERS, Item.CAPITAL_IN)


def learn(market: Market, tally: Tally) -> None:
    """Scorecards, realised loss against expected, contests, prices: what each brand has seen."""
    balances, drawn = market.balances(), market.drawn().tolist()
    lost = 12.0 * market.by_brand(market.flow[:, CHARGED_OFF] - market.flow[:, RECOVERED])
    realised, prices = lost / np.maximum(1, balances), market.price_of_draws().tolist()
    brands = [lender for lender in market.lenders if lender.is_brand]
    lending = [lender for lender in brands if balances[lender.number] > 0]
    rows = ints([lender.number for lender in brands])
    firms = floats([lender.state.firms for lender in brands])
    learn_scores(
        [lender.state.scorecard for lender in brands],
        tally.score[rows],
        tally.expected_ppm[rows],
        tally.ranks[rows],
        market.weight,
        firms,
        [lender.kind.learns for lender in brands],
    )
    learn_losses(lending, realised[ints([lender.number for lender in lending])])
    contests = tally.lender[rows].astype(np.float64)
    watch_rivals(
        brands, contests[:, :, CONTESTED], contests[:, :, WINS], contests[:, :, MET_COUNTS]
    )
    learn_debts(brands, tally.lender)
    answers = float_table([x.state.answer for x in brands], tally.lender.shape[1])
    for lender, answer in zip(brands, answers.mean(axis=1).tolist(), strict=True):
        state = lender.state
        if drawn[lender.number] > 0:
            state.price_recent += (prices[lender.number] - state.price_recent) / 6.0
            state.answer_shown += (answer - state.answer_shown) / 6.0
        state.suspended_months = max(0, state.suspended_months - 1)


def learn_debts(brands: list[Lender], asked: Ints) -> None:
    """Statistics that every lender reads: what people owe who apply, whoever shows it.

    asked : [L, S, LENDER_COUNTS] of the month
    """
    applicants = int(asked[:, :, APPLICATIONS].sum())
    if applicants == 0:
        return
    months = int(asked[:, :, APPLICANTS_OWE].sum()) / 100.0 / applicants
    for lender in brands:
        lender.state.debts += MEMORY * (months - lender.state.debts)


def planning_brands(market: Market) -> list[Lender]:
    """The brands that plan a next month."""
    return [x for x in market.lenders if x.is_brand and x.state.status == "open"]


def plan(
    market: Market,
    planning: list[Lender],
    markups: Floats,
    rivalry: Rivalry,
    answers: Floats | float = 0.0,
) -> None:
    """What each brand changes for next month: markups, reach.

    markups : [planning, S] that they aim at by the common rule
    answers : [planning, S] part of the markup that is to answer rivals
    """
    users = market.users().tolist()
    marketing = (-market.ledger.items[:, Item.MARKETING]).tolist()
    move_markups(planning, markups, rivalry.markup_speed, answers)
    for lender in planning:
        number = lender.number
        lender.move_reach(float(users[number]), float(marketing[number]), rivalry.reach_speed)
