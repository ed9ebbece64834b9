"""What a loan costs, what is asked for it, and whether it is offered at all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.messages import CAP, RISK, SERVED, Floats, Ints
from sim.core.rule import rule

LOAN_LIFE = 0.41
"""Mean life in years of a yuan drawn on a ten-month amortising loan (arithmetic)."""

SCORE_HORIZON = 0.5
"""Years over which the score's probability of going bad is defined."""


@rule
def break_even_apr[N: (float, Floats)](
    funding: N,
    operating: N,
    acquisition: N,
    default_probability: N,
    exposure: float,
    loss_given_default: float,
    life: float,
) -> N:
    """All-in annual rate at which a drawn yuan just covers its costs; for one grade or for many.

    funding, operating, acquisition : fraction of balance per year
    default_probability : probability of charge-off over the life [0, 1)
    exposure : share of the draw outstanding at default [0, 1]
    loss_given_default : fraction of the exposure lost [0, 1]
    life : mean life of a drawn yuan, years
    """
    expected_loss = default_probability * exposure * loss_given_default
    return funding + operating + acquisition + expected_loss / life


def target_markup(conduct: Floats, sensitivity: Floats | float, share_won: Floats) -> Floats:
    """[..., S] markup over break-even at which a price change no longer pays, fraction per year.

    The first-order condition of a firm whose contested offers are won with probability
    `share_won`, logistic in price with slope `sensitivity`: 1 / (sensitivity (1 - share won)),
    times `conduct` (1: Bertrand with taste; below: tougher, above: softer competition).
    """
    return conduct / (sensitivity * (1.0 - np.minimum(0.9, share_won)))


@dataclass(frozen=True)
class PriceGrid:
    """Offers by segment and grade, of one lender or of many.

    apr_bp : [..., S, G] all-in price, 0 where refused
    contract_bp : [..., S, G]
    refusal : [..., S, G] RISK or CAP where refused, SERVED elsewhere
    """

    apr_bp: Ints
    contract_bp: Ints
    refusal: Ints


def price_grid(
    break_even: Floats,
    markup: Floats,
    cap: Floats | float,
    contract_cap: Floats | float,
    fee_share: Floats | float,
    least_margin: Floats | float,
    refused: npt.NDArray[np.bool_],
) -> PriceGrid:
    """Prices grades and rations what does not pay under the cap: for one lender, or for many.

    What has one value a lender has its shape; what has more axes for its segments or grades has
    them last.

    break_even : [..., 1 or S, G] all-in rate at which each grade covers its costs
    markup : [..., S]
    cap, contract_cap : ceilings on all-in and contract rate, fraction per year
    fee_share : part of the price charged as fees outside the contract rate
    least_margin : a grade is served only if break-even plus this fits under the cap
    refused : [..., S, G] whom a lender will not serve at any price
    """

    def each(of_lender: Floats | float) -> Floats:
        return np.asarray(of_lender)[..., None, None]

    cost = break_even
    wanted = cost + markup[..., :, None]
    pays = cost + each(least_margin) <= each(cap)
    refusal = np.where(refused, RISK, np.where(pays, SERVED, CAP))
    refusal = np.broadcast_to(refusal, np.broadcast_shapes(refusal.shape, wanted.shape))
    asked = np.floor(10_000.0 * np.minimum(wanted, each(cap)) + 1e-9)
    apr = np.where(refusal == SERVED, np.maximum(1.0, asked), 0.0)
    ceiling = np.floor(10_000.0 * each(contract_cap) + 1e-9)
    contract = np.minimum(np.rint(apr * (1.0 - each(fee_share))), ceiling)
    return PriceGrid(apr.astype(np.int64), contract.astype(np.int64), refusal.astype(np.int64))
