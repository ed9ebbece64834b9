"""Rules stay plain functions, and compiled code kept between runs is never stale."""

import math
import os
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import sim.core
from sim.core import rule as rule_module
from sim.core.rule import inlined_rule, is_cached, kernel, rule


@rule
def instalment(principal: float, monthly_rate: float, months: int) -> float:
    if monthly_rate == 0.0:
        return principal / months
    return principal * monthly_rate / (1.0 - math.pow(1.0 + monthly_rate, -float(months)))


@kernel
def instalments(
    principals: NDArray[numpy.float64],
    monthly_rate: float,
    months: int,
    out: NDArray[numpy.float64],
) -> None:
    for place in range(len(principals)):
        out[place] = instalment(principals[place], monthly_rate, months)


@inlined_rule
def larger(one: int, other: int) -> int:
    return one if one > other else other


@kernel
def largest_of(numbers: NDArray[numpy.int64]) -> int:
    largest = numbers[0]
    for number in numbers:
        largest = larger(largest, number)
    return largest


def test_an_inlined_rule_is_no_call_in_compiled_code() -> None:
    assert larger(3, 7) == 7
    assert largest_of(numpy.array([3, 9, 7])) == 9
    code = largest_of.inspect_llvm(largest_of.signatures[0])  # type: ignore[attr-defined]
    assert not [line for line in code.splitlines() if "call" in line and "larger" in line]


@kernel
def share(part: float, whole: float) -> float:
    return part / whole


@kernel
def never_called(value: int) -> int:
    return value


