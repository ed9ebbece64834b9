"""A borrower's month, rule by rule, on a plain object."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa import Model

from agents.borrower import (
    FOR_DEBT,
    FOR_ESSENTIALS,
    MOST_FEN,
    PLANNED,
    Borrower,
    BorrowerView,
    be_born,
    be_brought_back,
    be_counted,
    be_placed,
    change_plans,
    change_work,
    drift_income,
    earn,
    live,
    make_room,
    next_to_serve,
    permanent_income,
    pick,
    prepay,
    receive,
    redraw,
    redraw_rate,
    review_lines,
    sign,
    slots_in_debt,
    think_of_walking,
    total_due,
    want_credit,
)
from agents.loan import IN_ARREARS, ONLINE, WALKED, draw, repay
from agents.messages import (
    CELL_ACTIVE,
    CELL_BALANCE,
    CELL_BORROWERS,
    CELL_DEFAULTED_1,
    CELL_DEFAULTED_12,
    CELL_MULTI3,
    CELL_SURPLUS,
    CELL_WAS_PERFORMING_1,
    CELL_WAS_PERFORMING_12,
    DRAWN,
    FUNDING,
    LOG_INCOME_MOST,
    LUCK_BITS,
    NEW_LINES,
    QUALITY_BITS,
    QUALITY_ORIGIN,
    REFINANCED,
    REPAID,
    REQUESTED,
    RESERVED,
    SERVED,
    Offers,
    Terms,
)
from agents.population import luck_of_a_month, spell_ceiling
from agents.record import EVER_90, GENERATION_STEP, NO_ROUTE, RECORD, SLOTS
from agents.underwriting import todays_grade
from tests.agents.people import (
    INCOME,
    MONTH,
    NEVER,
    a_borrower,
    a_desk,
    a_tally,
    a_world,
    lend,
    some_terms,
)
from tests.small_market import small_scenario

PLENTY = 10**9
STEADY = np.ones((4, 1 << LUCK_BITS))
"""The luck of months without luck."""


def everybody(rate: float, routes: int = 7, spare: float = 0.0) -> Offers:
    """Offers that admit each request with one chance, and each second choice with another."""
    return Offers(admit=np.full(routes, rate), spare=np.full(routes, spare))


# --- a life begins --------------------------------------------------------------------------------


def test_a_share_is_picked_by_where_the_draw_falls() -> None:
    cumulative = np.array([0.2, 0.2, 0.9, 1.0])
    assert [pick(cumulative, u) for u in (0.0, 0.199, 0.2, 0.899, 0.9, 0.999)] == [0, 0, 2, 2, 3, 3]
    assert pick(np.array([0.5, 0.9999999]), 0.99999999) == 1  # rounding never falls off the end


def test_newcomers_fit_their_fields_and_follow_their_segments() -> None:
    world = a_world(
        income_sigma=np.full(4, 2.0), appetite_sigma=3.0, reservation_sd=10.0,
        participation=np.full(4, 0.5),
    )  # fmt: skip
    people = []
    for place in range(4_000):
        b = a_borrower()
        be_placed(b, place, world)
        be_born(b, place, world)
        people.append(b)
        for name in RECORD.names or ():
            limits = np.iinfo(RECORD[name].base)
            value = getattr(b, name)
            for item in value if isinstance(value, list) else [value]:
                assert limits.min <= item <= limits.max, name
                assert item == int(item)
    shares = np.diff(world.segment_share, prepend=0.0)
    for segment, share in enumerate(shares):
        members = [b for b in people if b.segment == segment]
        assert len(members) / 4_000 == pytest.approx(share, abs=0.03)
        takers = sum(b.appetite_pct > 0 for b in members) / len(members)
        assert takers == pytest.approx(0.5, abs=0.1)
    assert np.mean([b.quality_e3 for b in people]) == pytest.approx(0.0, abs=60)
    assert np.std([b.willingness_e3 for b in people]) == pytest.approx(1_000, abs=60)


def test_a_newcomer_starts_without_a_past() -> None:
    world = a_world()
    b = lend(a_borrower(), 0, missed=3)
    b.default_month, b.performing_mask, b.in_spell, b.episode = MONTH, 7, 1, -3
    be_born(b, 9, world)
    assert b.route == [NO_ROUTE] * SLOTS
    assert (b.default_month, b.performing_mask, b.in_spell, b.episode) == (0, 0, 0, 0)
    assert (b.buffer_fen, b.principal_fen) == (0, [0] * SLOTS)


def test_who_follows_lives_in_the_same_place_with_luck_of_his_own() -> None:
    world = a_world()
    b = a_borrower()
    be_placed(b, 5, world)
    be_born(b, 5, world)
    first = dict(vars(b))
    tally = a_tally(some_terms())
    identity = make_room(b, 5, 0, world, tally)
    assert identity == 5 + GENERATION_STEP
    assert b.generation == 1
    for name in ("segment", "region", "rural"):
        assert getattr(b, name) == first[name]
    assert any(getattr(b, n) != first[n] for n in ("quality_e3", "online_rank", "log_income_e3"))


# --- work and income ------------------------------------------------------------------------------


@pytest.mark.parametrize(("u", "before", "after"), [(0.24, 1, 0), (0.26, 1, 1)])
def test_a_spell_ends_with_its_hazard(u: float, before: int, after: int) -> None:
    b = a_borrower(in_spell=before)
    change_work(b, u, a_world(spell_exit=0.25))
    assert b.in_spell == after


@pytest.mark.parametrize("quality", [-2_000, 0, 1_500])
def test_work_is_lost_more_easily_in_bad_times_and_by_the_unstable(quality: int) -> None:
    """Monthly hazard = 0.16 x unemployment x exp(-0.8 x quality)."""
    world = a_world(
        spell_hazard=np.full(4, 0.16),
        unemployment=0.05,
        quality_effect=0.8,
        spell_ceiling=np.array(spell_ceiling(0.8)),
    )
    hazard = 0.16 * 0.05 * math.exp(-0.8 * quality / 1000)
    for u, after in ((hazard * 0.999, 1), (hazard * 1.001, 0)):
        b = a_borrower(quality_e3=quality)
        change_work(b, u, world)
        assert b.in_spell == after


def test_income_falls_in_a_spell_and_follows_the_season() -> None:
    world = a_world(income_luck=STEADY, spell_income=0.35, income_season=1.1)
    b = a_borrower()
    permanent = permanent_income(b, world)
    assert permanent == pytest.approx(INCOME, rel=1e-3)
    assert earn(b, 1, permanent, 7, world) == math.floor(permanent * 1.1)
    b.in_spell = 1
    assert earn(b, 1, permanent, 7, world) == math.floor(permanent * 1.1 * 0.35)


def test_an_income_shock_hits_its_share_by_its_depth_and_the_same_people_all_along() -> None:
    shock: dict[str, Any] = {
        "shock_share": np.array([0.3]),
        "shock_depth": np.array([0.4]),
        "shock_key": np.array([MONTH], dtype=np.int64),
    }
    calm = a_world(income_luck=STEADY)
    hit = {}
    for month in (MONTH, MONTH + 3):
        world = calm._replace(month=month, **shock)
        b = a_borrower()
        for identity in range(2_000):
            income = earn(b, identity, INCOME, 5, world)
            assert income in (1_000_000, 600_000)
            hit[month, identity] = income < 1_000_000
    first = [hit[MONTH, identity] for identity in range(2_000)]
    assert sum(first) / 2_000 == pytest.approx(0.3, abs=0.03)
    assert first == [hit[MONTH + 3, identity] for identity in range(2_000)]


def test_lasting_income_moves_and_forgets() -> None:
    world = a_world(persistent=0.0, reversion=0.25)
    b = a_borrower()
    b.log_income_e3 = round(1000 * (world.log_income[0] + 0.8))
    drift_income(b, 1, world)
    assert b.log_income_e3 == pytest.approx(1000 * (world.log_income[0] + 0.6), abs=1)


@given(st.integers(0, LOG_INCOME_MOST), st.integers(0, 2**32 - 1))
def test_an_income_never_outgrows_its_field(log_income: int, word: int) -> None:
    wild = np.array([luck_of_a_month(2.0)] * 4)
    world = a_world(income_luck=wild, income_index=3.0)
    b = a_borrower(log_income_e3=log_income)
    assert 0 <= earn(b, 1, permanent_income(b, world), word, world) <= MOST_FEN


@given(st.integers(0, LOG_INCOME_MOST))
def test_lasting_income_is_the_exp_of_its_logarithm(log_income: int) -> None:
    income = permanent_income(a_borrower(log_income_e3=log_income), a_world(income_index=1.2))
    assert income == pytest.approx(1.2 * math.exp(log_income / 1_000), rel=1e-14)


def test_the_luck_of_a_month_is_lognormal_and_spread_over_all_draws() -> None:
    luck = np.array([luck_of_a_month(0.2)] * 4)
    world = a_world(income_luck=luck)
    words = [(2**32 // 5_000) * i for i in range(5_000)]
    incomes = [earn(a_borrower(), 1, INCOME, word, world) for word in words]
    assert np.mean(incomes) == pytest.approx(INCOME, rel=1e-3)  # luck makes nobody richer
    logs = np.log(np.array(incomes) / INCOME)
    assert logs.mean() == pytest.approx(-0.02, abs=1e-3)
    assert logs.std() == pytest.approx(0.2, rel=0.01)
    assert incomes == sorted(incomes)
    assert logs.min() + 0.02 == pytest.approx(-logs.max() - 0.02, rel=2e-3)
    assert logs.max() + 0.02 == pytest.approx(0.2 * 3.297, rel=2e-3)


@given(st.integers(-9_999, 9_999), st.floats(0, 3))
def test_nobody_is_above_the_ceiling_of_his_hazard(quality: int, effect: float) -> None:
    """So leaving out those above it changes nothing."""
    changed = small_scenario({"behaviour.quality_effect": effect})
    ceiling = spell_ceiling(changed.behaviour.quality_effect)
    step = (quality + QUALITY_ORIGIN) >> QUALITY_BITS
    factor = math.exp(-effect * quality / 1_000)
    assert factor <= ceiling[step] * (1 + 1e-12)
    assert ceiling[step] <= factor * math.exp(1.024 * effect) * (1 + 1e-12)


# --- paying ---------------------------------------------------------------------------------------


def test_the_largest_line_is_served_first() -> None:
    b = a_borrower()
    for k, line in enumerate((100, 300, 300, 200)):
        lend(b, k, line_hundred=line)
    order, unpaid = [], slots_in_debt(b)
    while unpaid:
        order.append(next_to_serve(b, unpaid))
        unpaid -= 1 << order[-1]
    assert order == [1, 2, 3, 0]
    b.principal_fen[1] = 0
    assert next_to_serve(b, slots_in_debt(b)) == 2


def test_what_is_due_leaves_out_what_one_has_walked_away_from() -> None:
    b = lend(lend(a_borrower(), 0), 1, flags=WALKED)
    assert total_due(b, a_world(), some_terms()) == 110_000


def test_prepayment_takes_the_dearest_loan_in_good_standing() -> None:
    terms = some_terms()
    b, tally = a_borrower(), a_tally(terms)
    lend(b, 0, contract_bp=1_000, fee_bp=0)
    lend(b, 1, contract_bp=900, fee_bp=500)
    lend(b, 2, contract_bp=2_400, missed=1)
    left = prepay(b, 550_000, INCOME, some_terms(), tally)
    assert left == 250_000  # a quarter of a month's income stays
    assert b.principal_fen[:3] == [1_000_000, 700_000, 1_000_000]
    assert tally.route[:, REPAID].tolist() == [0, 300_000, 0, 0, 0, 0, 0]
    assert prepay(b, 250_000, INCOME, some_terms(), tally) == 250_000
    assert prepay(b, PLENTY, INCOME, some_terms(), tally) == PLENTY - 700_000
    assert b.principal_fen[1] == b.months_left[1] == 0


WALKING: dict[str, float] = {
    "walk_rate": 0.5, "walk_slope": 3.0, "walk_willingness": 1.0, "walk_headroom": 0.8,
    "walk_reported": 0.0, "walk_able": 1.0,
}  # fmt: skip


@pytest.mark.parametrize(("due", "willingness"), [(1_000_000, 0), (300_000, 0), (600_000, -2_000)])
def test_walking_away_is_logistic_in_burden_willingness_and_headroom(
    due: int, willingness: int
) -> None:
    """Unused lines: 10,000 of 20,000 yuan, one month of income."""
    x = 3.0 * (due / INCOME - 0.5) - willingness / 1_000 - 0.8 * 1.0
    chance = 0.5 / (1 + math.exp(-x))
    for u, walks in ((chance * 0.999, True), (chance * 1.001, False)):
        b = lend(a_borrower(willingness_e3=willingness), 0, instalment_fen=due)
        think_of_walking(b, PLENTY, INCOME, u, a_world(**WALKING), some_terms())
        assert bool(b.flags[0] & WALKED) == walks


def test_who_cannot_pay_does_not_walk_away_but_defaults() -> None:
    for able, cash, walks in ((1.0, 109_999, False), (1.0, 110_000, True), (0.0, 0, True)):
        b = lend(a_borrower(), 0)
        world = a_world(**WALKING | {"walk_able": able})
        think_of_walking(b, cash, INCOME, 0.0, world, some_terms())
        assert bool(b.flags[0] & WALKED) == walks


@pytest.mark.parametrize("effect", [0.0, 2.0])
def test_debts_that_others_hear_of_keep_people_from_walking_away(effect: float) -> None:
    """Two equal debts, one at a lender that reports everything, one at a lender that does not."""
    world = a_world(**WALKING | {"walk_reported": effect, "walk_headroom": 0.0})
    for reported, share in (((0.0, 0.0), 0.0), ((1.0, 0.0), 0.5), ((1.0, 1.0), 1.0)):
        terms = some_terms(bureau=np.array([*reported, 0, 0, 0, 0, 0.0]))
        x = 3.0 * (2 * 250_000 / INCOME - 0.5) - effect * share
        chance = 0.5 / (1 + math.exp(-x))
        for u, walks in ((chance * 0.999, True), (chance * 1.001, False)):
            b = lend(lend(a_borrower(), 0, instalment_fen=250_000), 1, instalment_fen=250_000)
            think_of_walking(b, PLENTY, INCOME, u, world, terms)
            assert bool(b.flags[0] & WALKED) == walks


@pytest.mark.parametrize(("u", "returns"), [(0.04, True), (0.06, False)])
def test_collection_brings_some_back(u: float, returns: bool) -> None:
    b = lend(a_borrower(), 0, flags=WALKED + ONLINE)
    terms = some_terms(collection=np.full(7, 0.05))
    be_brought_back(b, u, terms)
    assert bool(b.flags[0] & WALKED) != returns
    assert b.flags[0] & ONLINE


# --- reviewing lines ------------------------------------------------------------------------------


def reviewed(b: Any, age: int, terms: Terms | None = None, **world: Any) -> Any:
    terms = terms or some_terms()
    for k in range(SLOTS):
        if b.first_month[k]:
            b.first_month[k] = MONTH - age
    review_lines(b, 1, INCOME, a_world(**world), terms, a_tally(terms))
    return b


@pytest.mark.parametrize("age", [6, 12, 60])
def test_every_half_year_a_line_follows_what_the_lender_sees(age: int) -> None:
    terms = some_terms(line_share=np.full((7, 8), 0.5), income_multiple=np.full(7, 3.0))
    b = reviewed(lend(a_borrower(), 0, line_hundred=7), age, terms)
    assert b.line_hundred[0] == 150  # half of three months' income
    assert b.features[0] > 0


@pytest.mark.parametrize("age", [0, 1, 5, 7, 11])
def test_between_reviews_a_line_stands(age: int) -> None:
    assert reviewed(lend(a_borrower(), 0, line_hundred=7, missed=1), age).line_hundred[0] == 7


def test_a_line_is_cut_to_nothing_when_its_borrower_is_late() -> None:
    b = reviewed(lend(a_borrower(), 0, missed=1), 6)
    assert b.line_hundred[0] == 0
    assert b.route[0] == 0  # the loan itself goes on


def test_a_line_is_closed_when_the_risk_is_refused_and_nothing_is_owed() -> None:
    terms = some_terms()
    terms.apr_bp[1] = 0
    b = lend(lend(a_borrower(), 0, principal_fen=0), 1, principal_fen=0)
    reviewed(b, 6, terms)
    assert b.route[:2] == [0, NO_ROUTE]


def test_a_line_that_lies_idle_at_two_reviews_in_a_row_is_closed() -> None:
    b = reviewed(lend(a_borrower(), 0, principal_fen=0, months_left=0), 6)
    assert b.route[0] == 0
    assert reviewed(b, 12).route[0] == NO_ROUTE


def test_a_line_that_was_drawn_between_two_idle_reviews_stays() -> None:
    b = reviewed(lend(a_borrower(), 0, principal_fen=0, months_left=0), 6)
    draw(b, 0, 100_000, 1_500, 0, a_world())
    assert b.months_left[0] > 0
    repay(b, 0, 100_000, a_tally(some_terms()))
    assert reviewed(b, 12).route[0] == 0


def test_a_line_never_exceeds_the_cap_on_credit_to_one_borrower() -> None:
    terms = some_terms(line_cap_hundred=np.full((7, 4), 40, dtype=np.int64))
    assert reviewed(lend(a_borrower(), 0), 6, terms).line_hundred[0] == 40


# --- learning what became of it -------------------------------------------------------------------


def after_a_month(b: Any, terms: Terms, **world: Any) -> Any:
    """The tally of a borrower's first half of a month."""
    tally = a_tally(terms)
    live(b, 1, a_world(**world), terms, tally, a_desk())
    return tally


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({}, 0),
        ({"missed": 2, "flags": WALKED}, 1),
        ({"flags": EVER_90}, 0),
    ],
    ids=["performing", "late", "in default long ago"],
)
def test_every_half_year_of_a_relationship_is_learnt_once(fields: dict[str, int], bad: int) -> None:
    terms = some_terms(charge_off_at=np.full(7, 60, dtype=np.int64))
    b = lend(a_borrower(appetite_pct=0), 2, first_month=MONTH - 12, **fields)
    learnt = []
    for month in range(MONTH - 1, MONTH + 4):
        tally = after_a_month(b, terms, month=month)
        learnt.append((tally.score.sum(axis=(1, 2))[2].tolist(), int(tally.ranks.sum())))
        assert not tally.score[[0, 1, 3, 4, 5, 6]].any()
        assert (tally.expected_ppm > 0).sum() == tally.score.sum()
    once = [5, 0] if bad == 0 else [0, 5]  # one count in each of five features
    assert learnt == [([0, 0], 0), (once, 1), ([0, 0], 0), ([0, 0], 0), ([0, 0], 0)]


