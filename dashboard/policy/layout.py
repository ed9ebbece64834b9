"""How the page Policy is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.library import Library
from dashboard.policy.texts import PolicyText


def policy(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(PolicyText.NAME, PolicyText.ELSEWHERE, language)
