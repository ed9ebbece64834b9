"""The frame of every report: one HTML file that needs nothing but a browser.

plotly.js lies inside the file, so a report opens without a network and can be sent by mail. It
holds what it is given and no time of day: the same figures give the same bytes.
"""

import html
import json
from collections.abc import Mapping, Sequence
from string import Template

from sim.figures import Figure

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
$sections
</main>
<script>$drawings</script>
</body>
</html>
""")

SECTION = Template("""<h2 id="$id">$title</h2>
<section class="card $kind" aria-labelledby="$id">$content</section>
""")

GRID = Template("""<h2 id="charts">$title</h2>
<p class="note">$reading</p>
<div class="grid">
$cards
</div>
""")

CARD = Template("""<section class="card" id="$id" aria-labelledby="$id-title">
<div class="top"><h3 id="$id-title">$title</h3><span class="newest">$newest</span></div>
<p class="note">$note</p>
<div class="figure" role="img" aria-label="$label" id="$id-figure"></div>
<details><summary>$title as a table</summary><div class="scroll">$data</div></details>
</section>
""")

MODE_BAR = {"displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]]}
"""What plotly.js shows above a figure under the pointer: a button that saves a picture."""


def report_page(
    title: str,
    question: str,
    facts: Mapping[str, str],
    sections: Sequence[str],
    figures: Mapping[str, Figure],
) -> str:
    """A report as HTML.

    question : beneath the title; "" for none
    facts : names and values of the head's list
    sections : as `section`, `chart_grid` make them, in reading order
    figures : identity of a card -> what is drawn in it, once the page has its final widths
    """
    from plotly.offline import get_plotlyjs

    return PAGE.substitute(
        style=STYLE + "".join(_height(name, figure) for name, figure in figures.items()),
        title=safe_text(title),
        question=f'<p class="question">{safe_text(question)}</p>' if question else "",
        facts="".join(
            f"<div><dt>{safe_text(name)}</dt><dd>{safe_text(value)}</dd></div>"
            for name, value in facts.items()
        ),
        sections="".join(sections),
        drawings="\n".join(_drawing(identity, figure) for identity, figure in figures.items()),
        plotly=get_plotlyjs(),
    )


def section(identity: str, title: str, content: str, kind: str = "") -> str:
    """A part of a report. `kind`: "scroll" for wide tables, "happened" for sentences."""
    return SECTION.substitute(id=identity, title=safe_text(title), content=content, kind=kind)


def chart_grid(title: str, reading: str, cards: Sequence[str]) -> str:
    """The part with the charts. `reading`: how to read them."""
    return GRID.substitute(title=safe_text(title), reading=safe_text(reading), cards="".join(cards))


def chart_card(identity: str, title: str, newest: str, note: str, data: str) -> str:
    """The place of one chart. `newest`: figure beside its title; `data`: the table behind it."""
    return CARD.substitute(
        id=identity,
        title=safe_text(title),
        newest=safe_text(newest),
        note=safe_text(note),
        label=safe_text(f"{title}. {note}"),
        data=data,
    )


def sentence_list(items: Sequence[str]) -> str:
    """Sentences, already safe, one below the other."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def unfolded(summary: str, content: str) -> str:
    """Content, already safe, that shows itself when its summary is clicked."""
    return f"<details><summary>{safe_text(summary)}</summary>{content}</details>"


def note(text: str) -> str:
    """A remark in small type."""
    return f'<p class="note">{safe_text(text)}</p>'


def safe_text(text: str) -> str:
    """Text made safe for HTML."""
    return html.escape(text)


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


def _height(identity: str, figure: Figure) -> str:
    """The rule that gives a figure the room that it is drawn for."""
    height = figure["layout"].get("height")
    return f"#{identity}-figure {{ height: {int(height)}px; }}\n" if height else ""


def _drawing(identity: str, figure: Figure) -> str:
    """The call that draws a figure."""
    parts = (f"{identity}-figure", figure["data"], figure["layout"], MODE_BAR)
    return f"Plotly.newPlot({', '.join(map(script_value, parts))});"


def script_value(value: object) -> str:
    """A value as JavaScript that cannot end the script it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
