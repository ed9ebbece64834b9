"""`run`: settings, seeds, progress and manifest, with a market that is made up."""

import json
import sys
from types import ModuleType
from typing import Any

import pandas
import pytest

from sim.core.errors import InputError
from sim.core.tables import TABLES, TableError
from sim.experiment import BOUNDS, Result, check_settings, run, version
from tests.synthetic import SCENARIO, MadeUpMarket, run_tables


@pytest.fixture(autouse=True)
def market(monkeypatch: pytest.MonkeyPatch) -> type[MadeUpMarket]:
    """Put the made-up market in the place of the model."""

    class Market(MadeUpMarket):
        made: list[MadeUpMarket] = []  # noqa: RUF012

    module = ModuleType("sim.model")
    module.LoanMarket = Market  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.model", module)
    return Market


def test_settings_reach_the_model(market: type[MadeUpMarket]) -> None:
    run(SCENARIO, borrowers=1_000, seed=7, months=3, executor="reference", threads=1, audit=True)
    (model,) = market.made
    assert model.steps == 3
    assert model.settings == {
        "borrowers": 1_000,
        "seed": 7,
        "executor": "reference",
        "threads": 1,
        "audit": True,
    }


def test_a_result_gives_its_tables_by_name() -> None:
    result = run(SCENARIO, months=3)
    assert result.scenario is SCENARIO
    for name in TABLES:
        assert getattr(result, name) is result.tables[name]
    assert len(result.market) == 3
    assert "seed" not in result.market.columns


def test_several_seeds_lie_below_each_other(market: type[MadeUpMarket]) -> None:
    result = run(SCENARIO, seed=5, seeds=3, months=2)
    assert [model.settings["seed"] for model in market.made] == [5, 6, 7]
    for name, table in result.tables.items():
        TABLES[name].with_seed().check(table)
    assert result.market["seed"].tolist() == [5, 5, 6, 6, 7, 7]
    assert result.market["hhi"].iloc[0] == pytest.approx(745.0)
    assert (result.manifest["seed"], result.manifest["seeds"]) == (5, 3)


def test_progress_counts_the_months_of_the_whole_run() -> None:
    told: list[tuple[str, int, int]] = []
    run(SCENARIO, seeds=2, months=3, progress=lambda *step: told.append(step))
    compiling = [step for step in told if step[0] == "compile"]
    assert compiling == [("compile", 0, 1), ("compile", 1, 1)]  # once, for the first seed
    months = [step for step in told if step[0] in ("burn_in", "months")]
    assert {total for _, _, total in months} == {10}
    done = [done for _, done, _ in months]
    assert done == sorted(done)
    assert done[-1] == 10


def test_the_manifest_is_plain_and_complete() -> None:
    manifest = run(SCENARIO, borrowers=1_000, months=3).manifest
    assert json.loads(json.dumps(manifest, allow_nan=False)) == manifest
    assert manifest["scenario"] == {
        "name": "made_up",
        "title": "A title",
        "title_zh": "标题",
        "question": "Why?",
        "question_zh": "为什么？",
        "scope": "core",
        "hash": "ab" * 32,
        "text": "a: 1\n",
    }
    assert (manifest["first_month"], manifest["last_month"]) == ("2024-01", "2024-03")
    assert manifest["burn_in_months"] == 2
    assert manifest["state_bytes_per_borrower"] == 144.0
    assert manifest["threads"] == 2
    assert set(manifest["timings"]) == {"setup", "compile", "burn_in", "months", "total"}
    assert {"loansim", "python", "numba", "numpy", "mesa", "pandas", "pyarrow"} <= set(
        manifest["versions"]
    )
    assert manifest["platform"]["cores"] >= 1


@pytest.mark.parametrize("name", BOUNDS)
def test_settings_out_of_bounds_are_refused_before_anything_runs(
    name: str, market: type[MadeUpMarket]
) -> None:
    least, most = BOUNDS[name]
    for value in (least - 1, most + 1):
        settings: dict[str, Any] = {name: value}
        with pytest.raises(InputError, match=rf"{name} is .*; allowed: "):
            run(SCENARIO, **settings)
    assert market.made == []


def test_the_last_seed_must_exist_too() -> None:
    with pytest.raises(InputError, match="leaves no room"):
        check_settings(1_000, 2**63 - 1, 2, 1, "cpu", None)


def test_an_unknown_executor_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"allowed: cpu, reference\. Did you mean 'reference'"):
        run(SCENARIO, executor="referense")


def test_tables_that_break_the_contract_are_not_handed_out(
    market: type[MadeUpMarket], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tables(self: MadeUpMarket) -> dict[str, pandas.DataFrame]:
        return run_tables(1) | {"market": run_tables(1)["market"].drop(columns="hhi")}

    monkeypatch.setattr(market, "tables", tables)
    with pytest.raises(TableError, match="missing hhi"):
        run(SCENARIO, seeds=2, months=1)


def test_the_version_is_that_of_the_installed_project() -> None:
    assert version() == "unknown" or version()[0].isdigit()


def test_a_result_cannot_be_reassigned() -> None:
    result = Result(run_tables(1), {})
    with pytest.raises(AttributeError):
        result.manifest = {}  # type: ignore[misc]
