"""What a comparison looks like in a terminal: head, table of effects, later years, sentences."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from sim.comparison_words import (
    HOW_TO_READ,
    Row,
    later_horizons,
    pairing_worth,
    shown_rows,
    times_text,
    what_it_says,
)
from sim.core.wording import counted
from sim.terminal import WIDEST, Screen

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.horizons import Horizon
    from sim.scenario import Scenario

CLEAR, NO_MARK = "*", "\N{NO-BREAK SPACE}"
"""Beside an effect whose interval leaves out zero, and beside others, so that figures align."""


class ComparisonScreen(Screen):
    """Prints the course and the outcome of a comparison."""

    def __init__(
        self, quiet: bool = False, console: Console | None = None, verbose: bool = False
    ) -> None:
        super().__init__(quiet, console, verbose)
        if console is None and not self.console.is_terminal:
            self.console.width = WIDEST  # a pipe has no width; tables need a little over 80

    def beginning(
        self, base: "Scenario", other: "Scenario", borrowers: int, seed: int, seeds: int
    ) -> None:
        """Say what is about to be compared."""
        self._line(f"{other.name} against {base.name}", style="bold")
        if other.title:
            self._text(other.title)
        which = f"seed {seed}" if seeds == 1 else f"seeds {seed} to {seed + seeds - 1}"
        self._line(f"{borrowers:,} borrowers, {which}, the same in both scenarios")

    def outcome(self, comparison: "Comparison") -> None:
        """Show the effects; where nothing differs, only say so."""
        self._line("")
        if not comparison.changes_nothing:
            self._effects(comparison, comparison.headline)
            self._later(comparison)
            self._line("")
            for horizon in comparison.horizons if self.verbose else ():
                if horizon != comparison.headline:
                    self._effects(comparison, horizon)
                    self._line("")
        for sentence in what_it_says(comparison):
            self._line(
                textwrap.fill(sentence, self.width, initial_indent="- ", subsequent_indent="  ")
            )
        self.made(comparison.manifest)

    def written(self, folder: Path, report: str) -> None:
        """Say where the files lie."""
        if self.quiet:
            self.console.print(str(folder), soft_wrap=True, markup=False)
        else:
            self._line("")
            self._line(f"Tables and report: {folder}/   Open: {folder / report}")

    def _effects(self, comparison: "Comparison", horizon: "Horizon") -> None:
        """The effects at a horizon; how to read them below the headline's."""
        rows = shown_rows(comparison, horizon)
        worth = pairing_worth(rows)
        bought = f" (pairing is worth {times_text(worth)})" if worth == worth else ""
        self._text(
            f"effect of {comparison.other} on {comparison.base}, {horizon.words} ({horizon.span}), "
            f"{counted(comparison.seeds, 'seed')}, paired{bought}",
            style="bold",
        )
        table = _table("", "effect", "95% interval", "without pairing", "pairing")
        for row in rows:
            table.add_row(
                row.label,
                row.effect_text,
                row.interval_text,
                row.unpaired_text,
                times_text(row.variance_ratio),
            )
        self._print(table)
        for words in HOW_TO_READ if horizon == comparison.headline else ():
            self._line(textwrap.fill(words, self.width, subsequent_indent="  "), style="dim")

    def _later(self, comparison: "Comparison") -> None:
        """Effects in the years after the change, and what pairing is worth in each."""
        horizons = later_horizons(comparison)
        if len(horizons) < 2:
            return
        columns = [shown_rows(comparison, horizon) for horizon in horizons]
        self._line("")
        self._line(f"year by year after the change ({CLEAR}: the interval leaves out zero)")
        table = _table("", *(h.words.removesuffix(" after the change") for h in horizons))
        for rows in zip(*columns, strict=True):
            table.add_row(rows[0].label, *(_marked(row) for row in rows))
        table.add_row("pairing is worth", *(times_text(pairing_worth(rows)) for rows in columns))
        self._print(table)

    def _print(self, table: Table) -> None:
        if not self.quiet:
            self.console.print(table)


def _table(*heads: str) -> Table:
    """A table without lines, words to the left and figures to the right."""
    table = Table(*heads, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    table.columns[0].justify = "left"
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _marked(row: Row) -> str:
    """An effect, marked where it is clear; room for the mark where it is not."""
    return f"{row.effect_text}{CLEAR if row.clear else NO_MARK}"
