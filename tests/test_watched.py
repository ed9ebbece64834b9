"""Watching a borrower changes nothing, and what is told of all adds up to what is counted."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from agents.messages import CAP, FUNDING, PRICE, RISK, SUSPECTED, UNREACHABLE
from sim.model import LoanMarket
from sim.search_words import answer_words, counted_words, search_lines, unasked
from sim.watched import Answer, MonthWatched, Watched
from tests.small_market import STRESS, assert_equal_tables, small_scenario, stepped, tables_of

BORROWERS, MONTHS = 100, 8
CAUSES = {
    "unmet_risk": RISK,
    "unmet_cap": CAP,
    "unmet_price": PRICE,
    "unmet_funding": FUNDING,
    "unmet_unreachable": UNREACHABLE,
}


def watched_by(model: LoanMarket, count: int) -> Watched:
    """A watcher of the first `count` borrowers."""
    watcher = Watched(model, range(count))
    model.borrowers = cast(Any, watcher)
    return watcher


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_watching_changes_nothing(executor: str) -> None:
    scenario = small_scenario(STRESS, burn_in=4)
    settings = {"borrowers": 300, "executor": executor, "threads": 1}
    model = LoanMarket(scenario, audit=True, **cast(dict[str, Any], settings))
    model.burn_in()
    watcher = watched_by(model, 5)
    stepped(model, 6)
    assert sorted(watcher.months) == [0, 1, 2, 3, 4]
    assert_equal_tables(
        model.recorder.tables(), tables_of(scenario, months=6, **cast(dict[str, Any], settings))
    )


@pytest.mark.parametrize(
    "changes",
    [
        STRESS,
        STRESS | {"policy.apr_cap": {"steps": {"2024-01": {"level": 0.12}}}},
        STRESS | {f"segments.{name}.reservation": 0.05 for name in ("consumer", "low_income")},
        STRESS | {"policy.funding_freeze.all": {"steps": {"2024-01": {"level": 1.0}}}},
    ],
    ids=["stress", "low cap", "nobody pays much", "no money"],
)
def test_what_is_told_of_everybody_is_what_is_counted(changes: dict[str, Any]) -> None:
    model = LoanMarket(small_scenario(changes, burn_in=8), borrowers=BORROWERS, threads=1)
    model.burn_in()
    watcher = watched_by(model, BORROWERS)
    told: list[list[MonthWatched]] = []
    for _ in range(MONTHS):
        model.step()
        told.append(list(watcher.months.values()))
    market = model.recorder.tables()["market"]
    for month, counted in zip(told, market.itertuples(), strict=True):
        answers = [answer for one in month for answer in one.answers]
        asked = sum(answer.asked for answer in answers)
        offered = sum(answer.offer > 0 for answer in answers)
        assert asked * model.weight == pytest.approx(counted.applications)
        assert offered * model.weight == pytest.approx(counted.approvals)
        closed = {one.closed_for for one in month} - {0}
        assert closed == {c for name, c in CAUSES.items() if getattr(counted, name) > 0}
    everybody = [one for month in told for one in month]
    assert sum(answer.asked for one in everybody for answer in one.answers) > 30
    for one in everybody:
        for answer in one.answers:
            check_reason(answer)


def check_reason(answer: Answer) -> None:
    """A refusal names the comparison that it rests on, and that comparison holds."""
    words = answer_words(answer, 1.0)
    if answer.offer > 0:
        assert words.startswith("offers")
        assert answer.line >= answer.smallest
    elif answer.asked and answer.cause == CAP:
        assert "may ask" in words
        assert answer.cost > answer.ceiling
    elif answer.asked and answer.cause == SUSPECTED:
        assert "forged" in words
    elif answer.asked:
        assert answer.cause == RISK
        reasons = ("expects", "funds its loans", "no room for a line", "less than the smallest")
        assert sum(reason in words for reason in reasons) == 1
        assert ("expects" in words) == (answer.risk > answer.worst)


def answer_of(**values: Any) -> Answer:
    """A refusal for risk, changed."""
    usual: dict[str, Any] = {
        "lender": 0,
        "asked": True,
        "posted": 0.15,
        "cause": RISK,
        "risk": 0.124,
        "worst": 0.07,
        "cost": 0.2,
        "ceiling": 0.24,
        "line": 0.0,
        "smallest": 500.0,
        "priced": False,
        "offer": 0.0,
    }
    return Answer(**usual | values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "refuses: it expects 12.4% of such borrowers to go bad in six months, and takes 7.0%"),
        ({"cause": SUSPECTED}, "refuses: it takes the papers for forged"),
        ({"risk": 0.05}, "refuses: nobody who funds its loans takes this risk"),
        ({"risk": 0.05, "priced": True}, "income leaves no room for a line"),
        (
            {"risk": 0.05, "priced": True, "line": 300.0},
            "a line of 300 yuan, less than the smallest loan of this sort (500 yuan)",
        ),
        (
            {"cause": CAP, "risk": 0.05, "cost": 0.271},
            "at this risk (5.0% go bad in six months) it would need 27.1%, and may ask 24.0% at",
        ),
        ({"offer": 0.179, "line": 9_000.0}, "offers a line of 9,000 yuan at 17.9%"),
        (
            {"offer": 0.231, "line": 9_000.0},
            "at 23.1%: too dear, the most for this borrower is 21.0%",
        ),
    ],
)
def test_causes_are_told_apart(values: dict[str, Any], words: str) -> None:
    assert words in answer_words(answer_of(**values), 0.21)


def month_of(**values: Any) -> MonthWatched:
    """A month without a search, changed."""
    usual: dict[str, Any] = {
        "income": 5_000.0,
        "lasting": 5_000.0,
        "essentials": 2_000.0,
        "due": 0.0,
        "answers": (),
        "searched": False,
        "full": False,
        "most": 0.21,
        "held_back": (),
        "closed_for": 0,
    }
    return MonthWatched(**usual | values)


def test_a_search_in_lines() -> None:
    name: Callable[[int], str] = "lender {}".format
    assert list(search_lines(month_of(), name)) == []
    assert list(search_lines(month_of(searched=True), name)) == ["no lender comes to mind."]
    crowd = month_of(searched=True, full=True, answers=(answer_of(asked=False),))
    assert "as many lenders as anybody can have" in next(search_lines(crowd, name))
    assert unasked(crowd, name) == "came to mind too, and was not asked: lender 0."
    lines = list(search_lines(month_of(searched=True, answers=(answer_of(lender=3),)), name))
    assert lines[0].startswith("asks lender 3, which refuses")
    short = list(search_lines(month_of(held_back=((2, 0.83),)), name))
    assert short == [
        "lender 2 has not the money for it: it can pay out 83% of what is asked of it this month."
    ]


def test_every_cause_of_unmet_demand_has_its_words() -> None:
    assert counted_words(0) == ""
    assert len({counted_words(cause) for cause in CAUSES.values()}) == len(CAUSES)
