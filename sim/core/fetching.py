"""Asking for a record before it is needed, so that it is there when its turn comes.

A processor guesses what memory will be read next as long as it is read in order. It guesses wrong
where most records are passed over, and stops at every page.
"""

from typing import Any

import llvmlite.ir as ir
import numpy as np
import numpy.typing as npt
from numba.core import types
from numba.extending import lower_builtin, type_callable

CACHE_LINE = 64
"""Bytes that memory hands over at once, on x86-64 and most ARM processors."""


def fetch(records: npt.NDArray[np.void], place: int) -> None:
    """Has the record at `place` brought near while other work goes on; changes nothing.

    A place beyond the end is allowed: asking is no reading. In Python it does nothing.
    """


@type_callable(fetch)
def type_of_fetch(context: Any) -> Any:
    """The type of `fetch(records, place)` in compiled code."""

    def type_of(records: types.Type, place: types.Type) -> types.Type | None:
        fits = isinstance(records, types.Array) and isinstance(records.dtype, types.Record)
        return types.none if fits and isinstance(place, types.Integer) else None

    return type_of


@lower_builtin(fetch, types.Array, types.Integer)
def ask_for_lines(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code that asks for every cache line on which the record stands."""
    records, index = signature.args
    array = context.make_array(records)(context, builder, arguments[0])
    place = context.cast(builder, arguments[1], index, types.intp)
    size = records.dtype.size
    pointer, word = ir.IntType(8).as_pointer(), ir.IntType(32)
    ask = builder.module.declare_intrinsic(
        "llvm.prefetch", [pointer], ir.FunctionType(ir.VoidType(), [pointer, word, word, word])
    )
    start = builder.ptrtoint(array.data, place.type)
    start = builder.add(start, builder.mul(place, place.type(size)))
    for_writing, keep, data = word(1), word(3), word(1)
    for offset in (*range(0, size - 1, CACHE_LINE), size - 1):
        address = builder.inttoptr(builder.add(start, place.type(offset)), pointer)
        builder.call(ask, [address, for_writing, keep, data])
    return context.get_dummy_value()
