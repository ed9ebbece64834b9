"""What happened besides rules: strategies, runs, entries, failures, mergers, shocks, reactions.

The event table says the same month once for every seed, in numbers that differ; here it is said
once, with the number of seeds. Firms of a fringe open and close all the time: that is no happening
of the market, only of the lender.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboard.catalogue import Catalogue, Language
from dashboard.happenings.texts import HappeningsText
from dashboard.happenings.words import happening_words
from sim.display import month_text
from sim.names import lender_name

if TYPE_CHECKING:
    import pandas

TEXTS_KEPT = 32
"""Texts of scenarios of which it is remembered what shocks they hold."""

REGULATOR = "regulator"
ECONOMY = "economy"


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of happening: what it is called, and its mark on a chart (never colour alone)."""

    name: Catalogue
    symbol: str


SORTS: dict[str, Sort] = {
    "policy": Sort(HappeningsText.POLICY, "triangle-down"),
    "shock": Sort(HappeningsText.SHOCK, "square"),
    "reaction": Sort(HappeningsText.REACTION, "star-triangle-down"),
    "strategy": Sort(HappeningsText.STRATEGY, "diamond"),
    "entry": Sort(HappeningsText.ENTRY, "triangle-up"),
    "merger": Sort(HappeningsText.MERGER, "bowtie"),
    "failure": Sort(HappeningsText.FAILURE, "x"),
    "run": Sort(HappeningsText.RUN, "cross"),
    "fire_sale": Sort(HappeningsText.FIRE_SALE, "triangle-left"),
    "penalty": Sort(HappeningsText.PENALTY, "hexagon"),
    "incident": Sort(HappeningsText.INCIDENT, "circle-open"),
    "firms": Sort(HappeningsText.FIRMS, "line-ns-open"),
    "capital": Sort(HappeningsText.CAPITAL, "circle"),
}
"""Sorts in the order of lists."""

ON_CHARTS = (
    "shock",
    "reaction",
    "strategy",
    "entry",
    "merger",
    "failure",
    "run",
    "fire_sale",
    "penalty",
)
"""What is marked on the time axis of the market, besides rules."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened in a month.

    month : "2026-03" ; sort : one of SORTS ; actor : a lender, or REGULATOR, or ECONOMY
    text : as the event table has it, of the first seed ; seeds, of : in how many seeds of how many
    """

    month: str
    sort: str
    actor: str
    text: str
    seeds: int
    of: int

    def who(self, language: Language) -> str:
        """Whom it befell, in words."""
        if self.actor == REGULATOR:
            return HappeningsText.REGULATOR.say(language)
        if self.actor == ECONOMY:
            return HappeningsText.ECONOMY.say(language)
        name = lender_name(self.actor, language)
        return name[:1].upper() + name[1:]

    def words(self, language: Language) -> str:
        """What happened, in words."""
        return happening_words(self.text, language)

    def line(self, language: Language) -> str:
        """Who, what, and in how many seeds."""
        told = HappeningsText.WHO_WHAT.say(
            language, who=self.who(language), what=self.words(language)
        )
        if self.seeds == self.of:
            return told
        return HappeningsText.IN_SEEDS.say(language, text=told, seeds=self.seeds, of=self.of)


def in_seeds(one: Happening, language: Language) -> str:
    """What happened, and in how many seeds where it was not in all."""
    words = one.words(language)
    if one.seeds == one.of:
        return words
    return HappeningsText.IN_SEEDS.say(language, text=words, seeds=one.seeds, of=one.of)


def sort_of(kind: str, actor: str, text: str) -> str | None:
    """The sort of an event; None for one that is told elsewhere (announcements)."""
    if kind == "policy":
        return "policy" if actor == REGULATOR else "penalty"
    if kind == "exit":
        if text.startswith("leaves the market"):
            return "failure"
        return "merger" if text.startswith("merges into") else "firms"
    if kind == "entry":
        return "entry" if text.startswith(("enters the market", "waits for")) else "firms"
    return {
        "strategy": "strategy",
        "run": "run",
        "fire_sale": "fire_sale",
        "reaction": "reaction",
        "purchase": "merger",
        "fine": "penalty",
        "revocation": "penalty",
        "breach": "incident",
        "capital": "capital",
        "opening": "capital",
    }.get(kind)


def happenings(events: "pandas.DataFrame", seeds: int = 1, lender: str = "") -> list[Happening]:
    """What happened, in the order of months and sorts.

    seeds : of the run ; lender : only what befell this one, small things included; "" for the
        whole market without what its fringes do every month
    """
    found: dict[tuple[str, str, str], list[Any]] = {}
    names = ["month", "kind", "actor", "text"]
    of_seed = events["seed"].tolist() if "seed" in events.columns else [0] * len(events)
    for seed, month, kind, actor, text in zip(
        of_seed, *(events[name].tolist() for name in names), strict=True
    ):
        sort = sort_of(kind, actor, text)
        if sort is None or (actor != lender if lender else sort in ("firms", "capital")):
            continue
        key = (month_text(month), sort, f"{actor}|{text}" if actor == REGULATOR else actor)
        entry = found.setdefault(key, [actor, text, set()])
        entry[2].add(seed)
    order = {name: place for place, name in enumerate(SORTS)}
    told = [
        Happening(month, sort, actor, text, len(seen), max(1, seeds))
        for (month, sort, _), (actor, text, seen) in found.items()
    ]
    return sorted(told, key=lambda one: (one.month, order[one.sort], one.actor))


def shocks(manifest: Mapping[str, Any]) -> list[Happening]:
    """Shocks to incomes and jobs that the scenario of a run holds, from its own text."""
    text = str(manifest.get("scenario", {}).get("text", ""))
    return list(_shocks_in(text)) if "shocks" in text else []


@lru_cache(maxsize=TEXTS_KEPT)
def _shocks_in(text: str) -> tuple[Happening, ...]:
    """The same of a scenario's text, read once: every chart of a page asks."""
    import yaml

    try:
        found = yaml.safe_load(text)["macro"]["shocks"]
        return tuple(
            Happening(str(shock["start"])[:7], "shock", ECONOMY, shock_text(name, shock), 1, 1)
            for name, shock in found.items()
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError):
        return ()


def shock_text(name: str, shock: Mapping[str, Any]) -> str:
    """A shock as a sentence, in the form that words.py knows."""
    parts = [f"{name.replace('_', ' ')} begins, for {shock['months']} months"]
    if shock.get("share"):
        hit, lost = (100 * float(shock[one]) for one in ("share", "depth"))
        parts.append(f"{hit:.3g}% of people lose {lost:.3g}% of their income")
    for key, words in (("unemployment", "unemployment"), ("growth", "growth a year")):
        if shock.get(key):
            parts.append(f"{words} {100 * float(shock[key]):+.3g} points")
    return "; ".join(parts)
