"""Levels of competition: what they change, what they keep, and that one field can be set alone."""

from typing import Any

import numpy as np
import pytest

from agents.lender import Lender
from agents.lenders import move_markups, usual_markups
from agents.messages import CONTESTED, PRICE, SERVED
from agents.search import look_for_loan
from sim.core.errors import InputError
from sim.metrics import hhi
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario
from tests.agents.people import INCOME, a_borrower, a_desk, a_tally, a_world, lend, some_terms
from tests.small_market import assert_equal_tables, lived_month, small_scenario, tables_of

LEVELS = ("monopoly", "low", "medium", "high")


@pytest.fixture(scope="module")
def observed() -> Scenario:
    return load_scenario("observed")


def under(scenario: Scenario, **fields: Any) -> Scenario:
    """The scenario with these competition fields, as it is run."""
    changes = {f"competition.{name}": value for name, value in fields.items()}
    return scenario.with_changes(changes).under_competition()


def concentration(scenario: Scenario) -> float:
    setups = scenario.lenders.values()
    return hhi(
        np.array([setup.balance for setup in setups]),
        np.array([setup.firms for setup in setups], dtype=np.float64),
        np.array([setup.size_cv for setup in setups]),
    )


def test_medium_is_the_market_as_observed(observed: Scenario) -> None:
    assert observed.competition.preset == "medium"
    assert observed.under_competition() is observed


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_opens_on_the_same_balance_sheet_by_kind(
    level: str, observed: Scenario
) -> None:
    made = under(observed, preset=level)
    for kind in observed.kinds:
        for field in ("balance", "equity", "partner_weight"):
            before, after = (
                sum(getattr(s, field) for s in one.lenders.values() if s.kind == kind)
                for one in (observed, made)
            )
            assert after == pytest.approx(before, rel=1e-12), (kind, field)
        earned = [
            sum(s.apr * s.balance for s in one.lenders.values() if s.kind == kind)
            for one in (observed, made)
        ]
        assert earned[1] == pytest.approx(earned[0], rel=1e-12)
    numbers = [setup.id for setup in made.lenders.values()]
    assert len(set(numbers)) == len(numbers)


def test_levels_stand_in_their_order(observed: Scenario) -> None:
    made = [under(observed, preset=level) for level in LEVELS]
    assert [concentration(one) for one in made] == sorted(map(concentration, made), reverse=True)
    assert concentration(made[0]) > 2_500
    breadth = [one.search.breadth for one in made]
    assert breadth == sorted(breadth)
    assert breadth[0] < breadth[-1]
    switching = [one.search.switching_cost for one in made]
    assert switching == sorted(switching, reverse=True)
    conduct = [one.kinds["bigtech"].conduct for one in made]
    assert conduct == sorted(conduct, reverse=True)
    bureau = [one.kinds["fintech"].bureau for one in made]
    assert bureau == sorted(bureau)
    month = observed.start + 12
    entry = [one.policy.at(month, 0.03).openness["small_loan"] for one in made]
    assert entry[0] == 0.0
    assert entry == sorted(entry)
    assert entry[-1] == 1.0


def test_a_level_is_applied_once(observed: Scenario) -> None:
    once = under(observed, preset="low")
    assert once.under_competition() is once


def test_a_single_field_goes_before_the_preset(observed: Scenario) -> None:
    made = under(observed, preset="high", search_breadth=2)
    assert made.search.breadth == 2
    assert made.search.shop_around == under(observed, preset="high").search.shop_around
    two = under(observed, preset="high", **{"brands.bigtech": 2})
    assert sum(setup.kind == "bigtech" for setup in two.lenders.values()) == 2
    assert sum(setup.kind == "fintech" for setup in two.lenders.values()) == 6


def test_sizes_fall_by_the_ratio(observed: Scenario) -> None:
    made = under(observed, **{"brands.bigtech": 3, "size_ratio": 0.5})
    sizes = [setup.balance for setup in made.lenders.values() if setup.kind == "bigtech"]
    assert np.array(sizes[1:]) / np.array(sizes[:-1]) == pytest.approx(0.5)
    alone = under(observed, size_ratio=0.5)  # for the brands there are
    assert len([s for s in alone.lenders.values() if s.kind == "bigtech"]) == 5


def test_a_fringe_keeps_its_balance_with_other_firms(observed: Scenario) -> None:
    made = under(observed, **{"firms.small_loan_offline": 100})
    fringes = [s for s in made.lenders.values() if s.kind == "small_loan_offline"]
    assert sum(setup.firms for setup in fringes) == pytest.approx(100, abs=2)
    assert all(setup.balance > 1e11 for setup in fringes)


def test_data_that_all_may_use_makes_lenders_see_alike(observed: Scenario) -> None:
    full, none = under(observed, data_portability=1.0), under(observed, data_portability=-1.0)
    best = min(k.noise for k in observed.kinds.values())
    for name, kind in observed.kinds.items():
        assert full.kinds[name].noise == pytest.approx(best)
        assert full.kinds[name].bureau == 1.0
        assert (none.kinds[name].noise, none.kinds[name].bureau) == (kind.noise, 0.0)


# --- what it does --------------------------------------------------------------------------------


