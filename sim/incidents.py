"""Operational events: outages, breaches and lost suppliers of data, by technology and size.

How often one comes depends on a firm's size and on the technology it has adopted. It costs money
and trust, may be fined, and the loss of a supplier blurs what the lender knows for some months. Of
the many firms of a fringe some are hit, and the fringe bears their part.
"""

from functools import lru_cache

import numpy as np

from agents.incident_parameters import INCIDENTS, REFERENCE_SIZE, DataLoss, Incident, Incidents
from agents.lender import Lender
from agents.messages import Floats
from agents.purposes import INCIDENT
from agents.technology_parameters import TECHNOLOGIES
from sim.abilities import adopted
from sim.columns import floats, ints
from sim.core.many_draws import blocks, units
from sim.core.random import poisson_quantile
from sim.ledger import Item, Sector
from sim.market import Event, Market

NAMES = {"outage": "outage", "breach": "data breach", "vendor_loss": "lost supplier of data"}

SHARE_TOLD = 0.05
"""Least part of a lender's firms hit at once of which an event is made: a fringe of thousands has
some outage every month."""


def incidents(market: Market, settings: Incidents, seed: int, month: int) -> None:
    """What befalls lenders in a month; what earlier months have left fades."""
    for lender in market.lenders:
        if lender.state.blur > 0.0:
            lender.state.blur *= 1.0 - 1.0 / settings.vendor_loss.months
    if not market.lenders:
        return
    mean = expected(market, settings)
    luck = luck_of_a_year(seed, market.identities, month // 12)
    drawn = luck[:, month % 12]
    revenue = market.revenue().tolist()
    sorts = settings.each()
    for number, place in np.argwhere(drawn > np.exp(-mean)).tolist():
        lender = market.lenders[number]
        hit = poisson_quantile(float(mean[number, place]), float(drawn[number, place]))
        share = min(1.0, hit / max(1, lender.state.firms))
        befall(market, lender, INCIDENTS[place], sorts[place], share * revenue[number], share)


def expected(market: Market, settings: Incidents) -> Floats:
    """[L, I] how many events of each sort lenders expect in a month, over all their firms."""
    sorts = settings.each()
    firms = market.firms_in_business()
    size = market.real_yuan(market.balances().astype(np.float64)) / np.maximum(1.0, firms)
    relative = np.maximum(1e-3, size / REFERENCE_SIZE)[:, None]
    rate = relative ** floats([x.size for x in sorts]) * floats([x.per_year for x in sorts]) / 12.0
    technology = adopted(market)
    for place, name in enumerate(TECHNOLOGIES):
        change = floats([x.technology.get(name, 0.0) for x in sorts])
        rate = rate * (1.0 + change * technology[:, place, None])
    mean: Floats = firms[:, None] * rate
    return mean


def befall(
    market: Market, lender: Lender, name: str, incident: Incident, revenue: float, share: float
) -> None:
    """One sort of event at part of a lender's firms.

    revenue : a month's of the firms hit, fen ; share : of the lender's firms hit
    """
    cost, fine = round(incident.cost * revenue), round(incident.fine * revenue)
    market.ledger.receive(lender.number, -cost, Sector.SUPPLIERS, Item.OPERATING)
    market.ledger.receive(lender.number, -fine, Sector.STATE, Item.FINE)
    lender.state.reach *= 1.0 - incident.trust * share
    blur = incident.blur if isinstance(incident, DataLoss) else 0.0
    lender.state.blur += blur * share
    if share < SHARE_TOLD:
        return
    told = f"{NAMES[name]}: costs {market.real_yuan(cost) / 1e6:,.0f} million yuan"
    told += f" and a fine of {market.real_yuan(fine) / 1e6:,.0f}" if fine else ""
    told += ", and trust" if incident.trust > 0.0 else ""
    told += "; data are worse for some months" if blur > 0.0 else ""
    market.events.append(
        Event("breach", lender.name, told, 0.0, market.real_yuan(float(cost + fine)))
    )


@lru_cache(maxsize=16)
def luck_of_a_year(seed: int, identities: tuple[int, ...], year: int) -> Floats:
    """[L, 12, I] luck with events of lenders in the months of a year, fractions.

    identities : [L] permanent ids ; year : since 2000
    """
    months = 12 * year + np.arange(12)
    words = blocks(seed, ints(identities)[:, None], months, INCIDENT, 0)
    return np.stack([units(word) for word in words[: len(INCIDENTS)]], axis=-1)
