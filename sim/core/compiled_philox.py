"""Philox4x32-10 in compiled code, on words of 32 bits.

Compiled rules know signed integers of 64 bits only. With these a product of two words needs a way
around the sign, and sums of keys need a mask; a processor has both for nothing.
`sim.core.random.philox` is the same in Python, and says what it is; tests compare the two.
"""

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types
from numba.extending import lower_builtin, type_callable

WORD = ir.IntType(32)
PRODUCT = ir.IntType(64)


def compile_philox(
    philox: Callable[..., Any], multipliers: tuple[int, int], key_steps: tuple[int, int]
) -> None:
    """Tells Numba what `philox`, a function of six words that returns four, is in compiled code.

    multipliers : of the first and the third counter word ; key_steps : added to the keys each round
    """
    four = types.UniTuple(types.int64, 4)

    @type_callable(philox)
    def type_of_philox(context: Any) -> Any:
        def type_of(
            counter0: types.Type,
            counter1: types.Type,
            counter2: types.Type,
            counter3: types.Type,
            key0: types.Type,
            key1: types.Type,
        ) -> types.Type:
            return four

        return type_of

    @lower_builtin(philox, *[types.Integer] * 6)
    def ten_rounds(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        c0, c1, c2, c3, *keys = (
            context.cast(builder, word, kind, types.uint32)
            for word, kind in zip(arguments, signature.args, strict=True)
        )
        for _ in range(10):
            (high0, low0), (high2, low2) = (
                both_halves(builder, word, multiplier)
                for word, multiplier in zip((c0, c2), multipliers, strict=True)
            )
            c0 = builder.xor(builder.xor(high2, c1), keys[0])
            c2 = builder.xor(builder.xor(high0, c3), keys[1])
            c1, c3 = low2, low0
            keys = [builder.add(key, WORD(step)) for key, step in zip(keys, key_steps, strict=True)]
        words = [builder.zext(word, PRODUCT) for word in (c0, c1, c2, c3)]
        return cgutils.pack_array(builder, words, PRODUCT)


def both_halves(builder: Any, word: Any, multiplier: int) -> tuple[Any, Any]:
    """Code for the upper and the lower word of a word times a number below 2**32."""
    product = builder.mul(builder.zext(word, PRODUCT), PRODUCT(multiplier))
    upper = builder.trunc(builder.lshr(product, PRODUCT(32)), WORD)
    return upper, builder.trunc(product, WORD)
