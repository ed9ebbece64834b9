"""Competition: how many lenders there are and how hard they compete, as levels with names.

A level changes what other sections of the scenario say: lenders and their sizes, entry, search,
switching, conduct, what lenders see. It is data of the scenario (`competition.presets`), and every
field of it can be overridden one by one (`competition.search_breadth`). What neither says stays as
the other sections have it. Balances and capital of a kind of lender are only shared out in another
way, so that every level opens on the same balance sheet by kind.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import model_validator

from agents.borrower_parameters import Search
from agents.lender_parameters import LenderKind, LenderSetup
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Count, Name, PositiveFloat, Quantity, Rate, Share
from sim.core.wording import did_you_mean, shown
from sim.dated_rules import ShareRule

Degree = Annotated[float, Quantity("a degree", low=-1, high=1)]
"""How far something is moved one way (1) or the other (-1)."""

MOST_BRANDS = 50
"""Brands of one kind: beyond, one brand is a handful of simulated borrowers."""

LARGEST_ID = 4095
"""Permanent numbers of lenders share their keys with this many."""


class CompetitionLevel(Parameters):
    """How hard lenders compete. What is missing stays as the scenario's other sections say."""

    brands: dict[Name, Count] = parameter(
        {},
        unit="lenders by kind",
        low=1,
        high=MOST_BRANDS,
        description="lenders of a kind that have a name; they share its balance and capital",
    )
    size_ratio: PositiveFloat | None = parameter(
        None,
        unit="multiple",
        high=1,
        description="size of each brand of a kind relative to the next larger one; missing: equal "
        "sizes where `brands` changes their number",
    )
    firms: dict[Name, Count] = parameter(
        {}, unit="firms by kind", low=1, description="firms in the fringe of a kind"
    )
    entry_openness: Share | None = parameter(
        None,
        unit="fraction",
        description="part of would-be entrants that get in, in place of all licence rules",
    )
    search_breadth: Count | None = parameter(
        None, unit="lenders", low=1, high=8, description="lenders that come to a borrower's mind"
    )
    shop_around: Share | None = parameter(
        None, unit="fraction", description="chance of going on after an acceptable offer"
    )
    switching_cost: Rate | None = parameter(
        None,
        unit="fraction per year",
        description="how much cheaper another lender must be for who has one",
    )
    conduct: PositiveFloat | None = parameter(
        None,
        unit="multiple",
        high=5,
        description="markup that lenders aim at, times the one that opening prices imply",
    )
    data_portability: Degree | None = parameter(
        None,
        unit="degree",
        description="1: all lenders see all debts and the best signal any brand has; 0: as kinds "
        "say; -1: nobody sees debts at other lenders",
    )


class CompetitionSection(CompetitionLevel):
    """The level chosen, single fields that differ from it, and the levels there are."""

    preset: Name | None = parameter(None, unit="", description="level chosen; missing: none")
    presets: dict[Name, CompetitionLevel] = parameter({}, unit="", description="levels by name")

    @model_validator(mode="after")
    def _preset_is_there(self) -> Self:
        if self.preset is not None and self.preset not in self.presets:
            guess = did_you_mean(self.preset, self.presets)
            names = ", ".join(self.presets) or "none"
            raise FieldError("preset", f"is {shown(self.preset)}; there is {names}.{guess}")
        return self

    @property
    def level(self) -> CompetitionLevel:
        """What holds: the single fields, and where they are missing those of the preset."""
        chosen = self.presets[self.preset] if self.preset is not None else CompetitionLevel()
        values: dict[str, Any] = {}
        for name in CompetitionLevel.model_fields:
            if name in Parameters.words:
                continue
            own, preset = getattr(self, name), getattr(chosen, name)
            if isinstance(own, dict):
                values[name] = {**preset, **own}
            else:
                values[name] = preset if own is None else own
        return CompetitionLevel.model_validate(values)


@dataclass(frozen=True)
class Contest:
    """The sections of a scenario that a level of competition changes."""

    lenders: dict[Name, LenderSetup]
    kinds: dict[Name, LenderKind]
    search: Search
    openness: dict[Name, ShareRule]


def check(
    level: CompetitionLevel,
    lenders: Mapping[Name, LenderSetup],
    spoken_of: Mapping[str, Iterable[Name]],
) -> None:
    """Raises FieldError for a kind of which there are no such lenders, or for one that is needed.

    spoken_of : lenders that other parts of the scenario are about, by the path of the part
    """
    for field, of_kind, noun in (
        ("brands", named_of_kind, "lender with a name"),
        ("firms", fringes_of_kind, "fringe"),
    ):
        known = {setup.kind for setup in lenders.values() if of_kind(lenders, setup.kind)}
        for kind in getattr(level, field):
            if kind not in known:
                guess = did_you_mean(kind, known)
                raise FieldError(f"{field}.{kind}", f"names no kind that has a {noun}.{guess}")
    for kind, wanted in level.brands.items():
        for name in named_of_kind(lenders, kind)[wanted:]:
            needed = "follow its strategy" if lenders[name].strategy is not None else ""
            if lenders[name].complies_after_months:
                needed = "comply late"
            for path, names in spoken_of.items():
                if name in names:
                    needed = f"be spoken of by {path}"
            if needed:
                raise FieldError(
                    f"brands.{kind}",
                    f"is {wanted}, which leaves no {name} to {needed}; choose a lender that stays",
                )


