"""Columns: one number a lender, so that a month's arithmetic is done for all lenders at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.messages import Floats, Ints


def ints(values: Sequence[int]) -> Ints:
    """[L] whole numbers, one a lender."""
    return np.fromiter(values, np.int64, len(values))


def floats(values: Sequence[float]) -> Floats:
    """[L] numbers, one a lender."""
    return np.fromiter(values, np.float64, len(values))


def float_table(rows: Sequence[Floats], *shape: int) -> Floats:
    """[L, *shape] tables of numbers, one a lender; right also for no lenders."""
    # Put end to end: an array made of arrays would look at every number of theirs one by one.
    return np.concatenate(rows).reshape(-1, *shape) if rows else np.zeros((0, *shape))


def whole(amounts: npt.NDArray[np.floating[Any]]) -> Ints:
    """[L] amounts in whole fen, halves to the even neighbour as Python rounds."""
    return np.rint(amounts).astype(np.int64)
