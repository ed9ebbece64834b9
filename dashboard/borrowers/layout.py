"""How the page Borrowers is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.borrowers.texts import BorrowersText
from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.library import Library


def borrowers(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(BorrowersText.NAME, BorrowersText.ELSEWHERE, language)
