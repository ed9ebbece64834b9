"""How lenders answer each other: entry threat, rivals' prices, lost shares, what marketing brings.

All is measured from the opening, whose prices and sizes are those at which lenders had come to rest
with their rivals and their would-be rivals (`take_down_opening`). So a market in which nothing
changes answers nothing, and conduct is inferred as before (agents/lender.py `infer_conduct`).
L brands that are open, S segments.
"""

import math
from typing import NamedTuple

import numpy as np

from agents.lender import LGD, Lender, annual_loss
from agents.lenders import RECENT, rivals_prices, usual_markups
from agents.limits import Limits
from agents.messages import Floats
from agents.rivalry_parameters import Rivalry
from agents.strategy import TRUCE
from agents.strategy_names import NONE
from sim.bookkeeping import wanted_capital
from sim.columns import float_table, floats, ints
from sim.ledger import Account
from sim.market import Market
from sim.structure import NORMAL_RETURN, return_on_equity
from sim.terms import posted_prices

KNOWN_REQUESTS = 50_000.0
KNOWN_BY_FIRM = 50.0
"""Real requests lost, and of a fringe those lost by each firm, that tell half of what there is to
tell of rivals' prices (assumption). They scale with the sample, so that a small one learns as fast
as a large one."""

MOST_PRESSURE = 0.7
"""Bound on the log change of a markup through entry threat (assumption)."""

SHARE_OF_LUCK = 0.1
"""Part of its opening share that a lender loses without answering (assumption)."""

LEAST_EARNING = 0.005
"""Earnings on a new yuan below which marketing falls no further, fraction per year (assumption)."""

MARKETING_SPEED = 0.1
MARKETING_RANGE = (0.25, 2.0)
"""Part of the distance to the wanted marketing closed in a month, and bounds of marketing as a
share of revenue, times the opening one (assumptions)."""


def own_prices(brands: list[Lender]) -> Floats:
    """[L, S] prices that brands post, fraction per year."""
    markup = float_table([lender.state.markup for lender in brands], len(brands[0].segments))
    posted: Floats = posted_prices(brands, markup) / 10_000.0
    return posted


def prices_met(market: Market, brands: list[Lender]) -> tuple[Floats, Floats]:
    """[L, S] prices that brands post, and those of the rivals that each meets, as often as it does.

    Who has met few takes the mean of all who contest the segment for as much as it does not know.
    """
    own, segments = own_prices(brands), len(brands[0].segments)
    served = float_table([lender.serves for lender in brands], segments) > 0.0
    contested = float_table([lender.state.contested for lender in brands], segments) * served
    _, _, met, asked = lately(brands)
    least = known_requests(market, brands)
    rivals = (asked / 10_000.0 + least * rivals_prices(own, contested)) / (met + least)
    return own, rivals


def lately(brands: list[Lender]) -> Floats:
    """[4, L, S] what each brand knows of contests, as sums over the months that it remembers."""
    table = float_table([x.state.contests for x in brands], len(brands[0].segments), 4)
    found: Floats = np.moveaxis(table, 2, 0) / RECENT
    return found


def known_requests(market: Market, brands: list[Lender]) -> Floats:
    """[L, 1] simulated requests that tell a brand half of what there is to tell of rivals."""
    firms = floats([lender.state.firms for lender in brands])
    found: Floats = np.maximum(KNOWN_REQUESTS, KNOWN_BY_FIRM * firms)[:, None] / market.weight
    return found


def capital_to_need(market: Market) -> Floats:
    """[lenders] equity over what loans held or at risk need at the target leverage; 9 if none."""
    equity = market.ledger.accounts[:, Account.EQUITY].astype(np.float64)
    needed = wanted_capital(market)
    return np.divide(equity, needed, out=np.full(len(equity), 9.0), where=needed > 0.0)


def earnings_on_new(brands: list[Lender]) -> Floats:
    """[L] markup over break-even on a new yuan, over the segments by fit, fraction per year."""
    segments = len(brands[0].segments)
    fit = float_table([lender.serves for lender in brands], segments)
    markup = float_table([lender.state.markup for lender in brands], segments)
    earned: Floats = (fit * markup).sum(axis=1) / np.maximum(1e-9, fit.sum(axis=1))
    return earned


def shares(market: Market, brands: list[Lender]) -> Floats:
    """[L] part of all balances under each brand."""
    balances = market.balances()
    found: Floats = balances[ints([x.number for x in brands])] / max(1, int(balances.sum()))
    return found


def take_down_opening(market: Market, limits: Limits) -> None:
    """Notes what everybody's answers are measured from, at the end of the burn-in."""
    brands = [x for x in market.lenders if x.is_brand and x.state.status == "open"]
    if brands:
        take_down(market, brands, brands, limits)


def take_down(
    market: Market, brands: list[Lender], newcomers: list[Lender], limits: Limits
) -> None:
    """Notes it for some of the brands: for all at the opening, for who enters later then."""
    own, share, earned = own_prices(brands), shares(market, brands), earnings_on_new(brands)
    for row, lender in enumerate(brands):
        if lender not in newcomers:
            continue
        norms = lender.state.norms
        norms.price = own[row]
        norms.share, norms.earning = float(share[row]), float(earned[row])
        equity = max(1, market.sample_fen(lender.setup.equity))
        norms.excess = excess_return(min(1.0, 12.0 * norms.profit / equity))
        norms.openness = limits.openness[lender.licence]
        norms.loss = max(lender.state.realised, annual_loss(lender.kind.bad_rate, LGD))


def excess_return(earned: float) -> float:
    """What of a return on equity is above a normal one; never negative."""
    return max(0.0, earned - NORMAL_RETURN)


