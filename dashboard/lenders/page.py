"""The page Lenders, as the app knows it."""

from dashboard.lenders import callbacks, layout
from dashboard.lenders.texts import LendersText
from dashboard.page import Page

LENDERS = Page("/lenders", LendersText.NAME, layout.lenders, callbacks.register)
