"""Strings in English and Chinese: how a catalogue of them is made.

A page brings its own catalogue in its texts.py; what several pages say is in dashboard/texts.py.
Names and units of figures come from the column declarations (sim/core/tables.py, sim/display.py);
what a policy event says, from policy_words.py. A test finds strings that are missing in one
language or used nowhere.
"""

from enum import Enum
from typing import Literal, NamedTuple, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words(NamedTuple):
    """One string in both languages; {names} are filled in."""

    en: str
    zh: str


NO_WORDS = Words("", "")


def in_both(en: str, zh: str) -> Words:
    """Words of a scenario; where its file has none in Chinese, the English ones stand."""
    return Words(en, zh or en)


def said(words: Words, language: Language) -> str:
    """Words in a language."""
    return words.zh if language == "zh" else words.en


def side_by_side(language: Language, *parts: object) -> str:
    """Words with the comma of a language between them."""
    return ("，" if language == "zh" else ", ").join(map(str, parts))


class Catalogue(Enum):
    """Strings that belong together; those of a page stand in its own texts.py."""

    def say(self, language: Language, **values: object) -> str:
        """The string in a language, its {names} filled in."""
        return said(self.value, language).format(**values)
