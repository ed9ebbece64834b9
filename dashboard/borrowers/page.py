"""The page Borrowers, as the app knows it."""

from dashboard.borrowers import callbacks, layout
from dashboard.borrowers.texts import BorrowersText
from dashboard.page import Page

BORROWERS = Page("/borrowers", BorrowersText.NAME, layout.borrowers, callbacks.register)
