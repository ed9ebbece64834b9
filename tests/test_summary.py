"""Statistics of a run and the sentences they carry, on tables whose answers are known."""

from datetime import date
from operator import mul

import pandas
import pytest

from sim.core.tables import EVENTS
from sim.summary import (
    access_by_segment,
    approval_rate,
    concentration,
    default_rise,
    defaults,
    fall_of_access,
    firms,
    firms_by_kind,
    growth,
    hardest_rule,
    median_market,
    path_of,
    policy_changes,
    price,
    several_lenders,
    share_moves,
    unserved,
    what_happened,
    winners_and_losers,
    year_table,
)
from tests.synthetic import (
    events_table,
    lenders_table,
    market_table,
    run_tables,
    seed_tables,
    segments_table,
)


@pytest.fixture
def market() -> pandas.DataFrame:
    return market_table()


def flat(market: pandas.DataFrame, **values: float) -> pandas.DataFrame:
    """A market in which some columns never move."""
    return market.assign(**{name: float(value) for name, value in values.items()})


# --- statistics -----------------------------------------------------------------------------


def test_a_path_knows_its_ends_and_extremes(market: pandas.DataFrame) -> None:
    path = path_of(market.assign(hhi=[5.0, 9.0, 1.0, 9.0, *[4.0] * 80]), "hhi")
    assert (path.first, path.last, path.low, path.high) == (5.0, 4.0, 1.0, 9.0)
    assert path.high_month == pandas.Timestamp(2024, 2, 1)  # the earliest of equals
    assert path.low_month == pandas.Timestamp(2024, 3, 1)
    assert path.change == -1.0


def test_the_default_peak_and_the_low_before_it(market: pandas.DataFrame) -> None:
    rates = [0.03, 0.02, 0.02, 0.03, 0.05, 0.04, 0.01]
    rise = default_rise(market.head(7).assign(default_rate_12m=rates))
    assert rise is not None
    assert rise.low_month == pandas.Timestamp(2024, 3, 1)  # the last month of the low
    assert rise.peak_month == pandas.Timestamp(2024, 5, 1)
    assert (rise.low, rise.peak, rise.last, rise.months) == (0.02, 0.05, 0.01, 2)


@pytest.mark.parametrize("rates", [[0.03, 0.0315, 0.03], [0.05, 0.04, 0.03], [0.0, 0.0, 0.0]])
def test_no_rise_without_a_clear_one(market: pandas.DataFrame, rates: list[float]) -> None:
    assert default_rise(market.head(3).assign(default_rate_12m=rates)) is None


def test_approval_rate_without_applications_is_zero(market: pandas.DataFrame) -> None:
    assert approval_rate(market.assign(applications=0.0, approvals=0.0)) == 0.0
    assert approval_rate(market.head(6)) == pytest.approx(0.5)


def test_the_hardest_rule_is_the_one_after_which_approvals_fell_most(
    market: pandas.DataFrame,
) -> None:
    rule = hardest_rule(market, events_table())
    assert rule is not None
    assert rule.text == "All-in cap of 24%"
    assert [rule.before, rule.after] == pytest.approx([0.5, 0.4])


def test_a_rule_without_full_months_on_both_sides_does_not_count() -> None:
    assert hardest_rule(market_table(24), events_table(24)) is None  # three months after the cap
    assert hardest_rule(market_table(5), events_table(5)) is None


def test_policy_changes_are_told_once_however_many_seeds() -> None:
    assert len(policy_changes(seed_tables(3)["events"])) == 2
    assert len(policy_changes(events_table())) == 2


def test_share_moves_sum_to_nothing(market: pandas.DataFrame) -> None:
    moves = share_moves(lenders_table(market))
    assert moves[0].lender == "bigtech_1"
    assert moves[-1].lender == "bigtech_2"
    assert moves[0].last == pytest.approx(0.26)
    assert sum(move.last - move.first for move in moves) == pytest.approx(0.0)


def test_a_lender_that_enters_starts_from_a_share_of_zero(market: pandas.DataFrame) -> None:
    lenders = lenders_table(market)
    first = lenders["month"] == lenders["month"].min()
    entrant = lenders[~(first & (lenders["lender"] == "fintech_1"))]
    moves = {move.lender: move for move in share_moves(entrant)}
    assert moves["fintech_1"].first == 0.0


