"""Sources of money: what they ask, when they leave, and that every fen of them is in the books."""

from typing import Any

import numpy as np
import pytest

from agents.funders import distrust, funding_table, prices, supply, trust
from agents.funding_parameters import (
    ABS,
    DEPOSITS,
    INVESTORS,
    SOURCES,
    WHOLESALE,
    FundingSection,
)
from agents.lender import Lender
from agents.messages import Floats
from sim.core.errors import InputError
from sim.funding import supply_by_source, taken_up
from sim.ledger import Account, AuditError, Item, shared_out
from sim.model import LoanMarket
from sim.scenario import load_scenario
from tests.small_market import opened_market, small_scenario, stepped, tables_of

PEOPLE = 1_000


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=8), borrowers=PEOPLE), 2)


def branch(opened: LoanMarket, changes: dict[str, object] | None = None) -> LoanMarket:
    model = LoanMarket(
        opened.settings.with_changes(changes or {}), borrowers=PEOPLE, threads=1, audit=True
    )
    model.restore(opened.snapshot())
    return model


def named(model: LoanMarket, name: str) -> Lender:
    (lender,) = [lender for lender in model.market.lenders if lender.name == name]
    return lender


def table(section: FundingSection | None = None) -> Any:
    """Two lenders, a bank and a platform, under observed terms."""
    scenario = load_scenario("observed")
    kinds = [scenario.kinds["internet_bank"], scenario.kinds["bigtech"]]
    return funding_table(kinds, section or scenario.funding)


def against(leverage: float = 0.0, equity: int = 100, year: int = 0, stress: float = 0.0) -> Floats:
    """Distrust of both lenders when they have the same leverage over target, equity and profit."""
    columns = table()
    return distrust(
        columns, leverage * columns.target, np.array([equity] * 2), np.array([year] * 2), stress
    )


# --- the funders' rule ---------------------------------------------------------------------------


def test_a_quiet_lender_pays_its_kinds_cost_and_keeps_all_its_money() -> None:
    columns, calm = table(), against(leverage=1.0)
    assert not calm.any()
    mean = (prices(columns, calm, 0.0) * columns.mix).sum(axis=1)
    kinds = load_scenario("observed").kinds
    assert mean == pytest.approx([kinds[k].funding_cost for k in ("internet_bank", "bigtech")])
    assert (trust(columns, calm) == 1.0).all()


def test_deposits_follow_the_lpr_half_way_and_wholesale_money_fully() -> None:
    columns = table()
    moved = prices(columns, against(), -0.004) - prices(columns, against(), 0.0)
    assert moved[0, DEPOSITS] == pytest.approx(-0.002)
    assert moved[1, WHOLESALE] == pytest.approx(-0.004)
    assert (prices(columns, against(), -1.0) >= 0.0).all()


@pytest.mark.parametrize(
    ("trouble", "source"),
    [
        ({"leverage": 1.5}, WHOLESALE),
        ({"leverage": 1.5}, ABS),
        ({"year": -20}, DEPOSITS),
        ({"year": -20}, WHOLESALE),
        ({"stress": 0.3}, ABS),
        ({"stress": 0.15}, INVESTORS),
    ],
)
def test_money_gets_dearer_before_it_gets_scarce(trouble: dict[str, Any], source: int) -> None:
    columns, worried = table(), against(**trouble)
    assert prices(columns, worried, 0.0)[0, source] > prices(columns, against(), 0.0)[0, source]
    assert trust(columns, worried)[0, source] == 1.0
    alarmed = against(**{name: 20 * size for name, size in trouble.items()})
    assert trust(columns, alarmed)[0, source] == 0.0


def test_depositors_do_not_ask_about_leverage_and_nobody_trusts_without_equity() -> None:
    assert against(leverage=5.0)[0, DEPOSITS] == 0.0
    assert trust(table(), against(equity=0))[0, WHOLESALE] == 0.0


def test_without_weights_nothing_but_the_lpr_moves_a_source() -> None:
    neutral = table(FundingSection())
    seen = distrust(neutral, np.array([99.0, 99.0]), np.array([1, 1]), np.array([-9, -9]), 2.0)
    assert not seen.any()
    assert (trust(neutral, seen) == 1.0).all()


