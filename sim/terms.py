"""Publishing terms: every lender's decisions of the month, as the arrays that borrowers read."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.bank import partner_yield
from agents.lender import Lender
from agents.limits import Licence, Limits
from agents.messages import BINS, FEATURES, GRADES, RISK, Floats, Ints, Terms
from agents.pricing import PriceGrid
from agents.record import HUNDRED_YUAN
from agents.routes import NOBODY, RouteBook
from agents.scorecard import GRADE_FLOOR
from sim.ledger import Account
from sim.macro import Macro
from sim.market import FEN_PER_YUAN, Market

RETURN_ON_OWN_MONEY = 0.03
"""Least return per year for which owners leave their own money in loans (assumption)."""

MOST_LINE_HUNDRED = 30_000
"""Lines are kept in hundreds of yuan in 16 bits: 3 million yuan at most."""


@dataclass(frozen=True)
class RouteChoice:
    """One way a lender can fund a loan this month.

    share : how much it likes it ; cap, contract_cap : ceilings on the route, fraction per year
    """

    number: int
    share: float
    cap: float
    contract_cap: float

    @property
    def caps(self) -> tuple[float, float]:
        """Both ceilings, all-in first."""
        return self.cap, self.contract_cap


def publish_terms(
    market: Market, limits: Limits, macro: Macro, segments: int, places: int
) -> Terms:
    """Prices, cut-offs, lines, reach and routes of all lenders this month."""
    lenders = market.lenders
    choices = [route_choices(market, lender, limits) for lender in lenders]
    buyout = market.book.buyout()
    market.open_routes()
    market.ledger.open_routes(len(market.book))
    money = cost_of_money(market, macro).tolist()
    balances = mean_balances(market).tolist()
    costs = [
        break_even(lender, choice, market.book, money, balances[lender.number])
        for lender, choice in zip(lenders, choices, strict=True)
    ]
    quotes = Quotes(lenders, choices, costs)
    grids = [quotes.new_customer(lender.number) for lender in lenders]
    lines, line_of = quotes.further_draws(market.book, limits)
    scores = [lender.state.scorecard.published() for lender in lenders]
    mix, mix_route = route_mix(choices, grids, segments)
    return Terms(
        route_brand=market.book.column("brand"),
        route_buyout=buyout,
        lender_id=ints(lender.setup.id for lender in lenders),
        open_new=ints(int(takes_customers(lender)) for lender in lenders),
        charge_off_at=ints(lender.kind.charge_off_months for lender in lenders),
        renew=floats(lender.kind.renew for lender in lenders),
        collection=floats(lender.kind.collection for lender in lenders),
        online=floats(lender.kind.online for lender in lenders),
        pull=pull(lenders, segments, places),
        noise=floats(lender.noise(limits) for lender in lenders),
        bureau=floats(lender.bureau(limits) for lender in lenders),
        base_score=ints(base for base, _ in scores),
        points=int_table((points for _, points in scores), FEATURES, BINS),
        grade_floor=GRADE_FLOOR,
        apr_bp=int_table((grid.apr_bp for grid in grids), segments, GRADES),
        contract_bp=int_table((grid.contract_bp for grid in grids), segments, GRADES),
        line_apr_bp=int_table((grid.apr_bp for grid in lines), segments, GRADES)[line_of],
        line_contract_bp=int_table((grid.contract_bp for grid in lines), segments, GRADES)[line_of],
        refusal=int_table((grid.refusal for grid in grids), segments, GRADES),
        posted_bp=posted_prices(lenders, segments),
        hassle_bp=ints(round(10_000 * lender.kind.hassle) for lender in lenders),
        line_share=float_table((lender.line_shares() for lender in lenders), GRADES),
        line_cap_hundred=line_caps(lenders, limits, segments),
        income_multiple=floats(lender.kind.income_multiple for lender in lenders),
        explore=floats(lender.kind.explore for lender in lenders),
        mix=mix,
        mix_route=mix_route,
    )


def ints(values: Iterable[int]) -> Ints:
    """[L] whole numbers, one a lender."""
    return np.array(list(values), dtype=np.int64)


def floats(values: Iterable[float]) -> Floats:
    """[L] numbers, one a lender."""
    return np.array(list(values), dtype=np.float64)


def int_table(rows: Iterable[Ints], *shape: int) -> Ints:
    """[L, *shape] tables of whole numbers, one a lender; right also for no lenders."""
    return np.array(list(rows), dtype=np.int64).reshape(-1, *shape)


def float_table(rows: Iterable[Floats], *shape: int) -> Floats:
    """[L, *shape] tables of numbers, one a lender; right also for no lenders."""
    return np.array(list(rows), dtype=np.float64).reshape(-1, *shape)


def takes_customers(lender: Lender) -> bool:
    """Whether a lender takes applications under its own name."""
    state = lender.state
    return lender.is_brand and state.status == "open" and state.suspended_months == 0


def route_choices(market: Market, lender: Lender, limits: Limits) -> list[RouteChoice]:
    """The routes a lender can use this month; new combinations get a row in the route book.

    A lender that has left has none: nothing more is drawn on its lines.
    """
    if not lender.is_brand or lender.state.status != "open":
        return []
    partners = [
        (number, weight)
        for number, weight in market.partners[lender.number]
        if market.lenders[number].state.status == "open"
    ]
    return [RouteChoice(*entry) for entry in lender.usable_routes(market.book, partners, limits)]


def cost_of_money(market: Market, macro: Macro) -> Floats:
    """[L] what each lender's own money costs, fraction per year: its funding and its equity."""
    rates = funding_rates(market, macro)
    accounts = market.ledger.accounts
    loans = np.maximum(1, accounts[:, Account.LOANS])
    borrowed = np.clip(accounts[:, Account.FUNDING] / loans, 0.0, 1.0)
    cost: Floats = borrowed * rates + (1.0 - borrowed) * np.minimum(rates, RETURN_ON_OWN_MONEY)
    return cost


