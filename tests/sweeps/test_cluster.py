"""The same plan on a Dask cluster: the same bytes, and nothing lost when the cluster goes away."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.sweeps.cluster_crew import ClusterCrew
from sim.sweeps.crew import Answer
from sim.sweeps.running import Standing, SweepStoppedError, resume_sweep, sweep
from sim.sweeps.study import Study
from tests.sweeps.small_sweep import PLAN, data_of, plan_file, runs_of

distributed = pytest.importorskip("distributed", reason="needs the extra cluster")

pytestmark = [
    # Dask's own way of ending leaves sockets to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture
def cluster() -> Iterator["distributed.LocalCluster"]:
    """A scheduler and two workers of one thread each, as processes."""
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    yield made
    made.close(timeout=20)


def test_a_cluster_brings_the_same_bytes(
    cluster: "distributed.LocalCluster", tmp_path: Path
) -> None:
    local = sweep(plan_file(tmp_path / "local"), tmp_path / "local" / "out", workers=2).path
    there = tmp_path / "there"
    plan = plan_file(tmp_path / "plan")
    arguments = ["sweep", "run", str(plan), "--out", str(there)]
    assert main([*arguments, "--scheduler", cluster.scheduler_address]) == 0
    assert data_of(there) == data_of(local)
    assert runs_of(there) == runs_of(local)


def test_a_scheduler_that_goes_away_loses_nothing(
    cluster: "distributed.LocalCluster", tmp_path: Path
) -> None:
    plan = plan_file(tmp_path, PLAN.replace("seeds: 2", "seeds: 12"))

    def end_after_some(standing: Standing) -> None:
        if standing.phase == "running" and standing.done >= 6:
            cluster.close(timeout=20)

    with pytest.raises(SweepStoppedError, match=r"went away; \d+ of 72 runs are saved"):
        sweep(
            plan,
            tmp_path / "out",
            scheduler=cluster.scheduler_address,
            progress=end_after_some,
        )
    assert 6 <= Study(tmp_path / "out").tally.done < 72
    assert resume_sweep(tmp_path / "out", workers=2).tally.done == 72


def test_workers_that_are_all_gone_are_not_waited_for_forever(
    cluster: "distributed.LocalCluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.sweeps.cluster_crew.SECONDS_WITHOUT_WORKERS", 1.0)

    def send_home_after_some(standing: Standing) -> None:
        if standing.phase == "running" and standing.done >= 2:
            cluster.scale(0)

    plan = plan_file(tmp_path, PLAN.replace("seeds: 2", "seeds: 12"))
    with pytest.raises(SweepStoppedError, match=r"has had no workers for .*; \d+ of 72 runs are"):
        sweep(
            plan,
            tmp_path / "out",
            scheduler=cluster.scheduler_address,
            progress=send_home_after_some,
        )
    assert 2 <= Study(tmp_path / "out").tally.done < 72


def test_a_result_that_left_with_its_worker_is_not_waited_for_forever(
    cluster: "distributed.LocalCluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.sweeps.cluster_crew.SECONDS_WITHOUT_WORKERS", 1.0)
    monkeypatch.setattr("sim.sweeps.cluster_crew.SECONDS_TO_ANSWER", 2.0)
    fetch = ClusterCrew._answer

    def fetch_from_nobody(crew: ClusterCrew, future: object) -> Answer | None:
        cluster.scale(0)
        end = time.monotonic() + 60
        while crew._threads() and time.monotonic() < end:
            time.sleep(0.1)
        return fetch(crew, future)

    monkeypatch.setattr(ClusterCrew, "_answer", fetch_from_nobody)
    with pytest.raises(SweepStoppedError, match=r"has had no workers for .*; 0 of 12 runs are"):
        sweep(plan_file(tmp_path), tmp_path / "out", scheduler=cluster.scheduler_address)


def test_no_scheduler_and_no_extra_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.sweeps.cluster_crew.SECONDS_TO_CONNECT", 1)
    plan = plan_file(tmp_path)
    with pytest.raises(InputError, match="no Dask scheduler answers at"):
        sweep(plan, tmp_path / "out", scheduler="tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", "resume", str(tmp_path / "out"), "--scheduler", "tcp://x:1"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "loansim[cluster]" in told
