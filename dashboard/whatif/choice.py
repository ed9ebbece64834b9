"""A what-if: a base scenario and what is changed in it, and the address that reproduces it.

Whatever an address asks for that cannot be set on the page is told, and nothing of it is run: a
link that was tampered with must not quietly become another question.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from dashboard.cards import BY_IDENTITY as CARDS
from dashboard.catalogue import Catalogue, Language
from dashboard.choice import RUN, Choice, View
from dashboard.library import FIRST_SCENARIO
from dashboard.whatif.levers import BY_IDENTITY, FIRST, LAST, LEVERS, Setting
from dashboard.whatif.texts import WhatIfText
from sim.core.errors import InputError
from sim.core.months import Month
from sim.core.wording import did_you_mean

SEEDS = (1, 2, 4, 8)
BORROWERS = (5_000, 20_000, 50_000)
USUAL_SEEDS, USUAL_BORROWERS = 4, 20_000

STRATEGIES = {
    "price_war": WhatIfText.PRICE_WAR,
    "premium": WhatIfText.PREMIUM,
    "follow": WhatIfText.FOLLOW,
    "expand": WhatIfText.EXPAND,
}

NAMING = ("niche", "follow")
"""Strategies that can name a segment, or a lender, after a colon."""

SHOWN = tuple(CARDS[name] for name in ("concentration", "defaults", "prices", "balances"))
"""The charts of the page."""

NAMES = frozenset(
    {
        *BY_IDENTITY,
        "scenario",
        "against",
        "competition",
        "strategy",
        "seeds",
        "borrowers",
        "view",
        "lang",
    }
    | {card.identity for card in SHOWN}
)
"""All that an address of the page can name; `against` comes along from pages that compare."""

_WORD = re.compile(r"[a-z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that an address asks for and cannot have: where, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A lender's strategy from a month on."""

    lender: str
    strategy: str
    month: Month