def funding_rates(market: Market, macro: Macro) -> Floats:
    """[L] interest on each lender's funding, fraction per year."""
    change = macro.lpr - macro.lpr_start
    return floats(
        lender.cost_of_funds(change, market.leverage(lender.number)) for lender in market.lenders
    )


def partner_yields_bp(market: Market, money: Floats) -> Ints:
    """[R] what the partner on each route is owed on its part, bp a year; 0 without a partner."""
    book = market.book
    realised = floats(lender.state.realised for lender in market.lenders)
    loss = np.where(book.column("guaranteed") == 1, 0.0, realised[book.column("brand")])
    asked = np.rint(10_000 * partner_yield(money[book.column("partner")], loss))
    return np.where(book.column("partner") == NOBODY, 0, asked).astype(np.int64)


def break_even(
    lender: Lender,
    choices: list[RouteChoice],
    book: RouteBook,
    money: list[float],
    mean_balance: float,
) -> Floats:
    """[G] all-in rate at which each grade covers its costs, at the mean cost of the routes.

    The grade's own expected loss is in it once, whoever bears it.
    """
    cost = total = 0.0
    for choice in choices:
        route = book.rows[choice.number]
        own = route.own_ppm / 1e6
        price = own * money[lender.number]
        if route.partner != NOBODY:
            price += (1.0 - own) * partner_yield(money[route.partner], 0.0)
        cost += choice.share * price
        total += choice.share
    return lender.break_even(cost / total if total > 0 else 0.0, mean_balance)


def mean_balances(market: Market) -> Floats:
    """[L] yuan that an average relationship of each brand owes; 10,000 before there is any."""
    users, balances = market.users(), market.balances()
    return np.where(balances > 0, balances / np.maximum(1, users) / FEN_PER_YUAN, 10_000.0)


def nothing_offered(lender: Lender) -> PriceGrid:
    """The price grid of a lender that lends to nobody."""
    refused = np.full((len(lender.segments), GRADES), RISK, dtype=np.int64)
    return PriceGrid(0 * refused, 0 * refused, refused)


