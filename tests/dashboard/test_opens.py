"""A click leads from a chart or a table row to the page of a lender or of a group."""

from dashboard.cards import BY_KIND, BY_LENDER
from dashboard.choice import Choice
from dashboard.figures import Drawn, shares_figure
from dashboard.market.content import lender_link
from dashboard.opens import link_to, opens_group, opens_lender, shown_query
from dashboard.theme import look_of
from tests.synthetic import run_tables

LOOK = look_of("light", "en")


def test_a_band_of_a_lender_opens_it_and_one_of_a_kind_opens_nothing() -> None:
    drawn = Drawn("run", run_tables())
    names = set(drawn.tables["lenders"]["lender"])
    opened = [trace.get("meta") for trace in shares_figure(BY_LENDER, drawn, LOOK)["data"]]
    assert {one["values"][0] for one in opened if one} <= names
    assert sum(one is not None for one in opened) >= 2
    assert not any("meta" in trace for trace in shares_figure(BY_KIND, drawn, LOOK)["data"])


def test_what_a_click_opens() -> None:
    assert opens_lender("bigtech_1") == {
        "page": "/lenders",
        "name": "firm",
        "values": ["bigtech_1"],
    }
    assert opens_group("region", ["east", "west"])["values"] == ["east", "west"]


def test_links_go_on_with_what_is_shown() -> None:
    choice = Choice(scenario="run:one", against="observed", seeds=2)
    assert shown_query(choice, "zh") == {
        "scenario": "run:one", "against": "observed", "seeds": "2", "lang": "zh",
    }  # fmt: skip
    link = lender_link("bigtech_1", choice, "zh")
    assert link == "/lenders?scenario=run:one&against=observed&seeds=2&lang=zh&firm=bigtech_1"
    row = link_to("/borrowers", {"segment": "farmer", "lang": "en"}, "farmers")
    assert row.href == "/borrowers?segment=farmer&lang=en"
