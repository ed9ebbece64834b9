"""Every instrument changes what a lender or borrower does, in the direction it should."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from agents.lender import Lender
from agents.lenders import calibrations, grade_risks
from agents.limits import LICENCES, Cap, Limits, guarantee_limit
from agents.messages import DRAWN, GRADES, REFINANCED, RISK, Terms
from agents.pricing import PriceGrid
from sim.core.months import Month
from sim.ledger import Account
from sim.model import LoanMarket
from sim.policy import PolicySection, happenings
from sim.rationing import room
from sim.subsidy import subsidy_terms
from sim.terms import guarantees_to_give, line_caps, publish_terms, quote, repairable
from tests.agents.test_lender import FREE, break_even
from tests.small_market import STRESS, lived_month, opened_market, small_scenario, stepped

LPR = 0.03


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=8), borrowers=1_000), 2)


@pytest.fixture
def market(opened: LoanMarket) -> LoanMarket:
    branch = LoanMarket(opened.settings, borrowers=1_000, threads=1, audit=True)
    branch.restore(opened.snapshot())
    return branch


def named(model: LoanMarket, name: str) -> Lender:
    (lender,) = [lender for lender in model.market.lenders if lender.name == name]
    return lender


def everywhere(**levels: float) -> Limits:
    """No rule but these, on all licences."""
    return replace(FREE, **{name: dict.fromkeys(LICENCES, one) for name, one in levels.items()})


def published(model: LoanMarket, limits: Limits) -> Terms:
    settings = model.settings
    economy = settings.macro.at(model.now, model.first_month)
    nothing = subsidy_terms({}, tuple(settings.segments), [])
    return publish_terms(
        model.market, limits, economy, len(settings.segments), len(settings.regions), nothing,
        guarantees_to_give(model.market, limits),
    )  # fmt: skip


def policy(**section: Any) -> PolicySection:
    return small_scenario({"policy": None}, burn_in=1).with_changes({"policy": section}).policy


# --- limits on lending ---------------------------------------------------------------------------


@pytest.mark.parametrize("times", [0.0, 3.0, 6.0])
def test_room_to_lend_ends_at_the_leverage_limit(market: LoanMarket, times: float) -> None:
    free, bound = (room(market.market, one) for one in (FREE, everywhere(leverage=times)))
    assert (bound.lend <= free.lend).all()
    for lender in market.market.lenders:
        equity = market.market.ledger.equity(lender.number)
        held = int(market.market.ledger.accounts[lender.number, Account.LOANS])
        assert held + bound.lend[lender.number] <= max(held, times * equity) + 1


@pytest.mark.parametrize("times", [0.0, 2.0])
def test_room_to_guarantee_ends_at_the_limit_on_guarantees(
    market: LoanMarket, times: float
) -> None:
    bound = room(market.market, everywhere(guarantee=times)).guarantee
    guaranteed = market.market.ledger.guaranteed(market.market.book)
    for lender in market.market.lenders:
        equity = market.market.ledger.equity(lender.number)
        after = int(guaranteed[lender.number]) + int(bound[lender.number])
        assert after <= max(int(guaranteed[lender.number]), times * equity) + 1


def test_rules_on_facilitation_bind_whoever_guarantees() -> None:
    """Guaranteed loans are made as facilitation; no lender has that licence as its own."""
    limits = replace(FREE, guarantee={**FREE.guarantee, "facilitation": 3.0})
    assert {guarantee_limit(limits, licence) for licence in LICENCES} == {3.0}


def test_a_ban_on_guarantees_moves_new_customers_to_other_routes(market: LoanMarket) -> None:
    fringe, book = named(market, "fringe"), market.market.book
    assert fringe.kind.routes["guaranteed"] > 0
    for times, banned in ((10.0, False), (0.0, True)):
        terms = published(market, everywhere(guarantee=times))
        mix = np.diff(terms.mix[fringe.number], prepend=0.0, axis=-1)
        used = {
            book.rows[int(terms.mix_route[fringe.number, m])].kind
            for m in range(mix.shape[-1]) if mix[..., m].max() > 0
        }  # fmt: skip
        assert ("guaranteed" not in used) is banned
        assert "facilitated" in used
    month = month_under(market, {"policy.guarantees": {"ban": steps(0)}})
    drawn = month.second.route[:, [DRAWN, REFINANCED]].sum(axis=1)
    guaranteed = [n for n, route in enumerate(month.routes) if route.guaranteed]
    assert drawn[guaranteed].sum() == 0
    new = month.end["first_month"] == int(month.month)
    mine = np.isin(month.end["route"], [
        n for n, route in enumerate(month.routes) if route.brand == fringe.number
    ])  # fmt: skip
    assert (new & mine).sum() > 0  # the brand goes on lending, at its partners' risk


def test_partners_bear_only_the_risks_they_like(market: LoanMarket) -> None:
    """Without a guarantee nobody funds the worst grades; with one, partners do not mind."""
    fringe = named(market, "fringe")
    for partner in market.market.lenders:
        cautious = partner.kind.model_copy(update={"partner_risk": 0.05})
        partner.kind = cautious
    offered = {}
    for times in (10.0, 0.0):
        terms = published(market, everywhere(guarantee=times))
        offered[times] = terms.apr_bp[fringe.number, 0] > 0
        refused = terms.refusal[fringe.number, 0][~offered[times]]
        assert (refused == RISK).all()
    refuses = grade_risks(calibrations([fringe]))[0] > 0.05
    assert offered[10.0].sum() > offered[0.0].sum() > 0
    assert not (offered[0.0] & refuses).any()
    assert (offered[10.0] & refuses).any()


def steps(level: float, month: str = "2020-01", **rule: Any) -> dict[str, Any]:
    return {"steps": {month: {"level": level}}, **rule}


def month_under(model: LoanMarket, changes: dict[str, object]) -> Any:
    """The next month of a branch of a market under other rules."""
    branch = LoanMarket(model.settings.with_changes(changes), borrowers=1_000, threads=1)
    branch.restore(model.snapshot())
    return lived_month(branch)


def test_the_limit_for_one_borrower_binds_by_the_licence_of_the_loan(market: LoanMarket) -> None:
    """A platform that facilitates obeys the rule on facilitation, whatever its own licence."""
    tight = replace(FREE, borrower_limit={**FREE.borrower_limit, "facilitation": 5_000.0})
    caps = line_caps(market.market, tight, 1)[:, 0].tolist()
    bound = {x.name for x in market.market.lenders if caps[x.number] == 50}
    assert bound == {"big", "fringe"}
    terms = published(market, tight)
    assert terms.line_cap_hundred[named(market, "big").number].max() == 50


def test_the_floor_in_joint_lending_puts_more_on_the_brands_book(market: LoanMarket) -> None:
    big = named(market, "big").number
    shares = []
    for floor in (0.0, 0.3, 0.5, 1.0):
        month = month_under(market, {"policy.joint_floor": {"own": steps(floor)}})
        joint = [n for n, r in enumerate(month.routes) if (r.brand, r.kind) == (big, "joint")]
        drawn = month.second.route[:, DRAWN]
        new = max(joint)  # the row that the month's rule made
        shares.append(month.routes[new].own_ppm / 1e6)
        assert drawn[joint].sum() > 0
    assert shares == pytest.approx([0.3, 0.3, 0.5, 1.0])


# --- price caps ----------------------------------------------------------------------------------


def quoted(market: LoanMarket, lender: Lender, cap: float, contract_cap: float) -> PriceGrid:
    """[S, G] what a lender asks under caps, the same for all licences."""
    limits = replace(FREE, cap=dict.fromkeys(LICENCES, Cap(cap, contract_cap)))
    shape = len(market.settings.segments), GRADES
    many = len(market.market.lenders)
    wanted = np.broadcast_to(lender.serves[None, :, None] > 0.0, (many, *shape))
    costs = np.tile(break_even(lender, money=0.05), (many, 1, 1))
    grid = quote(market.market, wanted, costs, np.full((many, shape[0]), 0.10), limits)
    place = lender.number, 0
    return PriceGrid(grid.apr_bp[place], grid.contract_bp[place], grid.refusal[place])


def test_a_cap_on_the_contract_rate_bounds_the_price_as_far_as_fees_are_bounded(
    market: LoanMarket,
) -> None:
    """Who asks no fees cannot begin to; who does can ask half the price outside the contract."""
    fees, none = named(market, "fringe"), named(market, "net_bank")
    assert fees.kind.fee_share > 0 == none.kind.fee_share
    for lender, most in ((fees, 0.5), (none, 0.0)):
        assert lender.most_fees() == most
        grid = quoted(market, lender, 1.0, 0.14)
        served = grid.apr_bp > 0
        assert served.any()
        assert grid.contract_bp[served].max() <= 1_400
        assert grid.apr_bp[served].max() <= 1_400 / (1 - most) + 1e-6
        all_in = quoted(market, lender, 0.14, 0.14)
        assert (all_in.apr_bp <= grid.apr_bp).all()


def test_a_lower_cap_serves_fewer_grades_at_lower_prices(market: LoanMarket) -> None:
    lender = named(market, "fringe")
    grids = [quoted(market, lender, cap, cap) for cap in (0.36, 0.24, 0.18, 0.12, 0.0)]
    served = [int((grid.apr_bp > 0).sum()) for grid in grids]
    assert served == sorted(served, reverse=True)
    assert served[0] > served[2] > served[-1] == 0
    for looser, tighter in pairwise(grids):
        both = tighter.apr_bp > 0
        assert (looser.apr_bp[both] >= tighter.apr_bp[both]).all()


# --- what lenders see ----------------------------------------------------------------------------


def test_data_rules_and_the_bureau_reach_the_borrowers_terms(market: LoanMarket) -> None:
    plain = published(market, FREE)
    assert published(market, replace(FREE, data_noise=1.5)).noise == pytest.approx(
        1.5 * plain.noise
    )
    assert published(market, replace(FREE, bureau=0.5)).bureau == pytest.approx(0.5 * plain.bureau)
    assert published(market, replace(FREE, bureau_floor=0.9)).bureau == pytest.approx(
        np.maximum(0.9, plain.bureau)
    )
    assert (published(market, replace(FREE, bureau=0.0)).bureau == 0.0).all()


# --- funding -------------------------------------------------------------------------------------


def test_a_freeze_shrinks_the_room_of_platforms_and_not_that_of_banks(market: LoanMarket) -> None:
    rooms = [room(market.market, replace(FREE, funding_freeze=f)).lend for f in (0.0, 0.5, 1.0)]
    for lender in market.market.lenders:
        found = [int(one[lender.number]) for one in rooms]
        if "wholesale" not in lender.kind.funding_mix:
            assert found[0] == found[1] == found[2]
        else:
            assert found == sorted(found, reverse=True)
    finance = named(market, "finance").number
    assert rooms[2][finance] < rooms[0][finance]


# --- announced rules -----------------------------------------------------------------------------

TOLD = {"2025-10": {"level": 0.12, "announced": "2025-04"}}


def caps(section: PolicySection, licence: Any = "small_loan") -> list[tuple[float, float]]:
    """Cap in force and cap planned with, 2025-03 to 2025-10."""
    found = []
    for month in range(8):
        at = section.at(Month.of(2025, 3) + month, LPR)
        found.append((at.cap[licence].all_in, at.plan.cap[licence].all_in))
    return found


def test_who_acts_on_announcements_moves_towards_the_new_cap() -> None:
    old = {"2020-01": {"level": 0.24}}
    section = policy(apr_cap={"steps": old | TOLD}, anticipation=True)
    law, plan = zip(*caps(section), strict=True)
    assert law == (*[0.24] * 7, 0.12)
    line = [0.24 - 0.12 * passed / 7 for passed in range(1, 7)]
    assert plan == pytest.approx([0.24, *line, 0.12])


def test_plans_start_from_what_binds_not_from_what_other_rules_forbid() -> None:
    standing = {"old": {"steps": {"2020-01": {"level": 0.24}}}}
    section = policy(apr_cap={"steps": TOLD}, standing_caps=standing, anticipation=True)
    _, plan = zip(*caps(section), strict=True)
    line = [0.24 - 0.12 * passed / 7 for passed in range(1, 7)]
    assert plan == pytest.approx([0.24, *line, 0.12])


def test_a_rule_that_starts_with_the_announcement_is_planned_from_too() -> None:
    """A plan is never laxer than the way from today's law to the rule that is coming."""
    starting = {"new": {"steps": {"2025-04": {"level": 0.24}}}}
    section = policy(apr_cap={"steps": TOLD}, standing_caps=starting, anticipation=True)
    _, plan = zip(*caps(section), strict=True)
    line = [0.24 - 0.12 * passed / 7 for passed in range(1, 7)]
    assert plan[1:] == pytest.approx([*line, 0.12])


