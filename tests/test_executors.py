"""The executors agree to the last bit, and nothing depends on threads, chunks or luck's order."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas
import pytest

from agents.borrower import Borrower
from agents.messages import (
    CELL_BALANCE,
    CELL_DRAWN,
    CELL_DRAWN_APR,
    CELL_REFINANCED,
    DRAWN,
    DRAWN_APR,
    REFINANCED,
    Offers,
    Tally,
    Terms,
    World,
)
from agents.record import RECORD
from sim.compiled import CompiledBorrowers, add_tallies, new_desk
from sim.core.errors import InputError
from sim.model import LoanMarket
from sim.reference import ReferenceBorrowers
from sim.scenario import Scenario, load_scenario
from tests.small_market import (
    STRESS,
    assert_equal_tables,
    lived_month,
    opened_market,
    small_scenario,
    stepped,
    tables_of,
)


def observed(burn_in: int) -> Scenario:
    """The shipped scenario with a shorter burn-in."""
    return load_scenario("observed").with_changes({"burn_in_months": burn_in})


def assert_equal_worlds(one: LoanMarket, other: LoanMarket) -> None:
    assert_equal_tables(one.recorder.tables(), other.recorder.tables())
    assert (one.borrowers.snapshot() == other.borrowers.snapshot()).all()
    assert (one.market.ledger.accounts == other.market.ledger.accounts).all()


def test_reference_and_compiled_give_equal_tables() -> None:
    """1,000 borrowers of `observed`, one year of it."""
    models = [
        stepped(opened_market(observed(8), borrowers=1_000, executor=executor), 12)
        for executor in ("reference", "cpu")
    ]
    assert_equal_worlds(*models)


@pytest.mark.slow
def test_reference_and_compiled_give_equal_tables_from_2024_to_2030() -> None:
    scenario = load_scenario("observed")
    models = [
        stepped(opened_market(scenario, borrowers=1_000, executor=executor), 84)
        for executor in ("reference", "cpu")
    ]
    assert_equal_worlds(*models)


@pytest.mark.parametrize(
    "changes",
    [
        STRESS,
        {"policy.apr_cap": {"steps": {"2024-03": {"level": 0.12}}}},
        {
            "policy.guarantees": {"short": {"steps": {"2024-02": {"level": 0.8}}}},
            "policy.joint_floor": {
                "more": {"steps": {"2024-03": {"level": 0.6, "phase_in_months": 4}}}
            },
        },
        {"behaviour.leave": 0.9, "behaviour.walk_rate": 1.0, "search.breadth": 8},
        {
            "macro.shocks": {
                "one": {"start": "2024-02", "months": 3, "share": 0.4, "depth": 0.6},
                "two": {"start": "2024-03", "months": 3, "share": 0.4, "depth": 0.6},
            }
        },
    ],
    ids=["stress", "cap", "lines move", "coming and going", "shocks"],
)
def test_they_agree_in_other_worlds_too(changes: dict[str, object]) -> None:
    scenario = small_scenario(changes, burn_in=6)
    models = [
        stepped(opened_market(scenario, borrowers=250, executor=executor), 8)
        for executor in ("reference", "cpu")
    ]
    assert_equal_worlds(*models)


def test_the_halves_of_a_month_agree_in_every_count() -> None:
    scenario = small_scenario(STRESS, burn_in=4)
    fast, slow = (
        opened_market(scenario, borrowers=250, executor=executor)
        for executor in ("cpu", "reference")
    )
    for _ in range(4):
        one, other = lived_month(fast), lived_month(slow)
        for name in Tally._fields:
            for half in ("first", "second"):
                left, right = getattr(getattr(one, half), name), getattr(getattr(other, half), name)
                assert (left == right).all(), f"{half}.{name}"
        assert (one.middle == other.middle).all()


class FromTheFront(np.ndarray):
    """An array that refuses an index below zero: compiled rules would read outside of it."""

    def __getitem__(self, index: Any) -> Any:
        assert np.min(index) >= 0, f"index {index}"
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        assert np.min(index) >= 0, f"index {index}"
        super().__setitem__(index, value)


def seen_as[T: tuple[Any, ...]](sort: type, members: T) -> T:
    """A named tuple with its arrays as arrays of this sort."""
    fields = [m.view(sort) if isinstance(m, np.ndarray) else m for m in members]
    return type(members)(*fields)


class WatchedBorrowers(ReferenceBorrowers):
    """The reference, whose rules may not count from the end of an array."""

    def live(self, world: World, terms: Terms, shape: Callable[[], Tally]) -> Tally:
        told = seen_as(FromTheFront, world), seen_as(FromTheFront, terms)
        return seen_as(np.ndarray, super().live(*told, lambda: seen_as(FromTheFront, shape())))

    def sign(self, world: World, terms: Terms, offers: Offers, shape: Callable[[], Tally]) -> Tally:
        told = [seen_as(FromTheFront, members) for members in (world, terms, offers)]
        return seen_as(np.ndarray, super().sign(*told, lambda: seen_as(FromTheFront, shape())))


def watched(scenario: Scenario, borrowers: int, months: int, monkeypatch: Any) -> LoanMarket:
    """A market lived by watched borrowers."""
    monkeypatch.setattr("sim.reference.new_desk", lambda: seen_as(FromTheFront, new_desk()))
    model = LoanMarket(scenario, borrowers=borrowers, executor="reference")
    model.borrowers = WatchedBorrowers(borrowers, model)
    model.burn_in()
    return stepped(model, months)


def test_an_index_from_the_end_would_be_noticed() -> None:
    numbers = np.arange(6).reshape(2, 3).view(FromTheFront)
    assert numbers[1, 2] == numbers[1][2] == 5
    for wrong in (lambda: numbers[-1, 2], lambda: numbers[1, -1], lambda: numbers[1][-1]):
        with pytest.raises(AssertionError, match="index"):
            wrong()


@pytest.mark.parametrize("changes", [STRESS, {}], ids=["stress", "plain"])
def test_no_rule_counts_from_the_end_of_an_array(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled code reads arrays without asking; Python would wrap round in silence."""
    scenario = small_scenario(changes, burn_in=6)
    found = watched(scenario, 250, 10, monkeypatch)
    plain = stepped(opened_market(scenario, borrowers=250, executor="reference"), 10)
    assert_equal_worlds(found, plain)


