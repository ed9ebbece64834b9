"""Sharing work between threads that run compiled code: each takes the next turn from a counter."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba.core import types
from numba.extending import lower_builtin, type_callable


def take_turn(counter: npt.NDArray[np.int64], size: int) -> int:
    """Adds `size` to the counter, an array of one number, and returns what it was before.

    In compiled code this is one indivisible step: no two threads get the same turn, none is lost.
    """
    before = int(counter[0])
    counter[0] += size
    return before


@type_callable(take_turn)
def type_of_turn(context: Any) -> Any:
    """The type of `take_turn(counter, size)` in compiled code."""

    def type_of(counter: types.Type, size: types.Type) -> types.Type | None:
        fits = isinstance(counter, types.Array) and counter.dtype == types.int64
        return types.int64 if fits and isinstance(size, types.Integer) else None

    return type_of


@lower_builtin(take_turn, types.Array, types.Integer)
def add_in_one_step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code that adds to the counter atomically and returns what it was before."""
    counter = context.make_array(signature.args[0])(context, builder, arguments[0])
    size = context.cast(builder, arguments[1], signature.args[1], types.int64)
    return builder.atomic_rmw("add", counter.data, size, "monotonic")
