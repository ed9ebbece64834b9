"""What there is to see: runs in a folder and simulations, whole or broken."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.jobs import Jobs
from dashboard.library import Library, Problem, Sight
from dashboard.runs import Runs
from dashboard.texts import Text
from sim.comparison import Comparison
from sim.experiment import Result
from sim.store import write_run
from tests.dashboard import doubles
from tests.synthetic import manifest, run_tables, seed_tables


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder: two runs, one damaged, one of another make, one that is none."""
    root = tmp_path_factory.mktemp("results")
    early, late = ({"finished": f"2026-01-0{day}"} for day in (1, 2))
    write_run(Result(run_tables(30), manifest(months=30) | early), root / "one")
    write_run(Result(seed_tables(3, 30), manifest(3, 30) | late), root / "three")
    write_run(Result(run_tables(30), manifest(months=30)), root / "damaged")
    (root / "damaged" / "market.parquet").write_bytes(b"no table")
    (root / "foreign").mkdir()
    (root / "foreign" / "manifest.json").write_text("[]")
    (root / "empty").mkdir()
    (root / "file").write_text("")
    return root


@pytest.fixture
def library(results: Path) -> Iterator[Library]:
    jobs = Jobs(doubles.quick, workers=1)
    yield Library(Runs(results), jobs)
    jobs.close()


def complete(library: Library, source: str, seeds: int = 2) -> Sight:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        sight = library.see(source, seeds, 100_000)
        if not sight.is_open:
            return sight
        time.sleep(0.02)
    raise AssertionError(sight)


def test_readable_runs_are_listed_newest_first(library: Library) -> None:
    assert [run.name for run in library.runs.listed()] == ["three", "one", "damaged"]
    assert library.usual() == "run:three"


def test_a_folder_may_itself_be_a_run(results: Path) -> None:
    assert [run.name for run in Runs(results / "one").listed()] == ["one"]


def test_without_runs_observed_is_shown(tmp_path: Path, library: Library) -> None:
    assert Runs(tmp_path / "nothing").listed() == []
    assert Library(Runs(None), library.jobs).usual() == "observed"


def test_a_run_is_shown_whole(library: Library) -> None:
    sight = library.see("run:three", 1, 5_000)
    assert (sight.stage, sight.seeds, sight.borrowers) == ("whole", 3, 100_000)
    assert sight.tables is not None
    assert sight.report is None
    assert library.see("run:three", 1, 5_000).tables is sight.tables  # read once


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("run:nothing", Text.UNKNOWN_RUN),
        ("run:../results/one", Text.UNKNOWN_RUN),
        ("run:damaged", Text.BROKEN_RUN),
        ("run:foreign", Text.UNKNOWN_RUN),
        ("obsrved", Text.UNKNOWN_SCENARIO),
        ("/etc/passwd", Text.UNKNOWN_SCENARIO),
    ],
)
def test_what_cannot_be_shown_is_said(library: Library, source: str, text: Text) -> None:
    sight = library.see(source, 1, 5_000)
    assert sight.problem is not None
    assert sight.problem.text is text
    assert sight.tables is None
    assert sight.problem.text.say("zh", **sight.problem.values)


def test_a_scenario_is_simulated_and_its_seeds_joined(library: Library) -> None:
    assert library.see("observed", 2, 100_000, start=False).report is None
    sight = complete(library, "observed")
    assert (sight.stage, sight.seeds, sight.borrowers) == ("whole", 2, 100_000)
    assert sight.tables is not None
    assert sight.tables["market"]["seed"].unique().tolist() == [1, 2]
    one = complete(library, "observed", seeds=1)
    assert one.tables is not None
    assert "seed" not in one.tables["market"].columns
    assert one.token != sight.token


def test_two_sources_are_compared_seed_by_seed(library: Library) -> None:
    base, other = complete(library, "observed"), complete(library, "cap_12_early")
    compared = library.compare(other, base)
    assert isinstance(compared, Comparison)
    assert compared.seeds == 2
    assert compared.changes_nothing  # the made-up tables do not depend on the scenario
    assert library.compare(other, base) is compared  # worked out once
    assert library.compare(other, None) is None


def test_what_does_not_pair_is_said(library: Library) -> None:
    run, waiting = library.see("run:three", 1, 5_000), Sight("later")
    compared = library.compare(waiting, run)
    assert isinstance(compared, Problem)
    assert compared.text is Text.PAIRS_LATER
    smaller = replace(run, token="smaller", manifest=run.manifest | {"borrowers": 5}, borrowers=5)
    refused = library.compare(run, smaller)
    assert isinstance(refused, Problem)
    assert refused.text is Text.NO_PAIRS
    assert "another number of simulated borrowers" in refused.text.say("en", **refused.values)


def test_titles_are_there_in_both_languages(library: Library) -> None:
    assert library.scenarios()["observed"].zh.startswith("2026年以前")
    assert library.see("run:three", 1, 5_000).title.zh == "历史与已公布的政策"
    assert complete(library, "observed").question.en.startswith("Where do concentration")


def test_a_failed_simulation_can_be_tried_again(library: Library) -> None:
    library.jobs._work = doubles.failing
    sight = complete(library, "observed")
    assert sight.report is not None
    assert sight.report.state == "failed"
    assert complete(library, "observed").report == sight.report
    library.jobs._work = doubles.quick
    library.again("observed", 2, 100_000)
    assert complete(library, "observed").stage == "whole"


def test_the_calendar_of_policy_needs_no_simulation(library: Library) -> None:
    assert "24%" in " ".join(library.calendar("observed")["2025-10"])
    assert library.calendar("run:one") == {}