@pytest.mark.slow
def test_no_rule_counts_from_the_end_from_2024_to_2030(monkeypatch: pytest.MonkeyPatch) -> None:
    market = watched(load_scenario("observed"), 1_000, 84, monkeypatch).recorder.tables()["market"]
    assert len(market) == 84
    assert (market["balance"] > 0).all()


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_cells_sum_to_routes(executor: str) -> None:
    """What is counted by borrower and what is counted by route are the same draws."""
    scenario = small_scenario({"segments.farmer.share": 0.5}, burn_in=8)
    model = opened_market(scenario, borrowers=300, executor=executor)
    refinanced = 0
    for _ in range(6):
        month = lived_month(model)
        cells = (month.first.cell + month.second.cell).sum(axis=0)
        routes = (month.first.route + month.second.route).sum(axis=0)
        for cell, route in (
            (CELL_DRAWN, DRAWN),
            (CELL_REFINANCED, REFINANCED),
            (CELL_DRAWN_APR, DRAWN_APR),
        ):
            assert cells[cell] == routes[route]
        assert cells[CELL_BALANCE] == (month.first.stock + month.second.stock)[:, :5].sum()
        refinanced += int(month.first.route[:, REFINANCED].sum())
    assert refinanced > 0  # bullets lent again


def test_threads_and_chunks_do_not_matter() -> None:
    scenario = small_scenario(STRESS, burn_in=5)

    def world(threads: int, chunk: int) -> LoanMarket:
        model = LoanMarket(scenario, borrowers=3_000, threads=threads, audit=True)
        model.borrowers = CompiledBorrowers(3_000, threads, chunk)
        model.burn_in()
        return stepped(model, 5)

    base = world(1, 10_000)
    for threads, chunk in ((2, 64), (2, 1_000), (3, 7), (1, 500)):
        assert_equal_worlds(world(threads, chunk), base)


def test_the_number_of_threads_of_a_model_does_not_matter() -> None:
    scenario = small_scenario(burn_in=4)
    one, two = (
        stepped(opened_market(scenario, borrowers=20_000, threads=threads), 3) for threads in (1, 2)
    )
    assert (one.threads, two.threads) == (1, 2)
    assert_equal_worlds(one, two)


