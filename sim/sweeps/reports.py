"""Analyses of a sweep as files: a table (CSV), and a report with its figures (HTML).

Each analysis is a function from a study and its settings to a `Finding`: title, table, cards.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.wording import counted
from sim.figures import Figure
from sim.report_page import (
    chart_card,
    chart_grid,
    html_table,
    note,
    report_page,
    safe_text,
    section,
)
from sim.sweeps import figures as draw
from sim.sweeps.aims import aim_of
from sim.sweeps.store import write_whole
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import pandas

FOLDER = "analysis"
"""Where in a sweep's folder analyses are written."""

MOST_CARDS = 12
"""Charts of one report; further measures are in the table."""

HEADLINES = 12
"""Rows of a table in a terminal."""

MOST_ROWS = 400
"""Rows of a table in a report; all are in the CSV file."""


@dataclass(frozen=True)
class Card:
    """One chart: title, what it shows, the figure."""

    identity: str
    title: str
    note: str
    figure: Figure


@dataclass(frozen=True)
class Finding:
    """What an analysis found.

    name : of its files ; reading : how to read it ; table : all of it ; cards : its charts
    warnings : what must not be overlooked, a sentence each
    """

    name: str
    title: str
    reading: str
    table: "pandas.DataFrame"
    cards: Sequence[Card]
    warnings: Sequence[str] = ()


def effects_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Paired effects by horizon, and what pairing bought."""
    from sim.sweeps.effects import effects

    table = effects(study, **settings)
    apart = list(settings.get("by", ()))
    kind = {h.name: h for h in study.horizons}
    shown = [kind[name] for name in table["horizon"].unique() if name in kind]
    years = [h for h in shown if h.kind == "year"] or shown
    lines = table.assign(_line=[_line(row, apart) for row in table.to_dict("records")])
    cards = [
        Card(
            name,
            study.measure(name).column.label_en,
            study.measure(name).column.description,
            draw.effects_figure(lines[lines["measure"] == name], study.measure(name), years),
        )
        for name in list(table["measure"].unique())[:MOST_CARDS]
    ]
    worth = Card(
        "pairing",
        "What common random numbers bought",
        "How many times as many seeds would be needed without them, by measure and horizon.",
        draw.pairing_figure(table, years),
    )
    reading = (
        "Effect of a level against the one named, other factors averaged over, seed by seed. Bars: "
        "95% t interval of a mean, order statistics of a median. The table has bootstrap intervals."
    )
    return Finding("effects", "Paired effects", reading, table, [*cards, worth])


def sensitivity_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Indices of sensitivity."""
    from sim.sweeps.sensitivity import sensitivity

    table = sensitivity(study, **settings)
    cards = []
    for name in list(table["measure"].unique())[:MOST_CARDS]:
        rows, column = table[table["measure"] == name], study.measure(name).column
        words = " ".join([column.description, *unusable_lines(rows)])
        figure = draw.indices_figure(rows, study.measure(name))
        cards.append(Card(name, column.label_en, words, figure))
    over = "over points and seeds" if study.sweep.plan.seeds > 1 else "over points (one seed)"
    reading = (
        "mu_star: mean size of the effect of moving a factor over its range. S1: share of variance "
        "that a factor explains alone; ST: with all its interactions. Thin lines: 95% intervals "
        f"{over}. Pale and hatched: unusable, the column `note` says why. `luck`: share of the "
        "variance that is due to seeds. It lowers every S1 and raises every ST: a factor that does "
        "nothing has an ST of about `luck`, and mu_star above zero likewise."
    )
    notes = unusable_lines(table)
    return Finding("sensitivity", "Sensitivity", reading, table, cards, notes)


def unusable_lines(rows: "pandas.DataFrame") -> list[str]:
    """How many of some indices cannot be used, and why, a sentence a reason."""
    why = rows.loc[rows["note"] != "", "note"].str.removeprefix("unusable: ").value_counts()
    whole = f"{len(rows):,} indices"
    return [f"{number:,} of {whole} unusable: {reason}." for reason, number in why.items()]


