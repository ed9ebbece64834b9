"""The report of a run: one HTML file that needs nothing but a browser.

plotly.js lies inside the file, so the report opens without a network and can be sent by
mail. It holds what the tables and the manifest say and no time of day: the same run gives the
same bytes.
"""

import html
import json
from collections.abc import Mapping, Sequence
from string import Template
from typing import TYPE_CHECKING, Any

from sim.core.tables import MARKET, TABLES
from sim.display import month_text, number, seeds_text, unit_text, year_heading
from sim.figures import Chart, Tables, charts
from sim.lender_table import caption, lender_heads, lender_rows, meanings
from sim.names import lender_name
from sim.summary import YEAR_COLUMNS, seeds_in, what_happened, year_table

if TYPE_CHECKING:
    import pandas

STYLE = """:root { --ink: #1f2933; --muted: #5b6673; --line: #e6e9ed; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; background: #f7f8fa; color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.2rem; margin: 40px 0 12px; }
h3 { font-size: 1.02rem; margin: 0; }
p { margin: 0 0 8px; }
a { color: var(--accent); }
.question { font-size: 1.08rem; color: var(--muted); max-width: 60em; }
dl.facts { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 16px 0 0; font-size: .9rem; }
dl.facts div { display: flex; gap: 8px; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 16px 18px; }
.happened li { margin-bottom: 8px; max-width: 75em; }
.happened ul { margin: 0; padding-left: 20px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr));
  gap: 20px; }
.grid .card { min-width: 0; }
.top { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  gap: 2px 16px; }
.newest { font-size: 1.02rem; font-weight: 600; color: var(--accent); }
.note { font-size: .9rem; color: var(--muted); margin: 2px 0 6px; }
.figure { height: 340px; overflow: hidden; }
.scroll { overflow: auto; max-height: 420px; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td.text, th.text { text-align: left; white-space: normal; }
tbody th { font-weight: 500; }
thead th { background: #fff; position: sticky; top: 0; color: var(--muted); font-weight: 600; }
summary { cursor: pointer; font-size: .9rem; color: var(--accent); padding: 6px 0; }
pre { font-size: .85rem; overflow: auto; max-height: 480px; margin: 0; }
.whole { max-height: none; }
.lenders th { white-space: normal; vertical-align: bottom; }
.lenders thead th { min-width: 4.6em; }
.lenders tbody th { min-width: 8em; }
ul.note { padding-left: 20px; }
tbody th:first-child { position: sticky; left: 0; background: #fff; }
@media (max-width: 760px) {
  main { padding: 20px 12px 48px; }
  .card { padding: 12px; }
  th, td { padding: 5px 8px; }
  .years, .years thead, .years tbody { display: block; }
  .years tr { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
  .years thead th:first-child { display: none; }
  .years tbody th { grid-column: 1 / -1; grid-row: 1; border: 0; color: var(--muted); }
  .years tbody td { grid-row: 2; }
  .years th, .years td { padding: 3px 2px; font-size: .82rem; }
}
@media print { body { background: #fff; } .card { break-inside: avoid; } }
"""
"""How reports look: one style sheet, without anything fetched."""

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
$style</style>
<script>$plotly</script>
</head>
<body>
<main>
<header>
<h1>$title</h1>
$question
<dl class="facts">$facts</dl>
</header>
<h2 id="happened">What happened</h2>
<section class="card happened" aria-labelledby="happened">$happened</section>
<h2 id="years">Year by year</h2>
<section class="card" aria-labelledby="years">$years</section>
<h2 id="who">Lenders</h2>
<section class="card" aria-labelledby="who">$lenders</section>
<h2 id="charts">Charts</h2>
<p class="note">$reading</p>
<div class="grid">
$charts
</div>
<h2 id="events">Events</h2>
<section class="card" aria-labelledby="events">$events</section>
<h2 id="definitions">Definitions and scenario</h2>
<section class="card">
$definitions
<details><summary>The scenario, in full</summary><pre>$scenario</pre></details>
</section>
</main>
<script>$drawings</script>
</body>
</html>
""")

CARD = Template("""<section class="card" id="$id" aria-labelledby="$id-title">
<div class="top"><h3 id="$id-title">$title</h3><span class="newest">$newest</span></div>
<p class="note">$note</p>
$figure
<details><summary>$title as a table</summary><div class="scroll">$data</div></details>
</section>
""")

EVENTS_SHOWN = 400

MODE_BAR = {"displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]]}
"""What plotly.js shows above a figure under the pointer: a button that saves a picture."""


def report_html(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """The report as HTML.

    tables : the five tables of a run, by name; they are not changed
    manifest : the run's manifest (sim/experiment.py)
    """
    from plotly.offline import get_plotlyjs

    scenario = manifest["scenario"]
    empty = tables["market"].empty
    shown = [] if empty else charts(tables)
    question = str(scenario.get("question") or "")
    return PAGE.substitute(
        style=STYLE,
        title=safe_text(f"{scenario['name']}: {scenario['title']}"),
        question=f'<p class="question">{safe_text(question)}</p>' if question else "",
        facts="".join(html_fact(name, value) for name, value in facts(manifest).items()),
        happened=_happened(tables),
        years="" if empty else _years(tables["market"]),
        reading=safe_text(_reading(tables)),
        lenders=_lenders(tables["lenders"]),
        charts="".join(_card(chart, tables) for chart in shown),
        drawings=_drawings(shown, tables),
        events=_events(tables["events"]),
        definitions=_definitions(),
        scenario=safe_text(str(scenario["text"])),
        plotly=get_plotlyjs(),
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


def safe_text(text: str) -> str:
    """Text made safe for HTML."""
    return html.escape(text)


def html_fact(name: str, value: str) -> str:
    """One pair of the head's list."""
    return f"<div><dt>{safe_text(name)}</dt><dd>{safe_text(value)}</dd></div>"


