"""The documentation site: every command and code block on it works, and it can be built.

Commands are run as they are written, but for sizes: `SMALLER` is added to them, and the last value
of an option counts; `HOURS_LONG` and plans of the library are read, not lived. All pages share one
folder, in the order in which a reader meets them. `OTHERWISE` says what becomes of other blocks.
"""

import ast
import contextlib
import inspect
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
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import typer
import yaml
from markdown_it import MarkdownIt

import sim
from dashboard.uploads import LARGEST_BODY
from docs.site_reference import write_pages
from sim import load_scenario, scenario_files
from sim.calibration.plan import load_calibration
from sim.cli import app, main
from sim.core.tables import TABLES
from sim.examples import EXAMPLES
from sim.sweeps.plan import load_plan
from tests.synthetic import market_table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (
    "index.md",
    "start/student.md", "start/researcher.md", "start/strategist.md",
    "tutorials/read.md", "tutorials/policy.md", "tutorials/compare.md",
    "tutorials/sweep.md", "tutorials/lender.md",
    "howto/tables.md", "howto/runs.md", "sweeps.md", "calibration.md",
    "zh/index.md", "zh/student.md", "zh/researcher.md", "zh/strategist.md", "zh/trust.md",
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

HOURS_LONG = {"calibrate"}
"""Commands of which only the words and the plan are tried here; tests/calibration runs it."""

HERE = "tests/test_site.py::"
OTHERWISE = {
    ("howto/mesa.md", "python"): HERE + "test_it_is_a_mesa_model_for_mesas_own_tools",
    ("howto/mesa.md", "text"): "needs mesa[viz], which is not installed; the page says so",
    ("howto/tables.md", "r"): HERE + "test_r_reads_the_tables",
    ("sweeps.md", "text"): "wants several machines; tests/sweeps/test_cluster.py has processes",
    ("sweeps.md", "python"): HERE + "test_a_cluster_is_handed_to_a_sweep",
    ("classroom.md", "sh"): HERE + "test_the_classroom_is_walked_as_its_page_says",
    ("classroom.md", "keys"): "tests/test_walk.py::test_the_exercises_run_as_written",
    ("classroom.md", "yaml"): "tests/test_walk.py::test_the_exercises_run_as_written",
    ("dashboard.md", "nginx"): HERE + "test_the_proxy_lets_through_what_the_dashboard_takes",
    ("odd.md", ""): "formulas",
    ("explanation/pictures.md", "text"): "drawings",
    ("ablations.md", "indented"): HERE + "test_a_measurement_is_called_as_its_page_says",
    ("claims.md", "indented"): HERE + "test_a_measurement_is_called_as_its_page_says",
    ("scenario-effects.md", "indented"): HERE + "test_a_measurement_is_called_as_its_page_says",
}
"""(page, language) of blocks that the reader below does not run: the test that does, or why not."""

RUN = {"sh", "python", "yaml", "sql"}
CONTENTS = "{toctree}"
NAMED = re.compile(r"# (\w+\.(?:yaml|py))\n")
PROGRAM: Any = typer.main.get_command(app)


@dataclass(frozen=True)
class Block:
    """One block of code of a page."""

    page: str
    language: str
    text: str


def blocks(page: str, folder: Path = DOCS) -> list[Block]:
    """All blocks of a page, in order, as the site's own reader of Markdown finds them."""
    read = MarkdownIt("commonmark").parse((folder / page).read_text(encoding="utf-8"))
    found = []
    for token in read:
        if token.type in {"fence", "code_block"}:
            language = token.info.strip() if token.type == "fence" else "indented"
            found.append(Block(page, language, token.content))
    return found


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of every use of the program in a block for the shell."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "loansim", line
        yield words[1:]


def parsed(words: list[str]) -> None:
    """Fails unless the program takes these words, without doing what they ask."""
    command, name = PROGRAM, "loansim"
    while hasattr(command, "commands"):
        name, *words = words
        assert name in command.commands, name
        command = command.commands[name]
    try:
        command.make_context(name, words)
    except Exception as error:
        raise AssertionError(f"loansim {name} {words}: {error}") from error


class Reader:
    """Does what a page says, in one folder; what two languages say alike is done once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path = DOCS) -> None:
        self.monkeypatch = monkeypatch
        self.folder = folder
        self.used: set[str] = set()
        self.done: set[tuple[str, ...]] = set()

    def read(self, page: str) -> None:
        """All blocks of a page; code of one page shares its names."""
        names: dict[str, Any] = {"__name__": "__main__"}
        for block in blocks(page, self.folder):
            if block.language == CONTENTS or (page, block.language) in OTHERWISE:
                continue
            assert block.language in RUN, (page, block.language)
            if block.language == "sh":
                for words in command_lines(block.text):
                    self.run(page, words)
            elif (block.text,) not in self.done:
                self.done.add((block.text,))
                if block.language == "yaml":
                    self.write(page, block.text)
                elif block.language == "sql":
                    assert duckdb.sql(block.text).fetchall(), page
                else:
                    exec(compile(block.text, page, "exec"), names)

    def write(self, page: str, text: str) -> None:
        """A file: a scenario or a plan that can be used, under its own name if it has one."""
        named = NAMED.match(text)
        file = named[1] if named else "unnamed.yaml"
        Path(file).write_text(text, encoding="utf-8")
        if "\ntargets:" in text:
            assert load_calibration(file).plan.targets
        else:
            kind = "sweep" if "\nbases:" in text else "scenarios"
            assert main([kind, "validate", file]) == 0, (page, file)

    def run(self, page: str, words: list[str]) -> None:
        """One command; results of an earlier page of the same name make room."""
        if tuple(words) in self.done:
            return
        self.done.add(tuple(words))
        parsed(words)
        if words[0] in ELSEWHERE:
            return
        if words[0] in HOURS_LONG:
            assert load_calibration(words[1]).plan.targets
            return
        if words[:2] == ["sweep", "run"] and not Path(words[2]).exists():
            if words[2].endswith("outcome/uncertainty.yaml"):
                return  # what a calibration writes; tests/calibration lives it
            words = ["sweep", "validate", words[2]]
        elif words[0] == "sweep" and words[1] != "validate" and "runs/uncertainty" in words:
            return
        self.used.add(words[0])
        if "--out" in words:
            shutil.rmtree(words[words.index("--out") + 1], ignore_errors=True)
        self.monkeypatch.setattr("sys.stdin", io.StringIO("\nb 17\nl bigtech_1\nq\n"))
        assert main([*words, *SMALLER.get(words[0], "").split()]) == 0, (page, words)


def shorten_the_past(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's scenarios with a burn-in of 8 months: most of a short run would be burn-in."""
    shutil.copytree(scenario_files.SCENARIOS, folder)
    observed = folder / "observed.yaml"
    text, found = re.subn(
        r"(?m)^burn_in_months: \d+", "burn_in_months: 8", observed.read_text("utf-8")
    )
    assert found == 1
    observed.write_text(text, "utf-8")
    monkeypatch.setattr(scenario_files, "SCENARIOS", folder)
    assert load_scenario("observed").burn_in_months == 8


def test_everything_on_the_site_works_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOANSIM_DEBUG", "1")
    shorten_the_past(tmp_path / "scenarios", monkeypatch)
    reader = Reader(monkeypatch)
    for page in PAGES:
        with contextlib.redirect_stderr(io.StringIO()):
            reader.read(page)
    assert reader.used >= {"walk", "inspect", "run", "plot", "policy", "compare", "sweep", "doctor"}
    assert "borrower" in capsys.readouterr().out


def test_every_block_of_the_site_has_a_test_or_a_reason(tmp_path: Path) -> None:
    """Pages that the reader does not visit have only blocks that somebody else answers for."""
    write_pages(tmp_path)
    left = set()
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).as_posix()
        if name not in MADE:
            read = RUN | {CONTENTS} if name in PAGES else set()
            there = {(name, block.language) for block in blocks(name)}
            left |= {one for one in there if one[1] not in read or one in OTHERWISE}
    assert left == set(OTHERWISE)
    for told in OTHERWISE.values():
        if "::" in told:
            file, test = told.split("::")
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), told
    # The reference: uses are tried by test_command_line_comfort.py, signatures are read from code.
    made = {(file.name, block.language) for file in tmp_path.iterdir()
            for block in blocks(file.name, tmp_path)}  # fmt: skip
    assert made == {("command-line.md", "sh"), ("python.md", "python"), ("python.md", "text")}