def test_without_anticipation_plans_are_the_law() -> None:
    section = policy(apr_cap={"steps": TOLD})
    assert section.at(Month.of(2025, 6), LPR).ahead is None
    assert all(law == plan for law, plan in caps(section))


def test_nothing_moves_before_the_announcement_and_loosening_is_not_anticipated() -> None:
    steps_ = {"2020-01": {"level": 0.12}, "2025-10": {"level": 0.24, "announced": "2025-04"}}
    section = policy(apr_cap={"steps": steps_}, anticipation=True)
    assert caps(section) == [(0.12, 0.12)] * 7 + [(0.24, 0.24)]
    untold = policy(apr_cap={"steps": {"2025-10": {"level": 0.12}}}, anticipation=True)
    assert all(law == plan for law, plan in caps(untold))


@pytest.mark.parametrize(
    ("field", "attribute", "old", "new"),
    [
        ("leverage", "leverage", 10.0, 4.0), ("guarantees", "guarantee", 10.0, 5.0),
        ("joint_floor", "joint_floor", 0.3, 0.5), ("borrower_limit", "borrower_limit", 2e5, 5e4),
        ("minimum_capital", "minimum_capital", 1e8, 1e9),
    ],
)  # fmt: skip
def test_other_limits_are_anticipated_too(
    field: str, attribute: str, old: float, new: float
) -> None:
    levels = {"2020-01": {"level": old}, "2026-01": {"level": new, "announced": "2025-07"}}
    section = policy(**{field: {"rule": {"steps": levels}}}, anticipation=True)
    planned = [
        getattr(section.at(Month.of(2025, 6) + m, LPR).plan, attribute)["small_loan"]
        for m in range(8)
    ]
    line = [old + (new - old) * passed / 7 for passed in range(1, 7)]
    assert planned == pytest.approx([old, *line, new])


