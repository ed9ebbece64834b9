"""`loansim scenarios show, validate, schema, new, diff`."""

import json
import re
from pathlib import Path

import pytest

import sim.cli
from sim.branching import first_difference
from sim.cli import main
from sim.core.months import Month
from sim.scenario import load_scenario
from sim.scenario_texts import STARTING_FILE

CHANGED = """\
extends: observed
title: A ceiling of 12%
policy:
  apr_cap: {licences: all, steps: {2026-01: {level: 12%, announced: 2025-10}}}
segments: {consumer: {income: 12000}}
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(sim.cli.DEBUG_VARIABLE, "")


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one message with which the command refuses its input."""
    assert main(["scenarios", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("error: ")
    assert len(shown.err.strip().splitlines()) == 1
    return shown.err


# --- show ----------------------------------------------------------------------------------------


def test_show_prints_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(f"# a remark\n{CHANGED}")
    assert main(["scenarios", "show", "mine.yaml"]) == 0
    assert capsys.readouterr().out == f"# a remark\n{CHANGED}"


def test_show_resolved_is_a_scenario_that_extends_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("mine.yaml").write_text(CHANGED)
    assert main(["scenarios", "show", "mine.yaml", "--resolved"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# mine: mine.yaml over scenarios/observed.yaml\n")
    assert "extends:" not in text
    assert "source: surveyed urban rate, NBS" in text
    Path("whole.yaml").write_text(text)
    assert load_scenario("whole.yaml").hash == load_scenario("mine.yaml").hash


def test_show_refuses_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean 'observed'?" in refused(["show", "obsrved"], capsys)
    Path("broken.yaml").write_bytes(b"title: \xff\xfe")
    assert "broken.yaml: cannot be read" in refused(["show", "broken.yaml"], capsys)
    Path("orphan.yaml").write_text("extends: nobody\n")
    assert "extends 'nobody', but" in refused(["show", "orphan.yaml", "--resolved"], capsys)


# --- validate ------------------------------------------------------------------------------------


def test_validate_says_ok(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(CHANGED)
    assert main(["scenarios", "validate", "mine.yaml", "observed"]) == 0
    assert capsys.readouterr().out == "mine.yaml: ok\nobserved: ok\n"


def test_validate_tells_every_refused_file_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.yaml").write_text("extends: observed\nsearch: {breadht: 3}\n")
    Path("circle.yaml").write_text("extends: circle.yaml\n")
    assert main(["scenarios", "validate", "wrong.yaml", "observed", "circle.yaml"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "observed: ok\n"
    first, second = shown.err.strip().splitlines()
    assert first.startswith("error: wrong.yaml, line 2: search.breadht is not a known key")
    assert "leads in a circle" in second


def test_validate_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Missing argument 'FILE...'" in refused(["validate"], capsys)


# --- schema --------------------------------------------------------------------------------------


def test_schema_is_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["title"] == "loansim scenario"
    assert {"extends", "policy", "macro", "lenders"} <= set(schema["properties"])


# --- new -----------------------------------------------------------------------------------------


def test_new_writes_a_file_that_can_be_run_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "new", "mine"]) == 0
    shown = capsys.readouterr().out
    assert shown == "wrote mine.yaml; edit it, then: loansim compare observed mine.yaml\n"
    mine = load_scenario("mine.yaml")
    assert mine.title
    assert first_difference(load_scenario("observed"), mine) == Month.parse("2025-10")


def test_what_new_offers_in_comments_can_be_used() -> None:
    """Every example line works once its mark is taken away."""
    assert main(["scenarios", "new", "mine.yaml"]) == 0
    text = Path("mine.yaml").read_text()
    lines = text.replace("      # 2027", "      2027").partition("# More that can differ")
    examples = [line.removeprefix("#").removeprefix(" ") for line in lines[2].splitlines()[1:]]
    below_policy = [f"  {line.strip()}" for line in examples if "steps:" in line]
    nested = ["  leverage:", f"  {below_policy[0]}", "  openness:", f"  {below_policy[1]}"]
    rest = [line for line in examples if line and "policy" not in line and "steps:" not in line]
    whole = [*lines[0].rstrip().splitlines(), *nested, *rest]
    Path("mine.yaml").write_text("\n".join(whole) + "\n")
    mine = load_scenario("mine.yaml")
    assert set(mine.macro.shocks) == {"slump"}
    assert mine.search.breadth == 4
    assert Month.parse("2027-01") in (mine.policy.apr_cap or mine.policy.standing_caps).steps  # type: ignore[union-attr]
    assert mine.policy.openness["facilitation"].steps[Month.parse("2026-07")].level == 0.5


def test_new_never_overwrites(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("mine")
    assert "mine.yaml exists already" in refused(["new", "mine"], capsys)
    assert Path("mine.yaml").read_text() == "mine"


def test_a_new_file_does_not_take_the_name_of_a_scenario_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "comes with the program" in refused(["new", "observed"], capsys)
    assert not Path("observed.yaml").exists()


def test_a_file_that_holds_next_to_nothing_is_told_how_to_begin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("bare.yaml").write_text("title: mine\n")
    assert "with 'extends: observed' on top" in refused(["validate", "bare.yaml"], capsys)
    Path("folder").mkdir()
    assert "'folder' is a folder" in refused(["show", "folder"], capsys)


@pytest.mark.parametrize("name", ["My Own", "../up", "a/b", "", "mine.yml", "a-b"])
def test_new_refuses_what_cannot_be_a_name(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "cannot name a scenario" in refused(["new", name], capsys)
    assert list(tmp_path.iterdir()) == []


def test_the_starting_file_holds_no_longer_lines_than_others() -> None:
    assert max(map(len, STARTING_FILE.splitlines())) <= 100


# --- diff ----------------------------------------------------------------------------------------


def test_diff_prints_paths_both_values_and_the_first_month(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("mine.yaml").write_text(CHANGED.replace("segments", "# segments"))
    assert main(["scenarios", "diff", "observed", "mine.yaml"]) == 0
    lines = [re.split(r"  +", line.strip()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["observed", "mine"]
    assert ["policy.apr_cap.steps.2026-01.level", "–", "0.12"] in lines
    assert lines[-1][-1].endswith("the first month that differs is 2025-10")


def test_diff_shows_values_that_both_have(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(CHANGED)
    assert main(["scenarios", "diff", "observed", "mine.yaml"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"segments\.consumer\.income +11000\.0 +12000\.0", shown)
    assert "months differ from the very beginning" in shown


def test_diff_shows_what_is_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("extends: observed\npolicy: {joint_floor: {small_loan: null}}\n")
    assert main(["scenarios", "diff", "observed", "mine.yaml"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"policy\.joint_floor\.small_loan\.steps\.2025-01\.level +0\.3 +–", shown)


def test_diff_of_scenarios_that_differ_in_words_only(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("extends: observed\ntitle: Other words\n")
    assert main(["scenarios", "diff", "observed", "mine.yaml"]) == 0
    assert capsys.readouterr().out == "observed and mine do not differ, words apart\n"


def test_diff_refuses_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean 'observed'?" in refused(["diff", "observed", "obsrved"], capsys)
