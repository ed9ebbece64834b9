"""The way in: the commands of the README, set-up, the lock, and what a built package carries."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TARGETS = {
    "help", "setup", "run", "test", "test-all", "lint", "format", "bench", "docs", "wheel", "lock",
    "clean",
}  # fmt: skip


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries() -> dict[str, str]:
    """Name of each locked package and the lines of the lock that belong to it."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    return {re.split(r"[^a-z0-9-]", block)[0]: block for block in blocks}


def make(*arguments: str) -> str:
    """What make prints, told to carry out nothing."""
    command = ["make", "--no-print-directory", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout


class TestCommands:
    def test_help_lists_every_target(self) -> None:
        assert {line.split()[1] for line in make("help").splitlines()} == TARGETS

    @pytest.mark.parametrize(
        ("target", "command"),
        [
            ("run", "loansim run observed"),
            ("test", "pytest -m"),
            ("test-all", "pytest -n"),
            ("lint", "mypy"),
            ("bench", "-m benchmarks.run_speed"),
            ("lock", "uv pip compile"),
        ],
    )
    def test_commands_set_up_first(self, target: str, command: str) -> None:
        planned = make("--dry-run", target)
        assert command in planned
        assert 0 <= planned.index("tools/setup.sh") < planned.index(command)

    def test_a_change_is_tested_the_way_a_person_tests(self) -> None:
        script = ROOT / ".ci" / "run"
        assert os.access(script, os.X_OK)
        assert script.read_text(encoding="utf-8").splitlines()[-1] == "make test"

    @pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
    @pytest.mark.parametrize("command", ["make setup", "make run", "make test"])
    def test_first_screen_has_the_commands(self, readme: str, command: str) -> None:
        first_screen = (ROOT / readme).read_text(encoding="utf-8").splitlines()[:30]
        assert any(command in line for line in first_screen)

    def test_hooks_fetch_nothing(self) -> None:
        config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
        assert [repository["repo"] for repository in config["repos"]] == ["local"]
        for hook in config["repos"][0]["hooks"]:
            assert hook["language"] == "system"
            assert (ROOT / hook["entry"].split()[0]).exists()


class TestLock:
    def test_every_package_has_one_version_and_hashes(self, entries: dict[str, str]) -> None:
        entry = re.compile(
            r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [^\\\n]+)?"
            r"( \\\n    --hash=sha256:[0-9a-f]{64})+"
        )
        assert [name for name, block in entries.items() if not entry.fullmatch(block)] == []

    def test_no_address(self) -> None:
        assert "://" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")

    def test_what_the_project_asks_for_is_locked(
        self, entries: dict[str, str], project: dict[str, Any]
    ) -> None:
        asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
        names = {re.split(r"[^a-z0-9-]", name.lower())[0] for name in asked}
        assert names - set(entries) == set()


class TestVersions:
    def test_one_range_of_python(self, project: dict[str, Any]) -> None:
        script = (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
        oldest, newest = (
            tuple(map(int, found))
            for found in re.findall(r"^(?:oldest|newest)=(\d+)\.(\d+)$", script, re.MULTILINE)
        )
        supported = [f"{oldest[0]}.{minor}" for minor in range(oldest[1], newest[1] + 1)]
        beyond = f"{newest[0]}.{newest[1] + 1}"
        classifiers = [
            text.rsplit(" ", 1)[1]
            for text in project["project"]["classifiers"]
            if re.search(r":: 3\.\d+$", text)
        ]
        assert project["project"]["requires-python"] == f">={supported[0]},<{beyond}"
        assert classifiers == supported
        assert project["tool"]["mypy"]["python_version"] == supported[0]
        assert project["tool"]["ruff"]["target-version"] == "py" + supported[0].replace(".", "")

    def test_the_change_log_knows_the_version(self, project: dict[str, Any]) -> None:
        text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
        assert project["project"]["version"] in headings


class TestFindingPython:
    """`tools/setup.sh --python` on made-up machines."""

    @pytest.fixture
    def machine(self, tmp_path: Path) -> Path:
        """A home without any Python, and a PATH with the few programs that the script calls."""
        for folder in ("bin", "home", "project/tools"):
            (tmp_path / folder).mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "project" / "tools")
        for program in ("sh", "dirname"):
            found = shutil.which(program)
            assert found is not None
            (tmp_path / "bin" / program).symlink_to(found)
        return tmp_path

    def find(self, machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        script = machine / "project" / "tools" / "setup.sh"
        return subprocess.run(
            ["sh", str(script), "--python"],
            env={"HOME": str(machine / "home"), "PATH": str(machine / "bin"), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def install(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def test_python3_may_be_too_old(self, machine: Path) -> None:
        self.install(machine / "bin" / "python3", "exit 1  # what an old Python answers")
        self.install(machine / "bin" / "python3.13", f'exec "{sys.executable}" "$@"')
        assert self.find(machine).stdout.strip() == str(machine / "bin" / "python3.13")

    def test_a_launcher_that_fails_is_passed_over(self, machine: Path) -> None:
        self.install(machine / "bin" / "python3.12", "echo 'command not found' >&2; exit 127")
        managed = machine / "home/.pyenv/versions/3.12.1/bin/python3.12"
        self.install(managed, f'exec "{sys.executable}" "$@"')
        assert self.find(machine).stdout.strip() == str(managed)

    def test_the_python_asked_for_is_used(self, machine: Path) -> None:
        self.install(machine / "my python", f'exec "{sys.executable}" "$@"')
        found = self.find(machine, PYTHON=str(machine / "my python"))
        assert found.stdout.strip() == str(machine / "my python")

    def test_the_python_asked_for_does_not_fit(self, machine: Path) -> None:
        self.install(machine / "old", "exit 1")
        found = self.find(machine, PYTHON=str(machine / "old"))
        assert found.returncode == 1
        assert f"PYTHON={machine / 'old'} is not a CPython 3.12 to 3.14" in found.stderr

    def test_no_python_at_all(self, machine: Path) -> None:
        script = machine / "project" / "tools" / "setup.sh"
        text = script.read_text(encoding="utf-8")
        # No machine has these versions, so the answer does not hang on where the test runs.
        text = text.replace("oldest=3.12", "oldest=9.1").replace("newest=3.14", "newest=9.9")
        script.write_text(text, encoding="utf-8")
        found = self.find(machine)
        assert found.returncode == 1
        assert found.stdout == ""
        assert "needs Python 9.1 to 9.9; none was found" in found.stderr
        assert "apt install" in found.stderr
        assert "brew install" in found.stderr


class TestPackage:
    def test_a_wheel_carries_the_scenarios(self, tmp_path: Path) -> None:
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        subprocess.run(
            [*build, "--directory", str(tmp_path)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=300,
        )
        (wheel,) = tmp_path.glob("loansim-*.whl")
        installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
        elsewhere.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            assert {name.split("/")[0].split("-")[0] for name in archive.namelist()} == {
                *("sim", "agents", "dashboard", "scenarios", "loansim")
            }
            archive.extractall(installed)
        program = (
            "import scenarios, sim; print(scenarios.__file__);"
            "print(sim.load_scenario('observed').name)"
        )
        printed = subprocess.run(
            [sys.executable, "-c", program],
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        ).stdout.splitlines()
        assert Path(printed[0]).is_relative_to(installed)
        assert printed[1] == "observed"
