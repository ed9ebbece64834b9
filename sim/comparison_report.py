"""The report of a comparison: one HTML file that needs nothing but a browser."""

from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING

from sim.comparison_figures import difference_figure
from sim.comparison_words import (
    Row,
    later_horizons,
    pairing_worth,
    shown_rows,
    times_text,
    what_it_says,
)
from sim.report import MODE_BAR, STYLE, html_fact, html_table, safe_text, script_value

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.horizons import Horizon

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
<h2 id="says">What it says</h2>
<section class="card happened" aria-labelledby="says">$says</section>
<h2 id="effects">Effects, $horizon</h2>
<section class="card scroll" aria-labelledby="effects">$effects</section>
$later
<h2 id="charts">Differences by month</h2>
<p class="note">$reading</p>
<div class="grid">
$charts
</div>
<h2 id="definitions">Definitions and scenarios</h2>
<section class="card">
<details><summary>What is compared</summary><div class="scroll">$definitions</div></details>
<details><summary>$base, in full</summary><pre>$base_text</pre></details>
<details><summary>$other, in full</summary><pre>$other_text</pre></details>
</section>
</main>
<script>$drawings</script>
</body>
</html>
""")

CARD = Template("""<section class="card" id="$id" aria-labelledby="$id-title">
<div class="top"><h3 id="$id-title">$title</h3><span class="newest">$newest</span></div>
<p class="note">$note</p>
<div class="figure" role="img" aria-label="$label" id="$id-figure"></div>
</section>
""")


def comparison_html(comparison: "Comparison") -> str:
    """The report as HTML."""
    from plotly.offline import get_plotlyjs

    horizon = comparison.headline
    rows = shown_rows(comparison, horizon)
    later = later_horizons(comparison)
    manifest = comparison.manifest
    question = str(manifest["other"]["question"])
    return PAGE.substitute(
        style=STYLE,
        title=safe_text(f"{comparison.other} against {comparison.base}"),
        question=f'<p class="question">{safe_text(question)}</p>' if question else "",
        facts="".join(html_fact(name, value) for name, value in facts(comparison).items()),
        says=_list(what_it_says(comparison)),
        horizon=safe_text(f"{horizon.words} ({horizon.span})"),
        effects=_effects(rows),
        later=_later(comparison, later),
        reading=safe_text(_reading(comparison)),
        charts="".join(_card(row, comparison) for row in rows),
        drawings=_drawings(rows, comparison),
        definitions=_definitions(comparison),
        base=safe_text(comparison.base),
        other=safe_text(comparison.other),
        base_text=safe_text(manifest["base"]["text"]),
        other_text=safe_text(manifest["other"]["text"]),
        plotly=get_plotlyjs(),
    )


def facts(comparison: "Comparison") -> dict[str, str]:
    """What was compared, as names and values."""
    manifest = comparison.manifest
    first, seeds = int(manifest["seed"]), comparison.seeds
    return {
        "Months": f"{manifest['first_month']} to {manifest['last_month']}",
        "First difference": str(manifest["first_difference"] or "none"),
        "First effect": str(manifest["first_effect"] or "none"),
        "Borrowers": f"{manifest['borrowers']:,}",
        "Seeds": f"{first} to {first + seeds - 1}" if seeds > 1 else str(first),
        "Version": str(manifest["versions"]["loansim"]),
        "Scenario hashes": f"{manifest['base']['hash'][:12]}, {manifest['other']['hash'][:12]}",
    }


def _list(sentences: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{safe_text(text)}</li>' for text in sentences)}</ul>"


def _effects(rows: Sequence[Row]) -> str:
    """The effects of one horizon."""
    heads = ["", "Levels", "Effect", "95% interval", "Without pairing", "Pairing is worth"]
    lines = [
        [
            row.label,
            row.levels_text,
            row.effect_text,
            row.interval_text,
            row.unpaired_text,
            times_text(row.variance_ratio),
        ]
        for row in rows
    ]
    note = (
        "Other less base, same seeds in both. Means over seeds with t intervals; for concentration "
        "(HHI) medians with order-statistic intervals. Pairing is worth: variance without common "
        "luck / variance with it."
    )
    return html_table(heads, lines) + f'<p class="note">{safe_text(note)}</p>'


def _later(comparison: "Comparison", horizons: Sequence["Horizon"]) -> str:
    """Effects in later years beside each other; nothing where there is one year only."""
    if len(horizons) < 2:
        return ""
    columns = [shown_rows(comparison, horizon) for horizon in horizons]
    lines = [
        [rows[0].label, *(f"{row.effect_text} ({row.interval_text})" for row in rows)]
        for rows in zip(*columns, strict=True)
    ]
    lines.append(["Pairing is worth", *(times_text(pairing_worth(rows)) for rows in columns)])
    table = html_table(["", *(horizon.words for horizon in horizons)], lines)
    return (
        '<h2 id="later">Year by year after the change</h2>'
        f'<section class="card scroll" aria-labelledby="later">{table}</section>'
    )


def _reading(comparison: "Comparison") -> str:
    if comparison.seeds == 1:
        return "One seed: a line without a band."
    return (
        "Line: mean or median over seeds. Band: its interval. Thin lines: single seeds. Dotted "
        "vertical line: the first month in which the scenarios differ."
    )


def _card(row: Row, comparison: "Comparison") -> str:
    column = row.measure.column
    horizon = comparison.headline
    return CARD.substitute(
        id=row.measure.name,
        title=safe_text(row.label),
        newest=safe_text(f"{row.effect_text}, {horizon.words}"),
        note=safe_text(column.description),
        label=safe_text(f"Difference by month. {column.label_en}. {column.description}"),
    )


def _drawings(rows: Sequence[Row], comparison: "Comparison") -> str:
    """The calls that draw all figures."""
    calls = []
    for row in rows:
        figure = difference_figure(comparison, row.measure)
        parts = (f"{row.measure.name}-figure", figure["data"], figure["layout"], MODE_BAR)
        calls.append(f"Plotly.newPlot({', '.join(map(script_value, parts))});")
    return "\n".join(calls)


def _definitions(comparison: "Comparison") -> str:
    rows = [
        [m.name, m.column.label_en, m.column.unit, m.centre, m.column.description]
        for m in comparison.measures
    ]
    heads = ["Measure", "Label", "Unit in the file", "Over seeds", "Definition"]
    return html_table(heads, rows, text=True)
