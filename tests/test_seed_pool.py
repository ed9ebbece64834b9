"""Seeds over worker processes: same results, failures told, nobody left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.seed_pool import over_seeds
from sim.workers import Workers
from tests.processes import gone_within, lives, needs_list
from tests.seed_work import die, ready, refuse, squared, wait_long

ROOT = Path(__file__).parents[1]


def test_results_come_in_the_order_of_seeds_from_other_processes() -> None:
    heard: list[list[int]] = []
    found = over_seeds(squared, range(3, 8), 2, lambda done: heard.append(list(done)))
    assert [square for square, _ in found] == [9, 16, 25, 36, 49]
    assert os.getpid() not in {process for _, process in found}
    assert heard[-1] == [3, 4, 5, 6, 7]


def test_one_worker_is_this_process() -> None:
    heard: list[list[int]] = []
    found = over_seeds(squared, [4, 5], 1, lambda done: heard.append(list(done)), ready)
    assert found == [(16, os.getpid()), (25, os.getpid())]
    assert heard == [[-1, 0], [4, 0], [4, 5]]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_is_raised_as_it_was(workers: int) -> None:
    with pytest.raises(ValueError, match="bad luck"):
        over_seeds(refuse, [1, 2, 3], workers)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(RuntimeError, match="a worker process ended without an answer"):
        over_seeds(die, [1, 2], 2)


def test_workers_are_gone_before_what_they_share_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # One that was still starting found its locks gone, and printed a traceback.
    from pebble.pool.process import WorkerManager

    left: list[list[int]] = []
    close_channels = WorkerManager.close_channels

    def watched(manager: WorkerManager) -> None:
        left.append(workers.ids())
        close_channels(manager)

    monkeypatch.setattr(WorkerManager, "close_channels", watched)
    workers = Workers(2, 1)
    workers.start(wait_long, 1)
    assert len(workers.ids()) == 2
    workers.close()
    assert left == [[]]


SCRIPT = """
from sim.seed_pool import over_seeds
from tests.processes import gone_within, lives, needs_list
from tests.seed_work import wait_long
print("started", flush=True)
over_seeds(wait_long, [1, 2, 3], 2)
"""


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A script without a main guard whose two workers are busy, and their process numbers."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        workers = [int(process.stdout.readline()) for _ in range(2)]
        yield process, workers
    finally:
        process.kill()
        process.communicate(timeout=60)


@needs_list
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_program(
    how: signal.Signals, at_work: tuple["subprocess.Popen[str]", list[int]]
) -> None:
    process, workers = at_work
    assert all(map(lives, workers))
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: to the workers too
    else:
        process.send_signal(how)
    process.wait(timeout=30)
    assert gone_within(20, workers)
