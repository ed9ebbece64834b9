"""Random words of many actors at once: the draws of sim/core/random.py, in columns.

The arithmetic of the generator in Python is that of signed 64-bit integers, as in arrays, so that
the rules themselves take columns of identities. Twenty actors cost as much as two.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sim.core.random import block, uniform, unit

Words = npt.NDArray[np.int64]


def blocks(
    seed: int, identities: Words, months: Words, purpose: int, index: int
) -> tuple[Words, Words, Words, Words]:
    """Four independent words each, equal to those of `block` for one key after another.

    identities, months : of shapes that go together, such as [L, 1] and [12]
    """
    rule = cast(Callable[..., Any], block)
    words: tuple[Words, Words, Words, Words] = rule(seed, identities, months, purpose, index)
    return words


def uniforms(
    seed: int, identities: Words, months: Words, purpose: int, index: int
) -> npt.NDArray[np.float64]:
    """Fractions strictly between 0 and 1, equal to those of `uniform` for one key after another.

    identities, months : of shapes that go together, such as [L, 1] and [12]
    """
    rule = cast(Callable[..., Any], uniform)
    fractions: npt.NDArray[np.float64] = rule(seed, identities, months, purpose, index)
    return fractions


def units(words: Words) -> npt.NDArray[np.float64]:
    """[L] words as fractions strictly between 0 and 1; see `unit`."""
    fractions: npt.NDArray[np.float64] = cast(Callable[..., Any], unit)(words)
    return fractions
