"""What people read are words, not the short names of scenario files."""

import pytest

from sim.names import (
    KINDS_OF_LENDER,
    PRODUCTS,
    SEGMENTS,
    firm_name,
    kind_name,
    lender_name,
    person_of,
    product_name,
    segment_name,
)
from sim.scenario import load_scenario
from sim.scenario_files import find_scenarios


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("bigtech_1", "big-tech platform 1", "大型科技平台1"),
        ("bigtech_12", "big-tech platform 12", "大型科技平台12"),
        ("fintech_fringe", "smaller fintech platforms", "小型金融科技平台"),
        ("consumer_finance_fringe", "smaller consumer-finance companies", "小型消费金融公司"),
        ("small_loan_offline_2", "offline small-loan companies, group 2", "线下小额贷款公司第2组"),
        ("small_loan_policy", "policy small-loan companies", "政策性小额贷款公司"),
        ("regulator", "regulator", "regulator"),
        ("my_own_3", "my own 3", "my own 3"),
    ],
)
def test_a_lender_is_called_by_its_kind_and_number(name: str, english: str, chinese: str) -> None:
    assert lender_name(name) == english
    assert lender_name(name, "zh") == chinese


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("bigtech_1", "big-tech platform 1"),
        ("fintech_fringe", "a smaller fintech platform"),
        ("consumer_finance_fringe", "a smaller consumer-finance company"),
        ("small_loan_online", "an online small-loan company"),
        ("small_loan_offline_2", "an offline small-loan company of group 2"),
        ("my_own_fringe", "my own fringe"),
    ],
)
def test_a_customer_deals_with_one_firm(name: str, one: str) -> None:
    assert firm_name(name) == one


def test_what_is_in_words_already_stays() -> None:
    for kind in KINDS_OF_LENDER:
        assert lender_name(kind_name(kind)) == kind_name(kind)


def test_what_nobody_declared_is_shown_as_it_is() -> None:
    assert kind_name("my_kind") == "my kind"
    assert segment_name("my_people") == person_of("my_people") == "my people"
    assert product_name("my_loan") == "my loan"


@pytest.mark.parametrize("name", [found.name for found in find_scenarios()])
def test_every_name_of_the_scenarios_that_come_with_the_program_is_known(name: str) -> None:
    scenario = load_scenario(name).under_competition()
    assert set(scenario.kinds) <= set(KINDS_OF_LENDER)
    assert set(scenario.segments) <= set(SEGMENTS)
    assert set(scenario.products) <= set(PRODUCTS)
    labels = [lender_name(lender) for lender in scenario.lenders]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if "_" in label]