class MarkupAnswers(NamedTuple):
    """[L, S] what makes up the markups aimed at, fraction per year; they add up to them.

    usual : by the first-order condition ; entry : through would-be entrants
    rivals : through prices of those to whom requests are lost, which are answered faster
    defence : for a share that was lost
    """

    usual: Floats
    entry: Floats
    rivals: Floats
    defence: Floats

    @property
    def alone(self) -> Floats:
        """[L, S] what is aimed at without the answer to rivals' prices."""
        found: Floats = self.usual + self.entry + self.defence
        return found


def answered_markups(
    market: Market, brands: list[Lender], limits: Limits, rivalry: Rivalry
) -> Floats:
    """[L, S] markups aimed at: the first-order condition, and what has changed around it."""
    usual, entry, rivals, defence = markup_answers(market, brands, limits, rivalry)
    found: Floats = usual + entry + rivals + defence
    return found


def markup_answers(
    market: Market, brands: list[Lender], limits: Limits, rivalry: Rivalry
) -> MarkupAnswers:
    """The same, part by part."""
    usual = usual_markups(brands)
    log_press = np.clip(
        rivalry.entry_threat * threats(market, brands, limits), -MOST_PRESSURE, MOST_PRESSURE
    )
    entry = np.expm1(-log_press)[:, None] * np.abs(usual)
    lost = rivalry.share_defence * lost_shares(market, brands)
    rivals = answers_to_prices(market, brands, rivalry)
    return MarkupAnswers(usual, entry, rivals, np.broadcast_to(-lost[:, None], usual.shape))


def answers_to_prices(market: Market, brands: list[Lender], rivalry: Rivalry) -> Floats:
    """[L, S] part of the markup with which each wants to answer those to whom it loses requests.

    What they ask has risen or fallen since the opening; of what is beyond the change of its own
    price (without its answer, so that it does not chase itself) it makes good a part. Who loses few
    requests knows little. Downwards it goes as far as it can pay for: with capital for the loans
    that it would win, and not below cost.
    """
    segments = len(brands[0].segments)
    if rivalry.price_response == 0.0:
        return np.zeros((len(brands), segments))
    lost, risen, _, _ = lately(brands)
    theirs = np.divide(risen, lost, out=np.zeros_like(lost), where=lost > 1e-9) / 10_000.0
    known = lost / (lost + known_requests(market, brands))
    markup, answer, opening = (
        float_table(rows, segments)
        for rows in (
            [x.state.markup for x in brands],
            [x.state.answer for x in brands],
            [x.state.norms.price for x in brands],
        )
    )
    shown = floats([x.state.answer_shown for x in brands])[:, None]
    shown = shown + answer - answer.mean(axis=1, keepdims=True)
    alone = own_prices(brands) - opening - shown
    wanted = rivalry.price_response * known * (theirs - alone)
    capital = capital_to_need(market)[ints([lender.number for lender in brands])]
    able = np.clip((capital - TRUCE) / (1.0 - TRUCE), 0.0, 1.0)[:, None]
    lowest = -np.maximum(0.0, markup - answer)
    found: Floats = np.where(wanted < 0.0, np.maximum(lowest, wanted) * able, wanted)
    return found


def threats(market: Market, brands: list[Lender], limits: Limits) -> Floats:
    """[L] openness of the licence times excess return on equity, now less at the opening."""
    found = []
    for lender in brands:
        norms = lender.state.norms
        known = len(lender.state.profit_year) == 12
        now = excess_return(return_on_equity(market, lender)) if known else norms.excess
        found.append(limits.openness[lender.licence] * now - norms.openness * norms.excess)
    return floats(found)


def lost_shares(market: Market, brands: list[Lender]) -> Floats:
    """[L] part of the opening share lost beyond luck; 0 for who has no capital to spare."""
    before = floats([lender.state.norms.share for lender in brands])
    lost = (before - shares(market, brands)) / np.maximum(1e-9, before) - SHARE_OF_LUCK
    able = capital_to_need(market)[ints([lender.number for lender in brands])] >= TRUCE
    found: Floats = np.where(able & (before > 0.0), np.maximum(0.0, lost), 0.0)
    return found


def move_marketing(brands: list[Lender], rivalry: Rivalry, admitted: Floats) -> None:
    """Moves marketing, as a share of revenue, towards what a new customer is worth.

    admitted : [lenders] part of last month's requests, by brand, that was paid out
    """
    if rivalry.marketing_response == 0.0:
        return
    before = floats([lender.state.norms.earning for lender in brands])
    worth = np.maximum(LEAST_EARNING, earnings_on_new(brands)) / np.maximum(LEAST_EARNING, before)
    campaign = np.array([lender.state.stance.strategy != NONE for lender in brands], dtype=bool)
    worth = np.where(campaign, 1.0, worth)  # a strategy says itself how loud it is
    served = admitted[ints([lender.number for lender in brands])]
    wanted = np.clip(worth**rivalry.marketing_response * served, *MARKETING_RANGE)
    for lender, level in zip(brands, wanted.tolist(), strict=True):
        lender.state.marketing += MARKETING_SPEED * (level - lender.state.marketing)


def level_reach(brands: list[Lender], rivalry: Rivalry) -> None:
    """Moves the reach to which each brand returns towards the mean of its kind.

    Its reach of now stays, so that nothing jumps; what is moved is what it decays to.
    """
    if rivalry.levelling == 0.0:
        return
    step = -np.expm1(-rivalry.levelling / 12.0)
    by_kind: dict[str, list[Lender]] = {}
    for lender in brands:
        by_kind.setdefault(lender.setup.kind, []).append(lender)
    for alike in by_kind.values():
        mean = math.fsum(lender.state.reach_start for lender in alike) / len(alike)
        for lender in alike:
            lender.state.reach_start += float(step) * (mean - lender.state.reach_start)