def test_a_first_limit_is_planned_with_from_its_announcement() -> None:
    step = {"2026-01": {"level": 4.0, "announced": "2025-07"}}
    section = policy(leverage={"rule": {"steps": step}}, anticipation=True)
    assert section.at(Month.of(2025, 6), LPR).plan.leverage["bank"] > 1e9
    assert section.at(Month.of(2025, 7), LPR).plan.leverage["bank"] == 4.0
    assert section.at(Month.of(2025, 12), LPR).leverage["bank"] > 1e9


def test_planned_caps_decide_on_new_customers_and_routes_the_law_on_old_lines(
    market: LoanMarket,
) -> None:
    coming = replace(FREE, cap={**FREE.cap, "small_loan": Cap(0.12, 0.12)})
    seen = replace(FREE, ahead=coming)
    offline = named(market, "offline")
    now, then, ahead = (published(market, one) for one in (FREE, coming, seen))
    number = offline.number
    assert (ahead.apr_bp[number] == then.apr_bp[number]).all()
    own = [n for n, route in enumerate(market.market.book) if route.brand == number]
    assert (ahead.line_apr_bp[own] == now.line_apr_bp[own]).all()
    assert (now.apr_bp[number] != then.apr_bp[number]).any()


def test_an_announcement_cuts_lending_ahead_only_where_lenders_act_on_it() -> None:
    """The books agree up to the announcement; then the market that looks ahead lends less."""
    rule = {"steps": {"2024-10": {"level": 0.10, "announced": "2024-04"}}}
    changes: dict[str, object] = {"policy.apr_cap": rule}
    markets = [
        opened_market(small_scenario(changes | {"policy.anticipation": acts}, burn_in=6),
                      borrowers=1_500)
        for acts in (False, True)
    ]  # fmt: skip
    drawn = []
    for model in markets:
        table = stepped(model, 9).recorder.tables()["market"]
        drawn.append(table["approvals"].to_numpy())
    assert (drawn[0][:3] == drawn[1][:3]).all()
    assert drawn[1][5:].sum() < 0.98 * drawn[0][5:].sum()


