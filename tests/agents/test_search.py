"""Searching: who comes to mind, who is tried, which offer is taken, and whose luck it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.loan import ONLINE
from agents.messages import (
    APPLICATIONS,
    APPROVALS,
    CAP,
    CELL_APPLICATIONS,
    CELL_APPROVALS,
    CONTESTED,
    GRADES,
    LOST,
    LOST_RISE,
    MET,
    MET_PRICE,
    PRICE,
    REQUESTED,
    RISK,
    SERVED,
    UNREACHABLE,
    WINS,
    Tally,
    Terms,
    World,
)
from agents.record import NO_ROUTE, SLOTS
from agents.search import (
    Desk,
    apply_to,
    consider,
    free_slot,
    is_online,
    look_for_loan,
    note_arrival,
    rank_by_appeal,
)
from tests.agents.people import INCOME, a_borrower, a_desk, a_tally, a_world, lend, some_terms

LENDERS = 7


def wide(**fields: Any) -> World:
    """A world in which all lenders come to mind and taste decides nothing."""
    return a_world(**{"breadth": 8, "tries": 8, "taste_bp": 0.0, **fields})


def arrivals(terms: Terms, identity: int, **world: Any) -> dict[int, float]:
    """Arrival times by permanent id of the lender."""
    desk = a_desk()
    found = consider(a_borrower(), identity, wide(**world), terms, desk)
    ids = [int(terms.lender_id[lender]) for lender in desk.lender[:found]]
    return dict(zip(ids, desk.arrival[:found].tolist(), strict=True))


def without(terms: Terms, lender: int) -> Terms:
    """The same terms in a world that never had this lender."""
    by_lender = {
        name: np.delete(value, lender, axis=0)
        for name, value in terms._asdict().items()
        if isinstance(value, np.ndarray) and value.shape[:1] == (LENDERS,)
    }
    return terms._replace(**by_lender)


@pytest.mark.parametrize("lender", range(LENDERS))
def test_one_lender_more_moves_nobody_elses_luck(lender: int) -> None:
    terms = some_terms()
    gone = int(terms.lender_id[lender])
    for identity in range(50):
        with_all = arrivals(terms, identity)
        assert len(with_all) == LENDERS
        with_all.pop(gone)
        assert arrivals(without(terms, lender), identity) == with_all


def test_who_comes_to_mind_late_is_left_out_and_nobody_else() -> None:
    """A shortcut spares the late their logarithm; the earliest three are those of all seven."""
    terms = some_terms()
    for identity in range(300):
        everyone = arrivals(terms, identity)
        first = sorted(everyone, key=everyone.__getitem__)[:3]
        assert [*arrivals(terms, identity, breadth=3)] == first


def test_luck_belongs_to_borrower_lender_and_month() -> None:
    terms = some_terms()
    first = arrivals(terms, 1)
    assert arrivals(terms, 1) == first
    assert len({*first.values()}) == LENDERS
    for other in (arrivals(terms, 2), arrivals(terms, 1, month=301), arrivals(terms, 1, seed=99)):
        assert not {*other.values()} & {*first.values()}


def test_lenders_come_to_mind_in_proportion_to_their_pull() -> None:
    terms = some_terms()
    pulls = np.array([1.0, 2.0, 3.0, 4.0, 0.0, 5.0, 0.0])
    terms = terms._replace(pull=40.0 * np.ones_like(terms.pull) * pulls)
    terms.open_new[5] = 0
    desk = a_desk()
    firsts = np.zeros(LENDERS)
    for identity in range(4_000):
        consider(a_borrower(), identity, wide(breadth=1), terms, desk)
        firsts[desk.lender[0]] += 1
    assert firsts / 4_000 == pytest.approx([0.1, 0.2, 0.3, 0.4, 0, 0, 0], abs=0.025)


def test_a_lender_one_has_already_does_not_come_to_mind() -> None:
    b = lend(a_borrower(), 0, route=3)
    desk = a_desk()
    found = consider(b, 1, wide(), some_terms(), desk)
    assert sorted(desk.lender[:found]) == [0, 1, 2, 4, 5, 6]


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=20), st.integers(1, 8))
def test_the_earliest_are_kept_in_order(times: list[float], breadth: int) -> None:
    desk, found = a_desk(), 0
    for lender, time in enumerate(times):
        found = note_arrival(desk, found, breadth, lender, 100 + lender, time)
    assert [word - 100 for word in desk.word[:found]] == desk.lender[:found].tolist()
    assert desk.arrival[:found].tolist() == sorted(times)[:breadth]
    assert [times[lender] for lender in desk.lender[:found]] == sorted(times)[:breadth]


@pytest.mark.parametrize(("rank", "online"), [(0, True), (16_000, True), (17_000, False)])
def test_half_are_online_when_half_have_gone_online(rank: int, online: bool) -> None:
    assert is_online(a_borrower(online_rank=rank), a_world(adoption=np.full((4, 2), 0.5))) == online


def test_lenders_are_ranked_by_expected_price_hassle_and_taste() -> None:
    terms = some_terms()
    terms.posted_bp[:, 0] = (1_500, 1_300, 1_700, 1_500, 1_500, 1_500, 1_500)
    terms.hassle_bp[:] = (0, 250, 0, 100, 0, 0, 0)
    desk = a_desk()
    found = consider(a_borrower(), 1, wide(), terms, desk)
    rank_by_appeal(a_borrower(), found, wide(), terms, desk)
    # 15% three times (0, 4, 5, 6), 15.5%, 16%, 17%
    assert desk.lender[4:7].tolist() == [1, 3, 2]
    assert (np.diff(desk.appeal[:found]) >= 0).all()


def test_taste_moves_the_ranking_by_its_scale() -> None:
    terms = some_terms()
    firsts = set()
    for identity in range(40):
        desk = a_desk()
        found = consider(a_borrower(), identity, wide(), terms, desk)
        rank_by_appeal(a_borrower(), found, wide(taste_bp=300.0), terms, desk)
        assert desk.appeal[:found].max() <= 1_500
        firsts.add(int(desk.lender[0]))
    assert len(firsts) > 4


# --- applying -------------------------------------------------------------------------------------


def applied(
    terms: Terms, *, lender: int = 0, b: Any = None, product: int = 0, **world: Any
) -> tuple[int, Desk, Tally]:
    """The outcome of one application, with the desk and the tally."""
    desk, tally = a_desk(), a_tally(terms)
    desk.lender[0] = lender
    desk.product[0] = product
    outcome = apply_to(b or a_borrower(), 1, 0, 0, INCOME, wide(**world), terms, tally, desk)
    assert tally.lender[lender, 0, APPLICATIONS] == tally.cell[0, CELL_APPLICATIONS] == 1
    assert tally.lender[lender, 0, APPROVALS] == tally.cell[0, CELL_APPROVALS]
    assert tally.cell[0, CELL_APPROVALS] == (outcome == SERVED)
    return outcome, desk, tally


def test_an_approved_application_brings_an_offer_and_a_line() -> None:
    outcome, desk, _ = applied(some_terms(income_multiple=np.full(LENDERS, 1.5)))
    assert outcome == SERVED
    assert (desk.offer[0], desk.line[0]) == (1_500, 150)


@pytest.mark.parametrize("cause", [RISK, CAP])
def test_a_refused_application_names_its_cause(cause: int) -> None:
    terms = some_terms(refusal=np.full((LENDERS, 4, GRADES), cause, dtype=np.int64))
    terms.apr_bp[:] = 0
    outcome, desk, _ = applied(terms)
    assert outcome == cause
    assert desk.offer[0] == 0


def test_a_line_below_the_smallest_draw_is_a_refusal_for_risk() -> None:
    terms = some_terms(income_multiple=np.full(LENDERS, 0.01))
    assert applied(terms, product=1)[0] == RISK


@pytest.mark.parametrize(("cause", "outcome"), [(RISK, SERVED), (CAP, CAP)])
def test_lenders_explore_refused_risks_but_never_above_a_cap(cause: int, outcome: int) -> None:
    """The worst grade that is served sets the price of what is tried to learn."""
    terms = some_terms(
        refusal=np.full((LENDERS, 4, GRADES), cause, dtype=np.int64), explore=np.ones(LENDERS)
    )
    terms.apr_bp[:, :, 1:] = 0
    terms.apr_bp[:, :, 0] = 1_100
    terms.base_score[:] = -9_000  # everybody is of the last grade
    found, desk, _ = applied(terms)
    assert found == outcome
    assert desk.offer[0] == (1_100 if outcome == SERVED else 0)


def test_a_lender_that_serves_nobody_explores_nobody() -> None:
    terms = some_terms(
        refusal=np.full((LENDERS, 4, GRADES), RISK, dtype=np.int64), explore=np.ones(LENDERS)
    )
    terms.apr_bp[:] = 0
    assert applied(terms)[0] == RISK


# --- choosing -------------------------------------------------------------------------------------


def searched(
    terms: Terms, *, b: Any = None, shops: bool = True, **world: Any
) -> tuple[int, Any, Tally]:
    """The outcome of one search for 5,000 yuan, with borrower and tally."""
    borrower, tally = b or a_borrower(), a_tally(terms)
    outcome = look_for_loan(
        borrower, 1, 500_000, shops, 0, INCOME, wide(**world), terms, tally, a_desk()
    )
    return outcome, borrower, tally


def test_who_shops_around_takes_the_cheapest_offer() -> None:
    terms = some_terms()
    terms.apr_bp[:, 0] = np.array([1_500, 1_400, 1_300, 1_450, 1_600, 1_350, 1_700])[:, None]
    terms.contract_bp[:] = terms.apr_bp - 200
    outcome, b, tally = searched(terms)
    assert outcome == SERVED
    k = b.route.index(2)
    assert (b.contract_bp[k], b.fee_bp[k], b.pending_fen[k]) == (1_100, 200, 500_000)
    assert b.first_month[k] == b.principal_fen[k] == 0  # a request, not yet a loan
    assert tally.route[2, REQUESTED] == 500_000
    assert tally.lender[:, 0, CONTESTED].tolist() == [1] * 7
    assert tally.lender[:, 0, WINS].tolist() == [0, 0, 1, 0, 0, 0, 0]


def test_who_loses_a_contest_knows_to_whom_and_whom_it_met() -> None:
    terms = some_terms()
    prices = np.array([1_500, 1_400, 1_300, 1_450, 1_600, 1_350, 1_700])
    terms.apr_bp[:, 0] = prices[:, None]
    terms.contract_bp[:] = terms.apr_bp - 200
    terms.asked_bp[:, 0] = prices
    terms.risen_bp[2, 0] = -300
    _, _, tally = searched(terms)
    others = [0, 1, 3, 4, 5, 6]
    assert tally.lender[others, 0, LOST].tolist() == [1] * 6
    assert tally.lender[others, 0, LOST_RISE].tolist() == [-300] * 6
    assert tally.lender[2, 0, LOST] == tally.lender[2, 0, LOST_RISE] == 0
    assert tally.lender[:, 0, MET].tolist() == [6] * 7
    assert tally.lender[:, 0, MET_PRICE].tolist() == (prices.sum() - prices).tolist()


def test_who_does_not_shop_around_takes_the_first_acceptable_offer() -> None:
    terms = some_terms()
    terms.posted_bp[:, 0] = np.arange(1_000, 1_700, 100)  # tried in this order
    terms.apr_bp[:, 0] = np.array([3_500, 2_000, 1_000, 1_000, 1_000, 1_000, 1_000])[:, None]
    _, b, tally = searched(terms, shops=False)
    assert 1 in b.route
    assert tally.cell[0, CELL_APPLICATIONS] == 2
    assert tally.lender[:2, 0, CONTESTED].tolist() == [1, 1]
    assert tally.lender[:2, 0, WINS].tolist() == [0, 1]


def test_no_more_applications_than_a_month_allows() -> None:
    terms = some_terms()
    assert searched(terms, tries=2)[2].cell[0, CELL_APPLICATIONS] == 2
    assert searched(terms, breadth=1)[2].cell[0, CELL_APPLICATIONS] == 1


@pytest.mark.parametrize(("urgent", "outcome"), [(0, PRICE), (1, SERVED)])
def test_offers_above_the_reservation_price_are_declined(urgent: int, outcome: int) -> None:
    b = a_borrower(reservation_bp=1_300, urgent=urgent)
    found, _, tally = searched(some_terms(), b=b, urgent_premium_bp=200)
    assert found == outcome
    assert tally.cell[0, CELL_APPROVALS] == LENDERS
    assert (b.route == [NO_ROUTE] * SLOTS) == (outcome == PRICE)


def test_whom_no_lender_reaches_is_unreachable() -> None:
    terms = some_terms(open_new=np.zeros(LENDERS, dtype=np.int64))
    assert searched(terms)[0] == UNREACHABLE
    full = a_borrower()
    for k in range(SLOTS):
        lend(full, k)
    assert searched(some_terms(), b=full)[0] == UNREACHABLE


def test_a_request_is_no_larger_than_the_line() -> None:
    _, b, _ = searched(some_terms(income_multiple=np.full(LENDERS, 0.3)))
    assert max(b.pending_fen) == 300_000


@pytest.mark.parametrize(("rank", "chance", "online"), [(0, 1.0, 1), (0, 0.0, 0), (32_767, 1.0, 0)])
def test_a_relationship_is_online_if_borrower_and_lender_are(
    rank: int, chance: float, online: int
) -> None:
    terms = some_terms(online=np.full(LENDERS, chance))
    _, b, _ = searched(terms, b=a_borrower(online_rank=rank))
    assert sum(flags & ONLINE for flags in b.flags) == online


def test_the_route_is_drawn_from_the_lenders_mix() -> None:
    mix = np.ones((LENDERS, 4, GRADES, 2))
    mix[..., 0] = 0.3
    numbers = np.array([[0, 6]] * LENDERS, dtype=np.int64)
    terms = some_terms(mix=mix, mix_route=numbers)
    first = 0
    for identity in range(1_000):
        b, tally = a_borrower(), a_tally(terms)
        look_for_loan(b, identity, 500_000, True, 0, INCOME, wide(), terms, tally, a_desk())
        first += 0 in b.route
    assert first / 1_000 == pytest.approx(0.3, abs=0.05)


def test_a_free_slot_is_an_empty_one_or_the_smallest_unused_line() -> None:
    b = a_borrower()
    lend(b, 0)
    lend(b, 1, principal_fen=0, line_hundred=50)
    lend(b, 2, principal_fen=0, line_hundred=20)
    assert free_slot(b) == 3
    lend(b, 3, principal_fen=0, line_hundred=10, pending_fen=100)
    assert free_slot(b) == 2
    lend(b, 1)
    lend(b, 2)
    assert free_slot(b) == -1


def test_a_lender_of_small_reach_often_does_not_come_to_mind() -> None:
    """The chance within a month is 1 - exp(-pull): 1,500 searches, six standard deviations."""
    terms = some_terms()
    terms = terms._replace(pull=np.full_like(terms.pull, 0.1))
    world = a_world(breadth=7)
    found = [consider(a_borrower(), person, world, terms, a_desk()) for person in range(1_500)]
    lenders = int(terms.open_new.sum())
    chance, tries = 1 - np.exp(-0.1), 1_500 * lenders
    assert abs(sum(found) / tries - chance) < 6 * np.sqrt(chance * (1 - chance) / tries)


# --- disclosure -----------------------------------------------------------------------------------


def with_fees(disclosure: float) -> Terms:
    """Lender 0 asks 17%, of which 5 points are fees; lender 1 asks 15% and no fees."""
    terms = some_terms(disclosure=disclosure)
    terms.open_new[2:] = 0
    for lender, (price, fees) in enumerate(((1_700, 500), (1_500, 0))):
        terms.apr_bp[lender] = price
        terms.contract_bp[lender] = price - fees
        terms.posted_bp[lender] = price
        terms.hidden_bp[lender] = fees
    return terms


def chosen(disclosure: float, identity: int, **fields: Any) -> int:
    """The lender that somebody who likes all alike ends up with; -1 for none."""
    b, terms = a_borrower(**fields), with_fees(disclosure)
    world = a_world(taste_bp=0.0, breadth=7, tries=1)
    found = look_for_loan(
        b, identity, 300_000, False, 0, INCOME, world, terms, a_tally(terms), a_desk()
    )
    return int(terms.route_brand[b.route[0]]) if found == SERVED else -1


def test_who_does_not_see_fees_takes_the_dearer_offer() -> None:
    assert {chosen(1.0, identity) for identity in range(20)} == {1}
    assert {chosen(0.0, identity) for identity in range(20)} == {0}


def test_disclosure_reaches_the_share_it_says_and_the_same_people_each_month() -> None:
    seen = [chosen(0.5, identity) for identity in range(600)]
    assert 0.42 < np.mean(seen) < 0.58
    assert seen == [chosen(0.5, identity) for identity in range(600)]


def test_who_does_not_see_fees_accepts_more_than_he_would() -> None:
    most = {"reservation_bp": 1_400}
    assert chosen(1.0, 1, **most) == -1
    assert chosen(0.0, 1, **most) == 0
