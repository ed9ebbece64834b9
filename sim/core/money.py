"""Money: whole fen, exact. 100 fen are one yuan.

Amounts are Python integers (or 64-bit integers in records); yuan appear only where people read or
write.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

from sim.core.errors import InputError

FEN_PER_YUAN = 100

SCALES: dict[str, tuple[tuple[str, int], ...]] = {
    "en": ((" yuan", 1), (" mn yuan", 10**6), (" bn yuan", 10**9), (" tn yuan", 10**12)),
    "zh": (("元", 1), ("万元", 10**4), ("亿元", 10**8), ("万亿元", 10**12)),
}
"""Units in which people read amounts, by language: what follows the number, and yuan in one."""


def fen(yuan: str | int | Decimal | float) -> int:
    """Whole fen in an amount of yuan, rounded to the nearest, halves to the even neighbour.

    Exact: text and decimals count as written, a float as the binary fraction that it is (1.005 is
    a little less than it looks). `InputError` if the value is not a finite number.
    """
    if isinstance(yuan, bool):
        raise InputError(f"{yuan} is not an amount of money in yuan")
    try:
        amount = Fraction(Decimal(yuan) if isinstance(yuan, str) else yuan)
    except (InvalidOperation, ValueError, OverflowError, TypeError):
        raise InputError(f"{yuan!r} is not an amount of money in yuan") from None
    return round(amount * FEN_PER_YUAN)


def yuan(fen: int) -> float:
    """Yuan in a number of fen; the nearest float, exact to the fen below 10**13 yuan."""
    return int(fen) / FEN_PER_YUAN


def share_out(total: int, weights: Sequence[int | float]) -> list[int]:
    """Split an amount in proportion to weights, so that the parts sum to it exactly.

    total : fen, of either sign
    weights : finite, at least 0, of any scale; floats count as the binary fractions that they are

    Every part is rounded down (towards 0), and the fen left over go one each to the largest
    remainders, equal ones in the order of the weights. So a part differs from its exact share by
    less than one fen, and weight 0 gets nothing. `ValueError` if a weight is negative or not
    finite, or if all are 0 (or there are none) and the total is not.
    """
    exact = _as_integers(weights)
    whole = sum(exact)
    if whole == 0:
        if total != 0:
            raise ValueError(f"cannot share out {total} fen: all weights are 0")
        return [0] * len(exact)
    amount = abs(int(total))
    parts = [amount * weight // whole for weight in exact]
    remainders = [amount * weight % whole for weight in exact]
    left_over = amount - sum(parts)
    by_remainder = sorted(range(len(exact)), key=lambda place: -remainders[place])
    for place in by_remainder[:left_over]:
        parts[place] += 1
    return parts if total >= 0 else [-part for part in parts]


def format_yuan(
    fen: int,
    scale: int | None = None,
    *,
    language: Literal["en", "zh"] = "en",
    decimals: int = 1,
) -> str:
    """An amount as people read it: ``5.0 tn yuan``, ``1,234.5 bn yuan``, ``5.0万亿元``.

    fen : the amount, of either sign
    scale : yuan in the unit to use, one of `SCALES` of the language (10**9 for bn yuan); None
        takes the largest unit in which at least 1 is shown
    decimals : digits after the point; plain yuan show two if there are odd fen, else none

    Rounded exactly, halves to even. `ValueError` if the language has no such unit.
    """
    units = SCALES[language]
    if scale is None:
        shown = [unit for unit in units if _rounded(fen, unit[1], decimals) >= 1]
        name, size = shown[-1] if shown else units[0]
    else:
        fitting = [unit for unit in units if unit[1] == scale]
        if not fitting:
            raise ValueError(f"no unit of {scale} yuan in {language!r}")
        name, size = fitting[0]
    if size == 1:
        decimals = 0 if fen % FEN_PER_YUAN == 0 else 2
    sign = "-" if fen < 0 and _rounded(fen, size, decimals) > 0 else ""
    digits = round(_rounded(fen, size, decimals) * 10**decimals)
    number = f"{digits // 10**decimals:,}"
    if decimals > 0:
        number += f".{digits % 10**decimals:0{decimals}d}"
    return f"{sign}{number}{name}"


def _rounded(fen: int, size: int, decimals: int) -> Fraction:
    """Absolute amount in units of so many yuan, rounded to so many decimals."""
    return round(Fraction(abs(int(fen)), FEN_PER_YUAN * size), decimals)


def _as_integers(weights: Sequence[int | float]) -> list[int]:
    """Integers in exactly the proportions of the weights."""
    ratios = []
    for weight in weights:
        if not 0 <= weight < float("inf"):
            raise ValueError(f"a weight must be a finite number of at least 0, not {weight}")
        exact = Fraction(weight)
        ratios.append((int(exact.numerator), int(exact.denominator)))
    common = max((denominator for _, denominator in ratios), default=1)
    return [numerator * (common // denominator) for numerator, denominator in ratios]
