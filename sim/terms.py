"""Publishing terms: every lender's decisions of the month, as the arrays that borrowers read."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.bank import partner_yield
from agents.funders import prices
from agents.lender import Lender
from agents.lenders import (
    break_evens,
    calibrations,
    expected_losses,
    grade_risks,
    line_shares,
    worst_risks,
)
from agents.limits import LICENCES, Limits
from agents.messages import GRADES, REQUESTED, Floats, Ints, Terms
from agents.pricing import PriceGrid, price_grid
from agents.record import HUNDRED_YUAN, WRITTEN_OFF
from agents.routes import NOBODY
from agents.scorecard import GRADE_FLOOR, published
from sim.abilities import abilities, months_unseen, operating_costs
from sim.allocation import allocated, expected_margins
from sim.columns import float_table, floats, ints
from sim.core.rule import kernel
from sim.guarantee_scheme import Cover
from sim.ledger import Account
from sim.line_routes import line_terms
from sim.macro import Macro
from sim.market import FEN_PER_YUAN, Market
from sim.rationing import guarantee_room
from sim.subsidy import SubsidyTerms

RETURN_ON_OWN_MONEY = 0.03
"""Least return per year for which owners leave their own money in loans (assumption)."""

MOST_LINE_HUNDRED = 30_000
"""Lines are kept in hundreds of yuan in 16 bits: 3 million yuan at most."""


class Choices(NamedTuple):
    """The ways in which lenders can fund a loan this month, lender by lender.

    lender, route : numbers ; share : how much the lender likes it
    """

    lender: Ints  # [C], ascending
    route: Ints  # [C]
    share: Floats  # [C]


def publish_terms(
    market: Market,
    limits: Limits,
    macro: Macro,
    segments: int,
    places: int,
    subsidies: SubsidyTerms,
    guarantees: Floats | None = None,
    cover: Cover | None = None,
) -> Terms:
    """Prices, cut-offs, lines, reach and routes of all lenders this month.

    New customers are won on what lenders plan with; lines they have stand under the law.

    guarantees : [L] part of the guaranteed loans asked for that each can guarantee; None: all
    cover : what a state guarantee fund is expected to bear; None: nothing
    """
    lenders, book = market.lenders, market.book
    given = np.ones(len(lenders)) if guarantees is None else guarantees
    open_to_all = within_partners(market, route_choices(market, limits.plan), limits.plan)
    choices = within_guarantees(market, open_to_all, given)
    buyout = book.buyout()
    market.open_routes()
    market.ledger.open_routes(len(book))
    serves = float_table([lender.attention() for lender in lenders], segments)
    markup = float_table([lender.state.markup for lender in lenders], segments)
    calibration = calibrations(lenders) * floats([x.state.stance.belief for x in lenders])
    costs = break_even(market, choices, calibration, cost_of_money(market, macro))[:, None, :]
    risk = grade_risks(calibration)
    bears = borne(market, choices, risk)
    at_own_expense = risk[:, None, :]
    if cover is not None:
        covered, fee = on_the_mean_route(market, choices, cover)
        costs = costs - relief(covered, fee, calibration)
        at_own_expense = at_own_expense * (1.0 - covered[:, :, None])
    worst = worst_risks(lenders, segments)
    wanted = welcome(choices, at_own_expense, worst, bears, serves)
    lines = quote(market, wanted, costs, markup, limits)
    quotes = lines if limits.ahead is None else quote(market, wanted, costs, markup, limits.plan)
    brand, licence = book.column("brand"), book.column("licence_number")
    line = line_terms(
        book,
        choices.lender,
        choices.route,
        choices.share,
        bears,
        given,
        lines.apr_bp[brand, licence],
        lines.contract_bp[brand, licence],
    )
    each, newest = np.arange(len(lenders)), loosest_licence(market, choices, limits.plan)
    apr_bp, contract_bp = quotes.apr_bp[each, newest], quotes.contract_bp[each, newest]
    mix, mix_route = route_mix(market, choices, bears, limits.plan, apr_bp, contract_bp)
    attention = allocated(lenders, serves, expected_margins(apr_bp, costs))
    subsidy_bp, subsidy_rule = subsidies.by_route(book)
    online = floats([lender.kind.online_in(macro.month) for lender in lenders])
    posted = posted_prices(lenders, markup)
    pressed, able = pressure(market, limits), abilities(market, limits)
    lawful_bp, lawful_contract_bp, lawful_line = lawful_contracts(market, limits)
    base_score, points = published([lender.state.scorecard for lender in lenders])
    return Terms(
        route_brand=brand,
        route_buyout=buyout,
        lender_id=market.fixed("id", lambda x: x.setup.id).astype(np.int64),
        open_new=ints([int(takes_customers(lender)) for lender in lenders]),
        charge_off_at=market.of_kinds("charge_off_months").astype(np.int64),
        calls=market.of_kinds("calls") * floats([lender.state.short for lender in lenders]),
        renew=market.of_kinds("renew"),
        collection=able.collection * pressed,
        pressed=pressed,
        online=online,
        pull=pull(market, online, attention, places),
        noise=able.noise,
        income_error=able.income_error,
        income_bias=able.income_bias,
        bureau=able.bureau,
        member=able.member,
        bureau_lag=round(limits.bureau_lag),
        repair_thousand=repairable(limits),
        repair_first=ints([repair.first for repair in limits.repairs]),
        repair_last=ints([repair.last for repair in limits.repairs]),
        base_score=base_score,
        points=points,
        grade_floor=GRADE_FLOOR,
        apr_bp=apr_bp,
        contract_bp=contract_bp,
        line_apr_bp=line.apr_bp,
        line_contract_bp=line.contract_bp,
        lawful_bp=lawful_bp,
        lawful_contract_bp=lawful_contract_bp,
        lawful_line_hundred=lawful_line,
        line_route=line.route,
        moves=line.moves,
        may_move=line.may_move,
        refusal=quotes.refusal[each, newest],
        posted_bp=after_subsidy(posted, choices, subsidy_bp),
        asked_bp=posted,
        risen_bp=risen_prices(lenders, posted),
        disclosure=limits.disclosure,
        hidden_bp=hidden_fees(market, posted),
        hassle_bp=np.rint(10_000 * market.of_kinds("hassle")).astype(np.int64),
        line_share=line_shares(lenders, calibration, worst),
        line_cap_hundred=line_caps(market, limits, segments),
        income_multiple=income_multiples(market, limits),
        explore=market.of_kinds("explore"),
        fraud_caught=able.fraud_caught,
        false_alarm=able.false_alarm,
        mix=mix,
        mix_route=mix_route,
        subsidy_bp=subsidy_bp,
        offer_subsidy_bp=on_all_routes(len(lenders), choices, subsidy_bp),
        subsidy_rule=subsidy_rule,
    )


def repairable(limits: Limits) -> Ints:
    """[repairs] most that was overdue in a default that files must not show, thousand yuan.

    What was written off is never paid back.
    """
    return ints([min(WRITTEN_OFF - 1, int(repair.limit // 1_000)) for repair in limits.repairs])


def takes_customers(lender: Lender) -> bool:
    """Whether a lender takes applications under its own name."""
    state = lender.state
    welcome = state.suspended_months == 0 and not state.share_held
    return lender.is_brand and state.status == "open" and welcome


def route_choices(market: Market, limits: Limits) -> Choices:
    """The routes lenders can use this month; new combinations get a row in the route book.

    A lender that has left has none: nothing more is drawn on its lines. Months in which nobody
    left, no floor moved and no order to comply took hold are alike.
    """
    is_open = tuple(lender.state.status == "open" for lender in market.lenders)
    each_heeded = (limits, *limits.late.values())
    floors = tuple(tuple(each.plan.joint_floor.values()) for each in each_heeded)
    corrected = tuple(lender.state.corrected for lender in market.lenders)
    return market.book.derived(
        ("choices", is_open, floors, corrected), lambda: find_choices(market, is_open, limits)
    )


def find_choices(market: Market, is_open: tuple[bool, ...], limits: Limits) -> Choices:
    """The same, looked up lender by lender; which of them are open."""
    found: list[tuple[int, int, float]] = []
    for lender in market.lenders:
        if lender.is_brand and is_open[lender.number]:
            partners = [pair for pair in market.partners[lender.number] if is_open[pair[0]]]
            routes = lender.usable_routes(market.book, partners, limits)
            found += [(lender.number, route, share) for route, share in routes]
    return Choices(
        ints([number for number, _, _ in found]),
        ints([route for _, route, _ in found]),
        floats([share for _, _, share in found]),
    )


def within_guarantees(market: Market, choices: Choices, guarantees: Floats | None) -> Choices:
    """The choices of brands that take as many new customers as they must to other routes.

    guarantees : [L] part of the guaranteed loans asked for that each can guarantee; None: all
    """
    if guarantees is None or (guarantees >= 1.0).all():
        return choices
    guaranteed = market.book.column("guaranteed")[choices.route] == 1
    share = choices.share * np.where(guaranteed, guarantees[choices.lender], 1.0)
    kept = share > 0.0
    return Choices(choices.lender[kept], choices.route[kept], share[kept])


def within_partners(market: Market, choices: Choices, limits: Limits) -> Choices:
    """The choices without partners that are full.

    A partner is full for a brand when it holds as many of its loans as the rule lets it, and for
    all when it holds as many loans of brands; what it holds stays.
    """
    of_one, of_all = (
        market.least(rule) for rule in (limits.partner_concentration, limits.partner_share)
    )
    if (of_one >= 1.0).all() and (of_all >= 1.0).all():
        return choices
    book, ledger, many = market.book, market.ledger, len(market.lenders)
    ledger.open_routes(len(book))
    brand, holder = book.column("brand"), book.holder()
    pairs = np.zeros((many, many))
    np.add.at(pairs, (brand, holder), np.where(brand == holder, 0, ledger.principal - ledger.own))
    loans = ledger.accounts[:, Account.LOANS]
    full = (pairs > of_one * loans) | (pairs.sum(axis=0) > of_all * loans)
    partner = book.column("partner")[choices.route]
    kept = (partner == NOBODY) | ~full[choices.lender, partner]
    return Choices(choices.lender[kept], choices.route[kept], choices.share[kept])


def guarantees_to_give(market: Market, limits: Limits) -> Floats:
    """[L] part of the demand for guaranteed loans that each could guarantee now.

    The demand is what was asked of the brand last month, by any route, at the guaranteed part of
    its usual mix. Guaranteed requests themselves would not do: they fall with the part that was
    given, so that the part would swing from month to month.
    """
    asked = np.zeros(len(market.book), dtype=np.int64)
    asked[: len(market.flow)] = market.flow[:, REQUESTED]
    usual = market.fixed("guaranteed", lambda x: x.kind.routes.get("guaranteed", 0.0))
    demand = usual * market.by_brand(asked)
    share: Floats = np.minimum(1.0, guarantee_room(market, limits) / np.maximum(1.0, demand))
    return share


def borne(market: Market, choices: Choices, risk: Floats) -> npt.NDArray[np.bool_]:
    """[C, G] where whoever funds a loan on the route is willing to bear the grade's risk.

    A partner without a guarantee has a limit of its own; the brand's view of the risk is shared.

    risk : [L, G] see `grade_risks`
    """
    book = market.book
    worst = market.fixed(
        "partner_risk_or_all",
        lambda x: 1.0 if x.kind.partner_risk is None else x.kind.partner_risk,
    )
    partner = book.column("partner")[choices.route]
    safe = (partner == NOBODY) | (book.column("guaranteed")[choices.route] == 1)
    found: npt.NDArray[np.bool_] = safe[:, None] | (risk[choices.lender] <= worst[partner][:, None])
    return found


def cost_of_money(market: Market, macro: Macro) -> Floats:
    """[L] what each lender's own money costs, fraction per year: its funding and its equity."""
    rates = funding_rates(market, source_rates(market, macro))
    accounts = market.ledger.accounts
    loans = np.maximum(1, accounts[:, Account.LOANS])
    borrowed = np.clip(accounts[:, Account.FUNDING] / loans, 0.0, 1.0)
    cost: Floats = borrowed * rates + (1.0 - borrowed) * np.minimum(rates, RETURN_ON_OWN_MONEY)
    return cost


