"""How the page What-if is laid out."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue import Language
from dashboard.elsewhere import elsewhere
from dashboard.library import Library
from dashboard.whatif.texts import WhatIfText


def what_if(
    library: Library, query: Mapping[str, str], language: Language, scheme: str | None
) -> Any:
    """The page for an address."""
    return elsewhere(WhatIfText.NAME, WhatIfText.ELSEWHERE, language)
