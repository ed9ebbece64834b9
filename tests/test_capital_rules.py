"""Rules on lenders' money and capital: securities, P2P, provisions, buffer, partners."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.funding_parameters import ABS, INVESTORS
from agents.limits import LICENCES, Limits, leverage_limit
from agents.routes import NOBODY
from sim.bookkeeping import PAYOUT_SPEED, pay_out
from sim.funding import supply_by_source
from sim.ledger import PROVISION_PPM, Account
from sim.model import LoanMarket
from sim.rationing import room
from sim.supervision import over_multiples
from sim.terms import route_choices, within_partners
from tests.agents.test_lender import FREE
from tests.small_market import opened_market, small_scenario, stepped

PEOPLE = 1_000


@pytest.fixture(scope="module")
def opened() -> LoanMarket:
    return stepped(opened_market(small_scenario(burn_in=8), borrowers=PEOPLE), 2)


@pytest.fixture
def market(opened: LoanMarket) -> LoanMarket:
    branch = LoanMarket(opened.settings, borrowers=PEOPLE, threads=1, audit=True)
    branch.restore(opened.snapshot())
    return branch


def everywhere(**levels: float) -> Limits:
    """No rule but these, on all licences."""
    return replace(FREE, **{name: dict.fromkeys(LICENCES, one) for name, one in levels.items()})


def number_of(model: LoanMarket, name: str) -> int:
    return next(x.number for x in model.market.lenders if x.name == name)


def test_every_rule_reaches_the_limits_of_the_month() -> None:
    rules: dict[str, Any] = {
        "abs_limit": 2.0, "provisioning": 1.5, "countercyclical_buffer": 0.025,
        "partner_concentration": 0.25, "partner_share": 0.5,
    }  # fmt: skip
    for name, level in rules.items():
        bound = {"bind": {"licences": ["bank"], "steps": {"2024-06": {"level": level}}}}
        section = small_scenario({f"policy.{name}": bound}, burn_in=1).policy
        first = Limits.__dataclass_fields__.get(name)
        field = name if first else "buffer"
        before, after = (getattr(section.at(month, 0.03), field) for month in MONTHS)
        assert after["bank"] == level != before["bank"]
        assert after["facilitation"] == before["facilitation"]
    allowed = {"all": {"steps": {"2024-06": {"level": 0.7}}}}
    section = small_scenario({"policy.p2p": allowed}, burn_in=1).policy
    assert [section.at(month, 0.03).p2p for month in MONTHS] == [0.0, 0.7]


MONTHS = [small_scenario(burn_in=1).start + ahead for ahead in (4, 5)]


# --- securities and P2P --------------------------------------------------------------------------


def test_securities_stop_at_their_limit_and_run_down_beyond_it(market: LoanMarket) -> None:
    big, ledger = number_of(market, "big"), market.market.ledger
    held = int(ledger.sources[big, ABS])
    assert held > 0
    free = supply_by_source(market.market, FREE)[big, ABS]
    times = (held + free / 2) / ledger.equity(big)
    bound = supply_by_source(market.market, everywhere(abs_limit=times))[big, ABS]
    assert 0 < bound < free
    none = supply_by_source(market.market, everywhere(abs_limit=0.0))[big, ABS]
    assert none == -(held // int(market.market.funding.months[big, ABS]))


def test_investors_lend_only_where_p2p_is_permitted(market: LoanMarket) -> None:
    big, ledger = number_of(market, "big"), market.market.ledger
    ledger.sources[big] = ledger.sources[big, [1, 2, 3, 0]]  # the wholesale part becomes theirs
    ledger.sources[big, INVESTORS] = int(ledger.sources[big].sum())
    ledger.sources[big, :INVESTORS] = 0
    due = [
        supply_by_source(market.market, replace(FREE, p2p=part))[big, INVESTORS]
        for part in (0.0, 0.5, 1.0)
    ]
    assert due[0] < due[1] < due[2] == 0.0
    assert due[1] == pytest.approx(due[0] / 2)


# --- provisions and the buffer -------------------------------------------------------------------


@pytest.mark.parametrize("times", [0.5, 1.0, 2.0, 100.0])
def test_provisions_are_a_multiple_of_the_standard_up_to_the_whole_loan(
    market: LoanMarket, times: float
) -> None:
    ledger, book = market.market.ledger, market.market.book
    ledger.provision(book)
    standard = ledger.accounts[:, [Account.ALLOWANCE, Account.GUARANTEES]].sum()
    multiples = np.full(len(market.market.lenders), times)
    ledger.provision(book, multiples)
    ledger.audit(book)
    found = ledger.accounts[:, [Account.ALLOWANCE, Account.GUARANTEES]].sum()
    shares = np.maximum(PROVISION_PPM, np.minimum(1e6, times * PROVISION_PPM))
    assert found == pytest.approx(float((ledger.buckets @ shares).sum()) / 1e6, rel=1e-6)
    assert (found > standard) == (times > 1.0)


def test_only_licences_that_the_rule_binds_provide_more(opened: LoanMarket) -> None:
    def allowances(changes: dict[str, object]) -> Any:
        model = LoanMarket(
            opened.settings.with_changes(changes), borrowers=PEOPLE, threads=1, audit=True
        )
        model.restore(opened.snapshot())
        stepped(model, 1)
        return model.market.ledger.accounts[:, Account.ALLOWANCE]

    strict = {"strict": {"licences": ["internet_bank"], "steps": {"2024-03": {"level": 2.0}}}}
    plain, bound = allowances({}), allowances({"policy.provisioning": strict})
    bank = number_of(opened, "net_bank")
    assert bound[bank] > 1.5 * plain[bank]
    assert (np.delete(bound, bank) == np.delete(plain, bank)).all()


def test_a_buffer_takes_room_and_keeps_capital_in(market: LoanMarket) -> None:
    ledger = market.market.ledger
    bank = int(room(market.market, FREE).lend.argmax())
    assert leverage_limit(everywhere(leverage=12.5, buffer=0.025), "bank") == pytest.approx(
        1 / 0.105
    )
    times = int(ledger.accounts[bank, Account.LOANS]) / ledger.equity(bank) * 1.15 + 0.5
    plain, bound = everywhere(leverage=times), everywhere(leverage=times, buffer=0.3)
    assert room(market.market, plain).lend[bank] > 0 == room(market.market, bound).lend[bank]
    market.market.lenders[bank].state.profit_year = []  # no year of losses
    kept = []
    for limits in (plain, bound):
        market.market.ledger = ledger.copy()
        market.market.ledger.pay_capital(bank, 10**9)
        pay_out(market.market, limits)
        kept.append(market.market.ledger.equity(bank))
    part = PAYOUT_SPEED * 0.3 * int(ledger.accounts[bank, Account.LOANS])
    assert kept[1] - kept[0] == pytest.approx(part, abs=2)


def test_inspectors_look_at_the_buffer(opened: LoanMarket) -> None:
    market = opened.market
    bank = next(x.number for x in market.lenders if x.kind.licence == "internet_bank")
    held = float(market.leverages()[bank])
    assert bank not in over_multiples(market, everywhere(leverage=1.1 * held))
    assert bank in over_multiples(market, everywhere(leverage=1.1 * held, buffer=0.2 / held))


# --- partners ------------------------------------------------------------------------------------


def partners_used(model: LoanMarket, limits: Limits) -> dict[str, set[int]]:
    market = model.market
    choices = within_partners(market, route_choices(market, limits), limits)
    partner = market.book.column("partner")[choices.route]
    return {
        x.name: set(partner[(choices.lender == x.number) & (partner != NOBODY)].tolist())
        for x in market.lenders
    }


def test_a_partner_full_of_one_brands_loans_takes_no_more_of_them(market: LoanMarket) -> None:
    every = partners_used(market, FREE)
    assert every["big"]
    assert every["fringe"]
    assert partners_used(market, everywhere(partner_concentration=1.0)) == every
    ledger, book = market.market.ledger, market.market.book
    funder = number_of(market, "funder_1")
    loans = int(ledger.accounts[funder, Account.LOANS])
    rest = ledger.principal - ledger.own
    parts = {
        name: int(
            rest[
                (book.column("brand") == number_of(market, name)) & (book.holder() == funder)
            ].sum()
        )
        / loans
        for name in ("big", "fringe")
    }
    more, less = sorted(parts, key=lambda name: -parts[name])
    bound = partners_used(market, everywhere(partner_concentration=(parts[more] + parts[less]) / 2))
    assert funder not in bound[more]
    assert funder in bound[less]


def test_a_partner_full_of_others_loans_takes_none(market: LoanMarket) -> None:
    bound = partners_used(market, everywhere(partner_share=0.5))
    funders = {number_of(market, name) for name in ("funder_1", "funder_2")}
    assert not any(funders & used for used in bound.values())
    stepped(market, 1)
