"""What happened in a run, in plain words, built from statistics of its tables.

Each statistic is a small function of tables; each sentence is a function of statistics that
returns None where the numbers do not support it. No sentence claims a cause: it names what
happened, when and how large it was, and what came before.

With several seeds every statistic is taken from the median over seeds, month by month;
shares of lenders from the mean, so that they still sum to one.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.tables import LENDERS, MARKET, Column
from sim.display import (
    month_text,
    number,
    percent,
    percentage_points,
    quantity,
    signed_percent,
)
from sim.names import kind_name, lender_name, segment_name

if TYPE_CHECKING:
    import pandas

Tables = Mapping[str, "pandas.DataFrame"]

YEAR_COLUMNS = ("balance", "hhi", "cr5", "default_rate_12m", "apr_new", "lenders")
"""Columns of the market table that the year table shows, in this order."""

UNMET_CAUSES = {
    "risk": "judged too risky",
    "cap": "priced out by a cap",
    "price": "found too dear",
    "funding": "turned away for want of funds",
    "unreachable": "reached by no lender",
}
"""Optional columns `unmet_<cause>` of the market table, and how a sentence names the cause."""

# How large a change must be before a sentence speaks of it (judgement, for reading only).
LEAST_GROWTH = 0.01
LEAST_SWING = 0.05
LEAST_HHI = 25.0
LEAST_DEFAULT_RISE = 0.002
LEAST_RATE_CHANGE = 0.005
LEAST_SHARE_CHANGE = 0.01
LEAST_ACCESS_CHANGE = 0.02
LEAST_SEGMENT_GAP = 0.05
LEAST_FIRMS_LOST = 0.05
LEAST_FIRMS_OF_KIND = 10

LEAST_MONTHS_FOR_YEARLY = 18

MONTHS_AROUND_RULE = 6
MOST_RULES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One plain sentence and the id of the figure (sim/figures.py) that shows its numbers."""

    text: str
    figure: str


@dataclass(frozen=True, slots=True)
class Path:
    """How one column of the market table moved: first, last, lowest and highest value."""

    column: Column
    first_month: Any
    first: float
    last_month: Any
    last: float
    low_month: Any
    low: float
    high_month: Any
    high: float

    @property
    def change(self) -> float:
        """Last value less first value, in the column's unit."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Rise:
    """The rise of the 12-month default rate to its peak, from the low before it (fractions)."""

    low_month: Any
    low: float
    peak_month: Any
    peak: float
    last_month: Any
    last: float

    @property
    def months(self) -> int:
        """Months from the low to the peak."""
        return _months_between(self.low_month, self.peak_month)


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy event and the approval rates (fractions) in the months before and after it."""

    month: Any
    text: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ShareMove:
    """One lender's share of the balance in the first and last month (fractions)."""

    lender: str
    first: float
    last: float


# --- statistics -----------------------------------------------------------------------------


def seeds_in(table: "pandas.DataFrame") -> int:
    """Number of seeds in a table (1 without a seed column)."""
    return int(table["seed"].nunique()) if "seed" in table.columns else 1


def median_market(market: "pandas.DataFrame") -> "pandas.DataFrame":
    """The market table, one row a month: the median over seeds of every column."""
    if "seed" not in market.columns:
        return market
    return market.drop(columns="seed").groupby("month", as_index=False).median()


def path_of(market: "pandas.DataFrame", name: str) -> Path:
    """First, last, lowest and highest value of a market column (the earliest of equals)."""
    values = market[name]
    low, high = int(values.argmin()), int(values.argmax())
    months = market["month"]
    return Path(
        MARKET.column(name),
        months.iloc[0],
        float(values.iloc[0]),
        months.iloc[-1],
        float(values.iloc[-1]),
        months.iloc[low],
        float(values.iloc[low]),
        months.iloc[high],
        float(values.iloc[high]),
    )


