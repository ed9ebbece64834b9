"""Reaction rules: when they move an instrument, how far, when back, and in every copy alike."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas
import pytest

from agents.regulator_memory import ReactionAccount
from sim.branching import first_difference
from sim.cli import main
from sim.core.errors import InputError
from sim.core.months import Month
from sim.model import LoanMarket
from sim.policy import PolicySection
from sim.reaction_rules import Reaction, decided
from sim.reactions import adjusted, known_figures, react
from sim.scenario import load_scenario
from sim.validation import with_tuples
from tests.small_market import assert_equal_tables, opened_market, small_scenario, stepped

START = Month.of(2024, 1)
RULE: dict[str, Any] = {
    "starts": "2024-01", "figure": "npl_ratio", "above": 0.03, "back": 0.02, "for_months": 2,
    "lag_months": 1, "moves": "leverage", "step": -1.0, "bound": 4.0, "least_months": 3,
}  # fmt: skip


def bare(reaction: dict[str, Any]) -> PolicySection:
    """A policy of one reaction rule and nothing else."""
    return PolicySection.model_validate(with_tuples({"reactions": {"mine": reaction}}))


def rule(**changes: Any) -> Reaction:
    given = {key: value for key, value in {**RULE, **changes}.items() if value is not None}
    return bare(given).reactions["mine"]


def course_of(reaction: Reaction, figures: list[float], level: float = 6.0) -> list[int]:
    """Steps that stand month by month when a market publishes these figures."""
    pages = [{reaction.figure: [figure], "balance": [1.0]} for figure in figures]
    account, steps = ReactionAccount(), []
    for month in range(len(figures) + 1):
        known = known_figures(reaction, pages[:month])
        after = decided(reaction, known, account, START + month, [level])
        if after != account.steps_in(START + month):
            account.moves.append((int(START + month), after))
        steps.append(after)
    return steps


def test_it_moves_once_the_figure_is_known_to_have_stayed_past_the_threshold() -> None:
    """Past it in months 1 and 2, which is known when month 4 begins; then every three months."""
    found = course_of(rule(), [0.01, *[0.04] * 10])
    assert found == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]  # 6 -> 5 -> 4, the bound


def test_without_a_lag_it_knows_a_month_earlier() -> None:
    assert course_of(rule(lag_months=0), [0.01, 0.04, 0.04, 0.01])[:4] == [0, 0, 0, 1]


def test_one_month_past_the_threshold_is_not_enough() -> None:
    assert course_of(rule(), [0.04, 0.01] * 6) == [0] * 13


def test_it_goes_back_step_by_step_and_not_before_the_figure_does() -> None:
    figures = [0.04] * 7 + [0.025] * 6 + [0.01] * 8
    found = course_of(rule(), figures)
    assert max(found) == 2
    assert found[13] == 2  # between the thresholds nothing moves
    assert found[-1] == 0
    assert all(abs(b - a) <= 1 for a, b in pairwise(found))


def test_a_floor_may_be_raised_and_thresholds_may_lie_below() -> None:
    floor = rule(
        figure="credit_growth", above=None, below=0.0, back=0.02, moves="joint_floor", step=0.1,
        bound=0.45,
    )  # fmt: skip
    assert floor.at(0.3, 1) == pytest.approx(0.4)
    assert floor.at(0.3, 2) == pytest.approx(0.45)
    assert floor.at(0.6, 2) == 0.6  # stricter already by another rule
    assert floor.is_past([-0.01, -0.02])
    assert not floor.is_past([-0.01, 0.01])
    assert floor.is_back([0.03])


def test_growth_needs_a_year() -> None:
    growth = rule(figure="credit_growth", above=None, below=0.0, back=0.02)
    pages = [{"balance": [100.0 - month]} for month in range(16)]
    assert known_figures(growth, pages[:13]) == []
    assert known_figures(growth, pages) == pytest.approx([87 / 99 - 1, 86 / 98 - 1])


def test_what_no_rule_limits_stays_unlimited() -> None:
    policy = bare(RULE)
    limits = policy.at(START, 0.03)
    accounts = {"mine": ReactionAccount([(int(START), 2)])}
    after = adjusted(limits, policy.reactions, accounts, START)
    assert after.leverage == limits.leverage
    pages = [{"npl_ratio": [0.04]}] * 12
    assert react(policy.reactions, {}, pages, limits, START + 12) == []


# --- in a market ----------------------------------------------------------------------------------

EAGER = {**RULE, "above": 0.0, "back": 0.0, "for_months": 1, "bound": 2.0, "starts": "2024-04"}


def reacting(**changes: Any) -> dict[str, object]:
    return {"policy.reactions": {"eager": {**EAGER, **changes}}}


def test_the_limit_of_the_month_moves_and_is_told() -> None:
    model = stepped(opened_market(small_scenario(reacting(), burn_in=6)), 10)
    events = model.recorder.tables()["events"]
    told = events[events["kind"] == "reaction"]
    assert [f"{month:%Y-%m}" for month in told["month"]] == ["2024-04", "2024-07", "2024-10"]
    assert told["text"].iloc[0].startswith("reaction, eager: leverage limit from ")
    assert "the NPL ratio at " in told["text"].iloc[0]
    base = model.settings.policy.at(Month.of(2024, 10), 0.03).leverage["small_loan"]
    assert model._limits(Month.of(2024, 10)).leverage["small_loan"] == max(2.0, base - 3.0)
    assert model._limits(Month.of(2024, 3)).leverage["small_loan"] == base


def test_it_changes_the_market_from_its_first_move_on_only() -> None:
    def lenders(changes: dict[str, object]) -> pandas.DataFrame:
        made = small_scenario(changes, burn_in=8)
        return stepped(opened_market(made), 9).recorder.tables()["lenders"]

    without, moved = lenders({}), lenders(reacting(step=-10.0, bound=0.1))
    never = lenders(reacting(above=0.99, back=0.5, step=-10.0, bound=0.1))
    pandas.testing.assert_frame_equal(without, never, check_exact=True)
    early = without["month"] < "2024-04-01"
    pandas.testing.assert_frame_equal(without[early], moved[early], check_exact=True)
    assert moved["originations"].sum() < without["originations"].sum()


def test_a_copy_goes_on_as_the_first_would_have() -> None:
    scenario = small_scenario(reacting(), burn_in=6)
    whole = stepped(opened_market(scenario), 10)
    half = stepped(opened_market(scenario), 6)
    copied = LoanMarket(scenario, borrowers=2_000, audit=True, threads=1)
    copied.restore(half.snapshot())
    stepped(half, 4)
    assert_equal_tables(stepped(copied, 4).recorder.tables(), whole.recorder.tables())


def test_worlds_part_where_the_rule_starts() -> None:
    base = load_scenario("observed")
    other = base.with_changes({"policy.reactions.mine": {**RULE, "starts": "2026-03"}})
    assert first_difference(base, other) == Month.of(2026, 3)


# --- what cannot be -------------------------------------------------------------------------------


def test_two_rules_do_not_push_one_instrument_both_ways() -> None:
    """Up and down at one figure is refused; at figures apart, or for others, it is not."""
    ease = {**RULE, "above": None, "below": 0.02, "back": 0.025, "step": 1.0, "bound": 12.0}
    ease.pop("above")

    def rules(**changes: Any) -> dict[str, Any]:
        return {"policy.reactions": {"tighten": RULE, "ease": {**ease, **changes}}}

    base = load_scenario("observed")
    base.with_changes(rules())
    base.with_changes(rules(below=0.05, back=0.06, figure="dpd90_ratio"))
    with pytest.raises(InputError) as caught:
        base.with_changes(rules(below=0.05, back=0.06))
    told = str(caught.value)
    assert "policy.reactions.ease pushes the leverage limit (" in told
    assert ") up at figures of the NPL ratio at which reactions.tighten pushes it down" in told


def test_a_rule_that_moves_what_nothing_limits_is_refused() -> None:
    unlimited = {**RULE, "licences": ["facilitation"]}
    with pytest.raises(InputError, match="leverage limit, but no rule sets one for its licences"):
        load_scenario("observed").with_changes({"policy.reactions.mine": unlimited})


def test_a_step_back_is_told_as_one() -> None:
    """Past the threshold for good at first, back once the threshold is out of reach."""
    reaction = rule(for_months=1, lag_months=0, least_months=1)
    accounts: dict[str, ReactionAccount] = {}
    limits = small_scenario().policy.at(START, 0.03)
    pages = [{"npl_ratio": [figure]} for figure in (0.04, 0.01)]
    texts = [
        react({"mine": reaction}, accounts, pages[: month + 1], limits, START + (month + 1))[0].text
        for month in range(2)
    ]
    assert texts[0].startswith("reaction, mine: leverage limit from 6 times to 5 times; ")
    assert texts[1].startswith(
        "reaction, mine, takes a step back: leverage limit from 5 times to 6"
    )
    assert texts[1].endswith("the NPL ratio at 1%, below 2% for 1 month")


CASES = {
    "the way back above the threshold": (
        {"back": 0.04},
        "back is 4%, over the threshold above 3%; thresholds are the wrong way round, write that",
    ),
    "the way back below the threshold": (
        {"above": None, "below": 0.03, "back": 0.01},
        "back is 1%, under the threshold below 3%; thresholds are the wrong way round, write that",
    ),
    "two thresholds": (
        {"below": 0.01},
        "figure has both above and below as its threshold; write one of them",
    ),
    "no threshold": (
        {"above": None},
        "figure has neither above nor below as its threshold; write one of them",
    ),
    "no step": ({"step": 0.0}, "step is 0, so that the rule never moves anything"),
    "a share beyond one": (
        {"moves": "joint_floor", "bound": 4.0},
        "bound is 4; a joint_floor is between 0 and 1",
    ),
    "a threshold that a share never reaches": (
        {"above": 3.0, "back": 2.0},
        "above is 300%; the NPL ratio lies between 0% and 100%",
    ),
    "a threshold that is never passed": (
        {"above": 1.0},
        "above is 100%, which the NPL ratio never passes",
    ),
    "a bound that is passed already": (
        {"bound": 14.0},
        "bound is 14 times, and the leverage limit stands at 12.5 times already, so that steps of "
        "1 times down never move it; write a bound below that, or turn the step round",
    ),
    "a ceiling that is passed already": (
        {"moves": "price_cap", "step": 0.01, "bound": 0.05},
        "bound is 5%, and the all-in price cap stands at 12% already, so that steps of 1% up never",
    ),
    "an unknown figure": ({"figure": "npl_rato"}, "figure is 'npl_rato'; 'npl_ratio', "),
    "an unknown licence": ({"licences": ["banks"]}, "licences.0 is 'banks'; "),
    "a start after the run": ({"starts": "2031-02"}, "starts is 2031-02, outside the run"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be(
    case: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    changes, expected = CASES[case]
    lines = ["extends: observed", "policy:", "  reactions:", "    mine:"]
    for key, value in {**RULE, **changes}.items():
        if value is not None:
            shown = f"[{', '.join(value)}]" if isinstance(value, list) else value
            lines.append(f"      {key}: {shown}")
    Path("my.yaml").write_text("\n".join(lines) + "\n")
    assert main(["scenarios", "validate", "my.yaml"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: my.yaml, line ")
    assert f": policy.reactions.mine.{expected}" in line
