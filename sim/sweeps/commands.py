"""`loansim sweep ...`: run, status, resume, export, and the analyses.

Whatever is slow to import is imported inside a command, so that `--help` answers at once.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.completion import format_names, sweep_plan_names
from sim.core.errors import InputError, SavedInterruptError
from sim.examples import examples_of
from sim.loudness import Quiet, check_loudness, made_lines

if TYPE_CHECKING:
    from sim.sweeps.study import Study

sweeps = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

Plan = Annotated[
    str,
    typer.Argument(help="Name or path of a plan.", metavar="PLAN", autocompletion=sweep_plan_names),
]
Folder = Annotated[Path, typer.Argument(help="Folder of a sweep.", metavar="DIR")]
WorkerCount = Annotated[
    int | None,
    typer.Option(help="Processes; one a core if left out. Results are the same.", metavar="W"),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of a Dask scheduler (tcp://host:8786), whose workers do the runs.",
        metavar="ADDRESS",
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", help="A measure; may be given again. All if left out.", metavar="M"),
]
AtHorizon = Annotated[
    str | None,
    typer.Option(help="month_24, year_2027, ...; the last year if left out.", metavar="HORIZON"),
]
Aims = Annotated[
    list[str] | None,
    typer.Option(
        "--aim",
        help="MEASURE:min or MEASURE:max; may be given again. Access, default and concentration "
        "if left out.",
        metavar="AIM",
    ),
]
Apart = Annotated[
    list[str] | None, typer.Option(help="Keep the levels of this factor apart.", metavar="NAME")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for table and report. Default: DIR/analysis.", metavar="DIR"),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Name every run as it comes, and how it was made.")
]
WholeTable = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print the whole table, not its first rows.")
]
Form = Annotated[
    str,
    typer.Option(
        "--format",
        help="How to print it.",
        metavar="table|json|csv",
        autocompletion=format_names,
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]

DEBUG_VARIABLE = "LOANSIM_DEBUG"
MOST_FAILURES_SHOWN = 5

NEXT = {
    "full": "effects",
    "lhs": "surface",
    "sobol": "sensitivity",
    "morris": "sensitivity",
    "posterior": "bands",
}
"""Design -> the analysis that it is made for."""


@sweeps.command("plans", epilog=examples_of("sweep plans"))
def list_plans(form: Form = "table", debug: Debug = False) -> None:
    """Names and titles of the plans that come with the program."""
    _note_debug(debug)
    from sim.row_formats import Row, check_format, rows_text
    from sim.scenario_subjects import LEAST_FOR_TITLES
    from sim.sweeps.plan import find_plans

    check_format(form)
    found = find_plans()
    if form != "table":
        rows: list[Row] = [
            {
                "name": name,
                "title": plan.title,
                "question": plan.question,
                "design": plan.design.kind,
                "seeds": plan.seeds,
                "borrowers": plan.borrowers,
                "months": plan.months,
            }
            for name, plan in found
        ]
        print(rows_text(rows, form))
        return
    import shutil
    import textwrap

    width = max((len(name) for name, _ in found), default=0)
    room = max(LEAST_FOR_TITLES, shutil.get_terminal_size().columns - width - 2)
    for name, plan in found:
        first, *rest = textwrap.wrap(plan.title, room) or [""]
        print(f"{name:<{width}}  {first}".rstrip())
        for line in rest:
            print(f"{'':<{width}}  {line}")


@sweeps.command("validate", epilog=examples_of("sweep validate"))
def validate_plan(
    plan: Plan,
    debug: Debug = False,
) -> None:
    """Say whether a plan can be run, and how many runs it makes."""
    _note_debug(debug)
    from sim.sweeps.design import rows_of
    from sim.sweeps.plan import load_plan

    found = load_plan(plan)
    points, seeds = len(rows_of(found)), found.plan.seeds
    print(f"{plan}: ok, {points:,} points x {seeds} seeds = {points * seeds:,} runs")


@sweeps.command("run", epilog=examples_of("sweep run"))
def run_plan(
    plan: Plan,
    out: Annotated[Path, typer.Option(help="Folder, absent or empty.", metavar="DIR")],
    workers: WorkerCount = None,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Run a plan into a new folder. Ctrl-C stops it; `resume` goes on."""
    _note_debug(debug)
    check_loudness(quiet, verbose)
    from sim.sweeps.running import sweep
    from sim.sweeps.screen import SweepScreen

    screen = SweepScreen(quiet, verbose=verbose)
    with _interruptible(out), screen.following() as progress:
        study = sweep(plan, out, workers=workers, scheduler=scheduler, progress=progress)
    _closing(study, quiet, verbose)


