"""Ids of the page Lenders."""

from enum import StrEnum

PREFIX = "lenders-"


class Id(StrEnum):
    """What the page has once."""

    SCENARIO = "lenders-scenario"
    AGAINST = "lenders-against"
    SEEDS = "lenders-seeds"
    BORROWERS = "lenders-borrowers"
    ON_THE_SPOT = "lenders-on-the-spot"
    FIRM = "lenders-firm"
    BESIDE = "lenders-beside"
    KINDS = "lenders-kinds"
    STATUS = "lenders-status"
    STOP = "lenders-stop"
    AGAIN = "lenders-again"
    TICKER = "lenders-ticker"
    SHOWN = "lenders-shown"
    QUERY = "lenders-query"
    BODY = "lenders-body"
    TABLE = "lenders-table"
    GRID = "lenders-grid"
