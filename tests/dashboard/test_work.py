"""What a worker remembers between the seeds of a what-if."""

import json
from collections.abc import Iterator

import pytest

from dashboard import work
from dashboard.work import Origin
from sim.branching import course
from sim.scenario import Scenario, load_scenario


def changed(level: float) -> Origin:
    """The observed market with a cap from 2027 on."""
    changes = {"policy.standing_caps.what_if": {"steps": {"2027-01": {"level": level}}}}
    return Origin("observed", b"", json.dumps(changes), "what_if")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is read from files while a test runs."""
    read: list[str] = []
    base = Origin.base

    def counted(self: Origin) -> Scenario:
        read.append(self.scenario)
        return base(self)

    work._worlds.cache_clear()
    work._base.cache_clear()
    monkeypatch.setattr(Origin, "base", counted)
    yield read
    work._worlds.cache_clear()
    work._base.cache_clear()


def test_a_scenario_is_read_once_for_all_seeds_and_levels(reads: list[str]) -> None:
    one = work._worlds(changed(0.18), 84, (1,))
    assert work._worlds(changed(0.18), 84, (1,)) is one
    two = work._worlds(changed(0.14), 84, (1,))
    assert reads == ["observed"]
    observed = load_scenario("observed")
    assert one.base == two.base == observed.hash
    assert one.scenario.hash != two.scenario.hash
    assert one.shared == course(observed, one.scenario, 84).shared > 0
    plain = work._worlds(Origin("observed"), 84, (1,))
    assert (plain.scenario.hash, plain.base) == (observed.hash, observed.hash)
    assert reads == ["observed"]
    work._worlds(changed(0.18), 84, (2,))
    assert reads == ["observed", "observed"]  # a file was written anew