def test_no_more_leaves_than_the_contract_allows() -> None:
    columns = table()
    funding = np.array([[2_400_000, 1_200_000, 120_000, 0]] * 2)
    nobody_stays = np.zeros((2, len(SOURCES)))
    gone = -supply(columns, funding, np.array([1, 1]), nobody_stays)
    due = funding // columns.months
    assert gone[0, DEPOSITS] == pytest.approx(due[0, 0] + 0.2 * (funding[0, 0] - due[0, 0]))
    assert gone[:, WHOLESALE] == pytest.approx(due[:, WHOLESALE])
    everybody = np.ones((2, len(SOURCES)))
    assert (supply(columns, funding, np.array([1, 1]), everybody) >= 0).all()


# --- in the books --------------------------------------------------------------------------------


def test_sharing_out_is_exact_and_follows_the_weights() -> None:
    amounts = np.array([100, -7, 5, 10**14])
    weights = np.array([[1, 1, 2, 0], [3, 0, 4, 0], [0, 0, 0, 0], [1, 2, 3, 10**13]])
    parts = shared_out(amounts, weights)
    assert (parts.sum(axis=1) == amounts).all()
    assert parts[0].tolist() == [25, 25, 50, 0]
    assert parts[1].tolist() == [-3, 0, -4, 0]
    assert parts[2].tolist() == [5, 0, 0, 0]


@pytest.mark.parametrize("change", [-950, -260, -100, 0, 40])
def test_what_must_be_repaid_is_and_new_money_comes_from_who_offers(change: int) -> None:
    sources, net = np.array([[600, 300, 100, 0]]), np.array([[-120, 60, 20, 0]])
    taken = taken_up(sources, net, np.array([min(change, -40)]))
    assert taken.sum() == min(change, -40)
    assert taken[0, 0] <= -120
    assert (sources + taken >= 0).all()
    assert (taken <= np.maximum(net, 0)).all()


def test_sources_that_do_not_add_up_are_found(opened: LoanMarket) -> None:
    ledger = opened.market.ledger.copy()
    ledger.sources[2, WHOLESALE] += 1
    with pytest.raises(AuditError, match="funding and its sources of lender 2 differ by -1 fen"):
        ledger.audit(opened.market.book)


def test_funding_opens_in_the_kinds_mix(opened: LoanMarket) -> None:
    model = opened_market(small_scenario(burn_in=8), borrowers=PEOPLE)
    ledger = model.market.ledger
    funding = ledger.accounts[:, Account.FUNDING]
    assert (abs(ledger.sources - funding[:, None] * model.market.funding.mix) <= 1).all()
    bank = named(model, "net_bank").number
    assert ledger.sources[bank, DEPOSITS] > 5 * ledger.sources[bank, WHOLESALE] > 0