def test_a_default_within_the_half_year_is_learnt_though_cured() -> None:
    b = lend(a_borrower(appetite_pct=0), 2, first_month=MONTH - 6, flags=EVER_90)
    b.default_month = MONTH - 5
    assert after_a_month(b, some_terms(), month=MONTH).score[2, :, :, 1].sum() == 5


def test_what_is_not_owed_or_began_in_arrears_teaches_nothing() -> None:
    repaid = lend(a_borrower(appetite_pct=0), 2, first_month=MONTH - 6, principal_fen=0)
    assert not after_a_month(repaid, some_terms(), month=MONTH).score.any()
    terms = some_terms(charge_off_at=np.full(7, 60, dtype=np.int64))
    late = lend(a_borrower(appetite_pct=0), 2, first_month=MONTH - 6, missed=3, flags=WALKED)
    assert after_a_month(late, terms, month=MONTH).score.any()
    assert late.flags[2] & IN_ARREARS
    for month in range(MONTH + 1, MONTH + 7):
        assert not after_a_month(late, terms, month=month).score.any()


def test_the_expected_bad_are_what_the_score_says() -> None:
    b = lend(a_borrower(appetite_pct=0), 2, first_month=MONTH - 6)
    terms = some_terms()
    terms.base_score[2] = 1_000 * math.log(24)  # one in 25, before the features
    terms.points[2] = 0
    tally = after_a_month(b, terms, month=MONTH)
    assert tally.expected_ppm[2].sum() == pytest.approx(5 * 40_000, rel=1e-3)


