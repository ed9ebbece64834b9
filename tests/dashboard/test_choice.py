"""A choice and its address: one gives the other, and no address does harm."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cards import CARDS
from dashboard.choice import BORROWERS, SEEDS, Choice

sources = st.sampled_from(["", "observed", "run:observed-1", "run:ein Lauf 2 & mehr", "run:中文"])


@given(
    scenario=sources,
    against=sources,
    seeds=st.sampled_from(SEEDS),
    borrowers=st.sampled_from(BORROWERS),
    measures=st.tuples(*(st.sampled_from(card.measures) for card in CARDS)),
    view=st.sampled_from(["paths", "difference"]),
    language=st.sampled_from([None, "en", "zh"]),
)
def test_an_address_reproduces_a_choice(
    scenario: str,
    against: str,
    seeds: int,
    borrowers: int,
    measures: tuple[str, ...],
    view: str,
    language: str | None,
) -> None:
    named = {card.identity: measure for card, measure in zip(CARDS, measures, strict=True)}
    choice = Choice(scenario, against, seeds, borrowers, view, named, language)  # type: ignore[arg-type]
    assert Choice.of(dict(parse_qsl(choice.query()))) == choice


@given(st.dictionaries(st.sampled_from(["scenario", "against", "seeds", "borrowers", "lang", "view",
                                        "concentration", "x"]), st.text()))  # fmt: skip
def test_any_address_gives_a_possible_choice(query: dict[str, str]) -> None:
    choice = Choice.of(query)
    assert choice.seeds in SEEDS
    assert choice.borrowers in BORROWERS
    assert all(choice.measures[card.identity] in card.measures for card in CARDS)
    assert Choice.of(dict(parse_qsl(choice.query()))) == choice


@pytest.mark.parametrize(
    "text", ["../secret", "run:../../etc", "a/b", "run:a\\b", "\x00", "x" * 500, "", None]
)
def test_a_source_is_never_a_path(text: str | None) -> None:
    assert Choice.of({"scenario": text}).scenario == ""


def test_what_is_usual_is_not_in_the_address() -> None:
    assert Choice().query() == ""
    assert Choice.of({"seeds": "8", "scenario": "observed"}).query() == "scenario=observed&seeds=8"


def test_seeds_and_borrowers_matter_for_scenarios_only() -> None:
    assert Choice("observed").on_the_spot
    assert Choice("run:a", "observed").on_the_spot
    assert not Choice("run:a", "run:b").on_the_spot
