"""docs/benchmarks.md: tables that were measured stand between markers, words between them stay."""

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.processes import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def begin(part: str) -> str:
    """The line before a part's table."""
    return f"<!-- measured: {part} -->"


END = "<!-- measured until here -->"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put(part: str, text: str, page: Path = PAGE) -> None:
    """Replaces what stands between a part's markers; ends the program if they are not there."""
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin(part)) + ".*?" + re.escape(END), re.DOTALL)
    new, found = pattern.subn(lambda _: f"{begin(part)}\n{text}\n{END}", old)
    if found != 1:
        raise SystemExit(f"{page} has no place for {part}; write {begin(part)} and {END} there")
    page.write_text(new, encoding="utf-8")