def source_rates(market: Market, macro: Macro) -> Floats:
    """[L, S] what each source of funding asks of each lender, fraction per year."""
    return prices(market.funding, market.mood.distrust, macro.lpr - macro.lpr_start)


def funding_rates(market: Market, asked: Floats) -> Floats:
    """[L] interest on each lender's funding, fraction per year.

    asked : [L, S] see `source_rates`
    """
    sources = market.ledger.sources
    weights = np.where(sources.sum(axis=1, keepdims=True) > 0, sources, market.funding.mix)
    mean: Floats = (asked * weights).sum(axis=1) / weights.sum(axis=1)
    return mean


def partner_yields_bp(market: Market, money: Floats) -> Ints:
    """[R] what the partner on each route is owed on its part, bp a year; 0 without a partner."""
    book = market.book
    realised = floats([lender.state.realised for lender in market.lenders])
    loss = np.where(book.column("guaranteed") == 1, 0.0, realised[book.column("brand")])
    loss = loss * market.ledger.uncovered(len(book))
    asked = np.rint(10_000 * partner_yield(money[book.column("partner")], loss))
    return np.where(book.column("partner") == NOBODY, 0, asked).astype(np.int64)


def break_even(market: Market, choices: Choices, calibration: Floats, money: Floats) -> Floats:
    """[L, G] all-in rate at which each grade covers its costs, at the mean cost of the routes.

    The grade's own expected loss is in it once, whoever bears it.

    calibration : [L] see `calibrations`
    money : [L] what each lender's own money costs, fraction per year
    """
    many = len(market.lenders)
    own = market.book.column("own_ppm")[choices.route] / 1e6
    partner = market.book.column("partner")[choices.route]
    # The rest at the partner's price; what its loans lose is in the grades.
    asked = partner_yield(money[partner], np.zeros(len(partner)))
    funded = np.where(partner == NOBODY, 0.0, (1.0 - own) * asked)
    price = own * money[choices.lender] + funded
    cost = np.bincount(choices.lender, choices.share * price, many)
    total = np.bincount(choices.lender, choices.share, many)
    mean_cost = np.divide(cost, total, out=np.zeros(many), where=total > 0)
    operating, owed = operating_costs(market), mean_balances(market)
    return break_evens(market.lenders, calibration, operating, mean_cost, owed)


