"""Every string exists in both languages, says the same in both, and is used."""

import re
import string
from pathlib import Path

import pytest

import dashboard
from dashboard.cards import CARDS
from dashboard.catalogue import LANGUAGES, Catalogue, side_by_side
from dashboard.choice import Choice
from dashboard.happenings.texts import HappeningsText
from dashboard.lenders.texts import LendersText
from dashboard.market.layout import measure_name
from dashboard.pages import PAGES
from dashboard.policy_calendar import policy_calendar
from dashboard.policy_words import UNITS, event_words, level_words
from dashboard.source_list.texts import SourcesText
from dashboard.texts import Text
from dashboard.whatif.texts import WhatIfText
from sim.core.tables import TABLES
from sim.display import CHINESE_UNITS, SCREEN_UNITS
from sim.names import KINDS_OF_LENDER, SEGMENTS, kind_name, segment_name
from sim.scenario import load_scenario
from sim.scenario_files import find_scenarios

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WITHOUT_WORDS = {
    HappeningsText.WHO_WHAT,
    LendersText.IN_BASE,
    SourcesText.SCENARIO_ITEM,
    SourcesText.RUN_ITEM,
    WhatIfText.BASE_ITEM,
    WhatIfText.PERCENT,
    WhatIfText.FAULT,
    WhatIfText.TIMELINE_COMMA,
    Text.FAILED_DETAIL,
    Text.LARGEST_KIND,
}
IN_THE_OTHER = {Text.OTHER_LANGUAGE, Text.SWITCH_LANGUAGE}
SOURCES = sorted(Path(dashboard.__file__).parent.rglob("*.py"))


def test_words_stand_side_by_side_in_each_language() -> None:
    assert side_by_side("en", "HHI", 3) == "HHI, 3"
    assert side_by_side("zh", "市场", "2030-12") == "市场，2030-12"


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


CATALOGUES = {one.__name__: one for one in Catalogue.__subclasses__()}
STRINGS = [text for catalogue in CATALOGUES.values() for text in catalogue]


@pytest.mark.parametrize("text", STRINGS, ids=str)
def test_a_string_says_the_same_in_both_languages(text: Catalogue) -> None:
    en, zh = text.value
    assert en
    assert zh
    assert names(en) == names(zh)
    if text in IN_THE_OTHER:
        en, zh = zh, en
    assert text in WITHOUT_WORDS or (CHINESE.search(zh) and not CHINESE.search(en))


def test_every_page_brings_its_own_strings() -> None:
    assert len({type(page.name) for page in PAGES}) == len(PAGES)
    for catalogue in CATALOGUES.values():
        assert catalogue.__module__.endswith(".texts")


def test_no_two_strings_of_a_catalogue_are_one() -> None:
    for catalogue in CATALOGUES.values():
        assert len(catalogue.__members__) == len(list(catalogue)), catalogue


def test_every_string_is_used_and_every_used_string_exists() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(r"\b([A-Za-z]*Text)\.([A-Z][A-Z_0-9]*)\b", code))
    assert used == {(type(text).__name__, text.name) for text in STRINGS}


def test_no_page_holds_a_string_of_its_own() -> None:
    # Words in quotes with a space between letters, outside of the catalogues and of docstrings.
    # `in_chinese` holds words of scenario files and their translations, not words of a page.
    catalogues = {"texts.py", "in_chinese.py"}
    sentence = re.compile(r'"[A-Z][a-z]+ [a-z]+[^"]*"')
    packages = {page.layout.__module__.rpartition(".")[0].rpartition(".")[2] for page in PAGES}
    shown = [
        path
        for path in SOURCES
        if (path.parent.name in packages or path.name == "shell.py") and path.name not in catalogues
    ]
    assert len(shown) > 4 + 2 * len(PAGES)
    for path in shown:
        code = re.sub(r'"""(.|\n)*?"""', "", path.read_text(encoding="utf-8"))
        assert sentence.findall(code) == [], path


def test_units_are_the_same_in_both_languages() -> None:
    assert set(CHINESE_UNITS) == set(SCREEN_UNITS)


def test_what_cards_show_has_a_name_in_both_languages() -> None:
    for card in CARDS:
        for measure in card.measures:
            zh = measure_name(measure, "zh")
            assert CHINESE.search(zh) or "HHI" in zh
            assert measure_name(measure, "en")


def test_columns_of_drawn_tables_have_chinese_labels() -> None:
    assert all(column.label_zh for table in TABLES.values() for column in table.columns)


def test_kinds_of_lender_of_our_scenarios_have_names() -> None:
    kinds = {kind for file in find_scenarios() for kind in load_scenario(file.name).kinds}
    assert kinds - set(KINDS_OF_LENDER) == set()
    assert kind_name("moon_lender", "zh") == "moon lender"


def test_segments_of_our_scenarios_have_names() -> None:
    segments = {name for file in find_scenarios() for name in load_scenario(file.name).segments}
    assert segments - set(SEGMENTS) == set()
    assert segment_name("moon_people", "zh") == "moon people"


def test_our_scenarios_have_chinese_titles_and_questions() -> None:
    for file in find_scenarios():
        scenario = load_scenario(file.name)
        assert CHINESE.search(scenario.title_zh), file.name
        assert CHINESE.search(scenario.question_zh), file.name
        assert not CHINESE.search(scenario.title + scenario.question), file.name


def test_policy_events_of_our_scenarios_are_told_in_chinese() -> None:
    told = {
        text
        for file in find_scenarios()
        for texts in policy_calendar(load_scenario(file.name), 84).values()
        for text in texts
    }
    assert told
    assert [text for text in told if re.search("[a-z]", event_words(text, "zh"))] == []
    plain = [text for text in told if not text.startswith(tuple(UNITS))]
    assert all(event_words(text, "en") == text for text in plain)


def test_levels_of_rules_have_units() -> None:
    text = "minimum capital, consumer finance: 1,000,000,000 in force"
    assert event_words(text, "en") == "minimum capital, consumer finance: 1 billion yuan in force"
    assert event_words(text, "zh") == "最低资本（消费金融）：10亿元开始实施"
    assert level_words("leverage limit", "12.5", "en") == "12.5 times"
    assert level_words("leverage limit", "100%", "zh") == "1倍"
    assert level_words("all-in price cap", "24%", "en") == "24%"


def test_an_event_of_another_form_stands_as_it_is() -> None:
    assert event_words("something else happened", "zh") == "something else happened"
    announced = "all-in price cap, cost guideline: 12% announced for 2027-12"
    assert event_words(announced, "zh") == "综合融资成本上限（融资成本指引）：宣布自2027-12起为12%"


def test_an_address_may_ask_for_either_language() -> None:
    assert [Choice.of({"lang": language}).language for language in LANGUAGES] == ["en", "zh"]
    assert Choice.of({"lang": "xx"}).language is None
