"""Scenario files: extending, changing by dotted paths, identity, and every kind of bad input.

Most of it is tried on a small market of its own, so that it says nothing about the real sections.
"""

import copy
import csv
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import model_validator

from sim import scenario_files
from sim.core.errors import InputError
from sim.core.parameters import (
    Apr,
    ByName,
    Count,
    DatedPath,
    DatedSeries,
    FieldError,
    Month,
    Name,
    Parameters,
    PositiveFloat,
    Rate,
    Share,
    parameter,
)
from sim.macro import MacroSection
from sim.overlay import changed, merged, paths_in, value_at
from sim.scenario import ScenarioRoot, load_scenario, scenario_schema
from sim.validation import validated
from sim.yaml_reader import Document, Value, read_yaml_file

type Licence = Literal["bank", "small_loan", "facilitation"]
type Content = dict[str, Value]


class Step(Parameters):
    level: Apr | None = parameter(None, unit="fraction per year", description="fixed")
    multiple_of_lpr: PositiveFloat | None = parameter(None, unit="times", description="floating")
    announced: Month | None = parameter(None, unit="month", description="when it was known")

    @model_validator(mode="after")
    def _one_level(self) -> Self:
        if (self.level is None) == (self.multiple_of_lpr is None):
            raise ValueError("write either level or multiple_of_lpr")
        return self


class Cap(Parameters):
    licences: Literal["all"] | tuple[Licence, ...] = parameter("all", unit="", description="whom")
    base: Literal["contract", "all_in"] = parameter(unit="", description="which price")
    steps: DatedSeries[Step] = parameter(unit="", description="levels")

    @model_validator(mode="after")
    def _known_before_it_starts(self) -> Self:
        for month, step in self.steps.items():
            if step.announced and step.announced > month:
                raise FieldError(
                    f"steps.{month}.announced", f"is {step.announced}, after it starts ({month})"
                )
        return self


class Policy(Parameters):
    apr_cap: Cap | None = parameter(None, unit="", description="price cap")
    inspections: Share = parameter(0.01, unit="per month", high=0.5, description="how often")


class Macro(Parameters):
    lpr: DatedSeries[Rate] = parameter(
        DatedSeries({Month.of(2024, 1): 0.0345}), unit="", high=0.2, description="prime rate"
    )
    adoption: DatedPath[Share] = parameter(
        DatedPath({Month.of(2024, 1): 0.8}), unit="", description="online"
    )
    season: tuple[PositiveFloat, ...] = parameter((1.0, 1.1, 0.9), unit="", description="season")


class Lender(Parameters):
    agents: Count = parameter(1, unit="agents", low=1, description="how many")
    segments: ByName[Share] | None = parameter(None, unit="", description="whom it serves")


class Market(ScenarioRoot):
    scope: Literal["core", "wide"] = parameter("core", unit="", description="scope")
    population: Count = parameter(500_000_000, unit="persons", low=1, description="borrowers")
    anticipation: bool = parameter(False, unit="", description="lenders act on announcement")
    policy: Policy = parameter(Policy(), unit="", description="rules")
    macro: Macro = parameter(Macro(), unit="", description="paths")
    lenders: dict[Name, Lender] = parameter({}, unit="", description="who lends")


BASE = """\
title: The base
question: What happened?
source: nobody
population: 1_000
policy:
  apr_cap:
    licences: [small_loan, facilitation]
    base: all_in
    steps:
      2025-10: {announced: 2025-04, level: 24%, source: notice 9}
    source: timeline
macro:
  lpr: {2024-01: 3.45%, 2025-05: 3.00%, source: central bank}
lenders:
  bigtech: {agents: 5}
  offline: {agents: 3, segments: {micro: 60%, farmer: 40%}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder; the scenarios that come with the program are `base` and `observed`."""
    packaged = tmp_path / "packaged"
    packaged.mkdir()
    (packaged / "base.yaml").write_text(BASE)
    (packaged / "observed.yaml").write_text("title: Observed\nextends: base\n")
    monkeypatch.setattr(scenario_files, "SCENARIOS", packaged)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def market(text: str, name: str = "my.yaml") -> Market:
    Path(name).write_text(text)
    return Market.load(name)


