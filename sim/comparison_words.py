"""What a comparison says in plain words and rows of figures; screens, report and files agree.

Sentences name what differs, how much, and how sure that is. None names a cause beyond the
scenario, and none is about a measure whose interval holds zero.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.wording import counted
from sim.display import (
    difference,
    difference_title,
    interval_text,
    number,
    quantity,
    signed_number,
    unit_text,
)
from sim.paired_statistics import LEAST_SEEDS_FOR_MEDIAN, order_coverage

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.horizons import Horizon
    from sim.measures import Measure

SHOWN = (
    "hhi",
    "cr5",
    "lenders",
    "balance",
    "originations",
    "apr_new",
    "approval_rate",
    "unmet_demand",
    "default_rate_12m",
    "dpd90_ratio",
    "multi3_share",
    "profit",
)
"""Measures of the whole market that screens show; below them the access of every segment."""

ACCESS = "access_"

NO_FIGURE = "–"

MOST_EFFECTS_TOLD = 8
"""Sentences about single measures."""

MOST_TIMES = 1_000
"""Variance ratios above this are shown as more than it: hardly anything varies any more."""

AFTER_THE_CHANGE = " after the change"

HOW_TO_READ = (
    "Effect: what the other scenario has more (+) or less (−) than the base, same seeds in both; "
    "a mean over seeds, for HHI a median.",
    "95% interval: of 100 comparisons made like this one, each with new seeds, about 95 have an "
    "interval that holds the true effect; one that holds 0 leaves open whether there is any.",
    "Without pairing: the interval if both had been given different luck. Pairing: how many times "
    "as many seeds that would take for the same width.",
    "pp: percentage points; bn: 10⁹; tn: 10¹².",
)
"""What the figures of a comparison mean, for somebody who sees them for the first time."""

FEW_SEEDS = 10
"""Below this many seeds a sentence says that intervals are wide."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure at one horizon, as numbers to be read; `clear`: the interval leaves out zero."""

    measure: "Measure"
    base: float
    other: float
    effect: float
    low: float
    high: float
    unpaired_low: float
    unpaired_high: float
    variance_ratio: float
    clear: bool
    language: str = "en"

    @property
    def label(self) -> str:
        """Name and unit ("HHI by brand, points")."""
        return difference_title(self.measure.column, self.language).replace(" a month", "/month")

    @property
    def effect_text(self) -> str:
        """The effect without its unit."""
        return self._signed(self.effect)

    @property
    def interval_text(self) -> str:
        """The paired interval ("+88 to +136")."""
        return self._range(self.low, self.high)

    @property
    def unpaired_text(self) -> str:
        """The interval without pairing."""
        return self._range(self.unpaired_low, self.unpaired_high)

    @property
    def levels_text(self) -> str:
        """Both levels ("740 to 852"), with their unit."""
        column = self.measure.column
        unit = unit_text(column)
        base, other = number(column, self.base), number(column, self.other)
        return f"{base} to {other}{'' if unit.startswith('%') else ' '}{unit}".rstrip()

    def level(self, value: float) -> str:
        """A level of one world, with its unit."""
        if math.isnan(value):
            return NO_FIGURE
        return quantity(self.measure.column, value, self.language)

    def _signed(self, value: float) -> str:
        if math.isnan(value):
            return NO_FIGURE
        return signed_number(self.measure.column, value, self.language)

    def _range(self, low: float, high: float) -> str:
        return interval_text(self.measure.column, low, high, self.language) or NO_FIGURE


ROW_COLUMNS = (
    "base",
    "other",
    "effect",
    "low",
    "high",
    "unpaired_low",
    "unpaired_high",
    "variance_ratio",
)
"""Columns of the table of effects that a row repeats."""


def shown_rows(comparison: "Comparison", horizon: "Horizon", language: str = "en") -> list[Row]:
    """The measures that screens show, at one horizon."""
    found = comparison.at(horizon.name).to_dict("index")
    rows = [
        Row(
            measure,
            **{name: float(found[measure.name][name]) for name in ROW_COLUMNS},
            clear=found[measure.name]["low"] > 0 or found[measure.name]["high"] < 0,
            language=language,
        )
        for measure in comparison.measures
        if measure.name in SHOWN or measure.name.startswith(ACCESS)
    ]
    return sorted(rows, key=lambda row: row.measure.name not in SHOWN)


def later_horizons(comparison: "Comparison") -> list["Horizon"]:
    """The years after the change, to be set side by side; none where nothing changes."""
    return [h for h in comparison.horizons if h.kind == "after" and h.name.startswith("after_")]


def pairing_worth(rows: list[Row]) -> float:
    """How many times as many seeds pairing is worth: the median over measures; NaN if unknown."""
    known = sorted(row.variance_ratio for row in rows if not math.isnan(row.variance_ratio))
    if not known:
        return math.nan
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def times_text(ratio: float) -> str:
    """A variance ratio for a person ("30 x", "1.4 x")."""
    if math.isnan(ratio):
        return NO_FIGURE
    if ratio > MOST_TIMES:
        return f"> {MOST_TIMES:,} x"
    return f"{ratio:,.0f} x" if ratio >= 9.95 else f"{ratio:.1f} x"


def what_it_says(comparison: "Comparison") -> list[str]:
    """The comparison in plain sentences."""
    return list(_sentences(comparison))