def on_the_mean_route(market: Market, choices: Choices, cover: Cover) -> tuple[Floats, Floats]:
    """[L, S] part of a loss that a guarantee fund bears, and its fee, over a lender's routes."""
    licence = market.book.column("licence_number")[choices.route]
    shape, each = (len(market.lenders), cover.share.shape[1]), choices.share[:, None]
    share, fee = np.zeros(shape), np.zeros(shape)
    np.add.at(share, choices.lender, each * cover.share[licence])
    np.add.at(fee, choices.lender, each * cover.fee[licence])
    total = np.bincount(choices.lender, choices.share, len(market.lenders))[:, None]
    total = np.where(total > 0.0, total, 1.0)
    return share / total, fee / total


def relief(covered: Floats, fee: Floats, calibration: Floats) -> Floats:
    """[L, S, G] by how much a guarantee fund lowers break-even, fraction per year.

    covered, fee : [L, S] see `on_the_mean_route` ; calibration : [L] see `calibrations`
    """
    losses = expected_losses(calibration)
    saved: Floats = covered[:, :, None] * losses[:, None, :] - fee[:, :, None]
    return saved


def mean_balances(market: Market) -> Floats:
    """[L] yuan that an average relationship of each brand owes; 10,000 before there is any."""
    users, balances = market.users(), market.balances()
    return np.where(balances > 0, balances / np.maximum(1, users) / FEN_PER_YUAN, 10_000.0)


