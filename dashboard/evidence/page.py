"""The page Evidence, as the app knows it."""

from dashboard.evidence import layout
from dashboard.evidence.texts import EvidenceText
from dashboard.page import Page

EVIDENCE = Page("/evidence", EvidenceText.NAME, layout.evidence)
