"""Which sampler calibrates best for the same number of trials: the table of docs/calibration.md.

`.venv/bin/python -m benchmarks.samplers` (`--help` says more). A reduced calibration of four
parameters and eight targets, on a stand-in: lines through runs of the market in a two-level design
(sim/calibration/neighbourhood.py), and the luck of the same runs, drawn anew at every point, since
neighbours hardly share it. So every search can be repeated; what counts is the stand-in's loss
without luck at the point that a search recommends. `--market N` then searches the market itself
with N trials each, judged by seeds that no search knew.

Optuna's Gaussian-process sampler needs PyTorch, which loansim does not ask for, and is left out.
"""

import argparse
import json
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.measured_page import put, table
from benchmarks.processes import ROOT
from sim.calibration.calibrating import Course
from sim.calibration.evaluation import Evaluate, Evaluations, Figures, Trial, means
from sim.calibration.neighbourhood import corners
from sim.calibration.plan import Calibration, CalibrationPlan, load_calibration
from sim.calibration.search import Found, best, trial_at
from sim.calibration.targets import loss, targets_of
from sim.core.parameters import as_plain

type Floats = npt.NDArray[np.float64]

PAGE = ROOT / "docs" / "calibration.md"

SCENARIO = "extends: observed\nburn_in_months: 18\n"

PLAN = """
title: a reduced calibration
scenario: short.yaml
parameters:
  spells: {path: behaviour.spell_hazard, low: 0.04, high: 0.16, scale: log}
  walking: {path: behaviour.walk_rate, low: 0.3%, high: 4%, scale: log}
  prepayment: {path: behaviour.prepay, low: 4%, high: 40%, scale: log}
  appetite: {path: segments.consumer.appetite, low: 1.6, high: 3.0}
targets:
  opening_total: {}
  y2024_turnover: {}
  y2024_entry_30: {}
  y2024_dpd90_bigtech: {}
  y2024_dpd90_consumer_finance: {}
  y2024_price_bigtech: {}
  y2024_balance_bigtech: {}
  y2024_facilitation_added: {}
borrowers: 5000
seeds: 4
months: 12
"""

CENTRE = (0.5, 0.5, 0.5, 0.5)
DESIGN = 0.3
"""How far from the centre runs of the stand-in lie, as a share of the way between bounds."""

TRUTH = (0.25, 0.3, 0.7, 0.75)
"""Where in the unit cube the targets are made; none of the samplers begins there."""

DATA_SEEDS = 8
"""Seeds over which the data are a mean: their luck is the tolerance, twice over."""

JUDGING_SEEDS = tuple(range(601, 609))
SAMPLERS = ("cmaes", "tpe", "sobol", "random")
BUDGETS = (60, 120, 240)

REFINED = 34
"""Trials that two refinements of four parameters cost: two designs of 16, two points."""


def main() -> None:
    """Measure, print the tables, put the first into the page."""
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        blank = written(Path(folder))
        keep = options.kept
        if not keep.is_file():
            keep.parent.mkdir(parents=True, exist_ok=True)
            keep.write_text(json.dumps(lived(blank)))
        stand_in = StandIn(json.loads(keep.read_text()))
        calibration = asked(blank, stand_in)
        put("samplers", on_stand_in(calibration, stand_in, options.repeats), PAGE)
        if options.market:
            print(on_market(calibration, options.market))


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=10, help="searches of each sampler")
    parser.add_argument("--market", type=int, default=0, help="trials on the market; 0: none")
    parser.add_argument(
        "--kept",
        type=Path,
        default=Path("runs/samplers.json"),
        help="file of the runs that the stand-in is fitted to; made if it is not there",
    )
    return parser.parse_args()


def written(folder: Path) -> Calibration:
    """The plan, its targets still those of the real market."""
    (folder / "short.yaml").write_text(SCENARIO)
    path = folder / "plan.yaml"
    path.write_text(PLAN)
    return load_calibration(path)


# --- the stand-in --------------------------------------------------------------------------------


def lived(calibration: Calibration) -> dict[str, list[object]]:
    """Figures of the design, by point and seed."""
    places = corners(CENTRE, DESIGN)
    evaluate = Evaluations(calibration, 1, tell)
    figures = evaluate([trial_at(calibration, place) for place in places])
    return {"places": list(places), "figures": list(figures)}


