"""What better information is worth: approvals at equal loss, on all applicants.

Style and meaning of the four lines of every fact: tests/test_facts.py.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest

from agents.borrower import permanent_income
from agents.loan import NINETY_DAYS
from agents.messages import Floats, Ints, Terms, World
from agents.record import GENERATION_STEP
from agents.search import has_line_with
from agents.underwriting import income_gap, observe, score, slots_seen, visible_debt
from sim.evidence.fact_statistics import Estimate, approved_at
from tests.ensembles import together, world
from tests.small_market import lived_month

pytestmark = pytest.mark.facts

LENDER = 0
"""The largest platform, through whose eyes applicants are seen."""

SEEN_BY = (
    "noise", "income_error", "income_bias", "bureau", "member", "base_score", "points",
)  # fmt: skip
"""What a lender knows and has learnt, of all the terms of a month."""

MONTHS = 24
"""Months in which lenders learn from what their data show."""

FOLLOWED = 12
"""Months in which the same people are followed."""

BORROWERS, PEOPLE = 20_000, 2_500


class Applicants(NamedTuple):
    """People who owe and perform, and are no customers of the lender.

    exclusive, shared : [people] its score of each, milli-logits of paying, by either information
    bad : [people] 1 if 90 days late within the year
    """

    exclusive: Ints
    shared: Ints
    bad: Floats


def scored(person: Any, identity: int, seen: World, terms: Terms) -> int:
    """What the lender's scorecard says of somebody, from what it sees of him."""
    file = slots_seen(person, identity, LENDER, seen, terms)
    gap = income_gap(person, identity, LENDER, seen, terms)
    debt = visible_debt(person, LENDER, file, terms)
    stated = permanent_income(person, seen) * float(np.exp(gap))
    features = observe(person, identity, LENDER, file, debt, stated, gap, seen, terms)
    found: int = score(features, person.segment, LENDER, terms)
    return found


def applicants(seed: int) -> Applicants:
    """The same people of `observed`, seen by a lender that has learnt in either world."""
    worlds = (
        world(),
        world(changes={"competition.data_portability": -1.0}),
        world(changes={"competition.data_portability": 1.0}),
    )
    runs = together(worlds, seed, BORROWERS, MONTHS - 1, common=world())
    usual, exclusive, shared = (lived_month(run.model) for run in runs)
    model, now = runs[0].model, usual.end
    people: Any = model.borrowers
    owes = now["principal_fen"] > 0
    performs = owes.any(axis=1) & ~((now["missed"] >= NINETY_DAYS) & owes).any(axis=1)
    strangers = (
        place
        for place in np.flatnonzero(performs).tolist()
        if not has_line_with(people[place], LENDER, usual.terms)
    )
    places = [place for place, _ in zip(strangers, range(PEOPLE), strict=False)]
    points = []
    for other in (exclusive, shared):
        known = {name: getattr(other.terms, name) for name in SEEN_BY}
        terms = usual.terms._replace(**known)
        points.append(
            [
                scored(
                    people[place],
                    place + int(now["generation"][place]) * GENERATION_STEP,
                    usual.world,
                    terms,
                )
                for place in places
            ]
        )
    look = int(model.now)
    for _ in range(FOLLOWED):
        model.step()
    after = model.borrowers.snapshot()
    same = after["generation"][places] == now["generation"][places]
    bad = same & (after["default_month"][places] > look)
    return Applicants(np.array(points[0]), np.array(points[1]), bad.astype(np.float64))


def test_better_information_approves_more_at_equal_loss() -> None:
    """Who sees more can lend to more people at the same loss.

    Hypothesis : of the same people, a lender that has learnt from shared data (all debts, the best
        signal of any brand) can approve more at a given share of bad ones than it could with
        exclusive data (its own signal, no debts at others).
    Statistic : largest share of people, safest first by its own score, of whom 60% of the usual
        share go bad within a year; six seeds, 2,500 people each who owe elsewhere, all of them
        counted, not only those whom it approved; 200 bootstrap samples of people.
    Threshold : lower end of the 95% interval of the difference above zero.
    Power : with the bootstrap's deviation, 80% at least to see 15 points (asserted).

    Seen: 28 points more with shared data, standard error 5 points.
    """
    seen = [applicants(seed) for seed in range(1, 7)]
    exclusive, shared, bad = (np.concatenate(column) for column in zip(*seen, strict=True))
    loss = 0.6 * float(bad.mean())

    def gain(weight: Floats) -> float:
        return approved_at(loss, shared, bad, weight) - approved_at(loss, exclusive, bad, weight)

    chance = np.random.default_rng(1)
    samples = [gain(chance.poisson(1.0, len(bad)).astype(np.float64)) for _ in range(200)]
    effect = Estimate(gain(np.ones(len(bad))), float(np.std(samples)))
    print("points", 100 * effect.value, effect)
    assert effect.power(0.15) >= 0.8
    assert effect.low > 0.0
