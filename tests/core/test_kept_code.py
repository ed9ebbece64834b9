"""Kept code is loaded without preparing to compile, and what was not kept is compiled as ever."""

import subprocess
import sys
from pathlib import Path

from sim.core.kept_code import load_as_it_is

A_MONTH = """
import sys
from sim.model import LoanMarket
from tests.small_market import small_scenario
model = LoanMarket(small_scenario(burn_in=1), borrowers=500, threads=2)
compiling = model.needs_compiling
model.step()
prepared = "numba.np.arraymath" in sys.modules
sums = model.market.balances().sum(), model.borrowers.records["buffer_fen"].sum()
print(int(compiling), int(prepared), *sums)
"""


def a_month() -> list[int]:
    """Whether code had to be compiled, whether Numba prepared for it, and two sums."""
    done = subprocess.run(
        [sys.executable, "-c", A_MONTH],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return [int(word) for word in done.stdout.split()]


def test_a_month_from_kept_code_needs_no_preparation() -> None:
    """The first may have to compile, in a run of all tests it seldom does; the second may not."""
    compiling, prepared, *sums = a_month()
    assert compiling == prepared
    assert sums[0] > 0 < sums[1]
    assert a_month() == [0, 0, *sums]


def test_a_function_that_is_no_kernel_stays_as_it_is() -> None:
    load_as_it_is(a_month)
    assert not hasattr(a_month, "_cache")
