"""Ensembles for the stylised facts: whole runs, watched by a panel of loans, seed by seed.

Two worlds with one seed have common random numbers, so a figure of one less that of the other is
a paired difference. Sizes can be set for all facts at once by the long versions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas

from sim.core.months import Month
from sim.lives import Branch, lives, tree_of
from sim.loan_panel import LoanPanel
from sim.model import LoanMarket, State
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
    (run,) = together([scenario], seed, borrowers, months, watched=watched, looks=looks)
    return run


def together(
    scenarios: Sequence[Scenario],
    seed: int,
    borrowers: int,
    months: int,
    *,
    watched: bool = False,
    looks: Sequence[Month] = (),
    common: Scenario | None = None,
) -> list[Lived]:
    """One run of each scenario with one seed; what they share of their past is lived once.

    common : what all live until the books open, whatever their own undated values; they have its
        lenders. Without it each lives its own past
    """
    worlds = [*([common] if common else []), *scenarios]
    trunk = tree_of(worlds, months)
    if common is not None:
        opening = common.burn_in_months
        trunk = Branch(0, 0, tuple(Branch(place, opening) for place in range(1, len(worlds))))
    panels: dict[int, LoanPanel] = {}

    def found(point: int, kept: tuple[State, LoanPanel | None] | None) -> LoanMarket:
        model = LoanMarket(worlds[point], borrowers=borrowers, seed=seed, threads=1)
        state, panel = kept or (None, None)
        if state is not None:
            model.restore(state)
        if panel is not None:
            panels[point] = panel.carried_to(model)
        elif watched or looks:
            panels[point] = LoanPanel.of(model, looks)
        return model

    def keep(model: LoanMarket) -> tuple[State, LoanPanel | None]:
        watching = model.borrowers
        return model.snapshot(), watching.copied() if isinstance(watching, LoanPanel) else None

    def is_wanted(point: int, _model: LoanMarket) -> bool:
        return common is None or point > 0

    runs = {}
    for point, model in lives(trunk, found, keep, months, is_wanted):
        if is_wanted(point, model):
            tables = model.recorder.tables()
            panel = panels.get(point)
            runs[point] = Lived(seed, model, panel, tables["market"], tables["lenders"])
    return [runs[point] for point in sorted(runs)]


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
    common: Scenario | None = None,
) -> pandas.DataFrame:
    """[seeds] figures of two worlds, paired; settings as of `together`.

    Columns: `name` in the base, `name_other` in the other, `name_effect` their difference.
    """
    rows = []
    for seed in seeds:
        runs = together(
            (base, other), seed, borrowers, months, watched=watched, looks=looks, common=common
        )
        one, two = (figures(run) for run in runs)
        row = dict(one)
        row.update({f"{name}_other": two[name] for name in one})
        row.update({f"{name}_effect": two[name] - one[name] for name in one})
        rows.append(row)
    return pandas.DataFrame(rows, index=list(seeds))
