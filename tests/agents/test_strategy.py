"""Named strategies as policies: what each asks of a lender, given what it sees."""

import numpy as np
import pytest

from agents.strategy import (
    EXPAND_TRUCE,
    FOLLOW_SPEED,
    LEAST_TRUST,
    NEUTRAL,
    TRUCE,
    WAR_MARKUP,
    Stance,
    View,
    stance,
)
from agents.strategy_names import leader_of, niche_of, strategies_by_path, strategy_in
from sim.core.keyed_values import DatedSeries
from sim.core.months import Month

SEGMENTS = ("consumer", "micro", "farmer")
USUAL = np.array([0.05, 0.06, 0.04])


def view(before: Stance = NEUTRAL, capital: float = 1.2) -> View:
    return View(
        before=before,
        capital=capital,
        trust=1.0,
        usual=USUAL,
        markup=np.array([0.07, 0.05, 0.05]),
        own=np.array([0.18, 0.16, 0.15]),
        rivals=np.array([0.15, 0.17, 0.15]),
        leader=None,
        earned=0.12,
        normal=0.08,
        patience=24,
        fit=np.array([1.0, 0.5, 0.25]),
        segments=SEGMENTS,
    )


def test_without_a_strategy_nothing_is_other_than_usual() -> None:
    assert stance("none", view()) is NEUTRAL
    assert NEUTRAL.target is None
    assert (NEUTRAL.marketing, NEUTRAL.cut_off, NEUTRAL.margin) == (1, 1, 0)
    assert NEUTRAL.focus is None


def test_a_price_war_aims_below_cost_and_below_the_usual_target() -> None:
    war = stance("price_war", view())
    assert war.fighting
    assert war.target is not None
    assert (war.target <= WAR_MARKUP).all()
    assert (war.target < USUAL).all()
    assert war.marketing > 1.0
    assert war.margin < 0.0


@pytest.mark.parametrize("strategy", ["price_war", "expand"])
@pytest.mark.parametrize(
    ("over", "capital", "trust", "goes_on"),
    [
        (False, TRUCE + 0.01, 1.0, True),
        (False, EXPAND_TRUCE - 0.01, 1.0, False),
        (False, 9.0, LEAST_TRUST - 0.01, False),
        (True, 9.0, 1.0, False),
    ],
)
def test_a_campaign_ends_for_good_when_means_or_trust_end(
    strategy: str, over: bool, capital: float, trust: float, goes_on: bool
) -> None:
    before = Stance(strategy, fighting=not over, over=over)
    now = stance(strategy, view(before, capital)._replace(trust=trust))
    assert now.fighting == goes_on
    assert now.over != goes_on
    assert (now.target is not None) == goes_on
    assert (now.marketing > 1.0) == goes_on


def test_a_price_war_stops_sooner_than_an_expansion() -> None:
    short = view(capital=TRUCE - 0.01)
    assert stance("price_war", short).over
    assert stance("expand", short).fighting


def test_another_campaign_begins_anew() -> None:
    assert stance("price_war", view(Stance("expand", over=True), 9.0)).fighting


def test_premium_is_dearer_takes_better_risks_and_makes_less_noise() -> None:
    dear = stance("premium", view())
    assert dear.target is not None
    assert (dear.target > USUAL).all()
    assert np.all(dear.cut_off < 1.0)
    assert dear.marketing < 1.0


def test_a_niche_gets_what_the_other_segments_lose() -> None:
    now = stance("niche:micro", view())
    focus, cut_off = np.asarray(now.focus), np.asarray(now.cut_off)
    assert focus[1] > 1.0 > focus[0] == focus[2]
    assert cut_off[1] == 1.0 > cut_off[0] == cut_off[2]
    assert focus @ view().fit <= view().fit.sum() + 1e-12


def test_a_follower_goes_towards_its_rivals_price_in_each_segment() -> None:
    now = stance("follow", view())
    assert now.target is not None
    assert now.speed == FOLLOW_SPEED
    moved = now.target - view().markup
    assert moved == pytest.approx(view().rivals - view().own)


def test_who_follows_a_named_lender_goes_towards_its_price() -> None:
    leader = np.array([0.11, 0.12, 0.13])
    now = stance("follow:bigtech_1", view()._replace(leader=leader))
    assert now.target is not None
    assert now.target - view().markup == pytest.approx(leader - view().own)


def test_while_its_leader_is_not_there_a_follower_keeps_to_the_common_rule() -> None:
    assert stance("follow:bigtech_1", view()).target is None


def after_months(strategy: str, months: int, *, earned: float, since: float) -> Stance:
    """The stance of a lender that earned `since` when it took a strategy up, `earned` after."""
    now = stance(strategy, view()._replace(earned=since))
    for _ in range(months):
        now = stance(strategy, view(now)._replace(earned=earned))
    return now


@pytest.mark.parametrize("strategy", ["premium", "niche:micro", "follow"])
def test_a_strategy_that_disappoints_for_long_is_given_up_for_good(strategy: str) -> None:
    assert not after_months(strategy, 23, earned=0.05, since=0.12).over
    given_up = after_months(strategy, 24, earned=0.05, since=0.12)
    assert given_up.over
    assert (given_up.target, given_up.focus, given_up.cut_off) == (None, None, 1.0)
    assert stance(strategy, view(given_up)._replace(earned=0.5)) == given_up


def test_a_strategy_is_judged_by_a_normal_return_or_by_that_from_which_it_started() -> None:
    assert not after_months("niche:micro", 99, earned=0.09, since=0.12).over
    assert not after_months("niche:micro", 99, earned=0.05, since=0.04).over
    assert after_months("niche:micro", 99, earned=0.03, since=0.04).over
    assert not after_months("price_war", 99, earned=-0.05, since=0.12).over


def test_without_patience_a_strategy_is_never_reconsidered() -> None:
    now = stance("niche:micro", view())
    for _ in range(99):
        now = stance("niche:micro", view(now)._replace(earned=-0.5, patience=0))
    assert not now.over


def test_expansion_believes_less_checks_less_and_lends_more() -> None:
    now = stance("expand", view())
    assert now.target is not None
    assert (now.target < USUAL).all()
    assert now.margin < 0.0
    assert max(now.belief, now.care) < 1.0 < now.lines


def test_after_an_expansion_a_lender_retreats() -> None:
    now = stance("expand", view(capital=0.5))
    assert now.target is None
    assert max(now.marketing, now.lines, float(now.cut_off)) < 1.0
    assert now.belief == now.care == 1.0


def test_a_dated_strategy_holds_from_its_month() -> None:
    dated = DatedSeries({Month.of(2026, 1): "price_war", Month.of(2027, 1): "none"})
    found = [strategy_in(dated, Month.of(year, 6)) for year in (2025, 2026, 2027)]
    assert found == ["none", "price_war", "none"]
    assert strategy_in("follow", Month.of(2024, 1)) == "follow"
    assert strategies_by_path(dated) == {".2026-01": "price_war", ".2027-01": "none"}
    assert niche_of("niche:farmer") == "farmer"
    assert niche_of("premium") == ""
    assert leader_of("follow:bigtech_1") == "bigtech_1"
    assert leader_of("follow") == leader_of("niche:farmer") == ""
