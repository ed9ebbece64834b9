"""What makes the command line easy: examples, completion, formats, plots, the doctor."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas
import pytest
import typer

import sim.doctor
from sim.cli import app, main
from sim.completion import scenario_names
from sim.core.errors import InputError
from sim.doctor import Finding, check_up, conclusion, table_lines
from sim.examples import EXAMPLES
from sim.row_formats import frame_text
from sim.terminal_plot import BLOCKS, PLAIN_BLOCKS, drawable, fitting_blocks, plot_lines
from tests.synthetic import market_table

USES = [(command, line) for command, uses in EXAMPLES.items() for line, _ in uses]
COMMANDS: Any = typer.main.get_command(app)


def leaves(group: Any, above: str = "") -> dict[str, Any]:
    """Every command of the program that does something itself."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= leaves(command, f"{above}{name} ")
        else:
            found[f"{above}{name}"] = command
    return found


LEAVES = leaves(COMMANDS)


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(LEAVES)
    shown = {name: command.epilog or "" for name, command in LEAVES.items()}
    assert max(len(line) for text in shown.values() for line in text.splitlines()) <= 76
    assert [name for name, text in shown.items() if f"loansim {name}" not in text] == []


@pytest.mark.parametrize(("command", "line"), USES, ids=[line for _, line in USES])
def test_an_example_is_what_its_command_takes(command: str, line: str) -> None:
    words = shlex.split(line)[1:]
    name = command.split()
    assert words[: len(name)] == name
    LEAVES[command].make_context(command, words[len(name) :])  # raises on what it does not take


def test_the_list_of_commands_breaks_nothing_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["--help"]) == 0
    _, listed = capsys.readouterr().out.split("Commands:")
    assert "inspect" in listed
    assert "..." not in listed


def test_help_ends_with_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "\n    # what a 20% ceiling changes\n    loansim compare observed cap_20\n" in shown
    assert main(["--help"]) == 0
    assert "Exit codes: 0 done; 1 something failed" in capsys.readouterr().out


def test_a_tab_offers_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cap_of_mine.yaml").touch()
    assert {"cap_20", "cap_36", "cap_of_mine.yaml"} <= set(scenario_names("cap_"))
    assert scenario_names("nothing_like") == []
    pressed = {
        "_LOANSIM_COMPLETE": "complete_bash",
        "COMP_WORDS": "loansim run clas",
        "COMP_CWORD": "2",
    }
    command = [sys.executable, "-c", "from sim.cli import main; main([])"]
    done = subprocess.run(
        command,
        env=os.environ | pressed,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout.split() == ["classroom"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("loansim sweep run cap_and_c", "cap_and_competition"),
        ("loansim calibrate obs", "observed_2024"),
    ],
)
def test_a_tab_offers_plans(words: str, offered: str, tmp_path: Path) -> None:
    pressed = {
        "_LOANSIM_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from sim.cli import main; main([])"],
        cwd=tmp_path, env=os.environ | pressed, capture_output=True, text=True, check=True,
        timeout=300,
    )  # fmt: skip
    assert done.stdout.split() == [offered]


# --- formats --------------------------------------------------------------------------------


def test_a_list_is_printed_for_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "list", "cap", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert "cap_20" in {row["name"] for row in rows}
    assert main(["scenarios", "list", "cap", "--format", "csv"]) == 0
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == rows
    assert main(["scenarios", "list", "--format", "jason"]) == 2
    assert "Did you mean 'json'?" in capsys.readouterr().err


def test_a_table_keeps_its_values_and_days() -> None:
    table = pandas.DataFrame({"month": pandas.to_datetime(["2024-01-01"]), "apr": [0.12345678901]})
    assert frame_text(table, "csv") == "month,apr\n2024-01-01,0.12345678901"
    (row,) = json.loads(frame_text(table, "json"))
    assert row["month"] == "2024-01-01"
    assert row["apr"] == pytest.approx(0.12345678901)


def test_nothing_printed_to_a_pipe_has_colours() -> None:
    for arguments in (["--help"], ["scenarios", "list"], ["policy", "observed"]):
        done = subprocess.run(
            [sys.executable, "-m", "sim.cli", *arguments],
            env=os.environ | {"NO_COLOR": "1", "TERM": "xterm-256color"},
            capture_output=True, check=True,
            timeout=300,
        )  # fmt: skip
        assert b"\x1b" not in done.stdout


# --- plots ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "width"), [(84, 80), (84, 60), (12, 80), (1, 40)])
def test_a_plot_rises_where_the_figure_does(months: int, width: int) -> None:
    table = market_table(months)
    table["month"] = pandas.to_datetime(table["month"])
    lines = list(plot_lines(table, drawable(["hhi"]), width))
    assert max(map(len, lines)) <= width
    drawn = [line.split("|")[1] for line in lines if "|" in line]
    assert len(drawn) == 8
    if months > 1:  # the figure rises in a straight line: full below on the right, empty above left
        assert drawn[0].rstrip()[-1] != " "
        assert drawn[0].startswith(" ")
        heights = [sum(row.ljust(width)[i] != " " for row in drawn) for i in range(len(drawn[-1]))]
        assert heights == sorted(heights)
        assert heights[-1] == 8
        assert "2024" in lines[-2]
        assert "1,010" in lines[1]  # the highest value stands at the top of the axis


def test_a_plot_of_something_unknown_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'balance'"):
        drawable(["balanse"])
    with pytest.raises(InputError, match="no column 'month'"):
        drawable(["month"])
    assert [column.name for column in drawable([])] == ["hhi", "default_rate_12m", "apr_new"]
    assert fitting_blocks("utf-8") == BLOCKS
    assert fitting_blocks("ascii") == fitting_blocks(None) == PLAIN_BLOCKS
    assert len(PLAIN_BLOCKS) == len(BLOCKS)


# --- the doctor -----------------------------------------------------------------------------


def test_a_check_up_looks_at_everything(capsys: pytest.CaptureFixture[str]) -> None:
    found = {finding.what: finding for finding in check_up()}
    assert {"loansim", "Python", "libraries", "cores", "memory", "GPU", "Chromium"} <= set(found)
    assert {"compiled code", "folder"} <= set(found)
    assert "numba" in found["libraries"].found
    assert main(["doctor", "--format", "json"]) in {0, 1}
    rows = json.loads(capsys.readouterr().out)
    assert {row["what"] for row in rows} == set(found)


def test_a_problem_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace(origin="/elsewhere/agents/__init__.py")
    monkeypatch.setattr(sim.doctor.importlib.util, "find_spec", lambda name: other)
    monkeypatch.setattr("sim.core.rule.CACHE_FOLDER", None)
    monkeypatch.setattr("sim.one_to_one.bytes_free", lambda: 1_000)
    found = {finding.what: finding for finding in check_up()}
    problems = {what for what, finding in found.items() if finding.state == "problem"}
    assert problems >= {"package agents", "compiled code", "memory"}
    assert all(found[what].todo for what in problems)
    assert "package agents" in conclusion(list(found.values()))


def test_the_doctors_table_fits_and_shows_all() -> None:
    found = [Finding("one", "ok", "word " * 40), Finding("another", "problem", "bad", "do this")]
    lines = list(table_lines(found, 60))
    assert max(map(len, lines)) <= 60
    assert lines[-2].startswith("FAIL  another")
    assert lines[-1].strip() == "-> do this"
