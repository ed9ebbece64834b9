"""Simulations in worker processes: they finish, fail, die, are stopped; nobody waits in vain."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dashboard.jobs
from dashboard.jobs import ROUGH_BORROWERS, Jobs, Order, QueueFullError, Report
from dashboard.work import Origin, Work
from tests.dashboard import doubles

LONG = 180.0

SMALL = Order(Origin("observed"), "observed", 1_000, 1, 3)
LARGE = Order(Origin("observed"), "observed", 100_000, 2, 3)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a test may not come to ask for seconds; its jobs go on all the same."""
    monkeypatch.setattr(dashboard.jobs, "UNWATCHED_SECONDS", LONG)


@pytest.fixture
def pool() -> Iterator[Callable[[Work], Jobs]]:
    """Makes pools, and closes them in the end."""
    made: list[Jobs] = []

    def make(work: Work) -> Jobs:
        made.append(Jobs(work, workers=2))
        return made[-1]

    yield make
    for jobs in made:
        jobs.close()


def wait(jobs: Jobs, order: Order, until: Callable[[Report], bool]) -> Report:
    """Ask until a report is as wished."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        report = jobs.report(order)
        if report is not None and until(report):
            return report
        time.sleep(0.02)
    raise AssertionError(f"still {jobs.report(order)}")


def over(report: Report) -> bool:
    return report.state in ("done", "failed", "cancelled")


def test_an_order_is_carried_out(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.quick)
    assert jobs.report(SMALL) is None
    jobs.start(SMALL)
    report = wait(jobs, SMALL, over)
    assert (report.state, report.share, report.error) == ("done", 1.0, "")
    assert len(report.seeds) == 1
    assert len(report.seeds[0].tables["market"]) == doubles.MONTHS


def test_the_rough_answer_comes_first(pool: Callable[[Work], Jobs], tmp_path: Path) -> None:
    jobs = pool(doubles.patient)
    order = Order(Origin(str(tmp_path / "go")), "0", 100_000, 2, 3)
    jobs.start(order)
    rough = wait(jobs, order, lambda report: report.rough is not None and report.share > 0.2)
    assert rough.state == "running"
    assert rough.seeds == ()
    assert rough.rough is not None
    assert rough.rough.manifest["borrowers"] == ROUGH_BORROWERS
    assert 0 < rough.share < 1
    assert rough.seconds_left is not None
    (tmp_path / "go").touch()
    full = wait(jobs, order, over)
    assert full.state == "done"
    assert [seed.manifest["seed"] for seed in full.seeds] == [1, 2]


def test_an_order_is_watched_from_when_it_was_handed_over(
    pool: Callable[[Work], Jobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = pool(doubles.endless)
    start = jobs._workers.start

    def slowly(*arguments: Any, **named: Any) -> Any:
        time.sleep(0.6)
        return start(*arguments, **named)

    monkeypatch.setattr(jobs._workers, "start", slowly)
    monkeypatch.setattr(dashboard.jobs, "UNWATCHED_SECONDS", 0.5)
    jobs.start(SMALL)
    jobs._drop_unwatched()
    assert SMALL in jobs._jobs


def test_a_part_of_the_answer_is_held_back_where_the_first_months_are_shown(
    pool: Callable[[Work], Jobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = pool(doubles.handing_over)
    order = Order(Origin("observed"), "observed", 1_000, 2, 3)
    jobs.start(order)
    wait(jobs, order, lambda report: report.so_far is not None)
    (first, _) = order.parts()
    jobs._outcomes[first] = doubles.outcome(first)
    monkeypatch.setattr(dashboard.jobs, "SOON", LONG)
    held = jobs.report(order)
    assert held is not None
    assert (held.seeds, held.so_far is None) == ((), False)
    monkeypatch.setattr(dashboard.jobs, "SOON", 0.0)
    told = jobs.report(order)
    assert told is not None
    assert (len(told.seeds), told.so_far) == (1, None)
    Path(jobs._pasts.name, "go").touch()
    assert len(wait(jobs, order, over).seeds) == 2
    assert jobs._jobs[order].so_far is None  # nobody needs it any more


def test_what_ends_with_the_pool_is_no_failure(
    pool: Callable[[Work], Jobs], caplog: pytest.LogCaptureFixture
) -> None:
    jobs = pool(doubles.endless)
    jobs.start(SMALL)
    wait(jobs, SMALL, lambda report: report.share > 0)
    jobs.close()
    assert caplog.records == []


def test_a_small_order_has_no_rough_answer() -> None:
    assert SMALL.rough() is None
    assert LARGE.rough() is not None


def test_what_is_there_is_not_simulated_again(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.dying)
    two = Order(Origin("observed"), "observed", 1_000, 1, 3)
    jobs._outcomes[two.parts()[0]] = doubles.outcome(two.parts()[0])
    jobs.start(two)  # seed 1 would kill its worker
    assert wait(jobs, two, over).state == "done"


def test_a_worker_that_dies_fails_its_order_only(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.dying)
    jobs.start(SMALL)
    report = wait(jobs, SMALL, over)
    assert report.state == "failed"
    assert "ended without an answer (code 7)" in report.error
    assert "Traceback" not in report.error
    jobs.forget(SMALL)
    jobs._work = doubles.quick
    jobs.start(SMALL)
    assert wait(jobs, SMALL, over).state == "done"


def test_a_worker_killed_from_outside_is_replaced(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.endless)
    jobs.start(SMALL)
    wait(jobs, SMALL, lambda report: report.share > 0)
    for worker in jobs.worker_ids():
        os.kill(worker, signal.SIGKILL)
    assert wait(jobs, SMALL, over).state == "failed"
    jobs._work = doubles.quick
    jobs.forget(SMALL)
    jobs.start(SMALL)
    assert wait(jobs, SMALL, over).state == "done"


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (doubles.refusing, "population is 0; allowed: 1 or more"),
        (doubles.failing, "ZeroDivisionError: division by zero"),
    ],
)
def test_what_went_wrong_is_said_in_a_line(
    pool: Callable[[Work], Jobs], work: Work, said: str
) -> None:
    jobs = pool(work)
    jobs.start(LARGE)
    report = wait(jobs, LARGE, over)
    assert (report.state, report.error) == ("failed", said)


def test_a_stopped_order_frees_its_worker(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.endless)
    jobs.start(SMALL)
    wait(jobs, SMALL, lambda report: report.share > 0)
    jobs.cancel(SMALL)
    assert wait(jobs, SMALL, over).state == "cancelled"
    jobs._work = doubles.quick
    other = Order(Origin("other"), "other", 1_000, 4, 3)
    jobs.start(other)
    assert wait(jobs, other, over).state == "done"


def test_an_order_that_nobody_watches_is_stopped(
    pool: Callable[[Work], Jobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard.jobs, "UNWATCHED_SECONDS", 0.3)
    jobs = pool(doubles.endless)
    kept = Order(Origin("kept"), "kept", 1_000, 1, 3)
    jobs.start(SMALL)
    jobs.start(kept, keep=True)
    time.sleep(0.8)
    assert SMALL not in jobs._jobs  # nobody had to come for it to end
    assert jobs.report(kept) is not None
    assert jobs.report(SMALL) is None


def test_a_page_that_moves_on_frees_the_workers(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.endless)
    jobs.start(SMALL, asker="a page")
    wait(jobs, SMALL, lambda report: report.share > 0)
    other = Order(Origin("other"), "other", 1_000, 1, 3)
    jobs.start(SMALL, asker="a second page")
    jobs._jobs[SMALL].watched.pop("")  # who waited in this test
    jobs.release("a page", [other])
    assert jobs.report(SMALL, "a second page") is not None
    jobs.release("a second page", [other])
    assert jobs.report(SMALL) is None
    jobs._work = doubles.quick
    jobs.start(other, asker="a page")
    assert wait(jobs, other, over).state == "done"


def test_what_is_asked_for_comes_before_what_is_kept(
    pool: Callable[[Work], Jobs], tmp_path: Path
) -> None:
    jobs = pool(doubles.patient)
    kept = Order(Origin(str(tmp_path / "kept")), "kept", 100_000, 4, 3)
    jobs.start(kept, keep=True)
    end = time.monotonic() + LONG
    while len(jobs._outcomes) < 1 and time.monotonic() < end:
        time.sleep(0.02)  # its rough answer, without asking, which would be watching
    first, second = (
        Order(Origin(str(tmp_path / name)), name, 100_000, 1, 3) for name in ("first", "second")
    )
    jobs.start(first)
    jobs.start(second)
    wait(jobs, second, lambda report: report.rough is not None)
    (tmp_path / "second").touch()
    assert wait(jobs, second, over).state == "done"
    (tmp_path / "first").touch()
    assert wait(jobs, first, over).state == "done"
    assert not any(part in jobs._outcomes for part in kept.parts())


def test_no_client_has_more_orders_than_its_share_over_all_its_pages(
    pool: Callable[[Work], Jobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard.jobs, "MOST_JOBS_OF_ONE", 2)
    jobs = pool(doubles.endless)
    orders = [Order(Origin(name), name, 1_000, 1, 3) for name in ("one", "two", "three")]
    for order in orders[:2]:
        jobs.start(order, asker=f"a page with {order.hash}", client="a browser")
    with pytest.raises(QueueFullError):
        jobs.start(orders[2], asker="a third page", client="a browser")
    jobs.start(orders[2], asker="another page", client="another browser")
    jobs.release("a page with one")
    jobs.start(orders[0], asker="a third page", client="a browser")


def test_scenarios_of_one_hash_are_simulated_once(pool: Callable[[Work], Jobs]) -> None:
    jobs = pool(doubles.quick)
    jobs.start(SMALL)
    assert wait(jobs, SMALL, over).state == "done"
    same = Order(Origin("observed", changes="{}", name="what_if"), "observed", 1_000, 1, 3)
    report = jobs.report(same)
    assert report is not None
    assert report.state == "done"


def test_no_more_orders_than_can_be_waited_for(
    pool: Callable[[Work], Jobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard.jobs, "MOST_JOBS_WAITING", 2)
    jobs = pool(doubles.endless)
    for name in ("one", "two"):
        jobs.start(Order(Origin(name), name, 1_000, 1, 3))
    with pytest.raises(QueueFullError):
        jobs.start(Order(Origin("three"), "three", 1_000, 1, 3))
    jobs.start(Order(Origin("one"), "one", 1_000, 1, 3))  # under way already


def test_closing_ends_all_workers() -> None:
    jobs = Jobs(doubles.endless, workers=2)
    jobs.start(Order(Origin("observed"), "observed", 1_000, 2, 3))
    wait(jobs, Order(Origin("observed"), "observed", 1_000, 2, 3), lambda report: report.share > 0)
    workers = jobs.worker_ids()
    assert workers
    jobs.close()
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []
