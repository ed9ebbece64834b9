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
from sim.sweeps.aims import aim_of, aims_of
from sim.sweeps.shown_tables import (
    HORIZON,
    MEASURE,
    Row,
    aim_words,
    effect_name,
    shown_bands,
    shown_boxes,
    shown_effects,
    shown_front,
    shown_indices,
    shown_policies,
    shown_terms,
)
from sim.sweeps.store import write_whole
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import pandas

    from sim.sweeps.surface import Surface

FOLDER = "analysis"
"""Where in a sweep's folder analyses are written."""

MOST_CARDS = 12
"""Charts of one report; further measures are in the table."""

HEADLINES = 12
"""Rows of a table in a terminal."""

ROUNDING = 1e-9
"""Part of a figure by which two that are the same may differ, as sums round."""

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

    name : of its files ; reading : how to read it ; table : all of it, names and plain numbers
    rows : the same for people, in labels and units of screens ; cards : its charts
    warnings : what must not be overlooked, a sentence each
    """

    name: str
    title: str
    reading: str
    table: "pandas.DataFrame"
    rows: Sequence[Row]
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
    alone = table["factor"].nunique() == 1
    names = [effect_name(r, study.words, apart, short=alone) for r in table.to_dict("records")]
    lines = table.assign(_line=names)
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
        "How many times as many seeds would be needed without them, by measure and horizon: the "
        "median over the effects.",
        draw.pairing_figure(_with_labels(study, table), years),
    )
    reading = (
        "Effect of a level against the one named, other factors averaged over, seed by seed. Bars: "
        "95% t interval of a mean, order statistics of a median. The table has bootstrap intervals "
        "too. Where the centre is a median, the effect is that of the seeds' differences, which is "
        "not the difference of the medians before and after."
    )
    if alone:
        told = [study.words.label(name) for name in (table["factor"].iloc[0], *apart)]
        reading += f" Lines: levels of {', '.join(told)}."
    cards, warnings = [*cards, worth], []
    rows: Sequence[Row] = shown_effects(study, table, apart)
    if none := effects_that_are_none(study, table, apart):
        rows = sorted(rows, key=lambda row: row["effect of"] in none)  # they tell least: last
        warnings.append(f"No figure differs in any seed, both are one world: {'; '.join(none)}.")
    if without := int((table["seeds"] == 0).sum()):
        warnings.append(
            f"{without:,} of {len(table):,} effects have no seed yet of which every run that they "
            "compare is done, and are left empty."
        )
    return Finding("effects", "Paired effects", reading, table, rows, cards, warnings)


def effects_that_are_none(
    study: Study, table: "pandas.DataFrame", apart: Sequence[str]
) -> list[str]:
    """Their names: in no measure and at no horizon of the table does a seed differ.

    A cap above one that binds already is such a level: nobody should look for its effect.
    """
    there = table[table["seeds"] > 0]
    size = there[["effect", "t_low", "t_high"]].abs().max(axis=1)
    alike = (size <= ROUNDING * there["before"].abs()) & there["variance_ratio"].isna()
    names = [effect_name(row, study.words, apart) for row in there.to_dict("records")]
    return [str(name) for name, same in alike.groupby(names, sort=False).all().items() if same]


def sensitivity_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Indices of sensitivity."""
    from sim.sweeps.sensitivity import sensitivity

    table = sensitivity(study, **settings)
    cards = []
    for name in list(table["measure"].unique())[:MOST_CARDS]:
        rows, column = table[table["measure"] == name], study.measure(name).column
        words = " ".join([column.description, *unusable_lines(rows)])
        figure = draw.indices_figure(rows, study.measure(name), study.words)
        cards.append(Card(name, column.label_en, words, figure))
    over = "over points and seeds" if study.sweep.plan.seeds > 1 else "over points (one seed)"
    reading = (
        "mu_star: mean size of the effect of moving a factor over its range. S1: share of variance "
        "that a factor explains alone; ST: with all its interactions. Thin lines: 95% intervals "
        f"{over}. Pale and hatched: unusable, the column note says why. luck: share of the "
        "variance that is due to seeds. It lowers every S1 and raises every ST: a factor that does "
        "nothing has an ST of about that share, and mu_star above zero likewise."
    )
    notes = unusable_lines(table)
    shown = shown_indices(study, table)
    return Finding("sensitivity", "Sensitivity", reading, table, shown, cards, notes)


