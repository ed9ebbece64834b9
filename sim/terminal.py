"""What a run looks like in a terminal: head, progress, year table, small charts, what happened.

On a terminal there is a progress bar with the time left; anywhere else (a pipe, a log) only
plain lines. With `quiet` nothing but the folder is printed, with `verbose` also how it was made.
"""

import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sim.core.tables import MARKET
from sim.display import NO_PRICE, number, percent, quantity, seeds_text, unit_text, year_heading
from sim.experiment import Phase
from sim.experiment import Progress as TellProgress
from sim.loudness import made_lines
from sim.summary import (
    YEAR_COLUMNS,
    median_market,
    path_of,
    seeds_in,
    what_happened,
    year_table,
)

if TYPE_CHECKING:
    import pandas

    from sim.experiment import Result
    from sim.scenario import Scenario

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = "_.-=+*%#"
"""For terminals that cannot print block characters; low to high."""

SPARKS = ("hhi", "default_rate_12m")
"""Market columns drawn as a line of blocks."""

SPARK_WIDTH = 42
WIDEST = 100
SENTENCES_SHOWN = 5
READING_OF_YEARS = "End of each year, in yuan of the day; the all-in rate: mean of the year."
ONE_SEED = "One seed is one draw of luck, and so is what it shows: --seeds 5 says how much."
FEW_BORROWERS = 50_000
SMALL_SAMPLE = (
    "With few simulated borrowers a lender has few customers: concentration comes out higher, and "
    "lenders live or die by luck. Set only runs of one size side by side."
)
LABEL_WIDTH = 24
YEAR_WIDTH = 8


