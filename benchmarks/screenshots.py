"""Pictures of every page of the dashboard for docs/dashboard.md.

    python -m benchmarks.screenshots [--results DIR] [--out docs/screenshots] [--only NAME ...]

Makes runs and a small sweep of its own (some minutes on two cores) unless it is given a results
folder that has them, serves them, opens every page in Chromium (1280 pixels wide in English, a
phone's 390 in Chinese), waits until charts are drawn, and writes PNG files in 192 colours. Four
phones stand side by side in one file. Look at every picture before it is committed.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.processes import ROOT

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Page, ViewportSize

OUT = ROOT / "docs" / "screenshots"
WIDE = 1280
PHONE: "ViewportSize" = {"width": 390, "height": 844}
COLOURS = 192
PATIENCE = 600_000
"""Milliseconds until a page is given up: it may have to simulate on a busy machine."""

RUNS = {"observed": "observed", "cap_12": "cap_12_early"}
"""Folder of a run -> its scenario."""
SIZE = ["--borrowers", "20000", "--seeds", "2"]
SWEEP = """
title: Caps and saving
question: Where does a lower cap cost more access than it saves in default?
bases: [observed]
factors:
  cap: {path: policy.apr_cap.steps.2026-01.level, label: cap from 2026 on,
        range: {low: 12%, high: 36%}}
  saving: {path: behaviour.saving, role: uncertainty, range: {low: 10%, high: 40%}}
design: {kind: lhs, points: 24}
seeds: 1
borrowers: 2000
months: 36
outputs: [hhi, default_rate_12m, apr_new, borrowers_active]
"""

DRAWN = """() => {
  const charts = [...document.querySelectorAll('.js-plotly-plot')];
  const status = document.querySelectorAll('.status .bar, .status-line .bar').length;
  return charts.length > 0 && status === 0
    && charts.every(chart => chart.querySelector('.main-svg') !== null);
}"""
"""Whether nothing is under way and every chart is drawn."""

READY = "() => document.querySelector('main table, main svg, main h2') !== null"
"""The same for pages that may have no chart."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page as it is photographed.

    address : behind the host ; to : what is scrolled to the top ; charts : whether it has any
    height : of the wide picture, pixels
    """

    name: str
    address: str
    to: str = ""
    charts: bool = True
    height: int = 1180


PAIR = "scenario=run:cap_12&against=run:observed"
PAGES = (
    Shot("market", f"/?{PAIR}", height=2060),
    Shot("inequality", f"/?{PAIR}", to="[data-card=lorenz]", height=640),
    Shot("what-if", "/what-if?scenario=observed&cap=12,2026-01,0,0&seeds=2&borrowers=20000"),
    Shot("lenders", f"/lenders?{PAIR}&firm=bigtech_1"),
    Shot("borrowers", f"/borrowers?{PAIR}"),
    Shot("life", "/borrowers?scenario=run:observed&person=defaulted", to=".life"),
    Shot("sweeps", "/sweeps", height=1380),
    Shot("policy", "/policy?scenario=observed"),
    Shot("evidence", "/evidence", charts=False),
    Shot("learn", "/learn?scenario=run:observed"),
)

STRIPS = {
    "phone-1": ("market", "what-if", "lenders", "borrowers"),
    "phone-2": ("life", "policy", "evidence", "learn"),
}
"""File -> the pages that stand side by side in it."""


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots")
    parser.add_argument("--results", type=Path, help="folder with runs `observed` and `cap_12`")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--only", nargs="+", help="names of pages or strips")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="loansim-shots-") as scratch:
        results = options.results or made(Path(scratch) / "runs")
        with served(results) as address:
            for path in photographs(address, options.out, options.only):
                print(f"{path}: {path.stat().st_size / 1000:.0f} kB", flush=True)


def made(results: Path) -> Path:
    """A results folder with two runs and a sweep."""
    results.mkdir()
    for folder, scenario in RUNS.items():
        _loansim("run", scenario, *SIZE, "--out", str(results / folder))
    plan = results / "plan.yaml"
    plan.write_text(SWEEP, encoding="utf-8")
    _loansim("sweep", "run", str(plan), "--out", str(results / "caps"))
    plan.unlink()
    return results


def _loansim(*words: str) -> None:
    """One command, to its end; what it says is not shown."""
    command = [sys.executable, "-m", "sim.cli", *words]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(results: Path) -> Iterator[str]:
    """The dashboard over a results folder, at an address; ended on the way out."""
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--results", str(results)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+?(?=/?\s)", process.stdout.readline())
        if found is None:
            raise SystemExit("the dashboard did not start")
        yield found[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(30)


def photographs(address: str, out: Path, only: list[str] | None) -> Iterator[Path]:
    """All pictures, one after the other, as files."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium on this machine: apt install chromium")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        wide = browser.new_page(locale="en-GB")
        for shot in PAGES:
            if only is None or shot.name in only:
                wide.set_viewport_size({"width": WIDE, "height": shot.height})
                yield saved(_picture(wide, address, shot, "en"), out / f"{shot.name}.png")
        phone = browser.new_page(viewport=PHONE, locale="zh-CN", has_touch=True)
        by_name = {shot.name: shot for shot in PAGES}
        for name, pages in STRIPS.items():
            if only is None or name in only:
                pictures = [_picture(phone, address, by_name[page], "zh") for page in pages]
                yield saved(_side_by_side(pictures), out / f"{name}.png")
        browser.close()


def _picture(page: "Page", address: str, shot: Shot, language: str) -> "Image":
    """One page, once everything is drawn."""
    import io

    import PIL.Image

    joint = "&" if "?" in shot.address else "?"
    page.goto(f"{address}{shot.address}{joint}lang={language}")
    page.wait_for_function(DRAWN if shot.charts else READY, timeout=PATIENCE)
    if shot.to:
        page.wait_for_selector(f"{shot.to} .main-svg", timeout=PATIENCE)
        page.evaluate(f"document.querySelector('{shot.to}').scrollIntoView()")
    page.wait_for_load_state("networkidle")  # the newest figures are on their way
    page.wait_for_timeout(1_500)  # fonts and the last transitions
    return PIL.Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _side_by_side(pictures: "list[Image]") -> "Image":
    """Pictures of phones in a row, a little apart."""
    import PIL.Image

    gap = 16
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    strip = PIL.Image.new("RGB", (width, max(picture.height for picture in pictures)), "#c9ced6")
    left = 0
    for picture in pictures:
        strip.paste(picture, (left, 0))
        left += picture.width + gap
    return strip


def saved(picture: "Image", path: Path) -> Path:
    """A picture as a small file."""
    import PIL.Image

    # A line of a chart has few pixels: it keeps its colour, whatever the texts around it need.
    few = picture.quantize(COLOURS, PIL.Image.Quantize.MAXCOVERAGE, dither=PIL.Image.Dither.NONE)
    few.save(path, optimize=True)
    return path


if __name__ == "__main__":
    main()
