"""`loansim compare`: what it prints and writes, bad input, and how it ends when interrupted."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim.cli
from sim.cli import main
from tests.processes import family, gone_within, needs_list

SMALL = ["--borrowers", "1000", "--months", "2", "--seeds", "2", "--workers", "1"]
CAP = """\
extends: observed
title: A ceiling of 12% at once
policy:
  apr_cap: {licences: all, steps: {2024-01: {level: 12%}}}
"""
SAME = "extends: observed\ntitle: Other words\nmacro: {source: elsewhere}\n"
FILES = {"comparison.parquet", "differences.parquet", "manifest.json", "report.html"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, with two scenarios in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(sim.cli.DEBUG_VARIABLE, "")
    Path("cap.yaml").write_text(CAP)
    Path("same.yaml").write_text(SAME)


def everything(folder: Path) -> set[str]:
    """Every file and folder below a folder, but the scenarios."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return found - {"cap.yaml", "same.yaml"}


def test_a_comparison_shows_effects_with_and_without_pairing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "observed", "cap.yaml", *SMALL]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "cap against observed" in shown.out
    assert "1,000 borrowers, seeds 1 to 2, the same in both scenarios" in shown.out
    assert "effect of cap on observed, all months since the change" in shown.out
    assert "paired (pairing is worth" in " ".join(shown.out.split())
    (head,) = [line for line in shown.out.splitlines() if "without pairing" in line]
    assert head.split() == ["effect", "95%", "interval", "without", "pairing", "pairing"]
    (prices,) = [line for line in shown.out.splitlines() if line.startswith("All-in rate")]
    assert "−" in prices
    assert prices.rstrip().endswith("x")
    assert "Only 2 seeds" in shown.out
    assert everything(tmp_path) == set(), "nothing is written unless asked for"
    assert main(["compare", "observed", "cap.yaml", *SMALL, "--verbose"]) == 0
    more = capsys.readouterr().out
    assert "effect of cap on observed, month 2" in more
    assert more.count("effect of cap") > shown.out.count("effect of cap") == 1
    assert more.count("Effect: what the other scenario") == 1
    assert "base observed, hash" in more


def test_a_scenario_that_changes_nothing_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "observed", "same.yaml", *SMALL]) == 0
    shown = capsys.readouterr().out
    assert "same changes nothing against observed: every difference, 2 seeds" in shown
    assert "is exactly zero." in " ".join(shown.split())
    assert "95% interval" not in shown


def test_out_holds_tables_manifest_and_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", "observed", "cap.yaml", *SMALL, "--out", "deep/out"]
    assert main(arguments) == 0
    assert "Open: deep/out/report.html" in capsys.readouterr().out
    assert {path.name for path in Path("deep/out").iterdir()} == FILES
    assert everything(tmp_path) == {"deep", "deep/out", *(f"deep/out/{name}" for name in FILES)}


def test_quiet_prints_the_folder_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "observed", "same.yaml", *SMALL, "--quiet", "--out", "out"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("out\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["observed"], "Missing argument 'B'"),
        (["observed", "obsrved"], "no scenario 'obsrved'. Did you mean 'observed'?"),
        (["nowhere.yaml", "observed"], "nowhere.yaml"),
        (["observed", "cap.yaml", "--seeds", "0"], "seeds is 0; allowed: 1 to"),
        (["observed", "cap.yaml", "--seeds", "few"], "--seeds"),
        (["observed", "cap.yaml", "--seed", "-1"], "seed is -1"),
        (["observed", "cap.yaml", "--borrowers", "5"], "borrowers is 5; allowed: 100 to"),
        (["observed", "cap.yaml", "--months", "85"], "months is 85; allowed: 1 to 84"),
        (["observed", "cap.yaml", "--workers", "0"], "workers is 0; allowed: 1 to"),
        (["observed", "cap.yaml", "--quiet"], "give one with --out"),
        (["observed", "cap.yaml", "--out", "cap.yaml"], "cap.yaml is not a folder"),
        (["observed", "cap.yaml", "--out", "."], ". is not empty (it holds cap.yaml"),
        (["observed", "later.yaml"], "observed begins in 2024-01 and later in 2024-03"),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    Path("later.yaml").write_text("extends: observed\nstart: 2024-03\n")
    assert main(["compare", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert message in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert everything(tmp_path) == {"later.yaml"}


def test_the_command_imports_no_market_to_refuse(tmp_path: Path) -> None:
    program = (
        "import sys; from sim.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'mesa.model', 'numba', 'scipy', 'pebble'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "compare", "observed", "same.yaml", "--seeds", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (2, "[]\n")


@needs_list
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_comparison_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "compare", "observed", "cap.yaml"]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--out", "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "cap against observed\n"  # it has begun
    everybody = wait_for_workers(process.pid)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors.strip() == "error: interrupted; nothing new was written"
    assert everything(tmp_path) == set()
    assert gone_within(20, everybody)


def wait_for_workers(process: int) -> list[int]:
    """A process and all that it started, as soon as there are two workers and what starts them."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if len(found := family(process)) >= 4:
            return found
        time.sleep(0.1)
    raise AssertionError("no workers came")