def under(level: CompetitionLevel, contest: Contest) -> Contest:
    """The sections as a level of competition makes them."""
    kinds = {name: _kind(level, kind, contest) for name, kind in contest.kinds.items()}
    search = {
        "breadth": level.search_breadth,
        "shop_around": level.shop_around,
        "switching_cost": level.switching_cost,
    }
    chosen = {name: value for name, value in search.items() if value is not None}
    openness = contest.openness
    if level.entry_openness is not None:
        always = {"steps": {"2000-01": {"level": level.entry_openness}}}
        openness = {"competition": ShareRule.model_validate(always)}
    return Contest(
        lenders=dict(_lenders(level, contest.lenders)),
        kinds=kinds,
        search=contest.search.model_copy(update=chosen),
        openness=openness,
    )


def named_of_kind(lenders: Mapping[Name, LenderSetup], kind: Name) -> list[Name]:
    """Lenders of a kind that stand for one firm each and are there from the start."""
    return [
        name
        for name, setup in lenders.items()
        if setup.kind == kind and setup.firms == 1 and setup.enters is None
    ]


def fringes_of_kind(lenders: Mapping[Name, LenderSetup], kind: Name) -> list[Name]:
    """Lenders of a kind that stand for many firms and are there from the start."""
    return [
        name
        for name, setup in lenders.items()
        if setup.kind == kind and setup.firms > 1 and setup.enters is None
    ]


def _kind(level: CompetitionLevel, kind: LenderKind, contest: Contest) -> LenderKind:
    """A kind of lender with the conduct and the sight of a level."""
    changes: dict[str, float] = {}
    if level.conduct is not None:
        changes["conduct"] = level.conduct
    degree = level.data_portability
    if degree is not None and degree >= 0.0:
        brands = {setup.kind for setup in contest.lenders.values() if setup.balance > 0}
        best = min([kind.noise, *(contest.kinds[name].noise for name in brands)])
        changes["noise"] = kind.noise + degree * (best - kind.noise)
        changes["bureau"] = kind.bureau + degree * (1.0 - kind.bureau)
    elif degree is not None:
        changes["bureau"] = kind.bureau * (1.0 + degree)
    return kind.model_copy(update=changes)


def _lenders(
    level: CompetitionLevel, lenders: Mapping[Name, LenderSetup]
) -> Iterator[tuple[Name, LenderSetup]]:
    """The lenders of a level: each kind's brands where its first one stood, fringes resized."""
    done: set[Name] = set()
    free = _free_ids(lenders)
    for name, setup in lenders.items():
        named = named_of_kind(lenders, setup.kind)
        wanted = level.brands.get(setup.kind, len(named))
        if setup.enters is not None:
            yield name, setup
        elif setup.firms > 1:
            yield name, _resized(level, lenders, setup)
        elif wanted == len(named) and level.size_ratio is None:
            yield name, setup
        elif setup.kind not in done:
            done.add(setup.kind)
            yield from _shared_out(lenders, named, wanted, level.size_ratio or 1.0, free)


def _resized(
    level: CompetitionLevel, lenders: Mapping[Name, LenderSetup], fringe: LenderSetup
) -> LenderSetup:
    """A fringe with its part of the wanted number of firms, at least one."""
    if fringe.kind not in level.firms:
        return fringe
    now = sum(lenders[name].firms for name in fringes_of_kind(lenders, fringe.kind))
    firms = max(1, round(level.firms[fringe.kind] * fringe.firms / now))
    return fringe.model_copy(update={"firms": firms})


def _shared_out(
    lenders: Mapping[Name, LenderSetup],
    named: list[Name],
    wanted: int,
    ratio: float,
    free: Iterator[int],
) -> Iterator[tuple[Name, LenderSetup]]:
    """A kind's brands in another number and other sizes, with the same total.

    The first keep names and permanent numbers; further ones get the next that are free.
    """
    old = [lenders[name] for name in named]
    weights = [ratio**place for place in range(wanted)]
    balance = sum(setup.balance for setup in old)
    # The mean price by balance: the kind earns at the start what it earned before.
    apr = sum(setup.apr * setup.balance for setup in old) / balance if balance > 0 else old[0].apr
    kind = old[0].kind
    names = iter(n for n in (f"{kind}_{i}" for i in range(1, 1_000)) if n not in lenders)
    for place, weight in enumerate(weights):
        part = weight / sum(weights)
        shares: dict[str, float] = {
            field: part * sum(getattr(setup, field) for setup in old)
            for field in ("balance", "equity", "partner_weight")
        }
        if place < len(old):
            name, setup = named[place], old[place]
        else:
            alike = {"id": next(free), "strategy": None, "complies_after_months": 0}
            name, setup = next(names), old[0].model_copy(update=alike)
        yield name, setup.model_copy(update={**shares, "apr": apr})


def _free_ids(lenders: Mapping[Name, LenderSetup]) -> Iterator[int]:
    """Permanent numbers that no lender has, the next above the largest first."""
    taken = {setup.id for setup in lenders.values()}
    above = range(max(taken) + 1, LARGEST_ID + 1)
    return iter([*above, *(number for number in range(1, max(taken)) if number not in taken)])
