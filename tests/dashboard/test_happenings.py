"""What happened: found in the event table, put into words, marked on charts."""

import re

import pandas
import pytest

from dashboard.happenings.happened import SORTS, happenings, shocks, sort_of
from dashboard.happenings.marks import marks
from dashboard.happenings.names_in_chinese import lender
from dashboard.happenings.words import happening_words
from dashboard.theme import look_of
from sim.core.tables import EVENTS
from sim.names import KINDS_OF_LENDER, firm_name, lender_name
from sim.scenario import load_scenario

TOLD = (
    "takes up price_war as its strategy; equity at 158% of what its loans need",
    "takes up niche:farmer as its strategy; equity at 158% of what its loans need",
    "ends premium as its strategy; equity at 90% of what its loans need",
    "gives up price_war for good for want of capital: equity at 86% of what its loans need",
    "gives up expand for good for want of trust: funders and partners leave 71% of their money "
    "with it",
    "ends its strategy expand",
    "wholesale funders run: a year's loss of 52% of its equity",
    "depositors run: a rumour",
    "buyers of its securities run: it holds 9.1 times its equity",
    "reaction, tighten on losses: leverage limit from 5 times to 4 times; the NPL ratio at 3.2%, "
    "above 3% for 3 months",
    "merges into big-tech platform 1 after a year's return on equity of 2%; its owners are paid "
    "the value of its equity",
    "leaves the market, insolvent: losses have used up its equity",
    "leaves the market, illiquid: funding that fell due could not be replaced",
    "buys the book of online small-loan companies: 0.10 billion yuan of its brand",
    "buys the book of fintech platform 3: 5.10 billion yuan of its brand; its funders lose 0.20 "
    "billion",
    "buys the book of consumer-finance company 3: 0.17 billion yuan of its brand, 0.02 billion "
    "below what the books say",
    "buys the book of consumer-finance company 3: 0.17 billion yuan of its brand, 0.02 billion "
    "below what the books say; its funders lose 0.01 billion",
    "owners put in 1.20 billion yuan: they expect it to earn 0.40 billion a year",
    "owners refuse 1.20 billion yuan: they expect it to earn -0.40 billion a year",
    "partners that fund its loans withdraw: these lose 9.1% a year, 4.0% at the opening; they fund "
    "63% of what is asked",
    "enters the market as small loan with 5.00 billion yuan of capital",
    "enters the market as bank with 5.00 billion yuan of capital, the minimum that the licence "
    "requires",
    "waits for a licence: the quota of consumer finance is full",
    "takes no new customers: 24.1% of the market is above the limit",
    "takes new customers again: 19.2% of the market",
    "inspected and fined 444 million yuan for loans of 12.6 times equity, 12.5 allowed; no new "
    "customers for 3 months",
    "inspected and fined 715 million yuan for loans of 12.7 times equity, 12.5 allowed; no new "
    "customers for 3 months; it has 3 months to correct it",
    "inspected and fined 715 million yuan for loans of 12.7 times equity, 12.5 allowed; it has 3 "
    "months to correct it",
    "inspected and fined 4 million yuan for 36% on small loan contracts, 24% allowed; 2 months "
    "below the minimum capital",
    "licence revoked after 3 findings within 24 months",
    "one of 1,800 firms loses its licence after 3 findings within 24 months; the others take over "
    "its customers",
    "data breach: costs 532 million yuan and a fine of 1,064, and trust",
    "outage: costs 12 million yuan, and trust",
    "lost supplier of data: costs 2 million yuan, and trust; data are worse for some months",
    "13 of 1,810 firms close after a year's return on equity of 6%; the others take over their "
    "customers",
    "1 firm opens beside 1,797 after a year's return on equity of 6%",
    "2 firms open beside 1,791 after a year's return on equity of 6%",
    "owners put in 1.20 billion yuan to reach the minimum capital",
    "3 of 30 firms merge into others to reach the minimum capital",
    "opening capital booked: -22.04 billion yuan",
    "interest subsidy, farm: cut, the year's budget of 3.00 billion yuan runs out",
    "big data: nobody may use it any more",
    "short of cash, sells loans of 2.50 billion yuan to internet bank 2 at 91% of face",
    "short of cash, sells claims on loans charged off of 0.50 billion yuan to outside buyers",
    "recession begins, for 18 months; 20% of people lose 20% of their income; unemployment +2 "
    "points",
    "takes up follow:bigtech_1 as its strategy; equity at 158% of what its loans need",
    "gives up niche:farmer for good after 2 years of returns on equity below 8%",
)


