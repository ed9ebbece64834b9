"""What the wide market needs beside the core: good characters, and banks that go digital."""

from typing import Any

import numpy as np
import pytest

from agents.borrower import be_born, be_placed
from agents.loan import ONLINE
from agents.underwriting import character
from sim.core.months import Month
from sim.model import LoanMarket
from tests.agents.people import a_borrower, a_world
from tests.small_market import lived_month, opened_market, small_scenario, stepped, tables_of

PEOPLE = 2_000


def born(world: Any, many: int = 2_000) -> list[Any]:
    people = []
    for place in range(many):
        b = a_borrower()
        be_placed(b, place, world)
        be_born(b, place, world)
        people.append(b)
    return people


def test_character_moves_stability_and_willingness_of_its_segment_alone() -> None:
    plain, good = a_world(), a_world(character=np.array([1.5, 0.0, 0.0, 0.0]))
    for before, after in zip(born(plain), born(good), strict=True):
        moved = 1_500 if before.segment == 0 else 0
        assert after.quality_e3 - before.quality_e3 == pytest.approx(moved, abs=1)
        assert after.willingness_e3 - before.willingness_e3 == pytest.approx(moved, abs=1)
        assert character(after) - character(before) == pytest.approx(moved * 2 / 1414.0, abs=0.01)
        assert after.log_income_e3 == before.log_income_e3


def test_a_segment_of_good_character_defaults_less_often() -> None:
    """And pays less for it: lenders see part of it."""
    rates, prices = [], []
    for mean in (-0.5, 0.0, 1.5):
        scenario = small_scenario({"segments.consumer.character": mean}, burn_in=8)
        segments = tables_of(scenario, months=20, borrowers=PEOPLE)["segments"]
        late = segments[(segments["segment"] == "consumer") & segments["active"].gt(0)].tail(36)
        rates.append(float(np.average(late["default_rate_12m"], weights=late["active"])))
        prices.append(float(np.average(late["apr_new"], weights=late["originations"] + 1)))
    assert rates[0] > rates[1] > rates[2]
    assert prices[1] > prices[2]


DIGITAL = {"2024-01": "0%", "2024-07": "60%", "2024-12": "100%"}


def offline_going_digital(path: dict[str, str] | None) -> LoanMarket:
    changes: dict[str, object] = {} if path is None else {
        "kinds.small_loan_offline.online_path": path
    }  # fmt: skip
    return opened_market(small_scenario(changes, burn_in=8), borrowers=PEOPLE)


def test_a_kind_goes_digital_along_its_path() -> None:
    kind = offline_going_digital(DIGITAL).settings.kinds["small_loan_offline"]
    months = [Month.of(2023, 6), *(Month.of(2024, m) for m in (1, 4, 7, 12)), Month.of(2028, 1)]
    assert [kind.online_in(month) for month in months] == pytest.approx([0, 0, 0.3, 0.6, 1, 1])
    assert kind.model_copy(update={"online_path": None}).online_in(months[-1]) == kind.online


def new_lines(model: LoanMarket) -> tuple[int, int]:
    """Lines that the offline lender opened in the last month, and those opened online."""
    (offline,) = [lender.number for lender in model.market.lenders if lender.name == "offline"]
    records = model.borrowers.snapshot()
    mine = [n for n, route in enumerate(model.market.book) if route.brand == offline]
    new = np.isin(records["route"], mine) & (records["first_month"] == int(model.now))
    return int(new.sum()), int((new & (records["flags"] & ONLINE > 0)).sum())


def test_what_goes_digital_opens_lines_online_for_who_is_online() -> None:
    model = offline_going_digital(DIGITAL)
    before, after = [0, 0], [0, 0]
    for _ in range(20):
        found = new_lines(stepped(model, 1))
        into = before if model.now < Month.of(2024, 2) else after
        if model.now < Month.of(2024, 2) or model.now >= Month.of(2024, 12):
            into[0] += found[0]
            into[1] += found[1]
    assert before[0] > 0 == before[1]
    assert after[0] >= after[1] > 0.5 * after[0]


def test_without_counters_only_people_online_are_reached() -> None:
    reached = []
    for path in (None, {"2024-01": "100%"}):
        model = offline_going_digital(path)
        (place,) = [n for n, lender in enumerate(model.market.lenders) if lender.name == "offline"]
        pull = lived_month(model).terms.pull[..., place]
        reached.append((bool(pull[..., 0].any()), bool(pull[..., 1].any())))
    assert reached == [(True, True), (False, True)]
