"""Why a sensitivity index is unusable, in the words of the page."""

import re

from dashboard.catalogue import Language
from dashboard.sweeps_page.texts import SweepsText

_RAISE = r"; raise (?P<more>[a-z. ]+)"

FORMS: tuple[tuple[str, SweepsText], ...] = (
    (r"unusable: (?P<blocks>\d+) blocks, fewer than (?P<fewest>\d+)", SweepsText.FEW_BLOCKS),
    (r"unusable: a share above 1", SweepsText.ABOVE_ONE),
    (r"unusable: interval wider than (?P<widest>[\d.]+) of the .*", SweepsText.WIDE_STAR),
    (r"unusable: interval wider than (?P<widest>[\d.]+)", SweepsText.WIDE_SHARE),
)
"""Notes of sim/sweeps/sensitivity.py and how they are said."""

MORE = {
    "design.points": SweepsText.MORE_POINTS,
    "seeds": SweepsText.MORE_SEEDS,
    "design.points or seeds": SweepsText.MORE_EITHER,
}
"""What a note says is to be raised, and how that is said."""


def index_note(note: str, language: Language) -> str:
    """A note of the table of indices; "" for an index that can be used."""
    for form, text in FORMS:
        found = re.fullmatch(form + _RAISE, note)
        if found and found["more"] in MORE:
            more = MORE[found["more"]].say(language)
            return text.say(language, **found.groupdict() | {"more": more})
    return note