def test_plans_are_drawn_anew_once_a_year() -> None:
    b = a_borrower(appetite_pct=0)
    world = a_world(new_plans=1.0, participation=np.ones(len(a_world().participation)))
    change_plans(b, 1, world)
    assert b.appetite_pct > 0
    before = b.appetite_pct
    change_plans(b, 1, a_world(new_plans=0.0))
    assert b.appetite_pct == before


# --- wanting --------------------------------------------------------------------------------------


def wanting(b: Any, *, u: float = 0.0, **world: Any) -> tuple[int, int]:
    """Wanted fen and urgency."""
    known = a_world(**{"adjust": 0.5, "spell_income": 0.35, **world})
    want_credit(b, INCOME, u, known, some_terms())
    return b.wanted_fen, b.urgent


def test_a_gap_in_planned_debt_is_closed_now_and_then() -> None:
    assert wanting(a_borrower(appetite_pct=200)) == (2_000_000, PLANNED)
    assert wanting(a_borrower(appetite_pct=200), u=0.51) == (0, PLANNED)
    with_debt = lend(a_borrower(appetite_pct=200), 0)
    assert wanting(with_debt) == (1_000_000, PLANNED)
    assert wanting(a_borrower(appetite_pct=200), spending_season=1.1) == (2_200_000, PLANNED)