def message(read: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        read()
    told = str(caught.value)
    assert told.isprintable()
    return told


def file_message(text: str) -> str:
    return message(lambda: market(text))


# --- reading ------------------------------------------------------------------------------------


def test_a_file_becomes_a_checked_section(folder: Path) -> None:
    read = market(BASE)
    cap = read.policy.apr_cap
    assert cap is not None
    assert (read.name, read.title, read.question) == ("my", "The base", "What happened?")
    assert cap.licences == ("small_loan", "facilitation")
    assert cap.steps.at(Month.of(2026, 1)).level == 0.24
    assert read.macro.lpr.at(Month.of(2026, 1)) == 0.03
    assert read.lenders["offline"].segments == ByName({"micro": 0.6, "farmer": 0.4})
    assert read.policy.inspections == 0.01


def test_a_name_means_a_scenario_of_the_program(folder: Path) -> None:
    assert Market.load("base").text == Market.load(Path("packaged/base.yaml")).text
    assert [
        (found.name, found.title, found.extends) for found in scenario_files.find_scenarios()
    ] == [
        ("base", "The base", ""),
        ("observed", "Observed", "base"),
    ]


def test_the_program_finds_its_scenarios_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (scenario_files.SCENARIOS / "data" / "macro_paths.yaml").is_file()


def test_a_file_may_be_read_by_each_generation_of_the_schema(folder: Path) -> None:
    read = market("title: x\npopulation: 7\n")
    assert Market.model_validate({"title": "x", "population": 7}).hash == read.hash


# --- extending ----------------------------------------------------------------------------------


def test_maps_merge_null_removes_lists_are_replaced(folder: Path) -> None:
    child = market(
        """\
extends: base
policy:
  apr_cap:
    licences: [bank]
    steps: {2026-01: {multiple_of_lpr: 4}}
lenders:
  bigtech: null
  offline: {agents: 4}
"""
    )
    assert child.value_at("policy.apr_cap.licences") == ["bank"]
    assert child.value_at("policy.apr_cap.base") == "all_in"
    assert child.value_at("policy.apr_cap.steps.2025-10.level") == 0.24
    assert child.value_at("policy.apr_cap.steps.2026-01") == {"multiple_of_lpr": 4.0}
    assert list(child.lenders) == ["offline"]
    assert child.value_at("lenders.offline") == {
        "agents": 4,
        "segments": {"micro": 0.6, "farmer": 0.4},
    }


def test_what_a_file_says_about_itself_is_not_inherited(folder: Path) -> None:
    child = market("extends: base\nnote: mine\n")
    assert (child.title, child.question, child.source, child.note) == ("", "", "", "mine")
    assert child.policy.apr_cap is not None
    assert child.policy.apr_cap.source == "timeline"


def test_a_chain_of_parents_mixes_names_and_paths(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "middle.yaml").write_text("extends: observed\npopulation: 5\nanticipation: true\n")
    child = market("extends: ../middle.yaml\npopulation: 6\n", "deep/child.yaml")
    assert (child.population, child.anticipation, child.lenders["bigtech"].agents) == (6, True, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "title: x\nextends: obsrved\n",
            "my.yaml, line 2: extends 'obsrved', but no scenario 'obsrved'. "
            "Did you mean 'observed'?   (loansim scenarios list)",
        ),
        (
            "extends: parent.yaml\n",
            "my.yaml, line 1: extends 'parent.yaml', but there is no file 'parent.yaml'.",
        ),
        (
            "extends: ./mi.yaml\n",
            "my.yaml, line 1: extends './mi.yaml', but there is no file './mi.yaml'. "
            "Did you mean 'my.yaml'?",
        ),
        (
            "extends: [base, observed]\n",
            "my.yaml, line 1: extends is a list of 2 items; "
            "name one parent: a scenario, or a path ending in .yaml",
        ),
        (
            "extends: Some Thing\n",
            "my.yaml, line 1: extends 'Some Thing', but no scenario 'Some Thing'; write the name "
            "of one, or a path ending in .yaml   (loansim scenarios list)",
        ),
        (
            "extends: my.yaml\n",
            "my.yaml, line 1: extends leads in a circle: my.yaml -> my.yaml; "
            "one of them must extend none",
        ),
    ],
)
def test_a_parent_that_cannot_be(text: str, told: str, folder: Path) -> None:
    assert file_message(text) == told


