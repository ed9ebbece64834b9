"""Ids of the page Borrowers."""

from enum import StrEnum

PREFIX = "borrowers-"


class Id(StrEnum):
    """What the page has once."""

    SCENARIO = "borrowers-scenario"
    AGAINST = "borrowers-against"
    SEEDS = "borrowers-seeds"
    BORROWERS = "borrowers-borrowers"
    ON_THE_SPOT = "borrowers-on-the-spot"
    BY = "borrowers-by"
    SEGMENT = "borrowers-segment"
    REGION = "borrowers-region"
    PLACE = "borrowers-place"
    STATUS = "borrowers-status"
    STOP = "borrowers-stop"
    AGAIN = "borrowers-again"
    TICKER = "borrowers-ticker"
    SHOWN = "borrowers-shown"
    QUERY = "borrowers-query"
    BODY = "borrowers-body"
    KIND = "borrowers-life-kind"
    NUMBER = "borrowers-life-number"
    NUMBER_BOX = "borrowers-life-number-box"
    ANOTHER = "borrowers-life-another"
    ANOTHER_BOX = "borrowers-life-another-box"
    WHICH = "borrowers-life-which"
    LIFE = "borrowers-life"
    LIFE_TOKEN = "borrowers-life-token"
    LIFE_TICKER = "borrowers-life-ticker"
