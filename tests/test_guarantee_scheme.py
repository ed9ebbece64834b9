"""A state guarantee fund: whose losses it bears, its fee and budget, what lenders make of it."""

from typing import Any

import numpy as np
import pytest

from agents.limits import LICENCES
from agents.loan import charge_off
from agents.messages import SEGMENT_ITEMS, SEGMENT_LOST, SEGMENT_RECOVERED, empty_tally
from sim.core.errors import InputError
from sim.core.months import Month
from sim.guarantee_scheme import covered_since, expected_cover
from sim.ledger import Account, Item, Sector
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario
from tests.agents.people import a_borrower, a_world, lend
from tests.small_market import STRESS, lived_month, opened_market, small_scenario, stepped

FROM_FEBRUARY = {"2024-02": {"level": 0.8}}
WIDE: dict[str, Any] = {"fee": 0.01, "steps": FROM_FEBRUARY}


def scheme(*, burn_in: int = 6, stress: bool = False, **section: Any) -> Scenario:
    base = STRESS if stress else {}
    return small_scenario({**base, "policy.guarantee_scheme.all": section}, burn_in=burn_in)


def monthly(model: LoanMarket, months: int) -> list[tuple[int, int, int]]:
    """Claims paid, fees and claims due each month, fen; the last by hand from the tallies."""
    found = []
    for _ in range(months):
        month = lived_month(model)
        counted = (month.first.segment + month.second.segment).sum(axis=(0, 1))
        lost = int(counted[SEGMENT_LOST] - counted[SEGMENT_RECOVERED])
        items = model.market.ledger.items
        paid, fees = int(items[:, Item.COVER_PAID].sum()), -int(items[:, Item.COVER_FEE].sum())
        found.append((paid, fees, lost))
    return found


# --- what is counted ----------------------------------------------------------------------------


def test_a_loss_is_counted_by_route_and_segment_and_only_if_asked_for() -> None:
    for asked in (True, False):
        tally = empty_tally(2, 3, 4, 8, 160, by_segment=asked)
        charge_off(lend(a_borrower(segment=2), 0, route=1), 0, a_world(), tally)
        if not asked:
            assert tally.segment.size == 0
            continue
        expected = np.zeros((3, 4, SEGMENT_ITEMS), dtype=np.int64)
        expected[1, 2, SEGMENT_LOST] = 1_000_000
        expected[1, 2, SEGMENT_RECOVERED] = 1_000_000 * a_world().recovery_bp[0] // 10_000
        assert (tally.segment == expected).all()


def test_segments_add_up_to_routes() -> None:
    model = opened_market(scheme(**WIDE), borrowers=600)
    month = lived_month(model)
    counted = (month.first.segment + month.second.segment).sum(axis=1)
    stock = month.first.stock + month.second.stock
    assert (counted[:, :5] == stock[:, :5]).all()


# --- the books ----------------------------------------------------------------------------------


def test_the_fund_pays_its_part_once_a_loan_could_have_gone_all_the_way() -> None:
    """Nobody is paid for loans that were late when it began; fees fall due at once."""
    model = opened_market(scheme(stress=True, **WIDE), borrowers=1_500)  # audited every month
    assert {x.kind.charge_off_months for x in model.market.lenders if x.is_brand} >= {7}
    months = monthly(model, 14)
    assert [paid for paid, _, _ in months[:7]] == [0] * 7  # one without it, six on the way
    assert months[0][1] == 0
    assert all(fees > 0 for _, fees, _ in months[1:])
    later = months[7:]
    assert sum(paid for paid, _, _ in later) > 0
    assert all(paid <= 0.8 * lost for paid, _, lost in later)
    fund = model.market.ledger.cash[Sector.GUARANTEE_FUND]
    assert fund == sum(fees - paid for paid, fees, _ in months)


