"""State guarantee funds: a part of lenders' losses on some loans is borne by a fund, for a fee.

While a scheme is in force the fund pays its part of what a loan of its licences and segments loses
when it is charged off: principal less what will be recovered, to whoever bears the loss. All loans
in scope are covered and pay, but those that were late when the scheme began, whose losses are left
out: nothing is paid before a loan could have gone all the way from good standing to charge-off.
A scheme that begins again after months without cover begins anew.

A budget is a hard bound for a calendar year. What is claimed beyond it is cut for all alike and
never made good, and lenders count on the fund less for it: they price, admit and provide for what
they expect to bear themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.limits import LICENCES
from agents.messages import (
    SEGMENT_D0,
    SEGMENT_D4,
    SEGMENT_LOST,
    SEGMENT_RECOVERED,
    Floats,
    Ints,
)
from agents.regulator_memory import GuaranteeAccount
from agents.routes import MILLION
from sim.columns import whole
from sim.core.months import Month
from sim.dated_rules import GuaranteeRule
from sim.ledger import Item, Sector, part_of, shared_out
from sim.market import Event, Market

MEMORY_MONTHS = 12.0
"""Months over which lenders remember what part of their claims was paid (assumption)."""


@dataclass(frozen=True)
class Cover:
    """What lenders expect of guarantee funds this month.

    share : [licences, S] part of a loss that the fund will bear
    fee : [licences, S] what it costs, fraction of the loan per year
    """

    share: Floats
    fee: Floats


def expected_cover(
    rules: Mapping[str, GuaranteeRule],
    accounts: Mapping[str, GuaranteeAccount],
    month: Month,
    lpr: float,
    segments: tuple[str, ...],
) -> Cover | None:
    """What lenders count on in a month; None where no scheme is in force."""
    share = np.zeros((len(LICENCES), len(segments)))
    fee = np.zeros_like(share)
    for name, rule in rules.items():
        level = rule.level_at(month, lpr, 0.0)
        reach = in_scope(rule, segments)
        share += reach * (level * accounts.get(name, GuaranteeAccount()).trust)
        fee += reach * (level * rule.fee)
    return Cover(share, fee) if share.any() or fee.any() else None


def in_scope(rule: GuaranteeRule, segments: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """[licences, S] whose loans a scheme covers."""
    bound = [[rule.binds(licence) and rule.reaches(s) for s in segments] for licence in LICENCES]
    return np.array(bound, dtype=bool).reshape(len(LICENCES), len(segments))


def book_guarantees(
    market: Market,
    rules: Mapping[str, GuaranteeRule],
    accounts: dict[str, GuaranteeAccount],
    counted: Ints,
    month: Month,
    lpr: float,
    segments: tuple[str, ...],
) -> list[Event]:
    """Pays this month's claims and takes the fees; returns what the event table should tell.

    accounts : by name of the scheme; a new year begins them anew
    counted : [R, S, SEGMENT_ITEMS] of both halves of the month
    """
    covered, cuts = np.zeros_like(market.ledger.buckets), []
    for name, rule in rules.items():
        account = accounts.setdefault(name, GuaranteeAccount())
        account.paid = account.fees = 0
        if month.month == 1:
            account.spent, account.used_up = 0, False
        level = rule.level_at(month, lpr, 0.0)
        if level == 0.0:
            continue
        reach = in_scope(rule, segments)[market.book.column("licence_number")]
        mine = (counted * reach[:, :, None]).sum(axis=1)
        elapsed, ppm = month - covered_since(rule, month, lpr), round(MILLION * level)
        claimed = pay_claims(market, rule, account, ppm, mine, elapsed)
        take_fees(market, rule, account, level, mine)
        covered += still_to_lose(market, mine, elapsed, round(ppm * account.trust))
        if account.paid < claimed and not account.used_up:
            account.used_up = True
            cuts.append(cut_short(market, name, rule, claimed, account))
    market.ledger.covered = covered
    return cuts


def covered_since(rule: GuaranteeRule, month: Month, lpr: float) -> Month:
    """When a scheme that covers something in a month began to, for the last time."""
    began, ended = month, None
    for start, step in rule.steps.items():
        if start > month:
            break
        if step.value(lpr) == 0.0:
            ended = ended or Month(start + step.phase_in_months)  # the first month without cover
        else:
            if began == month or (ended is not None and ended < start):
                began = start
            ended = None
    return began


def pay_claims(
    market: Market,
    rule: GuaranteeRule,
    account: GuaranteeAccount,
    ppm: int,
    mine: Ints,
    elapsed: int,
) -> int:
    """Pays lenders the fund's part of the month's losses, within the budget; returns the claims.

    ppm : part of a loss that the fund bears, per million
    mine : [R, SEGMENT_ITEMS] of the loans in scope ; elapsed : months since the scheme began
    """
    ledger, book = market.ledger, market.book
    lost = mine[:, SEGMENT_LOST] - mine[:, SEGMENT_RECOVERED]
    whole_way = charge_off_months(market) - 1 <= elapsed
    claims = part_of(ledger.held(book, np.where(whole_way, lost, 0)), ppm)
    claimed, paid = int(claims.sum()), claims
    if rule.budget is not None:
        left = max(0, market.sample_fen(rule.budget) - account.spent)
        if claimed > left:
            paid = shared_out(np.array([left]), claims[None, :])[0]
    ledger.receive_all(paid, Sector.GUARANTEE_FUND, Item.COVER_PAID)
    account.paid = int(paid.sum())
    account.spent += account.paid
    if claimed > 0:
        account.trust += (account.paid / claimed - account.trust) / MEMORY_MONTHS
    return claimed


def take_fees(
    market: Market, rule: GuaranteeRule, account: GuaranteeAccount, level: float, mine: Ints
) -> None:
    """Who bears the risk of a loan that is not in default pays for what the fund would bear."""
    ledger = market.ledger
    alive = mine[:, SEGMENT_D0:SEGMENT_D4].sum(axis=1)
    fees = whole(rule.fee / 12 * level * ledger.at_risk(market.book, alive))
    ledger.receive_all(-fees, Sector.GUARANTEE_FUND, Item.COVER_FEE)
    account.fees = int(fees.sum())


def still_to_lose(market: Market, mine: Ints, elapsed: int, ppm: int) -> Ints:
    """[R, 5] principal by missed count whose loss lenders expect the fund to bear.

    ppm : part of a loss that it will bear, per million ; elapsed : months since the scheme began
    """
    late = np.arange(SEGMENT_D4 - SEGMENT_D0)[None, :] <= elapsed + 1
    bad = charge_off_months(market)[:, None] - 2 <= elapsed
    late = np.broadcast_to(late, (len(mine), SEGMENT_D4 - SEGMENT_D0))
    since = np.hstack([late, bad])
    principal = mine[:, SEGMENT_D0 : SEGMENT_D4 + 1]
    return np.where(since, part_of(principal, ppm), 0)


def charge_off_months(market: Market) -> Floats:
    """[R] missed count at which loans of a route are charged off."""
    return market.of_kinds("charge_off_months")[market.book.column("brand")]


def cut_short(
    market: Market, name: str, rule: GuaranteeRule, claimed: int, account: GuaranteeAccount
) -> Event:
    """What tells that a budget no longer covers the claims; yuan of the month."""
    text = f"state loan guarantee, {name.replace('_', ' ')}: cut, the year's budget of "
    text += f"{(rule.budget or 0.0) / 1e9:,.2f} billion yuan runs out"
    before, after = market.real_yuan(claimed), market.real_yuan(account.paid)
    return Event("policy", "regulator", text, before, after)
