"""Whose life the page Borrowers tells: what a reader asked for, and how far the answer is."""

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dashboard.borrowers.choice import BorrowersChoice
from dashboard.borrowers.lives import find_notables, tell_of
from dashboard.choice import RUN
from dashboard.library import Library, Problem
from dashboard.questions import Questions, Reply
from dashboard.segment_months import COUNTRY, PLACE, REGION, SEGMENT
from sim.core.errors import InputError
from sim.notable import NOTABLE

if TYPE_CHECKING:
    from sim.life_told import Life
    from sim.notable import Found, Notables

MOST_BORROWERS = 200_000
"""Of a market that is lived through for one life; a larger one is lived through with so many."""

FIRST_SEED = 1

Stage = Literal["nothing", "looking", "telling", "told", "nobody", "failed", "busy"]


@dataclass(frozen=True, slots=True)
class World:
    """The market that is lived through for a life: the arguments of a question.

    scenario, text : as in dashboard.work.Origin ; stamp : of the scenario's values
    smaller : whether the run has more borrowers
    """

    scenario: str
    text: bytes
    borrowers: int
    seed: int
    months: int
    stamp: int = 0
    smaller: bool = False

    @property
    def arguments(self) -> tuple[Any, ...]:
        """As the questions take them."""
        return self.scenario, self.text, self.borrowers, self.seed, self.months


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """How far the answer is.

    reply : of the question under way or failed ; found : to whom it happened, of how many
    """

    stage: Stage
    world: World | None = None
    reply: Reply | None = None
    life: "Life | None" = None
    found: "Found | None" = None
    count: int = 0

    @property
    def is_open(self) -> bool:
        """Whether more is to come."""
        return self.stage in ("looking", "telling", "busy")

    @property
    def is_settled(self) -> bool:
        """Whether this is all there is to tell, and nothing went wrong."""
        return self.stage in ("nothing", "nobody", "told")

    @property
    def token(self) -> str:
        """Differs wherever the page does."""
        share = "" if self.reply is None else f"{self.reply.share:.2f}{self.reply.compiling}"
        life = "" if self.life is None else str(self.life.place)
        return f"{self.stage}:{share}:{life}:{self.count}"


def person_seen(library: Library, questions: Questions, choice: BorrowersChoice) -> PersonSeen:
    """The life that is asked for, as far as it is known; what is missing is asked for."""
    if not choice.person:
        return PersonSeen("nothing")
    world = world_of(library, choice)
    if world is None:
        return PersonSeen("nothing")
    found, count = None, 0
    if choice.person in NOTABLE:
        reply = questions.ask(find_notables, *world.arguments, stamp=(world.stamp,), tells=True)
        if reply.state != "done":
            return _waiting("looking", world, reply)
        notables: Notables = reply.value
        group = group_asked(choice)
        those = notables.of(choice.person, *group)
        if not those:
            return PersonSeen("nobody", world)
        found, count = those[choice.which % len(those)], notables.count(choice.person, *group)
        place = found.place
    else:
        place = min(int(choice.person), world.borrowers - 1)
    reply = questions.ask(tell_of, *world.arguments, place, stamp=(world.stamp,), tells=True)
    if reply.state != "done":
        return _waiting("telling", world, reply)
    return PersonSeen("told", world, life=reply.value, found=found, count=count)


def _waiting(stage: Stage, world: World, reply: Reply) -> PersonSeen:
    """A question under way, refused for now, or failed."""
    if reply.state in ("failed", "busy"):
        return PersonSeen("failed" if reply.state == "failed" else "busy", world, reply)
    return PersonSeen(stage, world, reply)


def group_asked(choice: BorrowersChoice) -> tuple[str, str, bool | None]:
    """Segment, region and country or town that the page is narrowed to; "" and None for all."""
    place = choice.only[PLACE]
    return choice.only[SEGMENT], choice.only[REGION], None if not place else place == COUNTRY


def world_of(library: Library, choice: BorrowersChoice) -> World | None:
    """The market whose charts the page shows, with its first seed; None where there is none."""
    source = choice.source.scenario
    if source.startswith(RUN):
        return _world_of_run(library, source.removeprefix(RUN))
    ordered = library.order(source, {}, 1, choice.source.borrowers)
    if isinstance(ordered, Problem):
        return None
    order = ordered[1]
    return World(
        order.origin.scenario,
        order.origin.text,
        order.borrowers,
        FIRST_SEED,
        order.months,
        stamp=int(order.hash[:12], 16),
    )


def _world_of_run(library: Library, name: str) -> World | None:
    """The market of a run in the folder, made anew from what its manifest says of it."""
    run = library.runs.find(name)
    if run is None:
        return None
    try:
        manifest = library.runs.read(run).manifest
        text = str(manifest["scenario"]["text"])
        seed, months = int(manifest["seed"]), int(manifest["months"])
    except (InputError, KeyError, TypeError, ValueError):
        return None
    return World(
        str(manifest["scenario"]["name"]),
        zlib.compress(text.encode()),
        min(run.borrowers, MOST_BORROWERS),
        seed,
        months,
        smaller=run.borrowers > MOST_BORROWERS,
    )