def test_shares_of_a_dead_market_are_zero(market: pandas.DataFrame) -> None:
    moves = share_moves(lenders_table(market).assign(balance=0.0))
    assert {(move.first, move.last) for move in moves} == {(0.0, 0.0)}


def test_firms_by_kind_at_both_ends(market: pandas.DataFrame) -> None:
    kinds = firms_by_kind(lenders_table(market))
    assert kinds.loc["small_loan", "last"] == 5400 - 25 * 83
    assert kinds.loc["bigtech", "first"] == 2


def test_the_year_table_takes_year_ends_and_the_years_mean_rate(market: pandas.DataFrame) -> None:
    years = year_table(market)
    assert years["year"].tolist() == list(range(2024, 2031))
    assert years["hhi"].iloc[-1] == pytest.approx(1010.0)
    assert years["balance"].iloc[0] == market["balance"].iloc[11]
    rates, lent = market["apr_new"].tolist()[:12], market["originations"].tolist()[:12]
    expected = sum(map(mul, rates, lent)) / sum(lent)
    assert years["apr_new"].iloc[0] == pytest.approx(expected)


def test_the_year_table_of_a_few_months_and_of_no_lending(market: pandas.DataFrame) -> None:
    years = year_table(flat(market.head(5), originations=0))
    assert years["month"].tolist() == [pandas.Timestamp(2024, 5, 1)]
    assert years["apr_new"].tolist() == [0.0]


def test_several_seeds_count_by_their_median(market: pandas.DataFrame) -> None:
    tables = seed_tables(3)
    assert median_market(tables["market"])["hhi"].tolist() == pytest.approx(market["hhi"].tolist())
    assert year_table(tables["market"])["hhi"].iloc[-1] == pytest.approx(1010.0)
    moves = share_moves(tables["lenders"])
    assert moves[0].last == pytest.approx(0.26)
    assert firms_by_kind(tables["lenders"]).loc["bigtech", "last"] == 2


# --- sentences ------------------------------------------------------------------------------


def test_every_sentence_names_its_numbers() -> None:
    told = {sentence.figure: sentence.text for sentence in what_happened(run_tables())}
    texts = " ".join(sentence.text for sentence in what_happened(run_tables()))
    assert "rose over 35 months, from 3.0% in 2024-01 to 4.6% in 2026-12" in texts
    assert "approved 50.0% of new applications in the 6 months before 2025-10 and 40.0%" in texts
    assert "took effect around that time: All-in cap of 24% (2025-10). What one of them" in texts
    assert "740 to 1,010 points (as if 10 equal firms shared it)" in told["concentration"]
    assert "2,900 lenders were in business in 2030-12, down from 5,500" in told["lenders"]
    assert "small-loan companies lost the largest part, 38.4% of 5,400" in told["lenders"]
    assert "Big-tech platform 1 gained most: from 20.0% to 26.0% of the balance;" in texts
    assert (
        "grew: 5.00 tn yuan in 2024-01, 5.83 tn yuan in 2030-12 (+16.6%, +2.2% a year)"
        in told["balance"]
    )
    assert "New loans became cheaper" in told["prices"]
    assert "60.0% of new applications from consumers and 30.0% from low-income people" in texts
    assert "rose from 20.0% in 2024-01 to 24.0% in 2030-12" in told["borrowers"]


def test_a_market_that_stands_still_makes_no_claims(market: pandas.DataFrame) -> None:
    still = flat(
        market,
        balance=5e12,
        hhi=740,
        cr5=0.5,
        default_rate_12m=0.03,
        apr_new=0.15,
        multi3_share=0.2,
        approvals=1e7,
        lenders=5500,
    )
    rise = default_rise(still)
    assert rise is None
    text = defaults(still, rise)
    assert text is not None
    assert "hardly moved: 3.0% in 2024-01, 3.0% in 2030-12." in text.text
    assert fall_of_access(still, events_table()) is None
    assert price(still) is None
    assert several_lenders(still) is None
    assert firms(still, lenders_table(still)) is None
    hardly = concentration(still)
    assert hardly is not None
    assert "hardly changed" in hardly.text
    steady = growth(still)
    assert steady is not None
    assert "hardly changed" in steady.text