def test_a_freeze_shuts_wholesale_funding_and_spares_deposits(opened: LoanMarket) -> None:
    model = branch(
        opened, {"policy.funding_freeze": {"all": {"steps": {"2024-03": {"level": 1.0}}}}}
    )
    limits = model.settings.policy.at(model.now + 1, 0.03)
    net = supply_by_source(model.market, limits)
    sources = model.market.ledger.sources
    assert (net[:, DEPOSITS] >= 0).all()
    held = sources[:, WHOLESALE] > 0
    assert (
        net[held, WHOLESALE] <= -(sources // model.market.funding.months)[held, WHOLESALE]
    ).all()


ALARM = {
    "source": "deposits", "lenders": ["net_bank"], "start": "2024-03", "months": 3, "distrust": 5
}  # fmt: skip


def test_depositors_run_from_a_bank_that_is_talked_about_and_from_no_other() -> None:
    def run(changes: dict[str, object]) -> tuple[list[int], Any]:
        model = opened_market(small_scenario(changes, burn_in=8), borrowers=PEOPLE)
        bank, left = named(model, "net_bank").number, []
        for _ in range(4):
            stepped(model, 1)
            left.append(int(model.market.ledger.sources[bank, DEPOSITS]))
        events = model.recorder.tables()["events"]
        return left, events[(events["kind"] == "run") & events["text"].str.startswith("deposit")]

    calm, told = run({})
    assert told.empty
    talked, runs = run({"funding.alarms.talk": ALARM})
    assert talked[:3] == calm[:3]
    assert talked[3] < 0.9 * calm[3]
    # What is due goes, and a fifth of the rest is called back, no more.
    assert talked[3] == pytest.approx((1 - 1 / 24) * 0.8 * talked[2], rel=0.001)
    assert list(runs["actor"]) == ["net_bank"]
    assert runs["text"].iloc[0] == "depositors run: a rumour"


def test_funding_costs_more_where_leverage_does(opened: LoanMarket) -> None:
    """The switch: with its weights at 0 a source asks nothing for leverage."""
    costs = []
    for premium in (0.0, 0.05):
        changes: dict[str, object] = {
            "kinds.consumer_finance.target_leverage": 1.0,
            "funding.wholesale.premium": premium,
        }
        model = stepped(branch(opened, changes), 2)
        lenders = model.recorder.tables()["lenders"].set_index("lender")
        costs.append(float(lenders.loc["finance", "funding_cost"].iloc[-1]))
    assert costs[1] > costs[0] + 0.01


def test_losses_of_the_market_make_stress_and_stress_makes_money_dear() -> None:
    blow: dict[str, object] = {
        "macro.shocks.blow": {
            "start": "2024-02", "months": 12, "share": 0.6, "depth": 0.9, "unemployment": 0.2
        },
        "funding.tolerance": 0.1,
        "funding.memory_months": 4,
    }  # fmt: skip
    calm = tables_of(
        small_scenario({"funding.tolerance": 0.1, "funding.memory_months": 4}), months=10
    )
    hit = tables_of(small_scenario(blow), months=10)
    dearer = [
        float(t["lenders"].set_index("lender").loc["finance", "funding_cost"].iloc[-1])
        for t in (calm, hit)
    ]
    assert dearer[1] > dearer[0] + 0.001


def test_the_tables_show_the_books() -> None:
    model = stepped(opened_market(small_scenario(burn_in=8), borrowers=PEOPLE), 3)
    tables, market = model.recorder.tables(), model.market
    lenders = tables["lenders"].groupby("month").last().index
    last = tables["lenders"][tables["lenders"]["month"] == lenders[-1]].set_index("lender")
    for lender in market.lenders:
        row, number = last.loc[lender.name], lender.number
        owed = market.real_yuan(market.ledger.sources[number].astype(float))
        assert list(row[list(SOURCES)]) == pytest.approx(owed)
        items = market.ledger.items[number]
        assert row["interest_income"] == pytest.approx(market.real_yuan(float(items[Item.INCOME])))
        costs = float(items[[2, 3, 4, 5, 6, 7, 8]].sum())
        margin = 1 + costs / items[Item.INCOME] if items[Item.INCOME] else 0.0
        assert row["gross_margin"] == pytest.approx(margin)
        full = row["held"] + row["room"]
        assert row["utilisation"] == pytest.approx(row["held"] / full if full else 0.0)
        costs = row[["funding_expense", "operating_cost", "marketing_cost", "charge_offs"]].sum()
        costs += row[["provisions", "fines", "tax", "technology_cost"]].sum()
        gains = row[["interest_income", "recoveries", "technology_support"]].sum()
        gains += row[["guarantee_income", "sale_result"]].sum()
        assert gains - costs == pytest.approx(row["profit"], abs=1.0)
        assert row["cash"] + row["held"] - row["allowances"] == pytest.approx(row["assets"])
        funding = row[list(SOURCES)].sum()
        assert funding + row["guarantee_duty"] == pytest.approx(row["liabilities"])
        rates = [row[f"{name}_rate"] for name in SOURCES if row[name] > 0]
        assert not rates or min(rates) <= row["funding_cost"] + 1e-9 <= max(rates) + 2e-9
    whole = tables["market"].iloc[-1]
    assert whole["interest_income"] == pytest.approx(last["interest_income"].sum())
    assert whole["room"] == pytest.approx(last["room"].sum())
    assert 0.01 < whole["funding_cost"] < 0.06
    assert whole["stress"] == market.mood.stress


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"kinds.bigtech.funding": {"wholesale": 0.5, "abs": 0.4}}, "adds up to 90%"),
        ({"funding.deposits.patience": 1.5}, "not below flight"),
        ({"funding.alarms.a": {**ALARM, "lenders": ["net_bnak"]}}, "no such lender"),
        ({"funding.alarms.a": {**ALARM, "lenders": []}}, "about nobody"),
        ({"funding.alarms.a": {**ALARM, "source": "investors"}}, "has no investors to lose"),
        ({"funding.alarms.a": {**ALARM, "start": "2035-01"}}, "outside the run"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, object], found: str) -> None:
    with pytest.raises(InputError, match=found):
        small_scenario(changes)
