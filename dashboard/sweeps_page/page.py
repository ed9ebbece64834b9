"""The page Sweeps, as the app knows it."""

from dashboard.page import Page
from dashboard.sweeps_page import layout
from dashboard.sweeps_page.texts import SweepsText

SWEEPS = Page("/sweeps", SweepsText.NAME, layout.sweeps)