def surface_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Response surface of each measure over one factor or two."""
    import pandas

    from sim.sweeps.surface import surface

    measures = settings.get("measures") or [measure.name for measure in study.measures][:MOST_CARDS]
    parts, cards = [], []
    for name in measures:
        found = surface(study, name, horizon=settings.get("horizon"))
        facts = {"measure": name, "horizon": found.horizon}
        quality = {"r2": found.r2, "q2": found.q2, "points": found.points}
        parts.append(found.coefficients.assign(**facts, **quality))
        numeric = list(found.ranges)
        if not numeric:
            continue
        across = settings.get("across") or numeric[0]
        up = settings.get("up") or next((other for other in numeric if other != across), None)
        for axis in filter(None, (across, up)):
            if axis not in numeric:
                raise InputError(f"{axis} is no number that varies; there are {', '.join(numeric)}")
        labels = {axis: study.label(axis) for axis in numeric}
        words = f"R2 {found.r2:.2f}, predicting points left out {found.q2:.2f}."
        figure = draw.surface_figure(found, across, up, labels)
        cards.append(Card(name, found.measure.column.label_en, words, figure))
    reading = (
        "A quadratic in all factors, fitted by least squares to the points' means over seeds; "
        "factors not drawn stand in the middle, or at their first level. Coefficients are for "
        "factors scaled to -1 to 1; their intervals come from surfaces fitted to each seed alone. "
        "A share predicted far below that fitted means that the surface is not to be trusted."
    )
    table = pandas.concat(parts, ignore_index=True)
    return Finding("surface", "Response surfaces", reading, table, cards)


def discovery_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Boxes in which a condition comes true."""
    from sim.sweeps.discovery import discover

    table = discover(study, **settings)
    reading = (
        f"Where {settings['condition']} holds, by {settings.get('method', 'prim')}. A box covers "
        "many of the cases (coverage) or holds little else (density); the chosen one trades both."
    )
    card = Card("boxes", "Boxes", "Every box that was tried.", draw.boxes_figure(table))
    return Finding("discovery", "Scenario discovery", reading, table, [card])


def robustness_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Regret and satisficing of every policy."""
    from sim.sweeps.robustness import robustness

    table = robustness(study, **settings)
    policy = list(table.columns[: list(table.columns).index("aim")])
    cards = []
    for name in table["aim"].unique():
        rows = table[table["aim"] == name]
        measure = aim_of(study, name).measure
        labels = [
            ", ".join(f"{key} {row[key]}" for key in policy) for row in rows.to_dict("records")
        ]
        figure = draw.regret_figure(rows, measure.column, labels)
        title = f"{measure.column.label_en} ({name.rpartition(':')[2]})"
        cards.append(Card(measure.name, title, "Regret over futures.", figure))
    reading = (
        "Regret: how much worse a policy does in a future than the best policy does there. "
        "Satisficing: share of futures in which all thresholds hold. Thin lines: 95% intervals "
        "over seeds, none with one seed."
    )
    return Finding("robustness", "Robustness over futures", reading, table, cards)


def pareto_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Points that no other beats."""
    from sim.sweeps.aims import USUAL
    from sim.sweeps.pareto_front import pareto

    table = pareto(study, **settings)
    aims = [aim_of(study, text) for text in settings.get("aims", USUAL)]
    names = [
        ", ".join(f"{name} {row[name]}" for name in study.factors)
        for row in table.to_dict("records")
    ]
    figure = draw.front_figure(table, [aim.measure for aim in aims], names)
    words = "Large marks: no other point betters them in one aim without losing in another."
    reading = f"Aims: {', '.join(f'{aim.name} ({aim.direction})' for aim in aims)}. {words}"
    card = Card("front", "Trade-off", "Means over seeds.", figure)
    return Finding("pareto", "Pareto front", reading, table, [card])