class Copy:
    """A small project with our rule module: a rule in one module, a kernel in another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        core = folder / "project" / "sim" / "core"
        core.mkdir(parents=True)
        for module in ("__init__.py", "rule.py", "linked_rules.py"):
            shutil.copy(Path(sim.core.__file__).parent / module, core)
        self.write("sim/__init__.py", "")
        self.write("agents/__init__.py", "")
        self.write_rule("amount + 1")
        self.write(
            "sim/loop.py",
            """
            from agents.toy import grow
            from sim.core.rule import kernel

            @kernel
            def total(count):
                result = 0
                for amount in range(count):
                    result += grow(amount)
                return result
            """,
        )

    def write(self, name: str, text: str) -> None:
        file = self.folder / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))

    def write_rule(self, result: str) -> None:
        self.write(
            "agents/toy.py",
            f"""
            from sim.core.rule import rule

            @rule
            def grow(amount):
                return {result}
            """,
        )

    def run(self, module: str = "sim.loop", **environment: str) -> tuple[int, bool]:
        """The kernel's result for 10 in a fresh process, and whether its code was kept before."""
        script = (
            f"from {module} import total\n"
            "from sim.core.rule import is_cached\n"
            "kept = is_cached(total)\n"
            "print(total(10), int(kept))"
        )
        places = {"LOANSIM_CACHE_DIR": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        project = str(self.folder / "project")
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=project,
            env=os.environ | places | {"PYTHONPATH": project} | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        result, kept = done.stdout.split()
        return int(result), kept == "1"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_rule_stays_the_function_it_was() -> None:
    def double(value: int) -> int:
        return 2 * value

    assert rule(double) is double


@settings(deadline=None)
@given(
    st.floats(0.01, 1e9),
    st.one_of(st.just(0.0), st.floats(1e-6, 0.2)),
    st.integers(1, 60),
)
def test_a_kernel_computes_the_same_bits_as_the_rule(
    principal: float, monthly_rate: float, months: int
) -> None:
    out = numpy.zeros(1)
    instalments(numpy.array([principal]), monthly_rate, months, out)
    assert out[0] == instalment(principal, monthly_rate, months)


def test_a_kernel_divides_by_zero_without_raising() -> None:
    assert share(1.0, 0.0) == math.inf


def test_kernels_run_side_by_side_in_plain_threads() -> None:
    principals = numpy.linspace(1.0, 1e6, 200_000)
    together, apart = numpy.zeros_like(principals), numpy.zeros_like(principals)
    instalments(principals, 0.01, 12, together)
    chunks = [slice(0, 70_000), slice(70_000, 200_000)]
    threads = [
        threading.Thread(target=instalments, args=(principals[chunk], 0.01, 12, apart[chunk]))
        for chunk in chunks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert numpy.array_equal(together, apart)


def test_a_kernel_outside_our_sources_is_cached_in_memory_only() -> None:
    assert not is_cached(never_called)
    assert never_called(3) == 3
    assert is_cached(never_called)


def test_an_edited_rule_in_another_module_takes_effect(copy: Copy) -> None:
    assert copy.run() == (55, False)
    assert copy.run() == (55, True)
    copy.write_rule("amount * 2")  # of the same length
    assert copy.run() == (90, False)
    assert copy.run() == (90, True)
    copy.write_rule("amount + 1")
    assert copy.run() == (55, True)


def test_code_compiled_while_sources_change_is_not_kept(copy: Copy) -> None:
    """The rule is edited after it was imported and before the kernel that calls it is defined."""
    copy.write(
        "sim/racing.py",
        """
        from pathlib import Path

        from agents.toy import grow
        from sim.core.rule import kernel

        toy = Path(__file__).parents[1] / "agents" / "toy.py"
        toy.write_text(toy.read_text().replace("amount * 2", "amount + 1"))

        @kernel
        def total(count):
            result = 0
            for amount in range(count):
                result += grow(amount)
            return result
        """,
    )
    copy.write_rule("amount * 2")
    assert copy.run("sim.racing") == (90, False)
    copy.write_rule("amount * 2")
    assert copy.run("sim.racing") == (90, False)
    assert copy.run("sim.racing") == (55, False)
    assert copy.run("sim.racing") == (55, True)


@pytest.mark.parametrize("variable", ["LOANSIM_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_code_is_kept_elsewhere_if_the_cache_cannot_be_written(
    variable: str, copy: Copy, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("a file, not a folder")
    places = {"LOANSIM_CACHE_DIR": "", "XDG_CACHE_HOME": ""}
    places |= {variable: str(file / "below"), "TMPDIR": str(tmp_path)}
    assert copy.run(**places) == (55, False)
    assert copy.run(**places) == (55, True)
    [folder] = tmp_path.glob("loansim-*/kernels-*")
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert not copy.cache.exists()


def test_nothing_is_kept_if_no_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("LOANSIM_CACHE_DIR", str(file / "below"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(file))
    folder = rule_module._prepare_cache_folder("f" * 64)
    assert folder is None
    monkeypatch.setattr(rule_module, "CACHE_FOLDER", folder)

    @kernel
    def successor(value: int) -> int:
        return value + 1

    assert successor(4) == 5


@pytest.mark.parametrize("spoil", [lambda home: home.chmod(0o777), lambda home: home.rmdir()])
def test_a_temporary_folder_of_somebody_else_is_not_used(
    spoil: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    home = rule_module._private_temporary_home()
    assert rule_module._private_temporary_home() == home
    spoil(home)
    if not home.exists():
        (tmp_path / "elsewhere").mkdir()
        home.symlink_to(tmp_path / "elsewhere")
    other = rule_module._private_temporary_home()
    assert other != home
    assert stat.S_IMODE(other.stat().st_mode) == 0o700


def test_old_cache_folders_are_removed(tmp_path: Path) -> None:
    ages_in_hours = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 2, 3]  # six used within the hour
    for age in ages_in_hours:
        folder = tmp_path / f"kernels-{age}"
        (folder / "sub").mkdir(parents=True)
        then = time.time() - age * 3600
        os.utime(folder, (then, then))
    (tmp_path / "notes").mkdir()
    os.utime(tmp_path / "notes", (0, 0))
    fresh = rule_module._open_cache_folder(tmp_path, "f" * 64)
    left = {folder.name for folder in tmp_path.iterdir()}
    assert left == {fresh.name, "notes"} | {f"kernels-{age}" for age in ages_in_hours[:6]}


def test_the_fingerprint_follows_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "agents"
    (package / "deep").mkdir(parents=True)
    monkeypatch.setattr(rule_module, "SOURCE_FOLDERS", (package, tmp_path / "absent"))
    first, second = package / "deep" / "a.py", package / "deep" / "b.py"
    seen = [rule_module.source_fingerprint()]
    first.write_text("x = 1")
    seen.append(rule_module.source_fingerprint())
    first.write_text("x = 2")
    seen.append(rule_module.source_fingerprint())
    first.rename(second)
    seen.append(rule_module.source_fingerprint())
    assert len(set(seen)) == 4
    (package / ".#b.py").symlink_to("nowhere")  # an editor's lock
    (package / "notes.txt").write_text("not a source")
    assert rule_module.source_fingerprint() == seen[-1]
