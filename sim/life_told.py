"""One borrower's life as plain data, which travels from whoever lived it to whoever shows it."""

from dataclasses import dataclass, field

TONGUES = ("en", "zh")
"""Languages in which a life is told."""


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something worth a mark on the time axis.

    month : "2026-03" ; sort : see sim.inspection.Sort ; text : by language
    """

    month: str
    sort: str
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Life:
    """A life. Money in yuan of the month; one value for each month.

    place : among the borrowers ; seed, borrowers : of the market lived through
    months : "2024-01" and so on
    owed : short name of a lender -> principal owed under its brand at the month's end
    lenders : short name -> name by language
    missed : highest missed count of all loans (4: more than 90 days late)
    income, lasting, due : of the month ; buffer : cash at hand at its end
    new : months in which somebody new took the place
    portrait, ending : by language ; story : by language, (months, lines)
    """

    place: int
    seed: int
    borrowers: int
    months: list[str]
    owed: dict[str, list[float]]
    lenders: dict[str, dict[str, str]]
    missed: list[int]
    income: list[float]
    lasting: list[float]
    due: list[float]
    buffer: list[float]
    new: list[str]
    events: list[LifeEvent]
    portrait: dict[str, str]
    opening: dict[str, str]
    ending: dict[str, str]
    story: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