def _with_labels(study: Study, table: "pandas.DataFrame") -> "pandas.DataFrame":
    """The same rows, measures by what they are called."""
    labels = {measure.name: measure.column.label_en for measure in study.measures}
    return table.assign(measure=table["measure"].map(labels))


def unusable_lines(rows: "pandas.DataFrame") -> list[str]:
    """How many of some indices cannot be used, and why, a sentence a reason."""
    why = rows.loc[rows["note"] != "", "note"].str.removeprefix("unusable: ").value_counts()
    whole = f"{len(rows):,} indices"
    return [f"{number:,} of {whole} unusable: {reason}." for reason, number in why.items()]


def surface_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Response surface of each measure over one factor or two."""
    import pandas

    from sim.sweeps.surface import surfaces

    measures = settings.get("measures") or [measure.name for measure in study.measures][:MOST_CARDS]
    parts, cards = [], []
    for found in surfaces(study, measures, horizon=settings.get("horizon")):
        name = found.measure.name
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
        if across == up:
            raise InputError(f"{across} cannot stand on both axes; name two factors, or one")
        words = f"{study.horizon(found.horizon).words}: {fit_words(found)}"
        figure = draw.surface_figure(found, across, up, study.words)
        cards.append(Card(name, found.measure.column.label_en, words, figure))
    reading = (
        "A quadratic in all factors, fitted by least squares to the points' means over seeds; "
        "factors not drawn stand in the middle, or at their first level. Coefficients are for "
        "factors scaled to -1 to 1, those of a name against the first name; their intervals come "
        "from surfaces fitted to each seed alone. "
        "A share predicted far below that fitted means that the surface is not to be trusted."
    )
    table = pandas.concat(parts, ignore_index=True)
    rows = shown_terms(study, table)
    return Finding("surface", "Response surfaces", reading, table, rows, cards)


def fit_words(found: "Surface") -> str:
    """How well a surface fits, in a sentence."""
    return f"R2 {found.r2:.2f}, predicting points left out {found.q2:.2f}."


def discovery_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Boxes in which a condition comes true."""
    from sim.sweeps.discovery import discover

    table = discover(study, **settings)
    condition, span = table["condition"].iloc[0], study.horizon(table["horizon"].iloc[0])
    reading = (
        f"Where {condition} holds in {span.words}, by {settings.get('method', 'prim')}. A box "
        "covers many of the cases (coverage) or holds little else (density); the chosen one trades "
        "both. Its ends lie between levels that were tried."
    )
    card = Card("boxes", "Boxes", "Every box that was tried.", draw.boxes_figure(table))
    rows = shown_boxes(study, table)
    return Finding("discovery", "Scenario discovery", reading, table, rows, [card])