class Screen:
    """Prints the course of a run.

    quiet : print nothing but the folder
    console : where to print; standard output if None
    verbose : all that happened, each year as it is lived, and how the results were made
    """

    def __init__(
        self, quiet: bool = False, console: Console | None = None, verbose: bool = False
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.console = console or Console(file=sys.stdout, highlight=False, emoji=False)

    @property
    def width(self) -> int:
        """Columns used for running text."""
        return min(self.console.width, WIDEST)

    def opening(
        self, scenario: "Scenario", borrowers: int, seed: int, seeds: int, executor: str
    ) -> None:
        """Say what is about to run."""
        title = f": {scenario.title}" if scenario.title else ""
        self._line(f"{scenario.name}{title}", style="bold")
        which = f"seed {seed}" if seeds == 1 else f"seeds {seed} to {seed + seeds - 1}"
        slow = ", reference executor (slow)" if executor == "reference" else ""
        each = scenario.population / borrowers
        self._text(
            f"{borrowers:,} borrowers, each for {each:,.0f} people, {scenario.burn_in_months} "
            f"months burn-in, {which}{slow}"
        )

    @contextmanager
    def following(self, months: int) -> Iterator[TellProgress | None]:
        """A listener for `run` that shows its progress; None where there is nothing to show."""
        if self.quiet:
            yield None
        elif not self.console.is_terminal:
            yield Plain(self)
        else:
            bar = Progress(
                TextColumn("  {task.description}"),
                BarColumn(bar_width=36),
                TextColumn(f"{months} months"),
                TaskProgressColumn(),
                TimeLeft(),
                console=self.console,
            )
            with bar:
                yield Bar(self, bar)

    def closing(self, result: "Result", folder: Path, report: str) -> None:
        """Show the outcome and say where the files lie."""
        if self.quiet:
            self.console.print(str(folder), soft_wrap=True, markup=False)
            return
        market = result.market
        self._line("")
        for line in year_lines(market):
            self._line(line)
        self._line("")
        for line in spark_lines(market, self._blocks()):
            self._line(line)
        self._sentences(result)
        if seeds_in(market) == 1:
            self._text(ONE_SEED)
        if result.manifest["borrowers"] < FEW_BORROWERS:
            self._text(SMALL_SAMPLE)
        self.made(result.manifest)
        self._line(f"Tables and report: {folder}/   Open: {folder / report}")

    def made(self, manifest: Mapping[str, Any]) -> None:
        """With `verbose`, say how results were made."""
        if self.verbose:
            self._line("")
            for line in made_lines(manifest):
                self._line(line)

    def lived(self, done: int, total: int, seconds: float) -> None:
        """With `verbose`, say how many months are lived."""
        if self.verbose:
            self._line(f"  {done:,} of {total:,} months, {seconds:.1f} s")

    def compiling(self) -> None:
        """Announce that the borrower's month is being compiled, which takes a while once."""
        self._line("  compiling the borrower's month (once, up to a minute) ...")

    def compiled(self, seconds: float) -> None:
        """Say that compilation is over."""
        self._line(f"  compiled in {seconds:.0f} s")

    def _sentences(self, result: "Result") -> None:
        """The first sentences of what happened, wrapped."""
        sentences = what_happened(result.tables)
        if not sentences:
            return
        self._line("")
        self._line("What happened", style="bold")
        most = len(sentences) if self.verbose else SENTENCES_SHOWN
        for sentence in sentences[:most]:
            self._line(
                textwrap.fill(
                    sentence.text, self.width, initial_indent="- ", subsequent_indent="  "
                )
            )
        if len(sentences) > most:
            self._line(f"  ({len(sentences) - most} more in the report)")
        self._line("")

    def _blocks(self) -> str:
        """Block characters that the terminal can print."""
        try:
            BLOCKS.encode(self.console.encoding)
        except (UnicodeEncodeError, LookupError):
            return PLAIN_BLOCKS
        return BLOCKS

    def _text(self, text: str, style: str | None = None) -> None:
        """Running text, wrapped."""
        self._line(textwrap.fill(text, self.width), style)

    def _line(self, text: str, style: str | None = None) -> None:
        if not self.quiet:
            self.console.print(text, style=style, soft_wrap=True, markup=False)


class Plain:
    """Progress as plain lines, for pipes and logs: that code is being compiled; years lived."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.started = 0.0
        self.began = time.monotonic()

    def __call__(self, phase: Phase, done: int, total: int, /) -> None:
        """Announce the start and the end of a compilation, and with `verbose` every year."""
        if phase in ("burn_in", "months") and done and (done % 12 == 0 or done == total):
            self.screen.lived(done, total, time.monotonic() - self.began)
        if phase != "compile":
            return
        if done < total:
            self.started = time.monotonic()
            self.screen.compiling()
        else:
            self.screen.compiled(time.monotonic() - self.started)


class Bar(Plain):
    """Progress as a bar that fills with simulated months, and the time left."""

    def __init__(self, screen: Screen, bar: Progress) -> None:
        super().__init__(screen)
        self.bar = bar
        self.task = bar.add_task("setting up", total=None)
        self.setting_up = True

    def __call__(self, phase: Phase, done: int, total: int, /) -> None:
        """Move the bar; `done` and `total` count simulated months of the whole run."""
        super().__call__(phase, done, total)
        if phase in ("burn_in", "months"):
            if self.setting_up:
                self.setting_up = False
                self.bar.reset(self.task, total=total)  # compiling is no part of the months' pace
            name = "burn-in" if phase == "burn_in" else "months"
            self.bar.update(self.task, description=f"{name:<10}", completed=done, total=total)


class TimeLeft(ProgressColumn):
    """Time left while running, time taken when done, as 0:00:03."""

    def __init__(self) -> None:
        super().__init__()
        self.remaining = TimeRemainingColumn(elapsed_when_finished=True)

    def render(self, task: Task) -> Text:
        """The column's text."""
        left = self.remaining.render(task)
        return left if task.finished else left + Text(" left")


def year_lines(market: "pandas.DataFrame") -> list[str]:
    """The year table as lines of text, at most 80 columns wide for seven years."""
    years = year_table(market)
    heads = "".join(f"{year_heading(month):>{YEAR_WIDTH}}" for month in years["month"])
    lines = [f"{'':{LABEL_WIDTH}}{heads}"]
    for name in YEAR_COLUMNS:
        column = MARKET.column(name)
        unit = unit_text(column)
        share = unit.startswith("%")
        label = column.label_en if share or unit == "firms" else f"{column.label_en}, {unit}"
        cells = [number(column, value) for value in years[name].tolist()]
        cells = [f"{cell}%" if share and cell != NO_PRICE else cell for cell in cells]
        lines.append(
            f"  {label:<{LABEL_WIDTH - 2}}" + "".join(f"{cell:>{YEAR_WIDTH}}" for cell in cells)
        )
    medians = seeds_text(seeds_in(market))
    lines.append(f"  {READING_OF_YEARS}")
    return [*lines, f"  ({medians})"] if medians else lines


def spark_lines(market: "pandas.DataFrame", blocks: str = BLOCKS) -> list[str]:
    """One line a column: label, first value, a line of blocks, last value, lowest and highest."""
    market = median_market(market)
    if market.empty:
        return []
    lines = []
    for name in SPARKS:
        path = path_of(market, name)
        column = path.column
        drawn = sparkline(market[name].tolist(), SPARK_WIDTH, blocks)
        short = percent if unit_text(column).startswith("%") else None
        first, last, low, high = (
            short(value) if short else number(column, value)
            for value in (path.first, path.last, path.low, path.high)
        )
        lines.append(
            f"  {column.label_en:<{LABEL_WIDTH - 2}}{first:>6} {drawn} {last}"
            f"  ({low} to {quantity(column, path.high) if short is None else high})"
        )
    return lines


def sparkline(values: Sequence[float], width: int, blocks: str = BLOCKS) -> str:
    """Values as one line of blocks from lowest to highest, thinned to at most `width` of them."""
    if not values:
        return ""
    count = min(width, len(values))
    step = (len(values) - 1) / max(count - 1, 1)
    thinned = [values[round(place * step)] for place in range(count)]
    low, high = min(thinned), max(thinned)
    span = high - low
    if span == 0:
        return blocks[0] * count
    top = len(blocks) - 1
    return "".join(blocks[round((value - low) / span * top)] for value in thinned)