@pytest.mark.parametrize(
    ("block", "error"),
    [
        ("```python\n1 / 0\n```", ZeroDivisionError),
        ("- a list\n\n  ```python\n  import nothing_like_it\n  ```", ModuleNotFoundError),
        ("```sh\nls\n```", AssertionError),
        ("```sh\nloansim plot nowhere\n```", AssertionError),
        ("```sh\nloansim walk --moths 3\n```", AssertionError),
        ("```yaml\nextends: observed\nnothing: 1\n```", AssertionError),
        ("```sql\nselect * from 'nowhere.parquet'\n```", duckdb.Error),
        ("```ruby\nputs 1\n```", AssertionError),
        ("    loansim run observed", AssertionError),
    ],
)
def test_a_block_that_fails_is_found(
    block: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(f"# A page\n\nText.\n\n{block}\n", encoding="utf-8")
    with pytest.raises(error):
        Reader(monkeypatch, tmp_path).read("page.md")


INLINE = re.compile(r"`(?:\.venv/bin/)?loansim ([a-z][^`]*)`")


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_commands_in_running_text_are_those_of_the_program(page: Path) -> None:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8").replace("```", ""))
    for shown in INLINE.findall(text):
        command, words = PROGRAM, shlex.split(shown.split(" < ")[0])
        while words and hasattr(command, "commands") and words[0].islower():
            assert words[0] in command.commands, shown
            command = command.commands[words.pop(0)]
        known = {name for option in command.params for name in option.opts} | {"--help"}
        if command.name != "dashboard":  # it reads its options itself
            assert {word for word in words if word.startswith("--")} <= known, shown


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_code_of_a_readme_runs(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables are synthetic, its comparison is small."""
    monkeypatch.chdir(tmp_path)
    shorten_the_past(tmp_path / "scenarios", monkeypatch)
    (tmp_path / "runs" / "observed-1").mkdir(parents=True)
    market_table(12).to_parquet("runs/observed-1/market.parquet")
    sizes = {"seeds=10, borrowers=20_000": "seeds=2, borrowers=300, months=38, workers=1"}
    code = [block for block in blocks(readme, ROOT) if block.language in {"python", "yaml"}]
    assert len(code) > 1
    for block in code:
        if block.language == "yaml":
            Path("my.yaml").write_text(block.text, encoding="utf-8")
            assert main(["scenarios", "validate", "my.yaml"]) == 0
            continue
        text = block.text
        for large, small in sizes.items():
            assert large in text or "compare" not in text
            text = text.replace(large, small)
        exec(compile(text, readme, "exec"), {})


@pytest.mark.parametrize("page", ["student", "researcher", "strategist"])
def test_two_languages_show_the_same_code(page: str) -> None:
    """In the same order; titles of scenarios may be in either language."""

    def shown(block: Block) -> tuple[str, Any]:
        if block.language != "yaml":
            return block.language, block.text
        return "yaml", yaml.safe_load(block.text) | {"title": ""}

    english, chinese = blocks(f"start/{page}.md"), blocks(f"zh/{page}.md")
    assert list(map(shown, english)) == list(map(shown, chinese))


def test_the_classroom_is_walked_as_its_page_says() -> None:
    (block,) = [block for block in blocks("classroom.md") if block.language == "sh"]
    for words in command_lines(block.text):
        parsed(words)


def test_a_cluster_is_handed_to_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the queue: SLURM itself is not here."""
    (block,) = [block for block in blocks("sweeps.md") if block.language == "python"]
    queue = SimpleNamespace(scale=lambda jobs: None, scheduler_address="tcp://here:1")
    asked: list[inspect.BoundArguments] = []
    signature = inspect.signature(sim.sweep)
    monkeypatch.setitem(
        sys.modules, "dask_jobqueue", SimpleNamespace(SLURMCluster=lambda **settings: queue)
    )
    monkeypatch.setattr(
        sim, "sweep", lambda *given, **named: asked.append(signature.bind(*given, **named))
    )
    exec(compile(block.text, "sweeps.md", "exec"), {})
    (call,) = asked
    assert call.arguments["scheduler"] == "tcp://here:1"
    assert load_plan(call.arguments["plan"]).plan.factors


def test_the_proxy_lets_through_what_the_dashboard_takes() -> None:
    (block,) = [block for block in blocks("dashboard.md") if block.language == "nginx"]
    assert "proxy_pass http://127.0.0.1:8050;" in block.text
    (kilobytes,) = re.findall(r"client_max_body_size (\d+)k;", block.text)
    assert int(kilobytes) * 1000 == LARGEST_BODY
    assert block.text.count("{") == block.text.count("}") == 2


@pytest.mark.parametrize("page", ["ablations.md", "claims.md", "scenario-effects.md"])
def test_a_measurement_is_called_as_its_page_says(page: str) -> None:
    """The module is there and has the options; it takes hours, so that nobody runs it here."""
    (block,) = blocks(page)
    python, dash, module, *words = shlex.split(block.text)
    assert (python, dash) == (".venv/bin/python", "-m")
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert all(f'"{word}"' in source for word in words if word.startswith("--"))


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
