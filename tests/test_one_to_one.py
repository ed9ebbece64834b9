"""Every borrower of the country as one simulated borrower, if there is room."""

from pathlib import Path

import pytest

from agents.record import RECORD
from sim import one_to_one
from sim.cli import main
from sim.core.errors import InputError
from sim.one_to_one import borrowers_wanted, bytes_free, bytes_needed, check_memory
from sim.store import read_run
from tests.small_market import small_scenario

GB = 10**9


def test_one_to_one_is_the_population() -> None:
    assert borrowers_wanted("1:1", 500_000_000) == 500_000_000
    assert borrowers_wanted("20_000", 500_000_000) == 20_000
    for written in ("2:1", "many", "", "1e5"):
        with pytest.raises(InputError, match=r"write a number, or 1:1 .* 500,000,000"):
            borrowers_wanted(written, 500_000_000)


def test_memory_grows_with_each_borrowers_record() -> None:
    assert bytes_needed(2_000_000) - bytes_needed(1_000_000) == 1_000_000 * RECORD.itemsize


def test_what_does_not_fit_is_refused_with_both_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_to_one, "bytes_free", lambda: 24 * GB)
    check_memory(100_000_000)
    with pytest.raises(InputError, match=r"need 72\.6 GB of memory and 24\.0 GB are free"):
        check_memory(500_000_000)
    monkeypatch.setattr(one_to_one, "bytes_free", lambda: None)
    check_memory(500_000_000)  # where the system does not tell, it is tried


def test_a_container_may_have_less_than_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:   8000000 kB\n")
    monkeypatch.setattr(one_to_one, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(one_to_one, "CGROUP", tmp_path)
    assert bytes_free() == 8_192_000_000
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert bytes_free() == 8_192_000_000
    (tmp_path / "memory.max").write_text("3000000000\n")
    assert bytes_free() == 2_999_999_000
    monkeypatch.setattr(one_to_one, "MEMINFO", tmp_path / "absent")
    monkeypatch.setattr(one_to_one, "CGROUP", tmp_path / "absent")
    assert bytes_free() is None


def test_a_town_is_simulated_one_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = small_scenario({"population": 2_000}, burn_in=2)
    Path("town.yaml").write_text(small.text, encoding="utf-8")
    assert main(["run", "town.yaml", "--borrowers", "1:1", "--months", "3", "--out", "out"]) == 0
    result = read_run("out")
    assert result.manifest["borrowers"] == 2_000
    assert result.manifest["weight"] == 1.0
    people = result.segments.groupby("month")["borrowers"].sum()
    assert (people == 2_000).all()