def default_rise(market: "pandas.DataFrame") -> Rise | None:
    """The peak of the 12-month default rate and the low before it; None without a clear rise.

    A rise is clear if it is at least LEAST_DEFAULT_RISE and a quarter of the low.
    """
    values = market["default_rate_12m"]
    peak = int(values.argmax())
    before = values.iloc[: peak + 1]
    low = len(before) - 1 - int(before.iloc[::-1].argmin())  # the last of equal lows
    rise = float(values.iloc[peak] - values.iloc[low])
    if rise < max(LEAST_DEFAULT_RISE, 0.25 * float(values.iloc[low])):
        return None
    months = market["month"]
    return Rise(
        months.iloc[low],
        float(values.iloc[low]),
        months.iloc[peak],
        float(values.iloc[peak]),
        months.iloc[-1],
        float(values.iloc[-1]),
    )


def policy_changes(events: "pandas.DataFrame") -> "pandas.DataFrame":
    """Policy events that took effect, one row each (they are the same for every seed)."""
    policy = events[events["kind"] == "policy"]
    return policy.drop(columns="seed", errors="ignore").drop_duplicates(["month", "text"])


def approval_rate(table: "pandas.DataFrame") -> float:
    """Approvals / applications over all rows of a table; 0 without applications."""
    asked = float(table["applications"].sum())
    return float(table["approvals"].sum()) / asked if asked > 0 else 0.0


def hardest_rule(market: "pandas.DataFrame", events: "pandas.DataFrame") -> Rule | None:
    """The policy event after which the approval rate fell most; None if it fell after none.

    The rate over the MONTHS_AROUND_RULE months from the event on is set against the rate over
    as many months before it; events without full months on both sides do not count.
    """
    rules = []
    for event in policy_changes(events).itertuples():
        at = int((market["month"] < event.month).sum())
        before = market.iloc[max(at - MONTHS_AROUND_RULE, 0) : at]
        after = market.iloc[at : at + MONTHS_AROUND_RULE]
        if len(before) == len(after) == MONTHS_AROUND_RULE:
            rules.append(
                Rule(event.month, str(event.text), approval_rate(before), approval_rate(after))
            )
    hardest = min(rules, key=lambda rule: rule.after - rule.before, default=None)
    return hardest if hardest is not None and hardest.after < hardest.before else None


def share_moves(lenders: "pandas.DataFrame") -> list[ShareMove]:
    """Each lender's share of the balance in the first and last month, by size of its gain."""
    seeds = seeds_in(lenders)
    months = lenders["month"]
    ends = []
    for month in (months.min(), months.max()):
        rows = lenders[months == month]
        groups = ["seed"] if "seed" in rows.columns else ["month"]
        totals = rows.groupby(groups)["balance"].transform("sum")
        shares = (rows["balance"] / totals.where(totals > 0)).fillna(0.0)
        ends.append(shares.groupby(rows["lender"]).sum() / seeds)
    first, last = ends
    names = sorted(set(first.index) | set(last.index))
    moves = [ShareMove(n, float(first.get(n, 0.0)), float(last.get(n, 0.0))) for n in names]
    return sorted(moves, key=lambda move: move.first - move.last)


def firms_by_kind(lenders: "pandas.DataFrame") -> "pandas.DataFrame":
    """Real firms by kind of lender in the first and last month (columns `first`, `last`)."""
    import pandas

    months = lenders["month"]
    seeds = seeds_in(lenders)
    ends = {
        name: lenders[months == month].groupby("kind")["firms"].sum() / seeds
        for name, month in (("first", months.min()), ("last", months.max()))
    }
    return pandas.DataFrame(ends).fillna(0.0)


def year_table(market: "pandas.DataFrame") -> "pandas.DataFrame":
    """One row a year: columns `year`, `month` (the last of the year) and YEAR_COLUMNS.

    Stocks and ratios are those of the year's last month; `apr_new` is the mean of the year's
    months weighted by new lending. Medians over seeds.
    """
    import pandas

    market = median_market(market)
    rows: list[dict[str, Any]] = []
    for year, months in market.groupby(market["month"].dt.year):
        last = months.iloc[-1]
        lent = float(months["originations"].sum())
        row = {"year": year, "month": last["month"]} | {name: last[name] for name in YEAR_COLUMNS}
        row["apr_new"] = (
            float((months["apr_new"] * months["originations"]).sum()) / lent if lent > 0 else 0.0
        )
        rows.append(row)
    return pandas.DataFrame(rows, columns=["year", "month", *YEAR_COLUMNS])


