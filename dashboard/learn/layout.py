"""How the page Learn is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.learn.texts import LearnText
from dashboard.library import Library


def learn(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(LearnText.NAME, LearnText.ELSEWHERE, language)
