"""The command `loansim dashboard` (also `python -m dashboard`).

Worker processes import this file too, so it imports nothing heavy.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import DEBUG_VARIABLE, RUNS, main
from sim.core.errors import InputError

program = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

MOST_PORT = 65_535


@program.command()
def dashboard(
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; the usual one is open to this machine only."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.")] = 8050,
    results: Annotated[
        Path | None,
        typer.Option(
            help="Folder with runs. Default: runs, where there is one; without runs the scenario "
            "observed is run.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Open the market in a browser: charts of runs, and of scenarios run on the spot."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"
    if not 0 <= port <= MOST_PORT:
        raise InputError(f"port is {port:,}; allowed: 0 to {MOST_PORT:,}")
    if results is not None and not results.is_dir():
        found = "is not a folder" if results.exists() else "does not exist"
        raise InputError(f"--results {results} {found}; give the folder that holds your runs")
    from dashboard.server import serve

    serve(host, port, results if results is not None else RUNS)  # runs may come there later


if __name__ == "__main__":
    sys.exit(main(program=program, name="loansim dashboard"))
