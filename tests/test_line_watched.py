"""Why a watched borrower's lines are not drawn on, were raised, cut or closed."""

from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest

from agents.record import NO_ROUTE, SLOTS
from sim.inspection import Names, changes, snapshot
from sim.line_watched import LineWatched
from sim.line_words import idle_words, review_words
from sim.model import LoanMarket
from sim.watched import Watched, copy_of
from tests.small_market import STRESS, small_scenario

LINE = LineWatched(
    slot=0,
    lender=1,
    line=8_000.0,
    idle="",
    end="",
    late=False,
    reviewed=False,
    debts=3_000.0,
    income=5_000.0,
    risk=0.03,
    worst=0.07,
    cost=0.12,
    ceiling=0.24,
    served=True,
)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"idle": "late"}, "while a payment is missed"),
        ({"idle": "called"}, "has been called"),
        ({"idle": "closed"}, "closed it to further draws"),
        ({"idle": "spare"}, "cheaper lines are asked for all of it"),
        ({"idle": "cut_off", "risk": 0.09}, "expects 9.0% of such customers to go bad in six"),
        ({"idle": "cut_off", "cost": 0.26}, "would need 26.0%, and may ask 24.0% at most"),
        ({"idle": "cut_off"}, "nobody who funds"),
    ],
)
def test_why_a_line_is_left_alone(values: dict[str, Any], words: str) -> None:
    told = idle_words(replace(LINE, **values), "big")
    assert told.startswith("leaves the line of 8,000 yuan with big alone: ")
    assert words in told


@pytest.mark.parametrize("idle", ["", "walked", "used_up"])
def test_what_one_knows_is_not_told(idle: Any) -> None:
    assert idle_words(replace(LINE, idle=idle), "big") == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"end": "gives_way"}, ", which gives way to the new one: nobody can hold more than four"),
        ({"reviewed": True, "late": True}, ": a payment is missed"),
        ({"reviewed": True, "end": "idle"}, ": it was found unused at two half-yearly reviews"),
        ({"reviewed": True}, ": it sees 3,000 yuan owed elsewhere, is told an income of 5,000"),
        ({"reviewed": True, "served": False, "risk": 0.1}, ": its lender expects 10.0% of such"),
    ],
)
def test_why_a_lender_moved_a_line(values: dict[str, Any], words: str) -> None:
    told = review_words(replace(LINE, **values))
    assert told.startswith(words) if words else told == ""


def test_reasons_agree_with_what_happens_to_everybody() -> None:
    """Of all borrowers: a line left alone is not drawn on, one that moved was looked at again."""
    model = LoanMarket(small_scenario(STRESS, burn_in=10), borrowers=150, threads=1)
    model.burn_in()
    watcher = Watched(model, range(150))
    model.borrowers = cast(Any, watcher)
    names, seen = Names(model), Counter[str]()
    for _ in range(8):
        before = [copy_of(cast(Any, model.borrowers[place])) for place in range(150)]
        shots = [snapshot(one) for one in before]
        model.step()
        for place, old in enumerate(before):
            now, lived = cast(Any, model.borrowers[place]), watcher.months[place]
            if now.generation != old.generation:
                assert lived.lines == ()
                continue
            held = [k for k in range(SLOTS) if old.route[k] != NO_ROUTE and old.first_month[k] > 0]
            assert [line.slot for line in lived.lines] == held
            for line in lived.lines:
                k = line.slot
                kept = now.first_month[k] == old.first_month[k]
                if kept and line.idle:
                    assert now.principal_fen[k] <= old.principal_fen[k]
                if kept and now.line_hundred[k] != old.line_hundred[k]:
                    assert line.reviewed
                    assert review_words(line)
                if line.end:
                    assert old.principal_fen[k] == 0
                    assert line.reviewed or line.end == "gives_way"
                seen[line.idle or line.end] += 1
            told = changes(shots[place], snapshot(now), int(model.now), names, lived)
            assert all(one.text for one in told)
    assert {"late", "spare", "idle"} <= set(seen)
