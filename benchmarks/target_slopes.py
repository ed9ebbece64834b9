"""What each parameter of a calibration plan does to each target, before any search.

`.venv/bin/python -m benchmarks.target_slopes observed_2024` (`--help` says more) prints a table:
the change of each target, in tolerances, over the whole way between a parameter's bounds, by the
lines of sim/calibration/neighbourhood.py around where the scenario stands; in bold where it is
more than twice its standard error. A target that no parameter moves cannot be met by calibrating;
one that lies far off and that only one moves is paid for by the others.
"""

import argparse
import sys
from dataclasses import replace

import numpy as np

from benchmarks.measured_page import table
from sim.calibration.calibrating import check_workers
from sim.calibration.evaluation import Evaluations
from sim.calibration.neighbourhood import slopes_at
from sim.calibration.plan import Calibration, CalibrationPlan, load_calibration
from sim.calibration.targets import targets_of
from sim.core.parameters import as_plain


def main() -> None:
    """Live the design, print the table."""
    options = read_options()
    check_workers(options.workers)
    calibration = smaller(load_calibration(options.plan), options.borrowers, options.seeds)
    lives = Evaluations(calibration, options.workers, tell)
    try:
        targets = targets_of(calibration)
        slopes = slopes_at(calibration, targets, calibration.start(), lives)
    finally:
        lives.close()
    rows = []
    for place, target in enumerate(targets):
        errors = np.sqrt(slopes.rest[place, place] * np.diag(slopes.shape))
        cells = [
            f"**{slope:+.1f}**" if abs(slope) > 2.0 * error else f"{slope:+.1f}"
            for slope, error in zip(slopes.slopes[place], errors, strict=True)
        ]
        rows.append([target.check.name, f"{slopes.residuals[place]:+.1f}", *cells,
                     f"{errors.mean():.1f}"])  # fmt: skip
    print(table(["target", "off by", *calibration.plan.parameters, "error"], rows))
    print(f"\n{options.borrowers:,} borrowers, {options.seeds} seeds, {lives.runs} runs.")


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", help="name or path of a calibration plan")
    parser.add_argument("--borrowers", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def smaller(calibration: Calibration, borrowers: int, seeds: int) -> Calibration:
    """The calibration with other runs."""
    plain = as_plain(calibration.plan) | {"borrowers": borrowers, "seeds": seeds}
    return replace(calibration, plan=CalibrationPlan.model_validate(plain))


def tell(runs: int) -> None:
    """Says now and then how many runs there are."""
    if runs % 10 == 0:
        print(f"{runs} runs", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
