"""What a reader of the page Borrowers has chosen, and the address that reproduces it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.choice import Choice
from dashboard.segment_months import GROUPINGS, SEGMENT

_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class BorrowersChoice:
    """What is shown.

    source : scenario, what it is laid against, size ; by : what lines are drawn by
    only : grouping -> the one value that is shown, "" for all
    """

    source: Choice = field(default_factory=Choice)
    by: str = SEGMENT
    only: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(GROUPINGS, ""))

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "BorrowersChoice":
        """The choice that an address asks for, as far as it can be had."""
        by = query.get("by")
        return cls(
            Choice.of(query),
            next((name for name in GROUPINGS if name == by), SEGMENT),
            {name: _name(query.get(name)) for name in GROUPINGS},
        )

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        own = {"by": "" if self.by == SEGMENT else self.by, **self.only}
        pairs = [*parse_qsl(self.source.query()), *((k, v) for k, v in own.items() if v)]
        return urlencode(pairs, quote_via=quote, safe=":")


def _name(text: object) -> str:
    return text if isinstance(text, str) and _NAME.fullmatch(text) else ""
