"""A borrower's life in words: each change of state is told once, and nothing else is."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from agents.loan import ONLINE, WALKED
from agents.record import EVER_90
from agents.routes import MILLION, NOBODY, Route
from sim.inspection import Names, Relationship, Snapshot, changes, debts, portrait, snapshot

MONTH = 300

LOAN = Relationship(
    route=0,
    product=0,
    first_month=290,
    line=8_000.0,
    principal=4_000.0,
    all_in=0.182,
    months_left=8,
    missed=0,
    online=True,
    walked=False,
    ever_90=False,
)
NOW = Snapshot(
    segment=1,
    region=0,
    rural=True,
    generation=0,
    income=4_900.0,
    buffer=700.0,
    in_spell=False,
    wanted=0.0,
    urgent=0,
    episode=0,
    slots=(LOAN, None),
)


@pytest.fixture
def names() -> Names:
    """Names of a model with two brands; the second one guarantees what a bank funds."""
    rows = [
        Route(0, NOBODY, "own", MILLION, "bank"),
        Route(1, 2, "guaranteed", 0, "facilitation"),
        Route(1, NOBODY, "own", MILLION, "facilitation"),
        Route(0, 2, "joint", 300_000, "bank"),
    ]
    lenders = [SimpleNamespace(name=name) for name in ("bigtech_1", "fintech_1", "bank_1")]
    model: Any = SimpleNamespace(
        settings=SimpleNamespace(
            segments={"consumer": None, "micro": None},
            regions={"coast": None},
            products={"cash_line": None},
        ),
        market=SimpleNamespace(book=SimpleNamespace(rows=rows), lenders=lenders),
    )
    return Names(model)


def told(names: Names, before: Snapshot, after: Snapshot) -> str:
    """What is said of a month, in one line."""
    return " | ".join(line.text for line in changes(before, after, MONTH, names))


def with_loan(**values: Any) -> Snapshot:
    """NOW with its loan changed."""
    return replace(NOW, slots=(replace(LOAN, **values), None))


def test_a_quiet_month_is_not_told(names: Names) -> None:
    assert changes(NOW, NOW, MONTH, names) == []
    assert changes(NOW, replace(NOW, buffer=900.0), MONTH, names) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"principal": 3_600.0}, "pays big-tech platform 1; 3,600 yuan left (400 yuan less)."),
        (
            {"principal": 5_000.0},
            "draws on the line with big-tech platform 1: owes 5,000 yuan, 1,000 more",
        ),
        (
            {"principal": 0.0},
            "has paid big-tech platform 1 off; the line of 8,000 yuan stays open.",
        ),
        (
            {"missed": 1},
            "misses a payment to big-tech platform 1: 1 to 30 days late on 4,000 yuan.",
        ),
        ({"missed": 3}, "61 to 90 days late"),
        ({"missed": 4, "ever_90": True}, "is now more than 90 days late with big-tech platform 1"),
        (
            {"walked": True},
            "stops paying big-tech platform 1 for good: little is left to lose there.",
        ),
        ({"line": 9_000.0}, "big-tech platform 1 raises the line from 8,000 yuan to 9,000 yuan."),
        ({"line": 5_000.0}, "big-tech platform 1 cuts the line from 8,000 yuan to 5,000 yuan."),
        ({"line": 0.0}, "big-tech platform 1 closes the line of 8,000 yuan."),
    ],
)
def test_what_happens_to_a_loan(names: Names, values: dict[str, Any], expected: str) -> None:
    sentence = told(names, NOW, with_loan(**values))
    assert expected in sentence
    assert "|" not in sentence  # once


def test_a_line_without_room_is_not_called_open(names: Names) -> None:
    closed = with_loan(line=0.0)
    assert (
        told(names, closed, with_loan(line=0.0, principal=0.0))
        == "has paid big-tech platform 1 off."
    )
    assert told(names, closed, NOW) == "big-tech platform 1 opens the line again, up to 8,000 yuan."
    ended = replace(NOW, slots=(None, None))
    empty = with_loan(line=0.0, principal=0.0)
    assert told(names, empty, ended) == "the relationship with big-tech platform 1 ends."


def test_catching_up_in_part_and_whole(names: Names) -> None:
    late = with_loan(missed=2)
    assert told(names, late, with_loan(missed=1)) == "catches up in part with big-tech platform 1."
    assert told(names, late, with_loan(missed=0)) == "is up to date again with big-tech platform 1."
    assert "pays big-tech platform 1 one month, but stays 31 to 60 days late" in told(
        names, late, late
    )


def test_a_guarantor_takes_over(names: Names) -> None:
    before = with_loan(route=1, missed=3)
    after = with_loan(route=2, missed=4, ever_90=True)
    assert told(names, before, after).startswith(
        "fintech platform 1 takes the loan onto its own books, as it had guaranteed."
    )


def test_beginnings_and_ends(names: Names) -> None:
    nothing = replace(NOW, slots=(None, None))
    fresh = with_loan(route=1, first_month=MONTH)
    assert told(names, nothing, fresh) == (
        "borrows 4,000 yuan from fintech platform 1, online, funded by bank 1, guaranteed by the "
        "brand: cash loan, 18.2% all-in, 8 months, line 8,000 yuan."
    )
    assert "lent together with bank 1" in told(names, nothing, with_loan(route=3))
    assert "at a branch" in told(names, nothing, with_loan(online=False))
    assert told(names, with_loan(missed=6), nothing) == (
        "big-tech platform 1 charges off 4,000 yuan after 7 missed months."
    )
    assert "closes an unused line of 8,000 yuan" in told(names, with_loan(principal=0.0), nothing)
    assert "repays the last 4,000 yuan" in told(names, NOW, nothing)


def test_one_slot_can_end_and_begin_in_a_month(names: Names) -> None:
    sentence = told(names, with_loan(principal=0.0), with_loan(route=1, first_month=MONTH))
    assert sentence.startswith(
        "big-tech platform 1 closes an unused line of 8,000 yuan. | borrows 4,000"
    )


def test_work_and_search(names: Names) -> None:
    out = replace(NOW, in_spell=True)
    assert told(names, NOW, out) == "loses work or business; income falls."
    assert told(names, out, NOW) == "is earning again."
    seeking = replace(NOW, wanted=1_200.0, urgent=2, episode=1)
    assert told(names, NOW, seeking) == (
        "wants 1,200 yuan to pay what falls due and has no loan after 1 month of searching."
    )
    given_up = replace(seeking, episode=-6)
    assert "gives up for 6 months" in told(names, replace(seeking, episode=2), given_up)


def test_a_newcomer_takes_the_place(names: Names) -> None:
    newcomer = replace(NOW, generation=1, slots=(None, None))
    sentence = told(names, replace(NOW, slots=(None, None)), newcomer)
    assert sentence.startswith(
        "leaves the market; somebody new takes the place: owner of a micro-enterprise"
    )


def test_the_portrait_and_the_debts(names: Names) -> None:
    assert portrait(NOW, names) == (
        "owner of a micro-enterprise, coast, countryside; lasting income about 4,900 yuan a month "
        "at the incomes of the opening, 700 yuan at hand."
    )
    assert debts(with_loan(missed=1), names) == [
        "owes big-tech platform 1 4,000 yuan at 18.2%, 1 to 30 days late"
    ]
    assert debts(with_loan(principal=0.0), names) == []
    assert with_loan(missed=1).owed == 4_000.0


def test_a_snapshot_reads_a_record_in_its_units() -> None:
    borrower: Any = SimpleNamespace(
        segment=1,
        region=0,
        rural=1,
        generation=0,
        log_income_e3=13_102,
        buffer_fen=70_000,
        in_spell=0,
        wanted_fen=0,
        urgent=0,
        episode=0,
        route=[0, -1],
        product=[0, 0],
        first_month=[290, 0],
        line_hundred=[80, 0],
        principal_fen=[400_000, 0],
        contract_bp=[1_500, 0],
        fee_bp=[320, 0],
        months_left=[8, 0],
        missed=[0, 0],
        flags=[ONLINE, 0],
    )
    taken = snapshot(borrower)
    assert taken.slots == (LOAN, None)
    assert (taken.buffer, taken.rural) == (700.0, True)
    assert taken.income == pytest.approx(4_900, rel=0.001)
    borrower.flags = [ONLINE + EVER_90 + WALKED, 0]
    slot = snapshot(borrower).slots[0]
    assert slot is not None
    assert slot.ever_90
    assert slot.walked
