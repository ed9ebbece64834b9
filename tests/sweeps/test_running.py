"""A sweep loses nothing: whatever breaks it off, resuming brings what an undisturbed one brings."""

import errno
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pandas
import pytest

from sim import workers as pool
from sim.cli import main
from sim.core.errors import InputError
from sim.folder_lock import is_locked, locked
from sim.sweeps import local_crew, running, store
from sim.sweeps.journal import JOURNAL, read_entries
from sim.sweeps.running import Standing, SweepStoppedError, resume_sweep, sweep
from sim.sweeps.screen import standing_text
from sim.sweeps.study import Study
from tests.processes import family, gone_within, needs_list
from tests.sweeps import sabotage
from tests.sweeps.small_sweep import PLAN, data_of, plan_file, runs_of

ROOT = Path(__file__).parents[2]
RUNS = 12


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sweep that nothing went wrong with."""
    folder = tmp_path_factory.mktemp("undisturbed")
    heard: list[Standing] = []
    sweep(plan_file(folder), folder / "out", workers=2, progress=heard.append)
    phases = [standing.phase for standing in heard]
    assert phases[-1] == "over"
    assert [p for p in phases if p != "running"] == [
        "planning", "verifying", "sharing", "compiling", "over",
    ]  # fmt: skip
    assert heard[-1].done == RUNS
    return folder / "out"


def assert_same(folder: Path, undisturbed: Path) -> None:
    """Fails unless two folders hold the same results, to the byte."""
    assert runs_of(folder) == runs_of(undisturbed)
    assert data_of(folder) == data_of(undisturbed)


# --- the data set --------------------------------------------------------------------------------


def test_a_run_is_a_row_and_a_file(undisturbed: Path) -> None:
    rows = pandas.read_parquet(undisturbed / "runs.parquet")
    assert list(rows.columns) == [
        "run", "scenario_hash", "seed", "status", "seconds", "error", "point", "base", "cap",
        "saving",
    ]  # fmt: skip
    assert len(rows) == RUNS
    assert set(rows["status"]) == {"done"}
    assert set(rows["error"]) == {""}
    names = {
        f"{h[:16]}-{seed}.parquet"
        for h, seed in zip(rows["scenario_hash"], rows["seed"], strict=False)
    }
    assert names == set(data_of(undisturbed))
    assert (rows["seconds"] > 0).all()


def test_all_readers_take_the_files_as_one_table(undisturbed: Path) -> None:
    import duckdb
    import polars

    every = str(undisturbed / "data" / "*.parquet")
    one = pandas.read_parquet(undisturbed / "data")
    two = polars.read_parquet(every)
    three = duckdb.sql(
        f"select d.*, r.cap from '{every}' d join '{undisturbed / 'runs.parquet'}' r "
        "using (scenario_hash, seed)"
    ).df()
    assert len(one) == len(two) == len(three) == RUNS * 5
    assert two["hhi"].sum() == pytest.approx(one["hhi"].sum())
    assert three["hhi"].sum() == pytest.approx(one["hhi"].sum())
    assert set(three["cap"]) == {0.36, 0.18, 0.12}


def test_a_file_is_what_a_run_alone_brings(undisturbed: Path) -> None:
    from sim.experiment import run
    from sim.sweeps.points import scenario_at
    from sim.sweeps.store import opened

    folder = opened(undisturbed)
    point = folder.points[4]
    market = run(scenario_at(folder.sweep, point.levels), borrowers=300, seed=2, months=5).market
    kept = pandas.read_parquet(folder.data_file(point.scenario_hash, 2))
    assert kept["hhi"].tolist() == market["hhi"].tolist()
    assert kept["borrowers_active"].tolist() == market["borrowers_active"].tolist()


def test_export_is_one_table_with_factors(undisturbed: Path, tmp_path: Path) -> None:
    for ending, read in (("parquet", pandas.read_parquet), ("csv", pandas.read_csv)):
        out = tmp_path / f"all.{ending}"
        assert main(["sweep", "export", str(undisturbed), "--out", str(out)]) == 0
        table = read(out)
        assert len(table) == RUNS * 5
        assert {"run", "base", "cap", "saving", "seed", "month", "hhi"} <= set(table.columns)
        assert table.groupby("cap")["run"].nunique().tolist() == [4, 4, 4]
    assert main(["sweep", "export", str(undisturbed), "--out", str(tmp_path / "all.xlsx")]) == 2


def test_export_says_what_cannot_be_written_or_read(
    undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    copied(undisturbed, folder)

    def told(out: Path) -> str:
        assert main(["sweep", "export", str(folder), "--out", str(out)]) == 2
        return capsys.readouterr().err

    assert f"there is no folder {tmp_path / 'nowhere'}" in told(tmp_path / "nowhere" / "x.parquet")
    assert "cannot be written" in told(Path("/proc/x.csv"))
    damaged, *_ = sorted((folder / "data").iterdir())
    for spoil in (lambda: damaged.write_bytes(b"PAR1 of old"), damaged.unlink):
        spoil()
        message = told(tmp_path / "all.parquet")
        assert f"{damaged} cannot be read" in message
        assert "loansim sweep resume mends it" in message
        assert message.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


# --- going on ------------------------------------------------------------------------------------


def test_what_is_complete_is_left_alone(undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_hand_out", None)  # nothing may be handed out
    before = {path: path.stat().st_mtime_ns for path in (undisturbed / "data").iterdir()}
    resume_sweep(undisturbed)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_was_lost_or_changed_is_done_again(undisturbed: Path, tmp_path: Path) -> None:
    folder = sweep(plan_file(tmp_path), tmp_path / "out", workers=2).path
    lost, changed, *_ = sorted((folder / "data").iterdir())
    lost.unlink()
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    with (folder / JOURNAL).open("ab") as journal:
        journal.write(b'{"scenario_hash": "cut sho')
    resume_sweep(folder, workers=1)
    assert_same(folder, undisturbed)
    assert len(read_entries(folder)) == RUNS


def test_resume_and_run_know_their_folders(undisturbed: Path, tmp_path: Path) -> None:
    same = plan_file(tmp_path)
    other = plan_file(tmp_path / "other", PLAN.replace("seeds: 2", "seeds: 3"))
    with pytest.raises(InputError, match="holds this sweep already"):
        sweep(same, undisturbed)
    with pytest.raises(InputError, match=r"another plan .* must not mix"):
        sweep(other, undisturbed)
    with pytest.raises(InputError, match="another plan"):
        sweep(other, undisturbed, resume=True)
    assert sweep(same, undisturbed, resume=True).tally.done == RUNS
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").touch()
    with pytest.raises(InputError, match="not empty"):
        sweep(same, tmp_path / "full")
    with pytest.raises(InputError, match="holds no sweep"):
        resume_sweep(tmp_path)


def test_two_versions_do_not_mix(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    copied(undisturbed, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["fingerprint"] = "0" * 64
    manifest["libraries"]["numpy"] = "1.0"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"another version of loansim \(numpy 1.0, now"):
        resume_sweep(folder)


@pytest.mark.parametrize("part", ["plan", "bases", "points"])
def test_a_folder_that_was_edited_is_refused(part: str, undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    copied(undisturbed, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    if part == "plan":
        manifest["plan"] = manifest["plan"].replace("seeds: 2", "seeds: 3")
    elif part == "bases":
        text = manifest["bases"]["short"]
        manifest["bases"]["short"] = re.sub(r"population: \d+", "population: 4000000", text)
    else:
        (folder / "points.parquet").write_bytes(b"nothing")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="run the plan into a new folder"):
        resume_sweep(folder)


@pytest.mark.parametrize("name", ["format", "plan", "bases", "points_sha256"])
def test_a_manifest_that_lacks_something_is_refused(
    name: str, undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    copied(undisturbed, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest[name]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert main(["sweep", "status", str(folder)]) == 2
    assert name in capsys.readouterr().err


def copied(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target)


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_run_that_raises_is_a_row_and_the_rest_is_saved(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(local_crew, "_do", sabotage.raise_at_bad)
        study = sweep(plan_file(tmp_path), tmp_path / "out", workers=2)
    failed = study.runs[study.runs["status"] == "failed"]
    assert len(failed) == 4
    assert set(failed["cap"]) == {0.18}
    assert set(failed["error"]) == {"ArithmeticError: a cap of 18% is bad luck"}
    assert study.tally.done == 8
    assert study.missing_text() == "4 runs failed"
    resume_sweep(study.path, workers=2)
    assert_same(study.path, undisturbed)


def test_the_command_line_tells_of_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local_crew, "_do", sabotage.raise_at_bad)
    arguments = ["sweep", "run", str(plan_file(tmp_path)), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--workers", "1", "--verbose"]) == 1
    told = capsys.readouterr()
    assert "4 of 12 runs failed" in told.err
    assert told.out.count("seed 2: failed: ArithmeticError: a cap of 18%") == 2
    assert len(re.findall(r"cap 36%, saving \d0%, seed \d: \d+\.\d s", told.out)) == 4
    assert main(["sweep", "status", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "8 of 12 runs done, 4 failed, 0 waiting" in told
    assert "cap 18%, saving 30%, seed 2: ArithmeticError: a cap of 18% is bad luck" in told


@needs_list
def test_a_run_that_kills_its_worker_is_a_row(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(local_crew, "_do", sabotage.die_at_bad)
        study = sweep(plan_file(tmp_path), tmp_path / "out", workers=2)
    failed = study.runs[study.runs["status"] == "failed"]
    assert len(failed) == 4
    assert set(failed["cap"]) == {0.18}
    assert all("use fewer workers or borrowers" in error for error in failed["error"])
    resume_sweep(study.path, workers=2)
    assert_same(study.path, undisturbed)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process as Linux does")
def test_a_run_that_gets_no_memory_is_a_row(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Really none: the worker may not grow. It raises or dies of that, at this run or at all that
    share its past, and the rest is saved."""
    with monkeypatch.context() as patched:
        patched.setattr(local_crew, "_do", sabotage.starve_at_bad)
        study = sweep(plan_file(tmp_path), tmp_path / "out", workers=1)
    failed = study.runs[study.runs["status"] == "failed"]
    assert 0.18 in set(failed["cap"])
    assert all("use fewer workers or borrowers" in error for error in failed["error"])
    resume_sweep(study.path, workers=2)
    assert_same(study.path, undisturbed)


