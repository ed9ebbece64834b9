"""What all lenders decide and learn by one rule, each from its own books: for many at once.

A rule of a few numbers costs thirty times more taken lender by lender than in columns, and lenders
take dozens of them a month. What a lender decides in words stands in agents/lender.py.

L lenders, S segments, G grades; every function takes the lenders that it is about.
"""

from collections.abc import Sequence

import numpy as np

from agents.lender import (
    ANSWER_SPEED,
    BAD_TO_LOSS,
    CALIBRATION_RANGE,
    EXPOSURE,
    LGD,
    MARKUP_RANGE,
    MEMORY,
    RELATION_YEARS,
    Lender,
    annual_loss,
    share_won,
)
from agents.messages import Floats
from agents.pricing import LOAN_LIFE, SCORE_HORIZON, break_even_apr, target_markup
from agents.scorecard import GRADE_PD, bad_rates_seen, stacked
from agents.strategy_names import NONE

RECENT = 0.25
"""Weight of the newest month in what a lender knows of those whom it meets (assumption): prices
of rivals are seen as they are, so that less has to be averaged than of luck in contests."""

LEAST_BALANCE = 1_000.0
"""Yuan over which the cost of winning a customer is spread at least (assumption)."""

# --- prices and lines ----------------------------------------------------------------------------


def calibrations(lenders: Sequence[Lender]) -> Floats:
    """[L] loss per bad loan against the assumed one: what grades understate, within bounds.

    The scorecard itself already learns how many loans go bad; this is only what a bad loan
    goes on to cost, so that a shrinking book does not look riskier than it is.
    """
    realised = np.array([lender.state.realised for lender in lenders])
    expected = np.array([lender.state.expected for lender in lenders])
    bounded: Floats = (realised / np.maximum(1e-6, expected)).clip(*CALIBRATION_RANGE)
    return bounded


def grade_risks(calibration: Floats) -> Floats:
    """[L, G] chance of going bad within six months that lenders expect of each grade.

    calibration : [L] see `calibrations`
    """
    risk: Floats = np.minimum(0.95, calibration[:, None] * GRADE_PD)
    return risk


def break_evens(
    lenders: Sequence[Lender],
    calibration: Floats,
    operating: Floats,
    cost_of_money: Floats,
    mean_balance: Floats,
) -> Floats:
    """[L, G] all-in rate at which each grade covers its costs.

    calibration : [L] see `calibrations`
    operating : [L] running cost, fraction of balance per year
    cost_of_money : [L] fraction per year, over a lender's mix of routes
    mean_balance : [L] yuan an average customer owes
    """
    return break_even_apr(
        cost_of_money[:, None],
        operating[:, None],
        winning_costs(lenders, mean_balance)[:, None],
        default_chances(calibration),
        EXPOSURE,
        LGD,
        LOAN_LIFE,
    )


def winning_costs(lenders: Sequence[Lender], mean_balance: Floats) -> Floats:
    """[L] cost of winning customers over what they owe while they stay, fraction per year.

    mean_balance : [L] yuan an average customer owes
    """
    acquisition = np.array([lender.kind.acquisition for lender in lenders])
    winning: Floats = acquisition / np.maximum(LEAST_BALANCE, mean_balance) / RELATION_YEARS
    return winning


def default_chances(calibration: Floats) -> Floats:
    """[L, G] chance of charge-off over the life of a draw that lenders expect of each grade.

    calibration : [L] see `calibrations`
    """
    scale = calibration * BAD_TO_LOSS * LOAN_LIFE / SCORE_HORIZON
    chances: Floats = np.minimum(0.95, scale[:, None] * GRADE_PD)
    return chances


def expected_losses(calibration: Floats) -> Floats:
    """[L, G] loss that lenders expect of each grade, fraction of balance per year; in break-even.

    calibration : [L] see `calibrations`
    """
    return default_chances(calibration) * (EXPOSURE * LGD / LOAN_LIFE)


def worst_risks(lenders: Sequence[Lender], segments: int) -> Floats:
    """[L, S] chance of going bad in six months beyond which each lender refuses."""
    usual = np.array([lender.kind.worst_risk for lender in lenders], dtype=np.float64)
    found = np.repeat(usual[:, None], segments, axis=1)
    for row, lender in enumerate(lenders):
        if lender.state.stance.strategy != NONE:
            found[row] = lender.worst_risks()
    return found


