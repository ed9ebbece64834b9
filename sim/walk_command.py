"""`loansim walk`: a small market month by month, at the reader's pace.

Whatever is slow to import is imported inside the command, so that `--help` answers at once.
"""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from sim.completion import scenario_names
from sim.core.errors import InputError
from sim.core.wording import did_you_mean, shown

if TYPE_CHECKING:
    from sim.walking import Walk

BORROWERS = (100, 2_000)
"""Least and most: everybody is lived in plain Python, twice, and read by one person."""

SEED = 8
"""A seed with which all five lenders of `classroom` are still in business at the end."""

MOST_MONTHS = 84
WIDEST = 100

KEYS = {
    "": "next month",
    "N": "N months on, telling the last",
    "a": "this month again, everybody",
    "b N": "borrower N so far",
    "l NAME": "lender NAME",
    "q": "leave",
}


def walk_market(
    scenario: Annotated[
        str,
        typer.Argument(
            help="Name of a scenario, or path of a YAML file.",
            metavar="SCENARIO",
            autocompletion=scenario_names,
        ),
    ] = "classroom",
    borrowers: Annotated[int, typer.Option(help="Borrowers, 100 to 2,000.", metavar="N")] = 200,
    seed: Annotated[int, typer.Option(help="Seed: another one, another luck.", metavar="S")] = SEED,
    months: Annotated[
        int | None,
        typer.Option(help="Print the first M months without asking, and end.", metavar="M"),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Walk through a small market month by month: who asked whom, who refused and why, who paid."""
    if debug:
        import os

        os.environ["LOANSIM_DEBUG"] = "1"
    from sim.experiment import BOUNDS, check_bound
    from sim.scenario import load_scenario

    check_bound("borrowers", borrowers, BORROWERS)
    check_bound("seed", seed, BOUNDS["seed"])
    check_bound("months", months, (1, MOST_MONTHS))
    chosen = load_scenario(scenario)
    import shutil

    from sim.walk_words import month_lines, opening_lines, wrapped
    from sim.walking import Walk

    width = min(WIDEST, shutil.get_terminal_size().columns)
    if sys.stderr.isatty():
        print(f"living the {chosen.burn_in_months} months before ...", file=sys.stderr)
    walk = Walk.begin(chosen, borrowers, seed)
    show(opening_lines(walk, width))
    if months is not None:
        for _ in range(months):
            print()
            show(month_lines(walk, walk.step(), width, everybody=False))
        return
    print()
    show(wrapped(keys_line(), width))
    for command in commands():
        if command == "q":
            return
        try:
            show(answer(walk, command, width))
        except InputError as error:
            print(error)


def show(lines: Iterator[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        print(line, flush=True)


def commands() -> Iterator[str]:
    """What the reader types, line by line, until the end of the input."""
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            yield input(prompt).strip()
        except EOFError:
            return


def keys_line() -> str:
    """The keys, on one line."""
    return "; ".join(f"{key or 'Enter'}: {words}" for key, words in KEYS.items())


def answer(walk: "Walk", command: str, width: int) -> Iterator[str]:
    """What a key brings; raises InputError for one that there is not."""
    from sim.walk_words import borrower_lines, lender_lines, lender_number, month_lines

    key, _, rest = command.partition(" ")
    if command == "" or command.isdecimal():
        return on(walk, int(command or 1), width)
    if key == "b" and rest.strip().isdecimal():
        place = int(rest)
        if place >= len(walk.opening):
            raise InputError(f"borrowers are numbered 0 to {len(walk.opening) - 1}")
        return borrower_lines(walk, place, width)
    if key == "l":
        return lender_lines(walk, lender_number(walk, rest), width)
    if command == "a" and walk.months:
        return month_lines(walk, walk.months[-1], width, everybody=True)
    known = ("a", "b 17", "l bigtech_1", "q")
    raise InputError(f"no key {shown(command)}.{did_you_mean(command, known)}   {keys_line()}")


def on(walk: "Walk", months: int, width: int) -> Iterator[str]:
    """Lives some months more and tells the last of them."""
    from sim.walk_words import month_lines

    left = MOST_MONTHS - len(walk.months)
    if left == 0:
        raise InputError("the walk ends with December 2030; q leaves")
    if months == 0:
        raise InputError("no month is none: Enter is one, a number that many")
    walked = [walk.step() for _ in range(min(months, left))][-1]
    return month_lines(walk, walked, width, everybody=False)
