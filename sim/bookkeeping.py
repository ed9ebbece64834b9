"""A lender's month in the books: costs, provisions, tax, capital, funding; then what it learns."""

import math

from agents.bank import SERVICING
from agents.lender import Lender
from agents.limits import Limits
from agents.messages import (
    CHARGED_OFF,
    CONTESTED,
    NEW_LINES,
    RECOVERED,
    WINS,
    Floats,
    Ints,
    Tally,
)
from agents.purposes import INCIDENT
from sim.core.random import block, unit
from sim.ledger import Account, Item, Sector
from sim.market import Event, Market
from sim.rationing import CASH_SHARE

TAX = 0.25
"""Corporate income tax of mainland China, fraction of profit."""

PAYOUT_SPEED = 0.10
"""Part of the capital beyond the target that owners take out in a month (assumption)."""

COMMITTED_LINES = 0.15
"""Bank lines a lender can draw in a month when cash runs short, fraction of its loans; a market
freeze shuts them too (assumption, wide enough that sampling luck alone does not end a lender)."""

INCIDENTS_PER_YEAR = 0.12
"""Outages, breaches and failed suppliers per lender agent and year (assumption)."""

INCIDENT_COST = 0.10
"""Cost of one, fraction of a month's revenue (assumption)."""

INCIDENT_TRUST = 0.05
"""Reach lost by one (assumption)."""


def book_costs(market: Market, money: Floats) -> None:
    """Funding, running costs, technology, customers won, marketing; charged in cash."""
    ledger, balances = market.ledger, market.balances()
    new_lines = market.by_brand(market.flow[:, NEW_LINES])
    held_for_others = partner_holdings(market)
    revenue = market.revenue()
    for lender in market.lenders:
        number, kind = lender.number, lender.kind
        funding = int(ledger.accounts[number, Account.FUNDING])
        running = lender.operating_cost() / 12 * int(balances[number])
        running += SERVICING / 12 * int(held_for_others[number])
        fixed = kind.technology_cost * lender.state.technology * lender.state.firms / 12
        if lender.is_brand:
            running += min(market.sample_fen(fixed), 0.002 * int(balances[number]))
        interest = round(money[number] / 12 * funding)
        won = round(100 * kind.acquisition * int(new_lines[number]))
        ledger.receive(number, -interest, Sector.FUNDERS, Item.FUNDING_COST)
        ledger.receive(number, -round(running), Sector.SUPPLIERS, Item.OPERATING)
        ledger.receive(number, -won, Sector.SUPPLIERS, Item.ACQUISITION)
        spent = round(kind.marketing * int(revenue[number]))
        ledger.receive(number, -spent, Sector.SUPPLIERS, Item.MARKETING)


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
    market.ledger.provision(market.book)
    profit = market.ledger.profit()
    at_risk = market.ledger.at_risk(market.book, market.ledger.principal)
    for lender in market.lenders:
        number = lender.number
        tax = round(TAX * max(0, int(profit[number])))
        market.ledger.receive(number, -tax, Sector.STATE, Item.TAX)
        pay_out(market, lender, int(at_risk[number]))
        fund(market, lender, limits, steered=steered)


def pay_out(market: Market, lender: Lender, at_risk: int) -> None:
    """Owners take out part of the capital that the target leverage does not need.

    Loans that somebody else guarantees tie up capital too while they are on the book.
    """
    held = int(market.ledger.accounts[lender.number, Account.LOANS])
    needed = max(at_risk, held) / lender.kind.target_leverage
    excess = market.ledger.equity(lender.number) - needed
    if excess > 0:
        market.ledger.pay_capital(lender.number, -round(PAYOUT_SPEED * excess))