def test_a_shortfall_is_urgent() -> None:
    b = a_borrower(in_spell=1, buffer_fen=50_000)
    wanted, urgent = wanting(b)  # essentials 500,000, income 350,000, at hand 50,000
    assert (wanted, urgent) == (100_000, FOR_ESSENTIALS)
    b = lend(b, 0)
    assert wanting(b) == (210_000, FOR_DEBT)


def test_who_never_borrows_wants_nothing() -> None:
    assert wanting(a_borrower(appetite_pct=0, in_spell=1)) == (0, PLANNED)


# --- redrawing ------------------------------------------------------------------------------------


def priced(*bp: int) -> Terms:
    """Terms on which lender i asks bp[i] of everybody."""
    terms = some_terms()
    for lender, price in enumerate(bp):
        terms.apr_bp[lender] = price
    return terms


def test_the_cheapest_line_is_drawn_first() -> None:
    terms = priced(2_000, 1_200, 1_600)
    b, tally = a_borrower(), a_tally(terms)
    for k in range(3):
        lend(b, k, line_hundred=150)  # 5,000 yuan unused on each
    assert redraw(b, NEVER, 1_200_000, a_world(), terms, tally) == 0
    assert b.pending_fen == [200_000, 500_000, 500_000, 0]
    assert tally.route[:3, REQUESTED].tolist() == [200_000, 500_000, 500_000]
    assert redraw(b, NEVER, 1_600_000, a_world(), terms, a_tally(terms)) == 100_000


