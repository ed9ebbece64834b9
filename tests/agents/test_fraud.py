"""Fraudsters: who becomes one, what he asks and pays, who tells him, and that he goes."""

from typing import Any

import numpy as np
import pytest

from agents.borrower import (
    MOST_FEN,
    awaits_answer,
    be_born,
    defraud,
    live,
    make_room,
    receive,
    trait,
)
from agents.fraud import FRAUD_MONTHS, FRAUDSTERS_WILLINGNESS_E3, has_had_enough, is_fraudster
from agents.loan import WALKED, charge_off
from agents.messages import (
    CHARGED_OFF,
    FALSE_ALARMS,
    FRAUD_APPLICATIONS,
    FRAUD_LOST,
    FRAUD_REFUSED,
    SERVED,
    SUSPECTED,
    Offers,
)
from agents.record import GENERATION_STEP
from agents.search import apply_to, most_acceptable
from agents.underwriting import observe
from tests.agents.people import INCOME, a_borrower, a_desk, a_tally, a_world, lend, some_terms
from tests.small_market import small_scenario, tables_of

LENDERS = len(some_terms().lender_id)
CROWD = 400


def a_fraudster(**fields: Any) -> Any:
    """A debt-free fraudster."""
    return a_borrower(willingness_e3=FRAUDSTERS_WILLINGNESS_E3, **fields)


def test_no_honest_trait_is_a_fraudsters() -> None:
    assert trait(-1e9) > FRAUDSTERS_WILLINGNESS_E3
    assert not is_fraudster(a_borrower(willingness_e3=trait(-1e9)))


@pytest.mark.parametrize(("fraud", "low", "high"), [(0.0, 0, 0), (0.2, 40, 130), (1.0, 400, 400)])
def test_newcomers_are_fraudsters_with_the_chance_given(fraud: float, low: int, high: int) -> None:
    world = a_world(fraud=fraud)
    tally = a_tally(some_terms())
    found = 0
    for identity in range(CROWD):
        b = a_borrower()
        make_room(b, identity, 0, world, tally)
        found += is_fraudster(b)
    assert low <= found <= high


def test_an_honest_newcomer_is_the_same_whether_there_is_fraud_or_not() -> None:
    tally = a_tally(some_terms())
    with_fraud, without, born = a_borrower(), a_borrower(), a_borrower()
    make_room(with_fraud, 7, 0, a_world(fraud=1e-9), tally)
    make_room(without, 7, 0, a_world(fraud=0.0), tally)
    be_born(born, 7 + GENERATION_STEP, a_world())
    assert vars(with_fraud) == vars(without)
    assert with_fraud.quality_e3 == born.quality_e3


def test_he_asks_for_all_there_is_at_any_price() -> None:
    terms, world = some_terms(), a_world()
    terms.apr_bp[:] = 9_900
    b = a_fraudster(appetite_pct=0)
    desk, tally = a_desk(), a_tally(terms)
    defraud(b, 1, 0, INCOME, world, terms, tally, desk)
    assert most_acceptable(b, world) > 9_900
    asked = [k for k in range(4) if b.pending_fen[k] > 0]
    assert len(asked) == 1
    assert b.pending_fen[asked[0]] == b.line_hundred[asked[0]] * 10_000
    assert b.wanted_fen == MOST_FEN


def test_he_never_pays_and_nobody_brings_him_back() -> None:
    terms = some_terms(collection=np.ones(LENDERS))
    rich = {"buffer_fen": 100_000_000}
    cheat = lend(a_fraudster(**rich, episode=FRAUD_MONTHS), 0)
    honest = lend(a_borrower(**rich), 0)
    for b in (cheat, honest):
        live(b, 0, a_world(prepay=1.0), terms, a_tally(terms), a_desk())
    assert cheat.flags[0] & WALKED
    assert (cheat.missed[0], cheat.principal_fen[0]) == (1, 1_000_000)
    assert honest.missed[0] == 0
    assert honest.principal_fen[0] < 1_000_000