class Quotes:
    """Every lender's price grids of the month, each worked out once.

    A lender asks different prices only where different caps bind; most of its routes share one.
    """

    def __init__(
        self, lenders: list[Lender], choices: list[list[RouteChoice]], costs: list[Floats]
    ):
        self._lenders = lenders
        self._choices = choices
        self._costs = costs
        self._grids: dict[tuple[int, float, float], PriceGrid] = {}

    def under(self, number: int, cap: float, contract_cap: float) -> PriceGrid:
        """What a lender asks under these caps; nothing if it has no way to fund a loan."""
        key = (number, cap, contract_cap)
        if key not in self._grids:
            lender = self._lenders[number]
            self._grids[key] = (
                lender.quote(self._costs[number], cap, contract_cap)
                if self._choices[number]
                else nothing_offered(lender)
            )
        return self._grids[key]

    def new_customer(self, number: int) -> PriceGrid:
        """What it asks of new customers: under the cap of its loosest route."""
        caps = (choice.caps for choice in self._choices[number])
        return self.under(number, *max(caps, default=(0.0, 0.0)))

    def further_draws(self, book: RouteBook, limits: Limits) -> tuple[list[PriceGrid], Ints]:
        """What a draw on a line costs: a line stays on its route and under its cap.

        Returns the different grids, and [R] which of them is each route's.
        """
        sorts: dict[tuple[int, Licence], int] = {}
        sort_of = ints(sorts.setdefault((row.brand, row.licence), len(sorts)) for row in book)
        caps = [(brand, limits.cap[licence]) for brand, licence in sorts]
        return [self.under(brand, cap.all_in, cap.contract) for brand, cap in caps], sort_of


def route_mix(
    choices: list[list[RouteChoice]], grids: list[PriceGrid], many: int
) -> tuple[Floats, Ints]:
    """Cumulative chances of routes by lender, segment and grade, and their numbers.

    A route whose cap is below the price gets nothing: brands go where the rule lets them.
    """
    most = max([1, *(len(choice) for choice in choices)])
    mix = np.ones((len(choices), many, GRADES, most))
    numbers = np.zeros((len(choices), most), dtype=np.int64)
    for lender, (options, grid) in enumerate(zip(choices, grids, strict=True)):
        if len(options) < 2:
            numbers[lender] = [option.number for option in options] or 0
            continue
        share = floats(option.share for option in options)
        # Partners of one class share a cap: each pair of caps is compared once.
        fit = {caps: within(grid, *caps) for caps in {option.caps for option in options}}
        fits = np.stack([fit[option.caps] for option in options], axis=-1)
        weights = share * fits
        sums = weights.sum(axis=-1, keepdims=True)
        chance = np.cumsum(weights, axis=-1) / np.where(sums > 0, sums, 1.0)
        mix[lender, :, :, : len(options)] = chance
        mix[lender, :, :, len(options) - 1 :] = 1.0
        numbers[lender, : len(options)] = [option.number for option in options]
        numbers[lender, len(options) :] = options[-1].number
    return mix, numbers


def within(grid: PriceGrid, cap: float, contract_cap: float) -> npt.NDArray[np.bool_]:
    """[S, G] where the prices asked fit under the caps of a route."""
    fits: npt.NDArray[np.bool_] = (grid.apr_bp <= 10_000 * cap + 1e-6) & (
        grid.contract_bp <= 10_000 * contract_cap + 1e-6
    )
    return fits


def pull(lenders: list[Lender], segments: int, places: int) -> Floats:
    """[L, S, P, 2, 2] weight in the race for attention, by segment, region, country, online."""
    reach = floats(lender.state.reach for lender in lenders)
    serves = float_table((lender.serves for lender in lenders), segments)
    by_rural = float_table((np.array([1.0, lender.kind.rural]) for lender in lenders), 2)
    online = floats(lender.kind.online for lender in lenders)
    by_access = np.stack([1.0 - online, np.ones_like(online)], axis=-1)
    weight = reach[:, None] * serves
    by_people = weight[:, :, None, None] * by_rural[:, None, None, :]
    grid: Floats = by_people[..., None] * by_access[:, None, None, None, :]
    return np.repeat(grid, places, axis=2)


def posted_prices(lenders: list[Lender], segments: int) -> Ints:
    """[L, S] price that a shopper expects: the running price, moved by the segment's markup."""
    markup = float_table((lender.state.markup for lender in lenders), segments)
    recent = floats(lender.state.price_recent for lender in lenders)
    expected = recent[:, None] + markup - markup.mean(axis=1, keepdims=True)
    return np.maximum(1, np.rint(10_000 * expected)).astype(np.int64)


def line_caps(lenders: list[Lender], limits: Limits, segments: int) -> Ints:
    """[L, S] largest line in hundred yuan."""
    caps = (lender.line_cap(limits) * FEN_PER_YUAN / HUNDRED_YUAN for lender in lenders)
    hundreds = ints(min(MOST_LINE_HUNDRED, int(cap)) for cap in caps)
    return np.repeat(hundreds[:, None], segments, axis=1)
