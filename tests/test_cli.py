"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sim.cli
from sim.cli import main
from sim.core.errors import InputError
from sim.store import read_run
from tests.synthetic import SCENARIO, MadeUpMarket

SMALL = ["--borrowers", "1000", "--months", "3"]
FILES = {
    "events.parquet",
    "lenders.parquet",
    "manifest.json",
    "market.parquet",
    "report.html",
    "segments.parquet",
    "vintages.parquet",
}

HEAVY = {"mesa", "numba", "numpy", "pandas", "plotly", "pyarrow", "rich", "scipy"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, without a debugging variable of the caller."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(sim.cli.DEBUG_VARIABLE, "")


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> type[MadeUpMarket]:
    """A made-up model and a made-up scenario of any name."""

    class Market(MadeUpMarket):
        made: list[MadeUpMarket] = []  # noqa: RUF012

    module = ModuleType("sim.model")
    module.LoanMarket = Market  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.model", module)
    monkeypatch.setattr("sim.scenario.load_scenario", lambda name: SCENARIO)
    return Market


def everything(folder: Path) -> set[str]:
    """Every file and folder below a folder, hidden ones included."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def loansim(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "sim.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, **options
    )


# --- help -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from sim.cli import main; code = main(sys.argv[1:]);"
        f"print('heavy:', sorted({HEAVY!r} & set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in ("run", "inspect", "scenarios"))
    assert main([]) == 0
    assert capsys.readouterr().out == shown


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("loansim ")


# --- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu", "observed"], "Did you mean 'run'"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "observed", "--borrower", "5"], "--borrowers"),
        (["run", "observed", "--months", "many"], "--months"),
        (["run", "observed", "--months", "0"], "months is 0; allowed: 1 to 84"),
        (["run", "observed", "--months", "85"], "months is 85; allowed: 1 to 84"),
        (["run", "observed", "--borrowers", "99"], "borrowers is 99; allowed: 100 to"),
        (["run", "observed", "--seeds", "0"], "seeds is 0; allowed: 1 to"),
        (["run", "observed", "--seed", "-1"], "seed is -1; allowed: 0 to"),
        (["run", "observed", "--threads", "0"], "threads is 0; allowed: 1 to"),
        (["run", "observed", "--executor", "referense"], "Did you mean 'reference'"),
        (["run", "obs"], "Did you mean 'observed'?"),
        (["run", "obsrved"], "no scenario 'obsrved'. Did you mean 'observed'?"),
        (["run", "nowhere/at_all.yaml"], "nowhere/at_all.yaml"),
        (["inspect", "--month", "March"], "--month is 'March'; write 2026-03, or 2026-03:2026-09"),
        (["inspect", "--month", "2031-01"], "--month is '2031-01'; it lies in 2024-01 to 2030-12"),
        (["inspect", "--month", "2026-03:2026-01"], "earlier month first"),
        (["inspect", "--borrower", "100000"], "borrower is 100,000; allowed: 0 to 99,999"),
        (["inspect", "--borrower", "-1"], "borrower is -1; allowed: 0 to"),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert message in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert "Traceback" not in shown.err
    assert everything(tmp_path) == set()


def test_a_folder_that_holds_something_is_refused_before_the_run(
    market: type[MadeUpMarket], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert main(["run", "made_up", "--out", "out"]) == 2
    assert "out is not empty (it holds notes.txt)" in capsys.readouterr().err
    assert market.made == []
    assert everything(tmp_path) == {"out", "out/notes.txt"}


# --- a run, with a made-up model ------------------------------------------------------------


def test_a_run_writes_its_folder_and_says_where(
    market: type[MadeUpMarket], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "made_up", "--months", "3", "--out", "out"]) == 0
    shown = capsys.readouterr()
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == FILES
    assert everything(tmp_path) == {"out", *(f"out/{name}" for name in FILES)}
    assert "made_up: A title" in shown.out
    assert "Open: out/report.html" in shown.out
    assert shown.err == ""


def test_quiet_prints_the_folder_only(
    market: type[MadeUpMarket], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "made_up", "--months", "3", "--quiet"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (f"{Path('runs/made_up-1')}\n", "")


def test_verbose_tells_years_times_and_versions(
    market: type[MadeUpMarket], capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for options in ([], ["--verbose"]):
        assert (
            main(["run", "made_up", "--months", "24", "--out", f"out{len(options)}", *options]) == 0
        )
        told.append(capsys.readouterr().out)
    for words in ("12 of 26 months", "seconds: setup", "made with loansim", "hash abab"):
        assert words not in told[0]
        assert words in told[1]
    assert len(told[1].splitlines()) > len(told[0].splitlines())


@pytest.mark.parametrize(
    "command",
    [
        "run observed",
        "compare observed cap_20",
        "validate observed",
        "calibrate observed_2024",
        "sweep run cap_and_competition --out out",
        "sweep resume out",
        "sweep effects out",
    ],
)
def test_quiet_and_verbose_do_not_go_together(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), "--quiet", "--verbose"]) == 2
    assert "do not go together" in capsys.readouterr().err


def test_a_second_run_never_lies_on_the_first(market: type[MadeUpMarket], tmp_path: Path) -> None:
    for _ in range(3):
        assert main(["run", "made_up", "--months", "2", "--seed", "7", "--quiet"]) == 0
    names = {entry.name for entry in (tmp_path / "runs").iterdir()}
    assert names == {"made_up-7", "made_up-7-2", "made_up-7-3"}


def test_every_option_reaches_the_run(market: type[MadeUpMarket], tmp_path: Path) -> None:
    options = "--borrowers 1234 --seed 7 --seeds 2 --months 3 --executor reference --threads 1"
    assert main(["run", "made_up", *options.split(), "--audit", "--quiet", "--out", "out"]) == 0
    assert [model.settings["seed"] for model in market.made] == [7, 8]
    assert market.made[0].settings == {
        "borrowers": 1234,
        "seed": 7,
        "executor": "reference",
        "threads": 1,
        "audit": True,
    }
    assert read_run(tmp_path / "out").market["seed"].tolist() == [7] * 3 + [8] * 3


def fails_with(error: BaseException) -> Callable[..., None]:
    """A method that raises."""

    def method(*arguments: object) -> None:
        raise error

    return method


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RuntimeError("books do not\nbalance"), 1, "error: RuntimeError: books do not balance"),
        (MemoryError(), 1, "error: not enough memory; try fewer borrowers"),
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (KeyboardInterrupt(), 130, "error: interrupted; nothing new was written"),
        (InputError("lender x lends nothing"), 2, "error: lender x lends nothing"),
    ],
)
@pytest.mark.parametrize("place", ["model", "store"])
def test_how_a_run_ends_when_something_happens(
    error: BaseException,
    code: int,
    message: str,
    place: str,
    market: type[MadeUpMarket],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    if place == "model":
        monkeypatch.setattr(market, "step", fails_with(error))
    else:
        monkeypatch.setattr("sim.store.write_table", fails_with(error))
    assert main(["run", "made_up", "--months", "3", "--quiet"]) == code
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown
    assert len(shown.strip().splitlines()) == 1
    assert everything(tmp_path) == set()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_failure_shows_its_traceback_on_request(
    how: str, market: type[MadeUpMarket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market, "step", fails_with(RuntimeError("broken")))
    arguments = ["run", "made_up", "--months", "3", "--quiet"]
    if how == "variable":
        monkeypatch.setenv(sim.cli.DEBUG_VARIABLE, "1")
    else:
        arguments.append("--debug")
    with pytest.raises(RuntimeError, match="broken"):
        main(arguments)


def test_scenarios_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("  observed ") for line in lines)
    assert main(["scenarios"]) == 0
    assert capsys.readouterr().out.splitlines() == lines


# --- a run, with the model ------------------------------------------------------------------


def test_a_small_run_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "observed", *SMALL, "--audit", "--out", "out"]) == 0
    shown = capsys.readouterr().out
    assert "1,000 borrowers" in shown
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == FILES
    result = read_run(tmp_path / "out")
    assert len(result.market) == 3
    assert result.market["month"].dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-02", "2024-03"]
    sums = result.lenders.groupby("month")["balance"].sum().tolist()
    assert sums == pytest.approx(result.market["balance"].tolist())
    assert result.manifest["scenario"]["name"] == "observed"
    assert result.manifest["weight"] > 0


def test_threads_do_not_change_a_byte() -> None:
    for threads in ("1", "2"):
        arguments = ["--threads", threads, "--quiet", "--out", f"out{threads}"]
        assert main(["run", "observed", *SMALL, *arguments]) == 0
    for name in FILES - {"manifest.json"}:
        assert Path("out1", name).read_bytes() == Path("out2", name).read_bytes(), name


def test_a_life_is_told_month_by_month(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "observed", "--borrower", "3", *SMALL]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Borrower 3: ")
    assert lines[1].startswith("At the end of 2023-12: ")
    assert lines[-1].startswith("At the end of 2024-03: ")
    assert any(line.startswith("2024-01") for line in lines)


def test_a_month_can_be_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--month", "2024-02", *SMALL]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].count("; owes") >= 1  # without a number it is somebody with two lenders
    dated = [line for line in lines[2:] if not line.startswith(" ")]
    assert [line[:7] for line in dated] == ["2024-02"]
    assert "earns" in dated[0]
    assert "to live on" in dated[0]
    assert lines[-1].strip().startswith("at the end of the month: ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_process_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "run", "observed", "--borrowers", "300000"]
    process = subprocess.Popen(
        [*command, "--threads", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("observed")  # it has begun
    time.sleep(0.5)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors.strip() == "error: interrupted; nothing new was written"
    assert everything(tmp_path) == set()


def test_an_interrupt_in_code_from_text_ends_with_its_code_too(tmp_path: Path) -> None:
    """CPython notes such an interrupt, and ends `python -m` by the signal whatever it returns."""
    program = """
import sim.cli

def main():
    try:
        exec("raise KeyboardInterrupt")
    except KeyboardInterrupt:
        return sim.cli.INTERRUPTED

sim.cli.main = main
sim.cli.command()
"""
    (tmp_path / "interrupted.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 130


def test_the_command_reports_its_code_to_the_shell() -> None:
    done = loansim("run", "obsrved")
    assert done.returncode == 2
    assert done.stdout == ""
    assert json.dumps(done.stderr).count("\\n") == 1