def _sentences(comparison: "Comparison") -> Iterator[str]:
    if comparison.changes_nothing:
        yield _nothing_changes(comparison)
        return
    horizon = comparison.headline
    rows = shown_rows(comparison, horizon)
    yield _where_they_part(comparison)
    yield from _what_years_are(horizon)
    clear = [row for row in rows if row.clear]
    told = [row for row in clear if row.measure.name in SHOWN][:MOST_EFFECTS_TOLD]
    for row in told:
        yield _effect(row, horizon, comparison)
    yield from _access_most(clear, horizon, comparison)
    vague = [row.measure.column.label_en for row in rows if not row.clear]
    if comparison.seeds == 1:
        yield "One seed gives no interval: any of these differences may be that seed's luck."
    elif vague:
        yield (
            f"{_when(horizon)}, no clear difference, since the interval holds zero: "
            f"{'; '.join(map(_spoken, vague))}."
        )
    yield from _what_pairing_is_worth(comparison, rows)
    yield from _how_many_seeds(comparison)


def _nothing_changes(comparison: "Comparison") -> str:
    base, other = comparison.base, comparison.other
    months = f"{comparison.manifest['first_month']} to {comparison.manifest['last_month']}"
    zero = f"every difference, {counted(comparison.seeds, 'seed')}, {months}, is exactly zero."
    if comparison.parting is None:
        return f"{other} changes nothing against {base}: {zero}"
    if str(comparison.parting) > comparison.manifest["last_month"]:
        return f"{other} differs from {base} only from {comparison.parting} on: {zero}"
    return (
        f"{other} differs from {base} from {comparison.parting} on, but no figure shows it: {zero}"
    )


def _where_they_part(comparison: "Comparison") -> str:
    base, other, parting = comparison.base, comparison.other, comparison.parting
    if parting is None or str(parting) <= comparison.manifest["first_month"]:
        return f"{other} and {base} differ in all months, the burn-in included."
    words = f"Before {parting}, {other} and {base} are the same, to the last bit"
    if comparison.first_effect != parting:
        words += f"; the first figure to differ is one of {comparison.first_effect}"
    return f"{words}."


def _when(horizon: "Horizon") -> str:
    """The horizon in a few words, as a sentence begins with it."""
    words = horizon.words.removesuffix(AFTER_THE_CHANGE)
    return f"{words[0].upper()}{words[1:]}"


def _what_years_are(horizon: "Horizon") -> Iterator[str]:
    if horizon.words.endswith(AFTER_THE_CHANGE):
        yield f"{_when(horizon)} is {horizon.span}: years count from the first figure that differs."


def _effect(row: Row, horizon: "Horizon", comparison: "Comparison") -> str:
    """What happens to a figure, from which level to which, and how sure that is."""
    column = row.measure.column
    size = difference(column, abs(row.effect)).removeprefix("+")
    moves = "rises" if row.effect > 0 else "falls"
    sure = f"{_percent(comparison, row)} interval {row.interval_text}"
    what = f"{_spoken(column.label_en)} {moves} by {size}, from {row.levels_text}"
    return f"{_when(horizon)}: {what} ({sure})."


def _spoken(label: str) -> str:
    """A label inside a sentence: first letter small, what is behind a comma in brackets."""
    small = label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
    name, comma, rest = small.partition(", ")
    return f"{name} ({rest})" if comma else name


def _access_most(clear: list[Row], horizon: "Horizon", comparison: "Comparison") -> Iterator[str]:
    """The segment whose access changes most."""
    of_segments = [row for row in clear if row.measure.name.startswith(ACCESS)]
    if of_segments:
        most = max(of_segments, key=lambda row: abs(row.effect))
        yield f"Largest change of access. {_effect(most, horizon, comparison)}"


def _percent(comparison: "Comparison", row: Row) -> str:
    """The interval's coverage as it is: medians of few seeds cannot have any."""
    if row.measure.centre == "median":
        return f"{100 * order_coverage(comparison.seeds):.0f}%"
    return "95%"


def _what_pairing_is_worth(comparison: "Comparison", rows: list[Row]) -> Iterator[str]:
    worth = pairing_worth(rows)
    if math.isnan(worth):
        return
    words = f"{_when(comparison.headline)}: {times_text(worth)}"
    others = [h for h in later_horizons(comparison) if h.name != comparison.headline.name]
    for horizon in others:
        later = pairing_worth(shown_rows(comparison, horizon))
        if not math.isnan(later):
            words += f", {_when(horizon).lower()}: {times_text(later)}"
    yield (
        "With other luck in each scenario, intervals as narrow would take this many times the "
        f"seeds ({words}); the gain fades as the two worlds grow apart."
    )


def _how_many_seeds(comparison: "Comparison") -> Iterator[str]:
    seeds = comparison.seeds
    if not 1 < seeds < FEW_SEEDS:
        return
    words = (
        f"Only {seeds} seeds: intervals are wide, since so few say little about their own spread"
    )
    if seeds < LEAST_SEEDS_FOR_MEDIAN:
        words += (
            f"; those of medians run from the lowest to the highest seed and cover "
            f"{100 * order_coverage(seeds):.0f}%, not 95%"
        )
    yield f"{words}."
