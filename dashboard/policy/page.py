"""The page Policy, as the app knows it."""

from collections.abc import Mapping
from typing import Any

import dash

from dashboard.catalogue import Language
from dashboard.library import Library
from dashboard.page import Page
from dashboard.policy import callbacks, layout
from dashboard.policy.texts import PolicyText
from dashboard.questions import shared_questions


def _layout(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return layout.policy(library, shared_questions(), query, language, scheme)


def _register(app: dash.Dash, library: Library) -> None:
    """Connects the page."""
    callbacks.register(app, library, shared_questions())


POLICY = Page("/policy", PolicyText.NAME, _layout, _register)
