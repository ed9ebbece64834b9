"""The results of a sweep, read for analysis: one figure a run, measure and horizon.

Files are read one after another and only their figures are kept, so that ten thousand runs take
a few dozen megabytes.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.wording import counted, did_you_mean, listed, shown
from sim.horizons import Horizon, horizons_of
from sim.measures import Measure, measure_named
from sim.sweeps.factor_words import FactorWords, words_of
from sim.sweeps.factors import Level
from sim.sweeps.plan import BASE, Sweep
from sim.sweeps.points import kept_measures
from sim.sweeps.store import SweepFolder, Tally, opened, run_table, runs_frame
from sim.sweeps.tasks import WEIGHT, first_reported

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]


class Study:
    """A sweep's folder, opened for reading.

    Raises InputError if the folder holds no sweep. Runs that failed or wait have no figures.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._folder: SweepFolder = opened(self.path)

    @property
    def sweep(self) -> Sweep:
        """The plan and its base scenarios."""
        return self._folder.sweep

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was run on what, as in manifest.json."""
        return self._folder.manifest

    @property
    def folder(self) -> SweepFolder:
        """The folder itself."""
        return self._folder

    @cached_property
    def runs(self) -> "pandas.DataFrame":
        """A row a run: status, seconds, error, and a column per factor."""
        return runs_frame(self._folder)

    @property
    def tally(self) -> Tally:
        """How many runs are done, failed, waiting."""
        return self._folder.tally()

    @property
    def factors(self) -> list[str]:
        """What varies: the base where there are several, then every factor."""
        several = [BASE] if len(self.sweep.bases) > 1 else []
        return [*several, *self.sweep.plan.factors]

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures that were kept."""
        return kept_measures(self.sweep)

    @cached_property
    def horizons(self) -> list[Horizon]:
        """Months and calendar years over which figures can be taken."""
        return horizons_of(first_reported(self.sweep), self.sweep.plan.months, None)

    def levels_of(self, name: str) -> tuple[Level, ...]:
        """The levels that a factor, or the base, takes; InputError where they are any number."""
        if name == BASE:
            return tuple(self.sweep.bases)
        levels = self.sweep.plan.factors[self.factor(name)].levels()
        if levels is None:
            raise InputError(f"{name} takes any number between two, so it has no levels to compare")
        return levels

    def factor(self, name: str) -> str:
        """The name of a factor; InputError, with the nearest, if there is none."""
        if name not in (BASE, *self.sweep.plan.factors):
            known = self.factors
            raise InputError(
                f"no factor {shown(name)}; there are {listed(known)}.{did_you_mean(name, known)}"
            )
        return name

    @cached_property
    def words(self) -> FactorWords:
        """What the factors and their levels are called."""
        return words_of(self.sweep)

    def measure(self, name: str) -> Measure:
        """A measure that was kept; InputError, with the nearest, if there is none."""
        return measure_named(name, self.measures)

    def measures_named(self, names: Sequence[str] | None) -> list[Measure]:
        """The measures of these names, each once; all that were kept for None or no name."""
        return [self.measure(name) for name in dict.fromkeys(names or ())] or self.measures

    def horizons_named(self, names: Sequence[str] | None) -> list[Horizon]:
        """The horizons of these names, each once; all for None or no name."""
        return [self.horizon(name) for name in dict.fromkeys(names or ())] or self.horizons

    def horizon(self, name: str | None) -> Horizon:
        """A horizon by name (`month_24`, `year_2027`); the last whole year, or months, for None."""
        known = {horizon.name: horizon for horizon in self.horizons}
        if name is None:
            years = [h for h in self.horizons if h.kind == "year"]
            return ([h for h in years if h.months == 12] or years)[-1]
        if name not in known:
            guess = did_you_mean(name, known)
            raise InputError(f"no horizon {shown(name)}; there are {', '.join(known)}.{guess}")
        return known[name]

    def figures(self, measures: Sequence[Measure], horizons: Sequence[Horizon]) -> "Floats":
        """[points, seeds, horizons, measures] what every run came to; NaN where it has none.

        A figure is the mean of a horizon's months, weighted as the measure says. Raises InputError
        if no run is done.
        """
        import numpy as np

        seeds = self._folder.seeds
        places = self._places()
        shape = (len(self._folder.points), len(seeds), len(horizons), len(measures))
        found = np.full(shape, np.nan)
        inside = self._months_in(horizons)
        read = 0
        for entry, path in self._folder.done_files():
            values = _figures(path, measures, inside)
            found[places[entry.scenario_hash], entry.seed - seeds.start] = values
            read += 1
        if read == 0:
            raise InputError(f"{self.path}: no run is done; loansim sweep resume {self.path}")
        return found

    def point_means(self, measures: Sequence[Measure], horizon: Horizon) -> "pandas.DataFrame":
        """A row a design point: its levels, `seeds` done, and the mean of each measure over seeds.

        A mean is NaN unless all seeds are there: points with unlike seeds would differ by luck too.
        Raises InputError if no run is done.
        """
        figures = self.figures(measures, [horizon])[:, :, 0, :]
        return self.means_of(measures, figures)

    def means_of(self, measures: Sequence[Measure], figures: "Floats") -> "pandas.DataFrame":
        """As `point_means`, of figures [points, seeds, measures] that have been read already."""
        import numpy as np
        import pandas

        done = (~np.isnan(figures)).sum(axis=1).max(axis=1, initial=0)
        rows = [{"point": point.number, **point.levels} for point in self._folder.points]
        table = pandas.DataFrame(rows).assign(seeds=done)
        for place, measure in enumerate(measures):
            table[measure.name] = figures[:, :, place].mean(axis=1)
        return table

    def no_whole_point(self, span: Horizon) -> InputError:
        """What to raise where no design point has its figures with all seeds."""
        go_on = f"do the rest with: loansim sweep resume {self.path}"
        todo = go_on if self.missing_text() else "take another horizon or measure"
        return InputError(f"no design point has its figures of {span.words} in all seeds; {todo}")

    def missing_text(self) -> str:
        """What is not there, in a clause; empty if all is."""
        tally = self.tally
        parts = [
            f"{counted(number, 'run')} {what}"
            for number, what in ((tally.failed, "failed"), (tally.waiting, "waiting"))
            if number
        ]
        return " and ".join(parts)

    def _places(self) -> dict[str, list[int]]:
        """Scenario hash -> the points that it is the scenario of."""
        places: dict[str, list[int]] = {}
        for point in self._folder.points:
            places.setdefault(point.scenario_hash, []).append(point.number)
        return places

    def _months_in(self, horizons: Sequence[Horizon]) -> "Floats":
        """[horizons, months] one where a month belongs to a horizon."""
        import numpy as np

        first, months = first_reported(self.sweep), self.sweep.plan.months
        inside = np.zeros((len(horizons), months))
        for place, horizon in enumerate(horizons):
            inside[place, horizon.first - first : horizon.last - first + 1] = 1.0
        return inside


def study_of(study: Study | str | Path) -> Study:
    """A study, be it given as one or as its folder."""
    return study if isinstance(study, Study) else Study(study)


def _figures(path: Path, measures: Sequence[Measure], inside: "Floats") -> "Floats":
    """[horizons, measures] the figures of one run's file."""
    import numpy as np

    weighed = [measure.name for measure in measures if measure.weight]
    names = [measure.name for measure in measures]
    columns = [*names, *(f"{WEIGHT}{name}" for name in weighed)]
    (batch,) = run_table(path, columns).select(columns).combine_chunks().to_batches()
    data = batch.to_tensor(null_to_nan=True).to_numpy()
    values, weights = data[:, : len(names)], np.ones((len(data), len(names)))
    for place, name in enumerate(weighed):
        weights[:, names.index(name)] = data[:, len(names) + place]
    weights[np.isnan(values)] = 0.0
    total = inside @ weights
    weighted = inside @ (np.nan_to_num(values) * weights)
    return np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0)
