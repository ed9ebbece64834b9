"""Tests of one file go to one process, which lives what they share once; long files come first."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import LONGEST_FIRST

TESTS = Path(__file__).parent

NOTES_ITS_PROCESS = """
import os, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(4))
def test_process(number):
    time.sleep(0.05)
    with Path("FILE.processes").open("a") as notes:
        print(os.getpid(), file=notes)
"""


def options(target: str) -> list[str]:
    """What a target of the Makefile has pytest do."""
    planned = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", target],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    (line,) = [line for line in planned.splitlines() if "/pytest " in line]
    return shlex.split(line)[1:]


def test_a_file_goes_to_one_process_and_files_to_several(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = NOTES_ITS_PROCESS.replace("FILE", name)
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:dash", *options("test")]
    done = subprocess.run(
        command, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120, check=False
    )
    assert "8 passed" in done.stdout, done.stdout
    one, other = (set((tmp_path / f"{name}.processes").read_text().split()) for name in "ab")
    assert len(one) == len(other) == 1
    assert one != other


def test_all_tests_are_spread_alike() -> None:
    assert [word for word in options("test") if word not in ("-m", "not slow")] == options(
        "test-all"
    )


@pytest.mark.parametrize("file", LONGEST_FIRST)
def test_a_long_file_is_there(file: str) -> None:
    assert (TESTS / file).is_file()
