"""Work for worker processes that is quick, or goes wrong on purpose."""

import json
import os
import pickle
import time

from dashboard.work import Outcome, Part, so_far_path
from sim.core.errors import InputError
from sim.scenario import Scenario
from sim.workers import Tell, luggage
from tests.synthetic import manifest, run_tables

MONTHS = 30


def outcome(part: Part) -> Outcome:
    """The made-up tables of a part: HHI differs from seed to seed by 20 points."""
    tables = run_tables(MONTHS, shift=20.0 * part.seed)
    return Outcome(tables, manifest() | {"seed": part.seed, "borrowers": part.borrowers})


def quick(part: Part, tell: Tell) -> Outcome:
    """Done at once."""
    tell(0.5)
    return outcome(part)


def patient(part: Part, tell: Tell) -> Outcome:
    """The rough answer at once, the full one when a file appears that the scenario names."""
    tell(0.25)
    if part.borrowers > 20_000:
        while not os.path.exists(part.origin.scenario):
            time.sleep(0.02)
    return outcome(part)


def endless(part: Part, tell: Tell) -> Outcome:
    """Never done."""
    tell(0.5)
    time.sleep(3600)
    return outcome(part)


def dying(part: Part, tell: Tell) -> Outcome:
    """The worker process ends in the middle of its work, unless the seed is even."""
    tell(0.5)
    if part.seed % 2:
        os._exit(7)
    return outcome(part)


def refusing(part: Part, tell: Tell) -> Outcome:
    """The input cannot be used."""
    raise InputError("population is 0; allowed: 1 or more")


def failing(part: Part, tell: Tell) -> Outcome:
    """Something nobody thought of, with a path in its message's traceback."""
    raise ZeroDivisionError("division by zero")


def levered(part: Part, tell: Tell) -> Outcome:
    """Quick; a lower price cap means 10 points of HHI for each point below 36%."""
    tell(0.5)
    changes = json.loads(part.origin.changes or "{}")
    made = outcome(part)
    rule = changes.get("policy.standing_caps.what_if")
    if rule is not None:
        (step,) = rule["steps"].values()
        market = made.tables["market"]
        more = 10.0 * (36 - 100 * step["level"]) + part.seed
        made.tables["market"] = market.assign(hhi=market["hhi"] + more)
    return made


def levered_later(part: Part, tell: Tell) -> Outcome:
    """The same, when there is a file `go` in its folder."""
    tell(0.5)
    while not os.path.exists(os.path.join(luggage(), "go")):
        time.sleep(0.02)
    return levered(part, tell)


def endless_judge(packed: bytes, name: str, tell: Tell) -> Scenario:
    """A check of an uploaded file that is never done."""
    time.sleep(3600)
    raise AssertionError


def handing_over(part: Part, tell: Tell) -> Outcome:
    """Hands over its first 25 months, and is done when there is a file `go` in its folder."""
    folder = luggage()
    whole = outcome(part)
    tables = run_tables(25, shift=20.0 * part.seed)
    told = whole.manifest | {"months": 25, "last_month": "2026-01"}
    so_far_path(folder, part).write_bytes(pickle.dumps((tables, told)))
    tell(0.5)
    while not os.path.exists(os.path.join(folder, "go")):
        time.sleep(0.02)
    return whole
