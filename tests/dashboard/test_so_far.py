"""What a run hands over before it is done, and what a reader is shown of it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pandas
import pytest

from dashboard.cards import BY_IDENTITY
from dashboard.jobs import Jobs
from dashboard.library import Library, Sight, as_far, worth_showing
from dashboard.market.content import card_content
from dashboard.runs import Runs
from dashboard.whatif.content import asked, effects_and_reasons, marked, next_sight, seen, status
from sim.comparison import Comparison
from sim.core.months import Month
from sim.experiment import run
from sim.scenario import load_scenario
from sim.so_far import SoFar, taken
from tests.dashboard import doubles
from tests.synthetic import run_tables

WHAT = "cap=12,2026-01,0,12&seeds=1&borrowers=20000&lang=en"


def test_what_is_handed_over_is_how_the_run_begins(tmp_path: Path) -> None:
    path = tmp_path / "one.sofar"
    keeper = SoFar(path, {"seed": 1}, None, 0, 36)
    scenario = load_scenario("observed").with_changes({"burn_in_months": 6})
    whole = run(scenario, borrowers=400, months=36, threads=1, checkpoints=keeper)
    found = taken(path)
    assert found is not None
    tables, told = found
    assert (told["months"], told["last_month"], told["seed"]) == (24, "2025-12", 1)
    for name in ("market", "lenders", "segments"):
        begins = whole.tables[name]
        begins = begins[begins["month"] < "2026-01-01"].reset_index(drop=True)
        pandas.testing.assert_frame_equal(begins, tables[name], check_categorical=False)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("shared", "after"),
    [
        (84, [24]),  # the base itself: nothing sets it apart
        (0, [24]),
        (23, [36]),  # a change in 2026-01: its first year
        (5, [24]),
        (62, []),  # so late that little is left
    ],
)
def test_a_changed_world_shows_its_first_year_apart(
    shared: int, after: list[int], tmp_path: Path
) -> None:
    handed: list[int] = []
    model: Any = SimpleNamespace(burn_in_months=24, first_month=Month.of(2024, 1))
    with mock.patch.object(SoFar, "_hand_over", lambda _, __, months: handed.append(months)):
        for month in range(25, 24 + 84 + 1):
            SoFar(tmp_path / "x", {}, None, shared, 84).after_month(model, 0, month)
    assert handed == after


@pytest.fixture
def library() -> Iterator[Library]:
    """Works as told; parts hand over what they have, and wait for a file."""
    jobs = Jobs(doubles.handing_over, workers=2)
    one = Library(Runs(None), jobs)
    yield one
    one.uploads.close()
    jobs.close()


def test_a_reader_sees_what_there_is_so_far_then_the_whole(library: Library) -> None:
    what = asked(WHAT)
    base = library.order(what.base, {}, what.seeds, what.borrowers)
    assert isinstance(base, tuple)
    (part,) = base[1].parts()
    library.jobs._outcomes[part] = doubles.outcome(part)  # lived before
    end = time.monotonic() + 60
    while (now := seen(library, what, asker="a page")).scenario.stage != "so_far":
        assert time.monotonic() < end, now
        time.sleep(0.02)
    assert now.is_rough
    words = str(status(what, now, "en"))
    assert "So far to 2026-01, one seed, 20,000 borrowers" in words
    assert now.against is not None
    compared = library.compare(now.scenario, now.against)
    assert isinstance(compared, Comparison)
    assert compared.manifest["last_month"] == "2026-01"
    assert effects_and_reasons(library, what, now, "en")[0]
    drawn = card_content(library, BY_IDENTITY["concentration"], "hhi", now, "light", "en")
    assert "2026-01" in str(drawn.newest)
    Path(library.jobs._pasts.name, "go").touch()
    while (now := seen(library, what, asker="a page")).scenario.stage != "whole":
        assert time.monotonic() < end, now
        time.sleep(0.02)
    assert list(Path(library.jobs._pasts.name).glob("*.sofar")) == []


def test_who_waits_is_told_at_once_and_never_waits_longer_than_asked(library: Library) -> None:
    what = asked(WHAT)
    end = time.monotonic() + 60
    while (now := next_sight(library, what, {}, "a page", 0.1)).scenario.stage != "so_far":
        assert time.monotonic() < end, now
    while now.against is None or now.against.stage != "so_far":  # the base, whatever else waits
        assert time.monotonic() < end, now
        now = next_sight(library, what, marked(what, now), "a page", 0.1)
    shown = marked(what, now)
    began = time.monotonic()
    assert marked(what, next_sight(library, what, shown, "a page", 0.2)) == shown
    assert time.monotonic() - began >= 0.2
    threading.Timer(0.3, Path(library.jobs._pasts.name, "go").touch).start()
    now = next_sight(library, what, shown, "a page", 60)
    assert marked(what, now) != shown


def test_seeds_are_drawn_when_they_say_more() -> None:
    drawn = [len(worth_showing(tuple(range(done)), 16)) for done in range(1, 17)]
    assert drawn == [1, 1, 1, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 16]
    assert worth_showing((1, 2), 2) == (1, 2)


def test_finished_runs_of_other_lengths_are_not_cut() -> None:
    long, short = (
        Sight(str(months), stage="whole", tables=run_tables(months), months=("2024-01", last))
        for months, last in ((30, "2026-06"), (24, "2025-12"))
    )
    assert as_far(long, short) == (long, short)
