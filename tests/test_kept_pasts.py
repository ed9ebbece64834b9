"""Pasts that are kept: a run that starts from one brings what a run from the start brings."""

from pathlib import Path
from unittest import mock

from sim.branching import course
from sim.experiment import run
from sim.kept_pasts import KeptPasts
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario

MONTHS, BORROWERS = 8, 400

CAP = {
    "policy.standing_caps.what_if": {
        "licences": "all",
        "base": "all_in",
        "steps": {"2024-06": {"level": 0.15}},
    }
}


def pasts(folder: Path, base: Scenario, other: Scenario, most_bytes: int = 10**9) -> KeptPasts:
    return KeptPasts(folder, base.hash, course(base, other, MONTHS).shared, most_bytes)


def months_lived(scenario: Scenario, kept: KeptPasts | None) -> tuple[int, object]:
    """Months that a run lives, and its tables."""
    with mock.patch.object(LoanMarket, "step", autospec=True, side_effect=LoanMarket.step) as step:
        result = run(scenario, borrowers=BORROWERS, months=MONTHS, threads=1, checkpoints=kept)
    return step.call_count, result.tables


def test_a_run_from_a_kept_past_is_a_run_from_the_start(tmp_path: Path) -> None:
    base = load_scenario("observed").with_changes({"burn_in_months": 6})
    other = base.with_changes(CAP)
    months_lived(other, None)  # compiles, which lives a month of its own
    whole, expected = months_lived(other, None)
    first, _ = months_lived(base, pasts(tmp_path, base, base))
    assert first == whole == 6 + MONTHS
    branched, tables = months_lived(other, pasts(tmp_path, base, other))
    again, same = months_lived(other, pasts(tmp_path, base, other))
    shared = course(base, other, MONTHS).shared
    assert shared > 6
    assert whole - branched >= 6  # from the state at the end of the burn-in at least
    assert again == whole - shared  # and from the month in which they part, once it was lived
    for name, table in expected.items():  # type: ignore[attr-defined]
        assert table.equals(tables[name]), name  # type: ignore[index]
        assert table.equals(same[name]), name  # type: ignore[index]


def test_nothing_is_kept_of_a_world_that_differs(tmp_path: Path) -> None:
    base = load_scenario("observed").with_changes({"burn_in_months": 6})
    other = base.with_changes({"competition.preset": "high"})
    months_lived(other, pasts(tmp_path, base, other))
    assert list(tmp_path.iterdir()) == []


def test_pasts_take_no_more_room_than_they_may(tmp_path: Path) -> None:
    base = load_scenario("observed").with_changes({"burn_in_months": 6})
    months_lived(base, pasts(tmp_path, base, base))
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) > 1
    for path in tmp_path.iterdir():
        path.unlink()
    months_lived(base, pasts(tmp_path, base, base, most_bytes=max(sizes) + 1))
    assert len(list(tmp_path.iterdir())) == 1
