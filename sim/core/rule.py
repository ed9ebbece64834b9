"""Rules and kernels: how a plain Python function becomes fast without ceasing to be one.

A *rule* is a small function of plain numbers. ``@rule`` leaves it an ordinary Python function and
tells Numba that compiled code may call it, on the CPU and on a GPU. A *kernel* is a loop over many
borrowers that calls rules; ``@kernel`` compiles it.

What a rule must keep to, so that Python and compiled code agree to the last bit:

- integers are signed and fit in 64 bits (Python's do not wrap, Numba's do; an unsigned 64-bit
  integer next to a signed one would become a float); floats are float64, never float32;
- ``math.pow(x, y)`` instead of ``x ** y``; ``math.exp``, ``math.log`` and ``math.sqrt`` as usual;
- guard every division: by zero Python raises, a kernel goes on with an infinity;
- constants are module-level numbers written in our sources. They are frozen into compiled code, so
  nothing read from a file or the environment may be one; pass it as an argument instead.

Compiled code is kept between runs. Numba alone would serve old results after a rule in another
module was edited: it looks only at the file in which the kernel stands. So the cache folder is
named by a fingerprint of all our sources, of Python, Numba, LLVM and the processor; an edit
anywhere starts a new folder, and the oldest ones are removed. The folder lies in
``$LOANSIM_CACHE_DIR``, else ``$XDG_CACHE_HOME/loansim``, else ``~/.cache/loansim``; if that cannot
be written, in a private temporary folder; if that cannot be written either, nothing is kept.

Kernels release the interpreter lock and are called from plain Python threads. No Numba thread layer
is ever started, so its settings (thread layer, spin count) would serve nothing and are not touched:
there are no workers that spin and none that a fork could break.
"""

import hashlib
import inspect
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

# Intel's vector library, if somebody has installed it, rounds log and exp otherwise than Python
# does. Numba decides about it when it is imported, hence before the import.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

import llvmlite.binding
import numba
import numba.extending

from sim.core.linked_rules import RuleCompiler

SOURCE_FOLDERS = (Path(__file__).parents[1], Path(__file__).parents[2] / "agents")
"""The packages whose files decide what compiled code does: ``sim`` and ``agents``."""

FOLDERS_KEPT = 5
"""How many cache folders, newest first, survive pruning."""

UNUSED_SECONDS_BEFORE_PRUNING = 3600
"""A folder used more recently than this is never pruned; another process may be working in it."""


def rule[F: Callable[..., Any]](function: F) -> F:
    """Mark a plain function of numbers as callable from compiled code; returns it unchanged."""
    return numba.extending.register_jitable(
        no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=RuleCompiler
    )(function)


