"""Ids of the page Learn."""

from enum import StrEnum


class Id(StrEnum):
    """What the page has once."""

    CONCEPTS = "learn-concepts"
    TICKER = "learn-ticker"
    SHOWN = "learn-shown"
    SOURCE = "learn-source"