# --- rules that end ------------------------------------------------------------------------------


def test_a_rule_ends_after_its_last_month_and_says_so() -> None:
    freeze = {"steps": {"2027-01": {"level": 0.75}}, "until": "2027-06"}
    section = policy(funding_freeze={"first_half": freeze})
    found = [section.at(Month.of(2026, 12) + m, LPR).funding_freeze for m in range(9)]
    assert found == [0.0, *[0.75] * 6, 0.0, 0.0]
    (end,) = happenings(section, Month.of(2027, 7), LPR)
    assert (end.kind, end.before, end.after) == ("policy", 0.75, None)
    assert list(happenings(section, Month.of(2027, 6), LPR)) == []


# --- records and collection ----------------------------------------------------------------------


def test_a_limit_on_collection_binds_its_licences(market: LoanMarket) -> None:
    limits = replace(FREE, collection=FREE.collection | {"internet_bank": 0.25})
    free, bound = published(market, FREE), published(market, limits)
    assert (free.pressed == 1.0).all()
    for lender in market.market.lenders:
        part = 0.25 if lender.kind.licence == "internet_bank" else 1.0
        assert bound.pressed[lender.number] == part
        assert bound.collection[lender.number] == part * free.collection[lender.number]


def test_a_lag_of_the_bureau_is_published(market: LoanMarket) -> None:
    assert published(market, FREE).bureau_lag == 0
    assert published(market, replace(FREE, bureau_lag=2.0)).bureau_lag == 2


