"""Compiled code that was kept from an earlier run, loaded as it is.

Before Numba reads kept code it prepares to compile: it imports what it knows of arrays, strings,
sets and the rest of Python, a fifth of a run's start-up, all of which the kept code contains
already. A kernel that is loaded as it is skips that. Where nothing fitting was kept Numba compiles
as ever, and prepares first.
"""

from collections.abc import Callable
from typing import Any

from numba.core.caching import FunctionCache


class KeptCode(FunctionCache):
    """Numba's store of one function's code, read without preparing to compile."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The kept code for these argument types; None if there is none that fits."""
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


def load_as_it_is(kernel: Callable[..., Any]) -> None:
    """Let a kernel that allocates nothing load its kept code unprepared.

    Does nothing where compilation is switched off, or code is not kept.
    """
    if isinstance(getattr(kernel, "_cache", None), FunctionCache):
        kernel._cache = KeptCode(kernel.py_func)  # type: ignore[attr-defined]
