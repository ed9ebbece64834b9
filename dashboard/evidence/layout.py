"""How the page Evidence is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.evidence.texts import EvidenceText
from dashboard.library import Library


def evidence(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(EvidenceText.NAME, EvidenceText.ELSEWHERE, language)
