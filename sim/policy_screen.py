"""The policy of a scenario for a person to read: one screen, or the same as JSON or CSV."""

import csv
import io
import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from agents.limits import LICENCES
from sim.core.months import Month
from sim.core.wording import counted, percent
from sim.policy_rows import (
    NOBODY_ELSE,
    BindingRow,
    RuleRow,
    StepRow,
    binding_rows,
    rule_rows,
)
from sim.scenario import Scenario

NARROWEST, WIDEST = 60, 110
"""Columns between which the screen adapts to the terminal."""

INDENT = "      "

SHORT = ((" times", "x"), (" yuan", ""))
"""What cells of a table leave out, so that they fit a screen of 80 columns."""


def policy_text(scenario: Scenario, month: Month, binding: bool, form: str, width: int) -> str:
    """What the command prints.

    binding : what all rules together come to in the month, by licence; else rule by rule
    form : of FORMATS in sim/row_formats.py ; width : columns of the screen, for tables
    """
    if binding:
        found = binding_rows(scenario, month)
        tables: dict[str, Any] = {
            "json": lambda: _json(scenario, month, [_plain_binding(row) for row in found]),
            "csv": lambda: _csv(_flat_bindings(found)),
            "table": lambda: "\n".join(_binding_lines(scenario, month, found, width)),
        }
    else:
        rows = rule_rows(scenario, month)
        tables = {
            "json": lambda: _json(scenario, month, [_plain_rule(row) for row in rows]),
            "csv": lambda: _csv(_flat_rules(rows)),
            "table": lambda: "\n".join(_rule_lines(scenario, month, rows, width)),
        }
    text: str = tables[form]()
    return text


# --- rule by rule ---------------------------------------------------------------------------------


def _rule_lines(scenario: Scenario, month: Month, rows: list[RuleRow], width: int) -> Iterator[str]:
    """Rules under their instruments."""
    width = min(WIDEST, max(NARROWEST, width))
    yield from textwrap.wrap(f"{scenario.name}: {scenario.title}", width)
    yield from textwrap.wrap(f"Seen from {month}; --month {month} shows what binds then.", width)
    for instrument in dict.fromkeys(row.instrument for row in rows):
        yield from ("", instrument)
        for row in rows:
            if row.instrument == instrument:
                yield from _wrapped(f"  {_rule_words(row, month)}", width)
    if scenario.policy.reactions:
        yield from ("", "reaction rules")
        for name, reaction in scenario.policy.reactions.items():
            yield from _wrapped(f"  {name.replace('_', ' ')}: {reaction.sentence()}", width)
    yield from ("", *textwrap.wrap(_supervision(scenario), width))


def _rule_words(row: RuleRow, month: Month) -> str:
    """One rule as a sentence: whom it binds, every step, its end, its source."""
    steps = "; ".join(_step_words(step, month) for step in row.steps)
    text = f"{row.name} ({', '.join(row.binds)}{_for_whom(row)}): {steps}"
    if row.moving:
        text += f"; on its way in {month}" + (f", at {row.now}" if row.now else "")
    if row.until is not None:
        text += f"; {'ended' if row.until < month else 'ends'} with {row.until}"
    if row.money:
        text += f"; {row.money}"
    return f"{text}. Source: {row.source}" if row.source else f"{text}."


def _for_whom(row: RuleRow) -> str:
    return f", for {', '.join(row.segments)}" if row.segments else ""


def _step_words(step: StepRow, month: Month) -> str:
    """`24% from 2025-10, announced 2025-04, phased in over 6 months`."""
    text = f"{step.words} {'since' if step.start <= month else 'from'} {step.start}"
    if step.announced is not None and step.announced < step.start:
        text += f", announced {step.announced}"
    if step.phase_in_months:
        text += f", phased in over {counted(step.phase_in_months, 'month')}"
    return text


def _supervision(scenario: Scenario) -> str:
    """How rules are enforced, and whether lenders act on announcements."""
    policy = scenario.policy
    after, within = policy.revocation_after, policy.repeat_months
    licence = f"; {after} breaches within {within} months cost the licence" if after else ""
    ahead = "act" if policy.anticipation else "do not act"
    return (
        f"A breach that inspectors find costs {percent(policy.fine)} of equity and "
        f"{counted(policy.suspension_months, 'month')} without new customers{licence}. Lenders "
        f"{ahead} on announcements before rules are in force."
    )


# --- what binds in a month ------------------------------------------------------------------------


