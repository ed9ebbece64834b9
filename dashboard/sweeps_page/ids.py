"""Ids of the page Sweeps."""

from enum import StrEnum


class Id(StrEnum):
    """What the page has once."""

    SWEEP = "sweep-name"
    VIEW = "sweep-view"
    MEASURE = "sweep-measure"
    HORIZON = "sweep-horizon"
    ACROSS = "sweep-across"
    UP = "sweep-up"
    CONDITION = "sweep-condition"
    AIMS = "sweep-aims"
    AXES_BOX = "sweep-axes-box"
    CONDITION_BOX = "sweep-condition-box"
    AIMS_BOX = "sweep-aims-box"
    MEASURE_BOX = "sweep-measure-box"
    ABOUT = "sweep-about"
    RESULT = "sweep-result"
    TICKER = "sweep-ticker"
    QUERY = "sweep-query"
    SHOWN = "sweep-shown"
