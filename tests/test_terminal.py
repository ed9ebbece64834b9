"""What a terminal shows, on a terminal and off it."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from sim.experiment import Result
from sim.terminal import BLOCKS, PLAIN_BLOCKS, Screen, spark_lines, sparkline, year_lines
from tests.synthetic import manifest, market_table, run_tables, seed_tables

SCENARIO: Any = SimpleNamespace(
    name="observed", title="History to 2026", burn_in_months=24, population=500_000_000
)


def screen(quiet: bool = False, terminal: bool = False, encoding: str = "utf-8") -> Screen:
    """A screen that writes to a string."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    console = Console(
        file=file, force_terminal=terminal, width=80, highlight=False, color_system=None
    )
    return Screen(quiet, console)


def shown(on: Screen) -> str:
    """What a screen has printed."""
    file = on.console.file
    assert isinstance(file, io.TextIOWrapper)
    assert isinstance(file.buffer, io.BytesIO)
    return file.buffer.getvalue().decode(file.encoding)


def test_the_head_names_what_runs() -> None:
    on = screen()
    on.opening(SCENARIO, 100_000, 1, 1, "cpu")
    assert shown(on).splitlines() == [
        "observed: History to 2026",
        "100,000 borrowers, each for 5,000 people, 24 months burn-in, seed 1",
    ]
    on = screen()
    on.opening(SCENARIO, 1_000, 5, 3, "reference")
    assert "seeds 5 to 7, reference executor (slow)" in " ".join(shown(on).split())


def test_the_year_table_fits_eighty_columns() -> None:
    lines = year_lines(market_table())
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == [str(year) for year in range(2024, 2031)]
    assert lines[1].split()[:3] == ["Balance,", "tn", "yuan"]
    assert lines[4].split()[-1] == "3.0%"
    nothing_lent = year_lines(market_table().assign(originations=0.0))
    assert nothing_lent[5].split()[-7:] == ["–"] * 7
    assert year_lines(seed_tables(3)["market"])[-1] == "  (median of 3 seeds)"


def test_a_sparkline_runs_from_lowest_to_highest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20) == BLOCKS
    assert sparkline([2, 2, 2], 20) == BLOCKS[0] * 3
    assert sparkline([5], 20) == BLOCKS[0]
    assert sparkline([], 20) == ""
    thinned = sparkline(list(range(84)), 42)
    assert len(thinned) == 42
    assert (thinned[0], thinned[-1]) == (BLOCKS[0], BLOCKS[-1])


def test_the_charts_of_hhi_and_default_carry_their_figures() -> None:
    hhi, default = spark_lines(market_table())
    assert hhi.startswith("  HHI by brand")
    assert "740 ▁" in hhi
    assert hhi.endswith("█ 1,010  (740 to 1,010 points)")
    assert default.endswith("3.0%  (3.0% to 4.6%)")


def test_off_a_terminal_everything_is_plain_text() -> None:
    on = screen()
    with on.following(84) as progress:
        assert progress is not None
        progress("setup", 0, 1)
        progress("compile", 0, 1)
        progress("compile", 1, 1)
        progress("burn_in", 5, 108)
        progress("months", 108, 108)
    on.closing(Result(run_tables(), manifest()), Path("runs/observed-1"), "report.html")
    text = shown(on)
    assert "\x1b" not in text
    assert "\r" not in text
    assert "compiling the borrower's month (once, up to a minute)" in text
    assert "compiled in" in text
    assert "What happened" in text
    assert "4.6% in 2026-12" in " ".join(text.split())
    assert (
        "Tables and report: runs/observed-1/   Open: runs/observed-1/report.html" in text
    )  # one line, to be copied


def test_on_a_terminal_there_is_a_bar_with_the_time_left() -> None:
    on = screen(terminal=True)
    with on.following(84) as progress:
        assert progress is not None
        for done in range(0, 109, 12):
            progress("burn_in" if done < 24 else "months", done, 108)
    text = shown(on)
    assert "100%" in text
    assert "84 months" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_prints_the_folder_only(terminal: bool) -> None:
    on = screen(quiet=True, terminal=terminal)
    on.opening(SCENARIO, 100_000, 1, 1, "cpu")
    with on.following(84) as progress:
        assert progress is None
    on.closing(Result(run_tables(), manifest()), Path("runs/observed-1"), "report.html")
    assert shown(on) == "runs/observed-1\n"


def test_a_terminal_without_block_characters_gets_plain_ones() -> None:
    on = screen(encoding="ascii")
    on.console.file.reconfigure(errors="replace")  # type: ignore[attr-defined]
    on.closing(Result(run_tables(), manifest()), Path("out"), "report.html")
    line = next(line for line in shown(on).splitlines() if line.startswith("  HHI by brand  "))
    assert set(line.split()[4]) <= set(PLAIN_BLOCKS)