@sweeps.command("resume", epilog=examples_of("sweep resume"))
def resume_plan(
    folder: Folder,
    workers: WorkerCount = None,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Do what is left of a sweep, failed runs again; what is there is verified first."""
    _note_debug(debug)
    check_loudness(quiet, verbose)
    from sim.sweeps.running import resume_sweep
    from sim.sweeps.screen import SweepScreen

    screen = SweepScreen(quiet, verbose=verbose)
    with _interruptible(folder), screen.following() as progress:
        study = resume_sweep(folder, workers=workers, scheduler=scheduler, progress=progress)
    _closing(study, quiet, verbose)


@sweeps.command("status", epilog=examples_of("sweep status"))
def show_status(folder: Folder, form: Form = "table", debug: Debug = False) -> None:
    """Say how far a sweep is, and what failed; as json or csv: every run with its levels."""
    _note_debug(debug)
    from sim.folder_lock import is_locked
    from sim.row_formats import check_format, frame_text

    check_format(form)
    from sim.sweeps.store import failed_lines
    from sim.sweeps.study import Study

    study = Study(folder)
    if form != "table":
        print(frame_text(study.runs, form))
        return
    tally = study.tally
    print(f"{study.sweep.name}: {study.manifest['title']}")
    print(f"{tally.done:,} of {tally.runs:,} runs done, {tally.failed:,} failed, "
          f"{tally.waiting:,} waiting")  # fmt: skip
    if (planned := int(study.manifest["runs"])) != tally.runs:
        print(f"the plan makes {planned:,} runs; those of equal scenarios are lived once")
    for line in _first(list(failed_lines(study.folder))):
        print(f"  {line}")
    if is_locked(folder):
        print("it is running")
    elif tally.done < tally.runs:
        print(f"go on with: loansim sweep resume {folder}")


@sweeps.command("export", epilog=examples_of("sweep export"))
def export_runs(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="File to write, .parquet or .csv.", metavar="FILE")],
    debug: Debug = False,
) -> None:
    """Write all runs as one table: a row a run and month, with a column per factor."""
    _note_debug(debug)
    from sim.sweeps.export import export
    from sim.sweeps.study import Study

    rows = export(Study(folder), out)
    print(f"{out}: {rows:,} rows")


@sweeps.command("effects", epilog=examples_of("sweep effects"))
def show_effects(
    folder: Folder,
    measure: Measures = None,
    horizon: Annotated[
        list[str] | None,
        typer.Option(help="month_24, year_2027, ...; all if left out.", metavar="HORIZON"),
    ] = None,
    factor: Annotated[
        list[str] | None, typer.Option(help="Only effects of this factor.", metavar="NAME")
    ] = None,
    by: Apart = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Level that others are set against; the first if left out.", metavar="NAME=LEVEL"
        ),
    ] = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Paired effects with intervals, and what common random numbers bought, by horizon."""
    _note_debug(debug)
    settings = {
        "measures": measure,
        "horizons": horizon,
        "factors": factor,
        "by": by or (),
        "against": dict(_assignment(text) for text in against or ()),
    }
    _analyse("effects", folder, settings, out, Shown(form, quiet, verbose))


@sweeps.command("sensitivity", epilog=examples_of("sweep sensitivity"))
def show_sensitivity(
    folder: Folder,
    measure: Measures = None,
    horizon: AtHorizon = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Morris or Sobol indices with confidence intervals."""
    _note_debug(debug)
    _analyse(
        "sensitivity",
        folder,
        {"measures": measure, "horizon": horizon},
        out,
        Shown(form, quiet, verbose),
    )


@sweeps.command("surface", epilog=examples_of("sweep surface"))
def show_surface(
    folder: Folder,
    measure: Measures = None,
    horizon: AtHorizon = None,
    across: Annotated[
        str | None, typer.Option(help="Factor along the x axis.", metavar="NAME")
    ] = None,
    up: Annotated[str | None, typer.Option(help="Factor along the y axis.", metavar="NAME")] = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Response surfaces: a quadratic in all factors."""
    _note_debug(debug)
    settings = {"measures": measure, "horizon": horizon, "across": across, "up": up}
    _analyse("surface", folder, settings, out, Shown(form, quiet, verbose))


@sweeps.command("bands", epilog=examples_of("sweep bands"))
def show_bands(
    folder: Folder,
    measure: Measures = None,
    horizon: Annotated[
        list[str] | None,
        typer.Option(help="month_24, year_2027, ...; all if left out.", metavar="HORIZON"),
    ] = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """What luck and what a calibration's parameters leave open, told apart (design posterior)."""
    _note_debug(debug)
    _analyse(
        "bands",
        folder,
        {"measures": measure, "horizons": horizon},
        out,
        Shown(form, quiet, verbose),
    )


@sweeps.command("discover", epilog=examples_of("sweep discover"))
def show_boxes(
    folder: Folder,
    condition: Annotated[
        str, typer.Argument(help="Such as 'default_rate_12m>7%'.", metavar="CONDITION")
    ],
    method: Annotated[str, typer.Option(help="prim or cart.", metavar="prim|cart")] = "prim",
    horizon: AtHorizon = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Scenario discovery: where a condition comes true (extra: discovery)."""
    _note_debug(debug)
    settings = {"condition": condition, "method": method, "horizon": horizon}
    _analyse("discover", folder, settings, out, Shown(form, quiet, verbose))


@sweeps.command("robust", epilog=examples_of("sweep robust"))
def show_robustness(
    folder: Folder,
    aim: Aims = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(help="Such as 'default_rate_12m<=7%'; may be given again.", metavar="C"),
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            help="A factor that is decided; as the plan says if left out.", metavar="NAME"
        ),
    ] = None,
    horizon: AtHorizon = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Regret and satisficing of policies over futures."""
    _note_debug(debug)
    settings = {
        "aims": aim or None,
        "thresholds": threshold or (),
        "levers": lever or None,
        "horizon": horizon,
    }
    _analyse("robust", folder, settings, out, Shown(form, quiet, verbose))


@sweeps.command("pareto", epilog=examples_of("sweep pareto"))
def show_front(
    folder: Folder,
    aim: Aims = None,
    by: Apart = None,
    horizon: AtHorizon = None,
    out: Out = None,
    form: Form = "table",
    quiet: Quiet = False,
    verbose: WholeTable = False,
    debug: Debug = False,
) -> None:
    """Pareto front between access, default and concentration, or other aims."""
    _note_debug(debug)
    settings = {"aims": aim or None, "by": by or (), "horizon": horizon}
    _analyse("pareto", folder, settings, out, Shown(form, quiet, verbose))


class _interruptible:  # noqa: N801 (used as a function is)
    """Turns an interrupt into one that says how to go on, where anything is saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from sim.sweeps.running import saved
        from sim.sweeps.store import holds_sweep, opened

        if isinstance(error, KeyboardInterrupt) and holds_sweep(self.folder):
            raise SavedInterruptError(saved(opened(self.folder))) from error


@dataclass(frozen=True, slots=True)
class Shown:
    """What an analysis prints; both files are written whatever it is."""

    form: str
    quiet: bool
    verbose: bool

    def check(self) -> None:
        """Raises InputError for what there is not, or does not go together."""
        from sim.row_formats import check_format

        check_format(self.form)
        check_loudness(self.quiet, self.verbose)


def _analyse(
    name: str, folder: Path, settings: Mapping[str, Any], out: Path | None, shown: Shown
) -> None:
    shown.check()
    from sim.row_formats import frame_text
    from sim.sweeps.reports import ANALYSES, headline_lines, write_finding
    from sim.sweeps.study import Study

    study = Study(folder)
    finding = ANALYSES[name](study, settings)
    table, report = write_finding(study, finding, out)
    if shown.form != "table":
        print(frame_text(finding.table, shown.form))
        return
    if not shown.quiet:
        print(f"{finding.title}: {study.manifest['title']}")
        for line in headline_lines(study, finding, whole=shown.verbose):
            print(f"  {line}")
        if missing := study.missing_text():
            print(f"not complete: {missing}")
    print(f"{table}" if shown.quiet else f"Table: {table}   Report: {report}")


def _closing(study: "Study", quiet: bool, verbose: bool) -> None:
    """Say what there is; exit code 1 where runs failed."""
    from sim.sweeps.store import failed_lines

    tally = study.tally
    if quiet:
        print(study.path)
    else:
        print(f"{tally.done:,} of {tally.runs:,} runs in {study.path}/")
        for line in made_lines(study.manifest) if verbose else ():
            print(line)
        print(f"next: loansim sweep {NEXT[study.sweep.plan.design.kind]} {study.path}")
    if tally.failed:
        failures = "; ".join(_first(list(failed_lines(study.folder))))
        raise RuntimeError(f"{tally.failed:,} of {tally.runs:,} runs failed: {failures}")


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_FAILURES_SHOWN
    return [*lines[:MOST_FAILURES_SHOWN], *([f"and {more:,} more"] if more > 0 else [])]


def _assignment(text: str) -> tuple[str, str]:
    name, sign, level = text.partition("=")
    if not sign:
        raise InputError(f"--against is '{text}'; write NAME=LEVEL")
    return name, level


def _note_debug(debug: bool) -> None:
    """Remember `--debug` for the command line's own end."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"
