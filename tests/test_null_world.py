"""A world in which nothing changes outside: the market stands still within a stated band.

Means over six seeds of 20,000 borrowers, year 2024 against year 2030, in logs. Seen over these
seeds: HHI mean 0.11, deviation 0.08 (the luck of the sample with single lenders; at 100,000 four
runs of a like version had -0.07 to +0.19), balance 0.04 and 0.01, active borrowers 0.10 and 0.01
(people find a lender at last), default 0.05 and 0.03. The bands lie at least two and a half
deviations of the mean beyond that, so a drift of twice the size of today's fails.
"""

import math
from functools import cache
from statistics import mean

import numpy as np
import pandas
import pytest

from sim.experiment import run
from sim.model import LoanMarket
from sim.opening import target_balances
from sim.scenario import load_scenario

BANDS = {
    "balance": 0.08,
    "hhi": 0.20,
    "apr_new": 0.05,
    "default_rate_12m": 0.15,
    "borrowers_active": 0.15,
}
"""Greatest change from the year 2024 to the year 2030, in logs."""


@cache
def paths() -> list[pandas.DataFrame]:
    """Market tables of six seeds."""
    scenario = load_scenario("null_world")
    return [run(scenario, borrowers=20_000, seed=seed).market for seed in range(1, 7)]


@pytest.mark.parametrize("measure", BANDS)
def test_the_market_stands_still(measure: str) -> None:
    changes = []
    for market in paths():
        by_year = market[measure].groupby(market["month"].dt.year).mean()
        changes.append(math.log(by_year[2030] / by_year[2024]))
    assert abs(mean(changes)) < BANDS[measure]


def opening_by_kind(seed: int) -> dict[str, float]:
    """Balance over the wanted one at the end of the burn-in, by kind."""
    model = LoanMarket(load_scenario("observed"), borrowers=100_000, seed=seed)
    for _ in range(model.burn_in_months):
        model.step()
    found, wanted = model.market.balances(), target_balances(model.market)
    kinds = [lender.setup.kind for lender in model.market.lenders]
    sums = {kind: np.array([one == kind for one in kinds]) for kind in kinds}
    return {
        kind: float(found[its].sum() / wanted[its].sum())
        for kind, its in sums.items()
        if wanted[its].sum() > 0.05 * wanted.sum()
    }


def test_kinds_open_at_their_balances() -> None:
    """Those with a twentieth of the market or more, in the mean of four seeds."""
    opened = pandas.DataFrame([opening_by_kind(seed) for seed in range(1, 5)])
    assert len(opened.columns) == 6
    for kind, mean_of_seeds in opened.mean().items():
        assert mean_of_seeds == pytest.approx(1.0, abs=0.05), kind
