"""Ids of the page Policy."""

from enum import StrEnum


class Id(StrEnum):
    """What the page has once."""

    SCENARIO = "policy-scenario"
    MONTH = "policy-month"
    CONTENT = "policy-content"
    TICKER = "policy-ticker"
    QUERY = "policy-query"
