"""`loansim calibrate`: a plan carried out, with its progress and outcome on the screen.

Whatever is slow to import is imported inside the command, so that `--help` answers at once.
"""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.completion import calibration_plan_names
from sim.core.errors import InputError
from sim.loudness import Quiet, check_loudness

if TYPE_CHECKING:
    from sim.calibration.calibrating import Outcome, Progress
    from sim.calibration.plan import Calibration

RUNS = Path("runs")
LINE_EVERY = 20.0
"""Seconds between two lines about progress."""


def calibrate_scenario(
    targets: Annotated[
        str,
        typer.Argument(
            help="Name of a calibration plan, or path of a YAML file.",
            metavar="TARGETS",
            autocompletion=calibration_plan_names,
        ),
    ] = "",
    scenario: Annotated[
        str,
        typer.Option(
            help="Scenario to start from; the plan's own if left out.", metavar="SCENARIO"
        ),
    ] = "",
    trials: Annotated[
        int | None, typer.Option(help="Trials of the search; the plan's if left out.", metavar="N")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes; one a core if left out. The outcome is the same.", metavar="W"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder, absent or empty. Default: runs/calibration-NAME-SEED.", metavar="DIR"
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(help="Folder of a calibration that was cut off; it goes on.", metavar="DIR"),
    ] = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="A line whenever runs are done, not now and then."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Find the values of parameters with which the model comes nearest to figures of the market."""
    if debug:
        import os

        os.environ["LOANSIM_DEBUG"] = "1"
    check_loudness(quiet, verbose)
    if bool(targets) == bool(resume):
        raise InputError("name a calibration plan, or give --resume the folder of one")
    if resume and (scenario or out or trials is not None):
        raise InputError("--resume goes on as it began: leave --scenario, --trials and --out out")
    teller = _Teller(quiet, verbose)
    if resume:
        from sim.calibration.files import resume_calibration

        outcome = resume_calibration(resume, workers=workers, listen=teller.tell)
        folder = resume
    else:
        from sim.calibration.files import calibrate_into
        from sim.calibration.plan import load_calibration
        from sim.store import free_folder

        chosen = _with_trials(load_calibration(targets, scenario), trials)
        folder = out or free_folder(RUNS, f"calibration-{chosen.name}", chosen.plan.search.seed)
        if not quiet:
            print(f"{chosen.plan.title}: {folder}/")
        outcome = calibrate_into(chosen, folder, workers=workers, listen=teller.tell)
    if not quiet:
        _print_outcome(outcome)
    print(folder if quiet else f"Scenario, tables and page: {folder}/outcome/")


def _with_trials(calibration: "Calibration", trials: int | None) -> "Calibration":
    """The plan with another number of trials."""
    if trials is None:
        return calibration
    from sim.calibration.plan import Calibration, CalibrationPlan
    from sim.core.parameters import as_plain
    from sim.validation import validated
    from sim.yaml_reader import read_yaml_text
    from sim.yaml_writer import yaml_text

    plain = as_plain(calibration.plan, only_set=True)
    plain["search"] = {**plain.get("search", {}), "trials": trials}
    plan = validated(CalibrationPlan, read_yaml_text(yaml_text(plain), "--trials"))
    return Calibration(calibration.name, plan, calibration.scenario)


def _print_outcome(outcome: "Outcome") -> None:
    """What was met and what was found, a line each."""
    from sim.calibration.files import target_row
    from sim.display import quantity
    from sim.evidence.check import column_of

    first = outcome.trials[0].loss
    print(f"\nloss {first:.2f} before, {outcome.chosen.loss:.2f} after "
          f"{len(outcome.trials):,} trials and {len(outcome.refined)} refinements\n")  # fmt: skip
    columns = zip(
        outcome.targets,
        zip(*outcome.before, strict=True),
        zip(*outcome.after, strict=True),
        strict=True,
    )
    for target, before, after in columns:
        row = target_row(target, list(before), list(after))
        column = column_of(row["target"], "", "", row["unit"])
        words = [
            "–" if row[name] is None else quantity(column, row[name], "en")
            for name in ("data", "before", "mean", "low", "high")
        ]
        sign = "inside " if row["inside"] else "outside"
        print(f"  {sign} {row['title']}: data {words[0]}; before {words[1]}; now {words[2]} "
              f"({words[3]} to {words[4]})")  # fmt: skip
    print()
    for one in outcome.parameters:
        word = "" if one.is_identified else "   hardly identified"
        print(
            f"  {one.path}: {one.before:.6g} -> {one.value:.6g} "
            f"({one.low:.4g} to {one.high:.4g}), {one.left:.0%} of the uncertainty left{word}"
        )
    print()


class _Teller:
    """Says now and then how far the calibration is, on standard error."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._said = time.monotonic()
        self._step = ""
        self._runs = 0

    def tell(self, progress: "Progress") -> None:
        """Say how far, unless that was said a moment ago."""
        now = time.monotonic()
        new = progress.step != self._step or (self._verbose and progress.runs != self._runs)
        if self._quiet or (not new and now - self._said < LINE_EVERY):
            return
        self._said, self._step, self._runs = now, progress.step, progress.runs
        print(
            f"  {progress.step}: {progress.trials:,} trials, {progress.runs:,} runs, "
            f"smallest loss {progress.loss:.3f}",
            file=sys.stderr,
            flush=True,
        )
