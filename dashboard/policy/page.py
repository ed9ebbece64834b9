"""The page Policy, as the app knows it."""

from dashboard.page import Page
from dashboard.policy import layout
from dashboard.policy.texts import PolicyText

POLICY = Page("/policy", PolicyText.NAME, layout.policy)
