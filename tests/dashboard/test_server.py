"""Starting and ending: what is said about wrong input, what is imported, who is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import make_app
from dashboard.catalogue import LANGUAGES
from dashboard.jobs import Jobs
from dashboard.library import Library
from dashboard.page import Page
from dashboard.pages import PAGES
from dashboard.runs import Runs
from sim.experiment import Result
from sim.store import write_run
from tests.dashboard import doubles
from tests.dashboard.serving import ROOT, Served, served
from tests.processes import gone_within
from tests.synthetic import manifest, seed_tables


def dashboard(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the command, which is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", "dashboard", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "many"], "Invalid value for '--port'"),
        (["--port", "70000"], "port is 70,000; allowed: 0 to 65,535"),
        (["--results", "nowhere"], "--results nowhere does not exist"),
        (["--results", "file"], "--results file is not a folder"),
        (["--host", "no.such.host.invalid", "--port", "0"], "is no address"),
        (["--prot", "1"], "No such option: --prot"),
    ],
)
def test_wrong_input_is_said_in_one_line(options: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = dashboard(tmp_path, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = dashboard(tmp_path, "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be had" in done.stderr
    assert "--port" in done.stderr


def test_help_names_the_options(tmp_path: Path) -> None:
    done = dashboard(tmp_path, "--help")
    assert done.returncode == 0
    assert all(option in done.stdout for option in ("--host", "--port", "--results"))
    assert "loansim dashboard" in done.stdout


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard that simulates `observed`, as there are no runs."""
    with served(tmp_path_factory.mktemp("empty")) as one:
        yield one


def test_the_web_process_never_loads_the_model(running: Served) -> None:
    wait_for_workers(running)
    with urllib.request.urlopen(f"{running.address}_dash-layout") as answer:
        assert answer.status == 200
    maps = running.maps()
    assert "pydantic_core" in maps  # compiled libraries are seen there
    assert [name for name in ("llvmlite", "numba") if name in maps] == []


def test_answers_carry_security_headers(running: Served) -> None:
    with urllib.request.urlopen(running.address) as answer:
        headers = dict(answer.headers)
        text = answer.read().decode()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert '<html lang="en">' in text
    with urllib.request.urlopen(f"{running.address}?lang=zh") as answer:
        assert '<html lang="zh-CN">' in answer.read().decode()


def wait_for_workers(one: Served) -> list[int]:
    """All its processes, once there are workers beside the web process and their server."""
    end = time.monotonic() + 120
    while len(one.family) < 3 and time.monotonic() < end:
        time.sleep(0.1)
    assert len(one.family) >= 3
    return one.family


def test_an_interrupt_ends_everybody(tmp_path: Path) -> None:
    with served(tmp_path) as one:
        family = wait_for_workers(one)
        one.process.send_signal(signal.SIGINT)
        assert one.process.wait(60) == 0
        assert gone_within(60, family)


def test_workers_do_not_outlive_a_killed_web_process(tmp_path: Path) -> None:
    with served(tmp_path) as one:
        family = wait_for_workers(one)
        one.process.kill()
        one.process.wait(timeout=60)
        assert gone_within(60, family)


# --- the app, without a browser ----------------------------------------------------------------


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    """Asks the app as a browser would."""
    write_run(Result(seed_tables(3, 30), manifest(3, 30)), tmp_path / "runs" / "three")
    jobs = Jobs(doubles.quick, workers=1)
    app = make_app(Library(Runs(tmp_path / "runs"), jobs))
    yield app.server.test_client()
    jobs.close()


def page(client: Any, path: str = "/", search: str = "", **headers: str) -> str:
    """The content of a page, as the browser gets it after the document."""
    output = "_pages_content.children..._pages_store.data"
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": f"..{output}..",
            "outputs": [
                {"id": "_pages_content", "property": "children"},
                {"id": "_pages_store", "property": "data"},
            ],
            "inputs": [
                {"id": "_pages_location", "property": "pathname", "value": path},
                {"id": "_pages_location", "property": "search", "value": search},
            ],
            "changedPropIds": ["_pages_location.pathname"],
        },
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    text: str = answer.get_data(as_text=True)
    return text.encode().decode("unicode_escape") if "\\u" in text else text


