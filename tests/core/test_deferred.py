"""A deferred package is whole, only later: parts at once, the rest with the front page."""

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sim.core.deferred import defer

ROSE = """
import pottery

class Rose:
    def pot(self):
        return pottery.glaze
"""

FRONT_PAGE = """
import garden.log
garden.log.visits.append("front page")
import garden.shed
from garden.plants import Rose
size = 3
"""


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package `garden` whose front page can be seen to run."""
    folder = tmp_path / "garden"
    folder.mkdir()
    (folder / "__init__.py").write_text(FRONT_PAGE, encoding="utf-8")
    (folder / "log.py").write_text("visits = []", encoding="utf-8")
    (folder / "plants.py").write_text(ROSE, encoding="utf-8")
    (tmp_path / "pottery.py").write_text("glaze = 'blue'", encoding="utf-8")
    (folder / "shed.py").write_text("tools = ['rake']", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("garden", "pottery")]:
        del sys.modules[name]


def visits() -> list[str]:
    log = importlib.import_module("garden.log")
    found: list[str] = log.visits
    return found


def deferred_garden() -> ModuleType:
    defer("garden", {"Rose": "garden.plants"}, seldom="pottery")
    return importlib.import_module("garden")


@pytest.mark.usefixtures("garden")
def test_parts_come_without_the_front_page() -> None:
    deferred = deferred_garden()
    rose = deferred.Rose
    assert visits() == []
    assert rose is importlib.import_module("garden.plants").Rose


@pytest.mark.usefixtures("garden")
def test_any_other_name_brings_the_front_page_once() -> None:
    deferred = deferred_garden()
    rose = deferred.Rose
    assert deferred.size == 3
    assert deferred.shed.tools == ["rake"]
    assert deferred.Rose is rose
    assert visits() == ["front page"]


@pytest.mark.usefixtures("garden")
def test_a_name_that_nobody_defines_is_an_attribute_error() -> None:
    deferred = deferred_garden()
    with pytest.raises(AttributeError, match="no attribute 'pond'"):
        deferred.pond  # noqa: B018
    assert not hasattr(deferred, "pond")


@pytest.mark.usefixtures("garden")
def test_threads_wait_for_one_front_page() -> None:
    deferred = deferred_garden()
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(deferred.size)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert found == [3] * 8
    assert visits() == ["front page"]


@pytest.mark.usefixtures("garden")
def test_a_front_page_that_fails_may_be_tried_again(tmp_path: Path) -> None:
    page = tmp_path / "garden" / "__init__.py"
    page.write_text("import a_module_that_is_not_there", encoding="utf-8")
    deferred = deferred_garden()
    with pytest.raises(ModuleNotFoundError):
        deferred.size  # noqa: B018
    page.write_text("size = 41 + 1\n", encoding="utf-8")
    assert deferred.size == 42


@pytest.mark.usefixtures("garden")
def test_what_is_imported_already_stays_as_it_is() -> None:
    before = importlib.import_module("garden")
    assert visits() == ["front page"]
    defer("garden", {})
    assert sys.modules["garden"] is before


def test_a_package_that_is_not_there_fails_when_it_is_imported() -> None:
    defer("a_module_that_is_not_there", {})
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("a_module_that_is_not_there")


@pytest.mark.usefixtures("garden")
def test_what_a_part_seldom_uses_comes_when_it_does() -> None:
    rose = deferred_garden().Rose()
    assert "pottery" not in sys.modules
    assert rose.pot() == "blue"
    assert importlib.import_module("pottery").glaze == "blue"


@pytest.mark.usefixtures("garden")
def test_what_a_part_uses_at_once_comes_at_once(tmp_path: Path) -> None:
    plants = tmp_path / "garden" / "plants.py"
    plants.write_text("import pottery\nclass Rose:\n    pot = pottery.glaze", encoding="utf-8")
    assert deferred_garden().Rose.pot == "blue"
    assert importlib.import_module("pottery").glaze == "blue"


def test_agents_do_not_bring_networks_and_a_user_still_gets_them() -> None:
    code = """
import sys
import agents.lender
import mesa
assert not {"scipy.spatial", "networkx", "tqdm", "pandas"} & set(sys.modules)
assert mesa.discrete_space.Network
assert "networkx" in sys.modules
assert mesa.Agent is agents.lender.Agent
assert mesa.experimental.devs.ABMSimulator
assert mesa.__version__
model = mesa.Model(rng=1)
assert len(agents.lender.Agent.create_agents(model, 3)) == 3  # this uses pandas
assert "pandas" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
