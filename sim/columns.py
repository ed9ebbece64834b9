"""Columns: one number a lender, so that a month's arithmetic is done for all lenders at once."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.messages import Floats, Ints


def ints(values: Iterable[int]) -> Ints:
    """[L] whole numbers, one a lender."""
    return np.array(list(values), dtype=np.int64)


def floats(values: Iterable[float]) -> Floats:
    """[L] numbers, one a lender."""
    return np.array(list(values), dtype=np.float64)


def float_table(rows: Iterable[Floats], *shape: int) -> Floats:
    """[L, *shape] tables of numbers, one a lender; right also for no lenders."""
    # Put end to end: an array made of arrays would look at every number of theirs one by one.
    tables = list(rows)
    return np.concatenate(tables).reshape(-1, *shape) if tables else np.zeros((0, *shape))


def by_owner(owner: Ints, owners: int) -> Ints:
    """[owners, most] where each owner's things stand in a list; -1 beyond the last of them.

    owner : [things] whose each is, ascending
    """
    many = np.bincount(owner, minlength=owners)
    found = np.full((owners, int(many.max(initial=0))), -1, dtype=np.int64)
    things = np.arange(len(owner))
    found[owner, things - (np.cumsum(many) - many)[owner]] = things
    return found


def whole(amounts: npt.NDArray[np.floating[Any]]) -> Ints:
    """[L] amounts in whole fen, halves to the even neighbour as Python rounds."""
    return np.rint(amounts).astype(np.int64)
