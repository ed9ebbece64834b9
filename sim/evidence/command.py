"""`loansim validate`: how well a scenario fits what is known, as a screen, a table and a page.

Whatever is slow to import is imported inside the command, so that `--help` answers at once.
"""

import shutil
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.completion import format_names, scenario_names
from sim.loudness import Quiet, check_loudness, made_lines

if TYPE_CHECKING:
    from sim.evidence.files import Kept, KeptCheck
    from sim.evidence.validating import Validation

RUNS = Path("runs")
BELOW = " " * 14
"""Before figures that stand below the title of their check."""

LINE_EVERY, REDRAWN_EVERY = 20.0, 0.5
"""Seconds between two lines about progress, in a log and on a terminal (one line, rewritten)."""


def validate_scenario(
    scenario: Annotated[
        str,
        typer.Argument(
            help="Name of a scenario, or path of a YAML file.",
            metavar="SCENARIO",
            autocompletion=scenario_names,
        ),
    ] = "observed",
    seeds: Annotated[
        int, typer.Option(help="Number of seeds; fewer than 20 say little.", metavar="N")
    ] = 20,
    seed: Annotated[int, typer.Option(help="The first of them.", metavar="S")] = 1,
    borrowers: Annotated[
        int, typer.Option(help="Simulated borrowers of each run.", metavar="N")
    ] = 100_000,
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
            help="Folder for table and page, absent or empty. Default: runs/validation-NAME-SEED.",
            metavar="DIR",
        ),
    ] = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Say of every check what it rests on, and every seed's figure."
        ),
    ] = False,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="How to print the checks.",
            metavar="table|json|csv",
            autocompletion=format_names,
        ),
    ] = "table",
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Set a scenario beside what is known of the market: checks that pass, are near or fail."""
    if debug:
        import os

        os.environ["LOANSIM_DEBUG"] = "1"
    check_loudness(quiet, verbose)
    from sim.row_formats import check_format
    from sim.scenario import load_scenario

    check_format(form)
    chosen = load_scenario(scenario)
    from sim.evidence.files import read_validation, write_validation
    from sim.evidence.validating import validate
    from sim.store import check_out, free_folder

    if out is not None:
        check_out(out)
    teller = _Teller(quiet or form != "table")
    found = validate(
        chosen,
        seeds=seeds,
        seed=seed,
        borrowers=borrowers,
        workers=workers,
        listen=teller.tell,
    )
    folder = write_validation(found, out or free_folder(RUNS, f"validation-{chosen.name}", seed))
    if form != "table":
        _print_rows(found, form)
        return
    if not quiet:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for line in outcome_lines(read_validation(folder), verbose, width):
            print(line)
    print(folder if quiet else f"Table and page: {folder}/")


def _print_rows(found: "Validation", form: str) -> None:
    """The table of checks for other programs: the columns of checks.parquet."""
    from sim.evidence.files import plain_row
    from sim.row_formats import rows_text

    rows = [plain_row(row) for row in found.rows]
    flat = [{name: value for name, value in row.items() if name != "values"} for row in rows]
    print(rows_text(flat, form))


def outcome_lines(kept: "Kept", verbose: bool, width: int | None) -> Iterator[str]:
    """The checks by group and the sum; with `verbose` what each rests on.

    width : columns of the terminal; where a line would be wider, figures stand below the title.
        None: a check is one line, however wide
    """
    from sim.evidence.page import summary, verdict_words
    from sim.evidence.wording import GROUPS, title

    longest = max(len(title(check)) for check in kept.checks)
    rows = [
        (f"  {verdict_words(check):<11} {title(check):<{longest}}", check) for check in kept.checks
    ]
    beside = width is None or all(
        len(start) + 2 + len(_figures(check)) <= width for start, check in rows
    )
    group = ""
    for start, check in rows:
        if check.group != group:
            group = check.group
            yield from ("", GROUPS[group][0])
        if beside:
            yield f"{start}  {_figures(check)}"
        else:
            yield start.rstrip()
            yield from textwrap.wrap(
                _figures(check), width or 0, initial_indent=BELOW, subsequent_indent=BELOW
            )
        for line in _grounds(check) if verbose else ():
            yield f"      {line}"
    yield from made_lines(kept.manifest) if verbose else ()
    yield from ("", f"{kept.scenario}: {summary(kept)}")


def _figures(check: "KeptCheck") -> str:
    """What the runs say, the figure beside it and what is accepted."""
    from sim.evidence.wording import accepted, figure_text, interval

    spread = f" ({interval(check)})" if interval(check) else ""
    data = figure_text(check, check.data)
    beside = f"; data {data}" if data != "–" else ""
    return f"{figure_text(check, check.judged.mean)}{spread}{beside}; accepted {accepted(check)}"


def _grounds(check: "KeptCheck") -> Iterator[str]:
    """What a check looks at, where the figure is from, why what is accepted is, every seed."""
    from sim.evidence.wording import figure_text

    yield check.about_en
    yield f"source: {check.source}; {check.tolerance}"
    yield f"by seed: {', '.join(figure_text(check, value) for value in check.values)}"


class _Teller:
    """Says now and then how far the seeds are, on standard error."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._redraws = sys.stderr.isatty()
        self._every = REDRAWN_EVERY if self._redraws else LINE_EVERY
        self._said = time.monotonic()

    def tell(self, share: float, compiling: bool) -> None:
        """Say how far, unless that was said a moment ago."""
        now = time.monotonic()
        if self._quiet or now - self._said < self._every:
            return
        self._said = now
        what = "compiling (once, up to a minute)" if compiling else f"{share:.0%} lived"
        start, end = ("\r", "\r" if share >= 1.0 else "") if self._redraws else ("", "\n")
        print(f"{start}  {what + ' ...':<40}", end=end, file=sys.stderr, flush=True)
