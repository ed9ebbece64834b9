"""How the page Lenders is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.lenders.texts import LendersText
from dashboard.library import Library


def lenders(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(LendersText.NAME, LendersText.ELSEWHERE, language)
