"""What a reader of the page Sweeps has chosen, and the address that reproduces it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dashboard.catalogue import LANGUAGES, Language
from dashboard.sweeps_page.analysis import VIEWS, Asked, View

_NAME = re.compile(r"[A-Za-z0-9_]{0,80}")
_FOLDER = re.compile(r"[^\x00-\x1f/\\]{0,120}")
_CONDITION = re.compile(r"[a-z0-9_<>=.%eE+\- ]{0,80}")
_AIM = re.compile(r"[A-Za-z0-9_]{1,80}:(min|max)")
MOST_AIMS = 3


@dataclass(frozen=True, slots=True)
class SweepChoice:
    """Which sweep is shown, and what of it.

    sweep : name of its folder; "" for the newest ; asked : the analysis
    """

    sweep: str
    asked: Asked
    language: Language | None = None

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "SweepChoice":
        """The choice of an address; whatever is no possible value counts as not given."""

        def text(name: str, allowed: re.Pattern[str]) -> str:
            value = query.get(name)
            return value if isinstance(value, str) and allowed.fullmatch(value) else ""

        aims = query.get("aims")
        parts = aims.split(",") if isinstance(aims, str) else []
        view: View = next((known for known in VIEWS if known == query.get("view")), VIEWS[0])
        return cls(
            text("sweep", _FOLDER),
            Asked(
                view,
                measure=text("measure", _NAME),
                horizon=text("horizon", _NAME),
                across=text("across", _NAME),
                up=text("up", _NAME),
                condition=text("condition", _CONDITION).strip(),
                aims=tuple(part for part in parts if _AIM.fullmatch(part))[:MOST_AIMS],
            ),
            next((known for known in LANGUAGES if known == query.get("lang")), None),
        )

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        asked = self.asked
        pairs = {
            "sweep": self.sweep,
            "view": "" if asked.view == VIEWS[0] else asked.view,
            "measure": asked.measure,
            "horizon": asked.horizon,
            "across": asked.across,
            "up": asked.up,
            "condition": asked.condition,
            "aims": ",".join(asked.aims),
            "lang": self.language or "",
        }
        written = {name: value for name, value in pairs.items() if value}
        return urlencode(written, quote_via=quote, safe=":,")
