"""Route by route: what one half-month of borrowers' flows means for those who hold the loans.

A loan of a route lies with its brand and perhaps with a partner. What is done here for every
single route are a few sums; as columns they took a hundred steps over little arrays, a tenth of
all that lenders do in a month, so they are compiled as the borrowers' rules are.

R routes, L lenders; amounts in fen; shares in parts per million.
"""

from agents.messages import (
    BOUGHT_IN,
    BOUGHT_OUT,
    CHARGED_OFF,
    DRAWN,
    FEES,
    INTEREST,
    RECOVERED,
    REFINANCED,
    REPAID,
    Ints,
)
from agents.routes import MILLION
from sim.core.rule import kernel, rule

LENT, PAID_BACK, BOUGHT, LOST, REGAINED, EARNED = range(6)
"""Rows of what a half-month's flows come to for each lender."""

SETTLED = 6
"""How many they are."""


@rule
def part_of_one(amount: int, ppm: int) -> int:
    """An amount times parts per million, rounded down.

    The product itself would not fit in 64 bits where few borrowers stand for many, so whole
    millions are split off first.
    """
    millions = amount // MILLION
    return millions * ppm + (amount - millions * MILLION) * ppm // MILLION


@kernel
def settle_routes(
    flows: Ints,
    own_ppm: Ints,
    brand: Ints,
    holder: Ints,
    yields_bp: Ints,
    apr_bp: Ints,
    principal: Ints,
    own: Ints,
    settled: Ints,
) -> None:
    """Moves what is owed on each route and adds to `settled` what it means for each lender.

    flows : [R, ROUTE_FLOWS] of the half-month ; own_ppm : [R] the brand's own part
    brand, holder : [R] whose own part it is, and who holds the rest
    yields_bp, apr_bp : [R] what the holder is owed, and what borrowers pay, bp a year
    principal, own : [R] what borrowers owe and the brand's part of it, both brought up to date
    settled : [SETTLED, L]
    """
    for route in range(len(flows)):
        flow, ppm = flows[route], own_ppm[route]
        drawn = flow[DRAWN] + flow[REFINANCED]
        traded = flow[BOUGHT_IN] - flow[BOUGHT_OUT]
        principal[route] += drawn + traded - flow[REPAID] - flow[CHARGED_OFF]
        own_after = part_of_one(principal[route], ppm)
        own_drawn = part_of_one(drawn, ppm)
        own_lost = part_of_one(flow[CHARGED_OFF], ppm)
        own_traded = part_of_one(flow[BOUGHT_IN], ppm) - part_of_one(flow[BOUGHT_OUT], ppm)
        own_recovered = part_of_one(flow[RECOVERED], ppm)
        # What is left of the brand's own part must fit: repayments take the rounding.
        own_repaid = own[route] + own_drawn + own_traded - own_lost - own_after
        own[route] = own_after
        paid = flow[INTEREST] + flow[FEES]
        owed = part_of_one(paid, MILLION - ppm)
        shared = owed * min(yields_bp[route], apr_bp[route]) // max(1, apr_bp[route])
        us, them = brand[route], holder[route]
        settled[LENT, us] += own_drawn
        settled[LENT, them] += drawn - own_drawn
        settled[PAID_BACK, us] += own_repaid
        settled[PAID_BACK, them] += flow[REPAID] - own_repaid
        settled[BOUGHT, us] += own_traded
        settled[BOUGHT, them] += traded - own_traded
        settled[LOST, us] += own_lost
        settled[LOST, them] += flow[CHARGED_OFF] - own_lost
        settled[REGAINED, us] += own_recovered
        settled[REGAINED, them] += flow[RECOVERED] - own_recovered
        settled[EARNED, us] += paid - shared
        settled[EARNED, them] += shared


@kernel
def add_by_place(amounts: Ints, places: Ints, total: Ints) -> None:
    """Adds amounts up by lender.

    amounts : [R] ; places : [R] lenders ; total : [L] what they are added to
    """
    for route in range(len(amounts)):
        total[places[route]] += amounts[route]


@kernel
def add_by_holder(amounts: Ints, own_ppm: Ints, brand: Ints, holder: Ints, total: Ints) -> None:
    """Adds amounts up by whose they are: brands' own parts, and the rest.

    amounts : [R] ; own_ppm, brand, holder : see `settle_routes` ; total : [L] added to
    """
    for route in range(len(amounts)):
        own = part_of_one(amounts[route], own_ppm[route])
        total[brand[route]] += own
        total[holder[route]] += amounts[route] - own


@kernel
def add_provisions(
    buckets: Ints,
    covered: Ints,
    loss_ppm: Ints,
    own_ppm: Ints,
    brand: Ints,
    holder: Ints,
    guaranteed: Ints,
    provided: Ints,
) -> None:
    """Adds up the loss to expect by missed count: of loans held, and of loans guaranteed.

    buckets, covered : [R, 5] principal by missed count, and of it what a guarantee fund bears
    loss_ppm : [5] expected loss ; own_ppm, brand, holder : see `settle_routes`
    guaranteed : [R] 1 where the brand guarantees what it does not hold
    provided : [2, L] allowances and provisions for guarantees
    """
    for route in range(len(buckets)):
        expected = 0
        for missed in range(len(loss_ppm)):
            at_risk = buckets[route, missed] - covered[route, missed]
            expected += part_of_one(at_risk, loss_ppm[missed])
        own = part_of_one(expected, own_ppm[route])
        provided[0, brand[route]] += own
        if guaranteed[route] == 1:
            provided[1, brand[route]] += expected - own
        else:
            provided[0, holder[route]] += expected - own