def welcome(
    choices: Choices,
    risk: Floats,
    worst: Floats,
    bears: npt.NDArray[np.bool_],
    serves: Floats,
) -> npt.NDArray[np.bool_]:
    """[L, S, G] whom lenders serve if the price is right.

    Those that can fund nothing serve nobody, and nobody serves a segment that does not fit it or a
    grade that is too risky for it, or for all who would fund it.

    risk : [L, 1 or S, G] chance of going bad at the lender's or its partners' expense
    worst : [L, S] see `worst_risks` ; bears : [C, G] see `borne`
    serves : [L, S] how well each segment fits
    """
    funded = np.zeros((len(worst), GRADES), dtype=bool)
    np.logical_or.at(funded, choices.lender, bears)
    bearable = risk <= worst[:, :, None]
    fits: npt.NDArray[np.bool_] = (serves > 0.0)[:, :, None]
    return fits & bearable & funded[:, None, :]


def quote(
    market: Market,
    wanted: npt.NDArray[np.bool_],
    costs: Floats,
    markup: Floats,
    limits: Limits,
) -> PriceGrid:
    """[L, licence, S, G] what lenders ask for loans made under each licence, one cap for each.

    wanted : [L, S, G] whom they serve if the price is right
    costs : [L, 1 or S, G] break-even rates ; markup : [L, S]
    """
    return price_grid(
        costs[:, None],
        markup[:, None, :],
        *ceilings(market, limits),
        market.of_kinds("fee_share")[:, None],
        floats([lender.least_margin() for lender in market.lenders])[:, None],
        ~wanted[:, None, :, :],
    )