def _happened(tables: Tables) -> str:
    """The sentences, each linked to its chart."""
    sentences = what_happened(tables)
    if not sentences:
        return "<p>Nothing changed enough to be told.</p>"
    items = "".join(
        f'<li>{safe_text(sentence.text)} <a href="#{sentence.figure}">chart</a></li>'
        for sentence in sentences
    )
    return f"<ul>{items}</ul>"


def _years(market: "pandas.DataFrame") -> str:
    """The year table: figures down, years across."""
    years = year_table(market)
    heads = [year_heading(month) for month in years["month"]]
    lines = []
    for name in YEAR_COLUMNS:
        column = MARKET.column(name)
        label = f"{column.label_en}, {unit_text(column)}"
        lines.append([label, *(number(column, value) for value in years[name])])
    note = (
        "Last month of each year; the rate on new loans is the year's mean, weighted by new "
        "lending."
    )
    medians = seeds_text(seeds_in(market))
    note += f" {medians[0].upper()}{medians[1:]}." if medians else ""
    table = html_table(["", *heads], lines, kind="years")
    return f'<div class="scroll">{table}</div><p class="note">{safe_text(note)}</p>'


def _lenders(lenders: "pandas.DataFrame") -> str:
    """The lenders at the end, and a line on every column."""
    rows = lender_rows(lenders)
    if not rows:
        return "<p>No lenders.</p>"
    meant = "".join(f"<li><b>{safe_text(h)}</b>: {safe_text(text)}.</li>" for h, text in meanings())
    return (
        f'<p class="note">{safe_text(caption(lenders))}</p>'
        f'<div class="scroll whole">{html_table(lender_heads(), rows, kind="lenders")}</div>'
        f'<ul class="note">{meant}</ul>'
    )


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
    return CARD.substitute(
        id=chart.identity,
        title=safe_text(chart.title),
        newest=safe_text(chart.headline(tables)),
        note=safe_text(chart.note),
        figure=_place(chart),
        data=html_table(list(data.columns), data.to_numpy().tolist()),
    )


def _place(chart: Chart) -> str:
    """The element in which a figure is drawn."""
    label = safe_text(f"{chart.title}. {chart.note}")
    name = f"{chart.identity}-figure"
    return f'<div class="figure" role="img" aria-label="{label}" id="{name}"></div>'


def _drawings(shown: Sequence[Chart], tables: Tables) -> str:
    """The calls that draw all figures, once the page has its final widths."""
    calls = []
    for chart in shown:
        figure = chart.draw(tables)
        parts = (f"{chart.identity}-figure", figure["data"], figure["layout"], MODE_BAR)
        calls.append(f"Plotly.newPlot({', '.join(map(script_value, parts))});")
    return "\n".join(calls)


def script_value(value: object) -> str:
    """A value as JavaScript that cannot end the script it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _events(events: "pandas.DataFrame") -> str:
    """What happened to whom, in a list; events of the first seed where there are several."""
    note = ""
    if "seed" in events.columns and not events.empty:
        first = events["seed"].min()
        events = events[events["seed"] == first]
        note = f"<p class='note'>Events of seed {first}.</p>"
    if events.empty:
        return f"{note}<p>No events.</p>"
    rows = [
        [month_text(event.month), str(event.kind), lender_name(str(event.actor)), str(event.text)]
        for event in events.head(EVENTS_SHOWN).itertuples()
    ]
    if len(events) > EVENTS_SHOWN:
        note += f"<p class='note'>First {EVENTS_SHOWN} of {len(events)}; all in the table.</p>"
    table = html_table(["Month", "Kind", "Who", "What"], rows, text=True)
    summary = f"<summary>{len(events)} events</summary>"
    return f'{note}<details>{summary}<div class="scroll">{table}</div></details>'


def _definitions() -> str:
    """Name, label, unit and definition of every column, table by table."""
    heads = ["Column", "Label", "Unit in the file", "Definition"]
    parts = []
    for table in TABLES.values():
        rows = [[c.name, c.label_en, c.unit, c.description] for c in table.columns]
        parts.append(
            f"<details><summary>What the columns of {table.name}.parquet mean</summary>"
            f'<div class="scroll">{html_table(heads, rows, text=True)}</div></details>'
        )
    return "\n".join(parts)


def html_table(heads: list[str], rows: list[list[str]], text: bool = False, kind: str = "") -> str:
    """An HTML table; the first cell of a row is its header.

    text : columns of words ; kind : a class of its own, for the style sheet
    """
    named = f' class="{kind}"' if kind else ""
    style = ' class="text"' if text else ""
    head = "".join(f'<th scope="col"{style}>{safe_text(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row"{style}>{safe_text(row[0])}</th>'
        + "".join(f"<td{style}>{safe_text(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table{named}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
