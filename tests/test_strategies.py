"""Strategies in the market: what they do to the lender that has one, and that nothing moves before.

The market is that of tests/small_market.py, opened once; every test goes on from a copy.
"""

import numpy as np
import pandas
import pytest

from agents.lenders import rivals_prices
from sim.branching import first_difference
from sim.core.errors import InputError
from sim.core.months import Month
from sim.model import LoanMarket, State
from sim.rivalry import capital_to_need
from sim.scenario import Scenario, load_scenario
from tests.small_market import assert_equal_tables, opened_market, small_scenario, stepped

MONTHS = 14
START = "2024-03"


@pytest.fixture(scope="module")
def opened() -> tuple[Scenario, State]:
    scenario = small_scenario()
    return scenario, opened_market(scenario, borrowers=2_500).snapshot()


def lived(
    opened: tuple[Scenario, State], strategies: dict[str, object], months: int = MONTHS
) -> LoanMarket:
    """The small market some months on, with strategies by lender, audited every month."""
    scenario, state = opened
    changes = {f"lenders.{name}.strategy": what for name, what in strategies.items()}
    changed = scenario.with_changes(changes) if changes else scenario
    model = LoanMarket(changed, borrowers=2_500, threads=1, audit=True)
    model.restore(state)
    return stepped(model, months)


def lender(model: LoanMarket, name: str) -> pandas.DataFrame:
    table = model.recorder.tables()["lenders"]
    return table[table["lender"] == name].reset_index(drop=True)


@pytest.fixture(scope="module")
def usual(opened: tuple[Scenario, State]) -> LoanMarket:
    return lived(opened, {})


def test_nothing_moves_before_a_strategy_begins(opened: tuple[Scenario, State]) -> None:
    without = lived(opened, {}, 2).recorder.tables()
    dated = lived(opened, {"fringe": {START: "price_war"}}, 2).recorder.tables()
    assert_equal_tables(without, dated)