def test_he_goes_when_his_months_and_his_loans_are_over() -> None:
    terms, world = some_terms(), a_world()
    tally = a_tally(terms)
    b = lend(a_fraudster(episode=FRAUD_MONTHS), 0, missed=6)
    assert has_had_enough(b)
    live(b, 0, world, terms, tally, a_desk())
    assert tally.route[0, CHARGED_OFF] == tally.route[0, FRAUD_LOST] == 1_000_000
    assert b.generation == 0
    live(b, 0, world._replace(month=world.month + 1), terms, tally, a_desk())
    assert b.generation == 1
    assert not is_fraudster(b)


def test_losses_on_honest_people_are_no_fraud() -> None:
    tally = a_tally(some_terms())
    charge_off(lend(a_borrower(), 0), 0, a_world(), tally)
    assert tally.route[0, CHARGED_OFF] == 1_000_000
    assert tally.route[0, FRAUD_LOST] == 0


def test_what_he_does_not_get_is_not_unmet_demand() -> None:
    terms, world = some_terms(), a_world()
    tally = a_tally(terms)
    b = a_fraudster()
    for _ in range(3):
        defraud(b, 1, 0, INCOME, world, terms, tally, a_desk())
        assert awaits_answer(b)
        receive(b, 1, 0, world, terms, Offers(np.zeros(LENDERS), np.zeros(LENDERS)), tally)
    assert tally.unmet.sum() == 0
    assert b.episode == 3


@pytest.mark.parametrize("cheats", [True, False])
def test_lenders_tell_forged_papers_with_their_chance_and_err_on_honest_ones(cheats: bool) -> None:
    share = 0.7 if cheats else 0.1
    terms = some_terms(
        fraud_caught=np.full(LENDERS, 0.7), false_alarm=np.full(LENDERS, 0.1), lender_id=IDS
    )
    tally, desk = a_tally(terms), a_desk()
    answers = [
        apply_to(
            a_fraudster() if cheats else a_borrower(),
            identity, 0, 0, INCOME, a_world(), terms, tally, desk,
        )
        for identity in range(CROWD)
    ]  # fmt: skip
    refused = answers.count(SUSPECTED)
    assert refused + answers.count(SERVED) == CROWD
    assert abs(refused / CROWD - share) < 0.08
    counts = tally.lender[0, 0]
    assert counts[FRAUD_APPLICATIONS] == (CROWD if cheats else 0)
    assert counts[FRAUD_REFUSED] == (refused if cheats else 0)
    assert counts[FALSE_ALARMS] == (0 if cheats else refused)


IDS = np.arange(LENDERS, dtype=np.int64) + 1


def test_forged_papers_look_better_than_the_man_behind_them() -> None:
    world, terms = a_world(), some_terms(noise=np.zeros(LENDERS))
    cheat = a_fraudster()
    honest = a_borrower(quality_e3=-1_000, willingness_e3=-1_000)
    shown = [observe(b, 1, 0, 0, 0, INCOME, 0.0, world, terms) >> 9 for b in (cheat, honest)]
    assert shown[0] > shown[1]


def losses(**behaviour: float) -> tuple[float, float]:
    """Fraud losses and refusals for fraud of a small market with much coming and going, a year."""
    changes: dict[str, object] = {"behaviour.leave": 0.5}
    changes |= {f"behaviour.{name}": value for name, value in behaviour.items()}
    lenders = tables_of(small_scenario(changes), months=12)["lenders"]
    return float(lenders["fraud_losses"].sum()), float(lenders["fraud_refused"].sum())


def test_without_fraudsters_there_are_no_fraud_losses() -> None:
    assert losses(fraud=0.0) == (0.0, 0.0)
    lost, refused = losses(fraud=0.2)
    assert lost > 0.0
    assert refused > 0.0