def test_a_scheme_that_begins_again_begins_anew() -> None:
    """Nothing is paid for loans that fell late while it was off: six months on the way again."""
    steps = {"2000-01": {"level": 0.8}, "2024-06": {"level": 0.0}, "2024-09": {"level": 0.8}}
    model = opened_market(scheme(stress=True, fee=0.01, steps=steps), borrowers=1_500)
    months = monthly(model, 18)
    assert sum(paid for paid, _, _ in months[:5]) > 0
    assert [paid for paid, _, _ in months[5:14]] == [0] * 9  # off for three, then six on the way
    assert sum(lost for _, _, lost in months[8:14]) > 0
    assert sum(paid for paid, _, _ in months[14:]) > 0


def test_cover_lasts_while_it_is_lowered_and_until_nothing_is_left() -> None:
    def since(month: Month, **later: dict[str, float]) -> Month:
        steps = {"2022-01": {"level": 0.8}} | {x.replace("m", "2024-"): y for x, y in later.items()}
        return covered_since(scheme(steps=steps).policy.guarantee_scheme["all"], month, 0.03)

    first, off = Month.of(2022, 1), {"level": 0.0, "phase_in_months": 4}
    assert since(Month.of(2023, 5)) == first
    assert since(Month.of(2024, 6), m03={"level": 0.2}) == first
    assert since(Month.of(2024, 4), m03=off) == first
    assert since(Month.of(2024, 9), m03=off, m07={"level": 0.5}) == first
    assert since(Month.of(2024, 9), m03=off, m08={"level": 0.5}) == Month.of(2024, 8)