def inlined_rule[F: Callable[..., Any]](function: F) -> F:
    """A rule that compiled code copies into its callers instead of calling it.

    For rules that most borrowers run every month: a call costs as much as twenty additions. Each
    copy is compiled again, so for nothing else.
    """
    return numba.extending.register_jitable(
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        forceinline=True,
        pipeline_class=RuleCompiler,
    )(function)


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a loop over borrowers on its first call, or load it if it was compiled before.

    The compiled function releases the interpreter lock, divides by zero without raising, keeps
    strict floating-point order (the same bits as Python) and checks no array bounds. Its code is
    kept for later runs if it stands in our sources and these have not changed since import.
    """
    options: dict[str, Any] = {
        "no_cfunc_wrapper": True,  # nothing calls a kernel from C
        "_nrt": False,  # kernels allocate nothing, so no reference counts are kept
    }
    compile_once = numba.njit(
        nogil=True,
        cache=_may_be_kept(function),
        error_model="numpy",
        fastmath=False,
        boundscheck=False,
        **options,
    )
    return cast(F, compile_once(function))


def is_cached(compiled: Callable[..., Any]) -> bool:
    """Whether calling this kernel will find compiled code, in memory or on disk.

    Looks for the code of any argument types. A false yes costs an unannounced compilation, a
    false no an announcement too many; neither changes a result.
    """
    if not hasattr(compiled, "signatures"):  # compilation is switched off: nothing to wait for
        return True
    if compiled.signatures:
        return True
    folder = compiled.stats.cache_path  # type: ignore[attr-defined]
    if folder is None:
        return False
    function = compiled.py_func  # type: ignore[attr-defined]
    name = f"{Path(inspect.getfile(function)).stem}.{function.__qualname__}-"
    return any(
        entry.name.startswith(name) and entry.suffix == ".nbi" for entry in _entries(Path(folder))
    )


def source_fingerprint() -> str:
    """Hex digest of all that compiled code depends on: our sources and the tools beneath them."""
    digest = hashlib.sha256()
    for tool in (
        platform.python_implementation(),
        sys.version,
        numba.__version__,
        llvmlite.__version__,
        platform.machine(),
        llvmlite.binding.get_host_cpu_name(),
    ):
        digest.update(f"{tool}\n".encode())
    digest.update(source_hash().encode())
    return digest.hexdigest()


def source_hash() -> str:
    """Hex digest of our sources alone: equal on machines that run the same program."""
    digest = hashlib.sha256()
    for folder in SOURCE_FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            if path.name.startswith("."):  # an editor's lock or backup, maybe a dangling link
                continue
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder.parent)} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _may_be_kept(function: Callable[..., Any]) -> bool:
    """Whether the fingerprint vouches for the code of this kernel.

    Our other modules are imported after this one and before the kernels that call them. If the
    fingerprint is now what it was then, the modules hold what it stands for; if somebody saved an
    edit in between, they may not, and the code is not kept.
    """
    if CACHE_FOLDER is None:
        return False
    file = Path(inspect.getfile(function)).absolute()
    ours = any(file.is_relative_to(folder) for folder in SOURCE_FOLDERS)
    return ours and source_fingerprint() == _FINGERPRINT


def _user_home() -> Path:
    """Where cache folders should lie."""
    if chosen := os.environ.get("LOANSIM_CACHE_DIR"):
        return Path(chosen).absolute()
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return Path(shared).absolute() / "loansim"
    return Path(os.path.expanduser("~")).absolute() / ".cache" / "loansim"


def _private_temporary_home() -> Path:
    """A temporary folder that only this user can write; the same one in later runs if possible.

    Loading compiled code runs it, so a folder that somebody else could have prepared is not used.
    """
    if hasattr(os, "getuid"):
        home = Path(tempfile.gettempdir()) / f"loansim-{os.getuid()}"
        home.mkdir(mode=0o700, exist_ok=True)
        found = home.lstat()
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o022
        if private and found.st_uid == os.getuid():
            return home
    return Path(tempfile.mkdtemp(prefix="loansim-"))


def _prepare_cache_folder(fingerprint: str) -> Path | None:
    """The folder for compiled code of this fingerprint, writable; None if there can be none."""
    for find_home in (_user_home, _private_temporary_home):
        try:
            return _open_cache_folder(find_home(), fingerprint)
        except OSError:
            continue
    return None


def _open_cache_folder(home: Path, fingerprint: str) -> Path:
    """The folder of a fingerprint, made if need be; `OSError` if it cannot be written."""
    folder = home / f"kernels-{fingerprint[:24]}"
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()
    os.utime(folder)  # marks it as used now
    if is_new:
        _prune(home)
    return folder


def _prune(home: Path) -> None:
    """Remove the oldest cache folders, none of which was chosen within the last hour."""
    oldest_use = time.time() - UNUSED_SECONDS_BEFORE_PRUNING
    folders = [entry for entry in _entries(home) if entry.name.startswith("kernels-")]
    by_last_use = sorted(folders, key=_last_use, reverse=True)
    for folder in by_last_use[FOLDERS_KEPT:]:
        if _last_use(folder) < oldest_use:
            shutil.rmtree(folder, ignore_errors=True)


def _last_use(folder: Path) -> float:
    """Time at which a run last chose this folder, seconds; 0 if it has just gone."""
    try:
        return folder.lstat().st_mtime
    except OSError:
        return 0.0


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _keep_compiled_code_in(folder: Path | None) -> None:
    """Point Numba, here and in child processes, to the folder."""
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
        os.environ["NUMBA_CACHE_DIR"] = str(folder)


_FINGERPRINT = source_fingerprint()
CACHE_FOLDER = _prepare_cache_folder(_FINGERPRINT)
"""Where compiled code is kept during this process; None if no folder could be written."""
_keep_compiled_code_in(CACHE_FOLDER)