def found(b: Any, switching_bp: int) -> int:
    """What comes of a search at lenders who all ask 15%."""
    terms = some_terms()
    world = a_world(breadth=3, tries=3, taste_bp=0.0, shop_around=0.0, switching_bp=switching_bp)
    return look_for_loan(
        b, 1, 500_000, False, 0, INCOME, world, terms, a_tally(terms), a_desk()
    )  # fmt: skip


def test_who_has_a_lender_leaves_him_only_for_a_price_that_much_lower() -> None:
    """Offers cost 15%: whoever accepts 17% stays where he is from a cost of 2.01 points on."""

    def customer() -> Any:
        return lend(a_borrower(reservation_bp=1_700), 0)

    assert found(customer(), 0) == found(customer(), 200) == SERVED
    assert found(customer(), 201) == PRICE
    assert found(a_borrower(reservation_bp=1_700), 201) == SERVED  # he has none to leave


def opening_lender(conduct: float, markup: float) -> Lender:
    model = LoanMarket(small_scenario({"kinds.bigtech.conduct": conduct}), borrowers=100)
    (lender,) = [one for one in model.market.lenders if one.name == "big"]
    lender.state.markup[:] = markup
    lender.infer_conduct()
    move_markups([lender], usual_markups([lender]), 0.05)
    return lender


@pytest.mark.parametrize("markup", [0.05, -0.015])
def test_softer_conduct_moves_markups_up_and_tougher_down(markup: float) -> None:
    softer, same, tougher = (
        float(opening_lender(conduct, markup).state.markup[0]) for conduct in (1.6, 1.0, 0.7)
    )
    assert tougher < same < softer
    assert same == pytest.approx(markup)


def test_more_lenders_in_mind_meet_more_often() -> None:
    contests = []
    for breadth in (1, 6):
        scenario = small_scenario({"competition.search_breadth": breadth}, burn_in=4)
        model = LoanMarket(scenario, borrowers=500, threads=1)
        months = [lived_month(model) for _ in range(4)]
        contests.append(sum(int(m.first.lender[:, :, CONTESTED].sum()) for m in months))
    assert contests[0] == 0
    assert contests[1] > 0


def test_a_level_written_out_by_hand_gives_the_same_market() -> None:
    """What `under_competition` makes is run, and nothing else."""
    chosen = small_scenario({"competition": {"search_breadth": 5, "conduct": 1.4}}, burn_in=3)
    by_hand: dict[str, object] = {"search.breadth": 5}
    by_hand |= {f"kinds.{name}.conduct": 1.4 for name in chosen.kinds}
    assert_equal_tables(
        tables_of(chosen, months=4, borrowers=400),
        tables_of(small_scenario(by_hand, burn_in=3), months=4, borrowers=400),
    )


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            "preset", "hihg",
            "competition.preset is 'hihg'; there is monopoly, low, medium, high. "
            "Did you mean 'high'?",
        ),
        (
            "brands.bigtehc", 2,
            "competition.brands.bigtehc names no kind that has a lender with a name. "
            "Did you mean 'bigtech'?",
        ),
        (
            "firms.bigtech", 2,
            "competition.firms.bigtech names no kind that has a fringe.",
        ),
        ("brands.bigtech", 0, "competition.brands.bigtech is 0; a count is a whole number between"),
        ("data_portability", 2, "competition.data_portability is 2; a degree is a number between"),
        ("serach_breadth", 2, "competition.serach_breadth is not a known key"),
    ],
)  # fmt: skip
def test_bad_input(path: str, value: object, told: str, observed: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        observed.with_changes({f"competition.{path}": value})
    assert str(caught.value).startswith(f"changes: {told}")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"lenders.bigtech_3.complies_after_months": 12},
            "competition.brands.bigtech is 2, which leaves no bigtech_3 to comply late; choose",
        ),
        (
            {
                "funding.alarms.rumour": {
                    "source": "wholesale", "lenders": ["bigtech_4"], "start": "2026-01",
                    "months": 3, "distrust": 2.0,
                }
            },
            "competition.brands.bigtech is 2, which leaves no bigtech_4 to be spoken of by "
            "funding.alarms.rumour; choose a lender that stays",
        ),
    ],
)  # fmt: skip
def test_a_level_does_not_drop_lenders_that_a_scenario_is_about(
    changes: dict[str, object], told: str, observed: Scenario
) -> None:
    about = observed.with_changes(changes)
    about.with_changes({"competition.brands": {"bigtech": 5}})
    with pytest.raises(InputError) as caught:
        about.with_changes({"competition.brands": {"bigtech": 2}})
    assert told in str(caught.value)


def test_fringes_that_enter_later_are_not_counted_among_those_there(observed: Scenario) -> None:
    late = {
        "id": 900, "kind": "small_loan_online", "firms": 40, "balance": 0, "equity": 1e9,
        "enters": "2026-01",
    }  # fmt: skip
    with_entrant = observed.with_changes({"lenders.late": late})
    made = under(with_entrant, **{"firms.small_loan_online": 10})
    assert (made.lenders["small_loan_online"].firms, made.lenders["late"].firms) == (10, 40)


def test_a_scenario_under_competition_has_a_hash_of_its_own() -> None:
    one = load_scenario("observed").with_changes({"competition.preset": "high"})
    assert one.hash is one.hash  # worked out once
    assert one.under_competition().hash != one.hash
    assert one.under_competition().text != one.text