def test_it_pays_whoever_bears_the_loss() -> None:
    """All brands charge off at seven, so that from then on every lender gets 80% of its losses."""
    lenders = load_scenario("observed").kinds
    soon = {f"kinds.{name}.charge_off_months": 7 for name in lenders}
    scenario = scheme(stress=True, **WIDE).with_changes(soon)
    model = stepped(opened_market(scenario, borrowers=1_500), 8)
    paid, lost = 0, 0
    for _ in range(4):
        month = lived_month(model)
        ledger, book = model.market.ledger, model.market.book
        counted = (month.first.segment + month.second.segment).sum(axis=1)
        losses = ledger.held(book, counted[:, SEGMENT_LOST] - counted[:, SEGMENT_RECOVERED])
        assert (ledger.items[:, Item.COVER_PAID] == losses * 8 // 10).all()
        paid, lost = paid + int(ledger.items[:, Item.COVER_PAID].sum()), lost + int(losses.sum())
    assert 0 < paid <= 0.8 * lost


def test_what_the_fund_will_bear_needs_no_allowance() -> None:
    """Paired: with all that is lent covered by 80%, allowances are a fifth of what they were."""
    always = {"2000-01": {"level": 0.8}}
    models = [
        stepped(opened_market(s, borrowers=600), 1)
        for s in (small_scenario(burn_in=6), scheme(steps=always))
    ]
    provided = [
        int(model.market.ledger.accounts[:, [Account.ALLOWANCE, Account.GUARANTEES]].sum())
        / int(model.market.ledger.principal.sum())
        for model in models
    ]
    assert provided[1] == pytest.approx(0.2 * provided[0], rel=0.25)


def test_scope_is_licence_and_segment() -> None:
    farm = {"licences": ["small_loan"], "segments": ["farmer"], **WIDE}
    scenario = small_scenario({"policy.guarantee_scheme": {"farm": farm}}, burn_in=2)
    rules, segments = scenario.policy.guarantee_scheme, tuple(scenario.segments)
    assert expected_cover(rules, {}, Month.of(2024, 1), 0.03, segments) is None
    cover = expected_cover(rules, {}, Month.of(2024, 2), 0.03, segments)
    assert cover is not None
    for row, licence in enumerate(LICENCES):
        for column, segment in enumerate(segments):
            inside = licence == "small_loan" and segment == "farmer"
            assert cover.share[row, column] == (0.8 if inside else 0.0)
            assert cover.fee[row, column] == pytest.approx(0.008 if inside else 0.0)


# --- the budget ---------------------------------------------------------------------------------


def test_a_budget_is_a_hard_bound_for_each_year_and_lenders_learn_of_it() -> None:
    always = {"2000-01": {"level": 0.8}}

    def year_of(budget: float | None) -> tuple[LoanMarket, list[int]]:
        section = {"steps": always} if budget is None else {"steps": always, "budget": budget}
        model = opened_market(scheme(stress=True, **section), borrowers=1_000)
        years = [sum(paid for paid, _, _ in monthly(model, 12)) for _ in range(2)]
        return model, years

    model, free = year_of(None)
    tight_yuan = model.market.real_yuan(min(free)) / 3
    tight, paid = year_of(tight_yuan)
    limit = tight.market.sample_fen(tight_yuan)
    assert paid == [limit, limit]
    account = tight.regulator.state.guarantees["all"]
    assert account.trust < 0.9 < model.regulator.state.guarantees["all"].trust == 1.0
    told = tight.recorder.tables()["events"]
    told = told[told["text"].str.contains("runs out")]
    assert [month.year for month in told["month"]] == [2024, 2025]
    assert (told["before"] > told["after"]).all()


def test_accounts_are_part_of_the_state() -> None:
    model = stepped(opened_market(scheme(stress=True, **WIDE), borrowers=600), 9)
    copied = model.snapshot()
    again = LoanMarket(model.settings, borrowers=600, threads=1, audit=True)
    again.restore(copied)
    for one in (model, again):
        stepped(one, 2)
    assert again.regulator.state.guarantees == model.regulator.state.guarantees
    assert (again.market.ledger.accounts == model.market.ledger.accounts).all()


# --- what comes of it ---------------------------------------------------------------------------


def test_lenders_admit_more_and_ask_less_of_risky_grades() -> None:
    """The same market asked with and without: break-even falls by the loss covered less the fee."""
    always = {"2000-01": {"level": 0.8}}
    farm = {"licences": ["small_loan"], "segments": ["farmer"], "fee": 0.01, "steps": always}
    changes: dict[str, object] = {"policy.guarantee_scheme.farm": farm}
    plain, covered = (
        lived_month(opened_market(small_scenario(x, burn_in=2), borrowers=300))
        for x in ({}, changes)
    )
    farmer = list(small_scenario(burn_in=2).segments).index("farmer")
    offline = 4
    before, after = plain.terms.apr_bp[offline], covered.terms.apr_bp[offline]
    others = [s for s in range(len(before)) if s != farmer]
    both = (before[farmer] > 0) & (after[farmer] > 0)
    worst = int(np.flatnonzero(both)[-1])
    assert after[farmer][worst] < before[farmer][worst]
    assert (after[farmer] > 0).sum() > (before[farmer] > 0).sum()
    assert np.abs(after[others] - before[others]).max() < 150  # the markup alone moves them


def test_with_none_the_books_show_none() -> None:
    model = stepped(opened_market(small_scenario(burn_in=2), borrowers=300), 2)
    assert model.market.ledger.cash[Sector.GUARANTEE_FUND] == 0
    assert not model.market.ledger.covered.any()
    table = model.recorder.tables()["market"]
    assert not table[["guarantees_paid", "guarantee_fees"]].to_numpy().any()


def test_two_schemes_for_one_loan_are_refused() -> None:
    with pytest.raises(InputError, match="pays for the same loans as guarantee_scheme"):
        small_scenario({"policy.guarantee_scheme": {"a": WIDE, "b": WIDE}})
    with pytest.raises(InputError, match="no such segment"):
        small_scenario({"policy.guarantee_scheme.a": {**WIDE, "segments": ["farmers"]}})
    with pytest.raises(InputError, match="for nobody"):
        small_scenario({"policy.guarantee_scheme.a": {**WIDE, "segments": []}})


def test_executors_agree() -> None:
    farm = {"licences": ["small_loan"], "segments": ["farmer", "micro"], **WIDE}
    scenario = small_scenario({**STRESS, "policy.guarantee_scheme.farm": farm}, burn_in=2)
    ledgers = [
        stepped(opened_market(scenario, borrowers=120, executor=executor), 9).market.ledger
        for executor in ("cpu", "reference")
    ]
    assert (ledgers[0].accounts == ledgers[1].accounts).all()
    assert (ledgers[0].covered == ledgers[1].covered).all()
