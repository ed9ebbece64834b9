"""Technology: what adoption does to a lender's data and costs, when it pays, who pays for it."""

from typing import Any

import numpy as np
import pytest

from agents.technology import Effects, Situation, expected_saving, left, membership, steps
from agents.technology_parameters import TECHNOLOGIES, Technologies, Technology
from sim.core.months import Month

NOW = Month.of(2026, 6)
LEDGER = TECHNOLOGIES.index("shared_ledger")
AI = TECHNOLOGIES.index("ai")
NONE = (0.0, 0.0, 0.0, 0.0)


def with_ai(**facts: Any) -> Technologies:
    """Only AI: a tenth of operating cost for a million yuan a year, in ten months."""
    usual = {"operating": 0.1, "running": 1e6, "months": 10}
    return Technologies(ai=Technology(**usual | facts))


def at(balance: list[float], *, support: float = 0.0, unseen: float = 0.5) -> Situation:
    """Lenders of these sizes, one firm each, with a running cost of 3% and losses of 5%."""
    size = np.array(balance)
    many = len(balance)
    return Situation(
        balance=size,
        total=size,
        operating=np.full(many, 0.03),
        realised=np.full(many, 0.05),
        unseen=np.full(many, unseen),
        support=np.full((many, len(TECHNOLOGIES)), support),
    )


def nobody(many: int) -> Any:
    return np.zeros((many, len(TECHNOLOGIES)))


def test_a_technology_that_nothing_is_said_about_changes_nothing() -> None:
    effects = Effects.of(Technologies())
    everything = (1.0, 1.0, 1.0, 1.0)
    for name in Effects.__annotations__:
        assert left(getattr(effects, name), everything) == 1.0
    assert membership(effects.network, everything) == 0.0
    for support in (0.0, 1.0):
        assert not steps(nobody(1), at([1e15], support=support), Technologies(), NOW).any()


def test_effects_multiply_what_is_left() -> None:
    assert left((0.5, 0.2, 0.0, 0.0), (1.0, 0.5, 1.0, 1.0)) == pytest.approx(0.45)
    assert left((0.5, 0.2, 0.0, 0.0), NONE) == 1.0


def test_it_is_adopted_where_the_lender_is_large_enough() -> None:
    """0.3% of 333 million is a million."""
    taken = steps(nobody(3), at([3.2e8, 3.4e8, 1e12]), with_ai(), NOW)
    assert taken[:, AI].tolist() == pytest.approx([0.0, 0.1, 0.1])
    assert taken.sum() == taken[:, AI].sum()


def test_the_cost_of_adopting_counts_too() -> None:
    dear = with_ai(adopting=5e6)
    assert steps(nobody(1), at([3.4e8]), dear, NOW)[0, AI] == 0.0
    assert steps(nobody(1), at([6.8e8]), dear, NOW)[0, AI] > 0.0


def test_nobody_adopts_more_than_all_of_it() -> None:
    almost = nobody(1)
    almost[0, AI] = 0.95
    assert steps(almost, at([1e12]), with_ai(), NOW)[0, AI] == pytest.approx(0.05)


def test_support_makes_it_pay_for_smaller_ones_and_faster() -> None:
    plain, helped = (
        steps(nobody(2), at([2e8, 1e12], support=share), with_ai(), NOW)[:, AI]
        for share in (0.0, 0.5)
    )
    assert plain.tolist() == pytest.approx([0.0, 0.1])
    assert helped.tolist() == pytest.approx([0.15, 0.15])


def test_what_becomes_cheap_pays_for_small_ones() -> None:
    falling = with_ai(cost_path={Month.of(2026, 1): 1.0, Month.of(2026, 6): 0.1})
    assert steps(nobody(1), at([4e7]), falling, Month.of(2026, 1))[0, AI] == 0.0
    assert steps(nobody(1), at([4e7]), falling, NOW)[0, AI] > 0.0


@pytest.mark.parametrize("facts", [{"off_from": NOW}, {"speed": 0.0}])
def test_it_can_be_forbidden_and_held_where_it_is(facts: dict[str, Any]) -> None:
    assert not steps(nobody(1), at([1e12]), with_ai(**facts), NOW).any()


def test_speed_is_a_multiple_of_the_fastest_step() -> None:
    assert steps(nobody(1), at([1e12]), with_ai(speed=3.0), NOW)[0, AI] == pytest.approx(0.3)


# --- a ledger that lenders keep together ----------------------------------------------------------

SHARED = Technologies(shared_ledger=Technology(network=0.9, claim=0.25, running=1e6))


def test_alone_nobody_joins_a_ledger() -> None:
    taken = steps(nobody(2), at([1e12, 1e12]), SHARED, NOW)
    assert not taken.any()


def test_it_is_joined_where_others_are_and_debts_are_unseen() -> None:
    one_in = nobody(2)
    one_in[0, LEDGER] = 1.0
    taken = steps(one_in, at([1e12, 1e12]), SHARED, NOW)
    assert taken[0, LEDGER] == 0.0
    assert taken[1, LEDGER] > 0.0
    assert not steps(one_in, at([1e12, 1e12], unseen=0.0), SHARED, NOW).any()


def test_the_saving_grows_with_the_members() -> None:
    some = nobody(3)
    some[0, LEDGER] = 1.0
    more = some.copy()
    more[1, LEDGER] = 1.0
    sizes = at([1e12, 1e12, 1e12])
    savings = [expected_saving(x, sizes, SHARED)[2, LEDGER] for x in (nobody(3), some, more)]
    assert savings[0] == 0.0
    assert savings[2] == pytest.approx(2 * savings[1])


def test_who_pays_nothing_joins_so_that_the_state_can_start_a_ledger() -> None:
    assert not steps(nobody(2), at([1e12, 1e12], support=0.9), SHARED, NOW).any()
    assert (steps(nobody(2), at([1e12, 1e12], support=1.0), SHARED, NOW)[:, LEDGER] > 0.0).all()


def test_two_members_see_what_both_have_joined_for() -> None:
    network = (0.0, 0.0, 0.9, 0.0)
    full, half = ((0.0, 0.0, share, 0.0) for share in (1.0, 0.5))
    assert membership(network, NONE) == 0.0
    assert membership(network, full) ** 2 == pytest.approx(0.9)
    assert membership(network, full) * membership(network, half) == pytest.approx(0.45)
