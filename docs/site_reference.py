"""Reference pages of the documentation site, made from the code when it is built."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import sim
from sim.cli import app
from sim.core.tables import TABLES
from sim.examples import EXAMPLES, EXIT_CODES

ESCAPED = str.maketrans({"|": "\\|", "<": "\\<", "*": "\\*"})


def write_pages(folder: Path) -> None:
    """Write all of them; files that would not change are left alone."""
    pages = {
        "command-line.md": command_line(),
        "tables.md": tables(),
        "python.md": python(),
    }
    folder.mkdir(exist_ok=True)  # it is none of the files that a fresh copy has
    for name, lines in pages.items():
        text = "\n".join(lines) + "\n"
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something itself, with its name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def command_line() -> Iterator[str]:
    """Every command with its arguments, options and examples."""
    yield from ("# The command line", "", EXIT_CODES, "")
    for name, command in commands(typer.main.get_command(app)):
        yield from (f"## loansim {name}", "", str(command.help).strip(), "")
        if name == "dashboard":
            yield from ("Options: `--results`, `--host`, `--port`; see its `--help`.", "")
        rows = [row for parameter in command.params if (row := parameter_row(parameter))]
        if rows:
            yield from ("| | | default |", "|---|---|---|", *rows, "")
        if uses := EXAMPLES.get(name):
            yield from ("```sh", *(f"{line}  # {words}" for line, words in uses), "```", "")


def parameter_row(parameter: Any) -> str:
    """One argument or option as a row; empty for those that every command has."""
    if parameter.name in ("help", "debug", "args"):
        return ""
    named = " ".join(parameter.opts) if parameter.opts[0].startswith("-") else ""
    shown = f"{named} {parameter.metavar or ''}".strip() or parameter.name
    default = parameter.default
    plain = default is None or default is False or callable(default) or "object" in repr(default)
    text = "" if plain else f"`{default}`"
    words = str(getattr(parameter, "help", None) or "").translate(ESCAPED)
    return f"| `{shown.replace('|', ' or ')}` | {words} | {text} |"


def tables() -> Iterator[str]:
    """Every table of a run with its columns."""
    yield from (
        "# The tables of a run",
        "",
        "Money is in yuan at the scale of the population; rates, shares and ratios are fractions.",
        "A run of several seeds has a leading column `seed`.",
        "",
    )
    for table in TABLES.values():
        yield from (f"## {table.name}.parquet", "", f"One row: {table.row}.", "")
        yield from ("| column | what | unit | 中文 |", "|---|---|---|---|")
        for column in table.columns:
            words = column.description.translate(ESCAPED)
            yield f"| `{column.name}` | {words} | {column.unit or '–'} | {column.label_zh} |"
        yield ""


def python() -> Iterator[str]:
    """What `from sim import ...` offers, with its docstrings as they stand in the code."""
    yield from ("# Python", "", "All of these can be imported from `sim`.", "")
    for name in sim.__all__:
        found = getattr(sim, name)
        yield from (f"## {name}", "", "```python", *heading(name, found), "```", "")
        yield from ("```text", inspect.getdoc(found) or "", "```", "")
        if inspect.isclass(found):
            members = [(n, m) for n, m in vars(found).items() if n[0] != "_" and summary(m)]
            if members:
                yield from ("| | |", "|---|---|")
                yield from (f"| `{n}` | {summary(m).translate(ESCAPED)} |" for n, m in members)
                yield ""


def heading(name: str, found: Any) -> Iterator[str]:
    """How something is called, an argument a line."""
    if inspect.isclass(found) and issubclass(found, Exception):
        yield f"{name}(message)"
        return
    arguments = inspect.signature(found).parameters.values()
    if len(arguments) < 2:
        yield f"{name}({', '.join(argument.name for argument in arguments)})"
        return
    yield f"{name}("
    star = False
    for argument in arguments:
        if argument.kind is argument.KEYWORD_ONLY and not star:
            star = True
            yield "    *,"
        default = "" if argument.default is argument.empty else f"={argument.default!r}"
        yield f"    {argument.name}{default},"
    yield ")"


def summary(member: object) -> str:
    """The first line of what a method or property says of itself; empty if it says nothing."""
    if not (callable(member) or isinstance(member, property | classmethod | staticmethod)):
        return ""
    return (inspect.getdoc(member) or "").split("\n")[0]
