"""The command line: `loansim run`, `compare`, `validate`, `scenarios list`, `sweep run` and so on.

Exit codes: 0 done; 2 the input cannot be used (one message, nothing written); 1 something
failed (one message; `--debug` shows the traceback); 130 interrupted (nothing half-written).
Whatever is slow to import is imported inside a command, so that `--help` answers at once.
"""

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.calibration.command import calibrate_scenario
from sim.completion import format_names, scenario_names
from sim.core.errors import InputError, SavedInterruptError
from sim.evidence.command import validate_scenario
from sim.examples import EXIT_CODES, examples_of
from sim.loudness import Quiet, check_loudness
from sim.sweeps.commands import sweeps
from sim.walk_command import walk_market

if TYPE_CHECKING:
    from sim.checkpoints import Checkpoints
    from sim.scenario import Scenario
    from sim.terminal import Screen

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

RUNS = Path("runs")
"""Where a run is written unless `--out` says otherwise: runs/NAME-SEED."""

DEBUG_VARIABLE = "LOANSIM_DEBUG"

app = typer.Typer(
    name="loansim",
    help="An agent-based simulator of China's small-loan market, 2024 to 2030.",
    epilog=f"{EXIT_CODES} `loansim COMMAND --help` shows examples.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
scenarios = typer.Typer(rich_markup_mode=None)
app.add_typer(scenarios, name="scenarios", help="The scenarios that come with the program.")
app.add_typer(sweeps, name="sweep", help="Many runs from one plan, and what they say together.")

ScenarioName = Annotated[
    str,
    typer.Argument(
        help="Name of a scenario, or path of a YAML file.",
        metavar="SCENARIO",
        autocompletion=scenario_names,
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="How to print it.",
        metavar="table|json|csv",
        autocompletion=format_names,
    ),
]
Borrowers = Annotated[int, typer.Option(help="Simulated borrowers.", metavar="N")]
Seed = Annotated[int, typer.Option(help="Seed of the (first) run.", metavar="S")]
Months = Annotated[int, typer.Option(help="Months from January 2024 on, 1 to 84.", metavar="M")]
Threads = Annotated[
    int | None,
    typer.Option(help="Threads; all cores if left out. Results are the same.", metavar="T"),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]


@app.callback(invoke_without_command=True)
def loansim(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Print the version or, without a command, what there is."""
    if version:
        from sim.experiment import version as installed_version

        print(f"loansim {installed_version()}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


@app.command("run", epilog=examples_of("run"))
def run_scenario(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="Name of a scenario, or path of a YAML file.",
            metavar="SCENARIO",
            autocompletion=scenario_names,
        ),
    ] = None,
    borrowers: Annotated[
        str,
        typer.Option(help="Simulated borrowers; 1:1 for one for each real one.", metavar="N|1:1"),
    ] = "100000",
    seed: Seed = 1,
    seeds: Annotated[
        int, typer.Option(help="Number of seeds, run one after another.", metavar="K")
    ] = 1,
    months: Months = 84,
    executor: Annotated[
        str,
        typer.Option(
            help="cpu: compiled. reference: one object per borrower, slow, the same tables.",
            metavar="reference|cpu",
        ),
    ] = "cpu",
    threads: Threads = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for tables and report, absent or empty. Default: runs/NAME-SEED.",
            metavar="DIR",
        ),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Prove the books every month, to the fen.")
    ] = False,
    checkpoint: Annotated[
        int | None,
        typer.Option(
            help="Write the whole state every M months, burn-in included, beside DIR; --resume "
            "goes on from it after a crash.",
            metavar="M",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            help="Go on with the unfinished run to DIR; its settings are those it began with.",
            metavar="DIR",
        ),
    ] = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Say all that happened, how long what took, and with what."
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """Run a scenario and write its tables, manifest and report."""
    _note_debug(debug)
    check_loudness(quiet, verbose)
    if resume is not None:
        _resume_run(context, resume, threads, quiet, verbose)
        return
    if scenario is None:
        raise InputError("Missing argument 'SCENARIO'; see `loansim scenarios list`")
    from sim.experiment import check_settings
    from sim.scenario import load_scenario

    if borrowers.isascii() and borrowers.isdigit():  # before a scenario is read, which takes longer
        check_settings(int(borrowers), seed, seeds, months, executor, threads)
    chosen = load_scenario(scenario)
    from sim.one_to_one import borrowers_wanted, check_memory
    from sim.store import check_out, free_folder

    simulated = borrowers_wanted(borrowers, chosen.population)
    check_settings(simulated, seed, seeds, months, executor, threads)
    check_memory(simulated)
    folder = out or free_folder(RUNS, chosen.name, seed)
    check_out(folder)
    settings = {
        "borrowers": simulated,
        "seed": seed,
        "seeds": seeds,
        "months": months,
        "executor": executor,
        "audit": audit,
    }
    kept = None
    if checkpoint is not None:
        from sim.checkpoints import Checkpoints

        kept = Checkpoints.begin(folder, chosen, checkpoint, settings)
        out = folder
    from sim.terminal import Screen

    _run(chosen, settings, threads, out, Screen(quiet, verbose=verbose), kept)


def _resume_run(
    context: typer.Context, out: Path, threads: int | None, quiet: bool, verbose: bool
) -> None:
    """Go on with an unfinished run."""
    from sim.checkpoints import Checkpoints
    from sim.store import check_out

    mine = {"resume", "threads", "quiet", "verbose", "debug"}
    given = [
        name
        for name in context.params
        if name not in mine
        and (source := context.get_parameter_source(name)) is not None
        and source.name == "COMMANDLINE"
    ]
    if given:
        named = "the scenario" if given[0] == "scenario" else f"--{given[0]}"
        raise InputError(
            f"--resume goes on with the settings that the run began with; leave out {named}"
        )
    check_out(out)
    kept, scenario = Checkpoints.resume(out)
    from sim.terminal import Screen

    _run(scenario, kept.settings, threads, out, Screen(quiet, verbose=verbose), kept)


def _run(
    scenario: "Scenario",
    settings: dict[str, Any],
    threads: int | None,
    out: Path | None,
    screen: "Screen",
    kept: "Checkpoints | None",
) -> None:
    """Run, write, and say where."""
    from sim.experiment import run
    from sim.store import REPORT, free_folder, write_run

    borrowers, seed, seeds = settings["borrowers"], settings["seed"], settings["seeds"]
    screen.opening(scenario, borrowers, seed, seeds, settings["executor"])
    try:
        with screen.following(settings["months"]) as progress:
            result = run(scenario, **settings, threads=threads, progress=progress, checkpoints=kept)
    except KeyboardInterrupt:
        if kept is not None:
            print(f"to go on later: loansim run --resume {out}", file=sys.stderr)
        raise
    # A neighbour may have taken the default folder meanwhile, so it is looked for again.
    folder = write_run(result, out or free_folder(RUNS, scenario.name, seed))
    if kept is not None:
        kept.end()
    screen.closing(result, folder, REPORT)


app.command(
    "walk", epilog=examples_of("walk"), short_help="Walk through a small market month by month."
)(walk_market)


@app.command("compare", epilog=examples_of("compare"))
def compare_scenarios(
    base: Annotated[
        str,
        typer.Argument(
            help="The scenario to compare with.", metavar="A", autocompletion=scenario_names
        ),
    ],
    other: Annotated[
        str,
        typer.Argument(
            help="The scenario that changes it.", metavar="B", autocompletion=scenario_names
        ),
    ],
    seeds: Annotated[int, typer.Option(help="Number of seeds.", metavar="K")] = 10,
    seed: Seed = 1,
    borrowers: Borrowers = 20_000,
    months: Months = 84,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that share the seeds; one a core if left out. Results are the same.",
            metavar="W",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for tables and report, absent or empty. Nothing is written without it.",
            metavar="DIR",
        ),
    ] = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Print the effects at every horizon, and how they were made."
        ),
    ] = False,
    form: Format = "table",
    debug: Debug = False,
) -> None:
    """Compare two scenarios, seed by seed with the same luck."""
    _note_debug(debug)
    from sim.comparison import check_comparable, check_comparison, compare
    from sim.row_formats import check_format, frame_text
    from sim.scenario import load_scenario

    check_loudness(quiet, verbose)
    check_format(form)
    check_comparison(seeds, seed, borrowers, months, workers)
    if quiet and out is None:
        raise InputError("--quiet prints the folder only; give one with --out")
    pair = load_scenario(base), load_scenario(other)
    from sim.comparison_screen import ComparisonScreen
    from sim.store import REPORT, check_out

    check_comparable(*pair)
    if out is not None:
        check_out(out)
    for_programs = form != "table"
    screen = ComparisonScreen(quiet or for_programs, verbose=verbose)
    screen.beginning(*pair, borrowers, seed, seeds)
    with screen.following(months) as progress:
        comparison = compare(
            *pair,
            seeds=seeds,
            seed=seed,
            borrowers=borrowers,
            months=months,
            workers=workers,
            progress=progress,
        )
    screen.outcome(comparison)
    if for_programs:
        print(frame_text(comparison.effects, form))
    if out is not None:
        from sim.comparison_files import write_comparison

        folder = write_comparison(comparison, out)
        if not for_programs:
            screen.written(folder, REPORT)


@app.command(
    "inspect",
    epilog=examples_of("inspect"),
    short_help="Tell one borrower's life, month by month, in words.",
)
def inspect_borrower(
    borrower: Annotated[
        int | None,
        typer.Option(
            help="Which borrower, from 0; if left out, one who owes two lenders at the opening.",
            metavar="I",
        ),
    ] = None,
    scenario: ScenarioName = "observed",
    months: Months = 84,
    month: Annotated[
        str | None,
        typer.Option(
            help="Tell only this month, or months from:to, with the money of the month and every "
            "lender that came to mind.",
            metavar="YYYY-MM[:YYYY-MM]",
        ),
    ] = None,
    borrowers: Borrowers = 100_000,
    seed: Seed = 1,
    language: Annotated[str, typer.Option(help="Language of the story.", metavar="en|zh")] = "en",
    threads: Threads = None,
    debug: Debug = False,
) -> None:
    """Tell one borrower's life, month by month, in words: who was asked, who refused and why."""
    _note_debug(debug)
    from sim.experiment import check_settings
    from sim.scenario import load_scenario

    check_settings(borrowers, seed, 1, months, "cpu", threads)
    if borrower is not None and not 0 <= borrower < borrowers:
        raise InputError(f"borrower is {borrower:,}; allowed: 0 to {borrowers - 1:,}")
    if language not in ("en", "zh"):
        raise InputError(f"--language is {language!r}; write en or zh")
    chosen = load_scenario(scenario)
    from sim.inspection import span_of, tell_life

    full = None if month is None else span_of(month, chosen.start, months)
    from sim.model import LoanMarket

    model = LoanMarket(chosen, borrowers=borrowers, seed=seed, threads=threads)
    if model.needs_compiling:
        print("compiling the borrower's month (once, up to a minute) ...", file=sys.stderr)
        model.compile()
    lived = f"living through the {chosen.burn_in_months} months before {chosen.start} ..."
    print(lived, file=sys.stderr)
    for line in tell_life(model, borrower, months, full, language):
        for part in _on_screen(line) if language == "en" else (line,):
            print(part, flush=True)


def _on_screen(line: str) -> list[str]:
    """A line of a life no wider than a terminal, later parts under its text; whole in a pipe."""
    if not sys.stdout.isatty():
        return [line]
    import shutil
    import textwrap

    width = min(100, shutil.get_terminal_size().columns)
    return textwrap.wrap(line, width, subsequent_indent=" " * len("2024-01  ")) or [""]


@app.command(
    "policy",
    epilog=examples_of("policy"),
    short_help="Show a scenario's rules: whom they bind, from when.",
)
def show_policy(
    scenario: ScenarioName,
    month: Annotated[
        str | None,
        typer.Option(help="What binds in this month, by licence.", metavar="YYYY-MM"),
    ] = None,
    form: Format = "table",
    debug: Debug = False,
) -> None:
    """Show a scenario's rules: whom they bind, at what level, from when, by which source."""
    _note_debug(debug)
    import shutil

    from sim.policy_rows import asked_month
    from sim.policy_screen import policy_text
    from sim.row_formats import check_format
    from sim.scenario import load_scenario

    check_format(form)
    chosen = load_scenario(scenario)
    seen_from = asked_month(month, chosen)
    width = shutil.get_terminal_size().columns
    print(policy_text(chosen, seen_from, month is not None, form, width))


app.command(
    "validate",
    epilog=examples_of("validate"),
    short_help="Set a scenario beside what is known of the market.",
)(validate_scenario)
app.command(
    "calibrate",
    epilog=examples_of("calibrate"),
    short_help="Find values with which the model comes nearest to figures.",
)(calibrate_scenario)


@app.command("plot", epilog=examples_of("plot"), short_help="Plot a finished run in the terminal.")
def plot_run(
    folder: Annotated[Path, typer.Argument(help="Folder of a finished run.", metavar="DIR")],
    columns: Annotated[
        list[str] | None,
        typer.Argument(
            help="Columns of the market table; concentration, default and price if left out.",
            metavar="[COLUMN...]",
        ),
    ] = None,
    form: Format = "table",
    debug: Debug = False,
) -> None:
    """Plot a finished run in the terminal, or print its months."""
    _note_debug(debug)
    import shutil

    from sim.row_formats import check_format, frame_text
    from sim.terminal_plot import drawable, fitting_blocks, plot_lines

    check_format(form)
    wanted = drawable(columns or ())
    from sim.store import read_run

    market = read_run(folder).market
    if form == "table":
        width = min(100, shutil.get_terminal_size().columns)
        for line in plot_lines(market, wanted, width, fitting_blocks(sys.stdout.encoding)):
            print(line)
    else:
        keys = [name for name in ("seed", "month") if name in market.columns]
        print(frame_text(market[[*keys, *(column.name for column in wanted)]], form))


@app.command(
    "doctor",
    epilog=examples_of("doctor"),
    short_help="Say whether the program can run here, and what is missing.",
)
def examine(form: Format = "table", debug: Debug = False) -> None:
    """Say what this machine has, whether the program can run here, and what to do if not."""
    _note_debug(debug)
    import shutil
    from dataclasses import asdict

    from sim.doctor import check_up, conclusion, table_lines
    from sim.row_formats import check_format, rows_text

    check_format(form)
    found = check_up()
    if form == "table":
        for line in table_lines(found, min(100, shutil.get_terminal_size().columns)):
            print(line)
        print(f"\n{conclusion(found)}")
    else:
        print(rows_text([asdict(finding) for finding in found], form))
    if any(finding.state == "problem" for finding in found):
        raise typer.Exit(FAILED)


@app.command(
    "dashboard",
    short_help="Open the market in a browser.",
    epilog=examples_of("dashboard"),
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "help_option_names": [],
    },
)
def open_dashboard(context: typer.Context) -> None:
    """Open the market in a browser: charts of runs, and of scenarios run on the spot."""
    # Nothing here knows the dashboard: it is a program of its own, which this process becomes.
    ours = str(Path(__file__).resolve().parents[1])
    paths = [ours, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-P", "-m", "dashboard", *context.args]
    os.execve(sys.executable, command, environment)


@scenarios.callback(invoke_without_command=True)
def scenarios_alone(context: typer.Context) -> None:
    """List the scenarios where nothing else is asked for."""
    if context.invoked_subcommand is None:
        list_scenarios(None, "table")


@scenarios.command("list", epilog=examples_of("scenarios list"))
def list_scenarios(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Only those that speak of all these words.", metavar="[WORD...]"),
    ] = None,
    form: Format = "table",
    debug: Debug = False,
) -> None:
    """Names and titles of the scenarios that come with the program, by subject."""
    _note_debug(debug)
    import shutil

    from sim.row_formats import check_format, rows_text
    from sim.scenario_files import find_scenarios
    from sim.scenario_subjects import list_lines, matching

    check_format(form)
    found = matching(find_scenarios(), words or [])
    if form != "table":
        columns = ("name", "subject", "extends", "title", "question", "title_zh", "question_zh")
        print(rows_text([{name: getattr(file, name) for name in columns} for file in found], form))
        return
    for line in list_lines(found, shutil.get_terminal_size().columns):
        print(line)


@scenarios.command("show", epilog=examples_of("scenarios show"))
def show_scenario(
    name: ScenarioName,
    resolved: Annotated[
        bool,
        typer.Option("--resolved", help="With all that it inherits, as one file, with sources."),
    ] = False,
    debug: Debug = False,
) -> None:
    """Print a scenario's file, or all that it comes to."""
    _note_debug(debug)
    from sim.scenario_texts import resolved_text, written_text

    print((resolved_text(name) if resolved else written_text(name)).rstrip("\n"))


@scenarios.command("validate", epilog=examples_of("scenarios validate"))
def validate_scenarios(
    files: Annotated[
        list[str], typer.Argument(help="Names or paths of scenarios.", metavar="FILE...")
    ],
    debug: Debug = False,
) -> None:
    """Say whether scenarios can be run, or what is wrong with them."""
    _note_debug(debug)
    from sim.scenario import load_scenario

    refused = 0
    for file in files:
        try:
            load_scenario(file)
        except InputError as error:
            refused += 1
            _report(str(error), BAD_INPUT)
        else:
            print(f"{file}: ok")
    if refused:
        raise typer.Exit(BAD_INPUT)


@scenarios.command("schema", epilog=examples_of("scenarios schema"))
def print_schema(debug: Debug = False) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    _note_debug(debug)
    import json

    from sim.scenario import scenario_schema

    print(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))