def _binding_lines(
    scenario: Scenario, month: Month, rows: list[BindingRow], width: int
) -> Iterator[str]:
    """A table by licence, or a list where the screen is too narrow; then what holds for all."""
    width = min(WIDEST, max(NARROWEST, width))
    lpr = scenario.macro.at(month, scenario.start).lpr
    yield from textwrap.wrap(f"{scenario.name}: {scenario.title}", width)
    yield f"What binds in {month}, with a loan prime rate of {percent(lpr)}"
    yield ""
    by_licence = [row for row in rows if NOBODY_ELSE not in row.words]
    label = max(len(row.instrument) for row in by_licence)
    heads = [x.replace("_", " ") for x in LICENCES]
    cells = [[_short(row.words[x]) for x in LICENCES] for row in by_licence]
    upper, lower = zip(*(_two_lines(head) for head in heads), strict=True)
    widths = [max(map(len, column)) for column in zip(upper, lower, *cells, strict=True)]
    if label + sum(widths) + 2 * len(widths) <= width:
        yield _row("", upper, label, widths)
        yield _row("times equity, or yuan", lower, label, widths)
        for row, line in zip(by_licence, cells, strict=True):
            yield _row(row.instrument, line, label, widths)
    else:
        for row in by_licence:
            words = [row.words[x] for x in LICENCES]
            yield from _wrapped(f"{row.instrument}: {_by_level(heads, words)}", width)
    yield ""
    for row in rows:
        if NOBODY_ELSE in row.words:
            yield from _wrapped(f"{row.instrument}: {row.words[NOBODY_ELSE]}", width)
    yield from ("", *textwrap.wrap(_supervision(scenario), width))


def _short(words: str) -> str:
    for long, brief in SHORT:
        words = words.replace(long, brief)
    return words


def _two_lines(head: str) -> tuple[str, str]:
    """A head over two lines, its last word below."""
    upper, _, lower = head.rpartition(" ")
    return upper, lower


def _row(label: str, cells: Sequence[str], first: int, widths: list[int]) -> str:
    rest = "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{label:<{first}}{rest}".rstrip()


def _by_level(heads: list[str], cells: list[str]) -> str:
    """`24% (small loan, bank), none (internet bank)`."""
    groups = {cell: [h for h, c in zip(heads, cells, strict=True) if c == cell] for cell in cells}
    return ", ".join(f"{cell} ({', '.join(whom)})" for cell, whom in groups.items())


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=INDENT) or [""]


# --- for other programs ---------------------------------------------------------------------------


def _json(scenario: Scenario, month: Month, rows: list[dict[str, Any]]) -> str:
    head = {"scenario": scenario.name, "title": scenario.title, "month": str(month)}
    return json.dumps(head | {"rows": rows}, indent=2, ensure_ascii=False)


def _plain_rule(row: RuleRow) -> dict[str, Any]:
    steps = [_plain_step(step) for step in row.steps]
    return {
        "path": row.path,
        "instrument": row.instrument,
        "name": row.name,
        "binds": list(row.binds),
        "segments": list(row.segments),
        "money": row.money,
        "level": row.level,
        "words": row.now,
        "moving": row.moving,
        "steps": steps,
        "until": None if row.until is None else str(row.until),
        "source": row.source,
    }


def _plain_step(step: StepRow) -> dict[str, Any]:
    return {
        "from": str(step.start),
        "announced": None if step.announced is None else str(step.announced),
        "phase_in_months": step.phase_in_months,
        "level": step.level,
        "words": step.words,
    }


def _plain_binding(row: BindingRow) -> dict[str, Any]:
    return {"instrument": row.instrument, "levels": row.levels, "words": row.words}


def _flat_rules(rows: list[RuleRow]) -> list[dict[str, Any]]:
    """One row a step."""
    return [
        {
            "path": row.path,
            "instrument": row.instrument,
            "name": row.name,
            "binds": "; ".join(row.binds),
            "segments": "; ".join(row.segments),
            "money": row.money,
            **_plain_step(step),
            "until": row.until or "",
            "source": row.source,
        }
        for row in rows
        for step in row.steps
    ]


def _flat_bindings(rows: list[BindingRow]) -> list[dict[str, Any]]:
    """One row an instrument and licence."""
    return [
        {
            "instrument": row.instrument,
            "binds": whom,
            "level": row.levels.get(whom, ""),
            "words": words,
        }
        for row in rows
        for whom, words in row.words.items()
    ]


def _csv(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")
