"""A lender without room for all turns to the segments that earn more; with room it does not."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.allocation import allocated, expected_margins, remember_shortage
from tests.small_market import lived_month, opened_market, small_scenario

FIT = np.array([[1.0, 0.5, 0.0], [1.0, 1.0, 1.0]])
MARGINS = np.array([[0.02, 0.08, 0.0], [0.05, 0.05, 0.05]])


def lenders(short: float, allocation: float = 2.0) -> Any:
    return [
        SimpleNamespace(
            number=number,
            kind=SimpleNamespace(allocation=allocation),
            state=SimpleNamespace(short=short),
        )
        for number in range(2)
    ]


def test_attention_shifts_to_margin_and_keeps_its_sum() -> None:
    found = allocated(lenders(0.5), FIT, MARGINS)
    assert found[0, 1] > FIT[0, 1]
    assert found[0, 0] < FIT[0, 0]
    assert found[0, 2] == 0.0
    assert found.sum(axis=1) == pytest.approx(FIT.sum(axis=1))
    assert found[1] == pytest.approx(FIT[1])  # equal margins: nowhere to go


def test_the_shorter_of_room_the_further_it_turns() -> None:
    mild, hard = (allocated(lenders(short), FIT, MARGINS)[0, 1] for short in (0.1, 0.8))
    assert FIT[0, 1] < mild < hard


@pytest.mark.parametrize(("short", "allocation"), [(0.0, 2.0), (0.5, 0.0)])
def test_with_room_or_switched_off_nothing_moves(short: float, allocation: float) -> None:
    assert allocated(lenders(short, allocation), FIT, MARGINS) is FIT


def test_a_cap_cuts_the_margin_of_risky_segments() -> None:
    costs = np.array([[0.10, 0.22]])
    apr_bp = np.array([[[1500, 2400], [1500, 0], [0, 0]]])
    assert expected_margins(apr_bp, costs)[0] == pytest.approx([0.035, 0.05, 0.0])


def test_shortage_is_remembered_and_forgotten() -> None:
    (first, _) = both = lenders(0.0)
    for _ in range(24):
        remember_shortage(both, np.array([0.4, 0.0]))
    assert first.state.short == pytest.approx(0.4, abs=0.01)
    for _ in range(24):
        remember_shortage(both, np.zeros(2))
    assert first.state.short < 0.01


def test_in_the_market_a_short_lender_leaves_the_segment_that_earns_less() -> None:
    model = opened_market(small_scenario(burn_in=8), borrowers=800)
    (net_bank,) = [x for x in model.market.lenders if x.name == "net_bank"]
    place = list(model.settings.segments).index("micro")
    net_bank.state.markup[place] += 0.05
    shares = []
    for short in (0.0, 0.8):
        state = model.snapshot()
        net_bank.state.short = short
        pull = lived_month(model).terms.pull[..., net_bank.number].sum(axis=(1, 2, 3))
        shares.append(float(pull[place] / pull.sum()))
        model.restore(state)
    assert shares[1] > 1.2 * shares[0]
