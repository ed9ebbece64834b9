"""Inspections and sanctions: what is found, what it costs, and that the honest are left alone."""

from typing import Any

import pytest

from agents.limits import LICENCES
from sim.core.months import Month
from sim.model import LoanMarket
from sim.scenario import Scenario
from sim.supervision import to_inspect
from sim.terms import line_caps
from tests.small_market import opened_market, small_scenario, stepped

OFTEN = {"steps": {"2024-01": {"level": 1.0}}}
CAP = {"licences": "all", "steps": {"2024-03": {"level": 0.13}}}
SLOW = {"lenders.offline.complies_after_months": 6}


def scenario(**changes: Any) -> Scenario:
    """The small market with a cap from March 2024 that offline lenders and fringes feel."""
    base = {"policy.apr_cap": CAP, "policy.revocation_after": 0}
    return small_scenario({**base, **{k.replace("__", "."): v for k, v in changes.items()}})


def events(model: LoanMarket, kind: str) -> Any:
    table = model.recorder.tables()["events"]
    return table[table["kind"] == kind]


@pytest.fixture(scope="module")
def lived() -> dict[str, LoanMarket]:
    """Eight months in worlds with and without somebody slow, and with and without inspectors."""
    worlds = {
        "all on the day": scenario().with_changes({"policy.inspections": {"often": OFTEN}}),
        "slow": scenario().with_changes({**SLOW, "policy.inspections": {"often": OFTEN}}),
        "slow, nobody looks": scenario().with_changes({**SLOW, "policy.inspections": None}),
    }
    return {name: stepped(opened_market(world), 8) for name, world in worlds.items()}


def fined_for_prices(model: LoanMarket) -> set[tuple[str, str]]:
    """Lenders and months of fines for contracts above a cap."""
    found = events(model, "fine")
    found = found[found["text"].str.contains("% allowed")]
    return {(row.actor, f"{row.month:%Y-%m}") for row in found.itertuples()}


def test_who_complies_on_the_day_has_nothing_to_hide(lived: dict[str, LoanMarket]) -> None:
    assert fined_for_prices(lived["all on the day"]) == set()


def test_who_is_slow_goes_on_at_old_prices_until_then(lived: dict[str, LoanMarket]) -> None:
    slow, honest = lived["slow, nobody looks"], lived["all on the day"]
    for model, most in ((slow, 0.2), (honest, 0.1301)):
        table = model.recorder.tables()["lenders"]
        offline = table[(table["lender"] == "offline") & (table["originations"] > 0)]
        during = offline[offline["month"].between("2024-03-01", "2024-08-01")]
        assert len(during) > 0
        assert during["apr_new"].max() <= most
        if model is slow:
            assert during["apr_new"].max() > 0.131
    late = slow.recorder.tables()["lenders"]
    late = late[(late["lender"] == "offline") & (late["month"] >= "2024-09-01")]
    assert (late["apr_new"] <= 0.1301).all()


def test_inspectors_find_it_in_the_contracts_of_the_month_before(
    lived: dict[str, LoanMarket],
) -> None:
    """The first contracts above the cap are of March; a suspension stops new ones only."""
    found = fined_for_prices(lived["slow"])
    assert {lender for lender, _ in found} == {"offline"}
    assert min(month for _, month in found) == "2024-04"
    assert fined_for_prices(lived["slow, nobody looks"]) == set()


def test_a_fine_costs_equity_and_customers(lived: dict[str, LoanMarket]) -> None:
    fines = events(lived["slow"], "fine")
    row = fines[fines["actor"] == "offline"].iloc[0]
    assert "inspected and fined" in row["text"]
    assert "no new customers" not in row["text"]  # one of many firms was found, the rest go on
    assert row["after"] > 0.0


@pytest.mark.parametrize("licence", LICENCES)
def test_how_often_depends_on_licence_and_month(licence: str) -> None:
    rule = {"licences": [licence], "steps": {"2024-02": {"level": 0.3}}}
    policy = small_scenario({"policy.inspections": {"mine": rule}}).policy
    before, after = (policy.at(Month.of(2024, month), 0.03).inspections for month in (1, 2))
    assert set(before.values()) == {0.01} or set(before.values()) == {0.0}
    assert after == {x: max(before[x], 0.3 if x == licence else 0.0) for x in LICENCES}


