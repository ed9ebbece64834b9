"""Lines leave routes that their brand may not, or would rather not, use."""

from typing import Any

import numpy as np
import pytest

from agents.loan import move_line, roll_over, route_of_draw
from agents.messages import BOUGHT_IN, BOUGHT_OUT, DRAWN, GRADES, REFINANCED, REQUESTED
from agents.routes import Route, RouteBook, RouteClass
from sim.line_routes import line_terms
from sim.model import LoanMarket
from sim.rationing import HEADROOM
from sim.terms import guarantees_to_give
from tests.agents.people import MONTH, a_borrower, a_tally, a_world, lend, some_terms
from tests.small_market import LivedMonth, lived_month, opened_market, small_scenario, stepped

PEOPLE = 1_500


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    plenty: dict[str, object] = {
        "kinds.fintech.target_leverage": 90,  # capital never binds
        "lenders.fringe.equity": 2.4e11,  # nor do guarantees
    }
    return stepped(opened_market(small_scenario(plenty, burn_in=8), borrowers=PEOPLE), 2)


def month_under(model: LoanMarket, changes: dict[str, object], **settings: Any) -> LivedMonth:
    """The next month of a branch of a market under other rules, its books proved."""
    settings = {"borrowers": PEOPLE, "threads": 1, "audit": True, **settings}
    branch = LoanMarket(model.settings.with_changes(changes), **settings)
    branch.restore(model.snapshot())
    return lived_month(branch)


def rule(level: float, **fields: Any) -> dict[str, Any]:
    return {"own": {"steps": {"2020-01": {"level": level}}, **fields}}


def drawn(month: LivedMonth) -> Any:
    """[R] paid out in the month, on lines old and new, roll-overs included."""
    flows = month.first.route + month.second.route
    return flows[:, [DRAWN, REFINANCED]].sum(axis=1)


def of_kind(month: LivedMonth, *kinds: str) -> Any:
    return np.array([route.kind in kinds for route in month.routes])


def moved(month: LivedMonth) -> tuple[Any, Any]:
    """Routes before and after, of old customers' lines that changed theirs; not 90 days late."""
    was, now = month.before["route"], month.end["route"]
    stays = (month.before["first_month"] > 0) & (
        month.end["first_month"] == month.before["first_month"]
    )
    healthy = (was >= 0) & (now >= 0) & stays & (month.end["missed"] < 4)
    changed = healthy & (was != now)
    return was[changed], now[changed]


def test_without_new_rules_lines_stay(opened: LoanMarket) -> None:
    month = month_under(opened, {})
    assert len(moved(month)[0]) == 0
    assert not month.terms.moves.any()


def test_a_ban_on_guarantees_takes_lines_to_partners_at_their_own_risk(opened: LoanMarket) -> None:
    month = month_under(opened, {"policy.guarantees": rule(0)})
    assert drawn(month)[of_kind(month, "guaranteed")].sum() == 0
    was, now = moved(month)
    assert len(was) > 20
    for old, new in zip(was, now, strict=True):
        before, after = month.routes[old], month.routes[new]
        assert (before.kind, after.kind) == ("guaranteed", "facilitated")
        assert (before.brand, before.partner) == (after.brand, after.partner)


def test_a_line_that_no_partner_takes_cannot_be_drawn(opened: LoanMarket) -> None:
    cautious = {f"kinds.{kind}.partner_risk": "2%" for kind in ("consumer_finance", "bank_funder")}
    month = month_under(opened, {"policy.guarantees": rule(0), **cautious})
    guaranteed = of_kind(month, "guaranteed")
    prices = month.terms.line_apr_bp[guaranteed]
    assert (prices[:, :, 0] > 0).any()
    assert (prices[:, :, 4:] == 0).all()
    assert (month.terms.moves[guaranteed][:, :, 4:] == 0).all()
    free = month_under(opened, cautious)
    assert (free.terms.line_apr_bp[of_kind(free, "guaranteed")][:, :, 4] > 0).any()


