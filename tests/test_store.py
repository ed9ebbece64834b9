"""Run folders: whole or nothing, the same bytes for the same run, readable by other tools."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet
import pytest

import sim.store
from sim.core.errors import InputError
from sim.core.tables import TABLES
from sim.experiment import Result
from sim.store import check_out, free_folder, read_run, write_run
from tests.synthetic import manifest, run_tables, seed_tables

FILES = {*(f"{name}.parquet" for name in TABLES), "manifest.json", "report.html"}


@pytest.fixture
def result() -> Result:
    return Result(run_tables(6), manifest(months=6))


def names(folder: Path) -> set[str]:
    """Everything in a folder, hidden entries included."""
    return {entry.name for entry in folder.iterdir()}


def test_a_run_is_seven_files_and_nothing_else(result: Result, tmp_path: Path) -> None:
    folder = write_run(result, tmp_path / "new" / "run")
    assert names(folder) == FILES
    assert names(tmp_path / "new") == {"run"}


def test_what_was_written_is_read_back(result: Result, tmp_path: Path) -> None:
    back = read_run(write_run(result, tmp_path / "run"))
    for name, table in result.tables.items():
        pandas.testing.assert_frame_equal(back.tables[name], table)
    assert back.scenario is None
    assert back.manifest["scenario"] == result.manifest["scenario"]
    pandas.testing.assert_frame_equal(back.market, result.market)


def test_several_seeds_are_read_back_with_their_column(tmp_path: Path) -> None:
    result = Result(seed_tables(2, months=3), manifest(2, 3))
    back = read_run(write_run(result, tmp_path / "run"))
    for name, table in result.tables.items():
        pandas.testing.assert_frame_equal(back.tables[name], table)


def test_two_writings_give_the_same_tables_byte_for_byte(result: Result, tmp_path: Path) -> None:
    one, two = write_run(result, tmp_path / "one"), write_run(result, tmp_path / "two")
    for name in FILES - {"manifest.json"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_parquet_holds_dates_units_and_no_pandas_metadata(result: Result, tmp_path: Path) -> None:
    folder = write_run(result, tmp_path / "run")
    schema = pyarrow.parquet.read_schema(folder / "market.parquet")
    assert schema.field("month").type == pyarrow.date32()
    assert schema.field("balance").metadata[b"unit"] == b"yuan"
    assert schema.field("balance").metadata[b"label_zh"].decode() == "贷款余额"
    assert not schema.field("balance").nullable
    assert pyarrow.parquet.read_schema(folder / "events.parquet").field("before").nullable
    assert set(schema.metadata) == {b"table", b"row"}
    plain = pandas.read_parquet(folder / "market.parquet")
    assert plain["month"].iloc[0] == datetime.date(2024, 1, 1)


def test_the_manifest_lists_the_files_with_their_hashes(result: Result, tmp_path: Path) -> None:
    folder = write_run(result, tmp_path / "run")
    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert written["files"]["market.parquet"]["rows"] == 6
    content = (folder / "market.parquet").read_bytes()
    assert written["files"]["market.parquet"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_an_empty_folder_is_filled(result: Result, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert names(write_run(result, tmp_path / "run")) == FILES


def test_a_relative_folder_is_fine(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_run(result, Path("run"))
    assert names(tmp_path / "run") == FILES


def test_a_folder_with_anything_in_it_is_refused_and_kept(result: Result, tmp_path: Path) -> None:
    kept = tmp_path / "run" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(InputError, match=r"is not empty \(it holds thesis.txt\)"):
        write_run(result, tmp_path / "run")
    assert kept.read_text() == "mine"
    assert names(tmp_path) == {"run"}


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is not a folder"):
        check_out(tmp_path / "file")
    with pytest.raises(InputError, match="is not a folder"):
        check_out(tmp_path / "file" / "below")


def test_checking_a_folder_makes_nothing(tmp_path: Path) -> None:
    check_out(tmp_path / "a" / "b")
    assert names(tmp_path) == set()


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("step", ["write_table", "_force_to_disk"])
def test_nothing_half_written_stays(
    result: Result,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    step: str,
) -> None:
    calls = 0
    genuine = getattr(sim.store, step)

    def fail_at_the_third(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise failure
        genuine(*arguments)

    monkeypatch.setattr(sim.store, step, fail_at_the_third)
    with pytest.raises(type(failure)):
        write_run(result, tmp_path / "new" / "run")
    assert calls == 3
    assert names(tmp_path) == set()


def test_a_failure_leaves_the_empty_folder_it_was_given(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise KeyboardInterrupt

    (tmp_path / "run").mkdir()
    monkeypatch.setattr(sim.store, "write_table", fail)
    with pytest.raises(KeyboardInterrupt):
        write_run(result, tmp_path / "run")
    assert names(tmp_path) == {"run"}
    assert names(tmp_path / "run") == set()


def test_the_default_folder_never_lies_on_another(tmp_path: Path) -> None:
    assert free_folder(tmp_path, "observed", 1) == tmp_path / "observed-1"
    (tmp_path / "observed-1").mkdir()
    assert free_folder(tmp_path, "observed", 1) == tmp_path / "observed-1"
    (tmp_path / "observed-1" / "market.parquet").write_text("")
    assert free_folder(tmp_path, "observed", 1) == tmp_path / "observed-1-2"
    (tmp_path / "observed-1-2").write_text("a file")
    assert free_folder(tmp_path, "observed", 1) == tmp_path / "observed-1-3"


@pytest.mark.parametrize(
    ("name", "folder"),
    [("../evil", "evil-1"), ("a b/c", "a-b-c-1"), ("..", "run-1"), ("观察", "观察-1")],
)
def test_a_scenario_name_cannot_leave_the_folder(name: str, folder: str, tmp_path: Path) -> None:
    assert free_folder(tmp_path, name, 1) == tmp_path / folder


def test_what_is_no_run_is_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a run"):
        read_run(tmp_path)
    folder = write_run(result, tmp_path / "run")
    (folder / "market.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match=r"market\.parquet is not a table of this version"):
        read_run(folder)
    (folder / "market.parquet").unlink()
    with pytest.raises(InputError, match=r"market\.parquet"):
        read_run(folder)


def test_a_table_of_another_version_is_refused(result: Result, tmp_path: Path) -> None:
    folder = write_run(result, tmp_path / "run")
    fewer = pandas.read_parquet(folder / "vintages.parquet").drop(columns="age")
    fewer.to_parquet(folder / "vintages.parquet")
    with pytest.raises(InputError, match=r"vintages\.parquet is not a table of this version"):
        read_run(folder)


def test_a_number_that_json_cannot_hold_is_refused(result: Result, tmp_path: Path) -> None:
    broken = Result(result.tables, result.manifest | {"weight": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        write_run(broken, tmp_path / "run")
    assert names(tmp_path) == set()