class StandIn:
    """Lines through runs, and their luck.

    explained : [targets] part of the variance between points that the lines account for
    luck : [runs, targets] what a run's figures differ by from the lines, all targets of a run
        together, so that it is shared between them as in the market
    """

    def __init__(self, kept: dict[str, list[object]]) -> None:
        places: Floats = np.array(kept["places"], dtype=np.float64)
        figures: Floats = np.array(kept["figures"], dtype=np.float64)  # [points, seeds, targets]
        terms = np.column_stack([np.ones(len(places)), places])
        heights = figures.mean(axis=1)
        self._lines, *_ = np.linalg.lstsq(terms, heights, rcond=None)
        fitted = terms @ self._lines
        self.explained: Floats = 1.0 - (heights - fitted).var(axis=0) / heights.var(axis=0)
        self.luck: Floats = (figures - fitted[:, None, :]).reshape(-1, figures.shape[2])

    def without_luck(self, places: Sequence[float]) -> list[float]:
        """Figures at a point."""
        return [float(x) for x in np.array([1.0, *places]) @ self._lines]

    def evaluate(self, repeat: int) -> Evaluate:
        """Trials with the luck of runs drawn at random, the same for the same trial."""

        def figures(trial: Trial) -> Figures:
            key = zlib.crc32(repr(trial).encode())
            runs = np.random.default_rng([repeat, key]).integers(
                len(self.luck), size=len(trial.seeds)
            )
            return (np.array(self.without_luck(trial.places)) + self.luck[runs]).tolist()

        return lambda trials: [figures(trial) for trial in trials]


def asked(blank: Calibration, stand_in: StandIn) -> Calibration:
    """The calibration that asks for the figures of the truth."""
    tolerances = 2.0 * stand_in.luck.std(axis=0) / np.sqrt(DATA_SEEDS)
    plain = as_plain(blank.plan)
    goal = stand_in.without_luck(TRUTH)
    for place, section in enumerate(plain["targets"].values()):
        section["value"], section["tolerance"] = goal[place], float(tolerances[place])
    return replace(blank, plan=CalibrationPlan.model_validate(plain))


# --- the tables ----------------------------------------------------------------------------------


def on_stand_in(calibration: Calibration, stand_in: StandIn, repeats: int) -> str:
    """A row a sampler: loss without luck after each budget, median and quartiles."""
    targets = targets_of(calibration)
    rows = []
    for refined in (False, True):
        for sampler in SAMPLERS:
            cells = []
            for budget in BUDGETS:
                losses = []
                for repeat in range(1, repeats + 1):
                    plan = searching(calibration, sampler, budget, repeat, refined=refined)
                    found = recommended(plan, stand_in.evaluate(repeat), refined=refined)
                    losses.append(loss(targets, stand_in.without_luck(found.trial.places)))
                low, middle, high = np.quantile(losses, (0.25, 0.5, 0.75))
                cells.append(f"{middle:.2f} ({low:.2f} to {high:.2f})")
            rows.append([_called(sampler, refined=refined), *cells])
            print(*rows[-1], file=sys.stderr, flush=True)
    start = loss(targets, stand_in.without_luck(calibration.start()))
    least, most = stand_in.explained.min(), stand_in.explained.max()
    return table(["sampler", *(f"{n} trials" for n in BUDGETS)], rows) + (
        f"\n\nMedian loss over {repeats} searches (quartiles); of the scenario itself {start:.1f}, "
        f"of the values that made the targets 0. Lines account for {least:.0%} to {most:.0%} of "
        "the variance between points; the rest is luck and what is not straight."
    )


def recommended(calibration: Calibration, evaluate: Evaluate, *, refined: bool) -> Found:
    """The point that a calibration comes to."""
    course = Course(calibration, evaluate, {}, None, lambda _: None)
    trials = course.search()
    return course.refine(best(trials), trials)[0][-1] if refined else best(trials)


def on_market(calibration: Calibration, trials: int) -> str:
    """A row a sampler: the loss that its search saw, and that of seeds that it did not know."""
    targets = targets_of(calibration)
    lives = Evaluations(calibration, 1, tell)
    rows = []
    for sampler, refined in [*((name, False) for name in SAMPLERS), ("sobol", True)]:
        plan = searching(calibration, sampler, trials, 1, refined=refined)
        found = recommended(plan, lives, refined=refined)
        again = Trial(found.trial.places, plan.plan.borrowers, JUDGING_SEEDS)
        judged = loss(targets, means(lives([again])[0]))
        name = _called(sampler, refined=refined)
        rows.append([name, f"{found.loss:.2f}", f"{judged:.2f}"])
    return table(["sampler", "loss that the search saw", "loss with other seeds"], rows)


def searching(
    calibration: Calibration, sampler: str, trials: int, seed: int, *, refined: bool
) -> Calibration:
    """The calibration with another search of as many trials, those of refinements included."""
    plain = as_plain(calibration.plan)
    plain["search"] |= {
        "sampler": sampler,
        "trials": trials - (REFINED if refined else 0),
        "starts": 1,
        "batch": 12,
        "refinements": 2 if refined else 0,
        "seed": seed,
    }
    return replace(calibration, plan=CalibrationPlan.model_validate(plain))


def _called(sampler: str, *, refined: bool) -> str:
    return f"{sampler}, then refined" if refined else sampler


def tell(runs: int) -> None:
    """Says now and then how many runs there are."""
    if runs % 20 == 0:
        print(f"{runs} runs", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