def test_a_page_is_drawn_for_its_address(client: Any) -> None:
    assert "Default path" in page(client)
    assert "违约路径" in page(client, search="?lang=zh")
    assert "违约路径" in page(client, **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert "HHI by holder" in page(client, search="?concentration=hhi_holder")


@pytest.mark.parametrize(
    "search",
    [
        "?scenario=run:nothing",
        "?scenario=obsrved",
        "?scenario=../../etc/passwd",
        "?seeds=-1&borrowers=999999999999",
        "?concentration=<script>alert(1)</script>",
        "?lang=xx&against=run:nothing",
        "?scenario=run:three&scenario=run:other",
    ],
)
def test_odd_addresses_get_a_page(client: Any, search: str) -> None:
    text = page(client, search=search)
    assert "Concentration" in text
    assert "Traceback" not in text
    assert "<script>" not in text


def test_an_unknown_page_says_so(client: Any) -> None:
    for path in ("/nowhere", "/what-if/x", "/lenders.php"):
        assert "There is no such page." in page(client, path=path)
    assert "没有这个页面" in page(client, path="/nowhere", search="?lang=zh")


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.path)
def test_every_page_answers_in_both_languages(client: Any, one: Page) -> None:
    for language in LANGUAGES:
        name = one.name.say(language)
        text = page(client, path=one.path, search=f"?lang={language}")
        assert "Traceback" not in text
        assert '"className":"problem"' not in text
        assert name in text
        assert f"<title>{name} · " in client.get(f"{one.path}?lang={language}").text


def test_links_between_pages_carry_what_is_shown(client: Any) -> None:
    text = page(client, search="?scenario=run:three&against=observed&seeds=2&lang=zh")
    for one in PAGES:
        assert f'"href":"{one.path}?scenario=run:three&against=observed&lang=zh"' in text


def test_pages_can_ask_whether_the_server_is_there(client: Any) -> None:
    first = client.get("/alive")
    assert first.status_code == 200
    assert first.text == client.get("/alive").text


def test_the_document_names_the_plotting_library_where_it_is(client: Any) -> None:
    document = client.get("/?lang=zh").text
    assert "正在加载图表" in document
    (place,) = re.findall(r'rel="preload" [^>]*href="([^"]+)"', document)
    assert client.get(place).status_code == 200


def test_a_page_that_cannot_be_made_says_so(
    client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr("dashboard.market.layout.seen", fail)
    text = page(client)
    assert "Something went wrong" in text
    assert "nobody thought of it" not in text
    assert "nobody thought of it" in caplog.text


def test_a_callback_that_fails_is_told_on_the_page(
    client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr("dashboard.market.callbacks.seen", fail)
    known = client.get("/_dash-dependencies").json
    follow = next(one for one in known if "status.children" in one["output"])
    places = [place.rpartition(".") for place in follow["output"].strip(".").split("...")]
    given = {part: [{**one, "value": "en"} for one in follow[part]] for part in ("inputs", "state")}
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": follow["output"],
            "outputs": [{"id": name, "property": what} for name, _, what in places],
            "changedPropIds": ["ticker.n_intervals"],
            **given,
        },
    )
    assert answer.json["sideUpdate"] == {"trouble": {"hidden": False}}
    assert "nobody thought of it" not in answer.text
    assert "nobody thought of it" in caplog.text


def test_a_broken_request_gets_no_traceback(client: Any) -> None:
    answer = client.post("/_dash-update-component", json={"output": "nonsense"})
    assert answer.status_code >= 400
    assert "Traceback" not in answer.text
    assert str(ROOT) not in answer.text


def test_the_page_about_the_dashboard_says_the_limits_that_hold() -> None:
    import dashboard.jobs
    from dashboard import choice, questions, uploads

    page = (Path(__file__).parents[2] / "docs" / "dashboard.md").read_text(encoding="utf-8")
    said = " ".join(page.split())
    assert f"{max(choice.BORROWERS):,} borrowers and {max(choice.SEEDS)} seeds" in said
    assert f"{dashboard.jobs.MOST_JOBS_WAITING} simulations" in said
    assert f"{questions.MOST_WAITING} other questions" in said
    assert dashboard.jobs.MOST_JOBS_OF_ONE == questions.MOST_OF_ONE == 6
    assert f"stopped after {dashboard.jobs.UNWATCHED_SECONDS:.0f} seconds" in said
    assert f"at most {uploads.LARGEST_UPLOAD // 1000} kB" in said
    assert f"within {uploads.SECONDS:.0f} seconds" in said
    assert f"`{uploads.FOLDER}`" in said
    assert f"({uploads.MOST_FILES} files, {uploads.MOST_BYTES // 1_000_000} MB;" in said