def ceilings(market: Market, limits: Limits) -> tuple[Floats, Floats]:
    """[L, licence] highest all-in and contract rate each could ask under each licence, a year."""
    caps, contract_caps = caps_heeded(market.lenders, limits)
    most_fees = market.fixed("most_fees", lambda lender: lender.most_fees())
    return np.minimum(caps, contract_caps / (1.0 - most_fees[:, None])), contract_caps


def caps_heeded(lenders: list[Lender], limits: Limits) -> tuple[Floats, Floats]:
    """[L, licence] ceilings that each lender follows, as `caps_by_licence`."""
    caps, contract_caps = caps_by_licence(limits)
    if limits.late:
        of_each = [caps_by_licence(lender.heeds(limits)) for lender in lenders]
        return np.stack([row[0] for row in of_each]), np.stack([row[1] for row in of_each])
    many = len(lenders)
    return caps[None].repeat(many, axis=0), contract_caps[None].repeat(many, axis=0)


def caps_by_licence(limits: Limits) -> tuple[Floats, Floats]:
    """[licence] ceilings on the all-in and on the contract rate, fraction per year."""
    caps = [limits.cap[licence] for licence in LICENCES]
    return floats([cap.all_in for cap in caps]), floats([cap.contract for cap in caps])


def pressure(market: Market, limits: Limits) -> Floats:
    """[L] part of their usual success that collectors keep under the rules that each follows."""
    pressed = market.least(limits.collection)
    for stood in limits.late.values():
        follows = [lender.heeds(limits) is stood for lender in market.lenders]
        pressed = np.where(follows, market.least(stood.collection), pressed)
    return pressed


def lawful_contracts(market: Market, limits: Limits) -> tuple[Ints, Ints, Ints]:
    """[R] highest all-in and contract rate, bp, and line, hundred yuan, that the law allows.

    It is the law of the month, whatever a lender slow to comply still follows.
    """
    licence = market.book.column("licence_number")
    caps, contract_caps = (np.floor(10_000 * x + 1e-9) for x in caps_by_licence(limits))
    most = floats([limits.borrower_limit[x] for x in LICENCES]) * FEN_PER_YUAN / HUNDRED_YUAN
    lines = np.minimum(MOST_LINE_HUNDRED, np.floor(most))
    apr, contract, line = (x[licence].astype(np.int64) for x in (caps, contract_caps, lines))
    return apr, contract, line


