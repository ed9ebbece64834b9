"""The page Market, as the app knows it."""

from dashboard.market import callbacks, layout
from dashboard.market.texts import MarketText
from dashboard.page import Page

MARKET = Page("/", MarketText.NAME, layout.market, callbacks.register)
