"""The names of strategies, as a scenario file writes them.

Nothing here needs an array library, so that a scenario is read and checked at once.
"""

from typing import Annotated

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.core.keyed_values import DatedSeries
from sim.core.months import Month
from sim.core.wording import did_you_mean

NONE = "none"
NICHE = "niche"
FOLLOW = "follow"
STRATEGIES = (NONE, "price_war", "premium", FOLLOW, "expand", NICHE)
"""none: the rule that all lenders have; the others are told in agents/strategy.py."""

WAYS_TO_WRITE = "price_war, premium, follow, follow:LENDER, expand, niche:SEGMENT or none"


def read_strategy(value: object) -> str:
    """The strategy that a value of a file names; raises PydanticCustomError if it names none."""
    if isinstance(value, str):
        name, colon, whom = value.partition(":")
        needed, possible = name == NICHE, name in (NICHE, FOLLOW)
        if name in STRATEGIES and (bool(whom) if colon else not needed) and (possible or not colon):
            return value
        known = [f"{one}:{whom}" if one in (NICHE, FOLLOW) and whom else one for one in STRATEGIES]
        guess = did_you_mean(value, known)
        guess = "" if guess.rstrip("?").endswith("'niche'") else guess
        text = (
            f"a strategy is {WAYS_TO_WRITE}.{guess}" if guess else f"a strategy is {WAYS_TO_WRITE}"
        )
        raise PydanticCustomError("strategy", "{text}", {"text": text})
    raise PydanticCustomError(
        "strategy", "{text}", {"text": f"a strategy is {WAYS_TO_WRITE}, or these by month"}
    )


class _StrategySchema:
    """Makes Pydantic read a strategy."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        pattern = (
            "^(none|price_war|premium|follow(:[a-z][a-z0-9_]*)?|expand|niche:[a-z][a-z0-9_]*)$"
        )
        return core_schema.no_info_plain_validator_function(
            read_strategy, json_schema_input_schema=core_schema.str_schema(pattern=pattern)
        )


Strategy = Annotated[str, _StrategySchema]
"""One strategy: `price_war`, `niche:farmer`."""

type Strategies = Strategy | DatedSeries[Strategy]
"""One for the whole run, or one by month of start."""


def strategy_in(strategies: Strategies | None, month: Month) -> str:
    """The strategy of a month; before the first month named there is none."""
    if strategies is None:
        return NONE
    if isinstance(strategies, str):
        return strategies
    entry = strategies.entry_at(month)
    return NONE if entry is None else entry[1]


def strategies_by_path(strategies: Strategies | None) -> dict[str, str]:
    """Every strategy that is written, by its place below the field: empty, or `.2026-01`."""
    if strategies is None:
        return {}
    if isinstance(strategies, str):
        return {"": strategies}
    return {f".{month}": name for month, name in strategies.items()}


def niche_of(strategy: str) -> str:
    """The segment of a niche; empty for every other strategy."""
    name, _, segment = strategy.partition(":")
    return segment if name == NICHE else ""


def leader_of(strategy: str) -> str:
    """The lender that a follower names; empty for who follows those it meets, or nobody."""
    name, _, leader = strategy.partition(":")
    return leader if name == FOLLOW else ""