# --- sentences ------------------------------------------------------------------------------


def what_happened(tables: Tables) -> list[Sentence]:
    """The sentences that the numbers support, the most telling first."""
    return list(_sentences(tables))


def _sentences(tables: Tables) -> Iterator[Sentence]:
    """Every sentence that holds, in order."""
    if tables["market"].empty:
        return
    market = median_market(tables["market"])
    lenders, events, segments = tables["lenders"], tables["events"], tables["segments"]
    rise = default_rise(market)
    candidates = (
        defaults(market, rise),
        fall_of_access(market, events),
        concentration(market),
        firms(market, lenders),
        winners_and_losers(lenders),
        growth(market),
        price(market),
        access_by_segment(segments),
        several_lenders(market),
        unserved(market),
    )
    yield from (sentence for sentence in candidates if sentence is not None)


def defaults(market: "pandas.DataFrame", rise: Rise | None) -> Sentence | None:
    """When and how far defaults rose, or how little they moved; None if nobody could default."""
    path = path_of(market, "default_rate_12m")
    if path.high == 0:
        return None
    if rise is None:
        fell = -path.change >= max(LEAST_DEFAULT_RISE, 0.1 * path.first)
        text = (
            f"The 12-month default rate {'fell' if fell else 'hardly moved'}: "
            f"{percent(path.first)} in {month_text(path.first_month)}, {percent(path.last)} in "
            f"{month_text(path.last_month)}{_between_ends(path)}."
        )
        return Sentence(text, "defaults")
    end = (
        f"and was still at that height in the last month, {month_text(rise.last_month)}"
        if rise.peak_month == rise.last_month
        else f"and ended at {percent(rise.last)} in {month_text(rise.last_month)}"
    )
    text = (
        f"The 12-month default rate rose over {rise.months} months, from {percent(rise.low)} in "
        f"{month_text(rise.low_month)} to {percent(rise.peak)} in {month_text(rise.peak_month)}, "
        f"{end}."
    )
    return Sentence(text, "defaults")


def _between_ends(path: Path) -> str:
    """The lowest and the highest value of a rate as a clause, where they are not at the ends."""
    ends = {percent(path.first), percent(path.last)}
    named = [
        f"{word} {percent(value)} in {month_text(month)}"
        for word, value, month in (
            ("lowest", path.low, path.low_month),
            ("highest", path.high, path.high_month),
        )
        if percent(value) not in ends
    ]
    return f"; {', '.join(named)}" if named else ""


def fall_of_access(market: "pandas.DataFrame", events: "pandas.DataFrame") -> Sentence | None:
    """The policy change around which the approval rate fell most, and the others of that time.

    A single run cannot say which of them did it, nor whether any did.
    """
    rule = hardest_rule(market, events)
    if rule is None or rule.before - rule.after < LEAST_ACCESS_CHANGE:
        return None
    changes = policy_changes(events)
    near = [abs(_months_between(month, rule.month)) < MONTHS_AROUND_RULE for month in changes.month]
    named = [f"{_clause(e.text)} ({month_text(e.month)})" for e in changes[near].itertuples()]
    more = len(named) - MOST_RULES_NAMED
    rest = f"; and {more} more" if more > 0 else ""
    text = (
        f"Lenders approved {percent(rule.before)} of new applications in the "
        f"{MONTHS_AROUND_RULE} months before {month_text(rule.month)} and {percent(rule.after)} "
        f"in the {MONTHS_AROUND_RULE} months from then on. Rules that took effect around that "
        f"time: {'; '.join(named[:MOST_RULES_NAMED])}{rest}. What one of them did, only a "
        "comparison says."
    )
    return Sentence(text, "access")


