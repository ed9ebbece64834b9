"""The page Learn, as the app knows it."""

from dashboard.learn import callbacks, layout
from dashboard.learn.texts import LearnText
from dashboard.page import Page

LEARN = Page("/learn", LearnText.NAME, layout.learn, callbacks.register)
