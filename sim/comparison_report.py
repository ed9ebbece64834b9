"""The report of a comparison: what it says, effects year by year, differences by month."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.comparison_figures import difference_figure, differences_by_month
from sim.comparison_words import (
    HOW_TO_READ,
    Row,
    later_horizons,
    pairing_worth,
    shown_rows,
    times_text,
    what_it_says,
)
from sim.display import difference_title, interval_text, signed_number
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

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.horizons import Horizon


def comparison_html(comparison: "Comparison") -> str:
    """The report as HTML."""
    horizon = comparison.headline
    rows = shown_rows(comparison, horizon)
    says = sentence_list([safe_text(text) for text in what_it_says(comparison)])
    return report_page(
        f"{comparison.other} against {comparison.base}",
        str(comparison.manifest["other"]["question"]),
        facts(comparison),
        [
            section("says", "What it says", says, "happened"),
            section(
                "effects", f"Effects, {horizon.words} ({horizon.span})", _effects(rows), "scroll"
            ),
            *_later(comparison, later_horizons(comparison)),
            chart_grid(
                "Differences by month",
                _reading(comparison),
                [_card(row, comparison) for row in rows],
            ),
            section("definitions", "Definitions and scenarios", _definitions(comparison)),
        ],
        {row.measure.name: difference_figure(comparison, row.measure) for row in rows},
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
    return html_table(heads, lines) + note(" ".join(HOW_TO_READ))


def _later(comparison: "Comparison", horizons: Sequence["Horizon"]) -> list[str]:
    """Effects in later years beside each other; nothing where there is one year only."""
    if len(horizons) < 2:
        return []
    columns = [shown_rows(comparison, horizon) for horizon in horizons]
    lines = [
        [rows[0].label, *(f"{row.effect_text} ({row.interval_text})" for row in rows)]
        for rows in zip(*columns, strict=True)
    ]
    lines.append(["Pairing is worth", *(times_text(pairing_worth(rows)) for rows in columns)])
    table = html_table(["", *(f"{h.words} ({h.span})" for h in horizons)], lines)
    return [section("later", "Year by year after the change", table, "scroll")]


def _reading(comparison: "Comparison") -> str:
    if comparison.seeds == 1:
        return "One seed: a line without a band."
    return (
        "Line: the difference, mean or median over seeds. Band: its 95% interval. Thin lines: "
        "single seeds. Zero is no difference. Dotted vertical line: the first month in which the "
        "scenarios differ."
    )


def _card(row: Row, comparison: "Comparison") -> str:
    """The place of a chart, and its differences as a table."""
    column = row.measure.column
    shown = differences_by_month(comparison, row.measure)
    lines = [
        [
            month,
            "" if effect.effect != effect.effect else signed_number(column, effect.effect),
            interval_text(column, effect.paired.low, effect.paired.high),
        ]
        for month, effect in zip(shown.months, shown.effects, strict=True)
    ]
    behind = html_table(["Month", difference_title(column), "Interval"], lines)
    newest = f"{row.effect_text}, {comparison.headline.words}"
    return chart_card(row.measure.name, row.label, newest, column.description, behind)


def _definitions(comparison: "Comparison") -> str:
    """What every measure is, and both scenarios."""
    heads = ["Measure", "Label", "Unit in the file", "Over seeds", "Definition"]
    rows = [
        [m.name, m.column.label_en, m.column.unit, m.centre, m.column.description]
        for m in comparison.measures
    ]
    table = html_table(heads, rows, text=True)
    parts = [unfolded("What is compared", f'<div class="scroll">{table}</div>')]
    for which in ("base", "other"):
        scenario = comparison.manifest[which]
        text = f"<pre>{safe_text(scenario['text'])}</pre>"
        parts.append(unfolded(f"{scenario['name']}, in full", text))
    return "".join(parts)
