"""Every scenario that cannot be ends with code 2 and one line that says what to change."""

from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.scenario import load_scenario

POLICY = "extends: observed\npolicy:\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], name: str = "my.yaml") -> str:
    """What the program says about a file; checks that it ends as it should and writes nothing."""
    before = sorted(Path().iterdir())
    assert main(["run", name, "--borrowers", "1000", "--months", "1"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sorted(Path().iterdir()) == before
    (line,) = shown.err.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


def steps(text: str, rule: str = "apr_cap") -> str:
    return f"{POLICY}  {rule}:\n    steps:\n      {text}\n"


def test_two_files_that_extend_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text("extends: b.yaml\n")
    Path("b.yaml").write_text("title: b\nextends: a.yaml\n")
    assert told(capsys, "a.yaml") == (
        "b.yaml, line 2: extends leads in a circle: a.yaml -> b.yaml -> a.yaml; "
        "one of them must extend none"
    )


CASES = {
    "a missing parent": (
        "extends: observd\n",
        "my.yaml, line 1: extends 'observd', but no scenario 'observd'. Did you mean 'observed'?",
    ),
    "a month after the run": (
        steps("2031-01: {level: 20%}"),
        "my.yaml, line 5: policy.apr_cap.steps.2031-01 is 2031-01, outside the run; "
        "it reports 2024-01 to 2030-12",
    ),
    "an announcement after the start": (
        steps("2026-01: {level: 20%, announced: 2026-03}"),
        "my.yaml, line 5: policy.apr_cap.steps.2026-01.announced is 2026-03, after the step "
        "starts; write 2026-01 or earlier",
    ),
    "an end before the start": (
        POLICY + "  apr_cap:\n    until: 2025-12\n    steps: {2026-01: {level: 20%}}\n",
        "my.yaml, line 4: policy.apr_cap.until is 2025-12, before its step of 2026-01 starts; "
        "write 2026-01 or later",
    ),
    "an end within the phase-in": (
        POLICY + "  apr_cap:\n    until: 2026-03\n"
        "    steps: {2026-01: {level: 20%, phase_in_months: 6}}\n",
        "my.yaml, line 5: policy.apr_cap.steps.2026-01.phase_in_months is 6, but the rule ends in "
        "2026-03, before the level is reached (2026-07); shorten it or let the rule end later",
    ),
    "steps that overlap": (
        steps("2026-01: {level: 20%, phase_in_months: 6}\n      2026-04: {level: 15%}"),
        "my.yaml, line 6: policy.apr_cap.steps.2026-04 starts while the step of 2026-01 is still "
        "phased in (until 2026-07); start it in 2026-07 or later, or shorten that phase-in",
    ),
    "two levels for one step": (
        steps("2026-01: {level: 20%, multiple_of_lpr: 4}"),
        "my.yaml, line 5: policy.apr_cap.steps.2026-01.level is unclear: both level and "
        "multiple_of_lpr given; write one",
    ),
    "a share above one": (
        POLICY + "  joint_floor:\n    mine: {steps: {2026-01: {level: 120%}}}\n",
        "my.yaml, line 4: policy.joint_floor.mine.steps.2026-01.level is '120%'; a share lies "
        "between 0 and 1",
    ),
    "a rule that binds nobody": (
        POLICY + "  apr_cap: {licences: [], steps: {2026-01: {level: 20%}}}\n",
        "my.yaml, line 3: policy.apr_cap.licences is an empty list, so that the rule binds nobody",
    ),
    "a licence named twice": (
        POLICY + "  apr_cap: {licences: [bank, bank], steps: {2026-01: {level: 20%}}}\n",
        "my.yaml, line 3: policy.apr_cap.licences names bank twice",
    ),
    "a phase-in from nowhere": (
        POLICY + "  leverage:\n    mine: {steps: {2026-01: {level: 4, phase_in_months: 6}}}\n",
        "my.yaml, line 4: policy.leverage.mine.steps.2026-01.phase_in_months is 6, but the rule "
        "has no earlier level to move from; write an earlier step with the level to start from, "
        "or 0",
    ),
    "a subsidy above a cap": (
        POLICY + "  apr_cap: {steps: {2027-01: {level: 3%}}}\n"
        "  subsidy: {mine: {steps: {2026-01: {level: 4%}}}}\n",
        "my.yaml, line 4: policy.subsidy.mine pays 4% in 2027-01, above the price: facilitation "
        "loans are capped at 3% then; write less, or leave the licence out",
    ),
    "a cap below the cheapest money": (
        steps("2026-01: {level: 1.2%}"),
        "my.yaml, line 5: policy.apr_cap.steps.2026-01 caps prices at 1.2%, and the cheapest money "
        "costs a lender 2.1% (kinds.bank_funder.funding_cost), so that nobody could lend; write "
        "more than that, or 0% to forbid lending",
    ),
    "two caps from one month on": (
        POLICY + "  apr_cap:\n    licences: [small_loan]\n    steps: {2027-12: {level: 15%}}\n",
        "my.yaml, line 5: policy.apr_cap.steps.2027-12 says 15%, where "
        "standing_caps.cost_guideline.steps.2027-12 says 4 times the LPR to the same lenders; "
        "leave one of them out (null removes it), or start it in another month",
    ),
    "two multiples from one month on": (
        POLICY + "  leverage:\n    one: {licences: [bank], steps: {2026-01: {level: 4}}}\n"
        "    second: {licences: [bank], steps: {2026-01: {level: 5}}}\n",
        "my.yaml, line 5: policy.leverage.second.steps.2026-01 says 5 times, where "
        "leverage.one.steps.2026-01 says 4 times to the same lenders; leave one of them out",
    ),
    "two rules for the whole market from one month on": (
        POLICY + "  funding_freeze:\n    one: {steps: {2026-01: {level: 40%}}}\n"
        "    second: {steps: {2026-01: {level: 50%}}}\n",
        "my.yaml, line 5: policy.funding_freeze.second.steps.2026-01 says 50%, where "
        "funding_freeze.one.steps.2026-01 says 40% to the same lenders; leave one of them out",
    ),
    "a floor above a ceiling": (
        POLICY + "  bureau:\n    mine: {steps: {2026-01: {level: 60%}}}\n"
        "  bureau_floor:\n    mine: {steps: {2025-01: {level: 50%}, 2027-01: {level: 80%}}}\n",
        "my.yaml, line 6: policy.bureau_floor.mine makes every lender see 80% of all debts in "
        "2027-01, where bureau.mine lets 60% reach the bureau; lower the floor or raise that",
    ),
    "a licence that is not there": (
        POLICY + "  apr_cap: {licences: [smal_loan], steps: {2026-01: {level: 20%}}}\n",
        "my.yaml, line 3: policy.apr_cap.licences.0 is 'smal_loan'; 'facilitation', 'small_loan', "
        "'consumer_finance', 'internet_bank' or 'bank' is expected. Did you mean 'small_loan'?",
    ),
    "a region that is not there": (
        "extends: observed\nsegments:\n  farmer:\n    places: {est: 30%, centre: 38%, west: 32%}\n",
        "my.yaml, line 4: segments.farmer.places.est names no region. Did you mean 'west'?",
    ),
    "two subsidies for one loan": (
        POLICY + "  subsidy:\n    one: {steps: {2026-01: {level: 1%}}}\n"
        "    other: {licences: [bank], segments: [farmer], steps: {2026-01: {level: 1%}}}\n",
        "my.yaml, line 5: policy.subsidy.other pays for the same loans as subsidy.one (bank, "
        "farmer); give them different licences or segments",
    ),
    "a segment that is not there": (
        POLICY + "  subsidy: {mine: {segments: [famer], steps: {2026-01: {level: 1%}}}}\n",
        "my.yaml, line 3: policy.subsidy.mine.segments.0 is 'famer'; no such segment. "
        "Did you mean 'farmer'?",
    ),
    "a misspelt rule": (
        POLICY + "  leverage:\n    smal_loan: {steps: {2026-01: {level: 4}}}\n",
        "my.yaml, line 4: policy.leverage.smal_loan is new, and almost the name of 'small_loan', "
        "which is there already; write that one to change it, or choose a name that is not so "
        "near. Did you mean 'small_loan'?",
    ),
    "a misspelt lender": (
        "extends: observed\nlenders:\n  fintech_frnge: {balance: 1.0e+11}\n",
        "my.yaml, line 3: lenders.fintech_frnge is new, and almost the name of 'fintech_fringe'",
    ),
    "a misspelt instrument": (
        POLICY + "  leverge:\n    small_loan: {steps: {2026-01: {level: 4}}}\n",
        "my.yaml, line 3: policy.leverge is not a known key; policy takes ",
    ),
    "a shock after the run": (
        "extends: observed\nmacro:\n  shocks:\n    late: {start: 2031-02, months: 3, growth: 1%}\n",
        "my.yaml, line 4: macro.shocks.late.start is 2031-02, outside the run",
    ),
    "a shock over before it begins": (
        "extends: observed\nmacro:\n  shocks:\n    old: {start: 2010-02, months: 3, growth: -2%}\n",
        "my.yaml, line 4: macro.shocks.old.months is 3, so that the shock of 2010-02 ends before "
        "the simulation begins (",
    ),
    "a shock without depth": (
        "extends: observed\nmacro:\n  shocks:\n    half: {start: 2026-02, months: 3, share: 20%}\n",
        "my.yaml, line 4: macro.shocks.half.depth is 0 or missing, so that share does nothing; "
        "write both",
    ),
    "a shock that does nothing": (
        "extends: observed\nmacro:\n  shocks:\n    none: {start: 2026-02, months: 3}\n",
        "my.yaml, line 4: macro.shocks.none.start begins a shock that does nothing; write share "
        "and depth, unemployment or growth",
    ),
    "a rate after the run": (
        "extends: observed\nmacro:\n  lpr: {2031-01: 2%}\n",
        "my.yaml, line 3: macro.lpr.2031-01 is outside the run, which reports to 2030-12; leave it "
        "out",
    ),
    "a rate of long ago that others replace": (
        "extends: observed\nmacro:\n  lpr:\n    2002-04: 5%\n    2003-10: 3.1%\n",
        "my.yaml, line 4: macro.lpr.2002-04 reaches nothing: 2003-10 takes its place before the "
        "first month that depends on it (2004-01)",
    ),
    "growth of a year that is over": (
        "extends: observed\nmacro:\n  income_growth: {2023-01: 6%}\n",
        "my.yaml, line 3: macro.income_growth.2023-01 reaches nothing: 2024-01 takes its place",
    ),
    "a path that goes on after the run": (
        "extends: observed\nmacro:\n  online_town: {2031-06: 99%}\n",
        "my.yaml, line 3: macro.online_town.2031-06 is outside the run",
    ),
    "a kind that goes digital too late": (
        "extends: observed\nkinds:\n  bigtech:\n    online_path: {2031-02: 90%, 2032-01: 95%}\n",
        "my.yaml, line 4: kinds.bigtech.online_path.2031-02 is outside the run",
    ),
    "a level of competition that is not there": (
        "extends: observed\ncompetition: {preset: hihg}\n",
        "my.yaml, line 2: competition.preset is 'hihg'; there is monopoly, low, medium, high. "
        "Did you mean 'high'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, expected = CASES[case]
    Path("my.yaml").write_text(text)
    assert told(capsys).startswith(expected)


def test_a_subsidy_above_the_price(capsys: pytest.CaptureFixture[str]) -> None:
    """The cheapest lender whose loans it would reach is named."""
    Path("my.yaml").write_text(
        POLICY + "  subsidy: {mine: {segments: [farmer], steps: {2026-01: {level: 20%}}}}\n"
    )
    found = told(capsys)
    start = "my.yaml, line 3: policy.subsidy.mine.steps.2026-01.level is 20%, above the price: "
    assert found.startswith(f"{start}lenders.")


def test_rules_may_say_the_same_or_start_apart(folder: Path) -> None:
    """The tightest of several rules binds: only two that never both mean anything are refused."""
    Path("my.yaml").write_text(
        POLICY + "  apr_cap:\n    licences: [small_loan]\n    steps:\n"
        "      2025-12: {level: 24%}\n      2027-11: {level: 15%}\n"
        "      2027-12: {multiple_of_lpr: 4}\n"
        "  leverage:\n    mine: {licences: [bank, small_loan], steps: {2020-09: {level: 5}}}\n"
        "  bureau_floor: {mine: {steps: {2025-01: {level: 60%}}}}\n"
        "  bureau: {mine: {steps: {2025-01: {level: 60%}}}}\n"
    )
    assert load_scenario("my.yaml").policy.apr_cap is not None


def test_a_phase_in_and_a_jump_of_one_month_are_no_contradiction(folder: Path) -> None:
    """The one is reached before the other, so that both bind for a while."""
    Path("my.yaml").write_text(
        POLICY + "  apr_cap:\n    licences: [facilitation]\n"
        "    steps: {2025-10: {level: 12%, phase_in_months: 12}}\n"
    )
    assert load_scenario("my.yaml").policy.apr_cap is not None


def test_names_that_differ_in_a_number_are_a_series(folder: Path) -> None:
    Path("my.yaml").write_text(
        "extends: observed\nlenders:\n  bigtech_6: {id: 40, kind: bigtech, balance: 1.0e+11, "
        "equity: 1.0e+10, apr: 15%}\n"
    )
    assert "bigtech_6" in load_scenario("my.yaml").lenders


def test_a_slip_in_a_parent_is_found_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("parent.yaml").write_text(CASES["a misspelt rule"][0])
    Path("my.yaml").write_text("extends: parent.yaml\ntitle: mine\n")
    assert told(capsys).startswith("parent.yaml, line 4: policy.leverage.smal_loan is new")


def test_a_region_where_nobody_lives_is_refused() -> None:
    with pytest.raises(InputError, match=r"regions\.north is a region where nobody lives"):
        load_scenario("observed").with_changes({"regions.north": {"income": 1.1}})
