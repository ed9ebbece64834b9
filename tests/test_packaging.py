"""The package as others get it: a wheel with everything in it, that runs without the repository."""

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pandas
import pytest
import yaml

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` builds, from the files of the project."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
        timeout=550,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a fresh environment into which the wheel was installed.

    The libraries are lent by the environment of the tests, so that nothing is fetched; the
    project itself is not, since a folder lent like that brings no editable installations along.
    """
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--quiet",
         "--python", str(python), str(wheel)],
        check=True, capture_output=True,
        timeout=550,
    )  # fmt: skip
    (site,) = home.glob("lib/python*/site-packages")
    lent = Path(pandas.__file__).parents[1]
    (site / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return home / "bin" / "loansim"


def use(program: Path, folder: Path, *arguments: str) -> str:
    """What the installed program prints in a folder that has nothing to do with the project."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LOANSIM"))}
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_all_that_the_packages_hold(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        inside = set(opened.namelist())
    packages = ("sim", "agents", "dashboard", "scenarios")
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"scenarios/observed.yaml", "dashboard/assets/page.css"} <= wanted
    assert wanted <= inside
    others = {name.split("/")[0] for name in inside} - set(packages)
    assert others == {f"loansim-{VERSION}.dist-info"}


def test_it_runs_without_the_repository(installed: Path, tmp_path: Path) -> None:
    assert use(installed, tmp_path, "--version") == f"loansim {VERSION}\n"
    assert "observed" in use(installed, tmp_path, "scenarios", "list")
    assert "--seeds" in use(installed, tmp_path, "validate", "--help")
    assert "cap_and_competition" in use(installed, tmp_path, "sweep", "plans")
    small = ("--borrowers", "200", "--months", "2", "--executor", "reference", "--quiet")
    assert use(installed, tmp_path, "run", "classroom", *small) == "runs/classroom-1\n"
    assert (tmp_path / "runs" / "classroom-1" / "market.parquet").is_file()
    assert str(installed.parents[1]) in use(installed, tmp_path, "doctor")
    assert str(ROOT) not in use(installed, tmp_path, "doctor", "--format", "csv")


def test_the_version_is_written_in_one_place() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == VERSION
    assert citation["license"] == "Apache-2.0"
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    assert f'"{VERSION}"' not in text


def test_the_container_installs_what_make_builds() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    (pattern,) = set(re.findall(r"loansim-\*\.whl", text))
    assert Path(f"loansim-{VERSION}-py3-none-any.whl").match(pattern)
    assert 'ENTRYPOINT ["loansim"]' in text
    wanted = re.findall(r"loansim (run|dashboard) .*", text)
    assert set(wanted) == {"run", "dashboard"}