def concentration(market: "pandas.DataFrame") -> Sentence | None:
    """Whether the market grew more or less concentrated, by HHI and the top five share."""
    hhi, top = path_of(market, "hhi"), path_of(market, "cr5")
    if hhi.high == 0:
        return None
    span = f"from {month_text(hhi.first_month)} to {month_text(hhi.last_month)}"
    if abs(hhi.change) < LEAST_HHI:
        text = (
            f"Concentration hardly changed {span}: HHI by brand {number(hhi.column, hhi.first)} "
            f"and {quantity(hhi.column, hhi.last)}, top five share {percent(top.first)} and "
            f"{percent(top.last)}."
        )
        return Sentence(text, "concentration")
    direction = "grew more" if hhi.change > 0 else "grew less"
    alike = "" if hhi.last == 0 else f" (as if {_whole(10_000 / hhi.last)} equal firms shared it)"
    text = (
        f"The market {direction} concentrated {span}: HHI by brand went from "
        f"{number(hhi.column, hhi.first)} to {quantity(hhi.column, hhi.last)}{alike}, the share of "
        f"the top five from {percent(top.first)} to {percent(top.last)}."
    )
    return Sentence(text, "concentration")


def firms(market: "pandas.DataFrame", lenders: "pandas.DataFrame") -> Sentence | None:
    """How many real firms left, and which kind of lender lost the largest part of its firms."""
    count = path_of(market, "lenders")
    if count.first == 0 or abs(count.change) < LEAST_FIRMS_LOST * count.first:
        return None
    text = (
        f"{number(count.column, count.last)} lenders were in business in "
        f"{month_text(count.last_month)}, {'down' if count.change < 0 else 'up'} from "
        f"{number(count.column, count.first)} in {month_text(count.first_month)}: "
        f"{_whole(float(market['exits'].sum()))} firms left and "
        f"{_whole(float(market['entries'].sum()))} entered"
    )
    kinds = firms_by_kind(lenders)
    kinds = kinds[kinds["first"] >= LEAST_FIRMS_OF_KIND]
    lost = 1 - kinds["last"] / kinds["first"]
    if count.change < 0 and not lost.empty and lost.max() >= LEAST_FIRMS_LOST:
        kind = str(lost.idxmax())
        had = _whole(float(kinds["first"][kind]))
        part = f"all {had}" if lost.max() == 1 else f"{percent(float(lost.max()))} of {had}"
        text += f"; {kind_name(kind)} lost the largest part, {part}"
    return Sentence(f"{text}.", "lenders")


def winners_and_losers(lenders: "pandas.DataFrame") -> Sentence | None:
    """Which lender gained and which lost most of the balance."""
    if lenders.empty:
        return None
    moves = share_moves(lenders)
    parts = [
        f"{lender_name(move.lender)} {verb} most: from {percent(move.first)} to "
        f"{percent(move.last)} of the balance"
        for move, verb, size in (
            (moves[0], "gained", moves[0].last - moves[0].first),
            (moves[-1], "lost", moves[-1].first - moves[-1].last),
        )
        if size >= LEAST_SHARE_CHANGE
    ]
    if not parts:
        return None
    first, last = lenders["month"].min(), lenders["month"].max()
    text = "; ".join(parts)
    text = text[0].upper() + text[1:]
    return Sentence(f"{text} ({month_text(first)} to {month_text(last)}).", "shares")


def growth(market: "pandas.DataFrame") -> Sentence | None:
    """How the balance moved, with its high or low where it lies well outside the two ends."""
    path = path_of(market, "balance")
    if path.first == 0:
        return None
    if path.last == 0:
        died = market.loc[market["balance"] > 0, "month"].iloc[-1]
        text = (
            f"Lending died out: {quantity(path.column, path.first)} was outstanding in "
            f"{month_text(path.first_month)}, nothing after {month_text(died)}."
        )
        return Sentence(text, "balance")
    change = path.change / path.first
    verb = "hardly changed" if abs(change) < LEAST_GROWTH else "grew" if change > 0 else "shrank"
    text = (
        f"Lending outstanding {verb}: {quantity(path.column, path.first)} in "
        f"{month_text(path.first_month)}, {quantity(path.column, path.last)} in "
        f"{month_text(path.last_month)} ({signed_percent(change)}{_a_year(path)})"
    )
    if path.high > (1 + LEAST_SWING) * max(path.first, path.last):
        text += f", after a high of {quantity(path.column, path.high)} in "
        text += month_text(path.high_month)
    if path.low < (1 - LEAST_SWING) * min(path.first, path.last):
        text += f", with a low of {quantity(path.column, path.low)} in {month_text(path.low_month)}"
    return Sentence(f"{text}.", "balance")


