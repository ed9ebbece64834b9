"""A validation as an HTML page: every check with its verdict in words, and a chart of each."""

from sim.core.wording import counted
from sim.evidence.figures import check_figure
from sim.evidence.files import Kept, KeptCheck
from sim.evidence.wording import (
    FITTED,
    GROUPS,
    SIGNS,
    USES,
    VERDICT_WORDS,
    about,
    accepted,
    figure_text,
    interval,
    title,
)
from sim.report_page import chart_card, chart_grid, html_table, note, report_page, section

HEADS = [
    "check",
    "verdict",
    "data",
    "model, mean",
    "95% interval",
    "accepted",
    "how the figure is taken",
    "use",
    "source and tolerance",
]

READING = (
    "A check passes where the mean over seeds lies in what is accepted, is near where it lies a "
    "margin beyond, and fails otherwise; facts about a sign pass only where all of the interval "
    "lies there. Failed checks stay. A figure that values were fitted to says so: that it is met "
    "validates nothing. Tolerances marked as assumptions are judgements."
)

NOT_MEASURED = (
    "Not measured here: size tails of firms from equal starts, and approvals at equal loss, have "
    "no test yet; that exclusive data concentrates, and that search narrows offers, are tested by "
    "tests/test_facts.py, where they are marked as not shown; entry and margins are tested there."
)


def validation_html(kept: Kept) -> str:
    """The page of a validation."""
    manifest = kept.manifest
    groups = list(dict.fromkeys(check.group for check in kept.checks))
    sections = [section("reading", "How to read it", note(READING) + note(NOT_MEASURED))]
    figures = {}
    for group in groups:
        checks = [check for check in kept.checks if check.group == group]
        head = GROUPS[group][0]
        table = html_table(HEADS, [_cells(check) for check in checks], text=True)
        sections.append(section(f"group-{group}", head, table, "scroll whole"))
    cards = []
    for check in kept.checks:
        identity = f"check_{check.name}"
        figures[identity] = check_figure(check)
        cells = html_table(HEADS, [_cells(check)], text=True)
        card = chart_card(identity, title(check), verdict_words(check), about(check), cells)
        cards.append(card)
    sections.append(
        chart_grid(
            "Data against the model",
            "Band: what is accepted; circles: single seeds; dot: their mean with its interval; "
            "diamond: data.",
            cards,
        )
    )
    return report_page(
        f"How well the model fits: {kept.scenario}",
        summary(kept),
        {
            "Scenario": str(manifest["validated"]["title"]),
            "Seeds": f"{manifest['seed']} to {manifest['seed'] + manifest['seeds'] - 1}",
            "Borrowers": f"{manifest['borrowers']:,}",
            "Version": str(manifest["versions"]["loansim"]),
            "Finished": str(manifest["finished"]),
            "Scenario hash": str(manifest["validated"]["hash"])[:12],
        },
        sections,
        figures,
    )


def summary(kept: Kept) -> str:
    """How many checks came to which verdict, in a sentence."""
    parts = [
        f"{kept.count(verdict)} {words[0]}"
        for verdict, words in VERDICT_WORDS.items()
        if kept.count(verdict)
    ]
    fitted = len(kept.fitted)
    free = f"{counted(len(kept.checks) - fitted, 'check')}: {', '.join(parts)}."
    if not fitted:
        return free
    met = sum(check.judged.verdict == "pass" for check in kept.fitted)
    return f"{free} Fitted to, so no validation: {counted(fitted, 'check')}, {met} met."


def verdict_words(check: KeptCheck) -> str:
    """The verdict with its sign, and whether values were fitted to the figure."""
    verdict = check.judged.verdict
    fitted = f" ({FITTED[0]})" if check.is_fitted else ""
    return f"{SIGNS[verdict]} {VERDICT_WORDS[verdict][0]}{fitted}"


def _cells(check: KeptCheck) -> list[str]:
    return [
        title(check),
        verdict_words(check),
        figure_text(check, check.data),
        figure_text(check, check.judged.mean),
        interval(check),
        accepted(check),
        about(check),
        USES[check.use][0],
        f"{check.source}; {check.tolerance}",
    ]