@pytest.mark.parametrize(
    "fields",
    [
        {"missed": 1},
        {"flags": WALKED},
        {"first_month": 0},
        {"route": NO_ROUTE},
        {"line_hundred": 100},
        {"principal_fen": 1_999_999 - 10_000 + 2},
    ],
    ids=["late", "walked", "not drawn yet", "no relationship", "full", "nearly full"],
)
def test_no_redraw(fields: dict[str, int]) -> None:
    b = lend(a_borrower(), 0, **fields)
    assert redraw_rate(b, 0, some_terms()) == 0
    assert redraw(b, NEVER, 500_000, a_world(), some_terms(), a_tally(some_terms())) == 500_000


def test_no_redraw_where_the_lender_no_longer_serves_the_risk() -> None:
    b, terms = lend(a_borrower(), 0), some_terms()
    terms.apr_bp[0, 0, todays_grade(b, 0, terms)] = 0
    assert redraw_rate(b, 0, terms) == 0


# --- signing --------------------------------------------------------------------------------------


def asking(urgent: int = PLANNED, wanted: int = 300_000, **fields: int) -> Any:
    """A borrower with a pending redraw of all he wants on slot 0."""
    b = lend(a_borrower(urgent=urgent, wanted_fen=wanted), 0, **fields)
    b.pending_fen[0] = wanted
    return b


