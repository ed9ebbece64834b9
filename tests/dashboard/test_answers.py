"""The same question about finished runs is answered from memory, and from nothing older."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.app import make_app
from dashboard.jobs import Jobs
from dashboard.library import Library
from dashboard.market import callbacks
from dashboard.runs import Runs
from sim.experiment import Result
from sim.store import write_run
from tests.dashboard import doubles
from tests.dashboard.dash_client import DashClient
from tests.synthetic import manifest, run_tables


class Answer:
    """What `requests` would hand over of an answer."""

    def __init__(self, response: Any) -> None:
        self.status_code: int = response.status_code
        self.content: bytes = response.data

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)


class WithoutNetwork:
    """A session that hands requests to an app in this process."""

    def __init__(self, app: dash.Dash, **cookies: str) -> None:
        self.client: FlaskClient = app.server.test_client()
        for name, value in cookies.items():
            self.client.set_cookie(name, value)

    def get(self, url: str, timeout: float) -> Answer:
        return Answer(self.client.get(url))

    def post(self, url: str, json: Any, timeout: float) -> Answer:
        return Answer(self.client.post(url, json=json))


@pytest.fixture
def results(tmp_path: Path) -> Path:
    write_run(Result(run_tables(30), manifest(months=30)), tmp_path / "one")
    return tmp_path


@pytest.fixture
def app(results: Path) -> Iterator[dash.Dash]:
    jobs = Jobs(doubles.endless, workers=1)
    yield make_app(Library(Runs(results), jobs))
    jobs.close()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions about what is shown that were not answered from memory."""
    asked: list[str] = []
    seen = callbacks.seen

    def counted(library: Library, choice: Any, start: bool = True) -> Any:
        asked.append(choice.query())
        return seen(library, choice, start)

    monkeypatch.setattr(callbacks, "seen", counted)
    return asked


def read(app: dash.Dash, path: str, **cookies: str) -> dict[str, Any]:
    session: Any = WithoutNetwork(app, **cookies)
    client = DashClient("", session)
    page = client.open(path)
    assert client.errors == []
    return page


def shown(page: dict[str, Any]) -> str:
    return json.dumps(page["shown"])


def test_a_second_reader_of_a_run_costs_no_drawing(app: dash.Dash, made: list[str]) -> None:
    first = read(app, "/?scenario=run:one")
    drawn = len(made)
    assert drawn > 2
    assert read(app, "/?scenario=run:one") == first
    assert len(made) == drawn


def test_a_run_that_is_written_again_is_read_again(
    app: dash.Dash, results: Path, made: list[str]
) -> None:
    first = read(app, "/?scenario=run:one")
    drawn = len(made)
    shutil.rmtree(results / "one")
    write_run(Result(run_tables(30, shift=50.0), manifest(months=30)), results / "one")
    again = read(app, "/?scenario=run:one")
    assert len(made) == 2 * drawn
    assert shown(again) != shown(first)


def test_dark_and_light_are_told_apart(app: dash.Dash, made: list[str]) -> None:
    read(app, "/?scenario=run:one")
    drawn = len(made)
    dark = read(app, "/?scenario=run:one", scheme="dark")
    assert len(made) > drawn
    figures = [part["figure"] for part in dark.values() if "figure" in part]
    assert figures
    assert all(figure["layout"]["paper_bgcolor"] != "#ffffff" for figure in figures)


def test_what_is_under_way_is_asked_again(app: dash.Dash, made: list[str]) -> None:
    read(app, "/?scenario=observed")
    started = len(made)
    read(app, "/?scenario=observed")
    assert len(made) == 2 * started


def test_answers_are_bounded_and_the_oldest_goes_first() -> None:
    answers = Answers(most_bytes=250)
    for name in (b"a", b"b"):
        answers.keep(name, "now", 200, name * 100)
    assert answers.find(b"a", "now") is not None  # used last
    answers.keep(b"c", "now", 200, b"c" * 100)
    kept = {name for name in (b"a", b"b", b"c") if answers.find(name, "now") is not None}
    assert kept == {b"a", b"c"}
    assert answers.size == 200
    assert answers.find(b"a", "later") is None
    assert answers.size == 100