@dataclass(frozen=True, slots=True)
class Dated:
    """Something on the timeline.

    known : when it is announced ; first : from when it holds ; full : from when in full
    last : until when; None for the end of the run
    """

    name: Catalogue
    known: Month
    first: Month
    full: Month
    last: Month | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is asked.

    base : a scenario or an upload ; settings : by lever, those that are on
    competition : a preset of the base; "" as it is there
    view, measures : as in Choice
    faults : what the address asked for in vain
    """

    base: str = FIRST_SCENARIO
    settings: Mapping[str, Setting] = field(default_factory=dict)
    competition: str = ""
    campaign: Campaign | None = None
    seeds: int = USUAL_SEEDS
    borrowers: int = USUAL_BORROWERS
    view: View = "difference"
    measures: Mapping[str, str] = field(
        default_factory=lambda: {card.identity: card.measures[0] for card in SHOWN}
    )
    language: Language | None = None
    faults: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "WhatIf":
        """The what-if that an address asks for."""
        faults: list[Fault] = []
        plain = Choice.of({**query, "seeds": None, "borrowers": None})
        settings = {}
        for lever in LEVERS:
            if (text := query.get(lever.identity)) is not None:
                try:
                    settings[lever.identity] = lever.read(str(text))
                except InputError as error:
                    faults.append(Fault(lever.identity, str(error)))
        base = plain.scenario
        if not base and query.get("scenario"):
            faults.append(Fault("scenario", f"{str(query['scenario'])[:40]!r} names none"))
        if base.startswith(RUN):
            faults.append(Fault("scenario", f"{base[:40]!r} is a run; name its scenario"))
        for name in query:
            if name not in NAMES:
                guess = did_you_mean(name[:40], NAMES)
                faults.append(Fault(name[:40], f"nothing on this page is called so.{guess}"))
        return cls(
            base=FIRST_SCENARIO if not base or base.startswith(RUN) else base,
            settings=settings,
            competition=_word("competition", query, faults),
            campaign=_campaign(query, faults),
            seeds=_size("seeds", query, SEEDS, USUAL_SEEDS, faults),
            borrowers=_size("borrowers", query, BORROWERS, USUAL_BORROWERS, faults),
            view="paths" if query.get("view") == "paths" else "difference",
            measures={card.identity: plain.measures[card.identity] for card in SHOWN},
            language=plain.language,
            faults=tuple(faults),
        )

    def query(self) -> str:
        """The address's part behind the question mark; what is usual is left out."""
        usual = WhatIf()
        pairs = {"scenario": self.base}
        for name, setting in self.settings.items():
            pairs[name] = BY_IDENTITY[name].written(setting)
        pairs["competition"] = self.competition
        if self.campaign:
            pairs["strategy"] = (
                f"{self.campaign.lender},{self.campaign.strategy},{self.campaign.month}"
            )
        if self.seeds != usual.seeds:
            pairs["seeds"] = str(self.seeds)
        if self.borrowers != usual.borrowers:
            pairs["borrowers"] = str(self.borrowers)
        if self.view != usual.view:
            pairs["view"] = self.view
        for card, measure in self.measures.items():
            if measure != usual.measures[card]:
                pairs[card] = measure
        pairs["lang"] = self.language or ""
        written = {name: value for name, value in pairs.items() if value}
        return urlencode(written, quote_via=quote, safe=":,")

    def changes(self) -> dict[str, object]:
        """Values by dotted path that make the base the scenario that is asked about."""
        made: dict[str, object] = {}
        for name, setting in self.settings.items():
            made |= BY_IDENTITY[name].changes(setting)
        if self.competition:
            made["competition.preset"] = self.competition
        if self.campaign:
            path = f"lenders.{self.campaign.lender}.strategy"
            made[path] = {str(self.campaign.month): self.campaign.strategy}
        return made

    @property
    def key(self) -> str:
        """Names the world that is asked about, whatever is shown of it."""
        sizes = [self.base, self.changes(), self.seeds, self.borrowers, len(self.faults)]
        return json.dumps(sizes)

    def card_choice(self) -> Choice:
        """The same as the cards of charts want to know it."""
        return Choice(scenario=self.base, against=self.base, view=self.view, language=self.language)

    def dated(self) -> Iterator["Dated"]:
        """What stands on the timeline."""
        for name, setting in self.settings.items():
            lever, first = BY_IDENTITY[name], setting.month
            if lever.blow:
                last = Month(min(LAST, first + setting.lasts - 1))
                yield Dated(lever.name, first, first, first, last)
            else:
                known = Month(max(Month.of(2024, 1), first - setting.ahead))
                full = Month(min(LAST, first + setting.over))
                yield Dated(lever.name, known, first, full)
        if self.campaign:
            month = self.campaign.month
            yield Dated(WhatIfText.STRATEGY, month, month, month)

    def without_faults(self) -> "WhatIf":
        """What is left when everything that cannot be is dropped."""
        return replace(self, faults=())


def _word(name: str, query: Mapping[str, object], faults: list[Fault]) -> str:
    text = str(query.get(name) or "")
    if text and not _WORD.fullmatch(text):
        faults.append(Fault(name, f"{text[:40]!r} names nothing"))
        return ""
    return text


def _campaign(query: Mapping[str, Any], faults: list[Fault]) -> Campaign | None:
    text = query.get("strategy")
    if text is None:
        return None
    parts = str(text).split(",")
    try:
        lender, strategy, written = parts
        month = Month.parse(written)
    except ValueError:
        faults.append(Fault("strategy", f"{str(text)[:40]!r} is not LENDER,STRATEGY,MONTH"))
        return None
    if not _strategy(strategy) or not _WORD.fullmatch(lender) or not FIRST <= month <= LAST:
        known = ", ".join([*STRATEGIES, "niche:SEGMENT", "follow:LENDER"])
        reason = f"{str(text)[:60]!r}; strategies: {known}; {FIRST} to {LAST}"
        faults.append(Fault("strategy", reason))
        return None
    return Campaign(lender, strategy, month)


def _strategy(written: str) -> bool:
    """Whether it has the form of a strategy; whether it names what there is the scenario says."""
    name, colon, whom = written.partition(":")
    if colon:
        return name in NAMING and _WORD.fullmatch(whom) is not None
    return name in STRATEGIES


def _size(
    name: str,
    query: Mapping[str, object],
    possible: tuple[int, ...],
    usual: int,
    faults: list[Fault],
) -> int:
    text = query.get(name)
    if text is None:
        return usual
    found = next((number for number in possible if str(number) == str(text)), None)
    if found is None:
        allowed = ", ".join(f"{number:,}" for number in possible)
        faults.append(Fault(name, f"{str(text)[:20]!r}; allowed: {allowed}"))
    return found or usual