def received(b: Any, rate: float, terms: Terms | None = None) -> Any:
    terms = terms or some_terms()
    tally = a_tally(terms)
    receive(b, 1, 0, a_world(), terms, everybody(rate), tally)
    return tally


def test_what_is_admitted_is_paid_out_at_todays_price() -> None:
    b = asking()
    tally = received(b, 1.0, priced(1_800))
    assert b.principal_fen[0] == 1_300_000
    assert b.pending_fen[0] == 0
    assert tally.route[0, DRAWN] == 300_000
    assert tally.route[0, [REFINANCED, NEW_LINES]].tolist() == [0, 0]
    assert b.contract_bp[0] + b.fee_bp[0] == round((10 * 1_500 + 3 * 1_800) / 13)
    assert b.buffer_fen == 0  # spent as planned


def test_what_is_refused_is_not() -> None:
    b = asking()
    tally = received(b, 0.0)
    assert b.principal_fen[0] == 1_000_000
    assert b.pending_fen[0] == 0
    assert b.episode == 1
    assert not tally.route.any()
    assert b.route[0] == 0


def with_two_lines(urgent: int = PLANNED) -> tuple[Any, Terms]:
    """Somebody who asks for 3,000 yuan on line 0; line 2 is dearer and has 2,000 left."""
    b, terms = lend(asking(urgent), 2, line_hundred=120), priced(1_200, 1_500, 1_800)
    return lend(b, 1, missed=1), terms


@pytest.mark.parametrize(
    ("next_line", "spare", "drawn"), [(1, 1.0, 200_000), (1, 0.0, 0), (0, 1.0, 0)]
)
def test_a_refused_redraw_goes_on_to_the_next_line(
    next_line: int, spare: float, drawn: int
) -> None:
    b, terms = with_two_lines(FOR_DEBT)
    tally = a_tally(terms)
    offers = everybody(0.0, spare=spare)
    receive(b, 1, 0, a_world(next_line=next_line), terms, offers, tally)
    assert b.principal_fen[:3] == [1_000_000, 1_000_000, 1_000_000 + drawn]
    assert tally.route[2, REFINANCED] == drawn == b.buffer_fen
    assert b.episode == (0 if drawn else 1)


def test_what_is_paid_on_the_first_line_is_not_asked_for_on_the_next() -> None:
    b, terms = with_two_lines()
    receive(b, 1, 0, a_world(next_line=1), terms, everybody(1.0, spare=1.0), a_tally(terms))
    assert b.principal_fen[2] == 1_000_000


@pytest.mark.parametrize(("next_line", "reserved"), [(0, 0), (1, 200_000)])
def test_lenders_hear_what_would_be_asked_of_them_instead(next_line: int, reserved: int) -> None:
    b, terms = with_two_lines()
    tally = a_tally(terms)
    b.pending_fen[0] = 0
    assert redraw(b, NEVER, 300_000, a_world(next_line=next_line), terms, tally) == 0
    assert tally.route[:, RESERVED].tolist() == [0, 0, reserved, 0, 0, 0, 0]


def test_a_line_that_would_move_is_no_second_choice() -> None:
    b, terms = with_two_lines()
    terms.moves[2] = terms.may_move[2] = 1
    terms.line_route[2] = 3
    receive(b, 1, 0, a_world(next_line=1), terms, everybody(0.0, spare=1.0), a_tally(terms))
    assert b.principal_fen[2] == 1_000_000


def test_money_for_debt_service_is_refinancing_and_kept_for_it() -> None:
    b = asking(FOR_DEBT)
    tally = received(b, 1.0)
    assert tally.route[0, REFINANCED] == 300_000
    assert tally.route[0, DRAWN] == 0
    assert b.buffer_fen == 300_000


