"""Why figures differ: who lost access, which lenders left, who gained share.

Everything is a mean over the last twelve months of the run, seed by seed with the same luck.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.catalogue import Catalogue, Language
from dashboard.opens import BORROWERS, LENDERS, link_to
from dashboard.segment_months import SEGMENT
from dashboard.table import table
from dashboard.whatif.texts import WhatIfText
from sim.core.tables import LENDERS as LENDER_COLUMNS
from sim.core.tables import MARKET, Column
from sim.display import difference, interval_text, quantity
from sim.figures import Tables
from sim.measures import ACCESS
from sim.names import lender_name, segment_name
from sim.paired_statistics import Effect, effects_over

if TYPE_CHECKING:
    import pandas

MONTHS = 12

MOST_ROWS = 6
"""Rows of each part of the table: those that changed most."""

SHARE = MARKET.column("cr1")
"""A share of the market, as a column that says how it is written."""

FIRMS = LENDER_COLUMNS.column("firms")


@dataclass(frozen=True, slots=True)
class Reason:
    """Somebody of whom a figure changed: a segment or a lender."""

    who: str
    effect: Effect

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero, and there is one."""
        low, high = self.effect.paired.low, self.effect.paired.high
        return low > 0 or high < 0


def access(base: Tables, other: Tables) -> list[Reason]:
    """By segment: borrowers with an open balance over potential borrowers."""
    return _reasons(_access(base["segments"]), _access(other["segments"]))


def firms(base: Tables, other: Tables) -> list[Reason]:
    """By lender: firms in business; lenders for which nothing changed are left out."""
    found = _reasons(_firms(base["lenders"]), _firms(other["lenders"]))
    return [reason for reason in found if reason.effect.effect != 0]


def shares(base: Tables, other: Tables) -> list[Reason]:
    """By brand: its share of the balance."""
    return _reasons(_shares(base["lenders"]), _shares(other["lenders"]))


def _last_year(frame: "pandas.DataFrame", *columns: str) -> "pandas.DataFrame":
    """Some columns in the last months, with a column `seed`."""
    months = frame["month"].drop_duplicates().sort_values().iloc[-MONTHS:]
    named = [name for name in ("seed", "month", *columns) if name in frame.columns]
    last = frame.loc[frame["month"] >= months.iloc[0], named]
    return last if "seed" in last.columns else last.assign(seed=1)


def _access(segments: "pandas.DataFrame") -> "pandas.DataFrame":
    last = _last_year(segments, "segment", "active", "borrowers")
    sums = last.groupby(["segment", "seed"])[["active", "borrowers"]].sum()
    return (sums["active"] / sums["borrowers"]).unstack("seed")


def _firms(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    last = _last_year(lenders, "lender", "firms")
    newest = last[last["month"] == last["month"].max()]
    return newest.groupby(["lender", "seed"])["firms"].sum().unstack("seed").astype(float)


def _shares(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    last = _last_year(lenders, "lender", "balance")
    sums = last.groupby(["lender", "seed"])["balance"].sum().unstack("seed")
    return sums / sums.sum()


def _reasons(base: "pandas.DataFrame", other: "pandas.DataFrame") -> list[Reason]:
    """One a row that either has, over the seeds that both have; the largest change first."""
    import numpy as np

    seeds = [seed for seed in base.columns if seed in other.columns]
    rows = base.index.union(other.index)
    one, two = (
        frame.reindex(index=rows, columns=seeds, fill_value=0.0).fillna(0.0)
        for frame in (base, other)
    )
    effects = effects_over(
        one.to_numpy(float), two.to_numpy(float), np.zeros(len(rows), dtype=bool)
    )
    found = [Reason(str(row), effect) for row, effect in zip(rows, effects, strict=True)]
    return sorted(found, key=lambda reason: -abs(reason.effect.effect))


# --- as a page shows it --------------------------------------------------------------------------


def because(base: Tables, other: Tables, query: Mapping[str, str], language: Language) -> list[Any]:
    """The three parts of the table; a row leads to its lender or segment in the base scenario.

    query : what an address says of the base scenario
    """

    def lender(name: str) -> Any:
        return link_to(LENDERS, {**query, "firm": name}, lender_name(name, language))

    def segment(name: str) -> Any:
        return link_to(BORROWERS, {**query, SEGMENT: name}, segment_name(name, language))

    return [
        html.H2(WhatIfText.BECAUSE.say(language)),
        html.P(WhatIfText.BECAUSE_OF.say(language), className="note"),
        html.Div(
            [
                *_part(WhatIfText.ACCESS_TITLE, access(base, other), ACCESS, segment, language),
                *_part(WhatIfText.LEFT_TITLE, firms(base, other), FIRMS, lender, language),
                *_part(WhatIfText.SHARE_TITLE, shares(base, other), SHARE, lender, language),
            ],
            className="because-parts",
        ),
    ]


def _part(
    title: Catalogue,
    reasons: list[Reason],
    column: Column,
    name: Callable[[str], Any],
    language: Language,
) -> Iterator[Any]:
    """A heading and its rows, or why there are none."""
    words = title.say(language)
    heads = [
        text.say(language)
        for text in (WhatIfText.WHO, WhatIfText.BEFORE, WhatIfText.AFTER, WhatIfText.CHANGE)
    ]
    rows = [_row(reason, column, name, language) for reason in reasons[:MOST_ROWS]]
    empty = html.P(WhatIfText.NOBODY_LEFT.say(language), className="note")
    yield html.Section([html.H3(words), table(heads, rows, words) if rows else empty])


def _row(
    reason: Reason, column: Column, name: Callable[[str], Any], language: Language
) -> list[Any]:
    effect = reason.effect
    change = html.Span(
        difference(column, effect.effect, language),
        className="clear" if reason.clear else "unclear",
    )
    interval = interval_text(column, effect.paired.low, effect.paired.high, language)
    return [
        name(reason.who),
        quantity(column, effect.base, language),
        quantity(column, effect.other, language),
        [change, html.Small(interval)] if interval else [change],
    ]
