"""How messages to the user name things: values, places in a file, names that come close."""

import difflib
from collections.abc import Iterable, Mapping

type KeyPath = tuple[str | int, ...]
"""The way from the root of a file to a value: keys of mappings and indices of lists."""

LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""

MOST_LISTED = 12
"""Names that a message lists before it breaks off."""


def shown(value: object, quote: str = "'") -> str:
    """A value as messages show it: on one line, printable, of bearable length.

    quote : what to put around text
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = printable(value)
        cut = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
        return f"{quote}{cut}{quote}"
    if isinstance(value, Mapping):
        return f"a mapping of {counted(len(value), 'key')}" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {counted(len(value), 'item')}" if value else "an empty list"
    return shown(str(value), quote="")


def printable(text: str) -> str:
    """Text with every character that is not printable escaped, so that it stays on one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def dotted(path: KeyPath) -> str:
    """A key path as users write it: `policy.apr_cap.steps.2026-01.level`."""
    return ".".join(shown(str(part), quote="") for part in path)


def counted(count: int, noun: str) -> str:
    """A number of things: `1 key`, `3 keys`."""
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Iterable[str]) -> str:
    """Names in a row, broken off after `MOST_LISTED`."""
    known = [shown(name, quote="") for name in names]
    return ", ".join(known[:MOST_LISTED]) + (", ..." if len(known) > MOST_LISTED else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence, with a space before it, that offers the nearest known name; empty if none is."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    if not near and len(name) > 1:
        begun = [candidate for candidate in by_lower if candidate.startswith(name.lower())]
        near = sorted(begun, key=len)[:1]  # of all that are begun so, the plainest
    return f" Did you mean {shown(by_lower[near[0]])}?" if near else ""


def percent(share: float) -> str:
    """A share or rate in per cent, as rules and files write it: `24%`."""
    return f"{100 * share:.4g}%"


def in_percent(share: float) -> str:
    """A share or rate that was measured, in per cent with one decimal: `24.0%`."""
    return f"{100 * share:.1f}%"
