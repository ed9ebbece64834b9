"""The small charts of a lender's screen: what each shows."""

from dataclasses import dataclass

from dashboard.catalogue import Catalogue
from dashboard.lender_months import SOURCES
from dashboard.lenders.texts import LendersText


@dataclass(frozen=True, slots=True)
class FirmCard:
    """One line chart.

    column : what it shows of every lender ; beside : thin lines that it has for one lender alone
    branded : whether it means something only for who lends under a brand
    """

    identity: str
    title: Catalogue
    note: Catalogue
    column: str
    beside: tuple[str, ...] = ()
    branded: bool = True
    from_zero: bool = True


CARDS = (
    FirmCard("share", LendersText.SHARE, LendersText.SHARE_NOTE, "brand_share"),
    FirmCard("price", LendersText.PRICE, LendersText.PRICE_NOTE, "apr_new", from_zero=False),
    FirmCard("markup", LendersText.MARKUP, LendersText.MARKUP_NOTE, "markup"),
    FirmCard("approvals", LendersText.APPROVALS, LendersText.APPROVALS_NOTE, "approval_rate"),
    FirmCard("late", LendersText.LATE, LendersText.LATE_NOTE, "dpd90_ratio"),
    FirmCard("auc", LendersText.AUC, LendersText.AUC_NOTE, "auc", from_zero=False),
    FirmCard(
        "calibration",
        LendersText.CALIBRATION,
        LendersText.CALIBRATION_NOTE,
        "calibration_slope",
        from_zero=False,
    ),
    FirmCard("lending", LendersText.LENDING, LendersText.LENDING_NOTE, "originations"),
    FirmCard("users", LendersText.USERS, LendersText.USERS_NOTE, "users"),
    FirmCard(
        "cost",
        LendersText.COST,
        LendersText.COST_NOTE,
        "funding_cost",
        tuple(f"{name}_rate" for name in SOURCES),
        branded=False,
        from_zero=False,
    ),
    FirmCard(
        "capital",
        LendersText.CAPITAL,
        LendersText.CAPITAL_NOTE,
        "leverage",
        ("leverage_limit", "leverage_at_risk"),
        branded=False,
    ),
    FirmCard(
        "return", LendersText.RETURN, LendersText.RETURN_NOTE, "return_on_equity", branded=False
    ),
)