def test_where_guarantees_are_short_as_many_lines_move_as_must(opened: LoanMarket) -> None:
    moved_by_limit = []
    for times in (10.0, half_of_what_is_asked(opened), 0.3):
        month = month_under(opened, {"policy.guarantees": rule(times)})
        chances = month.terms.moves[of_kind(month, "guaranteed")]
        moved_by_limit.append((float(chances.max()), len(moved(month)[0])))
    chances_found, lines = zip(*moved_by_limit, strict=True)
    assert chances_found[0] == 0.0 < chances_found[1] < 1.0
    assert lines[0] == 0 < lines[1] < lines[2]


@pytest.mark.parametrize("times", [0.6, 3.0])
def test_the_part_that_can_be_guaranteed_does_not_swing(times: float) -> None:
    """It follows the room, from the second half of the year on, and not its own last value."""
    tight = small_scenario({"policy.guarantees": rule(times)})
    model = stepped(opened_market(tight, borrowers=5_000), 5)
    number = [lender.name for lender in model.market.lenders].index("fringe")
    given = []
    for _ in range(9):
        policy = model.settings.policy.at(model.now, 0.03)
        given.append(float(guarantees_to_give(model.market, policy)[number]))
        model.step()
    assert 0.0 < min(given) < 1.0
    assert np.abs(np.diff(given)).max() < 0.3


@pytest.mark.parametrize(("given", "moves"), [(0.5, False), (0.0, True)])
def test_a_brand_short_of_guarantees_does_not_go_to_another_guarantee(
    given: float, moves: bool
) -> None:
    """Two funders with its guarantee, one without it that takes no risk; who may guarantee nothing
    leaves by whatever is there."""
    kinds: list[RouteClass] = ["guaranteed", "guaranteed", "facilitated"]
    book = RouteBook(
        Route(0, partner, kind, 0, "facilitation")
        for partner, kind in zip((1, 2, 1), kinds, strict=True)
    )
    bears = np.array([[True] * GRADES, [True] * GRADES, [False] * GRADES])
    priced = np.full((3, 4, GRADES), 1_500)
    brand, shares, guarantees = (
        np.zeros(3, dtype=np.int64),
        np.full(3, 1.0 / 3.0),
        np.full(1, given),
    )
    lines = line_terms(book, brand, np.arange(3), shares, bears, guarantees, priced, priced)
    assert lines.moves[0].any() == moves
    assert lines.route[0].tolist() == [1 if moves else 0] * GRADES


def half_of_what_is_asked(model: LoanMarket) -> float:
    """The multiple of equity that leaves the fringe room for half of the guarantees asked for."""
    market = model.market
    number = [lender.name for lender in market.lenders].index("fringe")
    stands = int(market.ledger.guaranteed(market.book)[number])
    asked = market.by_brand(
        np.where(market.book.column("guaranteed") == 1, market.flow[:, REQUESTED], 0)
    )
    return (stands + int(asked[number]) / 2) / market.ledger.equity(number) / HEADROOM


def test_a_higher_floor_in_joint_lending_binds_on_old_customers_too(opened: LoanMarket) -> None:
    month = month_under(opened, {"policy.joint_floor": rule(0.5)})
    shares = np.array([route.own_ppm for route in month.routes])
    joint = of_kind(month, "joint")
    old, new = joint & (shares < 500_000), joint & (shares >= 500_000)
    assert old.any()
    assert drawn(month)[old].sum() == 0
    assert drawn(month)[new].sum() > 0
    was, now = moved(month)
    assert len(was) > 20
    assert {month.routes[n].partner for n in was} == {month.routes[n].partner for n in now}


def test_brands_take_their_lines_to_the_licence_that_lets_them_ask_more(opened: LoanMarket) -> None:
    """A cap on one licence leaks to the other: joint loans fall under it, facilitation does not."""
    cap = {"steps": {"2020-01": {"level": 0.10}}, "licences": ["small_loan"]}
    month = month_under(opened, {"policy.apr_cap": cap})
    big = [lender.name for lender in opened.market.lenders].index("big")
    was, now = moved(month)
    mine = [(month.routes[a], month.routes[b]) for a, b in zip(was, now, strict=True)]
    mine = [pair for pair in mine if pair[0].brand == big]
    assert len(mine) > 5
    assert {(a.licence, b.licence) for a, b in mine} == {("small_loan", "facilitation")}