def test_a_credit_repair_reaches_defaults_that_were_paid_back_in_time() -> None:
    rule = {"first": "2020-01", "paid_by": "2026-03", "steps": {"2026-01": {"level": 10_000}}}
    section = policy(credit_repair={"once": rule})
    assert section.at(Month.of(2025, 12), LPR).repairs == ()
    (repair,) = section.at(Month.of(2026, 1), LPR).repairs
    assert (repair.limit, repair.first, repair.last) == (
        10_000, Month.of(2020, 1), Month.of(2026, 2),
    )  # fmt: skip
    terms = repairable(replace(FREE, repairs=(repair, replace(repair, limit=1e9))))
    assert terms.tolist() == [10, 126]  # what was written off stays on record


def test_weaker_collection_lets_arrears_grow() -> None:
    """The same market with and without collectors, from the same month on."""
    before = stepped(opened_market(small_scenario(STRESS, burn_in=8), borrowers=2_000), 1)
    late = []
    for level in (1.0, 0.0):
        rule = {"ban": {"steps": {"2024-02": {"level": level}}}}
        settings = before.settings.with_changes({"policy.collection": rule})
        branch = LoanMarket(settings, borrowers=2_000, threads=1)
        branch.restore(before.snapshot())
        late.append(stepped(branch, 12).recorder.tables()["market"]["dpd30_ratio"].to_numpy())
    assert late[0][0] == late[1][0]
    assert late[1][6:].mean() > 1.1 * late[0][6:].mean()
