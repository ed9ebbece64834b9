"""The charts of the page Market: what each shows, and by which measures.

A measure is a column of the market table (or a ratio that the charts derive from it); where a card
shows another table, it is the way in which that is grouped.
"""

from dataclasses import dataclass
from typing import Literal

from dashboard.catalogue import Catalogue
from dashboard.lorenz_figure import BY_BRAND, BY_HOLDER, BY_RISK
from dashboard.market.texts import MarketText

Drawing = Literal["lines", "shares", "vintages", "lorenz"]


@dataclass(frozen=True, slots=True)
class Card:
    """One chart with its choices.

    identity : in addresses and ids
    measures : what can be shown, the usual one first
    from_zero : whether the axis has to hold zero
    """

    identity: str
    title: Catalogue
    note: Catalogue
    drawing: Drawing
    measures: tuple[str, ...]
    from_zero: bool = True

    @property
    def is_dated(self) -> bool:
        """Whether its horizontal axis is time."""
        return self.drawing in ("lines", "shares")


BY_LENDER, BY_KIND = "lender", "kind"
COHORTS = "cohorts"

CARDS = (
    Card(
        "concentration",
        MarketText.CONCENTRATION,
        MarketText.CONCENTRATION_NOTE,
        "lines",
        ("hhi", "hhi_holder", "hhi_risk", "cr1", "cr3", "cr5", "cr10", "cr5_platform"),
    ),
    Card(
        "defaults",
        MarketText.DEFAULTS,
        MarketText.DEFAULTS_NOTE,
        "lines",
        ("default_rate_12m", "default_rate_1m", "dpd30_ratio", "dpd90_ratio", "npl_ratio"),
    ),
    Card("shares", MarketText.SHARES, MarketText.SHARES_NOTE, "shares", (BY_LENDER, BY_KIND)),
    Card("vintages", MarketText.VINTAGES, MarketText.VINTAGES_NOTE, "vintages", (COHORTS,)),
    Card(
        "prices",
        MarketText.PRICES,
        MarketText.PRICES_NOTE,
        "lines",
        ("apr_new", "apr_stock", "apr_contract_new"),
        from_zero=False,
    ),
    Card(
        "balances",
        MarketText.BALANCES,
        MarketText.BALANCES_NOTE,
        "lines",
        ("balance", "originations", "approval_rate", "unmet_demand", "multi3_share", "lenders"),
    ),
    Card(
        "lorenz",
        MarketText.LORENZ,
        MarketText.LORENZ_NOTE,
        "lorenz",
        (BY_BRAND, BY_HOLDER, BY_RISK),
    ),
)

BY_IDENTITY = {card.identity: card for card in CARDS}