@scenarios.command("new", epilog=examples_of("scenarios new"))
def new_scenario(
    name: Annotated[str, typer.Argument(help="Its name; the file is NAME.yaml.", metavar="NAME")],
    debug: Debug = False,
) -> None:
    """Write a commented file that extends `observed`, to start from."""
    _note_debug(debug)
    from sim.scenario_texts import new_file

    path = new_file(name, Path())
    print(f"wrote {path}; edit it, then: loansim compare observed {path}")


@scenarios.command("diff", epilog=examples_of("scenarios diff"))
def diff_scenarios(
    base: Annotated[
        str, typer.Argument(help="One scenario.", metavar="A", autocompletion=scenario_names)
    ],
    other: Annotated[
        str, typer.Argument(help="The other.", metavar="B", autocompletion=scenario_names)
    ],
    debug: Debug = False,
) -> None:
    """Print what differs between two scenarios, and from which month on."""
    _note_debug(debug)
    from sim.scenario import load_scenario
    from sim.scenario_texts import difference_lines

    for line in difference_lines(load_scenario(base), load_scenario(other)):
        print(line)


def main(
    arguments: Sequence[str] | None = None, program: typer.Typer = app, name: str = "loansim"
) -> int:
    """Run the command line and return its exit code; no traceback reaches a user unasked."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = program(args=arguments, prog_name=name, standalone_mode=False)
    except typer.TyperException as error:
        return _report(error.format_message(), error.exit_code)
    except InputError as error:
        return _report(str(error), BAD_INPUT)
    except SavedInterruptError as error:
        return _report(f"interrupted; {error}", INTERRUPTED)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return _report(f"{_words(error)}   (--debug shows where)", FAILED)
    if code == INTERRUPTED:
        return _report("interrupted; nothing new was written", INTERRUPTED)
    return code if isinstance(code, int) else DONE


def command() -> NoReturn:
    """Run the command line as a program of its own.

    After a run all files are whole and on the disk, and nothing works on: the process leaves at
    once instead of taking its libraries down one by one, which takes a tenth of a second.
    """
    code = main()
    if code == INTERRUPTED:
        # On the ordinary way out `python -m` would end by SIGINT in place of this code, if the
        # interrupt came while a library ran code from text (a named tuple, a data class).
        atexit._run_exitfuncs()
        _leave(code)
    if code == DONE and sys.argv[1:2] == ["run"] and threading.active_count() == 1:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process at once, if all that was printed can still be read."""
    with contextlib.suppress(OSError):  # nobody reads on: the ordinary way out says so
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _report(message: str, code: int) -> int:
    """Print one error message and hand the exit code on."""
    print(f"error: {message}", file=sys.stderr)
    return code


def _words(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, MemoryError):
        return "not enough memory; try fewer borrowers"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _note_debug(debug: bool) -> None:
    """Remember `--debug` for `main`."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Treat a request to end (SIGTERM) like Ctrl-C, so that nothing half-written stays."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    command()
