"""How the page Sweeps is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.library import Library
from dashboard.sweeps_page.texts import SweepsText


def sweeps(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(SweepsText.NAME, SweepsText.ELSEWHERE, language)