def test_a_circle_names_every_file_in_it(folder: Path) -> None:
    (folder / "a.yaml").write_text("title: a\nextends: b.yaml\n")
    (folder / "b.yaml").write_text("extends: ./a.yaml\n")
    circle = "a.yaml -> b.yaml -> a.yaml; one of them must extend none"
    assert message(lambda: Market.load("a.yaml")) == (
        f"b.yaml, line 1: extends leads in a circle: {circle}"
    )
    told = file_message("extends: a.yaml\n")
    assert told == f"b.yaml, line 1: extends leads in a circle: {circle}"


def test_a_null_with_nothing_to_remove(folder: Path) -> None:
    assert file_message("extends: base\nlenders:\n  bigtec: null\n") == (
        "my.yaml, line 3: lenders.bigtec is null, which removes it, "
        "but scenarios/base.yaml has nothing there. Did you mean 'bigtech'?"
    )
    assert file_message("policy: null\n") == (
        "my.yaml, line 1: policy is null, which removes it from a parent, but the file extends none"
    )


def test_a_mistake_is_reported_in_the_file_that_makes_it(folder: Path) -> None:
    (folder / "parent.yaml").write_text("extends: base\n\npopulation: many\n")
    assert file_message("extends: parent.yaml\ntitle: x\n") == (
        "parent.yaml, line 3: population is 'many'; a count is a whole number of 1 or more; "
        "my.yaml extends it"
    )
    assert file_message("extends: base\npolicy:\n  apr_cap:\n    base: null\n") == (
        "my.yaml, line 3: policy.apr_cap.base is missing; 'contract' or 'all_in' is expected"
    )


# --- bad input ----------------------------------------------------------------------------------

