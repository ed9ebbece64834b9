"""What a sweep looks like in a terminal: runs done, failed, rate, time left."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from sim.sweeps.running import Listen, Standing

LINE_EVERY = 30.0
"""Seconds between two lines where there is no terminal."""

WORDS = {
    "planning": "making the design ...",
    "verifying": "verifying what is there ...",
    "sharing": "finding months that points share ...",
    "compiling": "starting workers (once, up to a minute, while code is compiled) ...",
    "over": "",
}


class SweepScreen:
    """Prints the course of a sweep; nothing with `quiet`, every run with `verbose`."""

    def __init__(
        self, quiet: bool = False, console: Console | None = None, verbose: bool = False
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.console = console or Console(file=sys.stdout, highlight=False, emoji=False)

    def line(self, text: str) -> None:
        """Print a line."""
        if not self.quiet:
            self.console.print(text, soft_wrap=True, markup=False)

    def came(self, standing: Standing) -> None:
        """With `verbose`, a line for every run that came in."""
        for line in standing.came if self.verbose else ():
            self.line(f"  {line}")

    @contextmanager
    def following(self) -> Iterator[Listen]:
        """A listener that shows how far a sweep is."""
        if self.quiet:
            yield lambda _: None
        elif self.console.is_terminal:
            bar = Progress(
                TextColumn("  {task.description}"), BarColumn(bar_width=30), console=self.console
            )
            with bar:
                yield _Bar(bar, self)
        else:
            yield _Lines(self)


class _Lines:
    """Progress as plain lines, for logs."""

    def __init__(self, screen: SweepScreen) -> None:
        self.screen = screen
        self.last = 0.0
        self.phase = ""

    def __call__(self, standing: Standing) -> None:
        if standing.phase != self.phase:
            self.phase, self.last = standing.phase, 0.0
            if WORDS.get(standing.phase):
                self.screen.line(f"  {WORDS[standing.phase]}")
        self.screen.came(standing)
        if standing.phase == "running" and time.monotonic() - self.last > LINE_EVERY:
            self.last = time.monotonic()
            self.screen.line(f"  {standing_text(standing)}")


class _Bar:
    """Progress as a bar."""

    def __init__(self, bar: Progress, screen: SweepScreen) -> None:
        self.bar = bar
        self.screen = screen
        self.task = bar.add_task("", total=None)

    def __call__(self, standing: Standing) -> None:
        self.screen.came(standing)
        if standing.phase in ("running", "over"):
            finished = standing.done + standing.failed + standing.under_way
            self.bar.update(
                self.task,
                total=standing.runs,
                completed=finished,
                description=standing_text(standing),
            )
        else:
            self.bar.update(self.task, description=WORDS[standing.phase])


def standing_text(standing: Standing) -> str:
    """How far a sweep is, in one line ("412 of 1,000 runs, 2 failed, 1.9 a second, 5 min left")."""
    parts = [f"{standing.done + standing.under_way:,} of {standing.runs:,} runs"]
    if standing.failed:
        parts.append(f"{standing.failed:,} failed")
    if standing.phase == "running" and standing.rate > 0:
        slow = standing.rate < 1
        rate = f"{60 * standing.rate:.1f} a minute" if slow else f"{standing.rate:.1f} a second"
        parts += [rate, f"{duration(standing.seconds_left or 0.0)} left"]
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """A time for reading ("40 s", "12 min", "3 h 20 min")."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
