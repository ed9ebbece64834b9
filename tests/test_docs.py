"""The documentation says what is there: parameters, places in the code, commands."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from docs.origins import CONFIRMED, Origin, matching, origins, values_of
from docs.parameters import OTHER_CONSTANTS, PAGE, constants, page
from sim.core.errors import InputError
from sim.core.parameters import parameter_table
from sim.core.tables import TABLES, TableError
from sim.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]

PLACE = re.compile(r"\]\(\.\./([^)]+)\)((?:,? `[\w.]+`)+)")
"""A link to a file followed by what is found there."""


@cache
def symbols(path: Path) -> set[str]:
    """Everything a module defines: functions, classes, constants, and their own, dotted or not."""

    def names(body: list[ast.stmt], above: str) -> set[str]:
        found: set[str] = set()
        for node in body:
            match node:
                case ast.ClassDef(name=name, body=inner):
                    found |= {name, above + name} | names(inner, f"{name}.")
                case ast.FunctionDef(name=name):
                    found |= {name, above + name}
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found |= {name, above + name}
                case ast.Assign(targets=targets):
                    inside = [leaf for target in targets for leaf in ast.walk(target)]
                    here = {leaf.id for leaf in inside if isinstance(leaf, ast.Name)}
                    found |= here | {above + name for name in here}
                case _:
                    pass
        return found

    return names(ast.parse(path.read_text(encoding="utf-8")).body, "")


def is_there(path: str, symbol: str) -> bool:
    """Whether a file has a symbol, the tables a column, a scenario file a value."""
    if not (ROOT / path).is_file():
        return False
    if path == "sim/core/tables.py" and "." in symbol:
        table, column = symbol.split(".")
        try:
            return table in TABLES and bool(TABLES[table].column(column))
        except TableError:
            return False
    if path.endswith(".yaml"):
        try:
            load_scenario(ROOT / path).value_at(symbol)
        except InputError:
            return False
        return True
    return symbol in symbols(ROOT / path)


def places(text: str) -> list[tuple[str, str]]:
    """Every (file, symbol) that a page names."""
    return [
        (path, symbol)
        for path, named in PLACE.findall(text)
        for symbol in re.findall(r"`([\w.]+)`", named)
    ]


class TestParameters:
    def test_the_page_is_up_to_date(self) -> None:
        assert PAGE.read_text(encoding="utf-8") == page(), "run docs/parameters.py"

    def test_every_row_says_what_it_is_and_where_from(self) -> None:
        for row in parameter_table(Scenario):
            assert row.provenance in {"sourced", "calibrated", "assumed"}, row.path
            assert row.description, row.path
            assert row.provenance != "sourced" or row.source, row.path

    def test_constants_say_where_they_come_from(self) -> None:
        rows = list(constants())
        assert {"TAX", "REACH_FROM_USERS", "SLOTS", "LGD"} <= {
            name for row in rows for name in row.values
        }
        listed = {(row.path, next(iter(row.values))) for row in rows}
        named = {(path, name) for path, names in OTHER_CONSTANTS.items() for name in names}
        assert {place for place in named if place[1] != "*"} <= listed
        assert {row.provenance for row in rows} <= {"sourced", "calibrated", "assumed", "defined"}


class TestOrigins:
    KNOWN = values_of(load_scenario("observed"))

    def test_every_value_named_is_there_and_named_once(self) -> None:
        named = [path for origin in origins() for path in origin.paths]
        assert [path for path in named if not matching(path, self.KNOWN)] == []
        found = [path for name in named for path in matching(name, self.KNOWN)]
        assert sorted(found) == sorted(set(found))

    @pytest.mark.parametrize("origin", origins(), ids=lambda origin: origin.paths[0])
    def test_a_value_is_the_figure_that_it_rests_on(self, origin: Origin) -> None:
        assert origin.provenance in {"sourced", "calibrated", "assumed"}
        assert origin.provenance != "calibrated" or origin.words, "calibrated against what?"
        if not origin.file:
            assert origin.words or origin.provenance == "assumed"
            return
        figure, remark = origin.figure()
        value = origin.value(load_scenario("observed"))
        assert value == pytest.approx(figure, rel=max(origin.within, 1e-9))
        assert origin.provenance != "sourced" or remark.startswith(CONFIRMED)

    def test_the_figure_is_read_from_the_table(self) -> None:
        prime = next(origin for origin in origins() if origin.paths == ("macro.lpr.2025-05",))
        assert prime.figure() == (pytest.approx(0.03), "seen in source")
        with pytest.raises(InputError, match="has 0 rows"):
            replace(prime, date="2031-01").figure()

    def test_a_brands_opening_is_what_the_burn_in_is_steered_to(self) -> None:
        """Every lender with a brand opens on a balance and a price that a row names."""
        named = {path for origin in origins() for path in origin.paths}
        lenders = load_scenario("observed").lenders.items()
        brands = [name for name, setup in lenders if setup.balance > 0]
        assert [name for name in brands if f"lenders.{name}.balance" not in named] == []


class TestWhereItLives:
    TEXT = (DOCS / "where-it-lives.md").read_text(encoding="utf-8")

    def test_every_place_exists(self) -> None:
        named = places(self.TEXT)
        assert len(named) > 80
        assert [place for place in named if not is_there(*place)] == []

    def test_every_row_says_where_or_what_is_missing(self) -> None:
        rows = [line.split("|")[1:-1] for line in self.TEXT.splitlines() if line.startswith("| ")]
        assert len(rows) > 30
        assert [row[0] for row in rows if not row[1].strip() and "not yet" not in row[2]] == []

    @pytest.mark.parametrize(
        ("path", "symbol"),
        [
            ("agents/lender.py", "LenderKind.nothing"),
            ("agents/nobody.py", "Bank"),
            ("sim/core/tables.py", "market.nothing"),
            ("sim/core/tables.py", "nothing.balance"),
            ("scenarios/observed.yaml", "kinds.nothing"),
        ],
    )
    def test_a_place_that_is_not_there_is_found(self, path: str, symbol: str) -> None:
        assert not is_there(path, symbol)


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(file: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (file.parent / target).exists()] == []


def test_code_named_in_the_odd_exists() -> None:
    named = places((DOCS / "odd.md").read_text(encoding="utf-8"))
    assert len(named) > 60
    assert [place for place in named if not is_there(*place)] == []


@cache
def help_of(command: tuple[str, ...]) -> str:
    """What a command of the program says about itself."""
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *command, "--help"],
        capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else ""


def commands(text: str) -> list[list[str]]:
    """The words of every use of the program in code, in lines or blocks."""
    code = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    lines = [line for block in code for line in block.splitlines()]
    found = [re.match(r"\s*(?:\S*/)?loansim\s+(.+)", line) for line in lines]
    return [match[1].split("#")[0].split() for match in found if match]


@pytest.mark.parametrize("file", READMES, ids=lambda path: path.name)
class TestReadme:
    def test_commands_are_those_of_the_program(self, file: Path) -> None:
        shown = commands(file.read_text(encoding="utf-8"))
        assert {words[0] for words in shown} >= {"run", "inspect"}
        for words in shown:
            nested = words[0] == "sweep" or words[:2] == ["scenarios", "list"]
            command = tuple(words[:2]) if nested else (words[0],)
            text = help_of(command)
            assert text, words
            options = {word for word in words if word.startswith("--")}
            assert [option for option in options if option not in text] == []

    def test_targets_are_those_of_make(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        shown = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert {"run", "test", "setup"} <= shown
        assert shown <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