CAP = "policy:\n  apr_cap:\n    base: all_in\n    steps:\n      2026-01:\n        "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # unknown keys
        (
            "titel: x\n",
            "line 1: titel is not a known key; the top level takes title, title_zh, question, "
            "question_zh, subject, scope, population, anticipation, policy, macro, lenders, "
            "source, .... Did you mean 'title'?",
        ),
        (
            "policy:\n  apr_cpa: {}\n",
            "line 2: policy.apr_cpa is not a known key; policy takes apr_cap, inspections, source, "
            "note. Did you mean 'apr_cap'?",
        ),
        (
            CAP + "ceiling: 24%\n",
            "line 6: policy.apr_cap.steps.2026-01.ceiling is not a known key; "
            "policy.apr_cap.steps.2026-01 takes level, multiple_of_lpr, announced, source, note",
        ),
        (
            "lenders:\n  bigtech:\n    agent: 5\n",
            "line 3: lenders.bigtech.agent is not a known key; lenders.bigtech takes agents, "
            "segments, source, note. Did you mean 'agents'?",
        ),
        # wrong types and units
        (
            CAP + "level: 240\n",
            "line 6: policy.apr_cap.steps.2026-01.level is 240; "
            "an APR lies between 0 and 10 (write 24% or 0.24)",
        ),
        (
            CAP + "level: 36\n",
            "line 6: policy.apr_cap.steps.2026-01.level is 36; "
            "an APR lies between 0 and 10 (write 36% or 0.36)",
        ),
        (
            CAP + "level: 24 percent\n",
            "line 6: policy.apr_cap.steps.2026-01.level is '24 percent'; "
            "an APR lies between 0 and 10 (write 24% or 0.24)",
        ),
        (
            "policy:\n  inspections: 0.7\n",
            "line 2: policy.inspections is 0.7; a share lies between 0 and 0.5 (write 24% or 0.24)",
        ),
        (
            "macro:\n  lpr:\n    2024-01: 3.45%\n    2024-07: 3.35\n",
            "line 4: macro.lpr.2024-07 is 3.35; "
            "an annual rate lies between 0 and 0.2 (write 3.35% or 0.0335)",
        ),
        (
            "population: many\n",
            "line 1: population is 'many'; a count is a whole number of 1 or more",
        ),
        ("population: 0\n", "line 1: population is 0; a count is a whole number of 1 or more"),
        ("population: 1.5\n", "line 1: population is 1.5; a count is a whole number of 1 or more"),
        ("anticipation: 1\n", "line 1: anticipation is 1; true or false is expected"),
        ("title: 5\n", "line 1: title is 5; a text is expected"),
        (
            "policy: tight\n",
            "line 1: policy is 'tight'; a mapping from names to values is expected",
        ),
        (
            "lenders: [a]\n",
            "line 1: lenders is a list of 1 item; a mapping from names to values is expected",
        ),
        ("macro: {season: 1.1}\n", "line 1: macro.season is 1.1; a list is expected"),
        (
            "macro:\n  season:\n  - 1\n  - 0\n",
            "line 4: macro.season.1 is 0; a factor is a number above 0",
        ),
        (
            "macro: {lpr: 3%}\n",
            "line 1: macro.lpr is '3%'; a mapping from month to value is expected",
        ),
        (
            "macro: {lpr: {}}\n",
            "line 1: macro.lpr is an empty mapping; at least one month is needed",
        ),
        (
            "macro: {lpr: {2024-01: 3%, note: 1}}\n",
            "line 1: macro.lpr is a mapping of 2 keys; its 'note' is a text",
        ),
        # months and names
        (
            "macro:\n  lpr:\n    2024-01: 3%\n    2024-13: 3%\n",
            "line 4: macro.lpr: '2024-13' is not a month; write YYYY-MM, for example 2024-01",
        ),
        (
            CAP + "level: 24%\n        announced: last year\n",
            "line 7: policy.apr_cap.steps.2026-01.announced: "
            "'last year' is not a month; write YYYY-MM, for example 2024-01",
        ),
        (
            "lenders:\n  Big Tech: {}\n",
            "line 2: lenders: 'Big Tech' cannot be a key; "
            "a name is made of lower-case letters, digits and _",
        ),
        # names out of a few
        (
            "scope: cor\n",
            "line 1: scope is 'cor'; 'core' or 'wide' is expected. Did you mean 'core'?",
        ),
        (
            CAP + "level: 24%\n    licences: every\n",
            "line 7: policy.apr_cap.licences is 'every'; 'all' or a list is expected",
        ),
        (
            "policy:\n  apr_cap:\n    base: all_in\n    licences:\n    - bank\n    - small_laon\n"
            "    steps: {2026-01: {level: 1}}\n",
            "line 6: policy.apr_cap.licences.1 is 'small_laon'; "
            "'bank', 'small_loan' or 'facilitation' is expected. Did you mean 'small_loan'?",
        ),
        # missing, contradictory
        (
            "policy:\n  apr_cap:\n    steps: {2026-01: {level: 24%}}\n",
            "line 2: policy.apr_cap.base is missing; 'contract' or 'all_in' is expected",
        ),
        (
            "policy:\n  apr_cap: {base: all_in}\n",
            "line 2: policy.apr_cap.steps is missing; a mapping from month to value is expected",
        ),
        (
            CAP + "level: 24%\n        multiple_of_lpr: 4\n",
            "line 5: policy.apr_cap.steps.2026-01: write either level or multiple_of_lpr",
        ),
        (
            CAP + "level: 24%\n        announced: 2026-03\n",
            "line 7: policy.apr_cap.steps.2026-01.announced is 2026-03, after it starts (2026-01)",
        ),
        # several at once: what is misspelt before what is missing, in the order of the file
        (
            "population: many\n" + CAP.replace("base", "bsae") + "level: 24%\n",
            "line 1: population is 'many'; a count is a whole number of 1 or more (and 2 more)",
        ),
        (
            "policy:\n  apr_cap:\n    bsae: all_in\n    steps: {2026-01: {level: 1}}\n",
            "line 3: policy.apr_cap.bsae is not a known key; policy.apr_cap takes licences, base, "
            "steps, source, note. Did you mean 'base'? (and 1 more)",
        ),
        # what the reader refuses
        (
            "population: 1\npopulation: 2\n",
            "line 2: found key 'population' a second time (first on line 1); keep one",
        ),
        (
            "policy: &p {}\nmacro: *p\n",
            "line 1: found anchor &p; write the value out where it is used",
        ),
        (
            "scope: yes\n",
            "line 1: scope is yes; write true or false, or 'yes' in quotes if it is a name",
        ),
    ],
)
def test_bad_input(text: str, told: str, folder: Path) -> None:
    assert file_message(text) == f"my.yaml, {told}"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("obsrved", "no scenario 'obsrved'. Did you mean 'observed'?   (loansim scenarios list)"),
        ("Observed", "no scenario 'Observed'. Did you mean 'observed'?   (loansim scenarios list)"),
        ("zzz", "no scenario 'zzz'.   (loansim scenarios list)"),
        (
            "some/folder",
            "no scenario 'some/folder'; write the name of one, or a path ending in .yaml"
            "   (loansim scenarios list)",
        ),
        (
            "",
            "no scenario ''; write the name of one, or a path ending in .yaml"
            "   (loansim scenarios list)",
        ),
        ("mine.yaml", "there is no file 'mine.yaml'. Did you mean 'my.yaml'?"),
        ("nowhere/my.yaml", "there is no file 'nowhere/my.yaml'."),
        ("\0" + 9 * "z" + ".yaml", r"there is no file '\x00zzzzzzzzz.yaml'."),
        ("packaged.yaml", "packaged.yaml is a folder; name a YAML file"),
    ],
)
def test_a_scenario_that_is_not_there(written: str, told: str, folder: Path) -> None:
    (folder / "my.yaml").write_text(BASE)
    (folder / "packaged.yaml").mkdir()
    assert message(lambda: Market.load(written)) == told
    assert message(lambda: load_scenario(written)) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "my.yaml is empty; write keys and values, such as 'title: ...'"),
        (b"\x7fELF\x02", "my.yaml, line 1: character 0x7f does not belong in a text file"),
        (10_000_000 * b"a", "my.yaml is larger than 1 MB; a file to read is smaller"),
    ],
)
def test_a_file_that_is_no_scenario(raw: bytes, told: str, folder: Path) -> None:
    (folder / "my.yaml").write_bytes(raw)
    assert message(lambda: Market.load("my.yaml")) == told


