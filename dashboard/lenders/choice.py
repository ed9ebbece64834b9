"""What a reader of the page Lenders has chosen, and the address that reproduces it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.choice import Choice

_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")

MOST_BESIDE = 3


@dataclass(frozen=True, slots=True)
class LendersChoice:
    """What is shown.

    source : scenario, what it is laid against, size ; firm : short name, "" for the largest
    beside : others to compare it with ; kinds : in the table, by their short names; () for all
    """

    source: Choice = field(default_factory=Choice)
    firm: str = ""
    beside: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "LendersChoice":
        """The choice that an address asks for, as far as it can be had; lists in commas."""
        firm = _names(query.get("firm"))[:1]
        beside = [name for name in _names(query.get("beside")) if name not in firm]
        return cls(
            Choice.of(query),
            firm[0] if firm else "",
            tuple(beside[:MOST_BESIDE]),
            tuple(_names(query.get("kinds"))),
        )

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        own = {"firm": self.firm, "beside": ",".join(self.beside), "kinds": ",".join(self.kinds)}
        pairs = [*parse_qsl(self.source.query()), *((k, v) for k, v in own.items() if v)]
        return urlencode(pairs, quote_via=quote, safe=":,")


def _names(text: object) -> list[str]:
    """Names in a text with commas, or in a list; whatever is no name is left out."""
    if isinstance(text, str):
        given: Sequence[object] = text.split(",")
    else:
        given = text if isinstance(text, list | tuple) else ()
    found = [name for name in given if isinstance(name, str) and _NAME.fullmatch(name)]
    return list(dict.fromkeys(found))[:40]