@pytest.mark.parametrize("text", TOLD)
def test_events_are_told_in_chinese(text: str) -> None:
    chinese = happening_words(text, "zh")
    assert re.sub("NPL|HHI", "", chinese) == re.sub("[A-Za-z]", "", chinese), chinese


def test_amounts_are_carried_over() -> None:
    assert "亏损达权益的52%" in happening_words(TOLD[6], "zh")
    assert "-220.4亿元" in happening_words("opening capital booked: -22.04 billion yuan", "zh")
    assert "罚款10.6亿元" in happening_words(
        "data breach: costs 532 million yuan and a fine of 1,064, and trust", "zh"
    )


def test_what_is_not_known_stands_as_it_is() -> None:
    assert happening_words("All-in cap of 24%", "zh") == "All-in cap of 24%"


def test_lenders_names_are_the_same_as_everywhere() -> None:
    for kind in KINDS_OF_LENDER:
        for name in (kind, f"{kind}_2", f"{kind}_fringe"):
            assert lender(lender_name(name)) == lender_name(name, "zh"), name
            assert not re.search("[a-z]{3}", lender(firm_name(name)).replace("P2P", "")), name


def events(*rows: tuple[int, str, str, str, str]) -> pandas.DataFrame:
    """Seed, month, kind, actor, text."""
    frame = pandas.DataFrame(rows, columns=["seed", "month", "kind", "actor", "text"])
    return frame.assign(month=pandas.to_datetime(frame["month"]), before=0.0, after=0.0)


def test_seeds_say_a_thing_once() -> None:
    table = events(
        (1, "2026-01-01", "strategy", "bigtech_2", TOLD[0]),
        (2, "2026-01-01", "strategy", "bigtech_2", TOLD[0].replace("158", "151")),
        (1, "2027-01-01", "exit", "fintech_3", TOLD[11]),
        (1, "2027-02-01", "exit", "small_loan_offline_1", TOLD[27]),
        (1, "2024-01-01", "announcement", "regulator", "said"),
    )
    told = happenings(table, 2)
    assert [(one.sort, one.seeds, one.of) for one in told] == [
        ("strategy", 2, 2),
        ("failure", 1, 2),
    ]
    assert "(1 of 2 seeds)" in told[1].line("en")
    assert "2个种子中的1个" in told[1].line("zh")
    assert [one.sort for one in happenings(table, 2, "small_loan_offline_1")] == ["firms"]


def test_every_kind_of_event_of_the_model_has_a_sort() -> None:
    declared = EVENTS.column("kind").description
    for kind in ("entry", "exit", "purchase", "capital", "run", "breach", "fine", "strategy"):
        assert kind in declared
        assert sort_of(kind, "bigtech_1", "") in SORTS


def test_shocks_come_from_the_scenario_of_the_run() -> None:
    scenario = load_scenario("recession_2027")
    (shock,) = shocks({"scenario": {"text": scenario.text}})
    assert (shock.month, shock.sort) == ("2027-01", "shock")
    assert "20% of people lose 20% of their income" in shock.line("en")
    assert shock.line("zh").startswith("宏观经济：经济衰退开始")
    assert shocks({"scenario": {"text": "title: none"}}) == []
    assert shocks({}) == []


def test_marks_differ_by_shape_and_stay_within_the_months() -> None:
    table = events(
        (1, "2026-01-01", "strategy", "bigtech_2", TOLD[0]),
        (1, "2031-01-01", "run", "bigtech_2", TOLD[6]),
        (1, "2026-05-01", "run", "bigtech_2", TOLD[6]),
    )
    drawn = marks(happenings(table), look_of("light", "en"), ("2024-01", "2030-12"))
    assert [mark["x"] for mark in drawn] == [["2026-01"], ["2026-05"]]
    assert len({mark["marker"]["symbol"] for mark in drawn}) == 2