def _a_year(path: Path) -> str:
    """The growth of a longer path as a yearly rate; empty for a short one."""
    months = _months_between(path.first_month, path.last_month)
    if months < LEAST_MONTHS_FOR_YEARLY or path.first <= 0 or path.last <= 0:
        return ""
    return f", {signed_percent(math.pow(path.last / path.first, 12 / months) - 1)} a year"


def price(market: "pandas.DataFrame") -> Sentence | None:
    """How the average all-in rate on new loans changed from the first year to the last."""
    years = year_table(market)
    first, last = years.iloc[0], years.iloc[-1]
    change = float(last["apr_new"] - first["apr_new"])
    if min(first["apr_new"], last["apr_new"]) == 0 or abs(change) < LEAST_RATE_CHANGE:
        return None
    text = (
        f"New loans became {'dearer' if change > 0 else 'cheaper'}: the average all-in rate was "
        f"{percent(first['apr_new'])} in {first['year']} and {percent(last['apr_new'])} in "
        f"{last['year']}, a difference of {percentage_points(change)}."
    )
    return Sentence(text, "prices")


def access_by_segment(segments: "pandas.DataFrame") -> Sentence | None:
    """The segments with the highest and the lowest approval rate over the last twelve months."""
    if segments.empty:
        return None
    months = segments["month"].drop_duplicates().sort_values()
    recent = segments[segments["month"] >= months.iloc[-12:].iloc[0]]
    rates = {
        str(segment): approval_rate(rows)
        for segment, rows in recent.groupby("segment")
        if rows["applications"].sum() > 0
    }
    if len(rates) < 2 or max(rates.values()) - min(rates.values()) < LEAST_SEGMENT_GAP:
        return None
    best, worst = max(rates, key=rates.__getitem__), min(rates, key=rates.__getitem__)
    text = (
        f"Access differs by segment: over the {min(12, len(months))} months to "
        f"{month_text(months.iloc[-1])} lenders approved {percent(rates[best])} of new "
        f"applications from {segment_name(best)} and {percent(rates[worst])} from "
        f"{segment_name(worst)}."
    )
    return Sentence(text, "access")


def several_lenders(market: "pandas.DataFrame") -> Sentence | None:
    """How the share of borrowers with three or more lenders changed."""
    path = path_of(market, "multi3_share")
    if abs(path.change) < LEAST_SHARE_CHANGE:
        return None
    text = (
        f"The share of active borrowers with three or more lenders "
        f"{'rose' if path.change > 0 else 'fell'} from {percent(path.first)} in "
        f"{month_text(path.first_month)} to {percent(path.last)} in {month_text(path.last_month)}."
    )
    return Sentence(text, "borrowers")


def unserved(market: "pandas.DataFrame") -> Sentence | None:
    """Why wanted credit went unserved, by cause, where the market table tells causes apart."""
    total = float(market["unmet_demand"].sum())
    parts = {
        words: float(market[f"unmet_{cause}"].sum()) / total
        for cause, words in UNMET_CAUSES.items()
        if total > 0 and f"unmet_{cause}" in market.columns
    }
    largest = sorted((item for item in parts.items() if item[1] >= 0.05), key=lambda i: -i[1])
    if not largest:
        return None
    named = ", ".join(f"{percent(share)} was {words}" for words, share in largest)
    monthly = quantity(MARKET.column("unmet_demand"), total / len(market))
    text = f"Credit wanted but not found came to {monthly} on average; by the last answer, {named}."
    return Sentence(text, "unmet")


def _clause(text: object) -> str:
    """An event's sentence as part of another one."""
    return str(text).strip().rstrip(".").removesuffix(" in force")


def _whole(value: float) -> str:
    """A number of firms."""
    return number(LENDERS.column("firms"), value)


def _months_between(earlier: Any, later: Any) -> int:
    """Whole months from one first-of-month date to another."""
    return int((later.year - earlier.year) * 12 + later.month - earlier.month)
