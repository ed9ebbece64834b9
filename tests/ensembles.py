"""Ensembles for the stylised facts: whole runs, watched by a panel of loans, seed by seed.

Two worlds with one seed have common random numbers, so a figure of one less that of the other is
a paired difference. Sizes can be set for all facts at once by the long versions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas

from sim.core.months import Month
from sim.loan_panel import LoanPanel
from sim.model import LoanMarket
from sim.scenario import Scenario, load_scenario


@dataclass(frozen=True)
class Lived:
    """One run. `panel` is of the whole life, burn-in included; empty looks: none was kept."""

    seed: int
    model: LoanMarket
    panel: LoanPanel | None
    market: pandas.DataFrame
    lenders: pandas.DataFrame

    def people(self, month: Month) -> pandas.DataFrame:
        """Everybody at a month-end that was looked at."""
        assert self.panel is not None
        return self.panel.people(month)

    def loans(self) -> pandas.DataFrame:
        """Relationships made in reported months, with the seed of the run."""
        assert self.panel is not None
        loans = self.panel.relationships()
        reported = loans["first_month"] >= int(self.model.first_month)
        return loans[reported].assign(seed=self.seed)


def world(name: str = "observed", changes: Mapping[str, object] | None = None) -> Scenario:
    """A scenario of the library, changed by dotted paths."""
    scenario = load_scenario(name)
    return scenario.with_changes(changes) if changes else scenario


def lived(
    scenario: Scenario,
    seed: int,
    *,
    borrowers: int,
    months: int,
    watched: bool = False,
    looks: Sequence[Month] = (),
) -> Lived:
    """One run of `months` reported months.

    watched : whether to keep a panel ; looks : months at whose end everybody is written down
    """
    model = LoanMarket(scenario, borrowers=borrowers, seed=seed, threads=1)
    panel = LoanPanel.of(model, looks) if watched or looks else None
    model.burn_in()
    for _ in range(months):
        model.step()
    tables = model.recorder.tables()
    return Lived(seed, model, panel, tables["market"], tables["lenders"])


def differences(
    base: Scenario,
    other: Scenario,
    figures: Callable[[Lived], Mapping[str, float]],
    *,
    seeds: Sequence[int],
    borrowers: int,
    months: int,
    watched: bool = False,
    looks: Sequence[Month] = (),
) -> pandas.DataFrame:
    """[seeds] figures of two worlds, paired.

    Columns: `name` in the base, `name_other` in the other, `name_effect` their difference.
    """
    rows = []
    for seed in seeds:
        one, two = (
            figures(
                lived(
                    scenario, seed, borrowers=borrowers, months=months, watched=watched, looks=looks
                )
            )
            for scenario in (base, other)
        )
        row = dict(one)
        row.update({f"{name}_other": two[name] for name in one})
        row.update({f"{name}_effect": two[name] - one[name] for name in one})
        rows.append(row)
    return pandas.DataFrame(rows, index=list(seeds))
