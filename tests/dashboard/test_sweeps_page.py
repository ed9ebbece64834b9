"""The page Sweeps without a browser: folders, addresses, what the worker answers."""

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.catalogue import Language
from dashboard.evidence.layout import evidence
from dashboard.jobs import Jobs
from dashboard.library import Library
from dashboard.policy.content import asked_rules
from dashboard.questions import MOST_WAITING, Questions, Reply
from dashboard.runs import Runs
from dashboard.sweeps_page.analysis import VIEWS, Answer, Asked, analyse, describe
from dashboard.sweeps_page.choice import SweepChoice
from dashboard.sweeps_page.folders import listed_sweeps
from dashboard.sweeps_page.index_notes import index_note
from dashboard.theme import GROUNDS
from sim.core.errors import InputError
from sim.store import MANIFEST
from sim.sweeps.sensitivity import _note
from tests.dashboard.sweep_folders import SPACE, figures, filled
from tests.sweeps.small_sweep import made_up, plan_file
from tests.sweeps.test_bands import planned, straight


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sweeps whose effects are known."""
    return filled(tmp_path_factory.mktemp("sweeps") / "results")


def test_sweeps_are_listed_and_nothing_else(results: Path, tmp_path: Path) -> None:
    assert {row.name for row in listed_sweeps(results)} == {
        "latin",
        "sobol",
        "grid",
        "half",
        "broken",
    }
    assert listed_sweeps(None) == []
    assert listed_sweeps(tmp_path / "absent") == []
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / MANIFEST).write_text(json.dumps({"scenario": {}}))
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / MANIFEST).write_text("[1, 2]")
    assert listed_sweeps(tmp_path) == []


def test_a_stamp_changes_as_results_come_in(results: Path, tmp_path: Path) -> None:
    (row,) = [row for row in listed_sweeps(results) if row.name == "grid"]
    again = [row for row in listed_sweeps(results) if row.name == "grid"]
    assert again == [row]
    journal = row.folder / "journal.jsonl"
    content = journal.read_bytes()
    journal.write_bytes(content + b"\n")
    try:
        assert [one.stamp for one in listed_sweeps(results) if one.name == "grid"] != [row.stamp]
    finally:
        journal.write_bytes(content)


def test_what_a_sweep_is(results: Path) -> None:
    sweep = describe(str(results / "half"), "1")
    assert (sweep.runs, sweep.done, sweep.failed, sweep.waiting) == (48, 47, 1, 0)
    assert sweep.failures == ("base short, cap 36%, saving 20%, seed 1: ran dry",)
    assert [factor.levels for factor in sweep.factors] == ["36%, 18%, 12%", "20%, 30%"]
    assert dict(sweep.measures)["hhi"].zh == "HHI（按品牌）"
    assert dict(sweep.horizons)["year_2025"].zh == "2025年"


GIVES = {
    "grid": {"surface", "parallel", "front", "effects"},
    "sobol": {"surface", "parallel", "front", "sensitivity"},
    "latin": {"surface", "parallel", "front"},
}


@pytest.mark.parametrize("name", GIVES)
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "boxes"])
@pytest.mark.parametrize("scheme", GROUNDS)
def test_views_are_drawn_or_refused_in_words(
    results: Path, name: str, view: Any, scheme: Any
) -> None:
    asked = Asked(view, "default_rate_12m")
    if view not in GIVES[name]:
        with pytest.raises(InputError, match="need"):
            analyse(str(results / name), "1", asked, "en", scheme)
        return
    answer = analyse(str(results / name), "1", asked, "zh", scheme)
    assert answer.charts
    assert all(len(row) == len(answer.heads) for row in answer.rows)
    for drawn in answer.charts:
        assert drawn.figure["layout"]["paper_bgcolor"] == GROUNDS[scheme]["paper"]
        json.dumps(drawn.figure, allow_nan=False)


def test_effects_are_those_that_were_put_in(results: Path) -> None:
    answer = analyse(str(results / "grid"), "1", Asked("effects", "hhi"), "en", "light")
    (row,) = [row for row in answer.rows if row[0].startswith("saving") and row[1] == "2025"]
    assert row[2].startswith("+10 ")  # 100 points for saving of 100%, from 20 to 30%


def test_a_surface_can_be_turned(results: Path) -> None:
    one = analyse(str(results / "latin"), "1", Asked("surface", "hhi"), "en", "light")
    two = analyse(
        str(results / "latin"), "1", Asked("surface", "hhi", across="saving"), "en", "light"
    )
    titles = [answer.charts[0].figure["layout"]["xaxis"]["title"]["text"] for answer in (one, two)]
    assert titles == ["cap", "saving"]


def test_aims_can_be_chosen(results: Path) -> None:
    asked = Asked("front", aims=("hhi:max", "borrowers_active:min"))
    answer = analyse(str(results / "grid"), "1", asked, "en", "light")
    assert "more: HHI by brand; less: Active borrowers" in answer.charts[0].note


def test_a_front_says_what_nobody_decides(results: Path) -> None:
    answer = analyse(str(results / "grid"), "1", Asked("front"), "en", "light")
    assert "Nobody decides saving: compare points of the same level" in answer.charts[0].note
    answer = analyse(str(results / "grid"), "1", Asked("front"), "zh", "light")
    assert "saving无人可以决定" in answer.charts[0].note


def test_damage_is_told_without_the_path(results: Path) -> None:
    with pytest.raises(InputError) as refused:
        describe(str(results / "broken"), "1")
    assert str(results) not in str(refused.value)
    assert "broken/points.parquet is not what was written" in str(refused.value)


def test_what_is_missing_is_said(results: Path) -> None:
    answer = analyse(str(results / "half"), "1", Asked("parallel", "hhi"), "en", "light")
    assert answer.missing == "Not complete: of 48 runs 1 failed and 0 wait."


# --- addresses -----------------------------------------------------------------------------------


def test_an_address_brings_back_the_choice() -> None:
    choice = SweepChoice(
        "cap",
        Asked("front", "hhi", "year_2027", "cap", "saving", "hhi>5%", ("hhi:min", "balance:max")),
        "zh",
    )
    query = dict(pair.split("=") for pair in choice.query().split("&"))
    from urllib.parse import unquote

    assert SweepChoice.of({name: unquote(value) for name, value in query.items()}) == choice


@pytest.mark.parametrize(
    "query",
    [
        {"sweep": "../../etc", "view": "<script>"},
        {"measure": "hhi; drop", "condition": "__import__('os')"},
        {"aims": "hhi:middle,x", "lang": "xx"},
        {"sweep": ["a", "b"], "aims": 3},
    ],
)
def test_odd_addresses_mean_the_usual(query: dict[str, object]) -> None:
    assert SweepChoice.of(query) == SweepChoice("", Asked("surface"))


# --- questions -----------------------------------------------------------------------------------


def double(number: int) -> int:
    """Twice a number; of zero it knows nothing, of a negative one nobody thought."""
    if number == 0:
        raise InputError("zero is no number to double")
    if number < 0:
        raise ZeroDivisionError("nobody thought of it")
    return 2 * number


def slow(seconds: float) -> str:
    """An answer that takes a while."""
    time.sleep(seconds)
    return "late"


def answered(ask: Callable[[], Reply]) -> Reply:
    end = time.monotonic() + 120
    while (reply := ask()).state == "pending" and time.monotonic() < end:
        time.sleep(0.05)
    return reply


def test_questions_are_answered_by_a_worker(caplog: pytest.LogCaptureFixture) -> None:
    questions = Questions()
    try:
        assert answered(lambda: questions.ask(double, 4)) == Reply("done", 8)
        failed = answered(lambda: questions.ask(double, 0))
        assert failed == Reply("failed", error="zero is no number to double")
        assert answered(lambda: questions.ask(double, -1)) == Reply("failed")
        assert "nobody thought of it" in caplog.text
        start = time.monotonic()
        assert questions.ask(slow, 30.0).state == "pending"
        for number in range(100, 100 + MOST_WAITING):
            questions.ask(double, number)
        assert questions.ask(double, 99).state == "busy"
        assert time.monotonic() - start < 5.0  # nobody waits for the slow one
    finally:
        questions.close()


def test_a_failure_is_kept_for_seconds_an_answer_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("dashboard.questions.time", SimpleNamespace(monotonic=lambda: clock[0]))
    questions = Questions()
    try:
        assert answered(lambda: questions.ask(double, 0)).state == "failed"
        assert answered(lambda: questions.ask(double, 4)).state == "done"
        assert questions.ask(double, 0).state == "failed"
        clock[0] += 60.0
        assert questions.ask(double, 4).state == "done"
        assert questions.ask(double, 0).state == "pending"
        assert questions.ask(double, 4, stamp=(1,)).state == "pending"
    finally:
        questions.close()


def test_an_edited_scenario_is_another_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "observed.yaml"
    file.write_text("title: one\n", encoding="utf-8")
    monkeypatch.setattr("dashboard.library.scenario_paths", lambda: [file])
    asked: list[object] = []

    class Recording(Questions):
        def ask(self, *question: object, **stamps: object) -> Reply:  # type: ignore[override]
            asked.append((question, stamps))
            return Reply("pending")

    jobs = Jobs(workers=1)
    try:
        library = Library(Runs(None), jobs)
        for written in (1, 1, 2):
            os.utime(file, (written, written))
            asked_rules(library, Recording(), "observed", "")
            evidence(library, Recording(), {}, "en", None)
    finally:
        jobs.close()
    assert asked[:2] == asked[2:4]
    assert asked[4] != asked[0]
    assert asked[5] != asked[1]


def test_answers_are_tuples_of_plain_data(results: Path) -> None:
    answer = analyse(str(results / "grid"), "1", Asked("parallel"), "en", "light")
    assert isinstance(answer, Answer)
    assert isinstance(answer.rows, tuple)


def test_notes_on_indices_are_said_in_both_languages() -> None:
    row = {"value": 0.4, "low": -0.5, "high": 0.9, "error_seeds": 0.1, "error_points": 0.3}
    wide, above = _note(row, "sobol", 64, 1.0), _note(row | {"value": 1.2}, "sobol", 64, 1.0)
    star, few = _note(row, "morris", 8, 1.0), _note(row, "morris", 2, 1.0)
    luck = _note(row | {"error_seeds": 0.4}, "sobol", 64, 1.0)
    for note in (wide, above, star, few, luck):
        assert note.startswith("unusable: ")
        assert index_note(note, "en").startswith("no: ")
        assert index_note(note, "zh").startswith("不可用：")
    assert index_note(wide, "en") == "no: interval wider than 0.5; take more design points"
    assert index_note(luck, "en") == "no: interval wider than 0.5; take more seeds"
    assert index_note("", "zh") == ""


def test_indices_that_are_no_shares_are_in_the_unit_of_the_measure(tmp_path: Path) -> None:
    text = SPACE.replace("seeds: 8", "seeds: 2\ndesign: {kind: morris, points: 6}")
    folder = made_up(tmp_path / "out", plan_file(tmp_path, text), figures).path
    asked = Asked("sensitivity", "borrowers_active")
    units: tuple[tuple[Language, str], ...] = (("en", "million borrowers"), ("zh", "亿人"))
    for language, unit in units:
        answer = analyse(str(folder), "1", asked, language, "light")
        assert {row[2].split()[-1] for row in answer.rows} <= set(unit.split()), answer.rows


def test_luck_and_parameters_are_told_apart_on_the_page(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "out", planned(tmp_path), straight).path
    english = analyse(str(folder), "1", Asked("bands", "hhi", "year_2024"), "en", "light")
    assert [drawn.title for drawn in english.charts] == [
        "HHI by brand (cap 36%)",
        "HHI by brand (cap 24%)",
    ]
    share = re.match(r"2024: (\d+)% of the variance", english.charts[0].note)
    assert share is not None
    assert int(share[1]) > 80  # HHI moves with a parameter that is drawn
    chinese = analyse(str(folder), "1", Asked("bands", "balance", "year_2024"), "zh", "dark")
    assert re.match(r"2024年：单次运行方差的 [0-4]% 来自参数", chinese.charts[0].note)
    for answer in (english, chinese):
        assert all(len(row) == len(answer.heads) for row in answer.rows)
        json.dumps([drawn.figure for drawn in answer.charts], allow_nan=False)
