"""However a worker dies, and whenever it is noticed, every task comes to an end."""

import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from pebble.pool.base_pool import BasePool, PoolStatus
from pebble.pool.process import PoolManager

from sim import process_pool
from sim.workers import Started, WorkerDiedError, Workers
from tests.processes import needs_list
from tests.seed_work import die, die_with_the_locks, squared, unreadable, wait_for_mark

LIMIT = 120.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(2, 4)
    yield made
    made.close()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are read half a second late, as on a machine with much else to do."""
    hear = PoolManager.process_next_message

    def late(manager: PoolManager, timeout: float) -> None:
        time.sleep(0.5)
        hear(manager, timeout)

    monkeypatch.setattr(PoolManager, "process_next_message", late)


def ended(started: Started[object]) -> bool:
    """Whether a task comes to an end while somebody waits for it."""
    return bool(wait([started.future], LIMIT).done)


def begun(workers: Workers, mark: Path) -> Started[str]:
    """A task that goes on until a file is there, under way."""
    started = workers.start(wait_for_mark, str(mark))
    end = time.monotonic() + LIMIT
    while not started.future.running():
        assert time.monotonic() < end
        time.sleep(0.02)
    return started


@needs_list
@pytest.mark.usefixtures("deaf")
def test_a_death_before_its_last_word_was_read_is_told(workers: Workers, tmp_path: Path) -> None:
    other = begun(workers, tmp_path / "mark")
    for _ in range(3):
        dying = workers.start(die, 1)
        assert ended(dying)
        with pytest.raises(WorkerDiedError):
            workers.outcome(dying)
    (tmp_path / "mark").touch()
    assert ended(other)  # a death is nobody else's
    assert workers.outcome(other) == "seen"


@needs_list
def test_a_death_that_silences_all_breaks_the_pool_and_the_next_one_works(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool, "LAST_WORDS_WITHIN", 1.0)
    tasks = [begun(workers, tmp_path / "mark"), workers.start(die_with_the_locks)]
    for task in tasks:
        assert ended(task)
        with pytest.raises(WorkerDiedError):
            workers.outcome(task)
    again = workers.start(squared, 3)
    assert ended(again)
    assert workers.outcome(again)[0] == 9


def test_a_word_that_cannot_be_read_ends_its_task(workers: Workers) -> None:
    task = workers.start(unreadable)
    assert ended(task)
    with pytest.raises(WorkerDiedError):
        workers.outcome(task)


def test_a_task_that_comes_as_the_pool_breaks_is_ended(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = BasePool._check_pool_status

    def check_and_break(pool: BasePool) -> None:
        check(pool)
        pool._context.status = PoolStatus.ERROR

    monkeypatch.setattr(BasePool, "_check_pool_status", check_and_break)
    task = workers.start(squared, 3)
    assert ended(task)
    with pytest.raises(WorkerDiedError):
        workers.outcome(task)
