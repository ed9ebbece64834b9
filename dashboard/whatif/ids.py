"""Ids of the page What-if."""

from enum import StrEnum
from typing import Any


class Id(StrEnum):
    """What the page has once."""

    ASKER = "whatif-asker"
    BASE = "whatif-base"
    COMPETITION = "whatif-competition"
    LENDER = "whatif-lender"
    STRATEGY = "whatif-strategy"
    STRATEGY_FROM = "whatif-strategy-from"
    STRATEGY_ECHO = "whatif-strategy-echo"
    STRATEGY_WORDS = "whatif-strategy-words"
    SEEDS = "whatif-seeds"
    BORROWERS = "whatif-borrowers"
    VIEW = "whatif-view"
    UPLOAD = "whatif-upload"
    REFUSED = "whatif-refused"
    GO = "whatif-go"
    QUERY = "whatif-query"
    TICKER = "whatif-ticker"
    SHOWN = "whatif-shown"
    STATUS = "whatif-status"
    STOP = "whatif-stop"
    AGAIN = "whatif-again"
    TIMELINE = "whatif-timeline"
    EFFECTS = "whatif-effects"
    BECAUSE = "whatif-because"
    CARDS = "whatif-cards"
    FILES = "whatif-files"


def lever_id(lever: Any, part: str) -> dict[str, Any]:
    """The id of a part of a lever; `lever` may be MATCH or ALL."""
    return {"lever": lever, "part": part}


def card_id(card: Any, part: str) -> dict[str, Any]:
    """The id of a part of a card of this page; `card` may be MATCH or ALL."""
    return {"whatif": card, "part": part}
