"""What a reader has chosen, and the address that reproduces it.

An address is text from anywhere: whatever is not among the possible values is replaced by the
usual one, and never reaches a file or a process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote, urlencode

from dashboard.cards import CARDS, Card
from dashboard.catalogue import LANGUAGES, Language

SEEDS = (1, 2, 4, 8, 16)
BORROWERS = (5_000, 20_000, 50_000, 100_000, 200_000)
USUAL_SEEDS = 4
USUAL_BORROWERS = 100_000

View = Literal["paths", "difference"]

RUN = "run:"
"""Before the name of a run in a folder; the name of a scenario stands alone."""

_SOURCE = re.compile(r"(?:run:)?[^\x00-\x1f/\\]{1,120}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown.

    scenario, against : a scenario's name, or `run:` and the name of a folder; "" for none
    seeds, borrowers : of what is run on the spot
    view : with something to lay it against: both paths, or the difference of the two
    measures : by card, the column (or grouping) that it shows
    """

    scenario: str = ""
    against: str = ""
    seeds: int = USUAL_SEEDS
    borrowers: int = USUAL_BORROWERS
    view: View = "paths"
    measures: Mapping[str, str] = field(
        default_factory=lambda: {card.identity: card.measures[0] for card in CARDS}
    )
    language: Language | None = None

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "Choice":
        """The choice that an address asks for, as far as it can be had.

        query : names and values; a value that is no text (a name given twice) counts as none
        """
        lang = query.get("lang")
        return cls(
            scenario=_source(query.get("scenario")),
            against=_source(query.get("against")),
            seeds=_one_of(query.get("seeds"), SEEDS, USUAL_SEEDS),
            borrowers=_one_of(query.get("borrowers"), BORROWERS, USUAL_BORROWERS),
            view="difference" if query.get("view") == "difference" else "paths",
            measures={card.identity: _measure(card, query.get(card.identity)) for card in CARDS},
            language=next((language for language in LANGUAGES if language == lang), None),
        )

    @property
    def sources(self) -> list[str]:
        """The scenario and, where there is one, what it is laid against."""
        return [source for source in (self.scenario, self.against) if source]

    @property
    def on_the_spot(self) -> bool:
        """Whether something is simulated, so that seeds and borrowers matter."""
        return any(not source.startswith(RUN) for source in self.sources)

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        usual = Choice()
        pairs = {"scenario": self.scenario, "against": self.against}
        if self.seeds != usual.seeds:
            pairs["seeds"] = str(self.seeds)
        if self.borrowers != usual.borrowers:
            pairs["borrowers"] = str(self.borrowers)
        if self.view != usual.view:
            pairs["view"] = self.view
        for card, measure in self.measures.items():
            if measure != usual.measures[card]:
                pairs[card] = measure
        if self.language:
            pairs["lang"] = self.language
        written = {name: value for name, value in pairs.items() if value}
        return urlencode(written, quote_via=quote, safe=":")

    def in_language(self, language: Language) -> "Choice":
        """The same in a language."""
        return replace(self, language=language)


def _source(text: object) -> str:
    return text if isinstance(text, str) and _SOURCE.fullmatch(text) else ""


def _one_of(text: object, possible: tuple[int, ...], usual: int) -> int:
    return next((number for number in possible if str(number) == str(text)), usual)


def _measure(card: Card, text: object) -> str:
    return next((measure for measure in card.measures if measure == text), card.measures[0])