def test_tallies_add_up_field_by_field() -> None:
    model = opened_market(small_scenario(burn_in=2), borrowers=200)
    month = lived_month(model)
    parts = [copy.deepcopy(month.first), copy.deepcopy(month.second), copy.deepcopy(month.first)]
    expected = [2 * a + b for a, b in zip(month.first, month.second, strict=True)]
    for found, wanted in zip(add_tallies(parts), expected, strict=True):
        assert (found == wanted).all()


@pytest.mark.parametrize("executor", ["cpu", "reference"])
def test_a_seed_gives_the_same_world_again_and_another_seed_another(executor: str) -> None:
    scenario = small_scenario(burn_in=4)

    def world(seed: int) -> dict[str, pandas.DataFrame]:
        return tables_of(scenario, months=3, borrowers=300, seed=seed, executor=executor)

    first = world(5)
    assert_equal_tables(world(5), first)
    other = world(6)["market"]
    assert (other["balance"] != first["market"]["balance"]).all()


def test_two_worlds_share_their_luck() -> None:
    """A dearer world has the same people in the same spells."""
    dear = small_scenario({"kinds.bigtech.operating_cost": 0.08}, burn_in=4)
    one, other = (
        stepped(opened_market(s, borrowers=2_000), 6).borrowers.snapshot()
        for s in (small_scenario(burn_in=4), dear)
    )
    for name in ("segment", "region", "rural"):
        assert (one[name] == other[name]).all()
    same = one["generation"] == other["generation"]  # who is in debt does not leave
    assert same.mean() > 0.9
    for name in ("online_rank", "in_spell", "log_income_e3"):
        assert (one[name] == other[name])[same].all()
    assert (one["principal_fen"] != other["principal_fen"]).any()


def test_every_field_of_every_borrower_fits_its_record_all_along() -> None:
    """Python integers do not wrap; a record of them is refused if one does not fit."""
    changes = STRESS | {
        "policy.borrower_limit": None,
        "kinds.bigtech.line_cap": 3_000_000,
        "lenders.big.balance": 2e13,  # so that the burn-in wants it
        "kinds.bigtech.income_multiple": 60,
        "kinds.bigtech.worst_risk": 0.9,
        "kinds.small_loan_offline.charge_off_months": 60,
        "segments.consumer.income": 1e6,
        "segments.consumer.appetite": 30,
        "behaviour.reservation_sd": 3,
    }
    model = opened_market(small_scenario(changes, burn_in=6), borrowers=250, executor="reference")
    stepped(model, 6)
    records = model.borrowers.snapshot()
    assert records.dtype == RECORD
    assert records["line_hundred"].max() > 2_000


def test_people_may_leave_as_fast_as_allowed_for_as_long_as_a_run_can_last() -> None:
    """Whoever follows whom is counted in a small integer."""
    scenario = small_scenario({"behaviour.leave": 0.9}, lenders={}, burn_in=240)
    model = stepped(opened_market(scenario, borrowers=2_000), 84)
    generation = model.borrowers.snapshot()["generation"]
    assert generation.min() > 20
    assert generation.max() < 110


@pytest.mark.parametrize("executor", ["gpu", "", "CPU"])
def test_an_unknown_executor_is_refused(executor: str) -> None:
    with pytest.raises(InputError, match="executor"):
        LoanMarket(small_scenario(burn_in=1), borrowers=100, executor=executor)


def test_reference_borrowers_are_mesa_agents_and_compiled_ones_are_not() -> None:
    slow = LoanMarket(small_scenario(burn_in=1), borrowers=120, executor="reference")
    fast = LoanMarket(small_scenario(burn_in=1), borrowers=120)
    assert len(slow.agents_by_type[Borrower]) == 120
    assert not any(isinstance(agent, Borrower) for agent in fast.agents)
    assert len(fast.agents) == len(slow.agents) - 120


def test_a_borrower_looks_the_same_in_both() -> None:
    def look(executor: str) -> list[Any]:
        model = stepped(
            opened_market(small_scenario(burn_in=3), borrowers=150, executor=executor), 2
        )
        return [
            [getattr(model.borrowers[place], name) for name in RECORD.names or ()]
            for place in range(150)
        ]

    assert look("cpu") == look("reference")


def test_state_takes_144_bytes_a_borrower() -> None:
    model = LoanMarket(small_scenario(burn_in=1), borrowers=1_000)
    assert model.state_bytes_per_borrower == 144
    assert model.borrowers.snapshot().nbytes == 144_000
    assert np.dtype(RECORD).itemsize == 144
