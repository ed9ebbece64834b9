"""The documentation site: every command and code block on it works, and it can be built.

Commands are run as they are written, but for sizes: `SMALLER` is added to them, and the last value
of an option counts. All pages share one folder, in the order in which a reader meets them.
"""

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from docs.site_reference import write_pages
from sim.cli import main
from sim.core.tables import TABLES
from sim.examples import EXAMPLES
from tests.synthetic import market_table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (
    "index.md",
    "start/student.md", "start/researcher.md", "start/strategist.md",
    "tutorials/read.md", "tutorials/policy.md", "tutorials/compare.md",
    "tutorials/sweep.md", "tutorials/lender.md",
    "howto/tables.md", "howto/runs.md",
    "zh/index.md", "zh/student.md", "zh/researcher.md", "zh/strategist.md",
)  # fmt: skip
MESA = "howto/mesa.md"
MADE = {"reference/command-line.md", "reference/tables.md", "reference/python.md"}

SMALLER = {
    "run": "--borrowers 300 --months 14 --threads 1",
    "compare": "--borrowers 300 --months 26 --seeds 2 --workers 1",
    "inspect": "--borrowers 300 --months 2 --threads 1",
}
ELSEWHERE = {"dashboard"}
"""Commands that do not end by themselves; tests/dashboard starts it."""

NOT_RUN = {"text", "{toctree}", "r"}
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"# (\w+\.(?:yaml|py))\n")


@dataclass(frozen=True)
class Block:
    """One block of code of a page."""

    page: str
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """All blocks of a page, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [Block(page, language, code) for language, code in FENCE.findall(text)]


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of every use of the program in a block for the shell."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "loansim", line
        yield words[1:]


class Reader:
    """Does what a page says, in one folder; what two languages say alike is done once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.used: set[str] = set()
        self.done: set[tuple[str, ...]] = set()

    def read(self, page: str) -> None:
        """All blocks of a page; code of one page shares its names."""
        names: dict[str, Any] = {"__name__": "__main__"}
        for block in blocks(page):
            named = NAMED.match(block.text)
            if block.language in NOT_RUN:
                continue
            if named:
                Path(named[1]).write_text(block.text, encoding="utf-8")
            elif block.language == "sh":
                for words in command_lines(block.text):
                    self.run(page, words)
            else:
                assert block.language == "python", (page, block.language)
                if (block.text,) in self.done:
                    continue
                self.done.add((block.text,))
                exec(compile(block.text, page, "exec"), names)

    def run(self, page: str, words: list[str]) -> None:
        """One command; results of an earlier page of the same name make room."""
        if words[0] in ELSEWHERE or tuple(words) in self.done:
            return
        self.done.add(tuple(words))
        self.used.add(words[0])
        if "--out" in words:
            shutil.rmtree(words[words.index("--out") + 1], ignore_errors=True)
        self.monkeypatch.setattr("sys.stdin", io.StringIO("\nb 17\nl bigtech_1\nq\n"))
        assert main([*words, *SMALLER.get(words[0], "").split()]) == 0, (page, words)


def test_everything_on_the_site_works_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOANSIM_DEBUG", "1")
    reader = Reader(monkeypatch)
    for page in PAGES:
        with contextlib.redirect_stderr(io.StringIO()):
            reader.read(page)
    assert reader.used >= {"walk", "inspect", "run", "plot", "policy", "compare", "sweep", "doctor"}
    assert "borrower" in capsys.readouterr().out


def test_it_is_a_mesa_model_for_mesas_own_tools(tmp_path: Path) -> None:
    """In a process of its own, since Mesa's batch runner changes how processes are started."""
    script = []
    for block in blocks(MESA):
        named = NAMED.match(block.text)
        if named:
            (tmp_path / named[1]).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            script.append(block.text)
    (tmp_path / "all.py").write_text("\n".join(script), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "all.py"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
        timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kinds, brands, batch = done.stdout.splitlines()
    assert "'Borrower': 200" in kinds
    assert "'Regulator': 1" in kinds
    assert "bigtech_1" in brands
    found = ast.literal_eval(batch)
    assert set(found) == {0.36, 0.12}
    assert 0 < found[0.12] < found[0.36]  # a low ceiling from the start costs balance


def test_what_r_is_told_to_read_is_there() -> None:
    """File and columns of the lines in R, on machines without R too."""
    (code,) = [block.text for block in blocks("howto/tables.md") if block.language == "r"]
    (table,) = re.findall(r'read_parquet\("runs/first/(\w+)\.parquet"\)', code)
    (columns,) = re.findall(r"select\(([^)]*)\)", code)
    assert set(columns.split(", ")) <= set(TABLES[table].names)


def test_r_reads_the_tables(tmp_path: Path) -> None:
    """Where R and its packages are; elsewhere skipped: arrow for R comes from R's own registry."""
    if shutil.which("Rscript") is None:
        pytest.skip("no R on this machine")
    asked = ["Rscript", "-e", "library(arrow); library(dplyr)"]
    if subprocess.run(asked, capture_output=True, check=False, timeout=550).returncode != 0:
        pytest.skip("R is here, its packages arrow and dplyr are not")
    table = tmp_path / "runs" / "first" / "market.parquet"
    table.parent.mkdir(parents=True)
    market_table(12).to_parquet(table)
    (code,) = [block.text for block in blocks("howto/tables.md") if block.language == "r"]
    done = subprocess.run(
        ["Rscript", "-e", f"{code}\nprint(nrow(market))"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "12" in done.stdout


@pytest.mark.parametrize("page", [*PAGES, MESA, "explanation/pictures.md", "explanation/trust.md"])
def test_links_of_a_page_lead_somewhere(page: str) -> None:
    here = DOCS / page
    for target in re.findall(r"\]\(([^)#]+)", here.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path = (here.parent / target).resolve()
        made = path.is_relative_to(DOCS) and path.relative_to(DOCS).as_posix() in MADE
        assert made or path.exists(), target


def test_every_page_is_in_the_contents() -> None:
    listed = set()
    for contents in ("index.md", "zh/index.md"):
        for block in blocks(contents):
            if block.language == "{toctree}":
                lines = [line for line in block.text.splitlines() if line and line[0] != ":"]
                listed |= {f"{Path(contents).parent / line}.md" for line in lines}
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert (there | MADE) - {"index.md"} == {Path(name).as_posix() for name in listed}


def test_the_reference_is_made_from_the_code(tmp_path: Path) -> None:
    tmp_path = tmp_path / "reference"
    write_pages(tmp_path)
    commands = (tmp_path / "command-line.md").read_text(encoding="utf-8")
    assert all(f"## loansim {name}\n" in commands for name in EXAMPLES)
    assert "| `--borrowers N or 1:1` |" in commands
    columns = (tmp_path / "tables.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        assert all(f"| `{name}` |" in columns for name in table.names)
    python = (tmp_path / "python.md").read_text(encoding="utf-8")
    assert "## load_scenario" in python
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_pages(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Some 15 s of reading and writing pages; links inside are checked by Sphinx."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", "docs", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    home = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Student: your first hour" in home
    outside = re.findall(r'(?:src|href)="(https?://[^"]+\.(?:js|css|woff2?))"', home)
    assert outside == []  # nothing is fetched when a page is read