def line_shares(lenders: Sequence[Lender], calibration: Floats, worst: Floats) -> Floats:
    """[L, G] part of the affordable line that each grade gets: 1 - PD / PDmax.

    calibration : [L] see `calibrations` ; worst : [L, S] see `worst_risks`
    """
    scale = calibration / np.maximum(1e-6, worst.max(axis=1, initial=0.0))
    shares = np.maximum(0.0, 1.0 - 0.8 * np.minimum(1.0, scale[:, None] * GRADE_PD))
    scaled: Floats = shares * np.array([lender.state.line_scale for lender in lenders])[:, None]
    return scaled


# --- learning ------------------------------------------------------------------------------------


def learn_losses(lenders: Sequence[Lender], realised: Floats) -> None:
    """Takes in a month's loss, and what the scorecards now expect it to be.

    realised : [L] fraction of balance per year
    """
    implied = annual_loss(bad_rates_seen([x.state.scorecard for x in lenders]), LGD)
    for lender, lost, due in zip(lenders, realised.tolist(), implied.tolist(), strict=True):
        state = lender.state
        state.realised += MEMORY * (lost - state.realised)
        state.expected += MEMORY * (due - state.expected)


def watch_rivals(
    lenders: Sequence[Lender], contested: Floats, won: Floats, contests: Floats
) -> None:
    """Updates running counts of contests, of those won, and of whom it met there.

    contested, won : [L, S] this month's ; contests : [L, S, 4] see `LenderState`
    """
    states, seen = [lender.state for lender in lenders], np.stack([contested, won])
    running = [x.contested for x in states] + [x.won for x in states]
    before = stacked(running, contested.shape[1]).reshape(seen.shape)
    after = before + MEMORY * (seen - before)
    lately = stacked([x.contests for x in states], *contests.shape[1:])
    lately += RECENT * (contests - lately)
    for state, all_contested, all_won, met in zip(states, *after, lately, strict=True):
        state.contested, state.won, state.contests = all_contested, all_won, met


def usual_markups(lenders: Sequence[Lender]) -> Floats:
    """[L, S] markups that the common rule aims at, fraction per year."""
    states, many = [lender.state for lender in lenders], len(lenders[0].segments)
    conduct = stacked([x.conduct for x in states], many)
    contested = stacked([x.contested for x in states], many)
    won = stacked([x.won for x in states], many)
    sensitivity = np.array([lender.kind.price_sensitivity for lender in lenders])[:, None]
    return target_markup(conduct, sensitivity, share_won(contested, won))


def move_markups(
    lenders: Sequence[Lender], usual: Floats, speed: float, answers: Floats | float = 0.0
) -> None:
    """Moves each segment's markup a step towards its target: the usual one, or a strategy's.

    The answer to rivals is a part of the markup that moves faster; who has a target of its own
    gives none.

    usual : [L, S] see `usual_markups` ; speed : part of the distance closed in a month, where no
        strategy has another ; answers : [L, S] wanted, see sim/rivalry.py
    """
    if not lenders:
        return
    states = [lender.state for lender in lenders]
    target, speeds = usual.copy(), np.full((len(lenders), 1), speed)
    wanted = np.broadcast_to(answers, target.shape).copy()
    for row, state in enumerate(states):
        if state.stance.target is not None:
            target[row], wanted[row] = state.stance.target, 0.0
        if state.stance.speed is not None:
            speeds[row] = state.stance.speed
    markup = stacked([x.markup for x in states], usual.shape[1])
    answer = stacked([x.answer for x in states], usual.shape[1])
    alone = markup - answer
    alone = (alone + speeds * (target - alone)).clip(*MARKUP_RANGE)
    moved = (alone + answer + ANSWER_SPEED * (wanted - answer)).clip(*MARKUP_RANGE)
    for state, new, given in zip(states, moved, moved - alone, strict=True):
        state.markup, state.answer = new, given


def rivals_prices(posted: Floats, met: Floats) -> Floats:
    """[L, S] mean price posted by the other lenders that contest a segment; its own if none does.

    posted : [L, S] fraction per year ; met : [L, S] how often a lender's offers meet others
    """
    # In order of size, so that the sums do not depend on the order of lenders.
    priced = met * posted
    others = np.sort(met, axis=0).sum(axis=0) - met
    priced = np.sort(priced, axis=0).sum(axis=0) - priced
    return np.divide(priced, others, out=posted.copy(), where=others > 1e-9)
