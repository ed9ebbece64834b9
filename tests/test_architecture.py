"""The shape of the code: who may import whom, where chance comes from, and what no file may name.

Every check is a function from files to a list of findings, so that a planted violation can show
that it would be found.
"""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]
PACKAGES = ("sim", "agents", "dashboard", "scenarios")

# dashboard -> sim -> agents -> sim.core, and nothing the other way.
MAY_IMPORT = {
    "sim.core": {"sim.core"},
    "agents": {"agents", "sim.core"},
    "sim": {"sim", "agents", "sim.core"},
    "scenarios": set[str](),
    "dashboard": {"dashboard", "sim", "sim.core"},
}

PLOTTING = {"plotly", "matplotlib", "seaborn", "bokeh", "altair"}
WEB = {"dash", "dash_mantine_components", "dash_ag_grid", "flask", "waitress", "werkzeug"}
DONE_BY_WORKERS = "dashboard/work.py"
MAY_PLOT = {
    "sim/report_page.py",
    "sim/figures.py",
    "sim/comparison_figures.py",
}

SOURCE_OF_CHANCE = "sim/core/random.py"
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}

# Written so that the patterns do not match themselves.
FORBIDDEN_TEXT = re.compile(
    r"""index[-]url[ =] | registry\ =\ "http | "resolved":\ "http | https?://[^\s"]*/simple\b
      | [p]ypi\.(org|python) | python[h]osted | npm[j]s\.org""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Source:
    """One Python file: its path inside the project, its dotted name, its syntax tree."""

    path: str
    module: str
    tree: ast.Module

    @property
    def layer(self) -> str:
        """The entry of MAY_IMPORT that this file belongs to."""
        return layer_of(self.module)


def layer_of(module: str) -> str:
    """`sim.core` for what lies below it, else the top-level package."""
    return "sim.core" if f"{module}.".startswith("sim.core.") else module.split(".")[0]


@cache
def sources(root: Path) -> list[Source]:
    """All Python files of our packages under `root`, read once."""
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            relative = path.relative_to(root)
            parts = relative.with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Source(relative.as_posix(), module, ast.parse(path.read_bytes())))
    return found


@pytest.fixture(scope="module", autouse=True)
def forgotten_in_the_end() -> Iterator[None]:
    """Syntax trees are a million objects, which would slow down whatever comes after."""
    yield
    sources.cache_clear()


def imports(source: Source) -> Iterator[str]:
    """Dotted names of all that a file imports, wherever in the file it does so.

    `from sim import core` yields both `sim` and `sim.core` where `core` starts a layer of its own.
    """
    package = source.module.split(".")
    if not source.path.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(source.tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                start = package[: len(package) - node.level + 1] if node.level else []
                base = ".".join([*start, *([node.module] if node.module else [])])
                names = [f"{base}.{alias.name}" for alias in node.names]
                layered = [name for name in names if name in MAY_IMPORT]
                yield from layered or [base]
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def imports_against_the_layers(root: Path) -> list[str]:
    """Imports of ours that go up, or sideways into a layer that is none of the file's business."""
    return [
        f"{source.path} imports {name}"
        for source in sources(root)
        for name in imports(source)
        if layer_of(name) in MAY_IMPORT and layer_of(name) not in MAY_IMPORT[source.layer]
    ]


def drawing_below_the_dashboard(root: Path) -> list[str]:
    """Imports of plotting or web libraries where only the report may draw and nothing may serve."""
    findings = []
    for source in sources(root):
        if source.layer == "dashboard":
            continue
        forbidden = WEB if source.path in MAY_PLOT else WEB | PLOTTING
        findings += [
            f"{source.path} imports {name}"
            for name in imports(source)
            if name.split(".")[0] in forbidden
        ]
    return findings


def simulation_in_the_web_process(root: Path) -> list[str]:
    """Imports of the model by the dashboard, other than in what its worker processes do."""
    return [
        f"{source.path} imports {name}"
        for source in sources(root)
        if source.layer == "dashboard" and source.path != DONE_BY_WORKERS
        for name in imports(source)
        if name.split(".")[0] in {"mesa", "numba"} or name in {"sim", "sim.model"}
    ]


def chance_from_elsewhere(root: Path) -> list[str]:
    """Random numbers that are not keyed: the standard library's, NumPy's, Mesa's shared streams."""
    findings = []
    for source in sources(root):
        if source.path == SOURCE_OF_CHANCE:
            continue
        findings += [
            f"{source.path} imports {name}"
            for name in imports(source)
            if name.split(".")[0] in {"random", "secrets"} or name.startswith("numpy.random")
        ]
        for node in ast.walk(source.tree):
            match node:
                case ast.ImportFrom(module="numpy", names=names) if any(
                    alias.name == "random" for alias in names
                ):
                    findings.append(f"{source.path}:{node.lineno} imports numpy.random")
                case (
                    ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random")
                    | ast.Attribute(
                        value=ast.Name(id="self" | "model") | ast.Attribute(attr="model"),
                        attr="random" | "rng",
                    )
                ):
                    findings.append(f"{source.path}:{node.lineno} uses {ast.unparse(node)}")
                case ast.Attribute(attr="shuffle_do" | "shuffle"):
                    findings.append(f"{source.path}:{node.lineno} draws an order: {node.attr}")
    return findings


def names_that_say_nothing(root: Path) -> list[str]:
    """Files and folders called utils, helpers and the like."""
    return [
        source.path
        for source in sources(root)
        if EMPTY_NAMES & {part.strip("_") for part in Path(source.path).with_suffix("").parts}
    ]


def modules_hidden_by_exports(root: Path, exports: set[str]) -> list[str]:
    """Modules of `sim` with the name of something `sim` exports: one would hide the other."""
    folder = root / "sim"
    names = {path.stem if path.is_file() else path.name for path in folder.iterdir()}
    return sorted(names & exports)


def project_files(root: Path) -> list[Path]:
    """What is, or is about to be, under version control; in an unpacked archive, everything."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if (path := root / name).is_file()]
    return [
        path
        for path in root.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]


def package_indexes_named(root: Path) -> list[str]:
    """Files that name where packages come from, and the lock file that always does."""
    findings = []
    for path in project_files(root):
        name = path.relative_to(root).as_posix()
        if path.name == "uv.lock":
            findings.append(name)
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        findings += [
            f"{name}:{number}"
            for number, line in enumerate(lines, start=1)
            if FORBIDDEN_TEXT.search(line)
        ]
    return findings


def files_too_large(root: Path) -> list[str]:
    """Files of more than half a megabyte: what a build or a trial left behind."""
    return [
        path.relative_to(root).as_posix()
        for path in project_files(root)
        if path.stat().st_size > 500_000
    ]


CHECKS = [
    imports_against_the_layers,
    drawing_below_the_dashboard,
    simulation_in_the_web_process,
    chance_from_elsewhere,
    names_that_say_nothing,
    package_indexes_named,
    files_too_large,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_project_passes(check: Callable[[Path], list[str]]) -> None:
    assert check(ROOT) == []


def test_no_module_is_hidden_by_an_export() -> None:
    assert modules_hidden_by_exports(ROOT, set(sim.__all__)) == []


def test_there_is_something_to_check() -> None:
    paths = {source.path for source in sources(ROOT)}
    assert {"sim/cli.py", "sim/core/random.py", "agents/borrower.py"} <= paths
    assert "load_scenario" in sim.__all__


def plant(root: Path, path: str, text: str) -> None:
    """Write a file of a made-up project."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (imports_against_the_layers, "agents/bank.py", "import sim.ledger"),
        (imports_against_the_layers, "agents/bank.py", "from sim import ledger"),
        (imports_against_the_layers, "agents/bank.py", "def f():\n    from sim import run"),
        (imports_against_the_layers, "sim/core/money.py", "from agents.bank import Bank"),
        (imports_against_the_layers, "sim/core/money.py", "from .. import ledger"),
        (imports_against_the_layers, "sim/core/money.py", "from ..ledger import Ledger"),
        (imports_against_the_layers, "sim/model.py", "import dashboard.app"),
        (imports_against_the_layers, "scenarios/__init__.py", "from sim.core import money"),
        (drawing_below_the_dashboard, "sim/metrics.py", "import plotly.express as px"),
        (drawing_below_the_dashboard, "sim/report.py", "from dash import html"),
        (
            drawing_below_the_dashboard,
            "agents/bank.py",
            "import importlib\nplot = importlib.import_module('matplotlib.pyplot')",
        ),
        (simulation_in_the_web_process, "dashboard/app.py", "from sim.model import LoanMarket"),
        (simulation_in_the_web_process, "dashboard/app.py", "from sim import run"),
        (simulation_in_the_web_process, "dashboard/app.py", "def f():\n    import numba"),
        (chance_from_elsewhere, "agents/bank.py", "import random"),
        (chance_from_elsewhere, "agents/bank.py", "from random import choice"),
        (chance_from_elsewhere, "agents/bank.py", "from numpy import random"),
        (chance_from_elsewhere, "agents/bank.py", "from numpy.random import default_rng"),
        (chance_from_elsewhere, "sim/model.py", "import numpy as np\nx = np.random.normal()"),
        (chance_from_elsewhere, "sim/model.py", "def f(self):\n    self.random.choice([1])"),
        (chance_from_elsewhere, "sim/model.py", "def f(self):\n    self.model.rng.normal()"),
        (chance_from_elsewhere, "sim/model.py", "def f(self):\n    self.agents.shuffle_do('x')"),
        (names_that_say_nothing, "sim/utils.py", ""),
        (names_that_say_nothing, "agents/helpers/bank.py", ""),
        (package_indexes_named, "requirements.txt", "--index" + "-url https://packages.example"),
        (package_indexes_named, "docs/install.md", "https://mirror.example/" + "simple"),
        (package_indexes_named, "Makefile", "pip install --index https://py" + "pi.org"),
        (package_indexes_named, "uv.lock", ""),
        (files_too_large, "left.whl", "x" * 500_001),
    ],
)
def test_a_planted_violation_is_found(
    check: Callable[[Path], list[str]], path: str, text: str, tmp_path: Path
) -> None:
    plant(tmp_path, path, text)
    findings = check(tmp_path)
    assert len(findings) >= 1
    assert all(finding.startswith(path) for finding in findings)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("agents/bank.py", "from sim.core import money\nfrom sim.core.random import uniform"),
        ("sim/core/rule.py", "from . import money"),
        ("sim/model.py", "from agents.bank import Bank\nfrom sim.core import random"),
        ("sim/report_page.py", "import plotly.graph_objects as go"),
        ("dashboard/app.py", "import dash\nfrom sim.store import read_run"),
        ("dashboard/work.py", "from sim.model import LoanMarket"),
        ("sim/core/random.py", "import numpy as np\nvectors = np.random.bytes"),
    ],
)
def test_what_is_allowed_is_not_reported(path: str, text: str, tmp_path: Path) -> None:
    plant(tmp_path, path, text)
    assert [finding for check in CHECKS for finding in check(tmp_path)] == []


def test_a_module_hidden_by_an_export_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "sim/run.py", "")
    plant(tmp_path, "sim/sweep/__init__.py", "")
    plant(tmp_path, "sim/model.py", "")
    assert modules_hidden_by_exports(tmp_path, {"run", "sweep", "compare"}) == ["run", "sweep"]
