"""Partners' trust: banks that fund a brand's loans look at what these lose, and at the brand.

A partner bears losses of loans that nobody guarantees, and has a guarantor's word for the others.
It takes on less of a brand whose losses have risen beyond those at the opening, or whom wholesale
funders distrust: partners are banks as they are. A loan that moves to a partner's route at face
asks for the same trust, so that a brand in distress cannot hand its old loans over. L lenders.
"""

import numpy as np

from agents.funders import trust
from agents.funding_parameters import SOURCES, WHOLESALE, FundingSection
from agents.lender import MEMORY
from agents.messages import Floats
from sim.columns import floats
from sim.market import Event, Market

WITHDRAWN = 0.5
"""Part of what is asked of partners below which the event table says that they withdraw
(definition)."""

MOST_GROWTH = 4.0
"""Growth over the mean of a year beyond which partners make no further allowance (assumption)."""


def watch_brands(market: Market, section: FundingSection) -> None:
    """Partners take in a month-end: what each brand's loans lose and what its funders think."""
    if section.partner_losses == 0.0:
        return
    remember_balances(market)
    found = partners_trust(market, section)
    for lender, now in zip(market.lenders, found.tolist(), strict=True):
        before, lender.state.partners_trust = lender.state.partners_trust, now
        if before >= WITHDRAWN > now and market.partners[lender.number]:
            text = (
                f"partners that fund its loans withdraw: these lose {lender.state.realised:.1%} a "
                f"year, {lender.state.norms.loss:.1%} at the opening; they fund {now:.0%} of what "
                "is asked"
            )
            market.events.append(Event("run", lender.name, text, before, now))


def remember_balances(market: Market) -> None:
    """Takes in a month-end's balances; what stands at a month-end was lent over the year before."""
    for lender, now in zip(market.lenders, market.balances().tolist(), strict=True):
        state = lender.state
        if state.usual_balance > 0.0:
            now = state.usual_balance + MEMORY * (now - state.usual_balance)
        state.usual_balance = float(now)


def partners_trust(market: Market, section: FundingSection) -> Floats:
    """[L] part of what each brand asks of partners that they fund; 1 without a level to compare.

    Losses are laid on the balance from which they come, the year's mean: new loans do not lose
    yet, so a growing book would look better than it is, and a shrinking one worse.
    """
    loss = floats([lender.state.realised for lender in market.lenders])
    before = np.maximum(1.0, floats([lender.state.usual_balance for lender in market.lenders]))
    loss = loss * np.clip(market.balances() / before, 0.0, MOST_GROWTH)
    usual = floats([lender.state.norms.loss for lender in market.lenders])
    rise = np.divide(loss, usual, out=np.ones(len(loss)), where=usual > 0.0) - 1.0
    against = np.zeros((len(loss), len(SOURCES)))
    against[:, WHOLESALE] = market.mood.distrust[:, WHOLESALE]
    against[:, WHOLESALE] += section.partner_losses * np.maximum(0.0, rise)
    found: Floats = trust(market.funding, against)[:, WHOLESALE]
    return np.where(usual > 0.0, found, 1.0)


def trust_of_all(market: Market) -> Floats:
    """[L] the least part of their money that funders, by its mix, or partners leave with each."""
    mix = market.funding.mix
    funders = (trust(market.funding, market.mood.distrust) * mix).sum(axis=1)
    partners = floats(
        [
            lender.state.partners_trust if market.partners[lender.number] else 1.0
            for lender in market.lenders
        ]
    )
    found: Floats = np.minimum(funders, partners)
    return found