@needs_list
def test_a_worker_that_dies_once_costs_nothing(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_crew, "_do", partial(sabotage.die_once, str(tmp_path / "mark")))
    study = sweep(plan_file(tmp_path), tmp_path / "out", workers=1)
    assert (tmp_path / "mark").exists()
    assert_same(study.path, undisturbed)


def test_workers_that_die_while_they_start_lose_nothing(
    undisturbed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan, out = plan_file(tmp_path), tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(local_crew, "_prepare", sabotage.die_while_starting)
        assert main(["sweep", "run", str(plan), "--out", str(out)]) == 1
    told = capsys.readouterr().err
    assert re.search(
        r"ended without an answer.*; 0 of 12 runs are saved; go on with: .*resume", told
    )
    monkeypatch.setattr(
        local_crew, "_prepare", partial(sabotage.die_at_first_start, str(tmp_path / "mark"))
    )
    resume_sweep(out, workers=2)
    assert (tmp_path / "mark").exists()
    assert_same(out, undisturbed)


def test_no_worker_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(process: object) -> None:
        raise EOFError("the fork server is gone")

    monkeypatch.setattr(pool._Process, "start", start)
    with pytest.raises(SweepStoppedError, match=r"no worker .* started; 0 of 12 runs are saved"):
        sweep(plan_file(tmp_path), tmp_path / "out", workers=1)


def test_a_request_to_end_comes_before_what_it_broke() -> None:
    def while_they_start() -> None:
        with pool._interrupts_later():
            signal.raise_signal(signal.SIGINT)
            raise EOFError("the fork server is gone")

    with pytest.raises(KeyboardInterrupt):
        while_they_start()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; only an administrator of the machine may have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    order = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        made = subprocess.run(order, capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("no file system can be made here; the next test pretends")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True, timeout=60)


def test_a_disk_that_is_really_full_is_told_and_nothing_is_lost(
    undisturbed: Path, tmp_path: Path, small_disk: Path
) -> None:
    ballast, out = small_disk / "ballast", small_disk / "out"

    def fill(standing: Standing) -> None:
        if standing.done < 3 or ballast.exists():
            return
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1024))

    with pytest.raises(SweepStoppedError, match=r"No space left.* of 12 runs are saved; go on"):
        sweep(plan_file(tmp_path), out, workers=1, progress=fill)
    assert 3 <= Study(out).tally.done < RUNS
    assert not list(out.rglob("*.part"))
    with pytest.raises(SweepStoppedError, match="No space left"):  # still full
        resume_sweep(out, workers=1)
    ballast.unlink()
    resume_sweep(out, workers=2)
    assert_same(out, undisturbed)


