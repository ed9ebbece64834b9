"""The report of a run: what happened, year by year, charts, events, definitions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.core.tables import MARKET, TABLES
from sim.display import month_text, number, seeds_text, unit_text, year_heading
from sim.figures import Chart, Tables, charts
from sim.lender_table import caption, lender_heads, lender_rows, meanings
from sim.names import lender_name
from sim.report_page import (
    chart_card,
    chart_grid,
    html_table,
    note,
    report_page,
    safe_text,
    section,
    sentence_list,
    unfolded,
)
from sim.summary import YEAR_COLUMNS, seeds_in, what_happened, year_table

if TYPE_CHECKING:
    import pandas

EVENTS_SHOWN = 400


def report_html(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """The report as HTML.

    tables : the five tables of a run, by name; they are not changed
    manifest : the run's manifest (sim/experiment.py)
    """
    scenario = manifest["scenario"]
    empty = tables["market"].empty
    shown = [] if empty else charts(tables)
    definitions = _definitions() + unfolded(
        "The scenario, in full", f"<pre>{safe_text(str(scenario['text']))}</pre>"
    )
    return report_page(
        f"{scenario['name']}: {scenario['title']}",
        str(scenario.get("question") or ""),
        facts(manifest),
        [
            section("happened", "What happened", _happened(tables), "happened"),
            section("years", "Year by year", "" if empty else _years(tables["market"])),
            section("who", "Lenders", _lenders(tables["lenders"])),
            chart_grid("Charts", _reading(tables), [_card(chart, tables) for chart in shown]),
            section("events", "Events", _events(tables["events"])),
            section("definitions", "Definitions and scenario", definitions),
        ],
        {chart.identity: chart.draw(tables) for chart in shown},
    )


def facts(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What was run, as names and values for the head of the report."""
    scenario = manifest["scenario"]
    seeds = int(manifest["seeds"])
    first = int(manifest["seed"])
    seed_range = f"{first} to {first + seeds - 1}" if seeds > 1 else str(first)
    return {
        "Scope": str(scenario.get("scope") or "not stated"),
        "Months": f"{manifest['first_month']} to {manifest['last_month']}",
        "Borrowers": f"{manifest['borrowers']:,}, each for {manifest['weight']:,.0f} people",
        "Seeds" if seeds > 1 else "Seed": seed_range,
        "Burn-in": f"{manifest['burn_in_months']} months",
        "Version": str(manifest["versions"]["loansim"]),
        "Scenario hash": str(scenario["hash"])[:16],
    }


def _happened(tables: Tables) -> str:
    """The sentences, each linked to its chart."""
    sentences = what_happened(tables)
    if not sentences:
        return "<p>Nothing changed enough to be told.</p>"
    return sentence_list(
        [f'{safe_text(told.text)} <a href="#{told.figure}">chart</a>' for told in sentences]
    )


def _years(market: "pandas.DataFrame") -> str:
    """The year table: figures down, years across."""
    years = year_table(market)
    heads = [year_heading(month) for month in years["month"]]
    lines = []
    for name in YEAR_COLUMNS:
        column = MARKET.column(name)
        label = f"{column.label_en}, {unit_text(column)}"
        lines.append([label, *(number(column, value) for value in years[name])])
    reading = (
        "Last month of each year; the rate on new loans is the year's mean, weighted by new "
        "lending."
    )
    medians = seeds_text(seeds_in(market))
    reading += f" {medians[0].upper()}{medians[1:]}." if medians else ""
    table = html_table(["", *heads], lines, kind="years")
    return f'<div class="scroll">{table}</div>{note(reading)}'


def _lenders(lenders: "pandas.DataFrame") -> str:
    """The lenders at the end, and a line on every column."""
    rows = lender_rows(lenders)
    if not rows:
        return "<p>No lenders.</p>"
    meant = "".join(f"<li><b>{safe_text(h)}</b>: {safe_text(text)}.</li>" for h, text in meanings())
    table = html_table(lender_heads(), rows, kind="lenders")
    said = f'<ul class="note">{meant}</ul>'
    return f'{note(caption(lenders))}<div class="scroll whole">{table}</div>{said}'


def _reading(tables: Tables) -> str:
    """How to read the charts."""
    from sim.figures import MANY_SEEDS

    lines = "Dotted vertical lines are policy changes; point at the mark on top to read them."
    seeds = seeds_in(tables["market"])
    if seeds == 1:
        return f"{lines} One seed: a single run has no band, and its luck is in every line."
    band = "10th to 90th percentile" if seeds >= MANY_SEEDS else "lowest to highest"
    return f"{lines} Lines are medians of {seeds} seeds; bands run from {band}."


def _card(chart: Chart, tables: Tables) -> str:
    """One chart with its headline, note and the table behind it."""
    data = chart.data(tables)
    behind = html_table(list(data.columns), data.to_numpy().tolist())
    return chart_card(chart.identity, chart.title, chart.headline(tables), chart.note, behind)


def _events(events: "pandas.DataFrame") -> str:
    """What happened to whom, in a list; events of the first seed where there are several."""
    which = ""
    if "seed" in events.columns and not events.empty:
        first = events["seed"].min()
        events = events[events["seed"] == first]
        which = note(f"Events of seed {first}.")
    if events.empty:
        return f"{which}<p>No events.</p>"
    rows = [
        [month_text(event.month), str(event.kind), lender_name(str(event.actor)), str(event.text)]
        for event in events.head(EVENTS_SHOWN).itertuples()
    ]
    if len(events) > EVENTS_SHOWN:
        which += note(f"First {EVENTS_SHOWN} of {len(events)}; all in the table.")
    table = html_table(["Month", "Kind", "Who", "What"], rows, text=True)
    return which + unfolded(f"{len(events)} events", f'<div class="scroll">{table}</div>')


def _definitions() -> str:
    """Name, label, unit and definition of every column, table by table."""
    heads = ["Column", "Label", "Unit in the file", "Definition"]
    parts = []
    for table in TABLES.values():
        rows = [[c.name, c.label_en, c.unit, c.description] for c in table.columns]
        inside = f'<div class="scroll">{html_table(heads, rows, text=True)}</div>'
        parts.append(unfolded(f"What the columns of {table.name}.parquet mean", inside))
    return "\n".join(parts)