def test_lines_leave_a_funder_that_has_left(opened: LoanMarket) -> None:
    branch = LoanMarket(opened.settings, borrowers=PEOPLE, threads=1, audit=True)
    branch.restore(opened.snapshot())
    (funder,) = [lender for lender in branch.market.lenders if lender.name == "funder_1"]
    funder.state.status = "run_off"
    month = lived_month(branch)
    gone = np.array([route.partner == funder.number for route in month.routes])
    assert drawn(month)[gone].sum() == 0
    was, now = moved(month)
    assert {month.routes[n].partner for n in was} == {funder.number}
    assert funder.number not in {month.routes[n].partner for n in now}


def test_what_is_owed_moves_at_face_and_asks_for_room(opened: LoanMarket) -> None:
    """Whoever takes it on needs room for it; who has had it gets room. Nothing is counted twice."""
    month, plain = (
        month_under(opened, changes) for changes in ({"policy.guarantees": rule(0)}, {})
    )
    flows, asked = month.second.route, month.first.route[:, REQUESTED]
    assert flows[:, BOUGHT_IN].sum() == flows[:, BOUGHT_OUT].sum() > 0
    taken_along = flows[of_kind(month, "guaranteed"), BOUGHT_OUT].sum()
    assert -asked[of_kind(month, "guaranteed")].sum() >= taken_along > 0
    new = asked[of_kind(month, "facilitated")].sum() - taken_along
    assert new >= flows[of_kind(month, "facilitated"), DRAWN].sum() > 0
    assert asked.sum() <= 1.2 * plain.first.route[:, REQUESTED].sum()


@pytest.mark.parametrize("executor", ["reference", "cpu"])
def test_both_executors_move_the_same_lines(opened: LoanMarket, executor: str) -> None:
    changes = {"policy.guarantees": rule(0.3), "policy.joint_floor": rule(0.4)}
    months = [month_under(opened, changes, executor=name) for name in ("cpu", executor)]
    assert (months[0].end == months[1].end).all()
    assert (months[0].second.route == months[1].second.route).all()
    assert len(moved(months[0])[0]) > 0


# --- the rule ------------------------------------------------------------------------------------


def moving(chance: float) -> Any:
    """Terms under which lines of route 0 move to route 5 with a chance."""
    terms = some_terms()
    target = terms.line_route.copy()
    target[0] = 5
    moves = np.zeros((len(target), terms.apr_bp.shape[1], GRADES))
    moves[0] = chance
    may_move = moves.any(axis=(1, 2)).astype(np.int64)
    return terms._replace(line_route=target, moves=moves, may_move=may_move)


def test_a_draw_asks_the_same_route_all_month_long() -> None:
    terms, b = moving(0.4), lend(a_borrower(), 0)
    found = [route_of_draw(b, n, 0, a_world(), terms) for n in range(1_000)]
    assert found == [route_of_draw(b, n, 0, a_world(), terms) for n in range(1_000)]
    assert 340 < found.count(5) < 460
    assert {route_of_draw(b, n, 0, a_world(), moving(1.0)) for n in range(50)} == {5}


def test_a_new_request_keeps_its_route() -> None:
    b = lend(a_borrower(), 0, first_month=0, principal_fen=0)
    assert route_of_draw(b, 7, 0, a_world(), moving(1.0)) == 0


def test_a_bullet_that_rolls_over_moves_only_where_its_route_is_shut() -> None:
    for chance, route in ((0.9, 0), (1.0, 5)):
        b = lend(a_borrower(), 0, product=1, months_left=1)
        terms = moving(chance)
        tally = a_tally(terms)
        roll_over(b, 0, 0, a_world(), terms, tally)
        assert b.route[0] == route
        assert tally.route[route, REFINANCED] == 1_000_000
        assert tally.route[5, BOUGHT_IN] == tally.route[0, BOUGHT_OUT] == 1_000_000 * (route == 5)


def test_moving_changes_nothing_but_the_route() -> None:
    b, still = lend(a_borrower(), 0), lend(a_borrower(), 0)
    move_line(b, 0, 5, a_tally(some_terms()))
    assert b.route[0] == 5
    b.route[0] = 0
    assert b == still
    assert b.first_month[0] == MONTH - 3