def test_a_default_rate_still_at_its_peak_is_not_said_to_have_ended(
    market: pandas.DataFrame,
) -> None:
    rising = market.assign(default_rate_12m=[0.03 + 0.0005 * month for month in range(84)])
    sentence = defaults(rising, default_rise(rising))
    assert sentence is not None
    assert "still at that height in the last month, 2030-12" in sentence.text


def test_a_falling_default_rate_is_said_to_fall(market: pandas.DataFrame) -> None:
    falling = market.assign(default_rate_12m=[0.05 - 0.0003 * month for month in range(84)])
    sentence = defaults(falling, default_rise(falling))
    assert sentence is not None
    assert "fell: 5.0% in 2024-01, 2.5% in 2030-12" in sentence.text


def test_a_market_that_dies_is_told_as_such(market: pandas.DataFrame) -> None:
    dying = market.assign(balance=[5e12] * 40 + [0.0] * 44)
    sentence = growth(dying)
    assert sentence is not None
    assert "died out" in sentence.text
    assert "nothing after 2027-04" in sentence.text


def test_nothing_can_be_said_of_a_market_that_never_was(market: pandas.DataFrame) -> None:
    numbers = [name for name in market.columns if name != "month"]
    empty = market.assign(**{name: market[name] * 0 for name in numbers})
    tables = run_tables() | {
        "market": empty,
        "lenders": lenders_table(market).head(0),
        "segments": segments_table(market).head(0),
        "events": events_table().head(0),
    }
    assert what_happened(tables) == []


def test_a_high_outside_the_ends_is_named(market: pandas.DataFrame) -> None:
    humped = market.assign(balance=[5e12] * 20 + [6e12] * 20 + [5e12] * 44)
    sentence = growth(humped)
    assert sentence is not None
    assert "after a high of 6.00 tn yuan in 2025-09" in sentence.text


def test_more_rules_than_fit_are_counted() -> None:
    market = market_table()
    rows = [
        {
            "month": date(2025, month, 1),
            "kind": "policy",
            "actor": "regulator",
            "text": f"Rule {month}.",
            "before": None,
            "after": None,
        }
        for month in range(7, 12)
    ]
    sentence = fall_of_access(market, EVENTS.frame(rows))
    assert sentence is not None
    assert "Rule 7 (2025-07); Rule 8 (2025-08); Rule 9 (2025-09); and 2 more" in sentence.text


def test_shares_that_hardly_move_are_not_told(market: pandas.DataFrame) -> None:
    lenders = lenders_table(market)
    assert winners_and_losers(lenders.assign(balance=1.0)) is None
    assert winners_and_losers(lenders.head(0)) is None


def test_equal_access_is_not_told(market: pandas.DataFrame) -> None:
    segments = segments_table(market)
    assert access_by_segment(segments.assign(approvals=1.0e6)) is None


def test_causes_of_unmet_demand(market: pandas.DataFrame) -> None:
    sentence = unserved(market)
    assert sentence is not None
    assert "70.0% was judged too risky, 20.0% was priced out by a cap, 6.0%" in sentence.text
    assert "funds" not in sentence.text  # under a twentieth
    assert unserved(market.assign(unmet_demand=0.0)) is None
    causes = [name for name in market.columns if name.startswith("unmet_")]
    assert unserved(market.drop(columns=set(causes) - {"unmet_demand"})) is None


@pytest.mark.parametrize("months", [1, 2, 5, 13])
def test_short_runs_can_be_summed_up(months: int) -> None:
    for tables in (run_tables(months), seed_tables(2, months)):
        for sentence in what_happened(tables):
            assert sentence.text.endswith(".")
            assert "nan" not in sentence.text


def test_no_table_is_changed() -> None:
    for tables in (run_tables(), seed_tables(2)):
        copies = {name: table.copy(deep=True) for name, table in tables.items()}
        what_happened(tables)
        year_table(tables["market"])
        for name, copy in copies.items():
            pandas.testing.assert_frame_equal(tables[name], copy)
