"""`loansim policy`: what a person reads of a scenario's rules, and what programs get."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.core.months import Month
from sim.policy_rows import binding_rows, rule_rows
from sim.policy_screen import policy_text
from sim.scenario import MOST_MONTHS, find_scenarios, load_scenario


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["policy", *arguments]) == 0
    return capsys.readouterr().out


def table(capsys: pytest.CaptureFixture[str], month: str) -> dict[str, list[str]]:
    """Cells by instrument of the table of a month, as a screen of 80 columns shows it."""
    lines = printed(capsys, "observed", "--month", month).splitlines()
    assert max(map(len, lines)) <= 80
    found = {}
    for line in lines:
        parts = [part.strip() for part in line.split("  ") if part.strip()]
        if len(parts) == 6:
            found[parts[0]] = parts[1:]
    return found


def test_every_rule_stands_with_its_steps_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(printed(capsys, "observed").split())
    assert (
        "cost guideline (small loan): 24% from 2025-12; 4 times the LPR from 2027-12, announced "
        "2025-12. Source: Yin Fa [2025] 247"
    ) in text
    assert "24% since 2021-07, phased in over 11 months" in text
    assert "1 billion yuan from 2024-04, announced 2023-12" in text


def test_what_binds_in_a_month_by_licence(capsys: pytest.CaptureFixture[str]) -> None:
    before, after = table(capsys, "2024-01"), table(capsys, "2027-12")
    # facilitation, small loan, consumer finance, internet bank, bank
    assert before["all-in price cap"] == ["36%"] * 5
    assert after["all-in price cap"] == ["24%", "12%", "20%", "24%", "24%"]
    assert after["joint-lending floor"] == ["0%", "30%", "0%", "0%", "0%"]
    assert before["minimum capital"][2] == "300 million"
    assert after["minimum capital"][2] == "1 billion"
    assert after["leverage limit"] == ["none", "6x", "10x", "12.5x", "12.5x"]


@pytest.mark.parametrize("name", [file.name for file in find_scenarios()])
@pytest.mark.parametrize("binding", [False, True])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_every_scenario_fits_the_screen(name: str, binding: bool, width: int) -> None:
    scenario = load_scenario(name)
    text = policy_text(scenario, Month.of(2026, 7), binding, "table", width)
    assert max(map(len, text.splitlines())) <= min(110, width)
    assert "None" not in text


def test_the_table_says_what_lenders_are_told() -> None:
    """Levels are those of the limits that a run hands out, month by month."""
    scenario = load_scenario("cap_12_early")
    for month in map(Month, range(scenario.start, scenario.start + MOST_MONTHS)):
        lpr = scenario.macro.at(month, scenario.start).lpr
        limits = scenario.policy.at(month, lpr)
        rows = {row.instrument: row.levels for row in binding_rows(scenario, month)}
        assert rows["all-in price cap"] == {x: cap.all_in for x, cap in limits.cap.items()}
        assert rows["leverage limit"] == limits.leverage
        assert rows["guarantee limit"] == limits.guarantee


def test_a_rule_on_its_way_says_where_it_is() -> None:
    """From a step of its own it is known; from what others say it depends on the licence."""
    steps = {"2024-01": {"level": 0.3}, "2025-01": {"level": 0.24, "phase_in_months": 5}}
    scenario = load_scenario("observed").with_changes({"policy.apr_cap": {"steps": steps}})
    month = Month.of(2025, 3)
    row = next(r for r in rule_rows(scenario, month) if r.path == "policy.apr_cap")
    assert (row.moving, row.level, row.now) == (True, pytest.approx(0.27), "27%")
    text = " ".join(policy_text(scenario, month, False, "table", 110).split())
    assert "on its way in 2025-03, at 27%" in text
    first = load_scenario("cap_12_phase_in")
    row = next(r for r in rule_rows(first, Month.of(2026, 12)) if r.path == "policy.apr_cap")
    assert (row.moving, row.level) == (True, None)


def test_json_holds_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    content: dict[str, Any] = json.loads(printed(capsys, "farm_subsidy", "--format", "json"))
    assert (content["scenario"], content["month"]) == ("farm_subsidy", "2024-01")
    (subsidy,) = [row for row in content["rows"] if row["path"] == "policy.subsidy.farm"]
    assert subsidy["binds"] == ["small loan", "internet bank"]
    assert subsidy["segments"] == ["farmer"]
    assert subsidy["level"] is None
    (step,) = subsidy["steps"]
    assert (step["from"], step["announced"]) == ("2026-01", "2025-10")
    assert (step["level"], step["phase_in_months"], step["words"]) == (0.03, 3, "3%")


def test_csv_has_a_row_for_each_step_or_licence(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "observed", "--format", "csv"))))
    steps = [len(rule.steps) for _, _, rule in load_scenario("observed").policy.rules()]
    assert len(rows) == sum(steps)
    shown = printed(capsys, "observed", "--month", "2026-01", "--format", "csv")
    found = {(r["instrument"], r["binds"]): r for r in csv.DictReader(io.StringIO(shown))}
    assert float(found["leverage limit", "small_loan"]["level"]) == 6.0
    assert found["licence openness", "facilitation"]["words"] == "0%"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["obsrved"], "no scenario 'obsrved'. Did you mean 'observed'?"),
        (["observed", "--format", "jsn"], "--format is 'jsn'; there is table, json, csv. Did you"),
        (["observed", "--month", "soon"], "--month is 'soon'; write a month such as 2027-12"),
        (["observed", "--month", "2026-13"], "--month is '2026-13'; write a month such as"),
        (["observed", "--month", "2031-01"], "--month is 2031-01; it lies in 2024-01 to 2030-12"),
        (["observed", "--month", "2023-12"], "--month is 2023-12; it lies in 2024-01 to 2030-12"),
    ],
)
def test_what_cannot_be_asked(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    (line,) = shown.err.splitlines()
    assert line.startswith(f"error: {expected}")


def test_a_scenario_without_rules_has_a_screen_too(tmp_path: Path) -> None:
    scenario = load_scenario("observed").with_changes({"policy": None})
    for form in ("table", "json", "csv"):
        for binding in (False, True):
            assert isinstance(policy_text(scenario, scenario.start, binding, form, 80), str)


def test_lists_of_scenarios_can_be_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "list", "cap", "phase"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "price caps"
    assert "cap_12_phase_in" in shown
    assert "cap_20" not in shown
    assert main(["scenarios", "list", "两年"]) == 0
    assert "cap_12_phase_in" in capsys.readouterr().out
    assert main(["scenarios", "list", "cap_12_phse_in"]) == 2
    assert "Did you mean 'cap_12_phase_in'?" in capsys.readouterr().err


def binding_text(scenario: str, month: Month, changes: dict[str, object] | None = None) -> str:
    """What binds in a month, as one line."""
    made = load_scenario(scenario).with_changes(changes or {})
    return " ".join(policy_text(made, month, True, "table", 110).split())


def test_all_that_binds_stands_on_the_screen() -> None:
    month = Month.of(2026, 7)
    assert "state pays of shared ledger, ledger" in binding_text("shared_ledger", month)
    assert "state pays" not in binding_text("shared_ledger", Month.of(2029, 1))
    repaired = binding_text("credit_repair_2026", month)
    assert "credit repair, once: defaults of at most 10,000 yuan from 2020-01 on" in repaired
    rules = binding_text("reaction_rules", month)
    assert "reaction rule, tighten on losses: from 2026-01, while the NPL ratio is above" in rules
    assert "strategy of bigtech 2: price_war" in binding_text("price_war", month)
    late = binding_text("slow_to_comply", month)
    assert "conduct of bigtech 3: follows changed rules 12 months late" in late


def test_bureau_coverage_without_a_rule_is_not_all_debts() -> None:
    plain = binding_text("observed", Month.of(2026, 7))
    assert "bureau coverage: no rule; lenders see the 50% to 95% of debts elsewhere" in plain
    half = binding_text("bureau_low", Month.of(2026, 7))
    assert "bureau coverage: 50% of the 50% to 95% of debts elsewhere that kinds see" in half