def test_repeated_breaches_cost_the_licence() -> None:
    """A single lender that cannot fit a limit: two fines, then its book is sold or run off."""
    changes = {
        "policy.inspections": {"often": OFTEN},
        "policy.leverage": {"all": {"steps": {"2024-02": {"level": 0.5}}}},
        "policy.revocation_after": 2,
        "policy.correction_months": 0,
    }
    model = stepped(opened_market(small_scenario(changes, burn_in=6)), 6)
    revoked = events(model, "revocation")
    assert events(model, "fine")["text"].str.contains("no new customers for 3 months").any()
    names = {lender.name for lender in model.market.lenders if lender.state.status != "open"}
    single = revoked[revoked["text"].str.startswith("licence revoked after 2 findings")]
    assert len(single) > 0
    assert set(single["actor"]) <= names
    exits = events(model, "exit")
    assert exits["text"].str.contains("its licence is revoked").any()
    # Of a fringe one firm loses it, and the fringe goes on.
    fringe = revoked[revoked["text"].str.startswith("one of ")]
    assert (fringe["before"] - fringe["after"] == 1).all()


def test_none_is_revoked_where_repeating_costs_nothing() -> None:
    changes = {
        "policy.inspections": {"often": OFTEN},
        "policy.leverage": {"all": {"steps": {"2024-02": {"level": 0.5}}}},
        "policy.revocation_after": 0,
    }
    model = stepped(opened_market(small_scenario(changes, burn_in=6)), 6)
    assert len(events(model, "fine")) > 0
    assert len(events(model, "revocation")) == 0


def test_a_platform_that_keeps_less_of_joint_loans_than_it_must_is_found() -> None:
    changes = {
        "policy.joint_floor": {"all": {"steps": {"2024-02": {"level": 0.6}}}},
        "lenders.big.complies_after_months": 12,
    }
    found = {}
    for slow in (True, False):
        made = small_scenario(changes if slow else dict([next(iter(changes.items()))]), burn_in=6)
        model = stepped(opened_market(made), 4)
        month = model.now
        seen = to_inspect(model.market, model._limits(Month(month + 1)), model._limits(month))
        big = next(one for one in seen if model.market.lenders[one.number].name == "big")
        found[slow] = [text for text in big.breaches if "joint" in text]
    assert found[True] == ["30% of joint loans kept, 60% required"]
    assert found[False] == []


# --- every rule that a lender can break ----------------------------------------------------------


def breaches_of(lender: str, changes: dict[str, Any], months: int = 4) -> list[str]:
    """What inspectors would find at a lender some months after the opening."""
    model = stepped(opened_market(small_scenario(changes, burn_in=6)), months)
    month = model.now
    seen = to_inspect(model.market, model._limits(Month(month + 1)), model._limits(month))
    return [
        text
        for one in seen
        if model.market.lenders[one.number].name == lender
        for text in one.breaches
    ]


RULES_TO_BREAK: dict[str, tuple[str, dict[str, Any], str]] = {
    "a cap on the contract rate": (
        "net_bank",
        {
            "policy.apr_cap": {
                "licences": ["internet_bank"],
                "base": "contract",
                "steps": {"2024-02": {"level": 0.07}},
            }
        },
        "a year more in rates than the 7% allowed",
    ),
    "a cap on the price": (
        "net_bank",
        {"policy.apr_cap": {"steps": {"2024-02": {"level": 0.07}}}},
        "a year more than the 7% allowed",
    ),
    "the limit on one borrower": (
        "net_bank",
        {"policy.borrower_limit": {"tight": {"steps": {"2024-02": {"level": 5_000}}}}},
        "above the limit of 5,000 yuan on one borrower",
    ),
    "limits on collection": (
        "net_bank",
        {"policy.collection": {"mild": {"steps": {"2024-02": {"level": 0.5}}}}},
        "collection at 100% of the usual, 50% allowed",
    ),
}


@pytest.mark.parametrize("name", RULES_TO_BREAK)
def test_who_breaks_a_rule_is_found_and_who_keeps_it_is_not(name: str) -> None:
    lender, rule, told = RULES_TO_BREAK[name]
    late = {f"lenders.{lender}.complies_after_months": 12}
    assert any(told in text for text in breaches_of(lender, rule | late))
    assert not any(told in text for text in breaches_of(lender, rule))


