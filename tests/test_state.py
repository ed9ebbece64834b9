"""The whole state of a market is one plain object: a run branches from it and goes on exactly."""

import copy
import datetime
import pickle
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from agents.record import RECORD
from sim.model import LoanMarket, State
from tests.small_market import (
    STRESS,
    assert_equal_tables,
    opened_market,
    small_scenario,
    stepped,
)

PLAIN = (bool, int, float, str, type(None), np.number, datetime.date)

SIZES = {"cpu": 600, "reference": 120}
EXECUTORS = pytest.mark.parametrize("executor", list(SIZES))


def market(executor: str, *, burn_in: int = 6) -> LoanMarket:
    """A market under stress, so that all of its state is in motion."""
    scenario = small_scenario(STRESS, burn_in=burn_in)
    return opened_market(scenario, borrowers=SIZES[executor], executor=executor)


def blank(of: LoanMarket, executor: str) -> LoanMarket:
    """Another market of the same scenario, before its first month."""
    return LoanMarket(
        of.settings, borrowers=SIZES[executor], executor=executor, threads=1, audit=True
    )


def leaves(value: Any, path: str = "state") -> dict[str, Any]:
    """Everything in a state by its path, down to numbers, words and the bytes of arrays.

    What is neither data nor made of data fails.
    """
    if is_dataclass(value) and not isinstance(value, type):
        parts = [(f"{path}.{f.name}", getattr(value, f.name)) for f in fields(value)]
    elif isinstance(value, dict):
        parts = [(f"{path}[{key!r}]", item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(f"{path}[{place}]", item) for place, item in enumerate(value)]
    elif isinstance(value, np.ndarray):
        return {path: (value.dtype, value.shape, value.tobytes())}
    else:
        assert isinstance(value, PLAIN), f"{path} is a {type(value).__name__}, not plain data"
        return {path: value}
    return {name: leaf for where, item in parts for name, leaf in leaves(item, where).items()}


def assert_same_state(left: State, right: State) -> None:
    one, other = leaves(left), leaves(right)
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []


@EXECUTORS
def test_a_branch_goes_on_as_the_undisturbed_run_did(executor: str) -> None:
    first = stepped(market(executor), 3)
    state = first.snapshot()
    stepped(first, 5)
    branch = blank(first, executor)
    branch.restore(state)
    assert branch.now == first.first_month + 2
    stepped(branch, 5)
    assert branch.now == first.now
    assert_equal_tables(branch.recorder.tables(), first.recorder.tables())
    assert (branch.borrowers.snapshot() == first.borrowers.snapshot()).all()
    assert (branch.market.ledger.accounts == first.market.ledger.accounts).all()


@EXECUTORS
def test_a_branch_from_the_burn_in_opens_its_books_like_the_first_run(executor: str) -> None:
    first = LoanMarket(
        small_scenario(burn_in=6), borrowers=SIZES[executor], executor=executor, threads=1
    )
    stepped(first, 4)
    state = first.snapshot()
    branch = blank(first, executor)
    branch.restore(state)
    for model in (first, branch):
        stepped(model, 2)
        model.open_books()
        stepped(model, 2)
    assert_equal_tables(branch.recorder.tables(), first.recorder.tables())


@pytest.mark.parametrize("burn_in", [0, 1])
def test_a_branch_from_the_opening_lives_every_month(burn_in: int) -> None:
    first = market("cpu", burn_in=burn_in)
    state = first.snapshot()
    branch = blank(first, "cpu")
    branch.restore(state)
    for model in (first, branch):
        stepped(model, 2)
        assert model.now == model.first_month + 1
    assert_equal_tables(branch.recorder.tables(), first.recorder.tables())


def test_before_its_first_month_a_state_holds_nobody() -> None:
    first = LoanMarket(small_scenario(burn_in=2), borrowers=200, threads=1)
    branch = LoanMarket(small_scenario(burn_in=2), borrowers=200, threads=1)
    branch.restore(first.snapshot())
    for model in (first, branch):
        stepped(model, 2)
        model.open_books()
        stepped(model, 1)
    assert_equal_tables(branch.recorder.tables(), first.recorder.tables())


def test_the_same_market_can_be_taken_back_and_lived_again() -> None:
    model = stepped(market("cpu"), 2)
    state = model.snapshot()
    once = stepped(model, 4).recorder.tables()
    model.restore(state)
    assert model.now == model.first_month + 1
    assert_equal_tables(stepped(model, 4).recorder.tables(), once)


def test_executors_take_over_each_others_states() -> None:
    scenario = small_scenario(STRESS, burn_in=6)
    fast = opened_market(scenario, borrowers=120)
    slow = LoanMarket(scenario, borrowers=120, executor="reference", audit=True)
    slow.restore(fast.snapshot())
    for model in (fast, slow):
        stepped(model, 3)
    assert_equal_tables(slow.recorder.tables(), fast.recorder.tables())
    assert_same_state(slow.snapshot(), fast.snapshot())


@EXECUTORS
def test_what_happens_in_a_branch_stays_in_the_branch(executor: str) -> None:
    first = stepped(market(executor), 2)
    state = first.snapshot()
    untouched = copy.deepcopy(state)
    branch = blank(first, executor)
    branch.restore(state)
    stepped(branch, 6)
    branch.market.ledger.accounts += 1
    branch.market.lenders[0].state.markup += 0.01
    branch.regulator.state.found[0] = [99]
    assert_same_state(state, untouched)
    assert_same_state(first.snapshot(), untouched)


@EXECUTORS
def test_a_state_is_plain_data(executor: str) -> None:
    state = stepped(market(executor), 2).snapshot()
    assert any(path.startswith("state.lenders[0]") for path in leaves(state))


def test_a_state_survives_copying_and_pickling() -> None:
    first = stepped(market("cpu"), 2)
    state = first.snapshot()
    stepped(first, 3)
    for other in (copy.deepcopy(state), pickle.loads(pickle.dumps(state))):
        assert_same_state(other, state)
        branch = blank(first, "cpu")
        branch.restore(other)
        stepped(branch, 3)
        assert_equal_tables(branch.recorder.tables(), first.recorder.tables())


def test_a_state_holds_every_field_of_every_borrower() -> None:
    model = market("cpu")
    state = model.snapshot()
    assert state.records.dtype == RECORD
    assert len(state.records) == len(model.borrowers) == SIZES["cpu"]
    for name in RECORD.names or ():
        assert state.records[7][name].tolist() == getattr(model.borrowers[7], name)
