"""A walk tells what the model did: counts, debts, books and parts of prices agree with it."""

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.messages import CAP, RISK
from sim.cli import main
from sim.core.errors import InputError
from sim.model import LoanMarket
from sim.rivalry import answered_markups, markup_answers
from sim.scenario import load_scenario
from sim.walk_command import SEED, answer
from sim.walk_words import lender_lines, lender_number, month_lines, requests, sections, told_of
from sim.walking import Walk

MONTHS = 6


@pytest.fixture(scope="module")
def walk() -> Walk:
    """Six months of the classroom."""
    found = Walk.begin(load_scenario("classroom"), 200, SEED)
    for _ in range(MONTHS):
        found.step()
    return found


def page(walk: Walk, month: int, everybody: bool = False) -> str:
    """A month's page on one line."""
    lines = month_lines(walk, walk.months[month], 80, everybody)
    return " ".join(" ".join(lines).split())


def test_debts_add_up_to_the_lenders_loans(walk: Walk) -> None:
    for walked in walk.months:
        owed = sum(borrower.owed for borrower in walked.after)
        assert owed == pytest.approx(sum(books.loans for books in walked.books.values()), abs=0.01)
        assert owed > 500_000


def test_requests_are_those_that_the_tables_count(walk: Walk) -> None:
    table = walk.model.recorder.tables()["lenders"]
    for walked, (_, rows) in zip(walk.months, table.groupby("month"), strict=True):
        asked, offered = requests(walked)
        names = {number: books.name for number, books in walked.books.items()}
        counted = rows.set_index("lender")
        for number, name in names.items():
            weight = walk.model.weight
            assert asked.get(number, 0) * weight == counted.loc[name, "applications"]
            assert offered.get(number, 0) * weight == counted.loc[name, "approvals"]
            assert walked.books[number].equity * weight == pytest.approx(
                counted.loc[name, "equity"]
            )
    assert sum(sum(requests(walked)[0].values()) for walked in walk.months) > 20


def test_a_price_is_cost_and_markup_up_to_the_ceiling(walk: Walk) -> None:
    checked = 0
    for walked in walk.months:
        assert set(walked.prices) == set(walked.books)
        for parts in walked.prices.values():
            if parts.asked > 0:
                made = min(parts.break_even + parts.markup, parts.ceiling)
                assert parts.asked == pytest.approx(made, abs=1.01e-4)
                assert min(parts.running, parts.winning, parts.loss) > 0
                checked += 1
    assert checked >= 4 * MONTHS


def test_parts_of_the_markup_aimed_at_make_it(walk: Walk) -> None:
    model = walk.model
    brands = [x for x in model.market.lenders if x.is_brand and x.state.status == "open"]
    limits = model.settings.policy.at(model.now, 0.0345)
    given: tuple[Any, ...] = (model.market, brands, limits, model.settings.rivalry)
    assert sum(markup_answers(*given)) == pytest.approx(answered_markups(*given), abs=0)
    for row, lender in enumerate(brands):
        aim = walk.months[-1].aims[lender.number]
        assert aim.target in answered_markups(*given)[row].tolist()


def test_everybody_is_told_of_once_with_the_reason_of_every_refusal(walk: Walk) -> None:
    refusals = 0
    for number, walked in enumerate(walk.months):
        told = page(walk, number, everybody=True)
        places = [place for section in sections(walk, walked) for place in section.places]
        assert len(places) == len(set(places))
        busy = [
            place
            for place in range(len(walked.after))
            if not all(line.routine for line in told_of(walk, walked, place))
        ]
        assert sorted(places) == busy
        asked = [a for lived in walked.lived.values() for a in lived.answers if a.asked]
        refused = [a for a in asked if a.cause in (RISK, CAP) and a.offer == 0]
        assert told.count("which refuses:") == sum(a.offer == 0 for a in asked)
        refusals += len(refused)
        assert len(page(walk, number)) < len(told)
    assert refusals > 5


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_month_fits_the_terminal(walk: Walk, width: int) -> None:
    lines = list(month_lines(walk, walk.months[-1], width, everybody=True))
    assert max(map(len, lines)) <= width
    lender = lender_number(walk, "bigtech_1")
    assert max(map(len, lender_lines(walk, lender, width))) <= width


def test_the_months_debts_are_the_sum_of_the_loans(walk: Walk) -> None:
    for month, walked in enumerate(walk.months):
        loans = sum(books.loans for books in walked.books.values())
        assert f"all owe {loans:,.0f} yuan" in page(walk, month)


def test_keys(walk: Walk) -> None:
    life = " ".join(answer(walk, "b 52", 80))
    assert life.startswith("Borrower 52: ")
    assert f"At the end of {walk.model.now}" in life
    firm = "\n".join(answer(walk, "l bigtech_1", 80))
    assert all(word in firm for word in ("cost of money", "markup", "lawful ceiling", "equity"))
    assert lender_number(walk, "bigtech") == lender_number(walk, "big-tech platform 1")
    for wrong, said in {
        "b 200": "0 to 199",
        "l bigteck_1": "Did you mean 'bigtech_1'",
        "x": "no key 'x'",
        "0": "no month",
    }.items():
        with pytest.raises(InputError, match=said):
            list(answer(walk, wrong, 80))


def test_without_a_terminal_keys_are_read_from_the_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "walk", "--borrowers", "100"],
        input="2\nb 3\nl fintech_1\nl nobody\nq\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "--- 2024-02" in done.stdout
    assert "--- 2024-01" not in done.stdout
    assert "Borrower 3: " in done.stdout
    assert "no lender 'nobody'" in done.stdout
    assert done.stderr == ""


def test_the_exercises_run_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each from the opening, as its page says; and the scenario of the last one."""
    text = (Path(__file__).parents[1] / "docs" / "classroom.md").read_text(encoding="utf-8")
    shown = {}
    for exercise in re.split(r"(?m)^### ", text)[1:]:
        for keys in re.findall(r"```keys\n(.*?)```", exercise, re.DOTALL):
            monkeypatch.setattr("sys.stdin", io.StringIO(keys))
            assert main(["walk"]) == 0
            shown[exercise[0]] = " ".join(capsys.readouterr().out.split())
    assert sorted(shown) == ["1", "2", "3", "4", "5"]
    assert not any("no key" in told or "after the first month" in told for told in shown.values())
    for words in ("which refuses: it expects", "No lender comes to mind"):
        assert words in shown["1"]
    for words in ("Default or are written off", "Fall behind"):
        assert words in shown["2"]
    assert shown["3"].count("expected loss") == 2
    assert "--- 2027-12" in shown["4"]
    assert "it asks 12.0%, the lawful ceiling" in shown["4"]
    assert "lawful ceiling 24.0%" in shown["4"]
    assert "all owe" in shown["5"]
    (own,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "my_town.yaml").write_text(own, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["walk", "my_town.yaml", "--months", "2"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "has to earn, that does not fit under the ceiling of 12.0%" in told


def test_the_classroom_keeps_its_lenders_with_its_usual_seed() -> None:
    """What `loansim walk` says of its seed; and the books are proved every month."""
    model = LoanMarket(load_scenario("classroom"), borrowers=200, seed=SEED, threads=1, audit=True)
    model.burn_in()
    for _ in range(84):
        model.step()
    tables = model.recorder.tables()
    market = tables["market"]
    assert (market["lenders"] == 5).all()
    assert market["balance"].iloc[0] == pytest.approx(1.0e10, rel=0.2)
    assert market["apr_new"].between(0.05, 0.36).all()
    assert market["default_rate_12m"].iloc[12:].between(0.005, 0.2).all()
