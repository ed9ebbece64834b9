"""No wait without an end: one test that waited for ever would hold up all, and name nobody."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("sim", "agents", "dashboard", "tests")

ENDS_BY_ITSELF = {
    "sim/workers.py: self._pool.join()": "its workers were ended before, for good after seconds",
}
"""Waits without a limit, and why they end."""


def endless(source: str) -> Iterator[str]:
    """Calls that wait for a process or a thread however long it takes."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        limited = any(given.arg == "timeout" for given in node.keywords)
        ends = called == "subprocess.run" or called.endswith(".communicate")
        waits = called.endswith((".wait", ".join")) and not node.args and not node.keywords
        if waits or (ends and not limited):
            yield ast.unparse(node)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_wait_has_a_limit_or_a_reason(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {wait}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for wait in endless(path.read_text(encoding="utf-8"))
    }
    assert found == {known for known in ENDS_BY_ITSELF if known.startswith(f"{folder}/")}


def test_endless_waits_are_seen() -> None:
    assert list(endless("subprocess.run(['x'])")) == ["subprocess.run(['x'])"]
    assert list(endless("one.communicate(); one.wait(); thread.join()")) == [
        "one.communicate()", "one.wait()", "thread.join()",
    ]  # fmt: skip
    limited = "subprocess.run(['x'], timeout=3); one.wait(3); thread.join(timeout=3); ', '.join(x)"
    assert list(endless(limited)) == []