def test_a_price_war_gains_customers_and_burns_capital(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    war = lived(opened, {"fringe": {START: "price_war"}})
    before, now = lender(usual, "fringe"), lender(war, "fringe")
    assert now["apr_new"].iloc[-6:].mean() < before["apr_new"].iloc[-6:].mean() - 0.02
    assert now["balance"].iloc[-1] > 1.05 * before["balance"].iloc[-1]
    assert now["profit"].sum() < before["profit"].sum()
    assert now["equity"].iloc[-1] < before["equity"].iloc[-1]


def test_a_price_war_stops_for_want_of_capital_and_the_event_says_so(
    opened: tuple[Scenario, State],
) -> None:
    model = lived(opened, {"fringe": {START: "price_war"}}, 6)
    fringe = next(x for x in model.market.lenders if x.name == "fringe")
    assert fringe.state.stance.fighting
    equity = model.market.ledger.equity(fringe.number)
    model.market.ledger.pay_capital(fringe.number, -equity * 4 // 5)
    assert capital_to_need(model.market)[fringe.number] < 0.9
    stepped(model, 1)
    assert not fringe.state.stance.fighting
    assert fringe.state.stance.over
    events = model.recorder.tables()["events"]
    assert events["text"].iloc[-1].startswith("gives up price_war for good for want of capital")


def test_premium_asks_more_of_fewer_and_better_customers(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    dear = lender(lived(opened, {"fringe": {START: "premium"}}), "fringe")
    before = lender(usual, "fringe")
    assert dear["markup"].iloc[-1] > before["markup"].iloc[-1] + 0.01
    assert dear["balance"].iloc[-1] < before["balance"].iloc[-1]
    approved = dear["approvals"].sum() / dear["applications"].sum()
    assert approved < before["approvals"].sum() / before["applications"].sum()


def test_a_niche_turns_from_the_other_segments(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    """What the lender is asked for, by segment, from the tallies of the last month."""
    niche = lived(opened, {"net_bank": {START: "niche:farmer"}})
    number = next(x.number for x in niche.market.lenders if x.name == "net_bank")
    place = list(niche.settings.segments).index("farmer")

    def share(model: LoanMarket) -> float:
        served = model.market.lenders[number]
        pull = served.attention() * served.state.reach
        return float(pull[place] / pull.sum())

    assert share(niche) > 1.5 * share(usual)
    assert (
        lender(niche, "net_bank")["balance"].iloc[-1]
        < lender(usual, "net_bank")["balance"].iloc[-1]
    )


def test_a_follower_comes_nearer_to_its_rivals_price(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    def gap(model: LoanMarket) -> float:
        prices = (
            model.recorder.tables()["lenders"]
            .groupby("lender")["apr_new"]
            .agg(lambda x: x.iloc[-6:].mean())
        )
        return float(prices["fringe"] - prices[["big", "finance"]].mean())

    assert gap(usual) > 0.03
    assert abs(gap(lived(opened, {"fringe": {START: "follow"}}))) < 0.7 * gap(usual)


def test_expansion_takes_more_customers_and_whom_it_would_refuse(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    grown, before = lender(lived(opened, {"big": {START: "expand"}}), "big"), lender(usual, "big")
    assert grown["balance"].iloc[:10].max() > 1.1 * before["balance"].iloc[:10].max()
    # What is charged off in so few months was lent before; what the new loans become is late first.
    late, usually = (
        float((x["dpd90_ratio"] * x["balance"]).iloc[-2:].sum()) for x in (grown, before)
    )
    assert late > 1.5 * usually
    approved = [one["approvals"].sum() / one["applications"].sum() for one in (grown, before)]
    assert approved[0] > 1.05 * approved[1]


def test_rivals_prices_leave_the_lender_itself_out() -> None:
    posted = np.array([[0.10, 0.20], [0.14, 0.20], [0.20, 0.30]])
    met = np.array([[1.0, 0.0], [3.0, 0.0], [1.0, 2.0]])
    found = rivals_prices(posted, met)
    assert found[0, 0] == pytest.approx((3 * 0.14 + 0.20) / 4)
    assert found[0, 1] == pytest.approx(0.30)
    assert found[2, 1] == 0.30  # nobody else is met there


def test_worlds_with_a_dated_strategy_part_in_its_month() -> None:
    base = load_scenario("observed")
    dated = base.with_changes({"lenders.bigtech_2.strategy": {"2026-01": "price_war"}})
    later = base.with_changes({"lenders.bigtech_2.strategy": {"2027-01": "price_war"}})
    resized = dated.with_changes({"lenders.bigtech_2.equity": 1e10})
    assert first_difference(base, dated) == Month.of(2026, 1)
    assert first_difference(dated, later) == Month.of(2026, 1)
    beginning = base.start - base.burn_in_months
    assert first_difference(later, resized) == beginning


def test_a_follower_of_one_lender_comes_nearer_to_that_one(
    opened: tuple[Scenario, State], usual: LoanMarket
) -> None:
    def gap(model: LoanMarket) -> float:
        late = {x: lender(model, x)["apr_new"].iloc[-6:].mean() for x in ("fringe", "net_bank")}
        return float(late["fringe"] - late["net_bank"])

    assert gap(lived(opened, {"fringe": {START: "follow:net_bank"}})) < 0.8 * gap(usual)


def test_a_strategy_that_disappoints_is_given_up_and_the_event_says_why(
    opened: tuple[Scenario, State],
) -> None:
    scenario, state = opened
    changes = {"lenders.net_bank.strategy": {"2024-02": "niche:farmer"}}
    ended = {}
    for patience in (0, 3):
        changed = scenario.with_changes({**changes, "ownership.strategy_patience": patience})
        model = LoanMarket(changed, borrowers=2_500, threads=1)
        model.restore(state)
        bank = next(x for x in model.market.lenders if x.name == "net_bank")
        for month in range(5):  # good months until it takes its niche up, then bad ones
            bank.state.profit_year = [1_000_000 if month < 2 else -1_000_000] * 12
            model.step()
        events = model.recorder.tables()["events"]
        ended[patience] = [text for text in events["text"] if "gives up niche:farmer" in text]
        assert bank.state.stance.over == (patience > 0)
    assert ended[0] == []
    assert ended[3] == [
        "gives up niche:farmer for good after 0.25 years of returns on equity below 8%"
    ]


REFUSED = {
    "bigtech_9": ("price_war", "lenders.bigtech_9 names no lender that could have a strategy"),
    "bigtech_2": ("pricewar", "Did you mean 'price_war'?"),
    "bigtech_3": ("niche:farmr", "no such segment. Did you mean 'farmer'?"),
    "bigtech_4": ({"2026-01": "niche"}, "strategy.2026-01 is 'niche'; a strategy is price_war"),
    "bigtech_5": ({"2036-01": "follow"}, "outside the run; it reports 2024-01 to 2030-12"),
    "fintech_2": ("niche:farmer", "fintech lenders serve only consumer, micro, low_income"),
    "bank_funder_2": ("follow", "only funds other lenders' loans"),
    "bigtech_1": ("follow:bigtech_9", "no such lender with prices. Did you mean 'bigtech_"),
    "fintech_1": ("follow:fintech_1", "so that it would follow itself; name another lender"),
    "fintech_3": ("follow:bank_funder_1", "no such lender with prices"),
    "internet_bank_1": ({"2026-01": "follow:"}, "a strategy is price_war, premium, follow"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_strategy_that_cannot_be_is_refused_in_one_line(name: str) -> None:
    strategy, said = REFUSED[name]
    with pytest.raises(InputError) as told:
        load_scenario("observed").with_changes({f"lenders.{name}.strategy": strategy})
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_level_of_competition_cannot_do_away_with_a_strategist() -> None:
    changes = {"competition.preset": "monopoly", "lenders.bigtech_2.strategy": "follow"}
    with pytest.raises(InputError, match="leaves no bigtech_2 to follow its strategy"):
        load_scenario("observed").with_changes(changes)


def test_a_level_of_competition_cannot_do_away_with_a_leader() -> None:
    changes = {"competition.preset": "monopoly", "lenders.bigtech_1.strategy": "follow:bigtech_2"}
    with pytest.raises(InputError, match="leaves no bigtech_2 to be spoken of by"):
        load_scenario("observed").with_changes(changes)


def test_lenders_that_a_level_adds_do_not_copy_a_strategy() -> None:
    changes = {"competition.preset": "high", "lenders.bigtech_1.strategy": "follow"}
    lenders = load_scenario("observed").with_changes(changes).under_competition().lenders
    assert [name for name, setup in lenders.items() if setup.strategy] == ["bigtech_1"]
