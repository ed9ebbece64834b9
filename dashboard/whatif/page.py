"""The page What-if, as the app knows it."""

from dashboard.page import Page
from dashboard.whatif import callbacks, layout
from dashboard.whatif.texts import WhatIfText

WHATIF = Page("/what-if", WhatIfText.NAME, layout.what_if, callbacks.register)