def robustness_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Regret and satisficing of every policy."""
    from sim.sweeps.robustness import robustness

    table = robustness(study, **settings)
    policy = list(table.columns[: list(table.columns).index("aim")])
    limits = table["thresholds"].iloc[0]
    satisficing = f"Satisficing: share of futures in which {limits} holds. " if limits else ""
    cards = []
    for name in table["aim"].unique():
        rows = table[table["aim"] == name]
        aim = aim_of(study, name)
        policies = [
            "<br>".join(study.words.level(key, row[key]) for key in policy)
            for row in rows.to_dict("records")
        ]
        levers = ", ".join(map(study.words.label, policy))
        figure = draw.regret_figure(rows, aim.measure.column, policies, levers)
        where = f"Regret over futures, {study.horizon(rows['horizon'].iloc[0]).words}."
        cards.append(Card(aim.name, aim_words(aim), where, figure))
    reading = (
        "Regret: how much worse a policy does in a future than the best policy does there. "
        f"{satisficing}Thin lines: 95% intervals over seeds, none with one seed."
    )
    shown = shown_policies(study, table, policy)
    return Finding("robustness", "Robustness over futures", reading, table, shown, cards)


def pareto_finding(study: Study, settings: Mapping[str, Any]) -> Finding:
    """Points that no other beats."""
    from sim.sweeps.pareto_front import pareto

    table = pareto(study, **settings)
    aims = aims_of(study, settings.get("aims"))
    names = [
        study.words.at({name: row[name] for name in study.factors}, labels=True)
        for row in table.to_dict("records")
    ]
    apart = list(settings.get("by") or ())
    figure = draw.front_figure(table, [aim.measure for aim in aims], names)
    words = "Large marks: no other point betters them in one aim without losing in another."
    reading = f"Aims: {', '.join(map(aim_words, aims))}. {words}"
    if apart:
        told = ", ".join(map(study.words.label, apart))
        reading += f" A point stands against those of the same {told} alone."
    factors, warnings = study.sweep.plan.factors, []
    fates = [name for name in factors if factors[name].role == "uncertainty" and name not in apart]
    if fates:
        told, options = (
            ", ".join(map(study.words.label, fates)),
            " ".join(f"--by {n}" for n in fates),
        )
        warnings = [f"Nobody decides {told}: {options} gives a front for each of its levels."]
    span = study.horizon(settings.get("horizon"))
    card = Card("front", "Trade-off", f"Means over seeds, {span.words}.", figure)
    rows = shown_front(study, table, aims, apart)
    return Finding("pareto", "Pareto front", reading, table, rows, [card], warnings)


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
            where = study.words.at(apart, labels=True)
            title = measure.column.label_en + (f" ({where})" if where else "")
            figure = draw.bands_figure(course, measure, first)
            cards.append(Card(f"{name}_{number}", title, words, figure))
    reading = (
        "Line: mean over draws of the parameters and seeds. Band: seeds, by which a single run at "
        "known parameters may differ (95%, if normal). Dashed: parameters, by which the mean over "
        "endless seeds differs from draw to draw. Luck that is left in means over few seeds is "
        "taken out of the second (two-way random model), so that the variances add up."
    )
    shown = shown_bands(study, table)
    return Finding("bands", "Seeds and parameters", reading, table, shown, cards)


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
    rows = finding.rows[:MOST_ROWS]
    left_out = len(finding.rows) - len(rows)
    heads = list(rows[0]) if rows else []
    cells = [[_in_words(study, head, row[head]) for head in heads] for row in rows]
    tail = note(f"{counted(left_out, 'more row')} in {finding.name}.csv.") if left_out else ""
    drawn = [card for card in finding.cards if has_data(card.figure)]
    cards = [
        chart_card(f"card_{card.identity}", card.title, "", card.note, note("See the table below."))
        for card in drawn
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
    warning = []
    if missing:
        resume = f"{missing}; loansim sweep resume {study.path} does what is left."
        warning.append(section("missing", "Not complete", note(resume)))
    if empty := [card.title for card in finding.cards if card not in drawn]:
        nothing = f"The runs that are done give nothing to draw of: {', '.join(empty)}."
        warning.append(section("empty", "Charts left out", note(nothing)))
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
        {f"card_{card.identity}": card.figure for card in drawn},
    )


def has_data(figure: Figure) -> bool:
    """Whether a figure shows anything: a trace with a place and a number."""
    return any(
        any(x is not None for x in trace.get("x", ()))
        and any(y is not None for y in trace.get("y", ()))
        for trace in figure["data"]
    )


def _in_words(study: Study, head: str, cell: str) -> str:
    """A cell of a report: measures and horizons by what they are called, not by their names."""
    if head == MEASURE:
        return study.measure(cell).column.label_en
    return study.horizon(cell).words if head == HORIZON else cell


def figure_of(finding: Finding, identity: str | None = None) -> Any:
    """One of a finding's figures as an object of the plotting library, for notebooks."""
    from sim.comparison_figures import plotly_figure

    known = {card.identity: card.figure for card in finding.cards}
    if identity is None:
        identity = next(iter(known))
    if identity not in known:
        raise InputError(f"no figure {identity}; there are {', '.join(known)}")
    return plotly_figure(known[identity])


def headline_lines(study: Study, finding: Finding, *, whole: bool = False) -> list[str]:
    """A finding for a terminal: all of it, or the first rows of the last horizon.

    What is the same in all of these rows is told once, above them.
    """
    last = study.horizon(None).name
    usual = [row for row in finding.rows if row.get(HORIZON, last) == last] or finding.rows
    rows = finding.rows if whole else usual[:HEADLINES]
    heads = list(rows[0]) if rows else []
    alike = [h for h in heads[1:] if len(rows) > 1 and len({row[h] for row in rows}) == 1]
    same = ", ".join(f"{head} {rows[0][head]}" for head in alike if rows[0][head])
    columns = [[head, *(row[head] for row in rows)] for head in heads if head not in alike]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*columns, strict=True)
    ]
    more = len(finding.rows) - len(rows)
    tail = [f"(--verbose, or the table: {more:,} more rows)"] if more > 0 else []
    return [*([f"All: {same}."] if same else []), *lines, *tail, *finding.warnings]
