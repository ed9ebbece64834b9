"""Draws in columns are those of one actor after another."""

import numpy as np
import pytest

from sim.core.many_draws import blocks, uniforms, units
from sim.core.random import block, uniform, unit


@pytest.mark.parametrize("seed", [0, 1, 2**40 + 3, 2**63 - 1])
def test_columns_equal_single_draws(seed: int) -> None:
    identities = [0, 1, 7, 4_095, 2**33 + 1, 2**62 - 1]
    months = [0, 290, 65_535]
    keys = np.array(identities)[:, None], np.array(months), 255, 2**24 - 1
    words, fractions = blocks(seed, *keys), uniforms(seed, *keys)
    for row, identity in enumerate(identities):
        for column, month in enumerate(months):
            alone = block(seed, identity, month, 255, 2**24 - 1)
            assert tuple(int(table[row, column]) for table in words) == alone
            assert float(units(words[0])[row, column]) == unit(alone[0])
            assert float(fractions[row, column]) == uniform(seed, identity, month, 255, 2**24 - 1)


def test_nobody_draws_nothing() -> None:
    assert [len(column) for column in blocks(1, *np.zeros((2, 0), dtype=np.int64), 1, 0)] == [0] * 4
