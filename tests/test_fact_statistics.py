"""The statistics of the stylised facts find what is planted, and nothing where nothing is."""

import numpy as np
import pandas
import pytest

from sim.evidence.fact_statistics import (
    exposure,
    hazard,
    income_cells,
    log_ratio,
    logit_slope,
    paired,
    score_cells,
)
from tests.borrower_bootstrap import bootstrap_by_borrower

CHANCE = np.random.default_rng(1)


def test_a_planted_hazard_is_found() -> None:
    truth = np.array([0.0, 0.0, 0.0, 0.01, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01, 0.005, 0.005])
    bad_at = np.full(200_000, 1_000)
    for age, chance in enumerate(truth, start=1):
        falls = (CHANCE.random(len(bad_at)) < chance) & (bad_at == 1_000)
        bad_at[falls] = age
    until = CHANCE.integers(1, 13, len(bad_at))
    found = hazard(bad_at, until, 12)
    assert found == pytest.approx(truth, abs=0.002)
    assert hazard(bad_at, until, 12, np.full(len(bad_at), 2.0)) == pytest.approx(found)


def test_a_loan_is_watched_until_it_is_another() -> None:
    loans = pandas.DataFrame(
        {
            "first_month": [100, 100, 100, 100],
            "first_90": [0, 104, 108, 0],
            "first_clear": [0, 0, 0, 103],
            "first_redraw": [0, 0, 105, 0],
            "last_month": [0, 106, 0, 0],
        }
    )
    bad_at, until = exposure(loans, last_month=109, ages=12)
    assert until.tolist() == [9, 7, 5, 3]
    assert (bad_at <= until).tolist() == [False, True, False, False]


def test_borrowers_are_drawn_whole() -> None:
    borrower = np.repeat(np.arange(400), 4)
    figures = bootstrap_by_borrower(borrower, lambda weight: float(weight.sum()), draws=400, seed=1)
    # Four alike loans a borrower: the deviation of a sum is twice that of single loans.
    assert figures.std() == pytest.approx(4 * np.sqrt(400), rel=0.15)


@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_a_planted_slope_is_found_within_cells(slope: float) -> None:
    count = 200_000
    cell = CHANCE.integers(0, 50, count)
    x = 0.1 * cell + CHANCE.normal(0, 1.0, count)
    level = -3.0 - 0.03 * cell  # between cells the sign is the other way
    bad = CHANCE.random(count) < 1 / (1 + np.exp(-(level + slope * (x - 0.1 * cell))))
    found = logit_slope(bad.astype(float), x, cell, np.arange(count))
    assert abs(found.value - slope) < 3 * found.error
    assert found.error < 0.016
    assert found.power(0.06) > 0.95


def test_a_planted_ratio_is_found_within_cells() -> None:
    count = 100_000
    cell = CHANCE.integers(0, 20, count)
    arm = CHANCE.random(count) < 0.02 + 0.004 * cell
    bad = CHANCE.random(count) < (0.03 + 0.004 * cell) * np.where(arm, 1.5, 1.0)
    found = log_ratio(bad.astype(float), arm, cell)
    assert abs(found.value - np.log(1.5)) < 3 * found.error
    assert found.low > 0


def test_cells_are_of_one_lender_and_one_segment() -> None:
    loans = pandas.DataFrame(
        {"lender": ["a"] * 40 + ["b"] * 40, "score": [*np.arange(40.0), *np.arange(100.0, 140.0)]}
    )
    cells = score_cells(loans)
    assert len(set(cells[:40]) & set(cells[40:])) == 0
    assert np.bincount(cells).tolist() == [4] * 20
    people = pandas.DataFrame(
        {"segment": ["x"] * 10 + ["y"] * 10, "income": [*range(10), *range(50, 60)]}
    )
    assert np.bincount(income_cells(people)).tolist() == [2] * 10


def test_a_paired_mean_has_students_interval() -> None:
    found = paired([1.0, 2.0, 3.0, 4.0])
    assert found.value == 2.5
    assert found.high - found.value == pytest.approx(3.182446 * np.sqrt(5 / 3) / 2, rel=1e-5)