# --- what a finding costs ------------------------------------------------------------------------

BREAKS_A_CAP = {
    "policy.apr_cap": {"licences": ["internet_bank"], "steps": {"2024-02": {"level": 0.06}}},
    "lenders.net_bank.complies_after_months": 24,
    "policy.inspections": {"often": {"steps": {"2024-04": {"level": 1.0}}}},
    "policy.revocation_after": 0,
}


def fines_of_net_bank(months: int, **changes: Any) -> Any:
    made = {**BREAKS_A_CAP, **{f"policy.{name}": value for name, value in changes.items()}}
    model = stepped(opened_market(small_scenario(made, burn_in=6)), months)
    found = events(model, "fine")
    return model, found[found["actor"] == "net_bank"]


def test_a_fine_takes_what_the_breach_has_earned_and_more() -> None:
    """Gains of February and March, found in April, on top of a part of equity."""
    fines = {}
    for multiple in (0.0, 1.0, 3.0):
        _, told = fines_of_net_bank(4, gains_multiple=multiple)
        fines[multiple] = float(told["after"].iloc[0])
    earned = fines[1.0] - fines[0.0]
    assert earned > 0.0
    assert fines[3.0] - fines[0.0] == pytest.approx(3 * earned, rel=1e-6)


def test_an_order_gives_months_to_correct_and_ends_the_breach() -> None:
    model, told = fines_of_net_bank(12, correction_months=3)
    assert [f"{month:%Y-%m}" for month in told["month"]] == ["2024-04"]
    assert "it has 3 months to correct it" in told["text"].iloc[0]
    table = model.recorder.tables()["lenders"]
    bank = table[(table["lender"] == "net_bank") & (table["originations"] > 0)].set_index("month")
    assert bank.loc["2024-06-01", "apr_new"] > 0.061
    assert (bank.loc["2024-07-01":, "apr_new"] <= 0.0601).all()


def test_without_orders_a_breach_goes_on_and_is_fined_again() -> None:
    _, told = fines_of_net_bank(7, correction_months=0)
    assert [f"{month:%Y-%m}" for month in told["month"]] == [f"2024-0{n}" for n in range(4, 8)]


FLOOR = {"policy.joint_floor": {"all": {"steps": {"2024-02": {"level": 0.6}}}}}
SLOW_PARTNER = {"lenders.big.complies_after_months": 60, "policy.revocation_after": 0}


def test_an_order_to_comply_changes_what_a_lender_does_and_survives_a_snapshot() -> None:
    """Routes were kept from before the order, and looked up anew after a restore."""
    often = {"policy.inspections": {"often": {"steps": {"2024-03": {"level": 1.0}}}}}
    world = small_scenario({**FLOOR, **SLOW_PARTNER, **often}, burn_in=6)
    model = stepped(opened_market(world, borrowers=1_000), 6)
    big = next(lender for lender in model.market.lenders if lender.name == "big")
    assert big.state.corrected
    assert events(model, "fine")["actor"].eq("big").any()
    again = LoanMarket(world, borrowers=1_000, threads=1)
    again.restore(model.snapshot())
    for _ in range(6):
        stepped(model, 1)
        stepped(again, 1)
        assert len(again.market.book) == len(model.market.book)
        books = [one.market.ledger.accounts for one in (model, again)]
        assert (books[0] == books[1]).all()
    since = events(model, "fine")
    late = since[(since["actor"] == "big") & (since["month"] > "2024-08-01")]
    assert not late["text"].str.contains("joint loans").any()


def test_an_order_to_comply_bounds_lines_too() -> None:
    limit = {"policy.borrower_limit": {"all": {"steps": {"2024-02": {"level": 5_000}}}}}
    model = stepped(opened_market(small_scenario({**limit, **SLOW_PARTNER}, burn_in=6)), 3)
    market, limits = model.market, model._limits(model.now)
    big = next(lender for lender in market.lenders if lender.name == "big")
    before = line_caps(market, limits, 1)[big.number, 0]
    big.state.corrected = True
    assert line_caps(market, limits, 1)[big.number, 0] == 50 < before
