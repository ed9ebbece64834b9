"""Ids of the page Market."""

from enum import StrEnum
from typing import Any


class Id(StrEnum):
    """What the page has once."""

    SCENARIO = "scenario"
    AGAINST = "against"
    VIEW = "view"
    VIEW_BOX = "view-box"
    EFFECTS = "effects"
    SEEDS = "seeds"
    BORROWERS = "borrowers"
    ABOUT = "about"
    STATUS = "status"
    STOP = "stop"
    AGAIN = "again"
    TICKER = "ticker"
    SHOWN = "shown"
    QUERY = "query"
    CARDS = "cards"
    HAPPENED = "happened"
    ON_THE_SPOT = "on-the-spot"


class Part(StrEnum):
    """What every card has."""

    MEASURE = "measure"
    FIGURE = "figure"
    NEWEST = "newest"
    TABLE = "table"
    OPEN = "open"
    KEY = "key"


def part(of: Part, card: Any) -> dict[str, Any]:
    """The id of a part of a card; `card` may be MATCH or ALL."""
    return {"part": of.value, "card": card}
