"""Long runs survive: a state on the disk is the state, and a killed run ends as if nothing was."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim.checkpoints import Checkpoints, unfinished_beside
from sim.cli import main
from sim.core.errors import InputError
from sim.core.tables import TABLES
from sim.experiment import Result, run
from sim.model import LoanMarket
from sim.state_files import STATE, read_state, write_state
from sim.store import file_hash
from tests.small_market import STRESS, assert_equal_tables, small_scenario, stepped
from tests.test_state import assert_same_state

SETTINGS: dict[str, Any] = {
    "borrowers": 300, "seed": 5, "seeds": 2, "months": 6, "executor": "cpu", "audit": True,
}  # fmt: skip


@pytest.mark.parametrize("executor", ["cpu", "reference"])
@pytest.mark.parametrize("lived", [3, 9])
def test_a_state_read_back_is_the_state(tmp_path: Path, executor: str, lived: int) -> None:
    settings: dict[str, Any] = {"borrowers": 250, "executor": executor, "threads": 1}
    scenario = small_scenario(STRESS, burn_in=6)
    first = stepped(LoanMarket(scenario, **settings), lived)
    state = first.snapshot()
    write_state(state, tmp_path)
    again = read_state(tmp_path)
    assert_same_state(again, state)
    second = LoanMarket(scenario, **settings)
    second.restore(again)
    for model in (first, second):
        stepped(model, 6)
    assert_equal_tables(second.recorder.tables(), first.recorder.tables())


@pytest.mark.parametrize("damage", ["array", "missing", "stranger", "garbage"])
def test_a_damaged_state_is_refused(tmp_path: Path, damage: str) -> None:
    model = stepped(LoanMarket(small_scenario(burn_in=2), borrowers=200, threads=1), 3)
    write_state(model.snapshot(), tmp_path)
    array, text = tmp_path / "array-0.npy", tmp_path / STATE
    if damage == "array":
        array.write_bytes(array.read_bytes()[:-1] + b"x")
    elif damage == "missing":
        array.unlink()
    elif damage == "stranger":
        text.write_text(json.dumps({"arrays": [], "state": {"object": ["Path", {}]}}))
    else:
        text.write_text("{")
    with pytest.raises(InputError):
        read_state(tmp_path)


def test_checkpoints_change_nothing_and_go_with_the_run(tmp_path: Path) -> None:
    scenario = small_scenario(burn_in=4)
    kept = Checkpoints.begin(tmp_path / "out", scenario, 3, SETTINGS)
    result = run(scenario, **SETTINGS, checkpoints=kept)
    assert_equal_tables(result.tables, run(scenario, **SETTINGS).tables)
    kept.end()
    assert list(tmp_path.iterdir()) == []


class StoppedError(Exception):
    """What a machine that goes down looks like from within."""


EDGES = (1, 3, 4, 5, 10, 11, 14, 20)
"""Months around the first state written (3), the end of the burn-in (4) and of the seed (10)."""


@pytest.mark.parametrize(
    "at",
    [at if at in EDGES else pytest.param(at, marks=pytest.mark.slow) for at in range(1, 21)],
)
def test_a_run_stopped_in_any_month_ends_as_an_undisturbed_one(tmp_path: Path, at: int) -> None:
    scenario = small_scenario(STRESS, burn_in=4)
    kept = Checkpoints.begin(tmp_path / "out", scenario, 3, SETTINGS)
    steps = 0

    def stop(phase: str, done: int, total: int) -> None:
        nonlocal steps
        steps += phase in ("burn_in", "months")
        if steps == at:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(scenario, **SETTINGS, checkpoints=kept, progress=stop)
    resumed, found = Checkpoints.resume(tmp_path / "out")
    assert found.hash == scenario.hash
    assert found.name == scenario.name
    result = run(found, **resumed.settings, checkpoints=resumed)
    assert_equal_tables(result.tables, undisturbed().tables)


@cache
def undisturbed() -> Result:
    """The run that nobody stopped."""
    return run(small_scenario(STRESS, burn_in=4), **SETTINGS)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_goes_on_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(small_scenario(burn_in=4).text, encoding="utf-8")
    order = ["run", "mine.yaml", "--borrowers", "3000", "--months", "60", "--seed", "3", "--quiet"]
    assert main([*order, "--out", "whole"]) == 0
    command = [sys.executable, "-m", "sim.cli", *order, "--checkpoint", "2", "--out", "killed"]
    process = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    )
    folder = unfinished_beside(tmp_path / "killed")
    patience = time.monotonic() + 120
    while not list(folder.glob("checkpoint-0-[1-4]?")) and time.monotonic() < patience:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    assert folder.is_dir()
    assert not (tmp_path / "killed").exists()
    (tmp_path / "mine.yaml").unlink()  # the unfinished run has its own copy
    assert main(["run", "--resume", "killed", "--quiet"]) == 0
    for name in TABLES:
        assert file_hash(Path("killed") / f"{name}.parquet") == file_hash(
            Path("whole") / f"{name}.parquet"
        )
    assert not folder.exists()


def test_what_cannot_be_gone_on_with_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = small_scenario(burn_in=4)
    kept = Checkpoints.begin(tmp_path / "out", scenario, 3, SETTINGS)

    def refused(*arguments: str) -> str:
        assert main(["run", *arguments]) == 2
        return capsys.readouterr().err

    assert "no unfinished run" in refused("--resume", "nowhere")
    assert "leave out --seed" in refused("--resume", "out", "--seed", "2")
    assert "leave out the scenario" in refused("observed", "--resume", "out")
    assert "unfinished run" in refused("observed", "--checkpoint", "3", "--out", "out")
    assert "checkpoint is 0" in refused("observed", "--checkpoint", "0", "--out", "other")
    assert "Missing argument" in refused()
    settings = kept.folder / "settings.json"
    document = json.loads(settings.read_text()) | {"sources": "others"}
    settings.write_text(json.dumps(document))
    assert "another version" in refused("--resume", "out")
    settings.write_text("{}")
    assert "not an unfinished run" in refused("--resume", "out")
