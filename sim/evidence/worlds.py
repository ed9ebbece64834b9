"""The worlds that checks look at: the scenario itself, and what is changed about it.

All are lived with the same seeds, so that they have the same luck and differences are paired.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.months import Month
from sim.loan_panel import THIRTY_DAYS, LoanPanel
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    import pandas

LOOK = Month.parse("2025-12")
"""Month-end at which people are written down before anything is changed."""

AFTER_CAP = Month(LOOK + 24)
"""Month-end at which they are looked at again under another cap."""

BASE, SHOCK, TIGHT, NULL, UNCAPPED, CUT = "base", "shock", "tight", "null", "uncapped", "cut"
OUTLOOK = "outlook"
CALM = "calm"
"""The scenario itself, for as long as the world with the loss of income."""

SHOCK_START = Month.parse("2026-02")

INCOME_SHOCK: Mapping[str, object] = {
    "macro.shocks.pandemic": {
        "start": str(SHOCK_START),
        "months": 5,
        "share": 0.2,
        "depth": 0.25,
        "source": "check: a loss of income of the size of early 2020 (assumption)",
    }
}

FROZEN: Mapping[str, object] = {
    "policy.funding_freeze.all": {
        "until": "2026-12",
        "steps": {"2026-01": {"level": 1.0}},
        "source": "check: market funding is shut for a year",
    }
}

NO_CAPS: Mapping[str, object] = {
    "policy.standing_caps.personal_loan_guidance": {"until": "2024-06"},
    "policy.standing_caps.facilitation_notice": None,
    "policy.standing_caps.consumer_finance_guidance": None,
    "policy.standing_caps.cost_guideline": None,
}
"""The judicial line of 36% is left as the only cap, as in the scenario cap_36."""

CUT_BY_20: Mapping[str, object] = {
    **NO_CAPS,
    "policy.apr_cap": {
        "licences": "all",
        "base": "all_in",
        "steps": {"2026-01": {"level": 0.16}},
        "source": "check: the only cap falls from 36% by 20 points",
    },
}


@dataclass(frozen=True, slots=True)
class World:
    """A world to live.

    changes : to the scenario that is checked; scenario : another of the library instead
    months : reported ones ; looks : months at whose end everybody is written down
    """

    name: str
    months: int
    changes: Mapping[str, object] = field(default_factory=dict)
    scenario: str = ""
    looks: Sequence[Month] = ()

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario of this world; InputError where the changes do not fit it."""
        if self.scenario:
            return load_scenario(self.scenario)
        return scenario.with_changes(self.changes) if self.changes else scenario


WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        World(BASE, 36, looks=(LOOK,)),
        World(CALM, 50),
        World(SHOCK, 50, INCOME_SHOCK),  # 25 from its start: a peak is seen to be one
        World(TIGHT, 36, FROZEN, looks=(LOOK,)),
        World(NULL, 84, scenario="null_world"),
        World(UNCAPPED, 48, NO_CAPS, looks=(LOOK, AFTER_CAP)),
        World(CUT, 48, CUT_BY_20, looks=(LOOK, AFTER_CAP)),
        World(OUTLOOK, 84),
    )
}


@dataclass(frozen=True)
class Lived:
    """One world with one seed.

    entry_30 : [months] principal that came to be 30+ days late in a month / balance before
    """

    scenario: Scenario
    panel: LoanPanel | None
    tables: "Mapping[str, pandas.DataFrame]"
    last: Month
    entry_30: Sequence[float]

    @property
    def market(self) -> "pandas.DataFrame":
        """One row a month."""
        return self.tables["market"]

    @property
    def lenders(self) -> "pandas.DataFrame":
        """One row a lender a month."""
        return self.tables["lenders"]

    def people(self, month: Month) -> "pandas.DataFrame":
        """Everybody at a month-end that was looked at."""
        assert self.panel is not None
        return self.panel.people(month)

    def loans(self) -> "pandas.DataFrame":
        """Relationships made in reported months."""
        assert self.panel is not None
        loans = self.panel.relationships()
        return loans[loans["first_month"] >= int(self.scenario.start)]


def live(
    world: World,
    scenario: Scenario,
    *,
    borrowers: int,
    seed: int,
    lived: Callable[[int], None] = lambda _: None,
) -> Lived:
    """Live a world with one seed, on one thread; `lived` is told the months lived so far."""
    chosen = world.of(scenario)
    model = LoanMarket(chosen, borrowers=borrowers, seed=seed, threads=1)
    panel = LoanPanel.of(model, world.looks) if world.looks else None
    for month in range(model.burn_in_months):
        model.step()
        lived(month + 1)
    entries: list[float] = []
    before = _owed(model) if world.name == BASE else None
    for month in range(world.months):
        model.step()
        lived(model.burn_in_months + month + 1)
        if before is not None:
            after = _owed(model)
            entries.append(entry_into_30(before, after))
            before = after
    return Lived(chosen, panel, model.recorder.tables(), model.now, entries)


def months_of(world: World, scenario: Scenario) -> int:
    """How many months living it takes, burn-in included."""
    return world.of(scenario).burn_in_months + world.months


def entry_into_30(before: Any, after: Any) -> float:
    """Principal that came to be 30+ days late in a month, over the balance at its start.

    before, after : borrowers' records at two month-ends that follow each other
    """
    same = (before["generation"] == after["generation"])[:, None]
    same = same & (before["first_month"] == after["first_month"])
    entered = same & (before["missed"] < THIRTY_DAYS) & (after["missed"] >= THIRTY_DAYS)
    owed = float(before["principal_fen"].sum(dtype=np.int64))
    return float(after["principal_fen"][entered].sum(dtype=np.int64)) / owed if owed > 0 else 0.0


def _owed(model: LoanMarket) -> Any:
    """A copy of what every borrower owes, and how late."""
    fields = ["generation", "first_month", "missed", "principal_fen"]
    return model.borrowers.snapshot()[fields].copy()