# --- changing by dotted paths -------------------------------------------------------------------


def test_a_change_reaches_any_value(folder: Path) -> None:
    base = Market.load("base")
    after = base.with_changes(
        {
            "population": 2_000,
            "policy.apr_cap.steps.2025-10.level": "20%",
            "policy.apr_cap.steps.2026-01.multiple_of_lpr": 4,
            "policy.apr_cap.licences.1": "bank",
            "macro.lpr.2026-01": 0.025,
            "macro.season.2": 0.8,
            "lenders.bigtech": None,
            "lenders.fringe": Lender(agents=9),
            "anticipation": True,
        }
    )
    assert after.population == 2_000
    assert after.value_at("policy.apr_cap.licences") == ["small_loan", "bank"]
    assert after.value_at("policy.apr_cap.steps.2025-10.level") == 0.2
    assert after.value_at("policy.apr_cap.steps.2025-10.announced") == "2025-04"
    assert after.value_at("policy.apr_cap.steps.2026-01.multiple_of_lpr") == 4
    assert after.macro.lpr.at(Month.of(2026, 5)) == 0.025
    assert after.macro.season == (1.0, 1.1, 0.8)
    assert list(after.lenders) == ["offline", "fringe"]
    assert (base.population, base.macro.season) == (1_000, (1.0, 1.1, 0.9))
    assert (base.name, after.name) == ("base", "base_changed")
    assert after.with_changes({"population": 3}).name == "base_changed"
    assert base.with_changes({}, name="twin").name == "twin"