def loosest_licence(market: Market, choices: Choices, limits: Limits) -> Ints:
    """[L] the licence, by place in LICENCES, of each lender's route with the loosest caps.

    New customers are asked what it asks there.
    """
    caps, contract_caps = caps_heeded(market.lenders, limits)
    rank = np.lexsort((contract_caps, caps)).argsort(axis=-1)
    used = np.full((len(market.lenders), len(LICENCES)), -1, dtype=np.int64)
    licence = market.book.column("licence_number")[choices.route]
    used[choices.lender, licence] = rank[choices.lender, licence]
    return used.argmax(axis=1)


def route_mix(
    market: Market,
    choices: Choices,
    bears: npt.NDArray[np.bool_],
    limits: Limits,
    apr_bp: Ints,
    contract_bp: Ints,
) -> tuple[Floats, Ints]:
    """[L, S, G, M] cumulative chances of a lender's routes, and [L, M] their numbers.

    A route whose cap is below the price, or whose partner will not bear the risk, gets nothing:
    brands go where rules and partners let them. What is left of M beyond a lender's last route
    repeats that route.

    bears : [C, G] see `borne`
    apr_bp, contract_bp : [L, S, G] what new customers are asked
    """
    many = np.bincount(choices.lender, minlength=len(market.lenders))
    places = max(1, int(many.max(initial=0)))
    chance = np.zeros((*apr_bp.shape, places))
    numbers = np.zeros((len(many), places), dtype=np.int64)
    mix_routes(
        choices,
        market.book.column("licence_number")[choices.route],
        many,
        bears,
        *caps_heeded(market.lenders, limits),
        apr_bp,
        contract_bp,
        chance,
        numbers,
    )
    return chance, numbers


@kernel
def mix_routes(
    choices: Choices,
    licence: Ints,
    many: Ints,
    bears: npt.NDArray[np.bool_],
    caps: Floats,
    contract_caps: Floats,
    apr_bp: Ints,
    contract_bp: Ints,
    chance: Floats,
    numbers: Ints,
) -> None:
    """Writes down a lender's routes one after the other, and the chances up to each of them.

    licence : [C] under which a route lends ; many : [L] routes of each lender
    caps, contract_caps : [L, licence] fraction per year ; the rest see `route_mix`
    """
    segments, grades = apr_bp.shape[1], apr_bp.shape[2]
    place, before = 0, -1
    for choice, lender in enumerate(choices.lender):
        place = place + 1 if lender == before else 0
        before = lender
        numbers[lender, place] = choices.route[choice]
        cap = 10_000 * caps[lender, licence[choice]] + 1e-6
        contract_cap = 10_000 * contract_caps[lender, licence[choice]] + 1e-6
        for segment in range(segments):
            for grade in range(grades):
                fits = apr_bp[lender, segment, grade] <= cap
                fits = fits and contract_bp[lender, segment, grade] <= contract_cap
                upto = chance[lender, segment, grade, place - 1] if place > 0 else 0.0
                here = choices.share[choice] if fits and bears[choice, grade] else 0.0
                chance[lender, segment, grade, place] = upto + here
    for lender in range(len(many)):
        last = max(0, many[lender] - 1)
        for place in range(last + 1, numbers.shape[1]):
            numbers[lender, place] = numbers[lender, last]
        for segment in range(segments):
            for grade in range(grades):
                row = chance[lender, segment, grade]
                total = row[last] if row[last] > 0.0 else 1.0
                for place in range(last):
                    row[place] /= total
                row[last:] = 1.0


def pull(market: Market, online: Floats, serves: Floats, places: int) -> Floats:
    """[S, P, 2, 2, L] weight in the race for attention, by segment, region, country, online.

    Lenders come last: a borrower's search reads one row from end to end.

    online : [L] part of new lines opened online
    serves : [L, S] how well each segment fits
    """
    reach, rural = floats([x.state.reach for x in market.lenders]), market.of_kinds("rural")
    by_rural = np.stack([np.ones_like(rural), rural])
    by_access = np.stack([1.0 - online, np.ones_like(online)])
    weight = np.ascontiguousarray((reach[:, None] * serves).T)
    by_people = weight[:, None, None, :] * by_rural[None, None, :, :]
    grid: Floats = by_people[:, :, :, None, :] * by_access
    return np.repeat(grid, places, axis=1)