def test_a_full_disk_is_told_and_nothing_is_lost(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = store.write_whole

    def write_whole(path: Path, content: bytes) -> None:
        if path.parent.name == "data" and len(list(path.parent.iterdir())) >= 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(store, "write_whole", write_whole)
        with pytest.raises(SweepStoppedError, match=r"No space left.*5 of 12 runs are saved"):
            sweep(plan_file(tmp_path), tmp_path / "out", workers=1)
    assert Study(tmp_path / "out").tally.done == 5
    assert not list((tmp_path / "out" / "data").glob(".*"))
    resume_sweep(tmp_path / "out", workers=2)
    assert_same(tmp_path / "out", undisturbed)


def test_a_read_only_folder_is_refused(
    undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = plan_file(tmp_path)
    # /proc refuses even the administrator, whom permissions do not bind.
    assert main(["sweep", "run", str(plan), "--out", "/proc/sweep"]) == 2
    assert "may not be written to" in capsys.readouterr().err
    if os.geteuid() != 0:
        undisturbed.chmod(0o500)
        (undisturbed / "lock").chmod(0o400)
        try:
            with pytest.raises(InputError, match="may not be written to"):
                resume_sweep(undisturbed)
        finally:
            undisturbed.chmod(0o700)
            (undisturbed / "lock").chmod(0o600)


def test_two_sweeps_in_one_folder_are_one_too_many(
    undisturbed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not is_locked(undisturbed)
    script = (
        "import sys, time; from pathlib import Path; from sim.folder_lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(undisturbed)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert main(["sweep", "resume", str(undisturbed)]) == 2
        assert f"in use by another process (process {holder.pid})" in capsys.readouterr().err
        assert is_locked(undisturbed)
        main(["sweep", "status", str(undisturbed)])
        assert "it is running" in capsys.readouterr().out
    finally:
        holder.kill()
        holder.communicate(timeout=60)
    with locked(undisturbed):  # whoever held it is gone, and so is the lock
        pass


@pytest.mark.skipif(os.name == "nt", reason="looks at locks of POSIX systems")
def test_a_look_at_a_lock_stops_nobody(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open("r+") as looking:  # as another process's is_locked does
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not is_locked(tmp_path)
        threading.Timer(0.1, looking.close).start()
        with locked(tmp_path):
            assert is_locked(tmp_path)


# --- kills ---------------------------------------------------------------------------------------

KILLED = PLAN.replace("seeds: 2", "seeds: 6")
LATER = pytest.mark.slow


@pytest.fixture(scope="module")
def long_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    return sweep(plan_file(folder, KILLED), folder / "out", workers=2).path


@needs_list
@pytest.mark.parametrize("number", [0, 1, *(pytest.param(n, marks=LATER) for n in range(2, 10))])
def test_kills_at_random_moments(number: int, long_one: Path, tmp_path: Path) -> None:
    moments = random.Random(number)
    plan, folder = plan_file(tmp_path, KILLED), tmp_path / "out"
    process = started("run", str(plan), "--out", str(folder))
    wait_for(process, folder, moments.randrange(1, 10))
    time.sleep(moments.random() / 10)
    workers = [one for one in family(process.pid) if is_worker(one)]
    if workers:
        os.kill(moments.choice(workers), signal.SIGKILL)
    wait_for(process, folder, moments.randrange(10, 24))
    time.sleep(moments.random() / 10)
    everybody = family(process.pid)
    process.kill()
    process.communicate(timeout=60)
    assert gone_within(30, everybody)
    resume_sweep(folder, workers=2)
    assert_same(folder, long_one)


@needs_list
@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_stops_cleanly_and_says_how_to_go_on(
    request_to_end: signal.Signals, undisturbed: Path, tmp_path: Path
) -> None:
    plan, folder = plan_file(tmp_path), tmp_path / "out"
    process = started("run", str(plan), "--out", str(folder))
    wait_for(process, folder, 2)
    everybody = family(process.pid)
    # As a terminal (Ctrl-C) or a batch system (SIGTERM) does: to the workers too.
    os.killpg(process.pid, request_to_end)
    _, told = process.communicate(timeout=60)
    if process.returncode != 0:  # it may have been over by then
        assert process.returncode == 130
        found = re.search(r"interrupted; (\d+) of 12 runs are saved; go on with: .*resume", told)
        assert found is not None
        assert "Traceback" not in told
        assert Study(folder).tally.done == int(found[1]) >= 2
        assert len(runs_of(folder)) == RUNS
    assert gone_within(30, everybody)
    resume_sweep(folder, workers=2)
    assert_same(folder, undisturbed)


def started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "sweep", *arguments, "--workers", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def wait_for(process: "subprocess.Popen[str]", folder: Path, runs: int) -> None:
    """Until so many runs are in the journal, or the sweep is over."""
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        journal = folder / JOURNAL
        if journal.exists() and journal.read_bytes().count(b"\n") >= runs:
            return
        time.sleep(0.01)


def is_worker(process: int) -> bool:
    """Whether a process is forked from the fork server, and neither that nor the program."""
    try:
        parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]
        return "forkserver" in Path(f"/proc/{parent}/cmdline").read_text()
    except OSError:
        return False


# --- progress and pace ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["nonsense", "tcp://host", "a host:1", ""])
def test_what_is_no_address_of_a_scheduler_is_refused_at_once(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    order = ["sweep", "run", str(plan_file(tmp_path)), "--out", str(out)]
    assert main([*order, "--scheduler", address]) == 2
    told = capsys.readouterr()
    assert "such as tcp://HOST:8786" in told.err
    assert told.out == ""
    assert not out.exists()


def test_progress_tells_rate_and_time_left() -> None:
    standing = Standing(
        "running", runs=1000, done=390, failed=2, under_way=10, before=100, seconds=150
    )
    text = "400 of 1,000 runs, 2 failed, 2.0 a second, 5 min left"
    assert standing_text(standing) == text
    assert Standing("running", runs=10).seconds_left is None


@pytest.mark.slow
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_two_workers_do_nearly_twice_as_much(tmp_path: Path) -> None:
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > 0.5:
        pytest.skip(f"the machine is busy (load {busy:.1f}); a pace needs it idle")
    plan = plan_file(
        tmp_path,
        PLAN.replace("borrowers: 300", "borrowers: 10000").replace("months: 5", "months: 48"),
    )
    rates = []
    for workers in (1, 2):
        heard: list[Standing] = []
        sweep(plan, tmp_path / str(workers), workers=workers, progress=heard.append)
        last = [standing for standing in heard if standing.phase == "running"][-1]
        rates.append(last.rate)
    assert rates[1] >= 1.8 * rates[0]


def test_a_run_costs_little_beyond_the_model(tmp_path: Path) -> None:
    from sim.experiment import run
    from sim.lives import Branch
    from sim.sweeps.plan import load_plan
    from sim.sweeps.points import points_of, scenario_at
    from sim.sweeps.tasks import Task, do_task
    from tests.sweeps.test_shared_past import order_of

    made = load_plan(plan_file(tmp_path))
    point = points_of(made)[0]
    scenario, order = scenario_at(made, point.levels), order_of(made)
    task = Task(1, Branch(0, 0), {0: point.levels})
    settings = {"borrowers": 300, "seed": 1, "months": 5, "threads": 1}
    do_task(order, task, lambda _: None)
    run(scenario, **settings)
    beyond = []
    for _ in range(5):
        start = time.process_time()
        (outcome,) = do_task(order, task, lambda _: None)
        middle = time.process_time()
        run(scenario, **settings)
        beyond.append(middle - start - (time.process_time() - middle))
    assert not outcome.error
    assert sorted(beyond)[2] < 0.1
