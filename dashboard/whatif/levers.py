"""The levers: what each changes in a scenario, by how much, and how an address writes it.

A lever lays a rule or a blow of its own, named `what_if`, beside those of the base scenario. Where
several rules say something the tightest holds (sim/policy.py), so levers tighten and never loosen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from dashboard.catalogue import Catalogue
from dashboard.whatif.texts import WhatIfText
from sim.core.errors import InputError
from sim.core.months import Month

NAME = "what_if"
"""Name of the rule or shock that a lever adds."""

FIRST, LAST = Month.of(2024, 2), Month.of(2030, 12)
"""Months from which a lever may hold."""

AHEAD = (0, 3, 6, 12, 24)
OVER = (0, 6, 12, 24, 36)
LASTS = (6, 12, 18, 24)
"""Months: announced before, phased in over, and how long a blow lasts."""

USUAL_MONTH = Month.of(2026, 1)

Unit = Literal["percent", "times", "points"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a lever is set.

    level : in the lever's unit ; month : from when
    ahead, over : months announced before and phased in over, of a rule
    lasts : months, of a blow
    """

    level: float
    month: Month = USUAL_MONTH
    ahead: int = 0
    over: int = 0
    lasts: int = 12


type Make = Callable[[Setting], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever.

    identity : in addresses and ids ; name, note : in words
    least, most, step, usual : of the level, in `unit`
    blow : whether it has a length instead of an announcement and a phase-in
    changes : a setting -> values by dotted path
    """

    identity: str
    name: Catalogue
    note: Catalogue
    unit: Unit
    least: float
    most: float
    step: float
    usual: float
    changes: Make
    blow: bool = False

    def usual_setting(self) -> Setting:
        """The setting with which it is switched on first."""
        return Setting(self.usual)

    def written(self, setting: Setting) -> str:
        """A setting in an address: "12,2026-01,6,12"."""
        rest = [setting.lasts] if self.blow else [setting.ahead, setting.over]
        return ",".join(map(str, [f"{setting.level:g}", setting.month, *rest]))

    def read(self, text: str) -> Setting:
        """What an address writes; InputError for anything that cannot be set on the page."""
        parts = text.split(",")
        if len(parts) != (3 if self.blow else 4):
            raise InputError(
                f"{text[:40]!r} is not of the form {self.written(Setting(self.usual))}"
            )
        level = _number(parts[0])
        if not self.least <= level <= self.most:
            raise InputError(
                f"{level:g} is out of bounds; allowed: {self.least:g} to {self.most:g}"
            )
        try:
            month = Month.parse(parts[1])
        except ValueError as error:
            raise InputError(f"{parts[1][:20]!r} is no month; write it as 2026-01") from error
        if not FIRST <= month <= LAST:
            raise InputError(f"{month} is out of bounds; allowed: {FIRST} to {LAST}")
        if self.blow:
            return Setting(level, month, lasts=_among(parts[2], LASTS))
        return Setting(level, month, _among(parts[2], AHEAD), _among(parts[3], OVER))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise InputError(f"{text[:20]!r} is no number") from error
    return round(number, 6) if abs(number) < 1e9 else 1e9


def _among(text: str, possible: tuple[int, ...]) -> int:
    found = next((number for number in possible if str(number) == text), None)
    if found is None:
        raise InputError(f"{text[:20]!r} months is none of {', '.join(map(str, possible))}")
    return found


def _steps(setting: Setting, level: float) -> dict[str, object]:
    """The one step of a rule. An announcement before the run begins is known from the start."""
    step: dict[str, object] = {"level": level}
    if setting.ahead:
        step["announced"] = str(max(Month.of(2024, 1), Month(setting.month - setting.ahead)))
    if setting.over:
        step["phase_in_months"] = setting.over
    return {str(setting.month): step}


def _rule(section: str, scale: float = 1.0, **others: object) -> Make:
    """A lever that adds a rule to a section of the policy."""

    def changes(setting: Setting) -> Mapping[str, object]:
        level = round(setting.level * scale, 6)
        return {f"policy.{section}.{NAME}": {**others, "steps": _steps(setting, level)}}

    return changes


LOOSE_LEVERAGE = 10.0
"""Where a leverage limit is phased in from: the loosest that binds in observed."""


def _leverage(setting: Setting) -> Mapping[str, object]:
    steps = _steps(setting, setting.level)
    if setting.over:  # a month earlier, as there has to be something to be phased in from
        steps = {str(Month(setting.month - 1)): {"level": LOOSE_LEVERAGE}} | steps
    licences = ["small_loan", "consumer_finance"]
    return {f"policy.leverage.{NAME}": {"licences": licences, "steps": steps}}


def _freeze(setting: Setting) -> Mapping[str, object]:
    until = str(Month(min(LAST, setting.month + setting.lasts - 1)))
    steps = {str(setting.month): {"level": round(setting.level / 100, 6)}}
    return {f"policy.funding_freeze.{NAME}": {"until": until, "steps": steps}}


def _recession(setting: Setting) -> Mapping[str, object]:
    """As deep as scenarios/recession_2027.yaml is, at 20%; jobs and growth in proportion."""
    share = setting.level / 100
    shock = {
        "start": str(setting.month),
        "months": setting.lasts,
        "share": round(share, 6),
        "depth": 0.2,
        "unemployment": round(share / 10, 6),
        "growth": round(-share / 5, 6),
    }
    return {f"macro.shocks.{NAME}": shock}


PERCENT = 0.01

# fmt: off
LEVERS = (
    Lever("cap", WhatIfText.CAP, WhatIfText.CAP_NOTE, "percent", 8, 36, 0.5, 15,
          _rule("standing_caps", PERCENT, licences="all", base="all_in")),
    Lever("leverage", WhatIfText.LEVERAGE, WhatIfText.LEVERAGE_NOTE, "times", 2, 10, 0.5, 4,
          _leverage),
    Lever("joint", WhatIfText.JOINT, WhatIfText.JOINT_NOTE, "percent", 0, 100, 5, 50,
          _rule("joint_floor", PERCENT, licences=["small_loan"])),
    Lever("data", WhatIfText.DATA, WhatIfText.DATA_NOTE, "times", 1, 3, 0.1, 1.6,
          _rule("data_noise")),
    Lever("bureau", WhatIfText.BUREAU, WhatIfText.BUREAU_NOTE, "percent", 50, 100, 5, 100,
          _rule("bureau_floor", PERCENT)),
    Lever("subsidy", WhatIfText.SUBSIDY, WhatIfText.SUBSIDY_NOTE, "points", 0.5, 5, 0.5, 3,
          _rule("subsidy", PERCENT, licences=["small_loan", "internet_bank"],
                segments=["farmer"])),
    Lever("funding", WhatIfText.FUNDING, WhatIfText.FUNDING_NOTE, "percent", 5, 100, 5, 75,
          _freeze, blow=True),
    Lever("recession", WhatIfText.RECESSION, WhatIfText.RECESSION_NOTE, "percent", 2, 40, 2, 20,
          _recession, blow=True),
)
# fmt: on

BY_IDENTITY = {lever.identity: lever for lever in LEVERS}

SETTABLE = tuple(field.name for field in fields(Setting))
"""What of a lever has a control."""