def bands_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Two bands by month: what seeds, and what parameters leave open."""
    from sim.sweeps.bands import bands, monthly
    from sim.sweeps.tasks import first_reported

    table = bands(study, **settings)
    first, cards = first_reported(study.sweep), list[Card]()
    last = study.horizon(None)
    for name in list(table["measure"].unique()):
        measure = study.measure(name)
        for number, (apart, course) in enumerate(monthly(study, measure)):
            if len(cards) == MOST_CARDS:
                break
            rows = table[(table["measure"] == name) & (table["horizon"] == last.name)]
            share = float(rows["share_parameters"].iloc[number]) if len(rows) else math.nan
            split = "" if math.isnan(share) else f"{last.words}: {share:.0%} of the variance of a "
            words = f"{split}single run lies in the parameters, the rest is luck." if split else ""
            where = ", ".join(f"{study.label(key)} {level}" for key, level in apart.items())
            title = measure.column.label_en + (f" ({where})" if where else "")
            figure = draw.bands_figure(course, measure, first)
            cards.append(Card(f"{name}_{number}", title, words, figure))
    reading = (
        "Line: mean over draws of the parameters and seeds. Band: seeds, by which a single run at "
        "known parameters may differ (95%, if normal). Dashed: parameters, by which the mean over "
        "endless seeds differs from draw to draw. Luck that is left in means over few seeds is "
        "taken out of the second (two-way random model), so that the variances add up."
    )
    return Finding("bands", "Seeds and parameters", reading, table, cards)


ANALYSES = {
    "effects": effects_finding,
    "sensitivity": sensitivity_finding,
    "surface": surface_finding,
    "discover": discovery_finding,
    "robust": robustness_finding,
    "pareto": pareto_finding,
    "bands": bands_finding,
}
"""Command -> analysis."""


def write_finding(study: Study, finding: Finding, folder: Path | None = None) -> tuple[Path, Path]:
    """Write table and report, each whole or not at all; returns both paths.

    folder : where; `analysis` in the sweep's own folder if None
    """
    place = folder or study.path / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    table, report = place / f"{finding.name}.csv", place / f"{finding.name}.html"
    write_whole(table, finding.table.to_csv(index=False).encode())
    write_whole(report, finding_html(study, finding).encode())
    return table, report


def finding_html(study: Study, finding: Finding) -> str:
    """The report of an analysis as HTML."""
    manifest = study.manifest
    rows = finding.table.head(MOST_ROWS)
    left_out = len(finding.table) - len(rows)
    heads = list(rows.columns)
    cells = [[cell_text(row[name]) for name in heads] for row in rows.to_dict("records")]
    tail = note(f"{counted(left_out, 'more row')} in {finding.name}.csv.") if left_out else ""
    cards = [
        chart_card(f"card_{card.identity}", card.title, "", card.note, note("See the table below."))
        for card in finding.cards
    ]
    missing = study.missing_text()
    facts = {
        "Design": f"{study.sweep.plan.design.kind}, {counted(int(manifest['points']), 'point')}",
        "Seeds": str(manifest["seeds"]),
        "Borrowers": f"{manifest['borrowers']:,}",
        "Months": f"{manifest['first_month']} to {manifest['last_month']}",
        "Runs": f"{study.tally.done:,} of {study.tally.runs:,}",
        "Version": str(manifest["libraries"]["loansim"]),
        "Plan": str(manifest["hash"])[:12],
    }
    warning = [section("missing", "Not complete", note(f"{missing}."))] if missing else []
    if finding.warnings:
        warning.append(section("warnings", "Warnings", "".join(map(note, finding.warnings))))
    plan = f"<pre>{safe_text(str(manifest['plan']))}</pre>"
    return report_page(
        f"{finding.title}: {manifest['title']}",
        str(manifest["question"]),
        facts,
        [
            *warning,
            chart_grid(finding.title, finding.reading, cards),
            section("table", "Table", html_table(heads, cells) + tail, "scroll"),
            section("plan", "The plan", plan),
        ],
        {f"card_{card.identity}": card.figure for card in finding.cards},
    )


def cell_text(value: object) -> str:
    """A value of a result's table, to four digits; empty where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e5 else f"{value:.4e}"
    return str(value)


def figure_of(finding: Finding, identity: str | None = None) -> Any:
    """One of a finding's figures as an object of the plotting library, for notebooks."""
    from sim.comparison_figures import plotly_figure

    known = {card.identity: card.figure for card in finding.cards}
    if identity is None:
        identity = next(iter(known))
    if identity not in known:
        raise InputError(f"no figure {identity}; there are {', '.join(known)}")
    return plotly_figure(known[identity])


def headline_lines(finding: Finding, *, whole: bool = False) -> list[str]:
    """The first rows of a finding for a terminal, or all."""
    rows = finding.table if whole else finding.table.head(HEADLINES)
    text = rows.map(cell_text).to_string(index=False)
    more = len(finding.table) - len(rows)
    tail = [f"({more:,} more rows)"] if more > 0 else []
    return [*text.splitlines(), *tail, *finding.warnings]


def _line(row: Mapping[Any, Any], apart: Sequence[str]) -> str:
    """What a line of effects is called."""
    where = "".join(f", {name} {cell_text(row[name])}" for name in apart)
    level, against = cell_text(row["level"]), cell_text(row["against"])
    return f"{row['factor']} {level} against {against}{where}"
