"""The table of values: what the worker reads of a scenario, and what of it a search shows."""

from collections import Counter

from sim.evidence.provenance import ValueRow, value_rows
from sim.scenario import load_scenario

MOST_ROWS = 120


def values_of(scenario: str) -> tuple[ValueRow, ...]:
    """In the worker: every value of a scenario with what it rests on; raises InputError."""
    return tuple(value_rows(load_scenario(scenario)))


def searched(rows: tuple[ValueRow, ...], words: str, provenance: str) -> list[ValueRow]:
    """The rows that hold all words somewhere, of one provenance or of all ("")."""
    wanted = words.lower().split()
    found = []
    for row in rows:
        text = f"{row.path} {row.meaning} {row.source} {row.provenance} {row.unit}".lower()
        fits = all(word in text or word in text.replace("_", " ") for word in wanted)
        if fits and provenance in ("", row.provenance):
            found.append(row)
    return found


def counts(rows: tuple[ValueRow, ...]) -> Counter[str]:
    """How many rows there are of each provenance."""
    return Counter(row.provenance for row in rows)
