"""Ids of the page Evidence."""

from enum import StrEnum
from typing import Any


class Id(StrEnum):
    """What the page has once."""

    VALIDATION = "validation"
    SCORECARD = "validation-scorecard"
    DETAIL = "validation-detail"
    CHOSEN = "validation-check"
    QUERY = "validation-query"
    SEARCH = "value-search"
    PROVENANCE = "value-provenance"
    VALUES = "value-rows"
    TICKER = "value-ticker"


def check_button(name: Any) -> dict[str, Any]:
    """The id of the button that chooses a check; `name` may be ALL."""
    return {"evidence": "check", "name": name}