def posted_prices(lenders: list[Lender], markup: Floats) -> Ints:
    """[L, S] price that a shopper expects: the running price, moved by the segment's markup."""
    recent = floats([lender.state.price_recent for lender in lenders])
    expected = recent[:, None] + markup - markup.mean(axis=1, keepdims=True)
    return np.maximum(1, np.rint(10_000 * expected)).astype(np.int64)


def risen_prices(lenders: list[Lender], posted: Ints) -> Ints:
    """[L, S] by how much posted prices have risen since the opening, bp; 0 before it."""
    opening = float_table([lender.state.norms.price for lender in lenders], posted.shape[1])
    return np.where(opening > 0.0, posted - np.rint(10_000 * opening).astype(np.int64), 0)


def hidden_fees(market: Market, posted: Ints) -> Ints:
    """[L, S] the part of posted prices that is fees beside the contract rate."""
    return np.rint(posted * market.of_kinds("fee_share")[:, None]).astype(np.int64)


def after_subsidy(posted: Ints, choices: Choices, subsidy_bp: Ints) -> Ints:
    """[L, S] posted prices less what the state pays on average over a lender's routes.

    subsidy_bp : [R, S]
    """
    if not subsidy_bp.any():
        return posted
    paid, total = np.zeros(posted.shape), np.zeros(len(posted))
    np.add.at(paid, choices.lender, choices.share[:, None] * subsidy_bp[choices.route])
    np.add.at(total, choices.lender, choices.share)
    mean = np.rint(paid / np.where(total > 0.0, total, 1.0)[:, None]).astype(np.int64)
    return np.maximum(1, posted - mean)


def on_all_routes(lenders: int, choices: Choices, subsidy_bp: Ints) -> Ints:
    """[L, S] points that the state pays on whichever route a lender takes; -1 where it matters.

    subsidy_bp : [R, S]
    """
    most = np.zeros((lenders, subsidy_bp.shape[1]), dtype=np.int64)
    if not subsidy_bp.any():
        return most
    least = np.full_like(most, np.iinfo(np.int64).max)
    np.maximum.at(most, choices.lender, subsidy_bp[choices.route])
    np.minimum.at(least, choices.lender, subsidy_bp[choices.route])
    return np.where(most > least, -1, most)  # who has no route has most 0 and no least


def income_multiples(market: Market, limits: Limits) -> Floats:
    """[L] months of income that a customer may owe, to the lender and to others in its file.

    A lender whose file shows less than usual leaves room for the debts that it does not show; one
    that sees more need not.
    """
    usual = market.of_kinds("income_multiple")
    allowed = np.maximum(0.0, usual - np.where(usual > 0.0, months_unseen(market, limits), 0.0))
    multiples: Floats = allowed * floats([x.state.stance.lines for x in market.lenders])
    return multiples


def line_caps(market: Market, limits: Limits, segments: int) -> Ints:
    """[L, S] largest line in hundred yuan: lawful on any route that a draw may take."""
    lawful = market.least(limits.plan.borrower_limit)
    lags = market.fixed("lag", lambda x: x.setup.complies_after_months)
    late = ~np.array([lender.state.corrected for lender in market.lenders], dtype=bool)
    for lag, stood in limits.late.items():
        own = market.least(stood.plan.borrower_limit)
        lawful = np.where(late & (lags == lag), own, lawful)
    caps = np.minimum(market.of_kinds("line_cap"), lawful) * FEN_PER_YUAN / HUNDRED_YUAN
    hundreds = np.minimum(MOST_LINE_HUNDRED, caps).astype(np.int64)
    return np.repeat(hundreds[:, None], segments, axis=1)
