"""What becomes of many firms that start alike: their sizes get a heavy tail.

Style and meaning of the four lines of every fact: tests/test_facts.py.
"""

import math

import numpy as np
import pytest

from sim.scenario import load_scenario
from tests.firm_sizes import (
    FIRMS,
    dealt_out,
    dispersion,
    equal_firms,
    opened_alike,
    sizes,
    skewness,
    tail_exponent,
)

DEALS = 100
MONTHS = 36


def test_a_planted_tail_is_found() -> None:
    chance = np.random.default_rng(1)
    pareto = (1.0 - chance.random(20_000)) ** (-1.0 / 1.5)
    assert tail_exponent(pareto) == pytest.approx(1.5, rel=0.1)
    alike = dealt_out(np.ones(20_000), 1_000, 1, seed=1)[0]
    assert alike.sum() == 20_000
    assert dispersion(alike) == pytest.approx(1 / 20, rel=0.15)  # Poisson with mean 20
    assert skewness(alike) == pytest.approx(1 / math.sqrt(20), abs=0.2)
    assert tail_exponent(alike) > 6


@pytest.mark.facts
def test_equal_firms_come_to_have_a_heavy_tail() -> None:
    """Sizes of firms that started alike are skewed and heavy-tailed, far more than by luck.

    Hypothesis : of 1,000 firms of one kind, with one reach, line and markup at the opening of a
        world in which nothing changes outside, the largest tenth after three years follow a heavier
        tail than customers dealt out blindly make, and sizes are skewed further to the right.
    Statistic : exponent of a power law through the largest tenth (Gabaix and Ibragimov) and
        skewness, beside those of 100 blind deals of the same debts to as many firms; 20,000
        borrowers, one seed: the sample is that of the firms.
    Threshold : upper end of the exponent's 95% interval below, and skewness above, what 95% of
        deals show; at the opening sizes differ by no more than by the deals.
    Power : 80% at least for an exponent of 4 (asserted); deals have 8 to 10.

    Seen after 1, 3 and 5 years: exponents of 3.8, 2.2 and 1.0, skewness of 2.7, 13 and 17, where
    deals have 0.4 to 0.6. Deaths do more of it than growth: of 1,000 firms 517 are left after three
    years and 300 after five, and who has most spare capacity buys the books of failed ones. With 13
    customers of the sample each, firms live or die by luck. It takes some 20 seconds of a core,
    most of them for 1,000 lenders.
    """
    scenario = load_scenario("null_world").with_changes({"burn_in_months": 24})
    model = opened_alike(equal_firms(scenario, "internet_bank", FIRMS), borrowers=20_000, seed=1)
    start, owed = sizes(model)
    assert dispersion(start) <= np.median([dispersion(x) for x in dealt_out(owed, FIRMS, 20, 1)])
    for _ in range(MONTHS):
        model.step()
    firms, owed = sizes(model)
    deals = dealt_out(owed, len(firms), DEALS, seed=1)
    exponent, most = tail_exponent(firms), np.quantile([tail_exponent(x) for x in deals], 0.05)
    error = math.sqrt(2 / math.floor(0.1 * len(firms)))
    skew, least = skewness(firms), np.quantile([skewness(x) for x in deals], 0.95)
    print("exponent", exponent, "by luck", most, "skewness", skew, "by luck", least, len(firms))
    assert 4.0 * (1.0 + (1.96 + 0.84) * error) < most
    assert exponent * (1.0 + 1.96 * error) < most
    assert skew > least
