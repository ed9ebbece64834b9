"""Whom something befell is told from the records of two month-ends."""

import numpy as np
import pytest

from agents.record import NO_ROUTE, RECORD
from sim.notable import (
    KEPT_EACH,
    Found,
    Group,
    Notables,
    Records,
    befallen,
    has_access,
    lenders_owed,
)

MONTH = 300
BRANDS = np.array([0, 1, 1, 2])
"""Brand of every route: routes 1 and 2 are of one brand."""


def people(count: int = 1) -> Records:
    """Borrowers without any relationship."""
    records = np.zeros(count, dtype=RECORD)
    records["route"] = NO_ROUTE
    return records


def owing(*routes: int) -> Records:
    """One borrower who owes on these routes."""
    records = people()
    for slot, route in enumerate(routes):
        records["route"][0, slot] = route
        records["principal_fen"][0, slot] = 100_000
    return records


def struck(before: Records, after: Records, had: bool = False) -> set[str]:
    """What befell the only borrower."""
    masks = befallen(before, after, MONTH, BRANDS, np.array([had]))
    return {sort for sort, mask in masks.items() if mask[0]}


@pytest.mark.parametrize(
    ("routes", "lenders"), [((), 0), ((0,), 1), ((1, 2), 1), ((0, 1, 2), 2), ((0, 1, 3), 3)]
)
def test_two_loans_of_one_brand_are_one_lender(routes: tuple[int, ...], lenders: int) -> None:
    assert lenders_owed(owing(*routes), BRANDS)[0] == lenders
    assert ("three_lenders" in struck(people(), owing(*routes))) is (lenders >= 3)


def test_a_default_is_told_in_its_first_month_only() -> None:
    before, after = owing(0), owing(0)
    after["default_month"] = MONTH
    assert struck(before, after) == {"defaulted"}
    before["default_month"] = MONTH - 1
    assert struck(before, after) == set()
    before["default_month"] = MONTH - 20
    assert struck(before, after) == {"defaulted"}


def test_a_search_in_vain_and_giving_up() -> None:
    before, after = people(), people()
    after["episode"] = 1
    assert struck(before, after) == {"in_vain"}
    before["episode"], after["episode"] = 2, -6
    assert struck(before, after) == {"in_vain"}
    assert struck(before, after, had=True) == {"in_vain", "lost_access"}
    assert struck(before, owing(0), had=True) == set()
    before["episode"], after["episode"] = -6, -5
    assert struck(before, after, had=True) == set()


def test_who_may_still_draw_has_access() -> None:
    before, after = people(), people()
    after["episode"] = -6
    after["route"][0, 2], after["line_hundred"][0, 2] = 1, 50
    assert has_access(after)[0]
    assert struck(before, after, had=True) == {"in_vain"}


def test_a_newcomer_brings_nothing_of_his_predecessor() -> None:
    before, after = people(), owing(0, 1, 3)
    after["default_month"], after["generation"] = MONTH, 1
    assert struck(before, after) == set()


def test_those_of_a_group_are_found() -> None:
    east, west = Group("farmer", "east", True), Group("consumer", "west", False)
    those = Notables(
        {("defaulted", east): [Found(7, "2024-03")], ("defaulted", west): [Found(3, "2025-01")]},
        {("defaulted", east): 12, ("defaulted", west): 30},
    )
    assert those.of("defaulted", "", "", None) == [Found(3, "2025-01"), Found(7, "2024-03")]
    assert those.of("defaulted", "farmer", "", None) == [Found(7, "2024-03")]
    assert those.of("defaulted", "", "", False) == [Found(3, "2025-01")]
    assert those.of("in_vain", "", "", None) == []
    assert those.count("defaulted", "", "east", None) == 12
    assert those.count("defaulted", "", "", None) == 42
    assert KEPT_EACH > 1
