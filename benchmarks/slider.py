"""How long a reader of What-if waits: a slider is released in Chromium, charts are watched.

    python -m benchmarks.slider [--moves N] [--borrowers N] [--seeds N]

Serves the dashboard, opens What-if with a cap, waits until all is there (workers have compiled,
the base and the shared past are known), then moves the cap by a step at a time. Of every move it
says when the first chart was drawn anew, when all four were, and when all four showed the whole
answer; and the processor seconds that the server, the workers and the browser used, which other
programs of the machine disturb less than the clock.
"""

import argparse
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import COMMAND, ROOT, environment, spread

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS = 250
"""Milliseconds between two looks at the page: looking takes time of the browser too."""
PATIENCE = 300_000
"""Milliseconds until it is given up."""

QUIET_FOR = 0.8
"""Seconds without a chart being drawn after which a move is over."""

WATCH = """() => {
  window.drawn = [];
  for (const chart of document.querySelectorAll('.cards .js-plotly-plot')) {
    const card = chart.closest('[data-card]').dataset.card;
    chart.on('plotly_afterplot', () => window.drawn.push([performance.now(), card]));
  }
  addEventListener('keydown', () => { window.drawn = []; window.released = performance.now(); },
    {capture: true});
}"""
"""Notes when which chart was drawn, and when a key was pressed last."""

COMPLETE = """() => document.querySelectorAll('.status-mark.good').length === 1
  && document.querySelectorAll('.status .bar').length === 0"""


@dataclass(frozen=True, slots=True)
class Move:
    """What came of one release, in seconds.

    first, rough, whole : until one chart was drawn anew, all four, all four with everything
    server, workers, browser : processor seconds
    """

    first: float
    rough: float
    whole: float
    server: float
    workers: float
    browser: float


def main() -> None:
    """Move the slider and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slider")
    parser.add_argument("--moves", type=int, default=6)
    parser.add_argument("--borrowers", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    size = f"seeds={options.seeds}&borrowers={options.borrowers}"
    with _served() as (server, address), _page() as page:
        page.goto(f"{address}/what-if?cap=12,2026-01,0,0&{size}&lang=en")
        page.wait_for_function(COMPLETE, timeout=PATIENCE, polling=LOOKS)
        page.wait_for_timeout(2_000)
        page.evaluate(WATCH)
        moves = []
        for place in range(options.moves):
            moves.append(_move(page, server))
            print(f"move {place + 1}: {_line(moves[-1])}", flush=True)
    for name in ("first", "rough", "whole", "server", "workers", "browser"):
        print(f"{name:8} {spread([getattr(move, name) for move in moves], 's')}")


def _line(move: Move) -> str:
    return (
        f"first chart {move.first:.2f} s, four {move.rough:.2f} s, whole {move.whole:.2f} s; "
        f"processor: server {move.server:.2f} s, workers {move.workers:.2f} s, "
        f"browser {move.browser:.2f} s"
    )


def _move(page: "Page", server: int) -> Move:
    """One step of the slider, until nothing more is drawn."""
    before = _spent(server)
    page.get_by_role("slider", name="Price cap, all-in: level").press("ArrowRight")
    page.wait_for_function("() => window.drawn.length > 0", timeout=PATIENCE, polling=LOOKS)
    page.wait_for_function(COMPLETE, timeout=PATIENCE, polling=LOOKS)
    seen = -1
    while seen != (seen := page.evaluate("window.drawn.length")):
        page.wait_for_timeout(1000 * QUIET_FOR)
    after = _spent(server)
    released = page.evaluate("window.released")
    drawn: list[tuple[float, str]] = [
        ((when - released) / 1000, card) for when, card in page.evaluate("window.drawn")
    ]
    firsts = {card: when for when, card in reversed(drawn)}
    lasts = {card: when for when, card in drawn}
    return Move(
        min(firsts.values()),
        max(firsts.values()),
        max(lasts.values()),
        *(now - then for then, now in zip(before, after, strict=True)),
    )


def _spent(server: int) -> tuple[float, float, float]:
    """Processor seconds so far of the server, what it started, and the browser."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        ticks = os.sysconf("SC_CLK_TCK")
        stats[int(path.parent.name)] = int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks

    def below(process: int) -> float:
        children = [one for one, (parent, _) in stats.items() if parent == process]
        return sum(stats[one][1] + below(one) for one in children)

    return stats[server][1], below(server), below(os.getpid()) - stats[server][1] - below(server)


@contextmanager
def _served() -> Iterator[tuple[int, str]]:
    """The dashboard without runs: its process and address."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*COMMAND, "dashboard", "--port", "0", "--results", folder],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+?(?=/?\s)", process.stdout.readline())
            if found is None:
                raise SystemExit("the dashboard did not start")
            yield process.pid, found[0].rstrip("/")
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _page() -> Iterator["Page"]:
    """A page of Chromium, as wide as a laptop."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        browser.close()


if __name__ == "__main__":
    main()