def test_a_change_means_what_a_file_that_extends_means(folder: Path) -> None:
    child = market("extends: base\npolicy: {apr_cap: {steps: {2025-10: {level: 12%}}}}\n")
    step = {"level": 0.12}
    base = Market.load("base")
    same: list[dict[str, object]] = [
        {"policy.apr_cap.steps.2025-10.level": 0.12},
        {"policy.apr_cap.steps.2025-10": step},
        {"policy": {"apr_cap": {"steps": {Month.of(2025, 10): step}}}},
    ]
    for changes in same:
        assert base.with_changes(changes).hash == child.hash


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            "policy.apr_cap.steps.2025-10.level",
            240,
            "changes: policy.apr_cap.steps.2025-10.level is 240; "
            "an APR lies between 0 and 10 (write 24% or 0.24)",
        ),
        (
            "policy.apr_cpa.base",
            "all_in",
            "changes: policy.apr_cpa is not a known key; "
            "policy takes apr_cap, inspections, source, note. Did you mean 'apr_cap'?",
        ),
        (
            "population.2024-01",
            5,
            "changes: population.2024-01 reaches nothing; population is 1000, which has no parts",
        ),
        (
            "macro.season.12",
            1.0,
            "changes: macro.season.12 reaches nothing; "
            "macro.season is a list of 3 items, 0 to 2, which can only be replaced",
        ),
        (
            "macro.season.2",
            None,
            "changes: macro.season.2 reaches nothing; "
            "macro.season is a list of 3 items, 0 to 2, which can only be replaced",
        ),
        (
            "lenders.bigtec",
            None,
            "changes: lenders.bigtec is null, which removes it, "
            "but scenarios/base.yaml has nothing there. Did you mean 'bigtech'?",
        ),
        (
            "policy..level",
            1,
            "changes: 'policy..level' is not a path; write names and months with dots between them",
        ),
        ("", 1, "changes: '' is not a path; write names and months with dots between them"),
        (
            "population",
            float("nan"),
            "changes: population is nan; a count is a whole number of 1 or more",
        ),
        ("title", object, "changes: title is <class 'object'>; a text is expected"),
        (
            "policy.apr_cap.steps.2025-10.announced",
            "2026-01",
            "changes: policy.apr_cap.steps.2025-10.announced is 2026-01, after it starts (2025-10)",
        ),
    ],
)
def test_a_change_that_cannot_be(path: str, value: object, told: str, folder: Path) -> None:
    base = Market.load("base")
    assert message(lambda: base.with_changes({path: value})) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "policy.apr_cpa",
            "base: policy.apr_cpa reaches nothing; policy has no 'apr_cpa'. "
            "Did you mean 'apr_cap'?",
        ),
        (
            "macro.season.3",
            "base: macro.season.3 reaches nothing; "
            "macro.season is a list of 3 items, 0 to 2, which can only be replaced",
        ),
        ("titel", "base: titel reaches nothing; the file has no 'titel'. Did you mean 'title'?"),
    ],
)
def test_a_path_that_reaches_nothing(path: str, told: str, folder: Path) -> None:
    assert message(lambda: Market.load("base").value_at(path)) == told


# --- identity -----------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_economics(folder: Path) -> None:
    base = Market.load("base")
    same = BASE.replace("24%", "0.24").replace("notice 9", "notice IX")
    same = same.replace("The base", "Another").replace("1_000", "1000")
    same += "scope: core\nanticipation: false\nnote: written otherwise\n"
    assert market(same).hash == base.hash
    assert market("extends: base\n").hash == base.hash
    assert len(base.hash) == 64
    others: list[dict[str, object]] = [
        {"population": 1_001},
        {"macro.season.0": 1.001},
        {"policy.apr_cap.steps.2025-10.announced": "2025-05"},
        {"lenders.new": {}},
    ]
    for changes in others:
        assert base.with_changes(changes).hash != base.hash


def test_the_order_of_lenders_counts(folder: Path) -> None:
    one = market("lenders: {a: {}, b: {}}\n")
    assert one.hash != market("lenders: {b: {}, a: {}}\n").hash


def test_the_text_is_a_file_of_the_same_scenario(folder: Path) -> None:
    base = market("extends: base\ntitle: 'no'\npolicy: {inspections: 2%}\n", "first.yaml")
    again = market(base.text, "again.yaml")
    assert again.hash == base.hash
    assert again.text == base.text
    assert base.text.startswith("title: 'no'\npopulation: 1000\npolicy:\n  apr_cap:\n")
    assert "extends" not in base.text
    assert "source: notice 9" in base.text


def test_the_text_of_equal_files_is_equal(folder: Path) -> None:
    one = market("population: 5\nscope: wide\nmacro: {lpr: {2025-01: 3%, 2024-01: 4%}}\n")
    two = market("scope: wide\nmacro: {lpr: {2024-01: 0.04, 2025-01: 0.03}}\npopulation: 5\n")
    assert one.text == two.text


def test_a_scenario_cannot_be_changed_and_travels(folder: Path) -> None:
    base = Market.load("base")
    for twin in (pickle.loads(pickle.dumps(base)), copy.deepcopy(base)):
        assert (twin.name, twin.hash, twin.text) == (base.name, base.hash, base.text)
        assert twin.with_changes({"population": 7}).population == 7