def fund(market: Market, lender: Lender, limits: Limits, *, steered: bool) -> None:
    """Repays what falls due and borrows towards the wanted cash, as far as funders let it.

    What is still missing is drawn on committed lines; a lender whose cash is negative even then
    is illiquid (sim/structure.py sees to it).

    steered : in the burn-in any amount can be borrowed, so that the opening books are funded
    """
    accounts = market.ledger.accounts[lender.number]
    funding, loans = int(accounts[Account.FUNDING]), int(accounts[Account.LOANS])
    wanted = round(CASH_SHARE * loans) - int(accounts[Account.CASH])
    matured = funding // lender.kind.funding_months
    basis = max(funding, int(accounts[Account.EQUITY]), 0)
    available = lender.new_funding(basis, matured, limits.funding_freeze) - matured
    most = wanted if steered else min(wanted, available)
    market.ledger.borrow(lender.number, max(-funding, most))
    short = round(CASH_SHARE * loans) - int(accounts[Account.CASH])
    if short > 0:
        lines = round(COMMITTED_LINES * (1.0 - limits.funding_freeze) * loans)
        market.ledger.borrow(lender.number, min(short, lines))


SAMPLE_BADS = 10.0
"""Least pseudo-bads in the sample, so that sampling luck is not learnt as truth (assumption)."""

FIRM_BADS = 50.0
"""Real bad half years at one real firm that weigh as much as the bought score (assumption)."""


def learn(market: Market, tally: Tally) -> None:
    """Scorecards, realised loss against expected, contests, prices: what each brand has seen."""
    lost = market.by_brand(market.flow[:, CHARGED_OFF] - market.flow[:, RECOVERED])
    balances, prices, drawn = market.balances(), market.price_of_draws(), market.drawn()
    for lender in market.lenders:
        if not lender.is_brand:
            continue
        number, state = lender.number, lender.state
        if balances[number] > 0:
            realised = 12.0 * int(lost[number]) / int(balances[number])
            pseudo_bads = max(SAMPLE_BADS, FIRM_BADS * state.firms / market.weight)
            lender.learn(
                tally.score[number],
                tally.expected_ppm[number],
                tally.ranks[number],
                pseudo_bads,
                realised,
            )
        lender.watch_rivals(
            tally.lender[number, :, CONTESTED].astype(float),
            tally.lender[number, :, WINS].astype(float),
        )
        if drawn[number] > 0:
            state.price_recent += (prices[number] - state.price_recent) / 6.0
        state.suspended_months = max(0, state.suspended_months - 1)


def plan(market: Market) -> None:
    """What each brand changes for next month: markups, technology, reach."""
    balances, users = market.balances(), market.users()
    marketing = -market.ledger.items[:, Item.MARKETING]
    for lender in market.lenders:
        if lender.is_brand and lender.state.status == "open":
            number = lender.number
            lender.move_markup()
            per_firm = market.real_yuan(int(balances[number])) / max(1, lender.state.firms)
            lender.adopt_technology(per_firm)
            lender.move_reach(float(users[number]), float(marketing[number]))


def incidents(market: Market, seed: int, month: int) -> None:
    """Outages, breaches and failed suppliers: money, and trust."""
    revenue = market.revenue()
    chance = 1.0 - math.exp(-INCIDENTS_PER_YEAR / 12.0)
    for lender in market.lenders:
        if not lender.is_brand or lender.state.status != "open":
            continue
        luck = block(seed, lender.setup.id, month, INCIDENT, 0)
        if unit(luck[0]) >= chance:
            continue
        what = ("outage", "data breach", "failed data supplier")[luck[1] % 3]
        cost = round(INCIDENT_COST * int(revenue[lender.number]))
        market.ledger.receive(lender.number, -cost, Sector.SUPPLIERS, Item.OPERATING)
        lender.state.reach *= 1.0 - INCIDENT_TRUST
        text = f"{what}: costs {market.real_yuan(cost) / 1e6:,.0f} million yuan, and trust"
        market.events.append(Event("breach", lender.name, text, 0.0, market.real_yuan(cost)))
