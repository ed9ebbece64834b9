"""Sentences of the model in Chinese: an English form with blanks, and the same in Chinese.

Events and lives are written in English, in fixed forms. A phrase takes such a sentence apart and
puts it together again; what fills a blank is translated by the blank's name. A sentence of no known
form stands as it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

type Blank = Callable[[str], str]
"""What fills a blank in English -> in Chinese."""

_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrase:
    """One form: "takes up {strategy} as its strategy" and "采用{strategy}策略"."""

    en: str
    zh: str

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What a sentence of this form looks like."""
        parts = _BLANK.split(self.en)
        shape = "".join(
            f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        )
        return re.compile(shape)


class PhraseBook:
    """Forms in the order in which they are tried, and how blanks are translated.

    blanks : name of a blank -> translation; the digits at the end of a name do not count, and a
        blank that is not named keeps what fills it
    """

    def __init__(self, phrases: Sequence[Phrase], blanks: Mapping[str, Blank]) -> None:
        self._phrases = phrases
        self._blanks = blanks
        self._known: dict[str, str | None] = {}

    def chinese(self, text: str) -> str | None:
        """A sentence in Chinese; None where its form is not known."""
        if text not in self._known:
            self._known[text] = self._translated(text)
            if len(self._known) > MOST_KEPT:
                self._known.pop(next(iter(self._known)), None)
        return self._known[text]

    def _translated(self, text: str) -> str | None:
        for phrase in self._phrases:
            match = phrase.form.fullmatch(text)
            if match:
                return phrase.zh.format(
                    **{name: self._filled(name, words) for name, words in match.groupdict().items()}
                )
        return None

    def _filled(self, name: str, words: str) -> str:
        blank = self._blanks.get(name.rstrip("0123456789"))
        return words if blank is None else blank(words)


MOST_KEPT = 20_000
"""Sentences whose translation is kept; the oldest goes first."""
