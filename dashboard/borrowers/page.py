"""The page Borrowers, as the app knows it."""

from collections.abc import Mapping
from typing import Any

import dash

from dashboard.borrowers import callbacks, layout
from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Language
from dashboard.library import Library
from dashboard.page import Page
from dashboard.questions import shared_questions


def _layout(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return layout.borrowers(library, shared_questions(), query, language, scheme)


def _register(app: dash.Dash, library: Library) -> None:
    """Connects the page."""
    callbacks.register(app, library, shared_questions())


BORROWERS = Page("/borrowers", BorrowersText.NAME, _layout, _register)