def test_money_for_essentials_is_kept_but_is_no_refinancing() -> None:
    b = asking(FOR_ESSENTIALS)
    tally = received(b, 1.0)
    assert tally.route[0, DRAWN] == 300_000
    assert b.buffer_fen == 300_000


def test_a_new_relationship_begins_with_its_first_draw_and_ends_with_a_refusal() -> None:
    b = asking(first_month=0, principal_fen=0, months_left=0)
    tally = received(b, 1.0)
    assert tally.route[0, NEW_LINES] == 1
    assert tally.cohort[60] == 1
    assert b.first_month[0] == MONTH
    b = asking(first_month=0, principal_fen=0, months_left=0)
    tally = received(b, 0.0)
    assert b.route[0] == NO_ROUTE
    assert tally.cohort.sum() == 0


def test_three_months_without_money_close_an_episode_unserved() -> None:
    terms = some_terms()
    b = a_borrower()
    closed = []
    for _ in range(3):
        b.wanted_fen = 300_000
        lend(b, 0).pending_fen[0] = 300_000
        tally = received(b, 0.0, terms)
        closed.append(int(tally.unmet.sum()))
        if closed[-1]:
            assert tally.unmet[0, FUNDING] == 300_000
    assert closed == [0, 0, 300_000]
    assert b.episode == -a_world().discouraged_months


def test_what_is_served_in_a_later_month_is_never_unmet() -> None:
    terms = some_terms()
    b = a_borrower()
    unmet = 0
    for rate in (0.0, 0.0, 1.0, 0.0, 0.0):
        b.wanted_fen = 300_000
        lend(b, 0).pending_fen[0] = 300_000
        unmet += int(received(b, rate, terms).unmet.sum())
    assert unmet == 0
    assert b.episode == 2  # those after the success


def test_a_month_of_failure_is_one_month_whatever_failed_in_it() -> None:
    """A search in vain and a redraw that is not paid out, in one month."""
    terms = some_terms(open_new=np.zeros(7, dtype=np.int64))
    terms.apr_bp[:] = 1_500
    b = lend(a_borrower(appetite_pct=800), 0, line_hundred=150, first_month=MONTH - 4)
    world = a_world(adjust=1.0, look=1.0, income_luck=STEADY)
    live(b, 1, world, terms, a_tally(terms), a_desk())
    assert b.pending_fen[0] > 0
    receive(b, 1, 0, world, terms, everybody(0.0), a_tally(terms))
    assert b.episode == 1


# --- counting -------------------------------------------------------------------------------------


def counted(b: Any, **world: Any) -> np.ndarray:
    terms = some_terms()
    tally = a_tally(terms)
    be_counted(b, 0, a_world(**world), terms, tally)
    assert tally.cell[1:].sum() == 0
    cell: np.ndarray = tally.cell[0]
    return cell


def test_who_waits_for_an_answer_is_counted_once_he_has_it() -> None:
    terms = some_terms()
    world = a_world(adjust=1.0, look=0.0, income_luck=STEADY)
    for appetite, waits in ((0, False), (800, True)):
        b = lend(a_borrower(appetite_pct=appetite), 0)
        halves = a_tally(terms), a_tally(terms)
        live(b, 1, world, terms, halves[0], a_desk())
        sign(b, 1, world, terms, everybody(0.0), halves[1])
        found = [int(half.cell[0, CELL_BORROWERS]) for half in halves]
        assert found == ([0, 1] if waits else [1, 0])
        assert b.performing_mask == 1


@pytest.mark.parametrize(("brands", "multi"), [((0, 1), 0), ((0, 1, 2), 1), ((0, 1, 1, 0), 0),
                                               ((3, 3, 0, 1), 1)])  # fmt: skip
def test_lenders_are_counted_by_brand(brands: tuple[int, ...], multi: int) -> None:
    b = a_borrower()
    for k, brand in enumerate(brands):
        lend(b, k, route=brand)
    cell = counted(b)
    assert cell[[CELL_BORROWERS, CELL_ACTIVE, CELL_MULTI3]].tolist() == [1, 1, multi]
    assert cell[CELL_BALANCE] == 1_000_000 * len(brands)


def test_unused_lines_are_not_active() -> None:
    cell = counted(lend(a_borrower(), 0, principal_fen=0))
    assert cell[[CELL_BORROWERS, CELL_ACTIVE, CELL_BALANCE, CELL_MULTI3]].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(("missed", "surplus"), [(0, 12_500), (3, 12_500), (4, 0)])
