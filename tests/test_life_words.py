"""The sentences of a life say the same in both languages."""

import re
import string
from pathlib import Path

import pytest

import sim
from sim.life_words import LifeText, days_late, months_in_words, yuan
from sim.search_words import COUNTED_AS
from sim.summary import UNMET_CAUSES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WITHOUT_WORDS = {
    LifeText.BETWEEN_DEBTS,
    LifeText.SENTENCE,
    LifeText.WANTED_IN_VAIN,
    LifeText.WITH_COUNTED,
    LifeText.BECAUSE,
}
"""Sentences that only put others together."""


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("text", LifeText, ids=str)
def test_a_sentence_says_the_same_in_both_languages(text: LifeText) -> None:
    en, zh = text.value
    assert names(en) == names(zh)
    assert not CHINESE.search(en)
    assert text in WITHOUT_WORDS or CHINESE.search(zh)


def test_every_sentence_is_used() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in Path(sim.__file__).parent.glob("*.py")
    )
    used = set(re.findall(r"\bLifeText\.([A-Z][A-Z_0-9]*)\b", code))
    assert used == {text.name for text in LifeText}


def test_causes_are_named_as_in_the_summary() -> None:
    assert [text.say() for text in COUNTED_AS.values()] == list(UNMET_CAUSES.values())


def test_amounts_and_spans_in_both_languages() -> None:
    assert (yuan(4_000.4, "en"), yuan(4_000.4, "zh")) == ("4,000 yuan", "4,000元")
    assert (days_late(2, "en"), days_late(7, "zh")) == ("31 to 60 days", "90天以上")
    assert (months_in_words(1, "en"), months_in_words(6, "zh")) == ("1 month", "6个月")
