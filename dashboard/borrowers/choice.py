"""What a reader of the page Borrowers has chosen, and the address that reproduces it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.choice import Choice
from dashboard.segment_months import GROUPINGS, SEGMENT
from sim.notable import NOTABLE

_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class BorrowersChoice:
    """What is shown.

    source : scenario, what it is laid against, size ; by : what lines are drawn by
    only : grouping -> the one value that is shown, "" for all
    person : whose life is told: a number, one of sim.notable.NOTABLE for somebody to whom that
        happened, or "" for nobody ; which : of those to whom it happened
    """

    source: Choice = field(default_factory=Choice)
    by: str = SEGMENT
    only: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(GROUPINGS, ""))
    person: str = ""
    which: int = 0

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "BorrowersChoice":
        """The choice that an address asks for, as far as it can be had."""
        by = query.get("by")
        return cls(
            Choice.of(query),
            next((name for name in GROUPINGS if name == by), SEGMENT),
            {name: _name(query.get(name)) for name in GROUPINGS},
            _person(query.get("person")),
            _which(query.get("which")),
        )

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        own = {"by": "" if self.by == SEGMENT else self.by, **self.only, "person": self.person}
        if self.person in NOTABLE and self.which:
            own["which"] = str(self.which)
        pairs = [*parse_qsl(self.source.query()), *((k, v) for k, v in own.items() if v)]
        return urlencode(pairs, quote_via=quote, safe=":")


def _person(text: object) -> str:
    """A number as it is written, or a sort of happening."""
    if isinstance(text, str) and _NUMBER.fullmatch(text):
        return str(int(text))
    return text if isinstance(text, str) and text in NOTABLE else ""


def _which(text: object) -> int:
    return int(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else 0


def _name(text: object) -> str:
    return text if isinstance(text, str) and _NAME.fullmatch(text) else ""
