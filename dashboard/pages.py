"""All pages of the dashboard, in the order of the head: a new page is entered here alone."""

from dashboard.borrowers.page import BORROWERS
from dashboard.evidence.page import EVIDENCE
from dashboard.learn.page import LEARN
from dashboard.lenders.page import LENDERS
from dashboard.market.page import MARKET
from dashboard.page import Page
from dashboard.policy.page import POLICY
from dashboard.sweeps_page.page import SWEEPS
from dashboard.whatif.page import WHATIF

PAGES: tuple[Page, ...] = (
    MARKET,
    WHATIF,
    LENDERS,
    BORROWERS,
    SWEEPS,
    POLICY,
    EVIDENCE,
    LEARN,
)