def test_a_scenario_made_in_python_can_be_changed() -> None:
    made = Market(population=5)
    assert made.with_changes({"population": 6, "title": "x"}).text == "title: x\npopulation: 6\n"


# --- the published schema and the real top level ------------------------------------------------


def test_the_schema_takes_what_a_file_takes() -> None:
    schema = scenario_schema(Market)
    assert schema["additionalProperties"] is False
    assert next(iter(schema["properties"])) == "extends"
    assert schema["properties"]["population"]["minimum"] == 1
    assert "required" not in schema


def test_the_schema_of_the_real_top_level_is_json() -> None:
    schema = json.loads(json.dumps(scenario_schema()))
    assert {"extends", "title", "scope", "population", "start"} <= set(schema["properties"])


def test_every_scenario_of_the_program_is_valid() -> None:
    for found in scenario_files.find_scenarios():
        scenario = load_scenario(found.name)
        assert scenario.title
        assert scenario.name == found.name


@pytest.mark.parametrize("start", ["2000-05", "2101-01"])
def test_a_run_starts_within_the_calendar(start: str) -> None:
    observed = load_scenario("observed")
    told = message(lambda: observed.with_changes({"start": start, "burn_in_months": 24}))
    assert told == f"changes: start is {start}; a run starts between 2002-02 and 2100-12"


# --- properties ---------------------------------------------------------------------------------

keys = st.text("abcde_0123456789-", min_size=1, max_size=3)
scalars = st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | st.sampled_from(["x", "24%"])
lists = st.lists(scalars, max_size=3)
trees = st.recursive(scalars | lists, lambda below: st.dictionaries(keys, below, max_size=3))
contents = st.dictionaries(keys, trees, max_size=4)


def document(content: Content, origin: str = "x.yaml") -> Document:
    return Document(origin, content, {})


def leaves(content: Value, path: tuple[str, ...] = ()) -> dict[str, Value]:
    """Value by dotted path, for everything that is not a mapping with something in it."""
    if not isinstance(content, dict) or not content:
        return {".".join(path): content} if path else {}
    return {
        name: leaf
        for key, below in content.items()
        for name, leaf in leaves(below, (*path, key)).items()
    }