def test_surplus_is_earned_on_performing_loans(missed: int, surplus: int) -> None:
    """15% below a reservation of 30%, on 10,000 yuan, a month; performing means d < 4."""
    assert counted(lend(a_borrower(), 0, missed=missed))[CELL_SURPLUS] == surplus


def test_a_loan_dearer_than_accepted_gives_no_negative_surplus() -> None:
    assert counted(lend(a_borrower(reservation_bp=1_000), 0))[CELL_SURPLUS] == 0


def test_the_mask_remembers_a_year_of_performing() -> None:
    b = a_borrower()
    good = lend(a_borrower(), 0).principal_fen[0]
    history = [1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1]
    for month, performs in enumerate(history):
        lend(b, 0, principal_fen=good, missed=0 if performs else 4)
        be_counted(b, 0, a_world(month=MONTH + month), some_terms(), a_tally(some_terms()))
        seen = [b.performing_mask >> back & 1 for back in range(13)]
        assert seen == [*reversed(history[: month + 1]), *[0] * 13][:13]


@pytest.mark.parametrize(
    ("default", "one", "twelve"),
    [(0, 0, 0), (MONTH, 1, 1), (MONTH - 1, 0, 1), (MONTH - 11, 0, 1), (MONTH - 12, 0, 0)],
)
def test_defaults_are_counted_over_a_month_and_a_year(default: int, one: int, twelve: int) -> None:
    b = lend(a_borrower(default_month=default, performing_mask=0x1FFF), 0)
    cell = counted(b)
    assert cell[[CELL_WAS_PERFORMING_1, CELL_WAS_PERFORMING_12]].tolist() == [1, 1]
    assert cell[[CELL_DEFAULTED_1, CELL_DEFAULTED_12]].tolist() == [one, twelve]


@pytest.mark.parametrize(
    ("ago", "one", "twelve"), [(1, 1, 0), (2, 0, 0), (11, 0, 0), (12, 0, 1), (13, 0, 0)]
)
def test_who_performed_a_month_and_a_year_ago(ago: int, one: int, twelve: int) -> None:
    """Bit j of the mask still means j months before last month-end."""
    cell = counted(lend(a_borrower(performing_mask=1 << (ago - 1) & 0x1FFF), 0))
    assert cell[[CELL_WAS_PERFORMING_1, CELL_WAS_PERFORMING_12]].tolist() == [one, twelve]


def test_who_leaves_stays_in_the_default_rate_for_his_year() -> None:
    """Performed 4 to 9 months ago, in default 5 months ago, now free of debt and gone."""
    mask = sum(1 << (back - 1) for back in range(4, 10))
    b = a_borrower(performing_mask=mask, default_month=MONTH - 5)
    tally = a_tally(some_terms())
    make_room(b, 1, 0, a_world(), tally)
    for ahead in range(12):
        back = 12 - ahead
        performed = 4 <= back <= 9
        defaulted = performed and MONTH - back < MONTH - 5
        assert tally.leavers[0, ahead].tolist() == [int(performed), int(defaulted)]


# --- a whole month --------------------------------------------------------------------------------


# --- objects and views ----------------------------------------------------------------------------


def test_a_record_has_144_bytes_and_no_padding() -> None:
    assert RECORD.itemsize == 144
    names = RECORD.names or ()
    assert sum(RECORD[name].itemsize for name in names) == 144
    assert all(np.issubdtype(RECORD[name].base, np.signedinteger) for name in names)


@pytest.mark.parametrize("name", list(RECORD.names or ()))
@pytest.mark.parametrize("side", ["below", "above"])
def test_a_borrower_refuses_what_does_not_fit_its_record(name: str, side: str) -> None:
    b = Borrower(Model(rng=1), np.zeros(1, dtype=RECORD)[0])
    limits = np.iinfo(RECORD[name].base)
    last = int(limits.min if side == "below" else limits.max)
    fits, too_far = last, last - 1 if side == "below" else last + 1
    is_slot = isinstance(getattr(b, name), list)
    setattr(b, name, [0, 0, 0, fits] if is_slot else fits)
    assert np.array([b.record()], dtype=RECORD)[0][name].tolist() == getattr(b, name)
    setattr(b, name, [0, 0, 0, too_far] if is_slot else too_far)
    with pytest.raises(OverflowError, match=name):
        b.record()


def test_a_view_reads_a_record_and_names_what_there_is() -> None:
    records = np.zeros(2, dtype=RECORD)
    records["missed"][1] = (0, 3, 0, 0)
    view = BorrowerView(records[1])
    assert view.missed == [0, 3, 0, 0]
    records["missed"][1, 2] = 1
    assert view.missed == [0, 3, 1, 0]
    with pytest.raises(AttributeError, match="principal_fen"):
        _ = view.principal


def test_served_is_no_cause_of_unmet_demand() -> None:
    assert SERVED == 0
