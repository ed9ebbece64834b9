"""The guide for who works on the program: what it names exists, what it shows runs."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import html

from agents.lender_parameters import LenderKind
from agents.messages import CELL_BORROWERS, CELL_IN_SPELL
from dashboard.app import make_app
from dashboard.catalogue import Catalogue, Language, Words
from dashboard.jobs import Jobs
from dashboard.library import Library
from dashboard.page import Page
from dashboard.pages import PAGES
from dashboard.runs import Runs
from sim.cli import main
from sim.core.tables import MARKET, TABLES, Column, TableError
from sim.experiment import run
from sim.policy import PolicySection
from sim.recorder import Recorder
from tests.dashboard import doubles
from tests.small_market import small_scenario
from tests.test_docs import is_there

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = re.findall(r"\[[^]]+\]\(([\w./]+)\)((?:,? `[\w.]+`(?!:))*)", TEXT)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_everything_named_exists() -> None:
    assert len(NAMED) > 20
    for path, symbols in NAMED:
        assert (ROOT / path).is_file(), path
        for symbol in re.findall(r"`([\w.]+)`", symbols):
            assert is_there(path, symbol), (path, symbol)


def test_what_the_examples_follow_is_there() -> None:
    assert MARKET.column("over_indebted_share").label_zh
    assert "data_noise" in PolicySection.model_fields
    assert {"worst_risk", "operating_cost"} <= set(LenderKind.model_fields)


@pytest.mark.parametrize(
    ("title", "key", "shown"),
    [
        ("A credit union joins the classroom", "l credit_union_1", "Its price for its usual"),
        ("Lenders know half as much", "5", "data rule"),
    ],
)
def test_an_example_runs(
    title: str,
    key: str,
    shown: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = [text for text in EXAMPLES if f"title: {title}" in text]
    lines = example.splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    Path(tmp_path / "my.yaml").write_text("\n".join(x[indent:] for x in lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys").write_text(f"1\n{key}\nq\n", encoding="utf-8")
    with (tmp_path / "keys").open(encoding="utf-8") as keys:
        monkeypatch.setattr("sys.stdin", keys)
        assert main(["walk", "my.yaml"]) == 0
    assert shown in " ".join(capsys.readouterr().out.split())


def test_a_column_is_refused_until_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps 1 to 3 of the example, with the part of borrowers in a spell without work."""
    share = Column(
        "without_work_share", "Without work", "无工作占比", "fraction", "ratio", "float64",
        "Borrowers in a spell without work / borrowers.", when_empty=0.0,
    )  # fmt: skip
    monkeypatch.setitem(TABLES, "market", replace(MARKET, columns=(*MARKET.columns, share)))
    settings: dict[str, Any] = {"borrowers": 200, "months": 2, "executor": "reference"}
    with pytest.raises(TableError, match="without_work_share, which nothing writes"):
        run(small_scenario(), **settings)
    usual = Recorder._market

    def with_share(self: Recorder, figures: Any, where: Any, cells: Any, unmet: Any) -> Any:
        total = cells.sum(axis=0)
        written = [total[CELL_IN_SPELL] / total[CELL_BORROWERS]]
        return usual(self, figures, where, cells, unmet) | {"without_work_share": written}

    monkeypatch.setattr(Recorder, "_market", with_share)
    table = run(small_scenario(), **settings).tables["market"]
    assert table["without_work_share"].between(0.001, 0.5).all()


class HelloText(Catalogue):
    """The strings of a page of the smallest sort."""

    NAME = Words("Hello", "你好")


def test_a_page_that_is_entered_is_served(tmp_path: Path) -> None:
    """A layout and a name are all that the app needs."""

    def hello(_: Library, query: Mapping[str, str], language: Language, scheme: str | None) -> Any:
        return html.H1(HelloText.NAME.say(language))

    with closing(Jobs(doubles.quick, workers=1)) as jobs:
        pages = (*PAGES, Page("/hello", HelloText.NAME, hello))
        app = make_app(Library(Runs(tmp_path), jobs), pages)
        found = app.server.test_client().get("/hello?lang=zh").get_data(as_text=True)
    assert "<title>你好 · " in found