def touches(one: str, other: str) -> bool:
    """Whether one path leads to or through the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


@given(contents, contents)
@settings(deadline=None)
def test_merged_contents_read_back_by_dotted_path(base: Content, over: Content) -> None:
    result = merged(document(base), document(over)).content
    for path, leaf in leaves(over).items():
        below = _or_none(base, path)
        if leaf == {} and isinstance(below, dict):
            continue
        assert value_at(result, path, "x") == leaf
    for path, leaf in leaves(base).items():
        if not any(touches(path, other) for other in leaves(over)):
            assert value_at(result, path, "x") == leaf
    assert set(leaves(result)) <= set(leaves(base)) | set(leaves(over))


@given(contents)
@settings(deadline=None)
def test_nothing_over_a_content_leaves_it(base: Content) -> None:
    assert merged(document(base), document({})).content == base
    assert merged(None, document(base)).content == base
    assert merged(document(base), document(base)).content == base


@given(contents, st.data())
@settings(deadline=None)
def test_null_removes_exactly_one_thing(base: Content, data: st.DataObject) -> None:
    paths = [path for path in paths_in(base) if all(isinstance(part, str) for part in path)]
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    over: Any = None
    for part in reversed(path):
        over = {part: over}
    result = merged(document(base), document(over)).content
    gone = ".".join(map(str, path))
    assert _or_none(result, gone) is None
    for other, leaf in leaves(base).items():
        if not touches(other, gone):
            assert value_at(result, other, "x") == leaf


@given(contents, contents, st.data())
@settings(deadline=None)
def test_changes_one_by_one_make_the_merged_content(
    base: Content, over: Content, data: st.DataObject
) -> None:
    whole = merged(document(base), document(over)).content
    order = data.draw(st.permutations(list(leaves(over).items())))
    if all(isinstance(node, dict | None) for path, _ in order for node in _on_the_way(base, path)):
        result = changed(document(base), dict(order), base, "changes")
        assert result.content == whole


@given(contents, st.text("abc.012", max_size=8))
@settings(deadline=None)
def test_any_path_reads_a_value_or_is_refused(base: Content, path: str) -> None:
    try:
        value_at(base, path, "x")
    except InputError as error:
        told = str(error)
    else:
        told = ""
    assert told.isprintable()


@given(contents)
@settings(deadline=None)
def test_no_content_causes_any_other_error(content: Content) -> None:
    words = ["population", "policy", "macro", "lenders", "title", "scope"]
    known = dict(zip(words, content.values(), strict=False))
    deeper: list[Content] = [{"policy": {"apr_cap": content}}, {"macro": {"lpr": content}}]
    for tried in (content, known, *deeper):
        try:
            validated(Market, document(tried))
        except InputError as error:
            told = str(error)
        else:
            told = ""
        assert told.isprintable()


def _or_none(content: Content, path: str) -> Value:
    try:
        return value_at(content, path, "x")
    except InputError:
        return None


def _on_the_way(content: Content, path: str) -> list[Value]:
    """What lies at the proper beginnings of a path."""
    parts = path.split(".")
    return [_or_none(content, ".".join(parts[:end])) for end in range(1, len(parts))]


# --- the figures that come with the program -----------------------------------------------------

DATA = scenario_files.SCENARIOS / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def macro_paths() -> MacroSection:
    class Fragment(Parameters):
        macro: MacroSection

    return validated(Fragment, read_yaml_file(DATA / "macro_paths.yaml")).macro


def test_the_prime_rate_is_that_of_the_timeline() -> None:
    lpr = macro_paths().lpr
    rows = [row for row in table("policy_timeline.csv") if row["indicator"] == "1Y LPR"]
    assert len(rows) == 8
    for row in rows:
        month = Month.parse(row["date"][:7])
        assert lpr.at(month) == pytest.approx(float(row["value"]) / 100, abs=1e-12)
    assert lpr.at(Month.of(2030, 12)) == 0.03


def test_unemployment_and_income_growth_start_from_the_facts() -> None:
    facts = {row["indicator"]: row["value"] for row in table("market_facts_to_2024.csv")}
    macro = macro_paths()
    surveyed = float(facts["surveyed urban unemployment (average)"]) / 100
    assert macro.unemployment.at(Month.of(2024, 3)) == pytest.approx(surveyed)
    assert "per capita disposable income (+5.3% nominal)" in [
        row["entity"] for row in table("market_facts_to_2024.csv")
    ] + list(facts)
    assert macro.income_growth.at(Month.of(2024, 6)) == 0.053
    growth = [macro.income_growth.at(Month.of(year, 6)) for year in range(2024, 2031)]
    assert growth == sorted(growth, reverse=True)


def test_digital_adoption_rests_on_the_figures_named() -> None:
    users = {row["indicator"]: row for row in table("report_numbers_used.csv")}
    online = [row for row in table("report_numbers_used.csv") if row["segment"] == "线上小贷"]
    assert float(online[0]["value"]) * 1e8 / 5e8 == pytest.approx(0.8)
    assert users
    core = [row for row in table("opening_balance_2023.csv") if row["kind"] != "bank_direct"]
    balances = [float(row["balance_end_2023_tn"]) for row in core]
    opened = [float(row["online"]) for row in core]
    share = sum(b * o for b, o in zip(balances, opened, strict=True)) / sum(balances)
    assert share == pytest.approx(0.80, abs=0.01)
    macro = macro_paths()
    for year, expected in ((2024, 0.80), (2031, 0.90)):
        month = Month.of(year, 1)
        mix = 0.7 * macro.online_town.at(month) + 0.3 * macro.online_country.at(month)
        assert mix == pytest.approx(expected, abs=0.005)


def test_a_season_moves_spending_not_its_sum() -> None:
    macro = macro_paths()
    for season in (macro.income_season, macro.spending_season):
        assert sum(season) == pytest.approx(12.0)
        assert max(season) / min(season) < 1.25


def test_the_tables_are_whole() -> None:
    rows = {
        "opening_balance_2023.csv": 13,
        "market_facts_to_2024.csv": 141,
        "policy_timeline.csv": 58,
        "seed_targets.csv": 147,
        "report_numbers_used.csv": 3,
    }
    assert {name: len(table(name)) for name in rows} == rows
    listed = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in listed for path in DATA.iterdir() if path.name != "README.md")
